"""The worker's day comes in slices: whatever else there is to do, the log is sealed in between."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.cases import limits
from mingjing.cases.models import Case, CaseDeadline
from mingjing.cases.sums import cases_counted
from mingjing.cli import worker as running
from mingjing.publicity.models import PublicItem
from mingjing.translog.selectors import log_health
from tests.stories import told

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
def test_the_registers_of_many_agencies_are_published_a_few_a_turn(
    cast: "Cast", settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One agency a turn here: what the first has published is sealed before the second is begun; the key comes last."""
    settings.MINGJING_HOME = tmp_path
    monkeypatch.setattr(running, "STEP_SECONDS", 0.0)
    worker = running.Worker()
    published: list[set[str]] = []
    for _ in range(4):
        worker.turn()
        published.append(set(PublicItem.objects.values_list("agency_code", flat=True)))
    worker.finish()
    worker.stop()

    enforcing = {cast.bureau.code, cast.elsewhere.code}
    sizes = [len(codes & enforcing) for codes in published]
    assert sizes == sorted(sizes)
    assert {0, 1} & set(sizes[:-1])
    assert published[-1] >= enforcing
    assert PublicItem.objects.filter(kind="log").exists()
    assert log_health().size > 0


@pytest.mark.django_db(transaction=True)
def test_the_sums_of_many_agencies_are_counted_anew_a_few_a_turn(
    cast: "Cast", settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One agency a turn here; in the end those of all are true again, and another day they are counted again."""
    settings.MINGJING_HOME = tmp_path
    monkeypatch.setattr(running, "STEP_SECONDS", 0.0)
    for agency in (cast.bureau, cast.elsewhere):
        Case.objects.create(
            agency=agency, code=agency.code[:9], log_code=agency.code[:9], last_act_at=timezone.now()
        )
    worker = running.Worker()
    counted = []
    for _ in range(5):
        worker.turn()
        counted.append(sum(row[-1] for row in cases_counted([cast.bureau.pk, cast.elsewhere.pk])))
    worker.finish()
    worker.stop()

    assert counted == sorted(counted)
    assert counted[0] < 2
    assert counted[-1] == 2


@pytest.mark.django_db(transaction=True)
def test_limits_are_counted_anew_case_by_case(
    cast: "Cast", settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One case a turn here, and in the end every one of those whose limits wait, once."""
    settings.MINGJING_HOME = tmp_path
    cases = [told(cast, until="clue_registered", mark=mark)[1].pk for mark in ("a", "b", "c")]
    CaseDeadline.objects.filter(case__in=cases, urges=True).update(status="running")
    told(cast, "summary", mark="d")
    monkeypatch.setattr(running, "STEP_SECONDS", 0.0)
    monkeypatch.setattr(running, "LIMITS_AT_ONCE", 1)
    looked: list[int] = []
    monkeypatch.setattr(limits, "_refresh", lambda pk, now: looked.append(pk))
    worker = running.Worker()
    for turn in range(1, 4):
        worker.turn()
        assert looked[:3] == cases[:turn]
    worker.turn()
    worker.finish()
    worker.stop()
    assert len(looked) == len(set(looked))
