"""What the pages of custody show of an item, a move that waits, a label and a sheet; nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import segno
from django.http import QueryDict

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import beijing, chinese_date, chinese_time, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.property import flow, selectors
from mingjing.translog.selectors import indexes_of
from mingjing.typeset.printing import print_table
from mingjing.web import limits

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person
    from mingjing.property.models import CustodyItem, CustodyMove, MoveDraft

COLUMNS = (
    Column("序号", NARROW),
    Column("物品编号", 4),
    Column("名称", 4),
    Column("数量", 2),
    Column("规格、型号", 3),
    Column("封条编号", 2),
)


@dataclass(frozen=True)
class Option:
    """One move that may be made now: what must be stated, and the acts it may rest on."""

    kind: str
    move: flow.Move
    bases: Sequence[tuple[str, str]]

    @property
    def needs(self) -> str:
        """What must be stated, in Chinese."""
        return "、".join(flow.NEEDS[name] for name in self.move.needs)


@dataclass(frozen=True)
class ItemPage:
    """One item for one viewer at one moment."""

    item: "CustodyItem"
    viewer: "Person"
    now: datetime
    typed: QueryDict = field(default_factory=QueryDict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Where the item stands, in Chinese."""
        return flow.STATES[self.item.now.state]

    @property
    def held(self) -> bool:
        """Whether it is still in custody."""
        return self.item.now.state in flow.HELD

    @cached_property
    def case(self) -> "Case | None":
        """The case, if the viewer may open it."""
        return selectors.case_of_item(self.viewer, self.item)

    @cached_property
    def acts(self) -> "list[Act]":
        """The acts of the case."""
        return acts_of(self.item.act.case)

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """The moves with who signed them, the photos and their places in the log."""
        moves = selectors.moves_of(self.item)
        names = names_of([name for one in moves for name in (one.by, one.second)])
        places = indexes_of([f"custody/{self.item.code}/{one.seq}" for one in moves])
        photos = {one.digest: one for one in self.photos}
        return [
            {
                "move": one,
                "title": flow.MOVES[one.kind].title,
                "by": names.get(one.by, one.by),
                "second": names.get(one.second, one.second),
                "basis": self.told(one.basis) if one.basis else "",
                "photos": [photos[digest] for digest in one.photos if digest in photos],
                "log_index": places.get(f"custody/{self.item.code}/{one.seq}"),
            }
            for one in moves
        ]

    @cached_property
    def photos(self) -> "list[EvidenceItem]":
        """The photos among the evidence of the case."""
        return [one for one in evidence_of(self.item.case_code) if one.medium == "photo"]

    @cached_property
    def limits(self) -> list[dict[str, Any]]:
        """The limits for settling, as last worked out."""
        law = law_of(self.item.act.case)
        rows = selectors.limits_of(self.item.act.case, self.item.act.seq)
        return [
            {"row": row, "left": limits.left_of(row.due, row.status, self.now, law.calendar)} for row in rows
        ]

    @cached_property
    def options(self) -> list[Option]:
        """The moves that this viewer may prepare now."""
        if self.viewer.agency_id != self.item.agency_id or not may(
            self.viewer, "property.move", self.viewer.agency.code
        ):
            return []
        found = selectors.open_moves(self.item)
        return [
            Option(kind, flow.MOVES[kind], [(act.code, self.told(act)) for act in resting])
            for kind, resting in found.items()
        ]

    @cached_property
    def barred(self) -> list[str]:
        """The disposals for which the case has no act yet."""
        if not self.held:
            return []
        open_now = selectors.open_moves(self.item)
        return [move.title for kind, move in flow.MOVES.items() if move.disposes and kind not in open_now]

    @cached_property
    def bases(self) -> list[tuple[str, str]]:
        """Every act that some disposal may rest on."""
        return list(dict.fromkeys(pair for option in self.options for pair in option.bases))

    @cached_property
    def companions(self) -> "list[CustodyItem]":
        """The other goods of the same list that stand alike, so that they can be moved at once."""
        rows = selectors.items_of_cases(self.viewer, [self.item.case_code])
        alike = [one for one in rows if one.act_id == self.item.act_id and one.pk != self.item.pk]
        return [one for one in alike if one.now.state == self.item.now.state]

    @cached_property
    def waiting(self) -> "MoveDraft | None":
        """The move of this item that waits for its second signature."""
        rows = selectors.drafts_waiting(self.viewer)
        return next((one for one in rows if self.item.code in one.items), None)

    @property
    def ticked(self) -> list[str]:
        """What was ticked in a form that came back."""
        return [*self.typed.getlist("with"), *self.typed.getlist("photos")]

    def told(self, act: "Act") -> str:
        """An act in one line: title, number, day."""
        title = law_of(self.item.act.case).title_of(act.kind)
        on = chinese_date(legal_day(act.done_at)) if act.done_at else ""
        return "　".join(part for part in (title, str(act.facts.get("document_no") or ""), on) if part)


def draft_context(draft: "MoveDraft", viewer: "Person") -> dict[str, Any]:
    """What the page of a move that waits shows."""
    rows = {one.code: one for one in selectors.items_of_cases(viewer, [draft.case_code])}
    items = [rows[code] for code in draft.items if code in rows]
    move = flow.MOVES[draft.kind]
    basis = ""
    photos: list[EvidenceItem] = []
    if items:
        page = ItemPage(items[0], viewer, draft.at)
        basis = next((page.told(act) for act in page.acts if act.code == draft.stated["basis"]), "")
        photos = [one for one in page.photos if one.digest in draft.stated["photos"]]
    return {
        "draft": draft,
        "title": move.title,
        "items": items,
        "basis": basis if move.disposes else "",
        "photos": photos,
        "moved_at": datetime.fromisoformat(draft.stated["moved_at"]),
        "by": names_of([draft.by]).get(draft.by, draft.by),
        "own": draft.by == viewer.username,
        "stated": [(flow.NEEDS[name], draft.stated[name]) for name in flow.NEEDS if draft.stated[name]],
    }


def label_of(item: "CustodyItem", address: str) -> dict[str, Any]:
    """One label: the code to scan and what a person reads beside it."""
    # Without a size of its own the drawing fills the label.
    qr = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=1)
    return {"item": item, "qr": qr, "agency": item.agency.name, "case": item.act.case.number}


def sheet_paper(moves: "Sequence[CustodyMove]") -> bytes:
    """The list of what was moved at once as PDF. Raises DocumentNotDrawn where a character has no font."""
    first = moves[0]
    item, case, title = first.item, first.item.act.case, flow.MOVES[first.kind].title
    names = names_of([first.by, first.second])
    law = law_of(case)
    lines = [
        f"案号：{case.number or '未编号'}　　当事人：{case.party_name or '未载明'}",
        f"办理时间：{chinese_time(first.moved_at)}　　单号：{first.sheet}",
    ]
    if first.basis:
        number = first.basis.facts.get("document_no") or ""
        lines.append(f"依据：{law.title_of(first.basis.kind)}　{number}")
    told = (("地点", first.place), ("接收人", first.receiver), ("说明", first.note))
    lines += [f"{name}：{text}" for name, text in told if text]
    signatures = ((first.by, first.by_at), (first.second, first.second_at))
    signed = "、".join(f"{names.get(name, name)}（{_minute(at)}）" for name, at in signatures)
    return print_table(
        title=f"涉案财物{title}清单",
        agency=item.agency.name,
        at=first.second_at,
        columns=COLUMNS,
        rows=[
            [str(number), one.item.number, one.item.name, one.item.quantity, one.item.spec, one.seal_no]
            for number, one in enumerate(moves, start=1)
        ],
        lines=lines,
        notes=[f"经办人、复核人在系统中签名：{signed}。每次移动的摘要已写入存证日志。"],
        signs=[
            "上列财物已当面清点，品名、数量、状况相符。",
            "",
            "交付人签名：＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿＿",
            "",
            "当事人（接收人）签名：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日",
        ],
        upright=True,
    )


def _minute(moment: datetime) -> str:
    return beijing(moment).strftime("%Y-%m-%d %H:%M")
