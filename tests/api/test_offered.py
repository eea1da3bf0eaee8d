"""The table of docs/api.md: whatever an officer can send on a page, a program can too, or it says why not."""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mingjing.api.whole import document
from mingjing.web.urls import urlpatterns

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
HEADING = "## 各室提供什么，不提供什么"
READING = {"GET", "HEAD", "OPTIONS"}
ROUTES = r"`[a-z0-9-]+`(?:、`[a-z0-9-]+`)*"
OFFERED = re.compile(rf"({ROUTES}) → (`[a-z0-9_]+`(?:、`[a-z0-9_]+`)*)")
LEFT = re.compile(rf"({ROUTES})：([^`]+)")
LEAST = 8  # characters of a reason


class Room(NamedTuple):
    """One row of the table."""

    name: str
    offered: dict[str, list[str]]  # route of a page -> operations of the API
    left: dict[str, str]  # route of a page -> why there is none


def quoted(text: str) -> list[str]:
    """The names between backticks."""
    return re.findall(r"`([^`]+)`", text)


def rooms() -> Iterator[Room]:
    """The rows of the table."""
    text = PAGE.read_text(encoding="utf-8").split(HEADING)[1]
    for line in text.splitlines():
        if not line.startswith("| ") or line.startswith("| 室 "):
            continue
        name, offered, left = (cell.strip() for cell in line[1:-1].split("|"))
        yield Room(
            name,
            {route: quoted(ops) for routes, ops in OFFERED.findall(offered) for route in quoted(routes)},
            {route: why for routes, why in LEFT.findall(left) for route in quoted(routes)},
        )


def methods_of(view: Callable[..., Any]) -> set[str]:
    """The methods that a view lets in, read off its guards; one without a guard writes if it looks at what was sent."""
    inner: Any = view
    while inner is not None:
        for cell in inner.__closure__ or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and held and all(str(one).isupper() for one in held):
                return set(held)
        inner = getattr(inner, "__wrapped__", None)
    looks = {"POST", "method", "FILES"} & set(inspect.unwrap(view).__code__.co_names)
    return {"GET", "POST"} if looks else {"GET"}


def sending() -> set[str]:
    """The routes of the officers' face to which something can be sent."""
    found = {one.name for one in urlpatterns if methods_of(one.callback) - READING}
    assert len(found) > 100  # else the guards are no longer read
    return {name for name in found if name}


def operations() -> dict[str, str]:
    """The operations of the API with their methods."""
    return {
        one["operationId"]: method
        for methods in document()["paths"].values()
        for method, one in methods.items()
    }


def test_every_page_that_takes_something_in_has_its_operation_or_a_reason() -> None:
    """Proves that no new route is forgotten: each stands in the table once, and no route that there is not."""
    listed = Counter(route for room in rooms() for route in (*room.offered, *room.left))
    assert [route for route, times in listed.items() if times > 1] == []
    assert sorted(sending() - set(listed)) == []
    assert sorted(set(listed) - sending()) == []


def test_what_the_table_offers_there_is() -> None:
    """Proves that the table names every operation of the document that takes something in, and nothing else."""
    known = operations()
    named = {one for room in rooms() for ops in room.offered.values() for one in ops}
    assert sorted(named - known.keys()) == []
    assert [one for one in named if known[one] in {"get", "head"}] == []
    writing = {one for one, method in known.items() if method not in {"get", "head"}}
    assert writing - named == {"get_token"}  # which is no page's


@pytest.mark.parametrize("room", [pytest.param(one, id=one.name) for one in rooms()])
def test_what_is_not_offered_has_a_reason(room: Room) -> None:
    """Proves that a reason is more than a word."""
    assert [route for route, why in room.left.items() if len(why.strip("；。 ")) < LEAST] == []
