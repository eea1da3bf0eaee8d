"""The workbench: what is due with its next step, the rest on demand, and imported files with what was found in them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.cases.due import soonest_due
from mingjing.cases.models import Case
from mingjing.cases.services import Deed, Origin, open_case
from mingjing.web.views import home
from tests.cast import Cast, make_person
from tests.stories import told
from tests.web.conftest import SignIn

EXCERPT = Origin(region="410481", field="urban", source="https://example.cn/1.html", fragment=True)
DECIDED = datetime(2024, 3, 4, 2, tzinfo=UTC)


def imported(cast: Cast, name: str, **facts: Any) -> Case:
    """An excerpt of a decision that stands in a newspaper."""
    deed = Deed(
        kind="penalty_decided",
        facts={"party_kind": "citizen", "party_name": name, "penalty_kinds": ["fine"], **facts},
        performers=[],
        by=cast.clerk,
        done_at=DECIDED,
        imported=True,
    )
    return open_case(agency=cast.bureau, procedure="ordinary", deed=deed, once=name * 9, origin=EXCERPT).case


@pytest.fixture
def history(cast: Cast) -> list[Case]:
    """One file in which nothing was found, and three with troubles of their own weight."""
    cases = [imported(cast, name) for name in ("甲某", "乙某", "丙某", "丁某")]
    Case.objects.filter(party_name="乙某").update(score=90, breaches=1)
    Case.objects.filter(party_name="丙某").update(vetoed=True, score=40, breaches=3)
    Case.objects.filter(party_name="丁某").update(hints=2)
    Case.objects.filter(party_name="甲某").update(score=100, breaches=0, hints=0, vetoed=False)
    for case in cases:
        found = {"agency": case.agency, "outcome": "breach", "severity": "grade", "act_seq": 1}
        case.findings.all().delete()
        for points, said in ((1, "小问题"), (9, "大问题"), (5, "中问题")):
            case.findings.create(**found, rule=f"r{points}", title="规则", points=points, reason=said)
    return cases


def troubled(client: Client) -> list[str]:
    """The parties of the panel, from the top."""
    return [one.case.party_name for one in client.get("/").context["troubled"]]


def test_the_worst_imported_files_stand_on_the_workbench(
    cast: Cast, at_desk: SignIn, history: list[Case]
) -> None:
    """Vetoed first, then by score, hints last; with the words of the costliest findings and a way to the file."""
    told(cast, until="filing_approved")
    client = at_desk(cast.officer)
    html = client.get("/").content.decode()
    assert troubled(client) == ["丙某", "乙某", "丁某"]
    assert html.index("大问题") < html.index("中问题")
    assert "小问题" not in html
    assert f'href="/cases/{history[2].code}/"' in html
    assert "系统查出的问题" in html


def test_only_those_who_judge_cases_see_the_panel_and_only_of_their_agencies(
    cast: Cast, at_desk: SignIn, history: list[Case]
) -> None:
    """The supervisor sees all below; a neighbour and the publicity desk see none."""
    for person in (cast.officer, cast.head, cast.reviewer, cast.supervisor):
        assert troubled(at_desk(person)) == ["丙某", "乙某", "丁某"]
    for person in (cast.publicity, cast.clerk, cast.admin, cast.outsider):
        assert troubled(at_desk(person)) == []


def test_what_does_not_come_with_the_page_comes_on_demand(
    cast: Cast, at_desk: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every limit is counted, the first ones are shown; the rest is one click away, with and without script."""
    for mark in ("one", "two", "three"):
        told(cast, until="filing_approved", mark=mark)
    client = at_desk(cast.officer)
    everything = client.get("/").context
    titles = [(line.title, line.url) for line in everything["lines"]]
    assert (everything["total"], everything["more"], len(titles)) == (len(titles), 0, len(titles))
    assert len(titles) > 2
    monkeypatch.setattr(home, "AT_ONCE", 1)
    first = client.get("/")
    rest = client.get("/home/due/", headers={"HX-Request": "true"})
    assert (first.context["total"], first.context["more"]) == (len(titles), len(titles) - 1)
    assert first.context["counts"] == everything["counts"]
    assert f"显示其余 {len(titles) - 1} 项" in first.content.decode()
    both = [*first.context["lines"], *rest.context["lines"]]
    assert [(line.title, line.url) for line in both] == titles
    assert len(client.get("/?all=1").context["lines"]) == len(titles)


def test_an_officer_sees_the_limits_of_own_cases_and_of_those_that_nobody_handles(
    cast: Cast, at_desk: SignIn
) -> None:
    """A case filed is its handlers' own; a clue waits for everybody of the bureau, and for nobody elsewhere."""
    _, filed = told(cast, until="filing_approved", mark="filed")
    _, clue = told(cast, until="clue_registered", mark="clue")
    other = make_person("officer9", "另", "officer")

    def cases(person: Any) -> set[Any]:
        return {one.case_id for one in soonest_due(person, until=timezone.now(), limit=60, own=True)}

    assert cases(cast.officer) == {filed.pk, clue.pk}
    assert cases(other) == {clue.pk}
    assert cases(cast.outsider) == set()
    listed = soonest_due(cast.head, until=timezone.now(), limit=60)
    assert {one.case_id for one in listed} == {filed.pk, clue.pk}
    assert [one.due for one in listed] == sorted(one.due for one in listed if one.due)
    assert soonest_due(cast.head, until=timezone.now(), limit=1) == listed[:1]
    urging = at_desk(other).get("/").context["lines"]
    assert {line.url.split("/")[2] for line in urging} == {clue.code}


def test_an_administrator_without_anything_waiting_is_told_so_and_offered_no_search_of_cases(
    cast: Cast, at_desk: SignIn
) -> None:
    """A page with nothing on it looks broken; whoever finds no cases is not asked for their number. The twin may."""
    page = at_desk(cast.audit).get("/").content.decode()
    assert "现在没有等待您办理的事项" in page
    assert "查案件" not in page
    page = at_desk(cast.officer).get("/").content.decode()
    assert "现在没有等待您办理的事项" not in page
    assert "查案件" in page
