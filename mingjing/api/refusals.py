"""What services refuse, as problems with the field that they speak of; what is refused is decided there alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext_noop as _

from mingjing.api.problems import Problem, act_refused, refused
from mingjing.cases.services import ActRefused
from mingjing.evidence.refusals import EvidenceRefused, NotKeptNow


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Make problems of these refusals, and of those of acts and evidence; the field is theirs to name."""
    try:
        yield
    except ActRefused as refusal:
        raise act_refused(refusal.trial) from None
    except EvidenceRefused as refusal:
        raise not_taken(refusal) from None
    except kinds as refusal:
        raise refused(_by_field(refusal)) from None


def _by_field(refusal: Exception) -> dict[str, list[str]]:
    errors: dict[str, list[str]] | None = getattr(refusal, "errors", None)
    return errors or {getattr(refusal, "field", ""): [str(refusal)]}


def not_taken(refusal: EvidenceRefused) -> Problem:
    """Why a file was not taken in; of a full disk that it may go later."""
    if isinstance(refusal, NotKeptNow):
        return Problem("unavailable", str(refusal), headers={"Retry-After": "60"})
    return refused({refusal.field: [str(refusal)]})


def needed(day: date | None, field: str) -> date:
    """A day that this step cannot do without. Raises Problem."""
    if day is None:
        raise refused({field: [_("缺少这一项。")]})
    return day
