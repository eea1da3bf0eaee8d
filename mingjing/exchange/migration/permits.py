"""Old licences: the 双公示 table of permits or a plain list, read row by row and brought in as imported excerpts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.importing import History, Judged
from mingjing.cases.selectors import cases_opened_under
from mingjing.exchange.cells import number_key, numbered, read_credit_code, read_day, read_end
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
from mingjing.kit.document_number import normalise

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

title: Final = "行政许可"
permission: Final = "migrate.cases"
at_once: Final = 500
apart: Final = True

LONGEST: Final = {
    "party": 200, "number": 80, "item": 200, "content": 2000, "certificate": 200, "licence_no": 100,
    "authority": 200, "representative": 100, "reason": 3000,
}  # fmt: skip
_CLOSED: Final = {"party_kind": "party_kinds", "category": "permit_categories", "result": "permit_results"}
_DAYS: Final = ("day", "valid_from", "valid_until", "applied_on", "accepted_on")
_FACTS: Final = {
    "party": "party_name", "uscc": "party_uscc", "party_kind": "party_kind", "representative": "party_representative",
    "item": "licence_item", "category": "licence_category", "authority": "deciding_authority",
}  # fmt: skip
_GRANTED: Final = {
    "content": "licence_content", "certificate": "licence_certificate_name", "licence_no": "licence_no",
    "valid_from": "licence_from", "valid_until": "licence_until",
}  # fmt: skip


def fields() -> Mapping[str, Field]:
    """Give what a list of licences may hold."""
    return known_fields("permits")


def guess(headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be."""
    return guess_columns(fields(), headings)


def missing(keys: Sequence[str]) -> list[str]:
    """Name the required columns that are not there."""
    either = [] if {"item", "content"} & set(keys) else ["许可事项或者许可内容"]
    return [*missing_of(fields(), keys), *either]


def check(rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
    """Read rows; those that are in already are told."""
    read = [_found(row, job) for row in rows]
    tokens = {_token(one.body, job): one for one in read if one.body and not one.faults}
    for token, code in cases_opened_under(tokens).items():
        tokens[token].ref = code
    return read


def _token(body: Mapping[str, Any], job: Job) -> str:
    return digest({"agency": job.agency.code, "licence": body["key"]})


def _found(row: "MigrationRow", job: Job) -> Found:
    found = Found()
    if row.fault:
        found.faults.append(Fault("整行", row.fault, "请改正后重新导入这一行"))
        return found
    said = {key: job.value(row.cells, key) for key in fields()}
    hold_to(fields(), LONGEST, said, job, found)
    cell = Cell(fields(), said, job, found)
    body: dict[str, Any] = {**said, **{key: cell.code(key, group) for key, group in _CLOSED.items()}}
    body |= {key: cell.read(key, lambda text: read_day(text, job.on).isoformat()) for key in _DAYS[:2]}
    body |= {key: cell.read(key, lambda text: read_day(text, job.on).isoformat()) for key in _DAYS[3:]}
    body["valid_until"] = cell.read("valid_until", lambda text: read_end(text).isoformat())
    body["uscc"] = cell.read("uscc", read_credit_code)
    body["number"] = normalise(said["number"])
    if said["number"] and not numbered(said["number"]):
        wrong = f"写的是“{said['number'][:40]}”，不是文号"
        found.faults.append(Fault(cell.heading("number"), wrong, "请写成 某许准〔2026〕1号 的样子"))
    _item(body, cell)
    _order(body, cell)
    body["key"] = [number_key(said["number"]), name_key(said["party"])]
    found.body, found.key = body, digest(body["key"])
    return found


def _item(body: dict[str, Any], cell: Cell) -> None:
    """Name the licence by its certificate or its content where the table has no item."""
    if body["item"]:
        return
    body["item"] = (body["certificate"] or body["content"])[: LONGEST["item"]]
    if body["item"]:
        cell.found.remarks.append("没有写许可事项，按许可证书名称或者许可内容登记")
    else:
        cell.found.faults.append(Fault(cell.heading("item"), "许可事项和许可内容都是空的", "请补填一项"))


def _order(body: Mapping[str, Any], cell: Cell) -> None:
    """Refuse days that contradict each other."""
    pairs = (
        ("applied_on", "accepted_on"),
        ("accepted_on", "day"),
        ("applied_on", "day"),
        ("valid_from", "valid_until"),
    )
    for first, later in pairs:
        if body[first] and body[later] and body[later] < body[first]:
            wrong = f"早于“{cell.heading(first)}”"
            cell.found.faults.append(Fault(cell.heading(later), wrong, "请核对原件，改正日期"))
    if body["result"] == "refused" and (body["licence_no"] or body["valid_until"]):
        wrong = "不予许可，却写了许可编号或者有效期"
        cell.found.faults.append(Fault(cell.heading("result"), wrong, "请核对办理结果"))


def agree(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Name what two rows of one licence disagree on."""
    titles = {"day": "许可决定日期", "item": "许可事项", "licence_no": "许可编号", "result": "办理结果"}
    return [name for key, name in titles.items() if earlier[key] != later[key]]


def judge(rows: Sequence["MigrationRow"], job: Job) -> list[Judged]:
    """Judge each row as the licence case it will be."""
    return judged([_history(row, job) for row in rows], job)


def write(
    rows: Sequence["MigrationRow"], job: Job, ready: Sequence[Judged]
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Write each row as one licence case, wholly or not at all."""
    yield from brought(list(zip(rows, ready, strict=True)), job)


def _history(row: "MigrationRow", job: Job) -> History:
    """Application and acceptance only where the table gives their days; the decision always."""
    body = row.body
    deeds = [
        deed_of(kind, {}, date.fromisoformat(body[key]), job.by)
        for key, kind in (("applied_on", "licence_applied"), ("accepted_on", "licence_accepted"))
        if body[key]
    ]
    refused = body["result"] == "refused"
    kind = "licence_refused" if refused else "licence_granted"
    deeds.append(deed_of(kind, _facts(body, refused=refused), date.fromisoformat(body["day"]), job.by))
    return told(
        "licence", deeds, _token(body, job), agency=job.agency, source=job.source("行政许可表格", row.line)
    )


def _facts(body: Mapping[str, Any], *, refused: bool) -> dict[str, Any]:
    names = _FACTS if refused else {**_FACTS, **_GRANTED}
    facts = {name: body[key] for key, name in names.items() if body[key]}
    facts |= {"matter": body["item"], "document_no": body["number"]}
    if refused and body["reason"]:
        facts["licence_refusal_reason"] = body["reason"]
    if body["uscc"] and not body["party_kind"]:
        business = body["uscc"].startswith(INDIVIDUAL)
        facts["party_kind"] = "individual_business" if business else "organization"
    return facts
