"""`mingjing simulate …`: make a county with known faults, and count how well they are found."""

import argparse
import os
import time
from pathlib import Path

from mingjing.cli.start import Refusal, demand_law, start_django

FEWEST = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="动作")
    county = actions.add_parser("county", help="在空的数据库里生成一个县：十二家机关、案件和已知的毛病")
    county.add_argument("--cases", type=int, default=20_000, help="案件数，默认 20000")
    county.add_argument("--seed", type=int, default=7, help="种子：相同的种子生成相同的县，默认 7")
    county.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="用几个处理器，默认全部")
    score = actions.add_parser("score", help="运行当天的预警，与答案文件核对，逐个模型列出召回率和准确率")
    for one in (county, score):
        one.add_argument("--key", type=Path, required=True, help="答案文件")
        one.add_argument("--home", type=Path, help="数据目录（SQLite）；不写则用本机设置的数据库")


def run(args: argparse.Namespace) -> int:
    if args.home is not None:
        os.environ["MINGJING_HOME"], os.environ["MINGJING_DATABASE"] = str(args.home), ""
    start_django()
    demand_law()
    return _county(args) if args.action == "county" else _score(args)


def _county(args: argparse.Namespace) -> int:
    from django.core.management import call_command  # noqa: PLC0415 - needs Django, which needs the home above

    from mingjing.cli.simulate.county import make_county  # noqa: PLC0415
    from mingjing.personnel.selectors import agencies  # noqa: PLC0415
    from mingjing.translog.services import ensure_log_key  # noqa: PLC0415

    if args.cases < FEWEST:
        raise Refusal(f"案件太少，不能每种毛病都植入。请用 --cases {FEWEST} 以上。")
    if args.key.exists():
        raise Refusal(f"答案文件“{args.key}”已经存在。请换一个文件名，免得与别的县混淆。")
    call_command("migrate", interactive=False, verbosity=0)
    if agencies():
        raise Refusal("数据库里已有机关。模拟县只能生成在空的数据库里，请用 --home 指定一个空的数据目录。")
    ensure_log_key()
    started = time.monotonic()
    made = make_county(args.cases, args.seed, workers=args.workers)
    args.key.write_text(made.key.text(), encoding="utf-8")
    spent = time.monotonic() - started
    print(
        f"生成案件 {made.key.cases:,} 件、行为 {made.acts:,} 项，用时 {spent:.1f} 秒"
        f"（每件 {spent / made.key.cases * 1e3:.1f} 毫秒）。\n"
        f"其中 {made.imported:,} 件含有系统不予登记的行为，按导入的历史案卷保存；"
        f"为使合法的案卷确实合法，改期 {made.tried:,} 次。\n答案文件：{args.key}（{len(made.key.lines):,} 行）"
    )
    return 0


def _score(args: argparse.Namespace) -> int:
    from mingjing.cli.simulate.key import KeyRefused, read_key  # noqa: PLC0415 - needs Django
    from mingjing.cli.simulate.scoring import score, told  # noqa: PLC0415
    from mingjing.supervision.alerts import alert_models  # noqa: PLC0415

    try:
        key = read_key(args.key, [one.code for one in alert_models().each])
    except KeyRefused as refused:
        raise Refusal(str(refused)) from None
    started = time.monotonic()
    report = score(key)
    print("\n".join(told(report)))
    print(f"案件 {report.cases:,} 件，预警一次运行和核对共 {time.monotonic() - started:.1f} 秒。")
    return 1 if any(one.missed for one in report.models) else 0
