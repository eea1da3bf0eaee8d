"""What a page of analysis is asked for: the period, and by what everything is narrowed; read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from mingjing.analysis.months import (
    first_day,
    last_day,
    month_of,
    month_title,
    months_from,
    read_month,
    shifted,
)
from mingjing.personnel.selectors import agencies, agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

ACTION: Final = "analysis.view"
USUAL_MONTHS, MOST_MONTHS = 12, 60
LIVE, IMPORTED, ALL = "live", "imported", "all"
ORIGINS: Final = {LIVE: "本系统办理", IMPORTED: "导入的旧案", ALL: "全部"}
NAMES: Final = ("from", "to", "unit", "field", "region", "procedure", "origin")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one page as this viewer may have them; `agencies` is never wider than his sight."""

    viewer: "Person"
    today: date
    first: str  # months
    last: str
    units: "tuple[Agency, ...]"  # in sight and in use
    sight: tuple[int, ...]  # the ids of all agencies in sight
    unit: str = ""
    field: str = ""
    region: str = ""
    procedure: str = ""
    origin: str = LIVE
    cut: bool = False  # more months were asked for than one page counts

    @property
    def agencies(self) -> list[int]:
        """The ids of the agencies that are counted."""
        return [one.pk for one in self.units if one.code == self.unit] if self.unit else list(self.sight)

    @property
    def months(self) -> list[str]:
        """The months of the period."""
        return months_from(self.first, self.last)

    @property
    def begins(self) -> date:
        """The first day of the period."""
        return first_day(self.first)

    @property
    def ends(self) -> date:
        """The last day of the period."""
        return last_day(self.last)

    @property
    def before(self) -> "Asked":
        """The same filters for the period of the same length just before."""
        many = len(self.months)
        return replace(self, first=shifted(self.first, -many), last=shifted(self.last, -many))

    @property
    def title(self) -> str:
        """The period in words."""
        first, last = month_title(self.first), month_title(self.last)
        return first if self.first == self.last else f"{first}至{last}"

    def narrowed(self, case: str = "") -> dict[str, Any]:
        """Give the conditions on rows that know their agency; `case` leads from them to what knows the rest."""
        found: dict[str, Any] = {"agency__in": self.agencies}
        for name in ("field", "region", "procedure"):
            if value := getattr(self, name):
                found[f"{case}{name}"] = value
        if self.origin != ALL:
            found[f"{case}imported"] = self.origin == IMPORTED
        return found

    def query(self, **more: str) -> str:
        """Give the address that asks for the same, and more."""
        told = {"from": self.first, "to": self.last, "unit": self.unit, "field": self.field}
        told |= {"region": self.region, "procedure": self.procedure, "origin": self.origin, **more}
        return urlencode({name: value for name, value in told.items() if value})


def asked_of(viewer: "Person", given: Mapping[str, str], today: date) -> Asked:
    """Read the filters; what cannot be meant is as if it were not said. A unit out of sight gives nothing."""
    sight = agencies_visible_to(viewer, ACTION)
    last = read_month(given.get("to", "")) or month_of(today)
    first = read_month(given.get("from", "")) or shifted(last, 1 - USUAL_MONTHS)
    earliest = shifted(last, 1 - MOST_MONTHS)
    origin = given.get("origin", "")
    plain = {name: given.get(name, "")[:20] for name in ("unit", "field", "region", "procedure")}
    return Asked(
        viewer=viewer,
        today=today,
        first=max(min(first, last), earliest),
        last=last,
        cut=first < earliest,
        units=tuple(one for one in agencies() if one.pk in set(sight)),
        sight=tuple(sight),
        origin=origin if origin in ORIGINS else LIVE,
        **{name: "" if "\0" in value else value for name, value in plain.items()},
    )
