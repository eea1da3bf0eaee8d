"""Limits and shares of a file-review campaign, each with its source; no day is counted here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.complaint_terms import UNITS, Period
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

NAME: Final = "appraisal/file_review.toml"
_WORDS: Final = ("law", "article", "quote", "note")
_COUNTS: Final = ("second_share_percent", "differ_points", "planted_most")
_KEYS: Final = (*_WORDS, "verified", "objection", "review", *_COUNTS)


@dataclass(frozen=True, slots=True)
class FileReviewTerms:
    """How a campaign runs: by when a unit objects and is answered, which share is read twice, what calls a third."""

    law: str
    article: str
    quote: str
    note: str
    verified: bool
    objection: Period
    review: Period
    second_share_percent: int
    differ_points: int
    planted_most: int


@cache
def file_review_terms(region: str, field: str, agency: str) -> FileReviewTerms:
    """Give the terms for the office that holds a campaign: the narrowest scope that has them."""
    return read_file_review_terms(library(), region=region, field=field, agency=agency)


def read_file_review_terms(found: Library, *, region: str, field: str, agency: str) -> FileReviewTerms:
    """Read the terms from given packs. Raises PackError, saying in Chinese which line is wrong."""
    files = [file for scope in scopes_of(region, field, agency) for file in _files(found, scope)]
    return _terms(files[-1])


def check_file_review_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the terms of any pack, for the check of packs."""
    try:
        for scope in found.packs:
            for file in _files(found, scope):
                _terms(file)
    except PackError as fault:
        return [str(fault)]
    return []


def _files(found: Library, scope: str) -> Iterator[PackFile]:
    pack = found.packs.get(scope)
    yield from (file for file in (pack.files if pack else ()) if file.name == f"{scope}/{NAME}")


def _terms(file: PackFile) -> FileReviewTerms:
    file.known_keys(file.data, _KEYS)
    if missing := [key for key in _KEYS if key not in file.data]:
        raise file.fault(f"缺少 {'、'.join(missing)}")
    for key in _COUNTS:
        if type(file.data[key]) is not int or file.data[key] < 0:
            raise file.fault("要写不小于 0 的整数", key)
    if file.data["second_share_percent"] > 100:
        raise file.fault("百分比不能超过 100", "second_share_percent")
    plain: dict[str, Any] = {key: str(file.data[key]) for key in _WORDS}
    plain |= {key: file.data[key] for key in _COUNTS}
    return FileReviewTerms(
        **plain,
        verified=file.data["verified"] is True,
        objection=_period(file, "objection"),
        review=_period(file, "review"),
    )


def _period(file: PackFile, name: str) -> Period:
    given = cast("Mapping[str, Any]", file.data[name])
    amount, unit = given.get("amount"), given.get("unit")
    if type(amount) is not int or amount < 0 or unit not in UNITS:
        raise file.fault("要写 amount（不小于 0 的整数）和 unit（calendar_days、working_days）", name)
    return Period(amount, cast("Unit", unit))
