"""A row written once and for all: salt, commitment and its entry in the log, in the caller's transaction.

Its twin is `held`, by which audits hold such rows against the log.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mingjing.kit.clock import beijing
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

if TYPE_CHECKING:
    from django.db.models import Manager, Model

SALT_BYTES: Final = 32

Row = TypeVar("Row", bound="Model")  # with fields `salt` and `commitment`


def keep(
    row: Row,
    content: Callable[[Row], Mapping[str, Any]],
    *,
    kind: str,
    ref: str,
    at: datetime,
    logged: bool = True,
) -> Row:
    """Write a new row with the commitment to its content, and its leaf of this kind; give the row.

    A row that is not `logged` keeps its commitment and gets no leaf. The caller holds the transaction.
    """
    bound: Any = row
    bound.salt = secrets.token_bytes(SALT_BYTES)
    bound.commitment = act_commitment(bound.salt, content(row))
    row.save(force_insert=True)
    if logged:
        enqueue(kind=kind, data={"h": bound.commitment, "at": beijing(at).isoformat()}, ref=ref)
    return row


def next_seq(steps: "Manager[Any]") -> int:
    """Give the number of the next step. The caller holds the matter, so that two who write get two places."""
    last: int | None = steps.order_by("-seq").values_list("seq", flat=True).first()
    return (last or 0) + 1
