"""Finding the case and the dispute that a paper speaks of: by numbers alone; names only propose, never decide."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mingjing.cases.law import case_file
from mingjing.cases.payment import payment_of
from mingjing.cases.selectors import cases_of_agency
from mingjing.disputes import selectors as disputes
from mingjing.documents.selectors import cases_of_transfers
from mingjing.exchange.intake.models import Paper
from mingjing.kit.document_number import normalise

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.disputes.models import Dispute
    from mingjing.personnel.models import Agency

BRACKETS: Final = ("（）", "()", "〔〕", "[]", "【】")
MOST: Final = 10  # candidates shown
CHUNK: Final = 500
NAMING: Final = ("decision_no", "case_no", "notice_no")  # the fields that name a case
LETTER: Final = "transfer_no"  # that of the letter by which a case went to the police
EXECUTION: Final = "execution"


@dataclass(frozen=True, slots=True)
class Match:
    """What a paper speaks of, and how that was found; nothing where no number says so."""

    case: "Case | None" = None
    dispute: "Dispute | None" = None
    how: str = ""


class Numbers:
    """The agency's cases by the numbers that papers name: asked for once, however many papers there are."""

    def __init__(self, agency: "Agency", papers: Sequence[Mapping[str, str]]) -> None:
        said = sorted({one for values in papers for name in NAMING for one in _both(values.get(name, ""))})
        self._cases: dict[tuple[str, str], list[Case]] = {}
        for first in range(0, len(said), CHUNK):
            part = said[first : first + CHUNK]
            for column in ("decision_no", "number"):
                for case in cases_of_agency(agency).filter(**{f"{column}__in": part}):
                    self._cases.setdefault((column, getattr(case, column)), []).append(case)
        self._letters(agency, {one for values in papers for one in _both(values.get(LETTER, ""))})

    def _letters(self, agency: "Agency", numbers: set[str]) -> None:
        """Find the cases that were handed to the police by letters with these numbers."""
        letters = cases_of_transfers(agency, sorted(numbers)) if numbers else {}
        codes = {code for found in letters.values() for code in found}
        cases = {one.code: one for one in cases_of_agency(agency).filter(code__in=codes)} if codes else {}
        for number, found in letters.items():
            self._cases[LETTER, number] = [cases[code] for code in sorted(found) if code in cases]

    def case(self, column: str, number: str) -> "Case | None":
        """Give the one case with this number; two are none."""
        found = {case.pk: case for one in _both(number) for case in self._cases.get((column, one), ())}
        return next(iter(found.values())) if len(found) == 1 else None


def _both(number: str) -> set[str]:
    return {number, normalise(number)} if number else set()


def match(sort: str, agency: "Agency", values: Mapping[str, str], numbers: Numbers | None = None) -> Match:
    """Find what a paper speaks of among the agency's own cases. Two that fit are none: a person chooses."""
    numbers = numbers or Numbers(agency, [values])
    if sort == "court" and values["kind"] != EXECUTION:
        return _suit(agency, values, numbers)
    found = _by_number(values, numbers)
    if found.case is None and sort == "payments":
        return _as_before(agency, values)
    return found


def _suit(agency: "Agency", values: Mapping[str, str], numbers: Numbers) -> Match:
    lines = disputes.disputes_on(agency.pk, spellings(values["docket"]))
    same = [one for one in lines if one.row.kind == values["kind"]]
    if len(same) == 1:
        case = cases_of_agency(agency).filter(code=same[0].row.case_code).first()
        return Match(case, same[0].row, "案号相同")
    found = _by_number(values, numbers)
    if found.case is None:
        return found
    waiting = [
        one.row
        for one in disputes.disputes_of(found.case)
        if one.row.kind == values["kind"] and one.now.decided_on is None
    ]
    return Match(found.case, waiting[0] if len(waiting) == 1 else None, found.how)


def _by_number(values: Mapping[str, str], numbers: Numbers) -> Match:
    for name, column, how in (
        (LETTER, LETTER, "移送书文号相同"),
        ("decision_no", "decision_no", "决定书文号相同"),
        ("case_no", "number", "案件编号相同"),
        ("notice_no", "decision_no", "缴款通知书号与决定书文号相同"),
        ("notice_no", "number", "缴款通知书号与案件编号相同"),
    ):
        if (said := values.get(name)) and (case := numbers.case(column, said)) is not None:
            return Match(case, None, how)
    return Match()


def _as_before(agency: "Agency", values: Mapping[str, str]) -> Match:
    """Find the case to which a person, or a number, gave an earlier paper of the same notice, or what it refunds."""
    rows = Paper.objects.filter(agency=agency, sort="payments").exclude(case_code="")
    refunded, notice = values.get("refund_of"), values.get("notice_no")
    codes = set[str]()
    if refunded:
        codes = set(rows.filter(number=refunded).values_list("case_code", flat=True)[:2])
    if not codes and notice:
        codes = set(rows.filter(values__notice_no=notice).values_list("case_code", flat=True)[:2])
    case = cases_of_agency(agency).filter(code__in=codes).first() if len(codes) == 1 else None
    return Match(case, None, "与先前的一笔同号" if case else "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that might be meant, and what speaks for it."""

    case: "Case"
    left: Decimal | None
    exact: bool  # the very sum is due


def candidates(paper: Paper) -> Sequence[Candidate]:
    """Give the agency's own cases whose party goes by the payer's name, those with the very sum due first."""
    name = paper.values.get("payer") or paper.values.get("party") or ""
    if not name:
        return []
    found = []
    for case in cases_of_agency(paper.agency).filter(party_name=name).order_by("-last_act_at")[:MOST]:
        due = payment_of(case_file(case), timezone.now()) if paper.sort == "payments" else None
        left = due.left if due else None
        found.append(Candidate(case, left, left == Decimal(paper.values.get("amount_yuan", "-1"))))
    return sorted(found, key=lambda one: not one.exact)


def spellings(number: str) -> list[str]:
    """Give the ways in which people put brackets around the year of a docket."""
    bare = "".join(unicodedata.normalize("NFKC", one) if one not in "（）" else one for one in number.split())
    for pair in BRACKETS:
        bare = bare.replace(pair[0], "(").replace(pair[1], ")")
    found = {number, *(bare.replace("(", pair[0]).replace(")", pair[1]) for pair in BRACKETS)}
    return sorted(found)
