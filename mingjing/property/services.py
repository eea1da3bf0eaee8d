"""The only writers of custody: items follow the sealed acts, moves take two signatures, counts say what differs."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.selectors import acts_by_codes, acts_of, case_of_act
from mingjing.evidence.selectors import refs
from mingjing.kit.clock import beijing
from mingjing.personnel.permissions import may
from mingjing.property import flow
from mingjing.property.models import (
    CustodyItem,
    CustodyMove,
    CustodyState,
    MoveDraft,
)
from mingjing.translog.cursors import run_cursor
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingjing.cases.models import Act
    from mingjing.personnel.models import Person
    from mingjing.translog.selectors import SealedEntry

CURSOR: Final = "property"
REF: Final = "custody/"
SALT_BYTES: Final = 32
INDEX: Final = ("state", "place", "seal_no", "moves")  # what is known of an item from its moves
STATED: Final = {"place": 300, "seal_no": 100, "receiver": 100, "note": 500}  # what is stated, and its room


class CustodyRefused(Exception):
    """Nothing was written. `errors` says by field, in Chinese, what is wrong and how to mend it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: list(texts) for field, texts in errors.items()}
        super().__init__("；".join(text for texts in self.errors.values() for text in texts))


# --- what the acts took -----------------------------------------------------------------------


def take_in() -> int:
    """Enter the goods of newly sealed acts; give how many entries of the log were read. For the worker."""
    return run_cursor(CURSOR, _enter_goods)


def _enter_goods(entries: "Iterable[SealedEntry]") -> None:
    # An act that somebody has deleted is not found: `mingjing verify` says so.
    for act in acts_by_codes([entry.ref for entry in entries if entry.kind == "act"]):
        if act.kind in flow.TAKING and not act.imported and act.done_at is not None:
            _enter_rows(act, act.done_at)


def _enter_rows(act: "Act", taken_at: datetime) -> None:
    """Enter every row of the list of an act; rows that are there already stay as they are."""
    field, measure = flow.TAKING[act.kind]
    word = str(act.facts.get("document_no") or act.case.number or act.case.code[:8])
    for row, goods in enumerate(act.facts.get(field) or [], start=1):
        item, new = CustodyItem.objects.get_or_create(
            act=act,
            row=row,
            defaults={
                "agency_id": act.case.agency_id,
                "case_code": act.case.code,
                "code": item_code(bytes(act.salt), row),
                "number": f"{word}-{row:02d}"[:100],
                "measure": measure,
                "name": str(goods.get("goods_name") or "未载明")[:200],
                "quantity": str(goods.get("goods_quantity") or "")[:50],
                "spec": str(goods.get("goods_spec") or "")[:200],
                "storage": str(goods.get("goods_storage") or "")[:300],
                "taken_at": taken_at,
            },
        )
        if new:
            CustodyState.objects.create(
                item=item, agency_id=item.agency_id, state=flow.WAITING, place=item.storage
            )


def item_code(salt: bytes, row: int) -> str:
    """Give the code on the label: worked out from the act's secret, so that a rebuilt register fits old labels."""
    return hashlib.sha256(b"custody" + salt + row.to_bytes(2, "big")).hexdigest()[:20]


# --- moves ------------------------------------------------------------------------------------


@transaction.atomic
def prepare_move(
    *,
    items: Sequence[str],
    kind: str,
    stated: Mapping[str, str],
    basis: str,
    photos: Sequence[str],
    moved_at: datetime,
    by: "Person",
    at: datetime,
) -> MoveDraft:
    """Sign a move of items of one case as the first of two. Raises CustodyRefused, having written nothing."""
    rows = _items(items, by)
    texts = {name: " ".join(str(stated.get(name, "")).split())[:room] for name, room in STATED.items()}
    content = {**texts, "basis": basis, "photos": list(photos), "moved_at": beijing(moved_at).isoformat()}
    _check(rows, kind, content, at)
    waiting = {code for one in MoveDraft.objects.filter(case_code=rows[0].case_code) for code in one.items}
    if busy := [one for one in rows if one.code in waiting]:
        raise CustodyRefused({"items": [f"{busy[0]} 有一项移动等待第二人签名。请先签名或者撤回那一项。"]})
    return MoveDraft.objects.create(
        agency_id=by.agency_id,
        case_code=rows[0].case_code,
        items=[one.code for one in rows],
        kind=kind,
        stated=content,
        by=by.username,
        at=at,
    )


@transaction.atomic
def drop_move(*, draft: int, by: "Person") -> None:
    """Drop a move that is not signed by two. Raises CustodyRefused."""
    _draft(draft, by).delete()


@transaction.atomic
def sign_move(*, draft: int, by: "Person", at: datetime) -> str:
    """Sign a move as the second: its rows, log entries and where the items are now, or nothing; gives its sheet.

    Raises CustodyRefused where the first signer signs again or the move has meanwhile become impossible.
    """
    row = _draft(draft, by)
    if row.by == by.username:
        raise CustodyRefused(
            {"": ["移动要由两人签名。经办人不能自己复核，请另一名有权限的人员核对实物后签名。"]}
        )
    items = _items(row.items, by)
    # Nobody else moves the same goods until this move is written.
    now = {one.item_id: one for one in CustodyState.objects.select_for_update().filter(item__in=items)}
    acts = _check(items, row.kind, row.stated, at)
    basis = next((one for one in acts if one.code == row.stated["basis"]), None)
    sheet = secrets.token_hex(10)
    for item in items:
        move = _move(item, row, basis, sheet)
        move.seq = now[item.pk].moves + 1
        move.second, move.second_at = by.username, at
        _write(move)
        _follow(now[item.pk], move)
        now[item.pk].save(update_fields=INDEX)
    row.delete()
    return sheet


def _move(item: CustodyItem, draft: MoveDraft, basis: "Act | None", sheet: str) -> CustodyMove:
    stated = draft.stated
    return CustodyMove(
        item=item,
        sheet=sheet,
        kind=draft.kind,
        basis=basis if flow.MOVES[draft.kind].disposes else None,
        photos=stated["photos"],
        moved_at=datetime.fromisoformat(stated["moved_at"]),
        by=draft.by,
        by_at=draft.at,
        **{name: stated[name] for name in STATED},
    )


def _write(move: CustodyMove) -> None:
    move.salt = secrets.token_bytes(SALT_BYTES)
    move.commitment = act_commitment(move.salt, move.body())
    move.save(force_insert=True)
    leaf = {"h": move.commitment, "at": beijing(move.second_at).isoformat()}
    enqueue(kind="register", data=leaf, ref=reference(move))


def reference(move: CustodyMove) -> str:
    """Give what the log is asked for a move by."""
    return f"{REF}{move.item.code}/{move.seq}"


def _follow(now: CustodyState, move: CustodyMove) -> None:
    """Take over where an item is after a move; writes nothing."""
    after = flow.MOVES[move.kind].ends or now.state
    now.state, now.moves = after, move.seq
    if move.place:
        now.place = move.place
    elif after not in {flow.STORED, flow.ON_SITE}:
        now.place = ""
    now.seal_no = move.seal_no or now.seal_no


def rebuild_states(*, dry_run: bool = False) -> list[str]:
    """Work out anew from the moves where every item is; give a Chinese line for each that stood otherwise."""
    told = []
    for item in CustodyItem.objects.order_by("pk").iterator():
        with transaction.atomic():
            stood = CustodyState.objects.select_for_update().filter(item=item).first()
            now = CustodyState(
                item=item, agency_id=item.agency_id, state=flow.WAITING, place=item.storage, seal_no=""
            )
            for move in CustodyMove.objects.filter(item=item).order_by("seq"):
                _follow(now, move)
            if stood is not None and all(getattr(stood, one) == getattr(now, one) for one in INDEX):
                continue
            told.append(f"涉案财物 {item}：所在位置与移动记录不符，应为{flow.STATES[now.state]} {now.place}")
            if not dry_run:
                now.pk = stood.pk if stood is not None else None
                now.save()
    return told


# --- checks -----------------------------------------------------------------------------------


def allowed(by: "Person") -> None:
    """Raise CustodyRefused unless this person may move goods of their own agency."""
    if not may(by, "property.move", by.agency.code):
        raise CustodyRefused({"": ["您的角色不能办理涉案财物。请由本机关执法人员或者案卷管理人员办理。"]})


def _items(codes: Sequence[str], by: "Person") -> list[CustodyItem]:
    """Give the items of one case of the person's own agency."""
    allowed(by)
    wanted = list(dict.fromkeys(codes))
    rows = list(CustodyItem.objects.filter(code__in=wanted, agency=by.agency_id).select_related("now", "act"))
    if not rows or len(rows) != len(wanted):
        raise CustodyRefused({"items": ["请选择本机关的物品；所选物品可能已经变化，请刷新后重选。"]})
    if len({one.case_code for one in rows}) > 1:
        raise CustodyRefused({"items": ["一次只能移动同一案件的物品。请分别办理。"]})
    return rows


def _draft(pk: int, by: "Person") -> MoveDraft:
    allowed(by)
    row = MoveDraft.objects.select_for_update().filter(pk=pk, agency=by.agency_id).first()
    if row is None:
        raise CustodyRefused({"": ["这项移动已经签名或者撤回。请刷新后查看。"]})
    return row


def _check(rows: Sequence[CustodyItem], kind: str, content: Mapping[str, Any], at: datetime) -> "list[Act]":
    """Raise CustodyRefused unless every item can make this move on what is stated; gives the acts of the case."""
    move = flow.MOVES.get(kind)
    if move is None:
        raise CustodyRefused({"kind": ["请选择办理事项。"]})
    errors: dict[str, list[str]] = {
        name: [f"{move.title}要写明{flow.NEEDS[name]}。"] for name in move.needs if not content[name]
    }
    moved_at = datetime.fromisoformat(content["moved_at"])
    if moved_at > at:
        errors["moved_at"] = ["办理时间晚于现在。请填写实际时间。"]
    acts = acts_of(case_of_act(rows[0].act.code))
    for item in rows:
        errors = {**_faults(item, move, content, moved_at, acts), **errors}
    if len(refs(content["photos"], dossier=rows[0].case_code)) != len(set(content["photos"])):
        errors["photos"] = ["照片不在本案证据目录中。请先上传到本案，再选入。"]
    if errors:
        raise CustodyRefused(errors)
    return acts


def _faults(
    item: CustodyItem,
    move: flow.Move,
    content: Mapping[str, Any],
    moved_at: datetime,
    acts: "Sequence[Act]",
) -> dict[str, list[str]]:
    """Say why one item cannot make this move."""
    if item.now.state not in move.begins:
        return {"kind": [f"{item} {flow.STATES[item.now.state]}，不能{move.title}。"]}
    last = CustodyMove.objects.filter(item=item).order_by("-seq").values_list("moved_at", flat=True).first()
    if moved_at < (last or item.taken_at):
        return {"moved_at": [f"办理时间早于 {item} 的上一次移动或者取得时间。请核对。"]}
    if not move.disposes:
        return {}
    found = flow.bases(move, item.measure, item.act.seq, acts)
    if not found:
        return {
            "basis": [
                f"{item}：本案没有可以据以{move.title}的行为。先依法作出并记录相应的处理，再{move.title}。"
            ]
        }
    if content["basis"] not in {one.code for one in acts if one.seq in {act.seq for act in found}}:
        return {"basis": [f"请选择据以{move.title}的行为。"]}
    return {}
