"""Conditions of packs, compiled and checked against the vocabulary: a slip is found at start and not in a case."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from mingjing.lawengine.condition import Condition, context_of
from mingjing.lawengine.vocabulary import ActKind, Field
from mingjing.packs.source import nearest

# What every condition may read besides fields and did_/n_ of acts.
CASE_NAMES: Final[Mapping[str, object]] = {
    "procedure": "ordinary",
    "region": "410481",
    "field": "urban",
    "agency_kind": "bureau",
    "act_kind": "penalty_decided",
    "performer_count": 2,
    "act_day": "2026-03-02",
    "act_day_is_working": True,
}

_TERM: Final = re.compile(r"\bterms\.(\w+)")
_EQUALS: Final = re.compile(r"\b(\w+)\s*[!=]=\s*['\"]([^'\"]*)['\"]")
_HAS: Final = re.compile(r"['\"]([^'\"]*)['\"]\s+in\s+(\w+)")
_AMONG: Final = re.compile(r"\b(\w+)\s+in\s+\[([^\]]*)\]")

Fail = Callable[[str], Exception]


@dataclass(frozen=True)
class Vocabulary:
    """All words a rule may use: fields and kinds of act."""

    fields: Mapping[str, Field]
    kinds: Mapping[str, ActKind]
    compiled: dict[str, Condition] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name a condition may read."""
        acts = {f"{prefix}_{kind}" for kind in self.kinds for prefix in ("did", "n")}
        return frozenset(self.fields) | acts | CASE_NAMES.keys()

    @cached_property
    def tables(self) -> frozenset[str]:
        """Fields whose value is a list of rows."""
        return frozenset(name for name, f in self.fields.items() if f.type in ("rows", "citations"))

    @cached_property
    def samples(self) -> tuple[Mapping[str, object], ...]:
        """Two made-up cases in which everything is known: every yes-or-no false, and every one true."""
        return tuple(self._sample(known=known) for known in (False, True))

    def _sample(self, *, known: bool) -> dict[str, object]:
        values = {name: _sample_value(f, self.fields, known=known) for name, f in self.fields.items()}
        for kind in self.kinds:
            values |= {f"did_{kind}": known, f"n_{kind}": int(known)}
        return values | dict(CASE_NAMES)


def compile_condition(source: str, terms: Mapping[str, Any], words: Vocabulary, fail: Fail) -> Condition:
    """Compile a condition, with `terms.x` put in. Raises what `fail` makes, with a message that tells the mend."""
    text = _TERM.sub(lambda found: _literal(found[1], terms, fail), source)
    if text in words.compiled:
        return words.compiled[text]
    try:
        condition = Condition(text, words.tables)
    except ValueError as error:
        reason = next((line for line in str(error).splitlines() if "ERROR" in line), str(error))
        raise fail(
            f"条件写法有误：{text}（{reason.split('ERROR: ')[-1]}）。请检查括号、引号和运算符"
        ) from error
    for name in sorted(condition.names - words.names):
        raise fail(f"条件里的“{name}”不是字段，也不是可用的名字{nearest(name, words.names)}")
    _check_options(text, words, fail)
    for sample in words.samples:
        if fault := condition.fault(context_of(sample.get)):
            hint = "；金额做算术要写小数（如 2.0），比较的两边类型要一致"
            raise fail(f"条件算不出“是”或“否”：{text}（{fault}）{hint}")
    words.compiled[text] = condition
    return condition


def _literal(name: str, terms: Mapping[str, Any], fail: Fail) -> str:
    if name not in terms:
        raise fail(f"条件用到 terms.{name}，但条款里没有“{name}”，请在 terms 里写上它，或者改正名称")
    value = terms[name]
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    return json.dumps(value, ensure_ascii=False)


def _check_options(text: str, words: Vocabulary, fail: Fail) -> None:
    """Refuse a comparison with an option that the field does not have: it could never be true."""
    pairs = _EQUALS.findall(text)
    pairs += [(name, value) for value, name in _HAS.findall(text)]
    for name, listed in _AMONG.findall(text):
        pairs += [(name, value) for value in re.findall(r"['\"]([^'\"]*)['\"]", listed)]
    for name, value in pairs:
        known = words.fields.get(name)
        options = [code for code, _ in known.options] if known else []
        if options and value not in options:
            raise fail(f"字段“{name}”没有选项“{value}”{nearest(value, options)}")


def _sample_value(sample: Field, fields: Mapping[str, Field], *, known: bool) -> object:
    if sample.type == "rows":
        return [{name: _sample_value(fields[name], fields, known=known) for name in sample.columns}]
    values: dict[str, object] = {"money": 1.0, "decimal": 1.0, "int": 1, "bool": known}
    values |= {"multichoice": ["x"], "people": ["x"], "citations": [{"law": "x", "article": "x"}]}
    return values.get(sample.type, "2026-03-02")
