"""What the packs say of answering for a wrong case: sources, degrees, measures, the appeal, each with its law."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.dispute_terms import Cited
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackError, PackFile

NAME: Final = "cn/accountability.toml"
UNITS: Final = ("calendar_days", "working_days")
FREE: Final = "none"  # the degree of whoever did nothing wrong
_CITED: Final = ("law", "article", "quote", "verified")
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "basis": _CITED,
    "appeal": (*_CITED, "amount", "unit"),
    "sources": (),
    "degrees": (),
    "measures": (),
}


@dataclass(frozen=True, slots=True)
class AccountabilityTerms:
    """The words and the limit of accountability."""

    basis: Cited
    appeal: Cited
    appeal_amount: int
    appeal_unit: Unit
    sources: Mapping[str, str]
    degrees: Mapping[str, str]
    measures: Mapping[str, str]


@cache
def accountability_terms() -> AccountabilityTerms:
    """Give what the packs in use say. Raises PackError."""
    return read_accountability_terms(library())


def check_accountability_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault, for the check of packs."""
    try:
        read_accountability_terms(found)
    except PackError as fault:
        return [str(fault)]
    return []


def read_accountability_terms(found: Library) -> AccountabilityTerms:
    """Read them from given packs. Raises PackError, saying in Chinese which line is wrong."""
    file = next((one for one in found.packs["cn"].files if one.name == NAME), None)
    if file is None:
        raise PackError(NAME, 1, "缺少这个文件")
    file.known_keys(file.data, _PARTS)
    for part, keys in _PARTS.items():
        _checked(file, part, keys)
    appeal = file.data["appeal"]
    if not isinstance(appeal["amount"], int) or appeal["amount"] < 1 or appeal["unit"] not in UNITS:
        raise file.fault("要写 amount（正整数）和 unit（calendar_days、working_days）", "appeal")
    if FREE not in file.data["degrees"]:
        raise file.fault(f"要有 {FREE} = 没有过错", "degrees")
    return AccountabilityTerms(
        basis=_cited(file.data["basis"]),
        appeal=_cited(appeal),
        appeal_amount=appeal["amount"],
        appeal_unit=cast("Unit", appeal["unit"]),
        **{
            part: {str(k): str(v) for k, v in file.data[part].items()}
            for part in ("sources", "degrees", "measures")
        },
    )


def _checked(file: PackFile, part: str, keys: tuple[str, ...]) -> None:
    table = file.data.get(part)
    if not isinstance(table, dict) or not table:
        raise file.fault(f"缺少 [{part}]")
    if missing := [key for key in keys if key not in table]:
        raise file.fault(f"缺少 {'、'.join(missing)}", part)


def _cited(given: Mapping[str, Any]) -> Cited:
    return Cited(str(given["law"]), str(given["article"]), str(given["quote"]), given["verified"] is True)
