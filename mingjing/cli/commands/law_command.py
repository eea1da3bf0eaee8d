"""`mingjing law check`: run every example of every rule. `mingjing law defects`: what planted defects are found."""

import argparse
import os
from pathlib import Path

from mingjing.documents.check import check_forms
from mingjing.packs.check import check, defects_table, table
from mingjing.packs.load import PackError, load_library
from mingjing.packs.mutate import mutate, mutation_table

DEFAULT_PACKS = Path(__file__).resolve().parents[3] / "lawpacks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    checking = actions.add_parser("check", help="运行全部示例，列出规则、版本、示例和待核实来源")
    checking.add_argument(
        "--mutate", action="store_true", help="再做变异检验：改动数字、符号、单位，必须有示例失败"
    )
    actions.add_parser("defects", help="在完整案卷中植入缺陷，统计规则查出多少")


def run(args: argparse.Namespace) -> int:
    try:
        library = load_library(Path(os.environ.get("MINGJING_LAWPACKS") or DEFAULT_PACKS))
    except PackError as error:
        print(f"法规包有误：{error}")
        return 1
    if args.action == "defects":
        text, good = defects_table(library)
        print(text)
        return 0 if good else 1
    report = check(library)
    print(table(report))
    faults = check_forms(library)
    for fault in faults:
        print(f"文书模板：{fault}")
    good = report.good and not faults
    if args.mutate:
        score = mutate(library)
        print(mutation_table(score))
        good = good and score.good
    return 0 if good else 1
