"""Which law was let into service is signed and logged; a changed library is noticed, and so is a changed release."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mingjing.cli.start import warn_of_unreleased_law
from mingjing.packs.load import library
from mingjing.packs.source import PackFile
from mingjing.translog.models import Entry
from mingjing.translog.releases import (
    ReleaseRefused,
    last_release,
    release,
    standing,
    verify_releases,
)
from mingjing.translog.selectors import state_of
from mingjing.translog.services import seal_log

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
LIBRARY = library()


def changed():
    """The library with one more line in one file of the national pack."""
    pack = LIBRARY.packs["cn"]
    first, *others = pack.files
    files = (PackFile.parse(first.name, first.text + "\n# 改\n"), *others)
    return replace(LIBRARY, packs={**LIBRARY.packs, "cn": replace(pack, files=files)})


def test_a_release_is_signed_logged_and_can_be_verified(home):
    """Its digest is a leaf; after sealing anybody can ask for the proof."""
    made, new = release(LIBRARY, by="admin", at=AT, remark="第一次 发布")
    seal_log(at=AT)

    assert (made.number, new, made.packs.keys()) == (1, True, LIBRARY.packs.keys())
    assert last_release() == made
    assert verify_releases(LIBRARY) == []
    assert standing(LIBRARY).good
    assert "与第 1 次发布" in standing(LIBRARY).in_words()
    state = state_of("pack:1")
    assert state is not None
    assert state.name == "checkpointed"


def test_the_same_library_is_not_released_twice(home):
    """One leaf, one file; and a release that a crash kept from the log is logged by the next."""
    release(LIBRARY, by="admin", at=AT)
    again, new = release(LIBRARY, by="admin", at=AT)
    assert (again.number, new, Entry.objects.filter(kind="pack").count()) == (1, False, 1)


def test_what_a_crash_kept_from_the_log_is_logged_by_the_next_release(home, monkeypatch):
    """The file was there; the leaf was not."""

    def crash(**_):
        raise RuntimeError("power cut")

    with monkeypatch.context() as cut:
        cut.setattr("mingjing.translog.releases.enqueue", crash)
        with pytest.raises(RuntimeError):
            release(LIBRARY, by="admin", at=AT)
    assert ["不在日志中" in fault for fault in verify_releases(LIBRARY)] == [True]
    release(LIBRARY, by="admin", at=AT)
    assert verify_releases(LIBRARY) == []


def test_a_changed_library_is_told_until_it_is_released(home):
    """By the pack that differs; the next release has the next number."""
    assert not standing(LIBRARY).good
    release(LIBRARY, by="admin", at=AT)
    newer = changed()

    found = standing(newer)
    assert (found.changed, found.good) == (("cn",), False)
    assert verify_releases(newer) == [found.in_words()]
    made, _ = release(newer, by="admin", at=AT)
    assert (made.number, verify_releases(newer)) == (2, [])
    assert not standing(LIBRARY).good


def test_an_altered_release_is_found(home):
    """A word of the note, and a note that is gone."""
    release(LIBRARY, by="admin", at=AT)
    release(changed(), by="admin", at=AT)
    path = home / "releases" / "0001.note"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"by admin", b"by nobody"))
    assert "签名无效" in verify_releases(changed())[0]
    path.write_bytes(b"mingjing")
    assert verify_releases(changed())
    path.unlink()
    assert verify_releases(changed()) == ["发布记录的编号不连续，有文件缺失"]
    path.write_bytes(sound)
    assert verify_releases(changed()) == []


def test_a_release_under_another_number_is_refused(home):
    """Nobody puts an older release in place of the last."""
    release(LIBRARY, by="admin", at=AT)
    release(changed(), by="admin", at=AT)
    folder = home / "releases"
    (folder / "0002.note").write_bytes((folder / "0001.note").read_bytes())
    with pytest.raises(ReleaseRefused, match="第 1 次发布"):
        last_release()


def test_the_start_tells_of_packs_that_are_not_as_released(home, caplog, monkeypatch):
    """A warning in the log, and not a stop; silence where all is as released."""
    warn_of_unreleased_law()
    assert "尚未发布" in caplog.text
    caplog.clear()
    release(LIBRARY, by="admin", at=AT)
    warn_of_unreleased_law()
    assert caplog.text == ""
    monkeypatch.setattr("mingjing.cli.start.library", changed)
    warn_of_unreleased_law()
    assert "不同：cn" in caplog.text
    (home / "releases" / "0001.note").write_bytes(b"x")
    caplog.clear()
    warn_of_unreleased_law()
    assert "从备份恢复" in caplog.text
