"""A complaint from its registration to its closing, its limits, and that nothing of it can vanish."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.cases.selectors import acts_of
from mingjing.complaints import carrying, follow, handling, orders, selectors
from mingjing.complaints.access import Sight, reveal
from mingjing.complaints.audit import audit_complaints
from mingjing.complaints.files import take_files
from mingjing.complaints.masking import masked
from mingjing.complaints.models import Complainant, ComplainantLook, Complaint, ComplaintEvent
from mingjing.complaints.services import NotTaken, Told, new_number, receive
from mingjing.packs.complaint_terms import check_complaint_terms, read_complaint_terms
from mingjing.packs.load import library
from mingjing.translog.services import seal_log
from tests.append_only import guards_lifted
from tests.cast import JUSTICE, make_agency, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
NAME, PHONE, HOME = "欧阳清芷", "13912345678", "朝阳路88号院3号楼"
SAID = f"我叫{NAME}，电话139 1234 5678，住在{HOME}。3月1日执法人员没有出示证件就扣了我的东西。"


def told(cast, **more):
    fields = {
        "kind": "conduct",
        "about": cast.bureau,
        "text": SAID,
        "name": NAME,
        "phone": PHONE,
        "address": HOME,
    }
    return Told(**{**fields, **more})


def taken(cast, at=AT, channel="online", by=None, **more):
    return receive(told=told(cast, **more), channel=channel, at=at, by=by)


@pytest.fixture
def second(cast):
    """Another supervisor, who approves and calls back."""
    return make_person("supervisor2", "子", "supervisor", agency=JUSTICE)


def replied(cast):
    """A complaint about conduct, accepted and replied to."""
    row, who = taken(cast).complaint, cast.supervisor
    handling.accept(complaint=row, by=who, at=AT + DAY)
    handling.note(complaint=row, text="调取了执法记录仪录像。", by=who, at=AT + 2 * DAY)
    handling.reply(complaint=row, text="经核查属实，已责令改正。", ways=["phone"], by=who, at=AT + 3 * DAY)
    return row


def states(row):
    return selectors.for_complainant(row).now


def test_conduct_goes_to_the_agency_above_and_a_violation_to_the_unit_itself(cast):
    """Whoever is complained about never handles it; what has nobody above it is refused with where to go."""
    assert taken(cast).complaint.office == cast.justice
    assert taken(cast, kind="violation").complaint.office == cast.bureau
    with pytest.raises(NotTaken, match="没有登记上级监督机关"):
        taken(cast, about=cast.elsewhere)


def test_a_complaint_runs_from_registration_to_closing_and_opens_again(cast, second):
    """Each step in its turn; call-back and reopening by somebody else than who handled it."""
    row = replied(cast)
    with pytest.raises(NotTaken, match="还没有回访"):
        handling.close(complaint=row, text="", by=cast.supervisor, at=AT + 4 * DAY)
    with pytest.raises(NotTaken, match="承办人以外"):
        handling.call_back(complaint=row, satisfaction="yes", text="", by=cast.supervisor, at=AT + 4 * DAY)
    handling.call_back(complaint=row, satisfaction="no", text="", by=second, at=AT + 4 * DAY)
    handling.close(complaint=row, text="", by=cast.supervisor, at=AT + 5 * DAY)
    assert states(row).state == "closed"
    with pytest.raises(NotTaken, match="已经办结"):
        handling.note(complaint=row, text="再记一笔", by=cast.supervisor, at=AT + 5 * DAY)

    follow.ask_reopening(complaint=row, text="东西还没有还我", at=AT + 6 * DAY)
    with pytest.raises(NotTaken, match="承办人以外"):
        handling.decide_reopening(
            complaint=row, granted=True, reason="查", by=cast.supervisor, at=AT + 7 * DAY
        )
    handling.decide_reopening(complaint=row, granted=True, reason="需要补查", by=second, at=AT + 7 * DAY)
    assert (states(row).state, states(row).rounds) == ("open", 2)
    assert selectors.for_complainant(row).due == date(
        2026, 5, 8
    )  # sixty days from the day it was opened again


def test_the_limit_is_counted_once_extended_and_only_by_somebody_else(cast, second):
    """Fifteen days to accept, sixty to reply, thirty more by approval; ends on rest days roll on."""
    row, who = taken(cast).complaint, cast.supervisor
    assert selectors.for_complainant(row).due == date(2026, 3, 17)
    handling.accept(complaint=row, by=who, at=AT + DAY)
    assert selectors.for_complainant(row).due == date(2026, 5, 6)  # 1 May and the days after are holidays
    handling.ask_extension(complaint=row, reason="需要鉴定", by=who, at=AT + 50 * DAY)
    with pytest.raises(NotTaken, match="承办人以外"):
        handling.decide_extension(complaint=row, granted=True, reason="同意", by=who, at=AT + 50 * DAY)
    handling.decide_extension(complaint=row, granted=True, reason="同意", by=second, at=AT + 50 * DAY)
    line = selectors.for_complainant(row)
    assert line.due == date(2026, 6, 1)
    assert not line.overdue(date(2026, 6, 1))
    assert line.overdue(date(2026, 6, 2))
    with pytest.raises(NotTaken, match="申请过延长"):
        handling.ask_extension(complaint=row, reason="再延", by=who, at=AT + 51 * DAY)


def test_the_limits_of_the_packs_are_sound_and_the_narrowest_scope_binds():
    """The market's own days stand over the national ones, and Liaoning gives no extension."""
    assert check_complaint_terms(library()) == []
    market = read_complaint_terms(library(), region="410481", field="market", agency="x")
    assert str(market["violation"].finish) == "20 个工作日"
    assert str(market["conduct"].finish) == "60 日"
    assert (
        read_complaint_terms(library(), region="210504", field="religion", agency="x")[
            "conduct"
        ].extend.amount
        == 0
    )


def test_no_row_can_be_changed_or_deleted(cast, second):
    """Neither the complaint nor a step, nor who complained, nor who looked: the database refuses."""
    row = replied(cast)
    reveal(complaint=row, by=cast.supervisor, why="回电核实", at=AT)
    column = {ComplaintEvent: "kind", Complainant: "name", ComplainantLook: "why", Complaint: "text"}
    for model, name in column.items():
        rows = model.objects.filter(pk=model.objects.first().pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{name: "x"})
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete("default")
        assert rows.exists()


def test_the_log_tells_of_a_complaint_that_vanished_or_was_rewritten(cast, second):
    """Registration and closing are leaves; untouched, the audit finds nothing."""
    row = replied(cast)
    handling.call_back(complaint=row, satisfaction="yes", text="", by=second, at=AT + 4 * DAY)
    handling.close(complaint=row, text="", by=cast.supervisor, at=AT + 5 * DAY)
    assert list(audit_complaints()) == []
    while seal_log(at=AT):
        pass
    receipt = selectors.receipt_for_complainant(row, "registered")
    assert receipt.kind == "complaint"
    assert NAME not in receipt.data.decode()
    with guards_lifted(connection):
        ComplaintEvent.objects.filter(kind="closed").delete()
        Complaint.objects.update(kind="suggestion")
    told_of = "".join(audit_complaints())
    assert "内容与存证时的承诺不符" in told_of
    assert "已被删除" in told_of


def test_who_complained_is_shown_to_the_handler_alone_and_every_look_is_kept(cast, second):
    """Not to the unit, not to another supervisor, not without a reason; a refused look leaves no look."""
    row = replied(cast)
    for by in (cast.head, cast.clerk, cast.officer, cast.outsider, second, cast.admin):
        with pytest.raises(NotTaken, match="只对"):
            reveal(complaint=row, by=by, why="想知道是谁", at=AT)
    with pytest.raises(NotTaken, match="为什么"):
        reveal(complaint=row, by=cast.supervisor, why=" ", at=AT)
    assert ComplainantLook.objects.count() == 0
    shown = reveal(complaint=row, by=cast.supervisor, why="回电核实", at=AT)
    assert (shown.name, shown.phone, shown.address, shown.said) == (NAME, PHONE, HOME, (SAID,))
    assert [(one.by, one.why) for one in row.looks.all()] == [("supervisor", "回电核实")]


def test_the_unit_reads_what_a_person_released_and_nothing_before(cast):
    """The masked text, confirmed; a text that still names the complainant or holds a number is refused."""
    row, who = taken(cast).complaint, cast.supervisor
    handling.accept(complaint=row, by=who, at=AT)
    with pytest.raises(selectors.NoSuchComplaint):
        selectors.one_for(cast.head, row.no)
    for text in (f"投诉人{NAME}说", "欧阳 清芷反映", "联系 13700001111 核实"):
        with pytest.raises(NotTaken):
            handling.release(complaint=row, text=text, files=[], by=who, at=AT)
    handling.release(complaint=row, text="3月1日扣押时未出示证件。", files=[], by=who, at=AT)
    line = selectors.one_for(cast.head, row.no)
    assert (line.sight, line.now.released["text"]) == (Sight.UNIT, "3月1日扣押时未出示证件。")
    handling.explain(complaint=row, text="当日已出示，录像可查。", by=cast.head, at=AT)
    with pytest.raises(selectors.NoSuchComplaint):
        selectors.one_for(cast.officer, row.no)  # an officer of the unit is not asked
    with pytest.raises(NotTaken):
        handling.reply(complaint=row, text="自己答复", ways=[], by=cast.clerk, at=AT)
    with pytest.raises(NotTaken, match="不能转给被投诉的单位"):
        handling.transfer(complaint=row, to=cast.bureau, reason="转办", by=who, at=AT)


def test_words_are_masked_by_what_was_typed_and_by_what_looks_like_it():
    """Numbers however spaced, self-descriptions, mail; the matter itself stays."""
    text = masked(SAID + "微信abc_12345 邮箱 a.b@example.cn 身份证41048119900101123X", [NAME, PHONE, HOME])
    for secret in (NAME, "1234 5678", HOME, "abc_12345", "example.cn", "41048119900101"):
        assert secret not in text
    assert "3月1日执法人员没有出示证件就扣了我的东西" in text


def test_units_do_not_enter_complaints_about_themselves(cast):
    """At the bureau's own window that is refused; the supervisor's window takes it, and a report is taken anywhere."""
    with pytest.raises(NotTaken, match="不能由本单位人员登记"):
        taken(cast, channel="hall", by=cast.clerk)
    assert taken(cast, channel="phone", by=cast.supervisor).complaint.by == "supervisor"
    assert taken(cast, channel="hall", by=cast.clerk, kind="violation").complaint.office == cast.bureau


def test_a_report_becomes_a_case_by_one_tap_with_everything_but_who_reported(cast):
    """Words, place, party and files go over once; who reported is told the steps and nothing else."""
    no = new_number(AT)
    png = BytesIO(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
            "000001e221bc330000000049454e44ae426082"
        )
    )
    png.name, png.size = f"{NAME}.png", len(png.getvalue())
    files = take_files([png], no=no, office=cast.bureau)
    row = receive(
        told=told(cast, kind="violation", party="恒远建材店", place="建设路"),
        channel="online",
        at=AT,
        no=no,
        files=files,
    ).complaint
    clerk = cast.clerk
    with pytest.raises(NotTaken, match="受理之后"):
        carrying.open_clue(complaint=row, by=clerk, at=AT)
    handling.accept(complaint=row, by=clerk, at=AT)
    case = carrying.open_clue(complaint=row, by=clerk, at=AT)
    assert carrying.open_clue(complaint=row, by=clerk, at=AT) == case
    (clue,) = acts_of(case)
    assert clue.facts["case_source"] == "complaint"
    assert clue.facts["party_name"] == "恒远建材店"
    assert row.no in clue.facts["clue_text"]
    everything = f"{clue.facts}{row.files}"
    assert [one for one in (NAME, PHONE, HOME) if one in everything] == []
    assert [title for _, title in carrying.public_steps(states(row).cases)] == ["登记为案件线索，开始核查"]


def test_twelve_three_four_five_orders_come_in_once_each(cast):
    """A row that cannot be read is told with its line; a second run finds all there; the order's own day binds."""
    headers = ("工单编号", "诉求类型", "承办单位", "诉求内容", "办理期限", "受理时间", "诉求人", "联系电话")
    cells = [
        ("D1", "举报", "舞钢市城市管理局", "占道经营", "2026-03-06", "2026-03-02 09:00", NAME, PHONE),
        ("D2", "举报", "没有的局", "占道", "", "", "", ""),
        ("D1", "举报", "舞钢城管", "同号", "", "", "", ""),
        ("D4", "投诉工作人员", "舞钢城管", "态度恶劣", "", "", "", ""),
        ("D5", "建议", "舞钢城管", "多设垃圾箱", "三月", "", "", ""),
    ]
    rows = [SimpleNamespace(line=n, cells=one, fault="") for n, one in enumerate(cells, 2)]
    planned = orders.plan(headers, rows, by=cast.supervisor, at=AT)
    # The justice bureau handles what is about conduct; reports are imported by the bureau they are for.
    assert [one.fate for one in planned] == ["refused", "refused", "refused", "new", "refused"]
    planned = orders.plan(headers, rows, by=cast.clerk, at=AT)
    assert [one.fate for one in planned] == ["new", "refused", "refused", "refused", "refused"]
    assert Complaint.objects.count() == 0
    assert orders.carry_out(planned, by=cast.clerk, at=AT) == 1
    assert [one.fate for one in orders.plan(headers, rows, by=cast.clerk, at=AT)][:1] == ["there"]
    row = Complaint.objects.get()
    handling.accept(complaint=row, by=cast.clerk, at=AT)
    assert selectors.for_complainant(row).due == date(2026, 3, 6)
    with pytest.raises(NotTaken, match="表头缺少"):
        orders.plan(("甲", "乙"), rows, by=cast.clerk, at=AT)


def test_the_same_form_sent_twice_is_one_complaint(cast):
    """The second answer has no code: the first one gave it."""
    first = receive(told=told(cast), channel="online", at=AT, once="t" * 32)
    again = receive(told=told(cast), channel="online", at=AT, once="t" * 32)
    assert (again.complaint, again.code) == (first.complaint, "")
    assert len(first.code) == 10
    other = receive(told=replace(told(cast), visit="检〔2026〕3号"), channel="online", at=AT)
    assert other.complaint.visit == "检〔2026〕3号"


def test_number_and_code_open_and_tries_run_out(cast):
    """The same sentence whichever is wrong; five wrong codes lock the number."""
    got = taken(cast)
    assert (
        follow.enter(no=got.complaint.no.lower(), code=f" {got.code.lower()} ", address="a", at=AT)
        == got.complaint
    )
    said = set()
    for no, code in ((got.complaint.no, "X" * 10), ("TS20260302-AAAAAA", got.code)):
        with pytest.raises(follow.DoorClosed) as closed:
            follow.enter(no=no, code=code, address="a", at=AT)
        said.add(str(closed.value))
    assert len(said) == 1
    for _ in range(4):
        with pytest.raises(follow.DoorClosed):
            follow.enter(no=got.complaint.no, code="WRONG", address="b", at=AT)
    with pytest.raises(follow.DoorLocked):
        follow.enter(no=got.complaint.no, code=got.code, address="c", at=AT)
    assert follow.enter(no=got.complaint.no, code=got.code, address="c", at=AT + timedelta(hours=1))


def test_the_complainant_adds_rates_once_and_asks_again(cast):
    """What he adds is masked for readers; a rating stands for the call-back."""
    row = replied(cast)
    follow.add_material(complaint=row, text=f"我是{NAME}，补充：当天有两人在场", at=AT)
    assert NAME not in row.events.get(kind="material").facts["text"]
    follow.rate(complaint=row, satisfaction="partly", text="", at=AT)
    with pytest.raises(NotTaken, match="评价过"):
        follow.rate(complaint=row, satisfaction="yes", text="", at=AT)
    handling.close(complaint=row, text="", by=cast.supervisor, at=AT)
    with pytest.raises(NotTaken, match="已经办结"):
        follow.add_material(complaint=row, text="还有", at=AT)


def test_a_complaint_handed_over_is_the_new_agencys_and_no_longer_the_old_ones(cast):
    """A report sent to the wrong bureau goes on; who had it sees it no more, and the limit runs on."""
    row = taken(cast, kind="violation").complaint
    other = make_person("other", "卯", "clerk", agency=cast.elsewhere.code)
    due = selectors.for_complainant(row).due
    assert selectors.seen_by(other) == []
    handling.transfer(complaint=row, to=cast.elsewhere, reason="不属于本机关职权", by=cast.clerk, at=AT)
    (line,) = selectors.seen_by(other)
    assert (line.office, line.due, line.sight) == (cast.elsewhere, due, Sight.OFFICE)
    assert selectors.seen_by(cast.clerk) == []
    handling.accept(complaint=row, by=other, at=AT)


def test_the_figures_count_each_once_and_name_units_in_the_order_of_the_register(cast):
    """Taken, replied in time, content: numbers that open nothing about anybody."""
    row = replied(cast)
    follow.rate(complaint=row, satisfaction="yes", text="", at=AT)
    taken(cast, kind="violation")
    units, kinds, channels = selectors.figures(selectors.seen_by(cast.supervisor), AT + 100 * DAY)
    (unit,) = units
    assert (unit.taken, unit.running, unit.overdue, unit.replied, unit.in_time, unit.content) == (
        2,
        2,
        1,
        1,
        1,
        1,
    )
    assert [one.taken for one in kinds] == [1, 1]
    assert channels[0].taken == 2


def test_the_workbench_shows_whose_turn_it_is(cast, second):
    """Nobody's to all who handle, replied to who calls back, released to the unit."""
    row = taken(cast).complaint
    assert [one.row for one in selectors.waiting_for(cast.supervisor)] == [row]
    assert selectors.waiting_for(cast.head) == []
    handling.accept(complaint=row, by=cast.supervisor, at=AT)
    assert selectors.waiting_for(second) == []
    handling.release(complaint=row, text="请说明。", files=[], by=cast.supervisor, at=AT)
    assert [one.row for one in selectors.waiting_for(cast.head)] == [row]
    handling.reply(complaint=row, text="已查", ways=[], by=cast.supervisor, at=AT)
    assert [one.row for one in selectors.waiting_for(second)] == [row]
    handling.call_back(complaint=row, satisfaction="yes", text="", by=second, at=AT)
    handling.close(complaint=row, text="", by=cast.supervisor, at=AT)
    assert selectors.waiting_for(second) == []
    follow.ask_reopening(complaint=row, text="没有办好", at=AT)
    assert [one.row for one in selectors.waiting_for(second)] == [row]


def test_a_longer_list_asks_no_more_of_the_database(cast, django_assert_max_num_queries):
    """Ten complaints cost as many questions as one."""
    for _ in range(10):
        taken(cast)
    with django_assert_max_num_queries(10):
        assert len(selectors.seen_by(cast.supervisor)) == 10


def test_a_bureau_elsewhere_sees_nothing(cast):
    """Neither of conduct nor of reports; the supervisor above sees the report without its identity."""
    row = taken(cast, kind="violation").complaint
    stranger = make_person(
        "stranger", "寅", "clerk head supervisor", agency=make_agency("410482-x", "别处").code
    )
    assert selectors.seen_by(stranger) == []
    line = selectors.one_for(cast.supervisor, row.no)
    assert line.sight is Sight.ABOVE
    with pytest.raises(NotTaken):
        reveal(complaint=row, by=cast.supervisor, why="看看", at=AT)
