"""The trace of looks into a case from outside its agency."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from mingjing.cases.models import Case
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import BEIJING
from mingjing.supervision.models import CaseAccess
from mingjing.supervision.selectors import accesses_of
from mingjing.supervision.services import ONE_VISIT, note_access
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)


def test_a_supervisors_look_leaves_who_whence_when_and_why(cast: Cast, lying: Case) -> None:
    """The bureau can read who looked into its file."""
    note_access(case=lying, by=cast.supervisor, why="监督：期限", at=AT)

    (access,) = accesses_of(lying)
    assert (access.name, access.agency, access.why, access.at) == ("癸", "舞钢市司法局", "监督：期限", AT)


def test_at_home_no_trace_is_left(cast: Cast, lying: Case) -> None:
    """The bureau's own people work in their files; only the outsider's look is a look."""
    assert note_access(case=lying, by=cast.head, why="查阅案件", at=AT) is None
    assert accesses_of(lying) == []
    assert note_access(case=lying, by=cast.supervisor, why="查阅案件", at=AT) is not None


def test_one_visit_is_one_look_and_another_purpose_or_day_is_another(cast: Cast, lying: Case) -> None:
    """Reloading a page adds nothing; coming back later, or for another reason, does."""
    for at, why in (
        (AT, "a"),
        (AT + ONE_VISIT / 2, "a"),
        (AT + ONE_VISIT / 2, "b"),
        (AT + ONE_VISIT * 2, "a"),
    ):
        note_access(case=lying, by=cast.supervisor, why=why, at=at)

    assert [one.why for one in accesses_of(lying)] == ["a", "b", "a"]


def test_a_trace_cannot_be_changed_or_removed(cast: Cast, lying: Case) -> None:
    """The database refuses, whoever asks."""
    trace = note_access(case=lying, by=cast.supervisor, why="查阅案件", at=AT)
    assert trace is not None
    rows = CaseAccess.objects.filter(pk=trace.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(at=AT - timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    assert accesses_of(lying)[0].at == AT


def test_evidence_and_documents_are_not_read_without_a_trace(cast: Cast) -> None:
    """Whoever goes straight to a file of the case has looked into the case; the bureau's own people have not."""
    _, case = told(cast, until="inspection_recorded")
    act = case.acts.get(kind="inspection_recorded")
    item = evidence_of(case.code)[0]
    addresses = (f"/cases/{case.code}/evidence/{item.digest}/file", f"/documents/{act.code}/pdf")
    for person, traces in ((cast.head, []), (cast.supervisor, ["查阅文书", "查阅证据"])):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.getvalue()
        assert sorted(one.why for one in accesses_of(case)) == traces
