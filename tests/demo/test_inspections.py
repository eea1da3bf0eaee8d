"""The demo's random inspections: one that anybody runs again, one that waits for its parties, no second of either."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.cli.demo.bureau import make_bureau
from mingjing.cli.demo.inspections import inspect
from mingjing.cli.demo.registers import fill_register
from mingjing.inspections.drawing.bundle import CLOSING
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.models import CheckSheet, Draw, FirmVoice
from mingjing.inspections.standing import stage_of
from mingjing.inspections.visiting.results_due import told_results
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import person
from mingjing.publicity.draws import draw_bundle, draws, publish_draws

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.django_db
def test_one_draw_is_over_and_public_one_waits_and_a_second_start_adds_none(
    settings: Any, tmp_path: "Path"
) -> None:
    """The bundle of the first is on the portal with visits of every result; the second waits for its parties."""
    settings.MINGJING_HOME = tmp_path
    make_bureau(legal_day(timezone.now()))
    fill_register()
    for _ in range(2):
        inspect()
    assert [stage_of(one) for one in Draw.objects.order_by("pk")] == [CLOSING, DECLARATION]
    publish_draws()
    over = Draw.objects.get(campaign__title="汽车维修户门前责任区抽查")
    assert any(draw_bundle(one.code) for one in draws() if one.bundle_size)
    assert over.lines.count() == over.declaration["strata"][0]["take"] > 0
    assert sorted(CheckSheet.objects.values_list("result", flat=True)) == ["1", "7", "A"]
    assert list(FirmVoice.objects.values_list("stars", flat=True)) == [5]
    board = told_results(person("supervisor"), legal_day(timezone.now()))
    assert [one.published for one in board] == [False, False]
