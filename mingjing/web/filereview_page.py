"""What the pages of file reviews share: a campaign in sight, numbers that are typed, the items people judge."""

from typing import Any

from django.http import Http404

from mingjing.appraisal import selectors as campaigns
from mingjing.appraisal.selectors import Line, NoSuchCampaign
from mingjing.appraisal.standing import FULL
from mingjing.review.scoring import human_items, review_standard
from mingjing.web.access import SignedRequest


def line_for(request: SignedRequest, code: str) -> Line:
    """Give a campaign that concerns this person; for all others there is none."""
    try:
        return campaigns.campaign_for(request.user, code)
    except NoSuchCampaign:
        raise Http404(code) from None


def count(text: str) -> int:
    """Give a number that was typed, -1 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else -1


def items_by_stage(typed: Any = None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give what people must judge, by stage, with what was typed so far."""
    human, stages = human_items(), dict[str, list[dict[str, Any]]]()
    for item in review_standard().items:
        if item.no in human:
            stages.setdefault(item.stage, []).append(
                {
                    "item": item,
                    "why": human[item.no].why,
                    "most": FULL if item.veto else int(float(item.points)),
                    "points": typed.get(f"p-{item.no}", "") if typed else "",
                    "words": typed.get(f"w-{item.no}", "") if typed else "",
                }
            )
    return list(stages.items())
