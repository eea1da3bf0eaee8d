"""What comes from site: recorded once whatever is lost, refused with reasons, never halved."""

import hashlib
import json
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.evidence.models import EvidenceItem
from mingjing.onsite.models import OnSiteRecord
from mingjing.onsite.selectors import onsite_of
from tests.cast import Cast
from tests.onsite.phone import ON_THE_SPOT, Phone, inspected, photo, signature
from tests.stories import told


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case under investigation, of 甲 and 乙."""
    return told(cast, until="inspection_recorded")[1]


@pytest.fixture
def handset(cast: Cast) -> Phone:
    """The phone of 甲."""
    return Phone("officer")


def once() -> str:
    """A fresh token."""
    return secrets.token_hex(16)


def sha(data: bytes) -> str:
    """The digest that a phone names a picture by."""
    return hashlib.sha256(data).hexdigest()


def sent_whole(handset: Phone, case: Case, token: str, facts: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """A record with one photo and two signatures, sent in order."""
    text = handset.text("inspection_recorded", facts, case=case.code)
    shot, party, officer = photo(token), signature(text), signature(text, "officer", "甲")
    assert handset.picture(token, case.code, shot)[0] == 200
    for one in (party, officer):
        assert handset.picture(token, case.code, one, signed=True)[0] == 200
    return handset.record(
        token, text, photos=[sha(shot)], signatures=[sha(party), sha(officer)], seen=case.act_count
    )


def test_a_record_from_site_becomes_one_act_with_its_photos_and_signatures(
    handset: Phone, case: Case
) -> None:
    """The time is that on site; the photo is evidence of the act; the signatures are bound and found sound."""
    status, answer = sent_whole(handset, case, once(), inspected())
    assert status == 200
    assert answer["again"] is False
    act = case.acts.last()
    assert act is not None
    assert (act.kind, act.recorded_by) == ("inspection_recorded", "officer")
    assert act.done_at < act.recorded_at - timedelta(minutes=29)
    assert answer["address"] == f"/cases/{case.code}/#act-{act.seq}"
    (shot,) = act.evidence
    assert EvidenceItem.objects.get(digest=shot["digest"], dossier=case.code).medium == "photo"
    marks = onsite_of(case.code)[act.code].marks
    assert [(one.role, one.name, one.sound) for one in marks] == [
        ("当事人", "刘大勇", True),
        ("执法人员", "甲", True),
    ]


def test_a_signature_does_not_stand_for_the_recording_of_the_act(handset: Phone, case: Case) -> None:
    """A picture of a name is no photo of what was done: without a photo the act still lacks its recording."""
    token, facts = once(), inspected()
    text = handset.text("inspection_recorded", facts, case=case.code)
    party = signature(text)
    handset.picture(token, case.code, party, signed=True)
    assert handset.record(token, text, signatures=[sha(party)])[0] == 200
    act = case.acts.last()
    assert act is not None
    assert act.evidence == []
    assert "音像记录" in json.dumps(act.held, ensure_ascii=False)


def test_the_same_record_sent_again_is_the_same_act(handset: Phone, case: Case) -> None:
    """Also under another token: the content counts."""
    token, facts = once(), inspected()
    text = handset.text("inspection_recorded", facts, case=case.code)
    first = handset.record(token, text)
    before = Act.objects.count()
    again, other = handset.record(token, text), handset.record(once(), text)
    assert (first[1]["again"], again[1]["again"], other[1]["again"]) == (False, True, True)
    assert first[1]["address"] == again[1]["address"] == other[1]["address"]
    assert Act.objects.count() == before


def test_the_same_record_sent_twice_at_once_is_one_act(handset: Phone, case: Case) -> None:
    """Its twin is written right behind the look that found nothing, as when a line doubles what it carries."""
    token, text = once(), handset.text("inspection_recorded", inspected(), case=case.code)
    answers: list[tuple[int, dict[str, Any]]] = []

    def twin_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if not answers and sql.startswith("SELECT") and OnSiteRecord._meta.db_table in sql:
            answers.append((0, {}))  # the twin itself is left alone
            answers[0] = handset.record(token, text)
        return found

    before = Act.objects.count()
    with connection.execute_wrapper(twin_first):
        answers.append(handset.record(token, text))
    assert [(status, answer.get("again")) for status, answer in answers] == [(200, False), (200, True)]
    assert answers[0][1]["address"] == answers[1][1]["address"]
    assert Act.objects.count() == before + 1


def test_a_token_that_is_used_does_not_take_other_content(handset: Phone, case: Case) -> None:
    """It is said, and nothing is recorded; under a token of its own the other content is taken."""
    token = once()
    handset.record(token, handset.text("inspection_recorded", inspected(), case=case.code))
    before = Act.objects.count()
    text = handset.text("inspection_recorded", inspected(party_opinion="另一份内容"), case=case.code)
    status, answer = handset.record(token, text)
    assert status == 409
    assert "没有重复记录" in answer["message"]
    assert Act.objects.count() == before
    assert handset.record(once(), text)[0] == 200


def test_a_signature_is_void_once_the_facts_have_changed(handset: Phone, case: Case) -> None:
    """The refusal says so; signed anew, the record is taken."""
    token = once()
    signed = handset.text("inspection_recorded", inspected(), case=case.code)
    changed = handset.text("inspection_recorded", inspected(party_opinion="不属实"), case=case.code)
    old, new = signature(signed), signature(changed)
    for one in (old, new):
        handset.picture(token, case.code, one, signed=True)
    before = Act.objects.count()
    status, answer = handset.record(token, changed, signatures=[sha(old)])
    assert status == 422
    assert "签名已失效" in answer["message"]
    assert "signatures" in answer["errors"]
    assert Act.objects.count() == before
    assert handset.record(token, changed, signatures=[sha(new)])[0] == 200


@pytest.mark.parametrize("damage", ["photo", "cut", "crc"])
def test_what_is_no_signature_of_this_page_is_refused(handset: Phone, case: Case, damage: str) -> None:
    """A photo in its place, or a picture whose note was altered."""
    token = once()
    text = handset.text("inspection_recorded", inspected(), case=case.code)
    good = signature(text)
    made = {
        "photo": photo(),
        "cut": good[:33] + good[-12:],
        "crc": good.replace("刘大勇".encode(), "王小二".encode()),
    }[damage]
    handset.picture(token, case.code, made, signed=damage != "photo")
    status, answer = handset.record(token, text, signatures=[sha(made)])
    assert status == 422
    assert "重新签名" in answer["message"]


def test_a_summary_penalty_opens_its_case_with_the_photo_taken_before(handset: Phone, cast: Cast) -> None:
    """The photo arrives before there is a case, and belongs to it; the number of the decision is told."""
    token, shot = once(), photo()
    assert handset.picture(token, "", shot)[0] == 200
    text = handset.text("on_the_spot_decided", ON_THE_SPOT, procedure="summary")
    status, answer = handset.record(token, text, photos=[sha(shot)])
    assert status == 200, answer
    case = Case.objects.get()
    act = case.acts.get()
    assert [one["digest"] for one in act.evidence] == [sha(shot)]
    assert answer["number"] == act.facts["document_no"]
    assert handset.record(token, text, photos=[sha(shot)])[1]["again"] is True
    assert Case.objects.count() == 1


def test_nobody_reaches_the_photos_of_a_case_not_yet_opened(handset: Phone, cast: Cast) -> None:
    """Another officer with the same token has a dossier of their own; the photo is not there."""
    token, shot = once(), photo()
    handset.picture(token, "", shot)
    other = Phone("officer2")
    text = other.text("on_the_spot_decided", ON_THE_SPOT, procedure="summary")
    status, answer = other.record(token, text, photos=[sha(shot)])
    assert status == 422
    assert "证据" in str(answer["errors"])
    assert Case.objects.count() == 0


def test_the_law_refuses_with_its_reasons_and_takes_what_is_mended(handset: Phone, cast: Cast) -> None:
    """A fine above the limit of a summary procedure: nothing written; mended under the same token it is recorded."""
    token = once()
    high = handset.text("on_the_spot_decided", {**ON_THE_SPOT, "fine_yuan": "5000"}, procedure="summary")
    status, answer = handset.record(token, high)
    assert status == 422
    assert any("行政处罚法" in one["cite"] for one in answer["verdicts"])
    assert (Case.objects.count(), OnSiteRecord.objects.count()) == (0, 0)
    mended = handset.text("on_the_spot_decided", ON_THE_SPOT, procedure="summary")
    assert handset.record(token, mended)[0] == 200


def test_a_case_that_has_moved_on_is_told_with_what_happened_since(cast: Cast) -> None:
    """The inspection comes after the decision: refused, with the acts recorded meanwhile."""
    _, decided = told(cast, until="penalty_decided")
    handset = Phone("officer")
    text = handset.text("inspection_recorded", inspected(), case=decided.code)
    status, answer = handset.record(once(), text, seen=decided.act_count - 2)
    assert status == 422
    assert len(answer["since"]) == 2
    assert "离线期间" in answer["message"]


def test_what_comes_late_needs_a_reason(handset: Phone, case: Case) -> None:
    """A record of two days ago is refused without one and kept with it."""
    at = timezone.now() - timedelta(days=2)
    token, text = once(), handset.text("inspection_recorded", inspected(at), case=case.code, at=at)
    status, answer = handset.record(token, text)
    assert status == 422
    assert "补录的原因" in answer["errors"]["late_reason"][0]
    assert handset.record(token, text, late_reason="山区两日无信号")[0] == 200
    assert OnSiteRecord.objects.get().late_reason == "山区两日无信号"


def test_only_who_wrote_a_record_sends_it(handset: Phone, case: Case) -> None:
    """On a phone that two officers share, the one signed in cannot send the other's."""
    text = handset.text("inspection_recorded", inspected(), case=case.code, by="officer2")
    status, answer = handset.record(once(), text)
    assert status == 409
    assert "填写人" in answer["message"]


def test_a_case_of_another_agency_is_not_there(cast: Cast, case: Case) -> None:
    """Neither for the picture nor for the record."""
    stranger, token = Phone("outsider"), once()
    text = stranger.text("inspection_recorded", inspected(), case=case.code, performers=["outsider"])
    assert stranger.picture(token, case.code, photo())[0] == 409
    assert stranger.record(token, text)[0] == 409


def test_a_picture_damaged_on_the_way_is_not_taken_for_the_right_one(handset: Phone, case: Case) -> None:
    """What arrived is not what was announced: said, and sent again whole it is taken."""
    token, shot = once(), photo()
    assert handset.picture(token, case.code, shot[:-3], digest=sha(shot))[0] == 422
    assert handset.picture(token, case.code, shot)[0] == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"once": "x"}', b"\xff", b'{"once":1,"text":2}'])
def test_a_body_that_is_no_record_is_refused(handset: Phone, body: bytes) -> None:
    """With a sentence, not with a fault."""
    answer = handset.client.post("/field/records", body, content_type="application/json")
    assert answer.status_code == 400
    assert "没有记录" in answer.json()["message"]


def test_words_that_are_not_canonical_are_refused(handset: Phone, case: Case) -> None:
    """Two readers of the same signed text must read the same facts."""
    text = handset.text("inspection_recorded", inspected(), case=case.code)
    assert handset.record(once(), text.replace('"by":', '"by": '))[0] == 400
    assert handset.record(once(), text)[0] == 200


def test_who_is_no_officer_neither_fetches_forms_nor_sends(cast: Cast, client: Client) -> None:
    """The shell is everybody's and empty; forms and records are the officers'."""
    shell = client.get("/field/")
    assert shell.status_code == 200
    assert "script-src 'self'" in shell["Content-Security-Policy"]
    assert client.get("/field/pack", headers={"X-Requested-With": "fetch"}).status_code == 401
    for who in ("clerk", "reviewer", "supervisor", "admin"):
        assert Phone(who).client.get("/field/pack").status_code == 403
        assert (
            Phone(who).client.post("/field/records", b"{}", content_type="application/json").status_code
            == 403
        )
    assert Phone("officer").client.get("/field/pack").status_code == 200


def test_the_pack_has_the_forms_of_my_cases_and_says_when_it_is_unchanged(handset: Phone, case: Case) -> None:
    """Fields with options and conditions, the rules, the people; 304 for the same version."""
    answer = handset.client.get("/field/pack")
    pack = answer.json()
    (place,) = pack["cases"]
    (form,) = place["forms"]
    fields = {one["name"]: one for one in form["fields"]}
    assert (place["code"], form["kind"]) == (case.code, "inspection_recorded")
    assert fields["party_refusal_note"]["only_if"] == [{"name": "party_signed", "values": ["false"]}]
    assert any(one["weight"] == "block" for one in form["rules"])
    assert ["officer", "甲（执法一中队，中队长）"] in form["people"]
    assert "review_body" not in [one["name"] for one in pack["openings"][0]["fields"]]
    same = handset.client.get("/field/pack", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304


def test_the_rows_of_what_came_from_site_only_grow(handset: Phone, case: Case) -> None:
    """The database refuses a change, and a deletion."""
    handset.record(once(), handset.text("inspection_recorded", inspected(), case=case.code))
    table = OnSiteRecord._meta.db_table
    for statement in (f"UPDATE {table} SET late_reason = 'x'", f"DELETE FROM {table}"):  # noqa: S608 - our own table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert OnSiteRecord.objects.count() == 1


def test_the_page_can_be_installed_and_keeps_every_file_it_needs(client: Client) -> None:
    """Manifest with icons, a worker of its own scope, and no module forgotten in the list."""
    manifest = client.get("/field/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == (
        "/field/",
        "/field/",
        "standalone",
    )
    assert all(finders.find(one["src"].removeprefix("/static/")) for one in manifest["icons"])
    worker = client.get("/field/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    listed = worker.content.decode()
    folder = Path(str(finders.find("web/field/app.js"))).parent
    for module in [*folder.glob("*.js"), *folder.glob("*.css")]:
        assert f'"/static/web/field/{module.name}"' in listed
    page = client.get("/field/").content.decode()
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="/static/web/field/app.js">']
    assert not re.search(r"<style| style=| on\w+=", page)
