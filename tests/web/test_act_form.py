"""The generated form: checked while it is filled in, kept as a draft, refused with reasons, recorded once."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.cases.models import Act, Case, Draft
from mingjing.kit.clock import BEIJING
from mingjing.packs.load import library
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn, as_sent

if TYPE_CHECKING:
    from django.http import HttpResponse

CLUE: dict[str, Any] = {
    "case_source": "inspection",
    "clue_received_on": "2026-03-02",
    "clue_text": "巡查发现占用道路堆放材料。",
    "matter": "涉嫌擅自占用城市道路案",
    "party_kind": "citizen",
    "party_name": "张三",
}
NEW = "/cases/new/clue_registered/"


def once(client: Client, path: str) -> str:
    """The token of the form as the page gives it."""
    return str(client.get(path).context["form"].draft.once)


def send(client: Client, path: str, facts: dict[str, Any], **more: Any) -> "HttpResponse":
    """Send a form as a browser does."""
    body = {
        "once": more.pop("once", None) or once(client, path),
        "performers": more.pop("performers", ["officer"]),
        "done_at": more.pop("done_at", "2026-03-02T09:30"),
        **as_sent(facts),
        **more,
    }
    return client.post(path, body)


def test_a_form_filled_in_rightly_is_recorded_and_leads_to_the_case(cast: Cast, at_desk: SignIn) -> None:
    """The act stands in the case at the time it was done, by whom it was done; the draft is gone."""
    answer = send(at_desk(cast.officer), NEW, CLUE)
    act = Act.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/cases/{act.case.code}/#act-1"
    assert act.done_at is not None
    assert act.done_at.astimezone(BEIJING).isoformat() == "2026-03-02T09:30:00+08:00"
    assert (act.facts["party_name"], act.performers[0]["name"]) == ("张三", "甲")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"matter": ""}, "matter", "案由"),
        ({"clue_received_on": "2026-13-40"}, "clue_received_on", "日期"),
        ({"clue_received_on": "2026-03-03"}, "clue_received_on", "晚于"),
        ({"matter": "长" * 201}, "matter", "200"),
        ({"case_source": "nonsense"}, "case_source", "案件来源"),
        ({"matter": "a\0b"}, "matter", "案由"),
    ],
)
def test_a_faulty_field_is_refused_at_the_field_and_the_draft_kept(
    cast: Cast, at_desk: SignIn, wrong: dict[str, Any], field: str, says: str
) -> None:
    """422, the error at the field, nothing written, everything else as typed."""
    client = at_desk(cast.officer)
    answer = send(client, NEW, {**CLUE, **wrong})
    assert answer.status_code == 422
    errors = {control.field.name: control.errors for control in answer.context["controls"] if control.errors}
    assert list(errors) == [field]
    assert says in "".join(errors[field])
    assert "巡查发现占用道路堆放材料。" in answer.content.decode()
    assert not Act.objects.exists()
    assert not Case.objects.exists()
    assert "巡查发现占用道路堆放材料。" in client.get(NEW).content.decode()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"done_at": ""}, "请填写行为发生的时间"),
        ({"done_at": "yesterday"}, "请填写行为发生的时间"),
        ({"performers": []}, "请选择实施人员"),
        ({"performers": ["nobody"]}, "没有这名人员"),
        ({"performers": ["a\0b"]}, "请选择实施人员"),
        ({"performers": ["officer2"]}, "记录人应当是实施人员之一"),
    ],
)
def test_who_and_when_are_refused_at_their_own_boxes(
    cast: Cast, at_desk: SignIn, more: dict[str, Any], says: str
) -> None:
    """The boxes outside the pack's fields say in Chinese what is wrong with them."""
    answer = send(at_desk(cast.officer), NEW, CLUE, **more)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Act.objects.exists()


def test_a_time_in_the_future_is_refused(cast: Cast, at_desk: SignIn) -> None:
    """What has not happened cannot be recorded."""
    later = (timezone.now() + timedelta(hours=2)).astimezone(BEIJING)
    answer = send(at_desk(cast.officer), NEW, CLUE, done_at=later.strftime("%Y-%m-%dT%H:%M"))
    assert answer.status_code == 422
    assert "晚于现在" in answer.content.decode()


def test_the_same_form_sent_twice_is_one_act_and_says_so(cast: Cast, at_desk: SignIn) -> None:
    """Two clicks, or the back button, make no second act."""
    client = at_desk(cast.officer)
    token = once(client, NEW)
    first = send(client, NEW, CLUE, once=token)
    second = send(client, NEW, CLUE, once=token)
    assert first["Location"] == second["Location"]
    assert Act.objects.count() == Case.objects.count() == 1
    assert "没有重复记录" in client.get(second["Location"]).content.decode()


@pytest.mark.parametrize("token", ["", "short", "x" * 32, "' OR 1=1"])
def test_a_form_without_a_sound_token_is_refused(cast: Cast, at_desk: SignIn, token: str) -> None:
    """A form that this site did not make is not taken."""
    client = at_desk(cast.officer)
    answer = client.post(NEW, {"once": token, **as_sent(CLUE)})
    assert answer.status_code == 400
    assert not Act.objects.exists()


def test_the_live_check_shows_errors_of_what_is_typed_and_lists_what_is_not(
    cast: Cast, at_desk: SignIn
) -> None:
    """A field not reached yet is not red; nothing is written, not even a draft."""
    client = at_desk(cast.officer)
    body = {"performers": "officer", "done_at": "2026-03-02T09:30", "f.clue_received_on": "2030-01-01"}
    answer = client.post(f"{NEW}check", body)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "还需填写" in html
    assert "案由" in answer.context["lacking"]
    assert answer.context["wrong"] == ["发现或收到线索日期"]
    assert 'id="errors-f-matter" hx-swap-oob="true"></ul>' in html
    assert "晚于" in html
    assert not Act.objects.exists()
    assert not Draft.objects.exclude(form={}).exists()


def test_the_live_check_shows_the_law_before_anything_is_sent(cast: Cast, at_desk: SignIn) -> None:
    """One officer where two are needed: the rule, its article and what would mend it."""
    _, case = told(cast, until="correction_ordered")
    path = f"/cases/{case.code}/acts/inquiry_recorded/check"
    html = (
        at_desk(cast.officer)
        .post(path, {"performers": "officer", "done_at": "2026-03-12T09:30"})
        .content.decode()
    )
    assert "不合法" in html
    assert "怎样才合法" in html
    assert "《行政处罚法（2021）》" in html


def test_a_refusal_of_the_law_shows_the_rule_and_writes_nothing(cast: Cast, at_desk: SignIn) -> None:
    """A decision before the prior notice: 422, the rule at the top, the case as it was."""
    _, case = told(cast, until="investigation_reported")
    before = case.acts.count()
    path = f"/cases/{case.code}/acts/penalty_decided/"
    answer = send(at_desk(cast.officer), path, {}, performers=cast.two, done_at="2026-05-20T10:00")
    assert answer.status_code == 422
    assert "以下各项不符合法律规定" in answer.content.decode()
    assert any("告知" in verdict.title for verdict in answer.context["verdicts"])
    assert case.acts.count() == before


def test_a_draft_comes_back_after_a_reload_and_can_be_dropped(cast: Cast, at_desk: SignIn) -> None:
    """Saved as typed, faults and all; "do not restore" empties the form."""
    client = at_desk(cast.officer)
    token = once(client, NEW)
    saved = client.post(f"{NEW}draft", {"once": token, "f.matter": "写到一半", "f.clue_received_on": "写错"})
    assert "草稿已保存" in saved.content.decode()
    html = client.get(NEW).content.decode()
    assert "写到一半" in html
    assert "写错" in html
    assert "已恢复" in html
    client.post(f"{NEW}drop")
    assert "写到一半" not in client.get(NEW).content.decode()


def test_a_late_draft_of_a_recorded_form_does_not_come_back_to_life(cast: Cast, at_desk: SignIn) -> None:
    """The browser's last save after the act was recorded leaves no draft that could be sent again."""
    client = at_desk(cast.officer)
    token = once(client, NEW)
    send(client, NEW, CLUE, once=token)
    assert client.post(f"{NEW}draft", {"once": token, **as_sent(CLUE)}).status_code == 204
    assert not Draft.objects.exclude(form={}).exists()


def test_drafts_are_their_writers_own(cast: Cast, at_desk: SignIn) -> None:
    """A colleague's form is empty."""
    client = at_desk(cast.officer)
    client.post(f"{NEW}draft", {"once": once(client, NEW), "f.matter": "甲的草稿"})
    assert "甲的草稿" not in at_desk(cast.clerk).get(NEW).content.decode()


@pytest.mark.parametrize("kind", ["no_such_act", "fine_collected_on_the_spot_x", "on_the_spot_decided"])
def test_a_kind_that_this_case_cannot_have_is_not_found(cast: Cast, at_desk: SignIn, kind: str) -> None:
    """An ordinary case has no summary acts and no acts that the packs do not know."""
    _, case = told(cast, until="filing_approved")
    assert at_desk(cast.officer).get(f"/cases/{case.code}/acts/{kind}/").status_code == 404


def test_evidence_of_another_case_cannot_be_chosen(cast: Cast, at_desk: SignIn) -> None:
    """A digest that is not in this case is refused at the box."""
    _, other = told(cast, until="inspection_recorded", mark="other")
    digest = other.acts.get(kind="inspection_recorded").evidence[0]["digest"]
    _, case = told(cast, until="filing_approved")
    path = f"/cases/{case.code}/acts/evidence_collected/"
    answer = send(
        at_desk(cast.officer), path, {}, performers=cast.two, done_at="2026-03-06T10:00", evidence=[digest]
    )
    assert answer.status_code == 422
    assert "不在本案证据目录中" in answer.content.decode()


def test_the_preview_draws_the_document_from_an_unfinished_form(cast: Cast, at_desk: SignIn) -> None:
    """Pages as pictures, and nothing recorded."""
    _, case = told(cast, until="filing_approved")
    path = f"/cases/{case.code}/acts/inspection_recorded/preview"
    answer = at_desk(cast.officer).post(path, {"performers": cast.two, "done_at": "2026-03-06T10:00"})
    assert answer.status_code == 200
    assert "data:image/png;base64," in answer.content.decode()
    assert case.acts.count() == 3


def test_what_an_officer_prepares_lies_before_the_head_and_can_come_back(cast: Cast, at_desk: SignIn) -> None:
    """Handed over, sent back, handed over again, recorded: one act, by the head."""
    tale, case = told(cast, until="clue_accepted")
    path = f"/cases/{case.code}/acts/filing_approved/"
    step = next(one for one in tale.story.steps if one.kind == "filing_approved")
    facts = tale.told(step.facts)
    officer, head = at_desk(cast.officer), at_desk(cast.head)
    prepared = {name: value for name, value in facts.items() if name != "approval_opinion"}
    assert send(officer, path, prepared)["Location"] == f"/cases/{case.code}/"
    assert "甲 已准备好“立案审批”" in head.get(f"/cases/{case.code}/").content.decode()
    assert "核对立案审批" in head.get("/home/waiting/").content.decode()
    head.post(f"{path}drop", {"send_back": "1"})
    assert prepared["filing_reason"] in officer.get(path).content.decode()
    send(officer, path, prepared)
    assert prepared["filing_reason"] in head.get(path).content.decode()
    recorded = send(head, path, facts, performers=["head"], done_at="2026-03-04T15:20")
    assert recorded.status_code == 302
    assert case.acts.get(kind="filing_approved").recorded_by == "head"
    assert not Draft.objects.exists()


def test_what_the_form_does_not_ask_for_is_not_sent_as_a_fact(cast: Cast, at_desk: SignIn) -> None:
    """Somebody types a receiver and a mail number, then chooses another way of service: only what fits is recorded."""
    _, case = told(cast, until="document_served")
    path = f"/cases/{case.code}/acts/document_served/"
    client = at_desk(cast.officer)
    facts = {"service_document": "other", "service_method": "left", "mail_no": "XA1", "witness_name": "王某"}
    offered = {one.field.name: one for one in client.get(path).context["controls"]}
    assert offered["mail_no"].off
    body = {"once": once(client, path), "performers": ["officer"], "done_at": "2026-03-02T09:30"}
    judged = client.post(f"{path}check", {**body, **as_sent(facts)}, headers={"HX-Request": "true"})
    now = {one.field.name: one.off for one in judged.context["controls"]}
    assert (now["mail_no"], now["witness_name"], now["service_refusal_note"]) == (True, False, False)
    assert "邮件编号" not in judged.content.decode()
    client.post(f"{path}draft", {**body, **as_sent(facts)})
    kept = Draft.objects.get().form["facts"]
    assert "mail_no" not in kept
    assert kept["witness_name"] == "王某"


def test_changing_what_the_case_knows_brings_out_what_hangs_on_it(cast: Cast, at_desk: SignIn) -> None:
    """The clue named a person; at the filing it turns out to be a firm, and the firm's code can be typed."""
    _, case = told(cast, "ordinary", until="clue_accepted")
    path = f"/cases/{case.code}/acts/filing_approved/"
    client = at_desk(cast.head)
    offered = {one.field.name: one for one in client.get(path).context["controls"]}
    assert not offered["party_uscc"].off
    assert offered["party_occupation"].off
    body = {"once": once(client, path), "performers": ["head"], "done_at": "2026-03-04T15:20"}
    changed = as_sent(
        {"party_kind": "citizen", "party_occupation": "个体", "party_uscc": "91410481MA40B1AA23"}
    )
    judged = client.post(f"{path}check", {**body, **changed}, headers={"HX-Request": "true"})
    now = {one.field.name: one.off for one in judged.context["controls"]}
    assert (now["party_uscc"], now["party_occupation"]) == (True, False)
    client.post(f"{path}draft", {**body, **changed})
    assert Draft.objects.get().form["facts"].keys() == {"party_kind", "party_occupation"}


def test_an_act_that_opens_several_procedures_opens_the_one_asked_for(cast: Cast, at_desk: SignIn) -> None:
    """Its form leads from the list of ways to open a case back to itself; a procedure it does not open is not found."""
    kind = next(one for one in library().kinds.values() if len(one.opens) > 1 and "officer" in one.roles)
    desk, path = at_desk(cast.officer), f"/cases/new/{kind.kind}/"
    for procedure in kind.opens:
        address = f"{path}?procedure={procedure}"
        page = desk.get(address)
        assert page.context["form"].procedure == procedure
        assert page.context["here"] == address
        assert address in desk.get("/cases/new/").content.decode()
    assert desk.get(f"{path}?procedure=summary").status_code == 404
