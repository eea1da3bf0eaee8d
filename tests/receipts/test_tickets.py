"""Receipts by number: received, given out, used once, voided, checked off; and acts that may not use them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.cases.services import ActRefused, Deed, check_act, record_act
from mingjing.receipts.book import Stretch, stretches
from mingjing.receipts.models import TicketEvent, TicketRange, TicketUse
from mingjing.receipts.selectors import book_of, fault_of, split_number
from mingjing.receipts.services import ReceiptRefused, move_tickets, receive_range, use_tickets
from tests.cast import Cast
from tests.stories import step, told

pytestmark = pytest.mark.django_db
OF_THE_STORY = "豫财0410000018"


def received(
    cast: Cast, first: str = "豫财0410000001", last: str = "豫财0410000100", **more: Any
) -> TicketRange:
    """A hundred fine receipts from the treasury."""
    shape = {
        "kind": "fine",
        "source": "舞钢市财政局",
        "received_on": date(2026, 1, 5),
        "by": cast.clerk,
        **more,
    }
    return receive_range(first=first, last=last, at=timezone.now(), **shape)


def stepped(cast: Cast, row: TicketRange, kind: str, first: str, last: str = "", **more: Any) -> TicketEvent:
    """One step with some receipts of a range."""
    return move_tickets(
        range_pk=row.pk, step=kind, first=first, last=last, by=cast.clerk, at=timezone.now(), **more
    )


def paying(cast: Cast) -> tuple[Case, Deed]:
    """A case before its payment, and the payment."""
    tale, case = told(cast, until="decision_published")
    return case, tale.deed(step(tale, "fine_paid"), case)


def states(row: TicketRange) -> list[tuple[int, int, str]]:
    """Where the receipts stand."""
    return [(one.first, one.last, one.state) for one in book_of(row).line]


def test_an_agency_without_ranges_writes_any_number(cast: Cast) -> None:
    """As before: the number is required and nothing is known of it."""
    case, deed = paying(cast)
    record_act(case=case, deed=deed, once="paid")
    assert TicketUse.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "says"),
    [("豫财0410000050", "不在本机关领取的"), ("豫财0410000001", "尚未发放")],
)
def test_a_receipt_outside_the_issued_ranges_is_refused(cast: Cast, first: str, says: str) -> None:
    """Not received, or received and not given out: the act is refused with the reason and writes nothing."""
    case, deed = paying(cast)
    row = received(cast, first=first)
    before = Act.objects.count()

    with pytest.raises(ActRefused, match=says):
        record_act(case=case, deed=deed, once="paid")
    assert (Act.objects.count(), TicketUse.objects.count()) == (before, 0)
    assert says in check_act(case=case, deed=deed).errors["receipt_no"][0]

    if first == "豫财0410000001":
        stepped(cast, row, "issued", "豫财0410000011", "豫财0410000020", holder="clerk")
        act = record_act(case=case, deed=deed, once="paid")
        assert TicketUse.objects.get().act_code == act.code
        assert (18, 18, "used") in [(a % 1000, b % 1000, s) for a, b, s in states(row)]


def test_a_receipt_is_used_once(cast: Cast) -> None:
    """In this case or any other; the next number is free, and the same form sent twice is one act."""
    case, deed = paying(cast)
    stepped(cast, received(cast), "issued", "豫财0410000001", "豫财0410000100", bank="建设银行")
    part = replace(deed, facts={**deed.facts, "paid_yuan": "100"})
    first = record_act(case=case, deed=part, once="paid")
    assert record_act(case=case, deed=part, once="paid").pk == first.pk

    with pytest.raises(ActRefused, match="已经使用过"):
        record_act(case=case, deed=part, once="again")
    following = replace(part, facts={**part.facts, "receipt_no": "豫财0410000019"})
    record_act(case=case, deed=following, once="again")
    assert TicketUse.objects.count() == 2


def test_the_same_payment_sent_twice_at_once_is_not_refused_for_its_own_receipt(cast: Cast) -> None:
    """Its twin is written between the reading of the case and the look at the receipts: both get that one act."""
    case, deed = paying(cast)
    stepped(cast, received(cast), "issued", "豫财0410000001", "豫财0410000100", holder="clerk")
    twins: list[Act] = []

    def twin_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not twins and sql.startswith("SELECT") and TicketRange._meta.db_table in sql:
            twins.append(case.acts.latest("seq"))  # the twin itself is left alone
            twins[0] = record_act(case=case, deed=deed, once="paid")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(twin_first):
        act = record_act(case=case, deed=deed, once="paid")
    assert (act.pk, act.kind) == (twins[0].pk, "fine_paid")
    with pytest.raises(ActRefused, match="已经使用过"):
        record_act(case=case, deed=deed, once="another form")


def test_of_two_acts_at_once_with_one_receipt_one_is_told(cast: Cast) -> None:
    """What was free when it was judged is asked again when it is written."""
    row = received(cast)
    stepped(cast, row, "issued", "豫财0410000001", "豫财0410000100", holder="clerk")
    shape = {"agency": cast.bureau.code, "facts": {"receipt_no": OF_THE_STORY}, "at": timezone.now()}
    with transaction.atomic():
        assert use_tickets(act_code="one", case_code="a", **shape) == {}
        assert "已经使用过" in use_tickets(act_code="two", case_code="b", **shape)["receipt_no"][0]
    assert TicketUse.objects.get().act_code == "one"


def test_a_voided_receipt_is_refused_and_says_why_it_was_voided(cast: Cast) -> None:
    """Voiding needs a reason; used receipts cannot be voided."""
    row = received(cast)
    with pytest.raises(ReceiptRefused, match="写明原因"):
        stepped(cast, row, "voided", OF_THE_STORY)
    stepped(cast, row, "voided", OF_THE_STORY, note="填写错误")
    assert "已经作废" in fault_of(cast.bureau.code, "fine", OF_THE_STORY)

    stepped(cast, row, "issued", "豫财0410000019", holder="clerk")
    assert fault_of(cast.bureau.code, "fine", "豫财0410000019") == ""


def test_only_what_was_used_or_voided_is_checked_off(cast: Cast) -> None:
    """核销 closes the circle; a receipt still in somebody's hands cannot be."""
    row = received(cast)
    stepped(cast, row, "issued", "豫财0410000001", "豫财0410000003", holder="clerk")
    use_tickets(
        agency=cast.bureau.code,
        facts={"receipt_no": "豫财0410000001"},
        act_code="one",
        case_code="a",
        at=timezone.now(),
    )
    stepped(cast, row, "voided", "豫财0410000002", note="污损")
    with pytest.raises(ReceiptRefused, match="已发放，不能核销"):
        stepped(cast, row, "checked", "豫财0410000001", "豫财0410000003")

    stepped(cast, row, "checked", "豫财0410000001", "豫财0410000002")
    stepped(cast, row, "returned", "豫财0410000003")
    assert [s for _, _, s in states(row)] == ["checked", "stock"]


def test_receipts_are_not_given_out_twice_nor_to_strangers(cast: Cast) -> None:
    """To one person of the agency, or to a bank; handed back they can be given out again."""
    row = received(cast)
    for wrong in ({"holder": "outsider"}, {}, {"holder": "clerk", "bank": "建设银行"}):
        with pytest.raises(ReceiptRefused):
            stepped(cast, row, "issued", "豫财0410000001", **wrong)
    stepped(cast, row, "issued", "豫财0410000001", "豫财0410000010", holder="officer")
    with pytest.raises(ReceiptRefused, match="已发放，不能发放"):
        stepped(cast, row, "issued", "豫财0410000005", holder="clerk")
    stepped(cast, row, "returned", "豫财0410000005")
    stepped(cast, row, "issued", "豫财0410000005", holder="clerk")
    assert [one.holder for one in book_of(row).line] == ["officer", "clerk", "officer", ""]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("豫财0410000050", "豫财0410000150", "重叠"),
        ("豫财1", "豫章2", "前缀"),
        ("豫财0420000009", "豫财0420000001", "止号"),
        ("没有数字", "没有数字", "数字"),
    ],
)
def test_a_range_is_read_before_it_is_entered(cast: Cast, first: str, last: str, says: str) -> None:
    """Overlaps and slips of the keyboard are refused; the range after it is not."""
    received(cast)
    with pytest.raises(ReceiptRefused, match=says):
        received(cast, first=first, last=last)
    assert TicketRange.objects.count() == 1

    received(cast, first="豫财0410000101", last="豫财0410000200")
    assert TicketRange.objects.count() == 2


def test_only_the_clerk_keeps_receipts(cast: Cast) -> None:
    """Whoever decides fines does not keep the receipts for them."""
    for other in (cast.officer, cast.head, cast.supervisor):
        with pytest.raises(ReceiptRefused, match="角色"):
            received(cast, by=other)
    received(cast)


def test_receipts_of_another_agency_are_not_ours(cast: Cast) -> None:
    """Ranges bind the agency that received them and no other."""
    received(cast)
    assert fault_of(cast.elsewhere.code, "fine", "9") == ""
    assert fault_of(cast.bureau.code, "fine", "9") != ""


def test_what_happened_to_receipts_cannot_be_rewritten(cast: Cast) -> None:
    """The database refuses, whoever asks."""
    row = received(cast)
    event = stepped(cast, row, "issued", "豫财0410000001", holder="clerk")
    for one in (row, event):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(one).objects.filter(pk=one.pk).update(first=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            type(one).objects.filter(pk=one.pk).delete()


def test_a_line_without_events_is_one_stretch_and_numbers_are_read_from_their_end() -> None:
    """The plain ends of the arithmetic."""
    assert stretches(1, 9, [], []) == [Stretch(1, 9)]
    assert [(one.first, one.last) for one in stretches(1, 9, [], [1, 2, 5, 9])] == [
        (1, 2),
        (3, 4),
        (5, 5),
        (6, 8),
        (9, 9),
    ]
    assert split_number("豫财 (2026) 0012") == ("豫财(2026)", 12, 4)
    assert split_number("无号") is None
