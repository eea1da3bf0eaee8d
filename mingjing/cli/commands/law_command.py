"""`mingjing law`: check the packs and what they find; compare, begin, replay and release them (mingjing.cli.law)."""

import argparse
import os

from mingjing.cli.law import diff, new, release, replay
from mingjing.cli.law.packs import packs_folder
from mingjing.documents.check import check_forms, check_local_forms
from mingjing.packs.accountability_terms import check_accountability_terms
from mingjing.packs.ages import check_ages
from mingjing.packs.benchmarks import check_benchmarks
from mingjing.packs.catalogue_kinds import check_catalogues
from mingjing.packs.check import check, defects_table, table
from mingjing.packs.complaint_terms import check_complaint_terms
from mingjing.packs.corpus import corpus_table, try_corpus
from mingjing.packs.dispute_terms import check_dispute_terms
from mingjing.packs.file_order import check_file_orders
from mingjing.packs.governance_terms import check_governance_terms
from mingjing.packs.lists import check_lists
from mingjing.packs.load import Library, PackError, load_library
from mingjing.packs.mutate import mutate, mutation_table
from mingjing.packs.naming import check_naming
from mingjing.packs.oversight_terms import check_oversight_terms
from mingjing.packs.random_terms import check_random_terms
from mingjing.packs.statistics_terms import check_statistics_terms
from mingjing.supervision.judging import check_alerts

TOOLS = {"diff": diff, "new": new, "replay": replay, "release": release}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    checking = actions.add_parser("check", help="运行全部示例，列出规则、版本、示例和待核实来源")
    checking.add_argument(
        "--mutate", action="store_true", help="再做变异检验：改动数字、符号、单位，必须有示例失败"
    )
    checking.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="变异检验同时使用几个处理器"
    )
    planting = actions.add_parser("defects", help="在合法案卷中植入评查缺陷，统计按项目查出多少")
    planting.add_argument(
        "--sweep", action="store_true", help="再逐一改动示范案卷的每一处（不论是否违法），列出没有查出的"
    )
    for tool in TOOLS.values():
        tool.add_arguments(actions)


def run(args: argparse.Namespace) -> int:
    if args.action in TOOLS:
        return int(TOOLS[args.action].run(args))
    try:
        library = load_library(packs_folder())
    except PackError as error:
        print(f"法规包有误：{error}")
        return 1
    if args.action == "defects":
        return _defects(library, sweep=args.sweep)
    try:
        report = check(library)
    except PackError as error:
        print(f"样例有误：{error}")
        return 1
    print(table(report))
    faults = [*check_forms(library), *check_local_forms(library)]
    for fault in faults:
        print(f"文书模板：{fault}")
    others = {
        "裁量基准、清单": [*check_benchmarks(library), *check_lists(library), *check_catalogues(library)],
        "执法过错": check_accountability_terms(library),
        "复议诉讼": check_dispute_terms(library),
        "投诉举报": check_complaint_terms(library),
        "监督文书": check_oversight_terms(library),
        "法治建设": check_governance_terms(library),
        "双随机抽查": check_random_terms(library),
        "年龄、姓名": [*check_ages(library), *check_naming(library)],
        "案卷排列": check_file_orders(library),
        "预警模型": check_alerts(library),
        "统计报表": check_statistics_terms(library),
    }
    for what, lines in others.items():
        for line in lines:
            print(f"{what}：{line}")
    good = report.good and not faults and not any(others.values())
    if args.mutate:
        score = mutate(library, workers=args.workers)
        print(mutation_table(score))
        good = good and score.good
    return 0 if good else 1


def _defects(library: Library, *, sweep: bool) -> int:
    outcome = try_corpus(library)
    print(corpus_table(outcome))
    good = outcome.good
    if sweep:
        text, enough = defects_table(library)
        print(text)
        good = good and enough
    return 0 if good else 1
