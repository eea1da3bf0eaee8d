"""The party asks that the publication of its own decision end early, and sees what became of the request."""

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from mingjing.counter.http import page
from mingjing.counter.session import for_party
from mingjing.defence import exhibits
from mingjing.defence.access import Inside, looked
from mingjing.defence.services import NotTaken
from mingjing.kit.clock import legal_day
from mingjing.publicity import repair as rooms
from mingjing.publicity.desk import publications_of
from mingjing.publicity.refusals import PublicityRefused
from mingjing.publicity.repair_terms import check

if TYPE_CHECKING:
    from mingjing.publicity.models import Publication

FIELDS: Final = ("applicant", "contact", "statement")


@for_party
def repair(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """The conditions as the case shows them, the form, and the requests made before."""
    if not inside.file.is_current:
        raise Http404("not the party of the decision")
    typed = {name: request.POST.get(name, "").replace("\0", "")[:4000] for name in FIELDS}
    if request.method != "POST":
        looked(inside.visit, "信用修复", at=timezone.now())
        typed["applicant"] = str(inside.file.facts.get("party_name", ""))
        return _shown(request, inside, typed)
    standing = _standing(inside)
    if standing is None:
        raise Http404("nothing published")
    try:
        rooms.request(
            publication=standing,
            applicant=typed["applicant"],
            contact=typed["contact"],
            statement=typed["statement"],
            letter=_letter(request, inside),
            by=None,
        )
    except (NotTaken, PublicityRefused) as refused:
        return _shown(request, inside, typed, fault=str(refused), status=422)
    return redirect("counter:repair")


def _letter(request: HttpRequest, inside: Inside) -> str:
    file = request.FILES.get("letter")
    if file is None:
        return ""
    name = file.name or ""
    return exhibits.take_in(
        inside=inside, file=file, name=name, size=file.size or 0, title="信用承诺书（当事人在线提交）"
    ).digest


def _standing(inside: Inside) -> "Publication | None":
    """The publication of this party's decision that is still open."""
    made = publications_of(inside.case)
    return next((one for one in made if not hasattr(one, "withdrawal") and not hasattr(one, "ending")), None)


def _shown(
    request: HttpRequest, inside: Inside, typed: dict[str, str], *, fault: str = "", status: int = 200
) -> HttpResponse:
    standing, made = _standing(inside), publications_of(inside.case)
    asked = [rooms.standing_of(one) for row in made for one in row.repairs.order_by("-id")]
    today = legal_day(timezone.now())
    context: dict[str, Any] = {
        "inside": True,
        "typed": typed,
        "fault": fault,
        "publication": standing,
        "asked": asked,
        "running": any(not one.over for one in asked),
        "terms": rooms.terms_for(inside.case.agency),
        "conditions": check(standing, inside.case, today, letter="")[:-1] if standing else [],
        "accept": exhibits.ACCEPT,
        "largest": exhibits.LARGEST // exhibits.MEGABYTE,
    }
    return page(request, "repair.html", context, status=status)
