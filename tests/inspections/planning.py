"""A bureau that has a register, published items and a filed plan: where most stories of planning begin."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mingjing.cli.demo.firms import HEADINGS, firms
from mingjing.inspections.models import InspectionItem, YearPlan
from mingjing.inspections.planning import items, plans
from mingjing.inspections.planning.items import Clause, ItemTerms
from mingjing.inspections.planning.plans import LineTerms
from mingjing.inspections.register.importing import take_objects
from mingjing.kit.clock import BEIJING
from tests.cast import make_agency

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from tests.cast import Cast

AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
BASIS = "《行政处罚法》第九条"
MARKET = "410481-market"
BEGINS, ENDS = date(2026, 3, 9), date(2026, 4, 30)


def stocked(count: int = 140, region: str = "410481") -> None:
    """Fill the register of a region with made-up firms."""
    take_objects(region=region, headings=HEADINGS, rows=firms(count, region), at=AT)


def terms(**changed: Any) -> ItemTerms:
    """The terms of an item that stands."""
    told: dict[str, Any] = {
        "name": "油烟净化设施抽查",
        "basis": BASIS,
        "object": "餐饮单位",
        "frequency": "每年 1 次",
        "clauses": [
            Clause("是否安装油烟净化设施", BASIS, "fit", photo=True),
            Clause("清洗记录", BASIS, "text"),
        ],
        "ratios": {"B": "5", "C": "10", "D": "30"},
        "way": "on_site",
        "area": "市容环境",
    }
    return ItemTerms(**told | changed)


def public(item: InspectionItem, *, version: int = 1) -> InspectionItem:
    """Let the item stand in the published list, as publication notes it."""
    items.note_published({item.pk: version}, agency=item.agency)
    item.refresh_from_db()
    return item


def line(item: InspectionItem, **changed: Any) -> LineTerms:
    """The terms of a line that stands."""
    told: dict[str, Any] = {
        "name": "春季油烟抽查", "item": item.code, "ratios": {"C": "10", "D": "30"}, "begins": date(2026, 3, 1),
        "ends": date(2026, 5, 31),
    }  # fmt: skip
    return LineTerms(**told | changed)


def filed(plan: YearPlan, *, author: "Person", head: "Person") -> YearPlan:
    """Lead a plan to its publication."""
    plans.approve_plan(plan=plan, by=head, at=AT)
    plan = plans.file_plan(
        plan=plan, filed_with="舞钢市司法局", filing_no="舞检备〔2026〕1号", by=author, at=AT
    )
    lines = {one.pk: 1 for one in plan.lines.all()}
    plans.note_published(lines, agency=plan.agency, year=plan.year)
    return plans.plan_of(plan.agency, plan.year)


def planned(cast: "Cast", **changed: Any) -> YearPlan:
    """A register, an item in public, a plan with one line that was approved, filed and published."""
    stocked()
    item = public(items.save_item(terms=terms(), by=cast.clerk, at=AT))
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    plans.set_line(plan=plan, terms=line(item, **changed), by=cast.clerk, at=AT)
    return filed(plan, author=cast.clerk, head=cast.head)


def market(cast: "Cast") -> Any:
    """Another department of the same city."""
    return make_agency(MARKET, "舞钢市市场监督管理局", parent=cast.justice.code, field="market")
