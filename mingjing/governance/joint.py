"""Joint enforcement (联合执法机制): members, what triggers it, tasks with limits, and each member's result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

TITLES: Final[Mapping[str, str]] = {
    "confirmed": "建立",
    "task": "派出任务",
    "result": "反馈结果",
    "ended": "终止",
}
MOST_TRIGGERS: Final = 20


@dataclass(slots=True)
class Task:
    """One task: which trigger, for whom, until when, and who has answered what."""

    number: int
    trigger: str
    text: str
    members: Sequence[str]
    due: date
    results: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """The members who have not answered."""
        return [one for one in self.members if one not in self.results]

    def overdue(self, today: date) -> bool:
        """Whether somebody should have answered by now and has not."""
        return bool(self.waiting) and today > self.due

    def late(self, member: str) -> bool:
        """Whether a member answered after the limit."""
        found = self.results.get(member)
        return found is not None and found["on"] > self.due.isoformat()


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far."""

    confirmed: bool = False
    ended: bool = False
    tasks: list[Task] = field(default_factory=list)

    @property
    def state(self) -> str:
        """One word for lists."""
        return "已终止" if self.ended else "运行中" if self.confirmed else "待确认"


@transaction.atomic
def set_up(
    *, subject: str, members: Sequence[str], triggers: Sequence[str], duty: str,
    by: "Person", at: datetime, once: str,
) -> Matter:  # fmt: skip
    """Set up a mechanism that one's own agency leads; another person confirms it. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    known = {one.code for one in agencies()} - {by.agency.code}
    chosen = sorted(set(members))
    if not chosen or not set(chosen) <= known:
        raise NotDone("请从名单里选择成员单位，不含牵头的本单位。", field="members")
    said = [words(one, "启动情形", "triggers", 200) for one in triggers if one.strip()]
    if not 0 < len(said) <= MOST_TRIGGERS:
        raise NotDone(f"请写明什么情形启动联合执法，每行一条，最多 {MOST_TRIGGERS} 条。", field="triggers")
    content = {"members": chosen, "triggers": said, "duty": words(duty, "各单位分工", "duty")}
    shared = f";{';'.join(chosen)};"
    return ledger.enter(
        kind="joint", subject=subject, year=legal_day(at).year, content=content, by=by, at=at,
        once=once, shared=shared,
    )  # fmt: skip


@transaction.atomic
def confirm(*, matter: Matter, by: "Person", at: datetime) -> Step:
    """Let a mechanism stand; not by who set it up. Raises NotDone."""
    row, now = _led(matter, by, "governance.confirm")
    if now.confirmed or now.ended:
        raise NotDone("已经处理过。")
    if row.by == by.username:
        raise NotDone("拟定人不能自己确认，请由另一人确认。")
    return ledger.append(row, "confirmed", {}, by=by, at=at)


@transaction.atomic
def give(
    *, matter: Matter, trigger: int, text: str, members: Sequence[str], due: date | None,
    by: "Person", at: datetime,
) -> Step:  # fmt: skip
    """Give a task to members, or to the leading agency itself, because a trigger came about. Raises NotDone."""
    row, now = _led(matter, by, "governance.enter")
    if not now.confirmed or now.ended:
        raise NotDone("机制还没有确认，或者已经终止。")
    if not 0 <= trigger < len(row.content["triggers"]):
        raise NotDone("请选择启动情形。", field="trigger")
    chosen = sorted(set(members))
    if not chosen or not set(chosen) <= {*row.content["members"], row.agency.code}:
        raise NotDone("请从成员单位里选择承办单位。", field="members")
    limit = ledger.day(due, "期限", "due")
    if limit < legal_day(at):
        raise NotDone("期限早于今天。", field="due")
    facts = {
        "number": len(now.tasks) + 1,
        "trigger": row.content["triggers"][trigger],
        "text": words(text, "任务", "text"),
        "members": chosen,
        "due": limit.isoformat(),
    }
    return ledger.append(row, "task", facts, by=by, at=at)


@transaction.atomic
def answer(
    *, matter: Matter, number: int, text: str, files: Sequence[Mapping[str, Any]] = (),
    by: "Person", at: datetime,
) -> Step:  # fmt: skip
    """Give the result of one's own agency on a task, once. Raises NotDone."""
    row = ledger.locked(matter)
    facts = answered(row, number=number, text=text, by=by, at=at)
    return ledger.append(row, "result", facts | {"files": [dict(one) for one in files]}, by=by, at=at)


def answered(row: Matter, *, number: int, text: str, by: "Person", at: datetime) -> dict[str, Any]:
    """Give what a result would say, its files left out: a page asks before it keeps them. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    now, own = stand(row), by.agency.code
    task = next((one for one in now.tasks if one.number == number), None)
    if task is None or own not in task.members or now.ended:
        raise NotDone("这项任务没有派给本单位。")
    if own in task.results:
        raise NotDone("本单位已经反馈过。")
    return {
        "number": number,
        "member": own,
        "on": legal_day(at).isoformat(),
        "text": words(text, "办理结果", "text"),
    }


@transaction.atomic
def end(*, matter: Matter, why: str, by: "Person", at: datetime) -> Step:
    """End a mechanism, with the reason. Raises NotDone."""
    row, now = _led(matter, by, "governance.confirm")
    if now.ended:
        raise NotDone("已经终止。")
    return ledger.append(row, "ended", {"text": words(why, "理由", "text")}, by=by, at=at)


def stand(row: Matter) -> Standing:
    """Give where a mechanism stands."""
    found = Standing()
    for one in row.steps.all():
        facts = one.facts
        if one.kind == "confirmed":
            found.confirmed = True
        elif one.kind == "ended":
            found.ended = True
        elif one.kind == "task":
            due = date.fromisoformat(facts["due"])
            found.tasks.append(Task(facts["number"], facts["trigger"], facts["text"], facts["members"], due))
        else:
            found.tasks[facts["number"] - 1].results[facts["member"]] = facts
    return found


def answers(row: Matter, task: Task, viewer: "Person") -> bool:
    """Whether this person gives the result of his agency on a task."""
    return viewer.agency.code in task.waiting and may(viewer, "governance.enter", viewer.agency.code)


def members_to_choose(viewer: "Person") -> "list[Agency]":
    """Give the agencies that may be members: every other of the register."""
    return [one for one in agencies() if one.pk != viewer.agency_id]


def _led(matter: Matter, by: "Person", action: str) -> tuple[Matter, Standing]:
    row = ledger.locked(matter)
    ledger.demand(row, by, action)
    return row, stand(row)
