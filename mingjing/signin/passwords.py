"""Passwords over time: which were used before, how old the present one is, and who chose it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from mingjing.signin.models import PasswordUsed
from mingjing.signin.policy import policy

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


class NotUsedBefore:
    """A rule of Django's password validation: none of the last passwords again. Django tells it of each new one."""

    def __init__(self, kept: int = 5) -> None:
        self.kept = kept

    def validate(self, password: str, user: "Person | None" = None) -> None:
        """Raise ValidationError where the password is one of the last of this person."""
        if user is None or user.pk is None:
            return
        hashes = PasswordUsed.objects.filter(person=user).order_by("-pk").values_list("hash", flat=True)
        if any(check_password(password, one) for one in hashes[: self.kept]):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: "Person") -> None:
        """Keep the new password's hash, and drop those too old to be asked for."""
        PasswordUsed.objects.create(person=user, hash=user.password, at=timezone.now())
        rows = PasswordUsed.objects.filter(person=user).order_by("-pk").values_list("pk", flat=True)
        PasswordUsed.objects.filter(pk__in=list(rows[self.kept :])).delete()

    def get_help_text(self) -> str:
        """The rule in the words of the user."""
        return f"不能与最近 {self.kept} 次用过的密码相同。"


def chosen_by_owner(person: "Person") -> None:
    """Note that the present password is the person's own choice."""
    latest = PasswordUsed.objects.filter(person=person).order_by("-pk").first()
    if latest is not None:
        PasswordUsed.objects.filter(pk=latest.pk).update(own=True)


def due_at(person: "Person") -> datetime | None:
    """Give from when on the password must be changed; None where it need not be."""
    latest = PasswordUsed.objects.filter(person=person).order_by("-pk").first()
    wanted = policy()
    if latest is None:
        return None
    if wanted.own_password and not latest.own:
        return latest.at
    return latest.at + timedelta(days=wanted.password_days) if wanted.password_days else None
