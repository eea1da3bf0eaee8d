"""Pages of lists and local laws: brought by the reviewer, published by another, read and compared by all."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.norms import selectors
from tests.cast import BUREAU, Cast
from tests.norms.lists import HEAD, PUBLISHED, TOML
from tests.web.conftest import SignIn

DAY = date(2026, 6, 1)
LAW = "舞钢市城区犬只管理条例"
FORM = {
    "name": LAW,
    "level": "地方性法规",
    "aliases": "犬只条例、养犬条例",
    "edition.0.year": "2024",
    "edition.0.in_force": "2024-05-01",
    "edition.0.articles": "30",
}


def sent(content: str = TOML, name: str = "清单.toml", **more: str) -> dict[str, Any]:
    return {**HEAD, "file": SimpleUploadedFile(name, content.encode()), **more}


def published(cast: Cast, at_desk: SignIn) -> int:
    """Let the head check and publish the one draft there is; give the number of the version."""
    head, draft = at_desk(cast.head), selectors.drafts_of(BUREAU)[0].pk
    head.post(f"/norms/drafts/{draft}/check")
    assert "已发布" in head.post(f"/norms/drafts/{draft}/publish", follow=True).content.decode()
    return selectors.tables_of(BUREAU, DAY)[0].table.pk


def test_a_list_goes_from_file_to_published_and_a_second_version_tells_its_changes(
    cast: Cast, at_desk: SignIn
) -> None:
    """Draft, check by another, publication; then the list binds, can be taken away and be compared."""
    author = at_desk(cast.reviewer)
    assert author.post("/norms/lists/upload/", sent(save="1")).status_code == 302
    draft = selectors.drafts_of(BUREAU)[0].pk
    assert "您本人起草" in author.get(f"/norms/drafts/{draft}/").content.decode()
    assert author.post(f"/norms/drafts/{draft}/publish").status_code == 403
    first = published(cast, at_desk)
    assert f"/norms/tables/{first}/" in author.get("/norms/").content.decode()
    newer = TOML.replace('version = "1"', 'version = "2"').replace("五平方米", "八平方米")
    assert author.post("/norms/lists/upload/", sent(newer, save="1")).status_code == 302
    told = author.get(f"/norms/drafts/{selectors.drafts_of(BUREAU)[0].pk}/").content.decode()
    assert "与现行 1 版相比" in told
    assert "面积不超过八平方米" in told
    second = published(cast, at_desk)
    reader = at_desk(cast.officer)
    changes = reader.get(f"/norms/tables/{second}/changes/{first}/").context["changes"]
    assert [(one.item, one.what) for one in changes] == [("", "版本"), ("1", "适用条件")]
    page = reader.get(f"/norms/tables/{second}/").content.decode()
    assert "由承办人认定是否符合" in page
    assert "登记停止适用" not in page
    for suffix in ("xlsx", "csv"):
        file = reader.get(f"/norms/tables/{second}/file.{suffix}")
        again = SimpleUploadedFile(f"a.{suffix}", file.content)
        assert author.post("/norms/lists/upload/", {"file": again}).status_code == 200
        assert reader.get(f"/norms/lists/mild/file.{suffix}").content
    at_desk(cast.head).post(f"/norms/tables/{second}/end", {"until": "2026-05-31", "reason": "修订"})
    where = {"region": "410481", "field": "urban", "agency": BUREAU}
    assert "mild" not in [one.code for one in selectors.lists_in_force(**where, day=DAY)]


def test_a_file_of_lines_is_told_line_by_line_before_anything_is_kept(cast: Cast, at_desk: SignIn) -> None:
    """Sound or not, without 存为草稿 there is no draft; with a faulty line there is none either way."""
    client = at_desk(cast.reviewer)
    sound = client.post("/norms/lists/upload/", sent(PUBLISHED, "清单.csv"))
    assert sound.status_code == 200
    assert "条件由承办人认定" in sound.content.decode()
    faulty = client.post(
        "/norms/lists/upload/", sent(PUBLISHED.replace("露天烧烤", ""), "清单.csv", save="1")
    )
    assert faulty.status_code == 422
    assert "没有写明违法行为" in faulty.content.decode()
    assert "没有选择文件" in client.post("/norms/lists/upload/", HEAD).content.decode()
    assert selectors.drafts_of(BUREAU) == []


def test_only_the_reviewer_brings_lists_and_laws(cast: Cast, at_desk: SignIn) -> None:
    """Officers and the head read."""
    for person in (cast.officer, cast.head):
        client = at_desk(person)
        assert client.get("/norms/lists/upload/").status_code == 403
        assert client.post("/norms/lists/upload/", sent(save="1")).status_code == 403
        assert client.post("/norms/laws/new/", FORM).status_code == 403
        assert "登记法规" not in client.get("/norms/").content.decode()
    assert selectors.drafts_of(BUREAU) == []


def test_a_law_is_registered_on_a_form_and_stands_in_the_law_browser(cast: Cast, at_desk: SignIn) -> None:
    """Published by another it is found by name there, for this agency only; a newer text starts from the older."""
    author = at_desk(cast.reviewer)
    assert author.get(f"/law/statutes/{LAW}/").status_code == 404
    assert author.post("/norms/laws/new/", FORM).status_code == 302
    draft = selectors.drafts_of(BUREAU)[0]
    assert draft.body["aliases"] == ["犬只条例", "养犬条例"]
    assert LAW in author.get(f"/norms/laws/new/?draft={draft.pk}").content.decode()
    first = published(cast, at_desk)
    assert f"/norms/tables/{first}/" in author.get(f"/law/statutes/{LAW}/").content.decode()
    assert "本机关登记" not in author.get("/law/statutes/行政处罚法/").content.decode()
    assert LAW in author.get("/law/statutes/", {"q": "犬只"}).content.decode()
    assert at_desk(cast.outsider).get(f"/law/statutes/{LAW}/").status_code == 404
    form = author.get(f"/norms/laws/new/?from={first}").content.decode()
    assert 'value="2024-05-01"' in form
    text = {"edition.1.year": "2026", "edition.1.in_force": "2026-05-01", "edition.1.articles": "40"}
    assert author.post("/norms/laws/new/", {**FORM, **text}).status_code == 302
    second = published(cast, at_desk)
    changes = author.get(f"/norms/tables/{second}/changes/{first}/").context["changes"]
    assert [(one.item, one.after) for one in changes] == [("2026年文本", "2026-05-01 起施行，40 条")]
    assert author.get(f"/norms/tables/{second}/file.xlsx").status_code == 404
    assert "可以引用" in author.get("/norms/").content.decode()


def test_a_form_that_cannot_stand_comes_back_as_it_was_typed(cast: Cast, at_desk: SignIn) -> None:
    """With the reason; asking for more rows keeps what was typed and saves nothing."""
    client = at_desk(cast.reviewer)
    page = client.post("/norms/laws/new/", {**FORM, "edition.0.year": "二〇二四"})
    assert page.status_code == 422
    assert "年份" in page.content.decode()
    assert 'value="二〇二四"' in page.content.decode()
    known = client.post("/norms/laws/new/", {**FORM, "name": "行政处罚法"})
    assert "已经收录" in known.content.decode()
    more = client.post("/norms/laws/new/", {**FORM, "edition.1.year": "2025", "more": "1"}).content.decode()
    assert 'name="edition.3.year"' in more
    assert selectors.drafts_of(BUREAU) == []
    assert client.get("/norms/laws/new/?from=99999").status_code == 404
