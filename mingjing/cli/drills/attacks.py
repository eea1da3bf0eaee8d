"""What a person with full rights over the database and the disk might do; nothing here is run or looked for.

The statements run on SQLite and PostgreSQL, past the triggers.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Attack:
    """Something a person with all rights might do: its Chinese name and the SQL that does it."""

    title: str
    statements: tuple[str, ...]


# The second-last act of the first case: neither the first nor the last of anything.
ACT: Final = "(SELECT MAX(id) - 1 FROM cases_act WHERE case_id = (SELECT MIN(id) FROM cases_case))"
COPIED: Final = (
    "agency_id, kind, facts, performers, evidence, done_at, recorded_at, recorded_by, held, passed, pack_digest, "
    "imported, salt, commitment"
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
        "把行为挪到另一个机关名下",
        (
            "UPDATE cases_act SET agency_id = (SELECT MIN(id) FROM personnel_agency WHERE id <> agency_id) "
            f"WHERE id = {ACT}",
        ),
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
    Attack("悄悄改掉当事人的回答", ("UPDATE cases_act SET facts = '{}' WHERE kind = 'inquiry_recorded'",)),
    Attack("删除一份文书的登记", ("DELETE FROM documents_issueddocument WHERE form = 'penalty_decision'",)),
    Attack("改写撤回公示的理由", ("UPDATE publicity_withdrawal SET reason = '例行维护'",)),
    Attack(
        "改动一条公示的当事人和结果所依据的内容", ("UPDATE publicity_publication SET document_no = '伪'",)
    ),
    Attack("改动清单过去的版本", ("UPDATE publicity_publicitem SET body = '{}' WHERE version = 1",)),
    Attack(
        "删除清单过去的版本",
        ("DELETE FROM publicity_publicitem WHERE id = (SELECT MIN(id) FROM publicity_publicitem)",),
    ),
    Attack(
        "用 SHA-256 树的检查点冒充 SM3 树的",
        (
            "UPDATE translog_sm3checkpoint SET note = (SELECT c.note FROM translog_checkpoint c "
            "ORDER BY c.size DESC LIMIT 1)",
        ),
    ),
    Attack(
        "退回 SM3 树的检查点",
        ("DELETE FROM translog_sm3checkpoint WHERE size > (SELECT MIN(size) FROM translog_sm3checkpoint)",),
    ),
    Attack(
        "抹去销毁记录",
        ("DELETE FROM translog_stonemark", "DELETE FROM translog_stone"),
    ),
    Attack("改写销毁的理由", ("UPDATE translog_stone SET body = '{}'",)),
    Attack(
        "不留记录，悄悄销毁一个行为的内容",
        (
            f"UPDATE cases_act SET facts = '{{}}', held = '[]', passed = '[]', salt = "
            f"(SELECT b.salt FROM cases_act b WHERE b.recorded_by = '' LIMIT 1) WHERE id = {ACT}",
        ),
    ),
    Attack(
        "伪造销毁记录，掩盖对一个行为内容的删除",
        (
            "INSERT INTO translog_stone (code, body, commitment, at) "
            "SELECT 'forged', s.body, s.commitment, s.at FROM translog_stone s",
            "INSERT INTO translog_stonemark (ref, stone_id) SELECT a.code, "
            f"(SELECT MAX(id) FROM translog_stone) FROM cases_act a WHERE a.id = {ACT}",
            f"UPDATE cases_act SET facts = '{{}}', performers = '[]', evidence = '[]', held = '[]', passed = '[]', "
            f"recorded_by = '', salt = (SELECT b.salt FROM cases_act b WHERE b.recorded_by = '' LIMIT 1) "
            f"WHERE id = {ACT}",
        ),
    ),
    Attack("抹去一次换钥声明", ("DELETE FROM translog_keystatement",)),
    Attack("改动人员登记的历史", ("UPDATE personnel_registerchange SET by = 'nobody'",)),
)


def _flip(path: Path) -> None:
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))


def _remove(path: Path) -> None:
    path.unlink()


def _swap(path: Path) -> None:
    """Put the bytes of another stored file in the place of this one."""
    other = next(one for one in sorted(path.parents[2].rglob("?" * 64)) if one != path)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(other.read_bytes())


FILE_ATTACKS: Final[tuple[tuple[str, Callable[[Path], None]], ...]] = (
    ("改动证据文件的一个字节", _flip),
    ("删除证据文件", _remove),
    ("用另一份证据的内容换掉证据文件", _swap),
)
