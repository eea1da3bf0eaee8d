"""The register kept by programs: each administrator's program does his part and no other's, and the trail names it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Http
from django.utils import timezone

from mingjing.api.whole import document
from mingjing.clients import services
from mingjing.clients.models import KeptAnswer
from mingjing.clients.scopes import scopes_of
from mingjing.personnel.audit import audit_register
from mingjing.personnel.models import Person, RegisterChange
from mingjing.translog.services import seal_log
from tests.api.test_rooms import ok, pointers
from tests.cast import BUREAU, ELSEWHERE, JUSTICE, make_agency, make_person
from tests.personnel.test_authority import TERMS

if TYPE_CHECKING:
    from tests.api.conftest import Make
    from tests.cast import Cast

SECRET = "Hengyuan-2026-first"
NEW = {"username": "newcomer", "name": "子丑", "agency": BUREAU, "password": SECRET, "post": "科员"}
CARD = {
    "number": "16410481900",
    "issuer": "河南省人民政府",
    "fields": ["urban"],
    "valid_from": "2026-01-01",
    "valid_until": "2030-12-31",
    "exam_proof": "豫执法考〔2025〕12号",
}


pytestmark = pytest.mark.usefixtures("one_day")
TODAY = timezone.localdate().isoformat()
PAPER = {
    "kind": "confirmed", "document": "执法主体公告", "document_no": "舞政〔2026〕1号", "confirmed_by": "市政府",
    "on": TODAY, "published_at": "市政府网站", "published_on": TODAY,
}  # fmt: skip
POWERS = {"duties": [{"procedure": "ordinary", "stage": "review"}], "responsibility": "审核到位"}
BODIES: dict[str, dict[str, Any]] = {
    "set_person_roles": {"roles": ["officer"]},
    "set_person_active": {"active": False},
    "set_person_password": {"password": SECRET},
    "place_person": {"post": 1},
    "set_person_counsel": {"counsel": True},
    "issue_certificate": CARD,
    "take_certificate_step": {"step": "suspended", "on": TODAY, "reason": "被投诉查实"},
    "change_agency": {"on": TODAY, "reason": "舞编〔2026〕3号", "phone": "0375-1234567"},
    "confirm_agency": PAPER,
    "add_agency_post": {"department": "法制科", "name": "审核岗"},
    "set_post_duties": POWERS,
    "take_agreement_step": {"step": "publish", "on": TODAY, "note": "双方网站"},
}


def test_one_administrator_enters_somebody_another_grants_the_roles(cast: "Cast", program: "Make") -> None:
    """Proves the separation: who opens accounts grants nothing, who grants opens none, nobody else does either."""
    keeper, guard, officer = program(cast.admin), program(cast.security), program(cast.officer)
    for other in (guard, officer):
        assert other.post("/people", NEW).status_code == 403
    made = ok(keeper.post("/people", NEW), 201)
    assert (made["roles"], made["is_active"]) == ([], True)
    where = "/people/newcomer"
    for other in (keeper, officer):
        assert other.post(f"{where}/roles", {"roles": ["officer"]}).status_code == 403
        assert other.post(f"{where}/password", {"password": "Another-2026-one"}).status_code == 403
    assert pointers(guard.post(f"{where}/roles", {"roles": ["officer", "audit"]})) == ["#/roles"]
    assert pointers(guard.post("/people/security/roles", {"roles": ["security"]})) == ["#/roles"]  # oneself
    assert ok(guard.post(f"{where}/roles", {"roles": ["officer"]}), 201)["roles"] == ["officer"]
    assert ok(keeper.post(f"{where}/active", {"active": False}), 201)["is_active"] is False
    assert keeper.post("/people/nobody/active", {"active": False}).status_code == 404
    assert pointers(keeper.post("/people", {**NEW, "username": "agreements"})) == ["#/username"]


def test_a_password_is_taken_and_never_given(cast: "Cast", program: "Make", client: Http) -> None:
    """Proves that no answer and nothing kept of a request holds the password, and that it opens the page, once set."""
    keeper, guard = program(cast.admin), program(cast.security)
    weak = keeper.post("/people", {**NEW, "password": "newcomer"})
    assert set(pointers(weak)) == {"#/password"}
    answers = [
        keeper.post("/people", NEW),
        guard.post("/people/newcomer/password", {"password": f"{SECRET}!"}),
    ]
    answers += [keeper.get("/people/newcomer"), keeper.get("/people/newcomer/changes"), weak]
    told = b"".join(one.content for one in answers) + b"".join(
        bytes(one.body) for one in KeptAnswer.objects.all()
    )
    assert SECRET.encode() not in told
    assert b"pbkdf2" not in told
    assert all(SECRET not in str(one.details) for one in RegisterChange.objects.all())
    for typed, found in ((SECRET, False), (f"{SECRET}!", True)):
        assert Person.objects.get(username="newcomer").check_password(typed) is found


def test_a_certificate_is_issued_suspended_and_restored(cast: "Cast", program: "Make") -> None:
    """Proves certificates: each step changes what holds today, what contradicts is refused at its field."""
    keeper = program(cast.admin)
    where = "/people/lapsed/certificates"
    assert pointers(keeper.post(where, {**CARD, "fields": ["flying"]})) == ["#/fields"]
    card = ok(keeper.post(where, CARD), 201)["certificates"][0]
    assert (card["number"], card["state"]) == (CARD["number"], "valid")
    step = f"{where}/{card['pk']}/events"
    today = timezone.localdate().isoformat()
    assert pointers(keeper.post(step, {"step": "restored", "on": today, "reason": "误报"})) == ["#/number"]
    held = ok(keeper.post(step, {"step": "suspended", "on": today, "reason": "被投诉查实"}), 201)
    assert held["certificates"][0]["state"] == "suspended"
    assert (
        ok(keeper.post(step, {"step": "restored", "on": today, "reason": "期满"}), 201)["certificates"][0][
            "events"
        ][1]["recorded_by"]
        == "admin"
    )
    assert keeper.post(f"/people/officer/certificates/{card['pk']}/events", {
        "step": "suspended", "on": today, "reason": "张冠李戴"
    }).status_code == 404  # fmt: skip


def test_a_body_is_entered_changed_and_given_its_posts(cast: "Cast", program: "Make") -> None:
    """Proves agencies: entered below another, changed from a day on, confirmed, posts with powers and holders."""
    keeper, reader = program(cast.admin), program(cast.head)
    told: dict[str, Any] = {
        "code": "410481-water",
        "name": "舞钢市水利局",
        "region": "410481",
        "kind": "bureau",
    }
    assert reader.post("/agencies", told).status_code == 403
    assert pointers(keeper.post("/agencies", {**told, "kind": "castle"})) == ["#/kind"]
    made = ok(keeper.post("/agencies", {**told, "parent": JUSTICE}), 201)
    assert (made["parent"], made["self"]) == (JUSTICE, "/api/v1/agencies/410481-water")
    where, today = "/agencies/410481-urban", timezone.localdate().isoformat()
    assert pointers(keeper.post(f"{where}/changes", {"on": today, "reason": "舞编〔2026〕3号"})) == ["#/name"]
    change = {"on": today, "reason": "舞编〔2026〕3号", "phone": "0375-1234567"}
    changed = ok(keeper.post(f"{where}/changes", change), 201)
    assert (changed["phone"], changed["name"], len(changed["editions"])) == (
        "0375-1234567",
        cast.bureau.name,
        2,
    )
    seat = ok(keeper.post(f"{where}/posts", {"department": "法制科", "name": "审核岗"}), 201)["departments"][
        0
    ]["posts"][0]
    ok(keeper.post(f"{where}/posts/{seat['pk']}/duties", POWERS), 201)
    assert keeper.post(f"/agencies/{ELSEWHERE}/posts/{seat['pk']}/duties", POWERS).status_code == 404
    assert ok(keeper.post("/people/reviewer/post", {"post": seat["pk"]}), 201)["department"] == "法制科"
    assert pointers(keeper.post("/people/outsider/post", {"post": seat["pk"]})) == ["#/post"]
    (line,) = ok(reader.get(f"{where}/responsibilities"))["items"]
    assert (line["post"], line["people"]) == ("审核岗", ["丙"])
    assert ok(keeper.post(f"{where}/confirmations", PAPER), 201)["confirmations"][0]["by"] == "admin"
    assert reader.get("/agencies/410481-water").status_code == 404
    assert ok(keeper.get("/register/codes"))["roles"][0] == {"code": "officer", "title": "执法人员"}


def test_an_agreement_is_signed_within_the_law(cast: "Cast", program: "Make") -> None:
    """Proves delegations: what the law forbids is refused with the article, what is no term at its place."""
    make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")
    keeper, today = program(cast.admin), timezone.localdate()
    told: dict[str, Any] = {
        "kind": "delegation", "number": "舞城管委〔2026〕1号", "delegator": BUREAU, "delegate": "410481-station",
        "terms": TERMS, "valid_from": date(today.year, 1, 1).isoformat(), "signed_on": today.isoformat(),
        "valid_until": date(today.year + 1, 12, 31).isoformat(),
    }  # fmt: skip
    for terms, place in (
        ({"weather": "晴"}, "#/terms/weather"),
        ({"fine_at_most": "很多"}, "#/terms/fine_at_most"),
    ):
        assert place in pointers(keeper.post("/agreements", {**told, "terms": {**TERMS, **terms}})), place
    refused = keeper.post("/agreements", {**told, "terms": {**TERMS, "delegate_staffed": False}})
    assert "第二十一条" in refused.json()["errors"][0]["detail"]
    made = ok(keeper.post("/agreements", told), 201)
    assert made["state"] == "unpublished"
    step = {"step": "publish", "on": today.isoformat(), "note": "双方网站"}
    assert ok(keeper.post(f"/agreements/{made['pk']}/events", step), 201)["state"] == "in_force"
    assert ok(program(cast.head).get("/agreements"))["items"][0]["number"] == told["number"]
    assert program(cast.outsider).get(f"/agreements/{made['pk']}").status_code == 404


def test_the_trail_names_the_program_and_the_log_holds_it(
    cast: "Cast", program: "Make", client: Http
) -> None:
    """Proves that a change made by a program names it in the trail and on the page, and that the log commits to it."""
    keeper = program(cast.admin)
    ok(keeper.post("/people/officer2/counsel", {"counsel": True}), 201)
    row = RegisterChange.objects.get(action="counsel_set")
    assert keeper.client is not None
    assert (row.by, row.details) == ("admin", {"counsel": True, "through": keeper.client.code})
    seal_log(at=timezone.now())
    assert list(audit_register()) == []
    assert ok(keeper.get("/people/officer2/changes"))["items"][-1]["details"]["through"] == keeper.client.code
    assert program(cast.officer).get("/people/officer2/changes").status_code == 403
    client.force_login(cast.admin, backend="django.contrib.auth.backends.ModelBackend")
    assert "管理员（经接口客户端“测试程序”）" in client.get("/people/officer2/").content.decode()


def test_an_administrators_program_comes_from_named_machines_and_the_auditor_has_none(cast: "Cast") -> None:
    """Proves that without networks no administrator's program is registered, and none for whoever reads the trail."""
    now = timezone.now()
    asked: dict[str, Any] = {
        "title": "人事系统",
        "expires_at": now + timedelta(days=30),
        "by": cast.admin,
        "at": now,
    }
    refusals = []
    for person, scopes, networks in (
        (cast.security, ["people.secure"], []),
        (cast.audit, ["people.view"], ["10.0.0.0/8"]),
        (cast.security, ["people.manage"], ["10.0.0.0/8"]),
    ):
        try:
            services.register(person=person, scopes=scopes, networks=networks, **asked)
        except services.ClientRefused as refused:
            refusals.append(set(refused.errors))
    assert refusals == [{"networks"}, {"person"}, {"scopes"}]
    made, _secret = services.register(
        person=cast.security, scopes=["people.secure"], networks=["10.0.0.0/8"], **asked
    )
    assert made.accepted_at is None  # the security administrator has to say yes
    assert "people.secure" in scopes_of(cast.security)


def test_whoever_is_no_administrator_keeps_nothing_and_what_there_is_not_is_not_there(
    cast: "Cast", program: "Make"
) -> None:
    """Proves that every operation of the administrators refuses everybody else, and answers 404 for what is none."""
    other = program(make_person("everything", "全", "officer reviewer head clerk publicity supervisor"))
    keepers = {"people.manage": program(cast.admin), "people.secure": program(cast.security)}
    nowhere = {"username": "nobody", "agency": "nowhere", "certificate": 1, "post": 1, "agreement": 999}
    asked = 0
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            scopes = [scope for way in one.get("security", ()) for scope in way.get("clientCredentials", ())]
            if not scopes or set(scopes) - set(keepers):
                continue
            where, sent = path.removeprefix("/api/v1").format(**nowhere), BODIES.get(one["operationId"], {})
            answers = [
                (who.get(where) if method == "get" else who.post(where, sent)).status_code
                for who in (other, *(keepers[scope] for scope in scopes))
            ]
            assert answers[0] == 403, path
            assert set(answers[1:]) == {404} or "{" not in path, (path, answers)
            asked += 1
    assert asked > 14
