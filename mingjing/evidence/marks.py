"""Moments in a recording that somebody points out, linked to an act where one was done; taken back by a further row."""

from django.db import transaction
from django.utils import timezone

from mingjing.evidence.models import EvidenceItem, MediaMark
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.translog.turns import take_turn

__all__ = ["mark", "marks_of", "take_back"]

LONGEST_SECONDS = 7 * 24 * 3600


def mark(*, item: EvidenceItem, second: int, text: str, act: str, by: str) -> MediaMark:
    """Point out a moment of a recording. Raises EvidenceRefused, nothing kept."""
    text = text.strip()
    if item.medium not in {"audio", "video"}:
        raise EvidenceRefused("只有录音、录像可以标记时点", "请在录音、录像的页面上标记")
    if not 0 <= second <= LONGEST_SECONDS:
        raise EvidenceRefused("时点不是有效的时间", "请按“分:秒”填写", field="second")
    if not text or len(text) > 200:
        raise EvidenceRefused("请写明这一时点的内容", "不超过 200 个字", field="text")
    return MediaMark.objects.create(
        dossier=item.dossier, digest=item.digest, second=second, text=text, act=act, by=by, at=timezone.now()
    )


def take_back(*, item: EvidenceItem, pk: int, by: str) -> None:
    """Take a mark back; it stays in the table with who took it back. Harmless when done twice."""
    with transaction.atomic():
        take_turn("mark", pk)
        found = MediaMark.objects.filter(pk=pk, dossier=item.dossier, digest=item.digest).first()
        if found is None or found.takes_back_id or found.taken_back_by.exists():
            return
        MediaMark.objects.create(
            dossier=item.dossier,
            digest=item.digest,
            second=found.second,
            text=found.text,
            act=found.act,
            takes_back=found,
            by=by,
            at=timezone.now(),
        )


def marks_of(item: EvidenceItem) -> list[MediaMark]:
    """Give the marks that stand, in the order of the recording."""
    rows = MediaMark.objects.filter(digest=item.digest, dossier=item.dossier, takes_back=None)
    return list(rows.filter(taken_back_by=None).order_by("second", "id"))
