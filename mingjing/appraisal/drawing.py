"""The draw of a campaign: the core of the inspection room over files and readers, so that anybody can run it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from mingjing.appraisal.models import Campaign, Proof, Step
from mingjing.appraisal.standing import RECORDS
from mingjing.inspections.drawing.bundle import CHANGE, RESULT, bundle_bytes, list_record, members_of
from mingjing.inspections.drawing.declaration import FORMAT, Declaration, read_declaration
from mingjing.inspections.drawing.roster import Roster
from mingjing.inspections.drawing.run import Run
from mingjing.inspections.drawing.seed import seed_of
from mingjing.translog.selectors import NotInLog, proof_for

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SUITE: Final = "sha256"
REGISTER: Final = "案卷"
CONFLICT: Final = "reader_conflict"


class NotProven(Exception):
    """A record is not under a signed checkpoint yet. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One file that the draw gave, and who reads it, in the order of the draw."""

    agency: str
    case_code: str
    readers: tuple[str, ...]


def rosters_of(frame: Mapping[str, Sequence[str]]) -> dict[str, Roster]:
    """Give the list of each agency under its root."""
    return {agency: Roster(Roster.pack(codes), SUITE) for agency, codes in frame.items()}


def listed(frame: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Give the record of the lists from which is drawn."""
    return list_record(register=REGISTER, version=1, suite=SUITE, rosters=rosters_of(frame))


def declared(
    *,
    log_code: str,
    list_digest: str,
    record: Mapping[str, Any],
    take: int,
    readers: Mapping[str, "Agency"],
    avoid: Sequence[tuple[str, str]],
    each: int,
    parties: Sequence[str],
) -> dict[str, Any]:
    """Give the terms of the draw. Nobody reads a file of his own agency; whom he must avoid stands in pairs."""
    strata = [
        {**one, "take": min(take, one["size"]), "fields": [], "region": one["name"]}
        for one in record["strata"]
    ]
    names = [one["name"] for one in strata]
    allowed = {username: [one for one in names if one != agency.code] for username, agency in readers.items()}
    seats, able = each * sum(one["take"] for one in strata), sum(map(bool, allowed.values()))
    most = 2 * -(-seats // max(1, able))  # twice an even share, so that a conflict finds somebody else
    return {
        "format": FORMAT,
        "suite": SUITE,
        "campaign": log_code,
        "list": list_digest,
        "replaces": "",
        "strata": strata,
        # No regions would mean everywhere: whoever may read nothing is left out altogether.
        "inspectors": [
            {"number": username, "fields": [], "regions": regions, "most": most}
            for username, regions in sorted(allowed.items())
            if regions
        ],
        "staffing": {"each": each, "together": 0, "avoid": [list(pair) for pair in sorted(avoid)]},
        "parties": list(parties),
        "silence": "void",
        "number": None,
        "reasons": [CONFLICT],
    }


def records_of(row: Campaign) -> list[Step]:
    """Give the records of the draw in their order, the list first."""
    return list(row.steps.filter(kind__in=RECORDS).order_by("seq"))


def declaration_of(row: Campaign) -> Declaration:
    """Read the terms."""
    return read_declaration(row.steps.get(kind="declared").facts)


def run_of(
    row: Campaign,
    pledges: Mapping[str, str],
    reveals: Mapping[str, str],
    changes: Sequence[Mapping[str, Any]],
) -> Run:
    """Run the draw. Raises SeedRefused, ChangeRefused."""
    declaration, rosters = declaration_of(row), rosters_of(row.frame)
    seed = seed_of(declaration.terms, pledges, reveals)
    run = Run(declaration, seed, lambda stratum, place: rosters[stratum][place])
    for change in changes:
        run.apply(change)
    return run


def run_again(row: Campaign) -> Run:
    """Run the draw from its records, up to its last change."""
    bodies = [one.facts for one in records_of(row)]
    result = next(one for one in bodies if one["format"] == RESULT)
    bound = row.steps.get(kind="bound").facts["commitments"]
    return run_of(row, bound, result["reveals"], [one for one in bodies if one["format"] == CHANGE])


def drawn_files(row: Campaign) -> tuple[Drawn, ...]:
    """Give what the draw gave; nothing before it was run."""
    records = records_of(row)
    if not any(one.kind == "drawn" for one in records):
        return ()
    return _drawn_files(records[-1].commitment, row)


@lru_cache(maxsize=16)
def _drawn_files(_last: str, row: Campaign) -> tuple[Drawn, ...]:
    return tuple(
        Drawn(line.stratum, line.object, line.sent.inspectors if line.sent else ())
        for line in run_again(row).lines
    )


def ref_of(digest: str) -> str:
    """Give the reference under which the log keeps a record of the draw."""
    return f"filereview-{digest}"


def keep_proof(digest: str) -> bytes:
    """Give the proof of a record, kept from the first time that it is asked for. Raises NotProven."""
    row = Proof.objects.filter(digest=digest).first()
    if row is None:
        try:
            data = proof_for(ref_of(digest)).data
        except NotInLog as missing:
            raise NotProven("前一步还没有进入有签名的检查点。请稍候片刻再试。") from missing
        row, _ = Proof.objects.get_or_create(digest=digest, defaults={"proof": data})
    return bytes(row.proof)


def bundle_of(row: Campaign) -> bytes:
    """Give the file with which `mingjing draw verify` runs the sample again. Raises NotProven."""
    run, records, rosters = run_again(row), records_of(row), rosters_of(row.frame)
    places: dict[str, list[int]] = {name: [] for name in rosters}
    for line in run.lines:
        places[line.stratum].append(line.drawn.place)
    return bundle_bytes(
        records=[one.facts for one in records],
        proofs=[keep_proof(one.commitment) for one in records],
        members={name: members_of(roster, places[name]) for name, roster in rosters.items()},
        lines=[line.text for line in run.lines],
    )
