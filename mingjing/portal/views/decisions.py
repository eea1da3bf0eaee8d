"""After the fact: searching decisions, reading one, and checking that it is the one that was logged."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from mingjing.kit.clock import legal_day
from mingjing.portal.addresses import address
from mingjing.portal.http import page, public
from mingjing.portal.structured import of_decision
from mingjing.publicity import selectors
from mingjing.publicity.paper import decision_pdf
from mingjing.publicity.search import Wanted
from mingjing.publicity.terms import firm_code
from mingjing.publicity.traces import corrections_of
from mingjing.publicity.verification import normal
from mingjing.typeset.render import DocumentNotDrawn

HOUR = 3600
# A scanned code is the address of its verification page: whoever scans or types one here is sent there.
SCANNED = re.compile(r"/portal/verify/([A-Za-z0-9]+)/?$")
FILTERS = ("q", "law", "region", "agency", "kind", "result", "since", "until")
NARROWING = {
    "region": gettext_noop("地区"),
    "agency": gettext_noop("机关"),
    "kind": gettext_noop("种类"),
    "result": gettext_noop("结果"),
}
FACETS = {"kind": gettext_noop("决定种类"), "result": gettext_noop("处理结果"), "agency": NARROWING["agency"]}


@public()
def search(request: HttpRequest) -> HttpResponse:
    """The decisions that match, newest first, with how they divide."""
    asked = asked_of(request)
    scanned = SCANNED.search(asked["q"])
    if code := normal(scanned[1] if scanned else asked["q"]):
        return HttpResponseRedirect(address("verify-document", code))
    wanted, wrong = wanted_of(asked, on=legal_day(timezone.now()))
    result = selectors.found(wanted, after=request.GET.get("after", ""))
    choices = {sort: selectors.choices(sort) for sort in NARROWING}
    query = {name: value for name, value in asked.items() if value}
    context = {
        "door": "after",
        "asked": asked,
        "result": result,
        "choices": [(sort, NARROWING[sort], asked[sort], values) for sort, values in choices.items()],
        "facets": _facets(result.facets, choices, query),
        "next": urlencode({"after": result.after, **query}) if result.after else "",
        "back": urlencode(query),
        "first": not request.GET.get("after"),
        "narrowed": any(asked[name] for name in FILTERS[1:]),
        "wrong": wrong,
        "firm": selectors.firm_of_text(asked["q"]),
    }
    return page("search.html", context)


def asked_of(request: HttpRequest) -> dict[str, str]:
    """Read what is searched for from the address; what is too long is cut, what no database stores left out."""
    return {name: request.GET.get(name, "").replace("\0", "").strip()[:100] for name in FILTERS}


def wanted_of(asked: Mapping[str, str], *, on: date) -> tuple[Wanted, list[str]]:
    """Give the search and what of it could not be read, in words."""
    since, wrong_since = _day(asked["since"])
    until, wrong_until = _day(asked["until"])
    columns = {name: asked[name] for name in ("law", *NARROWING)}
    wanted = Wanted(on=on, text=asked["q"], since=since, until=until, **columns)
    return wanted, [text for text in (wrong_since, wrong_until) if text]


Facet = tuple[str, list[tuple[str, int, str]]]


def _facets(
    counted: Mapping[str, Sequence[tuple[str, int]]],
    choices: Mapping[str, Sequence[tuple[str, str]]],
    query: Mapping[str, str],
) -> list[Facet]:
    """Give title, count and address of everything the result could be narrowed to."""
    shown: list[Facet] = []
    for sort, title in FACETS.items():
        titles = dict(choices[sort])
        rows = [
            (titles.get(value, value), count, urlencode({**query, sort: value}))
            for value, count in counted.get(sort, ())
            if query.get(sort) != value
        ]
        shown += [(title, rows)] if rows and len(rows) + (sort in query) > 1 else []
    years = [
        (
            gettext("{year}年").format(year=year),
            count,
            urlencode({**query, "since": f"{year}-01-01", "until": f"{year}-12-31"}),
        )
        for year, count in sorted(counted.get("year", ()), reverse=True)
    ]
    return [*shown, (gettext("年份"), years)] if len(years) > 1 else shown


def _day(text: str) -> tuple[date | None, str]:
    """Read a day from a form; a text that is none is said so and not searched by."""
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, gettext("“{text}”不是日期，没有按它筛选。请写成 2026-03-05 的样子。").format(text=text)


@public()
def decision(request: HttpRequest, code: str) -> HttpResponse:
    """One decision; withdrawn or ended, its trace."""
    found = selectors.decision(code, on=legal_day(timezone.now()))
    firm = firm_code(found.body)
    context = {
        "door": "after",
        "decision": found,
        "corrections": corrections_of(code),
        "firm": firm,
        "data": of_decision(found, firm),
    }
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


@public(max_age=HOUR)
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The published text as a PDF, set anew from the public view."""
    try:
        content = decision_pdf(code, on=legal_day(timezone.now()))
    except DocumentNotDrawn as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    name = f'inline; filename="{code}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})
