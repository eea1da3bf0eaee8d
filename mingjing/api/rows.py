"""Rows as answers and long lists in pages; which rows somebody may see is said by selectors, never here."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.paging import mark_of, next_page, unknown_cursor
from mingjing.api.schemas import Given, Links, Told

Shape = TypeVar("Shape", bound=Told)
Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)

NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
ANY: Final = re.compile(r"[^\0]{1,300}")
Number = Annotated[int, Field(ge=1, le=2**53, description="序号")]
Short = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=4000)]
AgencyCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,40}$", description="机关代码")]


class Paged(Given):
    """Which page of a list."""

    cursor: Annotated[str, Field(max_length=600, description="上一页 links.next 中的游标")] = ""
    limit: Annotated[int, Field(ge=1, le=200, description="一页几条")] = 50


def told(shape: type[Shape], row: object, /, **more: Any) -> Shape:
    """Give what a row says under the names of a shape; `more` is what the row does not call so."""
    names = shape.model_fields.keys() - more.keys()
    if isinstance(row, Mapping):
        return shape(**{name: row[name] for name in names}, **more)
    return shape(**{name: getattr(row, name) for name in names}, **more)


def newest_first(
    request: Called, rows: "QuerySet[Stored, Stored]", paged: Paged
) -> tuple[list[Stored], Links]:
    """Give one page of stored rows by their number, and where the next one is."""
    mark = mark_of(paged.cursor, NUMBER)
    rows = rows.order_by("-pk")
    found = list((rows.filter(pk__lt=int(mark)) if mark else rows)[: paged.limit + 1])
    after = str(found[paged.limit - 1].pk) if len(found) > paged.limit else ""
    return found[: paged.limit], Links(next=next_page(request, after))


def page_of(
    request: Called, rows: Sequence[Row], key: Callable[[Row], object], paged: Paged
) -> tuple[list[Row], Links]:
    """Give one page of a list that is worked out as a whole, by a key that names each row. Raises Problem."""
    mark, start = mark_of(paged.cursor, ANY), 0
    if mark:
        start = next((place for place, one in enumerate(rows, 1) if str(key(one)) == mark), -1)
        if start < 0:
            raise unknown_cursor()
    found = list(rows[start : start + paged.limit])
    after = str(key(found[-1])) if found and len(rows) > start + paged.limit else ""
    return found, Links(next=next_page(request, after))
