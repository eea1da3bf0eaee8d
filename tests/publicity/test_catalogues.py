"""Lists made public beforehand: two people and the authority above, every step kept, versions, endings."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingjing.packs.laws import LawRegister, law_register
from mingjing.publicity import catalogue_desk, catalogues, endings, versions
from mingjing.publicity.catalogue_law import kind_for
from mingjing.publicity.catalogue_models import CatalogueDraft, CatalogueStep, ItemEnding
from mingjing.publicity.catalogue_rows import catalogue_rows
from mingjing.publicity.catalogues import CatalogueRefused
from mingjing.publicity.item_audit import audit_items
from mingjing.publicity.models import PublicItem
from mingjing.translog.models import Entry
from tests.cast import BUREAU, make_person
from tests.publicity.conftest import AT
from tests.publicity.lists import BASIS, CAPS, POWERS, later, published


def submitted(cast, slug="frequency_caps", rows=CAPS):
    """A draft that waits for the bureau's check."""
    catalogues.begin_draft(agency=BUREAU, slug=slug, rows=rows, by=cast.publicity, at=AT)
    return catalogues.submit(agency=BUREAU, slug=slug, by=cast.publicity, at=AT)


def test_a_list_is_drafted_by_one_checked_by_another_and_published_with_a_leaf(cast):
    """Each step says who and when; the version is in the log like every register."""
    item = published(cast, "frequency_caps", CAPS)

    assert (item.kind, item.version, item.body["rows"]) == ("catalogue", 1, [list(row) for row in CAPS])
    steps = [(one.kind, one.done_by) for one in CatalogueStep.objects.order_by("pk")]
    assert steps == [
        ("begun", "publicity"), ("submitted", "publicity"), ("checked", "reviewer"), ("published", "publicity"),
    ]  # fmt: skip
    assert Entry.objects.filter(kind="register", ref=f"catalogue/{BUREAU}/frequency_caps").count() == 1
    assert not CatalogueDraft.objects.exists()


def test_whoever_wrote_a_row_cannot_check_the_list_and_another_can(cast):
    """The twin: the same step by another reviewer is let through."""
    draft = submitted(cast)
    both = make_person("both", "双", "reviewer publicity")
    catalogues.set_row(agency=BUREAU, slug="frequency_caps", place=0, row=CAPS[0], by=both, at=AT)
    catalogues.submit(agency=BUREAU, slug="frequency_caps", by=cast.publicity, at=AT)
    draft.refresh_from_db()
    with pytest.raises(CatalogueRefused, match="起草人不能核对自己起草的清单"):
        catalogues.check(agency=BUREAU, slug="frequency_caps", by=both, at=AT, seen=draft.digest)
    assert CatalogueDraft.objects.get().state == "submitted"

    done = catalogues.check(agency=BUREAU, slug="frequency_caps", by=cast.reviewer, at=AT, seen=draft.digest)
    assert (done.state, done.checked_by) == ("checked", "reviewer")


def test_powers_wait_for_the_justice_department_and_caps_do_not(cast):
    """Where the kind demands a review, the bureau's own check does not publish; where it does not, it does."""
    draft = submitted(cast, "powers", POWERS)
    catalogues.check(agency=BUREAU, slug="powers", by=cast.head, at=AT, seen=draft.digest)
    with pytest.raises(CatalogueRefused, match="须经上级司法行政部门审核"):
        catalogues.publish(agency=BUREAU, slug="powers", by=cast.publicity, at=AT, seen=draft.digest)
    near = make_person("near", "近", "supervisor")  # of the bureau itself
    for person in (cast.head, near, cast.publicity):
        with pytest.raises(CatalogueRefused, match="上级司法行政部门"):
            catalogues.review(agency=BUREAU, slug="powers", by=person, at=AT, seen=draft.digest)
    assert not PublicItem.objects.filter(kind="catalogue").exists()

    catalogues.review(agency=BUREAU, slug="powers", by=cast.supervisor, at=AT, seen=draft.digest)
    assert (
        catalogues.publish(agency=BUREAU, slug="powers", by=cast.publicity, at=AT, seen=draft.digest).version
        == 1
    )
    assert published(cast, "frequency_caps", CAPS).version == 1


def test_the_department_returns_a_list_with_its_reason_and_the_author_begins_again(cast):
    """The reason stands with the draft and in its steps; without one nothing is returned."""
    draft = submitted(cast, "powers", POWERS)
    catalogues.check(agency=BUREAU, slug="powers", by=cast.head, at=AT, seen=draft.digest)
    with pytest.raises(CatalogueRefused, match="请写明退回的原因"):
        catalogues.give_back(agency=BUREAU, slug="powers", reason=" ", by=cast.supervisor, at=AT)

    catalogues.give_back(agency=BUREAU, slug="powers", reason="缺少追责情形", by=cast.supervisor, at=AT)
    draft.refresh_from_db()
    assert (draft.state, draft.returned, draft.checked_by) == ("draft", "缺少追责情形", "")
    assert CatalogueStep.objects.latest("pk").reason == "缺少追责情形"
    (todo,) = [one for one in catalogue_desk.todos(cast.publicity, AT.date()) if one.slug == "powers"]
    assert "缺少追责情形" in todo.about


def test_a_draft_rewritten_after_it_was_read_is_not_the_one_that_was_checked(cast):
    """The digest of what was seen decides; the same step with the present digest passes."""
    seen = submitted(cast).digest
    catalogues.set_row(
        agency=BUREAU,
        slug="frequency_caps",
        place=1,
        row=("甲", "乙", "丙", "9", BASIS),
        by=cast.publicity,
        at=AT,
    )
    now = catalogues.submit(agency=BUREAU, slug="frequency_caps", by=cast.publicity, at=AT)
    with pytest.raises(CatalogueRefused, match="草稿已被改写"):
        catalogues.check(agency=BUREAU, slug="frequency_caps", by=cast.reviewer, at=AT, seen=seen)

    catalogues.check(agency=BUREAU, slug="frequency_caps", by=cast.reviewer, at=AT, seen=now.digest)


def test_a_row_without_law_in_force_is_not_submitted(cast):
    """The citation is looked up on the day: an unknown law and an article too far are told with their row."""
    for basis, told in (
        ("《没有的法》第一条", "没有收录"),
        ("《行政处罚法》第三百条", "没有第300条"),
        ("按规定", "没有写明"),
    ):
        rows = [CAPS[0], ("丙", "丁", "局", "1", basis, "", "")]
        catalogues.begin_draft(agency=BUREAU, slug="frequency_caps", rows=rows, by=cast.publicity, at=AT)
        with pytest.raises(CatalogueRefused, match=f"第 2 行：.*{told}"):
            catalogues.submit(agency=BUREAU, slug="frequency_caps", by=cast.publicity, at=AT)
    assert CatalogueDraft.objects.get().state == "draft"


def test_the_same_content_is_not_published_twice_but_a_withdrawn_one_is_published_again(cast):
    """A withdrawal needs its reason and stays; what is published after it is a new version."""
    published(cast, "frequency_caps", CAPS)
    with pytest.raises(CatalogueRefused, match="完全相同"):
        published(cast, "frequency_caps", CAPS, at=later(1))
    with pytest.raises(CatalogueRefused, match="请写明撤回的原因"):
        catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="", by=cast.head, at=AT)

    catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="上限有误", by=cast.head, at=later(1))
    with pytest.raises(CatalogueRefused, match="没有正在公布"):
        catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="再撤", by=cast.head, at=later(1))
    assert published(cast, "frequency_caps", CAPS, at=later(2)).version == 2
    assert ItemEnding.objects.get().ground == "withdrawn"


def test_a_draft_that_is_replaced_stays_in_the_steps(cast):
    """What was typed is kept with who and when, though another file took its place."""
    submitted(cast)
    catalogues.begin_draft(agency=BUREAU, slug="frequency_caps", rows=CAPS[:1], by=cast.clerk, at=later(1))
    dropped = CatalogueStep.objects.get(kind="dropped")
    assert (dropped.done_by, dropped.body["rows"]) == ("clerk", [list(row) for row in CAPS])
    assert CatalogueDraft.objects.get().authors == ["clerk"]


def test_nobody_of_another_agency_touches_a_list(cast):
    """The bureau beside has the same roles and none of these lists."""
    far = make_person("far", "外", "publicity reviewer", agency=cast.elsewhere.code)
    draft = submitted(cast)
    for step in (
        lambda: catalogues.begin_draft(agency=BUREAU, slug="frequency_caps", rows=CAPS, by=far, at=AT),
        lambda: catalogues.check(agency=BUREAU, slug="frequency_caps", by=far, at=AT, seen=draft.digest),
        lambda: catalogues.give_back(agency=BUREAU, slug="frequency_caps", reason="退", by=far, at=AT),
        lambda: catalogues.drop_draft(agency=BUREAU, slug="frequency_caps", by=far, at=AT),
        lambda: catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="撤", by=far, at=AT),
    ):
        with pytest.raises(CatalogueRefused, match="您没有"):
            step()
    assert CatalogueDraft.objects.get().state == "submitted"


def without(law: str, since: date) -> LawRegister:
    """The statute book as it would be had a law ended."""
    return LawRegister(
        tuple(
            replace(one, until=since - timedelta(days=1)) if one.name == law else one
            for one in law_register().statutes
        )
    )


def test_a_row_ends_by_itself_when_its_law_is_repealed_and_the_others_stay(cast, monkeypatch):
    """The day before nothing happens; on the day one row ends, is marked, logged once and told to the agency."""
    rows = [CAPS[0], ("丙", "丁", "局", "1", "《行政强制法》第九条", "", ""),
            ("戊", "己", "局", "1", f"{BASIS}；《行政强制法》第九条", "", "")]  # fmt: skip
    published(cast, "frequency_caps", rows)
    gone = later(3).date()
    monkeypatch.setattr(endings, "register_for", lambda code: without("行政强制法", gone))

    assert endings.end_outdated(at=later(2)) == []
    (one,) = endings.end_outdated(at=later(3))
    assert (one.ground, one.since, one.ended_by) == ("basis", gone, "")
    assert endings.end_outdated(at=later(4)) == []  # noted once
    item = PublicItem.objects.get(kind="catalogue")
    assert [row.ending is not None for row in versions.marked_rows(item)] == [False, True, False]
    assert CatalogueStep.objects.latest("pk").kind == "ended"
    (todo,) = [
        one for one in catalogue_desk.todos(cast.publicity, later(3).date()) if one.slug == "frequency_caps"
    ]
    assert todo.colour == "red"
    assert todo.due > gone
    assert list(audit_items()) == []


def test_a_list_without_a_row_that_has_a_basis_ends_as_a_whole(cast, monkeypatch):
    """While one row stands the list stands; without any the page of the agency has it as ended."""
    rows = [("丙", "丁", "局", "1", "《行政强制法》第九条", "", ""), CAPS[0]]
    published(cast, "frequency_caps", rows)
    monkeypatch.setattr(endings, "register_for", lambda code: without("行政强制法", later(3).date()))
    assert [one.row != "" for one in endings.end_outdated(at=later(3))] == [True]

    gone = later(5).date()
    monkeypatch.setattr(endings, "register_for", lambda code: without("行政处罚法", gone))
    assert [(one.row == "", one.since) for one in endings.end_outdated(at=later(5))] == [
        (False, gone),
        (True, gone),
    ]
    kind = kind_for(cast.bureau, "frequency_caps")
    assert catalogue_desk.standing(cast.bureau, "frequency_caps", kind).state == "ended"


def test_the_plan_of_a_year_ends_with_it_and_the_next_may_be_prepared_before(cast):
    """In November the next year's stands on the desk; after New Year the old one is over and asks for nothing."""
    row = ("任务", "事项", "日常检查", "局", "商户", "5%", "实地", "2026-03-01", "2026-04-30", BASIS, "", "")
    item = published(cast, "inspection_plan-2026", [row])
    assert item.body["until"] == "2026-12-31"
    assert (item.title, len(item.body["rows"])) == ("2026年行政检查计划", 1)
    slugs = [one.slug for one in catalogue_desk.standings(cast.bureau, date(2026, 11, 2))]
    assert "inspection_plan-2027" in slugs
    assert "inspection_plan-2027" not in [
        one.slug for one in catalogue_desk.standings(cast.bureau, AT.date())
    ]

    (one,) = endings.end_outdated(at=AT.replace(year=2027, month=1, day=1))
    assert (one.ground, one.since) == ("term", date(2027, 1, 1))
    told = [one.slug for one in catalogue_desk.todos(cast.publicity, date(2027, 1, 5))]
    assert "inspection_plan-2027" in told
    assert "inspection_plan-2026" not in told


def test_a_list_ends_by_itself_after_the_day_it_states(cast):
    """On its last day it still applies."""
    last = later(2).date()
    published(cast, "frequency_caps", CAPS, until=last)
    assert endings.end_outdated(at=later(2)) == []

    (one,) = endings.end_outdated(at=later(3))
    assert (one.ground, one.row, one.since) == ("term", "", last + timedelta(days=1))


def test_what_changed_on_a_day_names_versions_and_endings_and_no_other_day_does(cast):
    """Two rows, then one altered, one added, one removed."""
    published(cast, "frequency_caps", CAPS)
    altered = (*CAPS[0][:3], "3", *CAPS[0][4:])
    new = published(cast, "frequency_caps", [altered, ("新", "企业", "局", "1", BASIS, "", "")], at=later(1))

    found, count = versions.changes_on(since=later(1).date(), until=later(1).date())
    assert (count, found[0].counts) == (1, {"added": 1, "removed": 1, "altered": 1})
    change = next(
        one for one in versions.compared(versions.version_before(new), new) if one.kind == "altered"
    )
    assert [(cell.title, cell.old, cell.new) for cell in change.cells if cell.differs] == [
        ("年度上限（次）", "2", "3")
    ]
    assert versions.changes_on(since=later(2).date(), until=later(2).date()) == ([], 0)


def test_powers_come_from_the_rules_and_benchmarks_so_that_nobody_types_them(cast):
    """Each row has its kind, its body and a basis that may be cited; all that is left to a person is an empty basis."""
    kind = kind_for(cast.bureau, "powers")
    rows = catalogue_rows(kind, cast.bureau, AT.date())
    places = {one.key: at for at, one in enumerate(kind.columns)}

    assert len(rows) > 20
    assert {row[places["kind"]] for row in rows} >= {"行政处罚", "行政检查", "行政强制"}
    assert {row[places["body"]] for row in rows} == {cast.bureau.name}
    assert sum(bool(row[places["basis"]]) for row in rows) > len(rows) / 2
    assert catalogue_rows(kind_for(cast.bureau, "windows"), cast.bureau, AT.date()) == []


def test_a_plan_of_the_year_that_is_missing_is_reminded_of_and_red_after_its_day(cast):
    """Nobody but those who draft is reminded."""

    def told(person, day):
        return [
            one.colour for one in catalogue_desk.todos(person, day) if one.slug.startswith("inspection_plan")
        ]

    assert told(cast.publicity, date(2026, 1, 31)) == ["amber"]
    assert told(cast.publicity, date(2026, 2, 1)) == ["red"]
    assert told(cast.officer, date(2026, 2, 1)) == []


def test_steps_and_endings_cannot_be_rewritten(cast):
    """The database itself refuses."""
    published(cast, "frequency_caps", CAPS)
    catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="上限有误", by=cast.head, at=AT)
    for table in (CatalogueStep, ItemEnding):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            table.objects.update(reason="")


def test_a_version_slipped_in_past_the_log_is_found_by_the_audit(cast):
    """Whole, nothing is said; an inserted version without a leaf is named."""
    published(cast, "frequency_caps", CAPS)
    assert list(audit_items()) == []
    item = PublicItem.objects.get(kind="catalogue")
    item.pk, item.version = None, 2
    item.save(force_insert=True)
    assert [line for line in audit_items() if "频次上限" in line]
