"""Importing a file as an event: what became of it stays on record, its refused rows in a file that can be mended."""

import csv
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from mingjing.inspections.models import RegisterImport
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.importing import Line, Refusal, Taken, register_of, take_objects
from mingjing.inspections.register.rows import COLUMNS, places_of
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

FOLDER: Final = "imports"
# Refused rows may hold what people are known by: they are kept as long as it takes to mend them. A choice of the house.
KEPT: Final = timedelta(days=30)
NOTES: Final = ("行号", "有问题的列", "问题", "怎样改")
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file, and the row that keeps it."""

    taken: Taken
    record: RegisterImport


def import_objects(
    *,
    region: str,
    name: str,
    digest: str,
    headings: Sequence[str],
    rows: Iterable[Line],
    by: "Person",
    at: datetime,
    dry_run: bool = False,
) -> Imported:
    """Take a file into the register of a region, or try it. Raises HeadingsRefused, ChangeRefused: nothing is written.

    A second import of the same object changes it; what a file does not hold stays as it is.
    """
    if by.agency.region != region or not may(by, "inspect.register", by.agency.code):
        raise ChangeRefused("只有本地区机关的档案文书人员或者负责人可以导入名录库")
    places_of(headings)  # refused before a file is begun
    code = secrets.token_hex(12)
    with _refused_rows(code, headings) as told:
        taken = take_objects(region=region, headings=headings, rows=rows, at=at, dry_run=dry_run, told=told)
    record = RegisterImport.objects.create(
        code=code, register=register_of(region), name=name[:200], digest=digest, dry_run=dry_run, new=taken.new,
        changed=taken.changed, equal=taken.equal, refused=taken.refused, by=by.username, at=at,
    )  # fmt: skip
    return Imported(taken, record)


def refused_file(code: str) -> Path | None:
    """Give the file of the refused rows of an import, None where there were none or their time is over."""
    path = _path(code)
    return path if path.exists() else None


def write_refused(code: str, to: Path) -> None:
    """Copy the file of refused rows to where somebody wants it."""
    path = _path(code)
    to.write_bytes(path.read_bytes())


def forget_refused(*, at: datetime) -> int:
    """Delete the files whose time is over; give how many. For the worker, once a day."""
    folder, gone = Path(settings.MINGJING_HOME) / FOLDER, 0
    for path in folder.glob("*.csv") if folder.exists() else ():
        if datetime.fromtimestamp(path.stat().st_mtime, tz=at.tzinfo) < at - KEPT:
            path.unlink()
            gone += 1
    return gone


def template() -> tuple[list[str], list[str]]:
    """Give the headings of a template and one row that shows how to fill them."""
    shown = {
        "name": "示例市某某餐饮店", "code": "91410481MA40000X0X", "kind": "个体工商户", "industry": "餐饮业",
        "risk": "C", "credit": "A", "representative": "张三", "township": "垭口街道", "address": "某路 1 号",
        "licences": "食品经营许可证 JY2410481000001", "state": "存续",
    }  # fmt: skip
    return [names[0] for names in COLUMNS.values()], [shown[column] for column in COLUMNS]


@contextmanager
def _refused_rows(code: str, headings: Sequence[str]) -> Iterator["_Sheet"]:
    path = _path(code)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = _Sheet(csv.writer(file))
        sheet.row([*headings, *NOTES])
        yield sheet
    if not sheet.refused:
        path.unlink()


class _Sheet:
    """The refused rows under the headings of their own file, so that it can be mended and imported as it is."""

    def __init__(self, writer: Any) -> None:
        self._writer, self._width, self.refused = writer, 0, 0

    def __call__(self, refusal: Refusal) -> None:
        cells = [*refusal.cells, *[""] * self._width][: self._width - len(NOTES)]
        self.row([*cells, str(refusal.line), refusal.column, refusal.wrong, refusal.mend])
        self.refused += 1

    def row(self, cells: Sequence[str]) -> None:
        self._width = self._width or len(cells)
        self._writer.writerow(
            [f"'{cell}" if _FORMULA.match(cell) else cell.replace("\0", "") for cell in cells]
        )


def _path(code: str) -> Path:
    return Path(settings.MINGJING_HOME) / FOLDER / f"{code}.csv"
