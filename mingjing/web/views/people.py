"""Reading the register: who may act today, whose certificate runs out, which agencies there are. Nothing is written."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.personnel import selectors
from mingjing.personnel.duties import posts_of
from mingjing.personnel.permissions import may, role_names
from mingjing.signin.selectors import standings
from mingjing.web import register_form
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.register_history import history_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Certificate, Person

EXPIRING_WITHIN = 90  # days ahead that the list looks; a choice of the page, no figure of law


@allowed("people.view")
def people(request: SignedRequest) -> HttpResponseBase:
    """Everybody the viewer may look up, with the state of their certificate today."""
    today = timezone.localdate()
    text = request.GET.get("q", "").strip()[:40]
    everybody = list(selectors.people_visible_to(request.user).select_related("agency"))
    shown = [one for one in everybody if text in f"{one.name} {one.username} {one.department} {one.post}"]
    held = selectors.qualifications(shown, today)
    agency_ids = {one.agency_id for one in everybody}
    context = {
        "lines": [_line(one, held[one.username]) for one in shown],
        "q": text,
        "today": today,
        "several": len(agency_ids) > 1,
        "expiring": selectors.certificates_expiring(today, EXPIRING_WITHIN, agency_ids),
        "within": EXPIRING_WITHIN,
        "may_manage": may(request.user, "people.manage", request.user.agency.code),
    }
    return render(request, "web/people/list.html", context)


def _line(person: Any, held: Any) -> dict[str, Any]:
    return {"person": person, "held": held, "roles": role_names(person.roles)}


@allowed("people.view")
def person(request: SignedRequest, username: str) -> HttpResponseBase:
    """One person: certificates with everything that happened to them; for the administrators, what they may change."""
    return page_of(request, person_visible_to(request.user, username))


def person_visible_to(viewer: "Person", username: str) -> "Person":
    """The person, or the page that says there is none."""
    visible = selectors.people_visible_to(viewer).select_related("agency")
    found = visible.filter(username=username).first() if "\0" not in username else None
    if found is None:
        raise Http404(username)
    return found


def page_of(
    request: SignedRequest, found: "Person", refused: register_form.Form | None = None
) -> HttpResponseBase:
    """The page of a person; a refused form stands in it as it was filled in, with what is wrong."""
    managed = may(request.user, "people.manage", found.agency.code)
    secured = may(request.user, "people.secure", found.agency.code)
    own = found.pk == request.user.pk
    forms = [refused] if refused else []
    if managed and not own:
        forms += [register_form.Form("active"), register_form.certificate_form()]
    if secured and not own:
        forms += [register_form.roles_form(found.roles), register_form.reset_form()]
    context = {
        "person": found,
        "roles": role_names(found.roles),
        "certificates": [_certificate(one, refused) for one in selectors.certificates_of(found.username)],
        # The refused form comes first in the list and so must win.
        "forms": {form.name: form for form in reversed(forms)},
        "managed": managed,
        "secured": secured,
        "standing": standings([found])[found.pk] if secured else None,
        "own": own,
        "posts": posts_of(found.agency.code) if managed else [],
        "position": str(found.position_id or ""),
        "refused": refused,
        "history": history_of(found.username) if managed or secured else [],
    }
    return render(request, "web/people/person.html", context, status=422 if refused else 200)


def _certificate(row: "Certificate", refused: register_form.Form | None) -> dict[str, Any]:
    form = event_form_of(row)
    if refused and form and refused.name == form.name:
        form = refused
    return {"certificate": row, "state": selectors.certified(row).state(timezone.localdate()), "form": form}


def event_form_of(row: "Certificate") -> register_form.Form | None:
    """The form for what may happen next to a certificate."""
    last = row.events.last()
    return register_form.event_form(row.pk, last.kind if last else "", timezone.localdate())


@allowed("people.view")
def agencies(request: SignedRequest) -> HttpResponseBase:
    """The tree of agencies that the viewer looks down, with their particulars."""
    rows = selectors.agencies_in_order(request.user)
    numbers = selectors.staff_numbers([one.pk for one, _ in rows])
    context = {
        "lines": [
            {"agency": one, "depth": min(depth, 4), "staff": numbers.get(one.pk, 0)} for one, depth in rows
        ],
        "may_manage": may(request.user, "people.manage", request.user.agency.code),
    }
    return render(request, "web/people/agencies.html", context)
