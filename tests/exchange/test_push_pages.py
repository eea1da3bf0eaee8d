"""The push on the pages of the officers, and orders of 12345 that another system sends to its own door."""

import json

import pytest
from django.test import Client

from mingjing.cli.main import main
from mingjing.complaints.models import Complaint
from mingjing.exchange.push.models import Delivery, Mend
from mingjing.exchange.push.pusher import push
from tests.exchange.test_push import at, bureau, city, folder, later  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
DOOR, TOKEN = "/exchange/inbound/orders", "a-token-of-the-hotline"


def signed(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer):
    return answer.content.decode()


def test_a_dead_letter_is_seen_mended_and_sent_again_on_the_pages(bureau, city, at):  # noqa: F811
    """From the red number to the fault, a value with its reason, and the receipt; a refusal keeps what was typed."""
    bureau.tell("one")
    city.platform.faults = ["422"]
    push(city.receiver, at=at.now)
    desk, row = signed(bureau.cast.publicity), Delivery.objects.get()
    page = text(desk.get("/exchange/push/"))
    assert "市平台" in page
    assert "1 件" in page
    assert "罚款金额格式不符" in text(desk.get("/exchange/push/city/?state=dead"))
    where = f"/exchange/push/deliveries/{row.pk}/"
    assert "罚款金额格式不符" in text(desk.get(where))
    told = {"step": "mend", "column": "fine_yuan", "value": "300.00", "reason": ""}
    refused = desk.post(f"{where}step", told)
    assert (refused.status_code, 'value="300.00"' in text(refused)) == (422, True)
    assert desk.post(f"{where}step", told | {"reason": "平台要求两位小数"}).status_code == 302
    assert Mend.objects.get().by == bureau.cast.publicity.username
    assert "平台要求两位小数" in text(desk.get(where))
    for unknown in (f"{where}step", "/exchange/push/city/step"):
        assert desk.post(unknown, {"step": "other"}).status_code == 404
    assert Delivery.objects.get().state == Delivery.State.DEAD
    desk.post(f"{where}step", {"step": "resend"})
    push(city.receiver, at=later(minutes=5))
    assert "R-1" in text(desk.get("/exchange/push/city/"))


def test_comparing_now_shows_what_differs_of_ones_own_agency(bureau, city, at):  # noqa: F811
    """The number of the decision that the platform has lost, and that it goes out anew."""
    shown = bureau.tell("one")
    push(city.receiver, at=at.now)
    city.platform.records.clear()
    desk = signed(bureau.cast.clerk)
    answer = desk.post("/exchange/push/city/step", {"step": "compare"}, follow=True)
    assert "已安排对账" in text(answer)
    push(city.receiver, at=at.now)
    page = text(desk.get("/exchange/push/city/"))
    assert "对方没有" in page
    assert (
        page.count(shown.document_no) == 3
    )  # the first delivery, the one that goes out anew, the difference
    assert "差异 1 件" in text(desk.get("/exchange/push/"))


def test_another_agency_finds_neither_the_receiver_nor_the_delivery(bureau, city, folder, at):  # noqa: F811
    """A receiver of one agency does not exist for another; the officer of the case may not open the desk at all."""
    told = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(f'{told}agencies = ["{bureau.cast.bureau.code}"]\n', encoding="utf-8")
    bureau.tell("one")
    push(city.receiver, at=at.now)
    row = Delivery.objects.get()
    bureau.cast.outsider.roles = ["publicity"]
    bureau.cast.outsider.save(update_fields=["roles"])
    far, near = signed(bureau.cast.outsider), signed(bureau.cast.officer)
    for path in ("/exchange/push/city/", f"/exchange/push/deliveries/{row.pk}/"):
        assert far.get(path).status_code == 404
        assert far.post(f"{path}step", {"step": "resend"}).status_code == 404
        assert near.get(path).status_code == 403
        assert signed(bureau.cast.head).get(path).status_code == 200


def test_without_receivers_the_page_says_what_to_do(cast, folder):  # noqa: F811
    """And a file that cannot be used is named with its fault."""
    desk = signed(cast.publicity)
    assert "还没有接收方" in text(desk.get("/exchange/push/"))
    (folder / "bad.toml").write_text("title = ", encoding="utf-8")
    assert "bad.toml" in text(desk.get("/exchange/push/"))


def test_the_command_lists_the_receivers_and_pushes_now(bureau, city, capsys, at):  # noqa: F811
    """What waits and what needs somebody, without opening a page."""
    bureau.tell("one")
    assert main(["exchange", "push"]) == 0
    told = capsys.readouterr().out
    assert "市平台" in told
    assert "送达 1 件" in told
    assert [row.state for row in Delivery.objects.all()] == ["receipted"]


# --- orders of the hotline --------------------------------------------------------------------------


def order(no="G-1", **more):
    told = {
        "工单编号": no,
        "诉求类型": "举报",
        "涉及单位": "舞钢市城市管理局",
        "诉求内容": "占道经营，无法通行。",
    }
    return {**told, **more}


def send(body, token=TOKEN):
    content = body if isinstance(body, str) else json.dumps(body)
    answer = Client(enforce_csrf_checks=True).post(
        DOOR, content, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code, answer.json() if answer.status_code != 404 else None


@pytest.fixture
def door(cast, settings):
    """The door with a token, and the clerk and the supervisor in whose names orders are registered."""
    settings.MINGJING_INBOUND_ORDERS_TOKEN = TOKEN
    settings.MINGJING_INBOUND_ORDERS_BY = [cast.clerk.username, cast.supervisor.username]
    return cast


def test_an_order_sent_twice_is_registered_once(door):
    """The sender learns the number both times; the second time that it was there."""
    status, first = send({"orders": [order()]})
    assert (status, first["orders"][0]["result"]) == (200, "taken")
    status, again = send({"orders": [order()]})
    row = Complaint.objects.get()
    assert [one["orders"][0]["no"] for one in (first, again)] == [row.no, row.no]
    assert again["orders"][0]["result"] == "there"


def test_each_order_goes_to_who_handles_it_and_a_bad_one_keeps_no_other_out(door):
    """Conduct goes to the office above; an unknown unit is told; English names of fields do as well."""
    conduct = order("G-2", 诉求类型="投诉工作人员", 诉求内容="态度恶劣")
    plain = {"order_no": "G-4", "about": "舞钢市城市管理局", "text": "夜间施工噪声扰民。"}
    status, told = send({"orders": [order(), conduct, order("G-3", 涉及单位="没有的局"), plain]})
    assert status == 200
    assert [one["result"] for one in told["orders"]] == ["taken", "taken", "refused", "taken"]
    assert "没有登记名为" in told["orders"][2]["why"]
    offices = dict(Complaint.objects.values_list("order_no", "office__code"))
    assert offices == {"G-1": door.bureau.code, "G-2": door.justice.code, "G-4": door.bureau.code}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ({"orders": []}, "请求体写成"),
        ({"orders": [{"甲": "乙"}]}, "表头缺少"),
        ({"orders": [order(str(n)) for n in range(201)]}, "最多 200 件"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(door, body, words):
    """With what to send instead; nothing is registered."""
    status, told = send(body)
    assert status == 422
    assert words in told["message"]
    assert Complaint.objects.count() == 0


def test_without_the_token_nobody_gets_in_and_without_a_setting_there_is_no_door(door, settings):
    """A wrong token is told so; an account that may not import is the operator's to mend."""
    assert send({"orders": [order()]}, token="wrong")[0] == 401
    settings.MINGJING_INBOUND_ORDERS_BY = [door.officer.username, "nobody"]
    assert send({"orders": [order()]})[0] == 503
    settings.MINGJING_INBOUND_ORDERS_TOKEN = ""
    assert send({"orders": [order()]})[0] == 404
    assert Complaint.objects.count() == 0
