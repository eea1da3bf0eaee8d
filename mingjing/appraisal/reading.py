"""Reading the files of a campaign: test files, opinions, conflicts, a third reader, objections, the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.appraisal import drawing
from mingjing.appraisal.limits import due_after, terms_of
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.planning import ANSWER, conflicts, demand_organiser, machine_of
from mingjing.appraisal.results import summary_of
from mingjing.appraisal.standing import FULL, Standing, differ, final_of, scored
from mingjing.appraisal.writing import NotDone, append, enter_file, locked
from mingjing.cases.selectors import case_by_own_code
from mingjing.inspections.drawing.bundle import change_record
from mingjing.inspections.drawing.run import RELIEVE, ChangeRefused
from mingjing.kit.clock import legal_day
from mingjing.personnel import selectors as register
from mingjing.personnel.permissions import may
from mingjing.review.scoring import human_items, review_standard, score_sheet

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """One file that one person reads, and in which role."""

    file: File
    role: str
    reader: str


def readings_of(row: Campaign, now: Standing, files: Sequence[File]) -> list[Reading]:
    """Give who reads what: as drawn, and as appointed where two differed, a unit objected or nobody was left."""
    drawn = {one.case_code: one.readers for one in drawing.drawn_files(row)}
    found: list[Reading] = []
    for file in files:
        if not file.case_code:
            found += [
                Reading(file, "first", one) for one in file.readers if (file.key, one) not in now.excused
            ]
            continue
        wanted = ("first", "second") if file.twice else ("first",)
        roles = _roles(now, file, list(drawn.get(file.case_code, ())), wanted)
        found += [Reading(file, role, reader) for role, reader in roles.items()]
        for role in ("third", "again"):
            if reader := now.appointed.get((file.key, role)):
                found.append(Reading(file, role, reader))
    return found


def _roles(now: Standing, file: File, drawn: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """Give the reader of each role: whoever has spoken keeps his, the others follow in the order of the draw."""
    roles = {one.role: one.reader for one in now.opinions.get(file.key, ()) if one.role in wanted}
    left = [one for one in drawn if one not in roles.values()]
    for role in wanted:
        if role not in roles and left:
            roles[role] = left.pop(0)
        elif role not in roles and (appointed := now.appointed.get((file.key, role))):
            roles[role] = appointed
    return roles


@transaction.atomic
def plant(
    *,
    campaign: Campaign,
    source: str,
    body: Mapping[str, Any],
    faults: Sequence[tuple[str, str]],
    by: "Person",
    at: datetime,
) -> File:
    """Put a test file among those to be read: a copy of a case with known faults, in a place of its own.

    No case is written. Every reader without a conflict reads it. Raises NotDone.
    """
    row, now = locked(campaign)
    demand_organiser(row, by)
    if now.state != "drawn":
        raise NotDone("测试卷在抽样之后、开始评查之前掺入。")
    most = terms_of(row.office).planted_most
    if row.files.filter(case_code="").count() >= most:
        raise NotDone(f"一次活动最多掺入 {most} 份测试卷。")
    if not faults or any(no not in human_items() or not words.strip() for no, words in faults):
        raise NotDone(
            "请写明掺入的错误属于哪一项（只能是由人判断的项目：机器能查出的，机器已经查了）和内容。",
            field="faults",
        )
    if row.files.filter(case_code=source).exists():
        raise NotDone("这件案卷已经抽中，不能再作测试卷的底本。", field="source")
    original = case_by_own_code(source)
    if original.agency.code not in row.frame:
        raise NotDone("请用被评查单位的案卷作底本。", field="source")
    readers = eligible(row, original.agency.code, source)
    if not readers:
        raise NotDone("没有可以评查这份测试卷的外单位人员。", field="source")
    file = File(campaign=row, agency=original.agency, machine=machine_of(score_sheet(original, at)), at=at)
    file.body = {**body, "source": source}
    file.faults = [{"no": no, "words": words.strip()[:LONGEST]} for no, words in faults]
    file.readers = readers
    return enter_file(file)


def eligible(row: Campaign, agency: str, case_code: str) -> list[str]:
    """Give the readers who may read a file of an agency: of another one, with no part in it, no relation disclosed."""
    people = {one: register.person(one) for one in row.content["readers"]}
    barred = {reader for reader, _ in conflicts([case_code], list(people))}
    return sorted(
        name
        for name, one in people.items()
        if one.agency.code != agency and name not in barred and one.is_active
    )


@transaction.atomic
def open_reading(*, campaign: Campaign, by: "Person", at: datetime) -> Step:
    """Let the readers begin; from now on no test file is added. Raises NotDone."""
    row, now = locked(campaign)
    demand_organiser(row, by)
    if now.state != "drawn":
        raise NotDone("抽出样本以后才能开始评查，开始一次。")
    return append(row, "opened", {}, by=by, at=at)


@transaction.atomic
def opine(
    *,
    campaign: Campaign,
    key: str,
    marks: Mapping[str, tuple[int, str]],
    overruled: Mapping[str, str],
    by: "Person",
    at: datetime,
) -> Step:
    """Hand in what one found in a file: points and words for each human item, machine findings that do not hold.

    Raises NotDone; an opinion is handed in once.
    """
    row, now = locked(campaign)
    reading = reading_for(row, now, by.username, key)
    if reading is None:
        raise NotDone("这份案卷没有分给您评查。")
    if now.state != ("announced" if reading.role == "again" else "opened"):
        raise NotDone("现在不是评查的时候。")
    if now.opinion(key, reading.role, by.username):
        raise NotDone("评查意见已经提交，不能更改。")
    given = {no: {"points": points, "words": words.strip()} for no, (points, words) in marks.items()}
    _check_marks(given)
    lines = {one["no"] for one in reading.file.machine["lines"]}
    refuted = {no: words.strip() for no, words in overruled.items()}
    if not set(refuted) <= lines or not all(refuted.values()):
        raise NotDone("认为机器扣分不成立的，逐项写明理由。", field="overruled")
    score, vetoed = scored(reading.file.machine, given, refuted)
    facts = {"file": key, "role": reading.role, "marks": given, "overruled": refuted}
    return append(row, "opined", {**facts, "score": score, "vetoed": vetoed}, by=by, at=at)


def _check_marks(given: Mapping[str, Mapping[str, Any]]) -> None:
    items = {one.no: one for one in review_standard().items if one.no in human_items()}
    for no, mark in given.items():
        if no not in items:
            raise NotDone(f"{no} 不是由人评查的项目。", field="marks")
        most = FULL if items[no].veto else int(float(items[no].points))
        if not 1 <= mark["points"] <= most or (items[no].veto and mark["points"] != FULL):
            raise NotDone(f"第 {no} 项最多扣 {most} 分。", field=f"p-{no}")
        if not mark["words"] or len(mark["words"]) > LONGEST:
            raise NotDone(f"第 {no} 项扣分，请写明哪里不符合，最多 {LONGEST} 字。", field=f"w-{no}")


def reading_for(row: Campaign, now: Standing, username: str, key: str) -> Reading | None:
    """Give what this person reads of a file: his open reading, else the one that he has handed in."""
    files = list(row.files.select_related("agency").filter(key=key))
    own = [one for one in readings_of(row, now, files) if one.reader == username]
    waiting = [one for one in own if not now.opinion(key, one.role, username)]
    return next(iter([*waiting, *own]), None)


@transaction.atomic
def excuse(*, campaign: Campaign, key: str, reason: str, by: "Person", at: datetime) -> Step:
    """Step back from a file because of a conflict that nobody knew of; the draw goes on to the next reader."""
    row, now = locked(campaign)
    reading = reading_for(row, now, by.username, key)
    if reading is None or now.opinion(key, reading.role, by.username) or now.state != "opened":
        raise NotDone("只有尚未提交意见的评查人员才能申请回避。")
    if not reason.strip():
        raise NotDone("请写明与本案或者当事人是什么关系。", field="reason")
    if reading.role not in {"first", "second"}:
        raise NotDone("请告知组织机关另行指定。")
    if not reading.file.case_code:
        return append(row, "excused", {"file": key, "reason": reason.strip()[:400]}, by=by, at=at)
    change = {
        "kind": RELIEVE,
        "stratum": reading.file.agency.code,
        "object": reading.file.case_code,
        "inspector": by.username,
        "reason": reason.strip()[:400],
    }
    run = drawing.run_again(row)
    try:
        run.apply(change)
    except ChangeRefused as refused:
        raise NotDone("您是指定的评查人员，请告知组织机关另行指定。") from refused
    records = drawing.records_of(row)
    declared = row.steps.get(kind="declared").commitment
    body = change_record(
        declaration=declared, previous=records[-1].commitment, change=change, outcome=run.outcome
    )
    return append(row, "changed", body, by=by, at=at)


@transaction.atomic
def appoint(*, campaign: Campaign, key: str, role: str, reader: str, by: "Person", at: datetime) -> Step:
    """Name a third reader where two differ, somebody else for a re-review, or whoever the draw could not find."""
    row, now = locked(campaign)
    demand_organiser(row, by)
    file = _file(row, key)
    if role not in dict(lacking(row, now, [file])).values() or not file.case_code:
        raise NotDone("这份案卷现在不需要指定评查人员。")
    if reader not in free_readers(row, now, file):
        raise NotDone("请指定没有评过这份案卷、与它没有关系的外单位评查人员。", field="reader")
    return append(row, "appointed", {"file": key, "role": role, "reader": reader}, by=by, at=at)


def lacking(row: Campaign, now: Standing, files: Sequence[File]) -> Iterator[tuple[File, str]]:
    """Give (file, role) wherever the organiser has to name a reader."""
    held: dict[str, set[str]] = {}
    for one in readings_of(row, now, files):
        held.setdefault(one.file.key, set()).add(one.role)
    least = terms_of(row.office).differ_points
    for file in files:
        roles = held.get(file.key, set())
        if not file.case_code:
            continue
        if now.state == "opened":
            yield from ((file, one) for one in _missing(file, roles))
            first, second = now.opinion(file.key, "first"), now.opinion(file.key, "second")
            if first and second and differ(first, second, least) and "third" not in roles:
                yield file, "third"
        if now.state == "announced" and file.key in now.objections and "again" not in roles:
            yield file, "again"


def _missing(file: File, roles: set[str]) -> list[str]:
    return [one for one in (("first", "second") if file.twice else ("first",)) if one not in roles]


def free_readers(row: Campaign, now: Standing, file: File) -> list[str]:
    """Give who may still be named for a file: eligible, and neither drawn for it nor relieved of it."""
    taken = {one.reader for one in readings_of(row, now, [file])}
    relieved = {
        one.facts["inspector"]
        for one in row.steps.filter(kind="changed")
        if one.facts["object"] == file.case_code
    }
    return [
        one
        for one in eligible(row, file.agency.code, file.case_code)
        if one not in taken and one not in relieved
    ]


def _file(row: Campaign, key: str) -> File:
    file = row.files.select_related("agency").filter(key=key).first()
    if file is None:
        raise NotDone("没有这份案卷。")
    return file


@transaction.atomic
def announce(*, campaign: Campaign, by: "Person", at: datetime) -> Step:
    """Tell the units what was found; from now on they may object. Raises NotDone while a file waits."""
    row, now = locked(campaign)
    demand_organiser(row, by)
    if now.state != "opened":
        raise NotDone("评查开始以后才能反馈，只反馈一次。")
    least = terms_of(row.office).differ_points
    waiting = [
        one
        for one in row.files.exclude(case_code="")
        if final_of(now.opinions.get(one.key, ()), least) is None
        or (one.twice and now.opinion(one.key, "second") is None)
    ]
    if waiting:
        raise NotDone(f"还有 {len(waiting)} 份案卷没有评查完，或者两人意见不一、等第三人裁定。")
    return append(row, "announced", {}, by=by, at=at)


@transaction.atomic
def object_to(*, campaign: Campaign, key: str, text: str, by: "Person", at: datetime) -> Step:
    """Object to what was found in a file of one's own agency, in time, once. Raises NotDone."""
    row, now = locked(campaign)
    file = _file(row, key)
    if file.agency_id != by.agency_id or not file.case_code or not may(by, ANSWER, by.agency.code):
        raise NotDone("只有本单位的负责人、法制审核人员才能对本单位的案卷申请复核。")
    if now.state != "announced" or now.announced_at is None:
        raise NotDone("现在不是申请复核的时候。")
    if key in now.objections:
        raise NotDone("一份案卷只能申请一次复核。")
    due = due_after(terms_of(row.office).objection, legal_day(now.announced_at))
    if due is not None and legal_day(at) > due:
        raise NotDone(f"申请复核的期限（{due}）已经过了。")
    if not text.strip() or len(text.strip()) > LONGEST:
        raise NotDone(f"请写明哪一项不对、理由，最多 {LONGEST} 字。", field="text")
    return append(row, "objected", {"file": key, "text": text.strip()}, by=by, at=at)


@transaction.atomic
def close(*, campaign: Campaign, by: "Person", at: datetime) -> Step:
    """Fix the result once the time for objections is over and each is answered. Raises NotDone."""
    row, now = locked(campaign)
    demand_organiser(row, by)
    if now.state != "announced" or now.announced_at is None:
        raise NotDone("反馈以后才能形成结果。")
    due = due_after(terms_of(row.office).objection, legal_day(now.announced_at))
    if due is None or legal_day(at) <= due:
        raise NotDone(f"申请复核的期限（{due or '节假日安排未公布'}）还没有过，不能形成结果。")
    if waiting := [key for key in now.objections if now.opinion(key, "again") is None]:
        raise NotDone(f"还有 {len(waiting)} 份案卷的复核没有办完。")
    return append(row, "closed", summary_of(row, now), by=by, at=at)
