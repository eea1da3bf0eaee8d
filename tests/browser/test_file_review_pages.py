"""File reviews and appraisal in a real browser, at a desk and on a phone: no barrier, no error, nothing too wide."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import Client

from mingjing.appraisal import reading, selectors
from mingjing.appraisal.bodies import altered, file_body
from mingjing.appraisal.models import Step
from mingjing.appraisal.standing import standing_of
from mingjing.personnel.selectors import person
from tests.appraisal.campaigns import drawn, later, make_readers
from tests.browser.test_portal_pages import shoot, watched
from tests.cast import BUREAU
from tests.stories import told


@pytest.fixture
def county(transactional_db, cast, settings, tmp_path):
    settings.MINGJING_HOME = tmp_path
    for mark in "abc":
        told(cast, "summary", mark=mark)
    told(cast, "ordinary", mark="d")
    make_readers()
    return cast


def campaign(cast):
    """A sample drawn, a test file in it, all read but one file."""
    row = drawn(cast, title="2026 年度行政处罚案卷评查")
    taken = set(row.files.values_list("case_code", flat=True))
    source = next(code for code in row.frame[BUREAU] if code not in taken)
    body = file_body(reading.case_by_own_code(source))
    act = body["acts"][0]
    body = altered(body, f"{act['seq']}/{act['facts'][0]['name']}", "与笔录相反的事实")
    faults = [("V6", "认定的事实与笔录相反")]
    reading.plant(campaign=row, source=source, body=body, faults=faults, by=cast.supervisor, at=later(5))
    reading.open_reading(campaign=row, by=cast.supervisor, at=later(6))
    now = standing_of(Step.objects.filter(campaign=row))
    first, *rest = reading.readings_of(row, now, selectors.files_of(row))
    for one in rest:
        marks = {"V6": (100, "事实与笔录不一致")} if one.role == "second" else {"18": (1, "第 3 页没有捺印")}
        reading.opine(
            campaign=row,
            key=one.file.key,
            marks=marks,
            overruled={},
            by=person(one.reader),
            at=later(10) + timedelta(minutes=1),
        )
    return row, first


def signed_in(page, live_server, one):
    client = Client()
    client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    name = configured.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def test_the_pages_of_a_campaign(county, page, phone, live_server):
    """For the organiser, a reader and the unit."""
    row, waiting = campaign(county)
    at = f"file-reviews/{row.code}/"
    pages = {
        "list": (county.supervisor, "file-reviews/"),
        "new": (county.supervisor, "file-reviews/new/"),
        "campaign": (county.supervisor, at),
        "reading": (person(waiting.reader), f"{at}files/{waiting.file.key}/"),
        "unit": (county.head, at),
        "appraisal": (county.supervisor, "appraisal/?year=2026"),
        "indicator": (county.head, f"appraisal/{BUREAU}/limits_met/?year=2026"),
    }
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for name, (viewer, address) in pages.items():
        for screen, where in ((page, "desk"), (phone, "phone")):
            signed_in(screen, live_server, viewer)
            watched(screen, faults).goto(f"{live_server.url}/{address}")
            shoot(screen, f"filereview-{name}-{where}")
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: wider than the phone")
    assert not faults, faults
