"""The browser of law packs: rules by topic, every version of a rule, and the chart of each procedure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.cases import shown
from mingjing.cases.law import law_for
from mingjing.lawengine.model import Example, Law, Rule, Version
from mingjing.norms.selectors import register_for
from mingjing.packs import plain_words
from mingjing.packs.condition_words import in_words
from mingjing.packs.conflicts import conflicts_of, read_conflicts
from mingjing.packs.flowchart import flow_chart
from mingjing.packs.laws import LawRegister, article_numbers
from mingjing.packs.load import library
from mingjing.packs.mainline import main_chart
from mingjing.packs.notices import notices_of, read_notices
from mingjing.packs.procedures import limited_to
from mingjing.translog.keys import LogKeyMissing
from mingjing.translog.releases import ReleaseRefused, Standing, standing
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.templatetags.reading import SEVERITIES

EXPECTATIONS = {"pass": "合法", "breach": "不合法", "unknown": "未载明，不能判断", "not_applicable": "不适用"}
LIMITS = {
    "running": "在期限内",
    "met": "已按期完成",
    "missed": "已超期",
    "paused": "暂停",
    "unknown": "无法计算",
    "dropped": "不再计算",
}


@allowed("packs.view")
def law(request: SignedRequest) -> HttpResponseBase:
    """Every rule that binds the viewer's agency, by topic."""
    binding = law_for(request.user.agency)
    asked = {
        name: request.GET.get(name, "").strip()[:60] for name in ("q", "topic", "severity", "unverified")
    }
    rules = [rule for rule in binding.rules if _matches(rule, asked)]
    groups = [
        (title, [rule for rule in rules if rule.topic == topic])
        for topic, title in plain_words.TOPICS.items()
    ]
    context = {
        "law": binding,
        "packs": library().packs.values(),
        "release": _release(),
        "groups": [(title, rules) for title, rules in groups if rules],
        "count": len(rules),
        "asked": asked,
        "topics": plain_words.TOPICS,
        "severities": SEVERITIES,
        "kinds": plain_words.KINDS,
        "procedures": limited_to(binding, request.user.agency.enforcements).procedures.values(),
        "unverified": sum(1 for rule in binding.rules if _unverified(rule)),
        "versions": sum(len(rule.versions) for rule in binding.rules),
        "examples": sum(rule.examples_written for rule in binding.rules),
    }
    return render(request, "web/law/list.html", context)


def _release() -> Standing | None:
    """How the packs in service stand to what was released; None where the releases cannot be read."""
    try:
        return standing(library())
    except (ReleaseRefused, LogKeyMissing):
        return None


def _matches(rule: Rule, asked: Mapping[str, str]) -> bool:
    if asked["topic"] and rule.topic != asked["topic"]:
        return False
    if asked["severity"] and rule.severity != asked["severity"]:
        return False
    if asked["unverified"] and not _unverified(rule):
        return False
    texts = [
        rule.id,
        rule.title,
        rule.remedy,
        *(v.source.cite() for v in rule.versions),
        *(v.quote for v in rule.versions),
    ]
    return all(word in " ".join(texts) for word in asked["q"].split())


def _unverified(rule: Rule) -> bool:
    return any(not version.source.verified for version in rule.versions)


@dataclass(frozen=True)
class Edition:
    """One dated version of a rule, ready to read."""

    version: Version
    sentences: list[str]
    present: bool
    statute: str  # the name of the law it rests on, as the register has it
    article: int


@allowed("packs.view")
def rule(request: SignedRequest, rule: str) -> HttpResponseBase:
    """One rule with every version, its examples and the file as it is written."""
    binding = law_for(request.user.agency)
    found = binding.rules_by_id.get(rule) or next((one for one in library().rules if one.id == rule), None)
    if found is None:
        raise Http404(rule)
    today, register = timezone.localdate(), register_for(request.user.agency.code)
    context = {
        "rule": found,
        "topic": plain_words.TOPICS.get(found.topic, found.topic),
        "kind": plain_words.KINDS[found.kind],
        "when": in_words(found.when.source, binding) if found.when else "",
        "acts": [(kind, binding.title_of(kind)) for kind in found.acts],
        "editions": [
            _edition(found, version, binding, register, present=version is found.version_on(today))
            for version in reversed(found.versions)
        ],
        "examples": [_example(example, binding) for example in found.examples],
        "conflicts": conflicts_of(read_conflicts(library()), found.id),
        "notices": notices_of(read_notices(library()), found.id),
        "binding": any(found.id == one.id for one in binding.rules),
        "text": library().file(found.path).text,
    }
    return render(request, "web/law/rule.html", context)


def _edition(rule: Rule, version: Version, binding: Law, register: LawRegister, *, present: bool) -> Edition:
    statute = register.find(version.source.law)
    numbers = article_numbers(version.source.article)
    return Edition(
        version,
        plain_words.sentences(rule, version, binding),
        present,
        statute.name if statute else "",
        numbers[0] if numbers else 0,
    )


def _example(example: Example, binding: Law) -> dict[str, Any]:
    asked = example.setting
    said = EXPECTATIONS.get(example.expect, "")
    if "due" in asked:
        said = f"期满日 {asked['due']}"
    elif "status" in asked:
        said = LIMITS.get(str(asked["status"]), "")
    return {
        "name": example.name,
        "on": example.on,
        "facts": [shown.shown(binding, name, value, {}) for name, value in example.facts.items()],
        "said": said,
        "colour": {"pass": "green", "breach": "red", "unknown": "amber"}.get(example.expect, ""),
    }


@allowed("packs.view")
def chart_page(request: SignedRequest, procedure: str) -> HttpResponseBase:
    """The flow chart of a procedure."""
    if procedure not in library().procedures:
        raise Http404(procedure)
    own = limited_to(law_for(request.user.agency), request.user.agency.enforcements).procedures
    context = {"procedure": library().procedures[procedure], "procedures": own.values()}
    return render(request, "web/law/chart.html", context)


@allowed("packs.view")
def chart(request: SignedRequest, procedure: str) -> HttpResponseBase:
    """The chart on one sheet, drawn from the rules."""
    return _drawing(request, procedure, main_chart)


@allowed("packs.view")
def whole_chart(request: SignedRequest, procedure: str) -> HttpResponseBase:
    """The chart of every act of the procedure with all that it needs."""
    return _drawing(request, procedure, flow_chart)


def _drawing(request: SignedRequest, procedure: str, draw: Callable[[Law, str], str]) -> HttpResponse:
    if procedure not in library().procedures:
        raise Http404(procedure)
    response = HttpResponse(draw(law_for(request.user.agency), procedure), content_type="image/svg+xml")
    # The drawing carries its own style sheet and nothing active.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
