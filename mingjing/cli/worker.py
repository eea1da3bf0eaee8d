"""The background work as a list of steps. Each step is restartable: it asks the tables what is still to be done."""

import logging
from collections.abc import Callable
from datetime import date

from django.utils import timezone

from mingjing.cases.services import refresh_limits
from mingjing.documents.services import issue_pending
from mingjing.kit.clock import legal_day
from mingjing.translog.services import seal_log

log = logging.getLogger("mingjing.worker")

BATCH = 10_000


class Worker:
    """One turn does what has come up since the last; once a day the limits are counted anew."""

    def __init__(self) -> None:
        self._counted_on: date | None = None

    def turn(self) -> None:
        """Run every step. A step that fails is reported and tried again next turn; the others go on."""
        steps: tuple[Callable[[], object], ...] = (self._seal, issue_pending, self._seal, self._count_limits)
        for step in steps:
            try:
                step()
            except Exception as error:
                # The message may carry personal data; the kind of error and its place do not.
                name = getattr(step, "__name__", "step")
                log.error(
                    "worker step %s failed: %s", name, type(error).__name__, exc_info=log.isEnabledFor(10)
                )

    def _seal(self) -> None:
        while seal_log(at=timezone.now(), limit=BATCH) == BATCH:
            pass

    def _count_limits(self) -> None:
        today = legal_day(timezone.now())
        if self._counted_on != today:
            refresh_limits(now=timezone.now())
            self._counted_on = today
