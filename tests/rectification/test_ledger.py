"""The ledger by its services: proposed, confirmed by a person, closed only on proof, watched after the closing."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from mingjing.cases.services import record_act
from mingjing.documents.services import issue
from mingjing.packs.load import library
from mingjing.packs.rectification_checks import (
    SOURCES,
    check_rectification_checks,
    rectification_checks,
    suggested,
)
from mingjing.rectification import handling, selectors
from mingjing.rectification.audit import audit_rectification
from mingjing.rectification.kinds import State
from mingjing.rectification.models import Item, Plan, Standing, Step
from mingjing.rectification.record import NotRectified, rebuild_standings
from mingjing.rectification.selectors import NotInLedger, figures, items_of_plan, lines, one_for
from mingjing.rectification.services import (
    add_item,
    confirm,
    confirm_complete,
    import_plan,
    leave_out,
    leave_out_rest,
    proposal_of,
    split,
)
from mingjing.translog.services import ensure_log_key, seal_log
from tests.rectification.conftest import NOW, TEXT
from tests.stories import step, told

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FILE = {"digest": "a" * 64, "name": "清单.pdf", "size": 9}


def items(plan: Plan) -> list[Item]:
    return list(Item.objects.filter(plan=plan).order_by("seq"))


def into_ledger(item: Item, cast, **more) -> Item:
    wanted = replace(proposal_of(item), **more)
    confirm(item=item, wanted=wanted, by=cast.clerk, at=NOW)
    return item


def proven(item: Item, by) -> Step:
    return handling.hand_in(item=item, text="清单已印发", files=[FILE], by=by, at=NOW)


def breach(cast, mark: str = "late"):
    """An officer whose certificate has lapsed inspects in a case of this year, recorded as history is."""
    tale, case = told(cast, until="filing_approved", mark=mark)
    deed = replace(
        tale.deed(step(tale, "inspection_recorded"), case),
        performers=["lapsed"],
        by=cast.lapsed,
        imported=True,
    )
    return record_act(case=case, deed=deed, once=f"breach-{mark}").case


def test_a_document_becomes_proposals_with_their_source_and_nothing_more(cast, plan):
    """Every row stands beside its words; a unit is matched only where one is meant; nothing is confirmed."""
    first, second, third = items(plan)
    assert plan.written == date(2026, 5, 19)
    assert all(plan.text[one.start : one.end] == one.source for one in (first, second, third))
    assert first.proposed["deadline"] == "2026-10-31"
    units = {unit.name: unit.agency for unit in proposal_of(second).units}
    assert units == {"市司法局": cast.justice.code, "舞钢城管": cast.bureau.code, "各执法科室": ""}
    assert proposal_of(second).permanent
    assert third.proposed["open"] == ["responsible"]
    assert {one.now.state for one in items_of_plan(plan, TODAY)} == {State.PROPOSED}


def test_the_same_file_is_taken_once_and_only_by_the_ledgers_own_people(cast, plan):
    """A second import, another agency's clerk and a file that is no plan are told why; nothing is kept."""
    for by, content, name, said in (
        (cast.clerk, TEXT.encode(), "again.txt", "已经导入过"),
        (cast.outsider, b"other", "a.txt", "不能为舞钢市城市管理局导入"),
        (cast.officer, b"other", "a.txt", "不能为舞钢市城市管理局导入"),
        (cast.clerk, b"\x89PNG\r\n", "a.png", "不是能读的格式"),
        (cast.clerk, b"%PDF-1.4 broken", "a.pdf", "损坏"),
    ):
        with pytest.raises(NotRectified, match=said):
            import_plan(content=content, name=name, agency=cast.bureau, by=by, at=NOW)
    assert Plan.objects.count() == 1


def test_what_a_person_corrects_stands_beside_what_was_read(cast, plan):
    """Units and limit must be named; the proposal is never changed, the database itself refuses."""
    item = items(plan)[2]
    with pytest.raises(NotRectified, match="至少写明一个"):
        confirm(item=item, wanted=proposal_of(item), by=cast.clerk, at=NOW)
    unit = proposal_of(items(plan)[0]).units[0]
    with pytest.raises(NotRectified, match="要么是一个日期"):
        into_ledger(item, cast, units=[unit], permanent=True)
    with pytest.raises(NotRectified, match="由台账所属机关"):
        confirm(item=item, wanted=replace(proposal_of(item), units=[unit]), by=cast.officer, at=NOW)
    into_ledger(item, cast, units=[unit], measure="建立权责清单并公布", why="补上公布")
    found = items_of_plan(plan, TODAY)[2]
    assert (found.now.state, found.now.measure) == (State.RUNNING, "建立权责清单并公布")
    assert found.item.proposed["measure"].startswith("建立行政执法权责清单")
    for row in (plan, item, Step.objects.get(item=item)):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_complete_rows_are_confirmed_at_once_others_left_out_split_or_added(cast, plan):
    """The two complete rows go in; the third is split; a part is left out with its reason; one is added."""
    assert confirm_complete(plan=plan, by=cast.clerk, at=NOW) == 2
    third = items(plan)[2]
    with pytest.raises(NotRectified, match="至少两项"):
        split(item=third, parts=["只有一项"], by=cast.clerk, at=NOW)
    one, two = split(item=third, parts=["编制清单", "公布清单"], by=cast.clerk, at=NOW)
    assert (one.proposed["deadline"], one.source) == ("2026-09-30", third.source)
    with pytest.raises(NotRectified, match="请写明理由"):
        leave_out(item=two, reason=" ", by=cast.clerk, at=NOW)
    leave_out(item=two, reason="与第一项重复", by=cast.clerk, at=NOW)
    added = add_item(plan=plan, wanted=proposal_of(items(plan)[0]), by=cast.head, at=NOW)
    assert added.proposed == {}
    states = [one.now.state for one in items_of_plan(plan, TODAY)]
    assert sorted(states) == sorted([State.RUNNING] * 3 + [State.LEFT_OUT] * 2 + [State.PROPOSED])


def test_after_a_wrong_file_all_that_waits_is_left_out_at_once_and_what_was_confirmed_stays(cast, plan):
    """Only with a reason, and only by those who may enter; the confirmed rows are not touched."""
    confirm_complete(plan=plan, by=cast.clerk, at=NOW)
    for by, reason in ((cast.clerk, " "), (cast.officer, "选错了文件")):
        with pytest.raises(NotRectified):
            leave_out_rest(plan=plan, reason=reason, by=by, at=NOW)
    assert leave_out_rest(plan=plan, reason="选错了文件", by=cast.clerk, at=NOW) == 1
    states = [one.now.state for one in items_of_plan(plan, TODAY)]
    assert sorted(states) == sorted([State.RUNNING] * 2 + [State.LEFT_OUT])


def test_closing_needs_proof_and_another_person(cast, plan):
    """Without proof no request; who asked cannot close; sent back it needs a new request; closed it is counted."""
    item = into_ledger(items(plan)[0], cast)
    with pytest.raises(NotRectified, match="没有佐证，不能销号"):
        handling.submit(item=item, text="已完成", by=cast.officer, at=NOW)
    with pytest.raises(NotRectified, match="请附上文件"):
        handling.hand_in(item=item, text="口头", by=cast.officer, at=NOW)
    proven(item, cast.officer)
    handling.submit(item=item, text="已完成", by=cast.head, at=NOW)
    with pytest.raises(NotRectified, match="不能自己审核"):
        handling.close(item=item, text="属实", by=cast.head, at=NOW)
    with pytest.raises(NotRectified, match="由牵头单位中有审核权限"):
        handling.close(item=item, text="属实", by=cast.officer, at=NOW)
    handling.send_back(item=item, text="清单缺依据", by=cast.supervisor, at=NOW)
    with pytest.raises(NotRectified, match="还没有人申请"):
        handling.close(item=item, text="属实", by=cast.reviewer, at=NOW)
    handling.submit(item=item, text="已补齐", by=cast.head, at=NOW)
    with pytest.raises(NotRectified, match="请写明审核意见"):
        handling.close(item=item, text="", by=cast.reviewer, at=NOW)
    handling.close(item=item, text="属实", by=cast.reviewer, at=NOW)
    found = one_for(cast.head, item.code, TODAY)
    assert (found.now.state, found.now.in_time) == (State.CLOSED, True)
    handling.reopen(item=item, text="抽查发现清单没有公布", by=cast.supervisor, at=NOW)
    assert one_for(cast.head, item.code, TODAY).now.proofs == 0


def test_a_red_check_refuses_and_an_act_that_turns_it_red_reopens_the_closed_item(cast, plan):
    """Green it closes without papers; a later act by a lapsed certificate opens it again and names the act."""
    item = into_ledger(items(plan)[0], cast, check="certificate_of_acts", since=date(2026, 1, 1))
    with pytest.raises(NotRectified, match="还没有数据可查"):
        handling.submit(item=item, text="已清理", by=cast.officer, at=NOW)
    told(cast, mark="good")
    handling.submit(item=item, text="已清理", by=cast.officer, at=NOW)
    handling.close(item=item, text="系统检查通过", by=cast.reviewer, at=NOW)
    handling.look_after(item.pk, NOW)
    assert one_for(cast.head, item.code, TODAY).now.state == State.CLOSED

    case = breach(cast)
    assert item.pk in handling.watched()
    handling.look_after(item.pk, NOW + timedelta(days=1))
    found = one_for(cast.head, item.code, TODAY)
    assert found.now.state == State.REOPENED
    assert [(one["case"], one["why"]) for one in found.now.red] == [(case.code, "戊：过期")]
    with pytest.raises(NotRectified, match="没有通过，不能销号：1 处"):
        handling.submit(item=item, text="再次", by=cast.officer, at=NOW)
    with pytest.raises(NotRectified, match="由牵头单位中有审核权限"):
        handling.change_check(
            item=item, check="certificate_of_acts", since=TODAY, text="无", by=cast.officer, at=NOW
        )


def test_a_standing_duty_is_confirmed_year_by_year(cast, plan):
    """It never leaves the ledger: kept this year, open again the next; late is what has a day and passed it."""
    confirm_complete(plan=plan, by=cast.clerk, at=NOW)
    item = items(plan)[1]
    proven(item, cast.officer)
    handling.submit(item=item, text="全年坚持", by=cast.officer, at=NOW)
    with pytest.raises(NotRectified, match="由牵头单位"):
        handling.close(item=item, text="属实", by=cast.head, at=NOW)  # the justice office leads
    handling.close(item=item, text="属实", by=cast.supervisor, at=NOW)
    counted = figures(items_of_plan(plan, TODAY), TODAY)
    assert (counted.permanent, counted.kept, counted.dated, counted.closed) == (1, 1, 1, 0)
    later = date(2027, 1, 5)
    counted = figures(items_of_plan(plan, later), later)
    assert (counted.kept, counted.overdue, counted.waiting) == (0, 1, 1)
    assert item.pk in handling.watched()
    handling.look_after(item.pk, NOW.replace(year=2027))
    assert Standing.objects.get(item=item).state == State.RUNNING


def test_another_agency_sees_nothing_and_a_named_unit_sees_its_items_only(cast, plan):
    """The bureau elsewhere gets nothing by any way; the office named in one item sees it; the admin none."""
    confirm_complete(plan=plan, by=cast.clerk, at=NOW)
    first, second = items(plan)[:2]
    for person in (cast.outsider, cast.admin):
        for item in (first, second):
            with pytest.raises(NotInLedger):
                one_for(person, item.code, TODAY)
        assert not selectors.items_of(person, {}, TODAY).exists()
        assert selectors.waiting_for(person, NOW) == []
    with pytest.raises(NotInLedger):
        selectors.plan_for(cast.outsider, plan.code)
    assert {one.pk for one in selectors.items_of(cast.supervisor, {}, TODAY)} == {first.pk, second.pk}
    with pytest.raises(NotRectified, match="由台账所属机关或者责任单位"):
        handling.report(item=first, text="进展", expected=None, by=cast.outsider, at=NOW)
    other = import_plan(
        content=TEXT.replace("舞钢", "汝州").encode() + b"x",
        name="b.txt",
        agency=cast.justice,
        by=cast.supervisor,
        at=NOW,
    )
    hidden = items(other)[0]
    with pytest.raises(NotInLedger):
        one_for(cast.head, hidden.code, TODAY)
    unit = replace(proposal_of(second).units[1], agency=cast.bureau.code)
    confirm(item=hidden, wanted=replace(proposal_of(hidden), units=[unit]), by=cast.supervisor, at=NOW)
    assert one_for(cast.head, hidden.code, TODAY).item == hidden
    assert {hidden.pk, second.pk} <= {
        one.pk for one in selectors.items_of(cast.officer, {"mine": "1"}, TODAY)
    }


def test_a_row_that_offends_is_named_to_its_own_agency_and_to_nobody_else(cast, plan):
    """The justice office shares the item with the bureau: it sees below itself; the bureau elsewhere only a number."""
    case = breach(cast)
    found = handling.run_check(rectification_checks()["certificate_of_acts"], [cast.bureau.pk], None, TODAY)
    assert (found.red, [one.case for one in found.rows]) == (1, [case.code])
    for person, named in ((cast.officer, True), (cast.supervisor, True), (cast.outsider, False)):
        said = handling.offences(found, person)
        assert said.startswith("1 处不符合")
        assert ("戊：过期" in said) is named
    assert case.party_name not in str(found.as_facts())


def test_a_case_and_its_document_are_proof_for_who_may_see_them(cast, plan):
    """Named by number or by code they are linked; to somebody elsewhere there is no such case and no such document."""
    case = told(cast, mark="proof")[1]
    case.refresh_from_db()
    paper = issue(case.acts.get(kind="penalty_decided"))
    named = {"case_names": [case.number, ""], "document_codes": [paper.code]}
    links = handling.links_of(**named, by=cast.officer)
    assert (
        [one["code"] for one in links["cases"]] == [one["case"] for one in links["documents"]] == [case.code]
    )
    for one in ({**named, "document_codes": []}, {**named, "case_names": []}):
        with pytest.raises(NotRectified, match="没有找到"):
            handling.links_of(**one, by=cast.outsider)
    item = into_ledger(items(plan)[0], cast)
    handling.hand_in(item=item, text="见案卷", links=links, by=cast.officer, at=NOW)
    assert one_for(cast.officer, item.code, TODAY).now.proofs == 2


def test_filters_boards_and_todos_say_what_is_due_and_for_whom(cast, plan):
    """By unit, by state, by day; the board counts by agency; who closes is told, who asked is not."""
    confirm_complete(plan=plan, by=cast.clerk, at=NOW)
    first = items(plan)[0]
    handling.extend(item=first, due=date(2026, 6, 10), text="提前完成", by=cast.head, at=NOW)

    def found(today=TODAY, **filters):
        return [one.pk for one in selectors.items_of(cast.head, filters, today)]

    assert (
        found(due="soon")
        == [first.pk]
        == found(unit="政策法规科")
        == found(due="overdue", today=date(2026, 7, 1))
    )
    assert found(due="overdue") == [] == found(state="closed") == found(unit="无此科")
    proven(first, cast.officer)
    handling.submit(item=first, text="完成", by=cast.clerk, at=NOW)
    assert [one.what for one in selectors.waiting_for(cast.head, NOW)] == ["待您审核销号", "待确认"]
    assert [one.what for one in selectors.waiting_for(cast.officer, NOW)] == []
    boarded = selectors.board(cast.supervisor, TODAY)
    assert [(agency.code, one.dated, one.permanent) for agency, one in boarded] == [
        (cast.justice.code, 0, 1),
        (cast.bureau.code, 1, 1),
    ]


def test_the_checks_of_the_packs_hold_on_both_sides_and_their_rows_come_from_the_rooms(cast):
    """Every example turns out as written; every source runs; words of a measure suggest a check, others none."""
    checks = rectification_checks()
    assert len(checks) >= 10
    assert check_rectification_checks(library()) == []
    case = breach(cast)
    ids = [cast.bureau.pk]
    red = {code: handling.run_check(one, ids, date(2020, 1, 1), TODAY).red for code, one in checks.items()}
    assert red["certificate_of_acts"] == 1
    assert red["files_without_veto"] == 1
    assert red["certificates_of_officers"] == 1
    assert red["training_hours"] == 3
    assert red["complaints_in_time"] == 0
    told_of = (Path(__file__).parents[2] / "docs/reference/rectification-checks.md").read_text(
        encoding="utf-8"
    )
    assert all(f"`{word}`" in told_of for name, columns in SOURCES.items() for word in (name, *columns))
    later = case.opened_on + timedelta(days=400)
    assert handling.run_check(checks["certificate_of_acts"], ids, later, TODAY).seen == 0
    every = list(checks.values())
    assert suggested("开展执法人员执法培训，不少于60学时", every) is checks["training_hours"]
    assert suggested("加强组织领导", every) is None


def test_the_audit_finds_what_was_slipped_in(cast, plan):
    """What the room wrote stands in the log; a step that went past it does not."""
    ensure_log_key()
    into_ledger(items(plan)[0], cast)
    seal_log(at=NOW)
    assert list(audit_rectification()) == []
    Step.objects.create(
        item=items(plan)[0],
        seq=2,
        kind="closed",
        facts={},
        by="head",
        at=NOW,
        salt=b"1" * 32,
        commitment="0" * 64,
    )
    assert any("绕过系统" in one for one in audit_rectification())


def test_where_items_stand_is_rebuilt_from_their_steps(cast, plan):
    """A standing that somebody changed by hand is told, and put right; the steps themselves stay."""
    item = into_ledger(items(plan)[0], cast)
    assert rebuild_standings(TODAY) == []
    Standing.objects.filter(item=item).update(state=State.CLOSED)
    assert rebuild_standings(TODAY, dry_run=True) == rebuild_standings(TODAY) != []
    assert Standing.objects.get(item=item).state == State.RUNNING


def test_every_seed_document_is_taken_in(cast, shared: Path):
    """荥阳's complete rows are confirmed at once with the agreed units and limits; so are those of the other four."""
    for path in sorted((shared / "sources").glob("*.txt")):
        plan = import_plan(
            content=path.read_bytes(), name=path.name, agency=cast.bureau, by=cast.clerk, at=NOW
        )
        rows = items(plan)
        taken = confirm_complete(plan=plan, by=cast.clerk, at=NOW)
        assert taken == sum(not one.proposed["open"] for one in rows) < len(rows)
    plan = Plan.objects.get(file_name__startswith="003")
    found = [one for one in lines(items(plan), TODAY) if one.now.state == State.RUNNING]
    assert len(found) == 21
    assert sum(one.now.permanent for one in found) == 9
    assert {one.now.due for one in found if not one.now.permanent} == {
        date(2023, 9, 30),
        date(2023, 10, 31),
        date(2023, 12, 31),
    }
