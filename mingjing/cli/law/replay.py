"""`mingjing law replay`: stored cases judged under other packs, or their fines held to a draft benchmark."""

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjing.cli.law.packs import in_service, opened
from mingjing.cli.start import Refusal, start_django
from mingjing.exchange.benchmarks import read_benchmark_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import BEIJING, chinese_date, legal_day
from mingjing.kit.money import yuan
from mingjing.lawengine.benchmark import Benchmark
from mingjing.packs.load import Library, PackError
from mingjing.packs.variants import place_of, with_file

if TYPE_CHECKING:
    from mingjing.cases.replay import Selection
    from mingjing.cases.replay_summary import Clause, Summary
    from mingjing.personnel.models import Agency

SHOWN = 5
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
HEADINGS = (
    "规则",
    "名称",
    "依据",
    "案件",
    "当事人",
    "案由",
    "机关",
    "行为",
    "序号",
    "原来",
    "现在",
    "数额",
    "理由",
)


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("replay", help="推演：已有案件按另一个法规包或者裁量基准草案会怎样")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--packs", type=Path, help="另一个法规包（文件夹或者 ZIP）")
    what.add_argument("--rule", type=Path, help="只换一个规则文件")
    what.add_argument("--benchmark", type=Path, help="裁量基准草案（XLSX、CSV、TOML）：哪些罚款会在幅度之外")
    parser.add_argument("--agency", help="只推演这个机关和下级机关的案件（机关代码）")
    parser.add_argument("--since", type=date.fromisoformat, help="只推演这一天起开始的案件，如 2025-01-01")
    parser.add_argument("--until", type=date.fromisoformat, help="只推演这一天为止开始的案件")
    parser.add_argument("--procedure", default="", help="只推演这个程序的案件（程序代码）")
    parser.add_argument(
        "--case", action="append", default=[], help="只推演这一件（案件页地址中的编号），可以写几次"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="同时使用几个处理器")
    parser.add_argument("--report", type=Path, help="把每一处不同存成 CSV")


def run(args: argparse.Namespace) -> int:
    """0: nothing would be otherwise. 1: something would."""
    base = in_service()
    benchmark = _benchmark(args.benchmark) if args.benchmark else None
    other = None if benchmark else _other(args, base)
    start_django()
    from mingjing.cases.replay import Selection  # noqa: PLC0415 - these rooms need Django

    agencies = _agencies(args.agency)
    selection = Selection(
        agencies=[one.pk for one in agencies],
        since=args.since,
        until=args.until,
        procedure=args.procedure,
        codes=args.case,
    )
    if benchmark is not None:
        return _hold_to(benchmark, selection)
    assert other is not None  # noqa: S101 - there is no third way
    return _replay(args, base, other, selection, agencies)


def _other(args: argparse.Namespace, base: Library) -> Library:
    if args.packs:
        return opened(args.packs)
    try:
        return with_file(base, place_of(base, args.rule), _text(args.rule))
    except PackError as error:
        raise Refusal(f"规则文件有误：\n{error}") from error


def _agencies(code: str | None) -> "list[Agency]":
    from mingjing.personnel.selectors import (  # noqa: PLC0415
        NotOnRegister,
        agencies,
        agencies_below,
    )

    try:
        return agencies_below(code) if code else agencies()
    except NotOnRegister as error:
        raise Refusal(str(error)) from error


def _replay(
    args: argparse.Namespace, base: Library, other: Library, selection: "Selection", agencies: "list[Agency]"
) -> int:
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cases.lighter import lighter_law_todos  # noqa: PLC0415
    from mingjing.cases.replay import plan, replay  # noqa: PLC0415
    from mingjing.cases.replay_summary import Summary  # noqa: PLC0415

    now = timezone.now()
    what = plan(base, other, selection, on=now)
    todos = [one for agency in agencies for one in lighter_law_todos(agency, legal_day(now), library=other)]
    summary = Summary(base, other, shown=SHOWN)
    with _report(args.report) as row:
        for found in replay(what, workers=args.workers):
            for line in summary.add(found):
                clause, case, *told = line
                about = (case.number or case.code, case.party, case.title, case.agency)
                row([clause.rule, clause.title, clause.cite, *about, *told])
    print("\n".join(_told(summary, what.total)))
    for todo in todos:
        label = todo.case.number or todo.case.code
        print(
            f"待办（从旧兼从轻）：{label} {todo.case.party_name}，违法行为终了于{chinese_date(todo.conduct)}，"
            f"“{todo.rule.title}”现行规定更轻：{todo.now.source.cite()}"
        )
    return 1 if summary.cases or todos else 0


def _told(summary: "Summary", total: int) -> Iterator[str]:
    if not summary.cases:
        yield f"共 {total} 件案件，换成这个法规包，没有一件的结论不同。"
        return
    yield (
        f"共 {total} 件案件，{summary.cases} 件的结论不同："
        f"{summary.worse} 件增加或者加重了问题，{summary.better} 件减少或者减轻了问题。"
    )
    for clause in summary.clauses:
        yield ""
        yield from _clause(clause)


def _clause(clause: "Clause") -> Iterator[str]:
    yield f"【{clause.title}】{clause.rule}　{len(clause.cases)} 件"
    if clause.cite:
        yield f"  {clause.cite}：“{clause.quote}”"
    for (before, after), count in clause.changes.most_common():
        yield f"  {before} → {after}：{count} 处"
    for line in clause.lines:
        act = f"第 {line.seq} 项行为“{line.act}”" if line.seq else line.act
        figure = f"（{line.figure}）" if line.figure else ""
        yield f"    {line.case.number or line.case.code} {line.case.party}　{act}：{line.before} → {line.after}{figure}"
    if len(clause.lines) < sum(clause.changes.values()):
        yield f"    ……其余 {sum(clause.changes.values()) - len(clause.lines)} 处见 --report 存成的表"


def _hold_to(benchmark: Benchmark, selection: "Selection") -> int:
    from mingjing.cases.benchmark_replay import STATES, hold_to, tallied  # noqa: PLC0415

    tallies, outside = tallied(hold_to(benchmark, selection))
    fined = sum(sum(one.states.values()) for one in tallies)
    print(f"《{benchmark.title}》草案：{fined} 件有罚款的案件，{len(outside)} 件的罚款会在幅度之外。")
    for tally in tallies:
        states = "，".join(f"{STATES[state]} {count} 件" for state, count in sorted(tally.states.items()))
        print(f"  {tally.item or '没有相应条目'}　{tally.tier} {tally.range}：{states}")
    for one in outside[:SHOWN]:
        label = one.case.decision_no or one.case.number or one.case.code
        print(
            f"    {label} {one.case.party_name}：罚款 {yuan(one.fine)}，{one.tier} {one.range}，{STATES[one.state]}"
        )
    return 1 if outside else 0


def _benchmark(path: Path) -> Benchmark:
    """Read a draft: a table that does not say of itself what it is called is called after its file."""
    today = legal_day(datetime.now(BEIJING))
    head = {
        "benchmark": "draft",
        "title": path.stem,
        "issuer": "本机关",
        "level": "own",
        "version": "草案",
        "in_force": today,
        "source": path.name,
    }
    try:
        found = read_benchmark_file(path, name=path.name, head=head)
    except Unreadable as unreadable:
        raise Refusal(f"{path}：{unreadable}") from unreadable
    if found.benchmark is None:
        raise Refusal("裁量基准草案有误：\n" + "\n".join(map(str, found.errors)))
    return found.benchmark


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"读不了文件 {path}，请核对路径，文件应是 UTF-8 编码。") from error


@contextmanager
def _report(path: Path | None) -> Iterator[Any]:
    if path is None:
        yield lambda row: None
        return
    try:
        file = path.open("x", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refusal(f"不能写入 {path}（{error.strerror}）。请换一个还没有的文件名。") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        yield lambda row: writer.writerow([_harmless(str(cell or "")) for cell in row])
    print(f"每一处不同已存入 {path}", file=sys.stderr)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
