"""Names of natural persons in Chinese text, found by what surrounds them; pure, and never a dictionary of people."""

import re
from collections.abc import Iterator
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游"
    "阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来苟全褚廉"
    "简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗"
    "匡宗应台巫鞠桑荆谌银扬明沙伏岑习胥保和蔺闫付代樵逯麻寇候"
)
COMPOUND_SURNAMES: Final = (
    *("欧阳", "司马", "诸葛", "上官", "司徒", "东方", "尉迟", "公孙", "皇甫", "慕容", "令狐", "夏侯", "长孙"),
    *("宇文", "轩辕", "端木", "南宫", "西门", "独孤", "拓跋", "呼延", "太史", "申屠", "公冶", "澹台", "东郭"),
)

# What stands before a name: the part somebody has in the case. Officers are not here: their names are public.
_PARTS: Final = (
    "当事人|被处罚人|受送达人|经营者姓名|经营者|投资人|合伙人|法定代表人(?:[（(]负责人[）)])?|现场负责人|场所负责人|主要负责人|负责人"
    "|委托代理人|代理人|被询问人|询问对象|证人|见证人|证明|姓名|俗名|本名|曾用名|联系人|签署人|投诉人|举报人|反映人|购买人|消费者"
    "|乘客|驾驶员|司机|押运员|车主|机主|店主|房主|业主|承租人|出租人|户主|墓主|家属|配偶|之妻|之夫|之子|之女|女儿|儿子|妻子|丈夫"
    "|父亲|母亲|邻居|受害人|被侵害人|总经理|副总经理|经理|生产主管|主管|厂长|董事长|理事长|秘书长|监事|出纳|会计|店长|员工|职工|工人"
    "|从业人员|村民|居民|业务员|收银员|为"
)
# What often follows a name at once and is no part of one.
_NOT_IN_NAMES: Final = (
    "的在于与和及等因接提拒驾将未已是系向对不有无持称到从经被给把自又再也均都则即就只曾该其此使通签承证反制擅依按"
    "所并或"
)
_HAN: Final = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_GIVEN: Final = rf"(?![{_NOT_IN_NAMES}])[\u4e00-\u9fff]"
_NAME: Final = (
    rf"(?:(?:{'|'.join(COMPOUND_SURNAMES)})(?:{_GIVEN}){{1,2}}|[{SURNAMES}](?:[^\S\n]*{_GIVEN}){{1,2}})"
)
_FOREIGN: Final = rf"(?:{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,8}})+|[A-Z][A-Za-z]+(?:[ ·•][A-Z][A-Za-z]+)+)"
_ACTS: Final = (
    "擅自|驾驶|承认|证实|反映|陈述|签字|签名|签收|拒绝|提供|称|供述|申辩|出具|到场|在场|经营|的身份证|的《|的询问|的陈述|等[0-9０-９]+名"
    "|（身份证|\\(身份证"
)
_BOUNDARY: Final = r"(?:^|(?<=[，,。；;：:、（(\s]))"
# After a part named with a colon the whole of the next word is the name, whatever it looks like.
_END: Final = r"(?=[\s，,。；;、（(）)]|$)"
_WHOLE: Final = rf"[{SURNAMES}](?:[^\S\n]*{_HAN}){{1,3}}{_END}"
_STATED: Final = re.compile(rf"(?:{_PARTS})[^\S\n]*[：:][^\S\n]*({_FOREIGN}|{_WHOLE}|{_NAME})")
_BESIDE: Final = re.compile(rf"(?:{_PARTS})({_FOREIGN}|{_NAME})")
_ACTING: Final = re.compile(rf"{_BOUNDARY}({_NAME})(?={_ACTS}|、{_NAME}等)")
_IN_BRACKETS: Final = re.compile(rf"(?:{_FOREIGN})[（(]({_NAME})[）)]")
_LISTED: Final = re.compile(rf"[、与和]({_NAME})(?=[、，,。；;等（(]|{_ACTS}|$)")
_ADDRESSED: Final = re.compile(rf"([{SURNAMES}]){'(?:女士|先生|某某|某)'}")
# An ending that shows a firm, a street or an office rather than a person.
_NO_PERSON: Final = re.compile(r"[路街巷店厂场馆局站村镇乡县市区省楼院校园会社部处所队组号记家户人员]$")
_FIRM_FOLLOWS: Final = re.compile(
    rf"{_HAN}{{0,12}}?(?:公司|集团|商行|超市|经营部|门市部|事务所|合作社|联合会|协会|酒店|饭店|加工厂|制品厂|药房|[店厂局会社院])"
)
_NO_NAMES: Final = frozenset(
    {
        "单位",
        "来电",
        "方面",
        "方式",
        "于是",
        "任何",
        "经营",
        "和解",
        "常见",
        "应当",
        "解释",
        "向来",
        "管理",
        "包括",
    }
)
_SPACES: Final = re.compile(r"\s+")


def named_persons(text: str) -> Iterator[tuple[int, int]]:
    """Give the places where the text names somebody by his part in the case; once found, a name is found everywhere."""
    found: set[str] = set()
    for pattern in (_STATED, _BESIDE, _ACTING, _IN_BRACKETS):
        for match in pattern.finditer(text):
            if _is_person(text, *match.span(1)):
                yield match.span(1)
                found.add(match[1])
                yield from _beside(text, match.end(1))
    for name in found:
        yield from ((at.start(), at.end()) for at in re.finditer(re.escape(name), text))
    for match in _ADDRESSED.finditer(text):
        if "某" not in match[0]:
            yield match.span()


def _beside(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Give the names listed directly after a name: 王磊、张伟等."""
    while match := _LISTED.match(text, end):
        if not _is_person(text, *match.span(1)):
            return
        yield match.span(1)
        end = match.end(1)


def _is_person(text: str, start: int, end: int) -> bool:
    name = _SPACES.sub("", text[start:end])
    if "某" in name or name in _NO_NAMES or text[start - 1 : start] in {"“", "《", "‘"}:
        return False
    if _NO_PERSON.search(name) and not re.match(r"[\s，,。；;、（(]|$", text[end : end + 1]):
        return False
    firm = _FIRM_FOLLOWS.match(text, end)
    return firm is None
