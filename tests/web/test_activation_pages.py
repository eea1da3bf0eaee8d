"""The first sign-in of moved-in accounts: a sheet printed once, a code that opens one page, once, and only in time."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from mingjing.exchange.migration import newcomers, services
from mingjing.exchange.migration.running import Mover
from mingjing.personnel.selectors import changes_of, person
from mingjing.personnel.services import choose_password
from mingjing.signin import activation, selectors
from mingjing.signin.passwords import chosen_by_owner
from mingjing.signin.selectors import audit_factors, factor_changes
from mingjing.translog.services import seal_log
from tests.cast import PASSWORD, Cast
from tests.exchange.sheets import write_csv
from tests.web.conftest import SignIn

OWN = "Wugang-2026-blue"
PAGE = "/migrations/newcomers/"
ONE, TWO = "16410481901", "16410481902"
CODE = re.compile(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.MINGJING_HOME = tmp_path / "home"


@pytest.fixture
def moved(cast: Cast, tmp_path: Path) -> str:
    """Two officers whose accounts came in with a table; gives the code of the migration."""
    days = {"执法领域": "城管", "发证日期": "2022.3.5", "有效期止": "2027年3月4日"}
    rows = [{"姓名": "赵一", "证号": ONE, **days}, {"姓名": "钱二", "证号": TWO, **days}]
    path, at = write_csv(tmp_path / "人员.csv", rows), timezone.now()
    made = services.begin(
        path=path, name=path.name, sort="officers", agency=cast.bureau, by=cast.admin, at=at
    )
    services.settle_columns(migration=made, columns={}, by=cast.admin, at=at)
    Mover().finish(made.code)
    services.confirm(migration=made, by=cast.head, at=at)
    Mover().finish(made.code)
    return str(made.code)


def printed(guard: Client, moved: str, **more: str) -> dict[str, str]:
    """The sheet as it is handed out: the codes by username."""
    answer = guard.post(f"/migrations/{moved}/activation.pdf", more)
    assert answer["Content-Type"] == "application/pdf", answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    page = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0].get_textpage().get_text_range()
    names = [name for name in (ONE, TWO) if name in page]
    return dict(zip(names, CODE.findall(page), strict=True))


def confirmed(client: Client) -> Client:
    """The password typed again, as before every change of sign-in."""
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def proven(username: str, code: str) -> tuple[Client, Any]:
    """Somebody at a browser of their own types a name and a code."""
    client = Client()
    return client, client.post("/login/activate/", {"username": username, "code": code})


def chooses(client: Client, password: str = OWN) -> Any:
    """Type a first password twice."""
    return client.post("/login/activate/password/", {"first.password": password, "first.again": password})


def test_a_sheet_lets_each_officer_set_an_own_password_and_nothing_else(
    cast: Cast, at_desk: SignIn, moved: str
) -> None:
    """From the page of the security administrator to the officer's own sign-in; the code is spent, nowhere kept."""
    guard = at_desk(cast.security)
    assert "人员.csv" in guard.get(PAGE).content.decode()
    assert guard.post(f"/migrations/{moved}/activation.pdf")["Location"].startswith("/account/confirm/")
    codes = printed(confirmed(guard), moved)
    assert sorted(codes) == [ONE, TWO]
    client, answer = proven(ONE, codes[ONE].upper().replace("-", " "))
    assert answer["Location"] == "/login/activate/password/"
    assert client.get("/")["Location"].startswith("/login/")
    assert "赵一" in client.get("/login/activate/password/").content.decode()
    assert chooses(client, "short").status_code == 422
    assert chooses(client)["Location"] == "/login/"
    assert "密码已经设定" in client.get("/login/").content.decode()
    assert client.post("/login/", {"username": ONE, "password": OWN}).status_code == 302
    assert client.get("/").status_code == 200
    assert apps.get_model("signin", "PasswordUsed").objects.filter(person__username=ONE).latest("pk").own
    assert proven(ONE, codes[ONE])[1].status_code == 422
    seal_log(at=timezone.now())
    told = [(one.action, one.by, one.person.username) for one in factor_changes(9)]
    assert told == [
        ("activation_used", ONE, ONE),
        ("activation_made", cast.security.username, TWO),
        ("activation_made", cast.security.username, ONE),
    ]
    assert [one.action for one in changes_of(ONE)][-1] == "password_chosen"
    assert list(audit_factors()) == []
    assert guard.get(PAGE).content.decode().count("连同还有效的") == 1


def test_the_codes_are_kept_nowhere(cast: Cast, at_desk: SignIn, moved: str, tmp_path: Path) -> None:
    """Neither in a table nor in a file of the home: what was printed is on the paper alone."""
    codes = printed(confirmed(at_desk(cast.security)), moved)
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    files = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    for code in codes.values():
        for told in (code, code.replace("-", "")):
            assert told not in dump.getvalue()
            assert told.encode() not in files
    assert ONE in dump.getvalue()  # what is kept is really looked through


def test_an_old_sheet_ends_when_a_new_one_is_made_and_after_its_days(
    cast: Cast, at_desk: SignIn, moved: str
) -> None:
    """Made anew only where asked; the twin of yesterday's code opens, that of last month does not."""
    guard = confirmed(at_desk(cast.security))
    old = printed(guard, moved)
    again = guard.post(f"/migrations/{moved}/activation.pdf", follow=True).content.decode()
    assert "手里有有效的激活码" in again
    new = printed(guard, moved, anew="on")
    assert proven(ONE, old[ONE])[1].status_code == 422
    assert proven(ONE, new[ONE])[1].status_code == 302
    codes = apps.get_model("signin", "ActivationCode").objects
    codes.filter(person__username=TWO).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert proven(TWO, new[TWO])[1].status_code == 422
    assert sorted(printed(guard, moved)) == [TWO]


def test_wrong_codes_lock_the_name_and_then_even_the_right_one_waits(
    cast: Cast, at_desk: SignIn, moved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five guesses, whoever is named; a right code in time costs no try; from one address not many names either."""
    codes = printed(confirmed(at_desk(cast.security)), moved)
    for username in (ONE, "nobody"):
        answers = [proven(username, "aaaa-bbbb-cccc-dddd")[1].content.decode() for _ in range(6)]
        assert ["用户名或者激活码不对" in one for one in answers] == [True] * 5 + [False]
        assert "试的次数太多" in answers[-1]
    assert "试的次数太多" in proven(ONE, codes[ONE])[1].content.decode()
    for _ in range(6):
        assert proven(TWO, codes[TWO])[1].status_code == 302
    refused = [one.outcome for one in selectors.sign_ins_of(person(ONE))]
    assert refused == ["refused"] * 5
    for n in range(10):
        proven(f"guess{n}", "aaaa-bbbb-cccc-dddd")
    assert "试的次数太多" in proven(TWO, codes[TWO])[1].content.decode()


def test_two_windows_with_one_code_set_one_password(cast: Cast, at_desk: SignIn, moved: str) -> None:
    """Whoever comes second is led back; what the first has set stays."""
    codes = printed(confirmed(at_desk(cast.security)), moved)
    first, second = proven(ONE, codes[ONE])[0], proven(ONE, codes[ONE])[0]
    assert chooses(first)["Location"] == "/login/"
    assert chooses(second, "Wugang-2026-green")["Location"] == "/login/activate/"
    assert person(ONE).check_password(OWN)
    (left,) = newcomers.arrivals(cast.security, timezone.now())
    assert [one.username for one in (*left.without, *left.holding)] == [TWO]


def test_a_code_ends_when_its_holder_has_a_password_by_another_way(
    cast: Cast, at_desk: SignIn, moved: str
) -> None:
    """A sheet made at the very moment of a first password opens nothing behind it."""
    codes = printed(confirmed(at_desk(cast.security)), moved)
    client, _ = proven(ONE, codes[ONE])
    chosen_by_owner(choose_password(username=ONE, password=OWN))

    assert chooses(client, "Wugang-2026-green")["Location"] == "/login/activate/"
    assert proven(ONE, codes[ONE])[1].status_code == 422
    assert person(ONE).check_password(OWN)


def test_a_proof_of_ten_minutes_ago_and_somebody_who_left_open_nothing(
    cast: Cast, at_desk: SignIn, moved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page behind the code leads back to its door."""
    codes = printed(confirmed(at_desk(cast.security)), moved)
    client, _ = proven(ONE, codes[ONE])
    with monkeypatch.context() as patched:
        patched.setattr(activation, "PENDING", timedelta(0))
        assert chooses(client)["Location"] == "/login/activate/"
    client, _ = proven(TWO, codes[TWO])
    apps.get_model("personnel", "Person").objects.filter(username=TWO).update(is_active=False)
    assert chooses(client)["Location"] == "/login/activate/"
    assert not person(TWO).check_password(OWN)


def test_nobody_but_the_security_administrator_makes_sheets(cast: Cast, at_desk: SignIn, moved: str) -> None:
    """Whoever moved the table in does not; whoever has been in gets no code; nobody makes a code for himself."""
    admin = confirmed(at_desk(cast.admin))
    assert admin.get(PAGE).status_code == 403
    assert admin.post(f"/migrations/{moved}/activation.pdf").status_code == 403
    at = timezone.now()
    with pytest.raises(activation.SignInRefused, match="本人"):
        activation.make_sheet(people=[cast.security], by=cast.security, at=at)
    Client().post("/login/", {"username": cast.officer.username, "password": PASSWORD})
    with pytest.raises(activation.SignInRefused, match="已经登录过"):
        activation.make_sheet(people=[cast.officer], by=cast.security, at=at)
    assert [one.username for arrival in newcomers.arrivals(cast.security, at) for one in arrival.without] == [
        ONE,
        TWO,
    ]
    assert newcomers.arrivals(cast.admin, at) == []
    nothing = confirmed(at_desk(cast.security)).post("/migrations/none/activation.pdf", follow=True)
    assert "设好了密码" in nothing.content.decode()
