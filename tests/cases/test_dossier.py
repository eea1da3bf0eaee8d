"""One party, one dossier: found by its code, by name only where it says so, merged by two people, every look kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases import dossier as dossiers
from mingjing.cases.dossier import Dossier, MergeRefused, NoDossier
from mingjing.cases.models import Case, CaseParty, DossierAccess, PartyMerge
from mingjing.cases.outcomes import party_keys
from mingjing.cases.rebuild import rebuild
from mingjing.cases.services import Deed, Origin, open_case
from tests.cast import Cast, make_person

pytestmark = pytest.mark.django_db
ORIGIN = Origin(region="410481", field="urban", source="旧案卷", fragment=True)
CODE, OTHER = "91410481MA3X12345W", "91410481MA3X56786N"


def case_of(
    cast: Cast, name: str, code: str = "", *, agency: Any = None, once: str = "", **facts: Any
) -> Case:
    """An old file that names a firm."""
    stated = {"party_kind": "organization", "party_name": name, "penalty_kinds": ["fine"], **facts}
    deed = Deed(
        kind="penalty_decided",
        facts=stated | ({"party_uscc": code} if code else {}),
        performers=[],
        by=cast.clerk,
        done_at=datetime(2024, 3, 4, 2, tzinfo=UTC),
        imported=True,
    )
    where = agency or cast.bureau
    return open_case(
        agency=where, procedure="ordinary", deed=deed, once=once or f"{name}{code}{where}", origin=ORIGIN
    ).case


def key(code: str = "", name: str = "") -> str:
    """The key of a code or of a name."""
    by_code, by_name = party_keys({"party_uscc": code, "party_name": name, "party_kind": "organization"})
    return by_code or by_name


def opened(cast: Cast, code: str = "", name: str = "", viewer: Any = None) -> Dossier:
    """A dossier as somebody of the bureau sees it."""
    return dossiers.dossier(viewer or cast.officer, key(code, name))


def listed(found: Dossier) -> dict[str, bool]:
    """Which cases, and whether only by name."""
    return {line.case.code: line.by_name for line in found.lines}


def test_cases_of_one_code_are_one_dossier_whatever_the_name(cast: Cast) -> None:
    """A firm that changed its name keeps its code; a firm of another code is another."""
    old, new = case_of(cast, "甲公司", CODE), case_of(cast, "甲集团", CODE)
    case_of(cast, "甲公司", OTHER)

    found = opened(cast, CODE)
    assert listed(found) == {old.code: False, new.code: False}
    assert set(found.names) == {"甲公司", "甲集团"}


def test_what_only_bears_the_name_is_shown_as_such(cast: Cast) -> None:
    """A file without any code may be of this firm; one with another code is not."""
    sure, named = case_of(cast, "甲公司", CODE), case_of(cast, "甲公司")
    case_of(cast, "甲公司", OTHER)

    assert listed(opened(cast, CODE)) == {sure.code: False, named.code: True}


def test_a_party_without_any_code_has_a_dossier_by_its_name(cast: Cast) -> None:
    """And the dossier says that it goes by the name alone."""
    named = case_of(cast, "乙公司")
    found = opened(cast, name="乙公司")
    assert listed(found) == {named.code: True}
    assert not found.by_code


def test_only_agencies_that_the_viewer_may_see_are_in_it(cast: Cast) -> None:
    """An officer sees his bureau, a supervisor what lies below, nobody a bureau elsewhere."""
    home = case_of(cast, "甲公司", CODE)
    away = case_of(cast, "甲公司", CODE, agency=cast.elsewhere)

    assert listed(opened(cast, CODE)) == {home.code: False}
    assert listed(opened(cast, CODE, viewer=cast.supervisor)) == {home.code: False}
    assert listed(opened(cast, CODE, viewer=cast.outsider)) == {away.code: False}
    for nobody in (cast.admin, cast.audit, cast.publicity):
        with pytest.raises(NoDossier):
            opened(cast, CODE, viewer=nobody)


def test_a_party_is_found_by_code_and_by_part_of_its_name(cast: Cast) -> None:
    """Only in cases that one may see; codes lead before names."""
    case_of(cast, "甲公司", CODE)
    case_of(cast, "甲公司")
    case_of(cast, "甲公司", OTHER, agency=cast.elsewhere)

    assert [one.by_code for one in dossiers.find_parties(cast.officer, CODE)] == [True]
    assert [one.by_code for one in dossiers.find_parties(cast.officer, "甲公")] == [True, False]
    assert dossiers.find_parties(cast.officer, OTHER) == []
    assert dossiers.find_parties(cast.officer, " ") == []


def test_no_code_stands_in_the_index(cast: Cast) -> None:
    """Only digests are kept, as in the record of violations."""
    case_of(cast, "甲公司", CODE)
    row = CaseParty.objects.get()
    assert CODE not in (row.code_key, row.name_key, row.name)
    assert row.code_key == key(CODE)


def test_the_index_can_be_worked_out_anew(cast: Cast) -> None:
    """Lost rows come back, and a whole index has no differences."""
    case_of(cast, "甲公司", CODE)
    assert rebuild(dry_run=True).differences == []
    CaseParty.objects.all().delete()

    assert any("当事人索引" in line for line in rebuild().differences)
    assert CaseParty.objects.get().code_key == key(CODE)


# --- merging ----------------------------------------------------------------------------------


def proposed(cast: Cast) -> PartyMerge:
    """甲 says that two codes are of one firm."""
    return dossiers.propose_merge(
        one=opened(cast, CODE),
        other=opened(cast, OTHER),
        reason="核对变更登记",
        by=cast.officer,
        at=timezone.now(),
    )


def settled(cast: Cast, row: PartyMerge, step: str, by: Any = None, reason: str = "核对属实") -> PartyMerge:
    """A further step by 乙."""
    return dossiers.settle_merge(
        proposal=row.pk, step=step, reason=reason, by=by or cast.officer2, at=timezone.now()
    )


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    """One firm under an old code and a new one."""
    return case_of(cast, "甲公司", CODE), case_of(cast, "甲公司新", OTHER)


def test_a_merge_counts_when_a_second_person_has_checked_it(cast: Cast, two: tuple[Case, Case]) -> None:
    """Proposed it changes nothing; whoever proposed cannot confirm; confirmed both are one."""
    row = proposed(cast)
    assert len(opened(cast, CODE).lines) == 1
    with pytest.raises(MergeRefused, match="不能自己确认"):
        settled(cast, row, "confirmed", by=cast.officer)
    assert PartyMerge.objects.count() == 1

    settled(cast, row, "confirmed")
    for code in (CODE, OTHER):
        assert listed(opened(cast, code)) == {one.code: False for one in two}


def test_a_merge_is_undone_by_a_further_row(cast: Cast, two: tuple[Case, Case]) -> None:
    """With its reason; nothing is deleted, and it cannot be undone twice."""
    row = proposed(cast)
    settled(cast, row, "confirmed")
    with pytest.raises(MergeRefused, match="理由"):
        settled(cast, row, "undone", reason="")
    settled(cast, row, "undone", reason="不是同一主体")

    assert len(opened(cast, CODE).lines) == 1
    assert PartyMerge.objects.count() == 3
    with pytest.raises(MergeRefused, match="已经办过"):
        settled(cast, row, "undone")
    for step in PartyMerge.objects.all():
        with pytest.raises(IntegrityError), transaction.atomic():
            PartyMerge.objects.filter(pk=step.pk).update(reason="x")


def test_a_refused_proposal_merges_nothing_and_may_be_made_again(cast: Cast, two: tuple[Case, Case]) -> None:
    """Another look at the papers may tell otherwise."""
    settled(cast, proposed(cast), "refused")
    assert len(opened(cast, CODE).lines) == 1
    settled(cast, proposed(cast), "confirmed")
    assert len(opened(cast, CODE).lines) == 2


def test_strangers_and_onlookers_merge_nothing(cast: Cast, two: tuple[Case, Case]) -> None:
    """The supervisor reads; another bureau does not know the proposal; a colleague confirms."""
    row = proposed(cast)
    for stranger in (cast.supervisor, cast.outsider, cast.admin):
        with pytest.raises(MergeRefused):
            settled(cast, row, "confirmed", by=stranger)
    settled(cast, row, "confirmed", by=make_person("colleague", "同事", "clerk"))


def test_a_merge_of_one_bureau_binds_no_other(cast: Cast, two: tuple[Case, Case]) -> None:
    """Each bureau checks identities itself; the supervisor above sees what the bureau has checked."""
    case_of(cast, "甲公司", CODE, agency=cast.elsewhere)
    case_of(cast, "甲公司新", OTHER, agency=cast.elsewhere)
    settled(cast, proposed(cast), "confirmed")

    assert len(opened(cast, CODE, viewer=cast.outsider).lines) == 1
    assert len(opened(cast, CODE, viewer=cast.supervisor).lines) == 2


# --- who looked -------------------------------------------------------------------------------


def test_every_visit_is_one_look_and_shown(cast: Cast) -> None:
    """Reloading is the same visit; half an hour later it is another; the rows cannot be taken away."""
    case_of(cast, "甲公司", CODE)
    found, now = opened(cast, CODE), timezone.now()
    for minutes in (0, 5, 40):
        dossiers.note_look(
            dossier=found, by=cast.supervisor, why="查阅一户式档案", at=now + timedelta(minutes=minutes)
        )
    looks = dossiers.looks_at(cast.officer, found)
    assert [(one.name, one.agency) for one in looks] == [("癸", "舞钢市司法局")] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierAccess.objects.all().delete()
