"""`mingjing demo`: a bureau with people, real decisions as history and live cases at every stage, ready to log in."""

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU, agencies, make_bureau
from mingjing.cli.demo.catalogues import publish_catalogues
from mingjing.cli.demo.complaints import complain
from mingjing.cli.demo.counter import hand_in, paper_of_the_party
from mingjing.cli.demo.decisions import replay
from mingjing.cli.demo.disputes import contest, lean_on
from mingjing.cli.demo.exchange import exchange, prepare_platform
from mingjing.cli.demo.filereviews import review_files
from mingjing.cli.demo.governance import govern
from mingjing.cli.demo.inspections import inspect
from mingjing.cli.demo.live import make_live_cases, newcomer_case
from mingjing.cli.demo.migrating import move_in
from mingjing.cli.demo.oversight import order
from mingjing.cli.demo.rectification import rectify
from mingjing.cli.demo.registers import fill_register
from mingjing.cli.demo.rooms import furnish
from mingjing.cli.demo.shelves import fill_shelves
from mingjing.cli.demo.statistics import report
from mingjing.cli.demo.witness import prepare_witness
from mingjing.cli.start import demand_law
from mingjing.cli.supervisor import serve
from mingjing.cli.worker import Worker
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agency, person
from mingjing.publicity.register import publish_register
from mingjing.translog.services import ensure_log_key

READY_SECONDS = 120
ACCOUNTS = {
    "officer": "执法人员",
    "officer2": "执法人员（同行）",
    "reviewer": "法制审核人员",
    "head": "机关负责人",
    "clerk": "案卷管理人员",
    "publicity": "公示人员",
    "publicity2": "公示复核人员",
    "supervisor": "司法局监督人员",
    "supervisor2": "司法局监督人员（核准）",
    "admin": "系统管理员",
    "security": "安全管理员",
    "audit": "审计管理员",
}
# The other bureaus: the mark before the same parts, and what can be seen there.
ELSEWHERE = {
    "xy-": "荥阳市民政局（行政确认、行政给付）",
    "hy-": "衡阳县市场监督管理局（行政检查等六类）",
    "ms-": "本溪市明山区民宗局（只有行政检查）",
    "cd-": "承德县城管局（行政收费、提示执法），cd-supervisor 为承德县司法局",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="监听端口")
    parser.add_argument("--no-serve", action="store_true", help="只准备数据，不启动")


def run(args: argparse.Namespace) -> int:
    demand_law()
    password = prepare()
    address = f"http://{args.host}:{args.port}"
    if args.no_serve:
        print(_welcome(address, password))
        return 0
    platform, page = prepare_platform()
    told = (
        f"{_welcome(address, password)}  推送的接收平台（虚构）：{page}\n"
        if page
        else _welcome(address, password)
    )
    return serve(
        host=args.host,
        port=args.port,
        workers=2,
        beside={**prepare_witness(), **platform},
        ready=lambda: _announce(address, told),
    )


def prepare() -> str:
    """Make what is missing of the demo; a second run finds everything in place. Gives the accounts' password."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()
    today = legal_day(timezone.now())
    password = make_bureau(today)
    bureau = agency(BUREAU)
    for text, work in (
        ("办理演示用的在办案件", lambda: make_live_cases(today)),
        ("重放 16 件真实公开的处罚决定", lambda: replay(bureau, person("clerk"))),
        ("登记设备、考试、票据、委托书和岗位", lambda: furnish(today)),
        ("登记 365 个检查对象", fill_register),
        (
            "公布五家机关的执法人员、流程图和办事指南",
            lambda: [publish_register(agency(code), at=timezone.now()) for code in agencies()],
        ),
        ("公布事前公开的清单，有的已有两版", publish_catalogues),
    ):
        _timed(text, work)
    _timed("公布抽查事项和年度计划，一次抽查已办结、一次等各方承诺", inspect)
    _timed("一名当事人在办事窗口提交陈述、申辩", hand_in)
    _timed("登记五件投诉举报，导入一份 12345 工单", complain)
    _timed("答复一件 12345 工单，收进财政、复议机关送来的凭据", exchange)
    _timed("登记一件败诉的行政诉讼", contest)
    _timed("生成三个持有人的演示密钥，密封一条过问干预记录", lean_on)
    _timed("导入一份整改方案，办到一半", rectify)
    _timed("司法局制发四份监督文书", order)
    _timed("上月统计月报编制、批准、公布", report)
    _timed("法治建设清单、一次专项行动、三个网格", govern)
    _timed("组织一次案卷评查，抽出样本", review_files)
    _timed("迁入一份旧处罚台账，一份许可台账核对完等确认", move_in)
    Worker().turn()
    _timed("财物入库、封装一份归档案卷", fill_shelves)
    return password


def _timed(text: str, work: Callable[[], object]) -> None:
    """Do a part of the work and say how long it took."""
    print(f"{text}……", end="", flush=True)
    started = time.monotonic()
    work()
    print(f"完成（{time.monotonic() - started:.1f} 秒）")


def _welcome(address: str, password: str) -> str:
    accounts = "\n".join(f"    {username:<12}{role}" for username, role in ACCOUNTS.items())
    elsewhere = "\n".join(f"    {mark}officer 等  {bureau}" for mark, bureau in ELSEWHERE.items())
    case = newcomer_case()
    code, last = paper_of_the_party()
    return (
        f"\n明镜演示已就绪：\n  执法办案：{address}/\n  公众查询：{address}/portal/\n"
        f"  当事人的办事窗口：{address}/counter/ ，查验码 {code} ，证件号码后六位 {last}\n"
        f"  公开日志：{address}/portal/about-log/（由演示的司法局见证）\n"
        f"  账号（密码均为 {password}）：\n{accounts}\n{elsewhere}\n"
        f"  十分钟体验：用 officer 打开 {address}/cases/{case.code}/ ，照 README 从“现在可以做”一步步办到归档。\n"
        f"  数据在 {settings.MINGJING_HOME}，删除该目录即可重来。按 Ctrl-C 停止。\n"
    )


def _announce(address: str, text: str) -> None:
    """Say that the demo is ready once it answers, and not before."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  our own loopback address
                print(text, flush=True)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    print("网站没有在两分钟内就绪，请查看上面的日志。", file=sys.stderr, flush=True)
