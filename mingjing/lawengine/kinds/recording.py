"""Recording: an act must be recorded by one of some media, unless a reason is given why it was not."""

from typing import Final, cast

from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.terms import RecordingTerms
from mingjing.lawengine.verdicts import breach, passed, unknown
from mingjing.lawengine.view import View

MEDIA: Final = {"photo": "照片", "audio": "录音", "video": "录像", "document": "文书", "other": "其他材料"}


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge the act's own evidence; what was recorded for another act says nothing of this one."""
    terms = cast("RecordingTerms", version.terms)
    if any(item.medium in terms.media for item in act.evidence):
        return passed(rule, version, "有音像记录")
    if terms.unless and act.facts.get(terms.unless) not in (None, "", False):
        return passed(rule, version, "没有音像记录，已写明原因")
    wanted = "或者".join(MEDIA[medium] for medium in terms.media)
    title = state.law.title_of(act.kind)
    if state.fragment:
        return unknown(rule, version, f"摘录的案卷里没有“{title}”的{wanted}，看不出是否记录过")
    excuse = f"，也没有写明“{state.law.label(terms.unless)}”" if terms.unless else ""
    found = "、".join(sorted({MEDIA.get(item.medium, item.medium) for item in act.evidence})) or "无"
    return breach(rule, version, f"“{title}”应当有{wanted}{excuse}", found=found, allowed=wanted)
