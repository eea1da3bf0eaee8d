"""What other rooms may read of documents: those of a case, their files, what waits, and drafts as they would look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mingjing.cases.selectors import engine_view
from mingjing.documents.assemble import copy_data, draft_data
from mingjing.documents.forms import document_form
from mingjing.documents.models import TRANSFER_LETTER, IssuedDocument, WaitingDocument
from mingjing.documents.word import word_copy
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.kit.clock import legal_day
from mingjing.typeset.render import preview_png, render

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Agency


@dataclass(frozen=True)
class Preview:
    """A draft as it would look; drawn when asked for. Drawing raises DocumentNotDrawn where a character has no font."""

    data: Mapping[str, Any]

    @cached_property
    def pdf(self) -> bytes:
        return render(self.data)

    @cached_property
    def pages(self) -> list[bytes]:
        """The pages as PNG."""
        return preview_png(self.data)


def documents_of(case: "Case") -> list[IssuedDocument]:
    """The documents of a case in the order of their acts."""
    return list(
        IssuedDocument.objects.filter(case_code=case.code, act__agency=case.agency_id).select_related("act")
    )


def cases_of_transfers(agency: "Agency", numbers: Collection[str]) -> dict[str, set[str]]:
    """Give the codes of the cases that an agency handed to the police by letters with these numbers."""
    rows = IssuedDocument.objects.filter(form=TRANSFER_LETTER, number__in=numbers, act__agency=agency)
    found: dict[str, set[str]] = {}
    for number, code in rows.order_by().values_list("number", "case_code"):
        found.setdefault(number, set()).add(code)
    return found


def document_of(act: "Act") -> IssuedDocument | None:
    """The document of an act, if it is issued."""
    return IssuedDocument.objects.filter(act=act).first()


def document_by_code(code: str) -> IssuedDocument | None:
    """The document with this verification code, with its act and case, if one was issued."""
    return IssuedDocument.objects.select_related("act__case__agency").filter(code=code).first()


def waiting_for(case: "Case") -> list[WaitingDocument]:
    """The acts of a case whose document is still to be drawn, with the reason where an attempt failed."""
    return list(
        WaitingDocument.objects.filter(case_code=case.code, act__agency=case.agency_id).select_related("act")
    )


def failures() -> list[WaitingDocument]:
    """Every document that could not be drawn, for the health page."""
    return list(WaitingDocument.objects.exclude(reason="").select_related("act"))


def pdf(document: IssuedDocument) -> bytes:
    """The file of a document. Raises EvidenceAltered where the stored bytes are not those that were issued."""
    if not store.stored(document.digest) or store.digest_stored(document.digest) != document.digest:
        raise EvidenceAltered(document.digest)
    with store.open_stored(document.digest) as file:
        return file.read()


def working_copy(act: "Act") -> bytes | None:
    """The document of an act as Word file for work outside, marked as a draft; None where the kind gives none."""
    law, head, acts = engine_view(act.case)
    kind = law.kinds.get(act.kind)
    name = kind.form_in(head.procedure) if kind else ""
    if not name or act.imported:
        return None
    form = document_form(law.forms, name, legal_day(act.done_at or act.recorded_at))
    return word_copy(copy_data(act, law, acts, form))


def preview(
    *,
    agency: "Agency",
    case: "Case | None",
    kind: str,
    facts: Mapping[str, Any],
    performers: Sequence[str],
    done_at: datetime,
    procedure: str = "",
) -> Preview | None:
    """The document an act would give, marked 「预览」, without number and code; None where the kind gives none.

    `facts` are clean facts, as packs.facts gives them; those that are wrong or missing show as 「未载明」. `procedure`
    is needed where there is no case yet.
    """
    data = draft_data(
        agency=agency,
        case=case,
        kind=kind,
        facts=facts,
        performers=performers,
        done_at=done_at,
        procedure=case.procedure if case else procedure,
    )
    return Preview(data) if data else None
