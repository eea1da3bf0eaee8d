"""Custody, receipts, payments and dossiers in a real browser: no serious barrier, nothing wider than a phone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mingjing.cases.dossier import key_of_case
from mingjing.property.models import CustodyItem
from mingjing.property.services import prepare_move, sign_move, take_in
from mingjing.receipts.services import list_item, move_tickets, receive_range
from mingjing.translog.services import seal_log
from tests.browser.test_officer_pages import SHOTS, barriers, enter, watched
from tests.cast import Cast
from tests.stories import told


@pytest.fixture
def pages(transactional_db: Any, cast: Cast) -> dict[str, list[str]]:
    """Goods in a room and one thing on its way out, receipts given out, a fine unpaid."""
    _, seizure = told(cast, "cn/coercion/seizure", until="sealing_imposed")
    _, unpaid = told(cast, until="decision_published", mark="b")
    now = timezone.now()
    seal_log(at=now)
    take_in()
    items = list(CustodyItem.objects.all())
    stored = {"basis": "", "photos": [], "moved_at": now, "by": cast.officer, "at": now}
    place = {"place": "一号库", "seal_no": "F-001"}
    draft = prepare_move(items=[one.code for one in items], kind="store", stated=place, **stored)
    sign_move(draft=draft.pk, by=cast.officer2, at=now)
    out = {"receiver": "检验所", "note": "送检"}
    waiting = prepare_move(items=[items[-1].code], kind="release", stated=out, **stored)
    first, last = "豫财0410000001", "豫财0410000100"
    row = receive_range(
        kind="fine",
        first=first,
        last=last,
        source="舞钢市财政局",
        received_on=date(2026, 1, 5),
        by=cast.clerk,
        at=now,
    )
    move_tickets(
        range_pk=row.pk,
        step="issued",
        first=first,
        last="豫财0410000020",
        holder="clerk",
        by=cast.clerk,
        at=now,
    )
    list_item(
        kind="fee",
        title="城市道路占用挖掘修复费",
        list_no="舞钢市收费目录清单第3项",
        basis="城市道路管理条例第三十七条",
        standard="每平方米120元",
        in_force=date(2020, 1, 1),
        by=cast.head,
        at=now,
    )
    return {
        "clerk": [
            "/custody/",
            f"/custody/items/{items[0].code}/",
            f"/custody/items/{items[0].code}/labels?all=1",
            f"/custody/moves/{waiting.pk}/",
            "/custody/count/?place=一号库",
            "/receipts/",
            f"/receipts/ranges/{row.pk}/",
        ],
        "officer": [
            "/",
            "/dossier/",
            f"/dossier/{key_of_case(cast.officer, seizure)}/",
            f"/cases/{unpaid.code}/",
        ],
        "head": ["/receipts/"],
    }


@pytest.mark.parametrize("who", ["clerk", "officer", "head"])
def test_no_page_of_custody_and_receipts_has_a_serious_barrier(
    pages: dict[str, list[str]], live_server: Any, page: Any, phone: Any, who: str
) -> None:
    """At a desk and on a phone."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for screen in (page, phone):
        enter(watched(screen, faults), live_server.url, who)
    for number, address in enumerate(pages[who]):
        for screen, name in ((page, "desk"), (phone, "phone")):
            screen.goto(live_server.url + address)
            screen.wait_for_load_state("networkidle")
            if SHOTS:
                screen.screenshot(path=Path(SHOTS) / f"custody-{who}-{number}-{name}.png", full_page=True)
        faults += barriers(page)
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{address}: wider than the phone")
    assert sorted(set(faults)) == []
