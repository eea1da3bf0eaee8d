"""Other agencies' things are not there in any room: what an address names answers 404, a list tells nothing of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.utils import timezone

from mingjing.api.whole import document
from mingjing.cli.demo.live import upload
from mingjing.exchange.models import Migration
from mingjing.exchange.push.models import Delivery
from mingjing.inspections.models import InspectedObject, VisitTask
from mingjing.inspections.register.changes import add_object
from mingjing.inspections.visiting.visits import DRAWN
from mingjing.norms.models import NormTable
from mingjing.oversight import services as oversight
from mingjing.packs.alerts import AlertModel
from mingjing.personnel.services import set_roles
from mingjing.publicity.desk import preparation
from mingjing.publicity.services import confirm, prepare
from mingjing.statistics.periods import Period
from mingjing.statistics.services import Draft, submit
from mingjing.supervision.alerts import alert_models
from mingjing.supervision.models import Alert
from tests.api.placed import STEP_BODIES, Placing
from tests.api.placed_inspections import BODIES as INSPECTION_BODIES
from tests.api.placed_inspections import item_of, placed
from tests.api.test_rooms import FACTS
from tests.cast import ELSEWHERE, JUSTICE, make_agency, make_officer, make_person
from tests.inspections.conftest import campaign, declared  # noqa: F401 - fixtures of a draw
from tests.norms.tables import body as small
from tests.personnel.test_authority import sign
from tests.rectification.conftest import plan  # noqa: F401 - the fixture of a ledger
from tests.stories import position, telling

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.inspections.models import Draw
    from tests.api.conftest import Make
    from tests.cast import Cast

# Headings of the rooms whose operations are asked here; those around cases are asked in test_isolation.
ROOMS = {
    *("公示", "执法人员", "人员登记", "机关登记", "检查", "检查任务", "投诉举报"),
    *("预警", "监督文书", "案卷评查", "整改台账", "整改方案", "法治政府建设", "专项行动、联合执法、网格"),
    *("信用修复", "票据和收费项目", "复议诉讼", "错案责任", "涉案财物", "考核指标"),
    *("基准、清单、法规的草稿", "统计分析", "学习培训", "裁量基准和清单", "归档"),
    *("存证", "数据交换"),
    *("检查计划", "检查名录", "随机抽取", "检查办理"),
}
# What the public reads, and what is named alike everywhere and shows one's own.
EVERYBODYS = {
    *("search_publications", "get_publication", "get_publication_record", "get_publication_proof", "get_log"),
    *("get_inspection_item", "get_inspection_plan", "get_analysis_tables", "get_benchmark"),
}
# Not there for anybody: visits and case are not over, the document was not printed yet.
CLOSED = {
    *("get_draw_bundle", "download_package", "get_document_receipt"),
    # No visit has begun, no checkpoint covers the list; a rating is told to the office above alone.
    *("get_visit_sheet", "refer_visit_violation", "get_version_proof", "answer_visit_rating"),
    # The campaign is organised by the office above; nobody here had a part in the wrong case.
    *("plant_test_file", "get_file_review_result", "speak_on_wrong_case"),
    "take_receiver_step",  # no platform is set up here
}
# Administrators keep the register of all agencies; tests/api/test_register.py asks their operations.
ADMINISTRATORS = {"people.manage", "people.secure"}
EVERY_ROLE = "officer reviewer head clerk publicity supervisor"


class Asked(NamedTuple):
    """One operation of these rooms."""

    method: str
    path: str
    name: str
    form: bool  # it takes a form with files


def operations() -> Iterator[Asked]:
    """Every operation of these rooms."""
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            form = "multipart/form-data" in one.get("requestBody", {}).get("content", {})
            scopes = {scope for way in one["security"] for scope in way.get("clientCredentials", ())}
            if one["tags"][0] in ROOMS and one["operationId"] not in EVERYBODYS and scopes - ADMINISTRATORS:
                yield Asked(method, path.removeprefix("/api/v1"), one["operationId"], form)


@pytest.fixture
def stranger(cast: "Cast", program: "Make") -> Any:
    """A program of somebody with every role in another bureau."""
    return program(make_person("stranger", "外", EVERY_ROLE, ELSEWHERE))


@pytest.fixture
def at_home(cast: "Cast", program: "Make") -> Any:
    """A program of somebody with every role in the bureau, who also enforces."""
    make_officer("everything", "全")
    return program(set_roles(username="everything", roles=EVERY_ROLE.split(), by="security"))


def _published(cast: "Cast") -> "tuple[Case, str, int, str]":
    """A case, its publication of the bureau, and a paper on its desk with its version."""
    tale = telling(cast, "summary")
    case = tale.play(position(tale, "decision_published"))
    first = prepare(case=case, by=cast.publicity, facts=FACTS)
    again = telling(cast, "summary", mark="other")
    other = again.play(position(again, "decision_published"))
    waiting = prepare(case=other, by=cast.publicity, facts=FACTS)
    out = confirm(preparation=preparation(cast.publicity, first.pk), by=cast.publicity2)
    return case, out.code, waiting.pk, waiting.once


def _agreement(cast: "Cast") -> int:
    """An agreement of delegation of the bureau."""
    make_agency("410481-station", "舞钢市环境卫生站", kind="delegated", parent=cast.bureau.code)
    return int(sign(cast).pk)


def _object(cast: "Cast") -> InspectedObject:
    facts = {"name": "恒远建材堆场", "code": "CS-0001", "kind": "场所", "risk": "B"}
    return add_object(
        region=cast.bureau.region, told=facts, reason="新登记", by=cast.clerk, at=timezone.now()
    )


def _task(cast: "Cast", draw: "Draw", found: str) -> str:
    """A task of the draw for the person at home, not begun."""
    held = cast.bureau.people.get(username="everything").certificates.get().number
    return VisitTask.objects.create(
        code="task-0001",
        agency=cast.bureau,
        campaign=draw.campaign,
        draw=draw,
        number=1,
        object=found,
        trigger=DRAWN,
        inspectors=[held],
        due=timezone.localdate(),
        made_by="clerk",
        made_at=timezone.now(),
    ).code


def _alert(cast: "Cast") -> int:
    model: AlertModel = next(one for one in alert_models().each if "head" in one.tells)
    today = timezone.localdate()
    days = {"first_seen": today, "last_seen": today, "due": today}
    return Alert.objects.create(
        code=model.code, agency=cast.bureau, subject="本机关", level=model.level, **days
    ).pk


def _document(cast: "Cast") -> int:
    """A supervision document that was issued to the bureau."""
    told = oversight.Draft(
        kind="opinion",
        to=cast.bureau,
        subject="告知期限未满就作出处罚",
        found="抽查发现一件。",
        basis="《中华人民共和国行政处罚法》第四十五条",
        demands=["复核该案"],
    )
    row = oversight.draft(told=told, by=cast.supervisor, at=timezone.now(), once="a")
    second = make_person("supervisor2", "子", "supervisor", agency=JUSTICE)
    oversight.issue(matter=row, by=second, at=timezone.now())
    return row.pk


def _far(cast: "Cast", publication: str) -> dict[str, Any]:
    """A report, a version of a benchmark, a delivery and a migration, each as its row."""
    now, today, own = timezone.now(), timezone.localdate(), {"agency": cast.bureau}
    draft = Draft(form="monthly", period=Period(today.year, today.month).before, cutoff=today)
    report = submit(draft=draft, by=cast.clerk, at=now, once="a")
    table = NormTable.objects.create(
        agency=cast.bureau.code, kind="benchmark", code="small", version="1", title="试验", in_force=today,
        body=small(), digest="0" * 64, prepared_at=now, checked_at=now, published_at=now,
    )  # fmt: skip
    delivery = Delivery.objects.create(
        **own, receiver="city", index=1, key="k", record="r", publication=publication, action="put",
        state="dead", not_before=now, queued_at=now,
    )  # fmt: skip
    moved = Migration.objects.create(
        **own, code="migration-1", sort="cases", name="旧案.xlsx", digest="0" * 64, headings=[], samples=[],
        columns=[], prepared_by="clerk", prepared_at=now,
    )  # fmt: skip
    return {"report": report.pk, "version": table.pk, "delivery": delivery.pk, "migration": moved.code}


@pytest.fixture
def names(cast: "Cast", at_home: Any, declared: Any, plan: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: F811
    """What stands in addresses by its name there, all of the bureau, and bodies that would do."""
    case, publication, paper, version = _published(cast)
    act = case.acts.get(kind="on_the_spot_decided")
    draw, held = declared(), _object(cast)
    digest = upload(cast.bureau, case.code, "现场照片", "officer", act.done_at)
    bodies = {
        **STEP_BODIES,
        **INSPECTION_BODIES,
        "open_dispute": {
            "kind": "litigation",
            "decision": act.code,
            "body": "法院",
            "opened_on": "2026-07-01",
        },
        "take_up_wrong_case": {"source": "nothing", "what": "没有送达。"},
        "return_preparation": {"version": "another"},
        "confirm_publication": {"version": version},
        "withdraw_publication": {"ground": "inaccurate", "reason": "公示的日期有误。"},
        "prepare_correction": {"reason": "日期有误", "values": {}},
        "mend_inspected_object": {"risk": "C", "reason": "复评"},
        "set_inspected_object_state": {"state": "closed", "reason": "停业"},
        "fill_visit_sheet": {"answers": [], "result": "1"},
        "take_complaint_step": {"step": "note", "text": "已经联系。"},
        "take_alert_step": {"step": "take"},
        "feed_back_on_alert": {"accepted": True},
        "take_supervision_step": {"step": "received"},
        "report_rectification_progress": {"text": "已经完成一半。"},
        "mend_delivery": {"column": "fine_yuan", "value": "1", "reason": "更正"},
    }
    return {
        "publication": publication,
        "paper": paper,
        "username": "officer2",
        "agency": cast.bureau.code,
        "agreement": _agreement(cast),
        "region": held.register_id,
        "public_id": held.public_id,
        "campaign": draw.campaign.code,
        "round": draw.round,
        "task": _task(cast, draw, held.public_id),
        **placed(cast, held.public_id),
        "check": item_of(cast),
        "alert": _alert(cast),
        "matter": _document(cast),
        "code": case.code,
        "act": act.code,
        "digest": digest,
        "package": 1,
        **_far(cast, publication),
        **Placing(cast, case, digest, plan).places(),
    }, bodies


def test_nothing_of_another_agency_is_there_in_any_room(stranger: Any, at_home: Any, names: Any) -> None:
    """Proves that every operation on an object answers 404 to somebody with every role elsewhere, and not at home."""
    places, bodies = names
    for method, path, name, form in operations():
        if "{" not in path:
            continue
        there = {**places, "item": places["check"]} if path.startswith("/inspections/items/") else places
        where, body = path.format(**there), bodies.get(name, {})
        answers = [_answer(one, method, where, body, form=form) for one in (stranger, at_home)]
        assert answers[0] == 404, (method, path, answers)
        assert answers[1] not in {401, 403, 404} or name in CLOSED, (method, path, answers)


def _answer(one: Any, method: str, where: str, body: dict[str, Any], *, form: bool) -> int:
    send = one.upload if form else one.post
    answer = one.get(where) if method == "get" else send(where, body)
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, the file is closed
    return int(answer.status_code)


def test_lists_tell_nothing_of_another_agency(stranger: Any, at_home: Any, names: Any) -> None:
    """Proves that what lists tell somebody elsewhere names nothing that the same lists tell at home."""
    places, _bodies = names
    # Regions and indicators are called alike everywhere.
    alike = {"region", "indicator"}
    texts = [str(value) for name, value in places.items() if isinstance(value, str) and name not in alike]
    told = ""
    for method, path, _name, _form in operations():
        if method == "get" and "{" not in path:
            told += at_home.get(path).content.decode(errors="replace")
            seen = stranger.get(path).content.decode(errors="replace")
            assert not [one for one in texts if f'"{one}"' in seen], path
    # Evidence stands in its case, files of a review in their campaign; of a rating nothing is there.
    untold = {name for name, value in places.items() if isinstance(value, str) and f'"{value}"' not in told}
    assert untold == {"digest", "key", "voice"}
