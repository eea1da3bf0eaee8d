"""`mingjing migrate`: make or upgrade the database and the keys."""

import argparse

from django.core.management import call_command

from mingjing.translog.services import ensure_log_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="只在出错时输出")


def run(args: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=0 if args.quiet else 1)
    ensure_log_key()
    return 0
