"""Making tiles anew from the entries, where a stored one was changed or lost; entries, heads, checkpoints stay."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql
from mingjing.translog.keys import public_keys
from mingjing.translog.merkle import HASH, WIDTH, RightEdge, Tile, leaf_hashes
from mingjing.translog.note import NoteRefused, open_checkpoint
from mingjing.translog.sealing import LogDamaged, entries_between, hold_sealer
from mingjing.translog.tiles import Place, place_of, tile_path
from mingjing.translog.trees import FIRST, Tree

STEP: Final = WIDTH * 16


class WrongTile(NamedTuple):
    """A tile that is not what the entries give: where, whether it is there at all, and the right bytes."""

    path: str
    there: bool
    right: bytes


def wrong_tiles(tree: Tree = FIRST) -> list[WrongTile]:
    """Give every stored tile that was changed or is missing, computed from the entries under the signed root.

    Raises LogDamaged where the entries themselves do not lead to the last head: then nothing is proved by them.
    """
    head = tree.last_head()
    edge, found = RightEdge(hashing=tree.suite.hashing), list[WrongTile]()
    for start in range(0, head.size if head else 0, STEP):
        end = min(start + STEP, head.size if head else 0)
        leaves = entries_between(start, end)
        if len(leaves) != end - start:
            raise LogDamaged(f"第 {start} 至 {end - 1} 条中有条目缺失，瓦片不能据以重建。请从备份恢复。")
        found += _compared(tree, edge.extend(leaf_hashes(leaves, tree.suite.hashing)))
    found += _compared(tree, [tile for tile in edge.partials() if tile.level > 0])
    if head is not None and edge.root() != bytes(head.root):
        raise LogDamaged("按条目重算的根与日志头不符，瓦片不能据以重建。请运行 mingjing verify database。")
    return found


def mend_tiles(tree: Tree = FIRST) -> list[WrongTile]:
    """Put right every tile that is wrong, all or none, and give which; only under a root that was signed.

    The guard of the table is lifted for these rows alone, in the same transaction, with the sealer kept out.
    """
    _demand_signed(tree)
    table, vendor = tree.tiles._meta.db_table, connection.vendor
    with transaction.atomic(), hold_sealer() as cursor:
        found = wrong_tiles(tree)
        if not found:
            return []
        for statement in drop_append_only_sql(table, vendor):
            cursor.execute(statement)
        for one in found:
            tree.tiles._default_manager.update_or_create(path=one.path, defaults={"data": one.right})
        for statement in append_only_sql(table, vendor, [("path",)]):
            cursor.execute(statement)
    return found


def _demand_signed(tree: Tree) -> None:
    head, note = tree.last_head(), tree.last_note()
    if head is None or tree is not FIRST:
        return  # the second tree is over the same entries, whose root is checked with its own head
    try:
        signed = open_checkpoint(note or b"", *public_keys())
    except NoteRefused as refused:
        raise LogDamaged(f"最近的检查点不能核对（{refused}），瓦片不能据以重建。") from refused
    if (signed.size, signed.root) != (head.size, bytes(head.root)):
        raise LogDamaged("日志头与最近的检查点不同，瓦片不能据以重建。请等后台任务签出检查点再试。")


def _compared(tree: Tree, tiles: Iterable[Tile]) -> Iterator[WrongTile]:
    """Hold every stored copy of a tile, whole or earlier and narrower, against the right one."""
    for tile in tiles:
        path = tile_path(tile)
        full = Place(tile.level, tile.number, WIDTH).path
        rows = tree.tiles._default_manager.filter(Q(path=full) | Q(path__startswith=f"{full}.p/"))
        stored = {one: bytes(data) for one, data in rows.values_list("path", "data")}
        if path not in stored:
            yield WrongTile(path, there=False, right=tile.data)
        for one, data in stored.items():
            place = place_of(one)
            if place is None or place.width > tile.width:
                continue  # no tile of this log; the audit tells of it
            right = tile.data[: place.width * HASH]
            if data != right:
                yield WrongTile(one, there=True, right=right)
