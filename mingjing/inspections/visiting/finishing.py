"""Whether the lines of a draw are done: visited to the end, skipped, or refused on record; nothing is written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mingjing.cases.followed import kinds_in
from mingjing.inspections.models import CheckSheet, Draw, VisitStart, VisitTask
from mingjing.inspections.visiting.visits import visit_law

if TYPE_CHECKING:
    from mingjing.packs.visit_law import Result

TOLD: Final = "inspection_result_told"
CALLED_OFF: Final = "inspection_called_off"
OBSTRUCTED: Final = "inspection_obstructed"
NOT_COMPLETED: Final = "not_completed"
NAMED: Final = 10  # lines that a refusal lists


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line that is not done, by its place in the draw: its name may still be closed."""

    position: int
    lacks: str


def open_lines(draw: Draw) -> list[OpenLine]:
    """Give the lines of a draw for which nothing stands that ends them, each with what is lacking."""
    tasks = {one.object: one for one in VisitTask.objects.filter(draw=draw)}
    starts = {one.task_id: one for one in VisitStart.objects.filter(task__in=tasks.values())}
    sheets = _results(tasks.values())
    done = kinds_in([one.case_code for one in starts.values()], (TOLD, CALLED_OFF, OBSTRUCTED))
    found = []
    for line in draw.lines.filter(skipped="").order_by("position"):
        task = tasks.get(line.object)
        start = starts.get(task.pk) if task else None
        if task is None or start is None:
            found.append(OpenLine(line.position + 1, "还没有检查"))
        elif lacks := lacking(done.get(start.case_code, set()), sheets.get(task.pk)):
            found.append(OpenLine(line.position + 1, lacks))
    return found


def _results(tasks: Iterable[VisitTask]) -> Mapping[int, "Result"]:
    law = visit_law().results
    rows = CheckSheet.objects.filter(task__in=list(tasks)).order_by("id")
    return {one.task_id: law[one.result] for one in rows}


def lacking(done: set[str], result: "Result | None") -> str:
    """Say what a visit that has begun still lacks before its campaign may end; empty where nothing."""
    if done & {TOLD, CALLED_OFF}:
        return ""
    if result is None:
        return "没有填写检查表"
    if result.conclusion != NOT_COMPLETED:
        return "没有告知检查结果"
    if result.refused and OBSTRUCTED not in done:
        return "没有拒绝、阻碍检查的记录"
    return ""


def refusal_for(lines: list[OpenLine]) -> str:
    """Put into one sentence why a draw cannot be ended yet, and how that is mended."""
    told = "；".join(f"第 {one.position} 项{one.lacks}" for one in lines[:NAMED])
    more = f"等 {len(lines)} 项" if len(lines) > NAMED else ""
    return (
        f"还有任务没有办完：{told}{more}。"
        "请检查并告知结果；确实不能检查的，写明理由跳过，或者如实记录拒绝、无法联系。"
    )
