"""What a phone takes along to work without a network: forms, people, cases, rules, as JSON; nothing is judged."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from mingjing.cases import selectors, shown
from mingjing.cases.law import law_for
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActKind, Field, FieldUse, Law, Severity
from mingjing.packs.procedures import limited_to
from mingjing.personnel.selectors import people_with_role
from mingjing.web.act_form import NOT_ASKED, ActForm, act_form

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

# What is done on site and cannot wait for a network: acts that open a case, with its procedure, and acts in a case.
OPENINGS: Final = (("on_the_spot_decided", "summary"), ("clue_registered", "inspection"))
IN_CASES: Final = ("inspection_entered", "inspection_recorded")
SCANNED: Final = "entry_code"
MOST_CASES: Final = 50


def field_pack(viewer: "Person") -> dict[str, Any]:
    """Everything of one officer's that the page needs; `version` changes when any of it does."""
    law = law_for(viewer.agency)
    holds = limited_to(law, viewer.agency.enforcements).procedures
    openings = [_form_of(viewer, kind, None, one) for kind, one in OPENINGS if one in holds]
    cases = [_case(viewer, one) for one in selectors.handled_by(viewer).select_related("agency")[:MOST_CASES]]
    pack = {
        "law": law.digest,
        "me": {"username": viewer.username, "name": viewer.name},
        "agency": viewer.agency.name,
        "late_hours": settings.MINGJING_ONSITE_LATE_HOURS,
        "largest": settings.MINGJING_MAX_UPLOAD_BYTES,
        "openings": [one for one in openings if one is not None],
        "cases": [one for one in cases if one["forms"]],
    }
    return pack | {"version": digest(pack)}


def _case(viewer: "Person", case: "Case") -> dict[str, Any]:
    allowed = {one.kind for one in selectors.next_acts(case, timezone.now()) if one.allowed}
    forms = [_form_of(viewer, kind, case) for kind in IN_CASES if kind in allowed]
    return {
        "code": case.code,
        "number": case.number,
        "title": case.title or case.number or "未命名案件",
        "party": case.party_name,
        "seen": case.act_count,
        "forms": [one for one in forms if one is not None],
    }


def _form_of(viewer: "Person", kind: str, case: "Case | None", procedure: str = "") -> dict[str, Any] | None:
    """One form, or None where the law of this place has it not or this person may not record it."""
    try:
        form = act_form(viewer, kind, case, procedure=procedure)
    except (Http404, PermissionDenied):
        return None
    return None if form.preparing else _form(form)


def _form(form: ActForm) -> dict[str, Any]:
    law, kind = form.law, form.kind
    hidden = {name for name in form.known if law.fields[name].type != "rows"}
    skipped = hidden | set(NOT_ASKED) | kind.computed
    return {
        "kind": kind.kind,
        "title": kind.title,
        "remark": kind.remark,
        "procedure": form.procedure,
        "law": law.digest,
        "performers": kind.performers,
        "people": _people(form),
        "laws": _laws(law) if _cites(kind, law) else [],
        "known": [
            {"title": one.title, "text": one.text}
            for one in (shown.shown(law, name, form.known[name], form.names) for name in sorted(hidden))
        ],
        "asks": [use.name for use in kind.fields],
        "given": _given(form),
        "fields": [
            _use(use, law) | _scanned(use.name, form) for use in kind.fields if use.name not in skipped
        ],
        "rules": _rules(law, kind, form.procedure),
    }


def _people(form: ActForm) -> list[list[str]]:
    """Username and description, those who may do it first."""
    able = {one.username for role in form.kind.roles for one in people_with_role(form.agency.code, role)}
    return [list(one) for one in sorted(form.choices.people, key=lambda one: one[0] not in able)]


def _cites(kind: ActKind, law: Law) -> bool:
    return any(law.fields[use.name].type == "citations" for use in kind.fields)


def _laws(law: Law) -> list[str]:
    """The laws that the rules of the packs rest on, offered where one is to be cited."""
    return sorted({version.source.law for rule in law.rules for version in rule.versions})


def _given(form: ActForm) -> dict[str, Any]:
    """The facts known already on which a condition of the form rests, as the page compares them."""
    deciding = form.kind.deciding(form.known, form.facts_so_far)
    wanted = {one.name for use in form.kind.fields for one in use.only_if}
    return {name: as_words(value) for name, value in deciding.items() if name in wanted}


def _use(use: FieldUse, law: Law) -> dict[str, Any]:
    conditions = [{"name": one.name, "values": as_words(list(one.values))} for one in use.only_if]
    return field_json(law.fields[use.name], law.fields) | {"required": use.required, "only_if": conditions}


def _scanned(name: str, form: ActForm) -> dict[str, str]:
    """For a box that the camera fills: the code it should find, empty where the party has none on record."""
    return {"scan": str(form.facts_so_far.get("party_uscc", ""))} if name == SCANNED else {}


def field_json(field: Field, known: Mapping[str, Field]) -> dict[str, Any]:
    """One field as the page draws it."""
    columns: Iterable[Field] = ()
    if field.type in {"rows", "citations"}:
        columns = shown.columns_of(field, known)
    options = [("true", "是"), ("false", "否")] if field.type == "bool" else field.options
    return {
        "name": field.name,
        "title": field.title,
        "type": field.type,
        "unit": field.unit,
        "help": field.help,
        "max": field.max_length,
        "options": [list(one) for one in options],
        "columns": [field_json(one, known) for one in columns],
    }


def as_words(value: Any) -> Any:
    """Yes and no as a page's boxes say them."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return [as_words(one) for one in value]
    return value if isinstance(value, str) else str(value)


def _rules(law: Law, kind: ActKind, procedure: str) -> list[dict[str, str]]:
    """What the law of today demands of such an act: shown as hints, judged when it is synchronised."""
    today, found = legal_day(timezone.now()), []
    for rule in law.rules_for(procedure).get(kind.kind, ()):
        effective = rule.effective_on(today)
        if effective is None:
            continue
        held, version = effective
        blocks = held.severity is Severity.BLOCK
        found.append(
            {
                "title": held.title,
                "cite": version.source.cite(),
                "quote": version.quote,
                "weight": "block" if blocks else "",
            }
        )
    return sorted(found, key=lambda one: one["weight"] != "block")
