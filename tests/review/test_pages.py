"""The review desk in the browser: forms, refusals, drafts, and who may open it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.cases import drafts
from mingjing.cases.models import Act, Case
from tests.cast import Cast
from tests.review.steps import disagree, opine
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

pytestmark = pytest.mark.django_db

As = Callable[["Person"], Client]


@pytest.fixture
def signed_in() -> As:
    """A browser in which somebody is signed in."""

    def sign_in(person: "Person") -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def sent(cast: Cast) -> Case:
    """A major case just sent for review."""
    return told(cast, "hearing", until="legal_review_requested")[1]


def page(case: Case) -> str:
    """The address of the review of a case."""
    return reverse("review-case", args=[case.code])


def filled(case: Case, person: "Person", *, upto: int = 8, conclusion: str = "agree") -> dict[str, Any]:
    """The form as a reviewer would send it."""
    draft = drafts.open_draft(case_code=case.code, kind="legal_review_opined", person=person.username)
    form = {
        "once": draft.once,
        "performers": person.username,
        "done_at": "",
        "f.review_opinion": "事实清楚，程序合法，同意。",
        "f.review_conclusion": conclusion,
    }
    for no in range(1, upto + 1):
        row = f"f.review_points.{no - 1}"
        form |= {f"{row}.point": str(no), f"{row}.finding": "已核对。", f"{row}.opinion": "sound"}
    moment = Act.objects.filter(case=case).latest("seq").done_at
    assert moment is not None
    return form | {"done_at": f"{moment:%Y-%m-%dT18:00}"}


def test_the_desk_leads_to_the_case_with_reasons_points_and_form(
    cast: Cast, reviewer2: "Person", sent: Case, signed_in: As
) -> None:
    """What the reviewer needs stands on one page: why, the eight points with facts, papers, people, the form."""
    client = signed_in(reviewer2)

    desk = client.get(reverse("review")).content.decode()
    shown = client.get(page(sent)).content.decode()

    assert page(sent) in desk
    assert "第五十八条第一款第（二）项" in shown
    assert "8. 违法行为是否涉嫌犯罪、需要移送司法机关" in shown
    assert "系统核对" in shown
    assert "案件调查终结报告" in shown
    assert "出具审核意见" in shown


def test_an_agreed_opinion_is_recorded_and_leaves_the_desk(
    reviewer2: "Person", sent: Case, signed_in: As
) -> None:
    """Sending the form records the act with its number and goes back to the case."""
    client = signed_in(reviewer2)

    answer = client.post(page(sent), filled(sent, reviewer2))

    assert answer.status_code == 302
    act = Act.objects.get(case=sent, kind="legal_review_opined")
    assert len(act.facts["review_points"]) == 8
    assert act.facts["reviewer_qualification_no"] == reviewer2.legal_qualification_no
    assert page(sent) not in client.get(reverse("review")).content.decode()


def test_a_refused_opinion_keeps_every_word_and_writes_nothing(
    reviewer2: "Person", sent: Case, signed_in: As
) -> None:
    """Seven points of eight: 422, the rule and its article on the page, what was typed as a draft."""
    client, before = signed_in(reviewer2), Act.objects.count()

    answer = client.post(page(sent), filled(sent, reviewer2, upto=7))

    assert answer.status_code == 422
    assert "没有记录" in answer.content.decode()
    assert "事实清楚，程序合法，同意。" in answer.content.decode()
    assert Act.objects.count() == before
    assert "事实清楚，程序合法，同意。" in client.get(page(sent)).content.decode()


def test_an_officer_reads_but_does_not_opine(
    cast: Cast, reviewer2: "Person", sent: Case, signed_in: As
) -> None:
    """The officer sees that the case waits; a form sent by an officer is refused and writes nothing."""
    client = signed_in(cast.officer)

    assert "等法制审核人员出具意见" in client.get(page(sent)).content.decode()
    assert client.post(page(sent), filled(sent, reviewer2)).status_code == 403
    assert not Act.objects.filter(case=sent, kind="legal_review_opined").exists()


def test_a_returned_case_offers_the_officer_two_ways_and_the_head_one(
    cast: Cast, sent: Case, signed_in: As
) -> None:
    """Mend and send again, or lay it before the head; the head settles."""
    opine(sent, "correct")

    officers = signed_in(cast.officer).get(page(sent)).content.decode()
    assert reverse("act-new", args=[sent.code, "legal_review_requested"]) in officers
    assert reverse("act-new", args=[sent.code, "legal_review_coordinated"]) in officers

    disagree(sent, "审核意见没有依据。")
    heads = signed_in(cast.head).get(page(sent)).content.decode()
    assert "审核意见没有依据。" in heads
    assert "协调决定" in heads
    assert reverse("act-new", args=[sent.code, "legal_review_requested"]) not in heads


def test_other_bureaus_and_supervisors_have_no_desk_here(cast: Cast, sent: Case, signed_in: As) -> None:
    """Another bureau's case does not exist for an outsider; a supervisor writes nothing in a review."""
    assert signed_in(cast.outsider).get(page(sent)).status_code == 404
    assert signed_in(cast.supervisor).get(page(sent)).status_code == 403
    assert Client().get(page(sent)).status_code == 302
