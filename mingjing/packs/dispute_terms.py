"""Limits, outcomes and causes of loss of reconsideration and litigation, with sources; no day is counted here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.load import Library, library
from mingjing.packs.plain_words import TOPICS
from mingjing.packs.source import PackError, PackFile

NAME: Final = "cn/disputes.toml"
KINDS: Final[Mapping[str, str]] = {"reconsideration": "行政复议", "litigation": "行政诉讼"}
UNITS: Final = ("calendar_days", "working_days", "months")
WHOSE: Final[Mapping[str, str]] = {"own": "本机关", "body": "复议机关、法院", "party": "当事人"}
STEPS: Final = ("opened", "replied", "heard", "decided", "appealed", "performed")
_PARTS: Final = ("limit", "attendance", "outcome", "cause", "brief", "objection")
_CITED: Final = ("law", "article", "quote", "verified")
_LIMIT: Final = ("code", "dispute", "title", "from", "met_by", "whose", "amount", "unit", *_CITED)
_OUTCOME: Final = ("code", "title", "loss", "act", "revocation", "performs")
_CAUSE: Final = ("code", "title", "reconsideration", "litigation", "topics")
_BRIEF: Final = ("evidence_least", "near_share", "alike_years", "excuses")
_OBJECTION: Final = ("code", "title", "weight", "because")
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a figure comes from; `verified` false is said wherever it is shown."""

    law: str
    article: str
    quote: str
    verified: bool

    def cite(self) -> str:
        """Give it as people write it."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one kind of dispute: from which step, met by which, whose it is. `simple`: of which procedure."""

    code: str
    dispute: str
    title: str
    start: str
    met_by: tuple[str, ...]
    whose: str
    amount: int
    unit: Unit
    source: Cited
    simple: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a dispute ended: whether that is a loss, what the case file calls it, and what becomes of the decision."""

    code: str
    title: str
    loss: bool
    act: str
    revocation: str
    performs: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a decision fell, with the clause of either law, and the topics of the checks that answer for it."""

    code: str
    title: str
    clauses: Mapping[str, tuple[str, str]]  # kind of dispute -> law, article
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy one kind of objection is, and why; it orders and decides nothing."""

    code: str
    title: str
    weight: int
    because: str


@dataclass(frozen=True, slots=True)
class DisputeTerms:
    """Everything the packs say of disputes."""

    limits: tuple[Limit, ...]
    attendance: Cited
    outcomes: Mapping[str, Outcome]
    causes: Mapping[str, Cause]
    weights: Mapping[str, Weight]
    evidence_least: int
    near_share: int
    alike_years: int
    excuses: tuple[str, ...]

    def limits_of(self, dispute: str, *, simple: bool) -> list[Limit]:
        """Give the limits of a kind of dispute, of the ordinary or the simple procedure."""
        return [one for one in self.limits if one.dispute == dispute and one.simple in (None, simple)]


@cache
def dispute_terms() -> DisputeTerms:
    """Give what the packs in use say. Raises PackError."""
    return read_dispute_terms(library())


def check_dispute_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault, for the check of packs."""
    try:
        read_dispute_terms(found)
    except PackError as fault:
        return [str(fault)]
    return []


def read_dispute_terms(found: Library) -> DisputeTerms:
    """Read them from given packs. Raises PackError, saying in Chinese which line is wrong."""
    file = next((one for one in found.packs["cn"].files if one.name == NAME), None)
    if file is None:
        raise PackError(NAME, 1, "缺少这个文件")
    file.known_keys(file.data, _PARTS)
    _demand(file, file.data, _PARTS)
    brief = file.data["brief"]
    _demand(file, brief, _BRIEF, "brief")
    if unknown := [one for one in brief["excuses"] if one not in found.fields]:
        raise file.fault(f"没有“{unknown[0]}”这个字段", "brief", "excuses")
    return DisputeTerms(
        limits=tuple(_each(file, "limit", _LIMIT, _limit, "simple")),
        attendance=_cited(file.data["attendance"]),
        outcomes={one.code: one for one in _each(file, "outcome", _OUTCOME, _outcome)},
        causes={one.code: one for one in _each(file, "cause", _CAUSE, _cause)},
        weights={one.code: one for one in _each(file, "objection", _OBJECTION, _weight)},
        evidence_least=int(brief["evidence_least"]),
        near_share=int(brief["near_share"]),
        alike_years=int(brief["alike_years"]),
        excuses=tuple(brief["excuses"]),
    )


def _demand(file: PackFile, table: Mapping[str, Any], names: tuple[str, ...], *where: str | int) -> None:
    if missing := [name for name in names if name not in table]:
        raise file.fault(f"缺少 {'、'.join(missing)}", *where)


def _each(
    file: PackFile,
    part: str,
    keys: tuple[str, ...],
    read: Callable[[PackFile, int, Mapping[str, Any]], _Part],
    *more: str,
) -> list[_Part]:
    found = []
    for number, table in enumerate(file.data[part]):
        file.known_keys(table, (*keys, *more), part, number)
        _demand(file, table, keys, part, number)
        found.append(read(file, number, table))
    return found


def _limit(file: PackFile, number: int, given: Mapping[str, Any]) -> Limit:
    wrong = {
        "dispute": given["dispute"] not in KINDS,
        "from": given["from"] not in STEPS,
        "met_by": bool(set(given["met_by"]) - set(STEPS)),
        "whose": given["whose"] not in WHOSE,
        "amount": not isinstance(given["amount"], int) or given["amount"] < 1,
        "unit": given["unit"] not in UNITS,
    }
    if fault := next((name for name, bad in wrong.items() if bad), None):
        raise file.fault(f"{fault} 的值“{given[fault]}”不对", "limit", number, fault)
    return Limit(
        code=str(given["code"]),
        dispute=str(given["dispute"]),
        title=str(given["title"]),
        start=str(given["from"]),
        met_by=tuple(given["met_by"]),
        whose=str(given["whose"]),
        amount=given["amount"],
        unit=cast("Unit", given["unit"]),
        source=_cited(given),
        simple=given.get("simple"),
    )


def _outcome(file: PackFile, number: int, given: Mapping[str, Any]) -> Outcome:
    return Outcome(**{name: given[name] for name in _OUTCOME})


def _cause(file: PackFile, number: int, given: Mapping[str, Any]) -> Cause:
    if unknown := [one for one in given["topics"] if one not in TOPICS]:
        raise file.fault(f"没有“{unknown[0]}”这个主题", "cause", number, "topics")
    clauses = {kind: (str(given[kind]["law"]), str(given[kind]["article"])) for kind in KINDS}
    return Cause(str(given["code"]), str(given["title"]), clauses, tuple(given["topics"]))


def _weight(file: PackFile, number: int, given: Mapping[str, Any]) -> Weight:
    return Weight(**{name: given[name] for name in _OBJECTION})


def _cited(given: Mapping[str, Any]) -> Cited:
    return Cited(str(given["law"]), str(given["article"]), str(given["quote"]), given["verified"] is True)
