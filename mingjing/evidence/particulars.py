"""What somebody says about a piece of evidence, checked before a byte of it is read."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mingjing.evidence.kinds import legal_kinds
from mingjing.evidence.models import Side
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.kit.clock import chinese_time

# Field -> its Chinese name, the longest text it takes, whether it must be filled in.
TEXTS: Final = {
    "title": ("证据名称", 200, True),
    "taken_by": ("取证人", 100, True),
    "place": ("取证地点", 200, False),
    "device": ("设备编号", 40, False),
    "interruptions": ("摄录中断情况", 300, False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The label of a piece of evidence."""

    title: str
    legal_kind: str
    side: str
    taken_by: str
    taken_at: datetime | None
    place: str
    device: str = ""
    taken_until: datetime | None = None
    interruptions: str = ""

    def check(self, now: datetime) -> None:
        """Raise EvidenceRefused, naming the field, for what cannot be right."""
        for field, (title, longest, needed) in TEXTS.items():
            _check_text(field, title, getattr(self, field), longest, needed=needed)
        if self.legal_kind not in legal_kinds():
            names = "、".join(kind.title for kind in legal_kinds().values())
            raise EvidenceRefused("没有选择证据种类", f"请从法定种类中选择：{names}", field="legal_kind")
        if self.side not in Side.values:
            raise EvidenceRefused("没有选择证明方向", f"请选择：{'、'.join(Side.labels)}", field="side")
        if self.taken_at and self.taken_at > now:
            raise EvidenceRefused(
                f"取证时间（{chinese_time(self.taken_at)}）晚于现在", "请填写实际取证的时间", field="taken_at"
            )
        self._check_end(now)

    def _check_end(self, now: datetime) -> None:
        """A recording ends after it begins and not in time to come."""
        if self.taken_until is None:
            return
        if self.taken_at is None:
            raise EvidenceRefused(
                "填写了摄录结束时间，没有填写开始时间", "请在取证时间一栏填写开始时间", field="taken_at"
            )
        if not self.taken_at <= self.taken_until <= now:
            raise EvidenceRefused(
                f"摄录结束时间（{chinese_time(self.taken_until)}）早于开始时间或者晚于现在",
                "请填写实际结束的时间",
                field="taken_until",
            )


def _check_text(field: str, title: str, text: str, longest: int, *, needed: bool) -> None:
    if needed and not text.strip():
        raise EvidenceRefused(f"没有填写{title}", f"请填写{title}", field=field)
    if len(text) > longest:
        raise EvidenceRefused(f"{title}超过 {longest} 个字", "请改短", field=field)
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise EvidenceRefused(f"{title}中含有控制字符", "请删去换行和不可见字符", field=field)
