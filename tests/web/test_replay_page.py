"""法规推演 in the browser: a changed rule or a draft against one's own cases; and what to look at before deciding."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mingjing.cases.lighter import LighterText
from mingjing.cases.models import Act
from mingjing.packs.load import library
from mingjing.translog.releases import release
from tests.cast import Cast
from tests.stories import told
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db

RULE = "cn.penalty.on_the_spot_fine_ceiling"
OLD = "{ citizen = 200, individual_business = 200, organization = 3000 }"
NEW = "{ citizen = 10, individual_business = 10, organization = 10 }"


def text_of(rule: str) -> str:
    found = next(one for one in library().rules if one.id == rule)
    return library().file(found.path).text


def ask(
    client: Client, text: str, name: str = "on_the_spot_fine_ceiling.toml", **more: str
) -> tuple[int, str]:
    upload = SimpleUploadedFile(name, text.encode())
    answer = client.post("/law/replay/", {"file": upload, **more})
    return answer.status_code, answer.content.decode()


def test_a_changed_rule_shows_the_cases_it_would_change_and_changes_none(cast: Cast, at_desk: SignIn) -> None:
    """The change in words, the case with a link to the act, before and after, the figure."""
    _, case = told(cast, "summary")
    acts = list(Act.objects.values())
    assert OLD in text_of(RULE)
    status, html = ask(at_desk(cast.reviewer), text_of(RULE).replace(OLD, NEW))

    assert status == 200
    assert "不得超过：二百元 → 十元" in html
    assert f"/cases/{case.code}/#act-1" in html
    assert "没有问题" in html
    assert "违法（一票否决）" in html
    assert "第五十一条" in html
    assert list(Act.objects.values()) == acts


def test_the_same_rule_changes_nothing(cast: Cast, at_desk: SignIn) -> None:
    """And says so."""
    told(cast, "summary")
    status, html = ask(at_desk(cast.reviewer), text_of(RULE))
    assert status == 200
    assert "没有一件的结论不同" in html


def test_a_faulty_file_is_refused_with_its_line(cast: Cast, at_desk: SignIn) -> None:
    """What is wrong, where, and what was meant."""
    client = at_desk(cast.reviewer)
    status, html = ask(client, text_of(RULE).replace('severity = "block"', 'severity = "stop"'))
    assert status == 422
    assert "on_the_spot_fine_ceiling.toml:" in html
    assert "只能是 block、grade、warn" in html
    assert ask(client, "x", "nobody.toml")[0] == 422
    assert ask(client, "\n" * 300_000)[0] == 422
    assert ask(client, text_of(RULE), since="2026")[0] == 422
    assert ask(client, text_of(RULE), agency="nobody")[0] == 422
    assert client.post("/law/replay/", {"draft": "99"}).status_code == 422
    assert client.post("/law/replay/", {}).status_code == 422


def test_only_those_may_ask_who_review_lead_or_supervise(cast: Cast, at_desk: SignIn) -> None:
    """An officer may not; a supervisor sees the agencies below, nobody a stranger's cases."""
    told(cast, "summary")
    changed = text_of(RULE).replace(OLD, NEW)
    for person, status in ((cast.officer, 403), (cast.admin, 403), (cast.head, 200), (cast.supervisor, 200)):
        assert at_desk(person).get("/law/replay/").status_code == status
    assert "1</b> 件增加" in ask(at_desk(cast.supervisor), changed, agency=cast.bureau.code)[1]
    assert ask(at_desk(cast.reviewer), changed, agency=cast.elsewhere.code)[0] == 422


def test_the_period_narrows_what_is_judged(cast: Cast, at_desk: SignIn) -> None:
    """By the day on which the case was opened."""
    _, case = told(cast, "summary")
    client, changed = at_desk(cast.reviewer), text_of(RULE).replace(OLD, NEW)
    assert "共推演 1 件" in ask(client, changed, since=str(case.opened_on))[1]
    assert "共推演 0 件" in ask(client, changed, until="2020-01-01")[1]


def test_a_lighter_text_is_shown_on_the_workbench(
    cast: Cast, at_desk: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With case and rule; without one there is no such section."""
    _, case = told(cast, "ordinary", until="filing_approved")
    rule = next(one for one in library().rules if len(one.versions) > 1)
    found = LighterText(case, rule, date(2026, 1, 5), rule.versions[0], rule.versions[1])
    client = at_desk(cast.officer)
    assert 'id="lighter"' not in client.get("/").content.decode()
    monkeypatch.setattr("mingjing.web.views.home.lighter_law_todos", lambda *_, **__: [found])
    html = client.get("/").content.decode()
    assert "从旧兼从轻" in html
    assert rule.versions[1].source.cite() in html


def test_the_release_that_binds_is_on_the_page_of_the_packs(
    cast: Cast, at_desk: SignIn, settings: Any, tmp_path: Path
) -> None:
    """Not yet released, released and as it was, changed since."""
    settings.MINGJING_HOME = tmp_path
    client = at_desk(cast.officer)
    assert "尚未发布" in client.get("/law/").content.decode()
    release(library(), by="admin", at=timezone.now())
    html = client.get("/law/").content.decode()
    assert "与发布一致" in html
    assert "等待封存到存证日志" in html
