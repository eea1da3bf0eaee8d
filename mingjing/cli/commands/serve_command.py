"""`mingjing serve`: the web server and one worker under one roof, or the web server alone."""

import argparse

from mingjing.cli.start import demand_law, demand_witness_policy, warn_of_unreleased_law
from mingjing.cli.supervisor import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="监听端口")
    parser.add_argument("--workers", type=int, default=2, help="网站进程数")
    parser.add_argument(
        "--no-worker", action="store_true", help="只运行网站，后台任务另用 mingjing worker 运行"
    )


def run(args: argparse.Namespace) -> int:
    demand_law()
    demand_witness_policy()
    warn_of_unreleased_law()
    return serve(host=args.host, port=args.port, workers=args.workers, worker=not args.no_worker)
