"""`mingjing exchange`: the tables other platforms take, with faults and differences; the push to platforms, now."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mingjing.cli.start import Refusal
from mingjing.exchange import exports
from mingjing.exchange.differences import Differences, NoSuchTable
from mingjing.exchange.exports import ExportRefused
from mingjing.exchange.push.desk import state_of
from mingjing.exchange.push.pusher import push
from mingjing.exchange.push.receivers import receivers
from mingjing.exchange.tables import read_table
from mingjing.exchange.targets import MappingFault, targets
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.selectors import NotOnRegister, agency

if TYPE_CHECKING:
    from mingjing.exchange.models import Export

SHOWN = 40
SUFFIXES = (".xlsx", ".csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=["dual", "targets", "push"],
        help="dual 生成报送表；targets 列出可用的报送表；push 向各接收方推送一轮，并说明现状",
    )
    parser.add_argument("--agency", help="机关代码")
    parser.add_argument("--target", default="credit_penalty", help="报送表的代码，默认“双公示”行政处罚")
    parser.add_argument("--out", type=Path, help="存成文件（.xlsx 或 .csv）；含证件号码，只交报送平台")
    parser.add_argument("--against", type=Path, help="与平台返回的文件（CSV、XLSX）比对")


def run(args: argparse.Namespace) -> int:
    try:
        return {"targets": _targets, "push": _push}[args.what]() if args.what != "dual" else _dual(args)
    except (ExportRefused, MappingFault, NoSuchTable, NotOnRegister, Unreadable, OSError) as error:
        raise Refusal(str(error)) from None


def _targets() -> int:
    for code, target in targets().items():
        print(
            f"{code}  {target.title}，{len(target.columns)} 列{'' if target.verified else '（口径待核对）'}"
        )
    return 0


def _push() -> int:
    """Push one turn; 1 where something needs a person."""
    found, faults = receivers()
    for fault in faults:
        print(f"配置文件不能用：{fault}")
    wrong = bool(faults)
    for one in found.values():
        sent = push(one)
        now = state_of(one)
        print(
            f"{one.title}　送达 {sent} 件，待推送 {now.waiting}，需要处理 {now.dead}，日志未读 {now.lag} 条"
        )
        if now.fault:
            print(f"  停着：{now.fault}")
        wrong = wrong or bool(now.fault or now.dead)
    if not found and not faults:
        print("没有接收方。请在 MINGJING_PUSH_DIR 写接收方文件")
    return 1 if wrong else 0


def _dual(args: argparse.Namespace) -> int:
    if not args.agency:
        raise Refusal("请用 --agency 写明机关代码")
    if args.target not in targets():
        raise Refusal(f"没有报送表“{args.target}”。可用的有：{'、'.join(targets())}")
    if args.out and args.out.suffix not in SUFFIXES:
        raise Refusal("--out 的文件名要以 .xlsx 或者 .csv 结尾")
    target = targets()[args.target]
    export = exports.keep(target=target, agency=agency(args.agency), by=None)
    print(f"{target.title}　第 {export.number} 版（{export.made_on}）　摘要 {export.digest}")
    if not target.verified:
        print(f"口径待核对：{target.note}")
    print(f"可以报送 {len(export.rows)} 行，有问题未列入 {export.left_out} 行")
    _faults(export)
    _differences("与上一版比较", ("新增", "变更", "撤下"), exports.changes_of(export))
    if args.against:
        found = exports.against(export, read_table(args.against))
        _differences("与平台返回的文件比较", ("平台没有", "内容不同", "平台多出"), found)
    if args.out:
        args.out.touch(mode=0o600)  # identity numbers: for its owner alone
        args.out.write_bytes(exports.file_of(export, args.out.suffix))
        print(f"已存为 {args.out}")
    return 1 if export.left_out else 0


def _faults(export: "Export") -> None:
    for one in export.faults[:SHOWN]:
        number = one["number"] or "（无文号）"
        print(f"  {number}　{one['column']}：{one['what']}。{one['mend']}")
    if len(export.faults) > SHOWN:
        print(f"  ……另有 {len(export.faults) - SHOWN} 个问题，请在“数据交换”页面查看")


def _differences(title: str, words: tuple[str, str, str], found: Differences) -> None:
    new, changed, gone = words
    counts = (len(found.new), len(found.changed), len(found.gone))
    print(f"{title}：{new} {counts[0]} 行，{changed} {counts[1]} 行，{gone} {counts[2]} 行")
    for key, columns in found.changed[:SHOWN]:
        print(f"  {changed} {key}：{'、'.join(title for title, _, _ in columns)}")
    for word, keys in ((new, found.new), (gone, found.gone)):
        for key in keys[:SHOWN]:
            print(f"  {word} {key}")
