"""Made-up firms with codes whose check digits are right; for the demo, drills, benchmarks and tests."""

from collections.abc import Iterator
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_FRONT: Final = "鑫盛源和泰兴宏顺安华丰嘉瑞祥恒益德隆"
_BACK: Final = "达通利润昌茂诚信佳美康福星辉海洋林峰"
_TRADES: Final = (
    ("餐饮店", "餐饮业", "C"),
    ("食品有限公司", "食品制造业", "B"),
    ("建材商行", "批发零售业", "A"),
    ("汽车维修部", "汽车修理业", "C"),
    ("建筑工程有限公司", "建筑业", "D"),
    ("超市", "批发零售业", "B"),
    ("物业服务有限公司", "物业管理", "B"),
)
HEADINGS: Final = ("名称", "统一社会信用代码", "类别", "行业", "风险等级", "乡镇街道", "地址", "状态")
_TOWNS: Final = ("垭口街道", "朱兰街道", "院岭街道", "寺坡街道", "尚店镇", "八台镇", "尹集镇", "枣林镇")


def credit_code(number: int, region: str = "410481") -> str:
    """Give the credit code of the n-th made-up firm of a region (n below 36**8)."""
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ORGANISATION, strict=True))
    organisation = body + "0123456789X"[-total % 11]
    start = f"91{region}{organisation}"
    checked = sum(_ALPHABET.index(char) * weight for char, weight in zip(start, _WEIGHTS, strict=True))
    return start + _ALPHABET[-checked % 31]


def firm(number: int, region: str = "410481", city: str = "舞钢市") -> list[str]:
    """Give the row of the n-th made-up firm, as HEADINGS names its cells."""
    trade, industry, risk = _TRADES[number % len(_TRADES)]
    name = f"{city}{_FRONT[number // 7 % len(_FRONT)]}{_BACK[number // 131 % len(_BACK)]}{number}号{trade}"
    town = _TOWNS[number // 3 % len(_TOWNS)]
    kind = "企业" if "公司" in trade else "个体工商户"
    state = "存续" if number % 23 else "注销"
    return [
        name,
        credit_code(number, region),
        kind,
        industry,
        risk,
        town,
        f"{city}{town}{number % 300 + 1}号",
        state,
    ]


def firms(count: int, region: str = "410481") -> Iterator[tuple[int, list[str]]]:
    """Give line and cells of so many firms, as a file would."""
    return ((number + 1, firm(number, region)) for number in range(1, count + 1))
