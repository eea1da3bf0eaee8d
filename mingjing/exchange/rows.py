"""One row of a published table examined: the facts it states, what is wrong with it, and what to look at again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from mingjing.exchange import amounts, kinds, parties, shifts
from mingjing.exchange.cells import (
    Unfit,
    citations,
    marked,
    number_key,
    numbered,
    read_day,
    read_end,
)
from mingjing.exchange.headers import required
from mingjing.exchange.mapping import Reading
from mingjing.exchange.tables import Row
from mingjing.kit.document_number import normalise, parse

# Item -> longest text, by the published standard of the data items.
LONGEST: Final = {
    "party": 200,
    "decision_no": 80,  # what the list of cases keeps; the standard allows 128
    "case_name": 200,
    "violation_kind": 2000,
    "reason": 5000,
    "basis": 2048,
    "violated": 2048,
    "result": 4000,
    "licence": 200,
    "authority": 200,
    "legal_rep": 50,
}


@dataclass(slots=True)
class Examined:
    """A row with everything that can be said of it alone."""

    line: int
    cells: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)  # why it is refused
    remarks: list[str] = field(default_factory=list)  # what to look at; it is taken in all the same
    decided_on: date | None = None
    published: dict[str, Any] = field(default_factory=dict)  # facts of the act of publication
    published_on: date | None = None
    filed_on: date | None = None
    summary: bool = False
    key: tuple[str, str] = ("", "")  # number and party, as all spellings have them in common
    shifted: bool = False
    contradictory: bool = False
    duplicate_of: int = 0  # line of the record of the same decision that stays

    def contradict(self, message: str) -> None:
        """Refuse the row because it contradicts itself or another."""
        self.contradictory = True
        self.faults.append(message)


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading a row needs: the reading of the table, and today."""

    reading: Reading
    on: date

    def cell(self, row: Row, key: str) -> str:
        return self.reading.cell(row.cells, key)


def examine(row: Row, desk: Desk) -> Examined:
    """Read one row. Never raises for what a cell holds."""
    found = Examined(row.line, row.cells)
    if row.fault:
        found.faults.append(row.fault)
        return found
    found.key = (number_key(desk.cell(row, "decision_no")), parties.name_key(desk.cell(row, "party")))
    _unreadable_characters(row, desk, found)
    for step in (_required, _texts, _number, _days, parties.read, kinds.read, amounts.read, _law):
        step(row, desk, found)
    shifts.find(row, desk, found)
    return found


def _unreadable_characters(row: Row, desk: Desk, found: Examined) -> None:
    for header, cell in zip(desk.reading.headers, row.cells, strict=True):
        if "\0" in cell:
            found.faults.append(f"“{header}”含有空字符（NUL），请重新录入")


def _required(row: Row, desk: Desk, found: Examined) -> None:
    """Refuse a row that lacks what the standard asks of every row."""
    for group in required():
        if not any(desk.cell(row, key) for key in group):
            key = next((one for one in group if desk.reading.has(one)), group[0])
            found.faults.append(f"没有填“{desk.reading.heading(key)}”，请补填")


def _texts(row: Row, desk: Desk, found: Examined) -> None:
    for key, name in (
        ("case_name", "matter"),
        ("violation_kind", "violation_kind"),
        ("reason", "violation_facts"),
        ("result", "penalty_content"),
        ("licence", "licence_affected"),
        ("authority", "deciding_authority"),
        ("basis", "basis_as_published"),
    ):
        if text := desk.cell(row, key):
            found.facts[name] = text
    for key, longest in LONGEST.items():
        if len(text := desk.cell(row, key)) > longest:
            found.faults.append(f"“{desk.reading.heading(key)}”有 {len(text)} 字，最多 {longest} 字，请删减")
    for left, right, what in (("《", "》", "书名号"), ("（", "）", "括号")):
        for key in ("basis", "reason", "result"):
            text = desk.cell(row, key)
            if text.count(left) != text.count(right):
                found.remarks.append(f"“{desk.reading.heading(key)}”的{what}没有成对，内容可能被截断")


def _number(row: Row, desk: Desk, found: Examined) -> None:
    text = desk.cell(row, "decision_no")
    if not text:
        return
    found.facts["document_no"] = normalise(text)
    found.facts["document_no_as_published"] = text
    if not numbered(text):
        found.faults.append(
            f"“{desk.reading.heading('decision_no')}”写的是“{text[:40]}”，不是文号，请写成 某罚决〔2026〕1号 的样子"
        )
    elif parse(text) is None:
        found.remarks.append(f"文号“{text}”的序号读不出来，按原样保存")
    found.summary = (
        marked(text, "summary")
        or marked(desk.cell(row, "procedure"), "summary")
        or desk.cell(row, "procedure") == "01"
    )


def _days(row: Row, desk: Desk, found: Examined) -> None:
    authority, decided = desk.cell(row, "authority"), desk.cell(row, "decision_date")
    if both := desk.cell(row, "authority_and_date"):
        authority, decided = _apart(both)
        found.facts.setdefault("deciding_authority", authority)
    found.decided_on = _try(found, desk, "decision_date", decided, lambda text: read_day(text, desk.on))
    found.published_on = _try(
        found, desk, "published_on", desk.cell(row, "published_on"), lambda text: read_day(text, desk.on)
    )
    found.filed_on = _try(
        found, desk, "filed_on", desk.cell(row, "filed_on"), lambda text: read_day(text, desk.on)
    )
    until = _try(found, desk, "publicity_until", desk.cell(row, "publicity_until"), read_end)
    valid = _try(found, desk, "valid_until", desk.cell(row, "valid_until"), read_end)
    if until:
        found.published["publication_until"] = until.isoformat()
    if valid:
        found.facts["penalty_valid_until"] = valid.isoformat()
    if authority and len(authority) < _SHORT_NAME:
        found.remarks.append(f"处罚机关“{authority}”不是全称")
    _order_of_days(found)


_SHORT_NAME: Final = 5


def _order_of_days(found: Examined) -> None:
    decided = found.decided_on
    if decided is None:
        return
    found.facts["decided_on"] = decided.isoformat()
    number = parse(found.facts.get("document_no", ""))
    if number and abs(number.year - decided.year) > 1:
        found.remarks.append(f"文号是 {number.year} 年，决定日期是 {decided.year} 年，请核对")
    if found.published_on and found.published_on < decided:
        found.contradict("公示日期早于处罚决定日期，请核对")
    if found.filed_on and found.filed_on > decided:
        found.contradict("立案时间晚于处罚决定日期，请核对")


def _apart(text: str) -> tuple[str, str]:
    """Part 某某局--2016-9-27: the name of the authority, then the day."""
    cut = next((place for place, character in enumerate(text) if character.isdigit()), len(text))
    return text[:cut].rstrip(" -—–、，,;；"), text[cut:].strip()


def _try(found: Examined, desk: Desk, key: str, text: str, read: Callable[[str], date]) -> date | None:
    if not text:
        return None
    try:
        return read(text)
    except Unfit as fault:
        found.faults.append(f"“{desk.reading.heading(key)}”：{fault}")
        return None


def _law(row: Row, desk: Desk, found: Examined) -> None:
    if violated := citations(desk.cell(row, "violated")):
        found.facts["violated"] = violated
    text = desk.cell(row, "basis") or desk.cell(row, "kinds_and_basis")
    if basis := citations(text):
        found.facts["penalty_basis"] = basis
    elif text:
        found.remarks.append("处罚依据没有写到条、款、项")
