"""Objects of inspection from an old register: judged and written by the room of inspections itself."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mingjing.exchange.headers import plain
from mingjing.exchange.migration.shape import Fault, Field, Found, Guess, Job, guess_columns, missing_of
from mingjing.inspections.register.importing import register_of, take_objects
from mingjing.inspections.register.rows import (
    COLUMNS,
    KINDS,
    REQUIRED,
    RISKS,
    STATES,
    RowRefused,
    row_of,
)

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

title: Final = "检查对象"
permission: Final = "migrate.cases"
at_once: Final = 1000
apart: Final = False

_WORDS: Final = {"kind": KINDS, "risk": RISKS, "state": STATES}


@cache
def fields() -> Mapping[str, Field]:
    """Give the columns of the register."""
    return {
        key: Field(
            key,
            names[0],
            frozenset(map(plain, names)),
            required=key in REQUIRED,
            words={word: [word] for word in _WORDS.get(key, ()) if word},
        )
        for key, names in COLUMNS.items()
    }


def guess(headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be."""
    return guess_columns(fields(), headings)


def missing(keys: Sequence[str]) -> list[str]:
    """Name the required columns that are not there."""
    return missing_of(fields(), keys)


def check(rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
    """Read rows as the register would."""
    salt = bytes(register_of(job.agency.region).salt)
    return [_found(row, job, salt) for row in rows]


def _found(row: "MigrationRow", job: Job, salt: bytes) -> Found:
    told = {key: job.value(row.cells, key) for key in COLUMNS}
    found = Found(body={"told": told}, unknown=_unknown(told))
    if row.fault:
        found.faults.append(Fault("整行", row.fault, "请改正后重新导入这一行"))
        return found
    try:
        found.key = found.body["ref"] = row_of(told, salt).public_id
    except RowRefused as refused:
        found.faults.append(Fault(refused.column, refused.wrong, refused.mend))
    return found


def _unknown(told: Mapping[str, str]) -> list[tuple[str, str]]:
    strange = [(key, told[key]) for key in ("risk", "state") if told[key].upper() not in _WORDS[key]]
    if told["kind"] and not any(word in told["kind"] for word in KINDS):
        strange.append(("kind", told["kind"]))
    return [(key, text) for key, text in strange if text]


def agree(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Name the columns in which two rows of one object differ."""
    one, other = earlier["told"], later["told"]
    return [names[0] for key, names in COLUMNS.items() if one[key] != other[key]]


def judge(rows: Sequence["MigrationRow"], job: Job) -> Sequence[Any]:
    """Nothing can be worked out before the transaction."""
    return ()


def write(
    rows: Sequence["MigrationRow"], job: Job, _: Sequence[Any]
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Write rows as one batch; an object that is there is brought up to date."""
    headings = [names[0] for names in COLUMNS.values()]
    lines = [(row.line, [row.body["told"][key] for key in COLUMNS]) for row in rows]
    taken = take_objects(region=job.agency.region, headings=headings, rows=lines, at=job.at)
    refused = {one.line: one for one in taken.refusals}
    for row in rows:
        if (one := refused.get(row.line)) is not None:
            row.faults = [Fault(one.column, one.wrong, one.mend).as_json()]
        yield row, "" if one else row.body["ref"], False
