"""The ledger of interference and wrong cases through the real pages, the command line and the database itself."""

import base64
import json
import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from mingjing.accountability import interference, sealing
from mingjing.accountability.audit import audit_accountability
from mingjing.accountability.models import InterferenceRecord, WrongCase, WrongCaseEvent
from mingjing.cli.main import main
from mingjing.packs.accountability_terms import NAME, check_accountability_terms
from mingjing.packs.load import library
from mingjing.packs.variants import with_file
from mingjing.translog.models import Entry
from mingjing.translog.services import seal_log
from tests.append_only import tampering
from tests.cast import ELSEWHERE, JUSTICE, make_person
from tests.stories import told

pytestmark = pytest.mark.django_db
NAMES = ("县纪委监委", "县司法局", "县委政法委")
TOLD = {
    "who": "赵某某",
    "post": "某局副局长",
    "way": "call",
    "said": "这家企业先不要立案",
    "case": "1号案",
    "when": "",
}


def signed(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keys(tmp_path, cast):
    """Three holders' key files, their public keys in use."""
    paths = [tmp_path / f"{number}.key" for number in range(3)]
    found = [sealing.new_key(path, name) for path, name in zip(paths, NAMES, strict=True)]
    interference.install_keys(sealing.HolderSet(tuple(found)), at=timezone.now())
    return paths


def recorded(person, status: int = 200, **more) -> str:
    answer = signed(person).post("/interference/", {**TOLD, "once": "a" * 32, **more})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def slip_in(page: str) -> str:
    return base64.b64decode(re.search(r"data:application/json;base64,([\w+/=]+)", page)[1]).decode()


def every_value() -> str:
    """Everything that every table holds, as one text."""
    found = []
    for model in apps.get_models():
        for row in model._base_manager.values():
            found.append(str({name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()}))
    return "\n".join(found)


def test_recorded_sealed_and_opened_by_two_off_the_network(keys, cast, tmp_path, capsys):
    """The officer records; two of three holders open it with their files alone; one does not."""
    slip = json.loads(slip_in(recorded(cast.officer)))
    records, share = tmp_path / "records.json", tmp_path / "share.json"
    assert main(["interference", "export", str(records)]) == 0
    assert main(["interference", "unwrap", str(records), "--key", str(keys[0]), "--out", str(share)]) == 0
    capsys.readouterr()
    assert main(["interference", "open", str(records), "--share", str(share)]) == 1
    assert "2 个持有人" in capsys.readouterr().err
    assert main(["interference", "open", str(records), "--share", str(share), "--key", str(keys[2])]) == 0
    shown = capsys.readouterr().out
    assert "过问干预人：赵某某" in shown
    assert "记录人：舞钢市城市管理局 甲" in shown
    assert (
        main(["interference", "open", str(records), "--key", str(keys[1]), "--key", str(keys[2]), "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)[0] == slip["content"]


def test_nothing_in_the_database_says_who_recorded_or_about_whom(keys, cast):
    """Beside the sealed body every table is read: no new trace of the recorder, the person or the words; no hour."""
    client = signed(cast.officer)
    before = every_value()
    client.post("/interference/", {**TOLD, "once": "a" * 32})
    new = set(every_value().split("\n")) - set(before.split("\n"))
    assert InterferenceRecord.objects.count() == 1
    said = "\n".join(new)
    assert not [one for one in ("赵某某", "某局副局长", "不要立案", "'officer'", "1号案") if one in said]
    row = InterferenceRecord.objects.values().get()
    assert row["month"].day == 1
    assert json.loads(bytes(Entry.objects.get(kind="interference").data))["at"].endswith("T00:00:00+08:00")


def test_the_form_refuses_what_is_missing_and_records_once(keys, cast):
    """Without who or what; the same form twice is one record, and the slip is not given again."""
    assert "请写明是谁" in recorded(cast.officer, 422, who=" ")
    assert "要求什么" in recorded(cast.officer, 422, said="")
    assert "请选择方式" in recorded(cast.officer, 422, way="?")
    assert not InterferenceRecord.objects.exists()
    recorded(cast.officer)
    assert "没有重复记录" in recorded(cast.officer, 422)
    assert InterferenceRecord.objects.count() == 1


def test_without_keys_nothing_can_be_recorded_and_the_form_says_so(cast):
    """The twin of all others."""
    assert "还没有启用" in signed(cast.officer).get("/interference/").content.decode()
    assert "还没有启用密钥" in recorded(cast.officer, 422) or not InterferenceRecord.objects.exists()
    assert signed(cast.admin).get("/interference/").status_code == 403


def test_the_public_count_shows_empty_months_and_no_name(keys, cast, client):
    """One this month after none; the digest of the keys; nothing else."""
    page = client.get("/portal/interference/").content.decode()
    assert "共 0 件" in page
    recorded(cast.officer)
    seal_log(at=timezone.now())
    page = client.get(f"/portal/interference/?{timezone.now().timestamp()}").content.decode()
    assert "共 1 件" in page
    assert interference.keys_in_use().digest in page
    assert not [
        one
        for one in ("赵某某", "甲", "县纪委")
        if one in re.sub(r"<[^>]+>", "", page).replace("纪检监察", "")
    ]


def test_the_recorder_turns_his_slip_into_a_proof_that_anybody_can_check(keys, cast, tmp_path, capsys):
    """Before sealing: later. After: a receipt that `verify receipt` accepts; a changed slip is refused."""
    slip, client = slip_in(recorded(cast.officer)), signed(cast.officer)
    assert "几分钟" in client.post("/interference/receipt/", {"slip": slip}).content.decode()
    seal_log(at=timezone.now())
    answer = client.post("/interference/receipt/", {"slip": slip})
    assert answer["Content-Type"] == "application/json"
    file = tmp_path / "receipt.json"
    file.write_bytes(answer.content)
    assert main(["verify", "receipt", str(file), "--vkey", json.loads(answer.content)["vkeys"][0]]) == 0
    assert "过问干预记录" in capsys.readouterr().out
    wrong = slip.replace("先不要立案", "依法办理")
    assert client.post("/interference/receipt/", {"slip": wrong}).status_code == 422


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accountability_interferencerecord",
        "UPDATE accountability_interferencerecord SET sealed = '{}'",
        "DELETE FROM accountability_holderkeys",
        "UPDATE accountability_holderkeys SET digest = 'x'",
    ],
)
def test_the_database_refuses_to_remove_or_change_a_record(keys, cast, statement):
    """Whoever asks, through whatever program; and there is no page that deletes."""
    recorded(cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert InterferenceRecord.objects.count() == 1
    assert not [
        one
        for one in get_resolver().reverse_dict
        if isinstance(one, str) and one.startswith("interference-d")
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM accountability_interferencerecord", "已被删除"),
        ("UPDATE accountability_interferencerecord SET sealed = '{}'", "已被改动"),
    ],
)
def test_past_the_triggers_the_log_still_tells(keys, cast, statement, said):
    """Silent while whole; whoever owns the database cannot take a record out unseen."""
    recorded(cast.officer)
    assert list(audit_accountability()) == []
    with tampering(connection) as cursor:
        cursor.execute(statement)
    assert any(said in one for one in audit_accountability())


# --- wrong cases ------------------------------------------------------------------------------


def taken_up(cast, case, by=None, status: int = 302, **more) -> WrongCase | None:
    fields = {"source": "dispute", "source_ref": "SS1", "what": "没有证明已经告知", "once": "b" * 32, **more}
    answer = signed(by or cast.supervisor).post(f"/cases/{case.code}/wrong/", fields)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return WrongCase.objects.first()


def send(sender, no: str, step: str, status: int = 302, at: str = "step", **fields) -> str:
    answer = signed(sender).post(f"/wrong-cases/{no}/{at}", {"step": step, "text": "说明", **fields})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_traced_heard_found_measured_appealed_and_closed(cast):
    """Everybody with a part is there by the acts; no measure before he was heard; another decides on the appeal."""
    reviewer2 = make_person("reviewer2", "丑", "reviewer", legal_qualification_no="A20154104810002")
    _, case = told(cast, "hearing", until="legal_review_opined")
    row, who = taken_up(cast, case), cast.supervisor
    parts = {(one["person"], one["part"]) for one in row.events.get(seq=1).facts["traces"]}
    assert {("officer", "did"), ("reviewer2", "reviewed"), ("head", "approved")} <= parts

    assert "还没有听取" in send(who, row.no, "find", 422, person="reviewer2", degree="gross")
    send(reviewer2, row.no, "state", at="speak", text="材料里没有回证，我提过意见")
    assert "还没有认定" in send(who, row.no, "measure", 422, person="reviewer2", measure="talk")
    send(who, row.no, "find", person="reviewer2", degree="slight")
    send(who, row.no, "measure", person="reviewer2", measure="talk")
    assert "申诉的理由" in signed(reviewer2).get("/wrong-cases/mine/").content.decode()
    send(reviewer2, row.no, "appeal", at="speak", text="不服")
    assert "以外的人复核" in send(who, row.no, "lift", 422, person="reviewer2")
    second = make_person("supervisor2", "子", "supervisor", agency=JUSTICE)
    send(second, row.no, "lift", person="reviewer2")

    assert "还没有认定" in send(who, row.no, "close", 422)
    others = {one for one, _ in parts} - {"reviewer2"}
    for person in sorted(others):
        send(who, row.no, "silent", person=person)
        send(who, row.no, "find", person=person, degree="none")
    assert "没有过错" in send(who, row.no, "measure", 422, person="head", measure="talk")
    send(who, row.no, "close")
    assert "已结束" in signed(who).get(f"/wrong-cases/{row.no}/").content.decode()
    assert "已经结束" in send(who, row.no, "close", 422)
    assert list(audit_accountability()) == []


def test_who_sees_and_who_may_take_up_a_wrong_case(cast):
    """The bureau's head reads; its officers see their own part only; the bureau beside nothing; no head takes it up."""
    _, case = told(cast, until="penalty_decided")
    assert taken_up(cast, case, by=cast.head, status=403) is None
    row = taken_up(cast, case)
    assert signed(cast.head).get(f"/wrong-cases/{row.no}/").status_code == 200
    assert signed(cast.officer).get(f"/wrong-cases/{row.no}/").status_code == 403
    send(cast.officer, row.no, "state", at="speak", text="是局长要求先决定的")
    assert "是局长要求" in signed(cast.officer).get("/wrong-cases/mine/").content.decode()
    assert "是局长要求" in signed(cast.supervisor).get(f"/wrong-cases/{row.no}/").content.decode()
    assert "是局长要求" not in signed(cast.head).get(f"/wrong-cases/{row.no}/").content.decode()
    assert row.no not in signed(cast.publicity).get("/wrong-cases/mine/").content.decode()
    stranger = make_person("far", "远", "supervisor", agency=ELSEWHERE)
    assert signed(stranger).get(f"/wrong-cases/{row.no}/").status_code == 404
    send(stranger, row.no, "close", 404)
    send(cast.publicity, row.no, "state", 404, at="speak")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accountability_wrongcaseevent")
    assert WrongCaseEvent.objects.count() == 2


def test_a_fault_in_the_terms_of_the_packs_is_told():
    """The packs as they are have none."""
    assert check_accountability_terms(library()) == []
    text = next(one.text for one in library().packs["cn"].files if one.name == NAME)
    wrong = with_file(library(), NAME, text.replace('none = "没有过错"', ""))
    assert "没有过错" in check_accountability_terms(wrong)[0]
