"""Like cases among 100,000 outcomes: beside a form, for a party, and all groups of a supervisor."""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.ground import on_each_database, with_database

SIZE, BATCH = 100_000, 5_000
VIOLATIONS = 200
RUNS = 15


def main() -> None:
    """Measure on each database."""
    on_each_database("bench.likeness")


def measure(_: Path) -> None:
    """Fill the table and time the three questions against one that reads every row."""
    from django.db.models import Avg  # noqa: PLC0415 - Django is set up by now

    from mingjing.cases.likeness import Like, groups, like_cases  # noqa: PLC0415
    from mingjing.cases.models import CaseOutcome  # noqa: PLC0415
    from mingjing.cases.party_record import party_record  # noqa: PLC0415
    from tests.cast import make_cast  # noqa: PLC0415

    cast = make_cast()
    fill(cast)
    like = Like("违法行为第7种", "ordinary", "organization", "410481")
    facts = {"party_kind": "organization", "party_name": "x", "party_uscc": "91410481MA40B1AA23"}
    questions: dict[str, Callable[[], Any]] = {
        "like_cases（一个当事人旁边的同类案件）": lambda: like_cases(
            like, viewer=cast.officer, fine_fen=400_000
        ),
        "party_record（当事人此前被查处）": lambda: party_record(
            facts, region="410481", before=date(2030, 1, 1)
        ),
        "groups（监督页的全部分组）": lambda: groups(cast.supervisor),
        "对照：读遍全部行求平均": lambda: CaseOutcome.objects.aggregate(Avg("fine_fen")),
    }
    print(
        f"{SIZE:,} 件；同类 {like_cases(like, viewer=cast.officer).count} 件，{len(groups(cast.supervisor))} 组"
    )
    for name, ask in questions.items():
        print(f"  {name}: {median(timed(ask) for _ in range(RUNS)) * 1000:.1f} ms")


def timed(ask: Callable[[], Any]) -> float:
    """Give the seconds that one question takes."""
    began = perf_counter()
    ask()
    return perf_counter() - began


def fill(cast: Any) -> None:
    """Write cases with outcomes of many violations, tiers and parties."""
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cases.models import Case, CaseOutcome  # noqa: PLC0415
    from mingjing.cases.outcomes import violation_key  # noqa: PLC0415

    draw, now = random.Random(7), timezone.now()  # noqa: S311 - figures for a benchmark, no secret
    keys = {n: violation_key(f"违法行为第{n}种") for n in range(VIOLATIONS)}
    for start in range(0, SIZE, BATCH):
        made = Case.objects.bulk_create(
            Case(
                code=f"c{n}", log_code=f"l{n}", agency=cast.bureau, procedure="ordinary", region="410481",
                field="urban", stage="decision", last_act_at=now,
            )
            for n in range(start, start + BATCH)
        )  # fmt: skip
        CaseOutcome.objects.bulk_create(
            CaseOutcome(
                case=case, agency=cast.bureau, act_seq=9, outcome="penalty", standing=True, region="410481",
                field="urban", violation=f"违法行为第{kind}种", violation_key=keys[kind],
                tier=draw.choice(("lighter", "ordinary", "heavier")),
                party_kind=draw.choice(("organization", "citizen")),
                party_code_key=f"{draw.randrange(30_000)}", party_name_key=f"{draw.randrange(30_000)}",
                fine_fen=draw.randrange(2_000, 20_000) * 100,
                decided_on=date(2024, 1, 1) + timedelta(days=draw.randrange(1_000)),
            )
            for case in made
            for kind in [draw.randrange(VIOLATIONS)]
        )  # fmt: skip


if __name__ == "__main__":
    with_database(sys.argv[1], measure)
