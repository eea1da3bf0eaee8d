"""Asking a witness over HTTP: one request, one answer taken apart; nothing is verified or stored here."""

import hashlib
import http.client
import re
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mingjing.translog.note import to_base64

MOST_BYTES: Final = 64 * 1024

_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


@dataclass(frozen=True)
class Signed:
    """The witness signed: the lines it answered."""

    lines: bytes


@dataclass(frozen=True)
class Elsewhere:
    """The witness signed another size last; `shown` is the checkpoint it then shows, if it does."""

    size: int
    shown: bytes = b""


@dataclass(frozen=True)
class Contradicted:
    """The witness says that the history is not the one it knows."""

    why: str


@dataclass(frozen=True)
class Silent:
    """No answer, or none that the protocol knows."""

    why: str


Said = Signed | Elsewhere | Contradicted | Silent


def request_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Write the request for a cosignature of `note`, the witness having signed `old` last."""
    return b"".join([b"old %d\n" % old, *(f"{to_base64(part)}\n".encode() for part in proof), b"\n", note])


def ask(url: str, body: bytes, timeout: float) -> Said:
    """Send a request; the answer or its absence is known after `timeout` seconds at the latest."""
    try:
        status, data = _exchange("POST", f"{url.rstrip('/')}/add-checkpoint", body, timeout)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Silent(_reason(error))
    if status == 200:
        return Signed(data)
    if status == 409 and (size := _SIZE.fullmatch(data)):
        return Elsewhere(int(size[1]))
    words = data.decode("utf-8", "replace").strip()[:200]
    return Contradicted(words) if status in {409, 422} else Silent(f"回答 {status} {words}".strip())


def shown_checkpoint(url: str, origin: str, timeout: float) -> bytes:
    """Fetch the newest checkpoint that a witness has of a log; empty where it does not show one."""
    path = f"{url.rstrip('/')}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
    try:
        status, data = _exchange("GET", path, None, timeout)
    except (OSError, http.client.HTTPException, ValueError):
        return b""
    return data if status == 200 else b""


def _exchange(method: str, url: str, body: bytes | None, timeout: float) -> tuple[int, bytes]:
    parts, until = urlsplit(url), time.monotonic() + timeout
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=timeout)
    )
    try:
        connection.request(method, parts.path or "/", body)
        answer = connection.getresponse()
        data = b""
        while chunk := answer.read1(MOST_BYTES):
            data += chunk
            # One that answers byte by byte must not hold the others up for ever.
            if len(data) > MOST_BYTES or time.monotonic() > until:
                raise TimeoutError("the answer is too long or too slow")
        return answer.status, data
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "没有按时回答"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝，见证服务没有运行"
    return f"无法连接（{type(error).__name__}）"
