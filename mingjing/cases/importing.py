"""Old cases brought in many at once: judged one by one as `record_act` judges, stored in one go.

What is promised of a single imported act holds of each: kept whatever the verdicts, refused where a fact cannot be
kept, its commitment in the log, its rows derived, and once only under its token.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.cases import derived
from mingjing.cases.law import CaseFile, law_of
from mingjing.cases.models import Act, Case
from mingjing.cases.services import SALT_BYTES, Origin
from mingjing.cases.timeline import ActBody
from mingjing.cases.trial import Deed, Trial, judge_deed
from mingjing.cases.whole import Ready, Whole, act_body, act_row, ready, store
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord, Outcome, Verdict

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One old case: its acts in their order, each with the token under which it comes in once."""

    procedure: str
    deeds: Sequence[tuple[Deed, str]]
    origin: Origin

    @property
    def token(self) -> str:
        return self.deeds[0][1]


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one: the code of its case and whether that was here before, or why it cannot be kept."""

    code: str = ""
    stored: bool = False
    refused: Trial | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One old case as it will be stored, or the trial of its act that cannot be kept."""

    token: str
    kind: str  # of its first act
    outcome: Ready | Trial


def judge_histories(histories: Sequence[History], agency: "Agency") -> list[Judged]:
    """Judge old cases act by act and make what will be stored of them. Writes nothing; needs no transaction."""
    return [
        Judged(one.token, one.deeds[0][0].kind, _judged(one, agency, timezone.now())) for one in histories
    ]


def bring_in(judged: Sequence[Judged], agency: "Agency") -> list[Brought]:
    """Store what was judged, in the caller's transaction: all of it or nothing.

    What came in under its token before stays as it is and is told, as is what cannot be kept.
    """
    known = _opened_under([one.token for one in judged])
    fresh: dict[str, Ready] = {}
    brought = []
    for one in judged:
        if (done := known.get(one.token)) is not None:
            brought.append(_same(one, *done))
        elif isinstance(one.outcome, Trial):
            brought.append(Brought(refused=one.outcome))
        else:
            first = fresh.setdefault(one.token, one.outcome)
            brought.append(Brought(first.code, stored=first is not one.outcome))
    store(list(fresh.values()), agency)
    return brought


def _opened_under(tokens: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    rows = Act.objects.filter(once__in=tokens).values_list("once", "seq", "kind", "case__code")
    return {once: (seq, kind, code) for once, seq, kind, code in rows}


def _same(one: Judged, seq: int, kind: str, code: str) -> Brought:
    """Give the case that this one became before; a token of another act brings in nothing."""
    if seq == 1 and kind == one.kind:
        return Brought(code, stored=True)
    said = "这条记录的编号已经用于另一个行为，没有重复迁入。请核对来源文件。"
    return Brought(refused=Trial(facts={}, errors={"": [said]}))


def _judged(history: History, agency: "Agency", now: datetime) -> Ready | Trial:
    case = _case(history, agency, now)
    file = CaseFile(case=case, law=law_of(case), acts=())
    acts: list[tuple[Act, ActBody]] = []
    for deed, once in history.deeds:
        trial, record = judge_deed(file, deed, now)
        if not trial.lawful:
            return trial
        acts.append(_act(file, deed, record, trial, once=once, now=now))
        derived.carry(
            case, file.law.kinds[deed.kind], record.facts, [one.person for one in record.performers]
        )
        file = replace(file, acts=(*file.acts, record), held=(*file.held, _not_a_pass(trial.verdicts)))
    case.act_count = len(acts)
    return ready(Whole(case, acts, derived.stand(case, file.state.standing(now))))


def _act(
    file: CaseFile, deed: Deed, record: ActRecord, trial: Trial, *, once: str, now: datetime
) -> tuple[Act, ActBody]:
    body = act_body(
        file.case,
        record,
        trial.verdicts,
        code=secrets.token_hex(12),
        pack=file.law.digest,
        by=deed.by.username,
        at=now,
        imported=True,
    )
    return act_row(file.case, body, once=once, salt=secrets.token_bytes(SALT_BYTES)), body


def _not_a_pass(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Give what a later act is judged beside: what is stored of an earlier one."""
    return tuple(one for one in verdicts if one.applies and one.outcome is not Outcome.PASS)


def _case(history: History, agency: "Agency", now: datetime) -> Case:
    first, origin = history.deeds[0][0], history.origin
    return Case(
        code=secrets.token_hex(12),
        log_code=secrets.token_hex(12),
        agency=agency,
        procedure=history.procedure,
        region=origin.region,
        field=origin.field,
        imported=True,
        fragment=origin.fragment,
        source=origin.source,
        opened_on=legal_day(first.done_at) if first.done_at else None,
        stage="",
        last_act_at=now,
    )
