"""How a payment stands: by whom decided, how collected, instalments, and an added fine day by day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from mingjing.cases.law import CaseFile, case_file
from mingjing.cases.models import Case
from mingjing.cases.payment import Payment, payment_of
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.model import ActRecord
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db


def at(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), tzinfo=BEIJING)


def standing(case: Case, day: date, *more: ActRecord) -> Payment:
    """How the payment of a case stands on a day, with acts that nobody need record for it."""
    file = case_file(case)
    found = payment_of(
        CaseFile(file.case, file.law, (*file.acts, *more), (*file.held, *(() for _ in more))), at(day)
    )
    assert found is not None
    return found


def act(seq: int, kind: str, day: date, **facts: Any) -> ActRecord:
    """An act after those of the case."""
    return ActRecord(seq, kind, at(day), facts, (), ())


def served(case: Case) -> date:
    """The day on which the decision was served."""
    rows = [one for one in case_file(case).acts if one.kind == "document_served"]
    found = rows[-1].done_at
    assert found is not None
    return found.date()


def test_a_case_without_a_decision_has_nothing_to_pay(cast: Cast) -> None:
    """Nothing is shown before there is something."""
    _, case = told(cast, until="prior_notice_issued")
    assert payment_of(case_file(case), timezone.now()) is None

    _, case = told(cast, until="penalty_decided")
    assert payment_of(case_file(case), timezone.now()) is not None


def test_a_bank_collects_what_others_decided(cast: Cast) -> None:
    """Who decided stands beside how it was collected, and nothing is left."""
    _, case = told(cast)
    found = standing(case, date(2026, 6, 1))
    (paid,) = found.payments

    assert found.left == 0
    assert found.paid == found.owed > 0
    assert (paid.apart, paid.way, paid.receipt) == (True, "银行缴款", "豫财0410000018")
    assert found.decided_by
    assert found.added is None


def test_cash_taken_by_the_agency_is_shown_as_not_apart(cast: Cast) -> None:
    """Collected on the spot it has a ground; taken in cash without one it has not."""
    _, case = told(cast, until="decision_published")
    seq = len(case_file(case).acts) + 1
    day = date(2026, 6, 1)
    cash = act(seq, "fine_paid", day, paid_yuan="10", paid_by="cash", receipt_no="1")
    spot = act(seq + 1, "fine_collected_on_the_spot", day, paid_yuan="10", collection_ground="remote")

    one, other = standing(case, day, cash, spot).payments
    assert (one.apart, one.ground) == (False, "")
    assert not other.apart
    assert "边远" in other.ground


def test_an_added_fine_grows_by_three_per_cent_a_day_up_to_the_principal(cast: Cast) -> None:
    """The fifteenth day adds nothing, the sixteenth one day, the hundredth no more than the fine."""
    _, case = told(cast, until="decision_published")
    fine = standing(case, served(case)).parts[0].yuan
    last_day = next(
        day
        for n in range(15, 30)
        if standing(case, (day := served(case) + timedelta(days=n)) + timedelta(days=1)).added is not None
    )

    assert standing(case, last_day).added is None
    first = standing(case, last_day + timedelta(days=1)).added
    assert first is not None
    assert first.yuan == fine * Decimal("0.03")
    assert [(one.on, one.days) for one in first.days] == [(last_day + timedelta(days=1), 1)]

    late = standing(case, last_day + timedelta(days=200)).added
    assert late is not None
    assert (late.yuan, late.full) == (fine, True)
    assert [one.days for one in late.days] == list(range(1, 35))
    assert late.days[-1].yuan == fine
    assert "行政处罚法" in late.source


def test_an_added_fine_stops_on_the_day_of_full_payment(cast: Cast) -> None:
    """What came in late still owes the days until then, and no day more."""
    _, case = told(cast, until="decision_published")
    fine = standing(case, served(case)).parts[0].yuan
    seq, day = len(case_file(case).acts) + 1, served(case) + timedelta(days=40)
    paid = act(seq, "fine_paid", day, paid_yuan=str(fine), paid_by="bank", receipt_no="1")

    now = standing(case, day, paid).added
    later = standing(case, day + timedelta(days=90), paid).added
    assert now is not None
    assert now == later
    longer = standing(case, day + timedelta(days=90)).added
    assert longer is not None
    assert longer.yuan > now.yuan


def test_instalments_are_covered_in_their_order(cast: Cast) -> None:
    """Paid, overdue and not yet due; a part of one line is kept for it."""
    _, case = told(cast, until="decision_published")
    seq, start = len(case_file(case).acts) + 1, served(case)
    rows = [
        {"instalment_on": (start + timedelta(days=30 * n)).isoformat(), "instalment_yuan": "1000"}
        for n in (1, 2, 3)
    ]
    plan = act(seq, "deferral_approved", start, instalments=rows, deferral_kind="instalments")
    paid = act(seq + 1, "fine_paid", start + timedelta(days=20), paid_yuan="1200", paid_by="bank")

    found = standing(case, start + timedelta(days=70), plan, paid).instalments
    assert [one.state for one in found] == ["paid", "overdue", "due"]
    assert [one.left for one in found] == [Decimal(0), Decimal(800), Decimal(1000)]


def test_a_revoked_decision_says_so_and_grows_nothing(cast: Cast) -> None:
    """Nobody is dunned for what was taken back; while it stood it grew."""
    _, case = told(cast, until="decision_published")
    day = served(case) + timedelta(days=60)
    assert standing(case, day).added is not None
    revoked = act(len(case_file(case).acts) + 1, "decision_revoked", day)

    found = standing(case, day, revoked)
    assert found.revoked
    assert found.added is None
