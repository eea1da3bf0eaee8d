"""Officers and their certificates: who may act today, whose certificate runs out, what the register says."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.personnel import selectors
from mingjing.personnel.permissions import role_names
from mingjing.web.access import SignedRequest, allowed

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
    }
    return render(request, "web/people/list.html", context)


def _line(person: Any, held: Any) -> dict[str, Any]:
    return {"person": person, "held": held, "roles": role_names(person.roles)}


@allowed("people.view")
def person(request: SignedRequest, username: str) -> HttpResponseBase:
    """One person: certificates with everything that happened to them."""
    visible = selectors.people_visible_to(request.user).select_related("agency")
    found = visible.filter(username=username).first() if "\0" not in username else None
    if found is None:
        raise Http404(username)
    today = timezone.localdate()
    certificates = [
        {"certificate": one, "state": selectors.certified(one).state(today)}
        for one in selectors.certificates_of(username)
    ]
    context = {
        "person": found,
        "roles": role_names(found.roles),
        "certificates": certificates,
        "today": today,
    }
    return render(request, "web/people/person.html", context)
