"""What machines read of a page, in the words of schema.org; only what the page itself shows, and never a person."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from mingjing.publicity.firms import Firm
from mingjing.publicity.selectors import Decision

if TYPE_CHECKING:
    from mingjing.publicity.models import PublicItem


def of_decision(decision: Decision, firm: str) -> dict[str, Any]:
    """Describe an open decision as a report of the agency; a firm is named, a person never."""
    entry = decision.entry
    told: dict[str, Any] = {
        "@type": "Report",
        "@id": _absolute("decision", entry.code),
        "url": _absolute("decision", entry.code),
        "name": f"{entry.kind_title} {entry.document_no}".strip(),
        "headline": entry.title,
        "reportNumber": entry.document_no,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "datePublished": entry.published_on.date().isoformat(),
        "publisher": {"@type": "GovernmentOrganization", "name": entry.agency},
    }
    if entry.decided_on:
        told["dateCreated"] = entry.decided_on.isoformat()
    if decision.until:
        told["expires"] = decision.until.isoformat()
    if firm:
        told["about"] = {"@type": "Organization", "name": entry.party, "identifier": firm}
    return told


def of_firm(firm: Firm) -> dict[str, Any]:
    """Describe a firm by its name and code."""
    return {
        "@type": "Organization",
        "name": firm.name,
        "identifier": firm.code,
        "url": _absolute("firm", firm.code),
    }


def of_guide(item: "PublicItem") -> dict[str, Any]:
    """Describe a guide as a service of government."""
    return {"@type": "GovernmentService", "name": item.title, "url": _absolute("guide", item.slug)}


def of_law(name: str) -> dict[str, Any]:
    """Describe a statute."""
    return {"@type": "Legislation", "name": name, "inLanguage": "zh-CN", "legislationJurisdiction": "CN"}


def _absolute(name: str, argument: str) -> str:
    return f"{settings.MINGJING_ORIGIN}{reverse(f'portal:{name}', args=[argument])}"
