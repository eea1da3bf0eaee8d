"""People as the law engine sees them on a day."""

from datetime import date, timedelta

from mingjing.personnel import services
from mingjing.personnel.selectors import certificates_expiring, performers_on, published_officers
from tests.cast import BUREAU, LAPSED_ON, VALID_FROM, VALID_UNTIL, make_person

ON = date(2026, 3, 2)
DAY = timedelta(days=1)


def state(username: str, on: date) -> str:
    return performers_on([username], on)[0].certificate_state


def test_a_certificate_counts_from_its_first_to_its_last_day(cast):
    """The boundary days, through the database."""
    assert state("officer", VALID_FROM - DAY) == "none"
    assert state("officer", VALID_FROM) == state("officer", VALID_UNTIL) == "valid"
    assert state("officer", VALID_UNTIL + DAY) == "expired"
    assert state("lapsed", LAPSED_ON) == "valid"
    assert state("lapsed", ON) == "expired"


def test_events_count_on_the_day_asked_about_not_today(cast):
    """An act of last month is judged by the certificate of last month."""
    number = performers_on(["officer"], ON)[0].certificate
    services.suspend_certificate(number=number, on=ON, reason="执法过错调查", by="admin")
    services.restore_certificate(number=number, on=ON + 3 * DAY, reason="调查结束", by="admin")

    assert [state("officer", ON + n * DAY) for n in (-1, 0, 2, 3)] == [
        "valid",
        "suspended",
        "suspended",
        "valid",
    ]


def test_performers_keep_the_order_asked_and_count_once(cast):
    """Naming one officer twice does not make two; a stranger to the register is left out for the caller to report."""
    people = performers_on(["officer2", "officer", "officer2", "nobody"], ON)

    assert [one.name for one in people] == ["乙", "甲"]


def test_a_performer_carries_what_the_rules_ask_about(cast):
    """Agency, role, fields, legal qualification and whether somebody is an auxiliary."""
    make_person("helper", "辅", "officer", is_auxiliary=True)
    officer, reviewer, helper = performers_on(["officer", "reviewer", "helper"], ON)

    assert (officer.agency, officer.role, officer.certificate_fields) == (BUREAU, "officer", ("urban",))
    assert (reviewer.certificate_state, reviewer.legal_qualification) == ("none", "A20154104810001")
    assert helper.auxiliary


def test_performers_cost_one_query(cast, django_assert_num_queries):
    """This read runs inside every recorded act."""
    with django_assert_num_queries(1):
        performers_on(["officer", "officer2", "reviewer"], ON)


def test_certificates_about_to_expire_are_listed_soonest_first(cast):
    """Both ends of the window count; what is already worthless is not 'about to expire'."""
    assert certificates_expiring(LAPSED_ON - 31 * DAY, 30) == []
    (soon,) = certificates_expiring(LAPSED_ON - 30 * DAY, 30)
    assert (soon.name, soon.days_left) == ("戊", 30)
    assert certificates_expiring(LAPSED_ON + DAY, 30) == []

    services.cancel_certificate(number=soon.number, on=LAPSED_ON - 30 * DAY, reason="调离", by="admin")
    assert certificates_expiring(LAPSED_ON - 30 * DAY, 30) == []


def test_the_public_sees_officers_with_their_certificates_and_no_accounts(cast):
    """Name, unit, post, kinds of enforcement, number and state; reviewers and clerks are not enforcers."""
    officers = published_officers(ON, [BUREAU])

    assert {one.name for one in officers} == {"甲", "乙", "戊"}
    first = next(one for one in officers if one.name == "甲")
    assert (first.agency, first.department, first.post) == ("舞钢市城市管理局", "执法一中队", "中队长")
    assert (first.fields, first.state_title) == (("城市管理",), "有效")
    assert next(one for one in officers if one.name == "戊").state == "expired"


def test_an_officer_who_left_is_no_longer_published(cast):
    """The published list is about those who may knock at a door today."""
    services.set_active(username="officer2", active=False, by="admin")

    assert {one.name for one in published_officers(ON)} == {"甲", "丁", "戊"}
