"""Only what the agency's published list has may be charged; an agency that keeps no list is as before."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from mingjing.cases.models import Case
from mingjing.cases.services import ActRefused
from mingjing.receipts.models import ChargeItem
from mingjing.receipts.services import ReceiptRefused, end_item, list_item
from tests.cast import Cast
from tests.stories import telling

pytestmark = pytest.mark.django_db
ROAD = "城市道路占用挖掘修复费"


def listed(cast: Cast, title: str = ROAD, **more: Any) -> ChargeItem:
    """An item of the list of the bureau."""
    shape = {
        "kind": "fee",
        "list_no": "舞钢市收费目录清单第3项",
        "basis": "城市道路管理条例第三十七条",
        "standard": "每平方米120元",
        "in_force": date(2020, 1, 1),
        "by": cast.head,
        **more,
    }
    return list_item(title=title, at=timezone.now(), **shape)


def charge(cast: Cast) -> Case:
    """The typical case of a fee, told up to the charge."""
    tale = telling(cast, "cn/fee/road")
    return tale.play(4)


def test_without_a_list_of_its_own_an_agency_charges_as_before(cast: Cast) -> None:
    """The law's own question, whether the item is listed, is still asked in the act."""
    assert charge(cast).act_count == 4


def test_an_item_outside_the_list_is_refused_and_one_on_it_is_charged(cast: Cast) -> None:
    """The refusal names what may be charged."""
    listed(cast, "停车占道费")
    with pytest.raises(ActRefused, match=r"不在本机关登记的目录清单中.*停车占道费"):
        charge(cast)
    assert Case.objects.count() == 0

    listed(cast)
    assert charge(cast).act_count == 4


@pytest.mark.parametrize("change", [{"in_force": date(2030, 1, 1)}, {"kind": "levy"}])
def test_an_item_not_yet_in_force_or_of_another_kind_is_not_listed(
    cast: Cast, change: dict[str, Any]
) -> None:
    """The day of the act decides, and a levy is no fee; in force and of the kind it may be charged."""
    listed(cast, **change)
    with pytest.raises(ActRefused, match="目录清单"):
        charge(cast)

    listed(cast)
    assert charge(cast).act_count == 4


def test_an_ended_item_is_charged_no_longer(cast: Cast) -> None:
    """Ending is a row of its own, with its reason."""
    item = listed(cast)
    with pytest.raises(ReceiptRefused, match="依据"):
        end_item(item=item.pk, until=date(2021, 1, 1), reason="", by=cast.head, at=timezone.now())
    end_item(item=item.pk, until=date(2021, 1, 1), reason="取消收费的通知", by=cast.head, at=timezone.now())

    with pytest.raises(ActRefused, match="目录清单"):
        charge(cast)


def test_only_the_head_lists_items(cast: Cast) -> None:
    """Neither those who charge nor those who keep the receipts."""
    for other in (cast.officer, cast.clerk, cast.outsider, cast.supervisor):
        with pytest.raises(ReceiptRefused, match="角色"):
            listed(cast, by=other)
    listed(cast)
