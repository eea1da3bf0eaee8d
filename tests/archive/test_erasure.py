"""Destroying content when the law asks for it: two persons, a stone that stays, and a log that is whole."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from mingjing.archive.erasure import (
    ErasureRefused,
    confirm_erasure,
    erasure_law,
    finish_erasures,
    refuse_erasure,
    request_erasure,
)
from mingjing.archive.models import ArchivePackage
from mingjing.archive.services import seal_package
from mingjing.cases.bundle import bundle_of
from mingjing.cases.models import Act, CaseOutcome, CaseParty
from mingjing.cases.rebuild import rebuild
from mingjing.cli.whole_audit import audit_everything
from mingjing.documents.selectors import documents_of
from mingjing.evidence import store
from mingjing.evidence.models import EvidenceItem
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.publicity.models import Publication, SearchText
from mingjing.publicity.reporting import standing_decisions
from mingjing.publicity.selectors import decision
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.models import Stone, StoneMark
from mingjing.translog.services import seal_log
from mingjing.translog.verify import verify_bundle
from tests.append_only import tampering
from tests.archive.filed import add_evidence, archiving, finished, photograph
from tests.cases.counted import assert_sums_agree
from tests.stories import told

WHY = {"ground": "ordered", "authority": "舞钢市人民法院（2026）行初1号判决书", "reason": "判令删除"}


@pytest.fixture
def asked(cast, django_capture_on_commit_callbacks):
    """Ask for a destruction as the officer, confirm it as the head; gives the stone."""

    def ask(case, digest=""):
        made = request_erasure(case=case, digest=digest, by=cast.officer, at=timezone.now(), **WHY)
        with django_capture_on_commit_callbacks(execute=True):
            stone = confirm_erasure(made, by=cast.head, at=timezone.now())
        seal_log(at=timezone.now())
        return stone

    return ask


def stored_text():
    """Everything that is stored in any row of any table, as one text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        pieces = []
        for name in names:
            if name.startswith(("django_", "pg_")) or "_fts" in name:
                continue
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - names of our own tables
            pieces += [str(row) for row in cursor.fetchall()]
    return "\n".join(pieces)


def test_a_case_is_destroyed_and_the_log_stays_whole(cast, asked):
    """Nothing of the party remains in any table or file; every check is green and the bundle names the stone."""
    case = finished(cast, "summary", evidence=True)
    seal_package(archiving(case), at=timezone.now())
    party, number = case.party_name, Act.objects.filter(case=case).count()
    digests = [*EvidenceItem.objects.values_list("digest", flat=True), ArchivePackage.objects.get().digest]
    digests += [document.digest for document in documents_of(case)]
    assert party in stored_text()
    stone = asked(case)

    case.refresh_from_db()
    assert case.erased
    assert party not in stored_text()
    assert not any(store.stored(digest) for digest in digests)
    assert_sums_agree([case.agency_id], timezone.now())
    assert not CaseParty.objects.filter(case=case).exists()
    assert not CaseOutcome.objects.filter(case=case).exists()
    assert not SearchText.objects.filter(publication__case_code=case.code).exists()
    assert {act.facts == {} and bytes(act.salt) == b"" for act in Act.objects.filter(case=case)} == {True}
    assert list(audit_everything()) == []
    bundle = bundle_of(case)
    report = verify_bundle(bundle, ensure_log_key().public.vkey)
    assert report.ok, report.text
    assert report.checked == number
    assert "判决书" in report.text
    assert len(stone.body["commitments"]) >= number
    assert not rebuild().differences
    # Whoever only leaves the content out, or alters the stone, is found.
    assert "没有销毁记录" in verify_bundle(bundle.replace(b'"stones": [', b'"others": [')).text
    assert "与存证不符" in verify_bundle(bundle.replace("判令删除".encode(), "自行删除".encode())).text
    # What was published shows nothing either; that it was published, and when, stays.
    (shown,) = Publication.objects.filter(case_code=case.code)
    assert (shown.body, shown.party, bytes(shown.salt)) == ([], "（内容已销毁）", b"")
    public = decision(shown.code, on=legal_day(timezone.now()))
    assert not public.open
    assert public.stone is not None
    page = Client().get(f"/portal/decisions/{shown.code}/").content.decode()
    assert "依法销毁" in page
    assert Client().get(f"/portal/decisions/{shown.code}/record.json").status_code == 404
    assert not list(standing_decisions(case.agency, kinds=[shown.kind], on=legal_day(timezone.now())))


def test_one_piece_of_evidence_is_destroyed_and_the_rest_stays(cast):
    """Its bytes and its label go, the digest and the commitment stay; the other photograph is untouched."""
    case = finished(cast, "summary", evidence=True)
    first, second = EvidenceItem.objects.filter(title="现场照片").order_by("id")[:2]
    made = request_erasure(case=case, digest=first.digest, by=cast.officer, at=timezone.now(), **WHY)
    confirm_erasure(made, by=cast.head, at=timezone.now())  # what waits for the commit never runs here
    seal_log(at=timezone.now())
    # The process died before the bytes went: until the daily run they are told of.
    assert any("仍在" in line for line in audit_everything())
    assert finish_erasures() == 1
    first.refresh_from_db()
    assert (first.erased, first.title, first.taken_by, first.place) == (True, "（内容已销毁）", "", "")
    assert not store.stored(first.digest)
    assert store.stored(second.digest)
    assert not case.erased
    assert list(audit_everything()) == []


def test_bytes_that_another_case_has_too_stay(cast, asked):
    """The same photograph in two cases: one row is emptied, the bytes go with the last of them."""
    case = finished(cast, "summary")
    one = add_evidence(cast, case, photograph(7), "a.jpg", "同一张照片")
    EvidenceItem.objects.bulk_create([twin_of(one)])
    asked(case, one.digest)
    assert (EvidenceItem.objects.get(pk=one.pk).erased, store.stored(one.digest)) == (True, True)
    assert finish_erasures() == 0


def twin_of(item):
    """The same bytes as they would stand in another case."""
    return EvidenceItem(
        **{
            field.name: getattr(item, field.name)
            for field in EvidenceItem._meta.fields
            if field.name not in {"id", "dossier"}
        },
        dossier="another",
    )


def test_what_the_law_demands_before_anything_is_destroyed(cast, asked):
    """An ended case, the years of keeping, a paper, one request at a time, two persons; each kept, it is destroyed."""
    _, running = told(cast, "summary", until="on_the_spot_decided", mark="running")
    with pytest.raises(ErasureRefused, match="尚未办结"):
        request_erasure(case=running, by=cast.officer, at=timezone.now(), **WHY)

    case = finished(cast, "summary")
    over = {"by": cast.officer, **WHY, "ground": "retention_over"}
    year = archiving(case).done_at.year + erasure_law().years[archiving(case).facts["retention"]]
    with pytest.raises(ErasureRefused, match="保管期限到"):
        request_erasure(case=case, at=datetime(year, 12, 31, 12, tzinfo=BEIJING), **over)
    with pytest.raises(ErasureRefused, match="文书"):
        request_erasure(case=case, by=cast.officer, at=timezone.now(), **{**WHY, "authority": " "})

    made = request_erasure(case=case, at=datetime(year + 1, 1, 1, 12, tzinfo=BEIJING), **over)
    with pytest.raises(ErasureRefused, match="等待复核"):
        request_erasure(case=case, by=cast.head, at=timezone.now(), **WHY)
    with pytest.raises(ErasureRefused, match="两个人"):
        confirm_erasure(made, by=cast.officer, at=timezone.now())
    refuse_erasure(made, by=cast.head, at=timezone.now())
    with pytest.raises(ErasureRefused, match="已经办理"):
        confirm_erasure(made, by=cast.head, at=timezone.now())
    assert not Stone.objects.exists()
    assert asked(case).body["confirmed_by"] == cast.head.username


def test_without_a_stone_the_database_lets_nothing_be_erased(cast):
    """The very change that a stone allows is refused without one; with one, only the erased form passes."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    acts, empty = Act.objects.filter(case=case), {"facts": {}, "performers": [], "evidence": [], "held": []}
    gone = {**empty, "passed": [], "recorded_by": "", "salt": b""}
    with pytest.raises(IntegrityError), transaction.atomic():
        acts.update(**gone)
    act = acts.first()
    stone = Stone.objects.create(code="x", body={}, commitment="", at=timezone.now())
    StoneMark.objects.create(stone=stone, ref=act.code)
    for other in ({**gone, "kind": "x"}, {**gone, "facts": {"fine_yuan": "1"}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Act.objects.filter(pk=act.pk).update(**other)
    assert Act.objects.filter(pk=act.pk).update(**gone) == 1


@pytest.mark.django_db(transaction=True)
def test_a_stone_taken_away_or_forged_is_found(cast, asked):
    """The log knows each; so does every emptied row."""
    case = finished(cast, "summary")
    asked(case)
    seal_log(at=timezone.now())
    assert list(audit_everything()) == []
    with tampering(connection) as cursor:
        cursor.execute('UPDATE translog_stone SET body = \'{"reason": "other"}\'')
    assert any("销毁记录" in line and "被改动" in line for line in audit_everything())
    with tampering(connection) as cursor:
        cursor.execute("DELETE FROM translog_stonemark")
        cursor.execute("DELETE FROM translog_stone")
    found = list(audit_everything())
    assert any("被人抹去" in line for line in found)
    assert any("没有销毁记录" in line for line in found)
