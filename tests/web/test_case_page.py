"""One case, one page: the story, the law beside the buttons, limits with their derivation, findings."""

import re

from mingjing.cases.services import Deed, Origin, open_case
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

EXCERPT = Origin(region="410481", field="urban", source="公开的处罚决定")


def test_every_act_stands_on_the_page_with_people_documents_and_verdicts(cast: Cast, at_desk: SignIn) -> None:
    """Nothing of a whole case is missing, and each document opens as PDF."""
    _, case = told(cast)
    client = at_desk(cast.officer)
    html = client.get(f"/cases/{case.code}/").content.decode()
    for act in case.acts.all():
        assert f'id="act-{act.seq}"' in html
    documents = re.findall(r'href="(/documents/\w+/pdf)"', html)
    assert len(documents) >= 8
    for path in documents[:2]:
        answer = client.get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_a_limit_is_shown_with_the_way_it_was_counted(cast: Cast, at_desk: SignIn) -> None:
    """Every open limit has its steps and its article."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    assert page.context["page"].limits
    for line in page.context["page"].limits:
        assert line.deadline.steps
    assert "怎样算出来的" in page.content.decode()


def test_a_missed_limit_is_red_and_says_by_how_much(cast: Cast, at_desk: SignIn) -> None:
    """A case left alone since spring."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    red = [line for line in page.context["page"].limits if line.colour == "red"]
    assert red
    assert all(re.fullmatch(r"已超期 \d+ (日|小时)", line.left) for line in red)


def test_what_is_not_allowed_is_greyed_with_reason_and_article(cast: Cast, at_desk: SignIn) -> None:
    """The decision before the notice: a disabled button, why, and the article."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.officer).get(f"/cases/{case.code}/")
    barred = {step.kind.kind: step.reasons for step in page.context["page"].barred}
    assert barred["penalty_decided"]
    assert all(verdict.reason for verdict in barred["penalty_decided"])
    assert "penalty_decided" not in {step.kind.kind for step in page.context["page"].mine}
    html = page.content.decode()
    assert re.search(r"<button[^>]* disabled>行政处罚决定</button>", html)
    assert f"/cases/{case.code}/acts/penalty_decided/" not in html


def test_what_comes_next_is_the_first_button(cast: Cast, at_desk: SignIn) -> None:
    """After the report the officer is led to the prior notice, not to a list of fifty."""
    _, case = told(cast, until="investigation_reported")
    ahead = at_desk(cast.officer).get(f"/cases/{case.code}/").context["page"].ahead
    assert ahead[0].kind.kind == "prior_notice_issued"
    assert len(ahead) <= 5


def test_a_reader_is_offered_nothing_to_do(cast: Cast, at_desk: SignIn) -> None:
    """A supervisor sees the whole case and no button."""
    _, case = told(cast, until="filing_approved")
    page = at_desk(cast.supervisor).get(f"/cases/{case.code}/")
    assert not page.context["page"].mine
    assert "/acts/" not in page.content.decode()


def test_an_excerpt_says_what_it_does_not_say(cast: Cast, at_desk: SignIn) -> None:
    """An imported fragment shows 未载明 for what its forms would have insisted on."""
    deed = Deed(
        kind="penalty_decided",
        facts={"party_kind": "citizen", "party_name": "某人", "fine_yuan": "500"},
        performers=[],
        by=cast.clerk,
        done_at=None,
        imported=True,
    )
    act = open_case(agency=cast.bureau, procedure="ordinary", deed=deed, once="history-1", origin=EXCERPT)
    page = at_desk(cast.officer).get(f"/cases/{act.case.code}/")
    html = page.content.decode()
    assert "只有公开的片段" in html
    assert "实施人员未载明" in html
    assert "违反的条款" in page.context["page"].entries[0].unknown
