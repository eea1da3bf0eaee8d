"""Planning a file-review campaign and drawing its sample, step by step; no reader says anything yet."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.appraisal import drawing
from mingjing.appraisal.drawing import NotProven, keep_proof
from mingjing.appraisal.models import Campaign, File, Step
from mingjing.appraisal.writing import NotDone, append, enter_campaign, enter_file, locked
from mingjing.cases.sampling import decided_files, parties_of, with_part
from mingjing.cases.selectors import case_by_own_code
from mingjing.inspections.drawing.bundle import commitments_record, record_digest, result_record
from mingjing.inspections.drawing.seed import SeedRefused, commitment
from mingjing.inspections.register.inspectors import relations_of
from mingjing.personnel import selectors as register
from mingjing.personnel.permissions import may
from mingjing.personnel.tree import subtree
from mingjing.review.scoring import score_sheet
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person
    from mingjing.review.sheet import ScoreSheet

MANAGE: Final = "filereview.manage"
READ: Final = "filereview.read"
ANSWER: Final = "filereview.answer"
PROCEDURES: Final[Mapping[str, str]] = {"ordinary": "普通程序", "summary": "简易程序"}
MOST: Final = 500  # files of one agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a campaign is to be."""

    title: str
    begins: date
    ends: date
    procedures: Sequence[str]
    agencies: Sequence[str]
    take: int
    share: int  # percent of the files of each agency that a second person reads
    readers: Sequence[str]
    party: str  # code of the agency that makes the seed together with the office


@transaction.atomic
def plan(*, told: Plan, by: "Person", at: datetime, once: str) -> Campaign:
    """Fix a campaign: the lists are frozen and the terms of the draw declared. Raises NotDone."""
    take_turn("campaign", once)
    if (there := Campaign.objects.filter(once=once).first()) is not None:
        return there
    units, readers = _units(told, by), _readers(told, by)
    _check(told, units, readers)
    frame = {one.code: decided_files(one.pk, told.procedures, told.begins, told.ends) for one in units}
    if empty := [one.name for one in units if not frame[one.code]]:
        raise NotDone(f"{'、'.join(empty)}在这段时间没有已作出处罚决定的案卷。请调整单位或者期间。")
    party = next((one for one in units if one.code == told.party), None)
    if party is None:
        raise NotDone("请从被评查单位中选一家，与本机关共同产生抽样的随机数。", field="party")
    row = Campaign(
        code=secrets.token_hex(8), log_code=secrets.token_hex(12), office=by.agency, title=told.title.strip()
    )
    row.content = {
        "begins": told.begins.isoformat(),
        "ends": told.ends.isoformat(),
        "procedures": list(told.procedures),
        "take": told.take,
        "share": told.share,
        "readers": sorted(readers),
        "parties": {by.agency.name: by.agency.code, party.name: party.code},
    }
    row.frame, row.by, row.at, row.once = frame, by.username, at, once
    enter_campaign(row)
    _declare(row, readers, by, at)
    return row


def _units(told: Plan, by: "Person") -> list["Agency"]:
    below = set(subtree(by.agency_id).values()) - {by.agency.code}
    if not may(by, MANAGE, by.agency.code):
        raise NotDone("只有监督机关的人员能够组织案卷评查。")
    if not told.agencies or not set(told.agencies) <= below:
        raise NotDone("请选择被评查的下级单位。", field="agencies")
    return [register.agency(code) for code in sorted(set(told.agencies))]


def _readers(told: Plan, by: "Person") -> dict[str, "Agency"]:
    known = {one.username: one for one in candidates(by)}
    if strangers := sorted(set(told.readers) - set(known)):
        raise NotDone(f"{strangers[0]} 不能担任评查人员。请从名单中选择。", field="readers")
    return {username: known[username].agency for username in told.readers}


def candidates(by: "Person") -> list["Person"]:
    """Give who may be asked to read: reviewers and supervisors of the office and below, but not who organises."""
    found: list[Person] = []
    for code in subtree(by.agency_id).values():
        found += [
            one
            for role in ("reviewer", "supervisor")
            for one in register.people_with_role(code, role)
            if one.username != by.username and one.is_active
        ]
    return list({one.username: one for one in found}.values())


def _check(told: Plan, units: Sequence["Agency"], readers: Mapping[str, "Agency"]) -> None:
    if not told.title.strip() or len(told.title.strip()) > 100:
        raise NotDone("请写明活动名称，最多 100 字。", field="title")
    if told.begins > told.ends:
        raise NotDone("期间的开始晚于结束。", field="begins")
    if not told.procedures or not set(told.procedures) <= set(PROCEDURES):
        raise NotDone("请选择案件种类。", field="procedures")
    if not 1 <= told.take <= MOST:
        raise NotDone(f"每个单位抽取 1 到 {MOST} 份。", field="take")
    if not 0 <= told.share <= 100:
        raise NotDone("盲评比例是 0 到 100 的百分数。", field="share")
    for unit in units:
        able = sum(agency.pk != unit.pk for agency in readers.values())
        if able < each_of(told.share):
            raise NotDone(
                f"{unit.name}的案卷至少要 {each_of(told.share)} 名外单位评查人员，现有 {able} 名。",
                field="readers",
            )


def each_of(share: int) -> int:
    """Say how many people are drawn for a file: a second one waits where some files are read twice."""
    return 2 if share else 1


def _declare(row: Campaign, readers: Mapping[str, "Agency"], by: "Person", at: datetime) -> None:
    record = drawing.listed(row.frame)
    raw = drawing.declared(
        log_code=row.log_code,
        list_digest=record_digest(record),
        record=record,
        take=row.content["take"],
        readers=readers,
        avoid=conflicts([code for codes in row.frame.values() for code in codes], list(readers)),
        each=each_of(row.content["share"]),
        parties=list(row.content["parties"]),
    )
    append(row, "list", record, by=by, at=at)
    append(row, "declared", raw, by=by, at=at)


def conflicts(codes: Sequence[str], readers: Sequence[str]) -> list[tuple[str, str]]:
    """Give (reader, file) wherever he had a part in it, or disclosed a relation with its party."""
    found = set(with_part(codes, readers))
    relations = relations_of(readers)
    if relations:
        for code, party in parties_of(codes):
            found |= {(reader, code) for reader, known in relations.items() if party in known}
    return sorted(found)


@transaction.atomic
def pledge(*, campaign: Campaign, commits: str, by: "Person", at: datetime) -> Step:
    """Bind one's own agency to its number; with the last one the commitments go to the log. Raises NotDone."""
    row, now = locked(campaign)
    party = party_of(row, by)
    _at_state(now.state, "declared")
    _kept(row, "list", "declared")
    if party in now.pledges:
        raise NotDone("本机关已经提交过承诺，不能更换。")
    if len(commits) != 64 or set(commits) - set("0123456789abcdef"):
        raise NotDone("承诺应为 64 位小写十六进制。请重新生成。", field="commitment")
    if commits in now.pledges.values():
        raise NotDone("这个承诺已有一方提交过。请各自生成。", field="commitment")
    step = append(row, "pledged", {"party": party, "commitment": commits}, by=by, at=at)
    given = {**now.pledges, party: commits}
    if len(given) == len(row.content["parties"]):
        digest = row.steps.get(kind="declared").commitment
        append(row, "bound", commitments_record(declaration=digest, commitments=given), by=by, at=at)
    return step


@transaction.atomic
def reveal(*, campaign: Campaign, nonce: str, by: "Person", at: datetime) -> Step:
    """Show one's own agency's number; with the last one the sample is drawn. Raises NotDone."""
    row, now = locked(campaign)
    party = party_of(row, by)
    _at_state(now.state, "bound")
    _kept(row, "bound")
    if party in now.reveals:
        raise NotDone("本机关的随机数已经公开。")
    try:
        fits = commitment(drawing.declaration_of(row).terms, party, nonce) == now.pledges[party]
    except SeedRefused as refused:
        raise NotDone(str(refused), field="nonce") from refused
    if not fits:
        raise NotDone("这个随机数与承诺不符。请核对提交承诺时保存的凭条。", field="nonce")
    step = append(row, "revealed", {"party": party, "nonce": nonce}, by=by, at=at)
    shown = {**now.reveals, party: nonce}
    if len(shown) == len(row.content["parties"]):
        _draw(row, now.pledges, shown, by, at)
    return step


def _draw(
    row: Campaign, pledges: Mapping[str, str], reveals: Mapping[str, str], by: "Person", at: datetime
) -> None:
    """Draw, and let the machine score what was drawn: its findings are fixed before anybody reads."""
    run = drawing.run_of(row, pledges, reveals, ())
    record = result_record(
        declaration=row.steps.get(kind="declared").commitment,
        previous=row.steps.get(kind="bound").commitment,
        reveals=reveals,
        number="",
        outcome=run.outcome,
    )
    append(row, "drawn", record, by=by, at=at)
    agencies = {code: register.agency(code) for code in row.frame}
    counts: dict[str, int] = {}
    for line in run.lines:
        taken = counts[line.stratum] = counts.get(line.stratum, 0) + 1
        whole = min(row.content["take"], len(row.frame[line.stratum]))
        file = File(campaign=row, agency=agencies[line.stratum], case_code=line.object, at=at)
        # The order of the draw is chance itself: the first of it are a random share.
        file.twice = taken <= -(-whole * row.content["share"] // 100)
        file.machine = machine_of(score_sheet(case_by_own_code(line.object), at))
        enter_file(file)


def machine_of(sheet: "ScoreSheet") -> dict[str, Any]:
    """Give what the machine found, as it is kept with the file."""
    return {
        "score": sheet.score,
        "vetoed": sheet.vetoed,
        "lines": [
            {
                "no": line.item.no,
                "title": line.item.title,
                "lost": line.lost,
                "veto": line.item.veto,
                "told": [
                    f"{one.act}：{one.reason}{f'（{one.source.cite()}）' if one.source else ''}"
                    for one in line.breaches
                ],
            }
            for line in sheet.lines
            if line.breaches
        ],
    }


@transaction.atomic
def drop(*, campaign: Campaign, reason: str, by: "Person", at: datetime) -> Step:
    """Give a campaign up before anybody reads, with the reason. Raises NotDone."""
    row, now = locked(campaign)
    demand_organiser(row, by)
    if now.state not in {"declared", "bound"}:
        raise NotDone("样本已经抽出，不能放弃重抽。")
    if not reason.strip():
        raise NotDone("请写明为什么放弃。", field="reason")
    return append(row, "dropped", {"reason": reason.strip()[:400]}, by=by, at=at)


def organises(row: Campaign, person: "Person") -> bool:
    """Say whether this person runs the campaign: of the office, and no reader in it."""
    own = person.agency_id == row.office_id and may(person, MANAGE, row.office.code)
    return own and person.username not in row.content["readers"]


def demand_organiser(row: Campaign, by: "Person") -> None:
    """Raise NotDone for everybody else."""
    if not organises(row, by):
        raise NotDone("只有组织机关中不担任评查人员的监督人员才能办理。")


def party_of(row: Campaign, by: "Person") -> str:
    """Give the party for which this person acts. Raises NotDone where there is none."""
    parties: Mapping[str, str] = row.content["parties"]
    name = next((name for name, code in parties.items() if code == by.agency.code), None)
    if name is None or not (may(by, ANSWER, by.agency.code) or organises(row, by)):
        raise NotDone("只有公告的出数方的负责人或者组织人员才能提交随机数。")
    return name


def _at_state(state: str, wanted: str) -> None:
    if state != wanted:
        raise NotDone("现在不能办这一步：抽样已经走到下一步或者活动已经放弃。")


def _kept(row: Campaign, *kinds: str) -> None:
    try:
        for step in row.steps.filter(kind__in=kinds):
            keep_proof(step.commitment)
    except NotProven as missing:
        raise NotDone(str(missing)) from missing
