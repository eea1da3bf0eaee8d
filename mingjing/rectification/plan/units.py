"""Units in the words of a plan: lists after a label, and the units that a sentence orders to act. Pure text."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SUFFIX: Final = (
    "部门|机关|机构|科室|股室|处室|中队|大队|支队|乡镇|街道|办事处|办公室|委员会|领导小组|工作组|工作专班|专班|指挥部|单位|监管所|派出所|"
    "司法局|政府|管理局|县局|市局|本局|分局|组织|公司|企业"
)
_SHORT: Final = "[一-鿿]{2,10}?(?:科|股|局|委|办|处|所|队|中心)"
_AREAS: Final = r"各(?:县（?市、区）?|县[（(]市、区[)）]|县区|区县|乡镇街道|镇街|地区|地|镇|乡|村|县|区)"
_ONE: Final = (
    rf"(?:{_AREAS}(?![一-鿿]{{0,3}}(?:{_SUFFIX}))"
    rf"|(?:各|全|县直|市直)?[一-鿿“”]{{0,20}}?(?:{_SUFFIX})|{_SHORT})"
)
_PERSON: Final = "(?:[一-鿿]{0,6}(?:责任人|负责人|负责同志|人员))"
# Between signs only: a 和 may be part of a name (住房和城乡建设局), so it is looked at afterwards.
_LIST: Final = rf"{_ONE}(?:、(?:{_ONE}|{_PERSON})){{0,7}}等?"
_START: Final = r"(?:^|(?<=[。；;，,：:（(\n]))[ \t\u3000]*"
_MUST: Final = r"(?:应当|应(?!用|急|对)|必须|要(?!求|点|素|件|闻))"
_ORDERED: Final = (
    rf"(?:均|都|也)?(?:{_MUST}|须|(?:按[^。；;，,]{{0,10}})?(?:分别)?负责(?!人|同志)|每(?:月|季度|半年|年)|适时|定期"
    r"|全面统筹|统筹|将督查|将(?=对|各))"
)
# Between the unit and the order may stand the occasion (各部门在检查中，应当) or the object (承办机构对真实性负责).
_OCCASION: Final = r"(?:在|根据|按照?|依据|结合|完成|作出|对|收到|发现)[^。；;，,]{1,60}"
_OBJECT: Final = r"对[^。；;]{1,80}?(?<![科股局委办处所队室组门])负责(?!人|同志)"
_SUBJECT: Final = re.compile(
    rf"{_START}由?(?P<units>{_LIST})(?:{_ORDERED}|{_OCCASION}?(?<!人员)(?<!人)[，,]?{_MUST}|{_OBJECT})"
)
_BY: Final = re.compile(rf"由(?P<units>{_LIST})(?:具体)?(?:负责|组织实施|统筹|实施|落实|办理)")
_HELPS: Final = re.compile(rf"{_START}(?P<units>{_LIST})(?:积极)?(?:配合|参与|协助)")
_LEADS: Final = re.compile(rf"{_START}由?(?P<units>{_LIST})(?:发挥)?(?:牵头|会同(?P<others>{_LIST}))")
_FOUNDED: Final = re.compile(
    r"成立(?P<body>[^。；;]{0,80}?(?:领导小组|工作组|专班|指挥部))[，,]"
    r"(?:并?(?:下)?设(?:立)?(?P<office>办公室)(?:[(（](?:以下)?简称[“\"]?(?P<short>[一-鿿]{2,12})[”\"]?[)）])?[，,])?负责"
)
_SEATED: Final = re.compile(
    r"(?P<office>[一-鿿]{0,20}办公室)设(?:立)?(?:在|于)?(?P<host>[一-鿿]{2,16})(?=[，,。；;])"
)
# What stands where a unit would and is none: a person, a system, "where it must".
_NONE: Final = re.compile(
    r"人员|责任人|负责人|负责同志|当事人|平台|需要|文书|按照|根据|过程|活动|对|依法|方案|^(?:因|使|让|为|向|从|与|其)"
)
_SPLIT: Final = re.compile(
    r"(?<![（(]市)[、，,；;\s]+|(?<=[科股局委办处所队室门])[和及与](?=[一-鿿]{1,14}[科股局委办处所队室门](?:$|[、，,；;\s]))"
)
_DOES: Final = re.compile(
    r"(?:按[^、]{0,10})?(?:分别|各自)?(?:负责|牵头|配合|落实)$|等(?:有关|相关)?(?:部门|单位)?$"
)
_AND: Final = re.compile(rf"(?:{'|'.join(f'(?<={one})' for one in _SUFFIX.split('|'))})[和及与]")


def labelled_units(leading: Iterable[str], responsible: Iterable[str]) -> tuple[list[str], list[str]]:
    """Give the units that stand after labels; one that is said to lead within 责任单位 leads."""
    leads = [one for value in leading for one in _listed(value)]
    others: list[str] = []
    for one in (one for value in responsible for one in _listed(value)):
        (leads if one.endswith("牵头") else others).append(one)
    bare = [list(dict.fromkeys(_DOES.sub("", one) for one in units)) for units in (leads, others)]
    return bare[0], [one for one in bare[1] if one not in bare[0]]


def _listed(value: str) -> list[str]:
    return [one for one in (part.strip("。.．:： ") for part in _SPLIT.split(value)) if _DOES.sub("", one)]


def ordered_units(words: str) -> tuple[list[str], list[str]]:
    """Give the units that lead and those that sentences order to act (各乡镇、各部门要 …), each once."""
    leading = _once(one["units"] for one in _LEADS.finditer(words))
    acting = _once(units for _, units in sorted(_acting(words), key=lambda one: one[0]))
    return leading, [one for one in acting if one not in leading]


def _acting(words: str) -> Iterator[tuple[int, str]]:
    for pattern in (_SUBJECT, _BY, _HELPS):
        yield from ((one.start(), one["units"]) for one in pattern.finditer(words))
    yield from ((one.start(), one["others"]) for one in _LEADS.finditer(words) if one["others"])
    for one in _FOUNDED.finditer(words):
        yield one.start(), re.split(r"成员的|组成的", one["body"])[-1]
        if one["office"]:
            yield one.start("office"), one["short"] or one["office"]
    for one in _SEATED.finditer(words):
        yield one.start(), one["office"]
        yield one.start("host"), one["host"]


def _once(lists: Iterable[str]) -> list[str]:
    units = (part.removesuffix("等") for each in lists for part in _AND.sub("、", each).split("、"))
    return list(dict.fromkeys(unit for unit in units if unit and not _NONE.search(unit)))
