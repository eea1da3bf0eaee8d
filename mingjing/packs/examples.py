"""The worked examples of rules, run: each builds a small case, asks the engine, and compares the answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import CaseState, judge_rule
from mingjing.lawengine.model import (
    ActRecord,
    CaseHead,
    Deadline,
    EvidenceRef,
    Example,
    Law,
    Performer,
    Rule,
    Verdict,
)
from mingjing.lawengine.running import deadlines
from mingjing.lawengine.verdicts import not_applicable
from mingjing.lawengine.view import View, event_of, readable
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.load import Library
from mingjing.packs.source import PackError
from mingjing.packs.terms import TermsReader

AGENCY: Final = "示例机关"
NOON: Final = time(12, tzinfo=BEIJING)


@dataclass(frozen=True, slots=True)
class Result:
    """What an example gave; `wanted` and `got` are in the words of the pack."""

    rule: Rule
    example: Example
    wanted: str
    got: str
    reason: str

    @property
    def good(self) -> bool:
        return self.wanted == self.got


@dataclass(frozen=True)
class Bench:
    """Runs examples of rules. `law` is that of the nation: an example is about one rule, whatever overlays exist."""

    law: Law

    @classmethod
    def of(cls, library: Library) -> "Bench":
        """Give a bench with the words of the library."""
        return cls(library.law(region="", field=""))

    def run(self, rule: Rule, example: Example) -> Result:
        """Run one example."""
        wanted, answer = self._wanted(example), ""
        if "due" in example.setting or "status" in example.setting:
            got, answer = self._ask_limit(rule, example)
        else:
            verdict = self._judge(rule, example)
            got, answer = outcome_of(verdict), verdict.reason
        return Result(rule, example, wanted, got, answer)

    def _wanted(self, example: Example) -> str:
        setting = example.setting
        if "due" not in setting and "status" not in setting:
            return example.expect
        due = _moment_text(setting["due"]) if "due" in setting else ""
        return " ".join(part for part in (str(setting.get("status", "")), due) if part)

    def _judge(self, rule: Rule, example: Example) -> Verdict:
        state, on = self._state(rule, example), _moment(example.on)
        act = self._act(rule, example, len(state.events) + 1, on)
        if not rule.speaks_in(state.head.procedure):
            return not_applicable(rule, None, "这一程序不适用本规则")
        return judge_rule(rule, View(state, event_of(act)))

    def _ask_limit(self, rule: Rule, example: Example) -> tuple[str, str]:
        state = self._state(rule, example)
        facts = dict(self._facts(example.facts))
        state.facts |= facts
        state.variables |= dict(readable(facts, self.law))
        for later in example.setting.get("after", ()):
            state.absorb(self._earlier(later, _moment(example.on), len(state.events) + 1))
        state.law = replace(state.law, rules=(rule,))
        found = list(deadlines(state, _moment(example.on)))
        if not found:
            return "not_applicable", "期限没有起算"
        limit = found[-1]
        return _answer(limit, example), "；".join(limit.steps)

    def _state(self, rule: Rule, example: Example) -> CaseState:
        given = example.setting.get("head", {})
        head = CaseHead(
            region=given.get("region", ""),
            field=given.get(
                "field", rule.scope.removeprefix("field/") if rule.scope.startswith("field/") else "urban"
            ),
            agency=AGENCY,
            agency_kind=given.get("agency_kind", "bureau"),
            procedure=given.get("procedure", next(iter(rule.procedures), "ordinary")),
            fragment=bool(example.setting.get("fragment", False)),
            promised=given.get("promised", {}),
        )
        state = CaseState(self.law, head)
        eve = _moment(example.on) - timedelta(days=1)
        for earlier in example.setting.get("before", ()):
            state.absorb(self._earlier(earlier, eve, len(state.events) + 1))
        return state

    def _earlier(self, given: Any, eve: datetime, seq: int) -> ActRecord:
        if isinstance(given, str):
            reader = TermsReader(Vocabulary(self.law.fields, self.law.kinds), _fail, ())
            ref = reader.act(given, "before")
            facts = {ref.field: ref.value} if ref.field else {}
            return ActRecord(seq, ref.kind, eve, facts, _people(None), ())
        return ActRecord(
            seq=seq,
            kind=given["kind"],
            done_at=_moment(given["on"]) if "on" in given else eve,
            facts=dict(self._facts(given.get("facts", {}))),
            performers=_people(given.get("performers")),
            evidence=tuple(_evidence(given.get("evidence", ()), seq)),
        )

    def _act(self, rule: Rule, example: Example, seq: int, on: datetime) -> ActRecord:
        return ActRecord(
            seq=seq,
            kind=example.setting.get("act", rule.acts[0]),
            done_at=on,
            facts=dict(self._facts(example.facts)),
            performers=_people(example.setting.get("performers")),
            evidence=tuple(_evidence(example.setting.get("evidence", ()), seq)),
        )

    def _facts(self, given: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
        numeric = self.law.numeric_fields
        for name, value in given.items():
            yield name, str(value) if name in numeric else plain_value(value)


def outcome_of(verdict: Verdict) -> str:
    """Give the verdict in the word of the packs."""
    return verdict.outcome.value if verdict.applies else "not_applicable"


def plain_value(value: Any) -> object:
    """Give a TOML value as facts are stored: days and hours as text."""
    if isinstance(value, datetime):
        return _moment(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(Decimal(str(value)))
    if isinstance(value, list):
        return [plain_value(one) for one in value]
    return {name: plain_value(one) for name, one in value.items()} if isinstance(value, dict) else value


def _answer(limit: Deadline, example: Example) -> str:
    status = limit.status.value if "status" in example.setting else ""
    due = _moment_text(limit.due) if "due" in example.setting and limit.due else ""
    return " ".join(part for part in (status, due) if part)


def _moment_text(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        return _moment(moment).strftime("%Y-%m-%d %H:%M")
    return moment.isoformat()


def _moment(given: date | datetime) -> datetime:
    """Take a bare date as noon in Beijing, and a bare time as Beijing time."""
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=BEIJING)
    return datetime.combine(given, NOON)


def _people(given: Sequence[Mapping[str, Any]] | None) -> tuple[Performer, ...]:
    """Give the performers of an example; two officers with valid certificates where it names none."""
    named: Sequence[Mapping[str, Any]] = (
        given if given is not None else [{"name": "执法员一"}, {"name": "执法员二"}]
    )
    return tuple(
        Performer(
            person=one["name"],
            name=one["name"],
            agency=AGENCY if one.get("agency", "own") == "own" else str(one["agency"]),
            role=one.get("role", "officer"),
            certificate="示例证号",
            certificate_state=one.get("certificate", "valid"),
            certificate_fields=tuple(one.get("fields", ("urban",))),
            legal_qualification=one.get("legal_qualification", ""),
            auxiliary=one.get("aux", False),
        )
        for one in named
    )


def _evidence(given: Sequence[Mapping[str, Any]], seq: int) -> Iterator[EvidenceRef]:
    for number, one in enumerate(given):
        medium, side = one.get("medium", "document"), one.get("side", "against")
        yield EvidenceRef(f"示例{seq}-{number}", one.get("kind", ""), medium, side)


def _fail(message: str) -> PackError:
    return PackError("example", 1, message)
