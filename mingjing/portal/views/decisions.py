"""After the fact: searching decisions, reading one, and checking that it is the one that was logged."""

import re
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.http import page, public
from mingjing.publicity import selectors
from mingjing.publicity.traces import corrections_of
from mingjing.publicity.verification import normal

# A scanned code is the address of its verification page: whoever scans or types one here is sent there.
SCANNED = re.compile(r"/portal/verify/([A-Za-z0-9]+)/?$")
FILTERS = ("q", "law", "agency", "since", "until")


@public()
def search(request: HttpRequest) -> HttpResponse:
    """The decisions that match, newest first."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:100] for name in FILTERS}
    scanned = SCANNED.search(asked["q"])
    if code := normal(scanned[1] if scanned else asked["q"]):
        return HttpResponseRedirect(reverse("portal:verify-document", args=[code]))
    since, wrong_since = _day(asked["since"])
    until, wrong_until = _day(asked["until"])
    result = selectors.found(
        on=legal_day(timezone.now()),
        text=f"{asked['q']} {asked['law']}",
        agency=asked["agency"],
        since=since,
        until=until,
        after=request.GET.get("after", ""),
    )
    mark = {"after": result.after, **{name: value for name, value in asked.items() if value}}
    context = {
        "door": "after",
        "asked": asked,
        "result": result,
        "agencies": selectors.items("agency"),
        "next": urlencode(mark) if result.after else "",
        "first": not request.GET.get("after"),
        "narrowed": any(asked[name] for name in FILTERS[1:]),
        "wrong": [text for text in (wrong_since, wrong_until) if text],
    }
    return page("search.html", context)


def _day(text: str) -> tuple[date | None, str]:
    """Read a day from a form; a text that is none is said so and not searched by."""
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, f"“{text}”不是日期，没有按它筛选。请写成 2026-03-05 的样子。"


@public()
def decision(request: HttpRequest, code: str) -> HttpResponse:
    """One decision; withdrawn or ended, its trace."""
    found = selectors.decision(code, on=legal_day(timezone.now()))
    context = {"door": "after", "decision": found, "corrections": corrections_of(code)}
    response = page("decision.html", context)
    if not found.open:
        response["X-Robots-Tag"] = "noindex"
    return response


@public()
def record(request: HttpRequest, code: str) -> HttpResponse:
    """The content and the salt, from which anybody can recompute what is in the public log."""
    text = selectors.decision_record(code, on=legal_day(timezone.now()))
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@public()
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """The proof that the publication is in the public log."""
    return HttpResponse(
        selectors.decision_proof(code),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{code}.tlog-proof"'},
    )
