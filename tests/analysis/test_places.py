"""Where violations are found: the lines as the worker keeps them, the areas they fall into, what repeats, the map."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from mingjing.analysis import following, placing
from mingjing.analysis.asked import Asked, asked_of
from mingjing.analysis.maps import Step, figures, steps_for
from mingjing.analysis.models import PlaceLine
from mingjing.analysis.subjects import places
from mingjing.cases.erasure import act_refs, erase_case
from mingjing.cases.models import Case
from mingjing.cli.demo.exhibits import exhibit
from mingjing.evidence.services import receive_upload
from mingjing.governance import grids
from mingjing.governance.grids import Area
from mingjing.translog.services import seal_log
from mingjing.translog.stones import Wording, lay_stone
from tests.analysis.test_pages import Desk
from tests.analysis.town import build
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
WEST = "113.50,33.30\n113.54,33.30\n113.54,33.33\n113.50,33.33"
EAST = "113.54,33.30\n113.58,33.30\n113.58,33.33\n113.54,33.33"
PERIOD = {"from": "2026-02", "to": "2026-04"}


def sealed_and_followed() -> None:
    """What the worker does."""
    while seal_log(at=timezone.now(), limit=1000):
        pass
    following.follow()


def drawn(cast: Cast, name: str, points: str = "", streets: str = "") -> Any:
    """An area of the bureau."""
    area = Area(name=name, points=points, streets=streets, charge=cast.officer.username)
    return grids.draw(area=area, by=cast.clerk, at=AT, once=name)


def recorded(cast: Cast, case: Case, place: str) -> None:
    """Evidence taken at a place."""
    receive_upload(
        exhibit(f"{place}录音", case.code)[1],
        original_name="现场.wav",
        dossier=case.code,
        agency=cast.bureau.code,
        by=cast.officer.username,
        title="现场录音",
        legal_kind="audiovisual",
        side="against",
        taken_by=cast.officer.username,
        taken_at=AT,
        place=place,
    )


def asked(viewer: Any, **more: str) -> Asked:
    """What is asked for."""
    return asked_of(viewer, {**PERIOD, **more}, AT.date())


def line_of(case: Case) -> PlaceLine:
    """The line of one case."""
    return PlaceLine.objects.get(case=case)


def test_a_case_that_states_a_place_has_its_line_once_its_acts_are_sealed(cast: Cast) -> None:
    """Place, spots and matter of its words; before sealing nothing is known; made anew they are the same."""
    _, case = told(cast, until="filing_approved")
    assert not PlaceLine.objects.exists()
    sealed_and_followed()

    line = line_of(case)
    assert line.place == "舞钢市建设路与湖滨大道交叉口东侧人行道"
    assert (line.spots, line.kind, line.month) == (",建设路,湖滨大道,", "road", "2026-03")
    assert "占用城市道路" in line.matter
    assert following.behind() == 0
    names = [one.attname for one in PlaceLine._meta.concrete_fields if one.name != "id"]
    kept = list(PlaceLine.objects.values(*names))
    PlaceLine.objects.all().delete()
    following.make_anew()
    assert list(PlaceLine.objects.values(*names)) == kept


def test_a_measured_point_puts_a_case_into_its_area_whatever_the_words_say(cast: Cast) -> None:
    """By its words first; by the point once evidence with one is handed in; a place without a point moves nothing."""
    streets, west = drawn(cast, "建设路片", streets="建设路"), drawn(cast, "西片", WEST)
    _, case = told(cast, until="filing_approved")
    sealed_and_followed()
    assert line_of(case).grid_id == streets.pk

    recorded(cast, case, "建设路东侧")
    sealed_and_followed()
    assert line_of(case).grid_id == streets.pk
    recorded(cast, case, "东经 113.52，北纬 33.31，误差约 5 米")
    sealed_and_followed()
    assert (line_of(case).grid_id, line_of(case).east) == (west.pk, 113.52)


def test_a_grid_that_is_drawn_anew_moves_the_cases_that_were_there(cast: Cast) -> None:
    """Whoever moves a boundary moves what lies behind it, and nothing of another agency."""
    _, case = told(cast, until="filing_approved")
    sealed_and_followed()
    PlaceLine.objects.update(east=113.56, north=33.31)
    elsewhere = PlaceLine.objects.get(pk=line_of(case).pk)
    foreign = build([cast.elsewhere], 1)[0]
    PlaceLine.objects.filter(case=foreign).update(east=113.56, north=33.31)
    assert elsewhere.grid_id is None

    grid = drawn(cast, "片区", WEST)
    sealed_and_followed()
    assert line_of(case).grid_id is None
    grids.change(
        matter=grid, area=Area(name="片区", points=EAST, charge=cast.officer.username), by=cast.clerk, at=AT
    )
    sealed_and_followed()
    assert line_of(case).grid_id == grid.pk
    assert line_of(foreign).grid_id is None
    grids.end(matter=grid, why="合并", by=cast.head, at=AT)
    sealed_and_followed()
    assert line_of(case).grid_id is None


def test_what_is_destroyed_has_no_place_any_more(cast: Cast) -> None:
    """The other case keeps its line."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    _, other = told(cast, "summary", mark="other", until="on_the_spot_decided")
    sealed_and_followed()
    assert line_of(case).kind == "market"

    gone = act_refs(case)
    words = Wording("一件案卷", "期满", "", "", "", "甲", "乙")
    with transaction.atomic():
        lay_stone(words, refs=[ref for ref, _ in gone], commitments=[one for _, one in gone], at=AT)
        erase_case(case)
    sealed_and_followed()

    assert not PlaceLine.objects.filter(case=case).exists()
    assert PlaceLine.objects.filter(case=other).exists()


def test_the_place_where_the_card_was_shown_counts_at_the_scene_alone() -> None:
    """A point that was measured where somebody was questioned says nothing of the violation."""
    point = {"credential_shown_place": "东经 113.52，北纬 33.31，误差约 8 米"}

    class Told:
        def __init__(self, kind: str, **facts: str) -> None:
            self.kind, self.facts = kind, facts

    def stated(kind: str) -> Any:
        return placing._stated([Told("clue_registered", place="建设路"), Told(kind, **point)])  # type: ignore[list-item]

    assert stated("inquiry_recorded") == ("建设路", "", None)
    assert stated("site_examined") == ("建设路", "", (113.52, 33.31))


def test_each_case_of_a_crossing_counts_under_both_roads_and_once_in_the_sum(cast: Cast) -> None:
    """What is not read keeps its own row; the columns hold the five most frequent matters and all the others."""
    build([cast.bureau], 40)
    here = asked(cast.head, origin="all")
    (spots, *_rest) = places.makers()

    table = spots.table(here)

    rows = {row.title: int(row.cells[-1].value or 0) for row in table.rows}
    assert table.total is not None
    cases = len(list(spots.opened(here, "", "")))
    assert table.total.cells[-1].value == cases > 20
    both = len([one for one in spots.opened(here, "", "") if "湖滨大道" in one.spots])
    assert sum(rows.values()) == cases + both
    assert rows["湖滨大道"] == both > 0
    assert table.rows[-1].title == "地点没有写明道路、村居"
    assert len(table.columns) == 5 + 1 + 1
    assert [one.title for one in table.columns][-2:] == ["其他事项", "合计"]


def test_a_place_is_repeated_where_the_same_matter_was_there_before(cast: Cast) -> None:
    """Also in the period before; the first of a matter repeats nothing; one case at a place is no row."""
    cases = build([cast.bureau], 5)
    told_of = [
        ("2026-01", "摆摊"),
        ("2026-02", "摆摊"),
        ("2026-03", "堆放"),
        ("2026-03", "摆摊"),
        ("2026-03", "摆摊"),
    ]
    for case, (month, matter) in zip(cases, told_of, strict=True):
        line = line_of(case)
        PlaceLine.objects.filter(pk=line.pk).update(
            month=month, found_on=f"{month}-10", matter=matter, address="建设路18号", imported=False
        )
    PlaceLine.objects.filter(case=cases[-1]).update(address="建设路20号")
    again, here = places.Repeated(), asked(cast.head)

    (row,) = again.table(here).rows

    assert (row.title, [cell.shown for cell in row.cells]) == ("建设路18号", ["3", "2", "2026-03-10"])
    assert row.before is not None
    assert (row.before.value, row.change) == (1, "+2")
    assert {one.case_id for one in again.opened(here, row.key, "again")} == {cases[1].pk, cases[3].pk}
    assert {one.case_id for one in again.opened(here, "", "")} == {one.pk for one in cases[1:4]}


def test_counts_are_divided_into_steps_that_leave_nothing_out() -> None:
    """At most four; each number is in one of them; where nothing was found there is none."""
    assert steps_for([0, 0]) == []
    assert steps_for([2, 1, 0]) == [Step(1, 1, 1), Step(2, 2, 2)]
    assert [(one.low, one.high) for one in steps_for([10])] == [(1, 3), (4, 5), (6, 8), (9, 10)]
    for most in range(1, 40):
        steps = steps_for([most])
        assert [n for one in steps for n in range(one.low, one.high + 1)] == list(range(1, most + 1))


def test_the_map_says_what_the_table_says_and_leads_to_the_same_cases(cast: Cast) -> None:
    """Each drawn area with its figure and shade; the supervisor of two keepers chooses one first."""
    build([cast.bureau], 12)
    west, _ = drawn(cast, "西片", WEST), drawn(cast, "东片", EAST)
    PlaceLine.objects.update(grid=west)
    here = asked(cast.head, origin="all")
    table = places.makers()[3].table(here)
    drawn_here = figures(here, table)
    assert drawn_here is not None
    counts = {one.grid.name: int(one.cell.value or 0) if one.cell else 0 for one in drawn_here.areas}
    steps = {one.grid.name: one.step for one in drawn_here.areas}
    assert counts == {"西片": len(list(places.found(here))), "东片": 0}
    assert steps == {"西片": len(drawn_here.steps), "东片": 0}

    page = Desk(cast.head).reads(f"/analysis/places/?{here.query()}")
    assert f"西片 {counts['西片']}" in page
    assert (
        f'href="/analysis/places/cases/?{here.query(table="grids", row=str(west.pk))}"'.replace("&", "&amp;")
        in page
    )
    assert page.count("mj-shaded-area") == 2
    assert page.partition("<svg")[2].partition("</svg>")[0].count("<a href") == 1


def test_without_a_grid_the_page_says_how_to_get_one(cast: Cast) -> None:
    """And draws nothing."""
    build([cast.bureau], 3)
    page = Desk(cast.head).reads("/analysis/places/?from=2025-12&to=2026-05&origin=all")

    assert "还没有划分网格" in page
    assert "mj-shaded" not in page
