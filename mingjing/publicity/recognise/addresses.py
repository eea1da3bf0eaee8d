"""Where people live, in running text: what stands behind a word for home, and flats and farms by their own form."""

import re
from collections.abc import Iterator
from typing import Final

_DIGITS: Final = r"[0-9一二三四五六七八九十百]"
_HOME: Final = re.compile(
    r"(?<!务)(?:家庭住址|家庭地址|住址|现住址|身份证地址|现居|现住|暂住(?:于|在|地)?|租住(?:于|在|地)?|同住于|家住|居住(?:地址?|于|在)|"
    r"户籍(?:所在)?地(?:址)?|户籍在|户口(?:所在地|在)|老家(?:在)?|(?:收件|收货|回复|通讯|通信|邮寄|联系|送达)地址|收件信息|家(?:中)?位于|(?:邮寄|寄送|寄|送|搬|退回)[至到往]|寄(?=[\u4e00-\u9fff]{2,12}?[省市县区旗])|(?:房产|房屋|住房|住处|住宅)(?:位于|坐落于|在)|家在|老家在|租房于|"
    r"住(?:于|在)|住(?=[\u4e00-\u9fff]{2,12}?[省市县区旗乡镇村]))"
    r"(?![）)])[^\S\n]*[：:为是]?[^\S\n]*(?=[\u4e00-\u9fffA-Za-z0-9])"
)
# The forms ask 住所（住址） of firms and people alike: who has a sex and an age lives there.
_SEAT: Final = re.compile(r"住所(?:[（(]住址[）)])?[^\S\n]*[：:][^\S\n]*")
_PERSON: Final = re.compile(r"性别|年龄|民族|[，,]\s*[男女]\s*[，,]")
_BUSINESS: Final = re.compile(r"信用代码|注册号|营业执照|字号|经营者")
# A place that what follows calls somebody's home.
_LIVED_IN: Final = re.compile(
    r"(?:位于|坐落于|在)(?P<place>[\u4e00-\u9fffA-Za-z0-9#－—-]{4,60}?)的(?:住宅|住处|住房|家中|家里|家|租住|出租屋|出租房|宿舍|居所|自建房|民房)"
)
_RUN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9#－—-]{3,80}")
# The last word of an address: where a sentence runs on without a stop, it is hidden up to there.
_LAST: Final = re.compile(
    rf"(?:{_DIGITS}{{1,5}}(?:号(?:院|楼|附{_DIGITS}+)?|栋|幢|座|排|舍|楼|层|单元|室|户|房|寝室|组|队|弄|村)?"
    r"|[东西南北]侧|对面|附近|旁边?|隔壁|村|庄|屯|嘎查|社区|小区|花园|公寓|宿舍|家属院|街道|路|街|巷|乡|镇)"
)
_UP_TO_UNIT: Final = (
    r"(?:号楼|栋|幢|座|排|舍|楼|宿舍|公寓)"
    r"[0-9A-Za-z一二三四五六七八九十]{0,3}(?:号楼|排|栋|幢)?[0-9]{0,3}(?:单元)?[0-9]{0,2}(?:层)?[0-9]{1,5}(?:室|户|号|寝室)?"
)
_FLAT: Final = re.compile(
    rf"[\u4e00-\u9fff]{{2,40}}?(?:{_DIGITS}{{1,5}}(?:号院?|弄)?[0-9A-Za-z一二三四五六七八九十]{{0,4}}|(?<=厂)|(?<=学)|(?<=院)|(?<=学生))"
    rf"{_UP_TO_UNIT}"
)
_GROUP: Final = re.compile(
    r"[\u4e00-\u9fff]{2,20}?[县市区旗][\u4e00-\u9fff]{2,12}?(?:[乡镇]|街道)[\u4e00-\u9fff]{1,10}?(?:村|社区|嘎查)(?:委会)?"
    r"(?:[\u4e00-\u9fff]{1,4}?[0-9]{1,4}号|[0-9一二三四五六七八九十]{1,3}(?:组|队|社)(?:[0-9]{1,4}号)?|[0-9]{1,4}号)"
)
_WHERE: Final = re.compile(r"[在于至到从住]")
_CLAUSE: Final = re.compile(r"[，,。；;：:、（(）)\s“”《》]")
# Premises of a firm are public: the same numbers behind these words are no home.
_PREMISES: Final = re.compile(
    r"(?:经营场所|营业场所|注册地址|经营地址|厂址|办公地址|办公地点|住所[（(]住址[）)]|住所)[^\S\n]*[：:为在]?[^\S\n]*$"
)
_FIRM: Final = re.compile(r"公司|经营部|商行|门市部|事务所|诊所|写字楼|商务|大厦|商业街|厂房|商场|市场内")
LONGEST: Final = 40
# A clause that is an address from its county on: a home where a person's name or number is the clause beside it.
_CLAUSE_ADDRESS: Final = re.compile(
    r"(?<![\u4e00-\u9fff0-9A-Za-z])(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|州|盟))?[\u4e00-\u9fff]{1,8}?[省市县区旗][\u4e00-\u9fff]{1,20}"
    rf"[0-9A-Za-z\u4e00-\u9fff#－—-]{{0,30}}?(?:{_DIGITS}{{1,5}}(?:号|室|户|栋|幢|楼|寝室|组|房)?|[东西南北]侧|对面|附近|村|小区|公寓)(?![\u4e00-\u9fff0-9A-Za-z])"
)
_APART: Final = re.compile(r"[，,、；;：:（(）)\s]{1,4}")


def beside(text: str, personal: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the addresses that stand as a clause beside the name or the number of a person."""
    starts, ends = {start for start, _ in personal}, {end for _, end in personal}
    for match in _CLAUSE_ADDRESS.finditer(text):
        if _HOME.search(match[0]) or _PREMISES.search(match[0][:8]):
            continue  # told by its own word, or public
        after = _APART.match(text, match.end())
        before = (size for size in (1, 2, 3) if _APART.fullmatch(text, match.start() - size, match.start()))
        if (after and after.end() in starts) or any(match.start() - size in ends for size in before):
            yield match.span()


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Give every place where somebody's home is told."""
    told: list[tuple[int, int]] = []
    homes = [
        *_HOME.finditer(text),
        *(_SEAT.finditer(text) if _PERSON.search(text) and not _BUSINESS.search(text) else ()),
    ]
    for match in homes:
        if run := _RUN.match(text, match.end()):
            told.append((run.start(), _end(text, run)))
    told += [match.span("place") for match in _LIVED_IN.finditer(text)]
    yield from told
    for pattern in (_FLAT, _GROUP):
        for match in pattern.finditer(text):
            start = _start(text, match)
            start = next((first for first, last in told if start < first < match.end()), start)
            if not _PREMISES.search(text[max(0, start - 12) : start]) and not _FIRM.search(
                text[start : match.end()]
            ):
                yield start, match.end()


def _end(text: str, run: re.Match[str]) -> int:
    last = [match.end() for match in _LAST.finditer(text, run.start(), min(run.end(), run.start() + 60))]
    return last[-1] if last else min(run.end(), run.start() + LONGEST)


def _start(text: str, match: re.Match[str]) -> int:
    """Give where the address begins: its clause, or the word within it that says where."""
    before = [cut.end() for cut in _CLAUSE.finditer(text, 0, match.start())]
    start = before[-1] if before and match.start() - before[-1] < 6 else match.start()
    where = [word.end() for word in _WHERE.finditer(text, start, match.end() - 6)]
    return where[-1] if where else start
