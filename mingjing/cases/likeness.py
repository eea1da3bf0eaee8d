"""Like cases: the same violation, tier and kind of party, and how they were fined. A spread, never a ranking."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, IntegerField, QuerySet

from mingjing.cases.models import Case, CaseOutcome
from mingjing.cases.outcomes import PENALTY, violation_key
from mingjing.cases.spread import FEWEST, Spread, position, spread
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

NEAREST = 5
# Region codes are looked at from the county outwards until there are enough cases to compare.
WIDTHS = {6: "本县（市、区）", 4: "本市", 2: "本省", 0: "全部"}


@dataclass(frozen=True, slots=True)
class Like:
    """What makes cases alike."""

    violation: str
    tier: str
    party_kind: str
    region: str

    @classmethod
    def of(cls, facts: Mapping[str, Any], region: str) -> "Like | None":
        """Read it from the facts of a case; None while they do not say enough."""
        violation = facts.get("benchmark_item") or facts.get("violation_kind")
        tier, kind = facts.get("discretion_tier"), facts.get("party_kind")
        return cls(str(violation), str(tier), str(kind), region) if violation and tier and kind else None


@dataclass(frozen=True, slots=True)
class LikeCase:
    """One like case as anybody may know it; `code` only where the viewer may open it."""

    fine_fen: int
    decided_on: date
    agency: str
    code: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like cases were fined, and where the proposed fine stands among them."""

    like: Like
    where: str
    spread: Spread | None
    proposed_fen: int | None
    lower: int
    equal: int
    higher: int
    nearest: tuple[LikeCase, ...]

    @property
    def count(self) -> int:
        """How many like cases there are."""
        return self.spread.count if self.spread else 0

    @property
    def unusual(self) -> bool:
        """Say whether the proposed fine lies beyond what is usual."""
        return bool(self.spread and self.proposed_fen is not None and self.spread.unusual(self.proposed_fen))


def like_cases(
    like: Like, *, viewer: "Person", fine_fen: int | None = None, besides: Case | None = None
) -> Likeness:
    """Find the like cases, as near as there are enough of them.

    Cases of agencies that the viewer may not see are figures only.
    """
    rows, where, fines = _near_enough(like, besides)
    lower, equal, higher = position(fines, fine_fen) if fine_fen is not None else (0, 0, 0)
    return Likeness(
        like=like,
        where=where,
        spread=spread(fines),
        proposed_fen=fine_fen,
        lower=lower,
        equal=equal,
        higher=higher,
        nearest=tuple(_nearest(rows, viewer, fine_fen)),
    )


def _near_enough(like: Like, besides: Case | None) -> tuple[QuerySet[CaseOutcome], str, list[int]]:
    where, rows, fines = "", CaseOutcome.objects.none(), list[int]()
    for width, told in WIDTHS.items():
        where, rows = told, _alike(like, like.region[:width])
        if besides is not None and besides.pk:
            rows = rows.exclude(case=besides.pk)
        found = rows.order_by("fine_fen").values_list("fine_fen", flat=True)
        fines = [fen for fen in found if fen is not None]
        if len(fines) >= FEWEST:
            break
    return rows, where, fines


def _alike(like: Like, region: str) -> QuerySet[CaseOutcome]:
    rows = CaseOutcome.objects.filter(
        outcome=PENALTY,
        standing=True,
        fine_fen__isnull=False,
        violation_key=violation_key(like.violation),
        tier=like.tier,
        party_kind=like.party_kind,
    )
    if len(region) == max(WIDTHS):
        return rows.filter(region=region)
    # A span, not a pattern: an index of text is searched by it on both databases.
    return rows.filter(region__gte=region, region__lt=str(int(region) + 1)) if region else rows


def _nearest(rows: QuerySet[CaseOutcome], viewer: "Person", fine_fen: int | None) -> Iterator[LikeCase]:
    """Give the cases whose fines are nearest to the proposed one, else the latest, in the order of their days."""
    if fine_fen is None:
        ordered = rows.order_by("-decided_on", "-pk")
    else:
        away = Func(F("fine_fen") - fine_fen, function="ABS", output_field=IntegerField())
        ordered = rows.order_by(away, "-decided_on", "-pk")
    visible = set(agencies_visible_to(viewer))
    found = ordered.select_related("case", "agency")[:NEAREST]
    for row in sorted(found, key=lambda one: one.decided_on, reverse=True):
        yield _told(row, visible)


def _told(row: CaseOutcome, visible: set[int]) -> LikeCase:
    open_to = row.agency_id in visible
    return LikeCase(
        fine_fen=row.fine_fen or 0,
        decided_on=row.decided_on,
        agency=row.agency.short_name or row.agency.name if open_to else "其他机关",
        code=row.case.code if open_to else "",
        number=(row.case.decision_no or row.case.number) if open_to else "",
    )


# --- for supervisors ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Like cases of the agencies that a supervisor sees."""

    violation: str
    violation_key: str
    tier: str
    party_kind: str
    spread: Spread
    unusual: int


def groups(viewer: "Person", *, agency: str = "", since: date | None = None) -> list[Group]:
    """Give every group of like cases with its spread: first those with unusual fines, then the larger ones.

    Never by how high the fines are: that says nothing of whether they are even.
    """
    names = ("violation_key", "tier", "party_kind", "fine_fen", "violation")
    rows = _fined(viewer, agency, since).order_by(*names[:4]).values_list(*names)
    found = [
        _group(key, list(members)) for key, members in groupby(rows.iterator(10_000), key=lambda row: row[:3])
    ]
    return sorted(found, key=lambda one: (-one.unusual, -one.spread.count, one.violation))


def _group(key: tuple[Any, ...], members: Sequence[tuple[Any, ...]]) -> Group:
    fines = [row[3] for row in members]
    told = spread(fines)
    assert told is not None  # noqa: S101 - groupby gives no empty group
    unusual = sum(1 for fen in fines if told.unusual(fen))
    return Group(members[0][4], key[0], key[1], key[2], told, unusual)


@dataclass(frozen=True, slots=True)
class Member:
    """One case of a group."""

    case: Case
    fine_fen: int
    decided_on: date
    unusual: bool


def members(
    viewer: "Person", key: str, tier: str, party_kind: str, *, agency: str = "", since: date | None = None
) -> tuple[Group | None, list[Member]]:
    """Give one group and its cases, the unusual ones first and then the latest; None where there is no such group."""
    rows = _fined(viewer, agency, since).filter(violation_key=key, tier=tier, party_kind=party_kind)
    found = list(rows.select_related("case__agency").order_by("-decided_on", "-pk"))
    fined = sorted((key, tier, party_kind, row.fine_fen, row.violation) for row in found)
    if not fined:
        return None, []
    told = _group((key, tier, party_kind), fined)
    listed = [_member(row, told.spread) for row in found]
    return told, sorted(listed, key=lambda one: not one.unusual)


def _member(row: CaseOutcome, told: Spread) -> Member:
    fen = row.fine_fen or 0
    return Member(row.case, fen, row.decided_on, unusual=told.unusual(fen))


def _fined(viewer: "Person", agency: str, since: date | None) -> QuerySet[CaseOutcome]:
    rows = CaseOutcome.objects.filter(
        agency__in=agencies_visible_to(viewer), outcome=PENALTY, standing=True, fine_fen__isnull=False
    )
    if agency:
        rows = rows.filter(agency__code=agency)
    return rows.filter(decided_on__gte=since) if since else rows
