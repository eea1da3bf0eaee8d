"""The sorts of data that can be moved in, by the word that addresses and commands know them by."""

from typing import TYPE_CHECKING, Final, cast

from mingjing.exchange.migration import cases, objects, officers, permits, visits

if TYPE_CHECKING:
    from mingjing.exchange.migration.shape import Sort

# The order of the form: what the others refer to comes first.
SORTS: Final = {
    "officers": cast("Sort", officers),
    "objects": cast("Sort", objects),
    "cases": cast("Sort", cases),
    "permits": cast("Sort", permits),
    "inspections": cast("Sort", visits),
}
