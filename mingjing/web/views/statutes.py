"""The law by law and article, the conflicts between sources, and the notices clause by clause."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from mingjing.cases.citations import counts_by_article
from mingjing.cases.law import law_for
from mingjing.norms.selectors import own_laws, register_for
from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.laws import LEVELS
from mingjing.packs.load import library
from mingjing.packs.notices import Notice, read_notices
from mingjing.packs.statute_book import Chapter, statute_book
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


# What people call the pages that clauses of notices name.
PAGES = {
    "act-new": "办案表单",
    "agencies": "机关",
    "case": "案件页",
    "case-bundle": "案件核验包",
    "evidence-upload": "案件页：证据上传",
    "handbook": "执法手册",
    "handbook-book": "执法手册（整本）",
    "law": "法规包",
    "law-chart": "流程图",
    "likeness": "同案同罚",
    "people": "人员与证件",
    "person-certificates": "人员的证件",
    "publicity": "公示",
    "recording-paper": "音像记录事项清单",
    "review": "法制审核",
    "review-case": "法制审核：案件",
    "review-paper": "法制审核目录清单",
    "score-sheet": "案卷评查表",
    "supervision": "监督",
    "supervision-cases": "监督：案卷评分",
    "supervision-findings": "监督：查出的问题",
    "supervision-limits": "监督：期限",
    "portal:about-log": "公众门户：存证日志",
    "portal:agencies": "公众门户：执法主体",
    "portal:channels": "公众门户：投诉举报",
    "portal:chart": "公众门户：流程图",
    "portal:guides": "公众门户：服务指南与流程图",
    "portal:home": "公众门户",
    "portal:lists": "公众门户：清单",
    "portal:officers": "公众门户：执法人员",
    "portal:search": "公众门户：查询",
}


def _registered(agency: "Agency") -> dict[str, int]:
    """Which laws the agency has registered itself, with the version that says so."""
    return {law.name: row.pk for row, law in own_laws(agency.code)}


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
        "own": _registered(request.user.agency),
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
        "own": _registered(request.user.agency).get(name),
        "statute": chapter.statute,
        "present": chapter.statute.edition_on(today) if chapter.statute.in_force_on(today) else None,
        "today": today,
    }
    return render(request, "web/law/statute.html", context)


@allowed("packs.view")
def conflicts(request: SignedRequest) -> HttpResponseBase:
    """Where sources differ: both in their own words, the decision, its reason and the rules that carry it out."""
    titles = {rule.id: rule.title for rule in library().rules}
    context = {"conflicts": read_conflicts(library()), "titles": titles}
    return render(request, "web/law/conflicts.html", context)


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
            "pages": [(PAGES.get(page, page), _address(page)) for page in clause.pages],
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
