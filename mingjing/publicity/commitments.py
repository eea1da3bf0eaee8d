"""What the public log is told of the public side: a salted digest of a content, queued with the row that holds it."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mingjing.kit.canonical import canonical
from mingjing.kit.clock import beijing
from mingjing.translog.services import enqueue

SALT_BYTES: Final = 32
FORMAT: Final = 1


def commit(kind: str, content: Mapping[str, Any], *, ref: str, at: datetime) -> dict[str, Any]:
    """Queue the leaf of a content; give salt and commitment to keep beside it. The caller holds the transaction."""
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = hashlib.sha256(salt + canonical({"v": FORMAT, **content})).hexdigest()
    enqueue(kind=kind, data={"h": commitment, "at": beijing(at).isoformat()}, ref=ref)
    return {"salt": salt, "commitment": commitment}
