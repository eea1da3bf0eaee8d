"""`mingjing worker`: seal the log, follow it with the cursors, keep the clocks. Stops cleanly, goes on where it was."""

import argparse
import logging
import signal
import threading

from django.db import close_old_connections

from mingjing.cli.start import demand_law, demand_witness_policy
from mingjing.cli.worker import Worker
from mingjing.evidence.previews import PreviewMaker

log = logging.getLogger("mingjing.worker")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--interval", type=float, default=0.5, help="两轮之间的秒数")
    parser.add_argument("--once", action="store_true", help="只做一轮")


def run(args: argparse.Namespace) -> int:
    demand_law()
    demand_witness_policy()
    worker, previews = Worker(), PreviewMaker()
    if args.once:
        worker.turn()
        worker.finish()
        worker.stop()
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker started")
    while not stop.is_set():
        close_old_connections()  # one that the server has dropped would fail every turn
        worker.turn()
        _draw(previews)
        stop.wait(args.interval)
    previews.stop()
    worker.stop()
    log.info("worker stopped")
    return 0


def _draw(previews: PreviewMaker) -> None:
    """Go on with the previews; whatever goes wrong there, the log is sealed in time."""
    try:
        previews.turn()
    except Exception as error:
        log.error("making a preview failed: %s", type(error).__name__)
