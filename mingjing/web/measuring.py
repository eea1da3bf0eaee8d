"""How long each page takes and which queries are slow; of a query the text with its blanks, never what fills them."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from mingjing.health.metrics import REQUESTS, SLOW_QUERIES
from mingjing.health.slow import SHOWN, note_slow

log = logging.getLogger("mingjing.slow")

NO_PAGE: Final = "-"
View = Callable[[HttpRequest], HttpResponseBase]


def measured(get_response: View) -> View:
    """Time every request by the name of its page; addresses carry codes of cases and are not kept."""

    def timed(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        with connection.execute_wrapper(_Watch(request)):
            answer = get_response(request)
        seconds = time.perf_counter() - started
        REQUESTS.labels(_page(request), f"{answer.status_code // 100}xx").observe(seconds)
        return answer

    return timed


def _page(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name or NO_PAGE if match else NO_PAGE


class _Watch:
    """Stands around every query of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = (time.perf_counter() - started) * 1000
            if took >= settings.MINGJING_SLOW_QUERY_MS:
                page = _page(self._request)
                SLOW_QUERIES.labels(page).inc()
                text = " ".join(str(sql).split())[:SHOWN]
                log.warning("slow query: %d ms, page %s: %s", took, page, text)
                note_slow(page, int(took), text, timezone.now())
