"""Tampering with full rights over the database and the disk: every attack here must be found by a check.

The statements run on SQLite and PostgreSQL, past the triggers; each attack is undone before the next.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from mingjing.cli.whole_audit import audit_everything
from mingjing.evidence import store
from mingjing.kit.append_only import drop_append_only_sql
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.selectors import DatabaseReader
from mingjing.translog.verify import verify_log

GUARDED: Final = (
    *("cases_act", "evidence_evidenceitem", "documents_issueddocument", "publicity_publication"),
    *("publicity_withdrawal", "translog_entry", "translog_sealed", "translog_tile", "translog_head"),
    "translog_checkpoint",
)


@dataclass(frozen=True, slots=True)
class Attack:
    """Something a person with all rights might do: its Chinese name and the SQL that does it."""

    title: str
    statements: tuple[str, ...]


# The second-last act of the first case: neither the first nor the last of anything.
ACT: Final = "(SELECT MAX(id) - 1 FROM cases_act WHERE case_id = (SELECT MIN(id) FROM cases_case))"
COPIED: Final = (
    "kind, facts, performers, evidence, done_at, recorded_at, recorded_by, held, passed, pack_digest, imported, "
    "salt, commitment"
)

ATTACKS: Final = (
    Attack(
        "改动一个行为的事实", (f'UPDATE cases_act SET facts = \'{{"fine_yuan": "1"}}\' WHERE id = {ACT}',)
    ),
    Attack("把行为日期提前", (f"UPDATE cases_act SET done_at = '2020-01-01 00:00:00' WHERE id = {ACT}",)),
    Attack("换掉实施人员", (f"UPDATE cases_act SET performers = '[]' WHERE id = {ACT}",)),
    Attack("抹去当时的违法提示", ("UPDATE cases_act SET held = '[]', passed = '[]'",)),
    Attack("换掉所引证据", ("UPDATE cases_act SET evidence = '[]'",)),
    Attack("删除中间的一个行为", (f"DELETE FROM cases_act WHERE id = {ACT}",)),
    Attack("删除最后一个行为", ("DELETE FROM cases_act WHERE id = (SELECT MAX(id) FROM cases_act)",)),
    Attack(
        "插入一个没有办过的行为",
        (
            f"INSERT INTO cases_act (case_id, seq, code, once, {COPIED}) "
            f"SELECT case_id, 99, 'forged', 'forged', {COPIED} FROM cases_act WHERE id = {ACT}",
        ),
    ),
    Attack(
        "对调两个行为的先后",
        (
            f"UPDATE cases_act SET seq = seq + 1000 WHERE id IN ({ACT}, {ACT} - 1)",
            f"UPDATE cases_act SET seq = (SELECT a.seq - 1000 FROM cases_act a WHERE a.id = {ACT} - 1) "
            f"WHERE id = {ACT}",
            f"UPDATE cases_act SET seq = (SELECT a.seq FROM cases_act a WHERE a.id = {ACT}) + 1 WHERE id = {ACT} - 1",
        ),
    ),
    Attack(
        "把行为移到另一个案件",
        (f"UPDATE cases_act SET case_id = (SELECT MAX(id) FROM cases_case), seq = 98 WHERE id = {ACT}",),
    ),
    Attack(
        "改动行为并重写承诺",
        (f"UPDATE cases_act SET recorded_by = 'nobody', commitment = '{'0' * 64}' WHERE id = {ACT}",),
    ),
    Attack(
        "改动行为并改写日志中的叶",
        (
            f"UPDATE cases_act SET recorded_by = 'nobody' WHERE id = {ACT}",
            "UPDATE translog_entry SET data = (SELECT e.data FROM translog_entry e ORDER BY e.id LIMIT 1) "
            f"WHERE ref = (SELECT code FROM cases_act WHERE id = {ACT})",
        ),
    ),
    Attack("删除日志中的一条", ("DELETE FROM translog_sealed WHERE index = 3",)),
    Attack(
        "对调日志中的两条",
        (
            "UPDATE translog_sealed SET entry_id = -entry_id WHERE index IN (2, 5)",
            "UPDATE translog_sealed SET entry_id = -(SELECT s.entry_id FROM translog_sealed s WHERE s.index = 5) "
            "WHERE index = 2",
            "UPDATE translog_sealed SET entry_id = (SELECT e.id FROM translog_entry e WHERE e.id NOT IN "
            "(SELECT s.entry_id FROM translog_sealed s) ORDER BY e.id LIMIT 1) WHERE index = 5",
        ),
    ),
    Attack(
        "伪造检查点",
        (
            "UPDATE translog_checkpoint SET note = (SELECT e.data FROM translog_entry e ORDER BY e.id LIMIT 1)",
        ),
    ),
    Attack(
        "退回到旧的备份",
        (
            "DELETE FROM translog_checkpoint WHERE size > (SELECT MIN(size) FROM translog_checkpoint)",
            "DELETE FROM translog_head WHERE size > (SELECT MIN(size) FROM translog_head)",
            "DELETE FROM translog_sealed WHERE index >= (SELECT MAX(size) FROM translog_head)",
        ),
    ),
    Attack("改动证据登记", ("UPDATE evidence_evidenceitem SET side = 'for', title = '无关材料'",)),
    Attack(
        "删除证据登记",
        ("DELETE FROM evidence_evidenceitem WHERE id = (SELECT MIN(id) FROM evidence_evidenceitem)",),
    ),
    Attack(
        "用另一份文书替换处罚决定书",
        (
            "UPDATE documents_issueddocument SET digest = (SELECT d.digest FROM documents_issueddocument d "
            "WHERE d.form = 'filing_approval' LIMIT 1) WHERE form = 'penalty_decision'",
        ),
    ),
    Attack("改动公示内容", ("UPDATE publicity_publication SET body = '[]'",)),
    Attack(
        "抹去一次撤回，让内容重新可见",
        ("DELETE FROM publicity_withdrawal",),
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attack and the first thing that gave it away; "" where nothing did."""

    attack: str
    found: str


def run_attacks(kept_checkpoint: bytes) -> Iterator[Outcome]:
    """Do every attack to this database and its files, look for it with every check, and undo it.

    `kept_checkpoint` is what an outsider kept from earlier: without one a clean roll-back cannot be told.
    """
    for attack in ATTACKS:
        with undone():
            _run(attack.statements)
            yield Outcome(attack.title, first_finding(kept_checkpoint))
    target = store.path_of(_some_evidence())
    for title, harm in FILE_ATTACKS:
        with restored(target):
            harm(target)
            yield Outcome(title, first_finding(kept_checkpoint))


def first_finding(kept_checkpoint: bytes) -> str:
    """Look with every check there is; gives the first thing found."""
    report = verify_log(DatabaseReader(), ensure_log_key().public.vkey, kept_checkpoint)
    found = [str(one) for one in report.findings if one.fault] or list(audit_everything())
    return found[0] if found else ""


@contextmanager
def undone() -> Iterator[None]:
    """Let the block change anything in the database, past the triggers, and take all of it back."""
    with transaction.atomic():
        _run([statement for table in GUARDED for statement in drop_append_only_sql(table, connection.vendor)])
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


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            # `index` is a word of SQL on SQLite and none on PostgreSQL.
            cursor.execute(statement.replace(" index ", ' "index" ').replace("s.index", 's."index"'))


def _some_evidence() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM evidence_evidenceitem ORDER BY id LIMIT 1")
        return str(cursor.fetchone()[0])


def _flip(path: Path) -> None:
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))


def _remove(path: Path) -> None:
    path.unlink()


FILE_ATTACKS: Final[tuple[tuple[str, Callable[[Path], None]], ...]] = (
    ("改动证据文件的一个字节", _flip),
    ("删除证据文件", _remove),
)
