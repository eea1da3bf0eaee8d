"""Which moves an item can make, what each needs, and which acts a disposal may rest on. Pure: no table is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mingjing.lawengine.terms import ActRef

WAITING, STORED, ON_SITE, OUT = "waiting", "stored", "on_site", "out"
STATES: Final = {
    WAITING: "待入库",
    STORED: "在库",
    ON_SITE: "就地封存",
    OUT: "出库在外",
    "returned": "已返还",
    "handed": "已移交",
    "sold": "已拍卖、变卖",
    "destroyed": "已销毁",
    "treasury": "已没收上缴",
    "converted": "已转为查封、扣押",
}
HELD: Final = (WAITING, STORED, ON_SITE, OUT)
PRESERVED, SEALED = "preserved", "sealed"
# Kinds of act by which goods are taken -> the field with their list, and the measure.
TAKING: Final = {
    "preservation_ordered": ("preserved_goods", PRESERVED),
    "sealing_imposed": ("sealed_goods", SEALED),
}


class Step(Protocol):
    """What is read of an act of the case."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of move: from which states, to which, and what must be stated."""

    title: str
    begins: tuple[str, ...]
    ends: str  # "": as before
    needs: tuple[str, ...] = ()
    basis: tuple[ActRef, ...] = ()  # one of these acts; empty: none is needed

    @property
    def disposes(self) -> bool:
        """Whether the goods leave custody for good."""
        return bool(self.basis)


_RESOLVED: Final = "preservation_resolved"
_CONFISCATED: Final = (
    ActRef("penalty_decided", "penalty_kinds", "confiscation_of_goods"),
    ActRef(_RESOLVED, "preservation_outcome", "confiscated"),
)
_FREED: Final = (
    ActRef("sealing_lifted"),
    ActRef(_RESOLVED, "preservation_outcome", "released"),
    ActRef(_RESOLVED, "preservation_outcome", "recorded"),
    ActRef("no_penalty_decided"),
    ActRef("case_withdrawn"),
    ActRef("decision_revoked"),
    ActRef("execution_reversed"),
)
_MOVED_ON: Final = (
    ActRef("sealed_goods_transferred"),
    ActRef("criminal_transferred"),
    ActRef("case_transferred"),
    ActRef(_RESOLVED, "preservation_outcome", "transferred"),
)
_PERISHABLE: Final = "perishable_goods_disposed"
MOVES: Final[Mapping[str, Move]] = {
    "store": Move("入库", (WAITING, ON_SITE, OUT), STORED, ("place",)),
    "seal": Move("就地封存", (WAITING,), ON_SITE, ("place", "seal_no")),
    "relocate": Move("移库", (STORED,), STORED, ("place", "note")),
    "reseal": Move("更换封条", (STORED, ON_SITE), "", ("seal_no", "note")),
    "release": Move("出库", (STORED,), OUT, ("receiver", "note")),
    "return": Move("返还", HELD, "returned", ("receiver",), _FREED),
    "hand": Move("移交", HELD, "handed", ("receiver",), _MOVED_ON),
    "auction": Move(
        "拍卖",
        HELD,
        "sold",
        ("receiver",),
        (
            ActRef("sealed_goods_auctioned"),
            ActRef(_PERISHABLE, "disposal_method", "auction"),
            *_CONFISCATED,
        ),
    ),
    "sell": Move("变卖", HELD, "sold", ("receiver",), (ActRef(_PERISHABLE, "disposal_method", "sale"),)),
    "destroy": Move(
        "销毁",
        HELD,
        "destroyed",
        ("place", "note"),
        (ActRef("sealed_goods_dealt_with", "goods_outcome", "destroyed"), *_CONFISCATED),
    ),
    "treasury": Move(
        "没收上缴",
        HELD,
        "treasury",
        ("receiver",),
        (ActRef("sealed_goods_dealt_with", "goods_outcome", "confiscated"), *_CONFISCATED),
    ),
    "convert": Move("转为查封、扣押", HELD, "converted", (), (ActRef("sealing_imposed"),)),
}
# Acts that speak of one measure say nothing of goods held by the other.
ONLY_OF: Final = {
    _RESOLVED: PRESERVED,
    "sealing_imposed": PRESERVED,
    **dict.fromkeys(
        (
            *("sealing_lifted", "sealed_goods_transferred", "sealed_goods_auctioned"),
            *("sealed_goods_dealt_with", _PERISHABLE),
        ),
        SEALED,
    ),
}
SETTLING: Final = frozenset(ref.kind for move in MOVES.values() for ref in move.basis)
OVERTURNED: Final = "decision_revoked"
NEEDS: Final = {
    "place": "地点",
    "seal_no": "封条编号",
    "receiver": "接收人（单位）及联系方式",
    "note": "说明（事由）",
}


def bases(move: Move, measure: str, taken: int, acts: Iterable[Step]) -> list[Step]:
    """Give the acts that a disposal of goods taken by act number `taken` may rest on, the latest first.

    Only what came after the taking counts, and no decision that was revoked later.
    """
    acts = list(acts)
    revoked = max((one.seq for one in acts if one.kind == OVERTURNED), default=0)
    found = [
        one
        for one in acts
        if one.seq > taken
        and ONLY_OF.get(one.kind, measure) == measure
        and any(ref.kind == one.kind and ref.matches(one.facts) for ref in move.basis)
        and not (one.kind == "penalty_decided" and one.seq < revoked)
    ]
    return found[::-1]


def open_moves(state: str, measure: str, taken: int, acts: Sequence[Step]) -> dict[str, list[Step]]:
    """Give the moves that an item in this state can make now, each with the acts it may rest on."""
    found = {}
    for kind, move in MOVES.items():
        if state not in move.begins or (kind == "store" and state == STORED):
            continue
        resting = bases(move, measure, taken, acts) if move.disposes else []
        if resting or not move.disposes:
            found[kind] = resting
    return found


def disposals(measure: str, taken: int, acts: Sequence[Step]) -> list[str]:
    """Give the kinds of disposal that the acts of the case already allow."""
    return [kind for kind, move in MOVES.items() if move.disposes and bases(move, measure, taken, acts)]
