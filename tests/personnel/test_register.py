"""Writing the register: what is entered, what is refused, and that a refusal writes nothing."""

from datetime import date

import pytest

from mingjing.personnel import selectors, services
from mingjing.personnel.models import Agency, Certificate, CertificateEvent, Person, RegisterChange
from mingjing.personnel.refusals import RegisterRefused
from tests.cast import BUREAU, JUSTICE, PASSWORD, make_agency, make_person

ISSUE = {
    "issuer": "河南省人民政府",
    "fields": ["urban"],
    "valid_from": date(2026, 1, 1),
    "valid_until": date(2030, 12, 31),
    "by": "admin",
}
ON = date(2026, 3, 2)


def counts() -> tuple[int, ...]:
    tables = (Agency, Person, Certificate, CertificateEvent, RegisterChange)
    return tuple(table.objects.count() for table in tables)


@pytest.fixture
def nothing_written(cast):
    """Whatever the test does, no table of the register grows."""
    before = counts()
    yield
    assert counts() == before


# --- agencies ---------------------------------------------------------------------------------


def test_the_tree_of_an_agency_is_itself_and_all_below(cast):
    """Three levels down, itself first, nothing from beside it, in two queries."""
    make_agency("410481-urban-1", "一大队", parent=BUREAU)
    make_agency("410481-urban-1-1", "一中队", parent="410481-urban-1")

    assert selectors.agency_tree(JUSTICE) == [JUSTICE, BUREAU, "410481-urban-1", "410481-urban-1-1"]
    assert selectors.agency_tree("410481-urban-1-1") == ["410481-urban-1-1"]


def test_a_tree_with_a_loop_still_ends(cast):
    """A loop written past the services is walked once, not for ever."""
    Agency.objects.filter(code=JUSTICE).update(parent=cast.bureau)

    assert set(selectors.agency_tree(JUSTICE)) == {JUSTICE, BUREAU}


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"region": "4104"}, "region", "六位数字"),
        ({"kind": "club"}, "kind", "不在目录中"),
        ({"field": "space"}, "field", "不在目录中"),
        ({"parent": "nowhere"}, "parent", "没有代码为"),
        ({"code": BUREAU}, "code", "已被使用"),
        ({"name": " "}, "name", "不能为空"),
    ],
)
def test_a_wrong_agency_is_refused_at_the_field(wrong, field, says):
    """Each mistake is reported where it was made, in words that mend it."""
    right = {"code": "new", "name": "新局", "region": "410481", "kind": "bureau", "by": "admin"}
    with pytest.raises(RegisterRefused) as refused:
        services.create_agency(**{**right, **wrong})

    assert list(refused.value.errors) == [field]
    assert says in refused.value.errors[field][0]


def test_the_same_agency_without_the_mistake_is_entered(cast):
    """The twin of the refusals above."""
    services.create_agency(code="new", name="新局", region="410481", kind="bureau", by="admin")

    assert selectors.agency("new").short_name == "新局"


def test_an_unknown_agency_is_said_to_be_unknown(db):
    """Looking up what is not there names what was looked up."""
    with pytest.raises(selectors.NotOnRegister, match="nowhere"):
        selectors.agency("nowhere")


# --- people -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"username": "甲"}, "username", "字母"),
        ({"username": "OFFICER"}, "username", "已被使用"),
        ({"name": ""}, "name", "不能为空"),
        ({"agency": "nowhere"}, "agency", "没有代码为"),
        ({"roles": ["king"]}, "roles", "不在目录中"),
        ({"roles": ["admin", "officer"]}, "roles", "不能由同一人担任"),
        ({"password": "short-1"}, "password", "10"),
        ({"password": "abcdefghijkz"}, "password", "两种"),
    ],
)
def test_a_wrong_person_is_refused_at_the_field(wrong, field, says):
    """Each mistake is reported where it was made; nobody is half entered."""
    right = {
        "username": "newer",
        "name": "新",
        "agency": BUREAU,
        "roles": ["officer"],
        "password": PASSWORD,
        "by": "set-up",
    }
    with pytest.raises(RegisterRefused) as refused:
        services.create_person(**{**right, **wrong})

    assert list(refused.value.errors) == [field]
    assert says in "".join(refused.value.errors[field])


def test_the_same_person_without_the_mistake_is_entered(cast):
    """The twin of the refusals above; two ordinary roles may go together."""
    make_person("newer", "新", "officer clerk")

    assert selectors.person("newer").check_password(PASSWORD)
    assert selectors.person("newer").agency.code == BUREAU


def test_roles_are_replaced_and_the_change_is_kept(cast):
    """Who gave whom which role stays on record."""
    services.set_roles(username="officer", roles=["officer", "clerk"], by="security")

    assert selectors.person("officer").roles == ["officer", "clerk"]
    change = selectors.changes_of("officer")[-1]
    assert (change.by, change.details) == ("security", {"before": ["officer"], "after": ["officer", "clerk"]})


@pytest.mark.usefixtures("nothing_written")
def test_an_officer_cannot_become_administrator_as_well():
    """The forbidden pair is refused on change as on entry."""
    with pytest.raises(RegisterRefused, match="不能由同一人担任"):
        services.set_roles(username="officer", roles=["officer", "admin"], by="security")

    assert selectors.person("officer").roles == ["officer"]


def test_a_weak_password_leaves_the_old_one_in_force(cast):
    """A refusal changes nothing; a good password replaces the old one; neither appears in the register."""
    with pytest.raises(RegisterRefused):
        services.set_password(username="officer", password="short", by="security")
    assert selectors.person("officer").check_password(PASSWORD)

    services.set_password(username="officer", password="another-Phrase-9", by="security")
    assert selectors.person("officer").check_password("another-Phrase-9")
    assert selectors.changes_of("officer")[-1].details == {}


def test_nobody_changes_his_own_entry(cast):
    """Leaving and certificates: another administrator does it; the twin of each refusal is accepted."""
    make_person("admin2", "第二管理员", "admin")
    changes = (
        lambda by: services.set_active(username="admin", active=False, by=by),
        lambda by: services.issue_certificate(username="admin", number="C-9", **{**ISSUE, "by": by}),
        lambda by: services.suspend_certificate(number="C-9", on=ON, reason="调查", by=by),
    )
    for change in changes:
        before = counts()
        with pytest.raises(RegisterRefused, match="另一名管理员"):
            change("admin")
        assert counts() == before
        change("admin2")


def test_nobody_raises_his_own_rights(cast):
    """Not even who grants rights to all others; a second security administrator can."""
    make_person("security2", "第二安全员", "security")
    changes = (
        lambda by: services.set_roles(username="security", roles=["head"], by=by),
        lambda by: services.set_password(username="security", password="another-Phrase-9", by=by),
    )
    for change in changes:
        before = counts()
        with pytest.raises(RegisterRefused, match=r"另一名管理员|原密码"):
            change("security")
        assert counts() == before
        change("security2")


def test_the_three_administrators_do_one_anothers_work_nowhere(cast):
    """Who opens accounts gives no roles, who gives roles opens none, who reads the trail does neither."""
    new = {"username": "newer", "name": "新", "agency": BUREAU, "password": PASSWORD}
    refused = (
        lambda: services.create_person(**new, roles=["officer"], by="admin"),
        lambda: services.create_person(**new, by="security"),
        lambda: services.create_person(**new, by="audit"),
        lambda: services.set_roles(username="officer", roles=["head"], by="admin"),
        lambda: services.set_roles(username="officer", roles=["head"], by="audit"),
        lambda: services.set_roles(username="officer", roles=["head"], by="head"),
        lambda: services.set_password(username="officer", password="another-Phrase-9", by="admin"),
        lambda: services.set_active(username="officer", active=False, by="security"),
        lambda: services.issue_certificate(username="head", number="C-9", **{**ISSUE, "by": "security"}),
    )
    before = counts()
    for attempt in refused:
        with pytest.raises(RegisterRefused, match="您现有的角色"):
            attempt()
    assert counts() == before

    services.create_person(**new, by="admin")
    assert selectors.person("newer").roles == []
    services.set_roles(username="newer", roles=["officer"], by="security")
    assert selectors.person("newer").roles == ["officer"]


@pytest.mark.parametrize("roles", [["admin", "security"], ["security", "audit"], ["audit", "officer"]])
def test_nobody_holds_two_of_the_three_or_one_and_an_office(cast, roles):
    """Whoever watches does not act, and whoever acts does not watch; each alone is granted."""
    with pytest.raises(RegisterRefused, match="不能由同一人担任"):
        services.set_roles(username="clerk", roles=roles, by="security")
    assert selectors.person("clerk").roles == ["clerk"]

    services.set_roles(username="clerk", roles=roles[:1], by="security")
    assert selectors.person("clerk").roles == roles[:1]


def test_ones_own_password_is_changed_with_the_old_one(cast):
    """A wrong old password, or the same again, changes nothing."""
    for old, new, field in (("wrong", "another-Phrase-9", "old"), (PASSWORD, PASSWORD, "password")):
        with pytest.raises(RegisterRefused) as refused:
            services.change_password(username="officer", old=old, password=new)
        assert list(refused.value.errors) == [field]
        assert selectors.person("officer").check_password(PASSWORD)

    services.change_password(username="officer", old=PASSWORD, password="another-Phrase-9")
    assert selectors.person("officer").check_password("another-Phrase-9")
    change = selectors.changes_of("officer")[-1]
    assert (change.by, change.action, change.details) == ("officer", "password_changed", {})


def test_only_those_in_post_are_found_by_role(cast):
    """Whoever has left is no longer offered in any form."""
    assert {one.name for one in selectors.officers_of(BUREAU)} == {"甲", "乙", "戊"}

    services.set_active(username="officer2", active=False, by="admin")

    assert {one.name for one in selectors.officers_of(BUREAU)} == {"甲", "戊"}
    assert [one.name for one in selectors.people_with_role(BUREAU, "head")] == ["己"]


# --- certificates -----------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"valid_until": date(2025, 12, 31)}, "valid_until", "早于"),
        ({"fields": []}, "fields", "至少选择一个"),
        ({"fields": ["space"]}, "fields", "不在目录中"),
        ({"number": " "}, "number", "不能为空"),
    ],
)
def test_a_wrong_certificate_is_refused_at_the_field(wrong, field, says):
    """A certificate is entered as printed or not at all."""
    with pytest.raises(RegisterRefused) as refused:
        services.issue_certificate(**{"username": "head", "number": "C-9", **ISSUE, **wrong})

    assert list(refused.value.errors) == [field]
    assert says in refused.value.errors[field][0]


def test_one_number_is_one_certificate(cast):
    """The right certificate is entered once; the same number for a second holder is refused."""
    services.issue_certificate(username="head", number="C-9", **ISSUE)
    with pytest.raises(RegisterRefused, match="已登记"):
        services.issue_certificate(username="clerk", number="C-9", **ISSUE)

    assert selectors.certificates_of("clerk") == []


def test_an_auxiliary_gets_no_certificate(cast):
    """The law keeps enforcement certificates from auxiliary staff."""
    make_person("helper", "辅", "officer", is_auxiliary=True)
    with pytest.raises(RegisterRefused, match="辅助人员"):
        services.issue_certificate(username="helper", number="C-9", **ISSUE)

    assert selectors.certificates_of("helper") == []


def test_the_life_of_a_certificate_is_told_by_its_events(cast):
    """Suspended, restored, cancelled: three rows; the certificate itself never changes."""
    services.issue_certificate(username="head", number="C-9", **ISSUE)
    services.suspend_certificate(number="C-9", on=ON, reason="调查", by="admin")
    services.restore_certificate(number="C-9", on=ON, reason="调查结束", by="admin")
    services.cancel_certificate(number="C-9", on=date(2026, 4, 1), reason="调离", by="admin")

    (held,) = selectors.certificates_of("head")
    assert [event.kind for event in held.events.all()] == ["suspended", "restored", "cancelled"]
    assert (held.valid_from, held.valid_until) == (ISSUE["valid_from"], ISSUE["valid_until"])


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (lambda: services.restore_certificate(number="C-9", on=ON, reason="x", by="admin"), "不能再作"),
        (lambda: services.suspend_certificate(number="C-9", on=ON, reason=" ", by="admin"), "不能为空"),
        (
            lambda: services.suspend_certificate(number="C-9", on=date(2025, 1, 1), reason="x", by="admin"),
            "早于",
        ),
        (lambda: services.suspend_certificate(number="C-0", on=ON, reason="x", by="admin"), "没有证号"),
    ],
)
def test_an_impossible_event_is_refused(cast, step, says):
    """Events follow one another as they can in life, each with a reason."""
    services.issue_certificate(username="head", number="C-9", **ISSUE)
    with pytest.raises(RegisterRefused, match=says):
        step()

    assert CertificateEvent.objects.count() == 0


def test_nothing_follows_a_cancellation(cast):
    """A cancelled certificate cannot be restored: a new one must be issued."""
    services.issue_certificate(username="head", number="C-9", **ISSUE)
    services.cancel_certificate(number="C-9", on=ON, reason="调离", by="admin")
    with pytest.raises(RegisterRefused, match="注销"):
        services.restore_certificate(number="C-9", on=date(2026, 5, 1), reason="x", by="admin")

    assert CertificateEvent.objects.count() == 1
