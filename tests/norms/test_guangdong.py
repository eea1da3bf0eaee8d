"""A real published benchmark of 1,002 rows: loaded whole, held against its own self-check, and asked for every row."""

import ast
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.exchange.benchmarks import benchmark_file, read_benchmark_file
from mingjing.lawengine.benchmark import Tier, propose
from mingjing.packs.benchmark_import import Import
from mingjing.packs.benchmark_sums import statutory_ranges, statutory_tops
from tests.norms.guangdong import checks, load, parsed_rows, printed_rows

pytestmark = pytest.mark.shared

# Sections in which the parser lost or broke cells: the checker must name them, and no other.
BROKEN = {"2.11", "2.27", "3.13", "3.34", "4.12", "4.13", "4.16", "4.31"}


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    """The table as it was parsed."""
    return parsed_rows(shared)


@pytest.fixture(scope="module")
def parsed(rows: list[dict[str, str]]) -> Import:
    """The parsed table, loaded."""
    return load(rows)


@pytest.fixture(scope="module")
def printed(rows: list[dict[str, str]]) -> Import:
    """The table as printed, loaded."""
    return load(printed_rows(rows))


def section(text: str) -> str:
    found = re.match(r"§(\d+\.\d+)", text)
    assert found
    return found[1]


def test_every_row_of_every_section_is_loaded(rows: list[dict[str, str]], parsed: Import) -> None:
    """1,002 rows; a row with fines for unit and person stands in two items, the base of an added-up table in one."""
    assert parsed.benchmark
    assert parsed.errors == ()
    found = Counter(item.code.partition("-")[0] for item in parsed.benchmark.items)
    assert set(found) == {section(row["section"]) for row in rows}
    two = sum(any(row[f"factor{n}"] == "对单位罚款" for n in (1, 2, 3)) for row in rows)
    based = sum(bool(item.base) for item in parsed.benchmark.items)
    # The two rows of 4.52 and 4.34 for the gravest case name the column too.
    assert parsed.rows == len(rows) + two - based
    print(
        f"\n{len(rows)} rows, {len(found)} sections, {len(parsed.benchmark.items)} items: "
        f"{parsed.rows} tiers, {len(parsed.errors)} failures, {len(parsed.notices)} notices"
    )


def test_each_row_of_the_self_check_holds(shared: Path, rows: list[dict[str, str]], parsed: Import) -> None:
    """Number of rows, lowest and highest amount, statutory brackets, inside or not, the holes between the amounts."""
    assert parsed.benchmark
    failures: list[str] = []
    listed = checks(shared)
    for check in listed:
        code = section(check["section"])
        items = [item for item in parsed.benchmark.items if item.code.partition("-")[0] == code]
        tiers = [
            tier for item in items if item.addressee != "单位" for tier in item.tiers if tier.unit == "yuan"
        ]
        basis = next(row["legal_basis"] for row in rows if section(row["section"]) == code)
        low = min(tier.low for tier in tiers if tier.low is not None)
        high = max(tier.high for tier in tiers if tier.high is not None)
        told = ast.literal_eval(check["statutory_brackets_in_basis"])
        brackets = [(int(a), int(b)) for a, b in statutory_ranges(basis)]
        expected = {
            "rows": int(check["rows"]) == len(tiers),
            "min_low": Decimal(check["min_low"]) == low,
            "max_high": Decimal(check["max_high"]) == high,
            # Where the self-check found none it had not read the words: then we may know more.
            "brackets": brackets == told or not told,
            "inside": not told
            or (check["inside_statutory"] == "True") == any(a <= low and high <= b for a, b in told),
            "gaps": [(float(a), float(b)) for a, b in gaps(tiers)] == ast.literal_eval(check["gaps"]),
        }
        failures += [f"{code}: {name}" for name, good in expected.items() if not good]
    print(f"\nself-check: {len(listed)} sections, {len(failures)} failures")
    assert failures == []
    assert len(listed) == 152


def gaps(tiers: list[Tier]) -> list[tuple[Decimal, Decimal]]:
    """The holes between the amounts of the rows."""
    spans = sorted((tier.low, tier.high) for tier in tiers if tier.low is not None and tier.high is not None)
    found, end = [], spans[0][1]
    for low, high in spans[1:]:
        if low > end:
            found.append((end, low))
        end = max(end, high)
    return found


def test_the_checker_finds_every_section_that_the_parser_broke(parsed: Import, printed: Import) -> None:
    """Holes, overlaps and figures outside the statute, by section; with the printed words put back nothing is left."""
    assert {fault.item for fault in parsed.serious} == BROKEN
    assert [fault.text for fault in printed.serious] == []
    assert printed.errors == printed.notices == ()


def test_what_text_and_figures_say_differently_is_told_with_its_line(parsed: Import) -> None:
    """Seven rows whose words are not what their columns say."""
    assert [notice.line for notice in parsed.notices] == [56, 191, 192, 332, 335, 638, 653]


def test_every_row_is_proposed_for_its_own_answers(printed: Import) -> None:
    """Answering as the row says gives the row, its range and nothing else: in every section, for every row."""
    assert printed.benchmark
    asked = 0
    for item in printed.benchmark.items:
        for tier in item.tiers:
            answers: dict[str, object] = {one.key: False for one in item.circumstances if one.type == "bool"}
            answers |= {one.key: "1000" for one in item.circumstances if one.type == "money"}
            answers |= {one.key: one.options[0].code for one in item.circumstances if one.options}
            answers |= {cell.key: cell.answer for cell in tier.cells}
            found = propose(item, answers, {})
            assert (found.missing, found.fault) == ((), ""), (item.code, tier.cells)
            factor = {"yuan": Decimal(1), "times": Decimal(1000), "percent": Decimal(10)}[tier.unit]
            assert (found.low, found.high) == ((tier.low or 0) * factor, (tier.high or 0) * factor), item.code
            asked += 1
    print(f"\n{asked} rows asked in {len(printed.benchmark.items)} items")


def test_the_added_up_table_gives_the_sum_times_the_maximum(printed: Import) -> None:
    """§2.27: 10 + 30 + 20 + 20 + 20 per cent of 200,000 is the maximum, and 10 per cent the minimum, of the statute."""
    assert printed.benchmark
    item = printed.benchmark.item("2.27")
    worst = {one.key: one.options[-1].code for one in item.circumstances}
    best = {one.key: one.options[0].code for one in item.circumstances}
    assert propose(item, worst, {}).high == Decimal(200_000)
    assert propose(item, best, {}).low == Decimal(20_000)


def test_a_fine_without_lower_end_is_read_from_the_statute() -> None:
    """个人…可以处五百元以下 is 0 to 500; 二万元以上十万元以下 is no such range."""
    basis = "处二万元以上十万元以下的罚款；个人在一级保护区内游泳的，可以处五百元以下的罚款。"
    assert list(statutory_ranges(basis)) == [(20_000, 100_000)]
    assert list(statutory_tops(basis)) == [500]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_whole_table_comes_back_from_a_file(tmp_path: Path, printed: Import, suffix: str) -> None:
    """A thousand rows written and read: the same table."""
    assert printed.benchmark
    path = tmp_path / f"广东{suffix}"
    path.write_bytes(benchmark_file(printed.benchmark, suffix=suffix))
    found = read_benchmark_file(path, name=path.name, head={})
    assert found.errors == ()
    assert found.body == printed.body
