"""Where the cases of an agency happened, in the words of their acts; which area that is, is said elsewhere."""

from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.cases.models import Act
from mingjing.cases.selectors import cases_seen_by

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

# Which fact of an act tells where it was; the first has the point that the phone measured.
FACTS: Final = ("credential_shown_place", "place", "act_place")
MEASURED: Final = "东经"


def places_of(
    viewer: "Person", agency: "Agency", begins: date, ends: date
) -> list[tuple[str, str, str, str]]:
    """Give code, name, procedure and place of each case opened on these days; a measured point goes before words."""
    cases = cases_seen_by(viewer).filter(agency=agency, opened_on__range=(begins, ends))
    heads = {
        one.pk: (one.code, one.number or one.title, one.procedure)
        for one in cases.only("code", "number", "title", "procedure").iterator()
    }
    found: dict[int, str] = {}
    rows = (
        Act.objects.filter(agency=agency, case__in=cases).order_by("case", "seq").values_list("case", "facts")
    )
    for case, facts in rows.iterator(chunk_size=1000):
        for name in FACTS:
            said = str(facts.get(name) or "")
            if said and (case not in found or (MEASURED in said and MEASURED not in found[case])):
                found[case] = said
    return [(*heads[case], found.get(case, "")) for case in heads]
