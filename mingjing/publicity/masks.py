"""How a value looks once it is masked: a name keeps its surname, an address its county, a number nothing; pure."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from mingjing.publicity.recognise.surnames import COMPOUND_SURNAMES

HIDDEN: Final = "***"

_SPACES: Final = re.compile(r"\s+")
_BETWEEN_NAMES: Final = re.compile(r"([、，,；;/])")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# Down to the county: province, then city, then county; 社区, 小区 and the like are no counties.
_COUNTY: Final = re.compile(
    r"^\s*((?:中国)?(?:[\u4e00-\u9fff]{2,6}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{1,6}?(?:自治州|地区|盟|市(?![场政民区])))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:自治县|自治旗|林区|特区|县|旗|市(?![场政民])|(?<![社小园街校厂景库矿住])区))?)"
)


def mask_name(name: str) -> str:
    """Give the surname and 某 for what follows; several names in one value are masked one by one."""
    parts = _BETWEEN_NAMES.split(name)
    return "".join(part if _BETWEEN_NAMES.fullmatch(part) else _one_name(part) for part in parts)


def mask_given_name(name: str) -> str:
    """Give the surname and a star, so that not even the length is told; several names are masked one by one."""
    parts = _BETWEEN_NAMES.split(name)
    return "".join(part if _BETWEEN_NAMES.fullmatch(part) else _surname_alone(part) for part in parts)


def _surname_alone(name: str) -> str:
    masked = _one_name(name)
    return f"{masked.rstrip('某*')}*" if masked else ""


def _one_name(name: str) -> str:
    bare = _SPACES.sub("", name)
    if len(bare) < 2:
        return "某" if bare else ""
    if not _HAN.match(bare):
        return f"{bare[0]}{HIDDEN}"
    surname = next(
        (known for known in COMPOUND_SURNAMES if bare.startswith(known) and len(bare) > 2), bare[0]
    )
    return surname + ("某" if len(bare) - len(surname) == 1 else "某某")


def mask_address(address: str) -> str:
    """Give the address down to its county; where none can be read, nothing of it."""
    county = match[1] if (match := _COUNTY.match(address)) else ""
    return f"{county}{HIDDEN}" if county and county != address.strip() else HIDDEN


def mask_plate(plate: str) -> str:
    """Give a number plate without its two middle characters, and nothing of it where it is too short for that."""
    bare = re.sub(r"[\s·•.-]", "", plate)
    return f"{bare[:3]}**{bare[5:]}" if len(bare) >= 7 else HIDDEN


def hide(value: str) -> str:
    """Give nothing of the value, not even its length."""
    return HIDDEN if value else ""


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": mask_name,
    "address": mask_address,
    "plate": mask_plate,
    "id": hide,
    "phone": hide,
    "account": hide,
    "contact": hide,
    "minor": hide,
    "all": hide,
}
