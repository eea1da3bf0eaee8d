"""What the tests need beyond Python: PostgreSQL, Chromium, a Chinese font, ffmpeg; installed on Debian as root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]


def has_postgresql() -> bool:
    """Whether a server's `initdb` is here; the packaged client alone has none."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def has_chromium() -> bool:
    """Whether a Chromium is on the PATH."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def has_chinese_font() -> bool:
    """Whether the system can draw Chinese, so that screenshots are readable."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def has_ffmpeg() -> bool:
    """Whether thumbnails and previews of films can be made; a server may go without."""
    return shutil.which("ffmpeg") is not None


NEEDS: dict[str, Callable[[], bool]] = {
    "postgresql": has_postgresql,
    "chromium": has_chromium,
    "fonts-noto-cjk": has_chinese_font,
    "ffmpeg": has_ffmpeg,
}


def main() -> None:
    """Install what is missing where we may; otherwise say in one line what to install."""
    missing = [package for package, is_here in NEEDS.items() if not is_here()]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"测试：缺少 {'、'.join(missing)}，请自行安装（Debian 软件包名）；在此之前相应测试会跳过。")
        return
    print(f"测试：正在安装 {'、'.join(missing)}……", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
        subprocess.run([*INSTALL, *missing], env=quiet, check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        print(f"测试：安装 {'、'.join(missing)} 失败（原因见上），相应测试会跳过。", file=sys.stderr)


if __name__ == "__main__":
    main()
