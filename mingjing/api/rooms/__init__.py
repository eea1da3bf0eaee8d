"""The rooms of the API, one module each; a new one is listed here and nowhere else."""

from mingjing.api.rooms import acts, cases, documents, drafts, evidence, law, me, personnel, publicity

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
)
