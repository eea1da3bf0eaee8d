"""Goods in custody: every row of an act is an item, every move is signed by two, disposal rests on an act."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.cases.services import record_act
from mingjing.cli.whole_audit import audit_everything
from mingjing.packs.load import library
from mingjing.property import flow, selectors
from mingjing.property.audit import audit_property
from mingjing.property.counts import record_count
from mingjing.property.models import CustodyItem, CustodyMove, CustodyState, MoveDraft, StockCount
from mingjing.property.services import (
    CustodyRefused,
    drop_move,
    prepare_move,
    rebuild_states,
    sign_move,
    take_in,
)
from mingjing.translog.cursors import rewind_cursor
from mingjing.translog.models import Entry
from mingjing.translog.services import seal_log
from tests.append_only import tampering
from tests.cast import Cast
from tests.stories import step, told

pytestmark = pytest.mark.django_db
SEIZURE = "cn/coercion/seizure"


@pytest.fixture
def seized(cast: Cast) -> tuple[Case, list[CustodyItem]]:
    """A case in which goods were sealed, sealed in the log and taken into the register of custody."""
    _, case = told(cast, SEIZURE, until="sealing_imposed")
    enter()
    return case, list(CustodyItem.objects.filter(case_code=case.code))


def enter() -> None:
    """What the worker does in a turn."""
    seal_log(at=timezone.now())
    while take_in():
        pass


def prepared(cast: Cast, items: list[CustodyItem], kind: str, **stated: Any) -> MoveDraft:
    """A move signed by 甲."""
    shape = {"basis": "", "photos": [], "moved_at": timezone.now(), **stated}
    given: Mapping[str, Any] = {name: shape.pop(name) for name in ("basis", "photos", "moved_at")}
    return prepare_move(
        items=[one.code for one in items],
        kind=kind,
        stated=shape,
        by=cast.officer,
        at=timezone.now(),
        **given,
    )


def moved(cast: Cast, items: list[CustodyItem], kind: str, **stated: Any) -> str:
    """A move signed by 甲 and 乙."""
    draft = prepared(cast, items, kind, **stated)
    return sign_move(draft=draft.pk, by=cast.officer2, at=timezone.now())


def state(item: CustodyItem) -> tuple[str, str]:
    """Where an item stands."""
    now = CustodyState.objects.get(item=item)
    return now.state, now.place


def counts() -> tuple[int, int, int]:
    """What a refusal must not change."""
    return CustodyMove.objects.count(), MoveDraft.objects.count(), Entry.objects.count()


def test_every_row_of_a_sealed_act_becomes_one_item_and_only_once(cast: Cast, seized: Any) -> None:
    """The list of the act is the register, and reading the log again doubles nothing and keeps the labels."""
    case, items = seized
    act = Act.objects.get(case=case, kind="sealing_imposed")

    assert [one.name for one in items] == [row["goods_name"] for row in act.facts["sealed_goods"]]
    assert {one.measure for one in items} == {"sealed"}
    assert {state(one)[0] for one in items} == {"waiting"}

    rewind_cursor("property")
    enter()
    assert [one.code for one in CustodyItem.objects.all()] == [one.code for one in items]


def test_an_act_that_is_not_sealed_yet_has_no_items(cast: Cast) -> None:
    """The register follows the log, not the table of acts; once sealed the rows are there."""
    told(cast, SEIZURE, until="sealing_imposed")
    take_in()
    assert CustodyItem.objects.count() == 0

    enter()
    assert CustodyItem.objects.count() > 0


def test_goods_kept_as_evidence_are_items_too(cast: Cast) -> None:
    """先行登记保存 fills the same register."""
    preserved(cast)
    assert set(CustodyItem.objects.values_list("measure", "name")) == {
        ("preserved", "台秤"),
        ("preserved", "账本"),
    }


def preserved(cast: Cast) -> Case:
    """A case in which two things were kept as evidence a day after filing."""
    tale, case = told(cast, until="filing_approved")
    model = tale.deed(step(tale, "inspection_recorded"), case)
    goods = [
        {"goods_name": name, "goods_quantity": "1", "goods_spec": "", "goods_storage": "一号库"}
        for name in ("台秤", "账本")
    ]
    facts = {
        "preservation_reason": "证据可能灭失",
        "preservation_approver": "head",
        "preserved_goods": goods,
        "act_place": "现场",
        "credential_shown": True,
        "rights_told": True,
        "party_signed": True,
        "no_recording_reason": "设备故障",
    }
    deed = replace(model, kind="preservation_ordered", facts=facts)
    record_act(case=case, deed=deed, once="preserve")
    enter()
    return case


def test_a_move_needs_two_different_people(cast: Cast, seized: Any) -> None:
    """甲 alone changes nothing; with 乙 the move is written, in the log, and the goods are where it says."""
    _, items = seized
    draft = prepared(cast, items, "store", place="一号库", seal_no="F-001")
    before = counts()
    with pytest.raises(CustodyRefused, match="两人签名"):
        sign_move(draft=draft.pk, by=cast.officer, at=timezone.now())
    assert counts() == before
    assert state(items[0])[0] == "waiting"

    sign_move(draft=draft.pk, by=cast.officer2, at=timezone.now())

    assert {state(one) for one in items} == {("stored", "一号库")}
    move = CustodyMove.objects.filter(item=items[0]).get()
    assert (move.by, move.second, move.seal_no) == ("officer", "officer2", "F-001")
    assert Entry.objects.filter(ref=f"custody/{items[0].code}/1", kind="register").count() == 1
    assert list(audit_property()) == []


def test_nobody_from_elsewhere_and_no_head_moves_goods(cast: Cast, seized: Any) -> None:
    """An officer of another bureau does not find the item; the head has not the permission; the clerk has."""
    _, items = seized
    draft = prepared(cast, items[:1], "store", place="一号库")
    before = counts()
    for stranger in (cast.outsider, cast.head, cast.supervisor):
        with pytest.raises(CustodyRefused):
            sign_move(draft=draft.pk, by=stranger, at=timezone.now())
    assert counts() == before

    sign_move(draft=draft.pk, by=cast.clerk, at=timezone.now())
    assert state(items[0])[0] == "stored"


def test_goods_are_returned_only_on_an_act_of_the_case(cast: Cast, seized: Any) -> None:
    """Before the sealing is lifted there is nothing to rest on; afterwards the act is chosen and named."""
    case, items = seized
    moved(cast, items, "store", place="一号库")
    before = counts()
    with pytest.raises(CustodyRefused, match="没有可以据以返还的行为"):
        prepared(cast, items, "return", receiver="当事人")
    assert counts() == before

    lift(cast, case)
    with pytest.raises(CustodyRefused, match="请选择据以返还的行为"):
        prepared(cast, items, "return", receiver="当事人")
    act = Act.objects.get(case=case, kind="sealing_lifted")
    moved(cast, items, "return", receiver="当事人", basis=act.code)

    assert {state(one)[0] for one in items} == {"returned"}
    assert set(CustodyMove.objects.filter(kind="return").values_list("basis__code", flat=True)) == {act.code}


def lift(cast: Cast, case: Case) -> None:
    """Tell the story of the seizure on to the lifting."""
    told(cast, SEIZURE, until="sealing_lifted")
    enter()


def test_goods_not_confiscated_are_not_destroyed(cast: Cast, seized: Any) -> None:
    """That the sealing was lifted frees the goods and does not let anybody burn them."""
    case, items = seized
    lift(cast, case)
    act = Act.objects.get(case=case, kind="sealing_lifted")

    with pytest.raises(CustodyRefused, match="据以销毁"):
        prepared(cast, items, "destroy", place="焚烧厂", note="销毁", basis=act.code)
    moved(cast, items, "return", receiver="当事人", basis=act.code)


@pytest.mark.parametrize(
    ("kind", "stated", "says"),
    [
        ("store", {}, "地点"),
        ("seal", {"place": "现场"}, "封条编号"),
        ("release", {"receiver": "检验所", "note": "送检"}, "不能出库"),
        ("no_such_move", {}, "办理事项"),
        ("store", {"place": "一号库", "moved_at": timezone.now() + timedelta(hours=1)}, "晚于现在"),
        ("store", {"place": "一号库", "photos": ["0" * 64]}, "证据目录"),
    ],
)
def test_a_move_says_what_it_lacks(
    cast: Cast, seized: Any, kind: str, stated: dict[str, Any], says: str
) -> None:
    """Each is refused in Chinese and writes nothing; stated in full the same goods are stored."""
    _, items = seized
    before = counts()
    with pytest.raises(CustodyRefused, match=says):
        prepared(cast, items, kind, **stated)
    assert counts() == before

    moved(cast, items, "store", place="一号库")


def test_one_thing_is_in_one_unsigned_move_at_a_time(cast: Cast, seized: Any) -> None:
    """Else it could be returned twice; dropped, the first makes room for another."""
    _, items = seized
    first = prepared(cast, items, "store", place="一号库")
    with pytest.raises(CustodyRefused, match="等待第二人签名"):
        prepared(cast, items, "store", place="二号库")

    drop_move(draft=first.pk, by=cast.officer)
    moved(cast, items, "store", place="二号库")
    assert state(items[0]) == ("stored", "二号库")


def test_moves_items_and_counts_cannot_be_rewritten(cast: Cast, seized: Any) -> None:
    """The database refuses, whoever asks."""
    _, items = seized
    moved(cast, items, "store", place="一号库")
    for row in (items[0], CustodyMove.objects.first()):
        assert row is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**{"name": "x"} if row == items[0] else {"place": "x"})
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_a_move_changed_behind_the_system_is_found(cast: Cast) -> None:
    """The audit names the item and the move, and the whole audit asks for it; untouched it is silent."""
    _, case = told(cast, SEIZURE, until="sealing_imposed")
    enter()
    items = list(CustodyItem.objects.filter(case_code=case.code))
    moved(cast, items, "store", place="一号库")
    assert list(audit_property()) == []

    with tampering(connection) as cursor:
        cursor.execute("UPDATE property_custodymove SET place = 'elsewhere'")

    assert any("第 1 次移动" in line and "已被改动" in line for line in audit_everything())


def test_where_everything_is_can_be_worked_out_anew(cast: Cast, seized: Any) -> None:
    """The index is only an index."""
    _, items = seized
    moved(cast, items, "store", place="一号库", seal_no="F-1")
    moved(cast, items, "release", receiver="检验所", note="送检")
    stood = set(CustodyState.objects.values_list("item", "state", "place", "seal_no", "moves"))
    CustodyState.objects.update(state="stored", place="nowhere", moves=9)

    assert len(rebuild_states(dry_run=True)) == len(items)
    assert CustodyState.objects.filter(place="nowhere").count() == len(items)
    assert len(rebuild_states()) == len(items)
    assert rebuild_states() == []
    assert set(CustodyState.objects.values_list("item", "state", "place", "seal_no", "moves")) == stood


# --- limits -----------------------------------------------------------------------------------


def test_the_limit_of_the_case_is_the_limit_of_the_goods(cast: Cast, seized: Any) -> None:
    """Thirty days from the sealing; an extension moves it on by what was approved."""
    case, _ = seized
    taken = Act.objects.get(case=case, kind="sealing_imposed")
    (limit,) = selectors.limits_of(case, taken.seq)
    assert limit.due is not None
    assert taken.done_at is not None
    assert (limit.due.date() - taken.done_at.date()).days == 30

    _, case = told(cast, SEIZURE, until="coercion_extended")
    (later,) = selectors.limits_of(case, taken.seq)
    assert later.due is not None
    assert later.due > limit.due + timedelta(days=29)


def test_goods_past_their_limit_call_for_release_and_goods_within_it_do_not(cast: Cast, seized: Any) -> None:
    """Three working days before the end amber, after it red; ten days before, nothing."""
    case, items = seized
    taken = Act.objects.get(case=case, kind="sealing_imposed")
    (limit,) = selectors.limits_of(case, taken.seq)
    assert limit.due is not None

    def called(at: datetime) -> list[str]:
        return [one.colour for one in selectors.releases(cast.officer, at)]

    assert called(limit.due - timedelta(days=10)) == []
    assert called(limit.due - timedelta(days=1)) == ["amber"]
    (over,) = selectors.releases(cast.officer, limit.due + timedelta(days=1))
    assert over.colour == "red"
    assert "应当解除并返还" in over.title
    assert len(over.items) == len(items)
    assert selectors.releases(cast.outsider, limit.due + timedelta(days=1)) == []


def test_goods_that_were_freed_call_for_their_return_until_they_are_returned(cast: Cast, seized: Any) -> None:
    """The act alone gives nobody his goods back."""
    case, items = seized
    lift(cast, case)
    now = timezone.now()
    (one,) = selectors.releases(cast.officer, now)
    assert "返还" in one.title

    act = Act.objects.get(case=case, kind="sealing_lifted")
    moved(cast, items, "return", receiver="当事人", basis=act.code)
    assert selectors.releases(cast.officer, now) == []


# --- counting ---------------------------------------------------------------------------------


def counted(cast: Cast, **changes: Any) -> StockCount:
    """A count of room one by 甲 with 乙 beside him."""
    shape = {
        "place": "一号库",
        "present": [],
        "elsewhere": [],
        "reasons": {},
        "unregistered": "",
        "companion": "officer2",
        **changes,
    }
    return record_count(counted_at=timezone.now(), by=cast.officer, **shape)


def test_a_difference_is_recorded_with_its_reason_or_not_at_all(cast: Cast, seized: Any) -> None:
    """What is not there needs a reason; with it the count is kept and the register stays as it was."""
    _, items = seized
    moved(cast, items, "store", place="一号库")
    with pytest.raises(CustodyRefused, match="账实不符"):
        counted(cast)
    assert StockCount.objects.count() == 0

    kept = counted(cast, reasons={one.code: "送检未归" for one in items})
    assert (kept.expected, kept.found) == (len(items), 0)
    assert set(kept.lines.values_list("reason", flat=True)) == {"送检未归"}
    assert state(items[0])[0] == "stored"


def test_what_lies_where_it_should_not_is_recorded_too(cast: Cast, seized: Any) -> None:
    """An item of another room, found here; its number must exist."""
    _, items = seized
    moved(cast, items, "store", place="二号库")
    with pytest.raises(CustodyRefused, match="没有编号"):
        counted(cast, elsewhere=["无此编号"])

    kept = counted(cast, elsewhere=[items[0].number], reasons={items[0].number: "临时存放"})
    line = kept.lines.get()
    assert (line.expected, line.found, line.reason) == (False, True, "临时存放")


def test_nobody_counts_alone(cast: Cast, seized: Any) -> None:
    """The companion is another person of the agency."""
    _, items = seized
    moved(cast, items, "store", place="一号库")
    for companion in ("officer", "outsider", ""):
        with pytest.raises(CustodyRefused, match="监盘"):
            counted(cast, present=[one.code for one in items], companion=companion)

    assert counted(cast, present=[one.code for one in items]).found == len(items)


def test_every_disposal_of_the_table_rests_on_kinds_of_act_that_the_packs_have() -> None:
    """A misspelt kind would let nothing ever be returned."""

    assert set(library().kinds) >= flow.SETTLING
    assert {one for move in flow.MOVES.values() for one in (*move.begins, move.ends) if one} <= set(
        flow.STATES
    )
