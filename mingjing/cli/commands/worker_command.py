"""`mingjing worker`: seal the log, follow it with the cursors, keep the clocks. Stops cleanly, goes on where it was."""

import argparse
import logging
import signal
import threading
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from mingjing.cli.leading import Lead
from mingjing.cli.start import demand_law, demand_witness_policy
from mingjing.cli.worker import Worker
from mingjing.evidence.previews import PreviewMaker
from mingjing.health.clock import ClockWatch

log = logging.getLogger("mingjing.worker")

STAND_BY = 2.0  # seconds between two looks of a worker that waits for another one to be gone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--interval", type=float, default=0.5, help="两轮之间的秒数")
    parser.add_argument("--once", action="store_true", help="只做一轮")


def run(args: argparse.Namespace) -> int:
    demand_law()
    demand_witness_policy()
    if args.once:
        worker = Worker()
        worker.turn()
        worker.finish()
        worker.stop()
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker started")
    lead = Lead()
    while not stop.is_set():
        if _stands_by(lead, stop, args.interval):
            continue
        _work(lead, stop, args.interval)
    lead.end()
    log.info("worker stopped")
    return 0


def _stands_by(lead: Lead, stop: threading.Event, interval: float) -> bool:
    """Wait while another worker works on this database, or it is away; say so once."""
    told = False
    while not lead.held():
        if not told:
            log.info("standing by: another worker works on this database, or the database is away")
        told = True
        if stop.wait(max(interval, STAND_BY)):
            return True
    return False


def _work(lead: Lead, stop: threading.Event, interval: float) -> None:
    """Take turns until told to stop, or until another worker has taken over."""
    # Made when it is to work, for what another one has done meanwhile is asked of the tables.
    worker, previews, clock = Worker(), PreviewMaker(), ClockWatch()
    while not stop.is_set() and lead.held():
        close_old_connections()  # one that the server has dropped would fail every turn
        worker.day_waits = _doubtful(clock, worker.day_waits)
        rests = _rests(worker)
        if not rests:
            worker.turn()
        if not (rests and previews.idle):
            _draw(previews)
        stop.wait(interval)
    previews.stop()
    worker.stop()


def _rests(worker: Worker) -> bool:
    """Say whether this turn can be left out; with the database away it is taken, and says what is wrong."""
    try:
        return worker.rests()
    except Exception:
        return False


def _doubtful(clock: ClockWatch, before: bool) -> bool:
    """Tell whether the day may be the wrong one; says so once, and once when it is right again."""
    now = timezone.now()
    waits = clock.day_waits(now)
    if waits and not before:
        log.error(
            "时钟向前跳了 %.1f 小时：按日期办理的事项（公示到期、清理、每日公布）暂停，其余照常。"
            "请校准时钟；时间确实正确的（如虚拟机暂停后恢复），重新启动后台任务即可。",
            clock.jumped(now) / timedelta(hours=1),
        )
    elif before and not waits:
        log.info("时钟已恢复，按日期办理的事项继续。")
    return waits


def _draw(previews: PreviewMaker) -> None:
    """Go on with the previews; whatever goes wrong there, the log is sealed in time."""
    try:
        previews.turn()
    except Exception as error:
        log.error("making a preview failed: %s", type(error).__name__)
