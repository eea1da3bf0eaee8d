"""The platforms that are pushed to, one TOML file each in a folder of the operator; secrets stay outside of it."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from mingjing.exchange.targets import FOLDER, MappingFault, Target, read_target

MAPPINGS: Final = Path(__file__).parent / "mappings"
WAYS: Final = {
    "http": ("url", "auth", "list_url", "receipt", "records", "next", "success", "message", "taken"),
    "sftp": ("host", "port", "user", "host_key", "key_file", "folder"),
    "s3": ("endpoint", "region", "bucket", "prefix", "key_id"),
    "folder": ("folder",),
}
TITLES: Final = {"http": "HTTP 推送", "sftp": "SFTP 投递", "s3": "对象存储", "folder": "共享目录"}
_ALWAYS: Final = (
    *("title", "way", "mapping", "format", "agencies", "secret_env", "secret_file", "keeps", "seconds"),
    *("reconcile_hour", "note"),
)
_NEEDED: Final = {
    "http": ("url",),
    "sftp": ("host", "user", "host_key", "folder"),
    "s3": ("bucket", "key_id"),
    "folder": ("folder",),
}
MOST_SECONDS: Final = 60  # shorter than a delivery is claimed
LAST_HOUR: Final = 23
_WORD, _NUMBER, _LIST, _TABLE = (str,), (int, float), (list,), (dict,)
_SAMPLES: Final[Mapping[tuple[type, ...], Any]] = {_WORD: "", _NUMBER: 0, _LIST: [], _TABLE: {}}
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(
        ("title", "mapping", "secret_env", "secret_file", "note", "url", "auth", "list_url"), _WORD
    ),
    **dict.fromkeys(("receipt", "records", "next", "message", "host", "user", "host_key", "key_file"), _WORD),
    **dict.fromkeys(("folder", "endpoint", "region", "bucket", "prefix", "key_id"), _WORD),
    **dict.fromkeys(("seconds", "reconcile_hour", "port"), _NUMBER),
    **dict.fromkeys(("agencies", "taken"), _LIST),
    "success": _TABLE,
}
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class ReceiverFault(Exception):
    """A receiver cannot be used as its file is: which, what is wrong, how to mend it, in Chinese."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One platform, by which way it is reached and by which mapping it is told."""

    code: str
    title: str
    way: str
    mapping: str
    format: str
    agencies: tuple[str, ...]  # codes; none: all
    keeps: bool  # whether what was handed over can be seen there again
    seconds: float  # that it has to answer
    reconcile_hour: int
    note: str
    options: Mapping[str, Any]
    secret_env: str
    secret_file: str

    @property
    def way_title(self) -> str:
        """The way in Chinese."""
        return TITLES[self.way]

    @property
    def where(self) -> str:
        """The address as people read it."""
        at = self.options
        match self.way:
            case "http":
                return str(at["url"])
            case "sftp":
                return f"{at['host']}:{at.get('port', 22)}{at['folder']}"
            case "s3":
                return f"{at['bucket']}/{at.get('prefix', '')}"
        return str(at["folder"])

    @property
    def reconciles(self) -> bool:
        """Whether the receiver can be asked what it has."""
        return bool(self.options.get("list_url")) if self.way == "http" else self.keeps

    def secret(self) -> str:
        """Read the secret where the operator keeps it. Raises ReceiverFault; it is never stored or shown."""
        if self.secret_env:
            if value := os.environ.get(self.secret_env, "").strip():
                return value
            raise ReceiverFault(
                f"{self.code}.toml：环境变量 {self.secret_env} 没有设置，请写上密钥后重新启动"
            )
        try:
            return Path(self.secret_file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ReceiverFault(
                f"{self.code}.toml：密钥文件 {self.secret_file} 读不出，请核对路径和权限"
            ) from error


def receivers() -> tuple[dict[str, Receiver], list[str]]:
    """Give every receiver by its code, and what is wrong with the files that cannot be used."""
    folder: Path | None = settings.MINGJING_PUSH_DIR
    found: dict[str, Receiver] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")) if folder else ():
        try:
            found[path.stem] = read_receiver(path)
        except ReceiverFault as fault:
            faults.append(str(fault))
    return found, faults


def read_receiver(path: Path) -> Receiver:
    """Read the file of one receiver. Raises ReceiverFault."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ReceiverFault(f"{path.name} 不是合法的 TOML：{error}") from error
    _check(path, told)
    way = told["way"]
    return Receiver(
        code=path.stem,
        title=told["title"],
        way=way,
        mapping=told["mapping"],
        format=told.get("format", "json"),
        agencies=tuple(told.get("agencies", ())),
        keeps=bool(told.get("keeps", False)),
        seconds=float(told.get("seconds", 10)),
        reconcile_hour=int(told.get("reconcile_hour", 2)),
        note=str(told.get("note", "")),
        options={name: told[name] for name in WAYS[way] if name in told},
        secret_env=str(told.get("secret_env", "")),
        secret_file=str(told.get("secret_file", "")),
    )


def _check(path: Path, told: Mapping[str, Any]) -> None:
    if not _CODE.fullmatch(path.stem):
        raise ReceiverFault(f"{path.name}：文件名只能用小写字母、数字、下划线和连字符，最长 40 个")
    if told.get("way") not in WAYS:
        raise ReceiverFault(f"{path.name}：way 只能是 {'、'.join(WAYS)}")
    way = told["way"]
    if missing := [name for name in ("title", "mapping", *_NEEDED[way]) if not told.get(name)]:
        raise ReceiverFault(f"{path.name} 缺少 {'、'.join(missing)}")
    if unknown := sorted(set(told) - {*_ALWAYS, *WAYS[way]}):
        raise ReceiverFault(f"{path.name} 有不认识的键：{'、'.join(unknown)}")
    _check_values(path, told)
    if told.get("format", "json") not in ("json", "csv"):
        raise ReceiverFault(f"{path.name}：format 只能是 json、csv")
    keyed = way == "sftp" and told.get("key_file")
    if way != "folder" and not keyed and not (told.get("secret_env") or told.get("secret_file")):
        raise ReceiverFault(
            f"{path.name}：请用 secret_env 或者 secret_file 写明密钥放在哪里，密钥不得写在本文件"
        )
    if way == "http":
        _check_http(path, told)


def _check_values(path: Path, told: Mapping[str, Any]) -> None:
    for name, kinds in _TYPES.items():
        if not isinstance(told.get(name, _SAMPLES[kinds]), kinds):
            raise ReceiverFault(f"{path.name}：{name} 的写法不对，请对照参考手册的例子")
    if (
        not 1 <= told.get("seconds", 10) <= MOST_SECONDS
        or not 0 <= told.get("reconcile_hour", 2) <= LAST_HOUR
    ):
        raise ReceiverFault(
            f"{path.name}：seconds 写 1 到 {MOST_SECONDS}，reconcile_hour 写 0 到 {LAST_HOUR}"
        )


def _check_http(path: Path, told: Mapping[str, Any]) -> None:
    if told.get("auth", "hmac") not in ("hmac", "bearer"):
        raise ReceiverFault(f"{path.name}：auth 只能是 hmac、bearer")
    for name in ("url", "list_url"):
        parts = urlsplit(told.get(name) or "https://-")
        # Messages hold identity numbers: only on this machine may they go unencrypted.
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ReceiverFault(f"{path.name}：{name} 要用 https://，内容含有证件号码，不得明文传送")


def mapping_of(receiver: Receiver) -> Target:
    """Read the mapping of a receiver: the operator's own before those that come along. Raises MappingFault."""
    own = settings.MINGJING_PUSH_DIR
    places = [*([own / "mappings"] if own else []), MAPPINGS, FOLDER]
    path = next((at for place in places if (at := place / f"{receiver.mapping}.toml").is_file()), None)
    if path is None or not re.fullmatch(r"[\w-]+", receiver.mapping):
        raise MappingFault(f"没有对应关系文件“{receiver.mapping}”，请放到推送目录的 mappings 文件夹")
    try:
        return read_target(path)
    except OSError as error:
        raise MappingFault(f"{path.name} 读不出，请核对权限") from error
