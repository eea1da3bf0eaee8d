"""The whole-log check: a sound log passes, and whatever was altered is named."""

import json

import pytest

from mingjing.translog.merkle import HASH
from mingjing.translog.note import SigningKey
from mingjing.translog.tiles import CHECKPOINT, pack_bundle
from mingjing.translog.verify import verify_log
from tests.translog.logs import KEY, VKEY, MemoryLog, act_leaf


@pytest.fixture
def log() -> MemoryLog:
    """Acts of two cases, with partial tiles on two levels and a checkpoint on the way."""
    log = MemoryLog(act_leaf(number) for number in range(1, 301))
    log.append(act_leaf(number, case="case-2") for number in range(1, 401))
    return log


def told(report) -> str:
    """All findings in one text; the report must have failed."""
    assert not report.ok
    return report.text


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 700])
def test_a_sound_log_passes_at_every_size(size):
    """Empty, partial and full tiles are all recomputed."""
    report = verify_log(MemoryLog(act_leaf(number) for number in range(1, size + 1)), VKEY)
    assert report.ok, report.text
    assert (report.checked, report.checkpoint.size) == (size, size)
    assert "核验通过" in report.text


def test_a_sound_log_still_begins_as_it_did(log):
    """A checkpoint kept from any earlier size agrees."""
    for size in (1, 256, 300, 511, 700):
        old = MemoryLog(log.entries[:size]).files[CHECKPOINT]
        assert verify_log(log, VKEY, old).ok


def test_an_altered_entry_is_named(log):
    """The entry is in one file: its index is told, and that the root no longer fits; no tile above is blamed."""
    entries = [*log.entries[:9], act_leaf(10, digest="cd" * 32), *log.entries[10:256]]
    log.files["tile/entries/000"] = pack_bundle(entries)
    text = told(verify_log(log, VKEY))
    assert "tile/0/000：序号 9 的叶哈希" in text
    assert "重算的根与检查点不符" in text
    assert text.count("✗") == 2


def test_a_removed_bundle_is_named_and_the_rest_still_checked(log):
    """Stored hashes stand in for the lost file, so that it is the only fault told."""
    del log.files["tile/entries/001"]
    text = told(verify_log(log, VKEY))
    assert "tile/entries/001：条目包 tile/entries/001 缺失" in text
    # The counter of the acts shows the gap too.
    assert "编号应为" in text
    assert "重算的根" not in text


def test_a_shortened_bundle_is_named(log):
    """An entry taken from the end of a file is missed, and a cut-off file is told from a missing one."""
    log.files["tile/entries/002.p/188"] = pack_bundle(log.entries[512:699])
    assert "应有 188 条，实有 187 条" in told(verify_log(log, VKEY))
    log.files["tile/entries/002.p/188"] = pack_bundle(log.entries[512:700])[:-1]
    assert "截断" in told(verify_log(log, VKEY))


def test_without_entries_and_hashes_the_check_stops_and_says_where(log):
    """Nothing can stand in: what follows is not claimed to be checked."""
    del log.files["tile/entries/001"], log.files["tile/0/001"]
    report = verify_log(log, VKEY)
    assert "tile/entries/001：条目包与叶哈希都缺失" in told(report)
    assert report.checked == 256


def test_swapped_entries_are_found(log):
    """Order is content: the hashes and the counter of the case both tell."""
    log.files["tile/entries/000"] = pack_bundle([log.entries[1], log.entries[0], *log.entries[2:256]])
    text = told(verify_log(log, VKEY))
    assert "序号 0 的叶哈希" in text
    assert "序号 0：案件 case-1 的行为编号应为 1，实为 2" in text


def test_an_altered_tile_is_told_from_altered_entries(log):
    """The entries still lead to the signed root, so the tile is what was touched."""
    tile = log.files["tile/0/000"]
    log.files["tile/0/000"] = tile[: 3 * HASH] + bytes(HASH) + tile[4 * HASH :]
    report = verify_log(log, VKEY)
    assert "tile/0/000：序号 3 的叶哈希" in told(report)
    assert "全部记录与检查点相符，被改动的是瓦片" in report.text


def test_an_altered_upper_tile_is_named(log):
    """A hash of a higher level is recomputed from the entries below it."""
    log.files["tile/1/000.p/2"] = bytes(2 * HASH)
    assert "tile/1/000.p/2：第 0 个哈希" in told(verify_log(log, VKEY))


def test_a_missing_or_short_tile_is_named(log):
    """Missing and short are two faults."""
    del log.files["tile/0/001"]
    log.files["tile/1/000.p/2"] = log.files["tile/1/000.p/2"][:-1]
    text = told(verify_log(log, VKEY))
    assert "tile/0/001：瓦片缺失" in text
    assert "tile/1/000.p/2：长度应为 64 字节，实为 63 字节" in text


def test_an_older_partial_file_must_agree_too(log):
    """What was published once and is still lying there shows a rewriting."""
    assert "tile/entries/001.p/44" in log.files
    log.files["tile/entries/001.p/44"] = pack_bundle(log.entries[257:301])
    log.files["tile/0/001.p/44"] = bytes(44 * HASH)
    text = told(verify_log(log, VKEY))
    assert "tile/entries/001.p/44：与 tile/entries/001 的开头不符" in text
    assert "tile/0/001.p/44：序号 256 的叶哈希" in text


def test_a_log_that_was_cut_is_found_by_its_left_over_files(log):
    """Going back to an older checkpoint leaves tiles that it does not cover."""
    log.files[CHECKPOINT] = MemoryLog(log.entries[:300]).files[CHECKPOINT]
    assert "超出检查点所述的 300 条" in told(verify_log(log, VKEY))


def test_a_log_that_was_cut_cleanly_is_found_by_a_kept_checkpoint(log):
    """Without any left-over only the one who kept a checkpoint can tell."""
    cut = MemoryLog(log.entries[:300])
    assert verify_log(cut, VKEY).ok
    assert "少于旧检查点的 700 条" in told(verify_log(cut, VKEY, log.files[CHECKPOINT]))


def test_a_history_rewritten_with_the_real_key_is_found_by_a_kept_checkpoint(log):
    """Even the owner of the key cannot change what others have seen signed."""
    forged = MemoryLog([act_leaf(1, digest="cd" * 32), *log.entries[1:]])
    assert verify_log(forged, VKEY).ok
    assert "前 700 条：与旧检查点的根不符" in told(verify_log(forged, VKEY, log.files[CHECKPOINT]))
    early = MemoryLog(log.entries[:300]).files[CHECKPOINT]
    assert "前 300 条：与旧检查点的根不符" in told(verify_log(forged, VKEY, early))


def test_a_forged_checkpoint_is_refused(log):
    """A note of another key, an altered one and none at all."""
    other = SigningKey(KEY.name, bytes(32))
    assert "没有" in told(verify_log(MemoryLog(log.entries, key=other), VKEY))
    log.files[CHECKPOINT] = log.files[CHECKPOINT].replace(b"700", b"699")
    assert "签名无效" in told(verify_log(log, VKEY))
    del log.files[CHECKPOINT]
    assert "检查点" in told(verify_log(log, VKEY))


def test_a_forged_old_checkpoint_is_told_and_the_log_still_checked(log):
    """The old note is held to the same key."""
    other = MemoryLog(log.entries[:5], key=SigningKey(KEY.name, bytes(32))).files[CHECKPOINT]
    report = verify_log(log, VKEY, other)
    assert "旧检查点：没有" in told(report)
    assert report.checked == 700


def test_a_gap_in_the_acts_of_a_case_is_found():
    """The tree is whole, yet an act was never logged: its number is missing."""
    report = verify_log(MemoryLog([act_leaf(1), act_leaf(3), act_leaf(4)]), VKEY)
    assert "序号 1：案件 case-1 的行为编号应为 2，实为 3" in told(report)
    assert report.faults == 1


@pytest.mark.parametrize("entry", [b"", b"[]", b"{}", b"\xff", json.dumps({"k": 1}).encode()[:-1]])
def test_an_entry_that_is_no_leaf_is_told(entry):
    """Content that slipped into the log is not passed over."""
    assert "不是存证日志的叶" in told(verify_log(MemoryLog([entry]), VKEY))


def test_the_same_check_reads_a_folder(log, tmp_path):
    """Static files on disk are a log; other files beside them are no concern of it."""
    for path, data in log.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "index.html").write_text("<p>")
    assert verify_log(tmp_path, VKEY).ok
    (tmp_path / "tile/0/000").unlink()
    assert "tile/0/000：瓦片缺失" in told(verify_log(tmp_path, VKEY))


def test_a_wrecked_log_is_told_in_bounds():
    """Faults are all counted, and not all listed."""
    report = verify_log(MemoryLog(b"" for _ in range(300)), VKEY)
    assert report.faults == 300
    assert len(report.findings) == 200
    assert "发现 300 处问题" in report.text
