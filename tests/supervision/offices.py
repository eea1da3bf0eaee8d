"""Simulated offices for the models that count or compare: honest ones, and ones in which somebody stands out."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mingjing.cases.watched_rows import WatchedFine
from mingjing.packs.alerts import AlertModels
from mingjing.packs.load import library
from mingjing.supervision.judging import Judge
from mingjing.supervision.sources.rows import Row, Setting, fine_rows

ODD: Final = "p0"  # who stands out where somebody does


@dataclass(frozen=True, slots=True)
class Measured:
    """Of so many offices with somebody who stands out he was found in `found`; `wrong` alerts were of others."""

    honest: int
    planted: int
    found: int
    wrong: int
    wrong_honest: int

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)


def rows(who: str, trials: int, hits: int, hit: Mapping[str, Any], miss: Mapping[str, Any]) -> Iterator[Row]:
    """So many rows of one person, the first so many of them hits."""
    for at in range(trials):
        people = {per: (who,) for per in ("officer", "performer", "recorder")} | {"agency": ("",)}
        yield Row(f"{who}-{at}", f"{who}-{at}", "", dict(hit if at < hits else miss), people)


def drawn(chance: random.Random, trials: int, rate: float) -> int:
    """How often something of this rate happens by chance."""
    return sum(chance.random() < rate for _ in range(trials))


def withdrawing(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """Six officers; the odd one withdraws a third of what he files, the others two to eight in a hundred."""
    rate = chance.uniform(0.02, 0.08)
    for n in range(6):
        trials = chance.randint(25, 60)
        hits = drawn(chance, trials, 0.35 if odd and not n else rate)
        filed = {"n_filing_approved": 1}
        yield from rows(
            f"p{n}", trials, hits, filed | {"n_case_withdrawn": 1}, filed | {"n_case_withdrawn": 0}
        )


def rounding(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """Six officers; the odd one rounds five fines of six, the others as the scale of the office has it."""
    rate = chance.uniform(0.2, 0.5)
    for n in range(6):
        trials = chance.randint(25, 60)
        hits = drawn(chance, trials, 0.85 if odd and not n else rate)
        yield from rows(
            f"p{n}", trials, hits, {"fine": 3000.0, "fine_round": True}, {"fine": 3100.0, "fine_round": False}
        )


def agreeing(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """Two reviewers; the odd one has never had a word to say, the others agree in 75 to 95 of a hundred."""
    for n in range(2):
        trials = chance.randint(60, 200)
        hits = trials if odd and not n else drawn(chance, trials, chance.uniform(0.75, 0.95))
        act = {"act": "legal_review_opined"}
        agreed, not_agreed = (
            act | {"review_conclusion": "agree"},
            act | {"review_conclusion": "correct"},
        )
        yield from rows(f"p{n}", trials, hits, agreed, not_agreed)


def entering(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """Six who enter; the odd one entered a dozen acts weeks later, of the others one in five hundred came late."""
    for n in range(6):
        trials = chance.randint(100, 400)
        hits = 12 if odd and not n else drawn(chance, trials, 0.002)
        yield from rows(
            f"p{n}", trials, hits, {"imported": False, "lag_days": 30}, {"imported": False, "lag_days": 1}
        )


def ending_months(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """One office; odd, two fifths of its decisions fall on the last days of months, else about a fifth."""
    trials = chance.randint(100, 400)
    hits = drawn(chance, trials, 0.4 if odd else chance.uniform(0.18, 0.24))
    yield from rows("office", trials, hits, {"decided_dom": 28}, {"decided_dom": 10})


def fining(chance: random.Random, *, odd: bool) -> Iterator[Row]:
    """Like cases with fines around a usual one, spread as sums are; odd, one of them is three times the usual."""
    fines = [
        WatchedFine(1, f"case-{n}", "", ("k", "t", "p"), 1, round(500_000 * chance.lognormvariate(0, 0.2)))
        for n in range(chance.randint(8, 40))
    ]
    if odd:
        fines.append(WatchedFine(1, ODD, "", ("k", "t", "p"), 1, 1_500_000))
    setting = Setting(date(2026, 6, 1), library().calendar, library().fields)
    yield from fine_rows(1, fines, setting)


OFFICES: Final[Mapping[str, tuple[Callable[..., Iterator[Row]], str, str]]] = {
    "withdrawn_often": (withdrawing, ODD, "一名主办人撤案 35%，其他人 2%～8%"),
    "fine_rounded_up": (rounding, ODD, "一名主办人 85% 取整，其他人 20%～50%"),
    "reviewer_always_agrees": (agreeing, ODD, "一名审核人员全部同意，其他人 75%～95%"),
    "backdated_entries": (entering, ODD, "一人补录 12 项，其他人千分之二"),
    "quota_pattern": (ending_months, "", "40% 的决定在月末，正常的 18%～24%"),
    "unequal_penalty": (fining, f"{ODD}/1", "一个罚款为同类的 3 倍"),
}


def told(models: AlertModels, code: str, seed: int, *, odd: bool) -> list[str]:
    """Whom the model tells of in one office."""
    model = models.find(code)
    assert model is not None
    judge = Judge([model], models.words)
    office = OFFICES[code][0](random.Random(seed), odd=odd)
    found = [one for row in office for one in judge.take(model.source, row)]
    return [one.subject for one in [*found, *judge.finish()]]


def measure(models: AlertModels, code: str, offices: int) -> Measured:
    """Run one model over so many honest offices and as many with somebody who stands out."""
    wrong_honest = sum(len(told(models, code, seed, odd=False)) for seed in range(offices))
    found = wrong = 0
    for seed in range(offices, 2 * offices):
        subjects = told(models, code, seed, odd=True)
        found += OFFICES[code][1] in subjects
        wrong += len([one for one in subjects if one != OFFICES[code][1]])
    return Measured(offices, offices, found, wrong + wrong_honest, wrong_honest)
