"""A whole draw with a log of its own, from random rosters to the published bundle: for drills and tests of the core."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjing.inspections.drawing.bundle import (
    bundle_bytes,
    change_record,
    closing_record,
    commitments_record,
    list_record,
    members_of,
    record_digest,
    result_record,
)
from mingjing.inspections.drawing.declaration import read_declaration
from mingjing.inspections.drawing.roster import Roster
from mingjing.inspections.drawing.run import Run
from mingjing.inspections.drawing.seed import commitment, seed_of
from mingjing.translog.leaf import leaf_bytes
from mingjing.translog.merkle import RightEdge, TileTree, leaf_hash
from mingjing.translog.note import Checkpoint, SigningKey
from mingjing.translog.proof import InclusionProof

KEY = SigningKey("mingjing.test/log", bytes(range(32)))
PARTIES = ("县城市管理局", "县司法局")


@dataclass
class Log:
    """A log in memory: leaves, and a signed proof of any of them at any size."""

    leaves: list[bytes] = field(default_factory=list)

    def add(self, kind: str, **fields: Any) -> int:
        minute = len(self.leaves)
        at = f"2026-03-02T{9 + minute // 60:02}:{minute % 60:02}:00+08:00"
        self.leaves.append(leaf_bytes(kind, {"at": at, **fields}))
        return len(self.leaves) - 1

    def proof(self, index: int, size: int | None = None) -> bytes:
        leaves = self.leaves[: size or len(self.leaves)]
        hashes = b"".join(map(leaf_hash, leaves))
        edge = RightEdge()
        edge.extend(hashes)
        tree = TileTree(lambda level, number, width: hashes[: width * 32], len(leaves))
        note = Checkpoint(KEY.name, len(leaves), edge.root()).signed(KEY)
        return InclusionProof(index, tuple(tree.inclusion(index)), note, leaves[index]).data


@dataclass
class Drawn:
    """The records of a draw and what they rest on; `bundle()` is what would be published."""

    rosters: Mapping[str, Roster]
    records: list[dict[str, Any]]
    run: Run
    log: Log
    proofs: list[bytes]

    def change(self, **change: Any) -> None:
        """Record one change after the draw."""
        self.run.apply(change)
        previous = record_digest(self.records[-1])
        declaration = record_digest(self.records[1])
        self._log(
            change_record(declaration=declaration, previous=previous, change=change, outcome=self.run.outcome)
        )

    def close(self) -> None:
        """Record that it is over."""
        declaration, previous = record_digest(self.records[1]), record_digest(self.records[-1])
        self._log(closing_record(declaration=declaration, previous=previous, records=len(self.records)))

    def _log(self, record: dict[str, Any]) -> None:
        self.records.append(record)
        index = self.log.add("draw", h=record_digest(record), c="campaign-1", n=len(self.records) - 1)
        self.proofs.append(self.log.proof(index))

    def members(self) -> dict[str, Any]:
        places: dict[str, list[int]] = {name: [] for name in self.rosters}
        for line in self.run.lines:
            places[line.stratum].append(line.drawn.place)
        return {name: members_of(self.rosters[name], places[name]) for name in self.rosters}

    def bundle(self) -> bytes:
        return bundle_bytes(
            records=self.records,
            proofs=self.proofs,
            members=self.members(),
            lines=[line.text for line in self.run.lines],
        )


def declared(listed: Mapping[str, Any], chance: random.Random, **terms: Any) -> dict[str, Any]:
    """Announce a draw from these lists with made-up inspectors."""
    inspectors = [
        {"number": f"豫D{1000 + at}", "fields": ["食品", "城管"][: 1 + at % 2], "regions": [], "most": 50}
        for at in range(chance.randint(3, 9))
    ]
    strata = [
        {**one, "take": chance.randint(0, one["size"]), "fields": ["食品"], "region": "410481"}
        for one in listed["strata"]
    ]
    return {
        "format": "mingjing-draw@1",
        "suite": listed["suite"],
        "campaign": "campaign-1",
        "list": record_digest(listed),
        "strata": strata,
        "inspectors": inspectors,
        "staffing": {"each": 2, "together": 0, "avoid": []},
        "parties": list(PARTIES),
        "silence": "void",
        "reasons": ["closed", "moved"],
        "replaces": "",
        **terms,
    }


def drawn(
    seed: int = 1,
    *,
    sizes: Sequence[int] = (40, 7),
    suite: str = "sha256",
    number: str = "",
    number_told: Mapping[str, str] | None = None,
    silent: Sequence[str] = (),
    **terms: Any,
) -> Drawn:
    """Hold a whole draw, every step logged in its order."""
    chance = random.Random(seed)  # noqa: S311 - a drill must be the same every time
    rosters = {
        f"{at}类": Roster(Roster.pack(f"{chance.getrandbits(64):016X}" for _ in range(size)), suite)
        for at, size in zip("ABCDEFGH", sizes, strict=False)
    }
    log = Log()
    listed = list_record(register="检查对象名录库", version=1, suite=suite, rosters=rosters)
    log.add("list", h=record_digest(listed))
    raw = declared(listed, chance, number=number_told, **terms)
    declaration = read_declaration(raw)
    log.add("draw", h=declaration.digest, c="campaign-1", n=1)
    nonces = {party: f"{chance.getrandbits(256):064x}" for party in PARTIES}
    bound = {party: commitment(declaration.terms, party, nonces[party]) for party in PARTIES}
    committed = commitments_record(declaration=declaration.digest, commitments=bound)
    log.add("draw", h=record_digest(committed), c="campaign-1", n=2)
    proofs = [log.proof(index) for index in range(3)]
    reveals = {party: nonce for party, nonce in nonces.items() if party not in silent}
    seed_bytes = seed_of(declaration.terms, bound, reveals, number)
    run = Run(declaration, seed_bytes, lambda stratum, place: rosters[stratum][place])
    result = result_record(
        declaration=declaration.digest,
        previous=record_digest(committed),
        reveals=reveals,
        number=number,
        outcome=run.outcome,
    )
    made = Drawn(rosters, [listed, raw, committed], run, log, proofs)
    made._log(result)
    return made
