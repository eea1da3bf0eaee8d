"""`mingjing benchmark`: check a table of discretion, import it as a draft, export one that is in force."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.cli.start import Refusal
from mingjing.exchange.benchmarks import benchmark_file, file_digest, read_benchmark_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import benchmarks_in_force
from mingjing.norms.services import NormRefused, prepare_draft
from mingjing.packs.benchmark_import import Import
from mingjing.personnel.selectors import NotOnRegister, agency, people_with_role, person

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

SHOWN = 60
# What a flat table does not say of itself: option, help.
HEAD = {
    "code": "基准代码：小写字母、数字和下划线",
    "title": "基准名称",
    "issuer": "制定机关",
    "level": "own（本机关制定）或者 superior（上级机关制定）",
    "number": "文号",
    "version": "版本",
    "in-force": "施行日期，如 2026-01-01",
    "until": "失效日期",
    "source": "出处",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    checking = actions.add_parser("check", help="核对一个文件：读不读得出，有没有空档、重叠、超出法定幅度")
    taking = actions.add_parser("import", help="导入为草稿，由他人审核、发布后才适用")
    giving = actions.add_parser("export", help="导出现行的一个基准")
    for sub in (checking, taking):
        sub.add_argument("file", type=Path, help="XLSX、CSV 或者 TOML 文件")
        for name, text in HEAD.items():
            sub.add_argument(f"--{name}", default="", help=f"{text}（文件里没有“说明”表时才需要）")
    taking.add_argument("--agency", required=True, help="机关代码")
    taking.add_argument("--by", default="", help="起草人的用户名；不写则为该机关的法制审核人员")
    taking.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    giving.add_argument("file", type=Path, help="写到哪个文件（.xlsx 或者 .csv）")
    giving.add_argument("--agency", required=True, help="机关代码")
    giving.add_argument("--code", default="", help="基准代码；只有一个现行基准时可以不写")


def run(args: argparse.Namespace) -> int:
    try:
        return {"check": _check, "import": _import, "export": _export}[args.action](args)
    except (Unreadable, NotOnRegister, NormRefused, OSError) as error:
        raise Refusal(str(error)) from None


def _check(args: argparse.Namespace) -> int:
    found = _read(args, {"code": "unnamed", "issuer": "（未写明）"})
    return 0 if found.benchmark and not found.serious else 1


def _import(args: argparse.Namespace) -> int:
    bureau = agency(args.agency)
    by = author(args.by, bureau)
    found = _read(args, {"issuer": bureau.name})
    if found.benchmark is None:
        print("没有写入：请按上面的提示改好文件后重新导入。")
        return 1
    if not args.dry_run:
        draft = prepare_draft(
            agency=bureau.code,
            kind="benchmark",
            code=found.benchmark.code,
            body=found.body,
            by=by,
            at=timezone.now(),
            source_name=args.file.name,
            source_digest=file_digest(args.file),
        )
        print(f"已存为草稿“{draft.title}”，起草人 {by.name}。请由其他人员在“清单与基准”中审核、发布。")
    return 0


def author(username: str, bureau: "Agency") -> "Person":
    """Give who drafts a table: the person named, else the agency's reviewer."""
    if username:
        return person(username)
    reviewers = people_with_role(bureau.code, "reviewer")
    if not reviewers:
        raise Refusal(f"“{bureau.name}”没有法制审核人员，请用 --by 写明起草人的用户名")
    return reviewers[0]


def _read(args: argparse.Namespace, otherwise: dict[str, str]) -> Import:
    today = legal_day(timezone.now())
    usual = {
        "title": args.file.stem,
        "level": "own",
        "version": f"{today:%Y.%m.%d}",
        "in_force": today.isoformat(),
        "source": args.file.name,
        **otherwise,
    }
    stated = {
        "benchmark" if name == "code" else name.replace("-", "_"): getattr(args, name.replace("-", "_"))
        for name in HEAD
    }
    usual["benchmark"] = usual.pop("code", "")
    head = {**usual, **{key: value for key, value in stated.items() if value}}
    found = read_benchmark_file(args.file, name=args.file.name, head=head)
    _tell(found)
    return found


def _tell(found: Import) -> None:
    lines = [f"错误 {fault}" for fault in found.errors] + [f"提示 {fault}" for fault in found.notices]
    for one in found.findings:
        where = f"第 {one.line} 行，" if one.line else ""
        lines.append(f"{'问题' if one.serious else '留意'} {where}事项 {one.item}：{one.title}。{one.text}")
    print("\n".join(lines[:SHOWN]))
    if len(lines) > SHOWN:
        print(f"…… 还有 {len(lines) - SHOWN} 条")
    if found.benchmark:
        items = len(found.benchmark.items)
        print(
            f"“{found.benchmark.title}”：{items} 个事项，{found.rows} 档；应当解决的问题 {len(found.serious)} 个。"
        )
    else:
        print(f"读不出基准：{len(found.errors)} 处错误。")


def _export(args: argparse.Namespace) -> int:
    bureau, suffix = agency(args.agency), args.file.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise Refusal("文件名要以 .xlsx 或者 .csv 结尾")
    today = legal_day(timezone.now())
    known = benchmarks_in_force(region=bureau.region, field=bureau.field, agency=bureau.code, day=today)
    chosen = [one for one in known if args.code in ("", one.code)]
    if len(chosen) != 1:
        codes = "、".join(one.code for one in known) or "（没有）"
        raise Refusal(f"请用 --code 写明导出哪一个。“{bureau.name}”现行的基准：{codes}")
    args.file.write_bytes(benchmark_file(chosen[0], suffix=suffix))
    print(f"“{chosen[0].title}”（版本 {chosen[0].version}）已导出到 {args.file}")
    return 0
