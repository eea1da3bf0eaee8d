"""What may not be published, found in free text: numbers by check digits, addresses and names by their context."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from mingjing.kit.clock import BEIJING
from mingjing.publicity.recognise.addresses import addresses, beside
from mingjing.publicity.recognise.minors import minors
from mingjing.publicity.recognise.names import names
from mingjing.publicity.recognise.numbers import numbers
from mingjing.publicity.recognise.plain import plain
from mingjing.publicity.recognise.spelled import places

KIND_TITLES: Final[Mapping[str, str]] = {
    "name": "姓名",
    "address": "住址",
    "id": "证件号码",
    "phone": "电话",
    "account": "账号",
    "plate": "车牌",
    "contact": "联系方式",
    "minor": "未成年人",
    "all": "其他",
}

# Names of laws and document numbers are no secrets, whatever digits and names they contain.
_CITED: Final = re.compile(
    r"《[^》\n]{2,60}》|[\u4e00-\u9fff]{2,12}[〔\[【﹝（(]\s*\d{4}\s*[〕\]】﹞）)]\s*\d+(?:-\d+)?\s*号"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text that may not be published, and why."""

    start: int
    end: int
    kind: str

    @property
    def title(self) -> str:
        return KIND_TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a text seems to hold: places to mask, and places that a person should look at because it is not sure."""

    spans: tuple[Span, ...]
    hints: tuple[Span, ...]


def recognise(text: str, on: date | None = None) -> tuple[Span, ...]:
    """Give the places that look like personal data, possibly overlapping; laws and document numbers are left alone."""
    return findings(text, on).spans


def findings(text: str, on: date | None = None) -> Findings:
    """Give what surely and what perhaps is personal data; who is under age is reckoned `on` a day, today by default."""
    return _findings(text, on or datetime.now(BEIJING).date())


@lru_cache(
    maxsize=256
)  # the desk reads each text for its marks, for its hints and once more for the public view
def _findings(text: str, on: date) -> Findings:
    searched = plain(text)
    cited = [match.span() for match in _CITED.finditer(searched.text)]
    people = [one for one in names(searched.text) if not _inside(one.start, one.end, cited)]
    sure = [(one.start, one.end) for one in people if one.sure]
    found = list(numbers(searched.text))
    near = [*sure, *((start, end) for start, end, kind in found if kind in {"id", "phone"})]
    seen = [
        *found,
        *((start, end, "address") for start, end in beside(searched.text, near)),
        *((start, end, "address") for start, end in addresses(searched.text)),
        *((start, end, "name") for start, end in sure),
        *((start, end, "minor") for start, end in minors(searched.text, sure, on)),
    ]
    spans = {
        Span(*searched.original(start, end), kind)
        for start, end, kind in seen
        if not _inside(start, end, cited)
    }
    doubtful = {Span(*searched.original(one.start, one.end), "name") for one in people if not one.sure}
    hidden = tuple(sorted(spans))
    return Findings(
        hidden, tuple(sorted(one for one in doubtful if not any(_overlap(one, other) for other in hidden)))
    )


def _inside(start: int, end: int, places: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in places)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def occurrences(text: str, secret: str, kind: str) -> Iterator[Span]:
    """Give every place where a known secret stands, also with blanks or dashes put between its characters."""
    for start, end in places(text, secret):
        yield Span(start, end, kind)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Give the spans in order with overlapping ones made one, of the kind of the longest."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            last = result[-1]
            kind = max(last, span, key=lambda one: one.end - one.start).kind
            result[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            result.append(span)
    return result


def outside(spans: Iterable[Span], text: str, keep: Collection[str], *, longer: bool = False) -> list[Span]:
    """Leave out the spans that are part of something public as it stands, say the name of a firm.

    With `longer` they must be a part and not the whole: a secret is no less one because it is public elsewhere.
    """
    kept = [(at.start(), at.end()) for value in keep for at in re.finditer(re.escape(value), text)]
    return [span for span in spans if not any(_within(span, start, end, longer) for start, end in kept)]


def _within(span: Span, start: int, end: int, longer: bool) -> bool:
    inside = start <= span.start and span.end <= end
    return inside and (not longer or end - start > span.end - span.start)
