"""Fonts for documents: the Fandol set out of a Debian package into .cache/fonts; no root needed."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / ".cache" / "fonts"
PACKAGE = "texlive-lang-chinese"
FANDOL = (
    "FandolFang-Regular.otf",
    "FandolSong-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
)
LICENCE = ("COPYING.gz", "README")
FALLBACK = (
    "字体：{why}，文书将以思源宋体、黑体代替仿宋、楷体；可把自有仿宋字体所在文件夹写入 MINGJING_FONT_DIRS。"
)


def is_current() -> bool:
    """Whether the whole set is there."""
    return all((FONTS / name).is_file() for name in FANDOL)


def download(work: Path) -> Path:
    """Fetch the package into `work`; with lists of our own where the machine has none."""
    fetch = ["apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", PACKAGE]
    if subprocess.run(fetch, cwd=work, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        state = work / "lists"
        (state / "partial").mkdir(parents=True)
        own = ["-o", f"Dir::State::Lists={state}", "-o", f"Dir::Cache={work}", "-o", "Debug::NoLocking=1"]
        subprocess.run([fetch[0], "-qq", *own, *fetch[2:4], "update"], cwd=work, check=True)
        subprocess.run([*fetch[:2], *own, *fetch[2:]], cwd=work, check=True)
    return next(work.glob(f"{PACKAGE}_*.deb"))


def install() -> None:
    """Unpack the set beside its place and move it in when it is whole."""
    FONTS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FONTS.parent, prefix="fonts-") as name:
        work = Path(name)
        subprocess.run(["dpkg", "-x", download(work), work / "package"], check=True)
        share = work / "package" / "usr" / "share"
        finished = work / "finished"
        finished.mkdir()
        for font in FANDOL:
            shutil.move(share / "texlive/texmf-dist/fonts/opentype/public/fandol" / font, finished)
        for paper in LICENCE:
            shutil.move(share / "doc/texlive-doc/fonts/fandol" / paper, finished)
        if FONTS.exists():
            FONTS.rename(work / "old")
        finished.rename(FONTS)


def main() -> None:
    """Fetch the fonts, or say in one Chinese line what will be used in their place."""
    if is_current():
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        print(FALLBACK.format(why="本机没有 apt，无法取得 Fandol 字体"))
        return
    print("字体：正在取得 Fandol 仿宋、宋体、黑体、楷体……", flush=True)
    try:
        install()
    except (subprocess.CalledProcessError, OSError, StopIteration):
        print(FALLBACK.format(why="取得 Fandol 字体失败"), file=sys.stderr)
        return
    print("字体：已就绪。", flush=True)


if __name__ == "__main__":
    main()
