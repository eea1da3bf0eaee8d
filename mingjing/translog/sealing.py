"""Giving queued entries their places in the log: one batch, one transaction, plain SQL; nothing is signed here."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from mingjing.translog.merkle import WIDTH, RightEdge, Tile, leaf_hashes
from mingjing.translog.models import Entry, Queued, Sealed
from mingjing.translog.tiles import Place, tile_path
from mingjing.translog.trees import FIRST, Tree, trees_in_use

# Any number that no other lock of this database uses: the bytes "mjlog".
_LOCK: Final = 0x6D6A6C6F67

# By vendor: the rows (place, entry) of an array of entries, its elements, and how to pass it.
_ARRAYS: Final[dict[str, tuple[str, str, Callable[[Sequence[int]], object]]]] = {
    "sqlite": ("SELECT key + %s, value FROM json_each(%s)", "SELECT value FROM json_each(%s)", json.dumps),
    "postgresql": (
        "SELECT place - 1 + %s, entry FROM unnest(%s::bigint[]) WITH ORDINALITY AS batch (entry, place)",
        "SELECT unnest(%s::bigint[])",
        list,
    ),
}

_ENTRY, _QUEUED, _SEALED = Entry._meta.db_table, Queued._meta.db_table, Sealed._meta.db_table


class LogDamaged(Exception):
    """The stored log contradicts itself; nothing was sealed. The message is Chinese."""


def seal_batch(*, at: datetime, limit: int) -> int:
    """Seal up to `limit` queued entries and give how many; 0 also where another sealer is at work.

    The tree's edge is read and checked against the last head every time, so a first start, a start after a
    crash and an ordinary run are the same; a crash before the commit leaves the queue as it was.
    """
    # durable: the caller signs next, and only what is committed may be signed.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if not _locked(cursor):
            return 0
        return _seal(cursor, _queued(cursor, limit), at)


def _seal(cursor: Any, batch: Sequence[tuple[int, bytes]], at: datetime) -> int:
    """Give queued entries the next places, in every tree; give how many. The sealer's lock is held."""
    edges = [(tree, load_edge(tree)) for tree in trees_in_use()]
    if not batch:
        return 0
    start, leaves = edges[0][1].size, [data for _, data in batch]
    _insert_sealed(cursor, start, [entry for entry, _ in batch])
    for tree, edge in edges:
        # A tree that is still being made of older leaves gets these in its turn, from `catch_up`.
        if edge.size == start:
            _append(tree, edge, leaves, at)
    return len(batch)


@contextmanager
def hold_sealer() -> Iterator[Any]:
    """Wait until no other sealer is at work and be the only one till the caller's transaction ends."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        else:
            _locked(cursor)
        yield cursor


def seal_waiting(cursor: Any, *, at: datetime) -> int:
    """Seal everything that waits, with the sealer held; give the size afterwards."""
    while _seal(cursor, _queued(cursor, 10_000), at):
        pass
    return load_edge(FIRST).size


def seal_alone(cursor: Any, entry: Entry, *, at: datetime) -> None:
    """Seal one queued entry before all that wait, with the sealer held: it is the next of the log."""
    _seal(cursor, [(entry.pk, bytes(entry.data))], at)


def catch_up(*, at: datetime, limit: int) -> int:
    """Extend a tree that was taken into use later by up to `limit` sealed leaves; 0: none lags behind.

    Each call is one transaction that begins where the last one ended, so it may be killed at any time.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if len(trees_in_use()) == 1 or not _locked(cursor):
            return 0
        size = load_edge(FIRST).size
        for tree in trees_in_use()[1:]:
            edge = load_edge(tree)
            leaves = entries_between(edge.size, min(size, edge.size + limit))
            if leaves:
                _append(tree, edge, leaves, at)
                return len(leaves)
    return 0


def _append(tree: Tree, edge: RightEdge, leaves: Sequence[bytes], at: datetime) -> None:
    filled = edge.extend(leaf_hashes(leaves, tree.suite.hashing))
    _insert_tiles(tree, filled, edge)
    tree.heads._default_manager.create(size=edge.size, root=edge.root(), sealed_at=at)


def _locked(cursor: Any) -> bool:
    """Make this the only sealer until the transaction ends."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
    # SQLite: a write, even of no row, takes the one write lock of the file or waits for it.
    cursor.execute(f'DELETE FROM "{_QUEUED}" WHERE 0')  # noqa: S608 - the table's own name
    return True


def load_edge(tree: Tree = FIRST) -> RightEdge:
    """Read the right edge of a tree from entries and tiles; raise LogDamaged where it is not the last head's."""
    head, hashing = tree.last_head(), tree.suite.hashing
    size, root = (head.size, bytes(head.root)) if head else (0, hashing(b"").digest())
    _check_size(tree, size)
    try:
        edge = RightEdge(size, lambda level: _partial(tree, size, level), hashing)
    except ValueError as error:
        raise LogDamaged(f"最近的条目或瓦片缺失（{error}）。已停止封存，请核验日志。") from error
    if edge.root() != root:
        raise LogDamaged(f"按条目和瓦片重算的根与第 {size} 条时的日志头不符。已停止封存，请核验日志。")
    return edge


def _check_size(tree: Tree, size: int) -> None:
    """Refuse to go on from a head that was taken back, or from one ahead of the entries it speaks of."""
    if tree is FIRST and Sealed.objects.filter(index__gte=size).exists():
        raise LogDamaged(
            f"日志头只有 {size} 条，封存的条目却更多：日志头被退回或删除。已停止封存，请核验日志。"
        )
    first = FIRST.last_head()
    if size > (first.size if first else 0):
        raise LogDamaged(f"{tree.suite.title}的日志头有 {size} 条，多于封存的条目。已停止封存，请核验日志。")


def _partial(tree: Tree, size: int, level: int) -> bytes:
    """Read the partial tile of a level; that of level 0 is not stored but follows from its entries."""
    width = size >> 8 * level
    place = Place(level, width // WIDTH, width % WIDTH)
    if level == 0:
        return leaf_hashes(entries_between(place.number * WIDTH, size), tree.suite.hashing)
    if place.width == 0:
        return b""
    row = tree.tiles._default_manager.filter(path=place.path).values_list("data", flat=True).first()
    return bytes(row or b"")


def entries_between(start: int, end: int) -> list[bytes]:
    """Read the leaves from one index to before another, in order; fewer where some are missing."""
    rows = Sealed.objects.filter(index__gte=start, index__lt=end).order_by("index")
    return [bytes(data) for data in rows.values_list("entry__data", flat=True)]


def _queued(cursor: Any, limit: int) -> list[tuple[int, bytes]]:
    cursor.execute(
        f'SELECT q.entry_id, e.data FROM "{_QUEUED}" q JOIN "{_ENTRY}" e ON e.id = q.entry_id '  # noqa: S608
        "ORDER BY q.entry_id LIMIT %s",
        [limit],
    )
    return cursor.fetchall()  # type: ignore[no-any-return]


def _insert_sealed(cursor: Any, start: int, entries: Sequence[int]) -> None:
    """Write the places and take the entries off the queue.

    By their ids, never by a range: on PostgreSQL an entry with a lower id may have been committed since.
    """
    # One statement for the whole batch: the entries travel as one array, their order giving their places.
    batch, ids, array = _ARRAYS[connection.vendor]
    cursor.execute(f'INSERT INTO "{_SEALED}" ("index", entry_id) {batch}', [start, array(entries)])
    cursor.execute(f'DELETE FROM "{_QUEUED}" WHERE entry_id IN ({ids})', [array(entries)])  # noqa: S608
    if cursor.rowcount != len(entries):
        raise LogDamaged("待封存队列在封存途中变动，本批未封存。")


def _insert_tiles(tree: Tree, filled: Sequence[Tile], edge: RightEdge) -> None:
    # A partial tile changes only when a tile below it fills, so few are ever written.
    changed = {tile.level + 1 for tile in filled}
    partials = [tile for tile in edge.partials() if tile.level in changed]
    tree.tiles._default_manager.bulk_create(
        [tree.tiles(path=tile_path(tile), data=tile.data) for tile in (*filled, *partials)], batch_size=400
    )
