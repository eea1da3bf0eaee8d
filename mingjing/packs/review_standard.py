"""The file-review standard as a pack lists it: items and levels; which rule costs which item is in the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mingjing.lawengine.model import Source
from mingjing.packs.source import PackFile
from mingjing.packs.vocabulary import text

FILE: Final = "cn/review/standard.toml"
HUMAN: Final = "cn/review/human_items.toml"
_KEYS: Final = ("title", "note", "level", "item")
_LEVEL_KEYS: Final = ("title", "at_least", "vetoed", "quote", "source")
_ITEM_KEYS: Final = ("no", "stage", "title", "points", "veto", "source")
_HUMAN_KEYS: Final = ("no", "stage", "title", "points", "partly", "source", "why")


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a file may reach; `vetoed` marks the one that a veto leads to whatever the points."""

    title: str
    at_least: int
    vetoed: bool
    quote: str
    source: Source


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the standard, by the number that rules name in `grade.item`."""

    no: str
    stage: str
    title: str
    points: str
    veto: bool
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """The whole standard; levels from the best down."""

    title: str
    note: str
    levels: tuple[Level, ...]
    items: tuple[Item, ...]

    def level_of(self, score: int, *, vetoed: bool) -> Level:
        """Give the level of a score."""
        if vetoed:
            return next(level for level in self.levels if level.vetoed)
        return next(level for level in self.levels if level.at_least <= score)


def read_standard(file: PackFile) -> Standard:
    """Read the standard. Raises PackError, naming file and line, for a faulty one."""
    file.known_keys(file.data, _KEYS)
    levels = tuple(_level(file, row, number) for number, row in enumerate(_rows(file, "level")))
    if [level.at_least for level in levels] != sorted({level.at_least for level in levels}, reverse=True):
        raise file.fault("等次应当从高到低，分数线不能重复", "level")
    if levels[-1].at_least != 0 or sum(level.vetoed for level in levels) != 1:
        raise file.fault("最低等次的分数线应当是 0，并且有且只有一个等次写 vetoed = true", "level")
    items = tuple(_item(file, row, number) for number, row in enumerate(_rows(file, "item")))
    numbers = [item.no for item in items]
    for number, no in enumerate(numbers):
        if no in numbers[:number]:
            raise file.fault(f"项目编号 {no} 重复", "item", number)
    return Standard(text(file, file.data, "title"), str(file.data.get("note", "")), levels, items)


@dataclass(frozen=True, slots=True)
class Human:
    """Why an item is left to people; `partly` where rules examine a part of it first."""

    why: str
    partly: bool


def read_human(file: PackFile) -> dict[str, Human]:
    """Read what only people can judge, by item number. Raises PackError for a faulty file."""
    found: dict[str, Human] = {}
    for number, row in enumerate(_rows(file, "item")):
        file.known_keys(row, _HUMAN_KEYS, "item", number)
        if row.get("no") in found:
            raise file.fault(f"项目编号 {row['no']} 重复", "item", number)
        no = text(file, row, "no", "item", number)
        found[no] = Human(text(file, row, "why", "item", number), row.get("partly") is True)
    return found


def _rows(file: PackFile, key: str) -> list[Mapping[str, Any]]:
    rows = file.data.get(key)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise file.fault(f"缺少 [[{key}]]", key)
    return rows


def _level(file: PackFile, row: Mapping[str, Any], number: int) -> Level:
    file.known_keys(row, _LEVEL_KEYS, "level", number)
    source, at_least = row.get("source"), row.get("at_least")
    if not isinstance(source, dict) or not {"law", "article"} <= set(source):
        raise file.fault("等次应当写明来源 source = { law, article }", "level", number)
    if not isinstance(at_least, int) or isinstance(at_least, bool):
        raise file.fault("等次应当写明分数线 at_least（整数）", "level", number)
    if not all(isinstance(row.get(key), str) and row[key] for key in ("title", "quote")):
        raise file.fault("等次应当写明 title 和 quote", "level", number)
    return Level(row["title"], at_least, row.get("vetoed") is True, row["quote"], Source(**source))


def _item(file: PackFile, row: Mapping[str, Any], number: int) -> Item:
    file.known_keys(row, _ITEM_KEYS, "item", number)
    texts = {key: row.get(key) for key in ("no", "stage", "title", "points", "source")}
    if missing := [key for key, value in texts.items() if not isinstance(value, str) or not value]:
        raise file.fault(f"评查项目缺少 {'、'.join(missing)}（均为文字）", "item", number)
    return Item(veto=row.get("veto") is True, **{key: str(value) for key, value in texts.items()})
