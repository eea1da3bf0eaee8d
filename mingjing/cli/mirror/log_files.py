"""The public log inside the mirror: the same files that it is served from, each taken once."""

from collections.abc import Sequence
from typing import Final

from mingjing.cli.mirror.output import Output
from mingjing.translog.audit import Reader
from mingjing.translog.merkle import WIDTH
from mingjing.translog.signing import whole_logs
from mingjing.translog.suites import SHA256
from mingjing.translog.tiles import CHECKPOINT, place_of

FOLDERS: Final = {SHA256.name: "log"}


def log_folders() -> list[tuple[str, Reader]]:
    """Give every tree of the log that has a checkpoint, with the folder it stands in."""
    return [
        (FOLDERS.get(reader.suite, f"log-{reader.suite}"), reader)
        for reader, _ in whole_logs()
        if reader.read(CHECKPOINT) is not None
    ]


def write_logs(output: Output, logs: Sequence[tuple[str, Reader]]) -> set[str]:
    """Write what is new of the log; give the files that pages may lead to."""
    leading: set[str] = set()
    for folder, reader in logs:
        owner = f"log:{folder}"
        before = output.state.paths_of(owner)
        with output.owner(owner):
            written = {f"{folder}/{path}" for path in reader.paths()}
            for name in written:
                _write(output, reader, folder, name, known=name in before)
            for name in before - written:
                if _still_needed(name.removeprefix(f"{folder}/"), folder, written):
                    output.keep(name)
        leading |= {name for name in written if "/tile/" not in name}
    return leading


def _write(output: Output, reader: Reader, folder: str, name: str, *, known: bool) -> None:
    path = name.removeprefix(f"{folder}/")
    if known and path != CHECKPOINT:
        output.keep(name)  # a tile, a bundle, a stamp: the same bytes for ever
    elif (data := reader.read(path)) is not None:
        output.put(name, data)


def _still_needed(path: str, folder: str, written: set[str]) -> bool:
    """Tell whether a partial tile stays: whoever holds an older checkpoint reads it until the full one is there."""
    place = place_of(path)
    if place is None or place.full:
        return False
    return f"{folder}/{place._replace(width=WIDTH).path}" not in written
