"""The front-end set-up: current when nothing changed, and a broken run leaves the old files."""

import json
import subprocess

import pytest

from tools import assets


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    """A finished folder in a project of its own, made from the real lockfiles."""
    for name in assets.LOCKFILES:
        (tmp_path / name).write_bytes((assets.ROOT / name).read_bytes())
    folder = tmp_path / "static" / "vendor"
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "VENDOR", folder)
    for target in assets.FILES.values():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / target).write_text("old")
    (folder / assets.STAMP).write_text(json.dumps({"wanted": assets.wanted()}))
    return folder


def test_a_finished_folder_is_current_until_the_lockfile_changes(vendor, tmp_path):
    """The stamp is the digest of the lockfile and of the list of files."""
    assert assets.is_current()

    (tmp_path / "package-lock.json").write_text("{}")
    assert not assets.is_current()


def test_a_folder_that_lost_a_file_is_not_current(vendor):
    """The stamp alone does not make a page work."""
    (vendor / "htmx" / "htmx.min.js").unlink()

    assert not assets.is_current()


def test_a_broken_install_leaves_the_old_folder_and_says_so(vendor, tmp_path, monkeypatch):
    """npm fails half-way: the files of the last good run stay, no rubbish is left, the message is Chinese."""
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(assets, "npm", lambda: ["false"])

    with pytest.raises(SystemExit, match="npm 安装失败"):
        assets.main()
    assert (vendor / "htmx" / "htmx.min.js").read_text() == "old"
    assert list((tmp_path / ".cache").iterdir()) == []


def test_without_npm_the_message_says_what_to_install(vendor, tmp_path, monkeypatch):
    """One sentence, with both ways out."""
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(assets, "npm", lambda: None)

    with pytest.raises(SystemExit, match=r"请安装 Node\.js 20 以上版本，或先运行 uv sync"):
        assets.main()


def test_a_good_install_replaces_the_folder_and_strips_source_maps(vendor, tmp_path, monkeypatch):
    """Maps are not copied, and a manifest storage would fail on a comment that names one."""

    def pretend_npm(command, *, cwd, check):
        for source in assets.FILES:
            path = cwd / "node_modules" / source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("new;\n//# sourceMappingURL=x.js.map\n")

    (vendor / "left-over.js").write_text("")
    (tmp_path / "package.json").write_text("{}")
    monkeypatch.setattr(assets, "npm", lambda: ["npm"])
    monkeypatch.setattr(subprocess, "run", pretend_npm)

    assets.main()

    assert (vendor / "htmx" / "htmx.min.js").read_text() == "new;\n"
    assert not (vendor / "left-over.js").exists()
    assert assets.is_current()
