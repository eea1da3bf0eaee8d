"""The demo's register of objects: some hundred made-up firms of all classes, and places without a code; once."""

from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.firms import HEADINGS, firm
from mingjing.inspections.register.importing import take_objects
from mingjing.inspections.register.selection import Selection, count_of
from mingjing.personnel.selectors import agency

FIRMS: Final = 360
FULL: Final = (*HEADINGS, "信用等级", "法定代表人", "许可")
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = ("建军", "丽华", "志远", "秀英", "海波", "晓东", "国强", "玉兰", "文博")
_CREDIT: Final = ("A", "B", "A", "C", "B", "A", "D")
# One head has the name of an officer: the list of inspectors asks whether it is the same person.
_NAMESAKE: Final = 57
_PLACES: Final = (
    ("舞钢市垭口农贸市场", "SC-410481-001", "集贸市场", "C", "垭口街道"),
    ("舞钢市朱兰夜市", "SC-410481-002", "集贸市场", "D", "朱兰街道"),
    ("舞钢市石漫滩停车场", "TC-410481-001", "公共停车场", "B", "寺坡街道"),
    ("舞钢市尹集镇建筑垃圾消纳场", "XN-410481-001", "建筑垃圾处置", "D", "尹集镇"),
    ("舞钢市院岭街道垃圾中转站", "ZZ-410481-001", "环境卫生", "A", "院岭街道"),
)


def fill_register() -> None:
    """Take the objects in, unless the register has any."""
    region = agency(BUREAU).region
    if not count_of(Selection(region)):
        take_objects(region=region, headings=FULL, rows=_rows(region), at=timezone.now())


def _rows(region: str) -> Iterator[tuple[int, list[str]]]:
    for number in range(1, FIRMS + 1):
        cells = firm(number, region)
        licence = f"食品经营许可证 JY2{region}{number:06}" if "餐饮" in cells[3] else ""
        yield number + 1, [*cells, _CREDIT[number % len(_CREDIT)], _head(number), licence]
    for line, (name, code, industry, risk, town) in enumerate(_PLACES, FIRMS + 2):
        yield line, [name, code, "场所", industry, risk, town, f"舞钢市{town}", "存续", "", "", ""]


def _head(number: int) -> str:
    if number == _NAMESAKE:
        return "李秀梅"
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // 3 % len(_GIVEN)]
