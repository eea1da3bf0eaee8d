"""What a benchmark proposes for answered circumstances, with its derivation; rows are chosen elsewhere."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from mingjing.lawengine.benchmark_answers import choose, known_answers, number, reader, understood
from mingjing.lawengine.benchmark_faults import Fault, faults, item_faults
from mingjing.lawengine.benchmark_model import (
    RANKS,
    TIERS,
    Answer,
    Benchmark,
    Bracket,
    Cell,
    Circumstance,
    Item,
    Option,
    Proposal,
    Share,
    Tier,
)
from mingjing.lawengine.benchmark_words import (
    cells_text,
    figures,
    grouped,
    named,
    plain,
    range_text,
    row_text,
    told,
)
from mingjing.lawengine.condition import Context, context_of

__all__ = [
    "RANKS",
    "TIERS",
    "Answer",
    "Benchmark",
    "Bracket",
    "Cell",
    "Circumstance",
    "Fault",
    "Item",
    "Option",
    "Proposal",
    "Share",
    "Tier",
    "faults",
    "item_faults",
    "known_answers",
    "propose",
    "understood",
]

_CENT: Final = Decimal("0.01")


def propose(item: Item, answers: Mapping[str, object], facts: Mapping[str, object]) -> Proposal:
    """Find the row that the answers lead to and its range in yuan, with every step.

    An answer to a choice is the code or the title of an option; figures may be numbers or text. What was not answered
    is read from the facts where the circumstance names one. Where two rows hold, the milder one counts.
    """
    known = known_answers(item, answers, facts)
    stated = tuple(told(item.by_key[key], value) for key, value in known.items())
    context = context_of(reader(known, facts))
    if item.shares:
        return _added_up(item, context, known, stated)
    chosen, missing = choose(item.tiers, context, known, facts)
    if missing:
        names = named(item, missing)
        return Proposal(missing=missing, steps=(*stated, f"还需要明确：{names}"))
    if not chosen:
        fault = f"“{item.violation}”的裁量基准没有与上述情节对应的档次，请法制审核机构核对基准"
        return Proposal(steps=(*stated, fault), fault=fault)
    return _measured(item, chosen, known, facts, stated)


def _measured(
    item: Item,
    chosen: list[Tier],
    known: Mapping[str, Answer],
    facts: Mapping[str, object],
    stated: tuple[str, ...],
) -> Proposal:
    tier, *rest = chosen
    steps = [*stated, f"适用：{row_text(tier)} → {tier.label}，{range_text(tier)}"]
    if rest:
        others = "；".join(f"{row_text(one)}（{range_text(one)}）" for one in rest)
        steps.append(f"同时符合：{others}。“以上”“以下”都含本数时两档相接，按较轻的一档")
    if tier.low is None or tier.high is None:
        if RANKS[tier.code] <= RANKS["exempt"]:
            return Proposal(
                tier.code, tier.label, Decimal(0), Decimal(0), other=tier.other, steps=tuple(steps)
            )
        fault = f"基准没有写明“{row_text(tier)}”的幅度，请法制审核机构核对基准"
        return Proposal(steps=(*steps, fault), fault=fault)
    factor = Decimal(1)
    if tier.unit != "yuan":
        value = number(known.get(tier.of, facts.get(tier.of)))
        if value is None:
            steps.append(f"还需要明确：{named(item, (tier.of,))}")
            return Proposal(steps=tuple(steps), missing=(tier.of,))
        factor = value / 100 if tier.unit == "percent" else value
        steps.append(
            f"{named(item, (tier.of,))} {grouped(value)} × {figures(tier)} = "
            f"{grouped(tier.low * factor)}元至{grouped(tier.high * factor)}元"
        )
    low, high = _payable(_capped(item, tier.low * factor, steps), _capped(item, tier.high * factor, steps))
    return Proposal(
        tier.code, tier.label, low, high, tier.low_open, tier.high_open, "yuan", tier.other, tuple(steps)
    )


def _payable(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """Give the sums inside a range that can be paid: no part of a cent, and never outside the exact range."""
    top = high.quantize(_CENT, ROUND_FLOOR)
    return min(low.quantize(_CENT, ROUND_CEILING), top), top


def _capped(item: Item, amount: Decimal, steps: list[str]) -> Decimal:
    if item.cap is None or amount <= item.cap:
        return amount
    line = f"不超过 {grouped(item.cap)}元，按 {grouped(item.cap)}元"
    if line not in steps:
        steps.append(line)
    return item.cap


def _added_up(item: Item, context: Context, known: Mapping[str, Answer], stated: tuple[str, ...]) -> Proposal:
    missing = tuple(one.key for one in item.circumstances if one.key not in known)
    if missing:
        return Proposal(missing=missing, steps=(*stated, f"还需要明确：{named(item, missing)}"))
    counted = [share for share in item.shares if share.when.holds(context)]
    total = item.base + sum((share.percent for share in counted), Decimal(0))
    parts = [
        f"起点 {plain(item.base)}%",
        *(f"{cells_text(one.cells)} {plain(one.percent)}%" for one in counted),
    ]
    steps = [*stated, f"裁量百分值：{' + '.join(parts)} = {plain(total)}%"]
    if item.whole is None:
        fault = "基准没有写明百分值乘以什么金额，请法制审核机构核对基准"
        return Proposal(steps=(*steps, fault), fault=fault)
    amount = item.whole * total / 100
    steps.append(f"{grouped(item.whole)}元 × {plain(total)}% = {grouped(amount)}元")
    amount, _ = _payable(*(_capped(item, amount, steps),) * 2)
    return Proposal("ordinary", f"裁量百分值 {plain(total)}%", amount, amount, steps=tuple(steps))
