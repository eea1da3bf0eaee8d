"""A hundred thousand cases under another library: judged by what differs, on two processors; beside it full reviews."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from shutil import copytree
from time import perf_counter

from bench.ground import on_each_database, with_database

SIZE = 100_000
SAMPLE = 1_000  # cases that are also reviewed in full, under both libraries
WORKERS = 2
CHANGES = {
    # A figure, a limit, an order and a demand: one of each, so that nearly every case is concerned.
    "cn/penalty/on_the_spot_fine_ceiling.toml": ("citizen = 200", "citizen = 20"),
    "cn/penalty/decision_served_within.toml": ("amount = 7", "amount = 3"),
    "cn/penalty/decided_within.toml": ("amount = 90", "amount = 10"),
    "cn/penalty/credential_shown.toml": ('severity = "block"', 'severity = "warn"'),
}
ROOT = Path(__file__).resolve().parents[1] / "lawpacks"


def main() -> None:
    """Measure on both databases."""
    on_each_database("bench.replay")


def _measure(_: Path) -> None:
    from django.utils import timezone  # noqa: PLC0415 - Django is set up by now

    from bench.case_rows import Town  # noqa: PLC0415
    from mingjing.cases.replay import Selection, plan, replay  # noqa: PLC0415
    from mingjing.packs.load import library, load_library  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        changed = Path(copytree(ROOT, Path(folder) / "lawpacks"))
        for name, (old, new) in CHANGES.items():
            file = changed / name
            text = file.read_text()
            if old not in text:
                raise SystemExit(f"{name} no longer says {old!r}: change CHANGES")
            file.write_text(text.replace(old, new))
        start = perf_counter()
        other = load_library(changed)
        loading = perf_counter() - start
    town = Town()
    town.grow(SIZE)
    everybody = Selection(agencies=[one.pk for one in town.agencies])
    for workers in (WORKERS, 1):
        start = perf_counter()
        what = plan(library(), other, everybody, on=timezone.now())
        planned = perf_counter() - start
        found = sum(1 for _ in replay(what, workers=workers))
        spent = perf_counter() - start
        judged = sum(1 for _ in what.parts)
        print(
            f"  {workers} processors: {what.total:,} cases in {spent:.1f} s ({what.total / spent:,.0f} cases/s), "
            f"{found:,} judged otherwise, {judged} parts, finding them {planned:.1f} s"
        )
    print(f"  reading the other library: {loading:.2f} s, {len(other.rules)} rules")
    _full(SAMPLE, library(), other, timezone.now(), spent / what.total)


def _full(count: int, old: object, new: object, on: datetime, by_difference: float) -> None:
    """Review some cases in full under both libraries, one processor: what a replay would cost without comparing."""
    from mingjing.cases.law import case_file  # noqa: PLC0415
    from mingjing.cases.models import Case  # noqa: PLC0415
    from mingjing.lawengine.judge import review_case  # noqa: PLC0415

    cases = list(Case.objects.select_related("agency").order_by("-id")[:count])
    start = perf_counter()
    for case in cases:
        file = case_file(case)
        for packs in (old, new):
            law = packs.law(region=case.region, field=case.field, agency=case.agency.code)  # type: ignore[attr-defined]
            review_case(law, file.head, file.acts, on)
    each = (perf_counter() - start) / len(cases)
    print(
        f"  full reviews, one processor: {each * 1e3:.2f} ms a case; by difference {by_difference * 1e3:.2f} ms "
        f"({each / by_difference:.1f} times as fast)"
    )


if __name__ == "__main__":
    with_database(sys.argv[1], _measure)
