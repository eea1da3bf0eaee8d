"""One item of a benchmark out of its table: questions, statutory range, rows; every fault is told at its place."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from mingjing.lawengine.benchmark import (
    TIERS,
    Bracket,
    Cell,
    Circumstance,
    Item,
    Option,
    Share,
    Tier,
)
from mingjing.lawengine.benchmark_answers import number
from mingjing.lawengine.benchmark_model import UNITS, Unit
from mingjing.lawengine.condition import Condition
from mingjing.packs.benchmark_cells import cell_condition, is_any
from mingjing.packs.source import PackError, nearest

if TYPE_CHECKING:
    from mingjing.packs.benchmarks import Places

Where = tuple[str | int, ...]

ITEM: Final = (
    "code", "violation", "law", "article", "chapter", "duty", "basis", "addressee", "party_kinds", "statutory",
    "cap", "base", "whole", "note", "circumstance", "columns", "rows", "tier", "share",
)  # fmt: skip
CIRCUMSTANCE: Final = ("key", "question", "type", "options", "unit", "fact")
TIER: Final = (
    "answers", "when", "tier", "label", "low", "high", "low_open", "high_open", "unit", "of", "other", "text",
    "overrides",
)  # fmt: skip
SHARE: Final = ("answers", "when", "percent")
BRACKET: Final = ("low", "high", "unit", "of", "when")
TYPES: Final = ("choice", "bool", "number", "money")
PARTY_KINDS: Final = ("citizen", "individual_business", "organization")
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_ROWS: Final = 5_000
# 法定最高的50%, 最低+30%: figures of tables that are written by reference to the statute.
_OF_STATUTE: Final = re.compile(r"(?:最高的(\d+(?:\.\d+)?)%|最低\+(\d+(?:\.\d+)?)%|(最低)|(最高))")


class ItemReader:
    """Reads one item; `faults` fills while it reads."""

    def __init__(self, raw: Mapping[str, Any], places: "Places", where: Where) -> None:
        self.raw, self.places, self.where = raw, places, where
        self.faults: list[PackError] = []
        self.circumstances: dict[str, Circumstance] = {}
        self.brackets: tuple[Bracket, ...] = ()

    def read(self) -> Item | None:
        """Give the item, or None where it has a fault."""
        self._known(self.raw, ITEM, self.where)
        texts = {key: self._text(self.raw, key) for key in ("chapter", "duty", "basis", "addressee", "note")}
        for key, title in (
            ("code", "事项编号"),
            ("violation", "违法行为"),
            ("law", "法律"),
            ("article", "条文"),
        ):
            texts[key] = self._text(self.raw, key)
            if not texts[key]:
                self.refuse(f"缺少 {key}（{title}）", key)
        for nth, raw in self._tables("circumstance"):
            self._circumstance(raw, (*self.where, "circumstance", nth))
        self.brackets = self._brackets()
        tiers, shares = self._tiers(), self._shares()
        kinds = tuple(self.raw.get("party_kinds") or ())
        if wrong := [kind for kind in kinds if kind not in PARTY_KINDS]:
            self.refuse(f"没有“{wrong[0]}”这种当事人{nearest(str(wrong[0]), PARTY_KINDS)}", "party_kinds")
        if bool(tiers) == bool(shares) and not self.faults:
            self.refuse(
                "要么写档次（tier 或者 columns、rows），要么写百分值（share），不能都没有，也不能都有"
            )
        if self.faults:
            return None
        return Item(
            **texts,
            brackets=self.brackets,
            circumstances=tuple(self.circumstances.values()),
            tiers=tiers,
            shares=shares,
            base=self._figure("base") or Decimal(0),
            whole=self._figure("whole"),
            cap=self._figure("cap"),
            party_kinds=kinds,
        )

    def refuse(self, message: str, *more: str | int, at: Where | None = None) -> None:
        """Keep a fault of this item."""
        self.faults.append(self.places.fault(message, (*(self.where if at is None else at), *more)))

    # --- questions and the statute ---------------------------------------------------------------

    def _circumstance(self, raw: Mapping[str, Any], at: Where) -> None:
        self._known(raw, CIRCUMSTANCE, at)
        key, question, kind = (self._text(raw, name) for name in ("key", "question", "type"))
        if not KEY.fullmatch(key) or key in self.circumstances:
            self.refuse(
                f"情节的键“{key}”要以小写字母开头，由小写字母、数字和下划线组成，且不重复", "key", at=at
            )
        if not question:
            self.refuse("缺少 question（向执法人员提出的问题）", "question", at=at)
        if kind not in TYPES:
            self.refuse(f"type 应为 {'、'.join(TYPES)} 之一", "type", at=at)
            return
        options = self._options(raw, at) if kind == "choice" else ()
        unit, fact = self._text(raw, "unit"), self._text(raw, "fact")
        self.circumstances[key] = Circumstance(key, question, cast(Any, kind), options, unit, fact)

    def _options(self, raw: Mapping[str, Any], at: Where) -> tuple[Option, ...]:
        given = raw.get("options")
        pairs = [pair for pair in given if _is_pair(pair)] if isinstance(given, list) else []
        if not pairs or len(pairs) != len(given or ()):
            self.refuse('options 要写成 [["代码", "名称"], …]，至少一项', "options", at=at)
        options = tuple(Option(code, title.strip()) for code, title in pairs)
        if len({one.code for one in options}) < len(options) or len({one.title for one in options}) < len(
            options
        ):
            self.refuse("选项的代码和名称都不能重复", "options", at=at)
        if wrong := [one.code for one in options if not re.fullmatch(r"[a-z0-9_]{1,40}", one.code)]:
            self.refuse(f"选项代码“{wrong[0]}”只能用小写字母、数字和下划线", "options", at=at)
        return options

    def _brackets(self) -> tuple[Bracket, ...]:
        found = []
        for nth, raw in self._tables("statutory"):
            at = (*self.where, "statutory", nth)
            self._known(raw, BRACKET, at)
            unit, of = self._unit(raw, at)
            low, high = (self._number(raw, key, at) for key in ("low", "high"))
            if low is not None and high is not None and low > high:
                self.refuse(f"法定下限 {low} 高于上限 {high}", at=at)
            found.append(Bracket(unit, low, high, of, self._condition(self._text(raw, "when"), at)))
        return tuple(found)

    # --- rows ------------------------------------------------------------------------------------

    def _tiers(self) -> tuple[Tier, ...]:
        rows = [*self._compact(), *((raw, (*self.where, "tier", nth)) for nth, raw in self._tables("tier"))]
        if len(rows) > MOST_ROWS:
            self.refuse(f"一个事项最多 {MOST_ROWS} 档")
            return ()
        return tuple(tier for raw, at in rows if (tier := self._tier(raw, at)))

    def _compact(self) -> list[tuple[dict[str, Any], Where]]:
        """Turn the combination table, `columns` and `rows`, into one table per row."""
        columns, rows = self.raw.get("columns") or [], self.raw.get("rows") or []
        if not isinstance(columns, list) or not isinstance(rows, list) or bool(columns) != bool(rows):
            self.refuse("columns 和 rows 要同时写，都是列表", "columns")
            return []
        names = [*self.circumstances, *(key for key in TIER if key != "answers")]
        for column in columns:
            if column not in names:
                self.refuse(f"没有“{column}”这一列{nearest(str(column), names)}", "columns")
        found = []
        for nth, row in enumerate(rows, 1):
            if not isinstance(row, list) or len(row) != len(columns):
                self.refuse(f"rows 第 {nth} 行应有 {len(columns)} 格", "rows")
                continue
            cells = dict(zip(map(str, columns), row, strict=True))
            answers = {key: value for key, value in cells.items() if key in self.circumstances}
            rest = {key: value for key, value in cells.items() if key not in answers and value != ""}
            found.append(({**rest, "answers": answers}, (*self.where, "rows", nth)))
        return found

    def _tier(self, raw: Mapping[str, Any], at: Where) -> Tier | None:
        before = len(self.faults)
        self._known(raw, TIER, at)
        code = self._text(raw, "tier") or "ordinary"
        if code not in TIERS:
            self.refuse(f"没有“{code}”这种裁量阶次{nearest(code, TIERS)}", "tier", at=at)
        unit, of = self._unit(raw, at)
        if unit != "yuan" and of not in self.circumstances:
            hint = nearest(of, self.circumstances) if of else "；请写明乘以哪一项情节"
            self.refuse(f"unit 为 {unit} 时，of 要写一项情节的键{hint}", "of", at=at)
        when, cells = self._when(raw, at)
        low, high = (self._range_end(raw, key, at) for key in ("low", "high"))
        if len(self.faults) > before:
            return None
        return Tier(
            code=code,
            label=self._text(raw, "label") or TIERS[code],
            when=when,
            low=low,
            high=high,
            low_open=raw.get("low_open") is True,
            high_open=raw.get("high_open") is True,
            unit=unit,
            of=of,
            other=tuple(map(str, raw.get("other") or ())),
            text=self._text(raw, "text"),
            cells=cells,
            also=self._text(raw, "when"),
            overrides=raw.get("overrides") is True,
            line=self.places.line(at),
        )

    def _shares(self) -> tuple[Share, ...]:
        found = []
        for nth, raw in self._tables("share"):
            at = (*self.where, "share", nth)
            self._known(raw, SHARE, at)
            when, cells = self._when(raw, at)
            percent = self._number(raw, "percent", at)
            if when is None or percent is None:
                self.refuse("百分值要写 answers（或者 when）和 percent", at=at)
                continue
            found.append(Share(when, percent, cells, self._text(raw, "when"), self.places.line(at)))
        return tuple(found)

    def _when(self, raw: Mapping[str, Any], at: Where) -> tuple[Condition | None, tuple[Cell, ...]]:
        answers = raw.get("answers") or {}
        parts, cells = [], []
        # In the order of the questions: a row then reads as the table does.
        for key in [
            *(key for key in self.circumstances if key in answers),
            *(answers.keys() - self.circumstances),
        ]:
            if key not in self.circumstances:
                self.refuse(f"没有“{key}”这项情节{nearest(key, self.circumstances)}", "answers", at=at)
                continue
            text = _cell_text(answers[key])
            part = self._part(key, text, at)
            parts += [part] if part else []
            if not is_any(text):
                one = self.circumstances[key]
                title = next((o.title for o in one.options if o.code == text), text)
                cells.append(Cell(key, one.question, title))
        own = self._text(raw, "when")
        parts += [f"({own})"] if own and parts else [own] if own else []
        return self._condition(" && ".join(parts), at), tuple(cells)

    def _condition(self, source: str, at: Where) -> Condition | None:
        if not source:
            return None
        try:
            return Condition(source)
        except ValueError:
            hint = '请检查引号、括号和比较符号，如 role == "builder" && volume <= 10.0'
            self.refuse(f"条件“{source[:60]}”写错了，{hint}", "when", at=at)
            return None

    def _part(self, key: str, text: str, at: Where) -> str:
        try:
            return cell_condition(self.circumstances[key], text)
        except ValueError as error:
            self.refuse(str(error), key, at=at)
            return ""

    # --- single values ---------------------------------------------------------------------------

    def _unit(self, raw: Mapping[str, Any], at: Where) -> tuple[Unit, str]:
        unit = self._text(raw, "unit") or "yuan"
        if unit not in UNITS:
            self.refuse(f"unit 应为 {'、'.join(UNITS)} 之一", "unit", at=at)
            return "yuan", ""
        return cast(Unit, unit), self._text(raw, "of")

    def _range_end(self, raw: Mapping[str, Any], key: str, at: Where) -> Decimal | None:
        found = _OF_STATUTE.fullmatch(self._text(raw, key).removeprefix("法定"))
        if not found:
            return self._number(raw, key, at)
        bracket = self.brackets[0] if len(self.brackets) == 1 else Bracket("yuan", None, None)
        if bracket.low is None or bracket.high is None:
            self.refuse("按法定幅度计算的，要写唯一的 statutory 并写明上下限", key, at=at)
            return None
        of_high, above_low, lowest, _ = found.groups()
        if lowest:
            return bracket.low
        if above_low:
            return bracket.low + (bracket.high - bracket.low) * Decimal(above_low) / 100
        return bracket.high * Decimal(of_high or 100) / 100

    def _figure(self, key: str) -> Decimal | None:
        return self._number(self.raw, key, self.where)

    def _number(self, raw: Mapping[str, Any], key: str, at: Where) -> Decimal | None:
        given = raw.get(key)
        if given is None or given == "":
            return None
        value = number(str(given) if isinstance(given, float) else given)
        if value is None or value < 0 or value >= 10**16:
            self.refuse(f"{key} 应为不小于零的数字，现为“{str(given)[:30]}”", key, at=at)
            return None
        return value

    def _text(self, raw: Mapping[str, Any], key: str) -> str:
        value = raw.get(key)
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def _known(self, raw: Mapping[str, Any], allowed: tuple[str, ...], at: Where) -> None:
        for key in raw:
            if key not in allowed:
                self.refuse(f"不认识的键“{key}”{nearest(key, allowed)}", key, at=at)

    def _list(self, key: str) -> list[Mapping[str, Any]]:
        given = self.raw.get(key) or []
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            self.refuse(f"{key} 应为表的列表", key)
            return []
        return given

    def _tables(self, key: str) -> list[tuple[int, Mapping[str, Any]]]:
        return list(enumerate(self._list(key)))


def _is_pair(pair: object) -> bool:
    return (
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(isinstance(one, str) and one for one in pair)
    )


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value).strip()
