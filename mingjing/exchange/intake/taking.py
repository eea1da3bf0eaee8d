"""Taking rows in: each paper once, what was altered since as a new version; no case is touched here."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.exchange.intake.matching import match
from mingjing.exchange.intake.models import IntakeFile, Paper, PaperVersion
from mingjing.exchange.intake.reading import AGENCY_HEADINGS, Read, raws_of_file, raws_of_json, read_rows
from mingjing.exchange.intake.sorts import Sort, sort_of
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

FATES: Final = {"new": "已收", "same": "已有，没有变化", "changed": "有变动，另存一版", "refused": "不能收"}
DROP, PAGE, HTTP = (str(one) for one in IntakeFile.Way.values)  # the ways in
NOTHING: Final = ""  # key of a row that could not be read


@dataclass(frozen=True, slots=True)
class Sent:
    """What was handed in: for one agency, or, `agency` None, for those that the rows name."""

    sort: str
    way: str
    name: str
    agency: "Agency | None"
    by: str = ""


def take_file(sent: Sent, path: Path, *, at: datetime) -> IntakeFile:
    """Take in the rows of a file for one agency. Raises Unreadable, IntakeMappingFault, having written nothing."""
    sort = sort_of(sent.sort)
    rows = read_rows(sort, raws_of_file(sort, path), on=legal_day(at))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _take(sort, sent, rows, digest, at)[0][0]


def take_json(sent: Sent, body: bytes, *, at: datetime) -> list[dict[str, Any]]:
    """Take in the rows of a request; give of each what became of it. Raises Unreadable, IntakeMappingFault."""
    sort = sort_of(sent.sort)
    rows = read_rows(sort, raws_of_json(sort, body), on=legal_day(at))
    return _take(sort, sent, rows, hashlib.sha256(body).hexdigest(), at)[1]


def _take(
    sort: Sort, sent: Sent, rows: Sequence[Read], digest: str, at: datetime
) -> tuple[list[IntakeFile], list[dict[str, Any]]]:
    owners, told = _owners(sent, rows), list[dict[str, Any]]()
    with transaction.atomic():  # the whole of it, with its report, or nothing
        concerned = dict.fromkeys([sent.agency, *owners])
        files = {one.pk: _file(sort, sent, one, digest, at) for one in concerned if one is not None}
        for row, owner in zip(rows, owners, strict=True):
            sound = owner is not None and not row.faults
            fate = _take_one(sort, row, files[owner.pk], at) if owner and sound else "refused"
            line = {"line": row.line, "key": _shown(sort, row), "fate": fate, "faults": row.faults}
            told.append(line)
            whose = owner or sent.agency
            if whose is not None:
                files[whose.pk].lines.append(line)
                setattr(files[whose.pk], fate, getattr(files[whose.pk], fate) + 1)
        for file in files.values():
            file.save()
    return list(files.values()), told


def _file(sort: Sort, sent: Sent, agency: "Agency", digest: str, at: datetime) -> IntakeFile:
    return IntakeFile.objects.create(
        code=secrets.token_hex(12),
        agency=agency,
        sort=sort.code,
        way=sent.way,
        name=sent.name[:200],
        digest=digest,
        mapping=sort.digest,
        by=sent.by,
        at=at,
    )


def _shown(sort: Sort, row: Read) -> str:
    return row.values.get(sort.number, NOTHING)


def _owners(sent: Sent, rows: Sequence[Read]) -> list["Agency | None"]:
    """Say whose each row is. A row that names another agency than the one it was handed in for is refused."""
    named = {
        word: one for one in agencies() for word in (one.name, one.short_name, one.code, one.uscc) if word
    }
    found = list["Agency | None"]()
    for row in rows:
        owner = named.get(row.agency) if row.agency else sent.agency
        if owner is None:
            what = f"没有登记名为“{row.agency[:40]}”的机关" if row.agency else "没有写明是哪个机关的"
            row.blame(AGENCY_HEADINGS[0], what, "请写机关的全称、简称、统一社会信用代码或者机关代码")
        elif sent.agency is not None and owner.pk != sent.agency.pk:
            row.blame(AGENCY_HEADINGS[0], f"这一行是{owner.name}的", "请由该机关导入")
            owner = None
        found.append(owner)
    return found


def _take_one(sort: Sort, row: Read, file: IntakeFile, at: datetime) -> str:
    agency = file.agency
    held = Paper.objects.select_for_update().filter(agency=agency, sort=sort.code, key=row.key).first()
    if held is None:
        held = _new(sort, row, agency, at)
        changes = []
    else:
        changes = _changes(sort, held.values, row.values)
        if not changes:
            return "same"
        _alter(held, row, agency, at)
    PaperVersion.objects.create(
        paper=held, number=held.version, values=row.values, changes=changes, file=file, line=row.line, at=at
    )
    return "changed" if changes else "new"


def _new(sort: Sort, row: Read, agency: "Agency", at: datetime) -> Paper:
    found = match(sort.code, agency, row.values)
    return Paper.objects.create(
        agency=agency,
        sort=sort.code,
        kind=row.values["kind"],
        key=row.key[:160],
        number=row.values[sort.number],
        values=row.values,
        case_code=found.case.code if found.case else "",
        dispute_no=found.dispute.no if found.dispute else "",
        came_at=at,
        changed_at=at,
    )


def _alter(held: Paper, row: Read, agency: "Agency", at: datetime) -> None:
    """Keep what is said now. What was confirmed already is laid before a person again; its act stays as it is."""
    held.values, held.version, held.changed_at = row.values, held.version + 1, at
    if held.state == Paper.State.CONFIRMED:
        held.state = Paper.State.CHANGED
    elif held.state in (Paper.State.OPEN, Paper.State.REFUSED):
        held.state = Paper.State.OPEN
        if not held.steps.filter(kind="assigned").exists():
            found = match(held.sort, agency, row.values)
            held.case_code = found.case.code if found.case else ""
            held.dispute_no = found.dispute.no if found.dispute else ""
    held.save()


def _changes(sort: Sort, was: Mapping[str, str], now: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {
            "field": one.title,
            "was": sort.shown(code, was.get(code, "")),
            "now": sort.shown(code, now.get(code, "")),
        }
        for code, one in sort.fields.items()
        if was.get(code, "") != now.get(code, "")
    ]
