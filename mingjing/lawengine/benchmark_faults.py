"""What is wrong with a benchmark: holes, overlaps, ranges outside the statute; every combination is tried."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product
from math import prod
from typing import Final

from mingjing.lawengine.benchmark_answers import choose, reader
from mingjing.lawengine.benchmark_model import (
    RANKS,
    UNITS,
    Answer,
    Benchmark,
    Bracket,
    Circumstance,
    Item,
    Tier,
)
from mingjing.lawengine.benchmark_words import answer_text, grouped, plain, range_text, row_text
from mingjing.lawengine.condition import Condition, Context, context_of

_FIGURE: Final = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)")
_TEXT: Final = re.compile(r'"[^"]*"')
# Beyond this many combinations an item is said to be unchecked instead of being tried for minutes.
MOST: Final = 50_000
# Of one kind of fault in one item this many are told, with how many more there are.
TOLD: Final = 20

TITLES: Final = {
    "gap": "情节组合没有对应的档次",
    "overlap": "档次重叠",
    "edge": "两档在分界处相接",
    "no_amount": "没有写明幅度",
    "reversed": "下限高于上限",
    "outside": "超出法定幅度",
    "order": "较重的档次反而轻",
    "amount_gap": "幅度之间有空档",
    "idle": "档次永远用不上",
    "unchecked": "未能逐一核对",
}
# What a person must decide before the table is published; the others are told and may stand.
SERIOUS: Final = frozenset({"gap", "overlap", "no_amount", "reversed", "outside", "order", "idle"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: of which item, what it is (a key of TITLES), what exactly and what the system does about it."""

    kind: str
    item: str
    text: str
    line: int = 0

    @property
    def serious(self) -> bool:
        """Say whether the table should not be published with it."""
        return self.kind in SERIOUS

    @property
    def title(self) -> str:
        """The kind in Chinese."""
        return TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class Point:
    """One answer tried; `edge`: a figure at which rows meet."""

    value: Answer
    edge: bool = False


def faults(benchmark: Benchmark) -> list[Fault]:
    """Give everything that is wrong with the table, item by item."""
    return [fault for item in benchmark.items for fault in item_faults(item)]


def item_faults(item: Item) -> list[Fault]:
    """Give everything that is wrong with one item."""
    rows = [*_figures(item), *_order(item), *_amount_gaps(item)]
    if strange := _strangers(item):
        text = f"条件用到案件事实 {'、'.join(strange)}，未能逐一核对各种组合；请为它设一个情节"
        return [*rows, Fault("unchecked", item.code, text)]
    points = {one.key: points_of(one, item) for one in item.circumstances}
    tried = prod(map(len, points.values()))
    if tried > MOST:
        return [
            *rows,
            Fault("unchecked", item.code, f"情节组合有 {tried:,} 种，超过 {MOST:,} 种，未逐一核对"),
        ]
    return [*rows, *(_sums(item, points) if item.shares else _combinations(item, points))]


# --- each row by itself ---------------------------------------------------------------------------


def _figures(item: Item) -> Iterator[Fault]:
    for tier in item.tiers:
        if tier.low is None or tier.high is None:
            if RANKS[tier.code] > RANKS["exempt"]:
                yield Fault(
                    "no_amount", item.code, f"“{row_text(tier)}”没有写明幅度，无法提出处罚建议", tier.line
                )
        elif tier.low > tier.high:
            yield Fault(
                "reversed",
                item.code,
                f"“{row_text(tier)}”：{plain(tier.low)} > {plain(tier.high)}",
                tier.line,
            )


def _order(item: Item) -> Iterator[Fault]:
    rows = [
        tier for tier in item.tiers if tier.low is not None and tier.high is not None and not tier.overrides
    ]
    for one, other in combinations(rows, 2):
        milder, heavier = sorted((one, other), key=lambda tier: RANKS[tier.code])
        if RANKS[one.code] == RANKS[other.code] or (one.unit, one.of) != (other.unit, other.of):
            continue
        if _comparable(one, other) and _above(milder, heavier):
            text = f"“{row_text(milder)}”（{range_text(milder)}）重于“{row_text(heavier)}”（{range_text(heavier)}）"
            yield Fault("order", item.code, text, heavier.line)


def _comparable(one: Tier, other: Tier) -> bool:
    """Say whether two rows differ in one column at most: 施工单位轻微 and 运输单位严重 are no steps of one ladder."""
    cells = {cell.key: cell.answer for cell in one.cells}
    others = {cell.key: cell.answer for cell in other.cells}
    return sum(cells.get(key) != others.get(key) for key in cells.keys() | others.keys()) <= 1


def _above(milder: Tier, heavier: Tier) -> bool:
    return (milder.low or 0) > (heavier.low or 0) or (milder.high or 0) > (heavier.high or 0)


def _amount_gaps(item: Item) -> Iterator[Fault]:
    for (unit, _), rows in _by_unit(item).items():
        spans = sorted(
            (tier.low, tier.high) for tier in rows if tier.low is not None and tier.high is not None
        )
        end: Decimal | None = None
        for low, high in spans:
            if end is not None and low > end:
                text = f"{grouped(end)}至{grouped(low)}{unit}之间没有任何一档"
                yield Fault("amount_gap", item.code, text)
            end = high if end is None else max(end, high)


def _by_unit(item: Item) -> dict[tuple[str, int], list[Tier]]:
    """Group the rows by what they measure; where the statute has a range for each kind of party, by that range too."""
    groups: dict[tuple[str, int], list[Tier]] = {}
    several = any(bracket.when for bracket in item.brackets)
    for tier in item.tiers:
        # So much for each square metre of this and of that are no steps of one ladder, nor is the gravest case.
        if RANKS[tier.code] > RANKS["exempt"] and tier.unit != "each" and not tier.overrides:
            nth = next((n for n, one in enumerate(item.brackets) if several and _inside(tier, one)), 0)
            groups.setdefault((UNITS[tier.unit], nth), []).append(tier)
    return groups


# --- every combination ----------------------------------------------------------------------------


def points_of(circumstance: Circumstance, item: Item) -> list[Point]:
    """Give the answers to try: all options; of a figure, every figure in a condition and one on each side of it."""
    if circumstance.type == "choice":
        return [Point(one.code) for one in circumstance.options]
    if circumstance.type == "bool":
        return [Point(False), Point(True)]
    edges = sorted(
        {edge for when in conditions_of(item) if circumstance.key in when.names for edge in _edges(when)}
    )
    if not edges:
        return [Point(Decimal(1))]
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    inside = [*([edges[0] / 2] if edges[0] > 0 else []), *between, edges[-1] + 1]
    return sorted(
        [*(Point(edge, True) for edge in edges), *map(Point, inside)], key=lambda point: point.value
    )


def conditions_of(item: Item) -> Iterator[Condition]:
    """Give every condition of an item."""
    yield from (tier.when for tier in item.tiers if tier.when)
    yield from (share.when for share in item.shares)
    yield from (bracket.when for bracket in item.brackets if bracket.when)


def _edges(when: Condition) -> Iterator[Decimal]:
    yield from (Decimal(found) for found in _FIGURE.findall(_TEXT.sub('""', when.source)))


def _strangers(item: Item) -> list[str]:
    return sorted({name for when in conditions_of(item) for name in when.names} - item.by_key.keys())


def _combinations(item: Item, points: Mapping[str, list[Point]]) -> Iterator[Fault]:
    found: dict[str, dict[str, int]] = {}
    used: set[int] = set()
    for combination in product(*points.values()):
        known = {key: point.value for key, point in zip(points, combination, strict=True)}
        context = context_of(reader(known, {}))
        holding, _ = choose(item.tiers, context, known, {})
        used |= {id(tier) for tier in holding}
        edge = any(point.edge for point in combination)
        for kind, text, line in _judged(item, holding, known, context, edge):
            found.setdefault(kind, {}).setdefault(text, line)
    for kind, texts in found.items():
        yield from _told(kind, item, texts)
    for tier in item.tiers:
        if id(tier) not in used:
            yield Fault("idle", item.code, f"“{row_text(tier)}”的条件永远不会成立", tier.line)


def _judged(
    item: Item, holding: list[Tier], known: Mapping[str, Answer], context: Context, edge: bool
) -> Iterator[tuple[str, str, int]]:
    if not holding:
        yield "gap", f"“{_combination(item, known)}”没有对应的档次", 0
        return
    if len(holding) > 1:
        rows = "”与“".join(f"{row_text(tier)}（{range_text(tier)}）" for tier in holding)
        kind, where = ("edge", f"在“{_combination(item, known)}”处") if edge else ("overlap", "")
        yield kind, f"“{rows}”{where}同时成立，系统按较轻的一档", holding[1].line
    tier = holding[0]
    brackets = [one for one in item.brackets if _holds(one, context) and one.unit == tier.unit]
    if brackets and tier.low is not None and not any(_inside(tier, one) for one in brackets):
        allowed = "或".join(f"{_end(one.low)}至{_end(one.high)}" for one in dict.fromkeys(brackets))
        yield "outside", f"“{row_text(tier)}”的 {range_text(tier)} 不在法定幅度 {allowed} 之内", tier.line


def _holds(bracket: Bracket, context: Context) -> bool:
    return bracket.when is None or bool(bracket.when.holds(context))


def _end(figure: Decimal | None) -> str:
    return "不限" if figure is None else grouped(figure)


def _inside(tier: Tier, bracket: Bracket) -> bool:
    if bracket.high is not None and (tier.high or Decimal(0)) > bracket.high:
        return False
    # 减轻处罚 and lighter go below the statutory minimum lawfully; everything else may not.
    milder = RANKS[tier.code] <= RANKS["mitigated"]
    return milder or bracket.low is None or (tier.low or Decimal(0)) >= bracket.low


def _combination(item: Item, known: Mapping[str, Answer]) -> str:
    return (
        "，".join(f"{one.question}：{answer_text(one, known[one.key])}" for one in item.circumstances)
        or "全部情形"
    )


def _told(kind: str, item: Item, texts: Mapping[str, int]) -> Iterator[Fault]:
    for text, line in list(texts.items())[:TOLD]:
        yield Fault(kind, item.code, text, line)
    if len(texts) > TOLD:
        yield Fault(kind, item.code, f"同类问题还有 {len(texts) - TOLD} 处")


def _sums(item: Item, points: Mapping[str, list[Point]]) -> Iterator[Fault]:
    """Check an added-up table: each answer counts once, and every sum lies inside the statutory range."""
    totals: list[Decimal] = []
    uncounted: dict[str, int] = {}
    for combination in product(*points.values()):
        known = {key: point.value for key, point in zip(points, combination, strict=True)}
        context = context_of(reader(known, {}))
        counted = [share for share in item.shares if share.when.holds(context)]
        totals.append(item.base + sum((share.percent for share in counted), Decimal(0)))
        for key in known.keys() - {name for share in counted for name in share.when.names}:
            one = item.by_key[key]
            uncounted[f"“{one.question}：{answer_text(one, known[key])}”没有百分值"] = 0
    yield from _told("gap", item, uncounted)
    if item.whole is None:
        yield Fault("no_amount", item.code, "没有写明百分值乘以什么金额")
        return
    for total in dict.fromkeys((min(totals), max(totals))):
        amount = item.whole * total / 100
        if item.brackets and not any(_covers(one, amount) for one in item.brackets if one.unit == "yuan"):
            yield Fault(
                "outside", item.code, f"百分值合计 {plain(total)}% 得 {plain(amount)}元，不在法定幅度之内"
            )


def _covers(bracket: Bracket, amount: Decimal) -> bool:
    return (bracket.low is None or amount >= bracket.low) and (bracket.high is None or amount <= bracket.high)
