"""The payload of a package: the bound file, the signed originals, the evidence, metadata and the proofs of the log."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mingjing.archive.bag import Entry, entry_of
from mingjing.archive.binding import BoundFile
from mingjing.archive.contents import CaseContents, Piece
from mingjing.archive.metadata import ComputerFile, FileRecord, metadata_xml
from mingjing.archive.verify import ACTS, METADATA, PROOFS, PROVEN
from mingjing.cases.bundle import bundle_of
from mingjing.cases.selectors import acts_of
from mingjing.documents.codes import reference
from mingjing.documents.selectors import pdf as pdf_of
from mingjing.evidence import store
from mingjing.kit.clock import beijing
from mingjing.translog.note import to_base64
from mingjing.translog.selectors import NotInLog, indexes_of, proofs_for

if TYPE_CHECKING:
    from mingjing.cases.models import Act

FILE: Final = "data/案卷.pdf"
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%\s]+')


@dataclass(frozen=True)
class _Filed:
    """A piece with the file it became in the package."""

    piece: Piece
    entry: Entry
    media_type: str


def payload_of(contents: CaseContents, bound: BoundFile, act: "Act") -> tuple[Entry, ...]:
    """Give the files of the package of a case. Raises NotInLog where something of the case is not sealed yet."""
    filed = [_filed(number, piece) for number, piece in enumerate(contents.pieces, 1)]
    bundle = bundle_of(contents.case)
    proven = _proofs(filed)
    fixed = [entry_of(FILE, bound.pdf), entry_of(ACTS, bundle), entry_of(PROVEN, proven)]
    files = [
        ComputerFile(
            FILE, fixed[0].size, fixed[0].sha256, "application/pdf", (("题名", "案卷（全部卷册）"),)
        ),
        *(_described(one) for one in filed),
    ]
    xml = metadata_xml(_record(contents, bound, act, files))
    return (fixed[0], entry_of(METADATA, xml), *fixed[1:], *(one.entry for one in filed))


def _filed(number: int, piece: Piece) -> _Filed:
    if piece.document is not None:
        document = piece.document
        opened = partial(_pdf_stream, piece)
        entry = Entry(
            f"data/文书/{number:03d}-{_name(piece.title)}.pdf", document.size, document.digest, opened
        )
        return _Filed(piece, entry, "application/pdf")
    item = piece.evidence
    if item is None:
        raise ValueError(piece.title)
    open_it: Callable[[], BinaryIO] = partial(store.open_stored, item.digest)
    name = f"data/证据/{number:03d}-{_name(item.original_name)}"
    return _Filed(piece, Entry(name, item.size, item.digest, open_it), item.media_type)


def _pdf_stream(piece: Piece) -> BinaryIO:
    if piece.document is None:
        raise ValueError(piece.title)
    pdf_of(piece.document)  # read once to be sure that the bytes are those that were issued
    return store.open_stored(piece.document.digest)


def _name(text: str) -> str:
    """Give a text as a file name that every system takes; long ones keep their end, where the extension is."""
    name = _UNFIT.sub("_", text).strip("._") or "无名"
    return name if len(name) <= 60 else f"{name[:40]}…{name[-15:]}"


def _proofs(filed: Sequence[_Filed]) -> bytes:
    """Give the proofs of every document and piece of evidence under one checkpoint. Raises NotInLog."""
    refs = [_reference(one.piece) for one in filed]
    indexes = indexes_of(refs)
    if missing := [one.piece.title for one, ref in zip(filed, refs, strict=True) if ref not in indexes]:
        raise NotInLog(f"“{missing[0]}”尚未封存，请稍候再封装。")
    proofs = proofs_for([indexes[ref] for ref in refs]) if refs else []
    rows = [
        {
            "file": one.entry.name,
            **_opening(one.piece),
            "leaf": json.loads(proof.extra),
            "index": proof.index,
            "proof": [to_base64(neighbour) for neighbour in proof.path],
        }
        for one, proof in zip(filed, proofs, strict=True)
    ]
    content = {
        "format": PROOFS,
        "checkpoint": proofs[0].note.decode() if proofs else "",
        "documents": [row for row in rows if "code" in row],
        "evidence": [row for row in rows if "body" in row],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _reference(piece: Piece) -> str:
    if piece.document is not None:
        return reference(piece.document.code)
    return piece.evidence.commitment if piece.evidence else ""


def _opening(piece: Piece) -> dict[str, Any]:
    """Give what opens the commitment of a piece: the code of a document, the catalogue entry and salt of evidence."""
    if piece.document is not None:
        return {"code": piece.document.code}
    item = piece.evidence
    return {"body": item.body(), "salt": bytes(item.salt).hex()} if item else {}


def _described(one: _Filed) -> ComputerFile:
    piece = one.piece
    fields = (
        ("题名", piece.title),
        ("文件编号", piece.number),
        ("责任者", piece.responsible),
        ("日期", piece.day),
        ("文种", "文书" if piece.document is not None else "证据材料"),
    )
    return ComputerFile(one.entry.name, one.entry.size, one.entry.sha256, one.media_type, fields)


def _record(
    contents: CaseContents, bound: BoundFile, act: "Act", files: Sequence[ComputerFile]
) -> FileRecord:
    case, law = contents.case, contents.law
    rows = acts_of(case)
    archived = beijing(act.done_at or act.recorded_at)
    retention = law.fields["retention"].label(act.facts.get("retention", ""))
    volume = (
        ("立档单位名称", case.agency.name),
        ("立档单位代码", case.agency.uscc or case.agency.code),
        ("档号", str(act.facts.get("archive_no", ""))),
        ("题名", f"{case.party_name} {case.title}".strip()),
        ("案号", case.number),
        ("决定文号", case.decision_no),
        ("程序", law.procedures[case.procedure].title),
        ("归档日期", archived.date().isoformat()),
        ("保管期限", retention),
        ("页数", str(bound.pages)),
        ("件数", str(len(contents.pieces))),
        ("排列依据", contents.order.cite),
    )
    return FileRecord(
        created_at=archived.isoformat(),
        created_by=case.agency.name,
        volume=volume,
        files=files,
        people=list(_people(rows)),
        acts=[_act(row, law.title_of(row.kind)) for row in rows],
    )


def _people(rows: Sequence["Act"]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Everybody who acted, once, with the certificate he had."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        for one in row.performers:
            key = (one["person"], one["certificate"])
            if key not in seen:
                seen.add(key)
                yield (
                    ("机构人员类型", "个人"),
                    ("机构人员名称", one["name"]),
                    ("机构人员代码", one["certificate"] or one["legal_qualification"]),
                    ("机构代码", one["agency"]),
                )


def _act(row: "Act", title: str) -> tuple[tuple[str, str], ...]:
    return (
        ("业务标识符", row.code),
        ("业务行为", title),
        ("行为时间", beijing(row.done_at).isoformat() if row.done_at else ""),
        ("行为者", "、".join(one["name"] for one in row.performers)),
        ("文件编号", str(row.facts.get("document_no", ""))),
        ("存证承诺", row.commitment),
    )
