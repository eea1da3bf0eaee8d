"""How well alerts and file reviews find what was planted: counted per model and per item, with exact intervals."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from mingjing.cases.bulk import items_lost
from mingjing.cli.simulate.key import DEFECT, FAULT, RUNNING, Key, Line
from mingjing.inspections.patterns.tails import binomial_tail
from mingjing.supervision.alerts import alert_models, run_alerts
from mingjing.supervision.standing_alerts import standing_alerts

Place = tuple[str, str]  # the agency, and what in it

DOUBT: Final = 0.05
STEPS: Final = 60  # halvings of an interval: exact to the last digit
WINDOW: Final = timedelta(days=21)  # a burst is found by a window that overlaps its days
SHOWN: Final = 10


class Interval(NamedTuple):
    """Between which two shares the true one lies, in nineteen of twenty cases."""

    low: float
    high: float


def interval(hits: int, trials: int) -> Interval:
    """Give the exact interval of a share (Clopper and Pearson)."""
    if not trials:
        return Interval(0.0, 1.0)
    low = _solve(lambda p: binomial_tail(hits, trials, p) >= DOUBT / 2) if hits else 0.0
    high = _solve(lambda p: binomial_tail(hits + 1, trials, p) >= 1 - DOUBT / 2) if hits < trials else 1.0
    return Interval(low, high)


def _solve(reached: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return low


@dataclass(slots=True)
class Score:
    """One model, or one item of the review.

    `alerts` are all that were raised; `right` of them met what was planted for it, `follows` what a planted fault of
    another kind necessarily breaks too; the rest are `wrong`, whatever else is the matter there.
    """

    code: str
    planted: int = 0
    found: int = 0
    alerts: int = 0
    right: int = 0
    follows: int = 0
    missed: list[Line] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        return (self.right + self.follows) / self.alerts if self.alerts else 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was counted."""

    models: tuple[Score, ...]
    items: tuple[Score, ...]
    lookalikes: int
    fooled: tuple[str, ...]  # look-alikes that were told of all the same
    cases: int
    spotless: int  # lawful cases with nothing held against them
    lawful: int


def score(key: Key) -> Report:
    """Run the alerts as of the key's moment and hold what they and the findings say against it."""
    run_alerts(at=key.on, on=key.on.date())
    alerts = _told()
    models = tuple(_model(one.code, key, alerts.get(one.code, ())) for one in alert_models().each)
    looks = [one for one in key.lines if one.kind == "lookalike"]
    fooled = [
        f"{one.code} {one.subject}"
        for one in looks
        if any(_meets(one, place) for place in alerts.get(one.code, ()))
    ]
    cases = items_lost()
    items = tuple(_items(key, cases))
    faulty = {one.subject for one in key.lines if one.kind in (FAULT, DEFECT)}
    lawful = [code for code in cases if code not in faulty]
    return Report(
        models=models,
        items=items,
        lookalikes=len(looks),
        fooled=tuple(fooled),
        cases=len(cases),
        spotless=sum(not cases[code] for code in lawful),
        lawful=len(lawful),
    )


def _told() -> Mapping[str, list[Place]]:
    """Give what is alerted, by model."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for one in standing_alerts():
        found[one.code].append((one.agency, one.subject))
    return found


def _meets(line: Line, told: Place) -> bool:
    """Say whether an alert is about what was planted."""
    agency, subject = told
    if agency != line.agency:
        return False
    if line.code == "inspection_burst":
        return abs(date.fromisoformat(subject) - date.fromisoformat(line.subject)) <= WINDOW
    return subject.partition("|")[0].partition("/")[0] == line.subject


def _model(code: str, key: Key, told: Collection[Place]) -> Score:
    made = Score(code, alerts=len(told))
    own = [one for one in key.lines if one.kind == FAULT and one.code == code]
    running = {(one.agency, one.subject) for one in key.lines if one.kind == RUNNING and one.code == code}
    also = {(one.agency, one.subject) for one in key.lines if code in one.also}
    subjects = defaultdict(list)
    for agency, subject in told:
        subjects[agency, subject.partition("|")[0].partition("/")[0]].append((agency, subject))
    right: set[tuple[str, str]] = set()
    for line in own:
        near = told if code == "inspection_burst" else subjects.get((line.agency, line.subject), ())
        met = {one for one in near if _meets(line, one)}
        made.planted, made.found = made.planted + 1, made.found + bool(met)
        right |= met
        if not met:
            made.missed.append(line)
    made.right = len(right)
    for place, alerts in subjects.items():
        rest = [one for one in alerts if one not in right]
        if place in also or place in running:
            made.follows += len(rest)
        else:
            made.wrong += [f"{agency} {subject}" for agency, subject in rest]
    return made


def _items(key: Key, cases: Mapping[str, set[str]]) -> Iterator[Score]:
    """Count the defects item by item: right under their own item, following in another faulty case, wrong elsewhere."""
    planted: defaultdict[str, list[Line]] = defaultdict(list)
    for one in key.lines:
        if one.kind == DEFECT or (one.kind == FAULT and one.item):
            planted[one.item].append(one)
    faulty = {one.subject for one in key.lines if one.kind in (FAULT, DEFECT)}
    for item, lines in sorted(planted.items(), key=lambda pair: _order(pair[0])):
        own = {one.subject for one in lines}
        held = {code for code, items in cases.items() if item in items}
        made = Score(item, len(lines), len(own & held), len(held), len(own & held))
        made.follows = len((held - own) & faulty)
        made.wrong = sorted(held - own - faulty)
        made.missed = [one for one in lines if one.subject not in held]
        yield made


def _order(item: str) -> tuple[bool, int]:
    return item.startswith("V"), int(item.removeprefix("V"))


# --- in words ---------------------------------------------------------------------------------------


def told(report: Report) -> Iterator[str]:
    """Write it line by line."""
    yield "| 模型 | 植入 | 查出 | 召回（95% 区间） | 提示 | 植入的 | 连带的 | 其余 | 准确（95% 区间） |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from map(_row, sorted(report.models, key=lambda one: one.code))
    yield ""
    yield "| 评查项目 | 植入 | 查出 | 召回（95% 区间） | 失分案卷 | 植入的 | 别处有毛病 | 合法案卷 | 准确（95% 区间） |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from map(_row, (*report.items, _sum(report.items)))
    yield ""
    yield f"相似而合法的 {report.lookalikes} 件，误提示 {len(report.fooled)} 件。"
    yield f"没有植入毛病的案卷 {report.lawful:,} 件，评查一分未扣的 {report.spotless:,} 件。"
    yield from _samples(report)


def _row(one: Score) -> str:
    recall, precision = interval(one.found, one.planted), interval(one.right + one.follows, one.alerts)
    told_recall = f"{one.recall:.3f}（{recall.low:.2f}–{recall.high:.2f}）" if one.planted else "未植入"
    told_precision = f"{one.precision:.3f}（{precision.low:.2f}–{precision.high:.2f}）" if one.alerts else "—"
    return (
        f"| {one.code} | {one.planted} | {one.found} | {told_recall} | {one.alerts} | {one.right} "
        f"| {one.follows} | {len(one.wrong)} | {told_precision} |"
    )


def _sum(scores: Iterable[Score]) -> Score:
    total = Score("合计")
    for one in scores:
        for name in ("planted", "found", "alerts", "right", "follows"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.wrong += one.wrong
    return total


def _samples(report: Report) -> Iterator[str]:
    for one in (*report.models, *report.items):
        for line in one.missed[:SHOWN]:
            yield f"没有查出 {one.code}：{line.agency} {line.subject} {line.what}"
        for subject in one.wrong[:SHOWN]:
            yield f"不是植入的 {one.code}：{subject}"
    yield from (f"相似而合法的被提示：{one}" for one in report.fooled[:SHOWN])
