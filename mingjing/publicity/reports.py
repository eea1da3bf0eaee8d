"""Statistical reports on the public side: put up whole, with their files; of each the newest version is shown."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from mingjing.publicity.report_models import PublicReport
from mingjing.publicity.selectors import NotPublished
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

KIND: Final = "report"
SALT_BYTES: Final = 32
_HEAVY: Final = ("workbook", "paper")
FILES: Final[Mapping[str, str]] = {"xlsx": "workbook", "pdf": "paper"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report to be put up."""

    agency_code: str
    agency: str
    form: str
    period: str
    version: int
    title: str
    cutoff: date
    content: Mapping[str, Any]
    workbook: bytes
    paper: bytes


def put_up(told: Told, *, at: datetime) -> PublicReport:
    """Publish a report with its entry in the log; call it in the transaction of the step that orders it."""
    row = PublicReport(
        code=secrets.token_hex(8),
        **{name: getattr(told, name) for name in Told.__slots__},
        published_at=at,
        salt=secrets.token_bytes(SALT_BYTES),
    )
    row.commitment = act_commitment(bytes(row.salt), content_of(row))
    with transaction.atomic():
        row.save(force_insert=True)
        enqueue(kind=KIND, data={"h": row.commitment, "at": at.isoformat()}, ref=f"public-{row.code}")
    return row


def content_of(row: PublicReport) -> dict[str, Any]:
    """Give what the log entry of a published report commits to: its figures and the very bytes of its files."""
    told = ("code", "agency_code", "agency", "form", "period", "version", "title", "content")
    return {
        "v": 1,
        **{name: getattr(row, name) for name in told},
        "cutoff": row.cutoff.isoformat(),
        "files": {name: hashlib.sha256(bytes(getattr(row, name))).hexdigest() for name in _HEAVY},
    }


def reports(*, agency: str = "", form: str = "") -> QuerySet[PublicReport]:
    """Give the newest version of every published report, the latest period first, without the files."""
    rows = PublicReport.objects.defer(*_HEAVY, "content").order_by("-period", "form", "agency_code")
    if agency:
        rows = rows.filter(agency_code=agency)
    if form:
        rows = rows.filter(form=form)
    newer: dict[tuple[str, ...], tuple[int, int]] = {}
    for pk, *key, version in rows.values_list("pk", "agency_code", "form", "period", "version"):
        if version > newer.get(tuple(key), (0, 0))[0]:
            newer[tuple(key)] = version, pk
    return rows.filter(pk__in=[pk for _, pk in newer.values()])


def report(code: str) -> PublicReport:
    """Give one published report without its files, or raise NotPublished."""
    row = PublicReport.objects.defer(*_HEAVY).filter(code=code).first()
    if row is None:
        raise NotPublished(code)
    return row


def versions(row: PublicReport) -> list[PublicReport]:
    """Give every version of a report, the newest first."""
    same = PublicReport.objects.filter(agency_code=row.agency_code, form=row.form, period=row.period)
    return list(same.defer(*_HEAVY, "content").order_by("-version"))


def report_file(code: str, ending: str) -> bytes:
    """Give a file of a report, or raise NotPublished."""
    found = PublicReport.objects.filter(code=code).values_list(FILES[ending], flat=True).first()
    if not found:
        raise NotPublished(code)
    return bytes(found)


def every_report() -> Iterator[PublicReport]:
    """Give every published report whole, for the audit."""
    return PublicReport.objects.order_by("id").iterator(chunk_size=20)
