"""`mingjing rebuild`: derive every row anew from the acts and say where the old rows differed."""

import argparse

from django.utils import timezone

from mingjing.analysis.following import make_anew
from mingjing.cases.rebuild import rebuild
from mingjing.kit.clock import legal_day
from mingjing.property.services import rebuild_states
from mingjing.rectification.record import rebuild_standings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="只比对，不改写")


def run(args: argparse.Namespace) -> int:
    report = rebuild(dry_run=args.dry_run)
    print(f"案件 {report.cases} 件，行为 {report.acts} 条。")
    report.differences += rebuild_states(dry_run=args.dry_run)
    report.differences += rebuild_standings(legal_day(timezone.now()), dry_run=args.dry_run)
    if not args.dry_run:
        make_anew()
    for difference in report.differences:
        print(f"  {difference}")
    done = "未改写" if args.dry_run else "已按行为记录改正"
    print(
        f"与原派生数据不一致 {len(report.differences)} 处，{done}。"
        if report.differences
        else "派生数据与行为记录完全一致。"
    )
    return 1 if report.differences else 0
