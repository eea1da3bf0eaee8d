"""`mingjing complaints import FILE`: orders of the hotline 12345, told row by row, each taken in once."""

import argparse
import json
from pathlib import Path

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.complaints import orders
from mingjing.complaints.services import NotTaken
from mingjing.exchange.tables import read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, person


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["import"], help="import 导入 12345 工单")
    parser.add_argument("file", type=Path, help="工单表格（XLSX、CSV）")
    parser.add_argument("--by", required=True, help="登记人的用户名；只导入由他所在机关办理的工单")
    parser.add_argument("--dry-run", action="store_true", help="只核对，不导入")
    parser.add_argument("--json", action="store_true", help="逐行结果写成 JSON")


def run(args: argparse.Namespace) -> int:
    now = timezone.now()
    try:
        by = person(args.by)
        if not may(by, "complaint.import", by.agency.code):
            raise Refusal(f"{by.name}没有导入工单的权限")
        table = read_table(args.file)
        rows = orders.plan(table.headers, table.rows, by=by, at=now)
    except (NotOnRegister, NotTaken, Unreadable, OSError) as error:
        raise Refusal(str(error)) from None
    if not args.dry_run:
        orders.carry_out(rows, by=by, at=now)
    if args.json:
        told = [
            {"line": one.line, "order": one.order_no, "result": one.fate, "why": one.why, "no": one.no}
            for one in rows
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in rows:
            print(f"第 {one.line} 行　{one.order_no or '（无编号）'}　{one.title}　{one.why or one.no}")
    return 1 if any(one.fate == "refused" for one in rows) else 0
