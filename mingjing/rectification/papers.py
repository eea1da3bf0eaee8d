"""Proof of an item handed in with files: what stands in its way is told before the first file is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from mingjing.evidence.services import receive_upload
from mingjing.rectification import handling
from mingjing.rectification.access import works
from mingjing.rectification.record import NotRectified

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from mingjing.rectification.models import Item, Step
    from mingjing.rectification.selectors import Line

MOST_FILES: Final = 5


class Upload(Protocol):
    """An uploaded file."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, size: int, /) -> bytes: ...


def hand_in(
    *,
    line: "Line",
    text: str,
    files: Sequence[Upload],
    case_names: Sequence[str],
    document_codes: Sequence[str],
    by: "Person",
    at: datetime,
) -> "Step":
    """Hand in files, cases and documents as proof. Raises NotRectified, EvidenceRefused."""
    if not works(by, line.item, line.now) or not line.now.open:
        raise NotRectified("由台账所属机关或者责任单位的人员在销号以前提交佐证。")
    if not text.strip():
        raise NotRectified("请写明佐证说明。")
    if len(files) > MOST_FILES:
        raise NotRectified(f"一次最多附 {MOST_FILES} 个文件。")
    links = handling.links_of(case_names=case_names, document_codes=document_codes, by=by)
    kept = [_kept(line.item, file, by) for file in files]
    return handling.hand_in(item=line.item, text=text, files=kept, links=links, by=by, at=at)


def _kept(item: "Item", file: Upload, by: "Person") -> dict[str, Any]:
    kept = receive_upload(
        file,
        original_name=file.name or "",
        dossier=item.code,
        agency=by.agency.code,
        by=by.username,
        title="整改佐证",
        legal_kind="documentary",
        side="neutral",
        taken_by=by.name,
        declared_size=file.size,
    )
    return {"digest": kept.digest, "name": kept.original_name, "size": kept.size}
