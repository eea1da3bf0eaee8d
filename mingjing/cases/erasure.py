"""Destroying the content of a case: its acts keep their places and commitments, everything derived from them goes."""

from collections.abc import Sequence
from typing import Final

from mingjing.cases import sums
from mingjing.cases.derived import head_of
from mingjing.cases.models import Act, Case, CaseHandler, Draft
from mingjing.cases.statements import StoredRows, read_rows

GONE: Final = "（内容已销毁）"

# The form that the trigger lets an act be set to once a stone stands for it, as literals of SQL.
ERASED_ACT: Final = {
    "facts": "'{}'",
    "performers": "'[]'",
    "evidence": "'[]'",
    "held": "'[]'",
    "passed": "'[]'",
    "recorded_by": "''",
    "salt": "X''",
}


def act_refs(case: Case) -> list[tuple[str, str]]:
    """Give reference and commitment of every act of a case that still has its content."""
    rows = Act.objects.of(case).order_by("seq").values_list("code", "commitment", "salt")
    return [(code, commitment) for code, commitment, salt in rows if bytes(salt)]


def erase_case(case: Case) -> None:
    """Empty every act of a case and forget what was derived; call it in the transaction that lays the stone."""
    stored = Case.objects.select_for_update().get(pk=case.pk, agency=case.agency_id)
    before = sums.places(stored.imported, head_of(stored), read_rows(stored))
    Act.objects.of(case).update(
        facts={}, performers=[], evidence=[], held=[], passed=[], recorded_by="", salt=b""
    )
    for rows in (case.deadlines, case.findings, case.outcomes, case.citations, case.parties):
        rows.all().delete()
    CaseHandler.objects.filter(case=case).delete()
    Draft.objects.filter(case_code=case.code).delete()
    case.title = case.party_name = GONE
    case.party_kind = case.party_code = case.source = ""
    case.handlers, case.erased, case.ended, case.next_due = [], True, True, None
    case.score, case.breaches, case.hints, case.unknowns, case.vetoed = 100, 0, 0, 0, False
    case.save()
    sums.note(case.agency_id, before, sums.places(case.imported, head_of(case), StoredRows({}, {})))


def erased_acts(case: Case) -> Sequence[Act]:
    """Give what is left of the acts of a case: kinds, days and commitments."""
    return list(Act.objects.of(case).order_by("seq"))
