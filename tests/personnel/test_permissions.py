"""The table of permissions, read as stories."""

import tomllib
from pathlib import Path

import pytest

from mingjing.packs.load import library
from mingjing.personnel import services
from mingjing.personnel.models import Role
from mingjing.personnel.permissions import (
    ACTIONS,
    ADMINISTRATORS,
    GRANTS,
    Scope,
    conflicting,
    may,
    role_names,
    scope_of,
)
from mingjing.personnel.selectors import agencies_visible_to
from tests.cast import BUREAU, ELSEWHERE, JUSTICE, make_agency, make_person

WRITES_IN_CASES = [name for name in sorted(ACTIONS) if name.startswith("act.") or name == "evidence.upload"]


def test_the_table_names_the_roles_of_the_register():
    """A column with a misspelt role would grant nothing to anybody, silently."""
    assert {role for granted in GRANTS.values() for role in granted} <= set(Role.values)
    assert len(WRITES_IN_CASES) == 14


def test_every_stage_of_a_case_can_be_written_by_somebody_in_the_bureau():
    """No stage of the procedure is a dead end."""
    for action in WRITES_IN_CASES:
        assert Scope.OWN in GRANTS[action].values(), action


def test_an_officer_works_in_his_own_bureau_and_nowhere_else(cast):
    """甲 records acts at home; the same officer is a stranger to the bureau next door."""
    assert may(cast.officer, "act.investigation", BUREAU)
    assert may(cast.officer, "case.view", BUREAU)
    assert not may(cast.officer, "act.investigation", ELSEWHERE)
    assert not may(cast.officer, "case.view", ELSEWHERE)


def test_only_the_reviewer_gives_a_review_opinion(cast):
    """丙 opines; neither the officer nor the head can in his place."""
    assert may(cast.reviewer, "review.opine", BUREAU)
    assert not any(may(one, "review.opine", BUREAU) for one in (cast.officer, cast.head, cast.clerk))


def test_only_the_head_approves_a_decision(cast):
    """己 approves; the reviewer, who judged the file, does not."""
    assert may(cast.head, "decide.approve", BUREAU)
    assert not any(may(one, "decide.approve", BUREAU) for one in (cast.officer, cast.reviewer, cast.clerk))


def test_a_supervisor_reads_all_below_and_writes_in_no_case(cast):
    """癸 sees the bureau under the justice office, not the one elsewhere, and touches nothing."""
    assert may(cast.supervisor, "case.view", BUREAU)
    assert may(cast.supervisor, "supervise.board", BUREAU)
    assert not may(cast.supervisor, "case.view", ELSEWHERE)
    assert not any(
        may(cast.supervisor, action, agency) for action in WRITES_IN_CASES for agency in (BUREAU, JUSTICE)
    )


def test_the_board_of_a_head_ends_at_his_own_agency(cast):
    """己 sees the board of his bureau, and nothing of the office above it."""
    assert may(cast.head, "supervise.board", BUREAU)
    assert not may(cast.head, "supervise.board", JUSTICE)


def test_an_administrator_keeps_the_register_and_enforces_nothing(cast):
    """The administrator manages people everywhere, yet sees no case and writes in none."""
    assert may(cast.admin, "people.manage", ELSEWHERE)
    assert may(cast.admin, "system.view", BUREAU)
    assert not any(may(cast.admin, action, BUREAU) for action in [*WRITES_IN_CASES, "case.view", "case.list"])


def test_nobody_else_manages_people(cast):
    """Granting roles is the administrator's alone."""
    others = (cast.officer, cast.reviewer, cast.head, cast.clerk, cast.publicity, cast.supervisor)

    assert not any(may(one, "people.manage", BUREAU) for one in others)


def test_whoever_has_left_may_do_nothing(cast):
    """The door is shut for 甲 from the moment he leaves."""
    left = services.set_active(username="officer", active=False, by="admin")

    assert not may(left, "case.view", BUREAU)
    assert agencies_visible_to(left) == []


def test_two_roles_reach_as_far_as_the_wider(cast):
    """An officer of the justice office who also supervises keeps both: writes at home, reads below."""
    both = make_person("both", "双", "officer supervisor", agency=JUSTICE)

    assert may(both, "case.view", BUREAU)
    assert may(both, "act.investigation", JUSTICE)
    assert not may(both, "act.investigation", BUREAU)


def test_lists_are_narrowed_to_what_may_be_seen(cast):
    """The ids that narrow every list follow the same table."""
    assert agencies_visible_to(cast.officer) == [cast.bureau.pk]
    assert set(agencies_visible_to(cast.supervisor)) == {cast.justice.pk, cast.bureau.pk}
    assert agencies_visible_to(cast.admin) == []
    assert len(agencies_visible_to(cast.admin, "people.view")) == 3


def test_seeing_reaches_every_level_below(cast):
    """A team below the bureau is below the justice office too; its officers do not see up."""
    make_agency("410481-urban-1", "舞钢市城市管理局直属一大队", parent=BUREAU)
    team = make_person("team", "队", "officer", agency="410481-urban-1")

    assert may(cast.supervisor, "case.view", "410481-urban-1")
    assert not may(cast.officer, "case.view", "410481-urban-1")
    assert not may(team, "case.view", BUREAU)


@pytest.mark.parametrize("one", ADMINISTRATORS)
@pytest.mark.parametrize("role", Role.values)
def test_an_administrator_holds_no_second_role(one, role):
    """Whoever keeps accounts, grants rights or reads the trail does that alone; any two others may go together."""
    assert bool(conflicting([one.value, role])) == (role != one)
    assert role in ADMINISTRATORS or not conflicting([role, "clerk"])


@pytest.mark.parametrize("action", ["people.manage", "people.secure", "audit.view"])
def test_each_of_the_three_duties_is_one_administrators_alone(action):
    """System, security and audit share nothing of what they are there for."""
    (holder,) = GRANTS[action]
    assert holder in ADMINISTRATORS
    assert [name for name, granted in GRANTS.items() if set(granted) == {holder}].count(action) == 1


def test_a_misspelt_action_is_an_error_not_a_no():
    """A typing mistake in a view must not pass for a refusal."""
    with pytest.raises(KeyError):
        scope_of(["officer"], "case.veiw")


def test_roles_are_named_in_chinese_in_one_order():
    """Messages list roles as the register does, whatever the order asked."""
    assert role_names(["head", "officer"]) == "执法人员、机关负责人"


def test_whoever_a_pack_lets_record_an_act_passes_the_table_too():
    """The packs name roles per act, the table per stage: a role missing here would shut out a lawful act."""
    folder = Path(__file__).resolve().parents[2] / "lawpacks"
    kinds = [tomllib.loads(path.read_text()) for path in folder.glob("**/acts/*.toml")]

    shut_out = [
        (kind["kind"], role)
        for kind in kinds
        for role in kind["roles"]
        if role != "party"  # who has no account, and comes with a paper
        if not scope_of([role], f"act.{kind['stage']}")
    ]

    assert kinds
    assert shut_out == []


def test_whoever_a_kind_of_act_names_may_do_acts_of_its_stage():
    """The table and the packs agree: nobody is named for an act that his role would be refused."""
    refused = [
        (kind.kind, role)
        for kind in library().kinds.values()
        for role in kind.roles
        if role != "party" and role not in GRANTS[f"act.{kind.stage}"]
    ]
    assert refused == []
