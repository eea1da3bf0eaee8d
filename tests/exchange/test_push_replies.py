"""Answers to orders of 12345 go back to the hotline: from the log, at least once, each once there, mended by people."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from mingjing.complaints import handling
from mingjing.complaints.audit import audit_complaints
from mingjing.complaints.models import Complaint
from mingjing.complaints.services import Told, receive
from mingjing.exchange.push.models import Delivery
from mingjing.exchange.push.pusher import push
from mingjing.exchange.push.receivers import receivers
from mingjing.translog.services import seal_log
from tests.exchange.push_servers import http_platform
from tests.exchange.test_push import AT, at, folder  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
TITLE = (
    'title = "12345 平台"\nway = "http"\nmapping = "order_reply"\nsecret_env = "PUSH_SECRET"\nseconds = 60\n'
)
SAID = "经核查属实，已责令当事人三日内清理。"


@pytest.fixture
def hotline(cast, folder, at):  # noqa: F811
    """The platform of the hotline; `order` registers and accepts an order, `answer` replies to it and seals."""
    with http_platform() as platform:
        urls = f'url = "{platform.url}/in"\nlist_url = "{platform.url}/list"\n'
        (folder / "hotline.toml").write_text(TITLE + urls, encoding="utf-8")

        def order(no, kind="violation", by=cast.clerk):
            told = Told(kind=kind, about=cast.bureau, text="占道经营。", order_no=no)
            row = receive(told=told, channel="hotline", at=AT, by=by).complaint
            handling.accept(complaint=row, by=by, at=AT)
            return row

        def answer(row, text=SAID, by=cast.clerk):
            handling.reply(complaint=row, text=text, ways=["hotline"], by=by, at=AT)
            seal_log(at=AT)

        yield SimpleNamespace(
            platform=platform, receiver=receivers()[0]["hotline"], order=order, answer=answer, cast=cast
        )


def later(minutes):
    return AT + timedelta(minutes=minutes)


def test_the_answer_goes_back_under_the_number_of_the_order(hotline):
    """What was only registered is not told, nor what came in another way; the reply is, with office and words."""
    row = hotline.order("G-1")
    seal_log(at=AT)
    own = receive(
        told=Told(kind="violation", about=hotline.cast.bureau, text="别处来的。"), channel="online", at=AT
    )
    handling.accept(complaint=own.complaint, by=hotline.cast.clerk, at=AT)
    hotline.answer(own.complaint)
    assert push(hotline.receiver, at=AT) == 0
    hotline.answer(row)
    assert push(hotline.receiver, at=AT) == 1
    [message] = hotline.platform.keys.values()
    assert message["data"] == {
        "order_no": "G-1",
        "complaint_no": row.no,
        "office": hotline.cast.bureau.name,
        "result": "已答复",
        "text": SAID,
        "replied_on": "2026/03/12",
        "satisfaction": "",
    }
    assert message["record"] == f"order-{row.no}"
    assert list(audit_complaints()) == []  # the reply stands in the log like the registration


def test_a_lost_answer_is_sent_again_under_the_same_key_and_a_second_reply_comes_after_the_first(hotline):
    """The platform has each once, in order; the nightly list agrees."""
    row = hotline.order("G-1")
    hotline.answer(row)
    hotline.platform.faults = ["lost"]
    assert push(hotline.receiver, at=AT) == 0
    hotline.answer(row, "补充答复：现场已经恢复。")
    push(hotline.receiver, at=later(5))
    push(hotline.receiver, at=later(6))
    texts = [message["data"]["text"] for message in hotline.platform.keys.values()]
    assert texts == [SAID, "补充答复：现场已经恢复。"]
    assert len(hotline.platform.asked) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"receipted"}


def test_what_the_hotline_will_not_have_is_mended_by_a_person_and_sent_again(hotline):
    """On the same desk as other dead letters; the number of the order cannot be mended."""
    hotline.answer(hotline.order("G-1"))
    hotline.platform.faults = ["422"]
    push(hotline.receiver, at=AT)
    row, desk = Delivery.objects.get(), Client()
    desk.force_login(hotline.cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    where = f"/exchange/push/deliveries/{row.pk}/"
    page = desk.get(where).content.decode()
    assert (row.state, SAID in page, 'value="order_no"' in page) == ("dead", True, False)
    told = {"step": "mend", "value": "已清理。", "reason": "平台限二十字"}
    assert desk.post(f"{where}step", told | {"column": "order_no"}).status_code == 422
    assert desk.post(f"{where}step", told | {"column": "text"}).status_code == 302
    desk.post(f"{where}step", {"step": "resend"})
    push(hotline.receiver, at=later(5))
    [message] = hotline.platform.keys.values()
    assert (message["data"]["text"], message["mended"]) == ("已清理。", ["text"])


def test_an_answer_about_conduct_is_the_offices_above_and_the_unit_does_not_see_it(hotline):
    """The delivery belongs to whoever answered; the unit complained about finds no such delivery."""
    cast = hotline.cast
    hotline.answer(hotline.order("G-2", kind="conduct", by=cast.supervisor), by=cast.supervisor)
    push(hotline.receiver, at=AT)
    row = Delivery.objects.get()
    assert row.agency == cast.justice
    near = Client()
    near.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert near.get(f"/exchange/push/deliveries/{row.pk}/").status_code == 404
    assert "G-2" not in near.get("/exchange/push/hotline/").content.decode()


def test_an_order_that_is_not_accepted_is_told_so(hotline):
    """With the reason that the caller reads."""
    row = receive(
        told=Told(kind="violation", about=hotline.cast.bureau, text="不归我们管。", order_no="G-3"),
        channel="hotline",
        at=AT,
        by=hotline.cast.clerk,
    ).complaint
    handling.refuse(complaint=row, reason="属于交通运输部门职责。", by=hotline.cast.clerk, at=AT)
    seal_log(at=AT)
    push(hotline.receiver, at=AT)
    [message] = hotline.platform.keys.values()
    assert (message["data"]["result"], message["data"]["text"]) == ("不予受理", "属于交通运输部门职责。")
    assert Complaint.objects.count() == 1
