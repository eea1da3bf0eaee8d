"""A table is drafted by one person, checked and published by others, and what was published is never rewritten."""

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.norms import selectors, services
from mingjing.norms.audit import audit_norms
from mingjing.norms.models import NormDraft, NormTable
from mingjing.norms.services import NormRefused
from mingjing.packs.benchmark_body import body_of
from mingjing.personnel.selectors import person
from mingjing.translog.selectors import entries_of_kind
from tests.append_only import guards_lifted
from tests.cast import BUREAU, ELSEWHERE, Cast, make_person
from tests.norms.tables import body

if TYPE_CHECKING:
    from mingjing.lawengine.benchmark import Benchmark
    from mingjing.personnel.models import Person

pytestmark = pytest.mark.usefixtures("cast")

AGENCY = BUREAU
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
WHERE = {"region": "410481", "field": "urban", "agency": AGENCY}


def drafted(by: "Person | None" = None, **head: Any) -> NormDraft:
    return services.prepare_draft(
        agency=AGENCY,
        kind="benchmark",
        code="small",
        body=body(**head),
        by=by or person("reviewer"),
        at=AT,
        source_name="表.xlsx",
    )


def published(**head: Any) -> NormTable:
    draft = drafted(**head)
    services.check_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    return services.publish_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)


def in_force(day: str) -> list[str]:
    found = selectors.benchmarks_in_force(**WHERE, day=date.fromisoformat(day))
    return [one.version for one in found if one.code == "small"]


def test_a_draft_binds_nobody_and_a_published_table_binds_from_its_day() -> None:
    """Drafted, checked: nothing; published: from the day in force."""
    draft = drafted()
    assert in_force("2026-06-01") == []
    services.check_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    assert in_force("2026-06-01") == []
    services.publish_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    assert in_force("2026-06-01") == ["1"]
    assert in_force("2025-12-31") == []
    assert selectors.drafts_of(AGENCY) == []


def test_what_was_rewritten_since_it_was_read_is_neither_checked_nor_published() -> None:
    """The head has read one text; the author lays another in its place; only who reads that one may pass it."""
    head, read = person("head"), drafted().digest
    draft = drafted(title="改写过的基准")
    assert draft.digest != read
    for step in (services.check_draft, services.publish_draft):
        with pytest.raises(NormRefused, match="草稿已被改写"):
            step(draft=draft.pk, agency=AGENCY, by=head, at=AT, seen=read)
    services.check_draft(draft=draft.pk, agency=AGENCY, by=head, at=AT, seen=draft.digest)
    services.publish_draft(draft=draft.pk, agency=AGENCY, by=head, at=AT, seen=draft.digest)
    assert NormTable.objects.get().title == "改写过的基准"


def test_a_range_above_the_statute_is_not_published() -> None:
    """Though somebody checked it: nobody may be fined by it. The same table within the statute is published."""
    items = json.loads(json.dumps(body()["item"]))
    items[0]["statutory"][0]["high"] = "50000"  # the rows go up to 100,000
    head, draft = person("head"), drafted(item=items)
    services.check_draft(draft=draft.pk, agency=AGENCY, by=head, at=AT)
    with pytest.raises(NormRefused, match="不在法定幅度"):
        services.publish_draft(draft=draft.pk, agency=AGENCY, by=head, at=AT)
    assert not NormTable.objects.exists()
    assert published().version == "1"


def test_the_author_neither_checks_nor_publishes() -> None:
    """Another person does both, whatever roles the author has; unchecked nothing is published."""
    author, second = make_person("both", "甲乙", "reviewer head"), make_person("head2", "副局长", "head")
    draft = drafted(by=author)
    with pytest.raises(NormRefused, match="起草人不能审核"):
        services.check_draft(draft=draft.pk, agency=AGENCY, by=author, at=AT)
    with pytest.raises(NormRefused, match="还没有审核"):
        services.publish_draft(draft=draft.pk, agency=AGENCY, by=second, at=AT)
    services.check_draft(draft=draft.pk, agency=AGENCY, by=second, at=AT)
    with pytest.raises(NormRefused, match="起草人不能发布"):
        services.publish_draft(draft=draft.pk, agency=AGENCY, by=author, at=AT)
    assert not NormTable.objects.exists()
    services.publish_draft(draft=draft.pk, agency=AGENCY, by=second, at=AT)
    assert NormTable.objects.count() == 1


def test_a_draft_that_is_changed_must_be_checked_again() -> None:
    """The check was of other words."""
    draft = drafted()
    services.check_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    again = drafted(title="改过的名称")
    assert again.pk == draft.pk
    with pytest.raises(NormRefused, match="还没有审核"):
        services.publish_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)


@pytest.mark.parametrize("role", ["officer", "clerk", "admin", "outsider", "supervisor"])
def test_the_services_themselves_ask_who_may(cast: Cast, role: str) -> None:
    """Whichever page or command calls them: drafting is the reviewer's, the rest the head's, of this agency."""
    stranger, draft = getattr(cast, role), drafted()
    with pytest.raises(NormRefused, match="没有起草的权限"):
        drafted(by=stranger, version="9")
    with pytest.raises(NormRefused, match="没有起草的权限"):
        services.discard_draft(draft=draft.pk, agency=AGENCY, by=stranger)
    for step in (services.check_draft, services.publish_draft):
        with pytest.raises(NormRefused, match="没有审核、发布的权限"):
            step(draft=draft.pk, agency=AGENCY, by=stranger, at=AT)
    row = published()
    with pytest.raises(NormRefused, match="没有审核、发布的权限"):
        services.end_table(
            table=row.pk, agency=AGENCY, until=date(2026, 7, 1), reason="废止", by=stranger, at=AT
        )
    assert in_force("2026-12-31") == ["1"]


def test_another_agency_reaches_neither_draft_nor_table() -> None:
    """To them there is none."""
    draft, elsewhere = drafted(), ELSEWHERE
    stranger = make_person("head_elsewhere", "外", "head", agency=ELSEWHERE)
    with pytest.raises(NormRefused, match="刷新"):
        services.check_draft(draft=draft.pk, agency=elsewhere, by=stranger, at=AT)
    row = published()
    with pytest.raises(NormRefused, match="没有这个版本"):
        services.end_table(
            table=row.pk, agency=elsewhere, until=date(2026, 7, 1), reason="废止", by=stranger, at=AT
        )
    with pytest.raises(selectors.NotFound):
        selectors.table(row.pk, elsewhere)
    assert selectors.table(row.pk, AGENCY) == row


@pytest.mark.parametrize(
    ("change", "told"),
    [({"item": []}, "至少一个"), ({"level": "x"}, "level 应为"), ({"benchmark": "other"}, "不一致")],
)
def test_what_cannot_be_read_is_not_even_a_draft(change: dict[str, Any], told: str) -> None:
    """Nothing is written, and the reason is told."""
    with pytest.raises(NormRefused, match=told):
        drafted(**change)
    assert not NormDraft.objects.exists()


def test_a_version_is_published_once() -> None:
    """Another needs another number."""
    published()
    with pytest.raises(NormRefused, match="已经发布，不能改写"):
        drafted(title="改写")
    assert drafted(version="2").pk


def test_the_newer_version_holds_from_its_day() -> None:
    """Before that day the older; after an ending none, and no older one comes back."""
    published()
    new = published(version="2", in_force="2026-07-01")
    assert in_force("2026-06-30") == ["1"]
    assert in_force("2026-07-01") == ["2"]
    services.end_table(
        table=new.pk, agency=AGENCY, until=date(2026, 9, 30), reason="法律修改", by=person("head"), at=AT
    )
    assert in_force("2026-09-30") == ["2"]
    assert in_force("2026-10-01") == []
    states = {one.table.version: one.state for one in selectors.tables_of(AGENCY, date(2026, 8, 1))}
    assert states == {"1": "followed", "2": "in_force"}
    with pytest.raises(NormRefused, match="已经停止适用"):
        services.end_table(
            table=new.pk, agency=AGENCY, until=date(2026, 9, 30), reason="再", by=person("head"), at=AT
        )


def test_a_version_that_would_never_hold_is_refused() -> None:
    """It begins before one already published; from the same day on it follows that one."""
    published(in_force="2026-07-01")
    with pytest.raises(NormRefused, match="施行日期早于"):
        drafted(version="2", in_force="2026-06-30")
    published(version="2", in_force="2026-07-01")
    assert in_force("2026-07-01") == ["2"]


@pytest.mark.parametrize(("reason", "until"), [("", "2026-09-30"), ("法律修改", "2025-12-31")])
def test_an_ending_states_a_reason_and_a_possible_day(reason: str, until: str) -> None:
    """Otherwise the table goes on."""
    row = published()
    with pytest.raises(NormRefused):
        services.end_table(
            table=row.pk,
            agency=AGENCY,
            until=date.fromisoformat(until),
            reason=reason,
            by=person("head"),
            at=AT,
        )
    assert in_force("2026-12-31") == ["1"]


def test_an_own_table_replaces_that_of_the_packs_with_the_same_code() -> None:
    """The pack's stays for agencies that published none."""
    code = "urban_penalties"

    def present() -> "Benchmark":
        found = selectors.benchmarks_in_force(**WHERE, day=date(2026, 6, 1))
        return next(one for one in found if one.code == code)

    packed = present()
    own = {**body_of(packed), "version": "own", "title": "本机关修订"}
    draft = services.prepare_draft(
        agency=AGENCY, kind="benchmark", code=code, body=own, by=person("reviewer"), at=AT
    )
    services.check_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    services.publish_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    assert (packed.version, present().version) == ("2026.1", "own")
    tables = selectors.published_tables(**WHERE, day=date(2026, 6, 1))
    assert [one["origin"] for one in tables if one["code"] == code] == ["own"]
    assert tables[0]["body"]["item"]


def test_a_list_is_kept_as_a_benchmark_is() -> None:
    """Read by the reader of lists, in force beside those of the packs."""
    lines = {
        "title": "免罚清单",
        "issuer": "舞钢市城市管理局",
        "effect": "exempt",
        "in_force": "2026-01-01",
        "source": "本测试",
        "item": [{"code": "1", "violation": "擅自摆摊", "basis": "试验法第一条", "conditions": ["初次违法"]}],
    }
    draft = services.prepare_draft(
        agency=AGENCY, kind="list", code="mild", body=lines, by=person("reviewer"), at=AT
    )
    services.check_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    services.publish_draft(draft=draft.pk, agency=AGENCY, by=person("head"), at=AT)
    found = selectors.lists_in_force(**WHERE, day=date(2026, 6, 1))
    assert "mild" in [one.code for one in found]
    with pytest.raises(NormRefused, match="读不出"):
        services.prepare_draft(agency=AGENCY, kind="list", code="bad", body={}, by=person("reviewer"), at=AT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE norms_normtable SET title = 'x'",
        "DELETE FROM norms_normtable",
        "UPDATE norms_normending SET until = '2030-01-01'",
        "DELETE FROM norms_normending",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_published(statement: str) -> None:
    """Whatever the program does; drafts may change."""
    row = published()
    services.end_table(
        table=row.pk, agency=AGENCY, until=date(2026, 9, 30), reason="废止", by=person("head"), at=AT
    )
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert drafted(version="2", title="新").title == "新"


def test_each_publication_and_ending_is_one_entry_of_the_log_and_a_change_is_found() -> None:
    """The audit is silent until somebody with the rights of the database's owner changes a figure."""
    row = published()
    services.end_table(
        table=row.pk, agency=AGENCY, until=date(2026, 9, 30), reason="废止", by=person("head"), at=AT
    )
    refs = [ref for ref, _ in entries_of_kind("register") if ref.startswith("norm")]
    assert refs == [f"norm/{AGENCY}/benchmark/small/1", f"norm-end/{AGENCY}/benchmark/small/1"]
    assert list(audit_norms()) == []
    with guards_lifted(connection):
        NormTable.objects.filter(pk=row.pk).update(body={**row.body, "title": "换过"})
    assert ["已被改动" in line for line in audit_norms()] == [True, True]
