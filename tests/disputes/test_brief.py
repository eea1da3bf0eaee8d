"""Each kind of objection alone: what brings it up, and the twin that does not."""

from datetime import UTC, date, datetime

import pytest

from mingjing.disputes import brief
from mingjing.disputes.standing import dues_of, standing_of
from mingjing.lawengine.model import ActRecord, Deadline, EvidenceRef, Source, Standing, Status
from mingjing.packs.dispute_terms import dispute_terms
from mingjing.packs.load import library

TERMS = dispute_terms()
NOTHING = Standing("", (), (), (), 100, False, {})
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def act(*evidence: EvidenceRef, **facts) -> ActRecord:
    return ActRecord(seq=3, kind="evidence_collected", done_at=AT, facts=facts, evidence=evidence)


def ref(digest: str, kind: str = "documentary", side: str = "against") -> EvidenceRef:
    return EvidenceRef(digest=digest, legal_kind=kind, side=side)


def kinds(found) -> list[str]:
    return [one.kind.code for one in found]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ((), ["evidence_weak"]),
        ((ref("a"),), ["evidence_weak", "one_sided"]),
        ((ref("a", "party_statement"), ref("b", "party_statement", "neutral")), ["evidence_weak"]),
        ((ref("a"), ref("b")), ["one_sided"]),
        ((ref("a"), ref("b"), ref("c", side="for")), []),
        ((ref("a"), ref("b", side="neutral")), []),
    ],
)
def test_thin_and_one_sided_evidence(evidence, expected):
    """None, one, the party's own words alone, all against him; enough on both sides says nothing."""
    assert kinds(brief._evidence([act(*evidence)], NOTHING, TERMS)) == expected


@pytest.mark.parametrize(
    ("status", "met_on", "today", "said"),
    [
        (Status.MET, date(2026, 3, 31), date(2026, 5, 1), "只剩 1 日"),
        (Status.MET, date(2026, 4, 1), date(2026, 5, 1), "最后一日"),
        (Status.MET, date(2026, 3, 10), date(2026, 5, 1), ""),
        (Status.RUNNING, None, date(2026, 3, 30), "还没有办，只剩 2 日"),
        (Status.RUNNING, None, date(2026, 3, 10), ""),
        (Status.MISSED, None, date(2026, 5, 1), ""),
    ],
)
def test_what_was_done_at_the_edge_of_a_limit(status, met_on, today, said):
    """Within the last fifth of it, done or not; early is nothing, and a missed one is a breach of its own."""
    limit = Deadline(
        rule="cn.x",
        title="送达",
        topic="service",
        start=date(2026, 3, 2),
        start_seq=1,
        due=date(2026, 4, 1),
        status=status,
        met_on=met_on,
        steps=(),
        source=Source("行政处罚法（2021）", "第六十一条"),
        severity="grade",
    )
    found = [one.said for one in brief._near([limit], TERMS, today)]
    assert [said in one for one in found] == ([True] if said else [])


def test_a_reason_in_place_of_what_ought_to_have_been_done():
    """The reason is quoted; without one there is nothing to say."""
    law = library().law(region="410481", field="urban", agency="410481-urban")
    found = list(brief._excused(law, [act(no_recording_reason="设备没电")], TERMS))
    assert kinds(found) == ["excused"]
    assert "设备没电" in found[0].said
    assert not list(brief._excused(law, [act(place="某路")], TERMS))


def test_the_heavier_kind_comes_first_then_the_earlier_act():
    """Rank is weight, then order of the acts, and nothing else."""
    weights = TERMS.weights
    given = [
        brief.Objection(weights["near_limit"], "a", seq=1),
        brief.Objection(weights["block"], "b", seq=9),
        brief.Objection(weights["block"], "c", seq=2),
    ]
    assert [one.said for one in sorted(given, key=lambda one: one.rank)] == ["c", "b", "a"]


class Step:
    """An event as the fold sees it."""

    by = "reviewer"

    def __init__(self, kind: str, on: date, **facts) -> None:
        self.kind, self.on, self.facts = kind, on, facts


@pytest.mark.parametrize(
    ("dispute", "simple", "opened", "expected"),
    [
        ("litigation", False, date(2026, 3, 2), date(2026, 3, 17)),
        ("litigation", False, date(2026, 3, 13), date(2026, 3, 30)),  # the 28th is a Saturday
        ("reconsideration", False, date(2026, 3, 2), date(2026, 3, 16)),  # ten working days
        ("reconsideration", True, date(2026, 3, 2), date(2026, 3, 9)),  # five
    ],
)
def test_until_when_the_answer_is_due(dispute, simple, opened, expected):
    """Calendar days before the court, rolled from a rest day; working days before the reconsideration body."""
    now = standing_of(opened, [], TERMS)
    dues = dues_of(now, TERMS.limits_of(dispute, simple=simple), library().calendar)
    reply = next(one for one in dues if one.limit.whose == "own")
    assert (reply.end, reply.state(expected), reply.state(date(2026, 12, 1))) == (
        expected,
        "running",
        "missed",
    )

    answered = standing_of(opened, [Step("replied", expected)], TERMS)
    dues = dues_of(answered, TERMS.limits_of(dispute, simple=simple), library().calendar)
    assert next(one for one in dues if one.limit.whose == "own").state(date(2026, 12, 1)) == "met"


def test_what_is_still_to_be_carried_out_until_an_appeal():
    """A duty stands until it is done or an appeal is lodged; a loss without a named check waits for one."""
    lost = Step("decided", date(2026, 4, 1), outcome="redo", causes=[], duty="重作", perform_by="2026-05-01")
    states = [
        standing_of(date(2026, 3, 2), [lost, *more], TERMS).state
        for more in (
            [],
            [Step("performed", date(2026, 4, 9))],
            [Step("performed", date(2026, 4, 9)), Step("check_named", date(2026, 4, 9), rule="x")],
            [Step("appealed", date(2026, 4, 9))],
        )
    ]
    assert states == ["to_perform", "to_learn", "done", "done"]
