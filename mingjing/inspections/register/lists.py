"""Committing to lists: ids to files, files to roots, roots to the log, before anybody can draw from them."""

import mmap
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from mingjing.inspections.drawing.bundle import list_record, record_digest
from mingjing.inspections.drawing.roster import Roster, RosterRefused, Text
from mingjing.inspections.models import ListVersion
from mingjing.kit.clock import beijing
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

FOLDER: Final = "rosters"
KEPT_OPEN: Final = 64


class ListDamaged(Exception):
    """The files of a list are not those that were committed to. The message is Chinese."""


def commit_list(
    *,
    agency: "Agency",
    register: str,
    strata: Mapping[str, Iterable[str]],
    conditions: Sequence[str],
    by: "Person | None",
    at: datetime,
    suite: str = "sha256",
) -> ListVersion:
    """Commit to the ids of every stratum: files, root, row and log entry, or nothing that counts.

    `conditions` say in words how the strata were made; nobody (`by`) is the nightly work. Raises RosterRefused where
    an id comes twice in a stratum.
    """
    code = secrets.token_hex(12)
    rosters = _rosters(code, strata, suite)
    return _committed(code, rosters, agency, register, conditions, by, at, suite)


def renew_list(
    *,
    agency: "Agency",
    register: str,
    strata: Mapping[str, Iterable[str]],
    conditions: Sequence[str],
    by: "Person | None",
    at: datetime,
    suite: str = "sha256",
) -> ListVersion | None:
    """Commit to lists as `commit_list` does, unless every stratum has the root that the last version states."""
    code = secrets.token_hex(12)
    rosters = _rosters(code, strata, suite)
    last = latest_version(agency, register)
    same = list_record(register=register, version=last.version, suite=suite, rosters=rosters) if last else {}
    if last is not None and same == last.record:
        shutil.rmtree(_folder(code))
        return None
    return _committed(code, rosters, agency, register, conditions, by, at, suite)


def latest_version(agency: "Agency", register: str) -> ListVersion | None:
    """Give the last version of a list of an agency."""
    return ListVersion.objects.filter(agency=agency, register=register).order_by("-version").first()


def _rosters(code: str, strata: Mapping[str, Iterable[str]], suite: str) -> dict[str, Roster]:
    folder = _folder(code)
    folder.mkdir(parents=True)
    return {name: _write(folder, number, ids, suite) for number, (name, ids) in enumerate(strata.items())}


def _committed(
    code: str,
    rosters: Mapping[str, Roster],
    agency: "Agency",
    register: str,
    conditions: Sequence[str],
    by: "Person | None",
    at: datetime,
    suite: str,
) -> ListVersion:
    with transaction.atomic():
        rows = ListVersion.objects.select_for_update().filter(agency=agency, register=register)
        version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
        record = list_record(register=register, version=version, suite=suite, rosters=rosters)
        made = ListVersion.objects.create(
            code=code,
            agency=agency,
            register=register,
            version=version,
            conditions=list(conditions),
            record=record,
            digest=record_digest(record),
            made_by=by.username if by is not None else "",
            made_at=at,
        )
        enqueue(kind="list", data={"h": made.digest, "at": beijing(at).isoformat()}, ref=list_ref(made))
    return made


def list_ref(version: ListVersion) -> str:
    """Give the reference under which the log keeps a list."""
    return f"list-{version.digest}"


def roster_of(version: ListVersion, stratum: str) -> Roster:
    """Open one stratum; raises ListDamaged where the files are gone or have another root."""
    strata: Sequence[Mapping[str, Any]] = version.record["strata"]
    number, stated = next((at, one) for at, one in enumerate(strata) if one["name"] == stratum)
    roster = _open(version.code, number, version.record["suite"])
    if roster.root.hex() != stated["root"] or roster.size != stated["size"]:
        raise ListDamaged(f"名单“{stratum}”的文件与封存的根不符，可能被改动。请从备份恢复后再试。")
    return roster


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One stratum as its file has it now, beside what was committed to."""

    name: str
    size: int
    stated: str
    found: str

    @property
    def holds(self) -> bool:
        return self.stated == self.found


def recompute(version: ListVersion) -> list[Recomputed]:
    """Compute every root from the ids anew, without the index; raises ListDamaged where a file is gone."""
    strata: Sequence[Mapping[str, Any]] = version.record["strata"]
    return [_recomputed(version, number, one) for number, one in enumerate(strata)]


def _recomputed(version: ListVersion, number: int, stated: Mapping[str, Any]) -> Recomputed:
    path = _folder(version.code) / f"{number}.ids"
    try:
        roster = Roster(_mapped(path), version.record["suite"])
    except OSError as error:
        raise ListDamaged(f"名单文件打不开（{error.strerror}）。请从备份恢复。") from error
    except RosterRefused:
        return Recomputed(
            stated["name"], stated["size"], stated["root"], "名单文件已被改动，不再是有序的名单"
        )
    return Recomputed(stated["name"], roster.size, stated["root"], roster.root.hex())


def _write(folder: Path, number: int, ids: Iterable[str], suite: str) -> Roster:
    text = Roster.pack(ids)
    roster = Roster(text, suite)
    (folder / f"{number}.ids").write_bytes(text)
    (folder / f"{number}.index").write_bytes(roster.index)
    return roster


@lru_cache(KEPT_OPEN)
def _open(code: str, number: int, suite: str) -> Roster:
    folder = _folder(code)
    try:
        return Roster.indexed(
            _mapped(folder / f"{number}.ids"), (folder / f"{number}.index").read_bytes(), suite
        )
    except OSError as error:
        raise ListDamaged(
            f"名单文件 {folder / str(number)} 打不开（{error.strerror}）。请从备份恢复。"
        ) from error


def _mapped(path: Path) -> Text:
    if path.stat().st_size == 0:
        return b""  # nothing can be mapped of nothing
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _folder(code: str) -> Path:
    return Path(settings.MINGJING_HOME) / FOLDER / code
