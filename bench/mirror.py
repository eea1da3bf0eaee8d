"""The static mirror: exported whole and again after a few changes, packed, taken in, checked; beside a plain copy."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from bench import portal_rows as made
from bench.ground import with_database

SIZES: Final = tuple(int(size) for size in os.environ.get("MINGJING_BENCH_ROWS", "5000 20000").split())
PAPERS: Final = 40
TODAY: Final = date(2026, 6, 1)
HASHING: Final = "find . -type f -print0 | xargs -0 cat | sha256sum > /dev/null"
NEW: Final = 20  # decisions that a day adds, and one that it takes away


def main() -> None:
    """Measure each size in a process of its own, so that its memory is its own."""
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "bench.mirror", str(size)], check=True)  # noqa: S603 - our own


def measure(rows: int, home: Path) -> None:
    """Fill the tables, export, change, export again; carry each over."""
    made.fill(rows)
    from django.utils import timezone  # noqa: PLC0415 - Django is set up by now

    from mingjing.cli.mirror.export import write_portal  # noqa: PLC0415
    from mingjing.cli.mirror.runs import Mirror  # noqa: PLC0415
    from mingjing.mirror.check import check  # noqa: PLC0415
    from mingjing.mirror.install import install  # noqa: PLC0415
    from mingjing.translog.keys import ensure_log_key  # noqa: PLC0415

    at, key = timezone.now(), ensure_log_key()
    mirror, outside = Mirror(home / "inside"), home / "outside"

    def export() -> Any:
        return mirror.export(lambda output: write_portal(output, at=at, papers=False), at=at, signer=key)

    print(f"-- {rows:,} decisions, SQLite, without papers and proofs; memory before {_memory()} MiB")
    with _told("export, everything new") as tell:
        done = export()
        tell(f"{done.files:,} files, {done.size / 1e6:,.0f} MB, memory {_memory()} MiB")
    with _told("export, nothing new") as tell:
        tell(f"changed: {export().changed}")
    _carry(mirror, outside, key, "everything", install)
    with _told("the same files copied (cp -r)"):
        shutil.copytree(mirror.folder, home / "copy")
    with _told("check of every file") as tell:
        tell(f"{len(list(check(outside, [key.public])[1]))} faults")
    with _told("sha256 of the same bytes alone"):
        subprocess.run(HASHING, shell=True, check=True, cwd=home / "copy")  # noqa: S602 - our own folder
    _change(rows)
    with _told(f"export, {NEW} new and 1 withdrawn") as tell:
        done = export()
        tell(f"{done.written:,} files written, {len(done.removed)} removed")
    _carry(mirror, outside, key, "the changes", install)
    _papers()


def _carry(mirror: Any, outside: Path, key: Any, what: str, install: Callable[..., Any]) -> None:
    path = mirror.folder.with_name("package.tar.gz")
    with _told(f"package of {what}") as tell:
        mirror.package(path)
        tell(f"{path.stat().st_size / 1e6:,.1f} MB")
    with _told(f"import of {what}") as tell:
        tell(f"{install(path, outside, [key.public]).written:,} files")


def _change(rows: int) -> None:
    from mingjing.personnel.models import Agency  # noqa: PLC0415
    from mingjing.publicity.models import Publication  # noqa: PLC0415
    from tests.publicity.rows import publish, take_down  # noqa: PLC0415

    agency = Agency.objects.order_by("pk").first()
    for number in range(NEW):
        publish(agency, code=f"new{number:017}", publication_act=f"new{number}", act_code=f"new{number}")
    take_down(Publication.objects.order_by("pk")[rows // 2])


def _papers() -> None:
    """Tell what each paper would add."""
    from mingjing.publicity.models import Publication  # noqa: PLC0415
    from mingjing.publicity.paper import decision_pdf  # noqa: PLC0415

    codes = (
        Publication.objects.filter(search_text__isnull=False).order_by("pk").values_list("code", flat=True)
    )
    sizes = []
    with _told(f"{PAPERS} papers (PDF/A)") as tell:
        for code in codes[:PAPERS]:
            sizes.append(len(decision_pdf(code, on=TODAY)))
        tell(f"{sum(sizes) / len(sizes) / 1e3:,.0f} kB each")


@contextmanager
def _told(what: str) -> Iterator[Callable[[str], None]]:
    words: list[str] = []
    start = time.perf_counter()
    yield words.append
    print(f"{what:36} {time.perf_counter() - start:8.1f} s  {'; '.join(words)}", flush=True)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    with_database("sqlite", lambda folder: measure(int(sys.argv[1]), folder))
