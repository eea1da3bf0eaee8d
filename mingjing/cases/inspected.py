"""Where and by whom an agency was on the spot, read from its acts: one line a case, for whoever looks for patterns."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mingjing.cases.models import Act

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Inspected:
    """The first act on the spot of one case; `cause` is what the case stated, empty where an excerpt does not say."""

    case: str
    party: str  # the credit code, else the name
    coded: bool
    at: datetime
    performers: tuple[str, ...]
    cause: str


def inspected(
    agency: "Agency", *, procedure: str, kinds: Collection[str], cause: str, since: datetime, until: datetime
) -> Iterator[Inspected]:
    """Give the cases of an agency whose first act of these kinds fell in the time, in the order of the cases.

    `cause` names the fact that states why; erased cases and imported excerpts without a day are left out.
    """
    rows = (
        Act.objects.filter(agency=agency, case__agency=agency, case__procedure=procedure, case__erased=False)
        .filter(case__last_act_at__gte=since)
        .order_by("case_id", "seq")
        .values_list(
            *("case__code", "case__party_code", "case__party_name", "kind", "done_at", "performers"),
            f"facts__{cause}",
        )
    )
    case, stated = "", ""
    told = False
    for code, party_code, party_name, kind, done_at, performers, why in rows.iterator(CHUNK):
        if code != case:
            case, stated, told = code, "", False
        stated = why or stated
        if told or kind not in kinds or done_at is None:
            continue
        told = True
        if since <= done_at < until:
            yield Inspected(
                case, party_code or party_name, bool(party_code), done_at, _people(performers), str(stated)
            )


def _people(performers: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({str(one["person"]) for one in performers}))
