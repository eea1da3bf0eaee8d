"""A file-review campaign from its plan to its result, and what nobody in it can do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from mingjing.appraisal import drawing, planning, reading, selectors
from mingjing.appraisal.audit import audit_appraisal
from mingjing.appraisal.missed import exact
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.results import final_scores, readers_of, summary_of
from mingjing.appraisal.standing import standing_of
from mingjing.appraisal.writing import NotDone, locked
from mingjing.cases.models import Case
from mingjing.inspections.drawing.verify import verify_draw
from mingjing.packs.file_review_terms import check_file_review_terms
from mingjing.packs.load import library
from mingjing.personnel.selectors import person
from mingjing.translog.services import ensure_log_key, seal_log
from tests.append_only import guards_lifted
from tests.appraisal.campaigns import AT, BESIDE, NONCES, PLAN, drawn, later, make_readers, opened, planned
from tests.cast import BUREAU, ELSEWHERE, make_person
from tests.stories import told

pytestmark = pytest.mark.django_db
CHANGED = (IntegrityError, OperationalError, ProgrammingError)
FAULT = ("V6", "决定书认定的事实与笔录相反")


@pytest.fixture
def county(cast):
    """Four decided files in the bureau, and reviewers beside it."""
    for mark in "abcd":
        told(cast, "summary", mark=mark)
    make_readers()
    return cast


def now(row):
    return standing_of(Step.objects.filter(campaign=row))


def readings(row):
    found = reading.readings_of(row, now(row), selectors.files_of(row))
    return sorted(found, key=lambda one: (one.file.key, one.role, one.reader))


def opine(row, one, *, marks=None, overruled=None, at=None):
    return reading.opine(
        campaign=row,
        key=one.file.key,
        marks=marks or {},
        overruled=overruled or {},
        by=person(one.reader),
        at=at or later(10),
    )


def planted(row, cast, faults=(FAULT,)):
    free = next(code for code in row.frame[BUREAU] if not row.files.filter(case_code=code).exists())
    return reading.plant(
        campaign=row, source=free, body={"acts": []}, faults=faults, by=cast.supervisor, at=later(5)
    )


def test_anybody_runs_the_sample_again(county):
    """Two of four files by two parties' numbers; the bundle gives the same files and readers to `draw verify`."""
    row = drawn(county)
    report = verify_draw(drawing.bundle_of(row), ensure_log_key().public.vkey)
    assert report.ok, report.text
    assert report.checked == row.files.count() == 2
    assert {one.case_code for one in row.files.all()} <= set(row.frame[BUREAU])
    assert [one.twice for one in row.files.order_by("id")] == [True, False]


def test_nobody_reads_his_own_agency_nor_a_file_he_had_a_part_in(county):
    """The bureau's own reviewer is never drawn; who recorded an act of a file now reads elsewhere but not that file."""
    make_person("moved", "卯", "reviewer", agency=BESIDE)
    row = planned(county, readers=["reviewer", "beside1", "beside2"])
    terms = drawing.declaration_of(row)
    assert {one.number for one in terms.inspectors} == {"beside1", "beside2"}
    code = row.frame[BUREAU][0]
    assert (county.officer.username, code) in planning.conflicts([code], [county.officer.username, "moved"])
    assert reading.eligible(row, BUREAU, code) == ["beside1", "beside2"]
    with pytest.raises(NotDone, match="外单位评查人员"):
        planned(county, once="b", readers=["reviewer", "beside1"])


def test_the_seed_needs_both_and_what_they_were_bound_to(county):
    """No number before the terms are sealed, no other number than the pledged one, no third party."""
    row = planned(county)
    with pytest.raises(NotDone, match="检查点"):
        planning.pledge(campaign=row, commits="0" * 64, by=county.head, at=later(1))
    seal_log(at=later(1))
    with pytest.raises(NotDone, match="出数方"):
        planning.pledge(campaign=row, commits="0" * 64, by=county.outsider, at=later(1))
    for by, commits in ((county.head, "0" * 64), (county.supervisor, "1" * 64)):
        planning.pledge(campaign=row, commits=commits, by=by, at=later(2))
    seal_log(at=later(3))
    with pytest.raises(NotDone, match="与承诺不符"):
        planning.reveal(campaign=row, nonce=NONCES[county.bureau.name], by=county.head, at=later(4))
    assert not row.files.exists()
    planning.drop(campaign=row, reason="出数方遗失凭条", by=county.supervisor, at=later(5))
    assert now(row).state == "dropped"
    with pytest.raises(NotDone, match="不能放弃"):
        planning.drop(campaign=drawn(county, once="c"), reason="重抽", by=county.supervisor, at=later(6))


def test_from_opinions_to_the_result(county):
    """Two readers differ, a third decides; the unit objects in time, somebody else reads again; places follow."""
    row = opened(county)
    for one in readings(row):
        opine(row, one, marks={"V6": (100, "事实不清")} if one.role == "second" else {})
    twice = row.files.get(twice=True)
    with pytest.raises(NotDone, match="没有评查完"):
        reading.announce(campaign=row, by=county.supervisor, at=later(11))
    locked_row, standing = locked(row)
    assert list(reading.lacking(locked_row, standing, [twice])) == [(twice, "third")]
    (third,) = reading.free_readers(locked_row, standing, twice)
    reading.appoint(
        campaign=row, key=twice.key, role="third", reader=third, by=county.supervisor, at=later(12)
    )
    opine(row, next(one for one in readings(row) if one.role == "third"), marks={"18": (1, "涂改处没有捺印")})
    reading.announce(campaign=row, by=county.supervisor, at=later(13))

    other = row.files.get(twice=False)
    with pytest.raises(NotDone, match="本单位"):
        reading.object_to(campaign=row, key=other.key, text="不服", by=person("beside1"), at=later(14))
    reading.object_to(campaign=row, key=other.key, text="第二项有证据", by=county.head, at=later(14))
    first = next(one for one in readings(row) if one.file == other and one.role == "first").reader
    with pytest.raises(NotDone, match="没有评过"):
        reading.appoint(
            campaign=row, key=other.key, role="again", reader=first, by=county.supervisor, at=later(15)
        )
    again = reading.free_readers(*locked(row), other)[0]
    reading.appoint(
        campaign=row, key=other.key, role="again", reader=again, by=county.supervisor, at=later(15)
    )
    with pytest.raises(NotDone, match="还没有过"):
        reading.close(campaign=row, by=county.supervisor, at=later(16))
    after = AT + timedelta(days=30)
    with pytest.raises(NotDone, match="复核没有办完"):
        reading.close(campaign=row, by=county.supervisor, at=after)
    opine(row, next(one for one in readings(row) if one.role == "again"), at=later(17))
    reading.close(campaign=row, by=county.supervisor, at=after)

    (unit,) = row.steps.get(kind="closed").facts["units"]
    machine = {one.key: one.machine for one in row.files.all()}
    scores = final_scores(row, now(row))
    assert scores[twice.key] == (reading.scored(machine[twice.key], {"18": {"points": 1}}, {}))
    assert unit["files"] == 2
    assert unit["place"] == 1
    assert unit["tenths"] == sum(score for score, _ in scores.values()) * 5
    with pytest.raises(NotDone):
        reading.object_to(campaign=row, key=twice.key, text="晚了", by=county.head, at=after)


def test_an_objection_after_its_day_is_late(county):
    """Ten working days after the result was told; on the last one it is in time."""
    row = opened(county, share=0)
    for one in readings(row):
        opine(row, one)
    reading.announce(campaign=row, by=county.supervisor, at=later(11))
    due = selectors.campaign_for(county.head, row.code).objection_due
    last, first = row.files.all()
    day = timedelta(days=(due - AT.date()).days)
    with pytest.raises(NotDone, match="已经过了"):
        reading.object_to(
            campaign=row, key=last.key, text="不服", by=county.head, at=AT + day + timedelta(days=1)
        )
    assert reading.object_to(campaign=row, key=first.key, text="不服", by=county.head, at=AT + day)


def test_a_reader_says_for_each_point_why(county):
    """Points without words, too many points, items of the machine, a second opinion: refused; with words taken."""
    row = opened(county)
    one = readings(row)[0]
    for marks, said in (
        ({"18": (1, " ")}, "写明哪里"),
        ({"18": (50, "多")}, "最多扣"),
        ({"V1": (5, "少")}, "最多扣 100"),
        ({"24": (1, "机评项目")}, "不是由人"),
    ):
        with pytest.raises(NotDone, match=said):
            opine(row, one, marks=marks)
    with pytest.raises(NotDone, match="逐项写明"):
        opine(row, one, overruled={"没有这项": "理由"})
    opine(row, one, marks={"18": (1, "第 3 页涂改处没有捺印")})
    with pytest.raises(NotDone, match="不能更改"):
        opine(row, one)
    stranger = next(name for name in ("beside1", "beside2", "beside3") if name != one.reader)
    if stranger not in {other.reader for other in readings(row) if other.file == one.file}:
        with pytest.raises(NotDone, match="没有分给"):
            reading.opine(
                campaign=row, key=one.file.key, marks={}, overruled={}, by=person(stranger), at=later(12)
            )


def test_who_finds_a_conflict_later_is_replaced_by_the_draw(county):
    """The draw goes on to the next reader, with the reason in the record, and verifies still."""
    row = opened(county)
    one = next(one for one in readings(row) if one.role == "first")
    with pytest.raises(NotDone, match="什么关系"):
        reading.excuse(campaign=row, key=one.file.key, reason="", by=person(one.reader), at=later(7))
    reading.excuse(
        campaign=row, key=one.file.key, reason="当事人是我表兄", by=person(one.reader), at=later(7)
    )
    assert one.reader not in {other.reader for other in readings(row) if other.file == one.file}
    seal_log(at=later(8))
    report = verify_draw(drawing.bundle_of(row), ensure_log_key().public.vkey)
    assert report.ok, report.text


def test_planted_faults_are_counted_for_readers_and_never_for_units(county):
    """One of three finds the fault; the ranking is that of the drawn files alone; no case was written."""
    row = drawn(county)
    with pytest.raises(NotDone, match="由人判断"):
        planted(row, county, [("24", "机器能查")])
    before = {one.code for one in Case.objects.all()}
    file = planted(row, county)
    assert {one.code for one in Case.objects.all()} == before
    assert file.readers == ["beside1", "beside2", "beside3"]
    reading.open_reading(campaign=row, by=county.supervisor, at=later(6))
    with pytest.raises(NotDone, match="之前掺入"):
        planted(row, county)
    for one in readings(row):
        found = one.file == file and one.reader == "beside1"
        opine(row, one, marks={"V6": (100, "与笔录相反")} if found else {})
    by_reader = {one.username: one for one in readers_of(selectors.files_of(row), now(row))}
    assert (by_reader["beside1"].rate.missed, by_reader["beside1"].rate.of) == (0, 1)
    assert [one.words for one in by_reader["beside2"].missed] == [FAULT[1]]
    (unit,) = summary_of(row, now(row))["units"]
    assert unit["files"] == 2
    assert unit["vetoed"] == sum(one.machine["vetoed"] for one in row.files.exclude(case_code=""))
    assert not selectors.missed_by(person("beside2"))
    reading.announce(campaign=row, by=county.supervisor, at=later(11))
    assert [one.no for _, one in selectors.missed_by(person("beside2"))] == ["V6"]
    assert not selectors.missed_by(person("beside1"))


def test_the_interval_is_the_exact_one():
    """Against tables of Clopper and Pearson; nothing counted gives none."""
    assert exact(0, 0) is None
    assert exact(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert exact(3, 10) == pytest.approx((0.0667, 0.6525), abs=1e-4)
    assert exact(10, 10) == pytest.approx((0.6915, 1), abs=1e-4)


def test_only_whom_it_concerns_sees_a_campaign(county):
    """Office, readers and reviewed units do; a bureau elsewhere and an unconcerned officer do not."""
    row = planned(county)
    for viewer in (county.supervisor, county.head, person("beside1")):
        assert selectors.campaign_for(viewer, row.code).row == row
    for viewer in (county.outsider, county.officer, make_person("far", "远", "head", agency=ELSEWHERE)):
        with pytest.raises(selectors.NoSuchCampaign):
            selectors.campaign_for(viewer, row.code)
    assert not planning.organises(row, county.head)
    assert planning.organises(row, county.supervisor)


def test_only_the_office_plans_and_only_downwards(county):
    """A head plans nothing; nobody plans over a bureau elsewhere; an empty list is told by name."""
    with pytest.raises(NotDone, match="监督机关"):
        planning.plan(told=planning.Plan(**PLAN), by=county.head, at=AT, once="x")
    with pytest.raises(NotDone, match="下级单位"):
        planned(county, agencies=[ELSEWHERE])
    with pytest.raises(NotDone, match="没有已作出处罚决定"):
        planned(county, agencies=[BUREAU, BESIDE], readers=["reviewer", "beside1", "beside2"], share=0)
    assert Campaign.objects.count() == 0


def test_nothing_can_be_changed_and_whoever_does_is_found(county):
    """The database refuses; where somebody lifts its guard, the log tells of campaign, file and step."""
    row = opened(county)
    opine(row, readings(row)[0])
    assert not list(audit_appraisal())
    for rows in (Campaign.objects.all(), File.objects.all(), Step.objects.all()):
        with pytest.raises(CHANGED), transaction.atomic():
            rows.delete()
    with guards_lifted(connection):
        Step.objects.filter(campaign=row, kind="opined").update(by="beside9")
        File.objects.filter(campaign=row, twice=True).update(twice=False)
    faults = list(audit_appraisal())
    assert len(faults) == 2
    assert all("改动" in one for one in faults)


def test_the_terms_of_every_scope_are_read():
    """A pack with a fault would name its place."""
    assert check_file_review_terms(library()) == []


def test_of_two_agencies_each_reads_the_other(county):
    """With files of both, a reviewer is drawn for the other agency's alone; whoever could read nothing is left out."""
    frame = {BUREAU: ["a1", "a2", "a3"], BESIDE: ["b1", "b2", "b3"]}
    record = drawing.listed(frame)
    people = {"reviewer": county.bureau, "beside1": person("beside1").agency, "supervisor": county.justice}
    shared = {"log_code": "x", "list_digest": "y", "record": record, "take": 2, "avoid": (), "each": 1}
    raw = drawing.declared(**shared, readers=people, parties=["甲方", "乙方"])
    regions = {one["number"]: one["regions"] for one in raw["inspectors"]}
    assert regions == {"reviewer": [BESIDE], "beside1": [BUREAU], "supervisor": [BUREAU, BESIDE]}
    alone = drawing.listed({BUREAU: ["a1"]})
    raw = drawing.declared(**{**shared, "record": alone}, readers=people, parties=["甲方", "乙方"])
    assert [one["number"] for one in raw["inspectors"]] == ["beside1", "supervisor"]
