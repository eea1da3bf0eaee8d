"""A report from its figures to the portal: replayed by its cut-off, two persons, corrected by a further version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from mingjing.exchange.rows import Examined
from mingjing.exchange.services import write_row
from mingjing.kit.clock import BEIJING
from mingjing.publicity import reports as public
from mingjing.publicity.selectors import NotPublished
from mingjing.statistics import selectors, services
from mingjing.statistics.audit import audit_statistics
from mingjing.statistics.figures import Ways, figures_of, no_others
from mingjing.statistics.models import Report, Step
from mingjing.statistics.periods import Period
from mingjing.statistics.printed import imported_in_words, paper_pdf, sheets_of
from mingjing.statistics.services import Draft, NotDone
from mingjing.translog.services import seal_log
from tests.append_only import guards_lifted
from tests.cast import JUSTICE, make_agency, make_person
from tests.statistics.in_use import in_use_since
from tests.stories import told

pytestmark = pytest.mark.django_db
CHANGED = (IntegrityError, OperationalError, ProgrammingError)
DAY = timedelta(days=1)


@pytest.fixture
def case(cast):
    """A case with a penalty on the spot; its month is `month`."""
    _, found = told(cast, "summary", until="on_the_spot_decided")
    return found


@pytest.fixture
def decided(case):
    """The act of its decision."""
    return case.acts.get(kind="on_the_spot_decided")


@pytest.fixture
def month(decided):
    """The month of the decision."""
    return Period(decided.done_at.year, decided.done_at.month)


@pytest.fixture
def later(case):
    """A day after everything was recorded, with the month over."""
    last = max(act.recorded_at for act in case.acts.all())
    return (last + 60 * DAY).date()


def at_noon(day):
    return datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)


def handed_in(cast, month, cutoff, by=None, once="a", **more):
    draft = Draft(form="monthly", period=month, cutoff=cutoff, **more)
    return services.submit(draft=draft, by=by or cast.clerk, at=at_noon(cutoff + DAY), once=once)


def approved(cast, row):
    return services.approve(report=row, by=cast.head, at=row.at + DAY)


def published(cast, row):
    return services.publish(
        report=row, by=cast.publicity, at=row.at + 2 * DAY, workbook=b"book", paper=b"paper"
    )


def counted(agency, month, cutoff):
    return figures_of(agency, "monthly", month, cutoff=cutoff, at=at_noon(cutoff + DAY))


def penalties(agency, month, cutoff):
    found = counted(agency, month, cutoff)
    return {code: found.cell("penalty", code).shown for code in ("fine", "total", "money", "summary")}


def test_the_decision_is_counted_in_its_month_and_opens_its_case(cast, case, decided, month, later):
    """One penalty with its sum in its month, none in the month before; the figure holds the case."""
    shown = penalties(cast.bureau, month, later)
    assert (shown["total"], shown["summary"]) == ("1", "1")
    assert float(shown["money"].replace(",", "")) == float(decided.facts["fine_yuan"])
    cell = counted(cast.bureau, month, later).cell("penalty", "total")
    assert [row.case for row in cell.rows] == [case.code]
    assert penalties(cast.bureau, month.before, later)["total"] == "0"


def test_a_later_entry_changes_only_later_reports(cast, month, later, decided):
    """By its cut-off a report gives the same digits for ever: what is recorded afterwards counts afterwards."""
    cutoff = decided.recorded_at.date() + DAY
    before = counted(cast.bureau, month, cutoff)
    _, second = told(cast, "summary", until="on_the_spot_decided", mark="second")
    with guards_lifted(connection):  # as if it had been recorded late, after the cut-off
        second.acts.update(recorded_at=at_noon(cutoff + DAY))

    again = counted(cast.bureau, month, cutoff)
    assert [[cell.value for cell in one.cells] for one in again.tables] == [
        [cell.value for cell in one.cells] for one in before.tables
    ]
    assert again.cell("penalty", "total").value == 1
    assert counted(cast.bureau, month, later).cell("penalty", "total").value == 2


def test_the_office_above_counts_all_below_it_and_each_its_own(cast, case, month, later):
    """The justice office sums up the county with a line for each agency; a bureau elsewhere has nothing."""
    county = counted(cast.justice, month, later)
    assert county.cell("penalty", "total").value == 1
    assert {one.code for one in county.agencies} == {cast.justice.code, cast.bureau.code}
    assert penalties(cast.elsewhere, month, later)["total"] == "0"


def test_a_running_month_is_not_handed_in(cast, month, later):
    """Neither a cut-off to come, nor one before the end of the month, nor a month that runs; the day after it is."""
    for cutoff, on, match in (
        (later + DAY, later, "晚于今天"),
        (month.last - DAY, later, "才结束"),
        (month.last, month.last, "没有过完"),
    ):
        with pytest.raises(NotDone, match=match):
            services.submit(
                draft=Draft(form="monthly", period=month, cutoff=cutoff),
                by=cast.clerk,
                at=at_noon(on),
                once="x",
            )
    assert handed_in(cast, month, month.last).version == 1


def test_of_today_counts_what_was_recorded_before_the_report_was_handed_in(cast, month, decided):
    """A cut-off of today is frozen at its moment: what is recorded a second later does not touch it."""
    at = decided.recorded_at + timedelta(seconds=1)
    draft = Draft(form="monthly", period=month, cutoff=at.astimezone(BEIJING).date())
    row = services.submit(draft=draft, by=cast.clerk, at=at, once="t")
    _, second = told(cast, "summary", until="on_the_spot_decided", mark="second")
    with guards_lifted(connection):
        second.acts.update(recorded_at=at + timedelta(seconds=1))
    services.approve(report=row, by=cast.head, at=at + DAY)
    again = services.recounted(row, no_others)
    assert again.cell("penalty", "total").value == 1


def test_two_persons_and_the_right_ones(cast, month, later):
    """An officer prepares nothing; who prepared does not approve, a clerk approves nothing, the head does."""
    with pytest.raises(NotDone, match="没有编制"):
        handed_in(cast, month, later, by=cast.officer)
    own = handed_in(cast, month, later, by=cast.head)
    for person in (cast.head, cast.clerk, cast.supervisor):
        with pytest.raises(NotDone):
            services.approve(report=own, by=person, at=own.at)
    assert Step.objects.count() == 0
    other = make_person("head2", "副", "head")
    services.approve(report=own, by=other, at=own.at)
    assert services.state_of(own) == "approved"


def test_the_same_form_sent_twice_is_one_report(cast, month, later):
    """And while one waits for approval there is no second; returned, the next version may come."""
    row = handed_in(cast, month, later)
    assert handed_in(cast, month, later) == row
    with pytest.raises(NotDone, match="正在等待批准"):
        handed_in(cast, month, later, once="b")
    with pytest.raises(NotDone, match="为什么退回"):
        services.give_back(report=row, by=cast.head, at=row.at, said=" ")
    services.give_back(report=row, by=cast.head, at=row.at, said="请补充情况说明。")
    assert handed_in(cast, month, later, once="b").version == 2


def test_it_is_published_and_corrected_by_a_further_version(cast, month, later):
    """Published only after approval; a correction says why, and the portal shows the newest and keeps the first."""
    row = handed_in(cast, month, later, note="本月集中整治。")
    with pytest.raises(NotDone, match="批准以后"):
        published(cast, row)
    approved(cast, row)
    with pytest.raises(NotDone):
        services.publish(report=row, by=cast.clerk, at=row.at, workbook=b"", paper=b"")
    code = published(cast, row).facts["code"]
    assert public.report_file(code, "xlsx") == b"book"
    with pytest.raises(NotDone, match="更正的原因"):
        handed_in(cast, month, later, once="b")
    second = handed_in(cast, month, later, once="b", reason="补录一件当场处罚。")
    approved(cast, second)
    newest = published(cast, second).facts["code"]

    assert [one.code for one in public.reports()] == [newest]
    assert [one.version for one in public.versions(public.report(code))] == [2, 1]
    assert public.report(newest).content["reason"] == "补录一件当场处罚。"
    with pytest.raises(NotPublished):
        public.report("nothing")


def test_what_is_approved_is_what_is_counted_again(cast, month, later):
    """Figures that no longer come out of the acts are not approved, and the cell is named."""
    row = handed_in(cast, month, later)
    content = row.content
    content["tables"][0]["cells"][14]["exact"] = "7"
    with guards_lifted(connection):
        Report.objects.filter(pk=row.pk).update(content=content)
    with pytest.raises(NotDone, match="“合计”：报表上是 7，现在数出 1"):
        approved(cast, row)


def test_typed_figures_say_where_they_are_from(cast, month, later):
    """A number that is none is refused, one without a source too; with it the figure is marked as typed."""

    def typed(text, source):
        return {
            "typed": {"penalty": {"transfer_accepted": text, "total": "99"}},
            "typed_notes": {"penalty": source},
        }

    for text, source, match in (("三", "台账", "整数"), ("-1", "台账", "整数"), ("3", " ", "从哪里来")):
        with pytest.raises(NotDone, match=match):
            handed_in(cast, month, later, **typed(text, source))
    row = handed_in(cast, month, later, **typed("3", "公安机关回执台账"))
    cells = {cell["code"]: cell for cell in row.content["tables"][0]["cells"]}
    assert (cells["transfer_accepted"]["shown"], cells["transfer_accepted"]["typed"]) == ("3", True)
    assert cells["total"]["shown"] == "1"  # words typed beside never touch what is counted
    approved(cast, row)


def test_paper_and_workbook_say_the_same(cast, month, later):
    """Both are made of what was handed in; the same content gives the same paper."""
    row = handed_in(cast, month, later)
    pdf = paper_pdf(row.content, at=row.at, agency=cast.bureau.name)
    assert pdf.startswith(b"%PDF")
    assert pdf == paper_pdf(row.content, at=row.at, agency=cast.bureau.name)
    sheets = sheets_of(row.content)
    heading, figures = sheets["1 行政处罚实施情况统计表"][:2]
    assert figures[heading.index("合计（宗）")] == "1"
    assert any("并处" in line[0] for line in sheets["说明"])


def test_what_is_due_and_what_is_late(cast):
    """The yearly report is near 20 days before 31 January; a monthly one is due only where the county asks for it."""
    chengde = make_agency("130821-urban", "承德县城市管理局", parent=JUSTICE, region="130821")
    in_use_since(date(2025, 12, 31))
    duty = {one.terms.code: one for one in selectors.duties([cast.bureau, cast.justice], date(2027, 1, 15))}
    assert set(duty) == {"yearly"}
    assert (duty["yearly"].period, duty["yearly"].due) == (Period(2026), date(2027, 1, 31))
    assert not duty["yearly"].near(date(2027, 1, 10))
    assert duty["yearly"].near(date(2027, 1, 11))
    assert not duty["yearly"].overdue(date(2027, 1, 31))
    assert duty["yearly"].overdue(date(2027, 2, 1))
    monthly = next(
        one for one in selectors.duties([chengde], date(2026, 9, 2)) if one.terms.code == "monthly"
    )
    assert (monthly.period.key, monthly.due) == ("2026-08", date(2026, 9, 2))


def test_a_period_before_the_system_was_in_use_is_not_owed(cast):
    """On the register since March 2026 and without a case: nothing of 2025; a case of December 2025 owes it."""
    in_use_since(date(2026, 3, 1))
    assert selectors.duties([cast.bureau], date(2026, 4, 15)) == []
    assert [one.period.key for one in selectors.duties([cast.bureau], date(2027, 1, 15))] == ["2026"]
    _, case = told(cast, "summary", until="on_the_spot_decided")
    type(case).objects.filter(pk=case.pk).update(opened_on=date(2025, 12, 30))
    assert [one.period.key for one in selectors.duties([cast.bureau], date(2026, 4, 15))] == ["2025"]


def old_case(cast, number, day):
    """A case of the old system with a fine of 5,000 yuan, decided on a day."""
    row = Examined(2, (), summary=False, decided_on=day, key=(number, "某某建材"))
    row.facts = {
        "document_no": number,
        "party_name": "舞钢市某某建材有限公司",
        "penalty_kinds": ["fine"],
        "fine_yuan": "5000",
        "decided_on": day.isoformat(),
    }
    return write_row(row, agency=cast.bureau, by=cast.clerk, source="旧案表格 第 2 行")


def test_old_cases_count_on_their_day_and_are_told_apart(cast, case, month, later):
    """Moved in, it counts in the month of its decision with a word about it; left out, the month is as before."""
    old_case(cast, "舞城管罚决〔2020〕1号", month.first)
    today = datetime.now(BEIJING).date() + DAY
    both = counted(cast.bureau, month, today)
    (penalty,) = [one for one in both.tables if one.form.code == "penalty"]
    assert (both.cell("penalty", "total").shown, both.cell("penalty", "ordinary").shown) == ("2", "1")
    assert penalty.imported == 1
    without = figures_of(
        cast.bureau, "monthly", month, cutoff=today, at=at_noon(today + DAY), ways=Ways(imported=False)
    )
    assert (without.cell("penalty", "total").shown, without.tables[0].imported) == ("1", 0)
    row = handed_in(cast, month, later)
    assert {one["so_far"] for one in row.content["tables"][0]["cells"]} >= {"2"}
    assert "行政处罚实施情况统计表 1" in imported_in_words(row.content)
    assert approved(cast, row).kind == "approved"


def test_a_report_that_left_old_cases_out_is_approved_as_it_is(cast, case, month, later):
    """The choice is part of the report and counted again in the same way; so is one from before there was a choice."""
    old_case(cast, "舞城管罚决〔2020〕1号", month.first)
    row = handed_in(cast, month, later, imported=False)
    assert imported_in_words(row.content) == "导入的历史案卷没有计入。"
    assert approved(cast, row).kind == "approved"
    earlier = {name: value for name, value in row.content.items() if name != "with_imported"}
    assert not services.counts_imported(earlier)
    assert imported_in_words(earlier) == ""


def test_a_month_stands_beside_the_year_so_far(cast):
    """Old cases of January, March and the year before: March shows one, so far two; a year has no such column."""
    for number, day in enumerate((date(2020, 1, 5), date(2020, 3, 31), date(2019, 3, 5)), 1):
        old_case(cast, f"舞城管罚决〔2020〕{number}号", day)
    today = datetime.now(BEIJING).date()
    asked = {"cutoff": today, "at": at_noon(today + DAY), "ways": Ways(so_far=True)}
    march = figures_of(cast.bureau, "monthly", Period(2020, 3), **asked)
    column = [one.column.code for one in march.tables[0].cells].index("total")
    table = march.tables[0]
    assert [each[column].shown for each in (table.cells, table.so_far, table.before, table.year_before)] == [
        "1", "2", "0", "1",
    ]  # fmt: skip
    year = figures_of(cast.bureau, "yearly", Period(2020), **asked)
    assert (year.cell("penalty", "total").shown, year.tables[0].so_far) == ("2", ())


def test_nothing_can_be_changed_and_whoever_does_is_found(cast, month, later):
    """The database refuses; where somebody lifts its guard, the log tells: of reports, steps and publications."""
    row = handed_in(cast, month, later)
    approved(cast, row)
    published(cast, row)
    seal_log(at=row.at + 3 * DAY)
    assert not list(audit_statistics())
    for rows in (Report.objects.all(), Step.objects.all(), public.PublicReport.objects.all()):
        with pytest.raises(CHANGED), transaction.atomic():
            rows.delete()
    with guards_lifted(connection):
        Report.objects.filter(pk=row.pk).update(cutoff=later, by="nobody")
        public.PublicReport.objects.update(title="无事")
    faults = list(audit_statistics())
    assert len(faults) == 2
    assert all("改动" in fault for fault in faults)
