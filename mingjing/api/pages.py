"""The document of the API for programs, the same as a page for people, and the answer to an address that is none."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mingjing.api.problems import KINDS, Problem
from mingjing.api.whole import document
from mingjing.clients.scopes import SCOPES


@cache
def _written() -> bytes:
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return HttpResponse(_written(), content_type="application/json")


@csrf_exempt  # nothing is done here
def nothing(request: HttpRequest) -> HttpResponse:
    """There is no such address."""
    return Problem("not-found").answer(request)


@dataclass(frozen=True)
class Line:
    """One operation as the reference page shows it."""

    method: str
    path: str
    summary: str
    description: str
    scopes: list[str]
    parameters: list[Mapping[str, Any]]
    takes: str
    gives: list[tuple[str, str]]
    id: str


@require_safe
@cache_control(public=True, max_age=300)
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation, problem and scope on one page, drawn from the document itself."""
    found = document()
    groups: dict[str, list[Line]] = {}
    for tag, line in _lines(found):
        groups.setdefault(tag, []).append(line)
    context = {
        "document": found,
        "about": [
            line.lstrip("- ").replace("`", "") for line in found["info"]["description"].splitlines() if line
        ],
        "groups": groups.items(),
        "problems": [(name, kind) for name, kind in KINDS.items()],
        "scopes": [(name, chinese) for name, (chinese, _english) in SCOPES.items()],
    }
    return render(request, "api/reference.html", context)


def _lines(found: Mapping[str, Any]) -> Iterator[tuple[str, Line]]:
    for path, operations in found["paths"].items():
        for method, one in operations.items():
            content = one.get("requestBody", {}).get("content", {})
            line = Line(
                method=method.upper(),
                path=path,
                summary=one["summary"],
                description=one.get("description", ""),
                scopes=[name for way in one.get("security", ()) for name in way.get("clientCredentials", ())],
                parameters=one.get("parameters", []),
                takes="、".join(content),
                gives=[
                    (status, "、".join(answer.get("content", {})))
                    for status, answer in one["responses"].items()
                ],
                id=one["operationId"],
            )
            yield one["tags"][0], line
