"""`mingjing drill tamper`: do every attack we know of to a throw-away bureau and say which check found it."""

import argparse
import os
import tempfile
from datetime import date

from mingjing.cli.start import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="演练")
    actions.add_parser("tamper", help="以数据库和磁盘的全部权限篡改，看能否全部发现")


def run(args: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="mingjing-drill-") as home:
        # Never the operator's own data: a home of its own, on SQLite, gone afterwards.
        os.environ["MINGJING_HOME"], os.environ["MINGJING_DATABASE"] = home, ""
        start_django()
        return _tamper()


def _tamper() -> int:
    from mingjing.cli.drills.stage import set_stage  # noqa: PLC0415 - needs Django, which needs the home above
    from mingjing.cli.drills.tamper import run_attacks  # noqa: PLC0415

    outcomes = list(run_attacks(set_stage(date(2026, 3, 2))))
    for outcome in outcomes:
        print(f"{'✓' if outcome.found else '✗ 没有发现'} {outcome.attack}\n    {outcome.found}")
    missed = [outcome for outcome in outcomes if not outcome.found]
    print(f"共 {len(outcomes)} 种篡改，发现 {len(outcomes) - len(missed)} 种。")
    return 1 if missed else 0
