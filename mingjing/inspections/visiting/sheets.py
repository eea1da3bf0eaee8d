"""The check form of a visit: filled in answer by answer, corrected by a later one, put into the words of the acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.inspections.models import CheckSheet, VisitStart, VisitTask
from mingjing.inspections.visiting.scheme import FITS, read_scheme
from mingjing.inspections.visiting.visits import VisitRefused, is_assigned, scheme_of, visit_law
from mingjing.kit.canonical import digest

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

REACH: Final = 2000  # characters of a longtext that a finding may fill


def fill_sheet(
    *, task: VisitTask, answers: Sequence[Mapping[str, str]], result: str, by: "Person", at: datetime
) -> CheckSheet:
    """Keep the check form of a visit that has begun, answer by answer; a later sheet corrects an earlier one."""
    if not VisitStart.objects.filter(task=task).exists():
        raise VisitRefused("检查还没有开始。")
    if not is_assigned(task, by):
        raise VisitRefused("检查表由承办本次检查的人员填写。")
    if result not in visit_law().results:
        raise VisitRefused("请选择检查结果。")
    scheme = scheme_of(task)
    if scheme is None:
        raise VisitRefused("检查方案还没有批准。")
    clauses = read_scheme(scheme.body).item.clauses
    if len(answers) != len(clauses):
        raise VisitRefused("检查表与检查方案不符。请刷新后重新填写。")
    told = []
    for at_clause, (clause, one) in enumerate(zip(clauses, answers, strict=True), 1):
        answer, note = str(one.get("answer", "")).strip(), str(one.get("note", "")).strip()[:500]
        if not answer or (clause.answer == "fit" and answer not in FITS):
            raise VisitRefused(f"第 {at_clause} 项还没有填写：{clause.question}")
        if answer == "no" and not note:
            raise VisitRefused(f"第 {at_clause} 项不符合的，请写明看到的情况。")
        told.append(
            {
                "question": clause.question,
                "law": clause.law,
                "article": clause.article,
                "answer": answer[:500],
                "note": note,
            }
        )
    broken = [one for one in told if one["answer"] == "no"]
    if broken and not visit_law().results[result].problem:
        raise VisitRefused("检查表有不符合的项目，结果不能是没有发现问题的代码。请核对。")
    body = {"task": task.code, "answers": told, "result": result}
    return CheckSheet.objects.create(
        task=task, answers=told, result=result, digest=digest(body), by=by.username, at=at
    )


def sheet_of(task: VisitTask) -> CheckSheet | None:
    """Give the check form as it stands: the latest."""
    return task.sheets.order_by("-id").first()


def finding_of(sheet: CheckSheet) -> str:
    """Put a check form into the words of the record, so that nobody writes it a second time."""
    lines = [f"{at}. {_said(one)}" for at, one in enumerate(sheet.answers, 1)]
    return "\n".join(lines)[:REACH]


def _said(one: Mapping[str, str]) -> str:
    cited = f"{one['question']}（《{one['law']}》{one['article']}）"
    return f"{cited}：{FITS.get(one['answer'], one['answer'])}。{one['note']}"


def problems_of(sheet: CheckSheet) -> str:
    """Say what was found wrong, or that nothing was."""
    lines = [f"{one['question']}：{one['note']}" for one in sheet.answers if one["answer"] == "no"]
    return "；".join(lines)[:REACH] or (
        "未发现问题。"
        if not visit_law().results[sheet.result].problem
        else visit_law().results[sheet.result].title
    )
