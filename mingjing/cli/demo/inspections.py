"""Random inspections of the demo: items, the plan, a draw whose visits are over, a draw that waits for its parties."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.catalogues import publish_version
from mingjing.cli.demo.visits import visit_all
from mingjing.inspections.ceremony import close_draw, keep_proofs, pledge, reveal, run_draw
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.planning import items, plans
from mingjing.inspections.planning.items import Clause, ItemTerms
from mingjing.inspections.planning.organising import Extra, organise
from mingjing.inspections.planning.plans import LineTerms
from mingjing.inspections.standing import declaration_of
from mingjing.inspections.visiting.visits import approve_scheme, lay_out
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agency, person
from mingjing.publicity.catalogue_law import kinds_for
from mingjing.publicity.catalogue_rows import catalogue_rows
from mingjing.translog.services import seal_log

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw

RULES: Final = "城市市容和环境卫生管理条例"
ARTICLE: Final = "第三十四条"
BASIS: Final = f"《{RULES}》{ARTICLE}"
SMOKE: Final = ItemTerms(
    name="餐饮单位门前责任区抽查",
    area="市容环境",
    basis=BASIS,
    object="餐饮单位",
    industries=["餐饮业"],
    frequency="每年 1 次",
    ratios={"C": "10"},
    way="on_site",
    clauses=[
        Clause("门前是否乱倒污水、垃圾", BASIS, "fit", photo=True),
        Clause("餐厨垃圾容器是否密闭", BASIS, "fit"),
    ],
)
GARAGES: Final = ItemTerms(
    name="汽车维修户门前责任区抽查",
    area="市容环境",
    basis=BASIS,
    object="汽车维修户",
    industries=["汽车修理业"],
    frequency="每年 1 次",
    ratios={"C": "5"},
    way="on_site",
    clauses=[Clause("门前是否遗留废旧物料", BASIS, "fit")],
)
SCHEME: Final[Mapping[str, Any]] = {
    "mode": "on_site",
    "onsite_reason": "须到门前查看。",
    "merged": True,
    "officer_opinion": "对象和人员已随机抽取，建议检查。",
    "opinion": "同意。",
}


def inspect() -> None:
    """Make items, plan and draws, unless the bureau has items."""
    bureau, now = agency(BUREAU), timezone.now()
    if items.items_of(bureau):
        return
    made = [
        items.save_item(terms=one, by=person("clerk"), at=now - timedelta(days=40))
        for one in (SMOKE, GARAGES)
    ]
    _published("random_items", now - timedelta(days=38))
    year = legal_day(now).year
    plan = plans.begin_plan(year=year, by=person("clerk"), at=now - timedelta(days=36))
    for name, one in (("餐饮单位门前责任区抽查", made[0]), ("汽车维修户门前责任区抽查", made[1])):
        terms = LineTerms(name, one.code, one.ratios, date(year, 1, 1), date(year, 12, 31))
        plans.set_line(plan=plan, terms=terms, by=person("clerk"), at=now - timedelta(days=36))
    plans.approve_plan(plan=plan, by=person("head"), at=now - timedelta(days=35))
    plans.file_plan(
        plan=plan, filed_with="舞钢市司法局", filing_no=f"舞检备〔{year}〕1号", by=person("clerk"),
        at=now - timedelta(days=34),
    )  # fmt: skip
    _published("inspection_plan", now - timedelta(days=30))
    running, over = plans.lines_of(plans.plan_of(bureau, year))
    _finished(over.pk, now)
    _declared(running.pk, now)
    _seal(now)


def _published(code: str, at: datetime) -> None:
    """Publish what the room of inspections says of a list."""
    bureau, year = agency(BUREAU), legal_day(timezone.now()).year
    kind = kinds_for(bureau)[code]
    publish_version(kind, kind.slug(year), catalogue_rows(kind, bureau, legal_day(at), year=year), at)


def _declared(line: int, now: datetime) -> "Draw":
    source, today = plans.line_of(agency(BUREAU), line), legal_day(now)
    ends = min(source.ends, today + timedelta(days=30))
    draw = organise(source=source, begins=today, ends=ends, extra=Extra(), by=person("clerk"), at=now)
    _seal(now)
    return draw


def _seal(now: datetime) -> None:
    """What the worker does between two steps."""
    seal_log(at=now)
    keep_proofs(at=now)


def _bound(draw: "Draw", now: datetime) -> dict[str, str]:
    """Let both parties bind themselves; gives their numbers."""
    numbers = {party: secrets.token_hex(32) for party in draw.declaration["parties"]}
    for (party, nonce), by in zip(numbers.items(), ("head", "supervisor"), strict=True):
        pledge(
            draw=draw,
            party=party,
            commits=commitment(declaration_of(draw).terms, party, nonce),
            by=by,
            at=now,
        )
    _seal(now)
    return numbers


def _finished(line: int, now: datetime) -> None:
    """A draw from its declaration to its end, with visits of every kind."""
    draw = _declared(line, now)
    for (party, nonce), by in zip(_bound(draw, now).items(), ("head", "supervisor"), strict=True):
        reveal(draw=draw, party=party, nonce=nonce, by=by, at=now)
    run_draw(draw=draw, number="", by=person("clerk"), at=now)
    _seal(now)
    item = items.public_item(agency(BUREAU), draw.campaign.item)
    clauses = [{"question": one["question"], "law": RULES, "article": ARTICLE} for one in item.clauses]
    told = {
        "code": item.code, "title": item.name, "published": True, "ranks": ["administrative_regulation"], "cap": 2,
        "clauses": clauses,
    }  # fmt: skip
    approve_scheme(
        agency=draw.campaign.agency,
        campaign=draw.campaign,
        raw={**SCHEME, "item": told},
        by=person("head"),
        at=now,
    )
    lay_out(draw, at=now)
    visit_all(draw, now)
    close_draw(draw=draw, by=person("clerk"), at=now)
