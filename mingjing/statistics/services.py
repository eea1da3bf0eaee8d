"""Handing in, approving, returning and publishing a report, two persons for each; what stands against it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.cases.timeline import moment
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.publicity import reports as public
from mingjing.statistics.figures import (
    Figures,
    Others,
    Ways,
    as_data,
    differences,
    figures_of,
    no_others,
    terms_of,
    typed_of,
)
from mingjing.statistics.models import Report, Step
from mingjing.statistics.periods import Period, read_period
from mingjing.translog.keeping import keep, next_seq
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

KIND: Final = public.KIND
LONGEST: Final = 3000
LARGEST: Final = Decimal(10) ** 12
SUBMITTED, APPROVED, RETURNED, PUBLISHED = "submitted", "approved", "returned", "published"
STATES: Final[Mapping[str, str]] = {
    SUBMITTED: "待批准",
    APPROVED: "已批准",
    RETURNED: "已退回",
    PUBLISHED: "已公布",
}
TITLES: Final[Mapping[str, str]] = {APPROVED: "批准", RETURNED: "退回", PUBLISHED: "公布"}
DONE: Final = (APPROVED, PUBLISHED)


class NotDone(Exception):
    """Nothing was written. The Chinese message says why; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is handed in besides the figures that are counted: typed ones as written, where from, the words beside."""

    form: str
    period: Period
    cutoff: date
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # table -> column -> text
    typed_notes: Mapping[str, str] = field(default_factory=dict)  # table -> where its typed figures are from
    note: str = ""
    reason: str = ""  # of a corrected report
    imported: bool = True  # whether old cases count


@transaction.atomic
def submit(*, draft: Draft, by: "Person", at: datetime, once: str, others: Others = no_others) -> Report:
    """Hand in the report of one's own agency with its figures as of the cut-off. Raises NotDone."""
    agency = by.agency
    take_turn("report", agency.pk, draft.form, draft.period.key)
    if (there := Report.objects.filter(once=once).first()) is not None:
        return there
    if not may(by, "statistics.prepare", agency.code):
        raise NotDone("您没有编制统计报表的权限。")
    _demand_over(draft, agency, legal_day(at))
    last = _latest(agency, draft)
    _demand_next(last, draft)
    typed, notes = _typed(agency, draft)
    found = figures_of(
        agency,
        draft.form,
        draft.period,
        cutoff=draft.cutoff,
        at=at,
        others=others,
        typed=typed,
        ways=Ways(imported=draft.imported, so_far=True),
    )
    if found.faults:
        raise NotDone("表内数字不一致：" + "；".join(found.faults))
    law = library().law(region=agency.region, field=agency.field, agency=agency.code)
    content = as_data(found, typed_notes=notes, note=_words(draft.note), pack=law.digest)
    content["reason"] = _words(draft.reason)
    row = Report(
        agency=agency,
        form=draft.form,
        period=draft.period.key,
        version=last.version + 1 if last else 1,
        cutoff=draft.cutoff,
        content=content,
        by=by.username,
        at=at,
        once=once,
    )
    try:
        with transaction.atomic():
            return keep(row, content_of, kind=KIND, ref=ref_of(row), at=at)
    except IntegrityError:
        raise NotDone("刚刚有人报送了同一份报表，请刷新页面查看。") from None


def _demand_over(draft: Draft, agency: "Agency", today: date) -> None:
    if draft.form not in terms_of(agency).reports:
        raise NotDone("没有这种报表。")
    if draft.cutoff > today:
        raise NotDone("截止日不能晚于今天。", field="cutoff")
    if draft.period.last >= today:
        raise NotDone(f"{draft.period.title}还没有过完，过完以后才能报送。")
    if draft.cutoff < draft.period.last:
        raise NotDone(f"统计期到 {draft.period.last} 才结束，截止日不能早于这一天。", field="cutoff")


def _latest(agency: "Agency", draft: Draft) -> Report | None:
    # Whoever hands in waits for whoever does so at the same moment: by the row of the version before.
    rows = Report.objects.select_for_update(of=("self",)).filter(
        agency=agency, form=draft.form, period=draft.period.key
    )
    return rows.order_by("-version").first()


def _demand_next(last: Report | None, draft: Draft) -> None:
    if last is None:
        return
    state = state_of(last)
    if state == SUBMITTED:
        raise NotDone(f"{draft.period.title}的报表第 {last.version} 版正在等待批准，不能再报一份。")
    if state in DONE and not draft.reason.strip():
        raise NotDone(
            f"{draft.period.title}的报表第 {last.version} 版已经批准；更正的，请写明更正的原因。",
            field="reason",
        )


def _typed(agency: "Agency", draft: Draft) -> tuple[dict[str, dict[str, Decimal]], dict[str, str]]:
    """Read what people typed: whole numbers that are not negative, each table with the source of its figures."""
    found: dict[str, dict[str, Decimal]] = {}
    notes: dict[str, str] = {}
    for form in terms_of(agency).tables_of(draft.form):
        given = draft.typed.get(form.code, {})
        values = {
            one.code: _number(given[one.code], one.title, f"typed-{form.code}-{one.code}")
            for one in form.columns
            if one.formula == "typed" and given.get(one.code, "").strip()
        }
        note = _words(draft.typed_notes.get(form.code, ""))
        if values and not note:
            raise NotDone(f"{form.title}：请写明人工填报的数字从哪里来。", field=f"source-{form.code}")
        if values:
            found[form.code], notes[form.code] = values, note
    return found, notes


def _number(text: str, title: str, field: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found < LARGEST or found != found.to_integral_value():
        raise NotDone(f"“{title}”应当是不小于 0 的整数。", field=field)
    return found.to_integral_value()


def _words(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > LONGEST:
        raise NotDone(f"说明超过 {LONGEST} 个字。请缩短。", field="note")
    return plain


def state_of(report: Report) -> str:
    """Give where a report stands: by its last step."""
    steps = [one.kind for one in report.steps.all()]
    return steps[-1] if steps else SUBMITTED


def counts_imported(content: Mapping[str, Any]) -> bool:
    """Say whether a report counts old cases; those handed in before there was the choice do not."""
    return bool(content.get("with_imported", False))


def recounted(report: Report, others: Others) -> Figures | None:
    """Count a report again as it was counted; None where the packs no longer have its form."""
    terms = terms_of(report.agency)
    period = (
        read_period(terms.reports[report.form].period, report.period)
        if report.form in terms.reports
        else None
    )
    if period is None:
        return None
    typed = typed_of(report.content)
    return figures_of(
        report.agency,
        report.form,
        period,
        cutoff=report.cutoff,
        at=report.at,
        others=others,
        typed=typed,
        ways=Ways(imported=counts_imported(report.content)),
    )


@transaction.atomic
def approve(*, report: Report, by: "Person", at: datetime, others: Others = no_others) -> Step:
    """Approve a report that another person handed in, if counting it again gives the same figures. Raises NotDone."""
    row = _held(report, by, "statistics.approve")
    if by.username == row.by:
        raise NotDone("编制人不能批准自己编制的报表，请由另一名有权限的人员批准。")
    if state_of(row) != SUBMITTED:
        raise NotDone("这份报表已经处理过。")
    again = recounted(row, others)
    changed = differences(row.content, again) if again else ["报表的表式已经改变"]
    if changed:
        raise NotDone("重新统计的数字与报表不同，请退回重新编制：" + "；".join(changed[:5]))
    return _append(row, APPROVED, {}, by=by, at=at)


@transaction.atomic
def give_back(*, report: Report, by: "Person", at: datetime, said: str) -> Step:
    """Return a report to whoever prepared it, with the reason. Raises NotDone."""
    row = _held(report, by, "statistics.approve")
    if state_of(row) != SUBMITTED:
        raise NotDone("这份报表已经处理过。")
    if not _words(said):
        raise NotDone("请写明为什么退回。", field="text")
    return _append(row, RETURNED, {"text": _words(said)}, by=by, at=at)


@transaction.atomic
def publish(*, report: Report, by: "Person", at: datetime, workbook: bytes, paper: bytes) -> Step:
    """Put an approved report on the portal with its files; an older version stays readable there. Raises NotDone."""
    row = _held(report, by, "statistics.publish")
    if state_of(row) != APPROVED:
        raise NotDone("批准以后才能公布，已经公布的不必再公布。")
    newer = Report.objects.filter(
        agency=row.agency, form=row.form, period=row.period, version__gt=row.version
    )
    if any(state_of(one) in DONE for one in newer.prefetch_related("steps")):
        raise NotDone("这份报表已有更新的版本，请公布新的版本。")
    put = public.put_up(
        public.Told(
            agency_code=row.agency.code,
            agency=row.agency.name,
            form=row.form,
            period=row.period,
            version=row.version,
            title=row.content["title"],
            cutoff=row.cutoff,
            content=row.content,
            workbook=workbook,
            paper=paper,
        ),
        at=at,
    )
    return _append(row, PUBLISHED, {"code": put.code}, by=by, at=at)


def _held(report: Report, by: "Person", action: str) -> Report:
    row = Report.objects.select_for_update(of=("self",)).select_related("agency").get(pk=report.pk)
    if row.agency_id != by.agency_id or not may(by, action, row.agency.code):
        raise NotDone("只有编制机关中有权限的人员才能办理。")
    return row


def _append(row: Report, kind: str, facts: Mapping[str, Any], *, by: "Person", at: datetime) -> Step:
    step = Step(report=row, seq=next_seq(row.steps), kind=kind, facts=dict(facts), by=by.username, at=at)
    ref = f"{ref_of(row)}/{step.seq}"
    return keep(step, lambda made: step_content(row, made), kind=KIND, ref=ref, at=at)


def ref_of(row: Report) -> str:
    """Give by what the log knows a report."""
    return f"{row.agency.code} {row.form} {row.period} {row.version}"


def content_of(row: Report) -> dict[str, Any]:
    """Give what the log entry of a report commits to."""
    told = {"agency": row.agency.code, "form": row.form, "period": row.period, "version": row.version}
    return {**told, "content": row.content, "by": row.by, "at": moment(row.at)}


def step_content(row: Report, step: Step) -> dict[str, Any]:
    """Give what the log entry of a step commits to."""
    told = {"report": ref_of(row), "seq": step.seq, "step": step.kind, "facts": step.facts}
    return {**told, "by": step.by, "at": moment(step.at)}
