"""The checks that a rectification item can be held to, as packs write them; rows are judged here, not fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mingjing.lawengine.condition import Condition, context_of
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.vocabulary import text

FOLDER: Final = "cn/rectification/checks/"
# Source of rows -> the columns that a condition may speak of.
SOURCES: Final[Mapping[str, frozenset[str]]] = {
    "acts": frozenset({"role", "certificate", "auxiliary", "imported"}),
    "findings": frozenset({"rule", "topic", "outcome", "veto", "imported"}),
    "limits": frozenset({"rule", "topic", "status", "imported"}),
    "cases": frozenset({"stage", "ended", "imported", "handled", "vetoed", "score"}),
    "officers": frozenset({"certificate", "hours", "hours_short"}),
    "agencies": frozenset({"officers", "reviewers", "reviewers_qualified", "reviewers_demanded"}),
    "complaints": frozenset({"state", "overdue", "kind"}),
}
_KEYS: Final = ("title", "source", "offends", "since", "basis", "words", "mend", "sample")
_SAMPLE: Final = ("name", "row", "red")


@dataclass(frozen=True, slots=True)
class Sample:
    """A worked example: one row, and whether it makes the check red."""

    name: str
    row: Mapping[str, Any]
    red: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One check: where its rows come from, which of them offend, and what it stands on."""

    code: str
    title: str
    source: str
    offends: Condition
    since: bool  # looks only at what happened from a day on that a person sets
    law: str
    article: str
    quote: str
    verified: bool
    words: tuple[str, ...]  # in a measure they suggest this check to the person who confirms
    mend: str
    samples: tuple[Sample, ...]

    def is_red(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row offends. What cannot be judged offends: unknown is never in order."""
        return self.offends.holds(context_of(row.get)) is not False

    @property
    def basis(self) -> str:
        """Where it stands, in words."""
        return f"《{self.law}》{self.article}"


@cache
def rectification_checks() -> Mapping[str, Check]:
    """Give the checks of this installation by code."""
    return read_checks(library())


def read_checks(found: Library) -> Mapping[str, Check]:
    """Read the checks of given packs. Raises PackError, saying in Chinese which line is wrong."""
    files = (file for pack in found.packs.values() for file in pack.files if file.name.startswith(FOLDER))
    read = [_check(file) for file in files]
    return {one.code: one for one in sorted(read, key=lambda one: one.code)}


def check_rectification_checks(found: Library) -> list[str]:
    """Give a Chinese line for every fault and every example that turns out otherwise, for the check of packs."""
    try:
        checks = read_checks(found)
    except PackError as fault:
        return [str(fault)]
    return [
        f"{FOLDER}{one.code}.toml 样例“{sample.name}”：应为{'不通过' if sample.red else '通过'}，结果相反"
        for one in checks.values()
        for sample in one.samples
        if one.is_red(sample.row) is not sample.red
    ]


def suggested(words: str, checks: Sequence[Check]) -> Check | None:
    """Give the check that the words of a measure speak of most; None where they speak of none."""
    counted = [(sum(word in words for word in one.words), one) for one in checks]
    most = max((count for count, _ in counted), default=0)
    return next((one for count, one in counted if count == most), None) if most else None


def _check(file: PackFile) -> Check:
    data = file.data
    file.known_keys(data, _KEYS)
    if missing := [key for key in _KEYS if key not in data]:
        raise file.fault(f"缺少 {'、'.join(missing)}")
    if data["source"] not in SOURCES:
        raise file.fault(f"没有数据来源“{data['source']}”，应为 {'、'.join(SOURCES)} 之一", "source")
    basis = data["basis"]
    return Check(
        code=file.name.removeprefix(FOLDER).removesuffix(".toml"),
        title=text(file, data, "title"),
        source=data["source"],
        offends=_condition(file, data["source"], text(file, data, "offends")),
        since=data["since"] is True,
        law=text(file, basis, "law", "basis"),
        article=text(file, basis, "article", "basis"),
        quote=text(file, basis, "quote", "basis"),
        verified=basis.get("verified", True) is True,
        words=tuple(data["words"]),
        mend=text(file, data, "mend"),
        samples=tuple(_samples(file, data)),
    )


def _condition(file: PackFile, source: str, written: str) -> Condition:
    try:
        made = Condition(written)
    except ValueError as fault:
        raise file.fault(f"offends 写得不对：{fault}", "offends") from None
    if unknown := sorted(made.names - SOURCES[source]):
        raise file.fault(f"来源 {source} 没有列 {'、'.join(unknown)}", "offends")
    return made


def _samples(file: PackFile, data: Mapping[str, Any]) -> Iterator[Sample]:
    for number, entry in enumerate(data["sample"]):
        file.known_keys(entry, _SAMPLE, "sample", number)
        if missing := [key for key in _SAMPLE if key not in entry]:
            raise file.fault(f"缺少 {'、'.join(missing)}", "sample", number)
        if unknown := sorted(set(entry["row"]) - SOURCES[data["source"]]):
            raise file.fault(f"来源 {data['source']} 没有列 {'、'.join(unknown)}", "sample", number)
        yield Sample(str(entry["name"]), dict(entry["row"]), entry["red"] is True)
    if {entry["red"] for entry in data["sample"]} != {True, False}:
        raise file.fault("样例要有通过的和不通过的各一个", "sample")
