"""The answer to a request that failed: what database or store cannot do now is told, and that nothing was written."""

import sys
from collections.abc import Iterator
from typing import Final

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

from mingjing.evidence.refusals import NotKeptNow

RETRY_SECONDS: Final = "30"
# The words of the databases' own errors -> what is wrong and who mends it.
TROUBLES: Final = (
    (
        ("disk is full", "no space left", "could not extend file"),
        "服务器存储空间不足",
        "请告诉系统管理员清理或者扩充磁盘；在此之前可以查阅，不能记录。",
    ),
    (
        ("readonly database", "read-only", "disk i/o error"),
        "数据库现在只能读、不能写",
        "请告诉系统管理员检查磁盘和数据库的状态；在此之前可以查阅，不能记录。",
    ),
    (
        ("unable to open database file",),
        "数据库文件打不开",
        "请告诉系统管理员：多半是磁盘已经变成只读，或者目录的权限不对；恢复之前不能查阅，也不能记录。",
    ),
    (
        ("locked", "couldn't get a connection", "too many clients", "pooltimeout"),
        "系统繁忙",
        "办理的人太多，请过半分钟再试。",
    ),
)
LOST: Final = ("数据库连接不上", "多半在重新启动，请过一分钟再试；仍不能办理的，请告诉系统管理员。")


# PostgreSQL reports a write to a read-only database among the errors that it calls internal.
DATABASE: Final = (OperationalError, InterfaceError, InternalError)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request whose handling raised. Asks the database for nothing: it may be what failed."""
    told = next((told for one in _chain() if (told := _told(one))), None)
    if told is None:
        return HttpResponseServerError(render_to_string("500.html"))
    what, mend = told
    page = render_to_string("503.html", {"what": what, "mend": mend})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS})


def _told(error: BaseException) -> tuple[str, str] | None:
    """Say what is wrong and who mends it; None of an error that is ours."""
    if isinstance(error, NotKeptNow):
        return error.message, f"{error.remedy}。"
    if not isinstance(error, DATABASE):
        return None
    said = str(error).lower()
    found = (trouble[1:] for trouble in TROUBLES if any(words in said for words in trouble[0]))
    return next(found, None if isinstance(error, InternalError) else LOST)


def _chain() -> Iterator[BaseException]:
    """Give the error being handled and what it came from."""
    error = sys.exc_info()[1]
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
