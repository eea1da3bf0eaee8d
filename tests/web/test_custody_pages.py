"""The pages of custody, receipts, payments and dossiers, as their people use them."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.cases.dossier import key_of_case
from mingjing.cases.models import DossierAccess
from mingjing.property.models import CustodyItem, CustodyMove, MoveDraft, StockCount
from mingjing.property.services import take_in
from mingjing.receipts.models import ChargeItem, TicketEvent, TicketRange
from mingjing.receipts.services import move_tickets, receive_range
from mingjing.supervision.models import CaseAccess
from mingjing.translog.services import seal_log
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

SEIZURE = "cn/coercion/seizure"
OPEN_TO = {
    "/custody/": "officer reviewer head clerk supervisor",
    "/custody/count/": "officer clerk",
    "/receipts/": "officer head clerk supervisor",
    "/dossier/": "officer reviewer head clerk supervisor",
}
ROLES = ("officer", "reviewer", "head", "clerk", "publicity", "supervisor", "admin", "security", "audit")


@pytest.fixture
def items(cast: Cast) -> list[CustodyItem]:
    """Goods that were seized and entered."""
    told(cast, SEIZURE, until="sealing_imposed")
    seal_log(at=timezone.now())
    take_in()
    return list(CustodyItem.objects.all())


@pytest.mark.parametrize("path", OPEN_TO)
def test_a_page_opens_for_these_roles_and_no_others(cast: Cast, at_desk: SignIn, path: str) -> None:
    """The menu leads there and nobody else gets in."""
    for role in ROLES:
        meant = role in OPEN_TO[path].split()
        assert at_desk(getattr(cast, role)).get(path).status_code == (200 if meant else 403), role


def sent(client: Client, item: CustodyItem, **typed: Any) -> Any:
    """The form of a move, sent."""
    return client.post(f"/custody/items/{item.code}/move", typed)


def test_two_people_store_goods_at_their_browsers(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """甲 fills in and signs, is not offered to sign again; 乙 signs; the page tells who signed and gives the paper."""
    first, second = at_desk(cast.officer), at_desk(cast.officer2)
    answer = sent(first, items[0], kind="store", place="一号库", seal_no="F-1")
    draft = MoveDraft.objects.get()
    assert answer["Location"] == f"/custody/moves/{draft.pk}/"
    assert '/sign"' not in first.get(f"/custody/moves/{draft.pk}/").content.decode()
    assert '/sign"' in second.get(f"/custody/moves/{draft.pk}/").content.decode()

    assert first.post(f"/custody/moves/{draft.pk}/sign")["Location"] == f"/custody/moves/{draft.pk}/"
    assert CustodyMove.objects.count() == 0
    second.post(f"/custody/moves/{draft.pk}/sign")

    html = first.get(f"/custody/items/{items[0].code}/").content.decode()
    assert "一号库" in html
    assert re.search(r"签名：甲（.*?）、乙（", html)
    sheet = re.search(r'href="(/custody/sheets/\w+\.pdf)"', html)
    assert sheet
    paper = first.get(sheet[1])
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_a_refused_move_keeps_what_was_typed_and_says_why(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """The form comes back with the reason; nothing was written."""
    answer = sent(at_desk(cast.officer), items[0], kind="seal", place="现场仓库", note="已贴封")
    assert answer.status_code == 422
    assert "就地封存要写明封条编号" in answer.content.decode()
    assert "现场仓库" in answer.content.decode()
    assert MoveDraft.objects.count() == 0


def test_a_case_with_goods_shows_them_and_the_workbench_calls_for_their_release(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """The limit ran out in spring; before goods were seized there is no such call."""
    client = at_desk(cast.officer)
    case = items[0].act.case
    assert items[0].number in client.get(f"/cases/{case.code}/").content.decode()
    assert "财物待解除、处理" in client.get("/").content.decode()
    assert "财物待解除、处理" not in at_desk(cast.outsider).get("/").content.decode()


def test_goods_of_another_agency_do_not_exist_and_a_supervisor_leaves_a_trace(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """404 for 丁; 癸 sees the item without a form, and the bureau sees that he looked."""
    path = f"/custody/items/{items[0].code}/"
    assert at_desk(cast.outsider).get(path).status_code == 404
    assert at_desk(cast.outsider).get(f"{path}labels").status_code == 404
    html = at_desk(cast.supervisor).get(path).content.decode()
    assert items[0].name in html
    assert "/move" not in html
    assert CaseAccess.objects.get().why == "查阅涉案财物"


def test_a_label_carries_a_code_that_leads_to_the_item(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """One label, or all of a list; each with a drawing and the number in plain text."""
    client = at_desk(cast.officer)
    one = client.get(f"/custody/items/{items[0].code}/labels").content.decode()
    every = client.get(f"/custody/items/{items[0].code}/labels?all=1").content.decode()
    assert (one.count('role="img"'), every.count('role="img"')) == (1, len(items))
    assert items[0].number in one
    assert "<svg" in one


def test_a_count_is_taken_at_a_place(cast: Cast, at_desk: SignIn, items: list[CustodyItem]) -> None:
    """A missing thing without a reason sends the form back; with one the count is kept."""
    client = at_desk(cast.officer)
    sent(client, items[0], kind="store", place="一号库")
    at_desk(cast.clerk).post(f"/custody/moves/{MoveDraft.objects.get().pk}/sign")
    assert items[0].number in client.get("/custody/count/?place=一号库").content.decode()

    typed = {"place": "一号库", "companion": "officer2"}
    assert client.post("/custody/count/", typed).status_code == 422
    answer = client.post("/custody/count/", {**typed, f"reason.{items[0].code}": "送检未归"})
    kept = StockCount.objects.get()
    assert answer["Location"] == f"/custody/counts/{kept.pk}/"
    assert "送检未归" in client.get(answer["Location"]).content.decode()


# --- receipts and payments --------------------------------------------------------------------


def test_the_clerk_keeps_receipts_and_the_head_the_list(cast: Cast, at_desk: SignIn) -> None:
    """Each form goes to its own role; what is wrong comes back beside it."""
    clerk, head = at_desk(cast.clerk), at_desk(cast.head)
    numbers = {"kind": "fine", "first": "豫财0000001", "last": "豫财0000010", "source": "财政局"}
    assert head.post("/receipts/receive", numbers).status_code == 403
    assert clerk.post("/receipts/receive", {**numbers, "received_on": "昨天"}).status_code == 422
    clerk.post("/receipts/receive", {**numbers, "received_on": "2026-01-05"})
    row = TicketRange.objects.get()

    step = {"step": "issued", "first": "豫财0000001", "last": "豫财0000005"}
    assert clerk.post(f"/receipts/ranges/{row.pk}/step", step).status_code == 422
    clerk.post(f"/receipts/ranges/{row.pk}/step", {**step, "holder": "officer"})
    assert TicketEvent.objects.count() == 1
    html = clerk.get(f"/receipts/ranges/{row.pk}/").content.decode()
    assert "豫财0000001—豫财0000005" in html

    item = {"kind": "fee", "title": "占道费", "list_no": "3", "basis": "条例", "standard": "120元"}
    assert clerk.post("/receipts/items", {**item, "in_force": "2020-01-01"}).status_code == 403
    head.post("/receipts/items", {**item, "in_force": "2020-01-01"})
    end = f"/receipts/items/{ChargeItem.objects.get().pk}/end"
    head.post(end, {"until": "2026-01-01", "reason": "取消"})
    assert "取消" in head.get("/receipts/").content.decode()


def test_a_supervisor_reads_the_receipts_of_a_bureau_below_and_of_no_other(
    cast: Cast, at_desk: SignIn
) -> None:
    """Chosen by address; elsewhere is refused."""
    row = receive_range(
        kind="fine",
        first="豫财01",
        last="豫财09",
        source="财政局",
        received_on=date(2026, 1, 5),
        by=cast.clerk,
        at=timezone.now(),
    )
    client = at_desk(cast.supervisor)
    assert str(row) in client.get(f"/receipts/?agency={cast.bureau.code}").content.decode()
    assert client.get(f"/receipts/?agency={cast.elsewhere.code}").status_code == 403
    assert client.get(f"/receipts/ranges/{row.pk}/?agency={cast.bureau.code}").status_code == 200
    assert at_desk(cast.outsider).get(f"/receipts/ranges/{row.pk}/").status_code == 404


def test_the_form_of_a_payment_says_at_once_that_a_receipt_was_not_given_out(
    cast: Cast, at_desk: SignIn
) -> None:
    """The live check shows it before anything is sent; once given out it is silent."""
    _, case = told(cast, until="decision_published")
    row = receive_range(
        kind="fine",
        first="豫财0001",
        last="豫财0009",
        source="财政局",
        received_on=date(2026, 1, 5),
        by=cast.clerk,
        at=timezone.now(),
    )
    client, path = at_desk(cast.clerk), f"/cases/{case.code}/acts/fine_paid/check"
    typed = {
        "f.paid_yuan": "1000",
        "f.receipt_no": "豫财0003",
        "f.paid_by": "bank",
        "performers": "clerk",
        "done_at": "2026-06-01T10:00",
        "once": "x" * 32,
    }
    assert "尚未发放" in client.post(path, typed).content.decode()
    move_tickets(
        range_pk=row.pk,
        step="issued",
        first="豫财0003",
        last="",
        holder="clerk",
        by=cast.clerk,
        at=timezone.now(),
    )
    assert "尚未发放" not in client.post(path, typed).content.decode()


def test_a_case_page_shows_how_its_payment_stands(cast: Cast, at_desk: SignIn) -> None:
    """Unpaid with the added fine day by day, then paid; before the decision nothing."""
    _, case = told(cast, until="decision_published")
    client = at_desk(cast.officer)
    html = client.get(f"/cases/{case.code}/").content.decode()
    assert 'id="payment"' in html
    assert "逐日计算（34 日）" in html
    told(cast)
    assert "收缴分离" in client.get(f"/cases/{case.code}/").content.decode()

    _, early = told(cast, until="filing_approved", mark="early")
    assert 'id="payment"' not in client.get(f"/cases/{early.code}/").content.decode()


# --- the dossier ------------------------------------------------------------------------------


def test_a_dossier_gathers_a_party_and_shows_who_looked(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """From the case page by one link; goods, evidence and looks are there; elsewhere there is no such dossier."""
    case = items[0].act.case
    client = at_desk(cast.officer)
    link = re.search(r'href="(/dossier/\w+/)"', client.get(f"/cases/{case.code}/").content.decode())
    assert link
    html = client.get(link[1]).content.decode()
    assert case.number in html
    assert items[0].number in html
    assert "查阅一户式档案" in client.get(link[1]).content.decode()
    assert DossierAccess.objects.count() == 1
    assert at_desk(cast.outsider).get(link[1]).status_code == 404


def test_a_party_is_looked_for_without_its_code_in_the_address(
    cast: Cast, at_desk: SignIn, items: list[CustodyItem]
) -> None:
    """The form posts; the answer leads by a digest."""
    case = items[0].act.case
    html = at_desk(cast.officer).post("/dossier/", {"q": case.party_name}).content.decode()
    assert f"/dossier/{key_of_case(cast.officer, case)}/" in html
    assert 'method="post"' in html
    assert "没有找到" in at_desk(cast.outsider).post("/dossier/", {"q": case.party_name}).content.decode()


def test_a_merge_is_proposed_by_one_and_confirmed_by_another(cast: Cast, at_desk: SignIn) -> None:
    """Two stories of two parties; the buttons appear for whoever may press them."""
    _, one = told(cast, until="filing_approved", mark="one")
    _, other = told(cast, "summary", until="on_the_spot_decided", mark="two")
    keys = [key_of_case(cast.officer, case) for case in (one, other)]
    first, second = at_desk(cast.officer), at_desk(cast.officer2)
    path = f"/dossier/{keys[0]}/"
    assert keys[1] in first.post(f"{path}merge", {"q": other.party_name}).content.decode()
    first.post(f"{path}merge", {"other": keys[1], "reason": "核对变更登记"})
    assert "确认合并" not in first.get(path).content.decode()
    found = re.search(r'action="(/dossier/\w+/merges/\d+)"', second.get(path).content.decode())
    assert found
    second.post(found[1], {"step": "confirmed", "reason": "属实"})

    html = first.get(path).content.decode()
    assert other.number in html
    assert "合并了 2 个身份" in html
