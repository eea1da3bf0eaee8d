"""Which cases cite which article: rows read from the acts, so that the law browser finds them by one seek."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from mingjing.cases.models import Case, CaseCitation
from mingjing.cases.statements import save_citations
from mingjing.norms.selectors import register_for
from mingjing.packs.laws import LawRegister, article_numbers
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.lawengine.model import Law
    from mingjing.personnel.models import Person


def note(case: Case, facts: Mapping[str, Any], law: "Law") -> None:
    """Enter what the facts of an act cite; what the case cites already stays one row. The caller holds the case."""
    if any(_holds_citations(law, name) for name in facts):
        _enter(case, facts, law, register_for(case.agency.code))


def _enter(case: Case, facts: Mapping[str, Any], law: "Law", register: LawRegister) -> None:
    if found := set(cited(facts, law, register)):
        save_citations(case, found)


def renew(case: Case, acts: Iterable[Mapping[str, Any]], law: "Law") -> None:
    """Enter anew what the facts of every act of a case cite. The caller holds the case."""
    CaseCitation.objects.filter(agency=case.agency_id, case=case).delete()
    register = register_for(case.agency.code)
    for facts in acts:
        _enter(case, facts, law, register)


def cited(facts: Mapping[str, Any], law: "Law", register: LawRegister) -> Iterator[tuple[str, int]]:
    """Give each law that facts cite, as the register names it, with the numbers of its articles; 0 where none is."""
    yield from places(stated(facts, law), register)


def stated(facts: Mapping[str, Any], law: "Law") -> Iterator[tuple[str, str]]:
    """Give each law and article as the facts of an act write them; whether there is such a law is not asked."""
    for name, value in facts.items():
        if _holds_citations(law, name) and isinstance(value, list):
            yield from ((str(one.get("law", "")), str(one.get("article", ""))) for one in value)


def places(told: Iterable[tuple[str, str]], register: LawRegister) -> set[tuple[str, int]]:
    """Give what was stated as the register names it."""
    known = ((register.find(law), article) for law, article in told)
    return {(one.name, n) for one, article in known if one for n in article_numbers(article) or (0,)}


def _holds_citations(law: "Law", name: str) -> bool:
    return name in law.fields and law.fields[name].type == "citations"


def counts_by_article(viewer: "Person", law: str) -> dict[int, int]:
    """Give how many of the cases that somebody may see cite each article of a law."""
    rows = CaseCitation.objects.filter(law=law, agency__in=agencies_visible_to(viewer))
    return dict(rows.values_list("article").annotate(Count("case")))
