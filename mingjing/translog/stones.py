"""Stones: that content was destroyed, why and on whose word; laid before it goes, kept for ever, never with content."""

import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mingjing.kit.clock import beijing
from mingjing.translog.leaf import stone_commitment
from mingjing.translog.models import Stone, StoneMark
from mingjing.translog.note import to_base64
from mingjing.translog.selectors import entries_of_kind, proof_for
from mingjing.translog.services import enqueue

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Wording:
    """What a stone says for everybody to read: no names of parties, no content."""

    what: str
    ground: str
    basis: str
    authority: str
    reason: str
    requested_by: str
    confirmed_by: str


def lay_stone(wording: Wording, *, refs: Sequence[str], commitments: Sequence[str], at: datetime) -> Stone:
    """Lay a stone for the things of these references, inside the transaction that erases them.

    `commitments` are what the log holds of them: by these anybody who has a leaf finds the stone.
    """
    code = secrets.token_hex(8)
    body = {
        "v": VERSION,
        "code": code,
        "what": wording.what,
        "ground": wording.ground,
        "basis": wording.basis,
        "authority": wording.authority,
        "reason": wording.reason,
        "requested_by": wording.requested_by,
        "confirmed_by": wording.confirmed_by,
        "commitments": sorted(commitments),
        "at": beijing(at).isoformat(),
    }
    stone = Stone.objects.create(code=code, body=body, commitment=stone_commitment(body), at=at)
    StoneMark.objects.bulk_create([StoneMark(stone=stone, ref=ref) for ref in dict.fromkeys(refs)])
    leaf = {"h": stone.commitment, "at": body["at"]}
    enqueue(kind="erasure", data=leaf, ref=_ref(code))
    return stone


def stone_for(ref: str) -> Stone | None:
    """Give the stone that stands for a thing, None where that was never destroyed."""
    mark = StoneMark.objects.select_related("stone").filter(ref=ref).first()
    return mark.stone if mark else None


def refs_under(leaves: Collection[str]) -> set[str]:
    """Give the references of everything that the stones of these leaves stand for."""
    codes = [leaf.removeprefix(_ref("")) for leaf in leaves]
    return set(StoneMark.objects.filter(stone__code__in=codes).values_list("ref", flat=True))


def erased_refs() -> set[str]:
    """Give the references of everything that stones stand for."""
    return set(StoneMark.objects.values_list("ref", flat=True))


def stone_proofs(refs: Sequence[str]) -> list[dict[str, Any]]:
    """Give the stones that stand for these things, each with what proves it; raise NotInLog while one is not sealed."""
    marks = StoneMark.objects.filter(ref__in=list(refs)).values("stone")
    told = []
    for stone in Stone.objects.filter(pk__in=marks).order_by("id"):
        proof = proof_for(leaf_ref(stone))
        path = [to_base64(neighbour) for neighbour in proof.path]
        leaf = json.loads(proof.extra)
        told.append({"stone": stone.body, "leaf": leaf, "index": proof.index, "proof": path})
    return told


def stones(limit: int = 200) -> list[Stone]:
    """Give the latest stones, newest first."""
    return list(Stone.objects.order_by("-id")[:limit])


def leaf_ref(stone: Stone) -> str:
    """Give the reference of the leaf of a stone."""
    return _ref(stone.code)


def audit_stones() -> Iterator[str]:
    """Hold the stones against the log; gives one Chinese line for each that is not as it was laid."""
    logged = {ref: json.loads(data)["h"] for ref, data in entries_of_kind("erasure")}
    for stone in Stone.objects.order_by("id"):
        committed = logged.pop(_ref(stone.code), None)
        if committed is None:
            yield f"销毁记录 {stone.code} 不在日志中：是绕过系统插入的"
        elif not stone_commitment(stone.body) == stone.commitment == committed:
            yield f"销毁记录 {stone.code} 与存证不符：已被改动"
    for ref in logged:
        yield f"日志中的销毁记录（{ref}）在数据库中不存在：被人抹去"


def _ref(code: str) -> str:
    return f"erasure:{code}"
