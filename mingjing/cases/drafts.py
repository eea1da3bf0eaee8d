"""What people have typed and not yet recorded. A draft is a convenience: it proves nothing and enters no log."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from mingjing.cases.models import Draft
from mingjing.cases.statements import delete_drafts


def open_draft(*, case_code: str, kind: str, person: str) -> Draft:
    """Give a person's draft of an act, making an empty one with a fresh `once` token where there is none."""
    draft, _ = Draft.objects.get_or_create(
        case_code=case_code,
        kind=kind,
        person=person,
        defaults={"form": {}, "once": secrets.token_hex(16), "saved_at": timezone.now()},
    )
    return draft


def save_draft(*, case_code: str, kind: str, person: str, form: Mapping[str, Any]) -> Draft:
    """Keep what was typed, whatever its faults."""
    draft = open_draft(case_code=case_code, kind=kind, person=person)
    draft.form, draft.saved_at = dict(form), timezone.now()
    # Not an error where it is gone: the act has been recorded meanwhile, and its drafts went with it.
    Draft.objects.filter(pk=draft.pk).update(form=draft.form, saved_at=draft.saved_at)
    return draft


@transaction.atomic
def hand_over(*, case_code: str, kind: str, person: str, role: str) -> Draft:
    """Send a prepared form to those who decide on it: the officer writes, the head reads, amends and approves.

    The officer's own draft is gone afterwards; a form sent again replaces the one that was waiting. A second click,
    which finds no draft any more, leaves what waits as it is.
    """
    own = Draft.objects.select_for_update().filter(case_code=case_code, kind=kind, person=person)
    if (draft := own.first()) is None:
        return open_draft(case_code=case_code, kind=kind, person=_desk(role))
    waiting = save_draft(case_code=case_code, kind=kind, person=_desk(role), form=draft.form)
    waiting.prepared_by = person
    Draft.objects.filter(pk=waiting.pk).update(prepared_by=person)
    draft.delete()
    return waiting


def waiting_for(*, case_code: str, kind: str, roles: Iterable[str]) -> Draft | None:
    """Give the form that somebody has prepared for one of these roles, if there is one."""
    desks = [_desk(role) for role in roles]
    return Draft.objects.filter(case_code=case_code, kind=kind, person__in=desks).first()


def waiting_on(*, case_codes: Iterable[str], roles: Iterable[str]) -> list[Draft]:
    """Give every prepared form that waits for one of these roles in these cases, oldest first."""
    desks = [_desk(role) for role in roles]
    return list(Draft.objects.filter(case_code__in=case_codes, person__in=desks).order_by("saved_at"))


def drop(*, case_code: str, kind: str, person: str, roles: Iterable[str] = ()) -> None:
    """Forget the drafts of an act, one's own and those waiting for one's roles; called where it is recorded."""
    owners = [person, *(_desk(role) for role in roles)]
    delete_drafts(case_code, kind, owners)


def _desk(role: str) -> str:
    # A colon cannot be in a username, so a desk is never a person.
    return f"desk:{role}"


def drafts_of(person: str) -> list[Draft]:
    """Give what a person has begun and not recorded, latest first."""
    return list(Draft.objects.filter(person=person).exclude(form={}).order_by("-saved_at"))
