"""`mingjing norms`: check a list (免罚 … 不予强制), import it as a draft, export one that is in force."""

import argparse
from pathlib import Path

from django.utils import timezone

from mingjing.cli.commands.benchmark_command import author
from mingjing.cli.start import Refusal
from mingjing.exchange.benchmarks import file_digest
from mingjing.exchange.lists import list_file, read_list_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import lists_in_force
from mingjing.norms.services import NormRefused, prepare_draft
from mingjing.packs.benchmarks import CODE
from mingjing.packs.list_import import ListImport
from mingjing.packs.lists import EFFECTS
from mingjing.personnel.selectors import NotOnRegister, agency

SHOWN = 200
# What a flat table does not say of itself: option, help.
HEAD = {
    "code": "清单代码：小写字母、数字和下划线",
    "title": "清单名称",
    "issuer": "制定机关",
    "effect": "结果：" + "、".join(f"{code}（{title}）" for code, title in EFFECTS.items()),
    "number": "文号",
    "version": "版本",
    "in-force": "施行日期，如 2026-01-01",
    "until": "失效日期",
    "source": "出处",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    checking = actions.add_parser("check", help="核对一个文件：逐行说明读成了什么、哪里要改")
    taking = actions.add_parser("import", help="导入为草稿，由他人审核、发布后才适用")
    giving = actions.add_parser("export", help="导出现行的一张清单")
    for sub in (checking, taking):
        sub.add_argument("file", type=Path, help="XLSX、CSV 或者 TOML 文件")
        for name, text in HEAD.items():
            sub.add_argument(f"--{name}", default="", help=f"{text}（文件里没有写明时才需要）")
    taking.add_argument("--agency", required=True, help="机关代码")
    taking.add_argument("--by", default="", help="起草人的用户名；不写则为该机关的法制审核人员")
    taking.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    giving.add_argument("file", type=Path, help="写到哪个文件（.xlsx 或者 .csv）")
    giving.add_argument("--agency", required=True, help="机关代码")
    giving.add_argument("--code", default="", help="清单代码；只有一张现行清单时可以不写")


def run(args: argparse.Namespace) -> int:
    try:
        return {"check": _check, "import": _import, "export": _export}[args.action](args)
    except (Unreadable, NotOnRegister, NormRefused, OSError) as error:
        raise Refusal(str(error)) from None


def _check(args: argparse.Namespace) -> int:
    return 0 if _read(args, {"list": "unnamed", "issuer": "（未写明）"}).found else 1


def _import(args: argparse.Namespace) -> int:
    bureau = agency(args.agency)
    by = author(args.by, bureau)
    read = _read(args, {"issuer": bureau.name})
    if read.found is None:
        print("没有写入：请按上面的提示改好文件后重新导入。")
        return 1
    if not args.dry_run:
        draft = prepare_draft(
            agency=bureau.code,
            kind="list",
            code=read.code,
            body=read.body,
            by=by,
            at=timezone.now(),
            source_name=args.file.name,
            source_digest=file_digest(args.file),
        )
        print(f"已存为草稿“{draft.title}”，起草人 {by.name}。请由其他人员在“清单与基准”中审核、发布。")
    return 0


def _read(args: argparse.Namespace, otherwise: dict[str, str]) -> ListImport:
    today = legal_day(timezone.now())
    usual = {
        "list": args.file.stem if CODE.fullmatch(args.file.stem) else "",
        "version": f"{today:%Y.%m.%d}",
        "in_force": today.isoformat(),
        "source": args.file.name,
    }
    usual |= {key: value for key, value in otherwise.items() if not usual.get(key)}
    stated = {
        "list" if name == "code" else name.replace("-", "_"): getattr(args, name.replace("-", "_"))
        for name in HEAD
    }
    head = {**usual, **{key: value for key, value in stated.items() if value}}
    read = read_list_file(args.file, name=args.file.name, head=head)
    _tell(read)
    return read


def _tell(read: ListImport) -> None:
    lines = [f"错误 {fault}" for fault in read.errors] + [f"提示 {fault}" for fault in read.notices]
    for one in read.lines:
        how = "按条件式判断" if one.judged else "条件由承办人认定"
        made = one.fault or f"{one.effect}，{how}"
        lines.append(
            f"{'错误' if one.fault else '读作'} 第 {one.line} 行，{one.code} {one.violation[:40]}：{made}"
        )
    print("\n".join(lines[:SHOWN]))
    if len(lines) > SHOWN:
        print(f"…… 还有 {len(lines) - SHOWN} 条")
    if read.found:
        print(f"“{read.found.title}”：{len(read.found.items)} 项，全部读得出。")
    else:
        print(f"读不出清单：{len(read.errors)} 处错误。")


def _export(args: argparse.Namespace) -> int:
    bureau, suffix = agency(args.agency), args.file.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise Refusal("文件名要以 .xlsx 或者 .csv 结尾")
    today = legal_day(timezone.now())
    known = lists_in_force(region=bureau.region, field=bureau.field, agency=bureau.code, day=today)
    chosen = [one for one in known if args.code in ("", one.code)]
    if not chosen or (not args.code and len(chosen) > 1):
        codes = "、".join(one.code for one in known) or "（没有）"
        raise Refusal(f"请用 --code 写明导出哪一张。“{bureau.name}”现行的清单：{codes}")
    args.file.write_bytes(list_file(chosen[0], suffix=suffix))
    print(f"“{chosen[0].title}”已导出到 {args.file}")
    return 0
