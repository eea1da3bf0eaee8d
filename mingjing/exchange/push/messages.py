"""What goes to a platform and what comes back: a message, that it was taken, or why not; pure."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from mingjing.kit.canonical import canonical

FORMAT: Final = "mingjing-push@1"
_NAME: Final = re.compile(
    r"(?P<record>[\w-]+)\.(?P<index>\d+)\.(?P<version>\d+)\.(?P<action>put|remove)\.\w+"
)


class Away(Exception):
    """Nobody can be reached there, or we are not let in: no fault of this message. The message is Chinese."""


class Failed(Exception):
    """This message did not go through this time; it is tried again. The message is Chinese."""

    def __init__(self, why: str, *, wait: int = 0) -> None:
        super().__init__(why)
        self.wait = wait  # seconds the receiver asked for


class Rejected(Exception):
    """The receiver will not have this message as it is: a person must mend it. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver has the message. Without a receipt it is only known to have been handed over."""

    receipt: str = ""
    mark: str = ""  # what the store will show of the file in its list


@dataclass(frozen=True, slots=True)
class Held:
    """One record that the receiver says it has."""

    record: str
    digest: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """The bytes of one delivery. The same delivery is the same bytes at every try, unless it was mended."""

    key: str
    name: str  # as a file
    body: bytes
    content_type: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest())


class Carrier(Protocol):
    """One way to one receiver."""

    def send(self, message: Message) -> Taken:
        """Hand a message over. Raises Away, Failed, Rejected."""

    def held(self, known: Mapping[str, str]) -> Iterator[Held]:
        """Give what the receiver has. Raises Away, Failed.

        `known` are the marks of records whose content need not be read while their mark is the same.
        """

    def close(self) -> None:
        """Hang up."""


def written(head: dict[str, Any], data: dict[str, str], form: str, *, key: str, name: str) -> Message:
    """Write a message: JSON with all that is known of the delivery, or one row of CSV under its headings."""
    if form == "json":
        whole = {"format": FORMAT, "key": key, **head, "data": data}
        return Message(key, f"{name}.json", canonical(whole), "application/json; charset=utf-8")
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(["KEY", "ACTION", "RECORD", *data])
    writer.writerow([key, head["action"], head["record"], *data.values()])
    return Message(key, f"{name}.csv", lines.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")


def file_name(record: str, index: int, version: int, action: str) -> str:
    """Name the file of a delivery, without suffix; what came later sorts later by index and version."""
    return f"{record}.{index}.{version}.{action}"


def latest(names: Iterable[str]) -> dict[str, str]:
    """Give of each record the file that came last; records whose last file removes them are left out."""
    last: dict[str, tuple[tuple[int, int], str, str]] = {}
    for name in names:
        if found := _NAME.fullmatch(name):
            place = (int(found["index"]), int(found["version"]))
            if found["record"] not in last or place > last[found["record"]][0]:
                last[found["record"]] = (place, found["action"], name)
    return {record: name for record, (_, action, name) in last.items() if action == "put"}
