"""The duty to record: shown before the act, counted per case and agency, its excuses listed for the supervisor."""

from dataclasses import replace
from typing import Any

import pytest

from mingjing.cases.law import law_of
from mingjing.cases.recording import coverage, duties, recorded_acts
from mingjing.cases.selectors import acts_of
from mingjing.cli.worker import Worker
from mingjing.supervision.models import RecordedAct
from mingjing.supervision.recording import coverage_by_agency, index_recordings, unrecorded
from mingjing.translog.cursors import rewind_cursor
from tests.cast import Cast
from tests.stories import MONDAY, step, telling, told
from tests.web.conftest import BACKEND

REASON = "执法记录仪电量耗尽"


def inspected(cast: Cast, mark: str, **facts: Any) -> Any:
    """A case whose inspection was recorded, or not, and why."""
    tale = telling(cast, mark=mark)
    inspection = step(tale, "inspection_recorded")
    at = tale.story.steps.index(inspection)
    if facts or mark == "bare":
        changed = replace(inspection, evidence=(), facts={**inspection.facts, **facts})
        steps = (*tale.story.steps[:at], changed, *tale.story.steps[at + 1 :])
        tale.story = replace(tale.story, steps=steps)
    return tale.play(at + 1)


@pytest.fixture
def three(cast: Cast) -> dict[str, Any]:
    """One inspection with its recording, one with a reason, one with neither."""
    return {
        "recorded": inspected(cast, "filmed"),
        "excused": inspected(cast, "excused", no_recording_reason=REASON),
        "missing": inspected(cast, "bare"),
    }


def test_an_act_stands_recorded_excused_or_missing(three: dict[str, Any]) -> None:
    """The same act, three ways; the stated reason is kept word for word."""
    for state, case in three.items():
        (found,) = [
            one for one in recorded_acts(law_of(case), acts_of(case)) if one.act.kind == "inspection_recorded"
        ]
        assert (found.state, found.reason) == (state, REASON if state == "excused" else "")


def test_coverage_counts_what_had_to_be_recorded(three: dict[str, Any]) -> None:
    """Of three inspections one is covered; of nothing there is no share."""
    found = [
        one
        for case in three.values()
        for one in recorded_acts(law_of(case), acts_of(case))
        if one.act.kind == "inspection_recorded"
    ]
    assert (coverage(found).needed, coverage(found).share) == (3, 33)
    assert coverage([]).share is None


def test_the_supervisor_sees_coverage_and_reasons(cast: Cast, three: dict[str, Any], client: Any) -> None:
    """The worker's turn fills the index once; board and list show it; a bureau elsewhere sees none of it."""
    Worker().turn()
    rewind_cursor("recording")
    index_recordings()
    assert RecordedAct.objects.filter(title__contains="检查").count() == 3
    (line,) = coverage_by_agency(cast.supervisor, {})
    assert (line.coverage.excused, line.coverage.missing) == (1, 1)
    assert not coverage_by_agency(cast.outsider, {})
    assert {row.state for row in unrecorded(cast.supervisor, {"state": "missing"})} == {"missing"}
    client.force_login(cast.supervisor, backend=BACKEND)
    assert "音像记录覆盖" in client.get("/supervision/").content.decode()
    listed = client.get("/supervision/recordings/").content.decode()
    assert REASON in listed
    assert listed.index("没有记录也没有说明") < listed.index(REASON)
    client.force_login(cast.officer, backend=BACKEND)
    assert client.get("/supervision/recordings/").status_code == 403


def test_the_form_says_what_must_be_recorded_before_the_act(cast: Cast, client: Any) -> None:
    """Media, basis and what to state instead stand beside the form of an inspection, not beside one without duty."""
    _, case = told(cast, until="filing_approved")
    found = duties(law_of(case), "ordinary", "inspection_recorded", MONDAY, field="urban")
    elsewhere = duties(law_of(case), "ordinary", "inspection_recorded", MONDAY, field="market")
    duty = found[0]
    assert duty.must
    assert len(elsewhere) < len(found)
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(f"/cases/{case.code}/acts/inspection_recorded/").content.decode()
    assert "音像记录要求" in page
    assert duty.media in page
    assert duty.instead in page
    assert not duties(law_of(case), "ordinary", "filing_approved", MONDAY)


def test_the_case_page_tells_its_coverage(cast: Cast, three: dict[str, Any], client: Any) -> None:
    """Which act lacks its record stands on the page of the case."""
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(f"/cases/{three['excused'].code}/").content.decode()
    assert "音像记录" in page
    assert REASON in page
