"""Old penalty cases: read as a published table is read, written as imported excerpts with their source."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.importing import Judged
from mingjing.cases.selectors import facts_of
from mingjing.exchange import headers
from mingjing.exchange.cells import Unfit, kinds_in, marked, read_option, words
from mingjing.exchange.compare import DECISIVE, against_stored
from mingjing.exchange.mapping import Reading
from mingjing.exchange.migration.bringing import brought, judged
from mingjing.exchange.migration.shape import Fault, Field, Found, Guess, Job, fault_of
from mingjing.exchange.rows import Desk, Examined, examine
from mingjing.exchange.services import history_of, stored_cases
from mingjing.exchange.tables import Row
from mingjing.kit.canonical import digest

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

title: Final = "旧案"
permission: Final = "migrate.cases"
at_once: Final = 500
apart: Final = True

# Fields in which only certain words can stand, and where their words are.
CLOSED: Final = {
    "penalty_kind": "penalty_kinds",
    "penalty_kind_2": "penalty_kinds",
    "party_kind": "party_kinds",
}
_DAYS: Final = ("decided_on", "published_on", "filed_on")


@cache
def fields() -> Mapping[str, Field]:
    """Give the items of the table that are kept."""
    return {
        key: Field(
            key,
            item.title,
            item.names,
            required=[key] in [list(group) for group in headers.required()],
            unit=item.unit,
            words={names[0]: names for names in words()[CLOSED[key]].values()} if key in CLOSED else {},
        )
        for key, item in headers.items().items()
        if item.kept
    }


def guess(headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be, by the spellings of the published tables."""
    guesses, taken = [], set()
    for one in headers.propose(headings).columns:
        key = one.key if one.key in fields() and one.key not in taken else ""
        taken.add(key)
        guesses.append(
            Guess(one.number, one.header, key, one.how if key or not one.key else "unknown", one.unit)
        )
    return guesses


def missing(keys: Sequence[str]) -> list[str]:
    """Name the groups of items of which no column holds one."""
    return [
        "或者".join(headers.items()[key].title for key in group)
        for group in headers.required()
        if not set(group) & set(keys)
    ]


def check(rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
    """Examine rows and compare them with what is stored."""
    desk = Desk(Reading(job.columns, job.headings), job.on)
    read = [(row, examine(Row(row.line, _cells(row, job), row.fault), desk)) for row in rows]
    stored = stored_cases((one.facts["document_no"] for _, one in read if "document_no" in one.facts), job.by)
    return [_found(row, one, stored, job) for row, one in read]


def _cells(row: "MigrationRow", job: Job) -> tuple[str, ...]:
    cells = list(row.cells)
    for key in job.words:
        if key in job.columns:
            cells[job.columns[key][0] - 1] = job.value(row.cells, key)
    return tuple(cells)


def _found(row: "MigrationRow", one: Examined, stored: Mapping[tuple[str, str], Any], job: Job) -> Found:
    found = Found(remarks=[*one.remarks, *_of_another(one, job)], unknown=_unknown(row, job))
    case = stored.get((one.facts.get("document_no", ""), one.key[1]))
    if case is not None and not one.shifted:
        if against := against_stored(one, facts_of(case)):
            one.contradict(against)
        elif not one.faults:
            found.ref = case.code
    found.faults = [fault_of(text, job.headings) for text in one.faults]
    for column in row.merged:
        if column in {number for number, unit in job.columns.values() if unit}:
            wrong = "合并的单元格里是金额，属于哪一行不能判断"
            found.faults.append(Fault(job.headings[column - 1], wrong, "请取消合并，逐行填写"))
    found.key = digest(list(one.key)) if all(one.key) and not one.shifted else ""
    found.body = _body(one)
    return found


def _of_another(one: Examined, job: Job) -> list[str]:
    """Tell of a case that somebody else decided: renamed bureaus hand theirs down, so it is asked and not refused."""
    authority, own = one.facts.get("deciding_authority", ""), job.agency.name
    if not authority or own in authority or authority in own:
        return []
    return [f"处罚机关“{authority[:40]}”不是{own}，迁入后算作{own}的案件，请核对"]


def _body(one: Examined) -> dict[str, Any]:
    days = {name: day.isoformat() for name in _DAYS if (day := getattr(one, name))}
    rest = {"facts": one.facts, "published": one.published, "summary": one.summary, "key": list(one.key)}
    return {**rest, **days}


def _unknown(row: "MigrationRow", job: Job) -> list[tuple[str, str]]:
    """Give the words of closed fields that nobody knows."""
    unknown = []
    for key, group in CLOSED.items():
        text = job.value(row.cells, key)
        if text and not (_kind(text) if group == "penalty_kinds" else _option(text, group)):
            unknown.append((key, text))
    return unknown


def _kind(text: str) -> bool:
    return bool(kinds_in(text)) or any(marked(text, mark) for mark in ("see_elsewhere", "not_a_penalty"))


def _option(text: str, group: str) -> bool:
    try:
        return bool(read_option(text, group))
    except Unfit:
        return False


def agree(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Name what two records of one decision disagree on."""
    one, other = earlier["facts"], later["facts"]
    return [
        name
        for key, name in DECISIVE.items()
        if key in one and key in other and str(one[key]) != str(other[key])
    ]


def judge(rows: Sequence["MigrationRow"], job: Job) -> list[Judged]:
    """Judge each row as the case it will be."""
    return judged(
        [
            history_of(_examined(row), agency=job.agency, by=job.by, source=job.source("旧案表格", row.line))
            for row in rows
        ],
        job,
    )


def write(
    rows: Sequence["MigrationRow"], job: Job, ready: Sequence[Judged]
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Write each row as one case, wholly or not at all."""
    stored = stored_cases((row.body["facts"]["document_no"] for row in rows), job.by)
    here = [stored.get((row.body["facts"]["document_no"], row.body["key"][1])) for row in rows]
    for row, case in zip(rows, here, strict=True):
        if case is not None:
            yield row, case.code, True  # came in by another way since the trial
    yield from brought(
        [(row, one) for row, one, case in zip(rows, ready, here, strict=True) if case is None], job
    )


def _examined(row: "MigrationRow") -> Examined:
    body = row.body
    number, party = body["key"]
    one = Examined(row.line, (), facts=body["facts"], published=body["published"], summary=body["summary"])
    one.key = (number, party)
    for name in _DAYS:
        setattr(one, name, date.fromisoformat(body[name]) if name in body else None)
    return one
