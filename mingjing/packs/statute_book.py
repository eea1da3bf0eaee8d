"""What follows from each article of each law: the rules that rest on it, and the kinds of act they speak about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mingjing.lawengine.model import Rule, Version
from mingjing.packs.laws import LawRegister, Statute, Unresolved, article_numbers


@dataclass(frozen=True, slots=True)
class Consequence:
    """A text of a rule that rests on an article."""

    rule: Rule
    version: Version


@dataclass(slots=True)
class Article:
    """One article, or with number 0 the law as a whole, and what follows from it."""

    number: int
    consequences: list[Consequence] = field(default_factory=list)

    @property
    def title(self) -> str:
        """How people call it."""
        return f"第{self.number}条" if self.number else "未写明条号"

    @property
    def quotes(self) -> list[str]:
        """The words that rules quote of it, each once."""
        return list(dict.fromkeys(one.version.quote for one in self.consequences))


@dataclass(slots=True)
class Chapter:
    """One law with the articles that something follows from, in their order."""

    statute: Statute
    articles: dict[int, Article] = field(default_factory=dict)

    @property
    def rules(self) -> int:
        """How many rules rest on the law."""
        return len({one.rule.id for article in self.articles.values() for one in article.consequences})

    def in_order(self) -> list[Article]:
        """The articles by number, what names none of them last."""
        return sorted(self.articles.values(), key=lambda one: (one.number == 0, one.number))


def statute_book(rules: Iterable[Rule], register: LawRegister) -> dict[str, Chapter]:
    """Give every registered law by its name with what the rules draw from it, the most drawn upon first."""
    book = {statute.name: Chapter(statute) for statute in register.statutes}
    for rule in rules:
        for version in rule.versions:
            if (statute := register.find(version.source.law)) is None:
                continue
            articles = book[statute.name].articles
            for number in article_numbers(version.source.article) or (0,):
                articles.setdefault(number, Article(number)).consequences.append(Consequence(rule, version))
    return dict(sorted(book.items(), key=lambda item: -item[1].rules))


def faulty_citations(
    register: LawRegister, facts: Mapping[str, object], names: Iterable[str], *, days: Iterable[date]
) -> dict[str, list[str]]:
    """Give by field why a citation in the facts leads to no text in force on any of the days, in Chinese.

    `names` are the fields that hold citations. More than one day is asked where older law may still count
    (从旧兼从轻): the day of the act and the day on which the conduct ended.
    """
    asked = list(dict.fromkeys(days))
    found: dict[str, list[str]] = {}
    for name in names:
        for one in _citations(facts.get(name)):
            answers = [register.resolve(one["law"], one.get("article", ""), on=day) for day in asked]
            faults = [answer.reason for answer in answers if isinstance(answer, Unresolved)]
            if answers and len(faults) == len(answers):
                found.setdefault(name, []).append(f"{faults[0]}。")
    return found


def _citations(value: object) -> list[dict[str, str]]:
    return [one for one in value if isinstance(one, dict) and "law" in one] if isinstance(value, list) else []
