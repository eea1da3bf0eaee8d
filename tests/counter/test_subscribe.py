"""Following by e-mail, through a real mail server: asked, confirmed, told once a day, left for good."""

import re
from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from mingjing.config import env
from mingjing.publicity import digests, subscriptions
from mingjing.publicity.digests import Sender
from mingjing.publicity.subscription_models import Subscription, SubscriptionAddress
from mingjing.translog.services import seal_log
from tests.mail_server import mail_server
from tests.publicity.rows import AT, FIRM, publish, take_down

READER = "reader@example.cn"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def server(settings, monkeypatch, db):
    """A mail server that the settings name."""
    with mail_server() as running:
        monkeypatch.setenv("MINGJING_SMTP_URL", running.address)
        settings.MINGJING_SMTP_URL = running.address
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        for name, value in env.mail().items():
            setattr(settings, name, value)
        yield running


@pytest.fixture
def sender() -> Sender:
    return Sender()


def seal() -> None:
    while seal_log(at=AT):
        pass


def link(server, name: str) -> str:
    text = server.mails[-1][1].get_content()
    return re.search(rf"https?://[^/]+(/counter/subscribe/{name}/\w+/)", text)[1]


def follow(server, sender, client=None, **query) -> str:
    """Ask, read the mail, confirm; give the address by which one leaves again."""
    client = client or Client()
    assert client.post("/counter/subscribe/", {"address": READER, **query}).status_code == 200
    assert sender.send(at=AT) == 1
    address = link(server, "confirm")
    assert client.get(address).status_code == 200
    assert "订阅已生效" in client.post(address).content.decode()
    return address.replace("confirm", "end")


def test_a_reader_confirms_is_told_once_a_day_and_leaves_for_good(server, sender, client, cast):
    """Nothing is sent before he confirms, one mail for what is new, and no address stays behind him."""
    publish(cast.bureau, "旧公司")
    seal()
    leave = follow(server, sender, agency=cast.bureau.code)
    publish(cast.bureau, "新公司")
    publish(cast.elsewhere, "别处公司")
    seal()

    assert [sender.send(at=AT + one * DAY) for one in (1, 1, 2)] == [1, 0, 0]
    to, mail = server.mails[-1]
    text = mail.get_content()
    assert (to, mail["From"], mail["Auto-Submitted"]) == ([READER], "gongshi@example.cn", "auto-generated")
    assert "新公司" in text
    assert "/portal/decisions/" in text
    assert [name for name in ("旧公司", "别处公司") if name in text] == []
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert "退订并删除邮箱地址" in client.get(leave).content.decode()
    assert "已退订" in client.post(leave).content.decode()
    assert (Subscription.objects.count(), SubscriptionAddress.objects.count()) == (0, 0)
    publish(cast.bureau, "后来的公司")
    seal()
    assert sender.send(at=AT + 3 * DAY) == 0


def test_a_mail_program_leaves_by_its_own_button(server, sender, cast):
    """Without a token of ours, as RFC 8058 has it; the page for people still asks for one."""
    leave = follow(server, sender)
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(leave).status_code == 403
    assert Subscription.objects.count() == 1
    assert strict.post(leave.replace("/end/", "/end-now/")).status_code == 200
    assert Subscription.objects.count() == 0


def test_who_does_not_confirm_is_forgotten(server, sender, client):
    """Opening the link alone confirms nothing; after two days the address is gone."""
    client.post("/counter/subscribe/", {"address": READER, "q": "道路"})
    sender.send(at=AT)
    client.get(link(server, "confirm"))

    assert Subscription.objects.get().confirmed_at is None
    Subscription.objects.update(requested_at=AT)
    sender.send(at=AT + timedelta(days=2))
    assert SubscriptionAddress.objects.count() == 1
    sender.send(at=AT + timedelta(days=2, seconds=1))
    assert SubscriptionAddress.objects.count() == 0
    assert client.post(link(server, "confirm")).status_code == 404


def test_a_withdrawal_is_told_without_content_and_only_to_whom_may_know(server, sender, cast):
    """Who was told of the publication is told of its end; a later subscriber cannot search what was taken down."""
    first = publish(cast.bureau, "宏发公司", title="绝密标题")
    seal()
    follow(server, sender, q="宏发")
    second = publish(cast.bureau, "宏发二公司", title="绝密标题")
    seal()
    sender.send(at=AT + DAY)
    take_down(first)
    take_down(second)
    seal()

    assert sender.send(at=AT + 2 * DAY) == 1
    text = server.mails[-1][1].get_content()
    assert "已撤回" in text
    assert second.document_no in text
    assert [word for word in (first.document_no, "绝密标题", "宏发二公司") if word in text] == []


def test_a_server_that_is_down_loses_no_mail(server, sender, cast):
    """What could not be sent is due still, after a pause; a mailbox that does not exist keeps nobody waiting."""
    follow(server, sender)
    other = follow(server, sender, client=Client(), q="公司")
    SubscriptionAddress.objects.filter(subscription=subscriptions.subscription(other.split("/")[-2])).update(
        address="gone@example.cn"
    )
    publish(cast.bureau, "新公司")
    seal()
    server.down = True
    with pytest.raises(SMTPException):
        sender.send(at=AT + DAY)
    server.down, server.unknown = False, {"gone@example.cn"}
    before = len(server.mails)

    assert sender.send(at=AT + DAY + timedelta(minutes=1)) == 0
    sender.send(at=AT + DAY + timedelta(minutes=6))
    assert [to for to, _ in server.mails[before:]] == [[READER]]


def test_a_worker_killed_after_sending_sends_the_same_mail_again(server, sender, cast, monkeypatch):
    """At least once, under the same Message-ID, by which mail programs know it."""
    follow(server, sender)
    publish(cast.bureau, "新公司")
    seal()
    send = digests._send

    def killed(mail):
        send(mail)
        raise KeyboardInterrupt

    monkeypatch.setattr(digests, "_send", killed)
    with pytest.raises(KeyboardInterrupt):
        sender.send(at=AT + DAY)
    monkeypatch.setattr(digests, "_send", send)
    Sender().send(at=AT + DAY)

    ids = [mail["Message-ID"] for _, mail in server.mails]
    assert (len(ids), ids[-1] == ids[-2]) == (3, True)


def test_nobody_learns_from_the_answer_who_follows_what(server, sender, client):
    """The second request for the same is answered alike and sends no second mail."""
    first = client.post("/counter/subscribe/", {"address": READER})
    second = client.post("/counter/subscribe/", {"address": READER.upper()})

    assert first.content == second.content
    assert sender.send(at=AT) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"address": "nobody"}, "邮箱地址不对"),
        ({"address": "a@example.cn\nBcc: b@example.cn"}, "邮箱地址不对"),
        ({"address": READER, "firm": "91410481MA4******8"}, "校验位不对"),
    ],
)
def test_what_cannot_be_right_is_said(server, client, given, words):
    """Nothing is kept, and the form keeps what was typed."""
    response = client.post("/counter/subscribe/", given)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Subscription.objects.count() == 0


def test_a_firm_is_followed_by_its_code(server, sender, cast):
    """Its publications and no others."""
    follow(server, sender, firm=FIRM)
    publish(cast.bureau, "甲公司", uscc=FIRM)
    publish(cast.bureau, "乙公司")
    seal()
    sender.send(at=AT + DAY)
    text = server.mails[-1][1].get_content()

    assert "甲公司" in text
    assert "乙公司" not in text


def test_the_table_of_subscriptions_gives_no_token_away(server, sender, client):
    """Whoever reads the database can neither confirm nor end anything for others."""
    leave = follow(server, sender)
    token = leave.split("/")[-2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM publicity_subscription")
        assert token not in str(cursor.fetchall())


def test_without_a_mail_server_nobody_is_asked_for_an_address(client, db, settings):
    """The page of feeds does not offer it, and the counter has no such page."""
    settings.MINGJING_SMTP_URL = ""

    assert client.get("/counter/subscribe/").status_code == 404
    assert "登记邮箱" not in client.get("/portal/feeds/").content.decode()
    assert Sender().send(at=AT) == 0
