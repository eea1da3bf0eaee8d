"""People, law and system: what one looks up, and what machines ask."""

import pytest

from mingjing.packs.load import library
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn


def test_people_are_listed_with_the_state_of_their_certificate_today(cast: Cast, at_desk: SignIn) -> None:
    """A lapsed certificate is red; people elsewhere are not listed."""
    page = at_desk(cast.officer).get("/people/")
    states = {line["person"].username: line["held"].state for line in page.context["lines"]}
    assert states["officer"] == "valid"
    assert states["lapsed"] == "expired"
    assert "outsider" not in states
    assert "已过期" in page.content.decode()


def test_one_person_is_shown_with_every_certificate(cast: Cast, at_desk: SignIn) -> None:
    """A colleague opens, a stranger is not found."""
    client = at_desk(cast.officer)
    assert "2025年12月31日" in client.get("/people/lapsed/").content.decode()
    assert client.get("/people/outsider/").status_code == 404


def test_every_rule_of_the_library_has_its_page(cast: Cast, at_desk: SignIn) -> None:
    """Quote, sentences and examples of each rule can be drawn, other places' rules too."""
    client = at_desk(cast.officer)
    for rule in library().rules[::7]:
        page = client.get(f"/law/{rule.id}/")
        assert page.status_code == 200
        html = page.content.decode()
        assert all(example.name.split("“")[0][:8] in html for example in rule.examples[:2])
    assert client.get("/law/cn.penalty.no_such_rule/").status_code == 404


def test_rules_are_found_by_word_topic_and_doubt(cast: Cast, at_desk: SignIn) -> None:
    """Search narrows; the unverified are all and only those."""
    client = at_desk(cast.officer)
    everything = client.get("/law/").context["count"]
    found = client.get("/law/", {"q": "当场处罚 罚款"}).context["count"]
    assert 0 < found < everything
    doubtful = [rule for _, rules in client.get("/law/?unverified=1").context["groups"] for rule in rules]
    assert doubtful
    assert all(any(not version.source.verified for version in rule.versions) for rule in doubtful)
    assert "没有符合条件的规则" in client.get("/law/?q=没有这个词").content.decode()


@pytest.mark.parametrize("procedure", ["ordinary", "summary"])
def test_the_chart_of_each_procedure_is_a_picture_without_script(
    cast: Cast, at_desk: SignIn, procedure: str
) -> None:
    """SVG under a policy of its own, on a page that shows it."""
    client = at_desk(cast.officer)
    assert client.get(f"/law/chart/{procedure}/").status_code == 200
    chart = client.get(f"/law/chart/{procedure}.svg")
    assert chart["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in chart["Content-Security-Policy"]
    assert client.get("/law/chart/nonsense/").status_code == 404


def test_an_agency_that_only_inspects_is_offered_no_other_chart(cast: Cast, at_desk: SignIn) -> None:
    """What it does not enforce would be a wall of buttons; with everything enforced, the others are there."""
    client = at_desk(cast.officer)
    every = client.get("/law/").content.decode()
    cast.bureau.enforcements = ["inspection"]
    cast.bureau.save(update_fields=["enforcements"])
    only = client.get("/law/").content.decode()
    assert "/law/chart/inspection/" in only
    assert "/law/chart/licence/" in every
    assert "/law/chart/licence/" not in only


def test_health_is_told_to_machines_without_signing_in(cast: Cast, client) -> None:
    """Numbers of the log, no names, no cases."""
    told(cast, until="clue_accepted")
    waiting = client.get("/healthz").json()
    assert (waiting["status"], waiting["log_size"]) == ("ok", 0)
    assert waiting["queued"] >= 2


def test_the_administrator_sees_the_same_in_words(cast: Cast, at_desk: SignIn) -> None:
    """Log, worker, disk, packs."""
    html = at_desk(cast.admin).get("/system/").content.decode()
    for title in ("存证日志", "等待封存", "磁盘剩余", "法规包"):
        assert title in html
