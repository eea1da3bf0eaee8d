"""Rows of a table or of JSON read into the fields of a sort; every fault is told with its column and how to mend it."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from mingjing.exchange.cells import Unfit, read_day, read_end
from mingjing.exchange.intake.sorts import Field, Sort, plain_word
from mingjing.exchange.sums import NotASum, read_sum
from mingjing.exchange.tables import head_of, read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.document_number import normalise
from mingjing.kit.money import canonical_yuan

AGENCY: Final = "agency"  # the column that names the agency, where a sender serves several
AGENCY_HEADINGS: Final = ("执法机关", "机关", "机关代码", "执收单位", "被告", "被申请人", "行政机关")
MOST: Final = 5_000  # rows of one file or request
MOST_BYTES: Final = 8 * 1024 * 1024
LONGEST: Final = 10_000
KEY: Final = 160
MOST_YUAN: Final = Decimal(10) ** 12
MINUS: Final = ("-", "－", "−", "—")


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as it was sent: cells by the names of their columns."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(slots=True)
class Read:
    """One row as it was understood. With faults it is not taken."""

    line: int
    agency: str = ""
    key: str = ""
    values: dict[str, str] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)

    def blame(self, column: str, what: str, mend: str) -> None:
        """Note a fault: in which column, what is wrong, how to mend it."""
        self.faults.append({"column": column, "what": what, "mend": mend})


def raws_of_file(sort: Sort, path: Path) -> list[Raw]:
    """Give the rows of a CSV, XLSX or JSON file. Raises Unreadable."""
    if head_of(path, most=MOST_BYTES).lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        return raws_of_json(sort, path.read_bytes())
    table = read_table(path)
    raws = [Raw(row.line, dict(zip(table.headers, row.cells, strict=True)), row.fault) for row in table.rows]
    _whole(sort, table.headers, len(raws))
    return raws


def raws_of_json(sort: Sort, body: bytes) -> list[Raw]:
    """Give the rows of `{"papers": [{列名: 值}]}` or of a bare list. Raises Unreadable."""
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("不是合法的 JSON（UTF-8）") from None
    rows = told.get(sort.listed_as) if isinstance(told, dict) else told
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise Unreadable(f'请写成 {{"{sort.listed_as}": [{{"列名": "值"}}]}}')
    raws = [_raw(number, one) for number, one in enumerate(rows, 1)]
    _whole(sort, {name for one in raws for name in one.cells}, len(raws))
    return raws


def _raw(line: int, row: Mapping[str, Any]) -> Raw:
    if any(_unstorable(str(one)) for pair in row.items() for one in pair):
        return Raw(line, {}, "含有不能存储的字符（空字符、控制字符或者不成对的代理字符）")
    wrong = [
        str(name)[:30]
        for name, value in row.items()
        if isinstance(value, bool | dict | list) or len(str(value)) > LONGEST
    ]
    cells = {str(name): "" if value is None else str(value).strip() for name, value in row.items()}
    return Raw(line, cells, f"“{'、'.join(wrong)}”不是文字或者数字，或者太长" if wrong else "")


def _unstorable(text: str) -> bool:
    return any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\r\t" for one in text)


def _whole(sort: Sort, headings: Iterable[str], rows: int) -> None:
    if rows > MOST:
        raise Unreadable(f"一次最多 {MOST:,} 行，请分成几个文件")
    known = {plain_word(name) for name in headings}
    guessed = {one.field for one in sort.guesses}
    missing = [
        one.title
        for one in sort.fields.values()
        if one.required and one.code not in guessed and not known & set(_names(one))
    ]
    if missing:
        raise Unreadable(f"表头缺少：{'、'.join(missing)}。请在第一行写上这些列名，或者下载样表")


def _names(one: Field) -> list[str]:
    return [one.code, *map(plain_word, (one.title, *one.headings))]


def read_rows(sort: Sort, raws: Sequence[Raw], *, on: date) -> list[Read]:
    """Read every row; the same paper twice in one file is a fault of the later row."""
    found, seen = [], dict[str, int]()
    for raw in raws:
        row = _read(sort, raw, on)
        if not row.faults:
            key = "/".join(_key_part(row.values.get(code, "")) for code in sort.key)
            row.key = key if len(key) <= KEY else hashlib.sha256(key.encode()).hexdigest()
            place = f"{row.agency} {row.key}"
            if place in seen:
                title = sort.fields[sort.number].title
                row.blame(
                    title, f"与第 {seen[place]} 行是同一件", "只保留一行；内容以哪一行为准，请与制表单位核对"
                )
            seen.setdefault(place, row.line)
        found.append(row)
    return found


def _key_part(text: str) -> str:
    return plain_word(text).upper()


def _read(sort: Sort, raw: Raw, on: date) -> Read:
    row = Read(raw.line)
    if raw.fault:
        row.blame("", raw.fault, "请核对本行后重新导入")
        return row
    cells = {plain_word(name): value for name, value in raw.cells.items()}
    row.agency = next(
        (cells[name] for name in map(plain_word, (AGENCY, *AGENCY_HEADINGS)) if cells.get(name)), ""
    )
    said = {
        code: next((cells[name] for name in _names(one) if cells.get(name)), "")
        for code, one in sort.fields.items()
    }
    for guess in sort.guesses:
        if not said[guess.field] and guess.contains in said[guess.source]:
            said[guess.field] = guess.value
    for code, one in sort.fields.items():
        _value(one, said[code], row, on)
    return row


def _value(one: Field, text: str, row: Read, on: date) -> None:
    if not text:
        if one.required:
            row.blame(one.title, "没有填写", f"请补填{one.title}")
        return
    if len(text) > one.length:
        row.blame(one.title, f"最长 {one.length} 字，现有 {len(text)} 字", "请缩短")
        return
    try:
        row.values[one.code] = _written(one, text, on)
    except (Unfit, NotASum) as fault:
        row.blame(one.title, str(fault), "请改正这一格后重新导入")


def _written(one: Field, text: str, on: date) -> str:
    match one.type:
        case "day":
            return read_day(text, on).isoformat()
        case "day_ahead":
            return read_end(text).isoformat()
        case "money":
            sum_ = abs(_sum(text))
            if not 0 < sum_ < MOST_YUAN:
                raise Unfit("金额为零，或者大得不可能")
            return canonical_yuan(sum_)
        case "number":
            return normalise(text)
        case "choice":
            if (code := one.code_of(text)) is None:
                allowed = "、".join(said[0] for said in one.words.values())
                raise Unfit(f"“{text[:40]}”不认识，可以写：{allowed}")
            return code
    return text


def _sum(text: str) -> Decimal:
    return read_sum(text.lstrip("".join(MINUS)), "元")
