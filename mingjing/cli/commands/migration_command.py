"""`mingjing migration`: old data moved in without the browser; the trial and the second person are the same."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.exchange.migration import selectors, services, stumbling
from mingjing.exchange.migration.running import Mover
from mingjing.exchange.migration.services import UNITS, MigrationRefused
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.selectors import NotOnRegister, agency, people_with_role, person

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration
    from mingjing.personnel.models import Agency, Person

SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    trying = actions.add_parser("try", help="认列、逐行核对，不写入；留下等负责人确认")
    trying.add_argument("file", type=Path, help="CSV（UTF-8 或 GB18030）或者 XLSX")
    trying.add_argument(
        "--sort", required=True, choices=list(SORTS), help="数据种类：人员、对象、旧案、许可、检查记录"
    )
    trying.add_argument("--agency", required=True, help="迁入哪个机关（机关代码）")
    trying.add_argument("--by", default="", help="经办人的用户名；不写则为该机关的案卷管理人员")
    trying.add_argument("--sheet", default="", help="XLSX 有几张工作表时，迁入哪一张")
    trying.add_argument(
        "--column", action="append", default=[], metavar="列名=项[:单位]", help="指定一列是什么，可以写多次"
    )
    trying.add_argument(
        "--word",
        action="append",
        default=[],
        metavar="项:用语=本系统用语",
        help="指定一个用语的意思，可以写多次",
    )
    trying.add_argument("--refused", type=Path, help="把不能迁入的行连同问题和改法存成 CSV")
    trying.add_argument("--dry-run", action="store_true", help="只核对，不留下等待确认的记录")
    running = actions.add_parser("run", help="由负责人确认，然后迁入；中断后再运行，从断处继续")
    running.add_argument("code", help="迁移的编号，见 mingjing migration list")
    running.add_argument("--by", required=True, help="确认人（本机关负责人）的用户名")
    actions.add_parser("list", help="列出各次迁移")


def run(args: argparse.Namespace) -> int:
    try:
        return {"try": _try, "run": _run, "list": _list}[args.action](args)
    except (Unreadable, MigrationRefused, NotOnRegister, OSError) as error:
        raise Refusal(str(error)) from None


def _try(args: argparse.Namespace) -> int:
    if args.refused is not None and args.refused.resolve() == args.file.resolve():
        raise Refusal(f"“{args.refused}”就是要迁入的表格，请换一个文件名")
    bureau = agency(args.agency)
    by, now = _who(args, bureau), timezone.now()
    if not args.file.is_file():
        raise Refusal(f"没有文件“{args.file}”。请核对路径")
    made = services.begin(
        path=args.file, name=args.file.name, sort=args.sort, agency=bureau, by=by, at=now, sheet=args.sheet
    )
    try:
        told, refused = _tried(made, args, by)
    except MigrationRefused:
        services.drop(migration=made, by=by, at=timezone.now())
        raise
    if args.dry_run or told.state == "failed":
        services.drop(migration=told, by=by, at=timezone.now())
        if told.fault:
            raise Refusal(told.fault)
        print("只核对，没有留下记录。")
    else:
        print(
            f"编号 {told.code}。请由本机关负责人在“数据迁移”里确认，"
            f"或者运行：mingjing migration run {told.code} --by 用户名"
        )
    return 1 if refused else 0


def _who(args: argparse.Namespace, bureau: "Agency") -> "Person":
    if args.by:
        return person(args.by)
    clerks = people_with_role(bureau.code, "clerk")
    if not clerks:
        raise Refusal(f"“{bureau.name}”没有案卷管理人员，请用 --by 写明经办人的用户名")
    return clerks[0]


def _tried(made: "Migration", args: argparse.Namespace, by: "Person") -> tuple["Migration", int]:
    fields = SORTS[made.sort].fields()
    said = _columns(made, args.column)
    for one in made.columns:
        key, unit = said.get(one["number"], (one["key"], one["unit"]))
        title = f"{fields[key].title}{f'（{unit}）' if unit else ''}" if key in fields else "不迁入"
        print(f"  第 {one['number']:>2} 列  {one['heading']} → {title}")
    services.settle_columns(migration=made, columns=said, by=by, at=timezone.now())
    told = Mover().finish(made.code)
    if words := _words(args.word):
        services.settle_words(migration=told, words=words, by=by, at=timezone.now())
        told = Mover().finish(made.code)
    return told, _report(told, args.refused)


def _columns(made: "Migration", told: list[str]) -> dict[int, tuple[str, str]]:
    numbers = {one["heading"]: one["number"] for one in made.columns}
    said = {}
    for text in told:
        heading, _, rest = text.rpartition("=")
        key, _, unit = rest.partition(":")
        if heading not in numbers or (unit and unit not in UNITS):
            raise MigrationRefused(f"--column “{text}”写法有误：表里没有这一列，或者单位不是元、万元")
        said[numbers[heading]] = (key, unit)
    return said


def _words(told: list[str]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for text in told:
        key, _, rest = text.partition(":")
        word, _, ours = rest.partition("=")
        words.setdefault(key, {})[word] = ours
    return words


def _report(told: "Migration", refused: Path | None) -> int:
    """Tell what the trial found; give how many rows were refused."""
    counts = selectors.counts(told)
    for line in told.notes:
        print(f"  {line}")
    for key, words in told.unknown.items():
        for word, times in words.items():
            print(f"  不认识“{word}”（{times} 行），可以用 --word {key}:{word}=本系统用语 说明")
    _print_counts(told)
    rows = selectors.report(told, "refused")
    for row in rows[:SHOWN]:
        for fault in row.faults:
            print(f"  第 {row.line} 行  {fault['column']}：{fault['wrong']}。{fault['mend']}")
    if counts["refused"] > SHOWN:
        print(f"  ……另有 {counts['refused'] - SHOWN} 行，请用 --refused 存成文件查看")
    if refused is not None and counts["refused"]:
        with refused.open("wb") as file:
            file.writelines(selectors.refused_csv(told))
        print(f"不能迁入的 {counts['refused']} 行已存为 {refused}")
    return counts["refused"]


def _print_counts(told: "Migration") -> None:
    counts = selectors.counts(told)
    said = [f"{title} {counts[key]:,} 行" for key, title in selectors.row_states() if counts[key]]
    print(f"共 {sum(counts.values()):,} 行：{'，'.join(said)}")


def _run(args: argparse.Namespace) -> int:
    by = person(args.by)
    try:
        found = selectors.migration_by_code(by, args.code)
    except selectors.NoSuchMigration:
        raise MigrationRefused(f"“{by.name}”的机关没有编号为“{args.code}”的迁移") from None
    if found.state == "stuck":
        stumbling.try_again(migration=found, by=by)
    elif found.state != "running":  # else it was confirmed before, and goes on
        services.confirm(migration=found, by=by, at=timezone.now())
    _print_counts(Mover().finish(found.code))
    return 0


def _list(_: argparse.Namespace) -> int:
    for one in selectors.latest():
        title = SORTS[one.sort].title
        print(f"{one.code}  {one.agency.name}  {title}  {one.name}  {one.get_state_display()}")
    return 0
