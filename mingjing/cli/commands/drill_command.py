"""`mingjing drill …`: attack a throw-away bureau, its draws, or its line and its server."""

import argparse
import os
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from mingjing.cli.start import start_django


class _Step(Protocol):
    """One step of a procedure."""

    @property
    def title(self) -> str: ...
    @property
    def good(self) -> bool: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="演练")
    actions.add_parser("tamper", help="以数据库和磁盘的全部权限篡改，看能否全部发现")
    actions.add_parser("draw", help="以内部人的全部权限在抽取中作弊，看能否全部发现")
    actions.add_parser("keys", help="更换、丢失、泄露日志密钥，逐步核对规程")
    recovery = actions.add_parser(
        "recovery", help="PostgreSQL 恢复到某一时刻：丢失、恢复、与日志比对、查缺、补录"
    )
    recovery.add_argument("--tables", type=Path, help="从一份 pg_dump 的 SQL 建表（测试用，省去逐次升级）")
    upload = actions.add_parser("upload", help="在反复中断的线路上上传大文件，期间强制结束服务器进程")
    upload.add_argument("--megabytes", type=int, default=2048, help="文件大小（MB），默认 2048")
    upload.add_argument("--cut-seconds", type=float, default=10, help="线路每隔几秒中断一次，默认 10")
    upload.add_argument("--rate", type=int, default=32, help="线路速度（MB/秒），默认 32")
    upload.add_argument("--kills", type=int, default=2, help="强制结束服务器进程的次数，默认 2")


def run(args: argparse.Namespace) -> int:
    if args.action == "draw":
        return _draw()
    if args.action == "recovery":
        return _recovery(args.tables)
    with tempfile.TemporaryDirectory(prefix="mingjing-drill-") as home:
        # Never the operator's own data: a home of its own, on SQLite, gone afterwards.
        os.environ["MINGJING_HOME"], os.environ["MINGJING_DATABASE"] = home, ""
        os.environ["MINGJING_LOG_SUITES"] = "sha256,sm3"
        _start()
        if args.action == "keys":
            return _keys()
        return _tamper(Path(home)) if args.action == "tamper" else _upload(Path(home), args)


def _start() -> None:
    """Make Django ready; nobody signs in with a password during a drill, so none is hashed at length."""
    start_django()
    from django.conf import settings  # noqa: PLC0415 - needs the environment set before

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _tamper(home: Path) -> int:
    from mingjing.cli.drills.stage import set_stage  # noqa: PLC0415 - needs Django, which needs the home above
    from mingjing.cli.drills.tamper import run_attacks  # noqa: PLC0415

    outcomes = list(run_attacks(set_stage(date(2026, 3, 2), home / "witness")))
    for outcome in outcomes:
        print(
            f"{'✓' if outcome.found else '✗ 没有发现'} {outcome.attack}\n    {outcome.check}：{outcome.found}"
        )
    missed = [outcome for outcome in outcomes if not outcome.found]
    print(f"共 {len(outcomes)} 种篡改，发现 {len(outcomes) - len(missed)} 种。")
    return 1 if missed else 0


def _draw() -> int:
    from mingjing.cli.drills.draw import run_cheats  # noqa: PLC0415 - only this drill needs it

    outcomes = list(run_cheats())
    for outcome in outcomes:
        print(f"{'✓' if outcome.found else '✗ 没有发现'} {outcome.cheat}\n    {outcome.found}")
    missed = [outcome for outcome in outcomes if not outcome.found]
    print(f"共 {len(outcomes)} 种作弊，发现 {len(outcomes) - len(missed)} 种。")
    return 1 if missed else 0


def _keys() -> int:
    from mingjing.cli.drills.keys import run_procedures  # noqa: PLC0415 - as above

    return _judged(run_procedures())


def _judged(steps: Iterable[_Step]) -> int:
    """Print each step of a procedure as it is done; 1 where one did not go as it must."""
    done = wrong = 0
    for step in steps:
        done, wrong = done + 1, wrong + (not step.good)
        print(f"{'✓' if step.good else '✗ 不符'} {step.title}", flush=True)
    print(f"共 {done} 步，{'全部符合规程' if not wrong else f'{wrong} 步不符'}。")
    return 1 if wrong else 0


def _recovery(tables: Path | None) -> int:
    from mingjing.cli.drills.archiving import archiving_server  # noqa: PLC0415 - only this drill needs PostgreSQL

    with tempfile.TemporaryDirectory(prefix="mingjing-drill-") as home, archiving_server() as server:
        os.environ["MINGJING_HOME"], os.environ["MINGJING_DATABASE"] = home, server.address
        _start()
        from mingjing.cli.drills.recovery import run_recovery  # noqa: PLC0415 - needs Django

        return _judged(run_recovery(server, Path(home), tables))


def _upload(home: Path, args: argparse.Namespace) -> int:
    from mingjing.cli.drills.upload import MEBIBYTE, run_drill, set_case  # noqa: PLC0415 - as above

    case, _ = set_case()
    span = args.megabytes / args.rate
    outcome = run_drill(
        home,
        case,
        [args.megabytes * MEBIBYTE],
        line={"cut_seconds": args.cut_seconds, "rate": args.rate * MEBIBYTE},
        kill_after=[span * (number + 1) / (args.kills + 1) for number in range(args.kills)],
    )
    print(
        f"上传 {outcome.size // MEBIBYTE} MB，用时 {outcome.seconds:.0f} 秒；线路中断 {outcome.cuts} 次，"
        f"强制结束进程 {outcome.kills} 个，客户端续传 {outcome.breaks} 次。\n"
        f"网站进程内存：开始 {outcome.memory_before // MEBIBYTE} MB，最高 {outcome.memory_peak // MEBIBYTE} MB。"
    )
    for one in outcome.wrong:
        print(f"✗ {one}")
    if not outcome.wrong:
        print("✓ 文件完整到达，校验值相符，证据目录和日志各一条。")
    return 1 if outcome.wrong else 0
