"""What law governance counts over other rooms: cases, checks, penalties, complaints, hearings, a campaign's effect."""

from collections import Counter
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Sum

from mingjing.cases.selectors import cases_seen_by
from mingjing.complaints.selectors import lines_about
from mingjing.disputes.selectors import disputes_seen_by, hearings_seen_by, lines_of
from mingjing.governance import campaigns, court, decisions, selectors, study
from mingjing.governance.court import Hearing
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.governance.models import Matter, Step
    from mingjing.personnel.models import Agency, Person


@dataclass(frozen=True, slots=True)
class Tally:
    """What an agency did within some days."""

    cases: int
    checks: int
    penalties: int
    spared: int
    fine_yuan: int
    complaints: int


COUNTED: Final = {
    "cases": "立案（件）",
    "checks": "检查（次）",
    "penalties": "处罚决定（件）",
    "spared": "不予处罚（件）",
    "fine_yuan": "罚款（元）",
    "complaints": "涉及本单位的投诉举报（件）",
}


def tally(viewer: "Person", agency: "Agency", begins: date, ends: date, topic: str = "") -> Tally:
    """Count from one day to another, both included; with `topic` only what names it in its title or words."""
    own = cases_seen_by(viewer).filter(agency=agency)
    if topic:
        own = own.filter(title__contains=topic)
    opened = own.filter(opened_on__range=(begins, ends))
    decided = own.filter(outcomes__standing=True, outcomes__decided_on__range=(begins, ends))
    kinds = Counter(decided.values_list("outcomes__outcome", flat=True))
    fen = decided.filter(outcomes__outcome="penalty").aggregate(all=Sum("outcomes__fine_fen"))["all"]
    heard = (one.row for one in lines_about([agency.pk], begins))
    return Tally(
        cases=opened.exclude(procedure="inspection").count(),
        checks=opened.filter(procedure="inspection").count(),
        penalties=kinds["penalty"],
        spared=kinds["no_penalty"],
        fine_yuan=(fen or 0) // 100,
        complaints=sum(legal_day(one.at) <= ends and topic in one.text for one in heard),
    )


def effect_of(
    viewer: "Person", row: "Matter", now: campaigns.Standing, today: date
) -> list[tuple[str, date, date, Tally]]:
    """Count before, during and after over days of the same length; with a keyword only what names it."""
    return [
        (title, begins, ends, tally(viewer, row.agency, begins, ends, row.content["topic"]))
        for title, begins, ends in now.windows(today)
    ]


def close_campaign(*, matter: "Matter", text: str, by: "Person", at: datetime) -> "Step":
    """Sum up a campaign that is over, its effect counted now. Raises NotDone."""
    found = effect_of(by, matter, campaigns.stand(matter), legal_day(at))
    effect = [[title, str(begins), str(ends), *astuple(one)] for title, begins, ends, one in found]
    return campaigns.close(matter=matter, text=text, effect=effect, by=by, at=at)


def hearings(viewer: "Person", year: int) -> list[Hearing]:
    """Give the hearings of a year: those of registered disputes and those typed in, the latest first."""
    found = [court.hearing_of(row) for row in selectors.of_year(viewer, "court", year)]
    for event in hearings_seen_by(viewer, year):
        row = event.dispute
        found.append(
            Hearing(
                agency=row.agency.name,
                unit=row.agency_id,
                on=event.on,
                court=row.body,
                docket=row.docket,
                attended=event.facts["attended"],
                name=event.facts["who"],
                no=row.no,
            )
        )
    return sorted(found, key=lambda one: one.on, reverse=True)


def dockets(viewer: "Person") -> set[str]:
    """Give the dockets of the suits that are registered, so that no hearing is entered twice."""
    return {one.docket for one in disputes_seen_by(viewer, kind="litigation") if one.docket}


def yearly_figures(viewer: "Person", year: int) -> list[tuple[str, str]]:
    """Give what the statement of one's own agency says in figures, each counted from the rows of its room."""
    own, first, last = viewer.agency, date(year, 1, 1), date(year, 12, 31)
    done = tally(viewer, own, first, last)
    disputes = [one for one in lines_of(disputes_seen_by(viewer)) if one.row.agency_id == own.pk]
    ended = [one for one in disputes if one.now.decided_on and one.now.decided_on.year == year]
    rate = court.rate_of(one for one in hearings(viewer, year) if one.unit == own.pk)
    return [
        ("立案", f"{done.cases} 件"),
        ("行政检查", f"{done.checks} 次"),
        ("作出行政处罚决定", f"{done.penalties} 件"),
        ("罚款", f"{done.fine_yuan:,} 元"),
        ("不予行政处罚", f"{done.spared} 件"),
        ("收到涉及本单位的投诉举报", f"{done.complaints} 件"),
        ("收到行政复议、行政诉讼", f"{sum(one.row.opened_on.year == year for one in disputes)} 件"),
        ("审结复议、诉讼", f"{len(ended)} 件，其中败诉、被纠错 {sum(one.now.lost for one in ended)} 件"),
        ("行政诉讼开庭", f"{rate.hearings} 次，负责人出庭 {rate.in_person} 次，出庭率 {rate.share}"),
        ("列入目录的重大行政决策", _decided(viewer, year)),
        ("领导干部学法", _learnt(viewer, year)),
    ]


def _decided(viewer: "Person", year: int) -> str:
    rows = [one for one in selectors.of_year(viewer, "decision", year) if one.agency_id == viewer.agency_id]
    listed = [now for now in map(decisions.stand, rows) if now.listed and not now.ended]
    return f"{len(listed)} 项，程序走完 {sum(one.complete for one in listed)} 项"


def _learnt(viewer: "Person", year: int) -> str:
    row = selectors.own_of_year(viewer, "study", year)
    if row is None:
        return "没有制定学法计划"
    now = study.stand(row)
    return f"计划 {len(now.topics)} 个专题，举办 {now.held} 个，共 {now.hours} 学时"
