"""Making the tables that other platforms take: from the cases whose decisions stand published, daily, as versions."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mingjing.exchange.differences import Differences, arranged, differences, from_json
from mingjing.exchange.models import Export
from mingjing.exchange.sheets import csv_table, workbook_bytes
from mingjing.exchange.target_cells import Fault, Known, doubled, row_of
from mingjing.exchange.targets import Target, targets
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.publicity.reporting import Reported, standing_decisions

if TYPE_CHECKING:
    from mingjing.exchange.tables import Table
    from mingjing.personnel.models import Agency, Person

KEPT: Final = 30  # versions shown


class ExportRefused(Exception):
    """Nothing was made. The message is Chinese."""


class NoSuchExport(LookupError):
    """There is no such export for this viewer."""


@dataclass(frozen=True, slots=True)
class Made:
    """A table made and not yet kept."""

    rows: list[list[str]]
    refs: list[str]
    faults: list[dict[str, Any]]
    left_out: int


def make(target: Target, agency: "Agency", on: date) -> Made:
    """Make the table of an agency as of a day. Rows with a fault are left out and every fault of theirs is told."""
    made = Made([], [], [], 0)
    found = [
        (one, *row_of(target, known_of(one, agency, on)))
        for one in standing_decisions(agency, kinds=target.kinds, on=on)
    ]
    twice: dict[int, list[Fault]] = {}
    for number, fault in doubled(target, [cells for _, cells, _ in found]):
        twice.setdefault(number, []).append(fault)
    left_out = 0
    for number, (one, cells, faults) in enumerate(found):
        wrong = [*faults, *twice.get(number, ())]
        if wrong:
            left_out += 1
            made.faults.extend(
                {"case": one.case_code, "number": one.document_no, **asdict(each)} for each in wrong
            )
        else:
            made.rows.append(list(cells))
            made.refs.append(one.case_code)
    return Made(made.rows, made.refs, made.faults, left_out)


def known_of(one: Reported, agency: "Agency", on: date) -> Known:
    """Give what is known of a decision by the names that mappings use."""
    values: dict[str, Any] = {f"fact.{name}": value for name, value in one.told.items()}
    values |= {f"agency.{name}": getattr(agency, name) for name in ("name", "uscc", "region", "code")}
    values |= {
        "decision.document_no": one.document_no,
        "decision.on": one.decided_on,
        "publication.on": legal_day(one.published_at),
        "publication.until": one.published_until,
        "export.on": on,
    }
    return Known(values, one.fields, on)


def keep(*, target: Target, agency: "Agency", by: "Person | None", at: datetime | None = None) -> Export:
    """Make a table and keep it as the next version; one that says the same as the last becomes no new version.

    `by` is None for the daily run. Raises ExportRefused for somebody who may not.
    """
    if by is not None and not may(by, "exchange.use", agency.code):
        raise ExportRefused("您没有数据交换的权限。请由本机关的公示人员办理。")
    now = at or timezone.now()
    made = make(target, agency, legal_day(now))
    try:
        with transaction.atomic():
            return _kept(target, agency, made, by, now)
    except IntegrityError:  # made twice at the same moment: the other one is the version
        return Export.objects.filter(agency=agency, target=target.code).order_by("-number")[0]


def _kept(target: Target, agency: "Agency", made: Made, by: "Person | None", now: datetime) -> Export:
    whole = digest({"headings": list(target.headings), "rows": made.rows})
    last = Export.objects.filter(agency=agency, target=target.code).order_by("-number").first()
    changes = differences(target, last.rows if last else [], made.rows) if _comparable(last, target) else None
    if last and changes is not None and changes.none and last.faults == made.faults:
        last.same_until = max(last.same_until, legal_day(now))
        last.save(update_fields=["same_until"])
        return last
    fresh = changes or differences(target, [], made.rows)
    return Export.objects.create(
        code=secrets.token_hex(10),
        agency=agency,
        target=target.code,
        number=last.number + 1 if last else 1,
        made_at=now,
        made_on=legal_day(now),
        same_until=legal_day(now),
        made_by=by.username if by else "",
        mapping=target.digest,
        rows=made.rows,
        refs=made.refs,
        faults=made.faults,
        left_out=made.left_out,
        changes=fresh.as_json(),
        digest=whole,
    )


def _comparable(last: Export | None, target: Target) -> bool:
    # By another mapping file the columns are others: there all rows are new.
    return last is None or last.mapping == target.digest


def due_daily() -> Iterator[tuple["Agency", Target]]:
    """Give every target of every agency that has something to report, for the daily run."""
    return ((agency, target) for agency, target in all_daily() if worth(agency, target))


def all_daily() -> list[tuple["Agency", Target]]:
    """Give every target of every agency, whether it has something to report or not."""
    return [(agency, target) for agency in agencies() for target in targets().values()]


def worth(agency: "Agency", target: Target) -> bool:
    """Say whether an agency ever published or reported such a decision."""
    reported = Export.objects.filter(agency=agency, target=target.code)
    return reported.exists() or any(True for _ in standing_decisions(agency, kinds=target.kinds, on=date.min))


# --- reading ----------------------------------------------------------------------------------------


def exports_seen_by(viewer: "Person") -> QuerySet[Export]:
    """Give what was made for the viewer's own agencies, the latest first."""
    scope = Q(agency__in=agencies_visible_to(viewer, "exchange.use"))
    return Export.objects.filter(scope).select_related("agency").order_by("-made_at", "-id")


def export_by_code(viewer: "Person", code: str) -> Export:
    """Give one export of the viewer's agencies. Raises NoSuchExport."""
    found = exports_seen_by(viewer).filter(code=code).first()
    if found is None or found.target not in targets():
        raise NoSuchExport(code)
    return found


def changes_of(export: Export) -> Differences:
    """Give what differs from the version before."""
    return from_json(export.changes)


def against(export: Export, table: "Table") -> Differences:
    """Compare what a platform returned with an export: new is what the platform lacks. Raises NoSuchTable."""
    target = targets()[export.target]
    theirs = arranged(target, table.headers, [row.cells for row in table.rows])
    return differences(target, theirs, export.rows)


def file_of(export: Export, suffix: str) -> bytes:
    """Write an export as `.xlsx` or `.csv`: the columns in the order of the platform, all cells text."""
    target = targets()[export.target]
    return table_bytes(target.headings, export.rows, suffix, name=target.enforcement)


def table_bytes(
    headings: Sequence[str], rows: Sequence[Sequence[str]], suffix: str, *, name: str = "数据"
) -> bytes:
    """Write one table; in CSV the first line are the headings and nothing stands before them."""
    if suffix == ".csv":
        return csv_table(headings, rows)
    return workbook_bytes({name: [list(headings), *rows]})
