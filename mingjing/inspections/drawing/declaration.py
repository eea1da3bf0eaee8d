"""What is fixed before the seed: lists, numbers to take, inspectors, avoidance, who makes the seed; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from mingjing.inspections.drawing.draw import Inspector, Staffing
from mingjing.inspections.drawing.hashing import DIGESTS, LARGEST
from mingjing.inspections.drawing.seed import Silence, Terms
from mingjing.kit.canonical import digest

FORMAT: Final = "mingjing-draw@1"


class DeclarationRefused(ValueError):
    """A declaration says too little, too much, or contradicts itself. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One committed list of objects, how many of them to take, and what a visit there asks of inspectors."""

    name: str
    size: int
    root: str  # hex
    take: int
    fields: frozenset[str]
    region: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A draw as it was announced. `raw` is the record itself: its digest is what the log holds."""

    raw: Mapping[str, Any]
    campaign: str
    list: str  # digest of the list record whose roots these are
    strata: Sequence[Stratum]
    inspectors: Sequence[Inspector]
    staffing: Staffing
    parties: Sequence[str]
    silence: Silence
    number: Mapping[str, str] | None  # {"source": …, "after": ISO time}, None where there is none
    reasons: frozenset[str]  # for which an object that was drawn may be skipped
    replaces: str  # digest of the declaration of the round before, which came to nothing; empty for the first
    suite: str

    @property
    def digest(self) -> str:
        return digest(self.raw)

    @property
    def terms(self) -> Terms:
        """How the seed is made."""
        return Terms(self.digest, self.parties, self.silence, self.suite)


def read_declaration(raw: Mapping[str, Any]) -> Declaration:
    """Read and check a declaration; raises DeclarationRefused with what is wrong and where."""
    source = _Reader(raw, "公告")
    if source.text("format") != FORMAT:
        raise DeclarationRefused(f"公告格式应为 {FORMAT}")
    suite = source.choice("suite", DIGESTS)
    strata = [_stratum(_Reader(one, f"第 {at} 层")) for at, one in enumerate(source.rows("strata"), 1)]
    inspectors = [
        _inspector(_Reader(one, f"第 {at} 名执法人员")) for at, one in enumerate(source.rows("inspectors"), 1)
    ]
    staffing = _staffing(_Reader(source.mapping("staffing"), "选派规则"), inspectors)
    parties = source.texts("parties")
    _distinct("层", [one.name for one in strata])
    _distinct("执法人员", [one.number for one in inspectors])
    _distinct("出数方", parties)
    if len(parties) < 2:
        raise DeclarationRefused("至少应有两方共同产生种子")
    silence = cast("Silence", source.choice("silence", ("void", "number")))
    number = source.mapping("number") if raw.get("number") is not None else None
    if number is None and silence == "number":
        raise DeclarationRefused("有一方不公开随机数仍继续抽取的，必须事先约定公开号码")
    if number is not None and not all(isinstance(number.get(name), str) for name in ("source", "after")):
        raise DeclarationRefused("公开号码应写明来源和公布时间")
    return Declaration(
        raw=raw,
        campaign=source.text("campaign"),
        list=source.text("list"),
        strata=strata,
        inspectors=inspectors,
        staffing=staffing,
        parties=parties,
        silence=silence,
        number=number,
        reasons=frozenset(source.texts("reasons")),
        replaces=source.text("replaces"),
        suite=suite,
    )


def _stratum(source: "_Reader") -> Stratum:
    size, take = source.count("size"), source.count("take")
    if take > size:
        raise DeclarationRefused(f"{source.where}：要抽 {take} 个，名单只有 {size} 个")
    name, root = source.text("name"), source.text("root")
    return Stratum(name, size, root, take, frozenset(source.texts("fields")), source.text("region"))


def _inspector(source: "_Reader") -> Inspector:
    return Inspector(
        number=source.text("number"),
        fields=frozenset(source.texts("fields")),
        regions=frozenset(source.texts("regions")),
        most=source.count("most"),
    )


def _staffing(source: "_Reader", inspectors: Sequence[Inspector]) -> Staffing:
    pairs = source.rows_of_texts("avoid")
    known = {one.number for one in inspectors}
    if strangers := sorted({pair[0] for pair in pairs} - known):
        raise DeclarationRefused(f"回避关系中的执法人员 {strangers[0]} 不在名单上")
    avoid = frozenset((number, one) for number, one in pairs)
    each = source.count("each")
    if each < 1:
        raise DeclarationRefused("每次检查至少选派一名执法人员")
    return Staffing(each, source.count("together"), avoid)


def _distinct(what: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DeclarationRefused(f"{what}“{name}”重复")
        seen.add(name)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Values of one JSON object, each of the type that it must have."""

    raw: Mapping[str, Any]
    where: str

    def _value(self, name: str, fits: Callable[[Any], bool], what: str) -> Any:
        value = self.raw.get(name)
        if not fits(value):
            raise DeclarationRefused(f"{self.where}：{name} 应为{what}")
        return value

    def text(self, name: str) -> str:
        return cast("str", self._value(name, lambda value: isinstance(value, str), "文本"))

    def texts(self, name: str) -> list[str]:
        return cast("list[str]", self._value(name, _texts, "文本的列表"))

    def count(self, name: str) -> int:
        fits = lambda value: type(value) is int and 0 <= value <= LARGEST  # noqa: E731
        return cast("int", self._value(name, fits, f"0 至 {LARGEST} 的整数"))

    def choice(self, name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
        fits = lambda value: isinstance(value, str) and value in known  # noqa: E731
        return cast("str", self._value(name, fits, "、".join(known) + " 之一"))

    def mapping(self, name: str) -> Mapping[str, Any]:
        fits = lambda value: isinstance(value, dict)  # noqa: E731
        return cast("Mapping[str, Any]", self._value(name, fits, "对象"))

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        fits = lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value)  # noqa: E731
        return cast("list[Mapping[str, Any]]", self._value(name, fits, "对象的列表"))

    def rows_of_texts(self, name: str) -> list[list[str]]:
        fits = lambda value: isinstance(value, list) and all(_texts(one) and len(one) == 2 for one in value)  # noqa: E731
        return cast("list[list[str]]", self._value(name, fits, "成对文本的列表"))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
