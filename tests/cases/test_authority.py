"""Who may act at all: delegated bodies within their agreement, townships within their list, command posts never."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mingjing.cases.authority import beyond_authority, held_of_agreement, unfit_people
from mingjing.cases.law import CaseFile, law_for
from mingjing.cases.models import Case
from mingjing.cases.services import Deed, check_opening
from mingjing.packs.load import library
from mingjing.personnel import agency_register, delegations
from tests.cast import BUREAU, Cast, make_agency, make_officer, make_person
from tests.personnel.test_authority import TERMS, confirm

DAY = date(2026, 3, 4)
AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
WITHIN = [{"law": "城市市容和环境卫生管理条例", "article": "第三十四条第（一）项"}]
BEYOND = [{"law": "城市市容和环境卫生管理条例", "article": "第三十六条"}]


@pytest.fixture
def station(cast: Cast) -> Any:
    """A body that enforces for the bureau, by an agreement of the year 2026 on one matter up to a thousand yuan."""
    body = make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")
    row = delegations.sign_agreement(
        kind="delegation",
        number="舞城管委〔2026〕1号",
        delegator=BUREAU,
        delegate=body.code,
        terms={**TERMS, "fine_at_most": "1000"},
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        signed_on=date(2026, 1, 1),
        by="admin",
    )
    delegations.publish_agreement(pk=row.pk, on=date(2026, 1, 5), where="市政府网站", by="admin")
    return body


def judged(
    agency: Any, facts: dict[str, Any] | None = None, on: date = DAY, procedure: str = "ordinary"
) -> Any:
    """What keeps the body from an act, by field."""
    case = Case(agency=agency, procedure=procedure, region=agency.region, field=agency.field)
    return beyond_authority(CaseFile(case=case, law=law_for(agency), acts=()), facts or {}, on)


def test_within_matter_limit_and_term_a_delegate_acts(cast: Cast, station: Any) -> None:
    """The last day, the very article and the whole thousand are within."""
    assert judged(station, {"penalty_basis": WITHIN, "fine_yuan": "1000"}, date(2026, 12, 31)) == {}


@pytest.mark.parametrize(
    ("facts", "on", "field", "says"),
    [
        ({}, date(2027, 1, 1), "", "期限届满"),
        ({}, date(2026, 1, 4), "", "尚未公布"),
        ({"penalty_basis": BEYOND}, DAY, "penalty_basis", "不在委托书载明的事项之内"),
        ({"fine_yuan": "1000.01"}, DAY, "fine_yuan", "超过委托书的限额"),
    ],
)
def test_outside_matter_limit_or_term_it_is_refused_with_the_article(
    cast: Cast, station: Any, facts: dict[str, Any], on: date, field: str, says: str
) -> None:
    """The day after, before publication, another article, one fen more."""
    (told,) = judged(station, facts, on)[field]
    assert says in told
    assert "行政处罚法（2021）第二十条" in told


def test_a_kind_of_enforcement_that_was_not_delegated_is_refused(cast: Cast, station: Any) -> None:
    """Penalties were delegated, inspections were not; coercive measures never are."""
    assert judged(station, procedure="summary") == {}
    for procedure in ("inspection", "coercion"):
        assert "不在委托书" in judged(station, procedure=procedure)[""][0]


def test_the_facts_of_the_agreement_are_held_by_the_system(cast: Cast, station: Any) -> None:
    """Nobody types them; the bureau itself acts by no delegation."""
    assert held_of_agreement(station, DAY) == {
        "by_delegation": True,
        "delegation_no": "舞城管委〔2026〕1号",
        "delegation_until": "2026-12-31",
        "delegation_published": True,
    }
    assert held_of_agreement(cast.bureau, DAY) == {"by_delegation": False}


def test_a_township_without_its_list_does_nothing(cast: Cast) -> None:
    """The article on empowerment is shown; a bureau needs no list."""
    street = make_agency("410481-yakou", "垭口街道办事处", kind="township")
    assert "第二十四条" in judged(street)[""][0]
    assert judged(cast.bureau) == {}


def opening(agency: Any, person: Any, performers: list[str], kind: str = "clue_registered") -> Any:
    """What would happen if this act opened a case."""
    procedure = next(iter(library().kinds[kind].procedures), "ordinary")
    deed = Deed(kind=kind, facts={}, performers=performers, by=person, done_at=AT)
    return check_opening(agency=agency, procedure=procedure, deed=deed)


def test_a_command_post_opens_nothing(cast: Cast) -> None:
    """Its own officer, on its own form, is refused with the provision; in the bureau the same act has no such fault."""
    post = make_agency("410481-zhb", "创文指挥部", kind="temporary")
    person = make_officer("post", "部", agency=post.code)
    assert "临时" in opening(post, person, ["post"]).errors[""][0]
    assert "" not in opening(cast.bureau, cast.officer, cast.two).errors


def test_a_subject_whose_confirmation_was_withdrawn_opens_nothing(cast: Cast) -> None:
    """From the day of the withdrawal; confirmed it does."""
    confirm(BUREAU)
    assert "" not in opening(cast.bureau, cast.officer, cast.two).errors
    confirm(BUREAU, "withdrawn", DAY)
    assert "已取消" in opening(cast.bureau, cast.officer, cast.two).errors[""][0]


def test_only_who_is_noted_as_counsel_is_named_as_counsel(cast: Cast) -> None:
    """The clerk is refused at the field; noted as counsel he may give his opinion."""
    case = Case(agency=cast.bureau, procedure="ordinary")
    file = CaseFile(case=case, law=law_for(cast.bureau), acts=())
    assert "法律顾问" in unfit_people(file, (), {"review_counsel": "clerk"})["review_counsel"][0]
    agency_register.set_counsel(username="clerk", counsel=True, by="admin")
    assert unfit_people(file, (), {"review_counsel": "clerk"}) == {}


def test_auxiliary_staff_perform_no_kind_of_act(cast: Cast) -> None:
    """Every kind that the packs know is refused with the helper's name, and not with an officer's."""
    helper = make_person("helper", "辅", "officer", is_auxiliary=True)
    for kind in library().kinds:
        told = opening(cast.bureau, helper, ["helper"], kind).errors.get("performers", [""])
        assert "执法辅助人员" in told[0], kind
        beside = opening(cast.bureau, cast.officer, ["officer"], kind).errors.get("performers", [""])
        assert "执法辅助人员" not in beside[0], kind
