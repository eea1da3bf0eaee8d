"""A small mirror of plain files, exported as the portal's is, without a database."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.runs import Exported, Mirror
from mingjing.translog.note import SigningKey

KEY = SigningKey("zf.example/log", bytes(range(32)))
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
FILES = {
    "portal/index.html": "首页",
    "portal/a/index.html": "甲",
    "portal/b/index.html": "乙",
    "portal/c.json": "{}",
}


class Bureau:
    """A folder that is exported with whatever files it is told to have, and its packages."""

    def __init__(self, place: Path) -> None:
        self.place, self.mirror, self.runs = place, Mirror(place / "inside"), 0

    def export(self, files: Mapping[str, str], *, key: SigningKey = KEY) -> Exported:
        """Export these files, each its own owner."""

        def write(output: Output) -> int:
            for path, text in files.items():
                with output.owner(path):
                    output.put(path, text)
            return 7

        self.runs += 1
        return self.mirror.export(write, at=AT + timedelta(days=self.runs), signer=key)

    def package(self, name: str, *, since: int | None = None) -> Path:
        """Write a package and give where it is."""
        path = self.place / f"{name}.tar.gz"
        assert self.mirror.package(path, since=since)
        return path

    @property
    def outside(self) -> Path:
        """The folder on the other side."""
        return self.place / "outside"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """A bureau without an export yet."""
    return Bureau(tmp_path)


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """Read a folder whole, so that two can be compared."""

    def read(folder: Path) -> dict[str, bytes]:
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    return read
