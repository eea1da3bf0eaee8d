"""Limits in the words of a plan: dates, standing duties, what recurs, terms that run from an event. No clock."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from mingjing.lawengine.calendar import UnknownYear, WorkCalendar


class Kind(StrEnum):
    """What sort of limit some words set."""

    DATE = "date"
    STANDING = "standing"
    SINCE = "since"  # begins on a day and does not end
    YEARLY = "yearly"
    MONTHLY = "monthly"
    OFTEN = "often"
    WITHIN = "within"  # so many days from an event
    ARRANGED = "arranged"  # by another's arrangement: no date can be known
    UNCLEAR = "unclear"  # stated as a limit, in words that are none of these (立行立改)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit with the words that set it; `day` for a date, the first day of a beginning."""

    kind: Kind
    words: str
    day: date | None = None
    month: int = 0
    month_day: int = 0

    @property
    def stands(self) -> bool:
        """Whether the duty never ends."""
        return self.kind in (Kind.STANDING, Kind.SINCE, Kind.YEARLY, Kind.MONTHLY, Kind.OFTEN)

    def as_json(self) -> dict[str, Any]:
        """The limit as `mingjing plan import --json` prints it."""
        return {
            "kind": self.kind.value,
            "words": self.words,
            "day": self.day.isoformat() if self.day else None,
        }


@dataclass(frozen=True, slots=True)
class Dated:
    """When the document was written: the day, or only its year, or neither."""

    day: date | None = None
    year: int | None = None


_B: Final = r"[ \t\u3000\n]{0,6}"  # pages and scans put blanks anywhere
_N: Final = r"[0-9一二三四五六七八九十两]"
_PART: Final = r"上旬|中旬|下旬|月?底|月?末|初"
_YMD: Final = re.compile(
    rf"(?:(?P<year>20\d\d|今|本|当|明){_B}年{_B})?(?P<month>1[0-2]|0?[1-9]){_B}月份?{_B}"
    rf"(?:(?P<day>3[01]|[12]\d|0?[1-9]){_B}[日号]|(?P<part>{_PART}))?"
)
_YEAR_END: Final = re.compile(
    rf"(?:(?P<year>20\d\d|今|本|当|明){_B}|(?<![\d一二三四五六七八九十两几半多]))年{_B}(?:底|末|内)"
)
_NUMERIC: Final = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[-./](?P<month>1[0-2]|0?[1-9])[-./](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
)
_YEARLY: Final = re.compile(
    rf"每年(?:的|度)?{_B}(1[0-2]|0?[1-9])(?:{_B}月{_B}|[ \t\u3000]+)(3[01]|[12]\d|[1-9]|底){_B}[日号]?{_B}(?:之|以)?前"
)
_MONTHLY: Final = re.compile(rf"每月{_B}(?:的{_B})?(3[01]|[12]\d|[1-9]){_B}[日号]{_B}(?:之|以)?前")
_QUARTER: Final = re.compile(
    rf"(?:(?P<year>20\d\d|今|本|当|明){_B}年{_B})?第?(?P<quarter>[一二三四1-4])季度{_B}(?:末|底)"
)
_OFTEN: Final = re.compile(
    r"每(?:年|半年|季度|月|周)[^，,。；;、]{0,6}(?:不少于|至少)[^，,。；;、]{1,5}?(?:学时|次|件|小时|天|人|个)"
    r"|每(?:年|半年|季度|月|周)[^，,。；;、]{0,8}[一两二三四\d]次"
)
_WITHIN: Final = re.compile(
    rf"(?:(?P<from>[^，,。；;（(]{{0,24}}?(?:之日|后|起|收到|印发)起?))?{_B}(?P<n>{_N}{{1,4}}){_B}(?P<unit>个工作日|个?自然日|日|天){_B}(?:之|以)?内"
)
_LEADING: Final = re.compile(r"^(?:要|应当|应|必须|须)?(?:在|于|自|从)?")
_STANDING: Final = re.compile(
    r"长期(?:坚持|推进|推行|执行|整改|落实)?|持续(?:推进|整改|坚持|用力)?|常态化?(?:长效|推进|坚持)?|立行立改.{0,4}长期"
)
_STANDING_TEXT: Final = re.compile(r"长期坚持|持续推进|长期推进|常态长效")
_ARRANGED: Final = re.compile(r"按(?:照)?[^，,。；;]{0,16}(?:部署|安排|要求)")
_AFTER: Final = re.compile(rf"{_B}(?:之前|以前|前|止|为止|截止)")
_OPEN: Final = re.compile(rf"{_B}(?:日)?(?:起|开始|以来|后)")
_NOT_BEFORE: Final = re.compile(r"(?:截至|截止|自|从|历年)[^，,。；;]{0,3}$")
_DOCUMENT: Final = ("印发", "发布", "下发", "本通知", "本方案", "本意见")
_BEFORE: Final = 12  # characters before a date that can change what it says
_HEAD: Final = 600  # characters in which number and title stand
_DATE_LINE: Final = re.compile(
    rf"^{_B}(20\d\d){_B}年{_B}(1[0-2]|0?[1-9]){_B}月{_B}(3[01]|[12]\d|0?[1-9]){_B}日{_B}$", re.M
)
_RELEASED: Final = re.compile(
    r"(?:发布|发文|成文|印发)(?:时间|日期)[:：]\s*(20\d\d)[-./年](1[0-2]|0?[1-9])[-./月](3[01]|[12]\d|0?[1-9])"
)
# On a line of its own: a number within a sentence is another document's.
_NUMBERED: Final = re.compile(
    r"(?m)^[ \t\u3000]*[一-鿿]{0,12}[〔\[［(（](20\d\d)[〕\]］)）]\s*\d+\s*号[ \t\u3000]*$"
)
_TITLED: Final = re.compile(
    r"(?m)^[^。；;\n]{0,40}?(20\d\d)年[^。；;\n]{0,40}(?:方案|要点|计划|清单|台账|意见|安排|通知)[》”]?[^。；;\n]{0,8}$"
)
_DIGITS: Final = {one: number for number, one in enumerate("零一二三四五六七八九")} | {"两": 2}


def dated(text: str) -> Dated:
    """Find when a document was written: its last line that is a date, or the year of its number or title."""
    for pattern, pick in ((_DATE_LINE, -1), (_RELEASED, 0)):
        if found := pattern.findall(text):
            year, month, day = map(int, found[pick])
            if (known := _day(year, month, day)) is not None:
                return Dated(known, known.year)
    named = _NUMBERED.search(text[:_HEAD]) or _TITLED.search(text[:_HEAD])
    return Dated(None, int(named[1])) if named else Dated()


def stated_limits(words: str, on: Dated, holidays: WorkCalendar) -> list[Limit]:
    """The limits of words that are there to set one (完成时限：…): a bare month or day counts."""
    found = list(_recurring(words)) + list(_days(words, on, bare=True)) + list(_within(words, on, holidays))
    if found:
        return found
    for kind, pattern in ((Kind.STANDING, _STANDING), (Kind.ARRANGED, _ARRANGED)):
        if pattern.search(words):
            return [Limit(kind, words.strip())]
    return [Limit(Kind.UNCLEAR, words.strip())] if words.strip() else []


def limits_in_text(words: str, on: Dated, holidays: WorkCalendar) -> list[Limit]:
    """The limits that a sentence sets in passing: a date only where it is said to be one (前、底、上旬 …)."""
    found = list(_days(words, on, bare=False)) + list(_recurring(words)) + list(_within(words, on, holidays))
    if not found and (standing := _STANDING_TEXT.search(words)):
        return [Limit(Kind.STANDING, standing[0])]
    return found


def stage_limit(title: str, on: Dated) -> list[Limit]:
    """The limit of a stage in the brackets of its heading: the last day named there, or a beginning."""
    brackets = re.findall(r"[（(]([^（）()]*\d[^（）()]*)[）)]", title)
    days = list(_days(brackets[-1], on, bare=True)) if brackets else []
    return days[-1:]


def _days(words: str, on: Dated, *, bare: bool) -> Iterator[Limit]:
    year: int | None = None  # the year named last carries over: 2019年5月—6月
    for match in _day_places(words):
        groups = match.groupdict()
        year = _year(groups.get("year"), on) or year
        before = words[max(0, match.start() - _BEFORE) : match.start()].rstrip()
        if before.endswith(("每", "每年", "去", "上")):
            continue
        day = _meant(groups, year, on)
        opens = _OPEN.match(words, match.end())
        if opens and (bare or before.endswith(("自", "从"))):
            yield Limit(Kind.SINCE, words[match.start() : opens.end()], day and day.replace(day=1))
            continue
        ends = _AFTER.match(words, match.end())
        counts = bare or ends or groups.get("part") or match.re in (_YEAR_END, _QUARTER)
        if day and counts and not _NOT_BEFORE.search(before):
            yield Limit(Kind.DATE, words[match.start() : ends.end() if ends else match.end()], day)


def _day_places(words: str) -> Iterator[re.Match[str]]:
    """Where days and months stand, the longer first and none twice; what recurs is no day."""
    recurring = [one for pattern in (_YEARLY, _MONTHLY) for one in pattern.finditer(words)]
    days = [one for pattern in (_NUMERIC, _YMD, _YEAR_END, _QUARTER) for one in pattern.finditer(words)]
    taken = 0
    for match in sorted([*recurring, *days], key=lambda one: (one.start(), -one.end())):
        if match.start() >= taken:
            taken = match.end()
            if match.re not in (_YEARLY, _MONTHLY):
                yield match


def _year(said: str | None, on: Dated) -> int | None:
    if said in ("今", "本", "当", "明"):
        return on.year + (said == "明") if on.year else None
    return int(said) if said else None


def _meant(groups: dict[str, str | None], year: int | None, on: Dated) -> date | None:
    """The last day that the words allow; a month without a year is the first that is not over when it was written."""
    if quarter := groups.get("quarter"):
        named, month = year or on.year, 3 * ("一二三四".find(quarter) + 1 or int(quarter))
        return date(named, month, calendar.monthrange(named, month)[1]) if named else None
    if groups.get("month") is None:
        named = year or on.year
        return date(named, 12, 31) if named else None
    month = int(groups["month"] or 0)
    if year is None:
        year = on.year
        if on.day and year and month < on.day.month:
            year += 1
    if year is None:
        return None
    last = calendar.monthrange(year, month)[1]
    part = groups.get("part") or ""
    day = int(groups.get("day") or 0) or {"上旬": 10, "中旬": 20, "初": 10}.get(part, last)
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _recurring(words: str) -> Iterator[Limit]:
    for one in _YEARLY.finditer(words):
        month = int(one[1])
        day = 31 if one[2] == "底" else int(one[2])
        yield Limit(Kind.YEARLY, one[0], None, month, min(day, calendar.monthrange(2023, month)[1]))
    for one in _MONTHLY.finditer(words):
        yield Limit(Kind.MONTHLY, one[0], None, 0, int(one[1]))
    for one in _OFTEN.finditer(words):
        yield Limit(Kind.OFTEN, one[0])


def _within(words: str, on: Dated, holidays: WorkCalendar) -> Iterator[Limit]:
    for one in _WITHIN.finditer(words):
        event, said = one["from"] or "", _LEADING.sub("", one[0].strip())
        count = _number(one["n"])
        if on.day is None or not count or not any(word in event for word in _DOCUMENT):
            yield Limit(Kind.WITHIN, said)
            continue
        try:
            end = _counted(on.day, count, holidays if one["unit"] == "个工作日" else None)
        except (UnknownYear, OverflowError):
            yield Limit(Kind.WITHIN, said)
        else:
            yield Limit(Kind.DATE, said, end)


def _counted(day: date, count: int, holidays: WorkCalendar | None) -> date:
    return holidays.add_working_days(day, count) if holidays else day + timedelta(days=count)


def _number(said: str) -> int:
    """A count in figures or in Chinese up to ninety-nine; 0 where it is none."""
    if said.isascii():
        return int(said)
    tens, mark, ones = said.rpartition("十")
    if any(one not in _DIGITS for one in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return 0
    value = _DIGITS.get(ones, 0)
    return value + 10 * _DIGITS.get(tens, 1) if mark else value
