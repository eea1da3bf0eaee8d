"""What all rooms of the API share of their schemas: texts that every database holds, problems, pages; no one room's."""

import math
import re
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeVar

from django.utils.translation import gettext_noop as _
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

DEEPEST: Final = 32
BIGGEST: Final = 2**53  # beyond it two readers of a number may see two numbers
YEARS: Final = (1900, 2200)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
T = TypeVar("T", date, datetime)
NAME: Final = r"^[0-9A-Za-z_-]{8,64}$"


def storable(value: Any, depth: int = 0) -> None:
    """Raise ValueError for what not every database can hold or every reader of JSON can read."""
    if depth > DEEPEST:
        raise ValueError(_("嵌套太深"))
    if isinstance(value, dict):
        for key, one in value.items():
            storable(key, depth)
            storable(one, depth + 1)
    elif isinstance(value, list | tuple):
        for one in value:
            storable(one, depth + 1)
    elif isinstance(value, str):
        _storable_text(value)
    elif isinstance(value, int | float):
        _storable_number(value)


def _storable_text(value: str) -> None:
    if "\0" in value:
        raise ValueError(_("含有空字符（NUL）"))
    if any("\ud800" <= one <= "\udfff" for one in value):
        raise ValueError(_("含有不成对的代理字符"))


def _storable_number(value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(_("不是一个数"))
    if abs(value) > BIGGEST:
        raise ValueError(_("数太大，请写成文本"))


class Given(BaseModel):
    """What a request gives: nothing that no database holds, nothing that the document does not name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        storable(value)
        return value


class Told(BaseModel):
    """What an answer tells."""

    model_config = ConfigDict(extra="forbid")


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(_("应当是文本，如 2026-03-02T09:30:00+08:00"))
    return value


def _in_calendar(value: T) -> T:
    if not YEARS[0] <= value.year < YEARS[1]:
        raise ValueError(_("年份应当在 1900 和 2200 之间"))
    return value


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError(_("应当是日期，如 2026-03-02"))
    return value


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_in_calendar)]
Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_in_calendar)]
Code = Annotated[str, Field(pattern=NAME, description="编号")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256，小写十六进制")]


class ErrorLine(Told):
    """One thing that is wrong: where in the body, or in which parameter, and why."""

    pointer: str = Field("", description="请求体中的位置（JSON Pointer，以 # 开头）")
    parameter: str = Field("", description="参数名")
    detail: str
    code: str = ""


class VerdictLine(Told):
    """What one rule of the law says of an act."""

    rule: str
    title: str
    outcome: str = Field(description="pass 合法，breach 不合法，unknown 未载明、不能判断")
    severity: str = Field(description="block 不得办理，grade 扣分，warn 提示")
    applies: bool
    reason: str
    law: str
    article: str
    quote: str
    found: str
    allowed: str
    remedy: str
    missing: list[str]


class ProblemAnswer(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ErrorLine]
    verdicts: list[VerdictLine] = Field(
        default_factory=list, description="行为被拒绝时，法律的逐条判断，各附法条"
    )


class Links(Told):
    """Where to go on."""

    next: str | None = Field(None, description="下一页的地址；没有时为 null")
