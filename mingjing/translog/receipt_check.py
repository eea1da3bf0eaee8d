"""Checking a receipt step by step, content to leaf to root to signatures, and naming the step that fails; no I/O."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from mingjing.kit.clock import chinese_time
from mingjing.translog.leaf import leaf_fault
from mingjing.translog.merkle import leaf_hash, verify_inclusion
from mingjing.translog.note import Checkpoint, NoteKey, NoteRefused, SignatureLine, split_note
from mingjing.translog.policy import Policy
from mingjing.translog.proof import InclusionProof
from mingjing.translog.receipt import KINDS, Receipt, ReceiptRefused
from mingjing.translog.report import Report
from mingjing.translog.sm2 import Sm2Missing
from mingjing.translog.sm2_note import Sm2VerifyKey, parse_vkey
from mingjing.translog.strict_json import NotStrict, read_object

OK: Final = "ok"
FAULT: Final = "fault"
OPEN: Final = "open"  # not settled for want of something the checker did not give, and said so

_UNTIL: Final = re.compile(r"(\S+)(?: until=([1-9][0-9]{0,18}))?", re.ASCII)


@dataclass(frozen=True)
class TrustedKey:
    """A key of the log as the checker knows it from elsewhere; retired, it counts up to a size of the log only."""

    key: NoteKey
    until: int | None = None

    @property
    def national(self) -> bool:
        """Whether it is the log's SM2 key, which signs beside the Ed25519 key and never in its place."""
        return isinstance(self.key, Sm2VerifyKey)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey, behind which ` until=SIZE` may stand; raise NoteRefused."""
        match = _UNTIL.fullmatch(text.strip())
        if match is None:
            raise NoteRefused("公钥应写成“名称+编号+Base64”，停用的在后面加 until=条数")
        return cls(parse_vkey(match[1]), int(match[2]) if match[2] else None)


def trusted_texts(text: str) -> list[str]:
    """Take apart several keys in one text, each with the `until=SIZE` that may stand behind it."""
    found: list[str] = []
    for word in text.split():
        if word.startswith("until=") and found:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


@dataclass(frozen=True)
class Step:
    """One step of a check. `code` names what is wrong for programs, `text` says it in Chinese."""

    name: str  # receipt, content, file, path, signature, witness
    state: str
    text: str
    code: str = ""


@dataclass
class Verdict:
    """What a check found; `receipt`, `leaf` and `checkpoint` as far as they could be read."""

    steps: list[Step] = field(default_factory=list)
    receipt: Receipt | None = None
    leaf: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None

    @property
    def ok(self) -> bool:
        """Whether no step failed."""
        return all(step.state != FAULT for step in self.steps)

    @property
    def complete(self) -> bool:
        """Whether the content was held against the log, not only the log against its signatures."""
        return self.ok and any(step.name == "content" and step.state == OK for step in self.steps)

    @property
    def codes(self) -> list[str]:
        """What is wrong, in one word each."""
        return [step.code for step in self.steps if step.state == FAULT]


def check_receipt(
    data: bytes | Receipt, vkeys: Sequence[str], *, policy: Policy | None = None, file_digest: str = ""
) -> Verdict:
    """Check a receipt against the log's keys, and the file it is of if its SHA-256 is given.

    `policy` names the witnesses and their quorum. Every step that can be taken is taken, so that the verdict says all
    that is wrong. Raises NoteRefused where a key is malformed: that is the checker's fault, not the receipt's.
    """
    trusted = list(_usable(vkeys))
    verdict = Verdict()
    try:
        receipt = data if isinstance(data, Receipt) else Receipt.parse(data)
        verdict.leaf = read_object(receipt.proof.extra)
        text, lines = split_note(receipt.proof.note)
        verdict.checkpoint = Checkpoint.parse(text)
    except (ReceiptRefused, NotStrict, NoteRefused) as refused:
        verdict.steps.append(Step("receipt", FAULT, str(refused), "format"))
        return verdict
    verdict.receipt = receipt
    verdict.steps += _content(receipt, verdict.leaf, file_digest)
    verdict.steps += _file(receipt, file_digest)
    verdict.steps.append(_path(receipt.proof, verdict.checkpoint))
    verdict.steps.append(_signature(text, lines, verdict.checkpoint, trusted))
    verdict.steps.append(_witness(receipt.proof.note, lines, verdict.checkpoint, trusted, policy))
    return verdict


def _usable(vkeys: Sequence[str]) -> Iterator[TrustedKey]:
    """Read keys; those that this machine's OpenSSL cannot use are left out, and their lines passed over."""
    for one in vkeys:
        try:
            yield TrustedKey.parse(one)
        except Sm2Missing:
            continue


def receipt_report(verdict: Verdict) -> Report:
    """Give a verdict as the report that `mingjing verify` prints."""
    named = KINDS[verdict.receipt.kind] if verdict.receipt else ""
    report = Report(f"{named}存证回执", checkpoint=verdict.checkpoint, checked=1)
    for step in verdict.steps:
        if step.state == FAULT:
            report.fault(TITLES[step.name], step.text)
        elif step.state == OPEN:
            report.notice(TITLES[step.name], step.text)
    return report


TITLES: Final = {
    "receipt": "回执文件",
    "content": "内容与叶",
    "file": "原件",
    "path": "叶到根",
    "signature": "检查点签名",
    "witness": "见证",
}


def _content(receipt: Receipt, leaf: Mapping[str, Any], file_digest: str) -> Iterator[Step]:
    """Compare the content that the receipt shows with the commitment in the leaf."""
    # Whether its kind is the receipt's is asked next: a kind that only newer tools know is no fault of the leaf.
    named = leaf.get("k")
    if fault := leaf_fault({**leaf, "k": receipt.kind} if isinstance(named, str) and named else leaf):
        yield Step("content", FAULT, f"叶的内容不合规（{fault}）", "leaf")
        return
    if named != receipt.kind:
        told = f"回执说是“{KINDS[receipt.kind]}”，存证的却是“{KINDS.get(str(named), str(named))}”"
        yield Step("content", FAULT, told, "kind")
        return
    found = receipt.commitment(file_digest if not receipt.file_digest else "")
    if found is None:
        yield Step("content", OPEN, "这份回执不含文书的指纹：请一并提供收到的 PDF，才能核对内容")
    elif found != leaf["h"]:
        yield Step("content", FAULT, _unlike(receipt), "content")
    elif not _placed(receipt, leaf):
        yield Step("content", FAULT, "行为自身所写的案件或序号与叶不同", "leaf")
    else:
        yield Step("content", OK, "由所示内容重算的指纹，与存证的叶一致")


def _unlike(receipt: Receipt) -> str:
    if receipt.kind == "document":
        if receipt.file_digest:
            return "查验码或文书指纹与存证不符：其中之一被改动"
        return "文书与存证不符：PDF 不是发出的那一份，或者查验码不对"
    return "所示内容与存证不符：内容或盐被改动过"


def _placed(receipt: Receipt, leaf: Mapping[str, Any]) -> bool:
    if receipt.kind != "act":
        return True
    content = receipt.reveal["content"]
    same: bool = content.get("n") == leaf.get("n") and content.get("case") == leaf.get("c")
    return same


def _file(receipt: Receipt, file_digest: str) -> Iterator[Step]:
    """Compare the file in the checker's hand with the one the receipt is of."""
    named = receipt.file_digest
    if file_digest and named:
        if file_digest == named:
            yield Step("file", OK, "所给的文件就是存证的那一份，一个字节都不差")
        else:
            told = "所给的文件不是存证的那一份：被改动过、另存过，或者选错了文件"
            yield Step("file", FAULT, told, "file")
    elif file_digest and receipt.kind != "document":
        yield Step("file", OPEN, "这种回执不对应单个文件，所给的文件没有用上")
    elif named:
        yield Step("file", OPEN, "没有提供原件：只核对了回执写明的指纹，没有核对您手里的文件")


def _path(proof: InclusionProof, checkpoint: Checkpoint) -> Step:
    """Follow the path from the leaf to the root, and where it leads elsewhere look for the likely reason."""
    index, size, path = proof.index, checkpoint.size, proof.path
    leaf = leaf_hash(proof.extra)
    if verify_inclusion(leaf, index, size, path, checkpoint.root):
        return Step("path", OK, f"叶沿 {len(path)} 个哈希到达检查点的根：它是日志的第 {index} 条")
    if index >= size:
        return Step("path", FAULT, f"序号 {index} 超出检查点的 {size} 条：序号被改动", "index")
    for other in _misread(index):
        if verify_inclusion(leaf, other, size, path, checkpoint.root):
            return Step(
                "path", FAULT, f"序号被改动：这条路径证明的是第 {other} 条，不是第 {index} 条", "index"
            )
    if len(path) != (needed := path_length(index, size)):
        told = f"证明路径被改动：{size} 条的日志中第 {index} 条应有 {needed} 个哈希，实有 {len(path)} 个"
        return Step("path", FAULT, told, "path")
    return Step("path", FAULT, "到不了检查点的根：叶、证明路径或检查点有一处被改动", "path")


def path_length(index: int, size: int) -> int:
    """Give how many hashes lead from the entry at `index` to the root of a log of `size`."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def _misread(index: int) -> Iterator[int]:
    """Give the numbers that differ from `index` in one digit, as a slip or a small forgery would."""
    text = str(index)
    for at in range(len(text)):
        for digit in "0123456789":
            if digit != text[at]:
                yield int(text[:at] + digit + text[at + 1 :])


def _signature(
    text: bytes, lines: Sequence[SignatureLine], checkpoint: Checkpoint, trusted: Sequence[TrustedKey]
) -> Step:
    """Check that the log signed the checkpoint with a key that the checker trusts, and that was in use then."""
    own = [one for one in trusted if one.key.name == checkpoint.origin and not one.national]
    if not own:
        known = "、".join(sorted({one.key.name for one in trusted if not one.national}))
        told = f"检查点属于日志“{checkpoint.origin}”，不是“{known}”：这是另一个日志的回执"
        return Step("signature", FAULT, told, "origin")
    signed = []
    for one in own:
        for line in lines:
            if (line.name, line.key_id) == (one.key.name, one.key.key_id):
                if not one.key.verifies(text, line.signature):
                    told = "检查点的签名无效：签名之后条数或根被改动，或者签名系伪造"
                    return Step("signature", FAULT, told, "signature")
                signed.append(one)
    if not signed:
        told = f"检查点没有日志“{checkpoint.origin}”用所公布的密钥作的签名"
        return Step("signature", FAULT, told, "unsigned")
    if all(one.until is not None and checkpoint.size > one.until for one in signed):
        told = f"签名密钥自第 {signed[0].until} 条起已经停用，不能再签 {checkpoint.size} 条的检查点"
        return Step("signature", FAULT, told, "expired")
    told = f"检查点（{checkpoint.size} 条）由日志“{checkpoint.origin}”签名，签名有效"
    national = _national(text, lines, checkpoint, trusted)
    if national is False:
        return Step("signature", FAULT, f"{told}；但国密签名（SM2、SM3）无效，系改动或者伪造", "sm2")
    return Step("signature", OK, f"{told}；国密签名（SM2、SM3）也有效" if national else told)


def _national(
    text: bytes, lines: Sequence[SignatureLine], checkpoint: Checkpoint, trusted: Sequence[TrustedKey]
) -> bool | None:
    """Say whether every line of the log's SM2 keys is true; None where there is none."""
    found = None
    for one in trusted:
        if not one.national or (one.until is not None and checkpoint.size > one.until):
            continue
        for line in lines:
            if (line.name, line.key_id) == (one.key.name, one.key.key_id):
                found = found is not False and one.key.verifies(text, line.signature)
    return found


def _witness(
    note: bytes,
    lines: Sequence[SignatureLine],
    checkpoint: Checkpoint,
    trusted: Sequence[TrustedKey],
    policy: Policy | None,
) -> Step:
    """Check that enough witnesses saw this checkpoint; lines of keys that nobody named are passed over and counted."""
    known = {(one.key.name, one.key.key_id) for one in trusted}
    known |= {(key.name, key.key_id) for key in policy.keys} if policy else set()
    unknown = sum((line.name, line.key_id) not in known for line in lines)
    passed = f"；另有 {unknown} 行不认识的签名，没有采信" if unknown else ""
    if policy is None:
        return Step("witness", OPEN, f"没有提供见证方名单，没有核对见证{passed}")
    try:
        standing = policy.judge(note)
    except NoteRefused as refused:
        return Step("witness", FAULT, str(refused), "cosignature")
    seen = "、".join(f"“{name}”于{_moment(one.at)}" for name, one in standing.cosignatures.items())
    if not standing.met:
        told = f"见证不足：要求{policy.in_words}，实有：{seen or '无'}{passed}"
        return Step("witness", FAULT, told, "quorum")
    if not seen:
        return Step("witness", OPEN, f"没有见证：所用的名单不要求见证{passed}")
    return Step("witness", OK, f"{seen}见证了 {checkpoint.size} 条的检查点{passed}")


def _moment(seconds: int) -> str:
    try:
        return chinese_time(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return f"第 {seconds} 秒"


__all__ = [
    "Step",
    "TrustedKey",
    "Verdict",
    "check_receipt",
    "path_length",
    "receipt_report",
    "trusted_texts",
]
