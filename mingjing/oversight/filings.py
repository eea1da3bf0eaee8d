"""Filing of major penalties: which decisions must be filed, filing one, and what the supervisor found in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.cases.decided import Decided, Weight, cases_punished, penalties
from mingjing.kit.clock import legal_day
from mingjing.oversight.models import Matter, Step
from mingjing.oversight.services import NotDone, append, enter, office_step
from mingjing.oversight.terms import due_after, filing_terms_of
from mingjing.packs.load import library
from mingjing.packs.oversight_terms import FILING, FilingTerms
from mingjing.personnel import selectors as register
from mingjing.personnel.permissions import may
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

# How far the list of what is unfiled goes: how the house shows it, no figure of law. Older ones belong to a review.
LOOKED_BACK: Final = timedelta(days=365)
KINDS: Final = "penalty_kinds"


@dataclass(frozen=True, slots=True)
class Major:
    """A decision that must be filed: why, by when, and under which matter it was."""

    decided: Decided
    agency: "Agency"
    grounds: tuple[str, ...]
    due: date | None
    filed: Matter | None = None

    def overdue(self, today: date) -> bool:
        """Whether it should have been filed by now and is not."""
        return self.filed is None and self.due is not None and today > self.due


def majors(agencies: Collection["Agency"], today: date) -> list[Major]:
    """Give the major penalties of these agencies within the last year, the unfiled ones first by their day."""
    units = {one.pk: one for one in agencies}
    found = [
        (one, grounds)
        for weight, together in _by_weight(agencies).items()
        for one in penalties(together, today - LOOKED_BACK, weight=weight)
        if (grounds := grounds_of(one, filing_terms_of(units[one.agency])))
    ]
    filed = {
        row.case_code: row
        for row in Matter.objects.filter(kind=FILING, case_code__in={one.case_code for one, _ in found})
    }
    majors = [_major(one, grounds, units[one.agency], filed.get(one.case_code)) for one, grounds in found]
    return sorted(majors, key=lambda one: (one.filed is not None, one.due or date.max, one.decided.case_code))


def _by_weight(agencies: Collection["Agency"]) -> dict[Weight, list[int]]:
    """Give the agencies by what a major penalty is with them: each is asked for no others."""
    found: dict[Weight, list[int]] = {}
    for agency in agencies:
        found.setdefault(weight_of(filing_terms_of(agency)), []).append(agency.pk)
    return found


def weight_of(terms: FilingTerms) -> Weight:
    """Say which penalties are major ones."""
    return Weight(terms.kinds, terms.persons, terms.person_yuan, terms.unit_yuan)


def grounds_of(decided: Decided, terms: FilingTerms) -> tuple[str, ...]:
    """Say why a penalty is a major one; nothing where it is none."""
    titles = dict(library().fields[KINDS].options)
    words = [titles.get(kind, kind) for kind in sorted(decided.kinds & terms.kinds)]
    person = decided.party_kind in terms.persons
    least = terms.person_yuan if person else terms.unit_yuan
    if decided.yuan >= least:
        words.append(f"{'个人' if person else '单位'}罚没 {decided.yuan:,} 元（{least:,} 元以上）")
    return tuple(words)


def _major(decided: Decided, grounds: tuple[str, ...], agency: "Agency", filed: Matter | None) -> Major:
    return Major(
        decided, agency, grounds, due_after(filing_terms_of(agency).reply, decided.decided_on), filed
    )


@transaction.atomic
def file(*, case_code: str, by: "Person", at: datetime, once: str, late: str = "") -> Matter:
    """File a major penalty of one's own agency with the office above; late only with the reason. Raises NotDone."""
    agency, today = by.agency, legal_day(at)
    if not may(by, "oversight.reply", agency.code):
        raise NotDone("只有本单位的负责人、法制人员、内勤能够报送备案。")
    take_turn("filing", case_code)
    if (there := Matter.objects.filter(kind=FILING, case_code=case_code, agency=agency).first()) is not None:
        return there
    found = list(penalties([agency.pk], today - LOOKED_BACK, case_code=case_code))
    decided = found[-1] if found else None
    grounds = grounds_of(decided, filing_terms_of(agency)) if decided else ()
    if decided is None or not grounds:
        raise NotDone("这件案子没有需要备案的重大行政处罚决定。")
    major = _major(decided, grounds, agency, None)
    if major.overdue(today) and not late.strip():
        raise NotDone(f"已经超过备案期限（{major.due}）。请写明迟报的原因。", field="late")
    row = Matter(kind=FILING, office=office_above(agency), agency=agency, case_code=case_code)
    row.subject = f"{decided.number or '未编号'}　{decided.title}"[:200]
    review = due_after(filing_terms_of(agency).review, today)
    row.content = {
        "number": decided.number,
        "decided_on": decided.decided_on.isoformat(),
        "grounds": list(grounds),
        "file_by": major.due.isoformat() if major.due else "",
        "due": review.isoformat() if review else "",
        "late": late.strip(),
    }
    enter(row, by=by, at=at, once=once)
    append(row, "filed", {}, by=by, at=at)
    return row


def office_above(agency: "Agency") -> "Agency":
    """Give who supervises an agency. Raises NotDone where nobody is registered above it."""
    office = register.office_above(agency)
    if office is None:
        raise NotDone(f"{agency.name}没有登记上级监督机关，不能报送备案。请系统管理员登记。")
    return office


def review(*, filing: Matter, by: "Person", at: datetime, said: str) -> Step:
    """Find nothing against a filed decision; where something is found, a document follows it. Raises NotDone."""
    return office_step(matter=filing, kind="reviewed", by=by, at=at, said=said)


def count_unfiled(agencies: Collection["Agency"], today: date) -> int:
    """Say how many major penalties of these agencies wait for their filing; none of them is read."""
    filed = Matter.objects.filter(kind=FILING, agency__in=[one.pk for one in agencies])
    known = set(filed.values_list("case_code", flat=True))
    return sum(
        code not in known
        for weight, together in _by_weight(agencies).items()
        for code in cases_punished(together, today - LOOKED_BACK, weight)
    )
