"""One value as a form or a file gives it, into the canonical form facts are kept in; a refusal says how to write it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from mingjing.kit.clock import BEIJING
from mingjing.kit.identity import credit_code_error, id_number_error
from mingjing.kit.money import canonical_yuan, parse_yuan
from mingjing.lawengine.vocabulary import Field

# Line breaks and tabs are text; every other control character, and what reorders text invisibly, is refused.
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_PHONE: Final = re.compile(r"\+?[\d\-—（）() ]{5,24}(?:转\d{1,6})?")
_PERSON: Final = re.compile(r"[\w.@+\-]{1,150}")
_DECIMAL: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_YES: Final = frozenset({"true", "1", "on", "yes", "是"})
_NO: Final = frozenset({"false", "0", "off", "no", "否"})
LARGEST_INT: Final = 2**53 - 1
# A year beyond is a slip of the pen, and too near the ends of what can be counted.
YEARS: Final = range(1900, 2200)


class Unfit(Exception):
    """The value cannot be taken. The message is Chinese and says what to write instead."""


def clean_value(field: Field, raw: object, fields: Mapping[str, Field], on: date) -> object:
    """Give the canonical value, or None where nothing was stated. Raises Unfit. `on` is the day of the act."""
    if raw is None or raw in ("", []) or (isinstance(raw, str) and not raw.strip()):
        return None
    if field.type == "rows":
        return _rows(field, raw, fields, on)
    if field.type == "id_number":
        return _id_number(_text(raw), on)
    return _READERS[field.type](field, raw)


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise Unfit("应为文字")
    if _CONTROL.search(raw.replace("\r\n", "\n")):
        raise Unfit("含有看不见的控制字符，请删除后重新输入")
    return raw.replace("\r\n", "\n").strip()


def _line(field: Field, raw: object) -> str | None:
    return _long(field, re.sub(r"\s*\n\s*", " ", _text(raw)))


def _long(field: Field, raw: object) -> str | None:
    text = _text(raw)
    if len(text) > field.max_length:
        raise Unfit(f"最多 {field.max_length} 字，现有 {len(text)} 字，请删减")
    return text or None


def _choice(field: Field, raw: object) -> str | None:
    text = _text(raw)
    if text and text not in [code for code, _ in field.options]:
        raise Unfit(f"没有“{text[:30]}”这一选项，请从列出的选项中选择")
    return text or None


def _choices(field: Field, raw: object) -> list[str] | None:
    given = raw if isinstance(raw, list | tuple) else [raw]
    chosen = [one for one in (_choice(field, item) for item in given) if one]
    # In the order of the pack, so that equal choices give equal facts.
    return [code for code, _ in field.options if code in chosen] or None


def _date(field: Field, raw: object) -> str:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return _in_our_time(raw).isoformat()
    found = _DAY.fullmatch(_text(raw))
    try:
        if found:
            return _in_our_time(date(*map(int, found.groups()))).isoformat()
    except ValueError:
        pass
    raise Unfit("不是有效日期，请写成 2026-03-05 的样子")


def _in_our_time(day: date) -> date:
    if day.year not in YEARS:
        raise Unfit(f"的年份应在 {YEARS[0]} 年至 {YEARS[-1]} 年之间，请核对")
    return day


def _datetime(field: Field, raw: object) -> str:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(_text(raw))
        local = moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError) as error:
        raise Unfit("不是有效的日期和时间，请写成 2026-03-05T09:30 的样子") from error
    _in_our_time(local.date())
    if not isinstance(raw, datetime) and len(str(raw).strip()) < 16:
        raise Unfit("要写明几时几分，如 2026-03-05T09:30")
    return local.isoformat(timespec="minutes")


def _money(field: Field, raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Unfit("不是金额，请写成数字，如 1234.50")
    try:
        return canonical_yuan(parse_yuan(_text(str(raw))))
    except ValueError as error:
        raise Unfit(str(error)) from error


def _int(field: Field, raw: object) -> int:
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if not re.fullmatch(r"[0-9]{1,16}", text) or int(text) > LARGEST_INT:
        raise Unfit("应为不小于零的整数")
    return int(text)


def _decimal(field: Field, raw: object) -> str:
    text = str(raw).strip() if isinstance(raw, str | int | Decimal) and not isinstance(raw, bool) else ""
    if not _DECIMAL.fullmatch(text):
        raise Unfit("应为数字，最多六位小数")
    return f"{Decimal(text).normalize():f}"


def _bool(field: Field, raw: object) -> bool:
    text = str(raw).strip().lower()
    if text not in _YES | _NO:
        raise Unfit("应当选“是”或者“否”")
    return text in _YES


def _credit_code(field: Field, raw: object) -> str:
    code = _text(raw).replace(" ", "").upper()
    if error := credit_code_error(code):
        raise Unfit(error)
    return code


def _id_number(text: str, on: date) -> str:
    number = text.replace(" ", "").upper()
    if error := id_number_error(number, on):
        raise Unfit(error)
    return number


def _phone(field: Field, raw: object) -> str:
    text = _text(raw)
    if not _PHONE.fullmatch(text) or sum(c.isdigit() for c in text) < 5:
        raise Unfit("不是电话号码，请写手机号或者带区号的固定电话")
    return text


def _person(field: Field, raw: object) -> str:
    text = _text(raw)
    if not _PERSON.fullmatch(text):
        raise Unfit("请从人员名单中选择")
    return text


def _people(field: Field, raw: object) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else [raw]
    return list(dict.fromkeys(_person(field, one) for one in given))


def _citations(field: Field, raw: object) -> list[dict[str, str]] | None:
    if not isinstance(raw, list | tuple):
        raise Unfit("应为条款的列表，每项写明法律名称和条文")
    cited = []
    for number, row in enumerate(raw, 1):
        given: Mapping[str, Any] = row if isinstance(row, dict) else {}
        law, article = _text(given.get("law", "")), _text(given.get("article", ""))
        if not law and not article:
            continue
        if not law or not article or given.keys() - {"law", "article"}:
            raise Unfit(f"第 {number} 项要同时写明法律名称和条文")
        if max(len(law), len(article)) > field.max_length:
            raise Unfit(f"第 {number} 项过长，最多 {field.max_length} 字")
        cited.append({"law": law.strip("《》"), "article": article})
    return cited or None


def _rows(field: Field, raw: object, fields: Mapping[str, Field], on: date) -> list[dict[str, object]] | None:
    if not isinstance(raw, list | tuple):
        raise Unfit("应为表格，每行一项")
    rows = []
    for number, given in enumerate(raw, 1):
        if not isinstance(given, dict) or given.keys() - set(field.columns):
            raise Unfit(f"第 {number} 行有不认识的列")
        row = {name: _cell(fields[name], value, fields, on, number) for name, value in given.items()}
        if stated := {name: value for name, value in row.items() if value is not None}:
            rows.append(stated)
    return rows or None


def _cell(column: Field, value: object, fields: Mapping[str, Field], on: date, number: int) -> object:
    try:
        return clean_value(column, value, fields, on)
    except Unfit as fault:
        raise Unfit(f"第 {number} 行“{column.title}”：{fault}") from fault


_READERS: Final[Mapping[str, Callable[[Field, object], object]]] = {
    "text": _line,
    "longtext": _long,
    "choice": _choice,
    "multichoice": _choices,
    "date": _date,
    "datetime": _datetime,
    "money": _money,
    "int": _int,
    "decimal": _decimal,
    "bool": _bool,
    "uscc": _credit_code,
    "phone": _phone,
    "citations": _citations,
    "person": _person,
    "people": _people,
}
