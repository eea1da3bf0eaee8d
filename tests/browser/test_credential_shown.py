"""Ticking that the credential was shown notes when, and where if the browser may tell; typed words stand."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mingjing.kit.clock import BEIJING
from tests.cast import PASSWORD, make_cast
from tests.stories import told

PLACE = {"latitude": 33.29, "longitude": 113.52, "accuracy": 12}


@pytest.fixture
def form(transactional_db: Any, live_server: Any, page: Page) -> Page:
    """The officer at the record of an inspection."""
    cast = make_cast()
    _, case = told(cast, until="filing_approved")
    page.goto(f"{live_server.url}/login/?next=/cases/{case.code}/acts/inspection_recorded/")
    page.get_by_label("用户名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="现场检查")).to_be_visible()
    return page


def shown(page: Page) -> None:
    """Tick it."""
    page.locator('input[name="f.credential_shown"][value="true"]').check()


def test_the_moment_and_the_place_are_noted(form: Page) -> None:
    """With the browser's leave: the Beijing minute and where the phone is."""
    form.context.grant_permissions(["geolocation"])
    form.context.set_geolocation(PLACE)
    expect(form.locator('[name="f.credential_shown_at"]')).to_be_hidden()
    shown(form)
    expect(form.locator('[name="f.credential_shown_place"]')).to_have_value(
        "东经 113.52000，北纬 33.29000，误差约 12 米"
    )
    noted = datetime.fromisoformat(form.locator('[name="f.credential_shown_at"]').input_value())
    assert abs((datetime.now(BEIJING).replace(tzinfo=None) - noted).total_seconds()) < 600


def test_without_leave_the_place_is_left_to_the_officer_and_typed_words_stand(form: Page) -> None:
    """The moment is noted all the same."""
    shown(form)
    expect(form.locator('[name="f.credential_shown_at"]')).not_to_have_value("")
    expect(form.locator('[name="f.credential_shown_place"]')).to_have_value("")
    form.locator('[name="f.credential_shown_place"]').fill("垭口街道 12 号")
    form.locator('input[name="f.credential_shown"][value="false"]').check()
    form.context.grant_permissions(["geolocation"])
    form.context.set_geolocation(PLACE)
    shown(form)
    form.wait_for_timeout(300)
    expect(form.locator('[name="f.credential_shown_place"]')).to_have_value("垭口街道 12 号")
