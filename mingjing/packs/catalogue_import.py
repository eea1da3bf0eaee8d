"""Rows of a list that must be public beforehand, checked cell by cell, with a report of each; nothing is stored."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mingjing.packs.basis import basis_faults
from mingjing.packs.catalogue_kinds import CatalogueKind, Column
from mingjing.packs.laws import LawRegister
from mingjing.packs.table_compare import row_key

MOST_ROWS: Final = 3_000
MOST_CELL: Final = 2_000
NEW, ALTERED, UNCHANGED, REFUSED = "new", "altered", "unchanged", "refused"
NUMBER_HEADINGS: Final = frozenset({"序号", "编号", "顺序号", "NO", "NO."})
_TITLE_ROWS: Final = 8
_LEAST: Final = 2  # headings that a line must hold to be the line of headings
_SERIAL_EPOCH: Final = date(1899, 12, 30)  # day 0 of spreadsheet dates
_FORMULA_COLUMN: Final = re.compile(r"第 (\d+) 列")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_SERIAL: Final = re.compile(r"[2-6]\d{4}")
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_BRACKETS: Final = re.compile(r"[（(][^（）()]*[)）]")

Line = tuple[int, list[str], str]
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checking:
    """What rows are held against: the laws that may be cited, the day, and who is in post."""

    register: LawRegister
    day: date
    staff: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RowReport:
    """What was made of one line of the file: new, altered, unchanged, or refused with the cells and reasons."""

    line: int
    state: str
    row: Row
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueImport:
    """What a file holds. With `errors` it was not read at all; refused rows are left out of `rows`."""

    name: str
    lines: tuple[RowReport, ...] = ()
    errors: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    missing: tuple[Row, ...] = ()  # rows of the present version that the file does not have

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that were accepted, in their order."""
        return tuple(one.row for one in self.lines if one.state != REFUSED)

    def count(self, state: str) -> int:
        """How many lines have come out so."""
        return sum(one.state == state for one in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines are new, altered, unchanged and refused."""
        return {state: self.count(state) for state in (NEW, ALTERED, UNCHANGED, REFUSED)}


def read_catalogue(
    name: str,
    sheets: Mapping[str, Sequence[Line]],
    kind: CatalogueKind,
    checking: Checking,
    present: Sequence[Row],
) -> CatalogueImport:
    """Read sheets as a list of this kind and hold it against the rows of the present version."""
    filled = {title: lines for title, lines in sheets.items() if lines}
    if len(filled) != 1:
        told = f"有 {len(filled)} 张工作表：{'、'.join(filled) or '（无）'}。请只保留要导入的一张"
        return CatalogueImport(name, errors=(told,))
    lines = next(iter(filled.values()))
    head = _headings(lines, kind)
    if head is None:
        wanted = "、".join(one.title for one in kind.columns if one.required)
        return CatalogueImport(name, errors=(f"前 {_TITLE_ROWS} 行里没有找到表头。必须有的列：{wanted}",))
    at, places, notices, errors = head
    if errors:
        return CatalogueImport(name, errors=tuple(errors), notices=tuple(notices))
    reader = _Reader(kind, checking, places, present)
    reports = [reader.read(line) for line in lines[at + 1 :]]
    if len(reports) > MOST_ROWS:
        return CatalogueImport(
            name, errors=(f"有 {len(reports):,} 行，最多 {MOST_ROWS:,} 行。请分成几个清单",)
        )
    if not reports:
        return CatalogueImport(name, errors=("表格只有表头，没有数据行",))
    missing = tuple(row for row in present if row_key(row, kind.parts) not in reader.seen)
    return CatalogueImport(name, tuple(reports), (), tuple(notices), missing)


def checked_row(
    cells: Sequence[str], kind: CatalogueKind, checking: Checking, where: Sequence[str] = ()
) -> tuple[Row, list[str]]:
    """Give a row as it is kept, and in Chinese what is wrong with it; `where` names the cells, else their headings."""
    told, faults = [], []
    for at, column in enumerate(kind.columns):
        text = _tidy(cells[at] if at < len(cells) else "")
        kept, fault = _cell(text, column, checking)
        told.append(kept)
        if fault:
            faults.append(f"{where[at] if where else ''}“{column.title}”{fault}")
    return tuple(told), [*faults, *_order(told, kind)]


def _order(row: Sequence[str], kind: CatalogueKind) -> list[str]:
    """Refuse a period that ends before it begins."""
    keys = {one.key: at for at, one in enumerate(kind.columns) if one.type == "date"}
    begins, ends = (row[keys[key]] if key in keys else "" for key in ("from", "until"))
    if begins and ends and ends < begins:
        return [
            f"“{kind.columns[keys['until']].title}”（{ends}）早于“{kind.columns[keys['from']].title}”（{begins}）"
        ]
    return []


def _cell(text: str, column: Column, checking: Checking) -> tuple[str, str]:
    """Give a cell as it is kept and what is wrong with it."""
    if not text:
        return "", "没有填写" if column.required else ""
    if len(text) > MOST_CELL:
        return text[:MOST_CELL], f"有 {len(text):,} 字，最多 {MOST_CELL:,} 字。请删减"
    return _READERS[column.type](text, column, checking)


def _law(text: str, _: Column, checking: Checking) -> tuple[str, str]:
    return text, "；".join(basis_faults(text, checking.register, checking.day))


def _number(text: str, _: Column, __: Checking) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", text).removesuffix("次").strip()
    return (plain, "") if _NUMBER.fullmatch(plain) else (text, f"写的是“{text[:20]}”，要写成数，如 2")


def _date(text: str, _: Column, __: Checking) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", text)
    try:
        if found := _DAY.fullmatch(plain):
            return date(*map(int, found.groups())).isoformat(), ""
        if _SERIAL.fullmatch(plain):
            return (_SERIAL_EPOCH + timedelta(days=int(plain))).isoformat(), ""
    except ValueError:
        return text, f"写的是“{text[:20]}”，日历上没有这一天"
    return text, f"写的是“{text[:20]}”，不是日期，请写成 2026-03-05 的样子"


def _choice(text: str, column: Column, _: Checking) -> tuple[str, str]:
    plain = "".join(text.split())
    for choice in column.choices:
        if plain in (choice, choice.removeprefix("行政")):
            return choice, ""
    return text, f"写的是“{text[:20]}”，只能是{'、'.join(column.choices)}"


def _staff(text: str, _: Column, checking: Checking) -> tuple[str, str]:
    names = [one for one in re.split(r"[、，,；;\s]+", text) if one]
    unknown = [one for one in names if one not in checking.staff]
    fault = f"里的“{'、'.join(unknown)}”不在本机关在职人员里，请核对姓名或者先办理人员登记" if unknown else ""
    return "、".join(names), fault


_READERS: Final[Mapping[str, Callable[[str, Column, Checking], tuple[str, str]]]] = {
    "text": lambda text, _, __: (text, ""),
    "law": _law,
    "date": _date,
    "number": _number,
    "choice": _choice,
    "staff": _staff,
}


class _Reader:
    """Reads one line after the other, knowing those before: a row that was read already is refused."""

    def __init__(
        self, kind: CatalogueKind, checking: Checking, places: Mapping[int, int], present: Iterable[Row]
    ) -> None:
        self.kind, self.checking, self.places = kind, checking, places
        self.present = {row_key(row, kind.parts): row for row in present}
        self.seen: dict[tuple[str, ...], int] = {}

    def read(self, line: Line) -> RowReport:
        """Say what is made of a line."""
        number, cells, fault = line
        given = [self._given(cells, at) for at in range(len(self.kind.columns))]
        where = [self._where(number, at) for at in range(len(self.kind.columns))]
        row, faults = checked_row(given, self.kind, self.checking, where)
        faults = [*([self._named(number, fault)] if fault else ()), *faults]
        key = row_key(row, self.kind.parts)
        if (before := self.seen.get(key)) is not None:
            faults.append(f"与第 {before} 行是同一事项，重复了。请合并或者删去一行")
        elif any(key):
            self.seen[key] = number
        if faults:
            return RowReport(number, REFUSED, row, tuple(faults))
        return RowReport(number, self._state(key, row), row)

    def _state(self, key: tuple[str, ...], row: Row) -> str:
        present = self.present.get(key)
        return NEW if present is None else UNCHANGED if present == row else ALTERED

    def _given(self, cells: Sequence[str], at: int) -> str:
        place = self.places.get(at)
        return cells[place] if place is not None and place < len(cells) else ""

    def _where(self, number: int, at: int) -> str:
        place = self.places.get(at)
        return f"{_letter(place)}{number} " if place is not None else ""

    def _named(self, number: int, fault: str) -> str:
        """Give a fault of the file with the cell it means, as the spreadsheet names it."""
        return _FORMULA_COLUMN.sub(lambda found: f"{_letter(int(found[1]) - 1)}{number} ", fault)


def _headings(
    lines: Sequence[Line], kind: CatalogueKind
) -> tuple[int, dict[int, int], list[str], list[str]] | None:
    """Give which line holds the headings, for each column its place in the file, and what is to be said of them."""
    names = _names(kind)
    best, matched = -1, 0
    for at, (_, cells, _) in enumerate(lines[:_TITLE_ROWS]):
        hits = len({names[key] for cell in cells if (key := plain_heading(cell)) in names})
        if hits > matched:
            best, matched = at, hits
    if matched < _LEAST:
        return None
    return (best, *_placed(lines[best][1], kind, names))


def _placed(
    cells: Sequence[str], kind: CatalogueKind, names: Mapping[str, int]
) -> tuple[dict[int, int], list[str], list[str]]:
    places: dict[int, int] = {}
    unused, errors = [], []
    for place, cell in enumerate(cells):
        at = names.get(plain_heading(cell))
        if at is None:
            unused += [cell] if cell and plain_heading(cell) not in NUMBER_HEADINGS else []
        elif at in places and kind.columns[at].title != cell:
            unused.append(cell)  # the other heading of this meaning came first
        elif at in places:
            errors.append(f"有两列都叫“{cell}”（{_letter(places[at])} 列和 {_letter(place)} 列），请删去一列")
        else:
            places[at] = place
    missing = [one.title for at, one in enumerate(kind.columns) if one.required and at not in places]
    if missing:
        told = "、".join(cell for cell in cells if cell)
        errors.append(f"缺少必须有的列：{'、'.join(missing)}。文件里的列是：{told}。可以下载模板对照")
    return places, [f"没有用到的列：{'、'.join(unused)}"] if unused else [], errors


def _names(kind: CatalogueKind) -> dict[str, int]:
    """Give every heading by which a column is known; a title wins over another column's other name."""
    names: dict[str, int] = {}
    for at, column in enumerate(kind.columns):
        for name in column.names:
            names.setdefault(plain_heading(name), at)
    return names | {plain_heading(one.title): at for at, one in enumerate(kind.columns)}


def plain_heading(text: str) -> str:
    """Give a heading without what differs between two files: width, blanks, what stands in brackets."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return _BRACKETS.sub("", narrow) or narrow


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\u3000\u200b\ufeff\r]+", " ", text).strip()


def _letter(place: int) -> str:
    """Name a column as a spreadsheet does: A, B … Z, AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
