"""The offline checks of what the system hands out, a case bundle or a document; no Django and no database."""

import hashlib
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mingjing.kit.canonical import canonical
from mingjing.translog.audit import FolderReader, Reader, verify_log
from mingjing.translog.leaf import act_commitment, document_commitment, leaf_fault, stone_commitment
from mingjing.translog.merkle import leaf_hash, verify_inclusion
from mingjing.translog.note import Checkpoint, NoteRefused, from_base64, open_checkpoint
from mingjing.translog.proof import InclusionProof, ProofInvalid
from mingjing.translog.report import Finding, Report
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.suites import suite_of_origin

__all__ = ["Finding", "FolderReader", "Reader", "Report", "verify_bundle", "verify_document", "verify_log"]

BUNDLE_FORMAT: Final = "mingjing-case-bundle@1"


class _Malformed(ValueError):
    """A bundle cannot be read as one."""


@dataclass(frozen=True)
class _ProvenAct:
    """One act of a bundle with what should prove it."""

    act: Mapping[str, object] | None  # None: its content was destroyed, and a stone must say so
    salt: bytes
    leaf: Mapping[str, object]
    index: int
    path: tuple[bytes, ...]


def verify_bundle(bundle: bytes, vkey: str | None = None) -> Report:
    """Check a case bundle: every act as it was logged, none left out, all under one signed checkpoint.

    `vkey` is the log's public key as the checker knows it from elsewhere; without it the bundle is only held
    against the key that it brings along, which the report says.
    """
    report = Report("案卷包")
    try:
        content = _read_json(bundle)
        report.checkpoint = _checkpoint_of(content, vkey, report)
        acts = [_read_act(number, item) for number, item in enumerate(_list(content, "acts"), 1)]
    except (_Malformed, NoteRefused) as refused:
        report.fault("案卷包", str(refused))
        return report
    stones = _check_stones(content, report.checkpoint, report)
    for act in acts:
        _check_act(act, stones, report.checkpoint, report)
    _check_complete(acts, report)
    return report


def verify_document(pdf: bytes, code: str, proof: bytes, vkey: str) -> Report:
    """Check that exactly this PDF was logged under the verification code printed on it."""
    report = Report(f"文书 {code}", checked=1)
    try:
        parsed = InclusionProof.parse(proof)
        report.checkpoint = parsed.verify(parsed.extra, *parse_vkeys(vkey))
        leaf = _read_json(parsed.extra)
        commitment = document_commitment(code, hashlib.sha256(pdf).digest())
    except (NoteRefused, ProofInvalid, _Malformed) as refused:
        report.fault("存证证明", str(refused))
    except UnicodeEncodeError:
        report.fault("查验码", "查验码只含字母、数字和连字符，请核对输入")
    else:
        if leaf.get("k") != "document":
            report.fault("存证证明", f"证明的不是文书，而是“{leaf.get('k')}”")
        elif leaf.get("h") != commitment:
            report.fault("文书", "文件内容与存证不符：文件被改动，或查验码与文件不是同一份")
    return report


def _read_json(data: bytes) -> dict[str, object]:
    """Read a JSON object that has one meaning: no key twice, no floats."""
    try:
        value = json.loads(data, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise _Malformed(f"不是有效的 JSON：{error}") from error
    if not isinstance(value, dict):
        raise _Malformed("应为 JSON 对象")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Malformed("同一对象中有重复的键")
    return value


def _no_float(text: str) -> object:
    raise _Malformed(f"含有小数 {text}：没有唯一写法，不能存证")


def _checkpoint_of(content: Mapping[str, object], vkey: str | None, report: Report) -> Checkpoint:
    if content.get("format") != BUNDLE_FORMAT:
        raise _Malformed(f"格式应为 {BUNDLE_FORMAT}，实为 {content.get('format')}")
    own = parse_vkeys(_text(content, "vkey"))
    if vkey is None:
        report.notice(
            "公钥",
            "未提供从其他途径取得的公钥，改用案卷包自带的公钥：只能证明包内前后一致，不能证明出自该日志",
        )
    elif not set(own) & set(parse_vkeys(vkey)):
        report.fault("公钥", "案卷包自带的公钥与所提供的公钥不同，以所提供的为准")
    keys = own if vkey is None else parse_vkeys(vkey)
    checkpoint = open_checkpoint(_text(content, "checkpoint").encode(), *keys)
    if content.get("origin") != checkpoint.origin:
        report.fault("案卷包", f"所写日志名称“{content.get('origin')}”与检查点“{checkpoint.origin}”不同")
    return checkpoint


def _read_act(number: int, item: object) -> _ProvenAct:
    if not isinstance(item, dict):
        raise _Malformed(f"第 {number} 个行为不是 JSON 对象")
    act, leaf, index = item.get("act"), item.get("leaf"), item.get("index")
    if not isinstance(act, dict | None) or not isinstance(leaf, dict):
        raise _Malformed(f"第 {number} 个行为缺少 act 或 leaf")
    if not isinstance(index, int) or isinstance(index, bool):
        raise _Malformed(f"第 {number} 个行为缺少日志序号")
    try:
        salt = bytes.fromhex(_text(item, "salt"))
    except ValueError as error:
        raise _Malformed(f"第 {number} 个行为的盐不是十六进制") from error
    path = tuple(
        from_base64(str(neighbour), f"第 {number} 个行为的证明路径") for neighbour in _list(item, "proof")
    )
    return _ProvenAct(act, salt, leaf, index, path)


def _check_stones(content: Mapping[str, object], checkpoint: Checkpoint, report: Report) -> set[object]:
    """Check the records of destructions in a bundle; give the commitments that they speak for."""
    spoken: set[object] = set()
    rows = content.get("stones") or []
    for number, item in enumerate(rows if isinstance(rows, list) else [], 1):
        proven, stone = _read_act(number, {**item, "act": None, "salt": ""}), item.get("stone")
        where = f"第 {number} 份销毁记录"
        if not isinstance(stone, dict) or proven.leaf.get("k") != "erasure":
            report.fault(where, "不是销毁记录")
        elif stone_commitment(stone) != proven.leaf.get("h"):
            report.fault(where, "与存证不符：已被改动")
        elif not _included(proven, checkpoint):
            report.fault(where, "不在检查点所述的日志中")
        else:
            spoken |= set(stone.get("commitments", ()))
            words = "；".join(str(stone.get(name)) for name in ("what", "ground", "basis", "authority", "at"))
            report.notice(where, words)
    return spoken


def _included(proven: _ProvenAct, checkpoint: Checkpoint) -> bool:
    hashing = suite_of_origin(checkpoint.origin).hashing
    leaf = leaf_hash(canonical(proven.leaf), hashing)
    return verify_inclusion(leaf, proven.index, checkpoint.size, proven.path, checkpoint.root, hashing)


def _check_act(proven: _ProvenAct, stones: Container[object], checkpoint: Checkpoint, report: Report) -> None:
    leaf = proven.leaf
    where = f"第 {leaf.get('n')} 个行为（日志序号 {proven.index}）"
    report.checked += 1
    try:
        if fault := leaf_fault(leaf):
            report.fault(where, f"叶的内容不合规（{fault}）")
        if leaf.get("k") != "act":
            report.fault(where, f"叶的种类应为 act，实为 {leaf.get('k')}")
        if proven.act is None and leaf.get("h") not in stones:
            report.fault(where, "没有内容，也没有销毁记录：内容被删除")
        if proven.act is not None and act_commitment(proven.salt, proven.act) != leaf.get("h"):
            report.fault(where, "行为内容与存证时的承诺不符：内容或盐被改动")
        included = _included(proven, checkpoint)
    except (TypeError, ValueError) as error:
        report.fault(where, f"无法还原为规范字节（{error}）")
        return
    if not included:
        report.fault(where, "不在检查点所述的日志中：叶、序号或证明路径被改动")
    if proven.act is not None and proven.act.get("seq", leaf.get("n")) != leaf.get("n"):
        report.fault(where, f"行为自身的序号 {proven.act.get('seq')} 与叶的编号不同")


def _check_complete(acts: Sequence[_ProvenAct], report: Report) -> None:
    """Check that nothing is withheld: the acts count 1, 2, 3 … in one case, in the order of the log."""
    if not acts:
        report.fault("案卷包", "没有任何行为")
    cases = {str(act.leaf.get("c")) for act in acts}
    if len(cases) > 1 or "None" in cases:
        report.fault("案卷包", "各行为的叶不属于同一个案件")
    numbers = [number if isinstance(number := act.leaf.get("n"), int) else 0 for act in acts]
    expected = range(1, max(numbers, default=0) + 1)
    for missing in sorted(set(expected) - set(numbers))[:20]:
        report.fault("案卷包", f"缺少第 {missing} 个行为：有记录未移交或被抽走")
    if len(set(numbers)) != len(numbers):
        report.fault("案卷包", "有编号重复的行为")
    in_order = [act.index for _, act in sorted(zip(numbers, acts, strict=True), key=lambda pair: pair[0])]
    if any(earlier >= later for earlier, later in pairwise(in_order)):
        report.fault("案卷包", "行为编号的先后与日志中的先后不一致")


def _text(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise _Malformed(f"缺少 {name}，或它不是文本")
    return value


def _list(content: Mapping[str, object], name: str) -> list[object]:
    value = content.get(name)
    if not isinstance(value, list):
        raise _Malformed(f"缺少 {name}，或它不是列表")
    return value
