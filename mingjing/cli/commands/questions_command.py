"""`mingjing questions`: import a file of examination questions and say what became of each row."""

import argparse
from pathlib import Path

from mingjing.cli.start import Refusal
from mingjing.personnel.refusals import RegisterRefused
from mingjing.training.bank import import_questions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="JSON 文件：题目的列表，每题写 id、type、q、answer、options")
    parser.add_argument("--subject", default="公共法律知识", help="科目；题目自己写明科目的从其所写")
    parser.add_argument("--by", default="console", help="办理人的用户名；不写则为本机操作")


def run(args: argparse.Namespace) -> int:
    try:
        report = import_questions(args.file.read_bytes(), subject=args.subject, by=args.by)
    except (RegisterRefused, OSError) as error:
        raise Refusal(str(error)) from None
    print(report.in_words)
    for row, number, fault in report.faults:
        print(f"  第 {row} 题（题号 {number or '未写'}）：{fault}")
    return 0
