"""The demo's random inspections: one that anybody runs again, one that is bound, and no second of either."""

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.cli.demo.bureau import make_bureau
from mingjing.cli.demo.inspections import inspect
from mingjing.cli.demo.registers import fill_register
from mingjing.inspections.bundle import CLOSING, COMMITMENTS
from mingjing.inspections.models import Draw
from mingjing.inspections.standing import stage_of
from mingjing.kit.clock import legal_day
from mingjing.publicity.draws import draw_bundle, draws, publish_draws

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.django_db
def test_one_draw_is_over_and_public_one_is_bound_and_a_second_start_adds_none(
    settings: Any, tmp_path: "Path"
) -> None:
    """Through the real services: the bundle of the first is on the portal, the second waits for its numbers."""
    settings.MINGJING_HOME = tmp_path
    make_bureau(legal_day(timezone.now()))
    fill_register()
    for _ in range(2):
        inspect()
    assert [stage_of(one) for one in Draw.objects.order_by("pk")] == [CLOSING, COMMITMENTS]
    publish_draws()
    over = Draw.objects.get(campaign__title="停业户核查")
    assert any(draw_bundle(one.code) for one in draws() if one.bundle_size)
    assert over.lines.count() == over.declaration["strata"][0]["take"] > 0
