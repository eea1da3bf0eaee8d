"""Holding file-review campaigns against the log: whoever changed, took out or slipped one in is found here."""

import json
from collections.abc import Iterator

from mingjing.appraisal.drawing import ref_of
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.standing import RECORDS
from mingjing.appraisal.writing import LEAF, campaign_content, file_content, step_content
from mingjing.inspections.drawing.bundle import record_digest
from mingjing.translog.held import Row, held
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import entries_of_kind


def audit_appraisal() -> Iterator[str]:
    """Give one Chinese line for every campaign, file and step that is not as the log says."""
    yield from held(LEAF, "评查记录", _rows())


def _rows() -> Iterator[Row]:
    for row in Campaign.objects.select_related("office").order_by("id").iterator(chunk_size=100):
        made = act_commitment(bytes(row.salt), campaign_content(row))
        yield Row(f"评查活动“{row.title}”", row.code, made)
    for file in File.objects.select_related("campaign", "agency").order_by("id").iterator(chunk_size=500):
        made = act_commitment(bytes(file.salt), file_content(file))
        where = f"评查活动“{file.campaign.title}”的案卷 {file.key}"
        yield Row(where, f"{file.campaign.code}/{file.key}", made)
    draws = {ref: json.loads(data)["h"] for kind in ("list", "draw") for ref, data in entries_of_kind(kind)}
    for step in Step.objects.select_related("campaign").order_by("id").iterator(chunk_size=500):
        where = f"评查活动“{step.campaign.title}”第 {step.seq} 步"
        if step.kind in RECORDS:
            # Its entry is one of the draw's own; without it the empty word differs from every digest.
            yield Row(where, "", record_digest(step.facts), draws.get(ref_of(step.commitment), ""))
        else:
            made = act_commitment(bytes(step.salt), step_content(step.campaign.code, step))
            yield Row(where, f"{step.campaign.code}/{step.seq}", made)
