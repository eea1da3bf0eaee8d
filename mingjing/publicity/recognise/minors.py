"""Children in running text: whom a stated age, a date of birth, a school or a word shows to be under age."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from mingjing.packs.ages import Age, ages

_CHILD: Final = re.compile(
    r"未成年(?!人保护)(?:人|的?(?:女儿|儿子|子女|孩子|学生))?|[未不]满(?P<under>十[一二三四五六七八九]?|[0-9]{1,2})周?岁"
    r"|(?:现年|年仅|年龄)?(?<![0-9])(?P<age>[0-9]{1,2})周?岁|儿童|幼儿|婴儿|男童|女童|小学生|初中生|高中生|中学生"
    r"|(?:小学|初中|初|高)[一二三四五六](?:年级)?|[一二三四五六七八九]年级"
)
_BORN: Final = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?(?:出?生|生人)")
_SCHOOL: Final = re.compile(
    r"(?:就读于|就读|系|在|是)?(?P<school>(?:(?!系|某|就读|后被|被告|在|于)[\u4e00-\u9fff]){2,14}?(?:小学|中学|幼儿园|实验学校|职高|初级中学|学校)"
    r"(?:[一二三四五六七八九初高]{1,2}年?级?)?(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）)]?班)?)"
)
_UNITS: Final = "零一二三四五六七八九"
_NEAR: Final = 12  # how far from a name what is said of it stands
_STOPS: Final = re.compile(r"[。；;\n]")


def signs(text: str, on: date) -> list[tuple[int, int]]:
    """Give the places that say that somebody is under age on this day."""
    majority = ages().majority
    found = [match.span() for match in _CHILD.finditer(text) if _says_so(match, majority.years)]
    return found + [match.span() for match in _BORN.finditer(text) if _born_late(match, on, majority)]


def _says_so(match: re.Match[str], majority: int) -> bool:
    """Say whether a stated age is a child's: 十七岁 is, 未满十八岁 is, 十八岁 is not; a word needs no figure."""
    if under := match["under"]:
        return (int(under) if under.isdecimal() else 10 + _UNITS.index(under[1:] or "零")) <= majority
    return match["age"] is None or int(match["age"]) < majority


def _born_late(match: re.Match[str], on: date, majority: Age) -> bool:
    """Say whether somebody born then is under age; what is not told of the date is taken in the child's favour."""
    month, day = int(match[2] or 12), int(match[3] or 28)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    return majority.below_parts((int(match[1]), month, day), on)


def minors(text: str, people: list[tuple[int, int]], on: date) -> Iterator[tuple[int, int]]:
    """Give the names of those under age, and what else shows who they are: date of birth, age, school."""
    children: set[str] = set()
    for start, end in signs(text, on):
        near = [one for one in people if _beside(text, one, start, end)]
        if near:
            closest = min(near, key=lambda one: min(abs(start - one[1]), abs(one[0] - end)))
            children.add(text[slice(*closest)])
        if near and _telling(text[start:end]):
            yield start, end
        if near or _telling(text[start:end]):
            yield from _schools(text, start, end)
    for name in children:
        yield from ((at.start(), at.end()) for at in re.finditer(re.escape(name), text))


def _telling(sign: str) -> bool:
    """Say whether a sign helps to find the child: an age or a date does, that somebody is a child does not."""
    return re.search(r"[0-9十]|年级|[小初高][一二三四五六]", sign) is not None


def _beside(text: str, person: tuple[int, int], start: int, end: int) -> bool:
    first, last = (person[1], start) if person[1] <= start else (end, person[0])
    return 0 <= last - first <= _NEAR and not _STOPS.search(text[first:last])


def _schools(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the schools named in the same sentence."""
    first = max((stop.end() for stop in _STOPS.finditer(text, 0, start)), default=0)
    last = next((stop.start() for stop in _STOPS.finditer(text, end)), len(text))
    yield from (match.span("school") for match in _SCHOOL.finditer(text, first, last))
