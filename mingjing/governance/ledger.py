"""Writing matters and steps of governance, each with its entry in the log; what a step means is not known here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.numbers import next_number
from mingjing.cases.timeline import moment
from mingjing.governance.models import Matter, Step
from mingjing.personnel.permissions import may
from mingjing.translog.keeping import keep, next_seq
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LONGEST: Final = 5000
FIRST_YEAR: Final = 2000
MARKS: Final[Mapping[str, str]] = {
    "decision": "决策",
    "study": "学法",
    "court": "出庭",
    "statement": "述法",
    "campaign": "专项",
    "joint": "联合",
    "grid": "网格",
}


class NotDone(Exception):
    """Nothing was written. The Chinese message says why; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


def entered(once: str, by: "Person") -> Matter | None:
    """Give what the token of a form has made already in this agency, where nobody else enters anything meanwhile."""
    take_turn("governance", by.agency_id)
    return Matter.objects.filter(once=once, agency=by.agency_id).first()


def enter(
    *,
    kind: str,
    subject: str,
    year: int,
    content: Mapping[str, Any],
    by: "Person",
    at: datetime,
    once: str,
    shared: str = "",
) -> Matter:
    """Number and write a matter of one's own agency, with its entry in the log. The caller holds the transaction."""
    row = Matter(kind=kind, agency=by.agency, year=year, content=dict(content), shared=shared)
    row.subject = words(subject, "名称", "subject", 200)
    row.no = next_number(by.agency, MARKS[kind], year)
    row.by, row.at, row.once = by.username, at, once
    return keep(row, content_of, kind="governance", ref=row.no, at=at)


def locked(matter: Matter) -> Matter:
    """Give a matter so that nobody else takes a step until the transaction ends."""
    return Matter.objects.select_for_update(of=("self",)).select_related("agency").get(pk=matter.pk)


def append(row: Matter, kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime) -> Step:
    """Write the next step with its entry in the log. The caller holds the matter and the transaction."""
    step = Step(matter=row, seq=next_seq(row.steps), kind=kind, facts=dict(facts), by=by.username, at=at)
    ref = f"{row.no}/{step.seq}"
    return keep(step, lambda made: step_content(row.no, made), kind="governance", ref=ref, at=at)


def demand(row: Matter, by: "Person", action: str) -> None:
    """Raise NotDone unless this is a matter of one's own agency and `action` is one's to do."""
    if row.agency_id != by.agency_id or not may(by, action, row.agency.code):
        raise NotDone("只有本单位有权限的人员才能办理这一步。")


def demand_own(by: "Person", action: str) -> None:
    """Raise NotDone unless `action` is one's to do in one's own agency."""
    if not may(by, action, by.agency.code):
        raise NotDone("您没有办理这一步的权限。请由本单位的负责人、法制人员、内勤办理。")


def words(text: str, title: str, field: str, longest: int = LONGEST) -> str:
    """Give words as they are kept, or raise NotDone where there are none or too many."""
    plain = text.replace("\r\n", "\n").strip()
    if not plain:
        raise NotDone(f"请写明{title}。", field=field)
    if len(plain) > longest:
        raise NotDone(f"{title}超过 {longest} 个字。请缩短。", field=field)
    return plain


def some(text: str, title: str, field: str, longest: int = LONGEST) -> str:
    """The same where nothing may be said."""
    return words(text, title, field, longest) if text.strip() else ""


def day(given: date | None, title: str, field: str) -> date:
    """Give a day that has to be there. Raises NotDone."""
    if given is None:
        raise NotDone(f"请写明{title}。", field=field)
    return given


def past(given: date | None, title: str, field: str, today: date) -> date:
    """Give a day that has to be there and may not lie ahead. Raises NotDone."""
    if day(given, title, field) > today:
        raise NotDone(f"{title}晚于今天。", field=field)
    return day(given, title, field)


def demand_year(given: int, today: date) -> None:
    """Raise NotDone for a year that is no year of a plan: long ago, or after the next."""
    if not FIRST_YEAR <= given <= today.year + 1:
        raise NotDone("年度没有写对。", field="year")


def content_of(row: Matter) -> dict[str, Any]:
    """Give what the log entry of a matter commits to."""
    return {
        "no": row.no,
        "kind": row.kind,
        "agency": row.agency.code,
        "year": row.year,
        "subject": row.subject,
        "content": row.content,
        "shared": row.shared,
        "by": row.by,
        "at": moment(row.at),
    }


def step_content(no: str, step: Step) -> dict[str, Any]:
    """Give what the log entry of a step commits to."""
    return {
        "no": no,
        "seq": step.seq,
        "step": step.kind,
        "facts": step.facts,
        "by": step.by,
        "at": moment(step.at),
    }
