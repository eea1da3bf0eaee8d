"""The end of a publication whose time has run out: found every day, told in the log, gone from the search."""

from datetime import datetime
from typing import Final

from django.db import transaction

from mingjing.kit.clock import legal_day
from mingjing.publicity import search
from mingjing.publicity.commitments import commit
from mingjing.publicity.models import Ending, Publication

A_TURN: Final = 500


def end_expired(*, at: datetime, limit: int = A_TURN) -> int:
    """End what was to be shown until before today: trace and leaf are written, the search text is gone. Gives how many.

    Its pages are closed by the day itself, without this; nothing is ended twice.
    """
    today = legal_day(at)
    over = Publication.objects.filter(
        published_until__lt=today, withdrawal__isnull=True, ending__isnull=True
    ).order_by("id")[:limit]
    return sum(_end(row, at) for row in over)


@transaction.atomic
def _end(row: Publication, at: datetime) -> bool:
    # Whoever withdraws it at this moment holds the row; what is withdrawn is not ended.
    locked = Publication.objects.select_for_update().get(pk=row.pk)
    if hasattr(locked, "withdrawal") or hasattr(locked, "ending") or locked.published_until is None:
        return False
    content = ending_content(locked.code, locked.published_until.isoformat())
    kept = commit("ending", content, ref=f"ending-{locked.code}", at=at)
    Ending.objects.create(publication=locked, last_day=locked.published_until, ended_at=at, **kept)
    search.forget(locked.pk)
    return True


def ending_content(code: str, last_day: str) -> dict[str, str]:
    """Give what the log says of an ending, without its format."""
    return {"ends": code, "last_day": last_day}
