"""What the board counts, counted plainly from the rows themselves: to hold the kept sums against."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from mingjing.cases import sums
from mingjing.cases.models import Case, CaseDeadline, CaseFinding


def assert_sums_agree(agencies: Collection[int], now: datetime, ahead: timedelta = timedelta(days=3)) -> None:
    """Fail where a kept sum is not what counting the rows gives."""
    assert kept(agencies, now, now + ahead) == plainly(agencies, now, now + ahead)


def plainly(agencies: Collection[int], now: datetime, soon: datetime) -> dict[str, Counter[tuple[Any, ...]]]:
    """Count cases, limits and breaches one by one."""
    found: dict[str, Counter[tuple[Any, ...]]] = {
        "cases": Counter(),
        "limits": Counter(),
        "findings": Counter(),
    }
    for case in Case.objects.filter(agency__in=agencies):
        found["cases"][case.agency_id, case.score, case.vetoed, case.ended, case.imported] += 1
    open_ = CaseDeadline.objects.filter(agency__in=agencies, urges=True, status__in=("running", "missed"))
    for row in open_.filter(due__isnull=False, case__imported=False).select_related("case"):
        assert row.due is not None
        if row.due <= soon:
            state = "overdue" if row.due < now else "soon"
            found["limits"][row.agency_id, row.rule, row.case.stage, state] += 1
    for one in CaseFinding.objects.filter(agency__in=agencies, outcome="breach").select_related("case"):
        found["findings"][one.agency_id, one.rule, one.case.imported] += 1
    return found


def kept(agencies: Collection[int], now: datetime, soon: datetime) -> dict[str, Counter[tuple[Any, ...]]]:
    """Give the same from what is kept."""
    limits: Counter[tuple[Any, ...]] = Counter()
    for agency, rule, stage, overdue, coming in sums.limits_counted(agencies, now=now, soon=soon):
        limits += Counter({(agency, rule, stage, "overdue"): overdue, (agency, rule, stage, "soon"): coming})
    return {
        "cases": Counter({row[:-1]: row[-1] for row in sums.cases_counted(agencies)}),
        "limits": limits,
        "findings": Counter(
            {
                (agency, rule, imported): n
                for imported in (False, True)
                for agency, rule, n in sums.findings_counted(agencies, imported=imported)
            }
        ),
    }
