"""The supervisor's pages: the board, its lists, the sheet, and the trace on the case page."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.cases.models import Case
from tests.cast import Cast
from tests.documents.story import pdf_text

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

pytestmark = pytest.mark.django_db


def browser(person: "Person") -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str) -> str:
    """A page that must open."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_the_board_drills_down_to_the_act(cast: Cast, lying: Case, broken: Case) -> None:
    """From the number to the list, from the list to the very act in the case."""
    client = browser(cast.supervisor)

    board = text(client, reverse("supervision"))
    findings = text(client, f"{reverse('supervision-findings')}?veto=1")
    limits = text(client, f"{reverse('supervision-limits')}?state=overdue")

    assert f"{reverse('supervision-findings')}?" in board
    assert f"{reverse('case', args=[broken.code])}?via=findings#act-4" in findings
    assert reverse("case", args=[lying.code]) in limits
    assert reverse("case", args=[broken.code]) in text(client, f"{reverse('supervision-cases')}?veto=1")


def test_a_level_opens_its_files_and_an_invented_level_is_not_found(cast: Cast, broken: Case) -> None:
    """The lowest level holds the vetoed file; a level that does not exist is a 404, not an error."""
    client = browser(cast.supervisor)

    assert broken.code in text(client, f"{reverse('supervision-cases')}?level=3")
    assert broken.code not in text(client, f"{reverse('supervision-cases')}?level=0")
    for wrong in ("4", "x", "-1", "²"):
        assert client.get(f"{reverse('supervision-cases')}?level={wrong}").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=9", "page=²", "rule=%00", "agency=nobody", "stage=x", "topic=x", "page=-1"]
)
def test_edited_addresses_do_no_harm(cast: Cast, lying: Case, query: str) -> None:
    """Whatever stands in the address, the answer is a list or a 404."""
    client = browser(cast.supervisor)

    for name in ("supervision", "supervision-limits", "supervision-findings", "supervision-cases"):
        assert client.get(f"{reverse(name)}?{query}").status_code in {200, 404}


def test_the_sheet_shows_total_items_and_hands_people_theirs(cast: Cast, broken: Case) -> None:
    """The sheet prints score, level, every item, and room for what people judge."""
    shown = text(browser(cast.supervisor), reverse("score-sheet", args=[broken.code]))

    assert "一票否决" in shown
    assert "不合格" in shown
    assert "人员资格：指派无执法资格或者证件无效的人员承办" in shown
    assert "由评查人员判断" in shown
    assert "补救：" in shown


def test_a_supervisors_visit_is_read_on_the_case_page(cast: Cast, lying: Case) -> None:
    """The bureau's officer sees who looked in and from where they came; the officer's own visit leaves nothing."""
    case = reverse("case", args=[lying.code])
    assert "没有本机关以外的人员调阅过本案" in text(browser(cast.officer), case)

    text(browser(cast.supervisor), f"{case}?via=limits")

    shown = text(browser(cast.officer), case)
    assert "舞钢市司法局 癸" in shown
    assert "监督：期限" in shown


def test_only_supervisors_and_heads_have_the_board(cast: Cast, lying: Case) -> None:
    """The permission table decides; the sheet of the own case is open to its officers, not to another bureau."""
    board, sheet = reverse("supervision"), reverse("score-sheet", args=[lying.code])

    assert browser(cast.officer).get(board).status_code == 403
    assert browser(cast.head).get(board).status_code == 200
    assert browser(cast.officer).get(sheet).status_code == 200
    assert browser(cast.outsider).get(sheet).status_code == 404


def test_the_score_sheet_is_printed_as_the_official_table(cast: Cast, broken: Case) -> None:
    """The paper names the case, each item, the clause of what was lost, and leaves blanks for people."""
    answer = browser(cast.supervisor).get(reverse("score-sheet-paper", args=[broken.code]))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    told = pdf_text(bytes(answer.content))
    assert "案卷评查表" in told
    assert "一票否决" in told
    assert "评查人员签名" in told
    assert "由评查人员判断" in told
