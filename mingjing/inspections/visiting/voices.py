"""How a firm rates a visit: once, for the supervisor alone, who may answer; its complaints go to their own room."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from mingjing.inspections.models import FirmVoice, VoiceAnswer
from mingjing.inspections.visiting.visits import VisitRefused
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

LONGEST: Final = 1000
RATING: Final = FirmVoice.Kind.RATING


def rate(*, case: "Case", stars: int, words: str, once: str, at: datetime) -> FirmVoice:
    """Take in a firm's rating of a visit, once; sent again under the same token it is the same."""
    if not 1 <= stars <= 5:
        raise VisitRefused("请选择 1 至 5 分。")
    if (rated := rating_of(case.code)) is not None:
        if rated.once == once:
            return rated
        raise VisitRefused("这次检查已经评价过，评价不能更改。还有意见的，可以投诉。")
    return _keep(FirmVoice(kind=RATING, stars=stars, words=_words(words)), case, once, at)


def rating_of(case_code: str) -> FirmVoice | None:
    """Give the rating of a visit with what was answered to it, None while there is none."""
    return FirmVoice.objects.filter(case_code=case_code, kind=RATING).prefetch_related("answers").first()


def answer_voice(*, voice: FirmVoice, text: str, by: "Person", at: datetime) -> VoiceAnswer:
    """Note what the supervisor did about a rating; the firm reads it on its own page."""
    if not may(by, "visits.voices", voice.agency.code) or by.agency_id == voice.agency_id:
        raise VisitRefused("评价由被评价机关以外的监督机关处理。")
    if not text.strip():
        raise VisitRefused("请写明处理情况。")
    return VoiceAnswer.objects.create(voice=voice, text=text.strip()[:LONGEST], by=by.username, at=at)


def _words(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]


def _keep(voice: FirmVoice, case: "Case", once: str, at: datetime) -> FirmVoice:
    voice.code, voice.once, voice.case_code = secrets.token_hex(8), once, case.code
    voice.agency, voice.at = case.agency, at
    try:
        with transaction.atomic():
            voice.save(force_insert=True)
    except IntegrityError:
        raise VisitRefused("已经提交过，没有重复记录。") from None
    return voice
