"""The dossier of a party (一户式): everything that the cases of a viewer's agencies know of one firm or person.

A party is known by the digest of its code, and where a case states none by its name alone, which is said. Two keys
are one party only after two people have checked it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from mingjing.cases.models import Act, Case, CaseOutcome, CaseParty, DossierAccess, PartyMerge
from mingjing.cases.outcomes import party_keys
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_above, agencies_visible_to, names_of
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST: Final = 200  # cases of one dossier; beyond that the case list is the place to search
FOUND: Final = 30
ONE_VISIT: Final = timedelta(minutes=30)  # pages opened again within this time are the same look
LICENCES: Final = (
    "licence_granted",
    "licence_issued",
    "licence_revoked",
    "licence_withdrawn",
    "licence_cancelled",
)


class NoDossier(LookupError):
    """No case that this viewer may see names such a party."""


class MergeRefused(Exception):
    """Nothing was written. The message is Chinese and says what would make it possible."""


@dataclass(frozen=True, slots=True)
class Named:
    """A party as a list shows it: a key, the name, and whether the key is that of a code."""

    key: str
    name: str
    kind: str
    by_code: bool
    cases: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a party, and whether only the name says that it is."""

    case: Case
    by_name: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two keys are one party, with how it stands."""

    row: PartyMerge
    state: str
    by: str
    last: PartyMerge
    last_by: str


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a dossier."""

    name: str
    agency: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Dossier:
    """All that is known of one party, as far as the viewer may see it."""

    key: str
    keys: tuple[str, ...]  # every key that is this party by checked identity
    names: tuple[str, ...]
    kind: str
    by_code: bool
    lines: tuple[CaseLine, ...]

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""

    @property
    def codes(self) -> list[str]:
        """The codes of the cases, for rooms that keep something of a case."""
        return [line.case.code for line in self.lines]

    def of(self, enforcement: str) -> list[CaseLine]:
        """The cases of one kind of enforcement."""
        known = library().procedures
        return [
            line
            for line in self.lines
            if line.case.procedure in known and known[line.case.procedure].enforcement == enforcement
        ]

    def besides(self, *enforcements: str) -> list[CaseLine]:
        """The cases of all other kinds."""
        taken = {line.case.pk for one in enforcements for line in self.of(one)}
        return [line for line in self.lines if line.case.pk not in taken]


# --- finding ----------------------------------------------------------------------------------


def key_of(facts: dict[str, Any]) -> str:
    """Give the key by which the party of some facts is found: of its code, else of its name; "" where neither."""
    code, name = party_keys(facts)
    return code or name


def find_parties(viewer: "Person", text: str) -> list[Named]:
    """Give the parties of a code or a part of a name, each key once, in the cases that the viewer may see."""
    plain = text.strip()
    if not plain:
        return []
    code, _ = party_keys({"party_uscc": plain})
    rows = _rows(viewer).filter(Q(code_key=code) | Q(name__contains=plain))
    return _named(
        rows.order_by("-case_id").values_list("code_key", "name_key", "name", "kind", "case_id")[:500]
    )


def _named(rows: Iterable[tuple[str, str, str, str, int]]) -> list[Named]:
    found: dict[str, tuple[str, str, bool, set[int]]] = {}
    rows = list(rows)
    coded = {case for code_key, _, _, _, case in rows if code_key}
    for code_key, name_key, name, kind, case in rows:
        key = code_key or name_key
        if not code_key and case in coded:
            continue  # a later act of the case has told the code
        found.setdefault(key, (name, kind, bool(code_key), set()))[3].add(case)
    listed = [Named(key, name, kind, by, len(cases)) for key, (name, kind, by, cases) in found.items()]
    return sorted(listed, key=lambda one: (not one.by_code, -one.cases, one.name))[:FOUND]


def key_of_case(viewer: "Person", case: Case) -> str:
    """Give the key of the party that a case names, by code where any of its acts states one."""
    if not may(viewer, "dossier.view", case.agency.code):
        return ""
    row = CaseParty.objects.filter(agency=case.agency_id, case=case).order_by("-code_key", "-id").first()
    return (row.code_key or row.name_key) if row else ""


def dossier(viewer: "Person", key: str) -> Dossier:
    """Give the dossier of a key; raises NoDossier where no case that the viewer may see names it."""
    keys = keys_of(viewer, key)
    rows = list(
        _rows(viewer).filter(Q(code_key__in=keys) | Q(name_key__in=keys)).order_by("-case_id")[: MOST * 3]
    )
    codes, names = _identity(rows, keys)
    rows += list(_only_named(viewer, rows, codes)) if codes else []
    if not rows:
        raise NoDossier(key)
    sure = {row.case_id for row in rows if row.code_key in codes or (codes and row.name_key in keys)}
    wanted = {row.case_id for row in rows}
    cases = Case.objects.filter(pk__in=wanted).select_related("agency").order_by("-last_act_at", "-id")[:MOST]
    return Dossier(
        key=key,
        keys=tuple(sorted(keys)),
        names=names,
        kind=next((row.kind for row in rows if row.kind), ""),
        by_code=bool(codes),
        lines=tuple(CaseLine(case, by_name=case.pk not in sure) for case in cases),
    )


def _rows(viewer: "Person") -> QuerySet[CaseParty]:
    return CaseParty.objects.filter(agency__in=agencies_visible_to(viewer, "dossier.view"))


def _identity(rows: Sequence[CaseParty], keys: Iterable[str]) -> tuple[set[str], tuple[str, ...]]:
    """Give the code keys among the keys, and the names, the latest first."""
    codes = {row.code_key for row in rows if row.code_key and row.code_key in set(keys)}
    return codes, tuple(dict.fromkeys(row.name for row in rows if row.name))


def _only_named(viewer: "Person", rows: Sequence[CaseParty], codes: set[str]) -> Iterable[CaseParty]:
    """Give the cases that name this party and state no code at all: perhaps the same, and shown as such."""
    names = {row.name_key for row in rows if row.code_key in codes and row.name_key}
    others = CaseParty.objects.filter(name_key__in=names).exclude(code_key__in=[*codes, ""])
    rows_of_nobody_else = _rows(viewer).exclude(case__in=others.values("case"))
    return rows_of_nobody_else.filter(name_key__in=names, code_key="")[:MOST]


def outcomes_of(dossier: Dossier) -> list[CaseOutcome]:
    """Give how violations of the party were dealt with, the latest first: decisions, prompts, warnings."""
    rows = CaseOutcome.objects.filter(case__in=[line.case.pk for line in dossier.lines])
    return list(rows.select_related("case", "agency").order_by("-decided_on", "-id"))


def licences_of(dossier: Dossier) -> list[Act]:
    """Give the acts by which licences of the party were granted, issued or ended, the latest first."""
    rows = Act.objects.filter(case__in=[line.case.pk for line in dossier.lines], kind__in=LICENCES)
    return list(rows.select_related("case__agency").order_by("-done_at", "-id"))


# --- who looked -------------------------------------------------------------------------------


def note_look(*, dossier: Dossier, by: "Person", why: str, at: datetime) -> None:
    """Keep that somebody looked at a dossier; the same visit is one look."""
    lately = DossierAccess.objects.filter(party_key=dossier.key, person=by.username, at__gt=at - ONE_VISIT)
    if not lately.exists():
        DossierAccess.objects.create(
            party_key=dossier.key, person=by.username, person_agency_id=by.agency_id, why=why[:200], at=at
        )


def looks_at(viewer: "Person", dossier: Dossier, limit: int = 50) -> list[Look]:
    """Give who looked at a dossier, the latest first: people of agencies that the viewer sees, and those above.

    The key of a party is the same everywhere: that a bureau beside looks at it would tell of a case of theirs.
    """
    near = {*agencies_visible_to(viewer, "dossier.view"), *agencies_above(viewer.agency_id)}
    rows = DossierAccess.objects.filter(party_key__in=dossier.keys, person_agency__in=near)
    rows = rows.select_related("person_agency")
    found = list(rows.order_by("-at")[:limit])
    names = names_of(row.person for row in found)
    return [Look(names.get(row.person, row.person), row.person_agency.name, row.why, row.at) for row in found]


# --- one party under two keys -----------------------------------------------------------------


def keys_of(viewer: "Person", key: str) -> frozenset[str]:
    """Give every key that stands for the same party by the merges of the agencies that the viewer may see."""
    pairs = [
        (one.row.one_key, one.row.other_key) for one in _merges(viewer) if one.state == PartyMerge.CONFIRMED
    ]
    known = {key}
    while grown := {key for pair in pairs if known & set(pair) for key in pair} - known:
        known |= grown
    return frozenset(known)


def merges_about(viewer: "Person", dossier: Dossier) -> list[Merge]:
    """Give the proposals about a party, the latest first."""
    return [one for one in _merges(viewer) if {one.row.one_key, one.row.other_key} & set(dossier.keys)]


def _merges(viewer: "Person") -> list[Merge]:
    rows = PartyMerge.objects.filter(agency__in=agencies_visible_to(viewer, "dossier.view"))
    proposals = list(rows.filter(step=PartyMerge.PROPOSED).order_by("-id"))
    last = {row.pk: row for row in proposals}
    for step in rows.exclude(step=PartyMerge.PROPOSED).order_by("id"):
        if step.proposal_id in last:
            last[step.proposal_id] = step
    names = names_of([*(row.by for row in proposals), *(row.by for row in last.values())])
    return [
        Merge(
            row,
            last[row.pk].step,
            names.get(row.by, row.by),
            last[row.pk],
            names.get(last[row.pk].by, last[row.pk].by),
        )
        for row in proposals
    ]


@transaction.atomic
def propose_merge(*, one: Dossier, other: Dossier, reason: str, by: "Person", at: datetime) -> PartyMerge:
    """Say that two dossiers are of one party, and how that was checked. Raises MergeRefused."""
    _allowed(by)
    if set(one.keys) & set(other.keys):
        raise MergeRefused("两者已经是同一当事人，不需要合并。")
    if not reason.strip():
        raise MergeRefused("请写明怎样核对的身份，如核对营业执照、身份证件、变更登记。")
    take_turn("merge", by.agency_id)
    if any(
        {row.row.one_key, row.row.other_key} == {one.key, other.key} and row.state == PartyMerge.PROPOSED
        for row in _merges(by)
    ):
        raise MergeRefused("已经有人提出这一合并，等待另一人核对。")
    return PartyMerge.objects.create(
        agency_id=by.agency_id,
        step=PartyMerge.PROPOSED,
        one_key=one.key,
        other_key=other.key,
        names=f"{one.name} ／ {other.name}"[:400],
        reason=reason.strip()[:300],
        by=by.username,
        at=at,
    )


@transaction.atomic
def settle_merge(*, proposal: int, step: str, reason: str, by: "Person", at: datetime) -> PartyMerge:
    """Confirm, refuse or undo a merge by a further row. Raises MergeRefused, having written nothing.

    Whoever proposed cannot confirm: identity is checked by two people.
    """
    _allowed(by)
    rows = PartyMerge.objects.filter(agency=by.agency_id)
    row = rows.select_for_update().filter(pk=proposal, step=PartyMerge.PROPOSED).first()
    if row is None:
        raise MergeRefused("没有这项合并。请刷新后重试。")
    last = rows.filter(proposal=row).order_by("-id").first() or row
    follows = {
        PartyMerge.PROPOSED: (PartyMerge.CONFIRMED, PartyMerge.REFUSED),
        PartyMerge.CONFIRMED: (PartyMerge.UNDONE,),
    }
    if step not in follows.get(last.step, ()):
        raise MergeRefused("这项合并已经办过这一步。请刷新后查看。")
    if step == PartyMerge.CONFIRMED and row.by == by.username:
        raise MergeRefused("提出合并的人不能自己确认。请另一名人员核对身份后确认。")
    if step != PartyMerge.CONFIRMED and not reason.strip():
        raise MergeRefused("请写明理由。")
    return PartyMerge.objects.create(
        agency_id=by.agency_id,
        step=step,
        proposal=row,
        reason=reason.strip()[:300],
        by=by.username,
        at=at,
    )


def _allowed(by: "Person") -> None:
    if not may(by, "dossier.merge", by.agency.code):
        raise MergeRefused("您的角色不能合并当事人。请由本机关办案、审核或者案卷管理人员办理。")
