"""Signing in as people do it: wrong passwords, the lock and its end, the idle session, the rule for passwords."""

import pytest

from mingjing.personnel.services import RegisterRefused, set_active, set_password
from tests.cast import PASSWORD, Cast
from tests.journeys.office import Clock, Desk


def test_the_fifth_wrong_password_locks_and_the_fourth_does_not(cast: Cast, clock: Clock) -> None:
    """Four mistakes and the right password open the door; five close it, even for the right one."""
    for _ in range(4):
        assert "用户名或密码不对" in Desk("officer", "wrong-password").entered
    assert Desk("officer").reads("/").status == 200
    assert "工作台" in Desk("officer").reads("/")
    for _ in range(4):
        Desk("head", "wrong-password")
    fifth = Desk("head", "wrong-password")
    assert "账号暂时锁定" in fifth.entered
    assert "30 分钟" in fifth.entered
    assert "账号暂时锁定" in Desk("head").entered
    assert "请先登录" in Desk("head").reads("/cases/")


def test_the_lock_ends_by_itself(cast: Cast, clock: Clock) -> None:
    """Half an hour later the right password opens the door again; a minute earlier it does not."""
    for _ in range(5):
        Desk("officer", "wrong-password")
    clock.pass_by(minutes=29)
    assert "账号暂时锁定" in Desk("officer").entered
    clock.pass_by(minutes=32)
    assert "工作台" in Desk("officer").reads("/")


def test_somebody_who_is_not_on_the_register_is_told_no_more_than_others(cast: Cast, clock: Clock) -> None:
    """The same sentence whether the name or the password is wrong."""
    assert Desk("officer", "wrong-password").entered.text.replace("officer", "") == Desk(
        "nobody-here", "wrong-password"
    ).entered.text.replace("nobody-here", "")


@pytest.mark.parametrize(("minutes", "signed_in"), [(29, True), (31, False)])
def test_half_an_hour_without_a_touch_ends_the_session(
    cast: Cast, clock: Clock, minutes: int, signed_in: bool
) -> None:
    """Each page opened starts the half hour anew; afterwards the sign-in page says why one is there."""
    officer = Desk("officer")
    clock.pass_by(minutes=20)
    officer.reads("/")
    clock.pass_by(minutes=minutes)
    page = officer.reads("/cases/")
    assert ("还没有案件" in page) is signed_in
    assert ("登录已超时" in page) is not signed_in


def test_a_form_sent_after_the_session_ended_leaves_its_draft(cast: Cast, clock: Clock) -> None:
    """What was saved before is there after signing in again, with the very same token."""
    officer, path = Desk("officer"), "/cases/new/clue_registered/"
    sheet = officer.reads(path).sheet(path).fill(matter="涉嫌占道经营")
    officer.sends(sheet, to=f"{path}draft")
    clock.pass_by(minutes=31)
    assert "登录已超时" in officer.sends(sheet)
    again = Desk("officer").reads(path)
    assert "已恢复" in again
    assert again.sheet(path).values["f.matter"] == ["涉嫌占道经营"]
    assert again.sheet(path).values["once"] == sheet.values["once"]


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short1-", "密码至少要有 10 个字符"),
        ("abcdefghijkl", "两种"),
        ("123456789012", "数字"),
        ("officer-12", "相似"),
        ("password123", "常"),
    ],
)
def test_a_weak_password_is_refused_in_chinese_and_the_old_one_stays(
    cast: Cast, clock: Clock, password: str, says: str
) -> None:
    """Too short, of one kind, only digits, like the name, known to everybody."""
    with pytest.raises(RegisterRefused) as refused:
        set_password(username="officer", password=password, by="security")
    assert says in str(refused.value)
    assert "工作台" in Desk("officer", PASSWORD).reads("/")


def test_a_strong_password_opens_and_the_old_one_no_longer_does(cast: Cast, clock: Clock) -> None:
    """Ten characters of two kinds."""
    set_password(username="officer", password="qingtian-2026", by="security")
    assert "工作台" in Desk("officer", "qingtian-2026").reads("/")
    assert "用户名或密码不对" in Desk("officer", PASSWORD).entered


def test_whoever_has_left_no_longer_gets_in(cast: Cast, clock: Clock) -> None:
    """Not by signing in, and not by a page still open."""
    officer = Desk("officer")
    set_active(username="officer", active=False, by="admin")
    assert "用户名或密码不对" in Desk("officer").entered
    assert "登录" in officer.reads("/cases/")
    assert "还没有案件" not in officer.reads("/cases/")
