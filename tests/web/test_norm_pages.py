"""Pages of benchmarks: all read, the reviewer brings a file, another publishes it, and a bad file changes nothing."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.exchange.benchmarks import benchmark_file
from mingjing.norms import selectors
from mingjing.packs.benchmark_body import body_of
from tests.cast import BUREAU, Cast
from tests.norms.tables import SMALL, benchmark
from tests.web.conftest import SignIn


def upload(name: str = "基准.xlsx", content: bytes | None = None, **more: str) -> dict[str, Any]:
    found = benchmark_file(benchmark(), suffix=".xlsx") if content is None else content
    return {"file": SimpleUploadedFile(name, found), **more}


def drafted(cast: Cast, at_desk: SignIn) -> int:
    page = at_desk(cast.reviewer).post("/norms/upload/", upload(save="1"))
    assert page.status_code == 302, page.content.decode()
    return selectors.drafts_of(BUREAU)[0].pk


def test_everybody_reads_the_table_in_force_with_its_rows(cast: Cast, at_desk: SignIn) -> None:
    """From the packs, item by item; a word narrows."""
    client = at_desk(cast.officer)
    assert "城市管理行政处罚裁量基准" in client.get("/norms/").content.decode()
    page = client.get("/norms/packs/urban_penalties/").content.decode()
    assert "未经核准擅自处置建筑垃圾" in page
    assert "70,000至100,000元" in page
    found = client.get("/norms/packs/urban_penalties/", {"q": "占用"}).content.decode()
    assert "未经批准擅自占用城市道路" in found
    assert "未经核准擅自处置建筑垃圾" not in found
    assert client.get("/norms/packs/nothing/").status_code == 404
    assert at_desk(cast.admin).get("/norms/").status_code == 403


def test_a_file_goes_from_draft_to_published_by_two_people(cast: Cast, at_desk: SignIn) -> None:
    """The reviewer brings it, the head checks and publishes; then it is the agency's own version."""
    pk = drafted(cast, at_desk)
    author, head = at_desk(cast.reviewer), at_desk(cast.head)
    assert "您本人起草" in author.get(f"/norms/drafts/{pk}/").content.decode()
    assert author.post(f"/norms/drafts/{pk}/publish").status_code == 403
    early = head.post(f"/norms/drafts/{pk}/publish", follow=True).content.decode()
    assert "还没有审核" in early
    assert head.post(f"/norms/drafts/{pk}/check").status_code == 302
    done = head.post(f"/norms/drafts/{pk}/publish", follow=True).content.decode()
    assert "已发布" in done
    (row,) = [one.table for one in selectors.tables_of(BUREAU, benchmark().in_force)]
    page = head.get(f"/norms/tables/{row.pk}/").content.decode()
    assert "擅自处置建筑垃圾" in page
    assert "停止适用" in page
    assert at_desk(cast.outsider).get(f"/norms/tables/{row.pk}/").status_code == 404
    head.post(f"/norms/tables/{row.pk}/end", {"until": "2026-12-31", "reason": "法律修改"})
    assert "法律修改" in head.get(f"/norms/tables/{row.pk}/").content.decode()


def test_an_officer_brings_no_file_and_publishes_nothing(cast: Cast, at_desk: SignIn) -> None:
    """Reading is all."""
    client = at_desk(cast.officer)
    assert client.get("/norms/upload/").status_code == 403
    assert client.post("/norms/upload/", upload(save="1")).status_code == 403
    assert selectors.drafts_of(BUREAU) == []


def test_a_dry_run_tells_everything_and_writes_nothing(cast: Cast, at_desk: SignIn) -> None:
    """Also where the file is sound."""
    page = at_desk(cast.reviewer).post("/norms/upload/", upload())
    assert page.status_code == 200
    assert "还没有保存" in page.content.decode()
    assert selectors.drafts_of(BUREAU) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("基准.toml", SMALL.replace("10以下", "十以下").encode(), "看不懂“十以下”"),
        ("基准.toml", SMALL.encode("utf-16"), "不是 UTF-8"),
        ("基准.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("基准.xlsx", b"%PDF-1.4", "这是 PDF"),
        ("基准.csv", "名称,内容\r\na,b\r\n".encode(), "违法行为"),
        ("基准.csv", b"", "没有选择文件|文件是空的"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(
    cast: Cast, at_desk: SignIn, name: str, content: bytes, told: str
) -> None:
    """What is wrong and how to mend it; no draft."""
    page = at_desk(cast.reviewer).post("/norms/upload/", upload(name, content, save="1"))
    assert page.status_code == 422
    assert any(one in page.content.decode() for one in told.split("|"))
    assert selectors.drafts_of(BUREAU) == []


def test_a_file_taken_away_comes_back_as_it_was(cast: Cast, at_desk: SignIn) -> None:
    """XLSX and CSV, through the browser."""
    where = {"region": "410481", "field": "urban", "agency": BUREAU}
    (packed,) = selectors.benchmarks_in_force(**where, day=benchmark().in_force)
    for suffix in ("xlsx", "csv"):
        found = at_desk(cast.officer).get(f"/norms/packs/urban_penalties/file.{suffix}")
        assert found.status_code == 200
        page = at_desk(cast.reviewer).post("/norms/upload/", upload(f"a.{suffix}", found.content, save="1"))
        assert page.status_code == 302
        assert selectors.drafts_of(BUREAU)[0].body == body_of(packed)
    assert at_desk(cast.officer).get("/norms/packs/urban_penalties/file.exe").status_code == 404


def test_what_two_versions_differ_in_is_listed(cast: Cast, at_desk: SignIn) -> None:
    """The figure before and after, and nothing else but the version."""
    head = at_desk(cast.head)
    for text in (SMALL, SMALL.replace('version = "1"', 'version = "2"').replace('"40000"]', '"45000"]')):
        page = at_desk(cast.reviewer).post("/norms/upload/", upload("a.toml", text.encode(), save="1"))
        assert page.status_code == 302
        pk = selectors.drafts_of(BUREAU)[0].pk
        draft = head.get(f"/norms/drafts/{pk}/").content.decode()
        head.post(f"/norms/drafts/{pk}/check")
        head.post(f"/norms/drafts/{pk}/publish")
    assert "与现行 1 版相比" in draft
    new, old = [one.table.pk for one in selectors.tables_of(BUREAU, benchmark().in_force)]
    found = head.get(f"/norms/tables/{new}/changes/{old}/")
    assert [(one.what, one.before, one.after) for one in found.context["changes"]] == [
        ("版本", "1", "2"),
        ("违法主体：施工单位，处置量：10以下", "轻微，10,000至40,000元", "轻微，10,000至45,000元"),
    ]


def test_a_supervisor_reads_the_tables_of_the_agencies_below(cast: Cast, at_desk: SignIn) -> None:
    """Those of a bureau below open and their links stay with it; those of a bureau elsewhere do not."""
    client = at_desk(cast.supervisor)
    page = client.get("/norms/", {"agency": BUREAU}).content.decode()
    assert "/norms/packs/urban_penalties/?agency=410481-urban" in page
    assert "导入基准" not in page
    assert client.get("/norms/packs/urban_penalties/", {"agency": BUREAU}).status_code == 200
    assert client.get("/norms/packs/urban_penalties/").status_code == 404
    assert client.get("/norms/", {"agency": "410482-urban"}).status_code == 403
    assert at_desk(cast.officer).get("/norms/", {"agency": "410481-justice"}).status_code == 403


def test_a_long_table_is_shown_a_chapter_at_a_time(cast: Cast, at_desk: SignIn) -> None:
    """Seventy items in two chapters: the first is open, the other behind its door; a search looks in both."""
    head, _, items = SMALL.partition("[[item]]")
    item = "[[item]]" + items.partition("[[item]]")[0]
    made = "".join(
        item.replace('code = "waste"', f'code = "w{n}"\nchapter = "第{"一" if n < 40 else "二"}章"').replace(
            "擅自处置建筑垃圾", f"违法行为{n:03}"
        )
        for n in range(70)
    )
    reviewer = at_desk(cast.reviewer)
    assert (
        reviewer.post("/norms/upload/", upload("长.toml", (head + made).encode(), save="1")).status_code
        == 302
    )
    address = f"/norms/drafts/{selectors.drafts_of(BUREAU)[0].pk}/"
    first, second = (reviewer.get(address, {"chapter": n}).content.decode() for n in ("0", "1"))
    assert ("违法行为039" in first, "违法行为040" in first) == (True, False)
    assert ("违法行为039" in second, "违法行为040" in second) == (False, True)
    assert "违法行为069" in reviewer.get(address, {"q": "违法行为069"}).content.decode()
    assert reviewer.get(address, {"chapter": "99999999999999999999"}).status_code == 200
