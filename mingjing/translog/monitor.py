"""Watching a log from outside: whether what it publishes now grew from what it published before; no Django."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from mingjing.kit.clock import beijing
from mingjing.translog.merkle import ProofRefused, verify_consistency
from mingjing.translog.note import Checkpoint, NoteKey, NoteRefused, open_checkpoint
from mingjing.translog.policy import Policy
from mingjing.translog.report import Report
from mingjing.translog.tiles import ReadPath, TileMissing, tree_of

WHERE: Final = "检查点"


def watch_once(
    read: ReadPath, new: bytes, old: bytes | None, keys: Sequence[NoteKey], policy: Policy | None
) -> Report:
    """Compare the checkpoint `new` with the one kept from last time; `read` gives the log's tiles.

    A fault means that the log shows two histories, went back, or is not witnessed as the policy demands. Both
    notes together prove a fork to anybody: the watcher keeps them.
    """
    report = Report("日志监视", checked=1)
    try:
        report.checkpoint = open_checkpoint(new, *keys)
        kept = open_checkpoint(old, *keys) if old else None
    except NoteRefused as refused:
        report.fault(WHERE, str(refused))
        return report
    _judge_witnesses(new, policy, report)
    if kept is None:
        report.notice(WHERE, "第一次监视：从这个检查点记起，此前的历史没有比对")
    else:
        _compare(read, kept, report.checkpoint, report)
    return report


def _judge_witnesses(note: bytes, policy: Policy | None, report: Report) -> None:
    if policy is None:
        return
    try:
        standing = policy.judge(note)
    except NoteRefused as refused:
        report.fault("见证", str(refused))
        return
    if not standing.met:
        report.fault("见证", f"检查点的见证不足：应有{policy.in_words}，实有 {len(standing.cosignatures)} 个")
    for name, one in standing.cosignatures.items():
        at = beijing(datetime.fromtimestamp(one.at, UTC))
        report.notice("见证", f"“{name}”于 {at:%Y-%m-%d %H:%M:%S} 见证")


def _compare(read: ReadPath, old: Checkpoint, new: Checkpoint, report: Report) -> None:
    if old.origin != new.origin:
        report.fault(WHERE, f"日志换了名称：原为“{old.origin}”，现为“{new.origin}”")
    elif new.size < old.size:
        report.fault(WHERE, f"日志被退回：上次有 {old.size} 条，这次只有 {new.size} 条")
    elif new.size == old.size:
        if new.root != old.root:
            report.fault(WHERE, f"日志分叉：同是 {new.size} 条，却有两个不同的根")
    elif old.size and not _grew(read, old, new, report):
        report.fault(
            WHERE, f"日志分叉：现在的 {new.size} 条不是在上次的 {old.size} 条之后添成的，历史被改动或调换"
        )


def _grew(read: ReadPath, old: Checkpoint, new: Checkpoint, report: Report) -> bool:
    try:
        proof = tree_of(read, new.size).consistency(old.size)
    except (TileMissing, ProofRefused, ValueError) as error:
        report.fault(WHERE, f"日志拿不出从 {old.size} 条到 {new.size} 条的证明（{error}）")
        return True  # told already, and otherwise
    return verify_consistency(old.size, new.size, proof, old.root, new.root)
