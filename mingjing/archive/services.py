"""Sealing packages of archived files: packed, logged, proved, stored, once for every act of archiving."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from mingjing.archive.bag import PROOF, Entry, commitment, entry_of, tag_entries, write_zip
from mingjing.archive.binding import BoundFile, bind
from mingjing.archive.contents import contents_of
from mingjing.archive.models import ArchivePackage, WaitingPackage
from mingjing.archive.packing import payload_of
from mingjing.cases.selectors import acts_by_codes
from mingjing.cases.timeline import moment
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.kit.clock import beijing
from mingjing.lawengine.places import ARCHIVES
from mingjing.packs.load import library
from mingjing.translog.cursors import run_cursor
from mingjing.translog.feeding import have_witnessed
from mingjing.translog.selectors import NotInLog, SealedEntry, proof_for
from mingjing.translog.services import enqueue, seal_log
from mingjing.translog.witnesses import watch
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.cases.models import Act

CURSOR: Final = "archive"
RETRY: Final = timedelta(minutes=10)
BATCH: Final = 10_000
logger = logging.getLogger(__name__)


class NotPacked(Exception):
    """A package cannot be sealed yet; says in Chinese what is missing. Nothing was written."""


@dataclass(frozen=True)
class _Packed:
    """A package put together and logged, ready to be written down."""

    entries: Sequence[Entry]
    commitment: str
    bound: BoundFile
    items: int


def seal_package(act: "Act", *, at: datetime) -> ArchivePackage:
    """Seal the package of an act of archiving, or give the one sealed before.

    Holds afterwards: the zip is stored, its row written, and the log proves it from inside the zip. Raises NotPacked,
    with nothing written but perhaps a leaf that nobody refers to, where documents or proofs are missing.
    """
    if (sealed := ArchivePackage.objects.filter(act=act).first()) is not None:
        return sealed
    packed = _pack(act, at)
    with store.incoming() as file:
        write_zip(_Writer(file), packed.entries)
        file.keep()
        digest, size = file.digest, file.size
    try:
        with transaction.atomic():
            made = ArchivePackage.objects.create(
                act=act,
                case_code=act.case.code,
                version=ArchivePackage.objects.filter(case_code=act.case.code).count() + 1,
                commitment=packed.commitment,
                digest=digest,
                size=size,
                pages=packed.bound.pages,
                items=packed.items,
                files=len(packed.entries),
                sealed_at=at,
            )
            WaitingPackage.objects.filter(act=act).delete()
    except IntegrityError:
        # Another process sealed the same act meanwhile; both packages are true, one is kept.
        return ArchivePackage.objects.get(act=act)
    return made


class _Writer:
    """An incoming file as the zip writes it."""

    def __init__(self, file: store.Incoming) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `keep` flushes."""


def _pack(act: "Act", at: datetime) -> _Packed:
    """Put the package together and log it; the proof comes last, for it can only exist once the rest is fixed."""
    case = act.case
    contents = contents_of(case)
    if contents.waiting:
        raise NotPacked(f"尚有文书没有生成：{'、'.join(contents.waiting)}。生成后自动封装。")
    try:
        bound = bind(case, at=at)
        payload = payload_of(contents, bound, act)
    except (NotInLog, DocumentNotDrawn, EvidenceAltered) as refused:
        raise NotPacked(str(refused)) from refused
    tags = tag_entries(payload, _info(act, at))
    with tags[-1].open() as file:
        committed = commitment(file.read())
    _log(act, committed, at)
    try:
        proof = proof_for(committed)
    except NotInLog as refused:
        raise NotPacked("归档包的存证尚未签发检查点，稍后自动重试。") from refused
    return _Packed((*tags, entry_of(PROOF, proof.data), *payload), committed, bound, len(contents.pieces))


def _info(act: "Act", at: datetime) -> tuple[tuple[str, str], ...]:
    return (
        ("Source-Organization", act.case.agency.name),
        ("External-Identifier", act.case.number or act.case.code),
        ("Bagging-Date", beijing(at).date().isoformat()),
        ("Bag-Software-Agent", "mingjing"),
    )


def _log(act: "Act", committed: str, at: datetime) -> None:
    leaf = {"c": act.case.log_code, "h": committed, "at": moment(at)}
    with transaction.atomic():
        enqueue(kind="package", data=leaf, ref=committed)
    while seal_log(at=at, limit=BATCH) == BATCH:
        pass
    # Another attempt would pack other bytes, under the checkpoint of its own moment: it is witnessed now or never.
    have_witnessed(at)


def seal_pending(*, limit: int = 5) -> int:
    """Seal the packages of files newly archived, and those that failed some time ago; give how many were sealed.

    For the worker, after the documents of the same acts are issued. While the log is not being witnessed nothing is
    tried: each attempt would wait in vain and leave a leaf.
    """
    run_cursor(CURSOR, _note_acts)
    if (seen := watch(timezone.now())) is not None and (seen.stopped or seen.late):
        return 0
    due = Q(tried_at__isnull=True) | Q(tried_at__lt=timezone.now() - RETRY)
    waiting = WaitingPackage.objects.filter(due).select_related("act__case__agency").order_by("act_id")
    return sum(_attempt(row) for row in waiting[:limit])


def _note_acts(entries: Sequence[SealedEntry]) -> None:
    # An act that somebody has deleted is not found: `mingjing verify` says so.
    for act in acts_by_codes([entry.ref for entry in entries if entry.kind == "act"]):
        known = library().kinds.get(act.kind)
        if not (known and known.ends == ARCHIVES) or act.imported:
            continue
        if not ArchivePackage.objects.filter(act=act).exists():  # else sealed by hand before the worker came
            WaitingPackage.objects.get_or_create(act=act, defaults={"case_code": act.case.code})


def _attempt(row: WaitingPackage) -> bool:
    """Seal one; a package that cannot be sealed waits with its reason and holds up no other."""
    try:
        seal_package(row.act, at=timezone.now())
    except NotPacked as refused:
        return _wait(row, str(refused), logging.INFO)  # nothing is wrong: its documents are still being drawn
    except DatabaseError:
        raise  # no fault of this package: the next turn begins here again
    except Exception as error:
        return _wait(row, f"封装时出错（{type(error).__name__}）", logging.WARNING)
    return True


def _wait(row: WaitingPackage, reason: str, level: int) -> bool:
    logger.log(level, "package of act %s not sealed", row.act.code)
    row.reason, row.tried_at = reason[:500], timezone.now()
    # Not an error where it waits no more: somebody else has done it meanwhile.
    WaitingPackage.objects.filter(pk=row.pk).update(reason=row.reason, tried_at=row.tried_at)
    return False
