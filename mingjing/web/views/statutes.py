"""The law by law and article, the conflicts between sources, and the notices clause by clause."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mingjing.cases.citations import counts_by_article
from mingjing.cases.law import law_for
from mingjing.norms.selectors import register_for
from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.laws import LEVELS
from mingjing.packs.load import library
from mingjing.packs.notices import Notice, read_notices
from mingjing.packs.statute_book import Chapter, statute_book
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


def _book(agency: "Agency") -> dict[str, Chapter]:
    return statute_book(law_for(agency).rules_by_id.values(), register_for(agency.code))


@allowed("packs.view")
def statutes(request: SignedRequest) -> HttpResponseBase:
    """Every registered law by level, with what follows from it for the viewer's agency."""
    asked, today = request.GET.get("q", "").strip()[:60], timezone.localdate()
    chapters = [
        one
        for one in _book(request.user.agency).values()
        if all(word in f"{one.statute.name}{''.join(one.statute.aliases)}" for word in asked.split())
    ]
    groups = [(level, [one for one in chapters if one.statute.level == level]) for level in LEVELS]
    context = {
        "groups": [(level, found) for level, found in groups if found],
        "count": len(chapters),
        "asked": asked,
        "today": today,
    }
    return render(request, "web/law/statutes.html", context)


@allowed("packs.view")
def statute(request: SignedRequest, name: str) -> HttpResponseBase:
    """One law: its texts with their days, and article by article the rules that rest on it."""
    chapter = _book(request.user.agency).get(name)
    if chapter is None:
        raise Http404(name)
    today = timezone.localdate()
    citing = counts_by_article(request.user, name)
    context = {
        "citing": citing,
        "cited": sum(citing.values()),
        "only_cited": sorted(number for number in citing if number not in chapter.articles),
        "chapter": chapter,
        "statute": chapter.statute,
        "present": chapter.statute.edition_on(today) if chapter.statute.in_force_on(today) else None,
        "today": today,
    }
    return render(request, "web/law/statute.html", context)


@allowed("packs.view")
def conflicts(request: SignedRequest) -> HttpResponseBase:
    """Where sources differ: both in their own words, the decision, its reason and the rules that carry it out."""
    return render(request, "web/law/conflicts.html", {"conflicts": read_conflicts(library())})


@allowed("packs.view")
def notices(request: SignedRequest) -> HttpResponseBase:
    """The notices of governments that the packs carry out."""
    return render(request, "web/law/notices.html", {"notices": read_notices(library())})


@allowed("packs.view")
def notice(request: SignedRequest, scope: str, name: str) -> HttpResponseBase:
    """One notice, each clause with the rule, page or command that answers it."""
    found = _notice(scope, name)
    titles = {rule.id: rule.title for rule in library().rules}
    clauses = [
        {
            "clause": clause,
            "rules": [(rule, titles[rule]) for rule in clause.rules],
            "pages": [(page, _address(page)) for page in clause.pages],
        }
        for clause in found.clauses
    ]
    done = sum(1 for clause in found.clauses if clause.done)
    context = {"notice": found, "clauses": clauses, "done": done}
    return render(request, "web/law/notice.html", context)


def _notice(scope: str, name: str) -> Notice:
    for one in read_notices(library()):
        if (one.scope, one.name) == (scope, name):
            return one
    raise Http404(f"{scope}/{name}")


def _address(page: str) -> str:
    """The address of a page that needs nothing in its address; empty for one of a case or a rule."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
