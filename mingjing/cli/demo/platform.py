"""The demo's other platforms: a made-up receiver on this machine, so that a push can be seen from end to end.

Keeps what it takes in a file and refuses one thing on purpose. Knows nothing of the system that pushes to it.
"""

import argparse
import hashlib
import hmac
import html
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any, Final

BOXES: Final = {"penalty": "市行政处罚公示平台（演示）", "hotline": "12345 平台（演示）"}
LONGEST: Final = 15  # characters of a violation: what the demo is refused by
SHOWN: Final = (
    "document_no",
    "party_name",
    "violation_kind",
    "fine_yuan",
    "order_no",
    "office",
    "result",
    "text",
)
MOST_BYTES: Final = 1024 * 1024
OLDEST: Final = 300  # seconds a signature is good for


class Books:
    """What was taken, in a file that is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        try:
            self._boxes: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._boxes = {box: {} for box in BOXES}

    def take(self, box: str, body: bytes) -> tuple[int, dict[str, str]]:
        """Take a message; the same key changes nothing."""
        message = json.loads(body)
        kind = str(message["data"].get("violation_kind", ""))
        if len(kind) > LONGEST:
            return 422, {"message": f"“违法行为”最长 {LONGEST} 字，现有 {len(kind)} 字，请写简称"}
        with self._lock:
            held = self._boxes.setdefault(box, {})
            if message["key"] not in held:
                held[message["key"]] = {
                    "at": time.strftime("%Y-%m-%d %H:%M:%S"),
                    "digest": hashlib.sha256(body).hexdigest(),
                    **{name: message[name] for name in ("action", "record", "data")},
                }
                draft = self._path.with_suffix(".part")
                draft.write_text(json.dumps(self._boxes, ensure_ascii=False), encoding="utf-8")
                draft.replace(self._path)
            number = list(held).index(message["key"]) + 1
        return 200, {"receipt": f"演示回执 {number:04}"}

    def records(self, box: str) -> dict[str, Any]:
        """Give what stands, by record."""
        last = {one["record"]: one for one in self._boxes.get(box, {}).values()}
        return {record: one for record, one in last.items() if one["action"] == "put"}


STYLE: Final = "body{margin:2em auto;max-width:60em}td{padding:3px;border-bottom:1px solid #ddd}"


def page(books: Books) -> str:
    """Write what was taken for people."""
    parts = []
    for box, title in BOXES.items():
        rows = "".join(_row(one) for one in books.records(box).values())
        parts.append(f"<h2>{title}</h2><table>{rows or '<tr><td>还没有收到</td></tr>'}</table>")
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>演示的接收平台</title><style>{STYLE}</style>'
        f"<h1>演示的接收平台</h1><p>虚构的平台，与本系统在同一台机器上，用来看推送的全过程。</p>{''.join(parts)}"
    )


def _row(one: dict[str, Any]) -> str:
    words = "；".join(filter(None, (one["data"].get(name) for name in SHOWN)))
    return f"<tr><td>{html.escape(one['at'])}</td><td>{html.escape(words)}</td></tr>"


class Doors(BaseHTTPRequestHandler):
    """The doors: POST /<box>/in, GET /<box>/list, GET / for people."""

    books: Books
    secret: str

    def log_message(self, *args: Any) -> None:
        """Nothing is written: the demo's own lines are enough."""

    def _signed(self, body: bytes) -> bool:
        moment = self.headers.get("X-Mingjing-Timestamp", "")
        if not moment.isdecimal() or abs(time.time() - int(moment)) > OLDEST:
            return False
        text = f"{moment}.{self.path}.".encode() + body
        mark = hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.headers.get("X-Mingjing-Signature", ""), f"sha256={mark}")

    def _say(self, status: int, answer: Any, kind: str = "application/json; charset=utf-8") -> None:
        data = answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        """Take a message that is signed."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_BYTES))
        box = self.path.removesuffix("/in").strip("/")
        if box not in BOXES or not self.path.endswith("/in"):
            self._say(404, {"message": "没有这个地址"})
        elif not self._signed(body):
            self._say(401, {"message": "签名不对"})
        else:
            self._say(*self.books.take(box, body))

    def do_GET(self) -> None:
        """Show the page, or the list to whoever signs."""
        box = self.path.removesuffix("/list").strip("/")
        if self.path == "/":
            self._say(200, page(self.books), "text/html; charset=utf-8")
        elif box not in BOXES or not self._signed(b""):
            self._say(401, {"message": "签名不对，或者没有这个地址"})
        else:
            rows = [
                {"record": one, "digest": told["digest"]} for one, told in self.books.records(box).items()
            ]
            self._say(200, {"records": rows, "next": None})


def serving(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Give the server of a folder, on loopback; a free port where none is named."""
    told = {
        "books": Books(folder / "taken.json"),
        "secret": (folder / "secret").read_text(encoding="utf-8").strip(),
    }
    return ThreadingHTTPServer(("127.0.0.1", port), type("Served", (Doors,), told))


def main() -> None:
    """Serve on loopback until ended."""
    parser = argparse.ArgumentParser(description="演示的接收平台")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    args = parser.parse_args()
    serving(args.folder, args.port).serve_forever()


if __name__ == "__main__":
    main()
