"""Units in the words of a plan -> agencies of the register, proposed only: a person says whether they are meant."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from mingjing.personnel import selectors as register

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

# A plan of a city says "市司法局" where the register has "舞钢市司法局".
_LEVEL: Final = re.compile(r"^(?:省|市|县|区|州)")
_SHORTEST: Final = 3
_EVERY: Final = re.compile(r"^(?:各|全|局机关|机关各|所属各)")


def agencies_within_reach(agency: "Agency") -> list["Agency"]:
    """Give the agencies that a ledger of this agency may name: everything below the one that stands above them all."""
    above = register.agencies_above(agency.pk)
    found = {one.pk: one for one in register.agencies()}
    top = found.get(above[-1]) if above else agency
    below = {one.pk for one in register.agencies_below((top or agency).code)}
    return [one for one in found.values() if one.pk in below]


def proposed_agency(name: str, candidates: Iterable["Agency"]) -> str:
    """Give the code of the one agency that a name can mean; empty where it is none or several."""
    every = list(candidates)
    exact = [one for one in every if name in (one.name, one.short_name)]
    if not exact:
        bare = _LEVEL.sub("", name)
        exact = [one for one in every if len(bare) >= _SHORTEST and one.name.endswith(bare)]
    return exact[0].code if len(exact) == 1 else ""


def means_everybody(name: str) -> bool:
    """Say whether a name means every unit of the agency (各执法科室) and so each of them."""
    return bool(_EVERY.match(name))
