"""Alerts in a real browser: the supervisor's list, the models, the unit's list, one alert, the published methods."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.supervision.alerts import run_alerts
from mingjing.supervision.models import Alert
from tests.browser.leaving import leave
from tests.browser.test_portal_pages import shoot, watched
from tests.stories import told

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def addresses(transactional_db, cast, live_server):
    """A clue left lying since March and everything of today's run; addresses by who opens them."""
    told(cast, until="clue_registered", mark="lying", party_name="无人过问公司")
    told(cast, until="filing_approved", mark="slow", party_name="久拖不决公司")
    now = timezone.now()
    run_alerts(at=now, on=legal_day(now))
    first = Alert.objects.order_by("pk").first()
    pages = {
        "supervisor": ["supervision/alerts/", "supervision/alerts/models/"],
        "head": ["alerts/", f"alerts/{first.pk}/"],
        "": ["portal/draws/methods/"],
    }
    return {who: [f"{live_server.url}/{one}" for one in some] for who, some in pages.items()}


def test_no_page_of_alerts_has_a_barrier_or_is_wider_than_a_phone(addresses, cast, page, phone):
    """At 1440 and at 390 pixels; no error, no foreign request."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for who, some in addresses.items():
        for browser in (page, phone):
            leave(browser)
            if who:
                client = Client()
                client.force_login(getattr(cast, who), backend=BACKEND)
                cookie = client.cookies["sessionid"].value
                browser.context.add_cookies([{"name": "sessionid", "value": cookie, "url": some[0]}])
        for number, address in enumerate(some):
            watched(page, faults).goto(address)
            shoot(page, f"alerts-{who}-{number}-desk")
            found = Axe().run(page).response["violations"]
            faults += [f"{address}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]
            watched(phone, faults).goto(address)
            shoot(phone, f"alerts-{who}-{number}-phone")
            if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{address}: wider than the phone")
    assert faults == []
