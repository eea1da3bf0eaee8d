"""Somebody else's id in the address, room by room: custody, receipts, dossiers, devices, archive, training, on site."""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from mingjing.archive.services import seal_pending
from mingjing.cases import dossier as dossiers
from mingjing.cases.models import Case
from mingjing.evidence import devices, uploads
from mingjing.evidence.derived_files import PREVIEW, derived
from mingjing.evidence.marks import mark
from mingjing.evidence.models import EvidenceItem, MediaMark
from mingjing.property import counts
from mingjing.property import services as custody
from mingjing.property.models import CustodyItem
from mingjing.receipts import services as receipts
from mingjing.training import applications, exams
from mingjing.training.bank import import_questions
from mingjing.training.courses import begin_quiz, law_courses
from tests.archive.filed import add_evidence, finished
from tests.cast import BUREAU, ELSEWHERE, JUSTICE, Cast, make_person
from tests.documents.story import pdf_text
from tests.evidence.files import wav
from tests.journeys.test_http_doors import agreed
from tests.onsite.phone import Phone, inspected, photo
from tests.property.test_custody import preserved
from tests.stories import told

ROLES = ("officer", "reviewer", "head", "clerk", "publicity", "supervisor")
GOODS, BOX = "隔离测试库", "隔离-01"
HIDDEN = {403, 404, 405}


@pytest.fixture
def strangers(cast: Cast) -> dict[str, Client]:
    """One of each role in the bureau beside."""
    return {role: _client(make_person(f"far.{role}", "外", role, agency=ELSEWHERE)) for role in ROLES}


def _client(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _rows() -> dict[str, int]:
    """How many rows every table of the office has, save those that say who knocked."""
    rooms = ("cases", "evidence", "property", "receipts", "archive", "training", "personnel", "onsite")
    return {
        one._meta.db_table: one._base_manager.count()
        for room in rooms
        for one in apps.get_app_config(room).get_models()
    }


def _content(answer: Any) -> str:
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(whole).decode(errors="replace")


def nothing_for(
    strangers: Mapping[str, Client], paths: Mapping[str, Mapping[str, Any]], secrets_: list[str]
) -> None:
    """Every address, read and sent by every role: a refusal that shows nothing, and nothing is written."""
    before, leaks = _rows(), []
    for role, client in strangers.items():
        for path, body in paths.items():
            for answer in (client.get(path), client.post(path, body)):
                shown = _content(answer)
                if answer.status_code not in HIDDEN or any(one in shown for one in secrets_):
                    leaks.append(f"{role} {answer.request['REQUEST_METHOD']} {path}: {answer.status_code}")
    assert leaks == []
    assert _rows() == before


def unmoved_by(strangers: Mapping[str, Client], paths: Mapping[str, Mapping[str, Any]], unknown: str) -> None:
    """Steps that lead back to a list: sent with a real id they answer as with one that is none, and do nothing."""
    before, told = _rows(), []
    for role, client in strangers.items():
        for path, body in paths.items():
            real, none = (client.post(one, body) for one in (path, _with(path, unknown)))
            same = (real.status_code, real.get("Location", "")) == (
                none.status_code,
                none.get("Location", ""),
            )
            if not same or real.status_code not in HIDDEN | {302}:
                told.append(f"{role} {path}: {real.status_code}, {none.status_code}")
    assert told == []
    assert _rows() == before


def _with(path: str, unknown: str) -> str:
    """The address with another number in it."""
    return "/".join(unknown if part.isdecimal() else part for part in path.split("/"))


def opens(client: Client, *paths: str) -> None:
    """Its own people get what is there."""
    answers = {path: client.get(path) for path in paths}
    assert {path: one.status_code for path, one in answers.items() if one.status_code != 200} == {}
    for one in answers.values():
        _content(one)


@pytest.fixture
def goods(cast: Cast) -> list[CustodyItem]:
    """Goods in custody of the bureau."""
    preserved(cast)
    return list(CustodyItem.objects.all())


def _prepared(cast: Cast, item: CustodyItem) -> int:
    draft = custody.prepare_move(
        items=[item.code],
        kind="store",
        stated={"place": GOODS, "seal_no": "F-1"},
        basis="",
        photos=[],
        moved_at=timezone.now(),
        by=cast.officer,
        at=timezone.now(),
    )
    return int(draft.pk)


def test_custody_of_another_bureau_is_not_there(
    cast: Cast, goods: list[CustodyItem], strangers: dict[str, Client]
) -> None:
    """Items, labels, sheets, counts, and moves that wait: neither read, nor signed, nor dropped, nor begun."""
    kept, waits = goods[0], goods[1]
    sheet = custody.sign_move(draft=_prepared(cast, kept), by=cast.officer2, at=timezone.now())
    counted = counts.record_count(
        place=GOODS,
        present=[kept.code],
        elsewhere=[],
        reasons={},
        unregistered="",
        companion="officer2",
        counted_at=timezone.now(),
        by=cast.officer,
    )
    draft = _prepared(cast, waits)
    here = f"/custody/items/{kept.code}/"
    store = {"kind": "store", "place": GOODS, "with": [waits.code]}
    papers = [here, f"{here}labels", f"{here}labels?all=1", f"/custody/sheets/{sheet}.pdf"]
    pages = [*papers, f"/custody/counts/{counted.pk}/"]
    hidden = [kept.name, kept.number, GOODS]

    nothing_for(strangers, {**{key: {} for key in pages}, f"{here}move": store}, hidden)
    moves = f"/custody/moves/{draft}/"
    unmoved_by(strangers, {f"{moves}sign": {}, f"{moves}drop": {}}, "999999")
    for client in strangers.values():
        assert client.get(moves).status_code in {302, 403}
        assert kept.number not in _content(client.get("/custody/?state=all"))
        assert kept.number not in _content(client.get(f"/custody/count/?place={GOODS}"))

    opens(_client(cast.officer2), *pages, moves)
    assert _client(cast.officer2).post(f"{moves}sign")["Location"] == f"/custody/items/{waits.code}/"


def test_receipts_and_charges_of_another_bureau_are_not_there(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """Neither the range nor the item of the list, nor by asking for the agency."""
    now, day = timezone.now(), date(2026, 1, 5)
    book = receipts.receive_range(
        kind="fine", first="隔财01", last="隔财09", source="财政局", received_on=day, by=cast.clerk, at=now
    )
    item = receipts.list_item(
        kind="fee", title=BOX, list_no="3", basis="条例", standard="120元", in_force=day, by=cast.head, at=now
    )
    here = f"/receipts/ranges/{book.pk}/"
    void = {"step": "voided", "first": "隔财01", "note": "x"}
    asked = {
        f"/receipts/?agency={BUREAU}": {},
        f"{here}?agency={BUREAU}": {},
        f"{here}step?agency={BUREAU}": void,
    }
    nothing_for(strangers, {here: {}, f"{here}step": void, **asked}, ["隔财", BOX])
    unmoved_by(
        strangers, {f"/receipts/items/{item.pk}/end": {"until": "2026-02-01", "reason": "x"}}, "999999"
    )
    for client in strangers.values():
        assert BOX not in _content(client.get("/receipts/"))

    opens(_client(cast.clerk), here, "/receipts/")
    assert _client(cast.clerk).post(f"{here}step", void)["Location"] == here
    _client(cast.head).post(f"/receipts/items/{item.pk}/end", {"until": "2026-02-01", "reason": "停"})
    assert "停" in _content(_client(cast.head).get("/receipts/"))


def test_the_dossier_of_a_party_that_only_another_bureau_knows_is_not_there(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """By its key, by its name, to be merged or settled."""
    _, case = told(cast, until="clue_accepted", party_name="隔离建材公司")
    key = dossiers.key_of_case(cast.officer, case)
    hidden = ["隔离建材公司", case.code]
    nothing_for(strangers, {f"/dossier/{key}/": {}, f"/dossier/{key}/merge": {"q": "隔离"}}, hidden)
    for role, client in strangers.items():
        assert all(one not in _content(client.post("/dossier/", {"q": "离建"})) for one in hidden), role

    opens(_client(cast.officer), f"/dossier/{key}/")
    assert hidden[0] in _content(_client(cast.officer).post("/dossier/", {"q": "离建"}))


def test_who_looked_at_a_party_is_told_to_his_own_bureau_and_not_to_the_one_beside(cast: Cast) -> None:
    """The key of a party is the same everywhere; the office above is seen looking, as it is with cases."""
    _, case = told(cast, until="clue_accepted")
    found = dossiers.dossier(cast.officer, dossiers.key_of_case(cast.officer, case))
    for person in (cast.officer, cast.supervisor, cast.outsider):
        dossiers.note_look(dossier=found, by=person, why="查", at=timezone.now())

    seen = {
        viewer: {one.name for one in dossiers.looks_at(viewer, found)}
        for viewer in (cast.officer2, cast.outsider)
    }
    assert seen == {cast.officer2: {"甲", "癸"}, cast.outsider: {"丁"}}


def test_a_device_of_another_bureau_is_not_there(cast: Cast, strangers: dict[str, Client]) -> None:
    """Neither its page nor its history, and nobody beside reports it as faulty."""
    made = devices.enter_device(
        agency=BUREAU, number=BOX, kind="recorder", model="A7", serial="9", by="clerk"
    )
    here, fault = f"/devices/{made.pk}/", {"step": "faulty", "note": "坏"}
    nothing_for(strangers, {here: {}, f"{here}events": fault}, [BOX])
    assert all(BOX not in _content(client.get("/devices/")) for client in strangers.values())

    opens(_client(cast.officer), here)
    assert _client(cast.officer).post(f"{here}events", fault)["Location"] == here


def test_the_file_and_the_package_of_another_bureaus_case_are_not_there(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """The catalogue, the bound file, all documents, the package: for no role, with a real package lying there."""
    case = finished(cast, "summary")
    seal_pending()
    here = f"/cases/{case.code}/"
    parts = [f"{here}{part}" for part in ("file/", "file.pdf", "documents.pdf", "package/1.zip")]
    act = case.acts.filter(kind="on_the_spot_decided").get().code
    papers = [f"/documents/{act}/{part}" for part in ("", "pdf", "docx", "receipt.json", "receipt.pdf")]
    papers += [f"/acts/{act}/{part}" for part in ("receipt.json", "receipt.pdf")]
    nothing_for(strangers, {key: {} for key in [*parts, *papers]}, [case.number, case.party_name])
    for client in strangers.values():
        assert case.number not in _content(client.get("/archive/"))

    opens(_client(cast.clerk), *parts, *papers)


def test_the_office_above_reads_a_file_and_takes_no_package(cast: Cast) -> None:
    """Not even somebody who may take those of the office itself; the head of the bureau may."""
    case = finished(cast, "summary")
    seal_pending()
    above = _client(make_person("above", "上", "head clerk supervisor", agency=JUSTICE))
    file, package = f"/cases/{case.code}/file/", f"/cases/{case.code}/package/1.zip"
    opens(above, file)
    assert above.get(package).status_code == 403

    paper = "/archive/transfer.pdf"
    assert case.number not in pdf_text(above.get(paper).content)
    assert case.number in pdf_text(_client(cast.head).get(paper).content)
    opens(_client(cast.head), file, package)


@pytest.fixture
def recording(cast: Cast) -> tuple[Case, EvidenceItem]:
    """A recording in a case, with a preview and a mark."""
    _, case = told(cast, until="filing_approved")
    item = add_evidence(cast, case, wav(1), "a.wav", BOX)
    light = derived(item.digest, PREVIEW)
    light.parent.mkdir(parents=True, exist_ok=True)
    light.write_bytes(b"preview of " + BOX.encode())
    mark(item=item, second=0, text="开始", act="", by="officer")
    return case, item


def test_evidence_of_another_bureau_is_not_there(
    cast: Cast, recording: tuple[Case, EvidenceItem], strangers: dict[str, Client]
) -> None:
    """The page, the bytes, the preview, the marks, the devices of the case, also under a case of their own."""
    case, item = recording
    here = f"/cases/{case.code}/evidence/"
    one = f"{here}{item.digest}/"
    back = {"take_back": str(MediaMark.objects.get().pk)}
    paths: dict[str, Mapping[str, Any]] = {
        key: {} for key in [here, one, f"{one}file", f"{one}preview", f"{one}thumb"]
    }
    more = {
        f"{one}marks": back,
        f"/cases/{case.code}/evidence-devices/": {},
        f"/cases/{case.code}/uploads/": {},
    }
    nothing_for(strangers, {**paths, **more}, [BOX, case.party_name])

    opens(_client(cast.officer), one, f"{one}file", f"{one}preview", f"/cases/{case.code}/uploads/")
    assert _client(cast.officer).post(f"{one}marks", back).status_code == 302
    assert MediaMark.objects.count() == 2


def test_an_upload_of_another_bureau_is_neither_seen_nor_continued_nor_given_up(
    cast: Cast, recording: tuple[Case, EvidenceItem], strangers: dict[str, Client]
) -> None:
    """With the verbs of the protocol; its own person finds it as it was."""
    case, _ = recording
    label = {name: "" for name in (*uploads.TEXTS, "taken_at", "taken_until")}
    label |= {"title": BOX, "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
    begun = uploads.begin_upload(
        name="a.wav",
        size=99,
        label=label,
        dossier=case.code,
        agency=BUREAU,
        by="officer",
        log_code=case.log_code,
    )
    here, tus = f"/cases/{case.code}/uploads/{begun.code}", {"Tus-Resumable": "1.0.0"}
    for role, client in strangers.items():
        piece = {"data": b"x", "content_type": "application/offset+octet-stream"}
        answers = [
            client.head(here, headers=tus),
            client.delete(here, headers=tus),
            client.patch(here, headers=tus | {"Upload-Offset": "0"}, **piece),  # type: ignore[arg-type]
            client.post(f"{here}/result", headers=tus),
        ]
        assert {one.status_code for one in answers} <= HIDDEN, role
    assert _client(cast.officer).head(here, headers=tus)["Upload-Offset"] == "0"


def test_the_phone_of_another_bureau_writes_into_no_case_here_and_learns_of_no_record(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """Not even whoever holds the very words that were sent gets the address of what they became."""
    _, case = told(cast, until="inspection_recorded")
    mine, token = Phone("officer"), secrets.token_hex(16)
    text = mine.text("inspection_recorded", inspected(), case=case.code)
    assert mine.record(token, text)[0] == 200
    before = _rows()
    for client in strangers.values():
        sent = {"once": token, "text": text, "photos": [], "signatures": [], "late_reason": "", "seen": 0}
        answer = client.post("/field/records", json.dumps(sent), content_type="application/json")
        assert answer.status_code in {403, 409}
        assert case.code not in _content(answer)
        assert case.code not in _content(client.get("/field/pack"))
    assert Phone("outsider").picture(token, case.code, photo())[0] == 409
    assert _rows() == before
    assert mine.record(token, text)[1]["again"] is True


def test_the_papers_of_somebody_in_training_are_his_own(cast: Cast, strangers: dict[str, Client]) -> None:
    """His test and his sitting for nobody else; his application for the head of his bureau only."""
    now, day = timezone.now(), timezone.localdate()
    row = {"id": "1", "type": "判断", "q": BOX, "answer": "A", "options": {"A": "正确", "B": "错误"}}
    import_questions(json.dumps([row]).encode(), subject="法", by="admin")
    exam = exams.define_exam(
        title="考试", parts=[{"subject": "法", "kind": "judge", "count": 1}], minutes=60, pass_mark=60, attempts=5,
        hours=0, qualifies=True, opens_on=day, closes_on=day, at=now, by="admin",
    )  # fmt: skip
    sitting = f"/training/sittings/{exams.begin(exam=exam, person=cast.officer, at=now).pk}/"
    course = law_courses(cast.officer)[0]
    test = f"/training/tests/{begin_quiz(person=cast.officer, course=course, seed='a' * 32, at=now).pk}/"
    asked = applications.apply(by=cast.officer, fields=["urban"], reason=BOX, at=now)
    paths: dict[str, Mapping[str, Any]] = {sitting: {}, f"{sitting}save": {}, test: {}}
    nothing_for({**strangers, "colleague": _client(cast.officer2)}, paths, [BOX])
    decided = f"/training/applications/{asked.pk}/"
    unmoved_by(strangers, {decided: {"approved": "true", "opinion": "同意"}}, "999999")
    assert BOX not in _content(strangers["head"].get("/training/board/"))

    opens(_client(cast.officer), sitting, test)
    _client(cast.head).post(decided, {"approved": "true", "opinion": "同意"})
    assert asked.steps.count() == 1


def test_bodies_and_agreements_of_another_bureau_are_not_there(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """The page of the agency, its list of duties, the agreement it has given; the keeper of the register sees them."""
    pact = agreed()
    body, here = f"/people/agencies/{BUREAU}/", f"/people/agreements/{pact.pk}/"
    lists = [f"/people/responsibilities/{part}?agency={BUREAU}" for part in ("", "list.pdf")]
    steps = {f"{body}post/": {"name": "x"}, f"{here}publish/": {"on": "2026-03-01", "note": "x"}}
    nothing_for(
        strangers, {**{key: {} for key in [body, here, *lists]}, **steps}, [pact.number, "舞钢市城市管理局"]
    )
    for client in strangers.values():
        assert pact.number not in _content(client.get("/people/agreements/"))

    opens(_client(cast.head), body, here, *lists)
    opens(_client(cast.admin), body, here)
