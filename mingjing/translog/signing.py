"""Signing what is sealed: one note for the last head of each tree, after it is durable; nothing is sealed here."""

import logging

from django.db import IntegrityError, transaction

from mingjing.translog.files import DatabaseReader, stated_size
from mingjing.translog.key_history import ED25519, SM2
from mingjing.translog.keys import LogKeyMissing, origin, public_keys, public_ranges, signers
from mingjing.translog.note import Checkpoint as Statement
from mingjing.translog.note import NoteKey, NoteRefused, NoteSigner, open_checkpoint, sign_note
from mingjing.translog.remembered import remember
from mingjing.translog.sm2_note import Sm2VerifyKey, parse_vkey
from mingjing.translog.suites import SM3_SUFFIX
from mingjing.translog.trees import FIRST, Tree, second, sm3_in_use

logger = logging.getLogger(__name__)


def own_signers() -> list[NoteSigner]:
    """Give the keys that sign the SHA-256 tree, if they are this log's: readers of the log know no others."""
    keys, last = signers(ED25519), FIRST.last_note()
    if last is not None:
        try:
            open_checkpoint(last, *public_keys())
        except NoteRefused as refused:
            raise LogKeyMissing(f"现有私钥签不出此前的检查点（{refused}）。请从备份恢复原私钥。") from refused
    return keys


def sign_heads() -> None:
    """Sign the last committed head of every tree unless that is done. Doing it twice is harmless.

    The SHA-256 head gets a line of every Ed25519 key and, with the national algorithms in use, of every SM2
    key, which standard readers pass over; the SM3 head is signed with SM2 alone, under a name of its own.
    """
    national = signers(SM2) if sm3_in_use() else []
    _sign(FIRST, origin(), [*own_signers(), *national])
    if national:
        name = origin() + SM3_SUFFIX
        _sign(second(), name, [_Renamed(signer, name) for signer in national])


def _sign(tree: Tree, name: str, keys: list[NoteSigner]) -> None:
    head = tree.last_head()
    if head is None or tree.checkpoints._default_manager.filter(size=head.size).exists():
        return
    note = sign_note(Statement(name, head.size, bytes(head.root)).text, keys)
    if tree is FIRST:
        remember(note)  # first: what anybody may have seen is never more than what this machine remembers
    try:
        with transaction.atomic():
            tree.checkpoints._default_manager.create(size=head.size, note=note)
    except IntegrityError:
        # Another process was quicker and signed the same text; which of the two notes is kept does not matter.
        logger.info("head %s was signed by another process", head.size)


def whole_logs(public: str = "") -> list[tuple[DatabaseReader, str]]:
    """Give a reader of each tree in use that has a checkpoint, with the public keys to check it by.

    They are those of this log's own keys, unless others are given: without its private keys it knows none.
    """
    known = [parse_vkey(one) for one in public.split()] if public else [one.key for one in public_ranges()]
    national = [one for one in known if isinstance(one, Sm2VerifyKey)]
    logs = [(DatabaseReader(), " ".join(one.vkey for one in known if one not in national))]
    if national and sm3_in_use() and second().last_note() is not None:
        names = [key.renamed(key.name + SM3_SUFFIX).vkey for key in national]
        logs.append((DatabaseReader(second()), " ".join(names)))
    return logs


def audit_second_tree() -> list[str]:
    """Tell of a second tree whose checkpoint was taken back: heads are signed together, the first tree's first."""
    if not sm3_in_use():
        return []
    tree, first = second(), stated_size(FIRST.last_note())
    head, signed = tree.last_head(), stated_size(tree.last_note())
    if head is None or signed >= min(head.size, first):
        return []
    return [f"SM3 树的检查点只到第 {signed} 条，日志头已到第 {head.size} 条：检查点被退回或删除"]


class _Renamed:
    """An SM2 key of the log under the name of its second tree."""

    def __init__(self, signer: NoteSigner, name: str) -> None:
        self._signer, self.name = signer, name

    @property
    def public(self) -> NoteKey:
        return Sm2VerifyKey.parse(self._signer.public.vkey).renamed(self.name)

    def sign(self, text: bytes) -> bytes:
        return self._signer.sign(text)
