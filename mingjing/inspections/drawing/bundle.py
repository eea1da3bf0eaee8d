"""The published bundle of a draw: its records, the proof of each in the public log, and what was drawn; pure."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.inspections.drawing.roster import HASH, Roster
from mingjing.kit.canonical import digest

FORMAT: Final = "mingjing-draw-bundle@1"
LIST: Final = "mingjing-list@1"
COMMITMENTS: Final = "mingjing-draw-commitments@1"
RESULT: Final = "mingjing-draw-result@1"
CHANGE: Final = "mingjing-draw-change@1"
VOID: Final = "mingjing-draw-void@1"
CLOSING: Final = "mingjing-draw-closing@1"

# The records of one draw, each canonical JSON whose SHA-256 is the `h` of a leaf:
#
#     list          strata with size and root                              leaf `list`
#     declaration   all terms, the list by its digest                      leaf `draw`, n = 1
#     commitments   what binds each party, the declaration by its digest   leaf `draw`, n = 2
#     result        numbers shown, public number, digest of the outcome    leaf `draw`, n = 3
#     change …      what changed and why, digest of the outcome after it   leaf `draw`, n = 4 …
#     closing       how many records there are: none may be held back      leaf `draw`, last n
#
# From the result on each names the digest of the record before it. A draw that came to nothing ends with a record
# `void` and its reason; the declaration of the next round names the one it replaces, and n goes on counting, so that
# a round that somebody would rather forget leaves a gap.


@dataclass(frozen=True, slots=True)
class Members:
    """The ids that were drawn from one list with their places, and the proof that they stand there."""

    ids: Mapping[int, str]
    proof: Sequence[bytes]


def list_record(*, register: str, version: int, suite: str, rosters: Mapping[str, Roster]) -> dict[str, Any]:
    """Give the record of one version of a register: the root of every stratum, in the order given."""
    strata = [
        {"name": name, "size": roster.size, "root": roster.root.hex()} for name, roster in rosters.items()
    ]
    return {"format": LIST, "register": register, "version": version, "suite": suite, "strata": strata}


def commitments_record(*, declaration: str, commitments: Mapping[str, str]) -> dict[str, Any]:
    """Give the record of what every party is bound by."""
    return {"format": COMMITMENTS, "declaration": declaration, "commitments": dict(commitments)}


def result_record(
    *, declaration: str, previous: str, reveals: Mapping[str, str], number: str, outcome: str
) -> dict[str, Any]:
    """Give the record of a draw that was run."""
    return {
        "format": RESULT,
        "declaration": declaration,
        "previous": previous,
        "reveals": dict(reveals),
        "number": number,
        "outcome": outcome,
    }


def change_record(
    *, declaration: str, previous: str, change: Mapping[str, Any], outcome: str
) -> dict[str, Any]:
    """Give the record of one change after the draw, with the outcome that follows from it."""
    return {
        **change,
        "format": CHANGE,
        "declaration": declaration,
        "previous": previous,
        "outcome": outcome,
    }


def void_record(*, declaration: str, previous: str, reason: str) -> dict[str, Any]:
    """Give the record that ends a round without a result."""
    return {"format": VOID, "declaration": declaration, "previous": previous, "reason": reason}


def closing_record(*, declaration: str, previous: str, records: int) -> dict[str, Any]:
    """Give the record that ends a draw; `records` counts it and all since the declaration."""
    return {"format": CLOSING, "declaration": declaration, "previous": previous, "records": records}


def bundle_bytes(
    *,
    records: Sequence[Mapping[str, Any]],
    proofs: Sequence[bytes],
    members: Mapping[str, Members],
    lines: Iterable[str],
    earlier: Sequence[tuple[Mapping[str, Any], bytes]] = (),
) -> bytes:
    """Give the file to publish: list, declaration, commitments, result and changes with the proof of each.

    `earlier` are the records of rounds that came to nothing, with their proofs, in the order of the log.
    """
    whole = {
        "format": FORMAT,
        "earlier": [{"record": record, "proof": proof.decode("utf-8")} for record, proof in earlier],
        "records": list(records),
        "proofs": [proof.decode("utf-8") for proof in proofs],
        "lists": {
            name: {
                "ids": [[place, one.ids[place]] for place in sorted(one.ids)],
                "proof": base64.b64encode(b"".join(one.proof)).decode("ascii"),
            }
            for name, one in members.items()
        },
        "lines": [line.removesuffix("\n") for line in lines],
    }
    return json.dumps(whole, ensure_ascii=False, indent=0).encode("utf-8")


def members_of(roster: Roster, places: Iterable[int]) -> Members:
    """Give ids and proof of these places of a list."""
    chosen = sorted(set(places))
    return Members({place: roster[place] for place in chosen}, roster.proof(chosen))


def read_members(raw: Mapping[str, Any]) -> Members:
    """Read what `bundle_bytes` wrote; raises ValueError where it is not that."""
    data = base64.b64decode(raw["proof"], validate=True)
    if len(data) % HASH:
        raise ValueError("证明的长度不对")
    ids = {int(place): str(one) for place, one in raw["ids"]}
    if len(ids) != len(raw["ids"]):
        raise ValueError("同一序号出现两次")
    return Members(ids, [data[at : at + HASH] for at in range(0, len(data), HASH)])


def record_digest(record: Mapping[str, Any]) -> str:
    """Give what the leaf of a record commits to."""
    return digest(record)
