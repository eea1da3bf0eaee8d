"""The trail of administration: one row and one leaf of the public log a change, written together; no rule here."""

import secrets
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from django.utils import timezone

from mingjing.kit.acting import client_at_work
from mingjing.kit.clock import beijing
from mingjing.personnel.models import RegisterChange
from mingjing.translog.leaf import act_commitment
from mingjing.translog.services import enqueue

REF: Final = "change/"
THROUGH: Final = "through"  # in the details: the client that did it in the name of `by`


def note(by: str, action: str, subject: str, details: Mapping[str, Any]) -> RegisterChange:
    """Append a change to the trail and its salted commitment to the log, in the caller's transaction.

    What a client does names the client: so the log commits to that too.
    """
    client = client_at_work()
    row = RegisterChange(
        at=timezone.now(),
        by=by,
        action=action,
        subject=subject,
        details={**details, **({THROUGH: client} if client else {})},
        code=secrets.token_hex(8),
        salt=secrets.token_bytes(16),
    )
    row.commitment = act_commitment(bytes(row.salt), content(row))
    row.save(force_insert=True)
    leaf = {"h": row.commitment, "at": beijing(row.at).isoformat()}
    enqueue(kind="register", data=leaf, ref=f"{REF}{row.code}")
    return row


def content(row: RegisterChange) -> dict[str, Any]:
    """Give what the log entry of a change commits to: all of the row."""
    return {
        "v": 1,
        "code": row.code,
        "at": row.at.astimezone(UTC).isoformat(),
        "by": row.by,
        "action": row.action,
        "subject": row.subject,
        "details": row.details,
    }
