"""Heads in court (负责人出庭) where the dispute is not registered here: typed in, struck out with a reason, counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

# The words of the room of disputes, which lies beside this one.
ATTENDED: Final[Mapping[str, str]] = {
    "head": "正职负责人出庭",
    "deputy": "副职或者其他负责人出庭",
    "delegate": "负责人不能出庭，委托工作人员出庭",
    "agent": "只有律师出庭",
}
IN_PERSON: Final = ("head", "deputy")
TITLES: Final[Mapping[str, str]] = {"struck": "作废"}


@dataclass(frozen=True, slots=True)
class Hearing:
    """One hearing of a suit: from the register of disputes (`no`), or typed in here (`matter`)."""

    agency: str
    unit: int
    on: date
    court: str
    docket: str
    attended: str
    name: str
    no: str = ""
    matter: int = 0
    struck: bool = False

    @property
    def in_person(self) -> bool:
        """Whether a head sat in court."""
        return self.attended in IN_PERSON

    @property
    def way(self) -> str:
        """Who came, in words."""
        return ATTENDED.get(self.attended, self.attended)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a head came to court."""

    hearings: int
    in_person: int

    @property
    def share(self) -> str:
        """The share in per cent with one decimal; a dash where there was no hearing."""
        return f"{100 * self.in_person / self.hearings:.1f}%" if self.hearings else "—"


@transaction.atomic
def enter(  # noqa: PLR0913 - one hearing, each part of it named by the caller
    *,
    court: str,
    docket: str,
    on: date | None,
    attended: str,
    name: str,
    text: str,
    registered: Iterable[str],
    by: "Person",
    at: datetime,
    once: str,
) -> Matter:
    """Enter a hearing whose dispute is not `registered` (dockets) among disputes. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    if attended not in ATTENDED:
        raise NotDone("请选择谁出庭。", field="attended")
    known = words(docket, "案号", "docket", 100)
    if known in set(registered):
        raise NotDone("这件案子已在“复议诉讼”登记，请在那里登记开庭，不重复登记。", field="docket")
    day = ledger.past(on, "开庭日期", "on", legal_day(at))
    content: dict[str, Any] = {
        "court": words(court, "法院", "court", 100),
        "docket": known,
        "on": day.isoformat(),
        "attended": attended,
        "name": words(name, "出庭人姓名、职务", "name", 100),
        # 行政诉讼法第三条：不能出庭的，应当委托相应的工作人员出庭；理由留存备查。
        "text": ledger.some(text, "说明", "text")
        if attended in IN_PERSON
        else words(text, "负责人不能出庭的理由", "text"),
    }
    subject = f"{content['court']} {known} 开庭"[:200]
    return ledger.enter(
        kind="court", subject=subject, year=day.year, content=content, by=by, at=at, once=once
    )


@transaction.atomic
def strike(*, matter: Matter, by: "Person", at: datetime, why: str) -> Step:
    """Let an entry not count any more, with the reason; not by who entered it. Raises NotDone."""
    row = ledger.locked(matter)
    ledger.demand(row, by, "governance.confirm")
    if row.by == by.username:
        raise NotDone("登记人不能作废自己的登记，请由另一人办理。")
    if row.steps.exists():
        raise NotDone("已经作废。")
    return ledger.append(row, "struck", {"text": words(why, "作废的理由", "text")}, by=by, at=at)


def hearing_of(row: Matter) -> Hearing:
    """Give an entry as a hearing."""
    said = row.content
    return Hearing(
        agency=row.agency.name,
        unit=row.agency_id,
        on=date.fromisoformat(said["on"]),
        court=said["court"],
        docket=said["docket"],
        attended=said["attended"],
        name=said["name"],
        matter=row.pk,
        struck=bool(row.steps.all()),
    )


def rate_of(hearings: Iterable[Hearing]) -> Rate:
    """Count, leaving out what was struck; never typed."""
    found = [one for one in hearings if not one.struck]
    return Rate(len(found), sum(one.in_person for one in found))
