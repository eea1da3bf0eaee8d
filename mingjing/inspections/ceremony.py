"""A draw step by step: declare, bind, show, draw, change, close. Each step is one record in the log, or nothing.

No step begins before the one before it stands under a signed checkpoint, so that nobody can say afterwards that it
was different; the proof from then is kept, as a later one would prove less.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from mingjing.inspections.drawing.bundle import (
    CHANGE,
    COMMITMENTS,
    RESULT,
    VOID,
    change_record,
    closing_record,
    commitments_record,
    record_digest,
    result_record,
    void_record,
)
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.drawing.declaration import DeclarationRefused, read_declaration
from mingjing.inspections.drawing.run import SKIP, ChangeRefused, Run
from mingjing.inspections.drawing.seed import SeedRefused, commitment
from mingjing.inspections.models import (
    Campaign,
    Draw,
    DrawLine,
    DrawParty,
    DrawRecord,
    InspectedObject,
    ListVersion,
    PlanLine,
    Pledge,
    RecordProof,
    Reveal,
    SpecialInspection,
)
from mingjing.inspections.register.lists import list_ref
from mingjing.inspections.standing import (
    STAGES,
    declaration_of,
    number_is_out,
    proof_kept,
    records_of,
    run_from,
    run_of,
    seed_is_settled,
    silent_parties,
    stage_of,
)
from mingjing.inspections.visiting.finishing import open_lines, refusal_for
from mingjing.kit.clock import beijing
from mingjing.personnel.selectors import agencies_named
from mingjing.translog.selectors import NotInLog, proof_for
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

BATCH = 1_000


class DrawRefused(Exception):
    """The step cannot be taken now; nothing was written. The message is Chinese."""


def begin_campaign(
    *,
    agency: "Agency",
    title: str,
    begins: date,
    ends: date,
    by: "Person",
    at: datetime,
    item: str = "",
    source: PlanLine | SpecialInspection | None = None,
) -> Campaign:
    """Open a campaign, to which all its draws will belong; `source` is on what it rests."""
    if begins > ends:
        raise DrawRefused("开始日期晚于结束日期。请核对。")
    return Campaign.objects.create(
        code=secrets.token_hex(8),
        log_code=secrets.token_hex(12),
        agency=agency,
        title=title,
        item=item,
        line=source if isinstance(source, PlanLine) else None,
        special=source if isinstance(source, SpecialInspection) else None,
        begins=begins,
        ends=ends,
        made_by=by.username,
        made_at=at,
    )


@transaction.atomic
def declare(
    *, campaign: Campaign, listed: ListVersion, terms: Mapping[str, Any], by: "Person", at: datetime
) -> Draw:
    """Announce a draw: all its terms, frozen. `terms` are strata (name, take, fields, region), inspectors, staffing,
    parties, silence, number and reasons, as `read_declaration` reads them.

    Raises DrawRefused while the round before has not come to its end, or its terms are not in order.
    """
    _lock(campaign)
    last = campaign.draws.order_by("-round").first()
    if last is not None and stage_of(last) != VOID:
        raise DrawRefused("本次抽查已经公告过抽取。要重抽的，先写明理由作废前一次。")
    sizes = {one["name"]: one for one in listed.record["strata"]}
    if unknown := [one["name"] for one in terms["strata"] if one["name"] not in sizes]:
        raise DrawRefused(f"名单没有“{unknown[0]}”这一层")
    raw = {
        "format": DECLARATION,
        "suite": listed.record["suite"],
        "campaign": campaign.log_code,
        "list": listed.digest,
        "replaces": last.digest if last else "",
        **terms,
        "strata": [{**one, **sizes[one["name"]]} for one in terms["strata"]],
    }
    try:
        declaration = read_declaration(raw)
    except DeclarationRefused as refused:
        raise DrawRefused(str(refused)) from refused
    draw = Draw.objects.create(
        campaign=campaign,
        round=(last.round if last else 0) + 1,
        list=listed,
        declaration=raw,
        digest=declaration.digest,
        declared_by=by.username,
        declared_at=at,
    )
    agencies = {one.name: one for one in agencies_named(declaration.parties)}
    DrawParty.objects.bulk_create(
        DrawParty(draw=draw, name=name, agency=agencies.get(name)) for name in declaration.parties
    )
    _record(draw, raw, by.username, at)
    return draw


@transaction.atomic
def pledge(*, draw: Draw, party: str, commits: str, by: str, at: datetime) -> Pledge:
    """Bind a party to its number. With the last party's pledge the commitments go to the log."""
    _lock(draw.campaign)
    _at_stage(draw, DECLARATION, "提交承诺")
    _kept(draw.digest, "抽取公告")
    _kept(draw.list.digest, "名单")
    if party not in draw.declaration["parties"]:
        raise DrawRefused(f"公告没有列出“{party}”。")
    if len(commits) != 64 or set(commits) - set("0123456789abcdef"):
        raise DrawRefused("承诺应为 64 位小写十六进制。请重新生成。")
    if draw.pledges.filter(commitment=commits).exists():
        raise DrawRefused("这个承诺已有一方提交过。请各自生成。")
    try:
        with transaction.atomic():
            made = Pledge.objects.create(draw=draw, party=party, commitment=commits, by=by, at=at)
    except IntegrityError as clash:
        raise DrawRefused(f"“{party}”已经提交过承诺，不能更换。") from clash
    given = dict(draw.pledges.values_list("party", "commitment"))
    if len(given) == len(draw.declaration["parties"]):
        _record(draw, commitments_record(declaration=draw.digest, commitments=given), by, at)
    return made


@transaction.atomic
def reveal(*, draw: Draw, party: str, nonce: str, by: str, at: datetime) -> Reveal:
    """Show a party's number, once all are bound and that stands under a checkpoint.

    Where silence does not void the draw, it is refused from the hour of the public number: who knew that number could
    choose between two results by speaking or keeping silent.
    """
    _lock(draw.campaign)
    _kept(_at_stage(draw, COMMITMENTS, "公开随机数").digest, "承诺")
    if draw.declaration["silence"] == "number" and number_is_out(draw, at):
        raise DrawRefused("公开号码已经到公布时间，不能再公开随机数：按公告的规则，由公开号码代替。")
    pledged = draw.pledges.filter(party=party).first()
    if pledged is None:
        raise DrawRefused(f"公告没有列出“{party}”。")
    try:
        fits = commitment(declaration_of(draw).terms, party, nonce) == pledged.commitment
    except SeedRefused as refused:
        raise DrawRefused(str(refused)) from refused
    if not fits:
        raise DrawRefused("这个随机数与承诺不符。请核对提交承诺时保存的凭条。")
    if hasattr(pledged, "reveal"):
        return pledged.reveal
    return Reveal.objects.create(pledge=pledged, nonce=nonce, by=by, at=at)


@transaction.atomic
def run_draw(*, draw: Draw, number: str, by: "Person", at: datetime) -> DrawRecord:
    """Draw: the seed from the numbers shown, objects, inspectors, result in the log; names stay closed.

    Raises DrawRefused where a number is missing and the terms do not let the draw go on without it, or the public
    number is not out yet.
    """
    _lock(draw.campaign)
    bound = _at_stage(draw, COMMITMENTS, "抽取")
    _kept(bound.digest, "承诺")
    declaration = declaration_of(draw)
    if declaration.number is not None and at < datetime.fromisoformat(declaration.number["after"]):
        raise DrawRefused("公告约定的公开号码还没有到公布时间。")
    if bool(number) != (declaration.number is not None):
        raise DrawRefused("公告约定了公开号码的，必须填写；没有约定的，不能填写。")
    reveals = {
        one.pledge.party: one.nonce
        for one in Reveal.objects.filter(pledge__draw=draw).select_related("pledge")
    }
    try:
        run = run_from(draw, declaration, reveals, number)
    except SeedRefused as refused:
        raise DrawRefused(str(refused)) from refused
    record = result_record(
        declaration=draw.digest, previous=bound.digest, reveals=reveals, number=number, outcome=run.outcome
    )
    made = _record(draw, record, by.username, at)
    _write_lines(draw, run)
    return made


@transaction.atomic
def change_draw(*, draw: Draw, change: Mapping[str, Any], by: "Person", at: datetime) -> DrawRecord:
    """Skip an object, extend a stratum or relieve an inspector, with the reason, and draw on from where it stood."""
    _lock(draw.campaign)
    last = _drawn(draw, "变更")
    _really_so(draw, change)
    run = run_of(draw)
    try:
        run.apply(change)
    except ChangeRefused as refused:
        raise DrawRefused(str(refused)) from refused
    record = change_record(declaration=draw.digest, previous=last.digest, change=change, outcome=run.outcome)
    made = _record(draw, record, by.username, at)
    _write_lines(draw, run)
    return made


def _really_so(draw: Draw, change: Mapping[str, Any]) -> None:
    """Refuse to skip for a state that the register does not show: an object is not out of business by saying so."""
    if change.get("kind") != SKIP:
        return
    register, reason = draw.campaign.agency.region, change.get("reason")
    found = InspectedObject.objects.filter(register=register, public_id=change.get("object")).first()
    if found is not None and reason in InspectedObject.State.values and found.state != reason:
        raise DrawRefused(
            f"名录库登记这个对象为{found.get_state_display()}，不能按这个理由跳过。"
            "情况有变的，请先在检查对象名录库登记它的状态"
        )


@transaction.atomic
def void_draw(*, draw: Draw, reason: str, by: "Person", at: datetime) -> DrawRecord:
    """End a round that has no result yet, with the reason that everybody will read, and the parties that were silent.

    Raises DrawRefused once the seed is settled: who could compute the names must not be able to begin again.
    """
    _lock(draw.campaign)
    if not reason.strip():
        raise DrawRefused("请写明作废的理由。")
    last = records_of(draw)[-1]
    if last.body["format"] not in {DECLARATION, COMMITMENTS}:
        raise DrawRefused("已经抽出结果，不能作废：个别对象或者人员不能检查的，逐一写明理由变更。")
    told = reason.strip()
    if last.body["format"] == COMMITMENTS:
        if seed_is_settled(draw, at):
            raise DrawRefused(
                "种子已经确定，不能作废，请抽取：个别对象或者人员不能检查的，逐一写明理由变更。"
            )
        told += f"（没有公开随机数的：{'、'.join(silent_parties(draw)) or '无'}）"
    record = void_record(declaration=draw.digest, previous=last.digest, reason=told)
    return _record(draw, record, by.username, at)


@transaction.atomic
def close_draw(*, draw: Draw, by: "Person", at: datetime) -> DrawRecord:
    """End a draw whose visits are over: from then on nothing of it changes, and its bundle can be published.

    Raises DrawRefused, naming the lines, while one is neither visited to its result, skipped nor on record as refused.
    """
    _lock(draw.campaign)
    last = _drawn(draw, "办结")
    if lines := open_lines(draw):
        raise DrawRefused(refusal_for(lines))
    count = len(records_of(draw)) + 1
    record = closing_record(declaration=draw.digest, previous=last.digest, records=count)
    return _record(draw, record, by.username, at)


def keep_proofs(*, at: datetime) -> int:
    """Keep the proof of every list and record that a checkpoint has covered since; give how many. For the worker."""
    proven = RecordProof.objects.values("ref")
    waiting = [
        *((one.digest, list_ref(one)) for one in ListVersion.objects.exclude(digest__in=proven)[:BATCH]),
        *(
            (one.digest, record_ref(one.digest))
            for one in DrawRecord.objects.exclude(digest__in=proven)[:BATCH]
        ),
    ]
    kept = 0
    for digest, ref in waiting:
        try:
            proof = proof_for(ref).data
        except NotInLog:
            continue
        RecordProof.objects.get_or_create(ref=digest, defaults={"proof": proof, "kept_at": at})
        kept += 1
    return kept


def record_ref(digest: str) -> str:
    """Give the reference under which the log keeps a record."""
    return f"draw-{digest}"


def _write_lines(draw: Draw, run: Run) -> None:
    """Write the lines as they stand after the last record."""
    draw.lines.all().delete()
    DrawLine.objects.bulk_create(
        (
            DrawLine(
                draw=draw,
                position=at,
                stratum=line.stratum,
                counter=line.drawn.counter,
                place=line.drawn.place,
                object=line.object,
                skipped=line.skipped,
                inspectors=list(line.sent.inspectors) if line.sent else [],
                passed=[list(one) for one in line.sent.passed] if line.sent else [],
            )
            for at, line in enumerate(run.lines)
        ),
        batch_size=500,
    )


def _record(draw: Draw, body: Mapping[str, Any], by: str, at: datetime) -> DrawRecord:
    number = draw.campaign.records.count() + 1
    made = DrawRecord.objects.create(
        campaign=draw.campaign, draw=draw, number=number, body=body, digest=record_digest(body), by=by, at=at
    )
    leaf = {"h": made.digest, "at": beijing(at).isoformat(), "c": draw.campaign.log_code, "n": number}
    enqueue(kind="draw", data=leaf, ref=record_ref(made.digest))
    return made


def _lock(campaign: Campaign) -> None:
    """Let one step at a time be taken in a campaign."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)


def _at_stage(draw: Draw, stage: str, what: str) -> DrawRecord:
    last = records_of(draw)[-1]
    if last.body["format"] != stage:
        raise DrawRefused(f"现在不能{what}：本次抽取{STAGES[last.body['format']]}。")
    return last


def _drawn(draw: Draw, what: str) -> DrawRecord:
    last = records_of(draw)[-1]
    if last.body["format"] not in {RESULT, CHANGE}:
        raise DrawRefused(f"现在不能{what}：本次抽取{STAGES[last.body['format']]}。")
    return last


def _kept(digest: str, what: str) -> None:
    if proof_kept(digest) is None:
        raise DrawRefused(f"{what}还没有进入有签名的检查点。请稍候片刻再试。")
