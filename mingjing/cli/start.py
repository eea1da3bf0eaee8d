"""What every command shares: how it refuses, and how it makes Django ready."""

import os


class Refusal(Exception):
    """A command cannot go on; the text says why and what to do, in Chinese."""


def start_django() -> None:
    """Make settings and models available. Commands that need neither must not call it."""
    import django  # noqa: PLC0415 - see above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings")
    django.setup()
