"""Lists as tables: read with their faults told, and held against a case line by line."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.lawengine.benchmark import Circumstance
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.lists import (
    NormList,
    check_lists,
    hits,
    lists_of,
    questions_of,
    read_list,
    read_lists,
    same_violation,
)
from mingjing.packs.load import library
from mingjing.packs.source import PackError, PackFile

DAY = date(2026, 3, 2)
TEXT = """
title = "城市管理不予处罚清单"
issuer = "某局"
effect = "exempt"
in_force = 2026-01-01
until = 2026-12-31
source = "公开网页"

[[item]]
code = "1"
violation = "露天烧烤"
also = ["在禁止区域露天烧烤"]
basis = "大气污染防治法第一百一十九条"
conditions = ["初次违法", "面积不超过五平方米"]
when = "first_violation && stall_area <= 5"

[[item.question]]
code = "stall_area"
title = "摊位面积"
type = "number"
unit = "平方米"
"""


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    """The vocabulary of the real packs."""
    return Vocabulary(library().fields, library().kinds)


def read(text: str, words: Vocabulary) -> NormList:
    """Read a list as if it lay in a pack."""
    return read_list(PackFile.parse("410481/lists/urban.toml", text), words)


def answer(
    table: NormList, facts: dict[str, object], violation: str = "露天烧烤", day: date = DAY
) -> list[str]:
    """What the lines on a violation say."""
    return [hit.answer for hit in hits([table], violation, facts, day)]


def test_a_line_matches_only_where_every_condition_is_met(words: Vocabulary) -> None:
    """Both sides of the boundary of five square metres, and a second violation."""
    table = read(TEXT, words)

    assert answer(table, {"first_violation": True, "stall_area": Decimal(5)}) == ["matched"]
    assert answer(table, {"first_violation": True, "stall_area": Decimal("5.01")}) == ["not_matched"]
    assert answer(table, {"first_violation": False, "stall_area": Decimal(1)}) == ["not_matched"]


def test_what_nobody_has_stated_makes_a_line_unknown_and_says_what_is_missing(words: Vocabulary) -> None:
    """An open question is no match; where one condition fails already, nothing more is asked."""
    table = read(TEXT, words)

    (hit,) = hits([table], "露天烧烤", {"first_violation": True}, DAY)
    assert (hit.answer, hit.missing) == ("unknown", ("stall_area",))
    assert answer(table, {"first_violation": False}) == ["not_matched"]


def test_a_list_binds_from_its_first_day_to_its_last(words: Vocabulary) -> None:
    """The day before and the day after it say nothing."""
    table, met = read(TEXT, words), {"first_violation": True, "stall_area": Decimal(1)}

    assert answer(table, met, day=date(2025, 12, 31)) == []
    assert answer(table, met, day=date(2026, 1, 1)) == ["matched"]
    assert answer(table, met, day=date(2026, 12, 31)) == ["matched"]
    assert answer(table, met, day=date(2027, 1, 1)) == []


def test_a_violation_is_known_by_its_other_names_and_not_by_a_fragment(words: Vocabulary) -> None:
    """涉嫌, 案 and punctuation do not count; two characters are too few to tell."""
    table = read(TEXT, words)

    assert answer(table, {"first_violation": False}, "涉嫌在禁止区域露天烧烤案") == ["not_matched"]
    assert answer(table, {"first_violation": False}, "烧烤") == []
    assert same_violation("未经批准，擅自占用城市道路", "未经批准擅自占用城市道路")
    assert not same_violation("擅自挖掘城市道路", "擅自占用城市道路")


def test_the_questions_of_the_lines_on_a_violation_are_asked_once(words: Vocabulary) -> None:
    """They come as the circumstances of a benchmark do, so that a form draws both alike."""
    table = read(TEXT, words)

    asked = questions_of([table, table], "露天烧烤", DAY)
    assert asked == (Circumstance("stall_area", "摊位面积", "number", (), "平方米"),)
    assert questions_of([table], "户外广告", DAY) == ()


@pytest.mark.parametrize(
    ("wrong", "right", "says", "line"),
    [
        ("in_force = 2026-01-01\n", "", "施行日期", 1),
        ('effect = "exempt"', 'effect = "free"', "effect", 9),
        ("stall_area <= 5", "stall_aria <= 5", "stall_aria", 15),
        ('type = "number"', 'type = "figure"', "type", 20),
        ('code = "stall_area"', 'code = "harm_degree"', "已经是字段", 18),
        ("also", "alias", "alias", 12),
    ],
)
def test_a_slip_is_told_with_its_place(
    words: Vocabulary, wrong: str, right: str, says: str, line: int
) -> None:
    """A lawyer reads which file, which line and what to write instead."""
    with pytest.raises(PackError) as fault:
        read(TEXT.replace(wrong, right), words)
    assert says in fault.value.message
    assert fault.value.file == "410481/lists/urban.toml"
    assert fault.value.line == line


def test_the_same_table_is_read_from_the_database(words: Vocabulary) -> None:
    """Kept as JSON a list has its days as text and no lines, and says the same."""
    data = PackFile.parse("x/lists/urban.toml", TEXT).data
    body = {**data, "in_force": "2026-01-01", "until": "2026-12-31"}

    kept = read_list(PackFile("lists/urban.toml", "", body), words)
    assert kept == read(TEXT, words)


def test_every_list_of_the_packs_can_be_read_and_names_its_source() -> None:
    """The grounds of the penalty law bind everybody; a list of one field binds no other."""
    tables = read_lists(library())
    assert all(table.source and table.issuer for table in tables)
    codes = {table.code for table in lists_of("410481", "urban", "410481-urban")}
    assert {"penalty_exempt", "penalty_lighter", "penalty_heavier", "no_coercion"} <= codes
    assert "ecology_exempt_2021" not in {table.code for table in lists_of("440100", "urban", "x")}
    assert "ecology_exempt_2021" in {table.code for table in lists_of("440100", "ecology", "x")}


def test_the_check_of_packs_tells_every_faulty_list_and_nothing_of_sound_ones() -> None:
    """Two faulty files are told at once, each with its place."""
    sound = library()
    assert check_lists(sound) == []

    faulty = [PackFile.parse(f"44/lists/{name}.toml", 'title = "x"') for name in ("one", "two")]
    pack = replace(sound.packs["44"], files=(*sound.packs["44"].files, *faulty))
    told = check_lists(replace(sound, packs={**sound.packs, "44": pack}))
    assert [line.split(":")[0] for line in told] == ["44/lists/one.toml", "44/lists/two.toml"]


@pytest.mark.parametrize(
    ("scope", "refused"),
    [("cn", True), ("field/urban", True), ("41", True), ("agency/410481-urban", True), ("13", False)],
)
def test_two_lists_that_bind_one_agency_have_two_names(scope: str, refused: bool) -> None:
    """Under one name one would be published over the other, every day anew; of two provinces they may be alike."""
    sound = library()
    file = next(one for one in sound.packs["410481"].files if "/lists/" in one.name)
    twin = replace(file, name=file.name.replace("410481", scope, 1))
    pack = replace(sound.packs[scope], files=(*sound.packs[scope].files, twin))
    told = check_lists(replace(sound, packs={**sound.packs, scope: pack}))

    assert [("同名" in line) for line in told] == ([True] if refused else [])


def test_slight_harm_mended_by_a_first_offender_is_exempt_and_by_a_second_is_not() -> None:
    """Article 33 in the words of the list, for any violation whatever."""
    tables = lists_of("410481", "urban", "410481-urban")

    def effects(**facts: object) -> set[str]:
        return {
            hit.item.effect for hit in hits(tables, "任何违法行为", facts, DAY) if hit.answer == "matched"
        }

    slight = {"harm_degree": "slight", "promptly_corrected": True, "no_fault_proved": False}
    assert "exempt" in effects(first_violation=True, **slight)
    assert "exempt" not in effects(first_violation=False, **slight)
    assert effects(mitigating_grounds=["confessed"]) == {"lighter"}


def test_the_published_list_of_guangdong_is_there_with_all_its_items(shared: Path) -> None:
    """Twenty items, each with the violation as published."""
    text = (shared / "data/lists/gd_eco_no_penalty_list_2021.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    published = {row["no"]: row["violation"] for row in rows if row["no"].isdecimal()}

    (table,) = [one for one in read_lists(library()) if one.code == "ecology_exempt_2021"]
    assert {item.code: item.violation for item in table.items} == published
    assert len(published) == 20
