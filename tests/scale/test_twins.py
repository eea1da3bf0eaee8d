"""Two requests at the same moment, in every room that looks something up and then writes by what it found.

On PostgreSQL, with two real connections; `tests/twins.py` lets the second go right before the first writes.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from mingjing.accountability import wrong_cases
from mingjing.analysis import saved
from mingjing.cases.selectors import acts_of
from mingjing.complaints.services import Told, receive
from mingjing.disputes import services as disputes
from mingjing.evidence.devices import enter_device
from mingjing.governance import study
from mingjing.kit.clock import legal_day
from mingjing.oversight import services as oversight
from mingjing.publicity import subscriptions
from mingjing.publicity.subscription_models import Subscription
from mingjing.receipts.services import receive_range
from mingjing.signin import services as signin
from mingjing.signin.models import SignIn
from mingjing.statistics import services as statistics
from mingjing.statistics.periods import Period
from mingjing.training import applications, courses
from tests.cast import Cast, make_person
from tests.stories import told
from tests.twins import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on_postgresql]

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)

Jobs = tuple[Callable[[], Any], Callable[[], Any]]


def _complaints(cast: Cast) -> tuple[Jobs, str]:
    said = Told(kind="conduct", about=cast.bureau, text="检查时没有出示证件。")

    def send() -> object:
        return receive(told=said, channel="online", at=AT, once="t" * 32).complaint

    return (send, send), "complaints_complaint"


def _papers(cast: Cast) -> tuple[Jobs, str]:
    paper = oversight.Draft(
        kind="notice", to=cast.bureau, subject="一", found="二", basis="三", demands=["四"]
    )

    def send() -> object:
        return oversight.draft(told=paper, by=cast.supervisor, at=AT, once="x")

    return (send, send), "oversight_matter"


def _study_plans(cast: Cast) -> tuple[Jobs, str]:
    topics = [("宪法", 2, date(2026, 3, 31))]

    def send() -> object:
        return study.plan(year=2026, topics=topics, by=cast.clerk, at=AT, once="x")

    return (send, send), "governance_matter"


def _reports(cast: Cast) -> tuple[Jobs, str]:
    _, case = told(cast, "summary", until="on_the_spot_decided")
    last = max(act.recorded_at for act in case.acts.all())
    decided = case.acts.get(kind="on_the_spot_decided").done_at
    assert decided is not None
    cutoff = legal_day(last + 60 * DAY)
    paper = statistics.Draft(form="monthly", period=Period(decided.year, decided.month), cutoff=cutoff)

    def send() -> object:
        return statistics.submit(draft=paper, by=cast.clerk, at=last + 61 * DAY, once="x")

    return (send, send), "statistics_report"


def test_the_same_form_sent_twice_at_once_is_done_once(cast: Cast) -> None:
    """Both senders are given the same row; neither meets an error of the database."""
    for room in (_complaints, _papers, _study_plans, _reports):
        (first, second), table = room(cast)
        one, other = at_once(first, second, before=f'INSERT INTO "{table}"')
        assert isinstance(one, Model), (room, one)
        assert other == one, room
        assert type(one)._default_manager.count() == 1, room


def _plans_of_one_year(cast: Cast) -> tuple[Jobs, str]:
    topics = [("宪法", 2, date(2026, 3, 31))]

    def send(once: str) -> object:
        return study.plan(year=2026, topics=topics, by=cast.clerk, at=AT, once=once)

    return (lambda: send("one"), lambda: send("other")), "governance_matter"


def _ranges_that_meet(cast: Cast) -> tuple[Jobs, str]:
    def send(first: str, last: str) -> object:
        return receive_range(
            kind="fine", first=first, last=last, source="财政局", received_on=AT.date(), by=cast.clerk, at=AT
        )

    return (lambda: send("豫0001", "豫0100"), lambda: send("豫0050", "豫0150")), "receipts_ticketrange"


def _devices(cast: Cast) -> tuple[Jobs, str]:
    def send() -> object:
        return enter_device(
            agency=cast.bureau.code, number="1", kind="recorder", model="X", serial="", by="clerk"
        )

    return (send, send), "evidence_device"


def _people(cast: Cast) -> tuple[Jobs, str]:
    del cast
    return (lambda: make_person("li.si", "李", "clerk"), lambda: make_person("LI.SI", "李", "clerk")), (
        "personnel_person"
    )


def _applications(cast: Cast) -> tuple[Jobs, str]:
    def send() -> object:
        return applications.apply(by=cast.officer, fields=["urban"], reason="换发", at=AT)

    return (send, send), "training_application"


def _courses(cast: Cast) -> tuple[Jobs, str]:
    course = courses.law_courses(cast.officer)[0]

    def sit(seed: str) -> Callable[[], Any]:
        quiz = courses.begin_quiz(person=cast.officer, course=course, seed=seed * 32, at=AT)
        right = {str(number): one["answer"] for number, one in enumerate(quiz.asked, 1)}
        return lambda: courses.finish_quiz(quiz=quiz, answers=right, at=AT)

    return (sit("a"), sit("b")), "training_learnt"


def _views(cast: Cast) -> tuple[Jobs, str]:
    def send() -> object:
        return saved.save(by=cast.head, subject="cases", name="本月", query="a=1", shared=False, at=AT)

    return (send, send), "analysis_savedview"


def _silences(cast: Cast) -> tuple[Jobs, str]:
    _, case = told(cast, until="decision_published")
    row = wrong_cases.take_up(
        case=case, by=cast.supervisor, source="complaint", source_ref="", what="没有告知", at=timezone.now()
    )

    def send() -> object:
        wrong_cases.note_silence(
            row=row, person=cast.officer.username, by=cast.supervisor, text="书面通知", at=timezone.now()
        )
        return row

    return (send, send), "accountability_wrongcaseevent"


def _endings(cast: Cast) -> tuple[Jobs, str]:
    _, case = told(cast, until="decision_published")
    now = timezone.now()
    decision = next(one for one in acts_of(case) if one.kind == "penalty_decided")
    suit = disputes.Suit(
        kind="litigation", decision=decision.code, body="人民法院", docket="1号", opened_on=legal_day(now)
    )
    row = disputes.open_dispute(case=case, suit=suit, by=cast.reviewer, at=now)
    ending = disputes.Ending(outcome="upheld", docket="", received_on=legal_day(now))

    def send() -> object:
        return disputes.decide(row=row, by=cast.reviewer, ending=ending, at=now)

    return (send, send), "disputes_disputeevent"


def test_what_may_be_there_once_is_there_once_though_two_look_at_once(cast: Cast) -> None:
    """The first is done, the second is told in Chinese why not, as when it comes a minute later."""
    for room, says in (
        (_plans_of_one_year, "已经有了"),
        (_ranges_that_meet, "重叠"),
        (_devices, "已有编号为"),
        (_people, "已被使用"),
        (_applications, "已有一份申请"),
        (_courses, "已计学时"),
        (_views, "已有一个名为"),
        (_silences, "已经陈述"),
        (_endings, "已经登记"),
    ):
        (first, second), table = room(cast)
        one, other = at_once(first, second, before=f'INSERT INTO "{table}"')
        assert isinstance(one, Model), (room, one)
        assert says in str(other), room


def test_an_address_follows_the_same_once_though_it_asks_twice_at_once(cast: Cast) -> None:
    """The second finds what the first has kept; nobody is told."""

    def send() -> None:
        subscriptions.request(address="a@example.cn", query={"region": "410481"}, at=AT)

    assert at_once(send, send, before='INSERT INTO "publicity_subscription"') == [None, None]
    assert Subscription.objects.count() == 1


def test_of_two_guesses_at_once_the_last_that_may_be_made_is_one(cast: Cast) -> None:
    """Four were wrong; of two more at the same moment one is counted and the other has to wait."""
    where = signin.Where()

    def guess() -> str:
        return signin.check_code(person=cast.officer, code="000000", at=AT, where=where)

    for _ in range(4):
        with pytest.raises(signin.SignInRefused):
            guess()
    one, other = at_once(guess, guess, before='INSERT INTO "signin_signin"')
    assert "不对" in str(one)
    assert "30 分钟后再试" in str(other)
    assert SignIn.objects.filter(person=cast.officer, outcome="refused").count() == 5
