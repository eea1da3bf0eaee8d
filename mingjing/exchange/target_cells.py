"""A row for a platform from what is known of one decision: converted, checked, and every fault told; pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from mingjing.exchange.targets import Case, Column, Target
from mingjing.kit.identity import credit_code_error, id_number_error, organisation_code_error
from mingjing.lawengine.model import Field
from mingjing.publicity.values import cited, shown

YUAN_IN_WAN: Final = Decimal(10_000)
SIX_PLACES: Final = Decimal("0.000001")
JOINED_BY: Final = ";"
# A spreadsheet runs a cell that begins so.
ACTIVE: Final = ("=", "+", "@", "\t", "\r")
_AMOUNT: Final = re.compile(r"[0-9]{1,16}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one decision: `values` by the names that mappings use, `fields` to write them in words."""

    values: Mapping[str, Any]
    fields: Mapping[str, Field]
    on: date

    def fact(self, name: str) -> Any:
        """Give a fact of the case, None where it was not stated."""
        return self.values.get(f"fact.{name}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a row: in which column, what, and how to mend it."""

    column: str
    what: str
    mend: str


class _Wrong(Exception):
    """A value cannot be written in this column. The message is Chinese."""


def row_of(target: Target, known: Known) -> tuple[tuple[str, ...], list[Fault]]:
    """Give the cells of a row and what is wrong with them; nothing that is not known is ever filled in."""
    cells, faults = [], []
    for column in target.columns:
        try:
            cell = _cell(column, known)
        except _Wrong as wrong:
            cell = ""
            faults.append(Fault(column.title, str(wrong), "在案件中核对这一项，更正后重新生成"))
        else:
            faults += [Fault(column.title, what, mend) for what, mend in _faults(column, cell, known)]
        cells.append(cell)
    return tuple(cells), faults


def mended_row(target: Target, known: Known, mends: Mapping[str, str]) -> tuple[tuple[str, ...], list[Fault]]:
    """Give a row in which people have written some columns, by code; what they wrote is checked like all the rest."""
    cells, faults = row_of(target, known)
    titles = {column.title for column in target.columns if column.code in mends}
    left = [fault for fault in faults if fault.column not in titles]
    whole = [mends.get(column.code, cell) for column, cell in zip(target.columns, cells, strict=True)]
    for column, cell in zip(target.columns, whole, strict=True):
        if column.code in mends:
            left += [Fault(column.title, what, mend) for what, mend in _faults(column, cell, known)]
            if cell and (why := _not_as_written(column, cell, known)):
                left.append(Fault(column.title, why, "请重新补填"))
    return tuple(whole), left


def _not_as_written(column: Column, cell: str, known: Known) -> str:
    """Say why what a person wrote is not what the column always holds: a day, an amount, words of the platform."""
    if column.convert == "date" and not _is_day(cell):
        return f"“{cell[:40]}”不是日期，应写成 2026/03/05 的样子"
    if _is_amount(column, known) and not _AMOUNT.fullmatch(cell):
        return f"“{cell[:40]}”不是金额，应写成 1234.50 的样子"
    if column.convert in ("choice", "choices"):
        parts = cell.split(JOINED_BY) if column.convert == "choices" else [cell]
        if other := [one for one in parts if one not in column.words.values()]:
            return f"“{other[0][:40]}”不是这个平台的选项，可以写：{'、'.join(dict.fromkeys(column.words.values()))}"
    return ""


def _is_day(cell: str) -> bool:
    try:
        return f"{datetime.strptime(cell, '%Y/%m/%d'):%Y/%m/%d}" == cell  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False


def _is_amount(column: Column, known: Known) -> bool:
    names = [name.removeprefix("fact.") for name in column.sources or column.sums]
    return column.convert in ("", "wan") and any(
        name in known.fields and known.fields[name].type == "money" for name in names
    )


def doubled(target: Target, rows: Sequence[Sequence[str]]) -> list[tuple[int, Fault]]:
    """Give the rows whose value stands in another row too, in columns where each may stand once."""
    found = []
    for place, column in enumerate(target.columns):
        if column.check != "unique":
            continue
        seen: dict[str, int] = {}
        for number, row in enumerate(rows):
            if row[place] and row[place] in seen:
                what = f"“{row[place]}”与第 {seen[row[place]] + 1} 行重复"
                found.append((number, Fault(column.title, what, "核对两件案件的文号，更正后重新生成")))
            seen.setdefault(row[place], number)
    return found


def _cell(column: Column, known: Known) -> str:
    if not _is_case(column.when, known, empty=True):
        return ""
    if column.lines:
        return _lines(column.lines, known)
    if column.sums:
        amounts = [Decimal(known.values[name]) for name in column.sums if known.values.get(name)]
        return _CONVERT[column.convert](column, str(sum(amounts, Decimal(0))), known) if amounts else ""
    if column.value:
        return column.value if not column.beside or known.values.get(column.beside) else ""
    raw = next((known.values[name] for name in column.sources if known.values.get(name)), None)
    if raw is None:
        return "" if _is_case(column.unless, known, empty=False) else column.otherwise
    text = _CONVERT[column.convert](column, raw, known)
    return text if not column.matches or re.fullmatch(column.matches, text) else ""


def _is_case(case: Case, known: Known, *, empty: bool) -> bool:
    """Say whether every field of the case has one of its values; a case of nothing is as `empty` says."""
    if not case:
        return empty
    return all(_one_of(known.fact(name), values) for name, values in case.items())


def _one_of(stated: Any, values: Sequence[str]) -> bool:
    given = stated if isinstance(stated, list | tuple) else [stated]
    return bool(set(given) & set(values))


def _lines(names: Sequence[str], known: Known) -> str:
    parts = [
        f"{known.fields[name].title}：{shown(known.fields[name], known.fact(name))}"
        for name in names
        if name in known.fields and known.fact(name)
    ]
    return "；".join(parts)


def _plain(column: Column, raw: Any, known: Known) -> str:
    return re.sub(r"[ \t]*\n\s*", " ", str(raw)).strip()


def _wan(column: Column, raw: Any, known: Known) -> str:
    exact = Decimal(raw) / YUAN_IN_WAN
    rounded = exact.quantize(SIX_PLACES)
    if rounded != exact:
        raise _Wrong(f"{raw} 元换算为万元后超过六位小数")
    return str(rounded)


def _date(column: Column, raw: Any, known: Known) -> str:
    day = raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    return f"{day:%Y/%m/%d}"


def _choice(column: Column, raw: Any, known: Known) -> str:
    if raw not in column.words:
        raise _Wrong(f"“{raw}”在这个平台的选项里没有对应的写法，请在对应关系文件里补上")
    return column.words[raw]


def _choices(column: Column, raw: Any, known: Known) -> str:
    return JOINED_BY.join(_choice(column, one, known) for one in raw)


def _citations(column: Column, raw: Any, known: Known) -> str:
    return "、".join(cited(one) for one in raw)


_CONVERT: Final[Mapping[str, Callable[[Column, Any, Known], str]]] = {
    "": _plain,
    "wan": _wan,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "citations": _citations,
}


def _faults(column: Column, cell: str, known: Known) -> list[tuple[str, str]]:
    if not cell:
        wanted = column.required or _is_case(column.required_when, known, empty=False)
        place = (
            "在机关信息中补录"
            if column.sources[:1] and column.sources[0].startswith("agency.")
            else "在案件中补录"
        )
        return [("必填，但没有登记", f"{place}后重新生成")] if wanted else []
    found = []
    if column.length and len(cell) > column.length:
        what = f"最长 {column.length} 字，现有 {len(cell)} 字"
        found.append((what, "精简案件中的表述，或者与平台商定更长的字段"))
    if cell.startswith(ACTIVE):
        found.append((f"以“{cell[0]}”开头，表格程序会当作公式", "更正案件中的这一项"))
    if why := _CHECK[column.check](cell, known):
        found.append((why, "核对后在案件或者机关信息中更正"))
    return found


def _not_future(cell: str, known: Known) -> str | None:
    return f"{cell} 晚于今天" if cell > f"{known.on:%Y/%m/%d}" else None


_CHECK: Final[Mapping[str, Callable[[str, Known], str | None]]] = {
    "": lambda cell, known: None,
    "unique": lambda cell, known: None,  # of the whole table: see `doubled`
    "uscc": lambda cell, known: credit_code_error(cell),
    "organisation_code": lambda cell, known: organisation_code_error(cell),
    "id_number": lambda cell, known: id_number_error(cell, known.on),
    "not_future": _not_future,
}
