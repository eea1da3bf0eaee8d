"""What the pages of items, plans and special inspections share: of whom they speak, and how their forms are read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.http import Http404, QueryDict

from mingjing.packs.random_terms import RISKS, random_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_below, agencies_visible_to
from mingjing.web.access import SignedRequest

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

ENFORCING: Final = ("bureau", "township")
LONGEST: Final = 2000


def watched(request: SignedRequest) -> list["Agency"]:
    """The enforcing agencies whose plans this person may read."""
    seen = set(agencies_visible_to(request.user, "inspect.view"))
    return [
        one for one in agencies_below(request.user.agency.code) if one.pk in seen and one.kind in ENFORCING
    ]


def body_of(request: SignedRequest) -> "Agency":
    """The agency asked for, if the viewer may read its plans; else his own, or the first that he watches."""
    code, own = request.GET.get("agency", "")[:40], request.user.agency
    below = watched(request)
    if not code:
        return own if own.kind in ENFORCING or not below else below[0]
    found = next((one for one in (own, *below) if one.code == code), None)
    if found is None:
        raise Http404(code)
    return found


def about(request: SignedRequest, body: "Agency", tab: str) -> dict[str, Any]:
    """What every page needs to keep speaking of the same agency."""
    own = body.pk == request.user.agency_id
    steps = ("item", "plan", "approve")
    found = random_terms(body.region, body.field, body.code)
    return {
        "body": body,
        "own": own,
        "tab": tab,
        "below": watched(request),
        "suffix": "" if own else f"?agency={quote(body.code)}",
        "may": {step: own and may(request.user, f"inspect.{step}", body.code) for step in steps}
        | {"draw": own and may(request.user, "draw.run", body.code)}
        | {"above": not own and may(request.user, "inspect.special", body.code)},
        "figures": found,
        "ceilings": [(risk, found.ceiling[risk]) for risk in RISKS],
    }


def text_of(sent: QueryDict, name: str) -> str:
    """One line or paragraph as it was typed."""
    return sent.get(name, "").replace("\0", "").strip()[:LONGEST]


def ratios_of(sent: QueryDict) -> dict[str, str]:
    """The ratios that were typed, by risk class; a per cent sign does no harm."""
    return {risk: text_of(sent, f"ratio.{risk}").rstrip("%％ ") or "0" for risk in RISKS}


def days_of(sent: QueryDict | Mapping[str, str]) -> tuple[date | None, date | None, str]:
    """The first and the last day, and in Chinese what is wrong with them."""
    told = []
    for name in ("begins", "ends"):
        try:
            told.append(date.fromisoformat(str(sent.get(name, ""))[:10]))
        except ValueError:
            return None, None, "起止日期：请选择开始日期和结束日期"
    return told[0], told[1], ""


def ratio_rows(ratios: Mapping[str, str], figures: Any) -> Sequence[tuple[str, str, str]]:
    """The risk classes with what stands in their box, and the ceiling of a general item."""
    return [
        (risk, "" if ratios.get(risk, "0") == "0" else ratios[risk], f"{figures.ceiling[risk].normalize():f}")
        for risk in RISKS
    ]
