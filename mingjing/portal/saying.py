"""What the record says in set words, days and amounts, said in the language of the page; names stay as they are."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from mingjing.kit.clock import chinese_date
from mingjing.portal.addresses import chinese

MONTHS: Final = tuple(date(2000, number, 1).strftime("%B") for number in range(1, 13))
ONE_DAY: Final = r"\d{4}年(?:0?[1-9]|1[0-2])月\d{1,2}日"
DAY: Final = re.compile(rf"({ONE_DAY})(?: (\d\d:\d\d))?")
SPAN: Final = re.compile(rf"({ONE_DAY})至({ONE_DAY})")
DUE: Final = re.compile(rf"结果应于({ONE_DAY})前公布(，已超过期限)?")
ARTICLE: Final = re.compile(r"第(\d+)条")
CLASS: Final = re.compile(r"([A-Z])类")
AMOUNT: Final = re.compile(r"(-?[\d,]+(?:\.\d+)?)(元|万元|日|次|件|人|平方米|倍)")
RANGE: Final = re.compile(r"([\d,]+(?:\.\d+)?)至([\d,]+(?:\.\d+)?(?:元|万元|日|倍|%))")
# What a title adds to a word that is known by itself.
TITLES: Final = (
    (re.compile("(?P<name>.+)：法制审核流程图"), gettext_noop("{name}：法制审核流程图")),
    (re.compile("(?P<name>.+)服务指南"), gettext_noop("{name}服务指南")),
    (re.compile("(?P<name>.+)流程图"), gettext_noop("{name}流程图")),
    (re.compile(r"(?P<year>\d{4})年(?P<name>.+)"), gettext_noop("{year}年{name}")),
)
# What a title adds to a name, which stays as it is.
ABOUT: Final = (
    (re.compile("(?P<record>.+)执法人员"), gettext_noop("{record}执法人员")),
    (
        re.compile(r"(?P<record>\D+)(?P<year>\d{4})年(?P<month>0?[1-9]|1[0-2])月行政执法统计月报"),
        gettext_noop("{record}{year}年{month}月行政执法统计月报"),
    ),
    (
        re.compile(r"(?P<record>\D+)(?P<year>\d{4})年度?行政执法统计年报"),
        gettext_noop("{record}{year}年行政执法统计年报"),
    ),
)
Piece = tuple[str, bool]  # a text, and whether it is the record's own and stays Chinese


def pieces(text: str) -> list[Piece]:
    """Cut a text of the record into what is said in the language of the page and what stays as it is written."""
    if chinese() or not text:
        return [(text, True)]
    if (known := said(text)) is not None:
        return [(known, False)]
    for pattern, form in ABOUT:
        if found := pattern.fullmatch(text):
            return list(_about(form, found.groupdict()))
    for mark, between in (("：", gettext("：")), (" ", " ")):
        head, _, rest = text.partition(mark)
        if rest and (known := said(head)) is not None:
            return [(f"{known}{between}", False), *pieces(rest)]
    return [(text, True)]


def said(text: str) -> str | None:
    """Give a word, a list of words, a day or an amount in the language of the page; None for anything else."""
    if (known := gettext(text)) != text:
        return known
    return _day(text) or _amount(text) or _range(text) or _several(text) or _title(text)


def written(value: date) -> str:
    """Write a day in the language being spoken."""
    return chinese_date(value) if chinese() else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def day(text: str) -> str:
    """Write a day that the record gives as 2026年3月5日."""
    year, month, number = (int(part) for part in re.findall(r"\d+", text))
    return f"{number} {MONTHS[month - 1]} {year}"


def _day(text: str) -> str | None:
    if found := DAY.fullmatch(text):
        return day(found[1]) + (f", {found[2]}" if found[2] else "")
    if found := SPAN.fullmatch(text):
        return gettext("{since}至{until}").format(since=day(found[1]), until=day(found[2]))
    if found := DUE.fullmatch(text):
        late = gettext("，已超过期限") if found[2] else ""
        return gettext("结果应于{day}前公布").format(day=day(found[1])) + late
    return None


def _amount(text: str) -> str | None:
    if found := ARTICLE.fullmatch(text):
        return gettext("第{number}条").format(number=found[1])
    if found := CLASS.fullmatch(text):
        return gettext("{letter}类").format(letter=found[1])
    found = AMOUNT.fullmatch(text)
    if found is None:
        return None
    n, one = found[1], 1 if found[1] == "1" else 2
    forms = {
        "元": ngettext("{n}元", "{n}元", one),
        "万元": ngettext("{n}万元", "{n}万元", one),
        "日": ngettext("{n}日", "{n}日", one),
        "次": ngettext("{n}次", "{n}次", one),
        "件": ngettext("{n}件", "{n}件", one),
        "人": ngettext("{n}人", "{n}人", one),
        "平方米": ngettext("{n}平方米", "{n}平方米", one),
        "倍": ngettext("{n}倍", "{n}倍", one),
    }
    return forms[found[2]].format(n=n)


def _range(text: str) -> str | None:
    if (found := RANGE.fullmatch(text)) is None:
        return None
    return gettext("{since}至{until}").format(since=found[1], until=_amount(found[2]) or found[2])


def _several(text: str) -> str | None:
    """Several words in a row, or a word with its amount, each of them known."""
    for mark, between in (
        ("；", gettext("；")),
        ("、", gettext("、")),
        ("或者", gettext("或者")),
        (" ", " "),
    ):
        parts = text.split(mark)
        if len(parts) > 1:
            told = [said(part) for part in parts if part]
            return between.join(one for one in told if one) if all(told) else None
    return None


def _title(text: str) -> str | None:
    for pattern, form in TITLES:
        if found := pattern.fullmatch(text):
            known = said(found["name"])
            return gettext(form).format(**{**found.groupdict(), "name": known}) if known else None
    return None


def _about(form: str, found: dict[str, str]) -> Iterator[Piece]:
    told = {name: value for name, value in found.items() if name != "record"}
    if "month" in told:
        told["month"] = MONTHS[int(told["month"]) - 1]
    before, _, after = gettext(form).partition("{record}")
    for text, own in ((before, False), (found["record"], True), (after, False)):
        if text:
            yield (text if own else text.format(**told)), own
