"""Other agencies' things are not there in any room: what an address names answers 404, a list tells nothing of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.api.whole import document
from mingjing.complaints.services import Told, receive
from mingjing.inspections.models import InspectedObject, VisitTask
from mingjing.inspections.register.changes import add_object
from mingjing.inspections.visiting.visits import DRAWN
from mingjing.oversight import services as oversight
from mingjing.packs.alerts import AlertModel
from mingjing.personnel.services import set_roles
from mingjing.publicity.desk import preparation
from mingjing.publicity.services import confirm, prepare
from mingjing.rectification.models import Item
from mingjing.supervision.alerts import alert_models
from mingjing.supervision.models import Alert
from tests.api.test_rooms import FACTS
from tests.cast import ELSEWHERE, JUSTICE, make_officer, make_person
from tests.inspections.conftest import campaign, declared  # noqa: F401 - fixtures of a draw
from tests.rectification.conftest import plan  # noqa: F401 - the fixture of a ledger
from tests.stories import position, telling

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw
    from tests.api.conftest import Make
    from tests.cast import Cast

# Headings of the rooms whose operations are asked here; those around cases are asked in test_isolation.
ROOMS = {"公示", "执法人员", "检查", "检查任务", "投诉举报", "监督"}
EVERYBODYS = {"search_publications", "get_publication"}  # what the public reads
CLOSED = {"get_draw_bundle"}  # not there for anybody before the visits are over
EVERY_ROLE = "officer reviewer head clerk publicity supervisor"


def operations() -> Iterator[tuple[str, str, str]]:
    """Method, address and name of every operation of these rooms."""
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            if one["tags"][0] in ROOMS and one["operationId"] not in EVERYBODYS:
                yield method, path.removeprefix("/api/v1"), one["operationId"]


@pytest.fixture
def stranger(cast: "Cast", program: "Make") -> Any:
    """A program of somebody with every role in another bureau."""
    return program(make_person("stranger", "外", EVERY_ROLE, ELSEWHERE))


@pytest.fixture
def at_home(cast: "Cast", program: "Make") -> Any:
    """A program of somebody with every role in the bureau, who also enforces."""
    make_officer("everything", "全")
    return program(set_roles(username="everything", roles=EVERY_ROLE.split(), by="security"))


def _published(cast: "Cast") -> tuple[str, int, str]:
    """A publication of the bureau, and a paper on its desk with its version."""
    tale = telling(cast, "summary")
    case = tale.play(position(tale, "decision_published"))
    first = prepare(case=case, by=cast.publicity, facts=FACTS)
    again = telling(cast, "summary", mark="other")
    other = again.play(position(again, "decision_published"))
    waiting = prepare(case=other, by=cast.publicity, facts=FACTS)
    out = confirm(preparation=preparation(cast.publicity, first.pk), by=cast.publicity2)
    return out.code, waiting.pk, waiting.once


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


@pytest.fixture
def names(cast: "Cast", at_home: Any, declared: Any, plan: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: F811
    """What stands in addresses by its name there, all of the bureau, and bodies that would do."""
    publication, paper, version = _published(cast)
    draw, held = declared(), _object(cast)
    words = Told(kind="violation", about=cast.bureau, text="夜间施工噪声扰民。")
    bodies = {
        "return_preparation": {"version": "another"},
        "confirm_publication": {"version": version},
        "withdraw_publication": {"ground": "inaccurate", "reason": "公示的日期有误。"},
        "prepare_correction": {"reason": "日期有误", "values": {}},
        "mend_inspected_object": {"risk": "C", "reason": "复评"},
        "set_inspected_object_state": {"state": "closed", "reason": "停业"},
        "fill_visit_sheet": {"answers": [], "result": "1"},
        "take_complaint_step": {"step": "note", "text": "已经联系。"},
        "take_alert_step": {"step": "take"},
        "report_rectification_progress": {"text": "已经完成一半。"},
    }
    return {
        "publication": publication,
        "paper": paper,
        "username": "officer2",
        "region": held.register_id,
        "public_id": held.public_id,
        "campaign": draw.campaign.code,
        "round": draw.round,
        "task": _task(cast, draw, held.public_id),
        "no": receive(told=words, channel="phone", at=timezone.now(), by=cast.clerk).complaint.no,
        "alert": _alert(cast),
        "matter": _document(cast),
        "item": Item.objects.order_by("pk")[0].code,
    }, bodies


def test_nothing_of_another_agency_is_there_in_any_room(stranger: Any, at_home: Any, names: Any) -> None:
    """Proves that every operation on an object answers 404 to somebody with every role elsewhere, and not at home."""
    places, bodies = names
    own = {"{year}", "{item}"}  # named alike everywhere: one's own is shown, never another's
    for method, path, name in operations():
        if "{" not in path or (path.rsplit("/", 1)[-1] in own and "inspections" in path):
            continue
        where = path.format(**places)
        answers = [
            (one.get(where) if method == "get" else one.post(where, bodies.get(name, {}))).status_code
            for one in (stranger, at_home)
        ]
        assert answers[0] == 404, (method, path, answers)
        assert answers[1] not in {401, 403, 404} or name in CLOSED, (method, path, answers)


def test_lists_tell_nothing_of_another_agency(stranger: Any, at_home: Any, names: Any) -> None:
    """Proves that what lists tell somebody elsewhere names nothing that the same lists tell at home."""
    places, _bodies = names
    texts = [str(value) for name, value in places.items() if isinstance(value, str) and name != "region"]
    told = ""
    for method, path, _name in operations():
        if method == "get" and "{" not in path:
            told += at_home.get(path).content.decode()
            seen = stranger.get(path).content.decode()
            assert not [one for one in texts if f'"{one}"' in seen], path
    # A proposed item is told only to whoever asks for proposed ones.
    assert [one for one in texts if f'"{one}"' not in told] == [places["item"]]
