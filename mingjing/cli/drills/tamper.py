"""Tampering with full rights over the database and the disk: every attack here must be found by a check.

Each attack is undone before the next.
"""

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from mingjing.cli.drills.attacks import ATTACKS, FILE_ATTACKS
from mingjing.cli.drills.outsiders import Outsiders, forged_receipts
from mingjing.cli.whole_audit import audit_everything
from mingjing.evidence import store
from mingjing.kit.append_only import drop_append_only_sql
from mingjing.translog.keys import vkeys
from mingjing.translog.sealing import hold_sealer, seal_waiting
from mingjing.translog.selectors import DatabaseReader
from mingjing.translog.signing import sign_heads
from mingjing.translog.verify import verify_log

KEPT: Final = "留存的检查点（verify log --old）"
STORED: Final = "数据库与日志比对（verify database）"
WITNESS: Final = "见证人（add-checkpoint）"
RECEIPT: Final = "回执核验（verify receipt）"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attack, the check that found it and the first thing it said; "" where nothing did."""

    attack: str
    check: str
    found: str


def run_attacks(outsiders: Outsiders) -> Iterator[Outcome]:
    """Do every attack to this database and its files, look for it with every check, and undo it.

    `outsiders` hold what others kept from earlier: without them a clean roll-back cannot be told.
    """
    for attack in ATTACKS:
        with undone():
            run(attack.statements)
            yield Outcome(attack.title, *first_finding(outsiders.checkpoint))
    for title, forge in FORKS:
        with undone():
            forge()
            yield Outcome(title, WITNESS, outsiders.witness_refuses())
    target = store.path_of(_some_evidence())
    for title, harm in FILE_ATTACKS:
        with restored(target):
            harm(target)
            yield Outcome(title, *first_finding(outsiders.checkpoint))
    for title, said in forged_receipts(outsiders.receipt):
        yield Outcome(title, RECEIPT, said)


def first_finding(kept_checkpoint: bytes) -> tuple[str, str]:
    """Look with every check there is; gives which one found something, and the first thing it said."""
    report = verify_log(DatabaseReader(), vkeys(), kept_checkpoint)
    if found := [str(one) for one in report.findings if one.fault]:
        return KEPT, found[0]
    found_first = next(audit_everything(), "")
    return (STORED, found_first) if found_first else ("", "")


def _rewrite_history() -> None:
    """Change one leaf of long ago, make the whole tree anew and sign it with the genuine keys."""
    _from_the_beginning(
        "UPDATE translog_entry SET data = (SELECT e.data FROM translog_entry e WHERE e.ref = "
        "(SELECT MAX(f.ref) FROM translog_entry f WHERE f.kind = 'act')) WHERE id = "
        "(SELECT MIN(g.id) FROM translog_entry g WHERE g.kind = 'act')"
    )


def _forget_the_last() -> None:
    """Restore an old backup, all tables in step, and go on: what was sealed last never was."""
    _from_the_beginning(
        "DELETE FROM translog_queued WHERE entry_id > (SELECT MAX(id) - 3 FROM translog_entry)"
    )


def _reorder() -> None:
    """Let the log begin with what came last, and sign that."""
    _from_the_beginning(
        "UPDATE translog_entry SET id = -id WHERE id > (SELECT MAX(id) - 3 FROM translog_entry)"
    )


def _from_the_beginning(change: str) -> None:
    log = ("checkpoint", "head", "tile", "sm3checkpoint", "sm3head", "sm3tile", "sealed", "queued")
    run([f"DELETE FROM translog_{name}" for name in log])
    if change.startswith("UPDATE"):
        run([change])
    run(["INSERT INTO translog_queued (entry_id) SELECT id FROM translog_entry"])
    if change.startswith("DELETE"):
        run([change])
    with hold_sealer() as cursor:
        seal_waiting(cursor, at=timezone.now())
    sign_heads()


FORKS: Final[tuple[tuple[str, Callable[[], None]], ...]] = (
    ("改写一条历史，重算整本日志并用真私钥重签（分叉）", _rewrite_history),
    ("恢复旧备份，所有表前后一致，再接着写", _forget_the_last),
    ("对调历史的先后，重算并用真私钥重签", _reorder),
)


@contextmanager
def undone() -> Iterator[None]:
    """Let the block change anything in the database, past the triggers, and take all of it back."""
    with transaction.atomic():
        tables = connection.introspection.table_names()
        run([statement for table in tables for statement in drop_append_only_sql(table, connection.vendor)])
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def restored(path: Path) -> Iterator[None]:
    """Let the block harm a file, and put it back."""
    content, mode = path.read_bytes(), path.stat().st_mode
    try:
        yield
    finally:
        if path.exists():
            path.chmod(stat.S_IWUSR)
        path.write_bytes(content)
        path.chmod(mode)


def run(statements: Iterable[str]) -> int:
    """Run statements of an attack; give how many rows they touched."""
    touched = 0
    with connection.cursor() as cursor:
        for statement in statements:
            # `index` is a word of SQL on SQLite and none on PostgreSQL.
            cursor.execute(statement.replace(" index ", ' "index" ').replace("s.index", 's."index"'))
            touched += max(cursor.rowcount, 0)
    return touched


def _some_evidence() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM evidence_evidenceitem ORDER BY id LIMIT 1")
        return str(cursor.fetchone()[0])
