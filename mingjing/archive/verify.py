"""The offline check of an archive package: every byte of it, and all of it against the log. No Django, no database."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from mingjing.archive.bag import (
    BASE,
    CHUNK,
    DECLARATION,
    INFO,
    MANIFEST,
    PAYLOAD,
    PROOF,
    TAG_MANIFEST,
    VERSION,
    Entry,
    commitment,
    write_zip,
)
from mingjing.archive.metadata import files_in
from mingjing.kit.canonical import canonical
from mingjing.translog.leaf import act_commitment, document_commitment, leaf_fault
from mingjing.translog.merkle import leaf_hash, verify_inclusion
from mingjing.translog.note import Checkpoint, NoteKey, NoteRefused, from_base64, open_checkpoint
from mingjing.translog.proof import InclusionProof, ProofInvalid
from mingjing.translog.report import Report
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.verify import verify_bundle

METADATA: Final = "data/元数据.xml"
ACTS: Final = "data/存证/案件行为.json"
PROVEN: Final = "data/存证/文书和证据.json"
PROOFS: Final = "mingjing-archive-proofs@1"
TAGS: Final = (DECLARATION, INFO, MANIFEST, TAG_MANIFEST, PROOF)
SMALL: Final = 256 * 1024 * 1024  # what is read whole: manifests, proofs, metadata
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S.*)")


def verify_package(path: Path, vkey: str | None = None) -> Report:
    """Check a package: the zip byte for byte, every file against the manifests, the manifests against the log.

    `vkey` is the log's public key as the checker knows it from elsewhere; without it the package is only held against
    the key that it brings along, which the report says. Raises OSError where the file cannot be read.
    """
    report = Report("案卷归档包")
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            report.fault("归档包", f"压缩包的目录已损坏或被改动，无法读取（{error}）")
            return report
        with archive:
            _Checker(archive, file, vkey, report).check()
    return report


@dataclass
class _Checker:
    """One check of one package."""

    archive: zipfile.ZipFile
    file: BinaryIO
    vkey: str | None
    report: Report
    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        if not self._listed():
            return
        self._hash_all()
        self._container()
        tags = self._manifest(TAG_MANIFEST)
        listed = self._manifest(MANIFEST)
        self._hold(TAG_MANIFEST, tags, {DECLARATION, INFO, MANIFEST})
        self._hold(MANIFEST, listed, {name for name in self.entries if name.startswith(PAYLOAD)})
        if self._bytes(DECLARATION) != VERSION:
            self.report.fault(DECLARATION, "版本声明被改动")
        self._proof()
        self._acts()
        self._proven()
        self._metadata()

    def _listed(self) -> bool:
        """Take down what the zip holds; say so where a name is doubled, strange or missing."""
        for info in self.archive.infolist():
            base, _, name = info.filename.partition("/")
            if base != BASE or not name or ".." in name or name in self.entries:
                self.report.fault(info.filename, "归档包中不应有这个文件，或者同名文件有两个")
            elif name not in TAGS and not name.startswith(PAYLOAD):
                self.report.fault(name, "归档包中不应有这个文件")
            else:
                self.entries[name] = info
        for name in TAGS:
            if name not in self.entries:
                self.report.fault(name, "归档包缺少这个文件")
        return all(name in self.entries for name in TAGS)

    def _hash_all(self) -> None:
        for name, info in self.entries.items():
            self.report.checked += 1
            try:
                with self.archive.open(info) as source:
                    self.digests[name] = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
            except (
                zipfile.BadZipFile,
                OSError,
                ValueError,
                NotImplementedError,
                RuntimeError,
                EOFError,
            ) as error:
                self.digests[name] = ""
                self.report.fault(name, f"文件已损坏或被改动（{error}）")

    def _container(self) -> None:
        """Write the zip again from what it holds: any byte between the files that is not as written is found."""
        if not all(self.digests.get(name) for name in self.entries):
            return  # already named, and what cannot be read cannot be written again
        compared = _Comparer(self.file)
        entries = (
            Entry(name, info.file_size, "", _opener(self.archive, info, compared, name))
            for name, info in self.entries.items()
        )
        try:
            write_zip(compared, entries)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            self.report.fault("归档包", f"压缩包的结构已被改动（{error}）")
            return
        if compared.differs_at is not None:
            where = compared.differs_in or "归档包"
            self.report.fault(
                where, f"压缩包第 {compared.differs_at} 字节处与封装时不同（文件头或目录被改动）"
            )
        elif compared.rest():
            self.report.fault("归档包", "压缩包末尾多出内容")

    def _bytes(self, name: str) -> bytes:
        info = self.entries.get(name)
        if info is None or not self.digests.get(name) or info.file_size > SMALL:
            return b""
        return self.archive.read(info)

    def _manifest(self, name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self._bytes(name).decode("utf-8", "replace").splitlines():
            match = _LINE.fullmatch(line)
            if match is None or match[2] in found:
                self.report.fault(name, f"清单有一行不能识别：{line[:80]}")
            else:
                found[match[2]] = match[1]
        return found

    def _hold(self, manifest: str, listed: Mapping[str, str], present: set[str]) -> None:
        """Hold the files against a manifest: none missing, none added, none changed."""
        for name in sorted(set(listed) - present):
            self.report.fault(name, f"{manifest} 列有这个文件，归档包中没有")
        for name in sorted(present - set(listed)):
            self.report.fault(name, f"归档包中有这个文件，{manifest} 没有列入")
        for name in sorted(present & set(listed)):
            if self.digests.get(name) and self.digests[name] != listed[name]:
                self.report.fault(name, f"内容与 {manifest} 所列摘要不符：文件被改动")

    def _keys(self) -> list[NoteKey]:
        """The keys to check with: those given, else the one in the package, which proves less."""
        try:
            if self.vkey is not None:
                return parse_vkeys(self.vkey)
            brought = json.loads(self._bytes(ACTS) or b"{}").get("vkey", "")
            self.report.notice(
                "公钥",
                "未提供从其他途径取得的公钥，改用归档包自带的公钥：只能证明包内前后一致，不能证明出自该日志",
            )
            return parse_vkeys(str(brought))
        except (NoteRefused, ValueError, AttributeError) as refused:
            self.report.fault("公钥", f"无法使用：{refused}")
        return []

    def _proof(self) -> None:
        keys = self._keys()
        data = self._bytes(PROOF)
        if not keys:
            return
        try:
            proof = InclusionProof.parse(data)
            if proof.data != data:
                raise NoteRefused("存证证明的写法不规范：内容被改动")
            self.report.checkpoint = proof.verify(proof.extra, *keys)
            leaf = json.loads(proof.extra)
            if leaf.get("k") != "package" or leaf.get("h") != commitment(self._bytes(TAG_MANIFEST)):
                self.report.fault(PROOF, "存证的不是这个归档包：清单被改动，或证明属于另一个包")
        except (NoteRefused, ProofInvalid, ValueError, AttributeError) as refused:
            self.report.fault(PROOF, f"存证证明不成立：{refused}")

    def _acts(self) -> None:
        if ACTS not in self.entries:
            self.report.fault(ACTS, "归档包缺少案件的行为记录")
            return
        inner = verify_bundle(self._bytes(ACTS), self.vkey)
        self.report.checked += inner.checked
        for finding in inner.findings:
            if finding.fault:
                self.report.fault(f"{ACTS} {finding.where}", finding.what)

    def _proven(self) -> None:
        try:
            content = json.loads(self._bytes(PROVEN))
            if content.get("format") != PROOFS:
                raise ValueError(f"格式应为 {PROOFS}")
            rows = [(row, "document") for row in content["documents"]]
            rows += [(row, "evidence") for row in content["evidence"]]
            if not rows:
                return
            checkpoint = self._checkpoint(str(content["checkpoint"]))
        except (ValueError, KeyError, TypeError, AttributeError, NoteRefused) as error:
            self.report.fault(PROVEN, f"文书和证据的存证证明不能识别：{error}")
            return
        proven = {str(row.get("file")) for row, _ in rows if isinstance(row, dict)}
        for name in sorted(self.entries):
            if name.startswith((f"{PAYLOAD}文书/", f"{PAYLOAD}证据/")) and name not in proven:
                self.report.fault(name, "没有存证证明")
        for row, kind in rows:
            self._one(row, kind, checkpoint)

    def _checkpoint(self, note: str) -> Checkpoint:
        key = self.vkey or str(json.loads(self._bytes(ACTS))["vkey"])
        return open_checkpoint(note.encode(), *parse_vkeys(key))

    def _one(self, row: Mapping[str, Any], kind: str, checkpoint: Checkpoint) -> None:
        name = str(row.get("file"))
        self.report.checked += 1
        try:
            leaf, digest = row["leaf"], self.digests.get(name, "")
            if kind == "document":
                expected = document_commitment(str(row["code"]), bytes.fromhex(digest))
            else:
                expected = act_commitment(bytes.fromhex(row["salt"]), row["body"])
                if row["body"].get("digest") != digest:
                    self.report.fault(name, "证据文件与登记的摘要不符")
            if leaf_fault(leaf) or leaf.get("k") != kind or leaf.get("h") != expected:
                self.report.fault(name, "与存证时的承诺不符：文件或登记内容被改动")
            path = tuple(from_base64(str(one), "证明路径") for one in row["proof"])
            entry = leaf_hash(canonical(leaf))
            if not verify_inclusion(entry, row["index"], checkpoint.size, path, checkpoint.root):
                self.report.fault(name, "不在检查点所述的日志中")
        except (KeyError, TypeError, ValueError, AttributeError, NoteRefused) as error:
            self.report.fault(name, f"存证证明不能识别（{error}）")

    def _metadata(self) -> None:
        """Hold the metadata's own list of files against what is there."""
        try:
            named = files_in(self._bytes(METADATA))
        except ValueError as error:
            self.report.fault(METADATA, str(error))
            return
        for name, (size, digest) in named.items():
            if name not in self.entries:
                self.report.fault(name, "元数据列有这个文件，归档包中没有")
            elif (size, digest) != (str(self.entries[name].file_size), self.digests[name]):
                self.report.fault(name, "与元数据所记的大小或摘要不符")


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo, compared: "_Comparer", name: str) -> Any:
    def opened() -> BinaryIO:
        compared.now_in = name
        return cast("BinaryIO", archive.open(info))

    return opened


@dataclass
class _Comparer:
    """A sink that keeps nothing: it holds what is written against a file, from its beginning."""

    file: BinaryIO
    at: int = 0
    now_in: str = ""
    differs_at: int | None = None
    differs_in: str = ""

    def write(self, data: bytes) -> int:
        # zipfile reads the files of the archive through the same handle: go back to where we were.
        for piece in _pieces(data):
            if self.differs_at is None:
                before = self.file.tell()
                self.file.seek(self.at)
                found = self.file.read(len(piece))
                self.file.seek(before)
                if found != piece:
                    same = next(
                        (n for n, (a, b) in enumerate(zip(found, piece, strict=False)) if a != b), len(found)
                    )
                    self.differs_at, self.differs_in = self.at + same, self.now_in
            self.at += len(piece)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def rest(self) -> bool:
        """Whether the file goes on after what was written."""
        self.file.seek(self.at)
        return bool(self.file.read(1))


def _pieces(data: bytes) -> Iterator[bytes]:
    stream = BytesIO(data)
    while piece := stream.read(CHUNK):
        yield piece
