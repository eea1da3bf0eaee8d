"""At every point of the typical files what is offered is short, and what comes next in the file is part of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, NextAct
from mingjing.packs.load import library
from mingjing.packs.typical import CaseFile, typical_files

FILES = typical_files(library())
AT_MOST = 12
BEFORE_DECISION = ("investigation", "review", "notice", "hearing", "discussion")

# A measure outlasts the decision until its goods are dealt with (Administrative Compulsion Law, articles 27 and 28).
AFTER_SEALING = ("coercion_extended", "coercion_reported", "sealed_goods_transferred", "sealing_lifted")


def steps(file: CaseFile) -> Iterator[tuple[ActRecord, ActRecord, dict[str, NextAct]]]:
    """Give each act, the one after it, and what could come next between the two."""
    state = CaseState(library().law(region=file.head.region, field=file.head.field), file.head)
    for done, following in zip(file.acts, file.acts[1:], strict=False):
        state.absorb(done)
        assert following.done_at is not None
        yield done, following, {one.kind: one for one in state.standing(following.done_at).next_acts}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.title)
def test_few_acts_are_offered_and_the_next_of_the_file_is_one_of_them(file: CaseFile) -> None:
    """A list that an officer can read, without the act that he needs missing from it."""
    for done, following, found in steps(file):
        offered = [one.kind for one in found.values() if one.offered]
        assert len(offered) <= AT_MOST, (done.kind, offered)
        assert following.kind in offered, (done.kind, following.kind)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.title)
def test_what_belongs_before_the_decision_is_barred_after_it(file: CaseFile) -> None:
    """Inspections, notices and hearings after the decision would prop up what was decided without them."""
    decided = False
    for done, _, found in steps(file):
        decided = decided or done.kind == "penalty_decided"
        late = [
            kind
            for kind, one in found.items()
            if library().kinds[kind].stage in BEFORE_DECISION and one.allowed
        ]
        allowed_still = {
            "correction_ordered",
            "correction_rechecked",
            "preservation_resolved",
            "resumption_decided",
            "recording_noted",  # service and execution are filmed as well
            *AFTER_SEALING,
        }
        assert not decided or set(late) <= allowed_still


def test_a_revoked_decision_opens_the_case_anew() -> None:
    """What was barred by the decision may be done again once it was revoked, and not merely because time went by."""
    file = next(file for file in FILES if any(act.kind == "penalty_decided" for act in file.acts))
    state = CaseState(library().law(region=file.head.region, field=file.head.field), file.head)
    for act in file.acts:
        state.absorb(act)
    later = file.closed_at + timedelta(days=30)
    inspection = ActRecord(len(file.acts) + 2, "inspection_recorded", later + timedelta(days=1))
    assert "kind.until" in {one.rule for one in state.judge(inspection)}
    state.absorb(ActRecord(len(file.acts) + 1, "decision_revoked", later))
    assert "kind.until" not in {one.rule for one in state.judge(inspection)}


def test_a_demand_lets_the_party_be_heard_once_more() -> None:
    """Administrative Compulsion Law, article 36: on receiving a demand the party may state its case."""
    file = next(file for file in FILES if any(act.kind == "penalty_decided" for act in file.acts))
    state = CaseState(library().law(region=file.head.region, field=file.head.field), file.head)
    for act in file.acts:
        state.absorb(act)
    later = file.closed_at + timedelta(days=30)
    statement = ActRecord(len(file.acts) + 2, "statement_recorded", later + timedelta(days=1))
    assert "kind.until" in {one.rule for one in state.judge(statement)}
    state.absorb(ActRecord(len(file.acts) + 1, "demand_notice_issued", later))
    assert "kind.until" not in {one.rule for one in state.judge(statement)}
