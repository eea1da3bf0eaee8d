"""System checks: each mistake of deployment gets an id and a Chinese hint; nothing is mended here."""

import os
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Info, Warning

from mingjing.translog.sm2 import Sm2Key, Sm2Missing
from mingjing.translog.suites import SHA256, SM3_NAME, SM3_SUFFIX, SuiteMissing, suite_named

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
FONT_SUFFIXES = frozenset({".otf", ".ttf", ".ttc"})
FANGSONG = ("fang", "仿宋")
MOST_IN_ONE_PUT = 5 * 1024**3
ASSETS = ("vendor/tabler/tabler.min.css", "vendor/htmx/htmx.min.js", "vendor/tus/tus.min.js")

Apps = Sequence[AppConfig] | None


def debug_is_local(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """DEBUG shows settings and data to whoever meets an error, so it stays on this machine."""
    if settings.DEBUG and set(settings.ALLOWED_HOSTS) - LOCAL:
        yield Error(
            "调试模式已打开，而系统允许从其他主机访问。",
            hint="正式运行请去掉 MINGJING_DEBUG；只在本机调试请去掉 MINGJING_ALLOWED_HOSTS 中的其他主机。",
            id="mingjing.E001",
        )


def home_is_writable(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """Evidence, log and keys are written below MINGJING_HOME."""
    home: Path = settings.MINGJING_HOME
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        yield Error(
            f"数据目录不可写：{home}",
            hint="请更正 MINGJING_HOME，或把该目录的写权限授予运行本系统的用户。",
            id="mingjing.E002",
        )


def origin_is_complete(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """The origin is printed in QR codes and names the log: it must be a plain address."""
    parts = urlsplit(settings.MINGJING_ORIGIN)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        yield Error(
            f"对外地址不完整：{settings.MINGJING_ORIGIN}",
            hint="MINGJING_ORIGIN 应形如 https://zfgs.example.gov.cn，不带路径。",
            id="mingjing.E003",
        )


def fonts_are_there(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """Without any font no document can be set; without a 仿宋 it does not look official."""
    names = [path.name.lower() for folder in settings.FONT_DIRS for path in _fonts(folder)]
    if not names:
        yield Error(
            "没有任何中文字体，无法生成文书。",
            hint="请运行 make setup，或把字体所在文件夹写入 MINGJING_FONT_DIRS。",
            id="mingjing.E004",
        )
    elif not any(word in name for name in names for word in FANGSONG):
        yield Info(
            "没有仿宋字体，文书正文将以宋体代替。",
            hint="请在 Debian 上运行 make setup，或把仿宋字体所在文件夹写入 MINGJING_FONT_DIRS。",
            id="mingjing.I005",
        )


def _fonts(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in FONT_SUFFIXES)


def assets_are_there(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """The pages need the front-end files that the set-up fetches."""
    missing = [name for name in ASSETS if finders.find(name) is None]
    if missing:
        yield Error(
            f"缺少前端文件：{'、'.join(missing)}",
            hint="请运行 make setup（需要 Node.js，或 uv sync --inexact --group assets）。",
            id="mingjing.E006",
        )


def served_over_https(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """Away from this machine, passwords and case data travel encrypted."""
    parts = urlsplit(settings.MINGJING_ORIGIN)
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        yield Warning(
            "对外地址使用 http，口令与案件数据将明文传输。",
            hint="请在前置代理上启用 HTTPS，并把 MINGJING_ORIGIN 改为 https:// 开头。",
            id="mingjing.W007",
        )


def keys_are_outside_the_code(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """Keys lie in the home: below the code they would be copied, packed and published with it."""
    served = urlsplit(settings.MINGJING_ORIGIN).hostname not in LOCAL
    if served and settings.BASE_DIR in settings.MINGJING_HOME.parents:
        yield Warning(
            "数据目录（含签名密钥）位于程序代码目录中。",
            hint="请把 MINGJING_HOME 设为代码目录以外的位置，如 /var/lib/mingjing。",
            id="mingjing.W008",
        )


def object_store_is_ready(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """A bucket needs its library, and takes in one go no more than the store does."""
    if not settings.MINGJING_S3_BUCKET:
        return
    if find_spec("boto3") is None:
        yield Error(
            "设置了对象存储，而没有安装它需要的程序库 boto3。",
            hint="请运行 uv sync --extra s3；暂不使用对象存储的，去掉 MINGJING_S3_BUCKET。",
            id="mingjing.E009",
        )
    if settings.MINGJING_MAX_UPLOAD_BYTES > MOST_IN_ONE_PUT:
        yield Error(
            "单个文件上限超过对象存储一次写入的上限 5120 MB。",
            hint="请把 MINGJING_MAX_UPLOAD_MB 改为不超过 5120。",
            id="mingjing.E010",
        )


def log_suites_are_possible(app_configs: Apps, **kwargs: Any) -> Iterable[CheckMessage]:
    """A suite that this machine cannot compute would stop the sealing; a name that ends like the second tree's, too."""
    try:
        for name in settings.MINGJING_LOG_SUITES:
            suite_named(name)
        if SM3_NAME in settings.MINGJING_LOG_SUITES:
            Sm2Key.generate()
    except (SuiteMissing, Sm2Missing) as missing:
        yield Error(
            f"存证日志的套件不能使用：{missing}",
            hint="请更正 MINGJING_LOG_SUITES（sha256，或 sha256,sm3）。",
            id="mingjing.E011",
        )
    if SHA256.name not in settings.MINGJING_LOG_SUITES or settings.LOG_ORIGIN.endswith(SM3_SUFFIX):
        yield Error(
            "存证日志必须有 SHA-256 树，名称不能以 -sm3 结尾。",
            hint="请更正 MINGJING_LOG_SUITES 和 MINGJING_LOG_ORIGIN：-sm3 是第二棵树自己的名称。",
            id="mingjing.E012",
        )


CHECKS: tuple[Callable[..., Iterable[CheckMessage]], ...] = (
    debug_is_local,
    home_is_writable,
    origin_is_complete,
    fonts_are_there,
    assets_are_there,
    served_over_https,
    keys_are_outside_the_code,
    object_store_is_ready,
    log_suites_are_possible,
)
