"""Counting limits anew as days pass: a limit that runs out overnight becomes a finding without anybody's act."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q

from mingjing.cases import derived
from mingjing.cases.law import case_file
from mingjing.cases.models import Case
from mingjing.cases.statements import read_rows

logger = logging.getLogger(__name__)


def refresh_limits(*, now: datetime, after: int = 0, limit: int | None = None) -> int | None:
    """Work out anew the limits of live cases, at most `limit` of those whose id is above `after`.

    Gives the last id looked at, to be passed as `after` next time, or None when no case is left. Harmless to repeat.
    A case that cannot be worked out is reported and keeps its rows as they were: it holds up no other.
    """
    waiting = ("running", "paused", "unknown")
    # One that was missed before it is over was counted by a clock that ran ahead.
    open_ = Q(deadlines__status__in=waiting) | Q(deadlines__status="missed", deadlines__due__gt=now)
    live = Case.objects.filter(open_, pk__gt=after).distinct().order_by("pk")
    ids = list(live.values_list("pk", flat=True)[:limit])
    for pk in ids:
        try:
            _refresh(pk, now)
        except DatabaseError:
            raise  # no fault of this case: the next turn begins here again
        except Exception as error:
            logger.error("limits of case %s not counted: %s", pk, type(error).__name__)
    return ids[-1] if ids and len(ids) == limit else None


@transaction.atomic
def _refresh(pk: int, now: datetime) -> None:
    case = Case.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    head, before = derived.head_of(case), read_rows(case)
    rows = derived.stand(case, case_file(case).state.standing(now))
    derived.write(case, rows, head_before=head, rows_before=before)
