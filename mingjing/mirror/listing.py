"""The list of a mirror's files: one line each, in parts by the hash of the path; no file is opened here."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mingjing.mirror.refusals import MirrorRefused

RESERVED: Final = "mirror"  # the folder of the manifest itself, in which no listed file lies
MANIFEST: Final = f"{RESERVED}/manifest"
INDEX: Final = f"{RESERVED}/index"
LONGEST_PATH: Final = 400
LONGEST_NAME: Final = 200  # bytes: file systems take 255, and a file being written has a longer name
LARGEST_FILE: Final = 4 << 30
MOST_IN_PART: Final = 200  # files in a part on average, beyond which the parts are made smaller

_LINE: Final = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,12}) (.+)")
_PART: Final = re.compile(r"([0-9a-f]{64}) ([1-9][0-9]{0,9}) ([0-9a-f]{1,4})")
_BAD: Final = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]|[\u202a-\u202e\u2066-\u2069]")


class Entry(NamedTuple):
    """One file of a mirror."""

    path: str
    size: int
    sha256: str

    @property
    def line(self) -> str:
        """The line that lists it."""
        return f"{self.sha256} {self.size} {self.path}\n"


class Part(NamedTuple):
    """One part of the list: the files whose path's hash begins with `prefix`."""

    prefix: str
    sha256: str
    files: int

    @property
    def line(self) -> str:
        """The line of the index that lists it."""
        return f"{self.sha256} {self.files} {self.prefix}\n"

    @property
    def path(self) -> str:
        """Where the part lies in the mirror."""
        return part_path(self.prefix)


def part_path(prefix: str) -> str:
    """Give where the part with this prefix lies."""
    return f"{RESERVED}/parts/{prefix}"


def slot_of(path: str) -> str:
    """Give the hash that says which part lists a path: four hexadecimal digits, of which a part has the first."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:4]


def digits_for(count: int) -> int:
    """Give by how many digits the list of so many files is divided."""
    return next((digits for digits in (1, 2, 3) if count <= MOST_IN_PART * 16**digits), 4)


def refuse_path(path: str) -> None:
    """Refuse a path that leads out of the folder, is no plain name on some system, or hides the manifest."""
    names = path.split("/")
    faults = (
        (not path or len(path) > LONGEST_PATH, "路径为空或者太长"),
        (path.startswith("/") or _BAD.search(path) is not None, "路径是绝对路径，或者含有不允许的字符"),
        (any(name in {"", ".", ".."} for name in names), "路径含有“..”“.”或者空的一级"),
        (any(name.startswith(".") for name in names), "路径含有隐藏文件"),
        (any(name != name.strip() or name.endswith(".") for name in names), "路径的名称以空格或者句点收尾"),
        (not _short(names), "路径中有名称太长，或者不是文字"),
        (names[0] == RESERVED, f"“{RESERVED}/”留给清单本身"),
    )
    for wrong, why in faults:
        if wrong:
            raise MirrorRefused(f"文件“{path[:200]!r}”不能接收：{why}。")


def _short(names: list[str]) -> bool:
    try:
        return all(len(name.encode("utf-8")) <= LONGEST_NAME for name in names)
    except UnicodeEncodeError:
        return False


def part_bytes(entries: Iterable[Entry]) -> bytes:
    """Write one part, its files in the order of their paths."""
    return "".join(entry.line for entry in sorted(entries)).encode()


def read_part(data: bytes, prefix: str) -> Iterator[Entry]:
    """Read one part; raises MirrorRefused for a line, a path or an order that is not as we write it."""
    last = ""
    for line in _lines(data, f"清单分册 {prefix}"):
        found = _LINE.fullmatch(line)
        if found is None:
            raise MirrorRefused(f"清单分册 {prefix} 有一行格式不对，清单可能损坏。")
        entry = Entry(found[3], int(found[2]), found[1])
        refuse_path(entry.path)
        if entry.size > LARGEST_FILE:
            raise MirrorRefused(f"文件“{entry.path}”超过允许的大小。")
        if entry.path <= last or not slot_of(entry.path).startswith(prefix):
            raise MirrorRefused(f"清单分册 {prefix} 的“{entry.path}”重复、乱序或者不属于本册。")
        last = entry.path
        yield entry


def index_bytes(parts: Iterable[Part]) -> bytes:
    """Write the list of the parts."""
    return "".join(part.line for part in sorted(parts, key=lambda one: one.prefix)).encode()


def read_index(data: bytes, digits: int) -> list[Part]:
    """Read the list of the parts; raises MirrorRefused for anything that is not as we write it."""
    parts: list[Part] = []
    for line in _lines(data, "清单总目"):
        found = _PART.fullmatch(line)
        if found is None or len(found[3]) != digits or (parts and found[3] <= parts[-1].prefix):
            raise MirrorRefused("清单总目有一行格式不对、重复或者乱序，清单可能损坏。")
        parts.append(Part(found[3], found[1], int(found[2])))
    return parts


def _lines(data: bytes, what: str) -> list[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MirrorRefused(f"{what}不是文字，可能损坏。") from error
    if text and not text.endswith("\n"):
        raise MirrorRefused(f"{what}不完整：最后一行被截断。")
    return text.split("\n")[:-1]
