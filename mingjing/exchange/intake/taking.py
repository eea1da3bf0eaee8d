"""Taking rows in: each paper once, what was altered since as a new version; no case is touched here."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.exchange.intake.matching import Match, Numbers, match
from mingjing.exchange.intake.models import IntakeFile, Paper, PaperVersion
from mingjing.exchange.intake.reading import AGENCY_HEADINGS, Read, raws_of_file, raws_of_json, read_rows
from mingjing.exchange.intake.sorts import Sort, sort_of
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

FATES: Final = {"new": "已收", "same": "已有，没有变化", "changed": "有变动，另存一版", "refused": "不能收"}
DROP, PAGE, HTTP = (str(one) for one in IntakeFile.Way.values)  # the ways in
CHUNK: Final = 500  # SQLite takes no more values than this at once, by far
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
    owners = _owners(sent, rows)
    sound = [(row, one) for row, one in zip(rows, owners, strict=True) if one is not None and not row.faults]
    matches = _matches(sort, sound)  # read before anything is held: nobody waits for it
    try:
        return _written(sort, sent, rows, owners, matches, digest, at)
    except IntegrityError:  # the same paper came in another way at the same moment: now it is there
        return _written(sort, sent, rows, owners, matches, digest, at)


def _matches(sort: Sort, sound: Sequence[tuple[Read, "Agency"]]) -> dict[int, Match]:
    """Find of every sound row what it speaks of, by its line."""
    found = dict[int, Match]()
    for agency in dict.fromkeys(one for _, one in sound):
        own = [row for row, one in sound if one == agency]
        numbers = Numbers(agency, [row.values for row in own])
        found |= {row.line: match(sort.code, agency, row.values, numbers) for row in own}
    return found


def _written(
    sort: Sort,
    sent: Sent,
    rows: Sequence[Read],
    owners: Sequence["Agency | None"],
    matches: Mapping[int, Match],
    digest: str,
    at: datetime,
) -> tuple[list[IntakeFile], list[dict[str, Any]]]:
    told = list[dict[str, Any]]()
    with transaction.atomic():  # the whole of it, with its report, or nothing
        concerned = [one for one in dict.fromkeys([sent.agency, *owners]) if one is not None]
        desks = {one.pk: _Desk(sort, _file(sort, sent, one, digest, at), matches, at) for one in concerned}
        for desk in desks.values():
            desk.look_up(row.key for row, one in zip(rows, owners, strict=True) if one == desk.file.agency)
        for row, owner in zip(rows, owners, strict=True):
            fate = desks[owner.pk].take(row) if owner is not None and not row.faults else "refused"
            line = {"line": row.line, "key": _shown(sort, row), "fate": fate, "faults": row.faults}
            told.append(line)
            if (whose := owner or sent.agency) is not None:
                desks[whose.pk].note(line)
        for desk in desks.values():
            desk.write()
    return [desk.file for desk in desks.values()], told


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


class _Desk:
    """What is taken in of one file for one agency; new papers are written together at the end."""

    def __init__(self, sort: Sort, file: IntakeFile, matches: Mapping[int, Match], at: datetime) -> None:
        self.sort, self.file, self.matches, self.at = sort, file, matches, at
        self._held: dict[str, Paper] = {}
        self._new: list[tuple[Paper, PaperVersion]] = []

    def look_up(self, keys: Iterable[str]) -> None:
        """Read and lock the papers that are there already."""
        wanted = sorted({one for one in keys if one})
        rows = Paper.objects.select_for_update().filter(agency=self.file.agency, sort=self.sort.code)
        for first in range(0, len(wanted), CHUNK):
            self._held |= {one.key: one for one in rows.filter(key__in=wanted[first : first + CHUNK])}

    def take(self, row: Read) -> str:
        """Take one sound row in; give its fate."""
        held = self._held.get(row.key)
        if held is None:
            held = self._fresh(row)
            self._new.append((held, self._version(held, row, [])))
            return "new"
        changes = _changes(self.sort, held.values, row.values)
        if not changes:
            return "same"
        self._alter(held, row)
        self._version(held, row, changes).save()
        return "changed"

    def note(self, line: dict[str, Any]) -> None:
        """Put a line into the report."""
        self.file.lines.append(line)
        setattr(self.file, line["fate"], getattr(self.file, line["fate"]) + 1)

    def write(self) -> None:
        """Write the new papers with their first versions, and the report."""
        Paper.objects.bulk_create([paper for paper, _ in self._new], batch_size=CHUNK)
        for paper, version in self._new:
            version.paper = paper  # now that it has its number
        PaperVersion.objects.bulk_create([version for _, version in self._new], batch_size=CHUNK)
        self.file.save()

    def _fresh(self, row: Read) -> Paper:
        paper = Paper(
            agency=self.file.agency,
            sort=self.sort.code,
            kind=row.values["kind"],
            key=row.key,
            number=row.values[self.sort.number],
            values=row.values,
            came_at=self.at,
            changed_at=self.at,
        )
        self._match(paper, row)
        return paper

    def _match(self, paper: Paper, row: Read) -> None:
        found = self.matches[row.line]
        paper.case_code = found.case.code if found.case else ""
        paper.dispute_no = found.dispute.no if found.dispute else ""

    def _alter(self, held: Paper, row: Read) -> None:
        """Keep what is said now. What was confirmed already is laid before a person again; its act stays as it is."""
        held.values, held.version, held.changed_at = row.values, held.version + 1, self.at
        if held.state == Paper.State.CONFIRMED:
            held.state = Paper.State.CHANGED
        elif held.state in (Paper.State.OPEN, Paper.State.REFUSED):
            held.state = Paper.State.OPEN
            if not held.steps.filter(kind="assigned").exists():
                self._match(held, row)
        held.save()

    def _version(self, paper: Paper, row: Read, changes: list[dict[str, str]]) -> PaperVersion:
        return PaperVersion(
            paper=paper,
            number=paper.version,
            values=row.values,
            changes=changes,
            file=self.file,
            line=row.line,
            at=self.at,
        )


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
