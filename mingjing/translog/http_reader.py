"""Reading somebody's log over HTTP as tlog-tiles serves it, over one connection that is kept open; no Django."""

import http.client
from collections.abc import Iterable
from typing import Final, Self
from urllib.parse import urlsplit

from mingjing.translog.note import Checkpoint, text_of
from mingjing.translog.tiles import CHECKPOINT, bundles_of, tiles_of

MOST_BYTES: Final = 256 * (2 + 0xFFFF)  # of a full bundle of the longest entries


class LogUnreachable(Exception):
    """The log does not answer, or not as a log does. The message is Chinese."""


class HttpReader:
    """A log at an address, e.g. `https://zf.example.gov.cn/log`. The checkpoint is read once: one state is checked."""

    def __init__(self, address: str, timeout: float = 30.0) -> None:
        parts = urlsplit(address.rstrip("/"))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise LogUnreachable(f"日志网址“{address}”不完整，应形如 https://zf.example.gov.cn/log")
        made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = made(parts.hostname, parts.port, timeout=timeout)
        self._address, self._prefix = address, parts.path
        self._checkpoint: bytes | None = None

    def read(self, path: str) -> bytes | None:
        """Give the bytes of one file of the log, None where there is none. Raises LogUnreachable."""
        if path != CHECKPOINT:
            return self._fetch(path)
        self._checkpoint = self._checkpoint or self._fetch(path)
        return self._checkpoint

    def paths(self) -> Iterable[str]:
        """List the files that the checkpoint promises."""
        note = self.read(CHECKPOINT)
        size = Checkpoint.parse(text_of(note)).size if note else 0
        yield CHECKPOINT
        yield from (place.path for place in tiles_of(size))
        yield from (place.path for place in bundles_of(size))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def _fetch(self, path: str) -> bytes | None:
        try:
            status, data = self._exchange(path)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise LogUnreachable(f"读不到 {self._address}/{path}（{type(error).__name__}）") from error
        if status == 404:
            return None
        if status != 200 or len(data) > MOST_BYTES:
            self._connection.close()
            raise LogUnreachable(f"{self._address}/{path} 的回答不是日志文件（状态 {status}）")
        return data

    def _exchange(self, path: str) -> tuple[int, bytes]:
        try:
            return self._once(path)
        except (OSError, http.client.HTTPException):
            # A server may close an idle connection at any time: once more over a new one.
            self._connection.close()
            return self._once(path)

    def _once(self, path: str) -> tuple[int, bytes]:
        self._connection.request("GET", f"{self._prefix}/{path}")
        answer = self._connection.getresponse()
        return answer.status, answer.read(MOST_BYTES + 1)
