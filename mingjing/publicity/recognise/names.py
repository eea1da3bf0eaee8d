"""Names of natural persons in running text: candidates by surname, weighed by their syllables and surroundings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mingjing.publicity.recognise.context import (
    ACTS,
    ALIKE,
    FOREIGN,
    LABELS,
    NAMED_IN_QUOTES,
    NO_NAMES,
    QUOTED,
    ROLES,
    STATED,
    TAKES,
    before_name,
    firm_follows,
    named_whole,
)
from mingjing.publicity.recognise.pairs import usual
from mingjing.publicity.recognise.surnames import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    GIVEN,
    KNOWN_SURNAMES,
    NOT_GIVEN,
    SURNAMES,
    THINGS,
    WORDS,
)

SURE, DOUBTFUL = 1.3, 0.4  # from SURE on a name is hidden; between them a person is asked to look
REPEATED: Final = 3.5  # from here on a name is hidden wherever else it stands
_SURNAME: Final = re.compile(rf"{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LISTED: Final = re.compile(r"[、和与及]|以及")
_ADDRESSED: Final = re.compile(
    rf"(?<![\u4e00-\u9fff“])[{SURNAMES}](?:女士|先生|老师|医生|师傅|老汉|大爷|大妈|阿姨)|[{SURNAMES}](?:女士|先生)"
)
_IN_BRACKETS: Final = re.compile(r"[（(]([\u4e00-\u9fff]{2,4})[）)]")
_LITTLE_WORDS: Final = "于但和时由从有因应向连同全过得曾"  # surnames that are more often another word
_ONE_SYLLABLE, _TWO_SYLLABLES = 1, 2


@dataclass(frozen=True, slots=True)
class Name:
    """A place where somebody seems to be named, and how strongly it seems so."""

    start: int
    end: int
    score: float

    @property
    def sure(self) -> bool:
        return self.score >= SURE


def names(text: str) -> list[Name]:
    """Give the names in a text and the candidates a person should look at; a name found once is found everywhere."""
    found = [*_labelled(text), *_best(_weighed(text))]
    found = [*found, *_listed(text, found)]
    found += [Name(*match.span(), SURE) for match in _ADDRESSED.finditer(text) if "某" not in match[0]]
    sure = {text[one.start : one.end] for one in found if one.score >= REPEATED}
    again = (
        Name(at.start(), at.end(), SURE)
        for name in sure
        for at in re.finditer(re.escape(name), text)
        if not firm_follows(text, at.end()) and text[at.end() : at.end() + 1] not in ALIKE
    )
    taken = {(one.start, one.end): one for one in [*found, *again]}
    return sorted(
        {**taken, **{(one.start, one.end): one for one in found if one.sure}}.values(),
        key=lambda one: one.start,
    )


def _labelled(text: str) -> Iterator[Name]:
    """Give what stands behind 姓名： and the like, the whole word whatever it looks like; and foreign names."""
    for label in STATED.finditer(text):
        if whole := named_whole(text, label.end()):
            yield Name(*whole, 9.0)
    for match in FOREIGN.finditer(text):
        start = _after_part(text, match)
        if (
            match["named"]
            or "护照" in text[match.end() : match.end() + 12]
            or before_name(text, start)
            or text[start - 1 : start] in ROLES
            or TAKES.search(text[max(0, start - 4) : start])
            or _acts_at_boundary(text, start, match.end())
        ):
            yield Name(start, match.end(), 9.0)
            if inner := _IN_BRACKETS.match(text, match.end()):
                yield Name(*inner.span(1), 9.0)


def _after_part(text: str, match: re.Match[str]) -> int:
    """Give where a foreign name begins: behind the part in the case that stands before it without a stop."""
    parts = [label.end() for label in LABELS.finditer(text, match.start(), match.end() - 1)]
    roles = [
        at + 1 for at in range(match.start(), min(match.start() + 4, match.end() - 2)) if text[at] in ROLES
    ]
    return max([match.start(), *parts, *roles])


def _acts_at_boundary(text: str, start: int, end: int) -> bool:
    begins = start == 0 or not _HAN.match(text[start - 1]) or text[start - 1] in "和与及对向由"
    return begins and ACTS.match(text, end) is not None


def _weighed(text: str) -> Iterator[Name]:
    labels = {match.end() for match in LABELS.finditer(text)}
    spans = {match.span() for match in _SURNAME.finditer(text)}
    spans |= {(start, start + 1) for start, end in spans if end - start > 1}
    # Where a part in the case stands before, any character may be a surname.
    spans |= {(start, start + 1) for start in labels if (start, start + 1) not in spans}
    for start, end in spans:
        for given in (_ONE_SYLLABLE, _TWO_SYLLABLES):
            if (name := _candidate(text, start, end, given, labels)) is not None:
                yield name


def _candidate(text: str, start: int, middle: int, given: int, labels: set[int]) -> Name | None:
    end = middle + given
    name = text[start:end]
    if end > len(text) or not all(_HAN.match(char) for char in name):
        return None
    if "某" in name or name in NO_NAMES or text[start - 1 : start] in {"《", "〔"} or _part(text, start):
        return None
    score = _made(name, middle - start) - (1.2 if name[0] in _LITTLE_WORDS and start not in labels else 0.0)
    score += _before(text, start, labels) + _after(text, end)
    if given == _TWO_SYLLABLES and (act := ACTS.match(text, end - 1)) and act.end() > end:
        score -= 2.0  # the second syllable begins a word of its own: 张鹏|制作
    return Name(start, end, score) if score >= DOUBTFUL else None


def _part(text: str, start: int) -> bool:
    """Say whether what stands here is itself a part in the case, or an act: 经理|库管|马浩, 执法人员|拨打."""
    part, act = LABELS.match(text, start), ACTS.match(text, start)
    strange = text[start] in NOT_GIVEN and text[start] not in KNOWN_SURNAMES
    return part is not None or strange or (act is not None and act.end() - start > 1)


def _made(name: str, surname: int) -> float:
    """Weigh what the name is made of."""
    given = name[surname:]
    score = 2.0 if surname > 1 else _surname(name[0])
    score += sum(_syllable(char) for char in given)
    if surname == 1:
        score -= (0.0, 1.5, 3.0)[usual(name[:2])] + (3.0 if name[:2] in WORDS else 0.0)
    if name[-1] in ALIKE and name[-1] != "记":
        score -= 2.5
    if len(given) > 1 and given[-1] in "和与":
        score -= 1.0
    if len(given) > 1 and given[-1] in "时家人户处":
        score -= 1.5  # more often the next word: 询问张鹏|时
    if len(given) > 1:
        score += 0.4 - (0.0, 1.0, 2.2)[usual(given)]
    return score


def _syllable(char: str) -> float:
    if char in GIVEN:
        return 0.9
    return -4.0 if char in NOT_GIVEN else -1.5 if char in THINGS else -0.1


def _surname(char: str) -> float:
    if char in COMMON_SURNAMES:
        return 1.0
    return 0.2 if char in KNOWN_SURNAMES else -0.9 if char in SURNAMES else -2.0


def _before(text: str, start: int, labels: set[int]) -> float:  # noqa: PLR0911 - one case after the other
    """Weigh what stands before."""
    if start in labels:
        return 4.0
    if NAMED_IN_QUOTES.search(text[max(0, start - 4) : start]):
        return 2.5
    if start and text[start - 1] in "的了着":
        return 0.4
    if start == 0 or not _HAN.match(text[start - 1]):
        return -0.5 if start and text[start - 1] in "“‘”’》" else 1.2
    joint = usual(text[start - 1 : start + 1])
    if TAKES.search(text[max(0, start - 4) : start]):
        return 1.8 - (0.0, 0.3, 0.8)[joint]
    if text[start - 1] in "对向由被让找请给跟同经据为系是叫名称和与及将从接因凭以即到在受后替帮欠":
        return 1.2 - (0.0, 0.5, 1.5)[joint]
    if text[start - 1] in ROLES and text[start - 2 : start] not in WORDS:
        return 1.8 - (0.0, 1.0, 2.5)[joint]
    # A word that ends here, and no word that runs on into the name.
    return -0.4 + (0.0, 0.5, 0.9)[usual(text[start - 2 : start])] - (0.0, 1.2, 2.5)[joint]


def _after(text: str, end: int) -> float:  # noqa: PLR0911 - one case after the other
    """Weigh what stands behind."""
    if end == len(text) or not _HAN.match(text[end]):
        return (3.0 if QUOTED.match(text, end) else -1.5) if text[end : end + 1] in {"”", "’"} else 1.0
    if firm_follows(text, end) or text[end - 1 : end + 1] in {"大道", "大街", "中路", "大厦"}:
        return -6.0
    if ACTS.match(text, end):
        return 2.2
    if text[end] in "时处":
        return 1.0
    if text[end] in ALIKE and text[end + 1 : end + 2] not in "在到于着起住":
        return -3.0
    joint = usual(text[end - 1 : end + 1])
    if text[end] in NOT_GIVEN:
        return 1.0 - (0.0, 0.8, 2.0)[joint]
    return -0.4 + (0.0, 0.6, 1.2)[usual(text[end : end + 2])] - (0.0, 0.8, 2.0)[joint]


def _best(found: Iterator[Name]) -> list[Name]:
    """Give of overlapping candidates the strongest; a longer one wins where it is nearly as strong."""
    result: list[Name] = []
    for one in sorted(found, key=lambda one: (-(one.score + 0.3 * (one.end - one.start)), one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in result):
            result.append(one)
    return result


def _listed(text: str, found: list[Name]) -> Iterator[Name]:
    """Give what is listed directly after a name: 王磊、张伟等."""
    for one in found:
        end = one.end if one.sure else 0
        while end and (mark := _LISTED.match(text, end)):
            candidates = [
                name
                for surname in _SURNAME.finditer(text, mark.end(), mark.end() + 2)
                if surname.start() == mark.end()
                for given in (1, 2)
                if (name := _candidate(text, *surname.span(), given, {mark.end()})) and name.sure
            ]
            best = _best(iter(candidates))
            yield from best
            end = best[0].end if best else 0
