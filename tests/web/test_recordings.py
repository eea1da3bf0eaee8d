"""The page of a recording: original bytes in ranges, moments linked to acts, pictures and previews kept apart."""

import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.cases.selectors import acts_of
from mingjing.evidence import previews, store
from mingjing.evidence.derived_files import PREVIEW, THUMB, derived, has
from mingjing.evidence.marks import marks_of
from mingjing.evidence.models import MediaMark
from mingjing.evidence.previews import PreviewMaker
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import beijing
from tests.cast import Cast
from tests.evidence import files
from tests.stories import told
from tests.web.conftest import SignIn
from tests.web.test_evidence_pages import LABEL

FFMPEG = shutil.which("ffmpeg")
needs_ffmpeg = pytest.mark.skipif(FFMPEG is None, reason="没有 ffmpeg（Debian 软件包），跳过缩略图和预览测试")


@pytest.fixture
def desk(cast: Cast, at_desk: SignIn) -> Any:
    """An officer with a filed case."""
    _, case = told(cast, until="filing_approved")
    return at_desk(cast.officer), case


def upload(desk: Any, name: str, content: bytes, **more: str) -> Any:
    """One recording in the case, and the address of its page."""
    client, case = desk
    sent = {**LABEL, **more, "files": [SimpleUploadedFile(name, content)]}
    answer = client.post(f"/cases/{case.code}/evidence/", sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    item = evidence_of(case.code)[-1]
    return item, f"/cases/{case.code}/evidence/{item.digest}/"


def test_acts_within_the_times_stated_become_moments(desk: Any) -> None:
    """A recording that says when it began and ended lists the acts done meanwhile; one that does not guesses none."""
    client, case = desk
    act = acts_of(case)[-1]
    begin, end = act.done_at - timedelta(seconds=185), act.done_at + timedelta(minutes=5)
    typed = {
        "taken_at": f"{beijing(begin):%Y-%m-%dT%H:%M:%S}",
        "taken_until": f"{beijing(end):%Y-%m-%dT%H:%M:%S}",
    }
    _, here = upload(desk, "a.wav", files.wav(1), interruptions="9:12至9:15，更换电池", **typed)
    page = client.get(here).content.decode()
    assert 'data-seek="185"' in page
    assert "3:05" in page
    assert "按行为时间推算" in page
    assert "9:12至9:15，更换电池" in page
    _, other = upload(desk, "b.wav", files.wav(2), taken_at=typed["taken_at"])
    assert "data-seek" not in client.get(other).content.decode()


def test_a_moment_is_marked_linked_and_taken_back(desk: Any) -> None:
    """A mark names its act; taken back it is no longer shown and still in the table; nonsense is refused."""
    client, case = desk
    item, here = upload(desk, "a.wav", files.wav(1))
    act = acts_of(case)[0]
    sent = {"second": "1:02:03", "text": "出示执法证件", "act": act.code}
    assert client.post(f"{here}marks", sent).status_code == 302
    (kept,) = marks_of(item)
    assert (kept.second, kept.act) == (3723, act.code)
    page = client.get(here).content.decode()
    assert 'data-seek="3723"' in page
    assert f"#act-{act.seq}" in page
    for wrong in ({"second": "gleich"}, {"text": " "}):
        assert client.post(f"{here}marks", {**sent, **wrong}).status_code == 422
    assert client.post(f"{here}marks", {"take_back": str(kept.pk)}).status_code == 302
    assert not marks_of(item)
    assert MediaMark.objects.filter(digest=item.digest).count() == 2


def test_a_supervisor_reads_marks_and_sets_none(cast: Cast, at_desk: SignIn, desk: Any) -> None:
    """Marks belong to those who work on the case."""
    client, _ = desk
    _, here = upload(desk, "a.wav", files.wav(1))
    client.post(f"{here}marks", {"second": "5", "text": "开始", "act": ""})
    supervisor = at_desk(cast.supervisor)
    assert "开始" in supervisor.get(here).content.decode()
    assert supervisor.post(f"{here}marks", {"second": "6", "text": "x", "act": ""}).status_code == 403


def test_without_ffmpeg_the_page_says_so_and_plays_the_original(desk: Any, monkeypatch: Any) -> None:
    """Nothing is lacking but the picture; the bytes are sent in ranges as before."""
    monkeypatch.setattr("mingjing.web.views.evidence.ffmpeg", lambda: None)
    client, _ = desk
    content = files.iso_media(b"isom", b"avc1")
    _, here = upload(desk, "录像.mp4", content)
    page = client.get(here).content.decode()
    assert "没有安装 ffmpeg" in page
    assert "<video" in page
    part = client.get(f"{here}file", headers={"Range": "bytes=4-7"})
    assert b"".join(part.streaming_content) == content[4:8]
    assert client.get(f"{here}preview").status_code == 404
    assert client.get(f"{here}thumb").status_code == 404


def film(folder: Path) -> bytes:
    """Two seconds of a moving picture with sound, 800 wide, as a recorder writes them."""
    path = folder / "film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=1280x720:rate=10:duration=2"]
    sound = ["-f", "lavfi", "-i", "sine=duration=2"]
    subprocess.run([str(FFMPEG), "-v", "error", *source, *sound, "-y", str(path)], check=True)
    return path.read_bytes()


def worked(maker: PreviewMaker) -> None:
    """Turn until nothing is left to do."""
    end = time.monotonic() + 180
    while time.monotonic() < end:
        maker.turn()
        if maker.idle and previews.next_film() is None:
            return
        time.sleep(0.05)
    raise AssertionError("the preview was never finished")


@needs_ffmpeg
def test_a_film_gets_a_picture_and_a_light_preview_apart_from_the_original(desk: Any, tmp_path: Path) -> None:
    """Both are made from it, are smaller, lie elsewhere, and leave its bytes as they were."""
    client, case = desk
    content = film(tmp_path)
    item, here = upload(desk, "录像.mp4", content)
    worked(PreviewMaker())
    assert client.get(f"{here}thumb")["Content-Type"] == "image/jpeg"
    light = client.get(f"{here}preview", headers={"Range": "bytes=4-7"})
    assert b"".join(light.streaming_content) == b"ftyp"
    assert "改放轻量预览" in client.get(here).content.decode()
    assert f"{here}thumb" in client.get(f"/cases/{case.code}/").content.decode()
    assert store.digest_stored(item.digest) == item.digest
    assert "evidence" not in derived(item.digest, PREVIEW).parts[-6:-1]


@needs_ffmpeg
def test_what_cannot_be_drawn_is_left_and_holds_up_no_other(desk: Any, tmp_path: Path) -> None:
    """A damaged film gets none; the next one does; neither is tried again."""
    whole, _ = upload(desk, "好.mp4", film(tmp_path))
    broken, _ = upload(
        desk, "坏.mp4", files.iso_media(b"isom", b"avc1") + bytes(timezone.now().microsecond % 99)
    )
    worked(PreviewMaker())
    assert not has(broken.digest, THUMB)
    assert has(whole.digest, PREVIEW)
