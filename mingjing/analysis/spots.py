"""Which roads, communities, villages, markets and public places the words of a place name; pure text.

What is not certain is not named: a place that is told in other ways stays without a spot, and is counted as such.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

ROAD, COMMUNITY, VILLAGE, MARKET, SITE, TOWN = "road", "community", "village", "market", "site", "town"
# What a place is counted as, the most telling first; a town only where nothing finer is named.
KINDS: Final = {
    MARKET: "市场商场",
    COMMUNITY: "社区小区",
    VILLAGE: "村",
    SITE: "公共场所、园区",
    ROAD: "道路",
    TOWN: "只写到乡镇街道",
}
LONGEST: Final = 60  # of one address

_WORD: Final = "[一-龥A-Z0-9]"
_SUFFIXES: Final = {
    TOWN: "街道办事处|街道办|街道|镇|乡",
    VILLAGE: "村民委员会|村委会|村|屯",
    COMMUNITY: r"社区|小区|家属院|花园|家园|公寓|苑(?=$|[|\d])",
    MARKET: "市场|商场|商城|购物中心|夜市",
    SITE: "广场|公园|景区|客运站|火车站|汽车站|高铁站|车站|医院|卫生院|小学|中学|大学|学院|学校|幼儿园|体育场|体育馆"
    "|产业园|工业园|物流园|园区|集聚区|工业区",
    ROAD: "大道|大街|国道|省道|县道|高速公路|高速|大桥|胡同|巷|街(?![道头边面舞坊])|路(?![边灯面牌基政由网肩])",
}
# A name goes on where one of these follows at once: 建设路 in 建设路社区 is no road, 学院 in 学院路 no college.
_MORE: Final = (
    "社区|小区|家属院|花园|市场|广场|公园|医院|小学|中学|学校|幼儿园|路(?!口)|大?街|巷|大道|胡同|村(?!口)|镇"
)
_SPOT: Final = re.compile(
    f"(?P<name>{_WORD}{{0,8}}?)(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _SUFFIXES.items())
    + f")(?!{_MORE})"
)
_POINT: Final = re.compile(r"东经\s*\d.*")
_REGIONS: Final = (
    re.compile(
        r"(?:[一-龥]{2,3}省|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|(?:北京|天津|上海|重庆)市)"
    ),
    re.compile(r"[^\W\d_路街道巷村镇乡号]{2,9}?(?:自治州|地区|(?<![超夜早菜])市(?![场政民委]))"),
    re.compile(
        r"[^\W\d_路街道巷村镇乡号]{2,9}?(?<![超夜早菜])市(?![场政民委])"
        r"|[^\W\d_路街道巷村镇乡号]{1,9}?(?:自治县|县|自治旗|旗|(?<![小社园校景厂矿库院片市城务])区)"
    ),
    re.compile(r"(?:城区|市区|辖区|境内)"),
)
_BREAKS: Final = re.compile(
    r"\([^()]*\)|[,.;:、。]|位于|地处|在|与|及|交叉路口|交叉口|交汇处|交汇口|交口|十字路口|丁字路口|三岔路口"
    r"|人行道|车行道|绿化带|门前|门口|门外|附近|对面|周边|旁边|[东西南北两一内外]侧|[东西南北中]段|路段|[以向][东西南北]"
    r"|院内|楼下|大门|[东西南北正侧]门(?!外?大?街|路|村|社区)|公司"
    r"|(?<=[路街道巷])和(?![平谐顺睦美兴义安祥信畅润泰])"
)
_NUMBER: Final = re.compile(r"\d+(?:-\d+)?(?:号院|号楼|号|弄|幢|栋)?(?:附\d+号)?")
_DOOR: Final = re.compile(r"\d+(?:-\d+)?号")
_CROSSING: Final = re.compile("交叉|交汇|交口")
_DIRECTIONS: Final = frozenset({"东", "西", "南", "北", "中", "前", "后", "东西", "南北"})
# There is hardly a second one in a county.
_ALONE: Final = frozenset(
    {"物流园", "产业园", "工业园", "火车站", "汽车站", "高铁站", "客运站", "体育场", "体育馆"}
)
_NAMELESS: Final = frozenset(
    {
        "",
        "农贸",
        "菜",
        "集贸",
        "批发",
        "综合",
        "便民",
        "本",
        "该",
        "某",
        "大",
        "小",
        "新",
        "老",
        "主",
        "辅",
        "支",
    }
    | {"马", "公", "铁", "土", "水泥", "柏油", "生产", "机耕", "人行", "车行", "乡", "村", "镇"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the words of a place name: spots in their order, what it is counted as, and its address ("" if vague)."""

    spots: tuple[str, ...]
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class _Spot:
    kind: str
    name: str
    start: int
    end: int


def read(words: str) -> Found:
    """Read a place. What stands before the county is left away; nothing is named that the words do not hold."""
    text = _without_region(_plain(words))
    spots = _spots(_BREAKS.sub(lambda found: "|" * len(found[0]), text))
    finer = [one for one in spots if one.kind != TOWN] or spots
    kind = next((kind for kind in KINDS if any(one.kind == kind for one in finer)), "")
    names = tuple(dict.fromkeys(one.name for one in finer))
    return Found(names, kind, _address(text, finer))


def _plain(words: str) -> str:
    """Write it in one way: no spaces, no point that a phone measured, figures as figures."""
    return _POINT.sub("", "".join(unicodedata.normalize("NFKC", words).upper().split()))


def _without_region(text: str) -> str:
    for region in _REGIONS:
        if found := region.match(text):
            text = text[found.end() :]
    return text


def _spots(text: str) -> list[_Spot]:
    """Walk from spot to spot; what cannot be read is left out up to the next break."""
    found: list[_Spot] = []
    at = 0
    while at < len(text):
        match = _SPOT.match(text, at)
        if match is None:
            number = _NUMBER.match(text, at)
            after = text.find("|", at)
            at = number.end() if number else (len(text) if after < 0 else after + 1)
            continue
        at = match.end()
        if (one := _named(match, found)) is not None:
            found.append(one)
    return found


def _named(match: re.Match[str], before: list[_Spot]) -> _Spot | None:
    """Give a spot by its name. Of those without one the name is that of the spot they stand at, if they do."""
    name, kind = match["name"], next(kind for kind in _SUFFIXES if match[kind])
    whole, start = match[0], match.start()
    if kind == TOWN and (cut := re.match(rf"{_WORD}+?[镇乡](?=街道)", whole)):
        whole = cut[0]
    if kind == ROAD and (name.endswith("道") or name.isdecimal()) and match[kind] == "路":
        return None
    joined = bool(before) and before[-1].end == start
    if name in _NAMELESS and whole not in _ALONE:
        if not joined or kind not in {MARKET, SITE}:
            return None
        whole, start = before[-1].name + whole, before[-1].start
    elif name in _DIRECTIONS and joined and before[-1].kind != ROAD:
        whole, start = before[-1].name + whole, before[-1].start
    return _Spot(kind, whole, start, match.end())


def _address(text: str, spots: list[_Spot]) -> str:
    """Give what is equal for two ways of writing one place: to the number, the crossing, the market, else all words."""
    for one in spots:
        if one.kind in {ROAD, COMMUNITY, VILLAGE} and (door := _DOOR.match(text, one.end)):
            return (one.name + door[0])[:LONGEST]
    roads = sorted({one.name for one in spots if one.kind == ROAD})
    if len(roads) > 1 and _CROSSING.search(text):
        return f"{'与'.join(roads)}交叉口"[:LONGEST]
    for one in spots:
        if one.kind in {MARKET, SITE}:
            return one.name[:LONGEST]
    told = re.sub(r"[\W_]", "", text)
    # A road or a village from end to end is no place that one comes back to.
    bare = len(spots) == 1 and told in {spots[0].name, text[spots[0].start : spots[0].end]}
    return "" if bare else told[:LONGEST]
