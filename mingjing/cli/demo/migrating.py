"""The demo's old tables: penalties moved in with some rows refused, and a list of licences that waits."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mingjing.exchange.migration import selectors, services
from mingjing.exchange.migration.running import Mover
from mingjing.personnel.selectors import agency, person

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration

HERE: Final = Path(__file__).parent
BUREAU: Final = "410481-urban"
PENALTIES: Final = "2023年处罚台账.csv"
PERMITS: Final = "2024年占道许可台账.csv"


def move_in() -> None:
    """Hand both tables in as the clerk; the head confirms the first."""
    clerk = person("clerk")
    if selectors.migrations_seen_by(clerk).exists():
        return
    penalties = _tried(PENALTIES, "old_penalties.csv", "cases")
    services.confirm(migration=penalties, by=person("head"), at=timezone.now())
    Mover().finish(penalties.code)
    _tried(PERMITS, "old_permits.csv", "permits")


def _tried(name: str, file: str, sort: str) -> "Migration":
    clerk = person("clerk")
    made = services.begin(
        path=HERE / file, name=name, sort=sort, agency=agency(BUREAU), by=clerk, at=timezone.now()
    )
    services.settle_columns(migration=made, columns={}, by=clerk, at=timezone.now())
    return Mover().finish(made.code)
