"""Units in the words of a plan: lists after a label, and the unit that a sentence orders. Pure text."""

import re
from collections.abc import Iterable
from typing import Final

_SUFFIX: Final = (
    "部门|机关|机构|科室|股室|中队|大队|乡镇|街道|办公室|领导小组|工作组|工作专班|单位|监管所|派出所|司法局|政府|"
    "管理局|县局|市局|本局|组织"
)
_SHORT: Final = "[一-鿿]{2,10}(?:科|股|局|委|办|处|所|队|中心)"
_ONE: Final = rf"(?:(?:各|全|县直|市直)?[一-鿿“”]{{0,16}}?(?:{_SUFFIX})|各[一-鿿]{{1,6}}|{_SHORT})"
_LIST: Final = rf"{_ONE}(?:[、和及]{_ONE}|等){{0,5}}"
_ORDERED: Final = (
    r"(?:均|都|也)?(?:要|应当|应(?!用|急|对)|必须|须|负责(?!人)|每月|全面统筹|适时开展|将督查|将(?=对|各))"
)
_SUBJECT: Final = re.compile(rf"(?:^|(?<=[。；;，,：:]))[ \t\u3000]*(?P<units>{_LIST})(?P<said>{_ORDERED})")
_LEADS: Final = re.compile(rf"(?:^|(?<=[。；;，,：:]))由?(?P<units>{_SHORT}|{_ONE})(?:发挥)?牵头")
# What stands where a unit would and is none: a person, a system, "where it must".
_NONE: Final = re.compile(r"人员|负责人|负责同志|当事人|平台|需要|文书|按照|根据|过程|活动|对|依法|方案")
_SPLIT: Final = re.compile(r"[、，,；;\s]+")


def split_units(value: str) -> list[str]:
    """Give the units of a list as it stands after a label."""
    return [one for one in (part.strip("。.．:： ") for part in _SPLIT.split(value)) if one]


def ordered_units(words: str) -> tuple[list[str], list[str]]:
    """Give the units that lead and those that sentences order to act (各乡镇、各部门要 …), each once."""
    leading = [one["units"] for one in _LEADS.finditer(words)]
    acting = [one["units"] for one in _SUBJECT.finditer(words) if not _NONE.search(one["units"])]
    return _once(leading), [one for one in _once(acting) if one not in leading]


def _once(units: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(unit for each in units for unit in split_units(each)))
