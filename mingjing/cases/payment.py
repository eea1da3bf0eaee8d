"""What a decision makes a party pay, what came in by whom, what is still due, and how an added fine grows by day.

All of it is read from the acts; nothing is stored, and nothing here compares what agencies or officers bring in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from mingjing.cases.law import CaseFile
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.lawengine.kinds.accrual import Growth, grown_by, in_steps
from mingjing.lawengine.model import ActRecord, Rule, Verdict
from mingjing.lawengine.terms import AccrualTerms
from mingjing.lawengine.versions import choose
from mingjing.lawengine.view import View, event_of

# Acts that make somebody pay, and the facts that say how much.
DECIDING: Final[Mapping[str, Sequence[str]]] = {
    "penalty_decided": ("fine_yuan", "confiscated_gain_yuan"),
    "on_the_spot_decided": ("fine_yuan", "confiscated_gain_yuan"),
    "execution_registered": ("fine_yuan",),
    "levy_decided": ("dues_yuan",),
    "fee_charged": ("dues_yuan",),
}
PAYING: Final = ("fine_paid", "fine_collected_on_the_spot", "dues_paid")
ON_THE_SPOT: Final = "fine_collected_on_the_spot"
NOT_APART: Final = "cash"  # collected by the body that decided, without a ground for doing so
REVOKED, REFUNDED, RELIEVED = "decision_revoked", "dues_refunded", "dues_relieved"
RECEIPTS: Final = ("receipt_no", "bill_no")
LOOKED_AHEAD: Final = timedelta(days=800)  # an added fine is full long before, unless a suit stops it


@dataclass(frozen=True, slots=True)
class Part:
    """One sum of a decision."""

    title: str
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: how much, when, how, on which receipt, and who recorded it."""

    seq: int
    on: date | None
    yuan: Decimal
    way: str
    receipt: str
    by: str
    apart: bool  # not collected by the body that decided
    ground: str  # why it was collected on the spot


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of an approved plan, with what has come in for it."""

    on: date
    yuan: Decimal
    paid: Decimal
    state: str  # paid, due, overdue

    @property
    def left(self) -> Decimal:
        return self.yuan - self.paid


@dataclass(frozen=True, slots=True)
class GrownTo:
    """How far an added fine has come on a day."""

    on: date
    days: int
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class AddedFine:
    """An added fine that has begun to run: its arithmetic, day by day, and the rule."""

    steps: tuple[str, ...]
    days: tuple[GrownTo, ...]
    yuan: Decimal
    full: bool
    source: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What a case makes its party pay, and how that stands."""

    parts: tuple[Part, ...]
    decided_on: date | None
    decided_by: tuple[str, ...]
    payments: tuple[Paid, ...]
    instalments: tuple[Instalment, ...]
    added: AddedFine | None
    relieved: Decimal
    refunded: Decimal
    revoked: bool

    @property
    def owed(self) -> Decimal:
        """What was to be paid without added fines."""
        return sum((one.yuan for one in self.parts), Decimal(0)) - self.relieved

    @property
    def paid(self) -> Decimal:
        return sum((one.yuan for one in self.payments), Decimal(0)) - self.refunded

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.owed - self.paid)


def payment_of(file: CaseFile, now: datetime) -> Payment | None:
    """Give how the payment of a case stands at a moment; None where nothing is to be paid."""
    decision = next((act for act in reversed(file.acts) if _parts(file, act)), None)
    if decision is None:
        return None
    later = [act for act in file.acts if act.seq > decision.seq]
    payments = tuple(_paid(file, act) for act in later if act.kind in PAYING)
    parts = _parts(file, decision)
    relieved = _sum(act.facts.get("relief_yuan") for act in file.acts if act.kind == RELIEVED)
    refunded = _sum(act.facts.get("refund_yuan") for act in later if act.kind == REFUNDED)
    today = legal_day(now)
    owed = sum((one.yuan for one in parts), Decimal(0)) - relieved
    in_full = _paid_off(payments, owed)
    revoked = any(act.kind == REVOKED for act in later)
    return Payment(
        parts=parts,
        decided_on=legal_day(decision.done_at) if decision.done_at else None,
        decided_by=tuple(one.name for one in decision.performers),
        payments=payments,
        instalments=tuple(_plan(file, payments, today)),
        added=None if revoked else _added_fine(file, min(today, in_full or today)),
        relieved=relieved,
        refunded=refunded,
        revoked=revoked,
    )


def _parts(file: CaseFile, act: ActRecord) -> tuple[Part, ...]:
    sums = [(name, _money(act.facts.get(name))) for name in DECIDING.get(act.kind, ())]
    return tuple(Part(file.law.label(name), yuan) for name, yuan in sums if yuan)


def _paid(file: CaseFile, act: ActRecord) -> Paid:
    on_the_spot = act.kind == ON_THE_SPOT
    way = str(act.facts.get("paid_by") or "")
    return Paid(
        seq=act.seq,
        on=legal_day(act.done_at) if act.done_at else None,
        yuan=_money(act.facts.get("paid_yuan")),
        way=file.law.title_of(act.kind) if on_the_spot else _label(file, "paid_by", way),
        receipt=next((str(act.facts[name]) for name in RECEIPTS if act.facts.get(name)), ""),
        by="、".join(one.name for one in act.performers),
        apart=not on_the_spot and way != NOT_APART,
        ground=_label(file, "collection_ground", str(act.facts.get("collection_ground") or "")),
    )


def _label(file: CaseFile, name: str, code: str) -> str:
    field = file.law.fields.get(name)
    return dict(field.options).get(code, code) if field else code


def _paid_off(payments: Iterable[Paid], owed: Decimal) -> date | None:
    """Give the day on which the whole sum had come in, if it has."""
    so_far = Decimal(0)
    for one in payments:
        so_far += one.yuan
        if so_far >= owed and one.on is not None:
            return one.on
    return None


def _plan(file: CaseFile, payments: Iterable[Paid], today: date) -> Iterator[Instalment]:
    """Give the plan line by line; what came in covers the earliest lines first."""
    left = sum((one.yuan for one in payments), Decimal(0))
    rows = [row for row in file.facts.get("instalments") or () if row.get("instalment_on")]
    for row in sorted(rows, key=lambda one: str(one["instalment_on"])):
        on, yuan = date.fromisoformat(str(row["instalment_on"])), _money(row.get("instalment_yuan"))
        paid = min(left, yuan)
        left -= paid
        state = "paid" if paid == yuan else ("overdue" if on < today else "due")
        yield Instalment(on, yuan, paid, state)


# --- the added fine ---------------------------------------------------------------------------


def _added_fine(file: CaseFile, until: date) -> AddedFine | None:
    """Give how the added fine has grown up to a day, or None where none has begun to run or it cannot be told."""
    speaking = {rule.id: rule for rules in file.state.rules.values() for rule in rules}
    for rule in speaking.values():
        if rule.kind == "accrual" and (found := _growth(file, rule, until)) is not None:
            terms, last, source = found
            days = tuple(_day_by_day(file, rule, last))
            return AddedFine(in_steps(terms, last), days, last.amount, last.full, source) if days else None
    return None


def _growth(file: CaseFile, rule: Rule, day: date) -> tuple[AccrualTerms, Growth, str] | None:
    view = _view(file, rule, day)
    chosen = choose(rule, view)
    if isinstance(chosen, Verdict):
        return None
    rule, version = chosen
    if any(view.holds(one) is not True for one in (rule.when, version.when) if one is not None):
        return None
    grown = grown_by(rule, version, view)
    if grown is None or grown.days <= 0:
        return None
    return cast("AccrualTerms", version.terms), grown, version.source.cite()


def _view(file: CaseFile, rule: Rule, day: date) -> View:
    """Look at the case as if the sum were claimed on a day."""
    at = datetime.combine(day, time(12), tzinfo=BEIJING)
    act = ActRecord(len(file.acts) + 1, rule.acts[0], at, {}, (), ())
    return View(file.state, event_of(act))


def _day_by_day(file: CaseFile, rule: Rule, last: Growth) -> Iterator[GrownTo]:
    """Give every day on which the sum grew; days that do not count are left out."""
    day, before = last.first, Decimal(0)
    while day <= min(last.last, last.first + LOOKED_AHEAD) and before < last.amount:
        found = _growth(file, rule, day)
        if found is not None and found[1].amount != before:
            before = found[1].amount
            yield GrownTo(day, found[1].days, before)
        day += timedelta(days=1)


def _sum(values: Iterable[Any]) -> Decimal:
    return sum((_money(one) for one in values), Decimal(0))


def _money(value: Any) -> Decimal:
    """Give a sum; an imported file may state what is none."""
    try:
        found = Decimal(str(value)) if value not in (None, "") else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)
