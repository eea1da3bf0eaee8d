"""Past inspections: imported excerpts of inspection cases, so that they count in dossiers, frequencies and figures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.importing import History, Judged
from mingjing.cases.selectors import cases_opened_under
from mingjing.exchange.cells import read_credit_code, read_day
from mingjing.exchange.migration.bringing import brought, judged
from mingjing.exchange.migration.reading import Cell, hold_to
from mingjing.exchange.migration.shape import (
    Fault,
    Field,
    Found,
    Guess,
    Job,
    guess_columns,
    known_fields,
    missing_of,
)
from mingjing.exchange.parties import INDIVIDUAL, name_key
from mingjing.exchange.services import deed_of, told
from mingjing.kit.canonical import digest
from mingjing.personnel.selectors import people_of

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

title: Final = "检查记录"
permission: Final = "migrate.cases"
at_once: Final = 500
apart: Final = True

LONGEST: Final = {"party": 200, "item": 200, "place": 200, "problems": 3000, "handling": 2000, "number": 64}
_CLOSED: Final = {"result": "conclusions", "kind": "kinds", "trigger": "triggers"}
_FACTS: Final = {
    "kind": "inspection_kind",
    "trigger": "inspection_trigger",
    "result": "inspection_conclusion",
}
_APART: Final = re.compile(r"[、,，;；/\s]+")


def fields() -> Mapping[str, Field]:
    """Give what a list of inspections may hold."""
    return known_fields("inspections")


def guess(headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be."""
    return guess_columns(fields(), headings)


def missing(keys: Sequence[str]) -> list[str]:
    """Name the required columns that are not there."""
    return missing_of(fields(), keys)


def check(rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
    """Read rows; the names of inspectors are looked up among the agency's people."""
    names: dict[str, list[str]] = {}
    for one in people_of(job.agency.code):
        names.setdefault(one.name, []).append(one.username)
    told = [_found(row, job, names) for row in rows]
    tokens = {_token(one.body, job): one for one in told if one.body and not one.faults}
    for token, code in cases_opened_under(tokens).items():
        tokens[token].ref = code
    return told


def _token(body: Mapping[str, Any], job: Job) -> str:
    return digest({"agency": job.agency.code, "inspection": body["key"]})


def _found(row: "MigrationRow", job: Job, names: Mapping[str, Sequence[str]]) -> Found:
    found = Found()
    if row.fault:
        found.faults.append(Fault("整行", row.fault, "请改正后重新导入这一行"))
        return found
    said = {key: job.value(row.cells, key) for key in fields()}
    hold_to(fields(), LONGEST, said, job, found)
    cell = Cell(fields(), said, job, found)
    day = cell.read("day", lambda text: read_day(text, job.on).isoformat())
    uscc = cell.read("uscc", read_credit_code)
    codes = {key: cell.code(key, group) for key, group in _CLOSED.items()}
    number = said["number"] or digest([uscc or name_key(said["party"]), day, said["item"]])
    found.body = {**said, **codes, "day": day, "uscc": uscc, "number": said["number"], "key": number}
    found.body["performers"] = _performers(said["inspectors"], names, found)
    found.key = digest(number)
    return found


def _performers(text: str, names: Mapping[str, Sequence[str]], found: Found) -> list[str]:
    """Give the usernames of inspectors whose names are unmistakable; others are told, and the visit stands."""
    usernames = []
    for name in filter(None, _APART.split(text)):
        if len(known := names.get(name, ())) == 1:
            usernames.append(known[0])
        else:
            found.remarks.append(
                f"检查人员“{name[:20]}”在人员名册中{'有同名的' if known else '没有'}，不对应到人"
            )
    return list(dict.fromkeys(usernames))


def agree(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Name what two rows of one inspection disagree on."""
    titles = {"party": "检查对象", "day": "检查日期", "result": "检查结果"}
    return [name for key, name in titles.items() if earlier[key] != later[key]]


def judge(rows: Sequence["MigrationRow"], job: Job) -> list[Judged]:
    """Judge each row as the inspection case it will be."""
    return judged([_history(row, job) for row in rows], job)


def write(
    rows: Sequence["MigrationRow"], job: Job, ready: Sequence[Judged]
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Write each row as one inspection case, wholly or not at all."""
    yield from brought(list(zip(rows, ready, strict=True)), job)


def _history(row: "MigrationRow", job: Job) -> History:
    body = row.body
    day = date.fromisoformat(body["day"])
    # The table does not say when it was approved: no day is made up, and the case begins with what is known of it.
    deeds = [deed_of("inspection_approved", _approved(body), None, job.by)]
    place = {"act_place": body["place"]} if body["place"] else {}
    deeds.append(deed_of("inspection_entered", place, day, job.by, body["performers"]))
    if result := _result(body):
        deeds.append(deed_of("inspection_result_told", result, None, job.by, body["performers"]))
    source = job.source("检查记录表格", row.line)
    return told("inspection", deeds, _token(body, job), agency=job.agency, source=source)


def _approved(body: Mapping[str, Any]) -> dict[str, Any]:
    facts = {"matter": body["item"], "party_name": body["party"], "inspection_item": body["item"]}
    facts |= {"inspection_mode": "on_site"}
    facts |= {_FACTS[key]: body[key] for key in ("kind", "trigger") if body[key]}
    if code := body["uscc"]:
        kind = "individual_business" if code.startswith(INDIVIDUAL) else "organization"
        facts |= {"party_uscc": code, "party_kind": kind}
    return facts


def _result(body: Mapping[str, Any]) -> dict[str, Any]:
    facts = {"inspection_problems": body["problems"], "inspection_handling": body["handling"]}
    facts[_FACTS["result"]] = body["result"]
    return {name: value for name, value in facts.items() if value}
