"""Rows of a list that the system knows already, so that nobody types them twice; a person checks and publishes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.inspections.planning.items import item_row, items_of
from mingjing.inspections.planning.plans import filed_lines, line_row
from mingjing.inspections.planning.specials import approved_specials, special_row
from mingjing.norms.selectors import benchmarks_in_force, lists_in_force, register_for
from mingjing.packs.basis import basis_faults, cited
from mingjing.packs.catalogue_kinds import CatalogueKind
from mingjing.packs.laws import split_citation
from mingjing.packs.load import library
from mingjing.packs.procedures import ENFORCEMENTS, limited_to

if TYPE_CHECKING:
    from mingjing.packs.laws import LawRegister
    from mingjing.personnel.models import Agency

PENALTY: Final = "行政处罚"
NO_POWER: Final = ("no_coercion", "delegation")  # effects and kinds that name no power of the agency
ANY: Final = "*"  # a line of a list that speaks of all violations
Known = tuple[str, str, str]  # name, kind of enforcement, basis
Source = Callable[["Agency", date], Iterator[Known]]


def catalogue_rows(
    kind: CatalogueKind, agency: "Agency", day: date, *, year: int | None = None
) -> list[tuple[str, ...]]:
    """Give the rows of a list of this kind that the system knows on the day; none where it knows nothing of it.

    `year` is that of a yearly list, else the year of the day.

    The one place where other rooms' registers become rows of a published list: a new source is a line in SOURCES.
    A basis that cannot be cited on the day is left empty for a person to fill in.
    """
    if kind.prefill in ROOMS:
        told = ROOMS[kind.prefill](agency, year or day.year)
        return [tuple(row.get(one.key, "") for one in kind.columns) for row in told]
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    register = register_for(agency.code)
    for source in SOURCES.get(kind.prefill, ()):
        for name, enforcement, basis in source(agency, day):
            row = _row(kind, agency, (name, enforcement, _citable(basis, register, day)))
            rows.setdefault((name, enforcement), row)
    return list(rows.values())


def with_known(
    rows: Sequence[tuple[str, ...]],
    kind: CatalogueKind,
    agency: "Agency",
    day: date,
    *,
    year: int | None = None,
) -> tuple[list[tuple[str, ...]], int]:
    """Give rows together with what the system knows, and how many of them are new or other than they were.

    A row that people have filled in stays; one that a room keeps itself is what that room says today.
    """

    def same(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(row[place] for place in kind.parts)

    known = {same(row): row for row in catalogue_rows(kind, agency, day, year=year)}
    kept, changed = list[tuple[str, ...]](), 0
    for row in rows:
        new = known.pop(same(row), row)
        taken = new if kind.prefill in ROOMS else row
        changed += taken != row
        kept.append(taken)
    return [*kept, *known.values()], changed + len(known)


def _row(kind: CatalogueKind, agency: "Agency", known: Known) -> tuple[str, ...]:
    name, enforcement, basis = known
    told: Mapping[str, str] = {"name": name, "kind": enforcement, "basis": basis, "body": agency.name}
    choices = next((one.choices for one in kind.columns if one.key == "kind"), ())
    if choices and enforcement not in choices:
        told = {**told, "kind": next((one for one in choices if enforcement.startswith(one)), choices[-1])}
    return tuple(told.get(one.key, "") for one in kind.columns)


def _citable(basis: str, register: "LawRegister", day: date) -> str:
    """Give of a basis the citations that lead to law in force on the day, each with the marks around its name."""
    found = cited(basis) or [split_citation(basis)]
    parts = (f"《{law}》{rest.strip('；;，, 、')}" for law, rest in found)
    return "；".join(dict.fromkeys(one for one in parts if not basis_faults(one, register, day)))


def _violations(agency: "Agency", day: date) -> Iterator[Known]:
    """What the benchmarks and lists that bind the agency name as violations, each with the articles it breaks."""
    region, field, code = agency.region, agency.field, agency.code
    for benchmark in benchmarks_in_force(region=region, field=field, agency=code, day=day):
        for item in benchmark.items:
            yield item.violation, PENALTY, f"《{item.law}》{item.article}"
    for table in lists_in_force(region=region, field=field, agency=code, day=day):
        for line in table.items:
            if line.violation != ANY and line.effect not in NO_POWER:
                yield line.violation, PENALTY, line.basis


def _procedures(agency: "Agency", day: date) -> Iterator[Known]:
    """The kinds of enforcement that the agency carries out besides penalties, each with the law it rests on."""
    whole = library().law(region=agency.region, field=agency.field, agency=agency.code)
    law = limited_to(whole, agency.enforcements)
    for procedure in law.procedures.values():
        enforcement = ENFORCEMENTS[procedure.enforcement]
        if enforcement != PENALTY and procedure.enforcement not in NO_POWER:
            yield procedure.title, enforcement, "；".join(one.cite() for one in procedure.basis)


def _inspection_items(agency: "Agency", year: int) -> Iterator[Mapping[str, str]]:
    """The items as they were last written: what is drafted becomes usable by standing in the list."""
    return (item_row(one) for one in items_of(agency))


def _plan_lines(agency: "Agency", year: int) -> Iterator[Mapping[str, str]]:
    """The lines of the filed plan, and the special inspections that were approved."""
    told = [line_row(one) for one in filed_lines(agency, year)]
    told += [special_row(one) for one in approved_specials(agency, year)]
    return (one for one in told if one is not None)


# Rooms that keep the rows themselves: what they say replaces what stood there.
ROOMS: Final[Mapping[str, Callable[["Agency", int], Iterator[Mapping[str, str]]]]] = {
    "inspection_items": _inspection_items,
    "inspection_plan": _plan_lines,
}
SOURCES: Final[Mapping[str, tuple[Source, ...]]] = {
    "powers": (_violations, _procedures),
    "enforcement": (_violations, _procedures),
}
