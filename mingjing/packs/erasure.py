"""When content may be destroyed: grounds and years of keeping as a pack lists them; nothing is destroyed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mingjing.packs.source import PackFile

FILE: Final = "cn/erasure.toml"
UNITS: Final = frozenset({"case", "evidence"})


@dataclass(frozen=True, slots=True)
class Ground:
    """One lawful reason to destroy content, and of what."""

    code: str
    title: str
    basis: str
    units: frozenset[str]
    after_retention: bool


@dataclass(frozen=True, slots=True)
class ErasureLaw:
    """The grounds by code, and the years that each period of keeping lasts; 0: for ever."""

    grounds: Mapping[str, Ground]
    years: Mapping[str, int]


def load_erasure_law(lawpacks: Path) -> ErasureLaw:
    """Read the list. Raises PackError, naming file and line, for a faulty one."""
    file = PackFile.read(lawpacks / FILE, FILE)
    grounds: dict[str, Ground] = {}
    for number, entry in enumerate(_entries(file, "ground")):
        try:
            ground = Ground(
                str(entry["code"]),
                str(entry["title"]),
                str(entry["basis"]),
                frozenset(entry["units"]),
                bool(entry["after_retention"]),
            )
        except (KeyError, TypeError):
            raise file.fault(
                "每个事由须有 code、title、basis、units、after_retention", "ground", number
            ) from None
        if not ground.units or ground.units - UNITS:
            raise file.fault("units 只能是 case、evidence", "ground", number)
        grounds[ground.code] = ground
    years = {str(entry.get("code")): entry.get("years") for entry in _entries(file, "retention")}
    if not all(isinstance(count, int) and count >= 0 for count in years.values()):
        raise file.fault("years 须为不小于 0 的整数", "retention")
    return ErasureLaw(grounds, {code: int(count or 0) for code, count in years.items()})


def _entries(file: PackFile, name: str) -> list[dict[str, Any]]:
    entries = file.data.get(name)
    if not isinstance(entries, list) or not entries:
        raise file.fault(f"缺少 [[{name}]]", name)
    return entries
