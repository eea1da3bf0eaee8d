"""The demo's register: objects of every class, and a second start adds nothing."""

import pytest
from django.db.models import Count
from django.utils import timezone

from mingjing.cli.demo.bureau import make_bureau
from mingjing.cli.demo.registers import FIRMS, fill_register
from mingjing.inspections.models import InspectedObject
from mingjing.kit.clock import legal_day

pytestmark = pytest.mark.django_db


def test_the_demo_has_objects_of_all_classes_and_a_second_start_adds_none() -> None:
    """No row is refused: all of them are there, once."""
    make_bureau(legal_day(timezone.now()))
    fill_register()
    fill_register()
    rows = InspectedObject.objects.filter(register="410481")
    assert rows.count() == FIRMS + 5
    classes = dict(rows.values_list("risk").annotate(Count("pk")))
    assert set(classes) == {"A", "B", "C", "D"}
    assert min(classes.values()) > 40
    assert rows.filter(kind="place").exclude(public_id__startswith="X").count() == 0
