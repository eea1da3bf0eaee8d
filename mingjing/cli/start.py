"""What every command shares: how it refuses, and how it makes Django ready."""

import logging
import os

from mingjing.packs.load import library
from mingjing.packs.source import PackError


class Refusal(Exception):
    """A command cannot go on; the text says why and what to do, in Chinese."""


def start_django() -> None:
    """Make settings and models available. Commands that need neither must not call it."""
    import django  # noqa: PLC0415 - see above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings")
    django.setup()


def demand_law() -> None:
    """Read the law packs now: a fault in one stops the start, named with file and line, and not the first visitor."""
    try:
        library()
    except PackError as error:
        raise Refusal(f"法规包有误，不能启动。\n{error}") from error


def demand_witness_policy() -> None:
    """Read the witness policy now, for the same reason; needs Django."""
    from mingjing.translog.policy import PolicyRefused  # noqa: PLC0415
    from mingjing.translog.witnesses import policy  # noqa: PLC0415

    try:
        policy()
    except PolicyRefused as refused:
        raise Refusal(f"{refused}") from refused


def warn_of_unreleased_law() -> None:
    """Tell the operator where the packs in service are not those that were released; that stops nothing."""
    from mingjing.translog import releases  # noqa: PLC0415 - needs Django
    from mingjing.translog.keys import LogKeyMissing  # noqa: PLC0415

    try:
        found = releases.standing(library())
        told = "" if found.good else found.in_words()
    except (releases.ReleaseRefused, LogKeyMissing) as refused:
        told = str(refused)
    if told:
        logging.getLogger("mingjing.law").warning(told)
