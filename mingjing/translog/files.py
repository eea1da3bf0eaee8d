"""The static files that the log's tables stand for: to serve them, to export them, to check them; read-only."""

import re
from collections.abc import Iterator
from typing import Final

from django.db.models import Max

from mingjing.translog.merkle import HASH, WIDTH, leaf_hashes
from mingjing.translog.models import Sealed, Stamp
from mingjing.translog.note import Checkpoint as Statement
from mingjing.translog.note import text_of
from mingjing.translog.sealing import entries_between
from mingjing.translog.tiles import CHECKPOINT, STAMPS, Place, bundles_of, pack_bundle, place_of
from mingjing.translog.trees import FIRST, Tree
from mingjing.translog.witnesses import published

_STAMP: Final = re.compile(r"stamp/([1-9][0-9]{0,18})\.(tsr|note)", re.ASCII)


def checkpoint() -> bytes | None:
    """Give the published checkpoint, None while there is none.

    With a witness policy that is the newest with enough cosignatures, which it carries; else the newest signed.
    """
    found = published()
    return found.note if found else None


def stated_size(note: bytes | None) -> int:
    """Give the size that one of our own checkpoints states, 0 for none."""
    return Statement.parse(text_of(note)).size if note else 0


def stamp_file(path: str) -> bytes | None:
    """Give a time stamp, or the checkpoint that it is on: `stamp/<size>.tsr` and `stamp/<size>.note`."""
    match = _STAMP.fullmatch(path)
    stamp = Stamp.objects.filter(size=int(match[1])).first() if match else None
    if match is None or stamp is None:
        return None
    if match[2] == "tsr":
        return bytes(stamp.token)
    note = FIRST.checkpoints._default_manager.filter(size=stamp.size).values_list("note", flat=True).first()
    return None if note is None else bytes(note)


class DatabaseReader:
    """A tree of the log in the database, read as if it were a folder of static files."""

    def __init__(self, tree: Tree = FIRST) -> None:
        self._tree = tree

    @property
    def suite(self) -> str:
        """The name of the suite of this tree."""
        return self._tree.suite.name

    def read(self, path: str) -> bytes | None:
        """Give the bytes of one file of the log, None where there is none."""
        if path == CHECKPOINT:
            return self._checkpoint()
        place = place_of(path)
        if place is None:
            return stamp_file(path) if self._tree is FIRST else None
        if place.level is None or (place.level == 0 and not place.full):
            return self._from_entries(place)
        return self._stored(place)

    def paths(self) -> Iterator[str]:
        """List the files of the latest checkpoint, and any that lie beyond the last head.

        The latter cannot be there unless a head was taken away, and a check that sees them tells so. What a
        sealing has committed and not signed yet is in neither part.
        """
        signed, last_head = stated_size(self._checkpoint()), self._tree.last_head()
        head = max(signed, last_head.size if last_head else 0)
        # The leaves may be ahead of a second tree, which is made of them afterwards, and never of the first.
        last = Sealed.objects.aggregate(index=Max("index"))["index"] if self._tree is FIRST else None
        if signed:
            yield CHECKPOINT
        yield from (bundle.path for bundle in bundles_of(signed))
        if signed % WIDTH:
            yield Place(0, signed // WIDTH, signed % WIDTH).path
        for path in self._tile_paths():
            # A row with a name of its own would be a way to write outside the folder of an export.
            if (place := place_of(path)) and not signed < _end(place) <= head:
                yield path
        if last is not None and last >= head:
            yield from (bundle.path for bundle in bundles_of(last + 1, start=head))
        if self._tree is FIRST:
            for size in Stamp.objects.filter(size__lte=signed).values_list("size", flat=True):
                yield from (f"{STAMPS}{size}.note", f"{STAMPS}{size}.tsr")

    def _checkpoint(self) -> bytes | None:
        return checkpoint() if self._tree is FIRST else self._tree.last_note()

    def _tile_paths(self) -> Iterator[str]:
        tiles = self._tree.tiles._default_manager.order_by("path")
        return tiles.values_list("path", flat=True).iterator()

    def _from_entries(self, place: Place) -> bytes | None:
        start = place.number * WIDTH
        entries = entries_between(start, start + place.width)
        if len(entries) != place.width:
            return None
        return pack_bundle(entries) if place.level is None else leaf_hashes(entries, self._tree.suite.hashing)

    def _stored(self, place: Place) -> bytes | None:
        paths = [place.path, place._replace(width=WIDTH).path]
        tiles = self._tree.tiles._default_manager.filter(path__in=paths)
        rows = dict(tiles.values_list("path", "data"))
        exact, full = (rows.get(path) for path in paths)
        if exact is not None:
            return bytes(exact)
        return None if full is None else bytes(full)[: place.width * HASH]


def _end(place: Place) -> int:
    """Give how many entries a log has at least that has this tile."""
    return (place.number * WIDTH + place.width) << 8 * (place.level or 0)
