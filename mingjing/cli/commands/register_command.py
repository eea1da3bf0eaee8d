"""`mingjing register import FILE`: objects of inspection by the million, every refused row told with how to mend it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.exchange.long_tables import digest_of, long_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.files import Imported, import_objects, write_refused
from mingjing.inspections.register.rows import HeadingsRefused
from mingjing.personnel.selectors import NotOnRegister, agency, people_with_role, person

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    taking = actions.add_parser(
        "import", help="把检查对象导入名录库：已有的按编号更新，新的加入，有问题的逐行说明"
    )
    taking.add_argument("file", type=Path, help="CSV（UTF-8 或 GB18030）、XLSX 或者 Parquet")
    taking.add_argument("--agency", required=True, help="由哪个机关导入（机关代码）")
    taking.add_argument("--region", default="", help="名录库的行政区划；不写则为该机关所在地区")
    taking.add_argument("--by", default="", help="导入人的用户名；不写则为该机关的案卷管理人员")
    taking.add_argument("--sheet", default="", help="XLSX 有几张工作表时，导入哪一张")
    taking.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    taking.add_argument("--refused", type=Path, help="把不能导入的行连同问题和改法存成 CSV，改好后可以再导入")


def run(args: argparse.Namespace) -> int:
    if args.refused is not None and args.refused.resolve() == args.file.resolve():
        raise Refusal(f"“{args.refused}”就是要导入的表格，请换一个文件名")
    try:
        done = _taken(args, _who(args))
        print(_summary(done, args.dry_run))
        for one in done.taken.refusals[:SHOWN]:
            print(f"  第 {one.line} 行  {one.column}：{one.wrong}。{one.mend}")
        if done.taken.refused > SHOWN:
            print(f"  ……另有 {done.taken.refused - SHOWN} 行，请用 --refused 存成文件查看")
        if args.refused is not None and done.taken.refused:
            write_refused(done.record.code, args.refused)
            print(f"不能导入的 {done.taken.refused} 行已存为 {args.refused}，改好后可以直接导入")
    except (Unreadable, HeadingsRefused, ChangeRefused, NotOnRegister, OSError) as error:
        raise Refusal(str(error)) from None
    return 1 if done.taken.refused else 0


def _who(args: argparse.Namespace) -> "Person":
    bureau = agency(args.agency)
    if args.by:
        by = person(args.by)
        if by.agency_id != bureau.pk:
            raise Refusal(f"“{by.name}”不是“{bureau.name}”的人员")
        return by
    clerks = people_with_role(bureau.code, "clerk")
    if not clerks:
        raise Refusal(f"“{bureau.name}”没有案卷管理人员，请用 --by 写明导入人的用户名")
    return clerks[0]


def _taken(args: argparse.Namespace, by: "Person") -> Imported:
    with long_table(args.file, sheet=args.sheet) as table:
        return import_objects(
            region=args.region or by.agency.region,
            name=args.file.name,
            digest=digest_of(args.file),
            headings=table.headings,
            rows=table.rows,
            by=by,
            at=timezone.now(),
            dry_run=args.dry_run,
        )


def _summary(done: Imported, dry_run: bool) -> str:
    taken = done.taken
    begun = "核对结果（没有写入）：" if dry_run else "导入完成："
    return (
        f"{begun}共 {taken.rows:,} 行，新增 {taken.new:,}，更新 {taken.changed:,}，相同 {taken.equal:,}，"
        f"不能导入 {taken.refused:,}"
    )
