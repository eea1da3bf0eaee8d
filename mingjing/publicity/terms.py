"""What a publication is found by: its letters, pairs of neighbours, cited articles and marks; pure, and never SQL."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from mingjing.kit import document_number
from mingjing.kit.identity import credit_code_error
from mingjing.kit.money import chinese_plain

BOUNDARY: Final = "\x1e"  # between fields: no search runs across it
_LAST_KNOWN: Final = "\u9fcc"  # younger characters are no letters to SQLite's tokenizer: they are written out
COMMON: Final = frozenset(
    ["有限", "限公", "公司", "责任", "中华", "华人", "人民", "民共", "共和", "和国", "国行"]
)
LONG: Final = 6  # letters of a word that is asked for by every second pair
_RUN: Final = re.compile(r"[0-9a-z]{4,}")
_ARABIC_ARTICLE: Final = re.compile(r"第?(\d{1,4})(?=[条款项])")
_ARTICLE: Final = r"第[零〇一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十])?"
_PART: Final = r"(?:第?[（(]?[一二三四五六七八九十\d]+[）)]?[款项目])*"
_CITED: Final = re.compile(
    rf"《([^《》]{{2,80}})》((?:[、，和及以与或者\s]*{_ARTICLE}{_PART}|[^《》。；]{{0,6}})*)"
)
_ONE_ARTICLE: Final = re.compile(_ARTICLE + _PART)
_WIDEST: Final = 40  # months named one by one; a longer span is named by its years
NATURAL_PERSON: Final = "自然人"  # as the public view words the kind of party
RESULTS: Final = ("penalty_kinds", "no_penalty_ground", "inspection_conclusion", "measure_kind")


# --- letters ----------------------------------------------------------------------------------------


def split(text: str) -> str:
    """Give the letters and digits of a text in one form, without blanks, brackets and punctuation.

    Stored text and search words pass through here alike, so 〔2026〕12号 is found by [2026]12号 and by ２０２６１２号.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def joined(texts: Iterable[str]) -> str:
    """Give the searchable form of several texts that are to be found apart."""
    return BOUNDARY.join(one for text in texts if (one := split(text)))


def grams(text: str) -> list[str]:
    """Give every character of a text, every pair of neighbours inside a field, and every four of a number or code."""
    pairs = {text[at : at + 2] for at in range(len(text))} | set(text)
    found = {_token(pair) for pair in pairs if BOUNDARY not in pair}
    return sorted(found | {four for run in _RUN.findall(text) for four in _fours(run)})


def needed(word: str) -> list[str]:
    """Give what an entry must hold to hold the word: its pairs, or the character it is; of a code its fours."""
    runs = list(_RUN.finditer(word))
    inside = {at for run in runs for at in range(run.start(), run.end() - 1)}
    # Pairs of digits are in every entry: of a code the fours are asked for instead, which are in few.
    # And of a long word every second pair says enough; the word itself is looked for in the text afterwards.
    step = 2 if len(word) > LONG else 1
    places = {*range(0, len(word) - 1, step), *([len(word) - 2] if len(word) > 1 else [])}
    pairs = [word[at : at + 2] for at in sorted(places - inside)]
    fours = [four for run in runs for four in _fours(run[0])]
    # What nearly every entry has tells nothing, and is the dearest to ask for.
    telling = [pair for pair in pairs if pair not in COMMON]
    return sorted({*map(_token, telling or pairs), *fours}) or [_token(word)]


def _fours(run: str) -> list[str]:
    return [f"four{run[at : at + 4]}" for at in range(len(run) - 3)]


def _token(pair: str) -> str:
    return "".join(char if char <= _LAST_KNOWN else f"x{ord(char):x}" for char in pair)


def words(query: str) -> list[str]:
    """Give the words of a search, each to be found as it stands, at most eight; a number is read as one."""
    parts = (document_number.normalise(part) for part in query[:200].split()[:8])
    return [word for part in parts if (word := split(part))]


# --- laws -------------------------------------------------------------------------------------------


def law_word(asked: str) -> str:
    """Give a law, with or without its article, as it stands in an entry: 城市道路管理条例 第27条 -> …第二十七条."""
    plain = unicodedata.normalize("NFKC", asked[:200])
    return split(
        _ARABIC_ARTICLE.sub(lambda found: f"第{chinese_plain(Decimal(found[1]))}", "".join(plain.split()))
    )


def cited(text: str) -> Iterator[str]:
    """Give every law that a text names, once alone and once with each article that follows it."""
    for law, articles in _CITED.findall(text):
        found = _ONE_ARTICLE.findall(articles)
        yield from (f"{law}{article}" for article in found or [""])


# --- entries ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """All that one publication is found by."""

    text: str
    laws: str = ""
    agency: str = ""
    region: str = ""
    kind: str = ""
    results: Sequence[str] = ()
    decided_on: date | None = None
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def grams(self) -> list[str]:
        """What is indexed: characters, pairs, and the marks of agency, region, kind, result and month."""
        laws = set(grams(self.laws)) if self.laws else set()
        return sorted(laws | set(grams(self.text)) | self.marks)


def terms_of(
    *,
    texts: Iterable[str],
    body: Sequence[Mapping[str, Any]],
    agency: str,
    region: str,
    kind: str,
    decided_on: date | None,
) -> Terms:
    """Read from the public text of a publication, and from nothing else, what it is found by."""
    values = {str(line["name"]): str(line["value"]) for line in body}
    results = [one for name in RESULTS for one in values.get(name, "").split("、") if one]
    laws = {law for value in values.values() if "《" in value for law in cited(value)}
    marks = {mark("agency", agency), mark("kind", kind), *(mark("result", one) for one in results)}
    marks |= {mark("region", region[:length]) for length in (2, 4, 6) if len(region) >= length}
    if decided_on:
        marks |= {mark("year", f"{decided_on:%Y}"), mark("month", f"{decided_on:%Y%m}")}
    return Terms(
        text=joined(texts),
        laws=joined(sorted({law_word(law) for law in laws})),
        agency=agency,
        region=region,
        kind=kind,
        results=results,
        decided_on=decided_on,
        marks=frozenset(marks),
    )


_SORTS: Final = {"agency": "ag", "kind": "kd", "result": "rs", "region": "rg", "year": "yr", "month": "mo"}


def mark(sort: str, value: str) -> str:
    """Give the term that stands for a column; longer than a pair, so that nobody can type it as a word."""
    return f"mark{_SORTS[sort]}" + "".join(_token(char) for char in split(value))


def wide_region(asked: str) -> str:
    """Give a region as its digits count: 410400 and 4104 are the city with all that lies below it."""
    digits = "".join(char for char in unicodedata.normalize("NFKC", asked) if char.isdigit())[:6]
    while digits.endswith("00") and len(digits) > 2:
        digits = digits[:-2]
    return digits if len(digits) in {2, 4, 6} else ""


def day_marks(since: date | None, until: date | None) -> list[str]:
    """Give marks of which everything decided in the span has one, none where they would say nothing."""
    if since is None and until is None:
        return []
    first, last = since or date(1990, 1, 1), until or date(2089, 12, 31)
    if last < first:
        return [mark("year", "none")]
    months: list[str] = []
    day = first.replace(day=1)
    while day <= last and len(months) <= _WIDEST:
        months.append(mark("month", f"{day:%Y%m}"))
        day = (day + timedelta(days=31)).replace(day=1)
    if len(months) <= _WIDEST:
        return months
    return [mark("year", str(year)) for year in range(first.year, last.year + 1)]


def firm_code(body: Sequence[Mapping[str, Any]]) -> str:
    """Give the credit code under which a firm's page keeps a publication, empty where there is none.

    A masked or mistyped code opens no page, and a natural person never has one.
    """
    lines = {str(line["name"]): line for line in body}
    code = lines.get("party_uscc", {})
    person = str(lines.get("party_kind", {}).get("value", "")) == NATURAL_PERSON
    value = str(code.get("value", ""))
    return value if value and not person and not code.get("masked") and not credit_code_error(value) else ""
