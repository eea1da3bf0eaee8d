"""A case file bound as one PDF: volumes with cover, catalogue, numbered pages, photographs, bookmarks."""

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pikepdf
from pikepdf import Name, OutlineItem, Pdf

from mingjing.archive.contents import CaseContents, Piece, Volume, contents_of
from mingjing.archive.pictures import NotAPicture, photo_pages, shrunk
from mingjing.archive.sheets import (
    CATALOGUE,
    CLOSING,
    COVER,
    ELECTRONIC,
    PHOTOS,
    SheetMaker,
    rows_of_catalogue,
)
from mingjing.documents.selectors import pdf as pdf_of
from mingjing.evidence import store
from mingjing.kit.clock import beijing
from mingjing.typeset.render import render, render_plain

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem

# What an uploaded PDF may carry that acts by itself when it is opened.
ACTIVE_ROOT: Final = ("/OpenAction", "/AA", "/Names", "/AcroForm")
PDF_TYPE: Final = "application/pdf"
THREADS: Final = 4


@dataclass(frozen=True)
class BoundVolume:
    """One volume as it was bound: what is in it and how many pages are numbered."""

    title: str
    items: int
    pages: int


@dataclass(frozen=True)
class BoundFile:
    """The PDF of a case file and what was counted in binding it."""

    pdf: bytes
    volumes: tuple[BoundVolume, ...]
    waiting: tuple[str, ...]

    @property
    def pages(self) -> int:
        """The numbered pages of all volumes."""
        return sum(volume.pages for volume in self.volumes)


@dataclass
class _Section:
    """Pages that belong together under one line of the catalogue."""

    piece: Piece
    pdf: Pdf
    first: int = 0

    @property
    def span(self) -> str:
        last = self.first + len(self.pdf.pages) - 1
        return f"{self.first}" if last == self.first else f"{self.first}—{last}"


@dataclass
class _Sorted:
    """The pieces of a group by how they can be bound."""

    sections: list[_Section] = field(default_factory=list)
    photos: list[tuple["EvidenceItem", bytes]] = field(default_factory=list)
    electronic: list["EvidenceItem"] = field(default_factory=list)


def bind(case: "Case", *, at: datetime, volume: str = "") -> BoundFile:
    """Bind a case file, or only its volume of that title. `at` dates the sheets of a file not archived yet.

    The same acts, documents and evidence always give the same bytes. Raises EvidenceAltered where a stored document
    is not the one that was issued, DocumentNotDrawn where a character has no font.
    """
    contents = contents_of(case)
    maker = SheetMaker(contents, at)
    bound, counted = Pdf.new(), []
    with bound.open_outline() as outline:
        for one in contents.volumes:
            if volume in {"", one.title}:
                entry = OutlineItem(one.title, len(bound.pages))
                counted.append(_Binder(contents, maker, one, bound, entry).bind())
                outline.root.append(entry)
    return BoundFile(_saved(bound, case), tuple(counted), contents.waiting)


def _saved(bound: Pdf, case: "Case") -> bytes:
    bound.docinfo["/Title"] = f"{case.agency.name} {case.number} 案卷"
    bound.docinfo["/Author"] = str(case.agency.name)
    bound.docinfo["/Producer"] = "mingjing"
    bound.Root.PageMode = Name.UseOutlines
    written = io.BytesIO()
    bound.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


@dataclass
class _Binder:
    """Binds one volume to the end of the PDF."""

    contents: CaseContents
    maker: SheetMaker
    volume: Volume
    bound: Pdf
    entry: OutlineItem

    def bind(self) -> BoundVolume:
        groups = [(group.title, self._sections(group.pieces)) for group in self.volume.groups]
        sections = [section for _, found in groups for section in found]
        page = 1
        for section in sections:
            section.first, page = page, page + len(section.pdf.pages)
        counted = {
            "file_part": self.volume.title,
            "item_count": len(sections),
            "part_pages": page - 1,
            "electronic_count": sum(_electronic(piece) for piece in self.volume.pieces),
        }
        rows = rows_of_catalogue([(section.piece, section.span) for section in sections])
        self._unnumbered("封面", self.maker.filled(COVER, counted))
        self._unnumbered("卷内文件目录", self.maker.filled(CATALOGUE, {**counted, "file_items": rows}))
        start = len(self.bound.pages)
        for title, found in groups:
            self._group(title, found)
        self._stamp(start)
        self._unnumbered("卷内备考表", self.maker.filled(CLOSING, counted))
        return BoundVolume(self.volume.title, len(sections), page - 1)

    def _unnumbered(self, title: str, sheet: dict[str, Any]) -> None:
        self.entry.children.append(OutlineItem(title, len(self.bound.pages)))
        self.bound.pages.extend(Pdf.open(io.BytesIO(render(sheet))).pages)

    def _group(self, title: str, sections: Sequence[_Section]) -> None:
        heading = OutlineItem(title, len(self.bound.pages))
        for section in sections:
            number = section.piece.number
            heading.children.append(
                OutlineItem(section.piece.title + (f"　{number}" if number else ""), len(self.bound.pages))
            )
            self.bound.pages.extend(section.pdf.pages)
        self.entry.children.append(heading)

    def _sections(self, pieces: Sequence[Piece]) -> list[_Section]:
        found = _Sorted()
        photos = [one.evidence for one in pieces if one.evidence and one.evidence.medium == "photo"]
        with ThreadPoolExecutor(
            THREADS
        ) as pool:  # decoding lets go of the interpreter: the pictures go side by side
            shown = dict(zip((item.pk for item in photos), pool.map(_photo, photos), strict=True))
        for piece in pieces:
            _sort(piece, shown, found)
        if found.photos:
            found.sections.append(
                self._photo_section([item for item, _ in found.photos], [b for _, b in found.photos])
            )
        if found.electronic:
            found.sections.append(self._electronic_section(found.electronic))
        return found.sections

    def _photo_section(self, items: Sequence["EvidenceItem"], photos: Sequence[bytes]) -> _Section:
        rows = [
            {
                "photo_title": f"{number}．{item.title}",
                "photo_taken": _moment(item.taken_at),
                "photo_place": item.place,
                "photo_by": item.taken_by,
                "photo_proves": item.get_side_display(),
                "photo_digest": item.digest,
            }
            for number, item in enumerate(items, 1)
        ]
        sheet = self.maker.filled(PHOTOS, {"photo_items": rows})
        return self._listed(sheet, items, photo_pages(sheet, photos), "张")

    def _electronic_section(self, items: Sequence["EvidenceItem"]) -> _Section:
        rows = [
            {
                "electronic_title": item.title,
                "electronic_taken": "　".join(filter(None, (item.taken_by, _moment(item.taken_at)))),
                "electronic_medium": item.get_medium_display(),
                "electronic_size": f"{item.size}",
                "electronic_digest": item.digest,
            }
            for item in items
        ]
        sheet = self.maker.filled(ELECTRONIC, {"file_part": self.volume.title, "electronic_items": rows})
        return self._listed(sheet, items, render(sheet), "件")

    def _listed(
        self, sheet: dict[str, Any], items: Sequence["EvidenceItem"], pdf: bytes, unit: str
    ) -> _Section:
        by = "、".join(dict.fromkeys(item.taken_by for item in items))
        days = [item.taken_at or item.uploaded_at for item in items]
        piece = Piece(f"{sheet['title']}（{len(items)}{unit}）", "", by, min(days))
        return _Section(piece, Pdf.open(io.BytesIO(pdf)))

    def _stamp(self, start: int) -> None:
        """Lay the page numbers over the pages from `start`: Arabic numerals, at the foot on the right."""
        pages = self.bound.pages[start:]
        sheets = [
            {"number": number, "width": width, "height": height}
            for number, (width, height) in enumerate(map(_size, pages), 1)
        ]
        if not sheets:
            return
        data = {
            "layout": "stamps", "title": "", "agency": "", "at": self.maker.at.isoformat(), "sheets": sheets,
        }  # fmt: skip
        overlay = Pdf.open(io.BytesIO(render_plain(data)))
        for number, (page, stamp) in enumerate(zip(pages, overlay.pages, strict=True), start):
            _lay_over(self.bound, page, stamp, Name(f"/MjNumber{number}"))


def _lay_over(bound: Pdf, page: pikepdf.Page, stamp: pikepdf.Page, name: Name) -> None:
    """Lay one page over another, upright as it is read; the name is ours, for pikepdf would make one up at random."""
    form = bound.copy_foreign(stamp.as_form_xobject())
    page.add_resource(form, Name.XObject, name)
    placed = page.calc_form_xobject_placement(
        form,
        name,
        pikepdf.Rectangle(page.trimbox),
        invert_transformations=True,
        allow_shrink=True,
        allow_expand=True,
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + placed)


def _sort(piece: Piece, shown: Mapping[int, bytes | None], found: _Sorted) -> None:
    """Put a piece where it can be bound: as pages, as a photograph, or on the list of electronic files."""
    if piece.document is not None:
        found.sections.append(_Section(piece, Pdf.open(io.BytesIO(pdf_of(piece.document)))))
    elif (item := piece.evidence) is not None:
        if item.media_type == PDF_TYPE and (pages := _harmless(item)) is not None:
            found.sections.append(_Section(piece, pages))
        elif (photo := shown.get(item.pk)) is not None:
            found.photos.append((item, photo))
        else:
            found.electronic.append(item)


def _photo(item: "EvidenceItem") -> bytes | None:
    try:
        return shrunk(item)
    except NotAPicture:
        return None


def _harmless(item: "EvidenceItem") -> Pdf | None:
    """Give the pages of an uploaded PDF without what acts by itself; None where it cannot be read or is locked."""
    try:
        with store.open_stored(item.digest) as file:
            pages = Pdf.open(io.BytesIO(file.read()))
    except (pikepdf.PdfError, OSError):
        return None
    for key in ACTIVE_ROOT:
        if key in pages.Root:
            del pages.Root[key]
    for page in pages.pages:
        for key in ("/AA", "/Annots"):
            if key in page.obj:
                del page.obj[key]
    return pages if len(pages.pages) else None


def _electronic(piece: Piece) -> bool:
    item = piece.evidence
    return item is not None and item.media_type != PDF_TYPE and item.medium != "photo"


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """Give width and height of a page as it is read, in points."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    width, height = right - left, top - bottom
    return (height, width) if int(page.obj.get("/Rotate", 0)) % 180 else (width, height)


def _moment(at: datetime | None) -> str:
    return f"{beijing(at):%Y-%m-%d %H:%M}" if at else ""
