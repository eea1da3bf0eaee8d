"""Since when the agencies of a test work with the system, whatever day the test is run on."""

from datetime import UTC, date, datetime

from django.db import connection

from mingjing.personnel.models import AgencyEdition
from tests.append_only import guards_lifted


def in_use_since(day: date) -> None:
    """As if every agency had come on the register that day."""
    with guards_lifted(connection):
        AgencyEdition.objects.update(at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
