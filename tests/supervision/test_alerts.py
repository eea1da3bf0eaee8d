"""Alerts: told, taken on, answered, returned; gone only when the daily run no longer finds the fact."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mingjing.cases.models import Case, CaseFinding
from mingjing.kit.clock import BEIJING
from mingjing.supervision import alert_desk as desk
from mingjing.supervision.alert_audit import audit_alerts
from mingjing.supervision.alert_desk import NoSuchAlert, NotNow
from mingjing.supervision.alerts import run_alerts, settle, watching
from mingjing.supervision.judging import Told
from mingjing.supervision.models import Alert, AlertStep
from mingjing.translog.services import seal_log
from tests.append_only import tampering
from tests.cast import Cast, make_officer, make_person

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)


def raised(code: str = "") -> list[Alert]:
    """What stands after today's run."""
    run_alerts(at=AT, on=DAY)
    rows = Alert.objects.order_by("pk")
    return list(rows.filter(code=code) if code else rows)


def kinds(alert: Alert) -> list[str]:
    """The steps of an alert."""
    return [one.kind for one in desk.steps_of(alert)]


def told(cast: Cast, *subjects: str, on: date = DAY) -> Alert:
    """Alerts of one model that tells head and officers, as the run would raise them."""
    found = [Told("case_dormant", one, one, "案号") for one in subjects]
    settle(cast.bureau, found, at=AT, on=on)
    return Alert.objects.get(subject=subjects[0])


def test_an_officer_with_a_lapsed_certificate_raises_an_alert_that_leads_to_the_act(
    cast: Cast, broken: Case, lawful: Case
) -> None:
    """The fact names rule and reason and leads to the very act; the lawful file raises none of the kind."""
    (alert,) = raised("certificate_expired")

    assert alert.case_code == broken.code
    assert (alert.agency, alert.state, alert.first_seen) == (cast.bureau, "open", DAY)
    assert {"case": broken.code, "seq": 4} == {key: alert.facts[0][key] for key in ("case", "seq")}
    assert alert.due > DAY
    assert kinds(alert) == ["told"]
    assert not Alert.objects.filter(case_code=lawful.code, level="grave").exists()


def test_a_clue_left_lying_is_told_and_a_fresh_one_is_not(cast: Cast, lying: Case) -> None:
    """The same case on the day after it came and three months later."""
    run_alerts(at=AT, on=date(2026, 3, 3))
    assert not Alert.objects.filter(code="clue_unhandled").exists()

    assert [one.case_code for one in raised("clue_unhandled")] == [lying.code]


def test_an_alert_goes_when_the_fact_is_gone_and_comes_back_with_it(cast: Cast, broken: Case) -> None:
    """Closed by the run alone, with its steps kept; the same fact later opens the same alert again."""
    (alert,) = raised("certificate_expired")
    finding = CaseFinding.objects.filter(case=broken, rule="cn.personnel.certificates_valid")
    finding.update(outcome="pass")
    assert raised("certificate_expired")[0].state == "gone"

    finding.update(outcome="breach")
    again = raised("certificate_expired")[0]
    assert (again.pk, again.state) == (alert.pk, "open")
    assert kinds(alert) == ["told", "gone", "again"]


def test_nobody_can_close_an_alert_and_an_answer_leaves_it_standing(cast: Cast, broken: Case) -> None:
    """Answered, it is still found the next day: the run keeps it and its answer."""
    (alert,) = raised("certificate_expired")
    desk.answer(alert=alert.pk, words="已换发证件，重新检查。", by=cast.head, at=AT)
    run_alerts(at=AT + timedelta(days=1), on=DAY + timedelta(days=1))

    alert.refresh_from_db()
    assert (alert.state, alert.last_seen) == ("answered", DAY + timedelta(days=1))
    assert not [name for name in dir(desk) if name.startswith(("close", "delete", "dismiss"))]


def test_the_run_repeated_raises_nothing_twice(cast: Cast, broken: Case) -> None:
    """Two runs of a day are one."""
    before = [(one.pk, kinds(one)) for one in raised()]
    assert [(one.pk, kinds(one)) for one in raised()] == before


def test_an_agency_that_cannot_be_read_through_keeps_its_alerts(
    cast: Cast, broken: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not looked at has not gone; the other agencies are run all the same."""
    (alert,) = raised("certificate_expired")

    def broken_reader(*_: object, **__: object) -> None:
        raise ValueError("unreadable")

    monkeypatch.setattr("mingjing.supervision.alerts.case_row", broken_reader)
    run_alerts(at=AT, on=DAY)
    alert.refresh_from_db()
    assert alert.state == "open"


def test_the_run_pauses_between_slices(cast: Cast, broken: Case, lying: Case) -> None:
    """It is a generator: until it is driven on nothing is written, at its end everything is."""
    work = watching(at=AT, on=DAY)
    next(work)
    assert not Alert.objects.exists()
    assert list(work) is not None
    assert Alert.objects.exists()


def test_steps_can_be_neither_changed_nor_deleted(cast: Cast) -> None:
    """The database itself refuses; adding one is allowed."""
    alert = told(cast, "eins")
    for harm in (lambda: AlertStep.objects.update(text="x"), lambda: AlertStep.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            harm()
    desk.take_on(alert=alert.pk, by=cast.head, at=AT)
    assert kinds(alert) == ["told", "taken"]


def test_the_log_finds_an_answer_that_was_rewritten_and_one_that_was_taken_out(cast: Cast) -> None:
    """As it was said it passes; with a word changed, and with the row gone, the audit names the step."""
    alert = told(cast, "eins")
    desk.answer(alert=alert.pk, words="没有改。", by=cast.head, at=AT)
    while seal_log(at=AT, limit=100):
        pass
    assert list(audit_alerts()) == []
    with tampering(connection):
        AlertStep.objects.filter(kind="answered").update(text="已经改好。")
    assert [one for one in audit_alerts() if "已被改动" in one]
    with tampering(connection):
        AlertStep.objects.filter(kind="answered").delete()
    assert [one for one in audit_alerts() if "已被删除" in one]


def test_taken_on_answered_returned_with_a_new_limit_and_accepted(cast: Cast) -> None:
    """The whole way between the unit and its supervisor."""
    alert = told(cast, "eins", on=date(2026, 5, 6))
    desk.take_on(alert=alert.pk, by=cast.head, at=AT)
    desk.answer(alert=alert.pk, words="正在办理。", by=cast.head, at=AT)
    desk.feed_back(alert=alert.pk, accepted=False, words="没有写期限。", by=cast.supervisor, at=AT, on=DAY)
    alert.refresh_from_db()
    assert (alert.state, alert.due > DAY) == ("handling", True)

    desk.answer(alert=alert.pk, words="六月底前办结。", by=cast.head, at=AT)
    with pytest.raises(NotNow, match="退回的，请写明"):
        desk.feed_back(alert=alert.pk, accepted=False, words=" ", by=cast.supervisor, at=AT, on=DAY)
    for _ in range(2):  # the second is a click too many
        desk.feed_back(alert=alert.pk, accepted=True, words="", by=cast.supervisor, at=AT, on=DAY)
    alert.refresh_from_db()
    assert alert.state == "answered"
    assert kinds(alert)[-4:] == ["answered", "returned", "answered", "accepted"]


def test_what_may_not_be_done_is_refused_in_words(cast: Cast) -> None:
    """Taken twice, answered with nothing, feedback without an answer, feedback by the unit itself."""
    alert = told(cast, "eins")
    desk.take_on(alert=alert.pk, by=cast.head, at=AT)
    with pytest.raises(NotNow, match="已经有人认领"):
        desk.take_on(alert=alert.pk, by=cast.head, at=AT)
    with pytest.raises(NotNow, match="写明查到的情况"):
        desk.answer(alert=alert.pk, words="　", by=cast.head, at=AT)
    with pytest.raises(NotNow, match="还没有答复"):
        desk.feed_back(alert=alert.pk, accepted=True, words="", by=cast.supervisor, at=AT, on=DAY)
    desk.answer(alert=alert.pk, words="好。", by=cast.head, at=AT)
    with pytest.raises(NotNow, match="由监督机构反馈"):
        desk.feed_back(alert=alert.pk, accepted=True, words="", by=cast.head, at=AT, on=DAY)
    settle(cast.bureau, [], at=AT, on=DAY)
    with pytest.raises(NotNow, match="已经消除"):
        desk.answer(alert=alert.pk, words="晚了。", by=cast.head, at=AT)


def test_an_alert_tells_the_roles_of_its_model_and_officers_of_their_own_cases(
    cast: Cast, broken: Case, lying: Case
) -> None:
    """Heads see all of the agency; an officer the own cases; clerk, outsider and the supervisor's own list nothing."""
    raised()
    handling = Case.objects.get(pk=broken.pk).handlers
    assert cast.officer.username in handling

    def sees(person: "Person") -> set[str]:
        return set(desk.told_to(person, {"state": "all"}, DAY).values_list("code", flat=True))

    stranger = make_officer("stranger", "新")
    assert {"clue_unhandled", "certificate_expired"} <= sees(cast.head)
    assert "certificate_expired" in sees(cast.reviewer)
    assert "clue_unhandled" not in sees(cast.reviewer)
    assert "clue_unhandled" not in sees(stranger)
    assert sees(cast.outsider) == sees(cast.clerk) == sees(cast.supervisor) == set()


def test_the_supervisor_sees_the_bureau_below_and_another_supervisor_does_not(
    cast: Cast, broken: Case
) -> None:
    """By the tree of agencies; an alert of somebody else's does not exist."""
    (alert,) = raised("certificate_expired")
    stranger = make_person("elsewhere.sup", "督", "supervisor", agency=cast.elsewhere.code)

    assert desk.supervised_one(cast.supervisor, alert.pk) == alert
    for look in (desk.supervised_one, desk.told_one):
        with pytest.raises(NoSuchAlert):
            look(stranger, alert.pk)
    assert desk.counts_supervised(cast.supervisor, DAY).waiting >= 1
    assert desk.counts_supervised(stranger, DAY).waiting == 0


def test_a_limit_of_handling_reminds_once_before_and_once_after_its_end(cast: Cast) -> None:
    """On the last day but one, and when it is over; what is answered is left alone."""
    alert = told(cast, "eins", "zwei")
    answered = Alert.objects.get(subject="zwei")
    desk.answer(alert=answered.pk, words="办结。", by=cast.head, at=AT)
    for day in (alert.due - timedelta(days=1), alert.due, alert.due + timedelta(days=1), alert.due):
        told(cast, "eins", "zwei", on=day)
    assert kinds(alert) == ["told", "due_soon", "overdue"]
    assert kinds(answered) == ["told", "answered"]


def test_a_repeated_reader_counts_what_waits_and_what_is_late(cast: Cast) -> None:
    """The figures of the workbench."""
    told(cast, "eins", "zwei", on=timezone.localdate() - timedelta(days=60))
    counts = desk.counts_told(cast.head, timezone.localdate())
    assert (counts.waiting, counts.overdue) == (2, 2)
