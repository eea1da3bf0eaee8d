"""The figures of visits read from the tables, and the pages and the workbook that show them."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from mingjing.inspections.models import CheckSheet, InspectedObject, VisitStart, VisitTask
from mingjing.inspections.patterns.figure_rows import figures_of, rows_of
from mingjing.inspections.visiting.visits import approve_scheme, assign
from tests.cast import make_person
from tests.inspections.finished import SCHEME, Finished, drawn_campaign

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from tests.cast import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def visited(cast: "Cast", settings: Any, tmp_path: Path) -> Finished:
    """Two of three firms drawn and visited; the third, and one of the two again, because of complaints."""
    settings.MINGJING_HOME = tmp_path
    made = drawn_campaign(cast)
    for task, result in zip(made.tasks, ("1", "A"), strict=True):
        begun(task, result, before=0)
    scheme = approve_scheme(agency=cast.bureau, campaign=None, raw=SCHEME, by=cast.head, at=made.now)
    drawn = [one.object for one in made.tasks]
    other = InspectedObject.objects.exclude(public_id__in=drawn).get().public_id
    for firm, before in ((other, 0), (drawn[0], 2)):
        task = assign(
            scheme=scheme, object_id=firm, trigger="complaint", reason="举报 1", inspectors=cast.two,
            due=timezone.localdate() + timedelta(days=9), by=cast.clerk, at=timezone.now(),
        )  # fmt: skip
        begun(task, "A", before=before)
    return made


def begun(task: VisitTask, result: str, *, before: int) -> None:
    """The two rows of a visit that figures count."""
    at = datetime(2026, 3, 9, 2, tzinfo=UTC)
    VisitStart.objects.create(
        task=task, agency=task.agency, object=task.object, year=2026, counted=task.draw is not None,
        before_own=before, before_all=before, risk="C", case_code=f"case-{task.code}", by="officer", at=at,
    )  # fmt: skip
    CheckSheet.objects.create(task=task, answers=[], result=result, digest="0" * 64, by="officer", at=at)


def client(person: "Person") -> Client:
    found = Client()
    found.force_login(person, backend=BACKEND)
    return found


def test_figures_are_counted_from_what_was_begun_and_found(visited: Finished, cast: "Cast") -> None:
    """Coverage of the list and of the register, both arms, visits per firm, what lies beyond the cap and why."""
    found = figures_of([cast.bureau.pk], 2026)
    assert (len(found.visits), found.objects) == (4, 3)
    assert (found.covered, found.listed) == (2, 3)
    assert [(one.risk, one.visited, one.objects) for one in found.classes] == [("C", 3, 3)]
    (only,) = found.risks
    assert (only.random.share, only.targeted.share) == (0.5, 1.0)
    assert [(times, objects) for times, objects, _ in found.per_object] == [(1, 2), (2, 1)]
    assert (len(found.over_cap), len(found.excepted)) == (0, 1)
    assert figures_of([cast.bureau.pk], 2025).visits == []
    assert figures_of([cast.elsewhere.pk], 2026).visits == []


def test_the_rows_behind_a_figure_are_of_the_viewers_agencies_only(visited: Finished, cast: "Cast") -> None:
    """The same cases asked for by another bureau give nothing."""
    cases = figures_of([cast.bureau.pk], 2026).visits
    rows = rows_of([cast.bureau.pk], 2026, cases)
    assert {one.case for one in rows} == set(cases)
    assert {one.result for one in rows} == {"未发现问题", "发现问题，待后续处理"}
    assert all(one.name.startswith("舞钢市第") for one in rows)
    assert rows_of([cast.elsewhere.pk], 2026, cases) == []


def test_the_page_shows_each_figure_with_its_interval_its_meaning_and_its_visits(
    visited: Finished, cast: "Cast"
) -> None:
    """The head of the bureau and the office above; the workbook says the same; a bureau elsewhere sees noughts."""
    for person in (cast.head, cast.supervisor):
        page = client(person).get("/visits/figures/?year=2026").content.decode()
        assert "9.5%—90.5%" in page  # one of two
        assert "看不出差别" in page
        assert "威尔逊" in page
        opened = client(person).get("/visits/figures/rows/?year=2026&of=random-C-hits").content.decode()
        assert "2026 年，1 次" in opened
        assert "发现问题，待后续处理" in opened
    data = client(cast.head).get("/visits/figures/table.xlsx?year=2026").content
    book = load_workbook(io.BytesIO(data))
    told = {row[0]: row[1:] for row in book["统计"].iter_rows(values_only=True)}
    assert told["抽查覆盖率"] == ("66.7%", None, "2", "3")
    assert told["发现问题的比例：C 级随机抽查"] == ("50.0%", "9.5%—90.5%", "1", "2")
    assert book["检查"].max_row == 5
    assert client(cast.head).get("/visits/figures/rows/?of=nothing").status_code == 404
    other = make_person("head.elsewhere", "外", "head", agency=cast.elsewhere.code)
    assert "发现问题" not in client(other).get("/visits/figures/rows/?year=2026").content.decode()
