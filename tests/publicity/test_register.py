"""What is published beforehand: from the registers and the rules, a new version only where something changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from mingjing.packs.load import library
from mingjing.personnel import delegations
from mingjing.personnel import services as personnel
from mingjing.personnel.models import Person
from mingjing.publicity import register, selectors
from mingjing.publicity.models import PublicItem
from mingjing.publicity.register import publish_register, publish_registers
from mingjing.translog.models import Entry
from mingjing.translog.services import ensure_log_key
from tests.cast import LAPSED_ON, make_agency
from tests.personnel.test_authority import TERMS, confirm
from tests.publicity.conftest import AT

KINDS = {
    "agency",
    "channel",
    "officers",
    "guide",
    "chart",
    "recording",
    "reviews",
    "laws",
    "benchmark",
    "list",
}
TOMORROW = AT + timedelta(days=1)


def test_an_agency_publishes_itself_its_officers_its_procedures_and_where_to_complain(cast):
    """Itself, its channel, officers, guides, charts and lists, each with a leaf of its own in the log."""
    new = publish_register(cast.bureau, at=AT)

    assert {item.kind for item in new} == KINDS
    assert {item.slug for item in new if item.kind == "guide"} == {*library().procedures}
    assert {item.slug for item in new if item.kind == "chart"} >= {*library().procedures, "ordinary-review"}
    leaves = Entry.objects.filter(kind="register").exclude(ref__startswith="change/")
    assert leaves.count() == len(new)
    assert all(item.version == 1 for item in new)


def test_a_body_that_does_not_enforce_publishes_nothing(cast):
    """The office that supervises is named where to complain, and has no officers of its own to show."""
    assert publish_register(cast.justice, at=AT) == []
    publish_register(cast.bureau, at=AT)
    assert selectors.item("channel").body["supervisor"] == cast.justice.name


def test_what_did_not_change_is_not_published_again(cast):
    """A daily run over unchanged registers writes nothing."""
    assert publish_registers(at=AT)
    before = PublicItem.objects.count()

    assert publish_registers(at=TOMORROW) == []
    assert PublicItem.objects.count() == before


def test_only_what_changed_gets_a_new_version(cast):
    """A suspended certificate changes the list of officers and nothing else; the old version stays."""
    publish_registers(at=AT)
    number = next(
        one["certificate"] for one in selectors.item("officers").body["officers"] if one["name"] == "甲"
    )
    personnel.suspend_certificate(number=number, on=AT.date(), reason="调离执法岗位", by="admin")
    (new,) = publish_registers(at=TOMORROW)

    assert (new.kind, new.version) == ("officers", 2)
    states = {one.name: one.state for one in selectors.officers("舞钢")[0]}
    assert states["甲"] == "suspended"
    assert states["乙"] == "valid"
    assert PublicItem.objects.filter(kind="officers", agency_code=cast.bureau.code).count() == 2


def test_a_certificate_that_runs_out_changes_the_list_by_itself(cast):
    """Nobody enters anything: the day after the last one the daily run publishes a new version."""
    last = AT.replace(year=LAPSED_ON.year, month=LAPSED_ON.month, day=LAPSED_ON.day)
    publish_register(cast.bureau, at=last)
    assert {one.state for one in selectors.officers("戊")[0]} == {"valid"}

    new = publish_register(cast.bureau, at=last + timedelta(days=1))
    # On New Year's Day tables come into force as well; of the registers only the officers changed.
    assert {item.kind for item in new} - {"benchmark", "list"} == {"officers"}
    assert {one.state for one in selectors.officers("戊")[0]} == {"expired"}


def test_officers_are_found_by_name_unit_and_number(cast):
    """And nobody else: reviewers, clerks and administrators are not on the list."""
    publish_registers(at=AT)
    everybody, count = selectors.officers()
    (one,) = selectors.officers("甲")[0]

    assert {officer.name for officer in everybody} == {"甲", "乙", "丁", "戊"}
    assert count == 4
    assert selectors.officers(one.certificate[-6:])[0] == [one]
    assert selectors.officers("执法一中队")[1] == 2
    assert selectors.officers("己") == ([], 0)
    assert selectors.officers("", limit=1)[1] == 4


def test_a_guide_tells_the_limits_with_their_articles(cast):
    """The limits are those of the rules that bind this agency, its field's overlay included."""
    publish_register(cast.bureau, at=AT)
    guide = selectors.item("guide", slug="ordinary").body
    limits = [limit for step in guide["steps"] for limit in step["limits"]]

    assert guide["agency"]["review_body"] == "舞钢市人民政府"
    assert len(guide["steps"]) > 20
    assert any("90" in limit["text"] or "九十" in limit["text"] for limit in limits)
    assert all(limit["source"].startswith("《") for limit in limits)
    assert "<svg" in selectors.item("chart", slug="summary").svg


def test_the_key_of_the_log_is_published(db):
    """Whoever checks the log needs the key from somewhere else than the log."""
    publish_registers(at=AT)

    assert selectors.public_log().key == ensure_log_key().public.vkey


def test_what_was_never_published_is_not_there(cast):
    """Neither a procedure nor an agency that nobody published."""
    publish_register(cast.bureau, at=AT)
    for missing in ({"slug": "expropriation"}, {"slug": "ordinary", "agency": cast.elsewhere.code}):
        with pytest.raises(selectors.NotPublished):
            selectors.item("guide", **missing)

    assert selectors.item("guide", slug="ordinary", agency=cast.bureau.code).version == 1


def test_a_published_register_cannot_be_rewritten(cast):
    """The database itself refuses."""
    publish_register(cast.bureau, at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PublicItem.objects.update(published_at=AT.replace(year=date.min.year + 1))


def test_an_agency_publishes_only_the_kinds_of_enforcement_it_has(cast):
    """A bureau that only inspects shows no guide to penalties; without a list it shows everything."""
    cast.bureau.enforcements = ["inspection"]
    cast.bureau.save()
    new = publish_register(cast.bureau, at=AT)

    assert {item.slug for item in new if item.kind == "guide"} == {"inspection"}
    recording = next(item for item in new if item.kind == "recording")
    assert {row[0] for row in recording.body["rows"]} == {"行政检查"}


def test_a_changed_rule_publishes_a_new_chart(cast, monkeypatch):
    """The chart that the public sees follows the rules by itself, and the old version stays."""
    publish_register(cast.bureau, at=AT)
    known = library()
    fewer = replace(
        known, rules=tuple(r for r in known.rules if not r.id.endswith(".decided_within")), _laws={}
    )
    monkeypatch.setattr(register, "library", lambda: fewer)
    new = publish_register(cast.bureau, at=TOMORROW)

    chart = next(item for item in new if (item.kind, item.slug) == ("chart", "ordinary"))
    assert chart.version == 2
    assert "90 日内" not in chart.svg
    assert "90 日内" in PublicItem.objects.get(kind="chart", slug="ordinary", version=1).svg


def test_the_benchmark_that_counts_is_the_one_the_public_reads(cast):
    """Violation, basis, condition, tier and range of every row; the four lists with their conditions."""
    publish_register(cast.bureau, at=AT)
    table = selectors.items("benchmark")[0].body
    assert table["columns"] == ["违法行为", "依据", "适用条件", "裁量阶次", "处罚幅度"]
    assert table["rows"]
    assert all(row[0] and row[1].startswith("《") for row in table["rows"])
    lists = [item.body for item in selectors.items("list")]
    assert {row[3] for one in lists for row in one["rows"]} >= {"免予处罚", "不予实施行政强制措施"}


def test_what_is_delegated_is_published_by_both_and_only_once_it_was_made_public(cast):
    """The bureau and the station list the agreement; unpublished it is shown by neither."""
    station = make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")
    row = delegations.sign_agreement(
        kind="delegation", number="舞城管委1号", delegator=cast.bureau.code, delegate=station.code, terms=TERMS,
        valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), signed_on=date(2026, 1, 1), by="admin",
    )  # fmt: skip
    before = [one.kind for agency in (cast.bureau, station) for one in publish_register(agency, at=AT)]
    assert "delegations" not in before
    delegations.publish_agreement(pk=row.pk, on=date(2026, 1, 2), where="市政府网站", by="admin")
    for agency in (cast.bureau, station):
        (item,) = publish_register(agency, at=AT)
        assert item.kind == "delegations"
        assert item.body["rows"][0][1:4] == ["舞城管委1号", "舞钢市城市管理局", "舞钢市环境卫生站"]


def test_a_confirmed_subject_shows_its_document(cast):
    """Confirmed: the document stands with the agency; before that nothing is said of it."""
    publish_register(cast.bureau, at=AT)
    assert "confirmation" not in selectors.item("agency", agency=cast.bureau.code).body
    confirm(cast.bureau.code)
    publish_register(cast.bureau, at=AT)
    assert "舞政公告〔2026〕1号" in selectors.item("agency", agency=cast.bureau.code).body["confirmation"]


def test_a_cancelled_certificate_stays_published_when_its_holder_is_gone(cast):
    """Found by its number, with the day; one that is suspended or still to be cancelled is not among them."""
    publish_registers(at=AT)
    assert selectors.cancelled() == ([], 0)
    assert "cancelled" not in selectors.item("officers").body
    held = {one["name"]: one["certificate"] for one in selectors.item("officers").body["officers"]}
    personnel.cancel_certificate(number=held["甲"], on=AT.date(), reason="调离执法岗位", by="admin")
    personnel.suspend_certificate(number=held["乙"], on=AT.date(), reason="待查", by="admin")
    Person.objects.filter(username=cast.officer.username).update(is_active=False)
    publish_registers(at=TOMORROW)

    (one,), count = selectors.cancelled(held["甲"])
    assert (count, one.name, one.certificate) == (1, "甲", held["甲"])
    assert selectors.cancelled(held["乙"]) == ([], 0)
    assert "甲" not in {one.name for one in selectors.officers()[0]}
    page = Client().get("/portal/officers/").content.decode()
    assert held["甲"] in page.partition('id="cancelled"')[2]
    assert 'id="cancelled"' not in Client().get("/portal/officers/", {"q": "乙"}).content.decode()
