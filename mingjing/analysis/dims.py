"""By what things are counted: a key for every value, the condition that finds the same things again, and the titles."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db.models import Q

from mingjing.analysis.asked import Asked
from mingjing.analysis.lines import FITS
from mingjing.analysis.months import first_day, last_day, month_of, month_title
from mingjing.analysis.tables import MOST_ROWS, NOTHING, UNSTATED, Counts, Titles, most_first
from mingjing.lawengine.benchmark import TIERS
from mingjing.packs.load import library
from mingjing.packs.vocabulary import STAGES
from mingjing.personnel.selectors import ENFORCEMENT_FIELDS
from mingjing.publicity.search import region_titles

CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Dim:
    """One way of telling things apart."""

    title: str
    column: str  # what is grouped by, or the attribute of a thing
    keys: Callable[[Any], Sequence[str]]
    where: Callable[[str], Q]  # the things that have a key
    titles: Callable[[Asked, Mapping[str, int]], Titles]  # of the counted keys, in order
    monthly: bool = False

    def shown(self, asked: Asked, counts: Mapping[str, int]) -> tuple[Titles, int]:
        """Give what is shown, and how many rows are left out."""
        every = self.titles(asked, counts)
        return (every, 0) if self.monthly else (every[:MOST_ROWS], max(0, len(every) - MOST_ROWS))

    def named(self, asked: Asked, key: str) -> str:
        """Give what one key is called."""
        return dict(self.titles(asked, {key: 1})).get(key, key)


def _key(value: Any) -> tuple[str]:
    return (str(value) if value not in (None, "") else NOTHING,)


def nothing() -> Q:
    """Give the condition that nothing meets: of things that no database is asked for."""
    return Q(pk__in=())


def _same(column: str) -> Callable[[str], Q]:
    return lambda key: Q(**{column: "" if key == NOTHING else key})


def plain(title: str, column: str, titles: Mapping[str, str]) -> Dim:
    """Values that have their titles, in the order of these; whatever is not among them comes last."""

    def named(_: Asked, counts: Mapping[str, int]) -> Titles:
        known = [(key, words) for key, words in titles.items() if counts.get(key)]
        others = sorted(set(counts) - set(titles))
        return known + [(key, UNSTATED if key == NOTHING else key) for key in others]

    return Dim(title, column, _key, _same(column), named)


def free(title: str, column: str, words: Callable[[Collection[str]], Mapping[str, str]] | None = None) -> Dim:
    """Values that speak for themselves, those most often counted first."""

    def named(_: Asked, counts: Mapping[str, int]) -> Titles:
        said = words(list(counts)) if words else {}
        found = [
            (key, UNSTATED if key == NOTHING else said.get(key, key)) for key in most_first(counts, said)
        ]
        return found

    return Dim(title, column, _key, _same(column), named)


def month(column: str, title: str = "月份") -> Dim:
    """The months of the period, every one of them, by the day in a column."""
    return Dim(
        title,
        column,
        lambda day: (month_of(day),) if isinstance(day, date) else (),
        lambda key: Q(**{f"{column}__gte": first_day(key), f"{column}__lte": last_day(key)}),
        lambda asked, _: [(one, month_title(one)) for one in asked.months],
        monthly=True,
    )


def month_text(column: str, title: str = "月份") -> Dim:
    """The months of the period by a column that holds them as they are written here."""
    by_day = month(column, title)
    return replace(by_day, keys=lambda text: (text,) if text else (), where=_same(column))


def unit(column: str = "agency_id") -> Dim:
    """Agencies, in the order of the register: nobody is ranked."""

    def named(asked: Asked, counts: Mapping[str, int]) -> Titles:
        known = [(str(one.pk), one.short_name or one.name) for one in asked.units if counts.get(str(one.pk))]
        return known + [(key, "已停用的机关") for key in sorted(set(counts) - {key for key, _ in known})]

    return Dim(
        "机关",
        column,
        _key,
        lambda key: Q(**{column: int(key) if key.isdecimal() and len(key) < 18 else 0}),
        named,
    )


def banded(title: str, column: str, bands: Sequence[tuple[str, str, int, int | None]]) -> Dim:
    """Whole figures in bands: key, title, from, to (None: without an end), in their order."""

    def keys(value: Any) -> tuple[str, ...]:
        return tuple(key for key, _, low, high in bands if low <= value and (high is None or value <= high))

    def where(key: str) -> Q:
        for code, _, low, high in bands:
            if code == key:
                return Q(**{f"{column}__gte": low}) & (Q() if high is None else Q(**{f"{column}__lte": high}))
        return nothing()

    return Dim(title, column, keys, where, lambda _, __: [(key, words) for key, words, _, _ in bands])


def listed(title: str, column: str, titles: Mapping[str, str]) -> Dim:
    """Several values between commas: a thing counts once under each."""

    def keys(value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for one in str(value).split(",") if one)) or (NOTHING,)

    def where(key: str) -> Q:
        return Q(**{column: ""}) if key == NOTHING else Q(**{f"{column}__contains": f",{key},"})

    return Dim(title, column, keys, where, plain(title, column, titles).titles)


def procedure(column: str = "procedure") -> Dim:
    """Procedures in the order of the packs."""
    titles = {code: one.short or one.title for code, one in library().procedures.items()}
    return plain("程序", column, titles)


def region(column: str = "region") -> Dim:
    """Areas by their codes, named as the packs or the agencies there have it."""

    def named(asked: Asked, counts: Mapping[str, int]) -> Titles:
        return [(key, region_title(asked, key)) for key in sorted(counts)]

    return Dim("地区", column, _key, _same(column), named)


def region_title(asked: Asked, code: str) -> str:
    """Give the name of an area."""
    if code == NOTHING:
        return UNSTATED
    agency = next((one.name for one in asked.units if one.region == code), "")
    return region_titles(code, agency)[-1][1]


def field_titles() -> dict[str, str]:
    """Give the fields of enforcement."""
    return dict(ENFORCEMENT_FIELDS)


def stage(column: str = "stage") -> Dim:
    """Stages in the order a case goes through them."""
    return plain("阶段", column, STAGES)


def penalty_kinds() -> Dim:
    """Kinds of penalties as the packs name them."""
    return listed("处罚种类", "kinds", dict(library().fields["penalty_kinds"].options))


def tier() -> Dim:
    """Tiers of discretion from light to grave."""
    return plain("裁量阶次", "tier", TIERS)


def fit() -> Dim:
    """How a fine stands to its benchmark."""
    return plain("与基准的关系", "fit", FITS)


def counts_by(groups: Sequence[tuple[Any, Any, int]], rows: Dim, columns: Dim) -> Counts:
    """Count groups of raw values by two dims."""
    found = Counts()
    for row, column, number in groups:
        found.add(rows.keys(row), columns.keys(column), number)
    return found
