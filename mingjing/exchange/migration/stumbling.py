"""What becomes of a migration whose slice failed unexpectedly: tried again later and later, then shown to a person.

Nothing of a failed slice was written: it is one transaction.
"""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from mingjing.exchange.migration.halving import MOST, TooMany
from mingjing.exchange.migration.services import MigrationRefused
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.models import Migration
from mingjing.personnel.permissions import may
from mingjing.personnel.register_log import note

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

log = logging.getLogger("mingjing.migration")

# A choice of the house: a busy or restarted database is back by then.
WAITS: Final = tuple(timedelta(seconds=one) for one in (5, 30, 120, 600))
WORKING: Final = (Migration.State.CHECKING, Migration.State.RUNNING)


def due(*, at: datetime) -> QuerySet[Migration]:
    """Give the migrations that have work to do now."""
    return Migration.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=at), state__in=WORKING)


def note_failure(code: str, error: Exception, *, at: datetime) -> None:
    """Put the next try off, or after the last one leave it to a person."""
    log.error("a slice of migration %s failed: %s", code, type(error).__name__, exc_info=error)
    with transaction.atomic():
        held = Migration.objects.select_for_update(of=("self",)).get(code=code)
        if held.state not in WORKING:
            return
        held.fault, held.tries = _reason(held, error), held.tries + 1
        if held.tries > len(WAITS):
            held.state, held.next_try_at = Migration.State.STUCK, None
        else:
            held.next_try_at = at + WAITS[held.tries - 1]
        held.save(update_fields=["fault", "tries", "state", "next_try_at"])


def _reason(held: Migration, error: Exception) -> str:
    # Not the message of the error: it may quote what a cell holds.
    name = type(error).__name__
    if isinstance(error, DatabaseError):
        what = f"数据库没有完成操作（{name}）"
    elif isinstance(error, OSError):
        what = f"读写文件出错（{name}）"
    elif isinstance(error, TooMany):
        what = f"一段里超过 {MOST} 行写不进去，不像是表格的问题（{type(error.__cause__).__name__}）"
    else:
        what = f"程序出错（{name}）"
    return f"{what}，停在第 {held.cursor} 行之后的一段；这一段没有写入任何记录"


def forget(code: str) -> None:
    """What failed has gone well now."""
    rows = Migration.objects.filter(code=code, tries__gt=0).exclude(state=Migration.State.FAILED)
    rows.update(tries=0, next_try_at=None, fault="")


def try_again(*, migration: Migration, by: "Person") -> None:
    """Let what is stuck go on from where it stopped. Raises MigrationRefused."""
    with transaction.atomic():
        held = Migration.objects.select_for_update(of=("self",)).select_related("agency").get(pk=migration.pk)
        if not may(by, SORTS[held.sort].permission, held.agency.code) and not may(
            by, "migrate.confirm", held.agency.code
        ):
            raise MigrationRefused("您的角色不能办理这次迁移")
        if held.state != Migration.State.STUCK:
            raise MigrationRefused(f"这次迁移现在是“{held.get_state_display()}”，不用重试")
        # Whoever confirmed it has confirmed these rows: only how far they are is new.
        held.state = Migration.State.RUNNING if held.confirmed_by else Migration.State.CHECKING
        held.tries, held.next_try_at, held.fault = 0, None, ""
        held.save(update_fields=["state", "tries", "next_try_at", "fault"])
        note(by.username, "migration_tried_again", held.code, {"file": held.digest, "after": held.cursor})
