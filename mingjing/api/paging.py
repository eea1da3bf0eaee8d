"""Pages by key: an opaque mark of where the last page ended, never a number of rows to skip and never a count."""

import base64
import binascii
import re
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from mingjing.api.problems import Problem

# A moment and a row number, as lists by time have it; one that any database holds.
BY_TIME: Final = re.compile(r"2[0-9]{3}-[0-9T:.-]{5,30}[+-][0-9:]{5}~[0-9]{1,18}")


def cursor_of(mark: str) -> str:
    """The mark as it stands in an address."""
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def mark_of(cursor: str, shape: re.Pattern[str]) -> str:
    """The mark that a cursor stands for; "" for none. Raises Problem for one that was never given out in this shape."""
    if not cursor:
        return ""
    try:
        mark = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise unknown_cursor() from None
    if not shape.fullmatch(mark):
        raise unknown_cursor()
    return mark


def unknown_cursor() -> Problem:
    """Somebody has edited the mark."""
    said = _("不是接口给出的游标，请从第一页重新开始。")
    return Problem("invalid", errors=[{"parameter": "cursor", "detail": said}])


def next_page(request: HttpRequest, mark: str) -> str | None:
    """The address of the next page, with the same filters; None on the last."""
    if not mark:
        return None
    kept = {name: value for name, value in request.GET.items() if name != "cursor"}
    return f"{request.path}?{urlencode(kept | {'cursor': cursor_of(mark)})}"
