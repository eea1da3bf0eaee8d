"""Documents issued of acts: drawn, stored, entered and logged, once for every act; acts are never written."""

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from mingjing.cases.selectors import acts_by_codes, engine_view
from mingjing.cases.timeline import moment
from mingjing.documents.assemble import issued_data
from mingjing.documents.codes import reference, verification_code
from mingjing.documents.forms import DocumentForm, document_form
from mingjing.documents.models import IssuedDocument, WaitingDocument
from mingjing.documents.signing import signed
from mingjing.evidence import store
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.statute_book import faulty_citations
from mingjing.translog.cursors import run_cursor
from mingjing.translog.leaf import document_commitment
from mingjing.translog.selectors import SealedEntry
from mingjing.translog.services import enqueue
from mingjing.typeset.render import DocumentNotDrawn, render

if TYPE_CHECKING:
    from mingjing.cases.models import Act

CURSOR: Final = "documents"
RETRY: Final = timedelta(minutes=10)
logger = logging.getLogger(__name__)


class NoDocument(Exception):
    """No document is made of this act: its kind has no form, or it came in from outside with papers of its own."""


def issue(act: "Act") -> IssuedDocument:
    """Issue the document of an act, or give the one issued before; the same act always gives the same bytes.

    Raises NoDocument where there is none to make and DocumentNotDrawn where a character has no font or a citation
    leads to no text in force; nothing is then entered or logged.
    """
    if (issued := IssuedDocument.objects.filter(act=act).first()) is not None:
        return issued
    law, head, acts = engine_view(act.case)
    kind = law.kinds.get(act.kind)
    name = kind.form_in(head.procedure) if kind and not act.imported else ""
    if not name:
        raise NoDocument(f"“{law.title_of(act.kind)}”不生成文书。")
    form = document_form(law.forms, name, legal_day(act.done_at or act.recorded_at))
    code = verification_code(bytes(act.salt))
    data = issued_data(act, law, acts, form, code)
    _demand_founded(data, act.case.agency.code)
    pdf = render(data)
    if any(block["kind"] == "signoff" for block in data["blocks"]):
        # What goes out in the agency's name; approvals and records are signed by hand.
        pdf = signed(pdf, agency=act.case.agency.code, reason=form.title)
    return _enter(act, form, code, pdf)


def _demand_founded(data: Mapping[str, Any], agency: str) -> None:
    """Refuse a document that cites what was not law: neither on its day nor when the conduct ended (从旧兼从轻)."""
    days = [legal_day(datetime.fromisoformat(data["at"]))]
    days += [date.fromisoformat(data["conduct"])] if data["conduct"] else []
    faults = faulty_citations(register_for(agency), data, ["cited"], days=days)
    if faults:
        told = "".join(dict.fromkeys(faults["cited"]))
        raise DocumentNotDrawn(f"文书引用的法规有误，不能出具：{told}请以更正行为改正引用后再生成。")


def issue_pending(*, limit: int = 50, seconds: float = float("inf")) -> int:
    """Draw the documents of newly sealed acts, and those that failed some time ago; give how many were issued.

    For the worker, for so long at most, but one at least; call it again until it gives 0.
    """
    until = time.monotonic() + seconds
    run_cursor(CURSOR, _note_acts)
    due = Q(tried_at__isnull=True) | Q(tried_at__lt=timezone.now() - RETRY)
    waiting = WaitingDocument.objects.filter(due).select_related("act__case__agency").order_by("act_id")
    issued = 0
    for row in waiting[:limit]:
        issued += _attempt(row)
        if time.monotonic() >= until:
            break
    return issued


def _note_acts(entries: Sequence[SealedEntry]) -> None:
    # Inside the cursor's transaction only rows are written: drawing takes too long to hold other writers up.
    # An act that somebody has deleted is not found: `mingjing verify` says so, the documents after it are still due.
    for act in acts_by_codes([entry.ref for entry in entries if entry.kind == "act"]):
        if not act.imported and not IssuedDocument.objects.filter(act=act).exists():
            WaitingDocument.objects.get_or_create(act=act, defaults={"case_code": act.case.code})


def _attempt(row: WaitingDocument) -> bool:
    """Issue one; a document that cannot be drawn waits with its reason and holds up no other."""
    try:
        issue(row.act)
    except NoDocument:
        row.delete()
        return False
    except DocumentNotDrawn as refused:
        return _wait(row, str(refused))
    except DatabaseError:
        raise  # no fault of this document: the next turn begins here again
    except Exception as error:
        # A file altered on the disk, a pack that no longer fits the act: whatever it is, the others are drawn.
        return _wait(row, f"生成时出错（{type(error).__name__}）")
    return True


def _wait(row: WaitingDocument, reason: str) -> bool:
    logger.warning("document of act %s not drawn", row.act.code)
    row.reason, row.tried_at = reason[:500], timezone.now()
    # Not an error where it waits no more: somebody else has done it meanwhile.
    WaitingDocument.objects.filter(pk=row.pk).update(reason=row.reason, tried_at=row.tried_at)
    return False


def _enter(act: "Act", form: DocumentForm, code: str, pdf: bytes) -> IssuedDocument:
    """Store the file, then write row and log entry together. A crash in between leaves a file nobody refers to."""
    digest = hashlib.sha256(pdf)
    with store.incoming() as file:
        file.write(pdf)
        file.keep()
    now = timezone.now()
    leaf = {"c": act.case.log_code, "h": document_commitment(code, digest.digest()), "at": moment(now)}
    try:
        with transaction.atomic():
            document = IssuedDocument.objects.create(
                act=act,
                case_code=act.case.code,
                form=form.form,
                title=form.title,
                edition=form.edition,
                number=str(act.facts.get("document_no", "")),
                code=code,
                digest=digest.hexdigest(),
                size=len(pdf),
                issued_at=now,
            )
            enqueue(kind="document", data=leaf, ref=reference(code))
            WaitingDocument.objects.filter(act=act).delete()
    except IntegrityError:
        # Another process issued the same act meanwhile, from the same bytes.
        return IssuedDocument.objects.get(act=act)
    return document
