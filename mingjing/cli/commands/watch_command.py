"""`mingjing watch`: keep the last checkpoint of a log and see each time whether the new one grew from it; no Django."""

import argparse
import os
import secrets
import time
from pathlib import Path

from mingjing.cli.start import Refusal
from mingjing.translog.http_reader import HttpReader, LogUnreachable
from mingjing.translog.monitor import watch_once
from mingjing.translog.note import NoteRefused
from mingjing.translog.policy import Policy, PolicyRefused
from mingjing.translog.report import Report
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.tiles import CHECKPOINT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="日志网址，如 https://zf.example.gov.cn/log")
    parser.add_argument("--vkey", required=True, help="日志公钥，从网站以外的途径取得；几个以空格分开")
    parser.add_argument("--policy", type=Path, help="见证策略文件；提供时，见证不足也算问题")
    parser.add_argument("--state", type=Path, required=True, help="记住上次检查点的文件，第一次运行时建立")
    parser.add_argument("--every", type=float, help="每隔多少秒看一次，直到发现问题；不写只看一次")


def run(args: argparse.Namespace) -> int:
    while True:
        report = _look(args)
        print(report.text, flush=True)
        if not report.ok or args.every is None:
            return 0 if report.ok else 1
        time.sleep(args.every)


def _look(args: argparse.Namespace) -> Report:
    try:
        keys = parse_vkeys(args.vkey)
        policy = Policy.parse(args.policy.read_bytes()) if args.policy else None
        old = args.state.read_bytes() if args.state.exists() else None
        with HttpReader(args.url) as reader:
            new = reader.read(CHECKPOINT)
            if new is None:
                raise Refusal(f"{args.url} 没有检查点。请核对网址。")
            report = watch_once(reader.read, new, old, keys, policy)
    except (NoteRefused, PolicyRefused, LogUnreachable, OSError) as error:
        raise Refusal(f"{error}") from error
    if report.ok:
        _replace(args.state, new)
    else:
        evidence = args.state.with_name(f"{args.state.name}.evidence-{int(time.time())}")
        _replace(evidence, new)
        report.notice(
            "证据", f"{args.state}（上次）与 {evidence}（这次）两个检查点合在一起就是证据，请一并保存"
        )
    return report


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
