"""How a value is written on paper: by its type, or by the filter a form asks for; where it comes from is elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, Protocol

from mingjing.kit.clock import BEIJING, chinese_date
from mingjing.kit.money import chinese_upper, yuan
from mingjing.lawengine.model import Performer
from mingjing.lawengine.vocabulary import Field

UNKNOWN: Final = "未载明"
BLANK: Final = "／"


@dataclass(frozen=True)
class Value:
    """A found value with its type and, for choices, the field that explains it."""

    type: str
    raw: Any
    field: Field | None = None


class Sources(Protocol):
    """What writing may look up besides the value itself."""

    @property
    def people(self) -> Mapping[str, Performer]: ...
    @property
    def cited(self) -> list[Any]: ...  # every citation that was written
    def find(self, name: str, row: Mapping[str, Any] | None = None) -> Value | None: ...
    def title_of(self, kind: str) -> str: ...
    def number_of(self, kind: str) -> str: ...


def written(sources: Sources, value: Value) -> str:
    """The usual way a value of its type is written."""
    return WRITERS.get(value.type, _text)(sources, value)


def _text(_: Sources, value: Value) -> str:
    return str(value.raw)


def _moment(raw: Any) -> datetime:
    moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(raw)
    return moment.astimezone(BEIJING) if moment.tzinfo else moment


def _date(_: Sources, value: Value, __: str = "") -> str:
    return chinese_date(_moment(value.raw).date())


def _time(_: Sources, value: Value, __: str = "") -> str:
    moment = _moment(value.raw)
    return f"{moment.hour}时{moment.minute:02d}分"


def _until(sources: Sources, value: Value, start: str) -> str:
    """The end of a span: its hour alone where it ends on the day it began."""
    began = sources.find(start)
    same_day = began is not None and _moment(began.raw).date() == _moment(value.raw).date()
    return _time(sources, value) if same_day else _datetime(sources, value)


def _datetime(sources: Sources, value: Value) -> str:
    return _date(sources, value) + _time(sources, value)


def _money(_: Sources, value: Value) -> str:
    return yuan(Decimal(value.raw))


def _labels(_: Sources, value: Value) -> str:
    labels = dict(value.field.options) if value.field else {}
    codes = [value.raw] if isinstance(value.raw, str) else value.raw
    return "、".join(str(labels.get(code, code)) for code in codes)


def _yes(_: Sources, value: Value, argument: str = "是/否") -> str:
    yes, _sep, no = argument.partition("/")
    return yes if value.raw is True else no


def _citations(sources: Sources, value: Value, __: str = "") -> str:
    sources.cited.extend(value.raw)
    parts = [
        f"《{law.strip('《》')}》" + "、".join(item["article"] for item in items)
        for law, items in groupby(value.raw, key=lambda item: str(item["law"]))
    ]
    return "，".join(parts)


def _performers(sources: Sources, value: Value) -> list[Performer]:
    raw = [value.raw] if isinstance(value.raw, str) else value.raw
    return [
        person
        if isinstance(person, Performer)
        else sources.people.get(person) or Performer(person=person, name=person, agency="", role="")
        for person in raw
    ]


def _names(sources: Sources, value: Value, _: str = "") -> str:
    return "、".join(person.name for person in _performers(sources, value))


def _certified(sources: Sources, value: Value, _: str = "") -> str:
    return "、".join(
        f"{person.name}（执法证号：{person.certificate or UNKNOWN}）"
        for person in _performers(sources, value)
    )


def _rows(sources: Sources, value: Value) -> str:
    def line(row: Mapping[str, Any]) -> str:
        return "，".join(written(sources, found) for name in row if (found := sources.find(name, row)))

    return "；".join(line(row) for row in value.raw)


def _upper(_: Sources, value: Value, __: str) -> str:
    return chinese_upper(Decimal(value.raw))


def _bare(sources: Sources, value: Value, _: str) -> str:
    """The words without the full stop or comma at their end, to stand inside a sentence."""
    return written(sources, value).rstrip("。．.；;，,、 \n")


def _count(_: Sources, value: Value, __: str) -> str:
    return str(len(value.raw))


def _document(sources: Sources, value: Value, argument: str) -> str:
    """A kind of act as the document made of it: its title and the number it got."""
    kind = str(value.raw)
    number = sources.number_of(kind)
    return f"《{sources.title_of(kind)}》" + (f"（{number}）" if number else "")


WRITERS: Final[Mapping[str, Callable[[Sources, Value], str]]] = {
    "date": _date,
    "datetime": _datetime,
    "money": _money,
    "choice": _labels,
    "multichoice": _labels,
    "bool": _yes,
    "citations": _citations,
    "person": _names,
    "people": _names,
    "rows": _rows,
}
FILTERS: Final[Mapping[str, Callable[[Sources, Value, str], str]]] = {
    "date": _date,
    "time": _time,
    "until": _until,
    "upper": _upper,
    "yes": _yes,
    "names": _names,
    "certified": _certified,
    "citations": _citations,
    "count": _count,
    "bare": _bare,
    "document": _document,
}
# Types of value that a filter understands; every filter is listed, and `else` takes any.
FILTER_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "datetime"),
    "time": ("datetime",),
    "until": ("datetime",),
    "upper": ("money",),
    "yes": ("bool",),
    "names": ("person", "people"),
    "certified": ("person", "people"),
    "citations": ("citations",),
    "count": ("rows", "people", "multichoice", "citations"),
    "document": ("choice",),
    "bare": ("text", "longtext"),
}
