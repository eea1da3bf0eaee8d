"""What is published as files for machines: written whole once a day, so that what was taken down is gone the next."""

import csv
import hashlib
import json
import os
import re
import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TextIO, cast

from django.conf import settings
from django.utils import timezone

from mingjing.kit.clock import beijing, legal_day
from mingjing.publicity.models import Publication
from mingjing.publicity.results import open_results

COLUMNS: Final[Mapping[str, str]] = {
    "code": "公示编号",
    "document_no": "决定书文号",
    "kind": "决定种类代码",
    "kind_title": "决定种类",
    "title": "事项",
    "party": "当事人（自然人已隐去）",
    "party_code": "统一社会信用代码",
    "result": "处理结果",
    "agency_code": "机关代码",
    "agency": "决定机关",
    "region": "行政区划代码",
    "decided_on": "决定日期",
    "published_on": "公示日期",
    "published_until": "公示截止日期",
    "address": "公示页地址",
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so
CHUNK: Final = 2_000
HISTORY_DAYS: Final = 400
NAME: Final = re.compile(r"(?:agencies/)?[A-Za-z0-9_.-]{1,60}")
SCHEMA: Final = "decisions.schema.json"
INSPECTIONS: Final = "inspections"  # results of random inspections, a line each
CODES: Final = ".codes"  # what was in the last release, for the list of changes


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file of the day: its name, size, SHA-256 and how many rows it has."""

    name: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Release:
    """The files of one day. Of a day gone by the list and its digests stay, the files do not."""

    day: date
    at: datetime
    files: Sequence[OpenFile]
    added: int
    removed: int


# --- reading ----------------------------------------------------------------------------------------


def folder() -> Path:
    """Give where the files are; the portal may stand in another zone and read a copy."""
    return Path(settings.MINGJING_HOME) / "open-data"


def releases() -> list[Release]:
    """Give every day's release, the newest first; none before the first daily run."""
    try:
        told = json.loads((folder() / "history.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [_release(one) for one in told]


def _release(one: Mapping[str, Any]) -> Release:
    return Release(
        date.fromisoformat(one["day"]),
        datetime.fromisoformat(one["at"]),
        [OpenFile(**told) for told in one["files"]],
        one["added"],
        one["removed"],
    )


def current(name: str) -> tuple[Path, OpenFile] | None:
    """Give a file of the newest release and what is known of it; None where there is no such file."""
    listed = next(iter(releases()), None)
    if listed is None or not NAME.fullmatch(name) or ".." in name:
        return None
    known = next((one for one in listed.files if one.name == name), None)
    path = folder() / listed.day.isoformat() / name
    return (path, known) if known and path.is_file() else None


# --- writing ----------------------------------------------------------------------------------------


def write_open_data(*, at: datetime | None = None) -> Release | None:
    """Write today's files unless they are there; give the release."""
    work = writing(at=at or timezone.now())
    while True:
        try:
            next(work)
        except StopIteration as done:
            return cast("Release | None", done.value)


def writing(*, at: datetime) -> Generator[None, None, "Release | None"]:
    """Write today's files slice by slice, for a worker that has more to do; nothing where they are there.

    The files are written beside and moved in whole; then the list is replaced, and only then the files of other days
    are removed: whoever reads meanwhile reads the old day whole. Left half-way, the next run begins anew.
    """
    day, known = legal_day(at), releases()
    if known and known[0].day == day:
        return None
    root = folder()
    work, place = root / ".work", root / day.isoformat()
    shutil.rmtree(work, ignore_errors=True)
    (work / "agencies").mkdir(parents=True)
    codes: dict[str, str] = {}
    with Sheets(work) as sheets:
        for rows in slices(day):
            for row in rows:
                codes[row["code"]] = row["agency_code"]
                sheets.write(row)
            yield
    drawn = 0
    with (work / f"{INSPECTIONS}.jsonl").open("w", encoding="utf-8") as lines:
        for results in open_results(day):
            lines.writelines(json.dumps(one.as_row, ensure_ascii=False) + "\n" for one in results)
            drawn += len(results)
            yield
    added, removed = _write_changes(root, work, codes, day)
    _write_words(work)
    release = Release(day, at, _sealed(work, codes, {INSPECTIONS: drawn}), added, removed)
    shutil.rmtree(place, ignore_errors=True)
    os.replace(work, place)
    _write_history(root, [release, *known][:HISTORY_DAYS])
    (place / CODES).replace(root / CODES)
    for old in root.iterdir():
        if old.is_dir() and old != place:
            shutil.rmtree(old)
    return release


class Sheets(ExitStack):
    """The open files of a day: one pair for all, one for each agency."""

    def __init__(self, work: Path) -> None:
        super().__init__()
        self._work, self._open = work, dict[str, tuple[Any, TextIO]]()
        self._pair("decisions")

    def write(self, row: Mapping[str, Any]) -> None:
        """Write one row to the pair of all and to that of its agency."""
        cells = [guarded(str(row[name] or "")) for name in COLUMNS]
        line = json.dumps(row, ensure_ascii=False) + "\n"
        for table, lines in (self._pair("decisions"), self._pair(f"agencies/{_safe(row['agency_code'])}")):
            table.writerow(cells)
            lines.write(line)

    def _pair(self, name: str) -> tuple[Any, TextIO]:
        if name not in self._open:
            # The mark at its beginning lets spreadsheets read Chinese.
            table = (self._work / f"{name}.csv").open("w", encoding="utf-8-sig", newline="")
            lines = (self._work / f"{name}.jsonl").open("w", encoding="utf-8")
            self._open[name] = csv.writer(self.enter_context(table)), self.enter_context(lines)
            self._open[name][0].writerow(COLUMNS.values())
        return self._open[name]


def slices(day: date) -> Iterator[list[dict[str, Any]]]:
    """Give every decision that is open on the day, in the order of publication, some thousand at a time."""
    columns = (
        *("id", "code", "document_no", "kind", "kind_title", "title", "party", "firm_entry__code", "result"),
        *("agency__code", "agency_name", "agency__region", "decided_on", "published_at", "published_until"),
    )
    last = 0
    while True:
        shown = Publication.objects.filter(id__gt=last, search_text__isnull=False)
        rows = list(shown.exclude(published_until__lt=day).order_by("id").values_list(*columns)[:CHUNK])
        if not rows:
            return
        last = rows[-1][0]
        yield [_row(row[1:]) for row in rows]


def _row(columns: Sequence[Any]) -> dict[str, Any]:
    *texts, decided_on, published_at, until = columns
    days = (decided_on, beijing(published_at).date(), until)
    told = [*(text or "" for text in texts), *(one.isoformat() if one else None for one in days)]
    address = f"{settings.MINGJING_ORIGIN}/portal/decisions/{columns[0]}/"
    return dict(zip(COLUMNS, [*told, address], strict=True))


def guarded(cell: str) -> str:
    """Give a cell that a spreadsheet shows and does not run."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _safe(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", code)


def _write_changes(root: Path, work: Path, codes: Mapping[str, str], day: date) -> tuple[int, int]:
    """Write which ids came and went since the release before; of those that went nothing but the id."""
    known = root / CODES
    before = set(known.read_text(encoding="utf-8").split()) if known.exists() else set()
    added, removed = sorted(codes.keys() - before), sorted(before - codes.keys())
    with (work / "changes.jsonl").open("w", encoding="utf-8") as lines:
        for change, found in (("added", added), ("removed", removed)):
            for code in found:
                lines.write(json.dumps({"day": day.isoformat(), "change": change, "code": code}) + "\n")
    _replace(work / CODES, "\n".join(sorted(codes)))
    return len(added), len(removed)


def _write_words(work: Path) -> None:
    """Write what the columns mean and on what terms the data may be used."""
    properties = {
        name: {"type": ["string", "null"] if name.endswith(("_on", "_until")) else "string", "title": title}
        for name, title in COLUMNS.items()
    }
    for name in ("decided_on", "published_on", "published_until"):
        properties[name]["format"] = "date"
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "行政执法公示决定（每行一件）",
        "type": "object",
        "properties": properties,
        "required": list(COLUMNS),
        "additionalProperties": False,
    }
    _replace(work / SCHEMA, json.dumps(schema, ensure_ascii=False, indent=1) + "\n")
    _replace(work / "LICENSE.txt", licence() + "\n")


def licence() -> str:
    """Give the terms on which the data may be used."""
    return str(settings.MINGJING_DATA_LICENCE)


def _sealed(work: Path, codes: Mapping[str, str], more: Mapping[str, int]) -> list[OpenFile]:
    """Give every file with its digest, and write the list of digests in the form that sha256sum reads."""
    counts: dict[str, int] = dict(more)
    for agency in codes.values():
        name = f"agencies/{_safe(agency)}"
        counts[name] = counts.get(name, 0) + 1
    counts["decisions"] = len(codes)
    paths = (path for path in work.rglob("*") if path.is_file() and path.name != CODES)
    names = sorted(path.relative_to(work).as_posix() for path in paths)
    files = [_described(work, name, counts.get(name.rsplit(".", 1)[0], 0)) for name in names]
    _replace(work / "SHA256SUMS", "".join(f"{one.sha256}  {one.name}\n" for one in files))
    return [*files, _described(work, "SHA256SUMS", 0)]


def _described(work: Path, name: str, count: int) -> OpenFile:
    path = work / name
    with path.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return OpenFile(name, path.stat().st_size, digest, count)


def _write_history(root: Path, known: Sequence[Release]) -> None:
    told = [
        {
            "day": one.day.isoformat(),
            "at": one.at.isoformat(),
            "added": one.added,
            "removed": one.removed,
            "files": [
                {"name": f.name, "size": f.size, "sha256": f.sha256, "rows": f.rows} for f in one.files
            ],
        }
        for one in known
    ]
    _replace(root / "history.json", json.dumps(told, ensure_ascii=False, indent=1))


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.part")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
