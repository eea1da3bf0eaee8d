"""The terms of a version, from what the pack wrote to what the judge reads; every word is checked on the way."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, get_args

from mingjing.lawengine.condition import Condition
from mingjing.lawengine.terms import (
    AccrualTerms,
    ActRef,
    Bound,
    CeilingTerms,
    ConditionTerms,
    DeadlineTerms,
    Extension,
    Figure,
    Multiple,
    Pause,
    QuorumTerms,
    RecordingTerms,
    Replied,
    RequiredTerms,
    SeparationTerms,
    SequenceTerms,
    Terms,
    Unit,
)
from mingjing.packs.conditions import Fail, Vocabulary, compile_condition
from mingjing.packs.source import nearest

UNITS: Final = get_args(Unit)
BOUNDS: Final = ("at_most", "at_least", "below", "above")
MEDIA: Final = ("photo", "audio", "video", "document", "other")
_ACT: Final = re.compile(r"(\w+)(?:\[(\w+)=([^\]]+)\])?")
_USED_TERM: Final = re.compile(r"\bterms\.(\w+)")

# What a rule of each kind may write in its terms.
KEYS: Final[Mapping[str, frozenset[str]]] = {
    "sequence": frozenset({"needs", "forbids"}),
    "deadline": frozenset(
        [
            "from",
            "from_field",
            "occurrence",
            "amount",
            "unit",
            "bound",
            "roll",
            "extensions",
            "pauses",
            "promised",
            "met_by",
            "dropped_by",
            "unless",
        ]
    ),
    "quorum": frozenset(
        [
            "officers",
            "certificate",
            "of_agency",
            "field_of_certificate",
            "legal_qualification",
            "no_auxiliary",
            "only_auxiliary",
        ]
    ),
    "separation": frozenset({"apart_from", "people_field", "apart_from_people"}),
    "ceiling": frozenset({"fact", "by", "unless", *BOUNDS}),
    "accrual": frozenset(
        [
            "fact",
            "principal",
            "rate",
            "from",
            "from_field",
            "amount",
            "unit",
            "roll",
            "cap_times",
            "pauses",
            "days",
        ]
    ),
    "required": frozenset({"facts", "true", "answered", "replied", "rows_complete", "evidence", "contains"}),
    "recording": frozenset({"media", "unless", "whole"}),
    "condition": frozenset({"holds", "says"}),
}


@dataclass(frozen=True)
class TermsReader:
    """Reads the terms of one version. `fail` makes the error that names file and line."""

    words: Vocabulary
    fail: Fail
    acts: tuple[str, ...]

    def read(self, kind: str, raw: Mapping[str, Any], when: str) -> Terms:
        """Give the terms of a rule of this kind. Raises PackError."""
        used = {name for text in (when, *map(str, raw.values())) for name in _USED_TERM.findall(text)}
        for key in raw:
            if key not in KEYS[kind] | used:
                raise self.fail(f"{kind} 规则的条款里没有“{key}”{nearest(key, KEYS[kind])}")
        return _READERS[kind](self, raw)

    def acts_in(self, given: Any, what: str) -> tuple[ActRef, ...]:
        """Read one act or a list of acts."""
        return tuple(self.act(one, what) for one in self._texts(given, what))

    def groups_in(self, given: Any, what: str) -> tuple[tuple[ActRef, ...], ...]:
        """Read a list of which each item is one act or several with | between them."""
        if not isinstance(given, list):
            raise self.fail(f"“{what}”要写成列表，每项是一个行为，或者用 | 隔开的几个行为")
        return tuple(tuple(self.act(one.strip(), what) for one in str(group).split("|")) for group in given)

    def act(self, given: Any, what: str) -> ActRef:
        """Read one act: `kind` or `kind[field=value]`."""
        found = _ACT.fullmatch(str(given))
        if found is None:
            raise self.fail(f"“{what}”里的“{given}”写法不对，应为 行为 或者 行为[字段=值]")
        kind, field, value = found.groups()
        if kind not in self.words.kinds:
            raise self.fail(f"“{what}”里的行为“{kind}”没有定义{nearest(kind, self.words.kinds)}")
        return ActRef(kind, field, self._value(kind, field, value)) if field else ActRef(kind)

    def fields_in(self, given: Any, what: str) -> tuple[str, ...]:
        """Read one field or a list of fields."""
        return tuple(self.field(one, what) for one in self._texts(given, what))

    def field(self, name: Any, what: str) -> str:
        """Read the name of a field."""
        if not isinstance(name, str) or name not in self.words.fields:
            raise self.fail(f"“{what}”里的字段“{name}”没有定义{nearest(str(name), self.words.fields)}")
        return name

    def condition(self, source: Any, raw: Mapping[str, Any]) -> Condition:
        """Compile a condition of the terms."""
        if not isinstance(source, str):
            raise self.fail("条件要写成文字")
        return compile_condition(source, raw, self.words, self.fail)

    def number(self, value: Any, what: str) -> int:
        """Read a whole number, zero or more."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(f"“{what}”要写成不小于零的整数")
        return value

    def word(self, value: Any, choices: Iterable[str], what: str) -> Any:
        """Read a word of a closed list."""
        if value not in choices:
            raise self.fail(f"“{what}”只能是 {'、'.join(choices)}，不能是“{value}”")
        return value

    def flag(self, raw: Mapping[str, Any], key: str, *, default: bool) -> bool:
        """Read true or false."""
        if not isinstance(raw.get(key, default), bool):
            raise self.fail(f"“{key}”只能是 true 或 false")
        return bool(raw.get(key, default))

    def table(self, raw: Mapping[str, Any], key: str, allowed: Iterable[str]) -> Mapping[str, Any]:
        """Read a table with these keys and no others; an absent one is empty."""
        value = raw.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"“{key}”要写成 {{ … }}")
        for name in value:
            self.word(name, tuple(allowed), key)
        return value

    def _texts(self, given: Any, what: str) -> list[str]:
        listed = [given] if isinstance(given, str) else given
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise self.fail(f"“{what}”要写成文字或者文字的列表")
        return listed

    def _value(self, kind: str, name: str, value: str) -> object:
        field = self.words.fields[self.field(name, kind)]
        if not self.words.kinds[kind].asks(name):
            raise self.fail(f"行为“{kind}”的表单没有字段“{name}”，不能用它限定")
        if field.type == "bool":
            return bool(self.word(value, ("true", "false"), name) == "true")
        if field.options:
            self.word(value, tuple(code for code, _ in field.options), name)
        return value


def _sequence(read: TermsReader, raw: Mapping[str, Any]) -> SequenceTerms:
    groups = read.groups_in(raw.get("needs", []), "needs")
    forbids = read.acts_in(raw.get("forbids", []), "forbids")
    if not groups and not forbids:
        raise read.fail("sequence 规则至少要有 needs 或者 forbids")
    return SequenceTerms(groups, forbids)


def _deadline(read: TermsReader, raw: Mapping[str, Any]) -> DeadlineTerms:
    start = read.acts_in(raw.get("from", []), "from")
    start_field = read.field(raw["from_field"], "from_field") if "from_field" in raw else ""
    if bool(start) == bool(start_field):
        raise read.fail("deadline 规则要写 from 或者 from_field，二者其一")
    unit: Unit = read.word(raw.get("unit"), UNITS, "unit")
    met_by = read.acts_in(raw.get("met_by", list(read.acts)), "met_by")
    if strange := {ref.kind for ref in met_by} - set(read.acts):
        raise read.fail(f"met_by 的行为“{min(strange)}”不在 acts 里，请把它加进 acts，或者从 met_by 删去")
    bound = read.word(raw.get("bound", "within"), ("within", "not_before", "before"), "bound")
    return DeadlineTerms(
        amount=read.number(raw.get("amount"), "amount"),
        unit=unit,
        start=start,
        start_field=start_field,
        occurrence=read.word(raw.get("occurrence", "first"), ("first", "last", "each"), "occurrence"),
        bound=bound,
        # Counting back has no end to roll; working days end on a working day of themselves; hours never roll.
        roll=read.flag(
            raw, "roll", default=unit in ("calendar_days", "months", "years") and bound != "before"
        ),
        extensions=tuple(_extension(read, row) for row in raw.get("extensions", ())),
        pauses=tuple(_pause(read, row) for row in raw.get("pauses", ())),
        promised=str(raw.get("promised", "")),
        met_by=met_by,
        dropped_by=read.acts_in(raw.get("dropped_by", []), "dropped_by"),
        unless=read.acts_in(raw.get("unless", []), "unless"),
    )


def _extension(read: TermsReader, row: Any) -> Extension:
    table = read.table({"extensions": row}, "extensions", ("act", "field", "amount", "unit"))
    if ("field" in table) == ("amount" in table):
        raise read.fail("extensions 每项写 { act, field } 或者 { act, amount, unit }")
    return Extension(
        act=read.act(table.get("act", ""), "extensions"),
        field=read.field(table["field"], "extensions") if "field" in table else "",
        amount=read.number(table.get("amount", 0), "extensions"),
        unit=read.word(table["unit"], UNITS, "extensions") if "unit" in table else None,
    )


def _pause(read: TermsReader, row: Any) -> Pause:
    table = read.table({"pauses": row}, "pauses", ("from", "to"))
    return Pause(read.act(table.get("from", ""), "pauses"), read.act(table.get("to", ""), "pauses"))


def _quorum(read: TermsReader, raw: Mapping[str, Any]) -> QuorumTerms:
    return QuorumTerms(
        officers=read.number(raw.get("officers"), "officers"),
        certificate=read.flag(raw, "certificate", default=True),
        of_agency=read.flag(raw, "of_agency", default=False),
        field_of_certificate=read.flag(raw, "field_of_certificate", default=False),
        legal_qualification=read.flag(raw, "legal_qualification", default=False),
        no_auxiliary=read.flag(raw, "no_auxiliary", default=True),
        only_auxiliary=read.flag(raw, "only_auxiliary", default=False),
    )


def _separation(read: TermsReader, raw: Mapping[str, Any]) -> SeparationTerms:
    terms = SeparationTerms(
        apart_from=read.acts_in(raw.get("apart_from", []), "apart_from"),
        people_field=read.field(raw["people_field"], "people_field") if "people_field" in raw else "",
        apart_from_people=read.fields_in(raw.get("apart_from_people", []), "apart_from_people"),
    )
    if not terms.apart_from and not terms.apart_from_people:
        raise read.fail("separation 规则要写 apart_from 或者 apart_from_people")
    return terms


def _ceiling(read: TermsReader, raw: Mapping[str, Any]) -> CeilingTerms:
    fact = read.field(raw.get("fact"), "fact")
    by = read.field(raw["by"], "by") if "by" in raw else ""
    bounds = {name: _bound(read, raw[name], name, by) for name in BOUNDS if name in raw}
    if not bounds:
        raise read.fail(f"ceiling 规则要写 {'、'.join(BOUNDS)} 之一")
    unless = read.condition(raw["unless"], raw) if "unless" in raw else None
    return CeilingTerms(fact, bounds, by, unless)


def _bound(read: TermsReader, given: Any, what: str, by: str) -> Bound:
    if not isinstance(given, dict) or "fact" in given:
        return _figure(read, given, what)
    if not by:
        raise read.fail(f"“{what}”按取值列表，要写 by = 字段")
    options = tuple(code for code, _ in read.words.fields[by].options)
    for key in given:
        if options:
            read.word(key, options, what)
    return {key: _figure(read, value, what) for key, value in given.items()}


def _figure(read: TermsReader, given: Any, what: str) -> Figure:
    if isinstance(given, dict):
        table = read.table({what: given}, what, ("fact", "times"))
        return Multiple(read.field(table.get("fact"), what), Decimal(str(table.get("times", 1))))
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise read.fail(f"“{what}”要写成数")
    try:
        return Decimal(str(given))
    except ArithmeticError as error:
        raise read.fail(f"“{what}”要写成数，不能是“{given}”") from error


def _accrual(read: TermsReader, raw: Mapping[str, Any]) -> AccrualTerms:
    rate = _figure(read, raw.get("rate"), "rate")
    if not isinstance(rate, Decimal) or not 0 < rate < 1:
        raise read.fail("“rate”要写成每日的比例，如 0.03，大于 0、小于 1")
    times = _figure(read, raw["cap_times"], "cap_times") if "cap_times" in raw else None
    if times is not None and not (isinstance(times, Decimal) and times > 0):
        raise read.fail("“cap_times”要写成大于 0 的倍数")
    unit = read.word(raw.get("unit", "calendar_days"), [one for one in UNITS if one != "hours"], "unit")
    period = {key: raw[key] for key in ("from", "from_field", "roll") if key in raw}
    return AccrualTerms(
        fact=read.field(raw.get("fact"), "fact"),
        principal=read.field(raw.get("principal"), "principal"),
        rate=rate,
        due=_deadline(read, {**period, "amount": raw.get("amount", 0), "unit": unit}),
        cap_times=times,
        pauses=tuple(_pause(read, row) for row in raw.get("pauses", ())),
        days=read.field(raw["days"], "days") if "days" in raw else "",
    )


def _replied(read: TermsReader, raw: Mapping[str, Any]) -> Replied:
    return Replied(
        act=read.act(raw.get("act"), "act"),
        rows=read.field(raw.get("rows"), "rows"),
        to=read.field(raw.get("to"), "to"),
        where=read.field(raw.get("in"), "in"),
        column=read.field(raw.get("column"), "column"),
    )


def _required(read: TermsReader, raw: Mapping[str, Any]) -> RequiredTerms:
    answered = read.table(raw, "answered", ("rows", "column"))
    replied = read.table(raw, "replied", ("act", "rows", "to", "in", "column"))
    complete = read.table(raw, "rows_complete", ("rows", "columns"))
    evidence = read.table(raw, "evidence", ("at_least", "legal_kinds", "media", "side", "of"))
    contains = read.table(raw, "contains", ("field", "any", "all"))
    if not raw:
        raise read.fail(
            "required 规则的条款是空的，请写明 facts、true、answered、replied、rows_complete、evidence、contains 之一"
        )
    return RequiredTerms(
        facts=read.fields_in(raw.get("facts", []), "facts"),
        true=read.fields_in(raw.get("true", []), "true"),
        answered=(read.field(answered.get("rows"), "rows"), read.field(answered.get("column"), "column"))
        if answered
        else None,
        replied=_replied(read, replied) if replied else None,
        rows_complete=(
            read.field(complete.get("rows"), "rows"),
            read.fields_in(complete.get("columns"), "columns"),
        )
        if complete
        else None,
        evidence_at_least=read.number(evidence.get("at_least", 1), "at_least") if evidence else 0,
        evidence_kinds=tuple(evidence.get("legal_kinds", ())),
        evidence_media=tuple(read.word(one, MEDIA, "media") for one in evidence.get("media", ())),
        evidence_side=read.word(evidence.get("side", ""), ("", "for", "against", "neutral"), "side"),
        evidence_of=read.word(evidence.get("of", "case"), ("act", "case"), "of"),
        contains_field=read.field(contains.get("field"), "contains") if contains else "",
        contains_any=tuple(contains.get("any", ())),
        contains_all=tuple(contains.get("all", ())),
    )


def _recording(read: TermsReader, raw: Mapping[str, Any]) -> RecordingTerms:
    media = tuple(read.word(one, MEDIA, "media") for one in raw.get("media", ()))
    if not media:
        raise read.fail('recording 规则要写 media = ["video", …]')
    unless = read.field(raw["unless"], "unless") if "unless" in raw else ""
    return RecordingTerms(media, unless, read.flag(raw, "whole", default=False))


def _condition(read: TermsReader, raw: Mapping[str, Any]) -> ConditionTerms:
    says = str(raw.get("says", ""))
    for name in re.findall(r"\{([\w.]+)\}", says):
        known = name.removeprefix("terms.") in raw if name.startswith("terms.") else name in read.words.names
        if not known:
            raise read.fail(f"says 里的“{{{name}}}”不是字段{nearest(name, read.words.fields)}")
    filled = re.sub(r"\{terms\.(\w+)\}", lambda found: str(raw[found[1]]), says)
    return ConditionTerms(read.condition(raw.get("holds"), raw), filled)


_READERS: Final[Mapping[str, Callable[[TermsReader, Mapping[str, Any]], Terms]]] = {
    "sequence": _sequence,
    "deadline": _deadline,
    "quorum": _quorum,
    "separation": _separation,
    "ceiling": _ceiling,
    "accrual": _accrual,
    "required": _required,
    "recording": _recording,
    "condition": _condition,
}
