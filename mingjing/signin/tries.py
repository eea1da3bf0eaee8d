"""How often somebody without an account may try something: counted per key, the keys kept as digests only."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models

from mingjing.signin.models import Try

KEPT: Final = timedelta(days=2)  # no span of tries is longer


@dataclass(frozen=True, slots=True)
class Tries:
    """At most so many tries of one thing by one key within a span."""

    what: str
    most: int
    within: timedelta

    def used_up(self, key: str, *, at: datetime) -> bool:
        """Say whether this key has no try left."""
        return self._of(key).filter(at__gt=at - self.within).count() >= self.most

    def take(self, key: str, *, at: datetime) -> int | None:
        """Use up one try and give its number, or None where none is left.

        It is written before it is counted: of many tries at the same moment not one more passes than may.
        """
        if self.used_up(key, at=at):
            return None
        Try.objects.filter(what=self.what, at__lt=at - KEPT).delete()
        row = Try.objects.create(what=self.what, key=_digest(self.what, key), at=at)
        taken = self._of(key).filter(at__gt=at - self.within, pk__lte=row.pk).count()
        return row.pk if taken <= self.most else None

    def give_back(self, number: int) -> None:
        """Let a try not count after all: it was a good one."""
        Try.objects.filter(pk=number, what=self.what).delete()

    def forget(self, key: str) -> None:
        """Forget every try of this key."""
        self._of(key).delete()

    def _of(self, key: str) -> models.QuerySet[Try]:
        return Try.objects.filter(what=self.what, key=_digest(self.what, key))


def _digest(what: str, key: str) -> str:
    """Give what stands for a key: without the server's secret nobody finds an address by trying all there are."""
    secret = str(settings.SECRET_KEY).encode()
    return hmac.new(secret, f"tries/{what}/{key}".encode(), hashlib.sha256).hexdigest()
