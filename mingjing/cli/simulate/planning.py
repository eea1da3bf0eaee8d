"""Which cases the county has: in which bureau, by whom, about whom, with which faults; pure, from the seed alone."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final

from mingjing.cli.simulate.people import Bureau, make_bureaus
from mingjing.cli.simulate.settling import able
from mingjing.cli.simulate.stories import SENT_BACK, Fault, faults, stories, table
from mingjing.cli.simulate.telling import Task, template
from mingjing.kit.clock import BEIJING

# Of so many cases one has this fault, this look-alike, this defect of the corpus.
ONE_FAULT_OF, ONE_LOOKALIKE_OF, ONE_DEFECT_OF = 250, 500, 1000
SOME_DEFECTS: Final = 10  # of a county too small for all of them
PATTERNS_FROM: Final = 80  # cases a bureau must have before something in it can stand out
PEOPLE_FROM: Final[Mapping[str, int]] = {"withdrawn_often": 800, "reviewer_always_agrees": 1200}
FIRMS_EACH: Final = 8  # cases for each firm of a bureau
AMONG_LIKE: Final = ("unequal_penalty",)  # so do these, of which like cases must be many
LISTED: Final = 60  # firms on the list that a bureau draws from
STRANGER: Final = 5000  # numbers of firms that stand on no list begin here
OPEN, AFTERWARDS = timedelta(days=1), timedelta(days=30)
WITHDRAWN, ROUNDED, SENT, MONTH_END = 0.35, 0.9, 0.7, 0.5
REPEATED, BURST, BACKDATED, UNPLANNED_OF = 12, 36, 6, 1500
LATE, NOT_SO_LATE = 25, 12  # days
ROUND_SHARE: Final = 0.2


@dataclass(frozen=True)
class County:
    """The whole county as it is to be made. `patterns` name who stands out: (code, field of the bureau, subject)."""

    seed: int
    cases: int
    on: datetime
    begins: date
    bureaus: tuple[Bureau, ...]
    able: Mapping[int, frozenset[str]]
    tasks: list[Task] = field(default_factory=list)
    patterns: list[tuple[str, int, str, str]] = field(default_factory=list)

    def by_field(self, code: str) -> Bureau:
        """Give the bureau in which a pattern is planted."""
        wanted = table("county").data["patterns"][code]
        return next(one for one in self.bureaus if one.field == wanted)

    @cached_property
    def drawing(self) -> frozenset[int]:
        """The bureaus that draw whom they inspect."""
        return frozenset(self.by_field(code).number for code in ("firm_never_drawn", "inspection_unplanned"))


def plan_county(cases: int, seed: int) -> County:
    """Plan a county of about so many cases; the same seed gives the same county."""
    data = table("county").data
    bureaus = make_bureaus(data, cases, seed)
    on = datetime.combine(data["on"], time(18), tzinfo=BEIJING)
    county = County(seed, cases, on, data["begins"], bureaus, {one.number: able(one, on) for one in bureaus})
    chance = random.Random(f"county {seed} {cases}")  # noqa: S311 - a county must be the same every time
    for fault, times in _planted(cases, chance):
        for _ in range(times):
            county.tasks.append(_faulty(county, fault, chance))
    while len(county.tasks) < cases:
        county.tasks.append(_honest(county, chance))
    for plant in (_unplanned, _withdrawing, _rounding, _agreeing, _month_ends, _backdating):
        plant(county, chance)
    for plant in (_bursting, _repeating, _pairing, _undrawn):
        plant(county, chance)
    for number, task in enumerate(county.tasks, 1):
        task.number = number
    return county


def _planted(cases: int, chance: random.Random) -> Iterator[tuple[Fault, int]]:
    corpus = [one for one in faults().values() if not one.code and one.stories]
    each = cases // ONE_DEFECT_OF
    chosen = corpus if each else chance.sample(corpus, SOME_DEFECTS)
    yield from ((one, max(each, 1)) for one in chosen)
    for one in faults().values():
        if one.code and (one.code not in AMONG_LIKE or cases >= PATTERNS_FROM * len(settings()["bureau"])):
            yield one, max(cases // (ONE_LOOKALIKE_OF if one.lawful else ONE_FAULT_OF), 1)


def _faulty(county: County, fault: Fault, chance: random.Random) -> Task:
    places = [
        (bureau, story)
        for bureau in county.bureaus
        for story in fault.stories
        if story in county.able[bureau.number]
        and (bureau.lapses or fault.code != "certificate_expired")
        and fault.field in ("", bureau.field)
    ]
    bureau, story = chance.choice(places)
    task = _task(county, bureau, story, chance)
    task.fault = fault.name
    begins, ends = task.window
    if fault.code == "certificate_expired" and bureau.lapsed and bureau.lapses:
        task.handlers = (bureau.lapsed.username, task.handlers[1])
        around = stories()[story].span + timedelta(days=7)
        begins = begins if fault.lawful else bureau.lapses + OPEN
        ends = bureau.lapses - around if fault.lawful else ends
    if not fault.until:
        ends = min(ends, county.on.date() - template(story, fault.name).span - AFTERWARDS)
    if fault.since is not None:
        begins = max(begins, fault.since)
    task.window = (min(begins, ends - timedelta(days=21)), ends)
    return task


def _honest(county: County, chance: random.Random) -> Task:
    bureau = chance.choice(county.bureaus)
    names = sorted(county.able[bureau.number])
    story = chance.choices(names, [stories()[name].share for name in names])[0]
    return _task(county, bureau, story, chance)


def _task(county: County, bureau: Bureau, story: str, chance: random.Random) -> Task:
    one, other = chance.sample([staff.username for staff in bureau.officers], 2)
    return Task(
        number=0,
        bureau=bureau.number,
        story=story,
        party=_party(county, bureau, story, chance),
        handlers=(one, other),
        reviewer=chance.choice(bureau.of("reviewer")).username,
        window=(county.begins, county.on.date() - OPEN),
        start=county.begins,
        fine=_fine(story, chance),
    )


def _party(county: County, bureau: Bureau, story: str, chance: random.Random) -> int:
    if story == "inspection" and bureau.number in county.drawing:
        return chance.randrange(1, LISTED)  # the last one of the list is never drawn
    return chance.randrange(100, 100 + max(county.cases // len(county.bureaus) // FIRMS_EACH, 40))


def _fine(story: str, chance: random.Random) -> int | None:
    if story == "summary":
        return chance.choice((30, 40, 40, 50, 50, 50, 60, 60, 80))
    if story.startswith("hearing"):
        return chance.randrange(84_100, 96_000, 100)
    if story == "inspection":
        return None
    if chance.random() < ROUND_SHARE:
        return chance.choice((4000, 5000, 5000, 6000))
    return min(max(round(5000 * chance.lognormvariate(0, 0.15) / 50) * 50, 3050), 7450) // 100 * 100 + 50


# --- what only shows over many cases ----------------------------------------------------------------


def _of(county: County, code: str) -> tuple[Bureau, list[Task]]:
    """Give the bureau of a pattern and its honest cases; none where it has too few."""
    bureau = county.by_field(code)
    own = [one for one in county.tasks if one.bureau == bureau.number and not one.fault]
    least = PEOPLE_FROM.get(code, PATTERNS_FROM)
    return bureau, own if county.cases >= least * len(county.bureaus) else []


def _note(county: County, code: str, bureau: Bureau, subject: str, what: str) -> None:
    county.patterns.append((code, bureau.number, subject, what))


def _unplanned(county: County, chance: random.Random) -> None:
    """Visits to firms that were not drawn, said to have been."""
    bureau, ends = county.by_field("inspection_unplanned"), county.on.date() - timedelta(days=40)
    for at in range(max(county.cases // UNPLANNED_OF, 1)):
        task = _task(county, bureau, "inspection", chance)
        task.party = STRANGER + at
        task.window = (ends - timedelta(days=240), ends)
        county.tasks.append(task)
        _note(county, "inspection_unplanned", bureau, f"party {task.party}", "自称双随机抽查，没有抽中过")


def _withdrawing(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "withdrawn_often")
    who = bureau.officers[0].username
    for task in own:
        if task.story == "ordinary" and task.handlers[0] == who and chance.random() < WITHDRAWN:
            task.story = "withdrawn"
    if own:
        _note(county, "withdrawn_often", bureau, who, "主办的普通程序案件三成五撤销，其他人很少")


def _rounding(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "fine_rounded_up")
    who = bureau.officers[0].username
    for task in own:
        if task.story in ("ordinary", "sealing") and task.handlers[0] == who and chance.random() < ROUNDED:
            task.fine = chance.choice((4000, 5000, 6000))
    if own:
        _note(county, "fine_rounded_up", bureau, who, "主办的案件罚款九成为整千元，其他人两成")


def _agreeing(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "reviewer_always_agrees")
    who = bureau.of("reviewer")[0].username
    for task in own:
        if task.story.startswith("hearing") and chance.random() < SENT:
            task.story, task.reviewer = "hearing", who
    other = bureau.of("reviewer")[1].username
    for task in county.tasks if own else ():
        if task.bureau == bureau.number and (task.fault or task.story == SENT_BACK):
            task.reviewer = other  # whoever always agrees never did otherwise
    if own:
        _note(county, "reviewer_always_agrees", bureau, who, "审核意见全部同意")


def _month_ends(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "quota_pattern")
    for task in own:
        task.month_end = task.story in ("ordinary", "summary") and chance.random() < MONTH_END
    if own:
        _note(county, "quota_pattern", bureau, "", "一半的决定落在每月25日以后")


def _backdating(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "backdated_entries")
    for at, days in ((0, LATE), (1, NOT_SO_LATE)):
        who = bureau.officers[at].username
        for task in [one for one in own if one.handlers[0] == who][:BACKDATED]:
            task.late = (who, days)
            task.window = (task.window[0], task.window[1] - timedelta(days=180))
    if own:
        _note(
            county,
            "backdated_entries",
            bureau,
            bureau.officers[0].username,
            "六件案件的行为二十五日以后才录入",
        )


def _bursting(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "inspection_burst")
    if not own:
        return
    begins = county.on.date() - timedelta(days=chance.randrange(90, 200))
    for _ in range(BURST):
        task = _task(county, bureau, "inspection", chance)
        task.window = (begins, begins + timedelta(days=8))
        task.party = chance.randrange(300, 2000)
        county.tasks.append(task)
    _note(county, "inspection_burst", bureau, begins.isoformat(), f"自{begins}起十余日内检查{BURST}次")


def _repeating(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "inspection_repeated")
    if not own:
        return
    ends = county.on.date() - timedelta(days=30)
    for at in range(REPEATED):
        task = _task(county, bureau, "inspection", chance)
        task.party = STRANGER
        first = ends - timedelta(days=25 * (at + 1))
        task.window = (first, first + timedelta(days=10))
        county.tasks.append(task)
    _note(county, "inspection_repeated", bureau, f"party {STRANGER}", f"一年内检查{REPEATED}次")


def _pairing(county: County, chance: random.Random) -> None:
    bureau, own = _of(county, "inspectors_always_paired")
    pair = (bureau.officers[0].username, bureau.officers[1].username)
    for task in own:
        if task.story == "inspection" and set(task.handlers) & set(pair):
            task.handlers = pair
    if own:
        _note(county, "inspectors_always_paired", bureau, "、".join(sorted(pair)), "两人每次检查都同去")


def _undrawn(county: County, chance: random.Random) -> None:
    bureau = county.by_field("firm_never_drawn")
    _note(county, "firm_never_drawn", bureau, f"party {LISTED}", "十二次抽取每次机会一半，从未抽中")


def listed(tasks: Sequence[Task]) -> dict[int, list[Task]]:
    """Give the tasks by bureau."""
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.bureau, []).append(task)
    return found


def settings() -> Mapping[str, Any]:
    """Give the table of the county."""
    return table("county").data
