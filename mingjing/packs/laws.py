"""The register of statutes: which law is in force on a day, in which text, with how many articles; no words of law."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Final

from mingjing.kit.clock import chinese_date
from mingjing.packs.benchmark_sums import read_number
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackFile, nearest
from mingjing.packs.vocabulary import one_of, text

FOLDER: Final = "laws"
LEVELS: Final = (
    "法律", "行政法规", "司法解释", "地方性法规", "部门规章", "地方政府规章", "规范性文件", "标准",
)  # fmt: skip

_LAW_KEYS: Final = (
    *("name", "level", "in_force", "until", "repealed_by", "aliases", "verified", "note", "edition"),
)
_EDITION_KEYS: Final = ("year", "number", "issued", "in_force", "articles", "verified", "note")
_OWN: Final = "登记的法规"  # what an entry is called that lies in no pack
_NEEDED: Final = {"name": "法规名称", "level": "位阶", "in_force": "施行日期"}
_DAYS: Final = {"in_force": "施行日期", "until": "最后施行日", "issued": "公布日期"}
_MEND: Final = "确有这部法的，由法制人员在“清单与基准”的“法规”中登记，或者补录到法规包的 laws 目录"
_SETTING: Final = str.maketrans("", "", ' 　\n《》〈〉“”"')
_STATE: Final = "中华人民共和国"
_QUALIFIED: Final = re.compile(r"(.+?)（([^（）]+)）")
_YEAR: Final = re.compile(r"(\d{4})(?:年)?(?:修订|修正|公布|修改)?")
_ARTICLE: Final = re.compile(r"第([零〇一二三四五六七八九十百千]+|\d+)条")
_CITATION: Final = re.compile(
    r"《(?P<law>.+)》(?P<article>.*)|(?P<plain>.+?)(?P<rest>第[零〇一二三四五六七八九十百千\d]+条.*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One text of a law. `articles` is None where the text was not at hand or has no articles."""

    year: int
    number: str
    issued: date | None
    in_force: date
    articles: int | None
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Statute:
    """A law through all its texts, from the first day in force to the last, where there is a last."""

    name: str
    level: str
    in_force: date
    until: date | None
    repealed_by: str
    aliases: tuple[str, ...]
    verified: bool
    note: str
    editions: tuple[Edition, ...]

    def edition_on(self, day: date) -> Edition | None:
        """Give the text in force on the day; None before the first text that is registered."""
        place = bisect_right(self.editions, day, key=lambda edition: edition.in_force)
        return self.editions[place - 1] if place else None

    def in_force_on(self, day: date) -> bool:
        """Say whether the law is in force on the day, in whatever text."""
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A citation that leads to a text in force. `edition` is None where the text of that day is not registered."""

    statute: Statute
    edition: Edition | None
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A citation that leads nowhere, and why, in Chinese."""

    reason: str


@dataclass(frozen=True)
class LawRegister:
    """All laws that may be cited."""

    statutes: tuple[Statute, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, Statute]:
        return {plain_name(name): law for law in self.statutes for name in (law.name, *law.aliases)}

    def find(self, law: str) -> Statute | None:
        """Give the law of this name, with or without 中华人民共和国, year or number of issue."""
        statute, _, _ = self._named(law)
        return statute

    def resolve(self, law: str, article: str = "", *, on: date) -> Resolved | Unresolved:
        """Say to what text a citation leads on a day. `law` may be a whole citation: 《行政处罚法》第五十一条."""
        if not article:
            law, article = split_citation(law)
        statute, edition, fault = self._named(law)
        if statute is None:
            return Unresolved(fault)
        if fault := _not_in_force(statute, edition, on):
            return Unresolved(fault)
        current = edition or statute.edition_on(on)
        numbers = article_numbers(article)
        if current and current.articles and (beyond := [n for n in numbers if not 0 < n <= current.articles]):
            name = f"《{statute.name}（{current.year}）》"
            return Unresolved(f"{name}共{current.articles}条，没有第{beyond[0]}条，请核对条号")
        return Resolved(statute, current, numbers)

    def claimed(self, law: Statute) -> str:
        """Give the first name of a law by which another is registered already, if only with a year; else nothing."""
        return next((name for name in (law.name, *law.aliases) if self._leads(name)), "")

    def with_own(self, own: Iterable[Statute]) -> "LawRegister":
        """Give the register with further laws; whatever name is registered here keeps its meaning."""
        return LawRegister((*(law for law in own if not self._leads(law.name)), *self.statutes))

    def _leads(self, name: str) -> bool:
        bare = plain_name(name)
        found = _QUALIFIED.fullmatch(bare)
        law = self._by_name.get(found[1]) if found else None
        if found is None or law is None:
            return bare in self._by_name
        return bool(_YEAR.fullmatch(found[2])) or any(_qualifies(found[2], one) for one in law.editions)

    def _named(self, law: str) -> tuple[Statute | None, Edition | None, str]:
        name = plain_name(law)
        if name in self._by_name:
            return self._by_name[name], None, ""
        found = _QUALIFIED.fullmatch(name)
        statute = self._by_name.get(found[1]) if found else None
        if found is None or statute is None:
            hint = nearest(found[1] if found else name, self._by_name)
            told = f"法规目录没有收录《{law.strip('《》 ')}》{hint}"
            return (
                None,
                None,
                f"{told}；确有这部法的，由法制人员在“清单与基准”的“法规”中登记，或者补录到法律包的 laws 目录",
            )
        for edition in statute.editions:
            if _qualifies(found[2], edition):
                return statute, edition, ""
        years = "、".join(str(edition.year) for edition in statute.editions)
        return None, None, f"《{statute.name}》没有“{found[2]}”这一文本；已收录的有{years}年文本"


@cache
def law_register() -> LawRegister:
    """Give the register of the library of this process. Read once."""
    return read_laws(library())


def read_laws(library: Library) -> LawRegister:
    """Read the register, to which every pack may add. Raises PackError for a faulty or doubled entry."""
    files = [
        file for pack in library.packs.values() for file in pack.files if file.name.split("/")[-2] == FOLDER
    ]
    register = LawRegister(tuple(law for file in files for law in _laws(file)))
    _once_only(files, register)
    return register


def read_statute(data: Mapping[str, Any]) -> Statute:
    """Read one law from plain values, its days written like 2021-07-15. Raises PackError; `message` is Chinese."""
    file = PackFile(_OWN, "", {"law": [data]})
    for key, title in _NEEDED.items():
        if not str(data.get(key) or "").strip():
            raise file.fault(f"没有写明{title}", key)
    statute = next(_laws(file))
    if any(edition.articles is not None and edition.articles < 1 for edition in statute.editions):
        raise file.fault("条数要写成正整数；不知道的不写")
    return statute


def split_citation(citation: str) -> tuple[str, str]:
    """Split a citation into the law and the article: 《行政处罚法》第五十一条, 行政处罚法第51条第一款."""
    found = _CITATION.fullmatch(citation.strip())
    if found is None:
        return citation, ""
    return found["law"] or found["plain"], (found["article"] if found["law"] else found["rest"]) or ""


def article_numbers(article: str) -> tuple[int, ...]:
    """Give the numbers of all articles named: 第八十一条第二款第（三）项、第12条 gives 81 and 12."""
    return tuple(int(read_number(number)) for number in _ARTICLE.findall(article))


def plain_name(name: str) -> str:
    """Give the name of a law without what differs between two ways of writing it."""
    plain = name.translate(_SETTING).replace("(", "（").replace(")", "）")
    return plain.replace(_STATE, "") or plain


def _qualifies(words: str, edition: Edition) -> bool:
    """Say whether what stands in brackets behind the name means this text: its year or its number."""
    if year := _YEAR.fullmatch(words):
        return int(year[1]) == edition.year
    return bool(edition.number) and plain_name(words) in plain_name(edition.number)


def _not_in_force(statute: Statute, edition: Edition | None, day: date) -> str:
    """Say why a law, or a text of it, is not in force on the day; nothing where it is."""
    name, on = f"《{statute.name}》", chinese_date(day)
    if statute.until and day > statute.until:
        by = f"，由《{statute.repealed_by}》取代" if statute.repealed_by else ""
        return f"{name}自{chinese_date(statute.until + timedelta(days=1))}起不再施行{by}，{on}不能引用"
    if edition and day < edition.in_force:
        return f"《{statute.name}（{edition.year}）》自{chinese_date(edition.in_force)}起施行，{on}尚未施行"
    if day < statute.in_force:
        return f"{name}自{chinese_date(statute.in_force)}起施行，{on}尚未施行"
    current = statute.edition_on(day)
    if edition and current and edition is not current:
        return f"《{statute.name}（{edition.year}）》已被{current.year}年的文本取代，{on}施行的是{current.year}年文本"
    return ""


def _laws(file: PackFile) -> Iterator[Statute]:
    file.known_keys(file.data, ("law",))
    for number, table in enumerate(file.data.get("law", ())):
        where = ("law", number)
        file.known_keys(table, _LAW_KEYS, *where)
        until = _day(file, table, "until", *where) if "until" in table else None
        statute = Statute(
            name=text(file, table, "name", *where),
            level=one_of(file, table, "level", LEVELS, *where),
            in_force=_demanded(file, table, *where),
            until=until,
            repealed_by=str(table.get("repealed_by", "")),
            aliases=tuple(map(str, table.get("aliases", ()))),
            verified=bool(table.get("verified", True)),
            note=str(table.get("note", "")),
            editions=tuple(_edition(file, one, *where) for one in table.get("edition", ())),
        )
        _check_order(file, statute, *where)
        yield statute


def _edition(file: PackFile, table: Mapping[str, Any], *where: str | int) -> Edition:
    file.known_keys(table, _EDITION_KEYS, *where)
    year, articles = table.get("year"), table.get("articles")
    if not isinstance(year, int) or not (articles is None or isinstance(articles, int)):
        raise file.fault("文本要写 year（年份）；articles（条数）写整数，不知道的不写", *where)
    return Edition(
        year=year,
        number=str(table.get("number", "")),
        issued=_day(file, table, "issued", *where) if "issued" in table else None,
        in_force=_demanded(file, table, *where),
        articles=articles,
        verified=bool(table.get("verified", True)),
        note=str(table.get("note", "")),
    )


def _demanded(file: PackFile, table: Mapping[str, Any], *where: str | int) -> date:
    return _day(file, table, "in_force", *where)


def _day(file: PackFile, table: Mapping[str, Any], key: str, *where: str | int) -> date:
    given = table.get(key)
    if file.name == _OWN and isinstance(given, str):
        given = _iso_day(given)
    if not isinstance(given, date) or isinstance(given, datetime):
        raise file.fault(f"{_DAYS[key]}“{key}”要写成日期，如 2021-07-15", *where, key)
    return given


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_order(file: PackFile, law: Statute, *where: str | int) -> None:
    days = [law.in_force, *(edition.in_force for edition in law.editions)]
    if not law.editions or any(older > newer for older, newer in pairwise(days)):
        raise file.fault(f"《{law.name}》的文本要按施行日期从旧到新排列，至少一个", *where)
    if law.until and law.until < days[-1]:
        raise file.fault(f"《{law.name}》的最后施行日 until 早于最近文本的施行日期", *where, "until")


def _once_only(files: Iterable[PackFile], register: LawRegister) -> None:
    """Refuse a name or alias that two entries claim, and a successor that is not registered."""
    claimed: set[str] = set()
    by_name = {law.name for law in register.statutes}
    for file in files:
        for number, table in enumerate(file.data.get("law", ())):
            names = {plain_name(name) for name in (table["name"], *table.get("aliases", ()))}
            if twice := names & claimed:
                raise file.fault(f"“{min(twice)}”收录了两次", "law", number)
            claimed |= names
            if (later := table.get("repealed_by")) and later not in by_name:
                raise file.fault(f"repealed_by 的《{later}》没有收录{nearest(later, by_name)}", "law", number)
