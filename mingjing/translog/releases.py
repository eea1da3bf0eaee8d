"""Releases of the law packs: which digests were let into service, signed with the log's key and logged; never contents.

A release is a signed note of its own file, numbered without gaps. Its hash is a leaf of the log, so that what was the
law of the system on a day can be shown later. Writing the file comes first: a crash before the commit leaves a note
that no leaf knows, and the next release of the same library logs that one instead of making another.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from django.conf import settings
from django.db import transaction

from mingjing.kit.clock import BEIJING
from mingjing.packs.digests import library_digest, pack_digest
from mingjing.packs.load import Library
from mingjing.translog.keys import ensure_log_key, public_keys
from mingjing.translog.note import NoteKey, NoteRefused, open_note, sign_note
from mingjing.translog.selectors import State, entries_of_kind, state_of
from mingjing.translog.services import enqueue

TITLE: Final = "mingjing lawpacks release"


class ReleaseRefused(Exception):
    """The releases on the disk are not what was signed, or none can be made. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release as its note states it."""

    number: int
    at: datetime
    by: str
    library: str  # digest
    packs: Mapping[str, tuple[str, str]]  # scope -> version, digest
    remark: str = ""

    # The text that is signed, one fact a line; no line is empty:
    #
    #     mingjing lawpacks release
    #     number 3
    #     at 2026-03-05T09:30:00+08:00
    #     by admin
    #     library 9f86d0…
    #     pack cn 2026.3 2c26b4…
    #     remark …                       (only if there is one)

    @property
    def text(self) -> bytes:
        packs = [f"pack {scope} {version} {digest}" for scope, (version, digest) in self.packs.items()]
        lines = [TITLE, f"number {self.number}", f"at {self.at.isoformat()}", f"by {self.by}"]
        remark = [f"remark {self.remark}"] if self.remark else []
        return "".join(f"{line}\n" for line in [*lines, f"library {self.library}", *packs, *remark]).encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read the text of a release. Raises NoteRefused."""
        title, *lines = text.decode("utf-8").splitlines()
        rows = [line.partition(" ")[::2] for line in lines]
        facts = dict(rows)
        try:
            if title != TITLE:
                raise ValueError(title)
            packs = {
                scope: (version, digest)
                for scope, version, digest in (value.split(" ") for name, value in rows if name == "pack")
            }
            number, at = int(facts["number"]), datetime.fromisoformat(facts["at"])
            return cls(number, at, facts["by"], facts["library"], packs, facts.get("remark", ""))
        except (KeyError, ValueError) as error:
            raise NoteRefused("不是法规包发布记录") from error


@dataclass(frozen=True, slots=True)
class Standing:
    """How the library in service stands to the last release."""

    last: Release | None
    logged: State | None  # how far the last release has come in the log; None: it is not there
    changed: tuple[
        str, ...
    ]  # scopes of packs that are not as released; empty with a last one: all is as released

    @property
    def good(self) -> bool:
        return self.last is not None and not self.changed

    def in_words(self) -> str:
        """Say it in one Chinese sentence."""
        if self.last is None:
            return "法规包尚未发布；请核对后运行 mingjing law release"
        about = f"第 {self.last.number} 次发布（{self.last.at:%Y-%m-%d %H:%M}）"
        if self.changed:
            return f"运行中的法规包与{about}不同：{'、'.join(self.changed)}；请核对后重新发布"
        return f"与{about}一致"


def release(library: Library, *, by: str, at: datetime, remark: str = "") -> tuple[Release, bool]:
    """Sign and log the library as it is; gives the release, and whether it is a new one.

    The same library is not released twice: then the last release is given, and logged if a crash had prevented that.
    """
    last = last_release()
    digest = library_digest(library)
    if last is not None and last.library == digest:
        with transaction.atomic():
            _log(last, _file(last.number).read_bytes())
        return last, False
    made = Release(
        number=last.number + 1 if last else 1,
        at=at.astimezone(BEIJING).replace(microsecond=0),
        by="".join(by.split()) or "admin",
        library=digest,
        packs={
            scope: ("".join(pack.version.split()), pack_digest(pack)) for scope, pack in library.packs.items()
        },
        remark=" ".join(remark.split()),
    )
    note = sign_note(made.text, [ensure_log_key()])
    with transaction.atomic():
        _write(_file(made.number), note)
        _log(made, note)
    return made, True


def last_release() -> Release | None:
    """Give the last release; None before the first. Raises ReleaseRefused where its note is not ours."""
    numbers = _numbers()
    return read_release(numbers[-1], *public_keys()) if numbers else None


def read_release(number: int, *keys: NoteKey) -> Release:
    """Give a release, if one of the log's keys signed it. Raises ReleaseRefused."""
    path = _file(number)
    try:
        found = Release.parse(open_note(path.read_bytes(), *keys))
    except (OSError, NoteRefused) as error:
        raise ReleaseRefused(f"{path} 不能使用：{error}。请从备份恢复该文件。") from error
    if found.number != number:
        raise ReleaseRefused(f"{path} 里是第 {found.number} 次发布。请从备份恢复该文件。")
    return found


def standing(library: Library) -> Standing:
    """Say how the library in service stands to the last release. Raises ReleaseRefused."""
    last = last_release()
    if last is None:
        return Standing(None, None, tuple(library.packs))
    now = {scope: pack_digest(pack) for scope, pack in library.packs.items()}
    then = {scope: digest for scope, (_, digest) in last.packs.items()}
    changed = tuple(scope for scope in sorted(now.keys() | then.keys()) if now.get(scope) != then.get(scope))
    return Standing(last, state_of(_ref(last.number)), changed)


def verify_releases(library: Library) -> list[str]:
    """Check number, signature and leaf of every release, then the library; gives the faults in Chinese."""
    keys, numbers = public_keys(), _numbers()
    faults = [] if numbers == list(range(1, len(numbers) + 1)) else ["发布记录的编号不连续，有文件缺失"]
    for number in numbers:
        try:
            read_release(number, *keys)
        except ReleaseRefused as refused:
            faults.append(str(refused))
            continue
        if _leaf(_file(number).read_bytes()) not in _leaves(number):
            faults.append(f"第 {number} 次发布不在日志中，或者日志中的与文件不同")
    if not faults and not (found := standing(library)).good:
        faults.append(found.in_words())
    return faults


def _log(made: Release, note: bytes) -> None:
    if _leaf(note) not in _leaves(made.number):
        enqueue(kind="pack", data={"h": _leaf(note), "at": made.at.isoformat()}, ref=_ref(made.number))


def _leaves(number: int) -> set[str]:
    """Give the commitments that the log holds for a release."""
    return {json.loads(data)["h"] for ref, data in entries_of_kind("pack") if ref == _ref(number)}


def _leaf(note: bytes) -> str:
    return hashlib.sha256(note).hexdigest()


def _ref(number: int) -> str:
    return f"pack:{number}"


def _folder() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / "releases"


def _file(number: int) -> Path:
    return _folder() / f"{number:04d}.note"


def _numbers() -> list[int]:
    return sorted(int(path.stem) for path in _folder().glob("*.note") if path.stem.isdecimal())


def _write(path: Path, note: bytes) -> None:
    """Write a file that is not there yet, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with draft.open("xb") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        raise ReleaseRefused("另一个进程正在发布，请稍候再试。") from None
    finally:
        draft.unlink()
