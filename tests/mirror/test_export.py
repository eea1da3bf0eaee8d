"""The export: every page and nothing else, every link leads to a file, and what was taken down is in no byte."""

import gzip
import json
import re
import sqlite3
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pypdfium2
import pytest
from django.db import connection
from django.utils import timezone

from bench.masking.planting import case
from mingjing.cli.mirror import decisions, site
from mingjing.cli.mirror.addresses import Address
from mingjing.cli.mirror.export import write_portal
from mingjing.cli.mirror.finding import blocks
from mingjing.cli.mirror.runs import Exported, Mirror
from mingjing.cli.mirror.site import snapshot
from mingjing.mirror.check import check
from mingjing.mirror.install import install
from mingjing.mirror.refusals import MirrorRefused
from mingjing.publicity.models import Publication, SearchText
from mingjing.publicity.open_data import write_open_data
from mingjing.publicity.register import publish_registers
from mingjing.translog.audit import FolderReader
from mingjing.translog.keys import ensure_log_key, vkeys
from mingjing.translog.services import seal_log
from mingjing.translog.verify import verify_log
from tests.portal.test_before import WINDOWS
from tests.portal.test_canary import written
from tests.publicity.lists import CAPS
from tests.publicity.lists import published as published_list
from tests.publicity.rows import AT, FIRM, take_down
from tests.publicity.rows import publish as publish_row

LINK = re.compile(r'\s(?:href|src|action|data-worker|data-bundle|data-page)="([^"]*)"')

CANONICAL = re.compile(r'<link rel="canonical"[^>]*>')  # the one address of a page is that of the site itself


@pytest.fixture
def mirror(cast, settings, tmp_path, monkeypatch):
    """A mirror of a bureau, on a day in March."""
    settings.MINGJING_HOME = tmp_path / "home"
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return Mirror(tmp_path / "site")


def publish(*told, **more):
    """Publish with a salt, so that it has a receipt."""
    return publish_row(*told, salt=bytes(range(32)), **more)


def export(mirror: Mirror, *, papers: bool = False, at=AT) -> Exported:
    while seal_log(at=at):
        pass
    return mirror.export(
        lambda output: write_portal(output, at=at, papers=papers), at=at, signer=ensure_log_key()
    )


def files(mirror: Mirror) -> dict[str, bytes]:
    found = (path for path in mirror.folder.rglob("*") if path.is_file())
    return {path.relative_to(mirror.folder).as_posix(): path.read_bytes() for path in found}


def broken_links(mirror: Mirror) -> list[str]:
    """Every link of every page that leads to no file of the mirror, or to another host."""
    found = []
    for path in mirror.folder.rglob("*.html"):
        for link in LINK.findall(CANONICAL.sub("", path.read_text("utf-8"))):
            parts = urlsplit(unescape(link))
            if parts.scheme in {"tel", "mailto", "data"} or not parts.path:
                continue
            base = mirror.folder if path.name == "404.html" else path.parent
            target = base / unquote(parts.path).lstrip("/" if path.name == "404.html" else "")
            shown = target / "index.html" if target.is_dir() else target
            if parts.scheme or not shown.resolve().is_relative_to(mirror.folder) or not shown.is_file():
                found.append(f"{path.relative_to(mirror.folder)}: {link}")
    return found


def test_every_link_of_every_file_leads_to_a_file(mirror, cast):
    """Registers, lists in two versions, decisions, a firm, a withdrawal: all are there, none leads nowhere or out."""
    publish_registers(at=AT)
    published_list(cast, "frequency_caps", CAPS)
    published_list(cast, "frequency_caps", [CAPS[1], (*CAPS[0][:3], "3", *CAPS[0][4:])])
    published_list(cast, "windows", WINDOWS)
    shown = publish(cast.bureau, uscc=FIRM, law="违反《城市道路管理条例》第二十七条")
    take_down(publish(cast.bureau, "撤回公司", uscc=FIRM))
    publish(cast.elsewhere, "乙公司", decided_on=None)
    write_open_data(at=AT)
    done = export(mirror, papers=True)
    found = files(mirror)

    assert broken_links(mirror) == []
    assert done.files == len([name for name in found if not name.startswith("mirror/")])
    guide = f"portal/guides/ordinary/~agency={cast.bureau.code}/index.html"
    assert {
        "index.html", "404.html", "robots.txt", "log/checkpoint", "portal/index.html", "portal/sitemap.xml", guide,
        "portal/card/index.html", "portal/card/worker.js", "portal/verify/receipt/saved.html",
        "portal/open-data/decisions.csv", f"portal/feeds/~agency={cast.bureau.code}/atom.xml",
        "portal/feeds/~region=410481/rss.xml", "portal/feeds/~kind=penalty_decided/atom.xml",
        f"portal/feeds/~firm={FIRM}/atom.xml", f"portal/firms/{FIRM}/index.html", "portal/search/index.html",
        f"portal/search/{cast.bureau.code}/2026-03/index.html",
        f"portal/search/{cast.elsewhere.code}/undated/index.html",
        *(f"portal/decisions/{shown.code}/{name}" for name in ("index.html", "proof", "record.json", "document.pdf")),
    } <= found.keys()  # fmt: skip
    assert [name for name in found if name.startswith(("portal/verify/A", "counter", "login"))] == []
    feed = found[f"portal/feeds/~firm={FIRM}/atom.xml"].decode()
    assert f"/portal/feeds/~firm={FIRM}/atom.xml" in feed
    assert "/counter/" not in "".join(found[name].decode() for name in found if name.endswith("index.html"))
    assert verify_log(FolderReader(mirror.folder / "log"), vkeys()).ok
    assert export(mirror, papers=True).changed is False


def test_what_is_withdrawn_is_gone_from_every_byte_of_folder_and_package(mirror, cast, tmp_path):
    """Pages, record, paper, search data, lists, feeds; the other side loses it with the next package."""
    gone = publish(cast.bureau, "临时撤回有限公司", uscc=FIRM)
    kept = publish(cast.bureau, "继续公示有限公司")
    key = [ensure_log_key().public]
    export(mirror, papers=True)
    mirror.package(tmp_path / "1.tar.gz")
    install(tmp_path / "1.tar.gz", tmp_path / "outside", key)
    assert [name for name, data in files(mirror).items() if "临时撤回".encode() in data]
    take_down(gone)
    done = export(mirror, papers=True)
    mirror.package(tmp_path / "2.tar.gz")
    install(tmp_path / "2.tar.gz", tmp_path / "outside", key)

    package = gzip.decompress((tmp_path / "2.tar.gz").read_bytes())
    outside = b"".join(path.read_bytes() for path in (tmp_path / "outside").rglob("*") if path.is_file())
    for everything in (b"".join(files(mirror).values()), package, outside):
        assert "临时撤回".encode() not in everything
        assert json.dumps("临时撤回")[1:-1].encode() not in everything
    base = f"portal/decisions/{gone.code}"
    assert {f"{base}/document.pdf", f"{base}/record.json"} <= set(done.removed)
    assert "撤回" in (mirror.folder / base / "index.html").read_text("utf-8")
    assert "继续公示" in (mirror.folder / f"portal/decisions/{kept.code}/index.html").read_text("utf-8")
    assert list(check(tmp_path / "outside", key)[1]) == []


def test_what_has_ended_is_gone_the_day_after(mirror, cast, monkeypatch):
    """Nobody does anything: the last day of a publication is its last in the mirror, too."""
    row = publish(cast.bureau, "到期有限公司", published_until=AT.date())
    export(mirror)
    assert any("到期有限公司".encode() in data for data in files(mirror).values())
    later = AT + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    export(mirror, at=later)

    assert not any("到期有限公司".encode() in data for data in files(mirror).values())
    assert "届满" in (mirror.folder / f"portal/decisions/{row.code}/index.html").read_text("utf-8")


def test_only_what_changed_is_made_again(mirror, cast, monkeypatch):
    """A new decision leaves the files of the old ones alone, proofs to an older checkpoint included."""
    old = publish(cast.bureau, "旧有限公司")
    export(mirror)
    before = files(mirror)
    new = publish(cast.bureau, "新有限公司")
    asked: list[str] = []
    monkeypatch.setattr(decisions, "ask", lambda address: asked.append(address.path) or site.ask(address))
    export(mirror)
    after = files(mirror)

    assert {path.split("/")[3] for path in asked if "/decisions/" in path} == {new.code}
    base = f"portal/decisions/{old.code}/"
    assert {name: after[name] for name in after if name.startswith(base)} == {
        name: before[name] for name in before if name.startswith(base)
    }
    assert before["log/checkpoint"] != after["log/checkpoint"]


def test_a_place_in_the_log_that_comes_later_makes_the_page_again(mirror, cast):
    """What was exported before it was sealed gets its proof with the next export."""
    row = publish(cast.bureau)
    proof = mirror.folder / f"portal/decisions/{row.code}/proof"
    mirror.export(lambda output: write_portal(output, at=AT, papers=False), at=AT, signer=ensure_log_key())
    assert not proof.exists()
    export(mirror)

    assert proof.is_file()
    assert broken_links(mirror) == []


def test_data_of_the_day_that_holds_what_was_withdrawn_since_is_kept_back(mirror, cast):
    """They are written once a day; the mirror does not carry out what was taken down in between."""
    gone = publish(cast.bureau, "甲公司")
    write_open_data(at=AT)
    export(mirror)
    data = mirror.folder / "portal/open-data/decisions.csv"
    assert "甲公司" in data.read_text("utf-8-sig")
    take_down(gone)
    export(mirror)

    assert not data.exists()
    assert "不把它们带出去" in (mirror.folder / "portal/open-data/index.html").read_text("utf-8")
    assert broken_links(mirror) == []


def test_no_planted_secret_is_in_any_exported_byte(mirror, cast):
    """Forty cases with personal data of every kind: not in pages, papers, data for the search, or the package."""
    planted = {written(cast, one.view()): one for one in map(case, range(40))}
    export(mirror, papers=False)
    mirror.package(mirror.folder.parent / "a.tar.gz")
    texts = "".join(
        data.decode("utf-8", "replace") for name, data in files(mirror).items() if "/static/" not in name
    )
    secrets = {secret for one in planted.values() for secret in one.secrets if len(secret) > 2}

    assert all(f"portal/decisions/{code}/record.json" in files(mirror) for code in planted)
    assert [secret for secret in secrets if secret in texts] == []


def test_no_planted_secret_is_in_an_exported_paper(mirror, cast):
    """Text and bytes of the PDF files."""
    planted = {written(cast, one.view()): one for one in map(case, range(3))}
    export(mirror, papers=True)
    for code, one in planted.items():
        content = (mirror.folder / f"portal/decisions/{code}/document.pdf").read_bytes()
        with pypdfium2.PdfDocument(content) as pdf:
            text = "".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
        assert code in text
        assert [secret for secret in one.secrets if secret in text or secret.encode() in content] == []


def test_a_folder_that_is_no_mirror_of_ours_is_not_written_to(mirror, cast):
    """Neither into other files, nor where the record of what was written is lost."""
    mirror.folder.mkdir()
    (mirror.folder / "index.php").write_text("x")

    with pytest.raises(MirrorRefused, match="请换一个空目录"):
        export(mirror)


@pytest.mark.django_db(transaction=True)
def test_an_export_sees_one_moment_and_keeps_nobody_from_writing(cast):
    """What is published meanwhile is in the next export; who publishes does not wait."""
    publish(cast.bureau)
    with snapshot():
        assert Publication.objects.count() == 1
        if connection.vendor == "sqlite":
            other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0.2)
            other.execute("UPDATE publicity_searchtext SET laws = 'x'")
            other.commit()
            other.close()
            assert SearchText.objects.get().laws == ""


def test_addresses_with_a_query_have_a_file_of_their_own_for_ever():
    """The order of the words and empty words make no difference; two queries never share a file."""
    one = Address("/portal/lists/catalogue/", (("slug", "windows"), ("agency", "410481-urban")))
    same = Address("/portal/lists/catalogue/", (("agency", "410481-urban"), ("slug", "windows")))
    odd = [
        Address("/portal/laws/", (("law", law),)) for law in ("城市道路管理条例", "a+agency=b", "../../etc")
    ]

    assert one.file == same.file == "portal/lists/catalogue/~agency=410481-urban+slug=windows/index.html"
    assert len({address.file for address in odd}) == 3
    assert all(re.fullmatch(r"portal/laws/~[0-9a-f]{20}/index\.html", address.file) for address in odd)
    assert Address("/portal/officers/%E8%B1%ABD1/").file == "portal/officers/豫D1/index.html"
    assert "~" in Address("/portal/officers/..%2F..%2Fx/").file


def test_blocks_of_the_index_cover_every_number_once():
    """Full blocks stay as they are when new publications come; the newest are small."""
    for last in (0, 1, 511, 512, 8191, 8192, 20_000):
        found = blocks(last)
        assert found[0].first == 0
        assert all(one.end == other.first for one, other in pairwise(found))
        assert found[-1].first <= last < found[-1].end
    assert set(blocks(20_000)[:2]) <= set(blocks(50_000))
    assert date(2026, 3, 10) == AT.date()
