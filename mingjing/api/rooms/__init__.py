"""The rooms of the API, one module each; a new one is listed here and nowhere else."""

from mingjing.api.rooms import (
    acts,
    cases,
    complaints,
    documents,
    drafts,
    evidence,
    inspections,
    law,
    me,
    personnel,
    publicity,
    supervision,
    visits,
)

ROOMS = (
    me.room,
    cases.room,
    acts.room,
    drafts.room,
    evidence.room,
    documents.room,
    law.room,
    publicity.room,
    personnel.room,
    inspections.room,
    visits.room,
    complaints.room,
    supervision.room,
)
