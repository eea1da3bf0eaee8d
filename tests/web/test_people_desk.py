"""The administrator's desk: what is registered, refused and remembered there, and that nobody serves himself."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from mingjing.cases.models import Act
from mingjing.personnel import selectors
from tests.cast import BUREAU, JUSTICE, PASSWORD, Cast, make_person
from tests.stories import step, told
from tests.web.conftest import SignIn, as_sent

if TYPE_CHECKING:
    from django.http import HttpResponse

FRESH = "Qingtian-2026"
PERSON = {
    "username": "zhang.jg",
    "name": "张建国",
    "agency": BUREAU,
    "department": "执法二中队",
    "post": "科员",
    "legal_qualification_no": "",
    "is_auxiliary": "false",
    "is_counsel": "false",
    "password": FRESH,
    "again": FRESH,
}
AGENCY = {
    "name": "舞钢市交通运输局",
    "short_name": "舞钢交通",
    "code": "410481-transport",
    "region": "410481",
    "kind": "bureau",
    "field": "transport",
    "parent": JUSTICE,
}
ISSUE = {
    "number": "16041048100777",
    "issuer": "河南省人民政府",
    "fields": ["urban", "market"],
    "valid_from": "2026-01-01",
    "valid_until": "2030-12-31",
    "exam_proof": "豫法考〔2025〕15号",
}


def sent(form: str, values: dict[str, Any]) -> dict[str, Any]:
    """What was typed as this form sends it."""
    return {f"{form}.{name}": value for name, value in values.items()}


def held(username: str) -> Any:
    """The one certificate of a person."""
    (certificate,) = selectors.certificates_of(username)
    return certificate


def record(client: Client, username: str, kind: str, on: str, reason: str = "接受调查") -> "HttpResponse":
    """Record an event of the one certificate of a person."""
    row = held(username)
    body = sent(f"event-{row.pk}", {"step": kind, "on": on, "reason": reason})
    return client.post(f"/people/{username}/certificates/{row.pk}/", body)


def errors(answer: "HttpResponse", form: str = "") -> dict[str, list[str]]:
    """What the page says is wrong, by field."""
    assert answer.status_code == 422
    context: Any = answer.context
    return (context["forms"][form] if form else context["form"]).errors


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "reviewer", "head", "clerk", "publicity", "supervisor"])
def test_nobody_else_changes_the_register(cast: Cast, at_desk: SignIn, role: str) -> None:
    """Every address of the desk answers 403 and nothing is remembered, because nothing was done."""
    client = at_desk(getattr(cast, role))
    pk = held("officer2").pk
    changes = len(selectors.changes_of("officer2"))
    assert client.get("/people/new/").status_code == 403
    assert client.get("/people/agencies/new/").status_code == 403
    assert client.post("/people/new/", sent("person", PERSON)).status_code == 403
    assert client.post("/people/agencies/new/", sent("agency", AGENCY)).status_code == 403
    for path, body in {
        "roles/": {"roles.roles": ["head"]},
        "active/": {"active": "false"},
        "password/": sent("password", {"password": FRESH, "again": FRESH}),
        "certificates/": sent("issue", ISSUE),
        f"certificates/{pk}/": sent(f"event-{pk}", {"step": "cancelled", "on": "2026-03-02", "reason": "x"}),
    }.items():
        assert client.post(f"/people/officer2/{path}", body).status_code == 403, path
    assert len(selectors.changes_of("officer2")) == changes
    assert not selectors.names_of(["zhang.jg"])


def test_the_others_go_on_reading_without_the_desk(cast: Cast, at_desk: SignIn) -> None:
    """A colleague sees the certificates; only the administrator sees forms and history."""
    read = at_desk(cast.officer2).get("/people/officer/").content.decode()
    assert "河南省人民政府" in read
    assert "登记变更" not in read
    assert "<form" not in read.split('id="main"')[1].split("</main>")[0]
    managed = at_desk(cast.admin).get("/people/officer/").content.decode()
    assert "登记变更" in managed
    assert 'action="/people/officer/active/"' in managed
    assert 'action="/people/officer/roles/"' not in managed
    secured = at_desk(cast.security).get("/people/officer/").content.decode()
    assert "登记变更" in secured
    assert 'action="/people/officer/roles/"' in secured
    assert 'action="/people/officer/active/"' not in secured


def test_a_form_of_the_desk_needs_its_token(cast: Cast) -> None:
    """A page of another site cannot make the administrator's browser change the register."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.security, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/people/officer/roles/", {"roles.roles": ["head"]}).status_code == 403
    assert selectors.person("officer").roles == ["officer"]


@pytest.mark.parametrize(
    ("who", "path", "body", "field"),
    [
        ("security", "roles/", {"roles.roles": ["head"]}, "roles"),
        ("admin", "active/", {"active": "false"}, "active"),
        ("security", "password/", sent("password", {"password": FRESH, "again": FRESH}), "password"),
        ("admin", "certificates/", sent("issue", ISSUE), "username"),
    ],
)
def test_an_administrator_does_not_serve_himself(
    cast: Cast, at_desk: SignIn, who: str, path: str, body: dict[str, Any], field: str
) -> None:
    """His own page offers no form; sent all the same, it is refused; another administrator may do it."""
    client = at_desk(getattr(cast, who))
    assert "这是您本人" in client.get(f"/people/{who}/").content.decode()
    refused = client.post(f"/people/{who}/{path}", body)
    assert refused.status_code == 422
    assert field in refused.context["refused"].errors
    assert selectors.person(who).roles == [who]
    assert selectors.person(who).is_active
    assert selectors.certificates_of(who) == []

    second = make_person("second", "第二管理员", who)
    assert at_desk(second).post(f"/people/{who}/{path}", body).status_code == 302


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("admin", "officer/roles/", {"roles.roles": ["head"]}),
        ("admin", "officer/password/", sent("password", {"password": FRESH, "again": FRESH})),
        ("security", "officer/active/", {"active": "false"}),
        ("security", "head/certificates/", sent("issue", ISSUE)),
        ("security", "new/", sent("person", PERSON)),
        ("audit", "officer/roles/", {"roles.roles": ["head"]}),
        ("audit", "officer/active/", {"active": "false"}),
    ],
)
def test_no_administrator_does_the_work_of_another(
    cast: Cast, at_desk: SignIn, who: str, path: str, body: dict[str, Any]
) -> None:
    """Accounts are one's, rights another's, reading the trail the third's; the tests around this show each allowed."""
    before = selectors.changes_of("officer")
    assert at_desk(getattr(cast, who)).post(f"/people/{path}", body).status_code == 403
    assert selectors.changes_of("officer") == before
    assert selectors.certificates_of("head") == []
    assert not selectors.names_of(["zhang.jg"])


# --- people ---------------------------------------------------------------------------------------


def test_somebody_is_registered_and_can_sign_in(cast: Cast, at_desk: SignIn, client: Client) -> None:
    """Entered as typed, remembered with who did it, led to his page and told so."""
    answer = at_desk(cast.admin).post("/people/new/", sent("person", PERSON), follow=True)
    assert answer.redirect_chain == [("/people/zhang.jg/", 302)]
    page = answer.content.decode()
    assert "已登记张建国" in page
    assert FRESH not in page
    entry = selectors.person("zhang.jg")
    assert (entry.name, entry.department, entry.post) == ("张建国", "执法二中队", "科员")
    assert (entry.agency.code, entry.roles, entry.is_auxiliary) == (BUREAU, [], False)
    (change,) = selectors.changes_of("zhang.jg")
    assert (change.by, change.action) == ("admin", "person_created")
    assert client.post("/login/", {"username": "zhang.jg", "password": FRESH}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"username": "张"}, "username", "字母"),
        ({"username": "Officer"}, "username", "已被使用"),
        ({"username": "agencies"}, "username", "页面"),
        ({"name": " "}, "name", "不能为空"),
        ({"name": "张" * 41}, "name", "最多 40 个字"),
        ({"name": "张\0"}, "name", "不能保存"),
        ({"agency": ""}, "agency", "不能为空"),
        ({"agency": "nowhere"}, "agency", "没有代码为"),
        ({"password": "short-1", "again": "short-1"}, "password", "10"),
        ({"password": "zhang.jg-1", "again": "zhang.jg-1"}, "password", "用户名"),
        ({"again": "Qingtian-2027"}, "again", "不一样"),
    ],
)
def test_a_wrong_person_is_refused_at_the_field_and_the_rest_kept(
    cast: Cast, at_desk: SignIn, wrong: dict[str, Any], field: str, says: str
) -> None:
    """Nothing is entered, what was typed stands in the form, except the passwords."""
    answer = at_desk(cast.admin).post("/people/new/", sent("person", {**PERSON, **wrong}))
    found = errors(answer)
    assert list(found) == [field]
    assert says in "".join(found[field])
    page = answer.content.decode()
    assert found[field][0].replace("“", "&ldquo;") in page.replace("“", "&ldquo;")
    assert 'value="执法二中队"' in page
    assert FRESH not in page
    assert not selectors.names_of(["zhang.jg", "agencies"])


def test_the_form_explains_which_roles_exclude_each_other(cast: Cast, at_desk: SignIn) -> None:
    """Before anything is sent; the sentence comes from the table of forbidden pairs."""
    page = at_desk(cast.security).get("/people/officer/").content.decode()
    assert "系统管理员不能兼任执法人员、法制审核人员、机关负责人" in page


def test_roles_are_set_and_remembered(cast: Cast, at_desk: SignIn) -> None:
    """The history on the page says what they were, what they are, by whom; a forbidden pair changes none."""
    client = at_desk(cast.security)
    refused = client.post("/people/officer/roles/", {"roles.roles": ["officer", "admin"]})
    assert "不能由同一人担任" in errors(refused, "roles")["roles"][0]
    assert selectors.person("officer").roles == ["officer"]

    answer = client.post("/people/officer/roles/", {"roles.roles": ["officer", "clerk"]}, follow=True)
    assert selectors.person("officer").roles == ["officer", "clerk"]
    latest = answer.context["history"][0]
    assert (latest.title, latest.by) == ("更改角色", "安全员")
    assert latest.text == "由“执法人员”改为“执法人员、案卷管理人员”"


def test_whoever_left_is_signed_out_at_once_and_may_come_back(cast: Cast, at_desk: SignIn) -> None:
    """The open window of the person ends with the entry; sent twice, it stays as it is."""
    officer, client = at_desk(cast.officer), at_desk(cast.admin)
    assert officer.get("/cases/").status_code == 200
    for _ in range(2):
        assert client.post("/people/officer/active/", {"active": "false"}).status_code == 302
    assert officer.get("/cases/").status_code == 302
    assert "已离任" in client.get("/people/officer/").content.decode()

    client.post("/people/officer/active/", {"active": "true"})
    assert at_desk(cast.officer).get("/cases/").status_code == 200


def test_a_forgotten_password_is_replaced(cast: Cast, at_desk: SignIn, client: Client) -> None:
    """A weak one is refused and the old one stays; the new one opens, and windows of the old one close."""
    officer, keeper = at_desk(cast.officer), at_desk(cast.security)
    weak = keeper.post("/people/officer/password/", sent("password", {"password": "short", "again": "short"}))
    assert "10" in errors(weak, "password")["password"][0]
    assert officer.get("/").status_code == 200

    body = sent("password", {"password": FRESH, "again": FRESH})
    assert keeper.post("/people/officer/password/", body).status_code == 302
    assert officer.get("/").status_code == 302
    assert client.post("/login/", {"username": "officer", "password": FRESH}).status_code == 302
    assert selectors.changes_of("officer")[-1].by == "security"


# --- certificates ---------------------------------------------------------------------------------


def test_a_certificate_is_issued(cast: Cast, at_desk: SignIn) -> None:
    """It stands on the page and in the history."""
    answer = at_desk(cast.admin).post("/people/head/certificates/", sent("issue", ISSUE), follow=True)
    row = held("head")
    assert (row.number, row.issuer, row.fields) == (ISSUE["number"], ISSUE["issuer"], ISSUE["fields"])
    assert (row.valid_from.isoformat(), row.valid_until.isoformat()) == ("2026-01-01", "2030-12-31")
    assert [change.title for change in answer.context["history"][:2]] == ["核对资格考试", "登记证件"]
    assert "城市管理、市场监管" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"number": ""}, "number", "不能为空"),
        ({"fields": []}, "fields", "不能为空"),
        ({"fields": ["space"]}, "fields", "不在目录中"),
        ({"valid_from": "2026-02-30"}, "valid_from", "日期不对"),
        ({"valid_until": "2025-12-31"}, "valid_until", "早于"),
        ({"issuer": "省" * 101}, "issuer", "最多 100 个字"),
    ],
)
def test_a_wrong_certificate_is_refused_at_the_field(
    cast: Cast, at_desk: SignIn, wrong: dict[str, Any], field: str, says: str
) -> None:
    """Nothing is issued and what was typed is kept."""
    answer = at_desk(cast.admin).post("/people/head/certificates/", sent("issue", {**ISSUE, **wrong}))
    found = errors(answer, "issue")
    assert list(found) == [field]
    assert says in found[field][0]
    assert found[field][0] in answer.content.decode()
    assert answer.context["forms"]["issue"].typed == {**ISSUE, **wrong}
    assert selectors.certificates_of("head") == []


def test_an_auxiliary_is_refused_a_certificate_in_words(cast: Cast, at_desk: SignIn) -> None:
    """The page offers no form; sent all the same, the reason is shown."""
    make_person("helper", "辅", "officer", is_auxiliary=True)
    client = at_desk(cast.admin)
    assert "issue.number" not in client.get("/people/helper/").content.decode()
    answer = client.post("/people/helper/certificates/", sent("issue", ISSUE))
    assert "辅助人员" in errors(answer, "issue")["username"][0]


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"kind": ""}, "step", "不能为空"),
        ({"kind": "burnt"}, "step", "列表"),
        ({"kind": "restored"}, "number", "不能再作"),
        ({"on": ""}, "on", "不能为空"),
        ({"on": "2019-12-31"}, "on", "早于"),
        ({"reason": " "}, "reason", "不能为空"),
    ],
)
def test_an_impossible_event_is_refused_in_its_own_form(
    cast: Cast, at_desk: SignIn, wrong: dict[str, str], field: str, says: str
) -> None:
    """The certificate stays as it was; the form stands open under it with the reason."""
    answer = record(at_desk(cast.admin), "officer", **{"kind": "suspended", "on": "2026-03-01", **wrong})
    found = errors(answer, f"event-{held('officer').pk}")
    assert list(found) == [field]
    assert says in found[field][0]
    assert found[field][0] in answer.content.decode()
    assert not held("officer").events.exists()


def test_a_cancelled_certificate_offers_nothing_more(cast: Cast, at_desk: SignIn) -> None:
    """Restored and suspended are gone from the page, and an address typed by hand finds nothing."""
    client = at_desk(cast.admin)
    assert record(client, "officer", "cancelled", "2026-03-01").status_code == 302
    page = client.get("/people/officer/").content.decode()
    assert f"event-{held('officer').pk}" not in page
    assert "已注销" in page
    assert record(client, "officer", "restored", "2026-03-02").status_code == 404
    assert client.post(f"/people/officer2/certificates/{held('officer').pk}/", {}).status_code == 404


def test_an_officer_acts_no_more_while_suspended_and_again_when_restored(cast: Cast, at_desk: SignIn) -> None:
    """The whole way through the web: suspended, the act is refused by the law; restored, the same act is recorded."""
    tale, case = told(cast, until="filing_approved")
    wanted = step(tale, "inspection_recorded")
    officer, admin = at_desk(cast.officer), at_desk(cast.admin)
    path = f"/cases/{case.code}/acts/inspection_recorded/"
    page = officer.get(path)
    asked = {control.field.name for control in page.context["controls"]}
    facts = {name: value for name, value in tale.told(wanted.facts).items() if name in asked}
    body = {
        "once": page.context["form"].draft.once,
        "performers": [tale.username(one) for one in wanted.who],
        "done_at": tale.moment(wanted).strftime("%Y-%m-%dT%H:%M"),
        **as_sent(facts),
    }
    day = "2026-03-01"
    assert record(admin, "officer", "suspended", day).status_code == 302
    refused = officer.post(path, body)
    assert refused.status_code == 422
    assert "证件" in refused.content.decode()
    assert not Act.objects.filter(kind="inspection_recorded").exists()

    assert record(admin, "officer", "restored", day, "调查结束").status_code == 302
    assert officer.post(path, body).status_code == 302
    assert Act.objects.filter(kind="inspection_recorded").exists()
    titles = [line.title for line in admin.get("/people/officer/").context["history"]]
    assert titles[:2] == ["恢复证件", "暂扣证件"]


# --- agencies -------------------------------------------------------------------------------------


def test_the_tree_shows_what_the_viewer_looks_down(cast: Cast, at_desk: SignIn) -> None:
    """The administrator sees all, a supervisor what is below, an officer his own; superiors stand first."""

    def seen(client: Client) -> list[tuple[str, int]]:
        lines = client.get("/people/agencies/").context["lines"]
        return [(line["agency"].code, line["depth"]) for line in lines]

    assert seen(at_desk(cast.admin)) == [(JUSTICE, 0), (BUREAU, 1), ("410482-urban", 0)]
    assert seen(at_desk(cast.supervisor)) == [(JUSTICE, 0), (BUREAU, 1)]
    assert seen(at_desk(cast.officer)) == [(BUREAU, 0)]
    assert "登记机关" not in at_desk(cast.officer).get("/people/agencies/").content.decode()


def test_an_agency_is_registered_below_its_supervisor(cast: Cast, at_desk: SignIn) -> None:
    """Entered as typed, in its place in the tree, and remembered."""
    answer = at_desk(cast.admin).post("/people/agencies/new/", sent("agency", AGENCY), follow=True)
    assert answer.redirect_chain == [("/people/agencies/", 302)]
    assert "舞钢市交通运输局" in answer.content.decode()
    assert selectors.agency("410481-transport").short_name == "舞钢交通"
    assert "410481-transport" in selectors.agency_tree(JUSTICE)
    assert selectors.changes_of("410481-transport")[0].by == "admin"


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"code": BUREAU}, "code", "已被使用"),
        ({"region": "4104"}, "region", "六位数字"),
        ({"kind": ""}, "kind", "不能为空"),
        ({"parent": "nowhere"}, "parent", "没有代码为"),
        ({"uscc": "9" * 19}, "uscc", "最多 18 个字"),
    ],
)
def test_a_wrong_agency_is_refused_at_the_field(
    cast: Cast, at_desk: SignIn, wrong: dict[str, str], field: str, says: str
) -> None:
    """Nothing is entered; the rest stays typed."""
    answer = at_desk(cast.admin).post("/people/agencies/new/", sent("agency", {**AGENCY, **wrong}))
    found = errors(answer)
    assert list(found) == [field]
    assert says in found[field][0]
    assert 'value="舞钢市交通运输局"' in answer.content.decode()
    with pytest.raises(selectors.NotOnRegister):
        selectors.agency("410481-transport")


# --- one's own password ---------------------------------------------------------------------------


def own(old: str, new: str, again: str = "") -> dict[str, str]:
    """The form of one's own password, filled in."""
    return sent("own", {"old": old, "password": new, "again": again or new})


@pytest.mark.parametrize("role", ["officer", "supervisor", "admin"])
def test_everybody_changes_his_own_password_and_stays_signed_in(
    cast: Cast, at_desk: SignIn, role: str
) -> None:
    """This window goes on, the other one ends, the new password opens; the menu leads there."""
    person = getattr(cast, role)
    here, elsewhere = at_desk(person), at_desk(person)
    assert 'href="/account/password/"' in here.get("/").content.decode()
    answer = here.post("/account/password/", own(PASSWORD, FRESH), follow=True)
    assert "密码已修改" in answer.content.decode()
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert selectors.person(role).check_password(FRESH)
    assert selectors.changes_of(role)[-1].action == "password_changed"


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (own("wrong", FRESH), "old", "原密码不对"),
        (own("", FRESH), "old", "不能为空"),
        (own(PASSWORD, "short-1"), "password", "10"),
        (own(PASSWORD, "abcdefghijkz"), "password", "两种"),
        (own(PASSWORD, PASSWORD), "password", "相同"),
        (own(PASSWORD, FRESH, "other"), "again", "不一样"),
    ],
)
def test_a_wrong_change_of_password_leaves_the_old_one(
    cast: Cast, at_desk: SignIn, body: dict[str, str], field: str, says: str
) -> None:
    """Said at the field in Chinese; no password is sent back."""
    answer = at_desk(cast.officer).post("/account/password/", body)
    found = errors(answer)
    assert list(found) == [field]
    assert says in "".join(found[field])
    assert PASSWORD not in answer.content.decode()
    assert selectors.person("officer").check_password(PASSWORD)


def test_guessing_the_old_password_locks_the_account(cast: Cast, at_desk: SignIn) -> None:
    """Whoever finds an open desk has five guesses, as at the sign-in page; then even the right one is refused."""
    client = at_desk(cast.officer)
    answers = [client.post("/account/password/", own("wrong", FRESH)).status_code for _ in range(5)]
    assert answers == [422] * 4 + [429]
    assert client.post("/account/password/", own(PASSWORD, FRESH)).status_code == 429
    assert selectors.person("officer").check_password(PASSWORD)


def test_a_password_page_needs_a_signed_in_person(client: Client, db: None) -> None:
    """It leads to the sign-in page."""
    assert client.get("/account/password/").status_code == 302
