"""How a fact reads in a public view: codes as their Chinese words, dates and amounts as people write them; pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from mingjing.kit.clock import BEIJING, chinese_date
from mingjing.lawengine.model import Field


def shown(field: Field, value: Any) -> str:
    """Give a fact as text; an unknown type of value is given as it stands."""
    return _SHOWN.get(field.type, _plain)(field, value)


def _plain(field: Field, value: Any) -> str:
    return f"{value}{field.unit}"


def _choice(field: Field, value: Any) -> str:
    return field.label(value)


def _multichoice(field: Field, value: Any) -> str:
    return "、".join(field.label(one) for one in value)


def _date(field: Field, value: Any) -> str:
    return chinese_date(date.fromisoformat(value))


def _datetime(field: Field, value: Any) -> str:
    moment = datetime.fromisoformat(value).astimezone(BEIJING)
    return f"{chinese_date(moment.date())} {moment:%H:%M}"


def _money(field: Field, value: Any) -> str:
    figure = Decimal(value)
    return f"{figure:,.2f}".removesuffix(".00") + (field.unit or "元")


def _bool(field: Field, value: Any) -> str:
    return "是" if value else "否"


def _citations(field: Field, value: Any) -> str:
    return "、".join(cited(one) for one in value)


def cited(citation: Mapping[str, Any]) -> str:
    """Write one citation: 《城市道路管理条例》第二十七条."""
    law = str(citation.get("law", ""))
    return f"{law if law.startswith('《') else f'《{law}》'}{citation.get('article', '')}"


_SHOWN: Final[Mapping[str, Callable[[Field, Any], str]]] = {
    "choice": _choice,
    "multichoice": _multichoice,
    "date": _date,
    "datetime": _datetime,
    "money": _money,
    "bool": _bool,
    "citations": _citations,
}
