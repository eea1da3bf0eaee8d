"""Which rows are alerts: each model held against the rows it reads; pure, the same rows give the same alerts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from mingjing.inspections.patterns.tails import binomial_tail, hypergeometric_tail
from mingjing.lawengine.condition import context_of
from mingjing.packs.alert_words import SOURCES, Words, is_day
from mingjing.packs.alerts import OTHERS, AlertModel, Counting, Sample, read_alerts
from mingjing.packs.load import Library
from mingjing.packs.source import PackError
from mingjing.supervision.sources.rows import Row, Setting, sample_values

KEPT: Final = 50  # cases named in an alert that counts


@dataclass(frozen=True, slots=True)
class Told:
    """One alert: what the model says of whom. `facts` are lines with a title, a value and, where it lies, a case."""

    code: str
    subject: str
    case: str = ""
    about: str = ""
    facts: tuple[Mapping[str, Any], ...] = ()


class Share(NamedTuple):
    """So many hits of so many trials."""

    hits: int
    trials: int


@dataclass
class _Tally:
    hits: int = 0
    trials: int = 0
    cases: dict[str, str] = field(default_factory=dict)


class Judge:
    """Takes rows of one agency one by one and tells the alerts of rows at once, those that count at the end."""

    def __init__(self, models: Iterable[AlertModel], words: Words) -> None:
        each = list(models)
        self._counted = [one for one in each if one.counting is not None]
        self._by_source = {
            source: [one for one in each if one.source == source and not one.detector] for source in SOURCES
        }
        self._words = words
        self._tallies: dict[str, dict[str, _Tally]] = {one.code: defaultdict(_Tally) for one in self._counted}

    def take(self, source: str, row: Row) -> Iterator[Told]:
        """Look at one row."""
        context = context_of(row.values.get)
        for model in self._by_source[source]:
            if model.where and model.where.holds(context) is not True:
                continue
            if model.counting is not None:
                self._count(model, model.counting, row, context)
                continue
            broken = [one for one in row.breaches if one.rule in model.rules]
            if model.rules and not broken:
                continue
            lines = [
                {"title": one.title, "value": one.reason, "case": row.case, "seq": one.seq} for one in broken
            ]
            yield Told(model.code, row.subject, row.case, row.number, (*self._shown(model, row), *lines))

    def _shown(self, model: AlertModel, row: Row) -> Iterator[Mapping[str, Any]]:
        for name in model.shows:
            if (value := row.values.get(name)) is not None:
                said = date.fromordinal(value).isoformat() if is_day(name) else value
                yield {"title": self._words.title(model.source, name), "value": said}

    def _count(self, model: AlertModel, counting: Counting, row: Row, context: Any) -> None:
        if counting.trial and counting.trial.holds(context) is not True:
            return
        hit = counting.hit.holds(context) is True
        for who in dict.fromkeys(row.people.get(counting.per, ())):
            tally = self._tallies[model.code][who]
            tally.trials += 1
            if hit:
                tally.hits += 1
                tally.cases.setdefault(row.case, row.number)

    def finish(self) -> Iterator[Told]:
        """Tell the alerts of the models that count."""
        for model in self._counted:
            tallies = self._tallies[model.code]
            trials, hits = (
                sum(getattr(one, name) for one in tallies.values()) for name in ("trials", "hits")
            )
            for who, one in sorted(tallies.items()):
                others = Share(hits - one.hits, trials - one.trials)
                chance = odds(model.counting, Share(one.hits, one.trials), others, len(tallies))
                if chance is not None:
                    yield Told(model.code, who, "", "", tuple(_counted_lines(model, one, others, chance)))


def odds(counting: Counting | None, own: Share, others: Share, looked: int) -> float | None:
    """Give how unlikely so many hits are, or None where that is no alert; 0 where the model does not ask for chance.

    Against a declared share the hits are binomial. Against all others they are as if drawn from everybody's hits and
    misses together (Fisher's exact test): no rate is estimated, so that the declared rate of false alarms holds.
    """
    if counting is None or own.hits < counting.least:
        return None
    if not counting.by_chance:
        return 0.0
    if counting.expected == OTHERS:
        marked, whole = own.hits + others.hits, own.trials + others.trials
        chance = hypergeometric_tail(own.hits, own.trials, marked, whole) if others.trials else 1.0
    else:
        chance = binomial_tail(own.hits, own.trials, counting.expected)
    chance = min(1.0, chance * max(looked, 1))
    return chance if chance < counting.alarms else None


def _counted_lines(
    model: AlertModel, one: _Tally, others: Share, chance: float
) -> Iterator[Mapping[str, Any]]:
    yield {"title": "次数", "value": one.hits}
    if model.counting and model.counting.by_chance:
        declared = model.counting.expected
        rate = others.hits / max(others.trials, 1) if declared == OTHERS else declared
        yield {"title": "总次数", "value": one.trials}
        yield {"title": "预计次数", "value": round(one.trials * rate, 1)}
        yield {"title": "全凭偶然的机会（至多）", "value": chance_in_words(chance)}
    for case, number in list(one.cases.items())[-KEPT:]:
        yield {"title": "案件", "value": number or "未编号", "case": case}


def chance_in_words(chance: float) -> str:
    """Write a small chance as people read it."""
    if chance <= 0:
        return "—"
    return f"{chance:.1%}" if chance >= 0.001 else f"约 {round(1 / chance):,} 分之一"


# --- the worked examples of the packs -------------------------------------------------------------


def check_alerts(library: Library) -> list[str]:
    """Give a Chinese line for every model that is faulty or whose worked examples come out otherwise."""
    try:
        models = read_alerts(library)
    except PackError as fault:
        return str(fault).splitlines()
    setting = Setting(max(p.released for p in library.packs.values()), library.calendar, library.fields)
    return [
        line for model in models.each for sample in model.samples for line in _sampled(model, sample, setting)
    ]


def _sampled(model: AlertModel, sample: Sample, setting: Setting) -> Iterator[str]:
    try:
        got = _outcome(model, sample.given, setting)
    except (KeyError, ValueError, TypeError) as fault:
        yield f"{model.file} 样例“{sample.name}”：{fault}"
        return
    if got != sample.alert:
        said = ["不提示", "提示"]
        yield f"{model.file} 样例“{sample.name}”：应{said[sample.alert]}，实际{said[got]}"


def _outcome(model: AlertModel, given: Mapping[str, Any], setting: Setting) -> bool:
    if (counting := model.counting) is not None:
        own, others = Share(given["hits"], given.get("trials", 0)), Share(*given.get("others", (0, 0)))
        return odds(counting, own, others, given.get("looked", 1)) is not None
    values = sample_values(model.source, {k: v for k, v in given.items() if k != "breaks"}, setting)
    if model.rules and not any(one in given.get("breaks", ()) for one in model.rules):
        return False
    if model.where is None:
        return True
    context = context_of(values.get)
    if fault := model.where.fault(context):
        raise ValueError(f"条件算不出“是”或“否”：{fault}")
    return model.where.holds(context) is True
