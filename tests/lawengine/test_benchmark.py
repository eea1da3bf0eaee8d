"""Benchmarks: the tier follows from the answers, what is unknown gives none, and every fault of a table has a name."""

from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.lawengine.benchmark import Item, Proposal, faults, item_faults, propose
from mingjing.packs.source import PackError
from tests.norms.tables import SMALL, benchmark

TABLE = benchmark()
HEAD = SMALL.partition("[[item]]")[0]
ONE = """
[[item]]
code = "a"
violation = "违法"
law = "试验法"
article = "第一条"
statutory = [{ low = "100", high = "1000" }]
columns = ["n", "tier", "low", "high"]
rows = [%s]

[[item.circumstance]]
key = "n"
question = "数量"
type = "number"
"""


def of(item: str, answers: dict[str, object], facts: dict[str, object] | None = None) -> Proposal:
    return propose(TABLE.item(item), answers, facts or {})


def one(*rows: str) -> Item:
    return benchmark(HEAD + ONE % ", ".join(rows)).item("a")


def kinds(item: Item) -> list[str]:
    return [fault.kind for fault in item_faults(item)]


def faulty(old: str, new: str) -> str:
    assert old in SMALL
    with pytest.raises(PackError) as caught:
        benchmark(SMALL.replace(old, new, 1))
    return str(caught.value)


@pytest.mark.parametrize(
    ("answers", "low", "high", "label"),
    [
        ({"role": "builder", "volume": "10"}, "10000", "40000", "轻微"),
        ({"role": "施工单位", "volume": 10}, "10000", "40000", "轻微"),
        ({"role": "builder", "volume": "10.000001"}, "40000", "100000", "严重"),
        ({"role": "builder", "volume": Decimal("11")}, "40000", "100000", "严重"),
        ({"role": "owner"}, "5000", "30000", "一般"),
    ],
)
def test_the_row_follows_from_the_answers(
    answers: dict[str, object], low: str, high: str, label: str
) -> None:
    """By code or title, as number or text, on both sides of the boundary."""
    found = of("waste", answers)
    assert (found.low, found.high, found.label) == (Decimal(low), Decimal(high), label)
    assert found.missing == ()


def test_what_was_not_answered_is_asked_and_nothing_else() -> None:
    """Unknown is no row; a row that needs one answer less does not ask for it."""
    assert of("waste", {}).missing == ("role", "volume")
    assert of("waste", {"role": "builder"}).missing == ("volume",)
    assert of("waste", {"role": "没有这一项", "volume": "5"}).missing == ("role",)
    assert of("waste", {"role": "builder", "volume": "不少"}).missing == ("volume",)
    assert of("waste", {"role": "builder"}).tier == ""


def test_the_derivation_names_answers_row_and_range() -> None:
    """An officer can read why."""
    steps = of("waste", {"role": "builder", "volume": "12.5"}).steps
    assert steps[:2] == ("违法主体：施工单位", "处置量：12.5立方米")
    assert "处置量：超过10" in steps[2]
    assert "40,000至100,000元" in steps[2]


def test_figures_for_each_unit_are_multiplied_and_capped() -> None:
    """500 a square metre, never above the cap."""
    assert of("digging", {"where": "walk", "area": "12.5", "grave": False}).low == Decimal("6250")
    capped = of("digging", {"where": "lane", "area": "12.5", "grave": "否"})
    assert (capped.low, capped.high) == (Decimal(20000), Decimal(20000))
    assert any("不超过 20,000元" in step for step in capped.steps)
    assert capped.other == ("责令限期改正", "恢复原状")
    assert of("digging", {"where": "lane", "grave": False}).missing == ("area",)


def test_an_overriding_row_wins_and_must_be_answered() -> None:
    """Before it is answered no other row can be chosen; where it holds nothing else is asked."""
    assert of("digging", {"where": "walk", "area": "1"}).missing == ("grave",)
    grave = of("digging", {"grave": True})
    assert (grave.tier, grave.low, grave.missing) == ("heavier", Decimal(20000), ())


def test_multiples_are_of_the_fact_of_the_case_unless_answered() -> None:
    """Two to three times the gain, in whole cents inside the exact range."""
    found = of("price", {}, {"illegal_gain_yuan": "1234.567"})
    assert (found.low, found.high) == (Decimal("2469.14"), Decimal("3703.70"))
    answered = of("price", {"illegal_gain": "100"}, {"illegal_gain_yuan": "1234.56"})
    assert (answered.low, answered.high) == (Decimal(200), Decimal(300))
    assert of("price", {}).missing == ("illegal_gain",)


def test_no_penalty_is_a_tier_without_figures() -> None:
    """None to none; a fine is outside."""
    found = of("price", {"illegal_gain": 0})
    assert (found.tier, found.low, found.high) == ("none", Decimal(0), Decimal(0))
    assert not found.contains(Decimal(1))


def test_per_cents_are_added_up() -> None:
    """10 + 30 + 20 per cent of 200,000; and only when all is answered."""
    found = of("ledger", {"kept": "none", "mended": False})
    assert (found.low, found.high) == (Decimal(120000), Decimal(120000))
    assert any("10% + 是否建立台账：未建立 30%" in step for step in found.steps)
    assert of("ledger", {"kept": "none"}).missing == ("mended",)


def test_a_fine_is_inside_up_to_the_ends_unless_they_are_open() -> None:
    """Both ends count, as 以上 and 以下 do."""
    found = of("waste", {"role": "owner"})
    assert [found.contains(Decimal(fine)) for fine in ("4999.99", "5000", "30000", "30000.01")] == [
        False,
        True,
        True,
        False,
    ]
    opened = benchmark(
        HEAD + ONE.replace('"high"]', '"high", "low_open"]') % '["", "ordinary", 100, 200, true]'
    )
    proposal = propose(opened.item("a"), {}, {})
    assert [proposal.contains(Decimal(fine)) for fine in (100, 101, 200)] == [False, True, True]


def test_figures_may_be_written_by_reference_to_the_statute() -> None:
    """最低, 最高, a share of the maximum, and so far above the minimum as part of the range: of 100 to 1000."""
    ladder = one(
        '["1以下", "lighter", "最低", "最低"]',
        '["超过1，2以下", "ordinary", "最低+30%", "最高的50%"]',
        '["超过2", "heavier", "最高", "法定最高"]',
    )
    assert [(tier.low, tier.high) for tier in ladder.tiers] == [(100, 100), (370, 500), (1000, 1000)]
    with pytest.raises(PackError, match="唯一的 statutory"):
        benchmark(HEAD + (ONE % '["", "ordinary", "最低", "最高"]').replace(', high = "1000"', ""))


def test_a_sound_table_has_no_serious_fault() -> None:
    """The small table, and its amounts apart by party are no gap."""
    assert [fault.text for fault in faults(TABLE) if fault.serious] == []


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (['["10以下", "lighter", 100, 200]', '["20以上", "heavier", 200, 300]'], "gap"),
        (['["10以下", "lighter", 100, 200]', '["5以上", "heavier", 200, 300]'], "overlap"),
        (['["10以下", "lighter", 100, 200]', '["10以上", "heavier", 200, 300]'], "edge"),
        (['["", "ordinary", 50, 200]'], "outside"),
        (['["", "ordinary", 500, 1001]'], "outside"),
        (['["", "ordinary", 300, 200]'], "reversed"),
        (['["", "ordinary", "", ""]'], "no_amount"),
        (['["10以下", "heavier", 100, 200]', '["超过10", "lighter", 200, 300]'], "order"),
        (['["10以下", "lighter", 100, 200]', '["超过10", "heavier", 300, 400]'], "amount_gap"),
        (['["", "lighter", 100, 200]', '["超过10，5以下", "heavier", 200, 300]'], "idle"),
    ],
)
def test_each_fault_of_a_table_is_found_and_named(rows: list[str], kind: str) -> None:
    """And a sound neighbour of it has none."""
    assert kind in kinds(one(*rows))
    assert kinds(one('["10以下", "lighter", 100, 200]', '["超过10", "heavier", 200, 300]')) == []


def test_a_mitigated_tier_may_lie_below_the_statute() -> None:
    """减轻 goes below the minimum by its nature; it may not go above the maximum."""
    assert "outside" not in kinds(one('["", "mitigated", 50, 99]'))
    assert "outside" in kinds(one('["", "mitigated", 50, 1001]'))


def test_where_two_rows_meet_the_milder_counts() -> None:
    """10 is in both; the derivation says so."""
    met = one('["10以上", "heavier", 200, 300]', '["10以下", "lighter", 100, 200]')
    found = propose(met, {"n": "10"}, {})
    assert (found.tier, found.high) == ("lighter", Decimal(200))
    assert any("较轻的一档" in step for step in found.steps)
    assert propose(met, {"n": "10.01"}, {}).tier == "heavier"


def test_a_hole_is_told_not_guessed() -> None:
    """No row, no figures: the proposal has a fault and no tier."""
    hole = one('["10以下", "lighter", 100, 200]', '["20以上", "heavier", "", ""]')
    assert "没有与上述情节对应的档次" in propose(hole, {"n": 15}, {}).fault
    assert "没有写明" in propose(hole, {"n": 25}, {}).fault
    assert propose(hole, {"n": 15}, {}).tier == propose(hole, {"n": 25}, {}).tier == ""


@pytest.mark.parametrize("item", TABLE.items, ids=lambda item: str(item.code))
def test_every_combination_gives_one_answer_or_says_what_is_missing(item: Item) -> None:
    """Exactly one of: tier, missing, fault."""
    answers = [
        [None, *(option.code for option in one.options)]
        if one.type == "choice"
        else [None, True, False]
        if one.type == "bool"
        else [None, "0", "10", "10.5"]
        for one in item.circumstances
    ]
    keys = [one.key for one in item.circumstances]
    for combination in product(*answers):
        found = propose(item, dict(zip(keys, combination, strict=True)), {})
        assert sum(map(bool, (found.tier, found.missing, found.fault))) == 1
        if None not in combination:
            assert found.tier
            assert found.low is not None
            assert found.high is not None
            assert found.low <= found.high


EDGES = st.lists(st.integers(1, 50), min_size=2, max_size=6, unique=True).map(sorted)


@given(EDGES, st.decimals(0, 60, places=2), st.data())
def test_a_ladder_of_rows_answers_every_figure_or_names_the_hole(
    edges: list[int], figure: Decimal, data: st.DataObject
) -> None:
    """Whole ladders have one row for each figure; with one rung taken out the checker says gap, and so does propose."""
    rungs = [
        f"{edges[0]}以下",
        *(f"超过{a}，{b}以下" for a, b in pairwise(edges)),
        f"超过{edges[-1]}",
    ]
    rows = [f'["{rung}", "ordinary", {100 + 10 * n}, {110 + 10 * n}]' for n, rung in enumerate(rungs)]
    whole = one(*rows)
    assert not {"gap", "overlap", "edge"} & set(kinds(whole))
    assert propose(whole, {"n": figure}, {}).tier == "ordinary"
    out = data.draw(st.integers(0, len(rows) - 1))
    holed = one(*rows[:out], *rows[out + 1 :])
    assert "gap" in kinds(holed)
    bounds = [0, *edges, 10**9]
    inside = bounds[out] < figure <= bounds[out + 1] or (out == 0 and figure == 0)
    assert bool(propose(holed, {"n": figure}, {}).fault) == inside


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('tier = "lighter"', 'tier = "milder"', "没有“milder”这种裁量阶次"),
        ('type = "number"', 'type = "figure"', "type 应为"),
        ('answers = { where = "人行道" }', 'answers = { where = "人行到" }', "是否应为“人行道”"),
        ('"10以下"', '"十个以下"', "看不懂“十个以下”"),
        ('"10以下"', '"10吨以下"', "单位“吨”与情节的单位"),
        ('low = "500"', 'low = "-500"', "应为不小于零的数字"),
        ('of = "area"', 'of = "areas"', "是否应为“area”"),
        ('when = "illegal_gain > 0.0"', 'when = "illegal_gain >"', "写错了，请检查引号"),
        ("in_force = 2026-01-01", 'in_force = "soon"', "缺少 in_force"),
        ('code = "digging"', 'code = "waste"', "重复"),
        ('law = "试验办法"', 'lawe = "试验办法"', "是否应为“law”"),
        ('level = "own"', 'level = "mine"', "level 应为"),
        ('law = "试验办法"', 'law = "试验\\u0001办法"', "控制字符"),
    ],
)
def test_a_slip_in_a_table_is_told_with_its_line_and_mend(old: str, new: str, told: str) -> None:
    """File, line and what to write instead; all faults of a file at once."""
    message = faulty(old, new)
    assert told in message
    line = SMALL[: SMALL.index(old)].count("\n") + 1
    assert any(abs(int(part.split(":")[1]) - line) <= 3 for part in message.split("\n") if told in part)
