"""What lies in a case file and in which order: documents, evidence, volumes and groups. Nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mingjing.cases.selectors import engine_view
from mingjing.documents.selectors import documents_of, waiting_for
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import BEIJING, beijing
from mingjing.lawengine.model import ActRecord, Law
from mingjing.packs.file_order import FileOrder, file_order
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.documents.models import IssuedDocument
    from mingjing.evidence.models import EvidenceItem


@dataclass(frozen=True)
class Piece:
    """One thing in a file: an issued document, or a piece of evidence as it was taken in."""

    title: str
    number: str
    responsible: str
    on: datetime | None
    document: "IssuedDocument | None" = None
    evidence: "EvidenceItem | None" = None

    @property
    def day(self) -> str:
        """The day as the catalogue writes it."""
        return beijing(self.on).date().isoformat() if self.on else ""


@dataclass(frozen=True)
class BoundGroup:
    """One heading of a volume with its pieces in the order of time."""

    title: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Volume:
    """One volume of a file: 正卷, 副卷 or the only one. Groups that have nothing in them are left out."""

    title: str
    groups: tuple[BoundGroup, ...]

    @property
    def pieces(self) -> list[Piece]:
        """Everything in it, in order."""
        return [piece for group in self.groups for piece in group.pieces]


@dataclass(frozen=True)
class CaseContents:
    """A whole file: by which order it is bound, its volumes, and what is still to be drawn before it is complete."""

    case: "Case"
    law: Law
    acts: tuple[ActRecord, ...]
    order: FileOrder
    volumes: tuple[Volume, ...]
    waiting: tuple[str, ...]

    @property
    def pieces(self) -> list[Piece]:
        """Everything in it, in order."""
        return [piece for volume in self.volumes for piece in volume.pieces]


def contents_of(case: "Case") -> CaseContents:
    """Put what a case has into the order that its law gives. Volumes with nothing in them are left out."""
    law, head, acts = engine_view(case)
    order = file_order(library(), law, head.procedure)
    drawers = [[BoundGroup(group.title) for group in part.groups] for part in order.parts]
    by_seq = {act.seq: act for act in acts}
    for document in documents_of(case):
        act = by_seq[document.act.seq]
        part, group = order.place_of(act, law.kinds[act.kind])
        drawers[part][group].pieces.append(_of_document(case, act, document))
    part, group = order.evidence_place
    drawers[part][group].pieces.extend(_of_evidence(item) for item in evidence_of(case.code))
    for groups in drawers:
        for one in groups:
            one.pieces.sort(key=_when)
    return CaseContents(
        case=case,
        law=law,
        acts=acts,
        order=order,
        volumes=_bound(order, drawers),
        waiting=_waiting(case, law, acts),
    )


def _of_document(case: "Case", act: ActRecord, document: "IssuedDocument") -> Piece:
    return Piece(document.title, document.number, case.agency.name, act.done_at, document=document)


def _of_evidence(item: "EvidenceItem") -> Piece:
    return Piece(item.title, "", item.taken_by, item.taken_at or item.uploaded_at, evidence=item)


def _when(piece: Piece) -> tuple[bool, datetime]:
    # Documents before the evidence of the same group, each in the order of time; sorting keeps the order of acts.
    return piece.evidence is not None, piece.on or datetime.max.replace(tzinfo=BEIJING)


def _bound(order: FileOrder, drawers: Sequence[Sequence[BoundGroup]]) -> tuple[Volume, ...]:
    volumes = (
        Volume(part.title, tuple(group for group in groups if group.pieces))
        for part, groups in zip(order.parts, drawers, strict=True)
    )
    return tuple(volume for volume in volumes if volume.groups)


def _waiting(case: "Case", law: Law, acts: Sequence[ActRecord]) -> tuple[str, ...]:
    """Name the documents that are still to be drawn, with the reason where an attempt failed."""
    if case.imported:
        return ()
    drawn = {document.act.seq for document in documents_of(case)}
    reasons = {row.act.seq: row.reason for row in waiting_for(case)}
    missing = (
        (act.seq, law.forms[name].title)
        for act in acts
        if act.seq not in drawn
        and act.kind in law.kinds
        and (name := law.kinds[act.kind].form_in(case.procedure))
    )
    return tuple(f"{title}{f'（{reasons[seq]}）' if reasons.get(seq) else ''}" for seq, title in missing)
