"""Taking a package in on the other side: everything is checked beside the mirror before one file of it changes."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.mirror.folder import LARGEST_INDEX, LARGEST_PART, Mirror, open_mirror, part_data, parts_of
from mingjing.mirror.listing import INDEX, MANIFEST, RESERVED, Entry, Part, part_path, read_part, slot_of
from mingjing.mirror.package import Member, read_package
from mingjing.mirror.refusals import MirrorRefused
from mingjing.mirror.staging import Staging
from mingjing.mirror.statement import LONGEST, Statement, open_statement
from mingjing.translog.note import NoteKey

MOST_STATEMENTS: Final = 100_000
NOT_THERE: Final = "包不完整：没有{}。请重新拷贝，或者在内网重新打包后再导入。"


@dataclass(frozen=True, slots=True)
class Installed:
    """What an import did."""

    statement: Statement
    written: int
    removed: int


def install(package: Path, folder: Path, keys: Sequence[NoteKey]) -> Installed:
    """Bring a mirror up to the state of a package; raises MirrorRefused, and then the folder is as it was.

    What an earlier import had decided and a crash cut off is ended first.
    """
    staging = Staging(folder)
    with staging.lock():
        staging.recover(MANIFEST)
        mirror = open_mirror(folder, keys)
        staging.begin()
        try:
            done = _Import(staging, mirror, keys).take(package)
            staging.seal(sequence=done.statement.sequence, removed=done.removed)
        except BaseException:
            staging.discard()
            raise
        staging.apply(MANIFEST)
    removed = [name for name in done.removed if not name.startswith(f"{RESERVED}/")]
    return Installed(done.statement, done.written, len(removed))


@dataclass(frozen=True, slots=True)
class _Checked:
    statement: Statement
    written: int
    removed: Sequence[str]


class _Import:
    """One package while it is read."""

    def __init__(self, staging: Staging, mirror: Mirror | None, keys: Sequence[NoteKey]) -> None:
        self._staging, self._mirror, self._keys = staging, mirror, keys
        self._alone = (
            mirror is None
        )  # whether the package must bring everything, and nothing that is there counts
        self._written = 0
        self._removed: list[str] = []

    def take(self, package: Path) -> _Checked:
        """Read, check and stage everything."""
        members = read_package(package)
        chain, member = self._chain(members)
        statement, note = chain[-1]
        self._refuse_out_of_turn([one for one, _ in chain])
        if member is None or member.name != "index":
            raise MirrorRefused(NOT_THERE.format("清单总目"))
        index = member.whole(LARGEST_INDEX)
        parts = parts_of(statement, index)
        self._sections(members, parts, statement)
        self._gone(parts, statement.digits)
        self._stage(INDEX, index)
        self._stage(MANIFEST, note)
        return _Checked(statement, self._written, self._removed)

    def _chain(self, members: Iterator[Member]) -> tuple[list[tuple[Statement, bytes]], Member | None]:
        """Read the signed statements, each naming the one before; give them and the member behind them."""
        chain: list[tuple[Statement, bytes]] = []
        for member in members:
            if not member.name.startswith("chain/"):
                break
            note = member.whole(LONGEST)
            statement = open_statement(note, self._keys)
            follows = not chain or (
                statement.previous == chain[-1][0].digest and statement.sequence == chain[-1][0].sequence + 1
            )
            if not follows or len(chain) >= MOST_STATEMENTS:
                raise MirrorRefused("包里的清单不相连：中间缺少、重复或者换了顺序。")
            chain.append((statement, note))
        else:
            member = None
        if not chain:
            raise MirrorRefused("包里没有经过签名的清单，没有导入。")
        return chain, member

    def _refuse_out_of_turn(self, chain: Sequence[Statement]) -> None:
        """Refuse what is older than what is there; what does not follow on it must bring everything itself."""
        if self._mirror is None:
            return
        here, last = self._mirror.statement, chain[-1]
        if last.name != here.name:
            raise MirrorRefused(f"包属于镜像“{last.name}”，而这里是“{here.name}”，没有导入。")
        if last.digest == here.digest:
            raise MirrorRefused(f"第 {here.sequence} 期已经导入，不需要再导入。")
        if last.sequence <= here.sequence:
            raise MirrorRefused(
                f"包是第 {last.sequence} 期，这里已经是第 {here.sequence} 期。"
                "旧包不能再导入：它会把已经撤回的内容放回来。"
            )
        self._alone = all(one.previous != here.digest for one in chain)

    def _sections(self, members: Iterator[Member], parts: Sequence[Part], statement: Statement) -> None:
        """Read the parts that changed with their files, and be sure that no other was needed."""
        member = next(members, None)
        for part in parts:
            if member is None or member.name != f"parts/{part.prefix}":
                if not self._alone and self._mirror and self._mirror.part(part.prefix) == part:
                    continue
                raise MirrorRefused(self._gap(statement))
            data = part_data(member.whole(LARGEST_PART), part)
            self._stage(part.path, data)
            member = self._files(members, part.prefix, data, statement)
        if member is not None:
            raise MirrorRefused(f"包里的“{member.name}”不在签名的清单里，没有导入。")

    def _gap(self, statement: Statement) -> str:
        if self._alone and self._mirror:
            here = self._mirror.statement.sequence
            return (
                f"包（第 {statement.sequence} 期）接不上这里的第 {here} 期：中间缺包。"
                "请先导入缺的包，或者用整包（--whole）。"
            )
        if self._alone:
            return "包里只有变化，而这里还没有镜像。第一次请用整包（mingjing portal export … --whole）。"
        return NOT_THERE.format("有变化的清单分册")

    def _files(
        self, members: Iterator[Member], prefix: str, data: bytes, statement: Statement
    ) -> Member | None:
        """Stage the files of one part that are not there yet; give the member behind them."""
        before = self._mirror.under(prefix) if self._mirror else {}
        known = {} if self._alone else before
        wanted: dict[str, list[Entry]] = {}
        for entry in read_part(data, prefix):
            if known.get(entry.path) != entry:
                wanted.setdefault(entry.sha256, []).append(entry)
            before.pop(entry.path, None)
        self._removed += before
        member = next(members, None)
        while member is not None and member.name.startswith("files/"):
            entries = wanted.pop(member.name.removeprefix("files/"), None)
            if entries is None:
                self._refuse_unlisted(member, data)
            else:
                self._copy(member, entries)
            member = next(members, None)
        if wanted:
            lacking = NOT_THERE.format(
                f"清单所列的“{next(iter(wanted.values()))[0].path}”等 {len(wanted)} 个文件"
            )
            raise MirrorRefused(f"{self._gap(statement)}（{lacking}）" if self._alone else lacking)
        return member

    def _refuse_unlisted(self, member: Member, data: bytes) -> None:
        """Pass over what is listed and there already, as a package that reaches further back has it."""
        if f"{member.name.removeprefix('files/')} {member.size} ".encode() not in data:
            raise MirrorRefused(f"包里的“{member.name}”不在签名的清单里，没有导入。")
        for _ in member.pieces():
            pass

    def _copy(self, member: Member, entries: Sequence[Entry]) -> None:
        first, *others = entries
        if member.size != first.size:
            raise MirrorRefused(f"“{first.path}”的大小与签名的清单不符，没有导入。")
        digest = hashlib.sha256()
        with self._staging.open(first.path) as file:
            for piece in member.pieces():
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != first.sha256:
            raise MirrorRefused(f"“{first.path}”的内容与签名的清单不符：被改动或者损坏，没有导入。")
        for other in others:
            os.link(self._staging.path(first.path), self._staging.path(other.path))
        self._written += len(entries)

    def _gone(self, parts: Sequence[Part], digits: int) -> None:
        """Note the files of old parts in whose place there is no part now, and the old parts of the list."""
        prefixes = {part.prefix for part in parts}
        for old in self._mirror.parts if self._mirror else ():
            if old.prefix not in prefixes:
                self._removed.append(part_path(old.prefix))
                found = self._mirror.entries(old) if self._mirror else ()
                self._removed += [one.path for one in found if slot_of(one.path)[:digits] not in prefixes]

    def _stage(self, name: str, data: bytes) -> None:
        with self._staging.open(name) as file:
            file.write(data)
