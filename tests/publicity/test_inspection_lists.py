"""What inspections rest on is what the public can read: it begins, changes and ends with the published lists."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.inspections.models import FrequencyCap
from mingjing.inspections.planning import items, plans
from mingjing.inspections.planning.items import ItemRefused
from mingjing.inspections.planning.plans import PlanRefused, usable_line
from mingjing.publicity import catalogues
from mingjing.publicity.catalogue_law import kind_for
from mingjing.publicity.catalogue_rows import catalogue_rows, with_known
from mingjing.publicity.endings import end_outdated
from mingjing.publicity.inspection_lists import note_list
from tests.inspections.planning import AT, BEGINS, ENDS, line, terms
from tests.publicity.lists import CAPS, published

if TYPE_CHECKING:
    from mingjing.inspections.models import InspectionItem, PlanLine
    from tests.cast import Cast

ITEMS, PLAN = "random_items", "inspection_plan-2026"


def known(cast: "Cast", slug: str) -> list[tuple[str, ...]]:
    """What the system brings along for a list."""
    return catalogue_rows(kind_for(cast.bureau, slug), cast.bureau, AT.date(), year=2026)


def listed(cast: "Cast", **changed: Any) -> "InspectionItem":
    """An item written and published with the list that the system fills in."""
    item = items.save_item(terms=terms(**changed), by=cast.clerk, at=AT)
    published(cast, ITEMS, known(cast, ITEMS), at=AT)
    item.refresh_from_db()
    return item


def planned(cast: "Cast", item: "InspectionItem") -> "PlanLine":
    """A filed plan with one line, published with the list that the system fills in."""
    plan = plans.begin_plan(year=2026, by=cast.clerk, at=AT)
    made = plans.set_line(plan=plan, terms=line(item), by=cast.clerk, at=AT)
    assert made is not None
    plans.approve_plan(plan=plan, by=cast.head, at=AT)
    plans.file_plan(plan=plan, filed_with="舞钢市司法局", filing_no="1号", by=cast.clerk, at=AT)
    published(cast, PLAN, known(cast, PLAN), at=AT)
    return plans.line_of(cast.bureau, made.pk)


def test_an_item_stands_while_exactly_its_row_is_public(cast: "Cast") -> None:
    """Published it may be used; mended it is not what the public reads; published again it is; withdrawn it is not."""
    first = listed(cast)
    assert items.public_item(cast.bureau, first.code).version == 1
    items.save_item(terms=terms(frequency="每年 2 次"), by=cast.clerk, at=AT, code=first.code)
    assert items.public_item(cast.bureau, first.code).version == 1
    published(cast, ITEMS, known(cast, ITEMS), at=AT + timedelta(days=1))
    assert items.public_item(cast.bureau, first.code).version == 2
    catalogues.withdraw(
        agency=cast.bureau.code, slug=ITEMS, reason="重新核定", by=cast.publicity, at=AT + timedelta(days=2)
    )
    with pytest.raises(ItemRefused, match="没有列入现行公布"):
        items.public_item(cast.bureau, first.code)


def test_a_row_that_says_something_else_makes_no_item_usable(cast: "Cast") -> None:
    """A list typed by hand with another ratio is not the item; the row that the system brings along is."""
    item = items.save_item(terms=terms(), by=cast.clerk, at=AT)
    [row] = known(cast, ITEMS)
    place = kind_for(cast.bureau, ITEMS).place("ratio")
    published(cast, ITEMS, [(*row[:place], "C类 1%", *row[place + 1 :])], at=AT)
    with pytest.raises(ItemRefused):
        items.public_item(cast.bureau, item.code)
    published(cast, ITEMS, [row], at=AT + timedelta(days=1))
    assert items.public_item(cast.bureau, item.code).published_in == 2


def test_a_line_stands_with_the_published_plan_and_falls_when_its_year_is_over(cast: "Cast") -> None:
    """Published, it may be carried out; telling it twice changes nothing; the daily run ends it with the list."""
    task = planned(cast, listed(cast))
    assert usable_line(task, BEGINS, ENDS).name == "油烟净化设施抽查"
    note_list(cast.bureau, PLAN)
    task.refresh_from_db()
    assert task.published_in == 1
    assert end_outdated(at=AT + timedelta(days=365))
    task.refresh_from_db()
    with pytest.raises(PlanRefused, match="不在现行公布的年度检查计划里"):
        usable_line(task, BEGINS, ENDS)


def test_a_line_changed_after_publication_is_not_the_public_one(cast: "Cast") -> None:
    """Filed again with other ratios it is refused until the list says so; put back as it was it stands again."""
    item = listed(cast)
    task = planned(cast, item)
    plan = task.plan

    def rewritten(ratios: dict[str, str]) -> "PlanLine":
        plans.reopen_plan(plan=plan, reason="调整", by=cast.clerk, at=AT)
        told = line(item, ratios=ratios)
        plans.set_line(plan=plan, terms=told, by=cast.clerk, at=AT, number=task.number)
        plans.approve_plan(plan=plan, by=cast.head, at=AT)
        plans.file_plan(plan=plan, filed_with="舞钢市司法局", filing_no="2号", by=cast.clerk, at=AT)
        note_list(cast.bureau, PLAN)
        return plans.line_of(cast.bureau, task.pk)

    with pytest.raises(PlanRefused, match="请先公布计划"):
        usable_line(rewritten({"D": "10"}), BEGINS, ENDS)
    assert usable_line(rewritten({"C": "10", "D": "30"}), BEGINS, ENDS).code == item.code


def test_caps_come_and_go_with_their_list(cast: "Cast") -> None:
    """As many as the list has rows, none when it is withdrawn; a refused publication leaves them as they were."""
    published(cast, "frequency_caps", CAPS, at=AT)
    assert sorted(FrequencyCap.objects.values_list("most", "published_in")) == [(2, 1), (4, 1)]
    published(cast, "frequency_caps", CAPS[:1], at=AT + timedelta(days=1))
    assert list(FrequencyCap.objects.values_list("most", "published_in")) == [(2, 2)]
    catalogues.withdraw(
        agency=cast.bureau.code,
        slug="frequency_caps",
        reason="误",
        by=cast.publicity,
        at=AT + timedelta(days=2),
    )
    assert not FrequencyCap.objects.exists()


def test_what_a_room_keeps_replaces_its_row_and_leaves_the_others(cast: "Cast") -> None:
    """A row typed by hand stays; the item's own row is as the item says today."""
    item = items.save_item(terms=terms(), by=cast.clerk, at=AT)
    kind, [row] = kind_for(cast.bureau, ITEMS), known(cast, ITEMS)
    foreign = ("市容", "手工登记的事项", *row[2:])
    items.save_item(terms=terms(frequency="每年 2 次"), by=cast.clerk, at=AT, code=item.code)
    rows, changed = with_known([foreign, row], kind, cast.bureau, AT.date())
    assert rows[0] == foreign
    assert rows[1][kind.place("frequency")] == "每年 2 次"
    assert (len(rows), changed) == (2, 1)
