"""Derive every row of every case anew from its acts, and say where what stood there differed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mingjing.cases import citations, derived, outcomes, parties
from mingjing.cases.law import file_of
from mingjing.cases.models import (
    Act,
    Case,
    CaseCitation,
    CaseDeadline,
    CaseFinding,
    CaseHandler,
    CaseParty,
)
from mingjing.cases.statements import read_outcomes, read_rows, replace_handlers
from mingjing.cases.sums import count_anew

HANDLERS = "办案人员索引"


@dataclass(slots=True)
class Report:
    """What was counted and what differed, one Chinese line each."""

    cases: int = 0
    acts: int = 0
    differences: list[str] = field(default_factory=list)


class _NothingWritten(Exception):
    """Ends the transaction of a dry run."""


def rebuild(*, dry_run: bool = False) -> Report:
    """Rebuild the derived rows case by case; a dry run only compares."""
    report = Report()
    now = timezone.now()
    for pk in Case.objects.filter(erased=False).order_by("pk").values_list("pk", flat=True).iterator():
        try:
            with transaction.atomic():
                _rebuild_case(pk, report, now)
                if dry_run:
                    raise _NothingWritten
        except _NothingWritten:
            continue
    if not dry_run:
        # What somebody else had changed was in no sum, so what was mended of it is not either.
        for agency in Case.objects.order_by().values_list("agency_id", flat=True).distinct():
            count_anew(agency, at=now)
    return report


def _rebuild_case(pk: int, report: Report, now: datetime) -> None:
    case = Case.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    before = _picture(case)
    rows = list(Act.objects.of(case).order_by("seq"))
    file = file_of(case, rows)
    head_before, rows_before = derived.head_of(case), read_rows(case)
    # Whatever acts may state of a case is forgotten first: what no act has stated must not stay.
    case.ended, case.handlers = False, []
    for name in (*derived.CARRIED, "number", "decision_no"):
        setattr(case, name, "")
    for row in rows:
        derived.carry(case, file.law.kinds[row.kind], row.facts, [one["person"] for one in row.performers])
    case.act_count, case.last_act_at = len(rows), rows[-1].recorded_at
    derived.write(
        case,
        derived.stand(case, file.state.standing(now)),
        head_before=head_before,
        rows_before=rows_before,
    )
    outcomes.write(case, rows)
    citations.renew(case, (row.facts for row in rows), file.law)
    parties.renew(case, (row.facts for row in rows))
    if before[HANDLERS] != sorted(set(case.handlers)):
        replace_handlers(case)
    after = _picture(case)
    report.cases += 1
    report.acts += len(rows)
    label = case.number or case.code
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            report.differences.append(f"{label}：{name} 原为 {before.get(name)}，应为 {after.get(name)}")


def _picture(case: Case) -> dict[str, Any]:
    """Give what stands in the derived rows of a case, by a name a person can read."""
    seen: dict[str, Any] = {name: getattr(case, name) for name in derived.HEAD_COLUMNS}
    seen[HANDLERS] = sorted(CaseHandler.objects.filter(case=case).values_list("username", flat=True))
    for limit in CaseDeadline.objects.filter(case=case):
        name = f"期限“{limit.title}”（{limit.rule}，第 {limit.start_seq} 项行为起算）"
        seen[name] = (limit.status, str(limit.due), limit.urges)
    for finding in CaseFinding.objects.filter(case=case):
        seen[f"发现 {finding.rule}（第 {finding.act_seq} 项行为）"] = (finding.outcome, finding.points)
    for (outcome, seq), row in read_outcomes(case).items():
        seen[f"处理结果 {outcome}（第 {seq} 项行为）"] = row
    for law, article in CaseCitation.objects.filter(case=case).values_list("law", "article"):
        seen[f"引用《{law}》第{article}条"] = True
    for name, code, key in CaseParty.objects.filter(case=case).values_list("name", "code_key", "name_key"):
        seen[f"当事人索引 {name}"] = (code, key)
    return seen
