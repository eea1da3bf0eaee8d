"""`mingjing import`: bring in a table of published penalties, after showing how it is read and what is wrong in it."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.exchange.headers import Column, Proposal, items
from mingjing.exchange.mapping import UNITS, Rulings, mapping_file, proposal, read_rulings, settle
from mingjing.exchange.report import columns_told, rows_told, summary, write_refused, write_report
from mingjing.exchange.services import Fate, Plan, carry_out, plan_import
from mingjing.exchange.tables import read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import NotOnRegister, agency, people_with_role, person

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

SHOWN = 40
PROGRESS = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="“双公示”行政处罚表：CSV（UTF-8 或 GB18030）或者 XLSX")
    parser.add_argument("--agency", required=True, help="案卷归哪个机关保管（机关代码）")
    parser.add_argument("--by", default="", help="导入人的用户名；不写则为该机关的案卷管理人员")
    parser.add_argument("--sheet", default="", help="XLSX 有几张工作表时，导入哪一张")
    parser.add_argument("--mapping", type=Path, help="列的对应关系文件（TOML）")
    parser.add_argument("--save-mapping", type=Path, help="把列的对应关系存成文件，改好后用 --mapping 导入")
    parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    parser.add_argument("--report", type=Path, help="把每一行的结果存成 CSV")
    parser.add_argument("--refused", type=Path, help="把不予导入的行存成 CSV，改好后可以再导入")
    parser.add_argument("--yes", action="store_true", help="不再询问：接受相近的列名，直接导入")


def run(args: argparse.Namespace) -> int:
    try:
        bureau, by = _who(args)
        _keep_apart(args)
        plan = _plan(args, bureau, by)
        print(f"\n核对结果。{summary(plan)}")
        print("\n".join(rows_told(plan, SHOWN)))
        if not args.dry_run and plan.count(Fate.READY):
            _carry_out(plan, args)
        _write_files(plan, args)
    except (Unreadable, OSError) as error:
        raise Refusal(str(error)) from None
    return 1 if plan.count(Fate.REFUSED) else 0


def _who(args: argparse.Namespace) -> tuple["Agency", "Person"]:
    try:
        bureau = agency(args.agency)
        if args.by:
            return bureau, person(args.by)
    except NotOnRegister as error:
        raise Refusal(str(error)) from None
    clerks = people_with_role(bureau.code, "clerk")
    if not clerks:
        raise Refusal(f"“{bureau.name}”没有案卷管理人员，请用 --by 写明导入人的用户名")
    return bureau, clerks[0]


def _keep_apart(args: argparse.Namespace) -> None:
    """Refuse to write any file over the table itself."""
    for path in (args.report, args.refused, args.save_mapping):
        if path is not None and path.resolve() == args.file.resolve():
            raise Refusal(f"“{path}”就是要导入的表格，请换一个文件名")


def _plan(args: argparse.Namespace, bureau: "Agency", by: "Person") -> Plan:
    table = read_table(args.file, sheet=args.sheet)
    rulings = read_rulings(args.mapping) if args.mapping else Rulings()
    proposed = proposal(table.headers, rulings)
    print(f"“{table.name}”，{len(table.rows)} 行。列的对应：")
    print("\n".join(columns_told(proposed)))
    if _may_ask(args):
        proposed = _asked(proposed)
    if args.save_mapping:
        args.save_mapping.write_text(mapping_file(proposed, rulings), encoding="utf-8")
        print(f"列的对应关系已存为 {args.save_mapping}")
    reading = settle(proposed, rulings, accept_near=args.yes)
    return plan_import(table, reading, agency=bureau, by=by, on=legal_day(timezone.now()))


def _may_ask(args: argparse.Namespace) -> bool:
    return sys.stdin.isatty() and not args.yes


def _asked(proposed: Proposal) -> Proposal:
    """Ask about every column that is not certain."""
    return Proposal(
        tuple(_ask(column) if column.how in ("near", "ask") else column for column in proposed.columns)
    )


def _ask(column: Column) -> Column:
    choices = list(column.choices)
    print(f"\n第 {column.number} 列“{column.header}”是：")
    for number, key in enumerate(choices, 1):
        print(f"  {number}. {items()[key].title}")
    answer = input("请输入序号，不导入这一列请直接回车：").strip()
    if not answer.isdigit() or not 1 <= int(answer) <= len(choices):
        return replace(column, key="", how="ruled", unit="")
    key = choices[int(answer) - 1]
    return replace(column, key=key, how="ruled", unit=_unit(column) if items()[key].unit else "")


def _unit(column: Column) -> str:
    while column.unit not in UNITS:
        column = replace(column, unit=input("单位是“元”还是“万元”？").strip())
    return column.unit


def _carry_out(plan: Plan, args: argparse.Namespace) -> None:
    ready = plan.count(Fate.READY)
    if not args.yes:
        if not sys.stdin.isatty():
            raise Refusal("没有写入。请加 --yes 确认导入，或者加 --dry-run 只核对")
        if input(f"导入 {ready} 行？（y/N）").strip().lower() not in ("y", "yes", "是"):
            print("没有写入。")
            return
    try:
        for number, _ in enumerate(carry_out(plan), 1):
            if number % PROGRESS == 0:
                print(f"  {number}/{ready}", flush=True)
    except KeyboardInterrupt:
        print("已中断。已导入的行是完整的；再次运行同一命令，从断处继续。")
    print(f"导入完成。{summary(plan)}")


def _write_files(plan: Plan, args: argparse.Namespace) -> None:
    if args.report:
        write_report(plan, args.report)
        print(f"每一行的结果已存为 {args.report}")
    if args.refused:
        print(f"不予导入的 {write_refused(plan, args.refused)} 行已存为 {args.refused}")
