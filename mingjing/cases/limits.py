"""Counting limits anew as days pass: a limit that runs out overnight becomes a finding without anybody's act."""

import logging
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import Q

from mingjing.cases import derived
from mingjing.cases.law import case_file
from mingjing.cases.models import Case, CaseDeadline
from mingjing.cases.statements import read_rows

WAITING: Final = ("running", "paused", "unknown")

logger = logging.getLogger(__name__)


def refresh_limits(*, now: datetime, after: int = 0, limit: int | None = None) -> int | None:
    """Work out anew the limits of live cases, at most `limit` of those whose id is above `after`.

    Gives the last id looked at, to be passed as `after` next time, or None when no case is left. Harmless to repeat.
    A case that cannot be worked out is reported and keeps its rows as they were: it holds up no other.
    """
    # One that was missed before it is over was counted by a clock that ran ahead.
    open_ = Q(status__in=WAITING) | Q(status="missed", due__gt=now)
    rows = CaseDeadline.objects.filter(open_, status__in=(*WAITING, "missed"), case__gt=after)
    ids = list(rows.order_by("case_id").values_list("case_id", flat=True).distinct()[:limit])
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
