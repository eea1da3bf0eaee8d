"""Checking a document from outside: is it in the public log, since when, and are these its bytes; never its content."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mingjing.publicity.models import Publication
from mingjing.translog.leaf import document_commitment
from mingjing.translog.selectors import (
    NotInLog,
    index_of,
    log_health,
    sealed_after,
    state_of,
    tlog_proof_bytes,
)

CODE: Final = re.compile(r"[A-Z2-7]{26}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know of a document with this code. `state` is unknown, queued, sealed or checkpointed."""

    code: str
    state: str
    index: int | None = None
    logged_at: datetime | None = None
    checkpoint_at: datetime | None = None
    publication: str = ""  # public address of the decision of the same case, if that was published
    agency: str = ""


def document_ref(code: str) -> str:
    """Give the reference under which the log keeps the document with this verification code."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def normal(code: str) -> str:
    """Give a code as it was given out, however it was typed; empty where it cannot be one."""
    bare = re.sub(r"[\s-]", "", code).upper()
    return bare if CODE.fullmatch(bare) else ""


def verification(code: str) -> Verification:
    """Look a document up by its verification code. That it is unknown is an answer, too."""
    code = normal(code)
    ref = document_ref(code)
    state = state_of(ref) if code else None
    if state is None:
        return Verification(code, "unknown")
    leaf = _leaf(state.index) if state.index is not None else {}
    published = _publication_of(leaf.get("c", ""))
    return Verification(
        code=code,
        state=state.name,
        index=state.index,
        logged_at=datetime.fromisoformat(leaf["at"]) if leaf else None,
        checkpoint_at=log_health().checkpoint_at if state.name == "checkpointed" else None,
        publication=published.code if published else "",
        agency=published.agency_name if published else "",
    )


def verify_upload(code: str, pdf_digest: str) -> bool | None:
    """Say whether a PDF with this SHA-256 is the document of this code; None where that cannot be told yet."""
    code, index = normal(code), None
    if code and DIGEST.fullmatch(pdf_digest):
        index = index_of(document_ref(code))
    if index is None:
        return None
    return _leaf(index)["h"] == document_commitment(code, bytes.fromhex(pdf_digest))


def proof_of(code: str) -> bytes | None:
    """Give the `.tlog-proof` file of a document, None while there is none."""
    index = index_of(document_ref(code)) if normal(code) else None
    if index is None:
        return None
    try:
        return tlog_proof_bytes(index)
    except NotInLog:
        return None


def _publication_of(log_code: str) -> Publication | None:
    """Give the latest publication of the case whose leaves bear this mark."""
    return Publication.objects.filter(log_code=log_code).order_by("-id").first() if log_code else None


def _leaf(index: int) -> dict[str, str]:
    leaf: dict[str, str] = json.loads(sealed_after(index - 1, 1)[0].data)
    return leaf
