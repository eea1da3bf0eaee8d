"""A town of made-up cases with their lines, limits and findings, for figures alone: nothing in it was ever judged."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from mingjing.analysis.lines import FITS, listed
from mingjing.analysis.models import CaseLine, FindingLine, LimitLine, PenaltyLine, PlaceLine, StageSpan
from mingjing.analysis.months import month_of
from mingjing.analysis.spots import read
from mingjing.cases.models import Case
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)
TODAY = date(2026, 4, 20)
PROCEDURES = ("ordinary", "summary", "inspection")
STAGES = ("clue", "investigation", "decision")
KINDS = (",warning,", ",fine,", ",warning,fine,", "")
LAWS = ("城市市容和环境卫生管理条例", "城市道路管理条例", "")
PLACES = (
    "舞钢市建设路与湖滨大道交叉口",
    "舞钢市建设路18号门前",
    "舞钢市朱兰农贸市场北门",
    "舞钢市尚店镇李庄村",
    "河边空地",
)
VIOLATIONS = ("擅自占用城市道路", "乱堆物料")


def build(agencies: "list[Agency]", size: int, seed: int = 8) -> list[Case]:
    """Make so many cases, spread over the agencies and over five months, one of them before the period."""
    chance = Random(seed)
    cases = [_case(agencies[n % len(agencies)], n, chance) for n in range(size)]
    Case.objects.bulk_create(cases)
    places = Random(f"places {seed}")
    for case in cases:
        _lines(case, chance)
        _found(case, places)
    return cases


def _found(case: Case, chance: Random) -> None:
    place = chance.choice(PLACES)
    told, opened = read(place), case.opened_on
    assert opened is not None
    PlaceLine.objects.create(
        case=case, agency=case.agency, region=case.region, field=case.field, procedure=case.procedure,
        imported=case.imported, found_on=opened, month=month_of(opened), place=place, spots=listed(told.spots),
        kind=told.kind, address=told.address, matter=chance.choice((*VIOLATIONS, "一", "二", "三", "四", "")),
    )  # fmt: skip


def _case(agency: "Agency", number: int, chance: Random) -> Case:
    opened = date(2025, 12, 1) + timedelta(days=chance.randrange(150))
    return Case(
        code=f"town{number:08d}", log_code=f"log{number:08d}", agency=agency, region=agency.region,
        procedure=chance.choice(PROCEDURES), field=agency.field, imported=chance.random() < 0.2, opened_on=opened,
        number=f"城管立〔2026〕{number}号", title="擅自占用城市道路",
        party_name=f"第{number}号建材店", stage="decision",
        last_act_at=datetime(2026, 4, 20, tzinfo=UTC), score=chance.choice((100, 92, 85, 70, 40)),
        vetoed=chance.random() < 0.1,
    )  # fmt: skip


def _lines(case: Case, chance: Random) -> None:
    about: dict[str, Any] = {
        "case": case, "agency": case.agency, "region": case.region, "field": case.field,
        "procedure": case.procedure, "imported": case.imported,
    }  # fmt: skip
    opened = case.opened_on
    assert opened is not None
    ended = opened + timedelta(days=chance.randrange(60)) if chance.random() < 0.6 else None
    head = {"score": case.score, "vetoed": case.vetoed, "opened_month": month_of(opened)}
    CaseLine.objects.create(opened_on=opened, ended_on=ended, stage="decision", **head, **about)
    for stage in STAGES:
        days = chance.randrange(40)
        open_still = stage == STAGES[-1] and ended is None and not case.imported
        until = None if open_still else opened + timedelta(days=days)
        StageSpan.objects.create(
            stage=stage, since=opened, until=until, days=None if open_still else days, **about
        )
    if chance.random() < 0.7:
        fine = chance.choice((None, 20_000, 50_000, 100_000, 900_000))
        PenaltyLine.objects.create(
            act_seq=3, decided_on=opened + timedelta(days=chance.randrange(30)), kinds=chance.choice(KINDS),
            law=chance.choice(LAWS), violation=(said := chance.choice(VIOLATIONS)), violation_key=said[:4],
            tier=chance.choice(("lighter", "ordinary", "")), party_kind="organization", fine_fen=fine,
            fit=chance.choice(list(FITS)), **about,
        )  # fmt: skip
    _judged(about, opened, chance)


def _judged(about: dict[str, Any], opened: date, chance: Random) -> None:
    rules = [one.id for one in library().rules if one.kind == "deadline"][:3]
    for rule in rules:
        due = opened + timedelta(days=chance.randrange(40))
        status = chance.choice(("met", "missed", "running"))
        LimitLine.objects.create(rule=rule, due_on=due, month=month_of(due), status=status, **about)
    if chance.random() < 0.5:
        rule = chance.choice(rules)
        FindingLine.objects.create(rule=rule, title="超过期限", month=month_of(opened), **about)
