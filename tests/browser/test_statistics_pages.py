"""Statistical reports in a real browser, at a desk and on a phone: no barrier, no error, nothing too wide."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from mingjing.exchange.sheets import workbook_bytes
from mingjing.statistics import services
from mingjing.statistics.periods import Period
from mingjing.statistics.printed import paper_pdf, sheets_of
from mingjing.statistics.services import Draft
from tests.browser.test_portal_pages import shoot, watched
from tests.stories import told


@pytest.fixture
def county(transactional_db, cast, settings, tmp_path):
    """A bureau whose report of March is published and corrected by a version that waits."""
    settings.MINGJING_HOME = tmp_path
    for mark in "ab":
        told(cast, "summary", mark=mark, until="on_the_spot_decided")
    now = timezone.now()
    draft = {"form": "monthly", "period": Period(2026, 3), "cutoff": timezone.localdate(now)}
    row = services.submit(
        draft=Draft(**draft, note="本月集中整治占道经营。"), by=cast.clerk, at=now, once="a"
    )
    services.approve(report=row, by=cast.head, at=now + timedelta(seconds=1))
    files = {
        "workbook": workbook_bytes(sheets_of(row.content)),
        "paper": paper_pdf(row.content, at=now, agency=cast.bureau.name),
    }
    step = services.publish(report=row, by=cast.publicity, at=now + timedelta(seconds=2), **files)
    later = now + timedelta(seconds=3)
    second = services.submit(
        draft=Draft(**draft, reason="补录一件当场处罚。"), by=cast.clerk, at=later, once="b"
    )
    return cast, second, step.facts["code"]


def signed_in(page, live_server, one):
    client = Client()
    client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    name = configured.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def test_the_pages_of_a_report(county, page, phone, live_server):
    """For who prepares, who approves, the supervisor and anybody."""
    cast, second, code = county
    pages = {
        "overview": (cast.supervisor, "statistics/"),
        "table": (cast.clerk, "statistics/table/?form=monthly&period=2026-03"),
        "yearly": (cast.clerk, "statistics/table/?form=yearly&period=2025"),
        "cell": (cast.head, "statistics/cell/?form=monthly&period=2026-03&table=penalty&column=total"),
        "report": (cast.head, f"statistics/{second.pk}/"),
        "portal": (cast.head, "portal/statistics/"),
        "portal-report": (cast.head, f"portal/statistics/{code}/"),
    }
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for name, (viewer, address) in pages.items():
        for screen, where in ((page, "desk"), (phone, "phone")):
            signed_in(screen, live_server, viewer)
            watched(screen, faults).goto(f"{live_server.url}/{address}")
            shoot(screen, f"statistics-{name}-{where}")
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: wider than the phone")
    assert not faults, faults
