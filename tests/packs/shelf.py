"""The real library with some of its national files written anew, for trying the readers of tables."""

from collections.abc import Mapping
from dataclasses import replace

from mingjing.packs.load import Library, library
from mingjing.packs.source import PackFile


def with_files(written: Mapping[str, str], *, without: str = "") -> Library:
    """Give the library with these files in the national pack, and without those whose name holds `without`."""
    real = library()
    national = real.packs["cn"]
    kept = [
        file for file in national.files if file.name not in written and not (without and without in file.name)
    ]
    files = (*kept, *(PackFile.parse(name, text) for name, text in written.items()))
    return replace(real, packs={**real.packs, "cn": replace(national, files=files)}, _laws={})
