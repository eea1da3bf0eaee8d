"""What a document draws on, gathered from the rooms below: acts, agency, people. Nothing is drawn or stored here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from mingjing.cases.selectors import engine_view
from mingjing.documents.codes import code_lines
from mingjing.documents.compose import document_data
from mingjing.documents.forms import DocumentForm, document_form
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord, Law, Performer
from mingjing.packs.load import library
from mingjing.packs.party_pages import party_pages
from mingjing.personnel.selectors import performers_on
from mingjing.typeset.render import qr_svg

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Agency


def issued_data(
    act: "Act", law: Law, acts: Sequence[ActRecord], form: DocumentForm, code: str
) -> dict[str, Any]:
    """The data of the document of a recorded act: what this act and those before it say, and no later one."""
    before = tuple(one for one in acts if one.seq < act.seq)
    record = next(one for one in acts if one.seq == act.seq)
    at = act.done_at or act.recorded_at
    return document_data(
        form,
        agency=act.case.agency,
        case_number=act.case.number,
        act=record,
        acts=before,
        law=law,
        at=at,
        people=people_named(law, (*before, record), at),
        procedure=act.case.procedure,
        verify={
            "code": code_lines(code),
            "qr": qr_svg(verification_address(code)),
            "counter": counter_address() if act.kind in _of_party() else "",
        },
    )


def copy_data(act: "Act", law: Law, acts: Sequence[ActRecord], form: DocumentForm) -> dict[str, Any]:
    """The data of a copy of a document to be worked on: the same words, without what proves the original."""
    return {**issued_data(act, law, acts, form, ""), "verify": None, "preview": True}


def draft_data(
    *,
    agency: "Agency",
    case: "Case | None",
    kind: str,
    facts: Mapping[str, Any],
    performers: Sequence[str],
    done_at: datetime,
    procedure: str,
) -> dict[str, Any] | None:
    """The data of the document an act would give, its number left open; None where the kind gives none."""
    law, acts = _law_and_acts(agency, case)
    known = law.kinds[kind]
    name = known.form_in(procedure)
    if not name:
        return None
    on = legal_day(done_at)
    number = {"document_no": f"{agency.number_prefix}{known.number}〔{on.year}〕×号"} if known.number else {}
    draft = ActRecord(len(acts) + 1, kind, done_at, {**facts, **number}, performers_on(performers, on))
    return document_data(
        document_form(law.forms, name, on),
        agency=agency,
        case_number=case.number if case else "",
        act=draft,
        acts=acts,
        law=law,
        at=done_at,
        people=people_named(law, (*acts, draft), done_at),
        preview=True,
        procedure=procedure,
    )


def verification_address(code: str) -> str:
    """Where anybody who holds the paper can check it."""
    return f"{settings.MINGJING_ORIGIN}/portal/verify/{code}"


def counter_address() -> str:
    """Where the party opens his case with the code on his paper."""
    return f"{settings.MINGJING_ORIGIN}/counter/"


def _of_party() -> frozenset[str]:
    """The kinds of act whose papers go to the party."""
    pages = party_pages()
    return pages.papers | pages.handed_over


def people_named(law: Law, acts: Sequence[ActRecord], at: datetime) -> dict[str, Performer]:
    """The officers that facts name by username, as they stood on the day."""
    usernames: set[str] = set()
    for act in acts:
        for name, value in act.facts.items():
            kind = law.fields[name].type if name in law.fields else ""
            if kind == "person":
                usernames.add(str(value))
            elif kind == "people" and isinstance(value, list):
                usernames.update(value)
    return {one.person: one for one in performers_on(sorted(usernames), legal_day(at))} if usernames else {}


def _law_and_acts(agency: "Agency", case: "Case | None") -> tuple[Law, tuple[ActRecord, ...]]:
    if case is not None:
        law, _, acts = engine_view(case)
        return law, acts
    return library().law(region=agency.region, field=agency.field, agency=agency.code), ()
