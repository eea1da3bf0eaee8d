"""A story told of one party, by certain people, on other days, with other sums; pure: same task, same acts."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from mingjing.cli.demo.firms import credit_code
from mingjing.cli.simulate.people import GIVEN, SURNAMES, Bureau
from mingjing.cli.simulate.stories import Acts, faults, kept_until, stories
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import ActRecord, Performer
from mingjing.packs.load import library

# A day as facts and texts write it, with or without a time behind it.
DAY: Final = re.compile(r"\b(20\d\d)(-|年)(\d{1,2})(-|月)(\d{1,2})(?!\d)")
FRONT: Final = "鑫盛源和泰兴宏顺安华丰嘉瑞祥恒益德隆"
BACK: Final = "达通利润昌茂诚信佳美康福星辉海洋林峰"
TRADES: Final = ("建材", "餐饮", "物业", "食品", "运输", "汽修", "百货", "装饰")
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DEED: Final = "未经批准擅自占用城市道路"
SUMS: Final = ("proposed_fine_yuan", "fine_yuan", "paid_yuan")


@dataclass(slots=True)
class Task:
    """One case to be told: everything that decides how it comes out."""

    number: int
    bureau: int
    story: str
    party: int
    handlers: tuple[str, str]
    reviewer: str
    window: tuple[date, date]  # its first act lies between these days
    start: date
    fine: int | None = None
    fault: str = ""
    month_end: bool = False  # its decision falls on one of the last days of a month
    late: tuple[str, int] = ("", 0)  # acts of this person were entered so many days later


@dataclass(frozen=True, slots=True)
class Template:
    """A story, lawful or spoilt, ready to be told: the acts, their facts as one text, the words that change."""

    acts: Acts
    text: str
    known: Mapping[str, Any]
    first: date
    own: Mapping[str, Performer]  # the people of the lawful file
    last: timedelta | None = None  # the last act is not where the file has it, but so long ago

    @property
    def span(self) -> timedelta:
        """From the day the story begins to its last act."""
        return max(legal_day(act.done_at) for act in self.acts if act.done_at) - self.first


@lru_cache(maxsize=4096)
def template(story: str, fault: str) -> Template:
    """Give a story with a fault, if one is named."""
    told = stories()[story]
    acts, last = told.file.acts, None
    if fault:
        one = faults()[fault]
        last = timedelta(days=one.last) if one.begun and one.last is not None else None
        if one.until:
            acts = kept_until(acts, one.until)
        spoilt = one.spoil(acts)
        if spoilt is None:
            raise ValueError(f"{fault} cannot be planted in {story}")
        acts = spoilt
    known = {name: value for act in told.file.acts for name, value in act.facts.items()}
    own = {one.person: one for act in told.file.acts for one in act.performers}
    text = json.dumps([dict(act.facts) for act in acts], ensure_ascii=False, default=_plain)
    return Template(acts, text, known, told.first, own, last)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value)


def tell(task: Task, bureau: Bureau, on: datetime, *, lawful: bool = False) -> list[ActRecord]:
    """Give the acts of a case as far as they have come by a moment; its lawful form where that is asked."""
    made = template(task.story, "" if lawful else task.fault)
    shift = task.start - made.first
    facts = json.loads(_words(made, task, bureau, shift))
    parts = _parts(task, bureau)
    acts: list[ActRecord] = []
    for one, stated in zip(made.acts, facts, strict=True):
        done = one.done_at + shift if one.done_at else None
        if done is not None and one is made.acts[-1] and made.last is not None:
            done = datetime.combine(on.date() - made.last, done.timetz())
        if done is None or done > on:
            continue
        acts.append(
            ActRecord(
                seq=len(acts) + 1,
                kind=one.kind,
                done_at=done,
                facts=_facts(one, stated, parts, task, bureau, done),
                performers=tuple(_performer(who, made, parts, bureau, done) for who in one.performers),
                evidence=tuple(
                    replace(piece, digest=f"{task.number:08x}{one.seq:04x}{at:04x}".ljust(64, "0"))
                    for at, piece in enumerate(one.evidence)
                ),
            )
        )
    return acts


def _words(made: Template, task: Task, bureau: Bureau, shift: timedelta) -> str:
    text = DAY.sub(lambda found: _shifted(found, shift), made.text)
    for old, new in _swaps(made, task, bureau):
        text = text.replace(old, new)
    return text


def _shifted(found: re.Match[str], shift: timedelta) -> str:
    day = date(int(found[1]), int(found[3]), int(found[5])) + shift
    return day.isoformat() if found[2] == "-" else f"{day.year}年{day.month}月{day.day}"


def _swaps(made: Template, task: Task, bureau: Bureau) -> list[tuple[str, str]]:
    known, chance = made.known, random.Random(f"party {task.bureau} {task.party}")  # noqa: S311 - no secret
    person = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    swaps = [(DEED, bureau.deed)]
    if code := known.get("party_uscc"):
        swaps += [(str(code), firm_code(task)), (str(known["party_name"]), firm_name(task))]
        swaps.append((str(known["party_representative"]), person))
    elif identity := known.get("party_id_number"):
        birth = date(1955, 1, 1) + timedelta(days=chance.randrange(16_000))
        swaps += [(str(identity), _identity(birth, chance)), (str(known["party_name"]), person)]
        swaps.append((f'"{known["party_birth_on"]}"', f'"{birth.isoformat()}"'))
    fine = known.get("fine_yuan")
    if fine and task.fine is not None:
        swaps += [(f'"{fine}"', f'"{task.fine}"'), (f"{fine}元", f"{task.fine}元")]
    return swaps


def firm_code(task: Task) -> str:
    """Give the credit code of the firm of a task."""
    return credit_code(task.bureau * 100_000 + task.party)


def firm_name(task: Task) -> str:
    """Give its name."""
    number = task.party
    words = FRONT[number % 18] + BACK[number // 18 % 18] + TRADES[number // 7 % len(TRADES)]
    return f"舞钢市{words}{task.bureau}{number:04d}有限公司"


def _identity(birth: date, chance: random.Random) -> str:
    body = f"410481{birth:%Y%m%d}{chance.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _parts(task: Task, bureau: Bureau) -> Mapping[str, str]:
    """Say who plays which part of the file."""
    reviewers = [one.username for one in bureau.of("reviewer")]
    other = next(one for one in reviewers if one != task.reviewer)
    heads, public = ([one.username for one in bureau.of(role)] for role in ("head", "publicity"))
    return {
        "officer": task.handlers[0],
        "officer2": task.handlers[1],
        "reviewer": other,
        "reviewer2": task.reviewer,
        "head": heads[task.number % len(heads)],
        "clerk": bureau.of("clerk")[0].username,
        "publicity": public[0],
        "publicity2": public[1],
    }


def _facts(
    act: ActRecord,
    stated: dict[str, Any],
    parts: Mapping[str, str],
    task: Task,
    bureau: Bureau,
    done: datetime,
) -> dict[str, Any]:
    fields, kind = library().fields, library().kinds[act.kind]
    for name, value in stated.items():
        kind_of = fields[name].type if name in fields else ""
        if kind_of == "person":
            stated[name] = parts.get(value, value)
        elif kind_of == "people":
            stated[name] = [parts.get(one, one) for one in value]
    if kind.number:
        stated["document_no"] = f"{bureau.prefix}{kind.number}〔{legal_day(done).year}〕{task.number}号"
    return stated


def _performer(
    who: Performer, made: Template, parts: Mapping[str, str], bureau: Bureau, done: datetime
) -> Performer:
    """Give who plays a part as the register has him, with what a fault changed of him."""
    real = bureau.performer(parts.get(who.person, who.person), legal_day(done))
    lawful = made.own[who.person]
    changed = {
        name: getattr(who, name)
        for name in ("agency", "certificate", "certificate_state", "legal_qualification", "auxiliary")
        if getattr(who, name) != getattr(lawful, name)
    }
    return replace(real, **changed) if changed else real
