"""Files that other systems drop for an agency, taken in by the importers there are; each ends beside its report."""

import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connections
from django.utils import timezone

from mingjing.complaints import orders
from mingjing.complaints.services import NotTaken
from mingjing.exchange.intake import taking
from mingjing.exchange.intake.sorts import SORTS, IntakeMappingFault, sort_of
from mingjing.exchange.intake.taking import FATES, Sent, take_file
from mingjing.exchange.long_tables import digest_of, long_table
from mingjing.exchange.sheets import csv_table
from mingjing.exchange.tables import read_table
from mingjing.exchange.target_cells import ACTIVE
from mingjing.exchange.unreadable import Unreadable
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.files import import_objects, write_refused
from mingjing.inspections.register.rows import HeadingsRefused
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agency, people_with_role

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

log = logging.getLogger("mingjing.drops")

EVERY: Final = timedelta(minutes=1)
STILL: Final = timedelta(seconds=30)  # a file that has just changed may not be whole yet
SUFFIXES: Final = frozenset({".csv", ".xlsx", ".parquet", ".json"})
TAKING, DONE, REFUSED = "taking", "done", "refused"
_AGENCY: Final = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file."""

    path: Path
    whole: bool  # False: nothing of it could be taken in
    told: str


class Refused(Exception):
    """A file is not taken in at all. The message is Chinese."""


def take_drops(*, at: datetime) -> list[Taken]:
    """Take in every file that lies in `<agency>/orders/`, `register/` or the folder of a sort of papers.

    A file is moved aside before it is read and to `done` or `refused` after: killed between, it is taken in again,
    which changes nothing, for orders, firms, papers and receipts are known by their numbers.
    """
    folder: Path | None = settings.MINGJING_DROP_DIR
    if folder is None:
        return []
    return [_take(path, code, kind, at) for code, kind, path in _waiting(folder, at)]


def _waiting(folder: Path, at: datetime) -> Iterator[tuple[str, str, Path]]:
    for kind in KINDS:
        for place in sorted(folder.glob(f"*/{kind}")):
            if not _AGENCY.fullmatch(place.parent.name):
                continue
            for path in sorted([*place.glob("*"), *(place / TAKING).glob("*")]):
                fresh = path.parent == place and at.timestamp() - path.stat().st_mtime < STILL.total_seconds()
                if path.is_file() and not path.is_symlink() and path.suffix.lower() in SUFFIXES and not fresh:
                    yield place.parent.name, kind, path


def _take(path: Path, code: str, kind: str, at: datetime) -> Taken:
    place = path.parent.parent if path.parent.name == TAKING else path.parent
    held = _moved(path, place / TAKING)
    try:
        told, report = KINDS[kind](held, code, at)
        whole = True
    except (Refused, Unreadable, HeadingsRefused, ChangeRefused, NotTaken, IntakeMappingFault) as error:
        told, report, whole = str(error), b"", False
    end = _moved(held, place / (DONE if whole else REFUSED))
    end.with_name(f"{end.name}.txt").write_text(f"{at:%Y-%m-%d %H:%M} {told}\n", encoding="utf-8")
    if report:
        end.with_name(f"{end.name}.rows.csv").write_bytes(report)
    log.info("a dropped file was %s: %s/%s", "taken in" if whole else "refused", code, kind)
    return Taken(end, whole, told)


def _moved(path: Path, folder: Path) -> Path:
    """Move a file; one of the same name that lies there already keeps its place."""
    if path.parent == folder:
        return path
    folder.mkdir(exist_ok=True, mode=0o700)
    to, nth = folder / path.name, 2
    while to.exists():
        to, nth = folder / f"{path.stem}-{nth}{path.suffix}", nth + 1
    os.replace(path, to)
    return to


def _agency(code: str) -> "Agency":
    try:
        return agency(code)
    except NotOnRegister as error:
        raise Refused(f"没有代码为“{code}”的机关，文件夹要以机关代码命名") from error


def _clerk(code: str) -> "Person":
    clerks = people_with_role(_agency(code).code, "clerk")
    if not clerks:
        raise Refused("这个机关没有案卷管理人员，不能导入")
    return clerks[0]


def _orders(path: Path, code: str, at: datetime) -> tuple[str, bytes]:
    by = _clerk(code)
    if not may(by, "complaint.import", by.agency.code):
        raise Refused(f"{by.name}没有导入工单的权限")
    table = read_table(path)
    rows = orders.plan(table.headers, table.rows, by=by, at=at)
    count = orders.carry_out(rows, by=by, at=at)
    told = [[str(one.line), _plain(one.order_no), one.title, one.no or _plain(one.why)] for one in rows]
    wrong = sum(one.fate == "refused" for one in rows)
    report = csv_table(("行号", "工单编号", "结果", "登记编号或者原因"), told)
    return f"12345 工单：共 {len(rows)} 行，登记 {count}，不能导入 {wrong}", report


def _plain(text: str) -> str:
    """Keep a spreadsheet from running what another system wrote."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def _register(path: Path, code: str, at: datetime) -> tuple[str, bytes]:
    by = _clerk(code)
    with long_table(path) as table:
        done = import_objects(
            region=by.agency.region,
            name=path.name,
            digest=digest_of(path),
            headings=table.headings,
            rows=table.rows,
            by=by,
            at=at,
        )
    taken, report = done.taken, b""
    if taken.refused:
        beside = path.with_name(f"{path.name}.refused")
        write_refused(done.record.code, beside)
        report = beside.read_bytes()
        beside.unlink()
    told = f"新增 {taken.new}，更新 {taken.changed}，相同 {taken.equal}，不能导入 {taken.refused}"
    return f"检查对象名录：共 {taken.rows} 行，{told}", report


def _papers(sort: str, path: Path, code: str, at: datetime) -> tuple[str, bytes]:
    sent = Sent(sort, taking.DROP, path.name, _agency(code))
    made = take_file(sent, path, at=at)
    told = [
        [str(one["line"]), _plain(one["key"]), FATES[one["fate"]], _plain(_faults(one["faults"]))]
        for one in made.lines
    ]
    report = csv_table(("行号", "号码", "结果", "哪一栏、什么问题、怎样改"), told)
    counts = f"新收 {made.new}，有变动 {made.changed}，已有 {made.same}，不能收 {made.refused}"
    return f"{sort_of(sort).title}：共 {made.rows} 行，{counts}", report


def _faults(faults: list[dict[str, str]]) -> str:
    return "；".join(f"{one['column'] or '整行'}：{one['what']}。{one['mend']}" for one in faults)


KINDS: Final[dict[str, Callable[[Path, str, datetime], tuple[str, bytes]]]] = {
    "orders": _orders,
    "register": _register,
    **{sort: partial(_papers, sort) for sort in SORTS},
}


class Taker:
    """Looks once a minute, in a thread of its own: a register of a million firms delays nothing."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._running: threading.Thread | None = None

    def turn(self, now: datetime) -> None:
        """Start a look if it is time and the last one has ended."""
        early = self._looked_at is not None and now - self._looked_at < EVERY
        if settings.MINGJING_DROP_DIR is None or early or (self._running and self._running.is_alive()):
            return
        self._looked_at = now
        self._running = threading.Thread(target=_look, name="drops", daemon=True)
        self._running.start()

    def finish(self) -> None:
        """Wait for what is being taken in."""
        if self._running:
            self._running.join()


def _look() -> None:
    try:
        take_drops(at=timezone.now())
    except Exception as error:
        log.error("taking in dropped files failed: %s", type(error).__name__)
    finally:
        connections.close_all()
