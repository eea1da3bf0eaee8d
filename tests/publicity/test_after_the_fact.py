"""After the fact, on real cases: how long a decision is shown, its end, its correction, and credit repair."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from mingjing.cases.selectors import acts_of, case_by_code
from mingjing.cases.services import ActRefused, Deed, record_act
from mingjing.cli.demo.live import upload
from mingjing.inspections.visiting.visits import visit_law
from mingjing.packs.load import library
from mingjing.publicity import repair
from mingjing.publicity.audit import audit_publications
from mingjing.publicity.corrections import confirm_correction, prepare_correction
from mingjing.publicity.desk import publications_of
from mingjing.publicity.expiry import end_expired
from mingjing.publicity.models import Correction, Ending, Publication, SearchText, Withdrawal
from mingjing.publicity.repair_terms import check
from mingjing.publicity.services import PublicityRefused, confirm, prepare
from mingjing.translog.models import Entry
from tests.publicity.conftest import AT, FACTS

AFTER = date(2026, 4, 13)  # a Monday on which the rules on credit repair are in force
GRADED = AT.replace(month=4, day=20)
WHY = {
    "credit_grade": "minor",
    "credit_reason": "群众多次反映，公示以促整改",
    "publication_until": "2026-07-12",
}


@pytest.fixture
def graded(cast, decided):
    """A decision on the spot, made after the rules came into force."""
    return decided(start=AFTER)


def publish(cast, case, at=GRADED, **facts):
    paper = prepare(case=case, by=cast.publicity, facts={**FACTS, **WHY, **facts}, at=at)
    return confirm(preparation=paper, by=cast.publicity2, at=at)


# --- how long ---------------------------------------------------------------------------------------


def test_a_minor_penalty_is_published_only_with_a_reason(cast, graded):
    """On the spot is minor by the packs: without a reason it stays off, with one the grade is in the act."""
    bare = {name: value for name, value in WHY.items() if name == "publication_until"}
    with pytest.raises(PublicityRefused, match="轻微失信信息原则上不予公示"):
        prepare(case=graded, by=cast.publicity, facts={**FACTS, **bare}, at=GRADED)

    publication = publish(cast, graded, credit_grade="")
    assert acts_of(graded)[-1].facts["credit_grade"] == "minor"
    assert publication.published_until == date(2026, 7, 12)


def test_a_penalty_graded_otherwise_than_the_packs_do_needs_a_reason(cast, graded):
    """The person may know better, but says why."""
    facts = {**FACTS, "credit_grade": "general", "publication_until": "2027-04-13"}
    with pytest.raises(PublicityRefused, match="与法规包的判断（轻微）不同"):
        prepare(case=graded, by=cast.publicity, facts=facts, at=GRADED)
    prepare(case=graded, by=cast.publicity, facts={**facts, "credit_reason": "第三次当场处罚"}, at=GRADED)


def test_a_decision_from_before_the_rules_is_published_as_it_was(cast, decided):
    """No grade is asked where none was in force."""
    case = decided()
    prepare(case=case, by=cast.publicity, facts=FACTS, at=AT)


# --- the end ----------------------------------------------------------------------------------------


def test_on_the_day_after_its_last_a_publication_is_ended_once_with_a_trace_and_a_leaf(cast, graded):
    """On the last day nothing happens; the day after the search text is gone and the log says so, and only once."""
    publication = publish(cast, graded)
    last = GRADED.replace(month=7, day=12, hour=23)
    assert end_expired(at=last) == 0
    assert SearchText.objects.filter(publication=publication).exists()

    after = last + timedelta(days=1)
    assert (end_expired(at=after), end_expired(at=after)) == (1, 0)
    assert Ending.objects.get().last_day == date(2026, 7, 12)
    assert not SearchText.objects.exists()
    assert Entry.objects.filter(kind="ending").count() == 1
    assert list(audit_publications()) == []


# --- correction -------------------------------------------------------------------------------------


def correct(cast, publication, **more):
    told = {
        "reason": "违法行为写错。",
        "amended": {"violation_kind": "在人行道擅自堆放物料"},
        "at": GRADED + timedelta(days=2),
        **more,
    }
    paper = prepare_correction(publication=publication, by=cast.publicity, **told)
    return confirm_correction(preparation=paper, by=cast.publicity2, at=told["at"])


def test_a_correction_takes_the_wrong_version_down_and_says_what_changed(cast, graded):
    """Two people, both traces in the log; of the wrong words nothing is left unless they may be read."""
    wrong = publish(cast, graded)
    right = correct(cast, wrong)

    told = Correction.objects.get()
    assert (told.replaces, told.publication, right.version) == (wrong, right, 2)
    assert [one["title"] for one in told.changes] == ["违法行为类型"]
    assert told.changes[0]["before"] == ""
    assert "人行道擅自" in told.changes[0]["after"]
    assert Withdrawal.objects.get().publication == wrong
    assert {"correction", "withdrawal"} <= set(Entry.objects.values_list("kind", flat=True))
    assert list(audit_publications()) == []
    assert "人行道擅自" in json.dumps(right.body, ensure_ascii=False)


def test_a_harmless_slip_may_stay_readable_beside_its_correction(cast, graded):
    """The person says that the wrong words may be read; a second correction keeps the first."""
    wrong = publish(cast, graded)
    right = correct(cast, wrong, hides_old=False)
    assert Correction.objects.get().changes[0]["before"]

    again = correct(cast, right, amended={"matter": "擅自堆放物料"}, at=GRADED + timedelta(days=3))
    assert "人行道擅自" in json.dumps(again.body, ensure_ascii=False)


def test_who_prepared_a_correction_does_not_confirm_it(cast, graded):
    """The refusal leaves the wrong version up: nothing is half corrected."""
    wrong = publish(cast, graded)
    at = GRADED + timedelta(days=2)
    paper = prepare_correction(
        publication=wrong, by=cast.publicity, reason="写错。", amended={"violation_kind": "人行道堆放"}, at=at
    )
    with pytest.raises(ActRefused, match="一人准备、一人复核"):
        confirm_correction(preparation=paper, by=cast.publicity, at=at)
    assert not Withdrawal.objects.exists()
    assert Publication.objects.count() == 1


def test_a_correction_that_changes_nothing_is_refused(cast, graded):
    """There must be something to correct; words to hide are something."""
    wrong = publish(cast, graded)
    with pytest.raises(PublicityRefused, match="相同"):
        prepare_correction(publication=wrong, by=cast.publicity, reason="核对", amended={}, at=GRADED)
    prepare_correction(
        publication=wrong, by=cast.publicity, reason="隐去", amended={}, marks=["水果筐"], at=GRADED
    )


# --- credit repair ----------------------------------------------------------------------------------

ASKED_AT = GRADED + timedelta(days=10)


def ask(cast, publication, **more):
    letter = upload(publication.agency, publication.case_code, "信用承诺书复印件", "publicity", GRADED)
    told = {"applicant": "刘大勇", "contact": "0375-1234567", "statement": "已清理并缴款。", "letter": letter}
    told = {**told, "by": None, "at": ASKED_AT, **more}
    return repair.request(publication=publication, **told)


def settle(cast, publication):
    """Pay the fine and close the case, as the summary story does."""
    case = case_by_code(cast.officer, publication.case_code)
    paid = {"paid_yuan": "200", "receipt_no": "豫财 0001", "paid_by": "bank"}
    deed = Deed(kind="fine_paid", facts=paid, performers=["clerk"], by=cast.clerk, done_at=GRADED)
    record_act(case=case, deed=deed, once="paid")
    closing = {
        "closing_reason": "executed",
        "execution_summary": "已缴款，已清理",
        "officer_opinion": "结案",
        "approval_opinion": "同意",
    }
    deed = Deed(kind="case_closed", facts=closing, performers=["head"], by=cast.head, done_at=GRADED)
    record_act(case=case, deed=deed, once="closed")
    return case


def test_a_limit_beyond_the_published_holidays_is_not_known_yet_and_stops_nothing(cast, graded):
    """Asked for on the last day of the last year whose holidays are known: no limit is told, and none is over."""
    publication = publish(cast, graded)
    last = max(library().calendar.years)
    at = datetime(last, 12, 31, 4, 0, tzinfo=UTC)
    found = repair.standing_of(ask(cast, publication, at=at), on=at.date())
    assert (found.due, found.overdue) == (None, False)
    assert [one.due for one in repair.requests_seen_by(cast.publicity)] == [None]
    limit = visit_law().follow_up
    assert limit.last_day(at.date(), library().calendar) == at.date() + timedelta(days=2 * limit.days)


def test_repair_is_accepted_and_decided_within_its_working_days_and_ends_the_publication(cast, graded):
    """Three days to accept from 30 April over the holidays, seven to decide; the publication is down with its trace."""
    publication = publish(cast, graded)
    settle(cast, publication)
    asked = ask(cast, publication)
    assert repair.standing_of(asked, ASKED_AT.date()).due == date(2026, 5, 8)

    repair.accept(asked=asked, by=cast.publicity, at=ASKED_AT)
    running = repair.standing_of(asked, date(2026, 5, 30))
    assert (running.due, running.overdue, running.title) == (date(2026, 5, 13), True, "受理")
    repair.approve(asked=asked, by=cast.publicity, colleague="publicity2", at=ASKED_AT)

    assert repair.standing_of(asked).over
    assert (
        publications_of(case_by_code(cast.publicity, publication.case_code))[0].withdrawal.ground
        == "信用修复"
    )
    assert Entry.objects.filter(kind="repair").count() == 3
    assert list(audit_publications()) == []


def test_repair_of_what_is_not_corrected_is_refused_and_the_publication_stays(cast, graded):
    """The conditions are read from the acts, and nothing is written; the party reads the refusal by its receipt."""
    publication = publish(cast, graded)
    asked = ask(cast, publication)
    repair.accept(asked=asked, by=cast.publicity, at=ASKED_AT)
    with pytest.raises(PublicityRefused, match="没有复查记录"):
        repair.approve(asked=asked, by=cast.publicity, colleague="publicity2", at=ASKED_AT)

    assert not Withdrawal.objects.exists()
    repair.refuse(asked=asked, by=cast.publicity, reason="没有改正。", at=ASKED_AT)
    assert repair.by_receipt(asked.code).title == "不予修复"


def test_what_is_not_paid_is_not_performed(cast, decided):
    """The sum of the payments recorded is held against fine and confiscation."""
    case = decided("ordinary")
    decided_at = acts_of(case)[-1].done_at
    facts = {
        **FACTS,
        "credit_grade": "general",
        "credit_reason": "罚款较大",
        "publication_until": "2026-12-31",
    }
    publication = publish(cast, case, at=decided_at + timedelta(days=1), **facts)

    def performed():
        return next(one for one in check(publication, case, AFTER, letter="") if "履行" in one.title)

    unpaid = performed()
    assert not unpaid.met
    paid = {"paid_yuan": "100000", "receipt_no": "豫财 0002", "paid_by": "bank"}
    deed = Deed(kind="fine_paid", facts=paid, performers=["clerk"], by=cast.clerk, done_at=decided_at)
    record_act(case=case, deed=deed, once="paid")
    assert performed().met


def test_the_shortest_period_must_be_over(cast, graded):
    """A general one is shown three months at least: a day before it is unmet, on the day it is met."""
    reason = {"credit_reason": "第三次当场处罚", "publication_until": "2027-04-13"}
    publication = publish(cast, graded, credit_grade="general", **reason)
    case = settle(cast, publication)
    letter = ask(cast, publication).letter
    met = [
        check(publication, case, on, letter=letter)[0].met for on in (date(2026, 7, 12), date(2026, 7, 13))
    ]
    assert met == [False, True]


def test_one_request_at_a_time_and_only_while_the_publication_stands(cast, graded):
    """A second request is refused while the first runs, and welcome once that was returned."""
    publication = publish(cast, graded)
    asked = ask(cast, publication)
    with pytest.raises(PublicityRefused, match="正在办理"):
        ask(cast, publication)
    repair.give_back(asked=asked, by=cast.publicity, reason="承诺书没有签名。", at=ASKED_AT)
    ask(cast, publication)


def test_requests_are_handled_by_those_who_may_withdraw(cast, graded):
    """An officer of the case does not decide; a stranger does not see it."""
    asked = ask(cast, publish(cast, graded))
    with pytest.raises(PublicityRefused, match="权限"):
        repair.accept(asked=asked, by=cast.officer, at=ASKED_AT)
    with pytest.raises(repair.NotOnDesk):
        repair.request_seen_by(cast.outsider, asked.code)
    assert repair.request_seen_by(cast.publicity, asked.code).request == asked
