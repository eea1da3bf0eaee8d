"""Packages: what is honest is taken in whole, what is not is refused, and then nothing has changed."""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from mingjing.mirror import listing
from mingjing.mirror.check import check
from mingjing.mirror.install import install
from mingjing.mirror.listing import INDEX, MANIFEST, Entry, Part, index_bytes, part_bytes, slot_of
from mingjing.mirror.refusals import MirrorRefused
from mingjing.mirror.staging import Staging
from mingjing.mirror.statement import FIRST, Statement
from mingjing.translog.note import SigningKey
from tests.mirror.conftest import AT, FILES, KEY

KEYS = [KEY.public]
OTHER = SigningKey("zf.example/log", bytes(32))


def members(package: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members of a package with their bytes, read by a tool that is not ours."""
    with tarfile.open(package) as tar:
        return [(one, tar.extractfile(one).read() if one.isreg() else b"") for one in tar]


def packed(path: Path, found: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write members as a package."""
    with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT) as tar:
        for told, data in found:
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))
    return path


def member(name: str, data: bytes = b"", **told) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    for attribute, value in told.items():
        setattr(info, attribute, value)
    return info, data


def signed(files: dict[str, bytes], *, sequence: int = 1, previous: str = FIRST, listed=None) -> list:
    """A package of one part list as the holder of the key could write it, whatever paths it lists."""
    entries = listed or [Entry(path, len(data), digest(data)) for path, data in files.items()]
    parts, found = {}, []
    for entry in entries:
        parts.setdefault(slot_of(entry.path)[:1], []).append(entry)
    index = []
    for prefix in sorted(parts):
        data = part_bytes(parts[prefix])
        index.append(Part(prefix, digest(data), len(parts[prefix])))
        found.append(member(f"parts/{prefix}", data))
        found += [
            member(f"files/{one.sha256}", files[one.path]) for one in parts[prefix] if one.path in files
        ]
    told = Statement(
        name="zf.example/log/mirror", sequence=sequence, previous=previous, made=AT, checkpoint=0,
        files=len(entries), size=sum(one.size for one in entries) or 1, digits=1, index=digest(index_bytes(index)),
    )  # fmt: skip
    return [member(f"chain/{sequence}", told.signed([KEY])), member("index", index_bytes(index)), *found]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def refused(package: Path, folder: Path, contents) -> str:
    """Be refused, leave the folder as it was, and give the words."""
    before = contents(folder) if folder.exists() else None
    with pytest.raises(MirrorRefused) as told:
        install(package, folder, KEYS)
    assert (contents(folder) if folder.exists() else None) == before
    assert not folder.with_name(f".{folder.name}.incoming").exists()
    return str(told.value)


def test_what_is_carried_over_is_what_was_exported(bureau, contents):
    """Whole first, then changes only: new, altered and removed files; both sides are byte for byte the same."""
    bureau.export(FILES)
    install(bureau.package("1"), bureau.outside, KEYS)
    assert contents(bureau.outside) == contents(bureau.mirror.folder)

    bureau.export({**FILES, "portal/a/index.html": "甲二", "portal/d/e/index.html": "丁"})
    bureau.export({path: text for path, text in FILES.items() if path != "portal/b/index.html"})
    package = bureau.package("2")
    done = install(package, bureau.outside, KEYS)

    assert (done.statement.sequence, done.written, done.removed) == (3, 0, 1)
    assert contents(bureau.outside) == contents(bureau.mirror.folder)
    assert not (bureau.outside / "portal/b").exists()
    assert list(check(bureau.outside, KEYS)[1]) == []
    assert sum(one.name.startswith("files/") for one, _ in members(package)) <= 1


def test_a_run_with_nothing_new_changes_nothing(bureau, contents):
    """Neither a file nor a number; and there is nothing to carry."""
    first = bureau.export(FILES)
    bureau.package("1")
    before = contents(bureau.mirror.folder)
    again = bureau.export(FILES)

    assert (first.sequence, first.changed) == (1, True)
    assert (again.sequence, again.changed, again.written) == (1, False, 0)
    assert contents(bureau.mirror.folder) == before
    assert bureau.mirror.package(bureau.place / "2.tar.gz") is None


def test_a_list_that_grew_is_divided_anew_and_still_carried(bureau, contents, monkeypatch):
    """From sixteen parts to two hundred and fifty-six, and back, on both sides alike."""
    monkeypatch.setattr(listing, "MOST_IN_PART", 1)
    many = {f"portal/{number}/index.html": str(number) for number in range(30)}
    for number, files in enumerate((FILES, {**FILES, **many}, FILES), 1):
        bureau.export(files)
        install(bureau.package(str(number)), bureau.outside, KEYS)
        assert contents(bureau.outside) == contents(bureau.mirror.folder)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("unsigned", "没有经过签名"),
        ("other key", "没有通过签名核验"),
        ("altered statement", "没有通过签名核验"),
        ("altered index", "总目与签名的清单不符"),
        ("altered part", "与总目不符"),
        ("altered file", "与签名的清单不符"),
        ("longer file", "大小与签名的清单不符|不在签名的清单里"),
        ("file left out", "包不完整"),
        ("file added", "不在签名的清单里"),
        ("part added", "不在签名的清单里"),
        ("link", "不是普通文件"),
        ("device", "不是普通文件"),
        ("foreign name", "不认识"),
        ("cut off", "包不完整|读不出来|损坏"),
        ("no package", "读不出来"),
    ],
)
def test_what_was_tampered_with_is_refused_and_what_was_not_is_taken(bureau, contents, what, words):
    """Each in its own words; the folder is as it was. The honest package of the same state goes in afterwards."""
    bureau.export(FILES)
    install(bureau.package("1"), bureau.outside, KEYS)
    bureau.export({**FILES, "portal/a/index.html": "甲二"})
    honest = bureau.package("2")
    found = members(honest)
    at = {one.name.partition("/")[0]: place for place, (one, _) in enumerate(found)}

    def altered(place: int, data: bytes) -> list:
        return [(one, data if number == place else old) for number, (one, old) in enumerate(found)]

    told = found[at["chain"]][1]
    tampered = {
        "unsigned": [one for one in found if not one[0].name.startswith("chain/")],
        "other key": altered(
            at["chain"], Statement.parse(told.rpartition(b"\n\n")[0] + b"\n").signed([OTHER])
        ),
        "altered statement": altered(at["chain"], told.replace(b"checkpoint 7", b"checkpoint 8")),
        "altered index": altered(at["index"], found[at["index"]][1].replace(b" 1 ", b" 2 ", 1)),
        "altered part": altered(at["parts"], found[at["parts"]][1].replace(b"portal/", b"portal.", 1)),
        "altered file": altered(at["files"], "甲三".encode()),
        "longer file": altered(at["files"], "甲二二".encode()),
        "file left out": [one for one in found if not one[0].name.startswith("files/")],
        "file added": [*found, member(f"files/{'0' * 64}", b"x")],
        "part added": [*found, member("parts/f", b"x")],
        "link": [*found, member("files/x", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
        "device": [*found, member("files/x", type=tarfile.CHRTYPE)],
        "foreign name": [*found, member("../../etc/cron.d/x", b"x")],
    }
    wrong = bureau.place / "wrong.tar.gz"
    if what in tampered:
        packed(wrong, tampered[what])
    elif what == "cut off":
        wrong.write_bytes(honest.read_bytes()[:-40])
    else:
        wrong.write_text("这不是包")

    assert any(word in refused(wrong, bureau.outside, contents) for word in words.split("|"))
    assert install(honest, bureau.outside, KEYS).statement.sequence == 2


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/x",
        "a/../x",
        "a//x",
        "a\\x",
        "C:x",
        "a/.ssh/x",
        "mirror/manifest",
        "x" * 300,
        "a\u202ex",
        "a\nb",
    ],
)
def test_a_path_that_leads_out_is_refused_even_when_signed(tmp_path, contents, path):
    """Whoever has stolen the key can write false pages, but no file outside the folder."""
    package = packed(tmp_path / "a.tar.gz", signed({path: b"x"}))

    told = refused(package, tmp_path / "site", contents)
    assert "不能接收" in told or "不符" in told  # a line break makes two lines of one
    assert sorted(one.name for one in tmp_path.iterdir()) == [".site.lock", "a.tar.gz"]


def test_a_path_that_stays_inside_is_taken(tmp_path):
    """The twin of the refusals before, with the same hand-made package."""
    package = packed(tmp_path / "a.tar.gz", signed({"portal/执法 人员/~a=1+b=2/x.html": b"x"}))

    assert install(package, tmp_path / "site", KEYS).written == 1


def test_a_statement_about_sizes_is_no_bomb(tmp_path, contents):
    """A member is read as far as the list says and no further; a list that says too much is not believed."""
    entry = Entry("portal/a", 10, digest(b"x" * 10))
    bomb = signed({"portal/a": b"x" * 10_000_000}, listed=[entry])
    huge = signed({}, listed=[Entry("portal/a", 5_000_000_000, "0" * 64)])

    assert "大小" in refused(packed(tmp_path / "a.tar.gz", bomb), tmp_path / "site", contents)
    assert "超过" in refused(packed(tmp_path / "b.tar.gz", huge), tmp_path / "site", contents)


def test_packages_go_in_in_their_order_only(bureau, contents):
    """No gap, no replay, no going back, no package of changes into nothing; in order each goes in."""
    packages = []
    for number in range(1, 5):
        bureau.export({**FILES, "portal/a/index.html": str(number), f"portal/{number}.html": "x"})
        packages.append(bureau.package(str(number)))
    outside = bureau.outside

    assert "第一次请用整包" in refused(packages[1], outside, contents)
    install(packages[0], outside, KEYS)
    assert "中间缺包" in refused(packages[2], outside, contents)
    install(packages[1], outside, KEYS)
    assert "已经导入" in refused(packages[1], outside, contents)
    assert "旧包不能再导入" in refused(packages[0], outside, contents)
    install(packages[2], outside, KEYS)
    assert "旧包不能再导入" in refused(packages[1], outside, contents)
    install(packages[3], outside, KEYS)
    assert contents(outside) == contents(bureau.mirror.folder)


def test_a_whole_package_closes_a_gap_and_one_that_reaches_further_back_fits(bureau, contents):
    """Lost packages are made good by all files, or by one that begins before what is there."""
    for number in range(1, 4):
        bureau.export({**FILES, "portal/a/index.html": str(number)})
        if number == 1:
            install(bureau.package("1"), bureau.outside, KEYS)
    install(bureau.package("whole", since=0), bureau.outside, KEYS)
    assert contents(bureau.outside) == contents(bureau.mirror.folder)

    bureau.export({**FILES, "portal/a/index.html": "4"})
    assert install(bureau.package("wide", since=2), bureau.outside, KEYS).statement.sequence == 4
    assert contents(bureau.outside) == contents(bureau.mirror.folder)


def test_a_folder_with_other_things_in_it_is_left_alone(bureau, contents):
    """A mirror is not put among the files of another site."""
    bureau.export(FILES)
    bureau.outside.mkdir()
    (bureau.outside / "index.php").write_text("x")

    assert "不要与其他网站混放" in refused(bureau.package("1"), bureau.outside, contents)


def test_a_crash_leaves_the_old_mirror_or_ends_in_the_new_one(bureau, contents, monkeypatch):
    """Before the decision nothing has changed; after it the next import ends what was begun."""
    bureau.export(FILES)
    install(bureau.package("1"), bureau.outside, KEYS)
    before = contents(bureau.outside)
    bureau.export({"portal/index.html": "新", "portal/z/index.html": "新页"})
    package = bureau.package("2")

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "seal", _killed)
        with pytest.raises(KeyboardInterrupt):
            install(package, bureau.outside, KEYS)
    assert contents(bureau.outside) == before
    with monkeypatch.context() as patch:
        patch.setattr(Staging, "_put", _killed)
        with pytest.raises(KeyboardInterrupt):
            install(package, bureau.outside, KEYS)
    with pytest.raises(MirrorRefused, match="已经导入"):
        install(package, bureau.outside, KEYS)
    assert contents(bureau.outside) == contents(bureau.mirror.folder)


def _killed(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["seal", "apply", "_put"])
def test_an_export_that_was_killed_is_undone_or_ended_by_the_next(bureau, contents, monkeypatch, where):
    """Whatever moment it was: the numbers run on without a gap, and the mirror is the one that was signed."""
    bureau.export(FILES)
    before = contents(bureau.mirror.folder)
    with monkeypatch.context() as patch:
        patch.setattr(Staging, where, _killed)
        patch.setattr(Staging, "discard", lambda _: None)  # a killed process tidies nothing up
        with pytest.raises(KeyboardInterrupt):
            bureau.export({**FILES, "portal/a/index.html": "甲二"})
    assert contents(bureau.mirror.folder) == before
    done = bureau.export({**FILES, "portal/a/index.html": "甲二"})

    assert (done.sequence, done.changed) == (2, where == "seal")
    assert (bureau.mirror.folder / "portal/a/index.html").read_text() == "甲二"
    assert list(check(bureau.mirror.folder, KEYS)[1]) == []
    install(bureau.package("1", since=0), bureau.outside, KEYS)


def test_a_mirror_is_checked_where_it_lies(bureau):
    """Altered, missing, added, linked: each is named; a list that was not signed is no list."""
    bureau.export(FILES)
    folder = bureau.mirror.folder
    mirror, faults = check(folder, KEYS)
    assert (mirror.statement.files, list(faults)) == (len(FILES), [])
    (folder / "portal/a/index.html").write_text("假")
    (folder / "portal/b/index.html").unlink()
    (folder / "portal/x.html").write_text("x")
    (folder / "portal/c.json").rename(bureau.place / "c.json")
    os.symlink(bureau.place / "c.json", folder / "portal/c.json")
    found = list(check(folder, KEYS)[1])

    assert [one.partition("：")[0] for one in sorted(found)] == [
        "portal/a/index.html", "portal/b/index.html", "portal/c.json", "portal/x.html",
    ]  # fmt: skip
    with pytest.raises(MirrorRefused, match="签名核验"):
        check(folder, [OTHER.public])
    (folder / INDEX).write_bytes(b"")
    with pytest.raises(MirrorRefused, match="总目"):
        check(folder, KEYS)


def test_the_same_changes_give_the_same_package(bureau):
    """No time and no name of a machine is in it: whoever checks can pack it again."""
    bureau.export(FILES)
    first = bureau.package("1", since=0).read_bytes()

    assert bureau.package("2", since=0).read_bytes() == first
    assert gzip.decompress(first)[-1024:] == bytes(1024)


def test_the_other_side_needs_no_django_and_no_database(bureau):
    """The command takes a package in with neither installed settings nor tables, and says what it did."""
    bureau.export(FILES)
    package = bureau.package("1")
    script = (
        "import sys; sys.modules['django'] = None\n"
        "from mingjing.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    base = [sys.executable, "-c", script, "portal"]
    keys = ["--vkey", KEY.public.vkey]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*base, *words], capture_output=True, text=True, check=False)

    taken = run("import", str(package), "--into", str(bureau.outside), *keys)
    looked = run("check", str(bureau.outside), *keys)
    again = run("import", str(package), "--into", str(bureau.outside), *keys)

    assert (taken.returncode, "核对无误" in taken.stdout) == (0, True), taken.stderr
    assert (looked.returncode, "逐个相符" in looked.stdout) == (0, True)
    assert (again.returncode, "已经导入" in again.stderr) == (2, True)
    assert (bureau.outside / MANIFEST).is_file()
