"""What the operator demands of sign-in, read from the settings; nothing is stored and nobody is let in here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

SECOND_TRIES = 5  # wrong second factors before the account waits, as with passwords
SECOND_WAIT = timedelta(minutes=30)
PENDING = timedelta(minutes=5)  # between the password and the second factor
CONFIRMED = timedelta(minutes=10)  # how long a password typed again counts
AHEAD = timedelta(minutes=5)  # that a session may have begun after now: clocks of several machines differ


@dataclass(frozen=True, slots=True)
class Policy:
    """The demands of this installation."""

    second_factor_roles: frozenset[str]  # "all": everybody
    password_days: int  # 0: a password never runs out
    own_password: bool  # a password set by somebody else must be changed first
    one_session: bool
    session_hours: int


def origin() -> str:
    """Give the address at which officers sign in; passkeys and the answers of the identity provider are bound to it."""
    return str(settings.MINGJING_OFFICERS_ORIGIN or settings.MINGJING_ORIGIN)


def policy() -> Policy:
    """Give what is demanded here."""
    return Policy(
        frozenset(settings.SIGNIN_SECOND_FACTOR_ROLES),
        settings.SIGNIN_PASSWORD_DAYS,
        settings.SIGNIN_OWN_PASSWORD,
        settings.SIGNIN_ONE_SESSION,
        settings.SIGNIN_SESSION_HOURS,
    )


def second_factor_demanded(roles: Collection[str]) -> bool:
    """Whether somebody with these roles must have a second factor."""
    wanted = policy().second_factor_roles
    return bool(wanted) and ("all" in wanted or bool(wanted & set(roles)))


def session_over(since: datetime, now: datetime) -> bool:
    """Whether a session is too old however busy it was, or begun by a clock that was ahead: that would never end."""
    return now - since >= timedelta(hours=policy().session_hours) or since - now > AHEAD
