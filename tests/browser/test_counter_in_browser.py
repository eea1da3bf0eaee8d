"""A party on a phone: in by the code on the paper, one argument with a photo, the receipt; no barrier on the way."""

import pytest

from mingjing.documents.services import issue
from tests.browser.barriers import barriers
from tests.browser.test_portal_pages import shoot, watched
from tests.defence.conftest import live
from tests.defence.test_handing_in import picture

__all__ = ["live"]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_party_sends_an_argument_and_holds_the_receipt(transactional_db, live, live_server, page, width):
    """Every page on the way is read by axe; nothing is asked of another host and nothing goes wrong."""
    case, faults = live(), []
    code = issue(case.act("prior_notice_issued")).code
    page.set_viewport_size({"width": width, "height": 844})
    watched(page, faults)
    found = {}

    page.goto(f"{live_server.url}/counter/?code={code}")
    found["door"] = barriers(page)
    page.fill("#last", case.last)
    page.press("#last", "Enter")
    page.wait_for_url("**/counter/case/")
    found["case"] = barriers(page)
    shoot(page, f"counter-case-{width}")
    page.click("text=现在填写陈述、申辩")
    page.fill("#text", "占用面积没有那么大。")
    page.set_input_files("#file", {"name": "现场.png", "mimeType": "image/png", "buffer": picture()})
    page.click("text=加入这一条")
    found["statement"] = barriers(page)
    shoot(page, f"counter-statement-{width}")
    page.click("text=全部提交")
    page.wait_for_url("**/received/**")
    found["receipt"] = barriers(page)

    assert "占用面积没有那么大。" in page.inner_text("main")
    assert "SHA-256" in page.inner_text("main")
    assert {name: what for name, what in found.items() if what} == {}
    assert faults == []
