"""`mingjing plan import FILE`: what a plan puts in the ledger to be confirmed; --dry-run only tells, without Django."""

import argparse
import importlib
import json
from datetime import date
from pathlib import Path

from mingjing.cli.start import Refusal, start_django
from mingjing.rectification.plan import LARGEST, PaperUnreadable, Plan, PlanItem, read_plan, too_large

OPEN = {"responsible": "责任单位", "limit": "时限"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["import"], help="import 读入方案，列出整改事项")
    parser.add_argument("file", type=Path, help="方案或者整改文件（TXT、DOCX、PDF）")
    parser.add_argument(
        "--written", type=date.fromisoformat, help="成文日期（年-月-日），文件中没有写明时指定"
    )
    parser.add_argument("--by", default="", help="写入台账时：导入人的用户名")
    parser.add_argument("--agency", default="", help="写入台账时：机关代码，默认导入人所在的机关")
    parser.add_argument("--dry-run", action="store_true", help="只列出，不写入台账")
    parser.add_argument("--json", action="store_true", help="写成 JSON")


def run(args: argparse.Namespace) -> int:
    if not args.dry_run:
        return _take_in(args)
    plan = _read(args.file, args.written)
    print(json.dumps(plan.as_json(), ensure_ascii=False, indent=1) if args.json else _told(plan))
    return 0


def _take_in(args: argparse.Namespace) -> int:
    """Put the proposals into the ledger; only this way needs Django and a database."""
    if not args.by:
        raise Refusal(
            "写入台账要用 --by 写明导入人的用户名，写入后由人在“整改台账”页面逐条确认；只看读出的事项请加 --dry-run。"
        )
    start_django()
    ledger = importlib.import_module("mingjing.cli.plan_ledger")
    print(ledger.take_in(args.file, by=args.by, agency_code=args.agency, written=args.written))
    return 0


def _read(path: Path, written: date | None) -> Plan:
    try:
        if path.stat().st_size > LARGEST:
            raise PaperUnreadable(too_large())
        return read_plan(path.read_bytes(), path.name, written=written)
    except PaperUnreadable as error:
        raise Refusal(f"{error}。") from None
    except OSError as error:
        raise Refusal(f"读不到文件 {path}（{error.strerror}）。请核对路径。") from None


def _told(plan: Plan) -> str:
    day = f"，成文日期 {plan.written.day}" if plan.written.day else ""
    rows = [_row(number, item) for number, item in enumerate(plan.items, 1)]
    return "\n".join([f"{plan.title}{day}，读出 {len(plan.items)} 项", *rows])


def _row(number: int, item: PlanItem) -> str:
    units = "；".join(
        f"{title} {'、'.join(names)}"
        for title, names in (("牵头", item.lead), ("责任", item.responsible))
        if names
    )
    limit = item.deadline.isoformat() if item.deadline else "长期" if item.standing else ""
    missing = "、".join(OPEN[one] for one in item.open_fields)
    parts = [item.title, units, limit, f"待填：{missing}" if missing else ""]
    return f"{number:>3}　{'　'.join(part for part in parts if part)}"
