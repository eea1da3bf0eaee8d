"""A body's authority: what it is on a day, by which agreement it acts, and what the law forbids to hand on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.personnel import agency_register, authority, delegations, duties
from mingjing.personnel.models import AgencyEdition, DelegationEvent, SubjectConfirmation
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.reviewers import review_staff
from tests.cast import BUREAU, Cast, make_agency, make_person

pytestmark = pytest.mark.usefixtures("one_day")
TODAY = legal_day(timezone.now())
TERMS: dict[str, Any] = {
    "delegation_basis": [{"law": "城市市容和环境卫生管理条例", "article": "第六条"}],
    "delegation_basis_rank": "regulation",
    "delegation_powers": ["penalty"],
    "delegation_matters": [
        {
            "delegated_item": "占道经营",
            "delegated_basis": [{"law": "城市市容和环境卫生管理条例", "article": "第三十四条"}],
            "delegated_power": "警告、一千元以下罚款",
        }
    ],
    "delegation_liability": "委托机关对受托行为的后果承担责任。",
    "delegation_requirements": "每季度检查一次。",
    "in_delegator_name": True,
    "no_redelegation": True,
    "delegate_kind": "organization",
    "delegate_lawful": True,
    "delegate_staffed": True,
    "delegate_technical_needed": False,
}


def sign(cast: Cast, **changed: Any) -> Any:
    """An agreement of the bureau with a station of sanitation, as changed."""
    shape: dict[str, Any] = {
        "kind": "delegation",
        "number": "舞城管委〔2026〕1号",
        "delegator": BUREAU,
        "delegate": "410481-station",
        "terms": TERMS,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "signed_on": date(2026, 1, 1),
        "by": "admin",
    }
    return delegations.sign_agreement(**{**shape, **changed})


@pytest.fixture
def station(cast: Cast) -> Any:
    """A body that enforces for the bureau."""
    return make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")


def test_an_agreement_counts_from_its_publication_to_its_last_day(cast: Cast, station: Any) -> None:
    """Signed is not published; the last day still counts; ended early it counts no longer."""
    row = sign(cast)

    def state(on: date) -> str:
        return delegations.agreement_on(type(row).objects.get(pk=row.pk), on).state

    assert state(date(2026, 3, 1)) == "unpublished"
    delegations.publish_agreement(pk=row.pk, on=date(2026, 2, 1), where="市政府网站、本站公告栏", by="admin")
    assert [state(date(2026, 1, 31)), state(date(2026, 2, 1))] == ["unpublished", "in_force"]
    assert [state(date(2026, 12, 31)), state(date(2027, 1, 1))] == ["in_force", "expired"]
    delegations.end_agreement(pk=row.pk, on=date(2026, 6, 1), reason="不再符合条件", by="admin")
    assert [state(date(2026, 5, 31)), state(date(2026, 6, 1))] == ["in_force", "ended"]
    with pytest.raises(RegisterRefused, match="已经终止"):
        delegations.end_agreement(pk=row.pk, on=date(2026, 6, 2), reason="再次", by="admin")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"delegate_kind": "enterprise"}, "第二十条第一款"),
        ({"delegate_kind": "individual"}, "第二十条第一款"),
        ({"delegate_staffed": False}, "第二十一条"),
        ({"delegation_powers": ["penalty", "coercive_measure"]}, "行政强制法"),
        ({"delegation_basis_rank": "document"}, "第二十条第一款"),
        ({"no_redelegation": False}, "第二十条第四款"),
    ],
)
def test_what_may_not_be_delegated_is_refused_with_its_article(
    cast: Cast, station: Any, changed: dict[str, Any], says: str
) -> None:
    """The register asks the very rules that judge a case of delegation; nothing is written."""
    with pytest.raises(RegisterRefused, match=says):
        sign(cast, terms={**TERMS, **changed})
    assert delegations.agreements_held(station, TODAY) == []


def test_a_delegate_hands_nothing_on_and_a_bureau_may(cast: Cast, station: Any) -> None:
    """受委托组织不得再委托; the bureau's own agreement is taken."""
    make_agency("410481-team", "清扫队", kind="delegated")
    with pytest.raises(RegisterRefused, match="不得再委托"):
        sign(cast, delegator="410481-station", delegate="410481-team")
    assert sign(cast).pk


def test_a_list_of_empowerment_goes_to_a_township_by_decision_of_the_province(
    cast: Cast, station: Any
) -> None:
    """Of a city's decision the article is shown; a delegated station cannot hold such a list at all."""
    make_agency("410481-yakou", "垭口街道办事处", kind="township")
    terms = {
        **{name: TERMS[name] for name in ("delegation_powers", "delegation_matters")},
        "empowerment_level": "province",
        "empowerment_document": "河南省人民政府关于赋权的决定",
        "empowerment_published": True,
        "handover_departments": "市城市管理局",
        "delegate_kind": "street",
        "delegate_capable": True,
        "delegate_supported": True,
        "next_evaluation_on": "2027-01-01",
    }
    listed = {"kind": "empowerment", "number": "豫赋〔2026〕1号", "delegate": "410481-yakou"}
    with pytest.raises(RegisterRefused, match="第二十四条"):
        sign(cast, **listed, terms={**terms, "empowerment_level": "city"})
    with pytest.raises(RegisterRefused, match="可以承接"):
        sign(cast, **{**listed, "delegate": "410481-station"}, terms=terms)
    assert sign(cast, **listed, terms=terms).kind == "empowerment"


def test_the_entry_of_an_agency_is_read_as_of_any_day(cast: Cast) -> None:
    """A change holds from its day; the day before shows what was; before the first entry there is nothing."""
    agency_register.change_agency(
        code=BUREAU, on=TODAY, reason="舞编〔2026〕3号", by="admin", name="舞钢市综合行政执法局"
    )
    bureau = type(cast.bureau).objects.get(code=BUREAU)
    assert authority.as_of(bureau, TODAY).particulars["name"] == "舞钢市综合行政执法局"
    assert authority.as_of(bureau, TODAY - timedelta(days=1)).edition is None
    assert [one.particulars["name"] for one in authority.editions_of(bureau)] == [
        "舞钢市综合行政执法局",
        "舞钢市城市管理局",
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": TODAY - timedelta(days=1)}, "on"),
        ({"reason": " "}, "reason"),
        ({"uscc": "123"}, "uscc"),
        ({"parent": BUREAU}, "parent"),
        ({"by": "officer"}, "name"),
        ({"name": "舞钢市城市管理局"}, "name"),
    ],
)
def test_a_change_of_an_agency_is_refused_at_the_field(
    cast: Cast, changed: dict[str, Any], field: str
) -> None:
    """A day to come or before the last change, no reason, a wrong code, a loop, somebody else, nothing changed."""
    shape = {"code": BUREAU, "on": TODAY, "reason": "更名", "by": "admin", "name": "新名"}
    with pytest.raises(RegisterRefused) as refused:
        agency_register.change_agency(**{**shape, **changed})
    assert field in refused.value.errors


def confirm(code: str, kind: str = "confirmed", on: date = date(2026, 1, 5), by: str = "admin") -> Any:
    """A confirmation of an agency as a subject of enforcement."""
    return agency_register.record_confirmation(
        code=code,
        kind=kind,
        document="舞钢市行政执法主体公告",
        document_no="舞政公告〔2026〕1号",
        confirmed_by="舞钢市人民政府",
        on=on,
        published_at="市政府网站",
        published_on=on,
        by=by,
    )


def test_a_subject_is_confirmed_and_a_temporary_body_never(cast: Cast) -> None:
    """With document, day and by whom; withdrawn it may open nothing; a command post cannot be confirmed."""
    make_agency("410481-zhb", "创文指挥部", kind="temporary")
    with pytest.raises(RegisterRefused, match="临时机构"):
        confirm("410481-zhb")
    confirm(BUREAU)
    assert authority.standing_on(cast.bureau, TODAY) == ""
    confirm(BUREAU, "withdrawn", date(2026, 3, 1))
    assert authority.standing_on(cast.bureau, date(2026, 2, 28)) == ""
    assert "取消" in authority.standing_on(cast.bureau, date(2026, 3, 1))


@pytest.mark.parametrize("table", [AgencyEdition, SubjectConfirmation, DelegationEvent])
def test_what_was_registered_is_never_rewritten(cast: Cast, station: Any, table: Any) -> None:
    """The database itself refuses to change or delete a row of the history."""
    confirm(BUREAU)
    delegations.publish_agreement(pk=sign(cast).pk, on=date(2026, 2, 1), where="网站", by="admin")
    for attack in (lambda: table.objects.update(by="x"), lambda: table.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()


def test_the_responsibility_list_names_who_answers_and_who_does_not(cast: Cast) -> None:
    """Power, post, person; what is not allotted yet says nothing of anybody."""
    post = agency_register.add_post(code=BUREAU, department="执法一中队", name="调查岗", by="admin")
    two = ["officer", "officer2"]
    assert duties.outside(duties.answering(BUREAU, "ordinary"), two, "investigation") == []
    agency_register.set_duties(
        post=post.pk, duties=[("ordinary", "investigation")], responsibility="全面收集证据", by="admin"
    )
    agency_register.place_person(username="officer", post=post.pk, by="admin")
    (line,) = duties.responsibility_list(BUREAU)
    assert (line.post, line.people) == ("调查岗", ("甲",))
    answer = duties.answering(BUREAU, "ordinary")
    assert duties.outside(answer, two, "investigation") == ["officer2"]
    assert duties.outside(answer, ["officer2"], "decision") == []
    with pytest.raises(RegisterRefused, match="所在的机关"):
        agency_register.place_person(username="outsider", post=post.pk, by="admin")


def test_five_in_a_hundred_review_and_a_part_counts_as_one(cast: Cast) -> None:
    """Three officers want one reviewer; twenty-one want two; auxiliary staff are no officers."""
    staff = review_staff(cast.bureau)
    assert (staff.officers, staff.wanted, len(staff.reviewers), staff.short) == (3, 1, 1, 0)
    for number in range(18):
        make_person(f"more{number:02d}", "众", "officer")
    make_person("helper", "辅", "officer", is_auxiliary=True)
    staff = review_staff(cast.bureau)
    assert (staff.officers, staff.wanted, staff.short) == (21, 2, 1)
    assert "国办发〔2018〕118号" in staff.terms.reviewers.cite()
