"""Every night the registers are committed to, when they have changed; whoever changes a file later is found."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as configured

from mingjing.cli.worker import Worker
from mingjing.inspections.models import InspectedObject, ListVersion
from mingjing.inspections.planning.terms import terms_for
from mingjing.inspections.register import versions
from mingjing.inspections.register.changes import set_state
from mingjing.inspections.register.lists import FOLDER, ListDamaged, list_ref, recompute
from mingjing.kit.clock import BEIJING
from mingjing.personnel import services
from mingjing.personnel.selectors import certificates_of
from mingjing.translog.selectors import index_of
from mingjing.translog.services import seal_log
from tests.inspections.planning import AT, BEGINS, ENDS, planned, stocked

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 3, 0, 5, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MINGJING_HOME = tmp_path


def _objects() -> list[ListVersion]:
    return list(versions.objects_versions(["410481"]))


def test_a_night_commits_to_both_registers_and_the_log_has_them(cast: "Cast") -> None:
    """A stratum for each class of the objects in business, one for each field of the inspectors; both are leaves."""
    stocked(40)
    assert versions.freeze_registers(at=NIGHT) == 2
    (objects,) = _objects()
    sizes = {one["name"]: one["size"] for one in objects.record["strata"]}
    assert sum(sizes.values()) == InspectedObject.objects.filter(state="active").count()
    inspectors = versions.inspectors_versions([cast.bureau.pk]).get()
    assert [one["name"] for one in inspectors.record["strata"]] == ["城市管理"]
    assert index_of(list_ref(objects)) is None
    seal_log(at=NIGHT)
    assert None not in {index_of(list_ref(one)) for one in (objects, inspectors)}


def test_a_register_that_has_not_changed_gets_no_new_version(cast: "Cast") -> None:
    """The next night nothing; after an object is closed one more, without it."""
    stocked(40)
    versions.freeze_registers(at=NIGHT)
    assert versions.freeze_registers(at=NIGHT + timedelta(days=1)) == 0
    closed = InspectedObject.objects.filter(state="active").order_by("pk")[0]
    day = NIGHT + timedelta(days=1, hours=9)
    set_state(
        region="410481",
        public_id=closed.public_id,
        state="closed",
        reason="现场核实已停业",
        by=cast.clerk,
        at=day,
    )
    assert versions.freeze_registers(at=NIGHT + timedelta(days=2)) == 1
    after, before = _objects()
    assert (before.version, after.version) == (1, 2)
    holding = versions.versions_with("410481", closed.public_id, 10)
    assert [(one.version, name) for one, name in holding] == [(1, f"{closed.risk}类")]


def test_an_inspector_whose_certificate_is_suspended_is_in_the_next_version_no_more(cast: "Cast") -> None:
    """His number was there, and the root differs."""
    stocked(5)
    versions.freeze_registers(at=NIGHT)
    held = certificates_of(cast.officer.username)[0]
    services.suspend_certificate(number=held.number, on=NIGHT.date(), reason="调查期间", by="admin")
    assert versions.freeze_registers(at=NIGHT + timedelta(days=1)) == 1
    after, before = versions.inspectors_versions([cast.bureau.pk])
    assert before.record["strata"][0]["size"] == after.record["strata"][0]["size"] + 1


def test_recomputing_gives_the_stated_roots_and_finds_a_changed_file(cast: "Cast") -> None:
    """The twin of the honest file: one id changed is another root, a file out of order is told, a lost one too."""
    stocked(40)
    versions.freeze_registers(at=NIGHT)
    (version,) = _objects()
    assert all(one.holds for one in recompute(version))
    path = Path(configured.MINGJING_HOME) / FOLDER / version.code / "0.ids"
    honest = path.read_bytes()
    path.write_bytes(honest[:-2] + b"Z\n")
    assert [one.holds for one in recompute(version)].count(False) == 1
    path.write_bytes(honest[20:] + honest[:20])
    assert "不再是有序的名单" in recompute(version)[0].found
    path.unlink()
    with pytest.raises(ListDamaged, match="从备份恢复"):
        recompute(version)


def test_an_empty_register_is_not_committed_to(cast: "Cast") -> None:
    """Nothing to draw from, nothing to freeze; AT is the day it is filled."""
    assert versions.freeze_objects("410481", [cast.bureau], at=AT) is None
    assert not _objects()


def test_a_draw_rests_on_a_version_that_is_in_the_log_before_its_list(cast: "Cast") -> None:
    """Changed by day, the register is frozen again before the draw's own list; its conditions name the version."""
    plan = planned(cast)
    versions.freeze_registers(at=AT)
    changed = InspectedObject.objects.filter(state="active").order_by("pk")[0]
    day = AT + timedelta(hours=1)
    set_state(
        region="410481", public_id=changed.public_id, state="closed", reason="停业", by=cast.clerk, at=day
    )
    listed, _ = terms_for(plan.lines.get(), BEGINS, ENDS, by=cast.clerk, at=day + timedelta(hours=1))
    version = _objects()[0]
    assert version.version == 2
    assert f"检查对象名录库：第 2 版，摘要 {version.digest[:16]}" in listed.conditions
    seal_log(at=day + timedelta(hours=2))
    before, after = index_of(list_ref(version)), index_of(list_ref(listed))
    assert before is not None
    assert after is not None
    assert before < after


def test_the_worker_freezes_on_its_first_turn_of_a_day_and_not_again(cast: "Cast") -> None:
    """Two turns, one version; its leaf is sealed by the turns too."""
    stocked(5)
    worker = Worker()
    worker.turn()
    worker.turn()
    (version,) = _objects()
    assert index_of(list_ref(version)) is not None
