"""A draw as a bureau and the office above it hold it, and what neither can do."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from mingjing.inspections import desk
from mingjing.inspections.ceremony import (
    DrawRefused,
    change_draw,
    close_draw,
    pledge,
    reveal,
    run_draw,
    void_draw,
)
from mingjing.inspections.drawing.verify import verify_draw
from mingjing.inspections.models import Draw, DrawLine, DrawRecord, InspectedObject, Pledge, Register
from mingjing.inspections.register.lists import ListDamaged, roster_of
from mingjing.inspections.selectors import bundle_of
from mingjing.inspections.standing import run_of
from mingjing.translog.services import ensure_log_key
from tests.inspections.conftest import NONCES, PARTIES, bind, later, seal, show
from tests.inspections.visited import all_struck_off

if TYPE_CHECKING:
    from tests.cast import Cast

Declared = Callable[..., Draw]


def _drawn(declared: Declared, cast: "Cast") -> Draw:
    draw = declared()
    seal(1)
    bind(draw, 2)
    seal(3)
    show(draw, 4)
    run_draw(draw=draw, number="", by=cast.clerk, at=later(5))
    seal(6)
    return draw


def test_a_draw_from_its_list_to_a_bundle_that_anybody_verifies(declared: Declared, cast: "Cast") -> None:
    """Ten firms, two inspectors each; one firm has closed, one inspector is ill; the bundle proves all of it."""
    draw = _drawn(declared, cast)
    assert draw.lines.count() == 10
    assert all(len(line.inspectors) == 2 for line in draw.lines.all())
    first, second = draw.lines.all()[:2]
    skip = {"kind": "skip", "stratum": first.stratum, "object": first.object, "reason": "closed"}
    change_draw(draw=draw, change=skip, by=cast.clerk, at=later(7))
    ill = {
        "kind": "relieve",
        "stratum": second.stratum,
        "object": second.object,
        "inspector": second.inspectors[0],
        "reason": "病假",
    }
    change_draw(draw=draw, change=ill, by=cast.clerk, at=later(8))
    with pytest.raises(DrawRefused, match="还没有检查"):
        close_draw(draw=draw, by=cast.clerk, at=later(9))
    all_struck_off(draw, later(9))
    close_draw(draw=draw, by=cast.clerk, at=later(9))
    seal(10)
    report = verify_draw(bundle_of(draw), ensure_log_key().public.vkey)
    assert report.ok, report.text
    assert report.checked == 11
    assert draw.lines.filter(skipped="closed").count() == 1


def test_nothing_is_bound_before_the_declaration_stands_in_the_log(declared: Declared) -> None:
    """A pledge on terms that nobody else has seen binds nobody; after sealing it is taken."""
    draw = declared()
    with pytest.raises(DrawRefused, match="还没有进入有签名的检查点"):
        bind(draw, 1)
    assert not Pledge.objects.exists()
    seal(2)
    bind(draw, 3)
    assert Pledge.objects.count() == 2


def test_nobody_shows_his_number_before_all_are_bound(declared: Declared) -> None:
    """The last to pledge must not know the others' numbers; once all pledges are logged they may be shown."""
    draw = declared()
    seal(1)
    with pytest.raises(DrawRefused, match="等待各方提交承诺"):
        show(draw, 2)
    bind(draw, 2)
    with pytest.raises(DrawRefused, match="承诺还没有进入"):
        show(draw, 3)
    seal(4)
    show(draw, 5)


def test_a_party_cannot_change_what_it_is_bound_to(declared: Declared) -> None:
    """Another pledge, a copied one, another number: each is refused, and the first stands."""
    draw = declared()
    seal(1)
    pledge(draw=draw, party=PARTIES[0], commits="1" * 64, by="a", at=later(2))
    with pytest.raises(DrawRefused, match="不能更换"):
        pledge(draw=draw, party=PARTIES[0], commits="2" * 64, by="a", at=later(2))
    with pytest.raises(DrawRefused, match="已有一方提交过"):
        pledge(draw=draw, party=PARTIES[1], commits="1" * 64, by="b", at=later(2))
    pledge(draw=draw, party=PARTIES[1], commits="3" * 64, by="b", at=later(2))
    seal(3)
    with pytest.raises(DrawRefused, match="与承诺不符"):
        reveal(draw=draw, party=PARTIES[0], nonce=NONCES[PARTIES[0]], by="a", at=later(4))


def test_without_all_numbers_there_is_no_draw_and_the_silent_party_is_named(
    declared: Declared, cast: "Cast"
) -> None:
    """Silence voids this draw; the next round names the one it replaces, and its bundle tells why."""
    draw = declared()
    seal(1)
    bind(draw, 2)
    seal(3)
    reveal(draw=draw, party=PARTIES[0], nonce=NONCES[PARTIES[0]], by="a", at=later(4))
    with pytest.raises(DrawRefused, match="舞钢市司法局没有公开随机数"):
        run_draw(draw=draw, number="", by=cast.clerk, at=later(5))
    with pytest.raises(DrawRefused, match="先写明理由作废"):
        declared(5)
    void_draw(draw=draw, reason="舞钢市司法局逾期没有公开随机数", by=cast.clerk, at=later(6))
    again = declared(7)
    assert again.declaration["replaces"] == draw.digest
    seal(8)
    bind(again, 9)
    seal(10)
    show(again, 11)
    run_draw(draw=again, number="", by=cast.clerk, at=later(12))
    all_struck_off(again, later(13))
    close_draw(draw=again, by=cast.clerk, at=later(13))
    seal(14)
    report = verify_draw(bundle_of(again), ensure_log_key().public.vkey)
    assert report.ok, report.text
    assert "逾期没有公开随机数" in report.text


def test_once_all_numbers_are_shown_nobody_can_begin_again(declared: Declared, cast: "Cast") -> None:
    """Whoever reads the numbers can compute the names: a round is voided before that, never after."""
    draw = declared()
    seal(1)
    bind(draw, 2)
    seal(3)
    reveal(draw=draw, party=PARTIES[1], nonce=NONCES[PARTIES[1]], by="b", at=later(4))
    assert desk.draw_page(draw, cast.clerk, later(4)).may_void
    reveal(draw=draw, party=PARTIES[0], nonce=NONCES[PARTIES[0]], by="a", at=later(4))
    with pytest.raises(DrawRefused, match="种子已经确定"):
        void_draw(draw=draw, reason="名单不合适", by=cast.clerk, at=later(5))
    page = desk.draw_page(draw, cast.clerk, later(5))
    assert page.may_run
    assert not page.may_void
    run_draw(draw=draw, number="", by=cast.clerk, at=later(5))


def test_a_voided_round_tells_who_was_silent_whatever_its_reason_says(
    declared: Declared, cast: "Cast"
) -> None:
    """The reason is the clerk's, the names of the silent are the system's; before the pledges there are none."""
    draw = declared()
    seal(1)
    bind(draw, 2)
    seal(3)
    reveal(draw=draw, party=PARTIES[0], nonce=NONCES[PARTIES[0]], by="a", at=later(4))
    assert desk.draw_page(draw, cast.clerk, later(4)).silent == [PARTIES[1]]
    assert not desk.draw_page(draw, cast.clerk, later(4)).may_run
    record = void_draw(draw=draw, reason="技术原因", by=cast.clerk, at=later(5))
    assert record.body["reason"] == "技术原因（没有公开随机数的：舞钢市司法局）"
    again = void_draw(draw=declared(6), reason="比例有误", by=cast.clerk, at=later(7))
    assert again.body["reason"] == "比例有误"


def test_who_knows_the_public_number_can_no_longer_choose_to_speak(declared: Declared, cast: "Cast") -> None:
    """Where the number stands in for the silent, showing one's own after its hour would be a choice of two results."""
    number = {"source": "双色球第2026021期", "after": later(30).isoformat()}
    draw = declared(number=number, silence="number")
    seal(1)
    bind(draw, 2)
    seal(3)
    reveal(draw=draw, party=PARTIES[0], nonce=NONCES[PARTIES[0]], by="a", at=later(29))
    assert not desk.draw_page(draw, cast.clerk, later(29)).may_run
    with pytest.raises(DrawRefused, match="不能再公开随机数"):
        reveal(draw=draw, party=PARTIES[1], nonce=NONCES[PARTIES[1]], by="b", at=later(30))
    with pytest.raises(DrawRefused, match="种子已经确定"):
        void_draw(draw=draw, reason="不合适", by=cast.clerk, at=later(31))
    run_draw(draw=draw, number="01 02", by=cast.clerk, at=later(31))


def test_a_firm_in_business_is_not_skipped_as_closed(declared: Declared, cast: "Cast") -> None:
    """The register has it in business: skipping is refused, until its closing stands there."""
    draw = _drawn(declared, cast)
    line = draw.lines.first()
    assert line is not None
    register = Register.objects.get_or_create(region=draw.campaign.agency.region, defaults={"salt": b"s"})[0]
    firm = InspectedObject.objects.create(
        register=register,
        public_id=line.object,
        kind="firm",
        name="好店",
        risk="A",
        mark=0,
        changed_at=later(0),
    )
    skip = {"kind": "skip", "stratum": line.stratum, "object": line.object, "reason": "closed"}
    with pytest.raises(DrawRefused, match="登记这个对象为在业"):
        change_draw(draw=draw, change=skip, by=cast.clerk, at=later(7))
    InspectedObject.objects.filter(pk=firm.pk).update(state="closed")
    change_draw(draw=draw, change=skip, by=cast.clerk, at=later(7))


def test_a_result_cannot_be_voided(declared: Declared, cast: "Cast") -> None:
    """Who does not like the names cannot begin again: single objects are skipped, for a reason that was declared."""
    draw = _drawn(declared, cast)
    with pytest.raises(DrawRefused, match="已经抽出结果"):
        void_draw(draw=draw, reason="不合适", by=cast.head, at=later(7))
    line = draw.lines.all()[0]
    change = {"kind": "skip", "stratum": line.stratum, "object": line.object}
    with pytest.raises(DrawRefused, match="没有列出“关系户”"):
        change_draw(draw=draw, change={**change, "reason": "关系户"}, by=cast.head, at=later(7))
    change_draw(draw=draw, change={**change, "reason": "moved"}, by=cast.head, at=later(7))


def test_the_public_number_must_be_out_and_must_be_used(declared: Declared, cast: "Cast") -> None:
    """A declared lottery number: not before its hour, not without it; with it the draw runs."""
    number = {"source": "双色球第2026021期", "after": later(30).isoformat()}
    draw = declared(number=number, silence="number")
    seal(1)
    bind(draw, 2)
    seal(3)
    show(draw, 4)
    with pytest.raises(DrawRefused, match="没有到公布时间"):
        run_draw(draw=draw, number="01 02", by=cast.clerk, at=later(5))
    with pytest.raises(DrawRefused, match="必须填写"):
        run_draw(draw=draw, number="", by=cast.clerk, at=later(31))
    run_draw(draw=draw, number="01 02", by=cast.clerk, at=later(31))


def test_a_list_whose_file_was_changed_is_not_drawn_from(
    declared: Declared, cast: "Cast", settings: Any
) -> None:
    """One id exchanged on the disk: the draw does not run; with the right file it does."""
    draw = declared()
    path = next(settings.MINGJING_HOME.glob("rosters/*/0.index"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ListDamaged, match="与封存的根不符"):
        roster_of(draw.list, "A类")
    assert roster_of(draw.list, "C类").size == 20


def test_lines_follow_from_the_records_at_any_time(declared: Declared, cast: "Cast") -> None:
    """The rows are derived: whoever edits them is found by running the draw again."""
    draw = _drawn(declared, cast)
    rows = [
        f"{one.stratum}\t{one.counter}\t{one.place}\t{one.object}" for one in draw.lines.order_by("position")
    ]
    again = [line.text.rsplit("\t", 2)[0] for line in run_of(draw).lines]
    assert rows == again
    DrawLine.objects.filter(draw=draw, position=0).update(
        object="91410481MA0000000X"
    )  # derived: may be edited


def test_records_and_pledges_only_grow(declared: Declared) -> None:
    """The database itself refuses to rewrite what a draw rests on."""
    declared()
    with pytest.raises(IntegrityError), transaction.atomic():
        DrawRecord.objects.update(number=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        DrawRecord.objects.all().delete()
