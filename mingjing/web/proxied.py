"""Who is asking when a proxy stands in front: its last word on the address, put where every reader looks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]


def address_from_proxy(get_response: View) -> View:
    """Make REMOTE_ADDR the asker's: else all share the proxy's, and five wrong passwords of one lock out all."""

    def addressed(request: HttpRequest) -> HttpResponseBase:
        if settings.BEHIND_PROXY:
            # Only the last address was written by our own proxy; those before it are whatever the sender says.
            last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            request.META["REMOTE_ADDR"] = last or request.META.get("REMOTE_ADDR", "")
        return get_response(request)

    return addressed
