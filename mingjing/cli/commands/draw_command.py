"""`mingjing draw verify`: run a published draw again, offline; no Django, no database."""

import argparse
from pathlib import Path

from mingjing.cli.start import Refusal
from mingjing.inspections.drawing.verify import verify_draw


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    verify = actions.add_parser("verify", help="按公布的抽取包重新抽取，与公布的名单比对")
    verify.add_argument("bundle", type=Path, help="抽取包文件")
    verify.add_argument("--vkey", required=True, help="日志公钥，应从机关公布处取得")


def run(args: argparse.Namespace) -> int:
    try:
        bundle = args.bundle.read_bytes()
    except OSError as error:
        raise Refusal(f"读不到文件 {args.bundle}（{error.strerror}）。请核对路径。") from error
    report = verify_draw(bundle, args.vkey)
    print(report.text)
    return 0 if report.ok else 1
