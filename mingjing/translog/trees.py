"""Where each tree over the leaves is kept, and which are in use; the leaves themselves are in one table for all."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from mingjing.translog.models import (
    Checkpoint,
    CheckpointOfTree,
    Head,
    HeadOfTree,
    Sm3Checkpoint,
    Sm3Head,
    Sm3Tile,
    Tile,
    TileOfTree,
)
from mingjing.translog.suites import SHA256, SM3_NAME, Suite, sm3


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree over the leaves: its suite and its tables."""

    suite: Suite
    tiles: type[TileOfTree]
    heads: type[HeadOfTree]
    checkpoints: type[CheckpointOfTree]

    def last_head(self) -> HeadOfTree | None:
        """Give the head of the last sealing, None before the first."""
        return self.heads._default_manager.order_by("-size").first()

    def last_note(self) -> bytes | None:
        """Give the checkpoint signed last, None before the first."""
        notes = self.checkpoints._default_manager.order_by("-size").values_list("note", flat=True)
        note = notes.first()
        return None if note is None else bytes(note)


FIRST: Final = Tree(SHA256, Tile, Head, Checkpoint)


def second() -> Tree:
    """Give the SM3 tree, in use or not. Raises SuiteMissing where the machine has no SM3."""
    return Tree(sm3(), Sm3Tile, Sm3Head, Sm3Checkpoint)


def sm3_in_use() -> bool:
    """Tell whether the log is also kept and signed with the national algorithms."""
    return SM3_NAME in settings.MINGJING_LOG_SUITES


def trees_in_use() -> list[Tree]:
    """Give the trees that every sealing extends, the SHA-256 tree first."""
    return [FIRST, second()] if sm3_in_use() else [FIRST]
