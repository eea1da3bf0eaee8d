"""Writing what only grows: a campaign, its files, its steps, each with its entry in the log. Who may is asked above."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.appraisal.drawing import ref_of
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.standing import RECORDS, Standing, standing_of
from mingjing.cases.timeline import moment
from mingjing.inspections.drawing.bundle import record_digest
from mingjing.translog.keeping import keep, next_seq
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LEAF: Final = "appraisal"


class NotDone(Exception):
    """Nothing was written. The Chinese message says why; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


def enter_campaign(row: Campaign) -> Campaign:
    """Write a campaign. The caller holds the transaction."""
    return keep(row, campaign_content, kind=LEAF, ref=row.code, at=row.at)


def enter_file(row: File) -> File:
    """Write a file, so that nobody can say later that it was not among those read, or was marked otherwise."""
    row.key = secrets.token_hex(6)
    return keep(row, file_content, kind=LEAF, ref=f"{row.campaign.code}/{row.key}", at=row.at)


def append(row: Campaign, kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime) -> Step:
    """Write the next step. A record of the draw is committed to as it is: everybody may read it."""
    step = Step(campaign=row, seq=next_seq(row.steps), kind=kind, facts=dict(facts), by=by.username, at=at)
    if kind in RECORDS:
        step.salt, step.commitment = b"", record_digest(step.facts)
        step.save(force_insert=True)
        _enqueue_record(row, step)
        return step
    ref = f"{row.code}/{step.seq}"
    return keep(step, lambda made: step_content(row.code, made), kind=LEAF, ref=ref, at=at)


def _enqueue_record(row: Campaign, step: Step) -> None:
    data: dict[str, Any] = {"h": step.commitment, "at": moment(step.at)}
    if step.kind == "list":
        enqueue(kind="list", data=data, ref=ref_of(step.commitment))
        return
    number = Step.objects.filter(campaign=row, kind__in=RECORDS - {"list"}).count()
    enqueue(kind="draw", data={**data, "c": row.log_code, "n": number}, ref=ref_of(step.commitment))


def locked(row: Campaign) -> tuple[Campaign, Standing]:
    """Give a campaign so that nobody else takes a step until the transaction ends, and where it stands."""
    found = Campaign.objects.select_for_update(of=("self",)).select_related("office").get(pk=row.pk)
    return found, standing_of(found.steps.all())


def campaign_content(row: Campaign) -> dict[str, Any]:
    """Give what the log entry of a campaign commits to."""
    return {
        "code": row.code,
        "log": row.log_code,
        "office": row.office.code,
        "title": row.title,
        "content": row.content,
        "frame": row.frame,
        "by": row.by,
        "at": moment(row.at),
    }


def file_content(row: File) -> dict[str, Any]:
    """Give what the log entry of a file commits to."""
    return {
        "campaign": row.campaign.code,
        "key": row.key,
        "agency": row.agency.code,
        "case": row.case_code,
        "machine": row.machine,
        "body": row.body,
        "faults": row.faults,
        "readers": row.readers,
        "twice": row.twice,
        "at": moment(row.at),
    }


def step_content(code: str, step: Step) -> dict[str, Any]:
    """Give what the log entry of a step commits to."""
    return {
        "campaign": code,
        "seq": step.seq,
        "step": step.kind,
        "facts": step.facts,
        "by": step.by,
        "at": moment(step.at),
    }
