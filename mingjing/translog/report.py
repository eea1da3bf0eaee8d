"""What an offline check found, in words for the person who ran it; nothing here checks anything."""

from dataclasses import dataclass, field
from typing import Final

from mingjing.translog.note import Checkpoint

MAX_FINDINGS: Final = 200


@dataclass(frozen=True)
class Finding:
    """One thing found, and where. A notice (`fault` false) does not make the report fail."""

    where: str
    what: str
    fault: bool = True

    def __str__(self) -> str:
        return f"{'✗' if self.fault else '！'} {self.where}：{self.what}"


@dataclass
class Report:
    """The outcome of one check of `subject`; `checked` counts the entries, acts or documents looked at."""

    subject: str
    checkpoint: Checkpoint | None = None
    checked: int = 0
    findings: list[Finding] = field(default_factory=list)
    faults: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing was found that must not be."""
        return self.faults == 0

    def fault(self, where: str, what: str) -> None:
        """Note what must not be. Beyond a limit faults are only counted: a wrecked log has no end of them."""
        self.faults += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(where, what))

    def notice(self, where: str, what: str) -> None:
        """Note what the reader should know and may be right."""
        self.findings.append(Finding(where, what, fault=False))

    @property
    def text(self) -> str:
        """The report in Chinese, one finding a line, the verdict last."""
        lines = [str(finding) for finding in self.findings]
        if self.checkpoint:
            origin, size, root = self.checkpoint.origin, self.checkpoint.size, self.checkpoint.root.hex()
            lines.append(f"检查点：日志 {origin}，共 {size} 条，根 {root}")
        verdict = "核验通过" if self.ok else f"核验不通过，发现 {self.faults} 处问题"
        return "\n".join([*lines, f"{self.subject}：已核 {self.checked} 项，{verdict}。"])
