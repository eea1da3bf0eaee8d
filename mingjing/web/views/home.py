"""The workbench: what this person must do, until when, and the one action for each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mingjing.appraisal import selectors as filereviews
from mingjing.cases import drafts, selectors
from mingjing.cases.due import soonest_due
from mingjing.cases.law import law_for, law_of
from mingjing.cases.lighter import LighterText, lighter_law_todos
from mingjing.cases.shown import minute
from mingjing.cases.troubles import troubled_imports
from mingjing.complaints import selectors as complaints
from mingjing.defence.selectors import Arrival, waiting_for
from mingjing.disputes import selectors as disputes
from mingjing.exchange.intake import desk as inbox
from mingjing.health.checks import checks
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.lawengine.model import ActKind, Law
from mingjing.oversight import selectors as oversight
from mingjing.oversight.filings import count_unfiled
from mingjing.packs.load import library
from mingjing.personnel.permissions import may, role_names
from mingjing.personnel.selectors import names_of
from mingjing.personnel.warnings import expiring_for
from mingjing.property.selectors import Release, releases
from mingjing.publicity.catalogue_desk import todos
from mingjing.rectification import selectors as rectification
from mingjing.statistics import selectors as statistics
from mingjing.supervision import alert_desk
from mingjing.web import limits
from mingjing.web.access import SignedRequest, signed_in
from mingjing.web.act_form import HEAD, may_prepare, why_not
from mingjing.web.case_page import CasePage, Step
from mingjing.web.governance_owed import owed_by
from mingjing.web.oversight_lines import shown

if TYPE_CHECKING:
    from mingjing.cases.models import Case, CaseDeadline, Draft
    from mingjing.personnel.models import Person

AHEAD = timedelta(days=30)  # how far ahead the list looks
LOOKED_THROUGH = 2000  # live cases in which prepared forms are looked for, the latest first
AT_ONCE = 10  # lines that come with the page: for each the law is asked for the next step
LONGEST = 60  # lines of one list; beyond that the case list is the place to search
TROUBLED = 5
SUPERVISOR = "supervisor"
READ_HISTORY = {"officer", "head", "reviewer", "supervisor"}
WEIGHT = {"red": 0, "amber": 1, "": 2}


@dataclass(frozen=True)
class Line:
    """One thing to do."""

    title: str
    about: str
    left: str
    colour: str
    due: Any
    url: str
    action: str


@dataclass(frozen=True)
class Due:
    """One limit that is running out, as it was last worked out."""

    row: "CaseDeadline"
    left: str
    colour: str


@signed_in
def home(request: SignedRequest) -> HttpResponseBase:
    """Today first."""
    now = timezone.now()
    person = request.user
    works_on_cases = may(person, "case.list", person.agency.code)
    dues = _dues(person, now) if works_on_cases else []
    at_once = len(dues) if "all" in request.GET else AT_ONCE
    context = {
        "today": timezone.localdate(),
        "works_on_cases": works_on_cases,
        "is_supervisor": "supervisor" in person.roles,
        "lines": _due_lines(dues[:at_once], person, now),
        "total": len(dues),
        "more": max(0, len(dues) - at_once),
        "releases": _releases(person, now),
        "counts": {colour: sum(due.colour == colour for due in dues) for colour in WEIGHT},
        "arrivals": _arrivals(person) if works_on_cases else [],
        "troubled": troubled_imports(person, TROUBLED) if READ_HISTORY & set(person.roles) else [],
        "lighter": _lighter(person) if works_on_cases else [],
        "drafts": [_draft(draft, law_for(person.agency)) for draft in drafts.drafts_of(person.username)],
        "checks": checks(now) if may(person, "system.view", person.agency.code) else [],
        "expiring": expiring_for(person, timezone.localdate()),
        "catalogues": todos(person, timezone.localdate()),
        "complaints": _complaints(person, now),
        "disputes": _disputes(person),
        "papers": inbox.waiting(person) if may(person, inbox.WORK, person.agency.code) else 0,
        **_oversight(person, now),
        **_statistics(person, now),
        "governance": owed_by(person, legal_day(now))[:LONGEST],
        "rectifications": _rectifications(person, now),
        "filereviews": filereviews.waiting_for(person)[:LONGEST] if person.roles else [],
        "alerts": _alerts(person),
        "may_open": may(person, "act.clue", person.agency.code),
    }
    return render(request, "web/home/page.html", context)


def _disputes(person: "Person") -> list[disputes.Line]:
    """The disputes of the agency that still ask for something, for those who register them."""
    return disputes.waiting_for(person)[:LONGEST] if may(person, "dispute.manage", person.agency.code) else []


def _complaints(person: "Person", now: datetime) -> list[tuple[complaints.Line, str, str]]:
    """The complaints that wait for this person, the nearest limit first."""
    calendar = library().calendar
    return [
        (one, *(limits.left_of(one.due, "running", now, calendar) if one.due else ("", "")))
        for one in complaints.waiting_for(person)[:LONGEST]
    ]


def _oversight(person: "Person", now: datetime) -> dict[str, Any]:
    """The supervision documents that wait for this person's agency, and how many penalties it has yet to file."""
    code, today = person.agency.code, legal_day(now)
    if not (may(person, "oversight.reply", code) or may(person, "oversight.draft", code)):
        return {}
    waiting = oversight.waiting_for(person, today)[:LONGEST]
    filings = count_unfiled([person.agency], today) if may(person, "oversight.reply", code) else 0
    return {"oversight": [shown(one, now) for one in waiting], "filings": filings}


def _statistics(person: "Person", now: datetime) -> dict[str, Any]:
    """The reports that this person prepares or approves and that are due soon; how many are late in agencies below."""
    today, code = legal_day(now), person.agency.code
    prepares, approves = (may(person, f"statistics.{one}", code) for one in ("prepare", "approve"))
    if not (prepares or approves):
        return {}
    own = statistics.waiting_for(person, today, prepares=prepares, approves=approves)
    late = statistics.late_below(person, today) if SUPERVISOR in person.roles else 0
    return {"statistics": [(one, one.overdue(today)) for one in own], "statistics_late": late}


def _alerts(person: "Person") -> list[tuple[str, str, alert_desk.Counts]]:
    """How many alerts wait: those that tell this person, and those on the agencies this person supervises."""
    today, code = timezone.localdate(), person.agency.code
    lines = []
    if may(person, alert_desk.BOARD, code) and SUPERVISOR in person.roles:
        counts = alert_desk.counts_supervised(person, today)
        lines.append(("各机关的监督预警", reverse("supervision-alerts"), counts))
    if may(person, alert_desk.VIEW, code):
        lines.append(("告知您的预警", reverse("alerts"), alert_desk.counts_told(person, today)))
    return [line for line in lines if line[2].waiting]


def _rectifications(person: "Person", now: datetime) -> list[tuple[rectification.Waiting, str, str]]:
    """What of the ledger waits for this person, the nearest day first: before it is due and after."""
    calendar = library().calendar
    return [
        (one, *(limits.left_of(one.due, "running", now, calendar) if one.due else ("", "")))
        for one in rectification.waiting_for(person, now)[:LONGEST]
    ]


def _releases(person: "Person", now: datetime) -> list[Release]:
    """The goods that must be released or settled, for those who can see to it."""
    return releases(person, now) if may(person, "property.move", person.agency.code) else []


def _arrivals(person: "Person") -> list[Arrival]:
    """What parties have handed in and nobody has replied to, for those who reply and for the head."""
    reply = may(person, "defence.take", person.agency.code) or HEAD in person.roles
    return waiting_for(person)[:LONGEST] if reply else []


def _lighter(person: "Person") -> list[LighterText]:
    """The pending cases to which a newer, lighter text applies: an officer's own, others' of the whole agency."""
    own = person.username if person.roles == ["officer"] else ""
    return lighter_law_todos(person.agency, timezone.localdate(), own=own)[:LONGEST]


@signed_in
def due(request: SignedRequest) -> HttpResponseBase:
    """The limits after those that came with the page."""
    now = timezone.now()
    lines = _due_lines(_dues(request.user, now)[AT_ONCE:], request.user, now)
    return render(request, "web/home/_lines.html", {"lines": lines})


@signed_in
def waiting(request: SignedRequest) -> HttpResponseBase:
    """The cases whose next step is this person's and that no limit has shown already; it asks the law case by case."""
    now, person = timezone.now(), request.user
    if HEAD in person.roles:
        return render(request, "web/home/_waiting.html", {"steps": _prepared(person)})
    shown = {row.case_id for row in _due_rows(person, now)}
    pages = CasePage.of_several([case for case in _live(person) if case.pk not in shown], person, now, {})
    steps = [line for page in pages.values() for line in _next_step(page)]
    return render(request, "web/home/_waiting.html", {"steps": steps})


def _prepared(person: "Person") -> list[Line]:
    """The forms that officers have written out for the head to decide on."""
    live = selectors.cases_seen_by(person).filter(ended=False, imported=False).select_related("agency")
    cases = {case.code: case for case in live.order_by("-last_act_at")[:LOOKED_THROUGH]}
    rows = drafts.waiting_on(case_codes=cases, roles=[HEAD])
    names = names_of([row.prepared_by for row in rows])
    lines = []
    for row in rows:
        case = cases[row.case_code]
        title = law_of(case).title_of(row.kind)
        about = f"{_about(case)}　{names.get(row.prepared_by, row.prepared_by)} {minute(row.saved_at)} 准备"
        url = reverse("act-new", args=[case.code, row.kind])
        lines.append(Line(title, about, "", "", None, url, f"核对{title}"))
    return lines


def _due_rows(person: "Person", now: datetime) -> list["CaseDeadline"]:
    """The limits that are running out; an officer sees those of their own cases and of those nobody handles yet."""
    own = person.roles == ["officer"]
    return soonest_due(person, until=now + AHEAD, limit=LONGEST, own=own)


def _dues(person: "Person", now: datetime) -> list[Due]:
    """The limits that are running out, overdue first; the law is not asked, only the rows that it left."""
    dues = [
        Due(row, *limits.left_of(row.due, row.status, now, law_of(row.case).calendar))
        for row in _due_rows(person, now)
    ]
    return sorted(dues, key=lambda due: WEIGHT[due.colour])


def _due_lines(dues: Sequence[Due], person: "Person", now: datetime) -> list[Line]:
    """Each limit with what this person can do about it."""
    cases = {due.row.case_id: due.row.case for due in dues}
    asked: dict[int, set[str]] = {}
    for due in dues:
        asked.setdefault(due.row.case_id, set()).update(kind.kind for kind in _kinds_meeting(due))
    pages = CasePage.of_several(cases.values(), person, now, asked)
    return [_due_line(due, pages[due.row.case_id]) for due in dues]


def _kinds_meeting(due: Due) -> list[ActKind]:
    """The kinds of act that meet a limit."""
    law = law_of(due.row.case)
    known = law.rules_by_id.get(due.row.rule)
    return [law.kinds[kind] for kind in known.acts if kind in law.kinds] if known else []


def _due_line(due: Due, page: CasePage) -> Line:
    row, case, kinds = due.row, page.case, _kinds_meeting(due)
    step = _step_towards(kinds, page)
    if step is not None:
        return Line(row.title, _about(case), due.left, due.colour, row.due, step.url, _doing(step))
    roles = role_names({role for kind in kinds for role in kind.roles})
    about = f"{_about(case)}　由{roles}办理" if kinds and not _own(kinds, page) else _about(case)
    return Line(
        row.title, about, due.left, due.colour, row.due, reverse("case", args=[case.code]), "查看案件"
    )


def _own(kinds: list[ActKind], page: CasePage) -> bool:
    """Whether any of these acts is this person's to do or to prepare."""
    agency = page.case.agency
    return any(
        why_not(page.viewer, kind, agency) is None or may_prepare(page.viewer, kind, agency) for kind in kinds
    )


def _step_towards(kinds: list[ActKind], page: CasePage) -> Step | None:
    """The act that meets the limit, if it is its turn and this person's; else the step before it."""
    if not _own(kinds, page):
        return None
    names = {kind.kind for kind in kinds}
    meeting = [step for step in page.mine if step.kind.kind in names and step.offered]
    usual = [step for step in meeting if step.kind.kind in page.usual]
    return next(iter([*usual, *page.asked, *meeting]), None)


def _live(person: "Person") -> list["Case"]:
    if "officer" in person.roles:
        own, nobodys = selectors.handled_by(person), selectors.unassigned(person)
        return [case for rows in (own, nobodys) for case in rows.select_related("agency")[:LONGEST]]
    if not may(person, "act.closing", person.agency.code) and "reviewer" not in person.roles:
        return []
    rows = selectors.cases_seen_by(person).filter(ended=False, imported=False)
    return list(rows.select_related("agency").order_by("next_due", "-id")[:LONGEST])


def _next_step(page: CasePage) -> list[Line]:
    limit = page.main_limit
    left, colour = (limit.left, limit.colour) if limit else ("", "")
    due = limit.deadline.due if limit else None
    return [
        Line(step.kind.title, _about(page.case), left, colour, due, step.url, _doing(step))
        for step in page.asked[:1]
    ]


def _doing(step: Step) -> str:
    return f"准备{step.kind.title}" if step.prepares else f"办理{step.kind.title}"


def _about(case: "Case") -> str:
    return "　".join(part for part in (case.party_name or "当事人未载明", case.title, case.number) if part)


def _draft(draft: "Draft", law: Law) -> dict[str, Any]:
    url = (
        reverse("act-new", args=[draft.case_code, draft.kind])
        if draft.case_code
        else reverse("act-open", args=[draft.kind])
    )
    saved = timezone.localtime(draft.saved_at)
    return {
        "title": law.title_of(draft.kind),
        "url": url,
        "saved": f"{chinese_date(saved.date())} {saved:%H:%M}",
    }
