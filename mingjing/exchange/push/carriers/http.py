"""Posting messages to a platform and asking for its list, signed with HMAC or a token; never longer than allowed."""

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mingjing.exchange.push.messages import Away, Failed, Held, Message, Rejected, Taken
from mingjing.exchange.push.receivers import Receiver

MOST_ANSWER: Final = 64 * 1024
MOST_LIST: Final = 32 * 1024 * 1024  # one page
MOST_PAGES: Final = 10_000
SHOWN: Final = 200  # characters of an answer
UNWANTED: Final = frozenset({400, 409, 410, 411, 413, 415, 422})
LATER: Final = frozenset({408, 425, 429, 500, 502, 504})


class HttpCarrier:
    """One address that takes messages, and perhaps one that lists what was taken."""

    def __init__(self, receiver: Receiver) -> None:
        self._at, self._seconds = receiver.options, receiver.seconds
        self._receiver, self._secret = receiver, ""

    def send(self, message: Message) -> Taken:
        """Post a message under its key; a receiver that has the key already says so and takes it no second time."""
        headers = {"Content-Type": message.content_type, "Idempotency-Key": message.key}
        status, data, wait = self._ask("POST", self._at["url"], message.body, headers, MOST_ANSWER)
        answer = _answer(data)
        if 200 <= status < 300 or status in self._at.get("taken", ()):
            self._agreed(answer)
            return Taken(receipt=str(_inside(answer, self._at.get("receipt", "receipt")) or "")[:SHOWN])
        said = _words(answer, data, self._at.get("message", "message"))
        if status in UNWANTED:
            raise Rejected(f"接收方不收（{status}）：{said}")
        if status in LATER:
            raise Failed(f"接收方出错（{status}）：{said}", wait=wait)
        raise Away(f"接收方回答 {status}：{said}{_hint(status)}")

    def held(self, known: Mapping[str, str]) -> Iterator[Held]:
        """Read the list page by page; it tells the digests, so that nothing else is read."""
        seen, address = set[str](), self._at["list_url"]
        for _ in range(MOST_PAGES):
            status, data, _wait = self._ask("GET", address, None, {}, MOST_LIST)
            answer = _answer(data)
            rows = _inside(answer, self._at.get("records", "records"))
            if status != 200 or not isinstance(rows, list):
                raise Failed(f"接收方没有给出清单（{status}），请核对 list_url 和 records")
            for row in rows:
                if isinstance(row, dict) and not row.get("removed"):
                    yield Held(str(row.get("record", "")), str(row.get("digest", "")))
            further = str(_inside(answer, self._at.get("next", "next")) or "")
            if not further or further in seen:
                return
            seen.add(further)
            joint = "&" if "?" in self._at["list_url"] else "?"
            address = f"{self._at['list_url']}{joint}after={quote(further)}"
        raise Failed("接收方的清单没有尽头，请核对 next")

    def close(self) -> None:
        """Nothing is held open."""

    def _agreed(self, answer: Any) -> None:
        # Some platforms answer 200 to everything and say in a field whether they mean it.
        wanted: Mapping[str, Any] = self._at.get("success", {})
        for path, value in wanted.items():
            if str(_inside(answer, path)) != str(value):
                raise Rejected(f"接收方不收：{_words(answer, b'', self._at.get('message', 'message'))}")

    def _signed(self, body: bytes | None, path: str) -> dict[str, str]:
        self._secret = self._secret or self._receiver.secret()
        if self._at.get("auth", "hmac") == "bearer":
            return {"Authorization": f"Bearer {self._secret}"}
        moment = str(int(time.time()))
        text = f"{moment}.{path}.".encode() + (body or b"")
        mark = hmac.new(self._secret.encode(), text, hashlib.sha256).hexdigest()
        return {"X-Mingjing-Timestamp": moment, "X-Mingjing-Signature": f"sha256={mark}"}

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], most: int
    ) -> tuple[int, bytes, int]:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = self._line(parts.scheme, parts.hostname or "", parts.port)
        until = time.monotonic() + self._seconds
        try:
            line.connect()
        except OSError as error:
            raise Away(f"连不上 {parts.hostname}：{_why(error)}") from error
        try:
            line.request(method, path, body, {**headers, **self._signed(body, path)})
            answer = line.getresponse()
            data = _read(answer, line, until, most)
            return answer.status, data, _wait(answer.getheader("Retry-After"))
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"已经发出，没有等到回答：{_why(error)}。将用同一个键重发") from error
        finally:
            line.close()

    def _line(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            safe = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._seconds, context=safe)
        return http.client.HTTPConnection(host, port, timeout=self._seconds)


def _read(
    answer: http.client.HTTPResponse, line: http.client.HTTPConnection, until: float, most: int
) -> bytes:
    """Read an answer that may trickle: the time is for the whole of it."""
    data = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if line.sock is not None:
            line.sock.settimeout(left)
        if not (piece := answer.read1(65_536)):
            return bytes(data)
        data += piece
        if len(data) > most:
            raise http.client.HTTPException


def _wait(text: str | None) -> int:
    return min(int(text), 86_400) if text and text.isdecimal() else 0


def _answer(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _inside(answer: Any, path: str) -> Any:
    """Give what stands at a path like data.receipt, None where nothing does."""
    for step in path.split("."):
        answer = answer.get(step) if isinstance(answer, dict) else None
    return answer


def _words(answer: Any, data: bytes, path: str) -> str:
    told = _inside(answer, path)
    text = str(told) if told else data.decode("utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in text).strip()[:SHOWN] or "没有说明理由"


def _hint(status: int) -> str:
    return {
        401: "。请核对密钥",
        403: "。请核对密钥和对方的授权",
        404: "。请核对地址",
        503: "。对方暂停服务，稍后再试",
    }.get(status, "")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "超过时限"
    if isinstance(error, ssl.SSLError):
        return "证书不能核实"
    if isinstance(error, ConnectionRefusedError):
        return "对方没有开放这个端口"
    return "连接中断" if not isinstance(error, OSError) or not error.strerror else error.strerror
