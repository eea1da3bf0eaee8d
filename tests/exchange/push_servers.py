"""Receivers as they are in life, for tests: an HTTP platform with faults and an SFTP host, in threads of the test."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import paramiko

PATIENCE: Final = 120.0  # seconds; only a hang is as long
SECRET: Final = "the-secret-of-the-platform"


class Platform:
    """What an HTTP receiver has taken, and the faults it is to show next, one for each request."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}  # key -> message, taken once
        self.records: dict[str, tuple[str, str]] = {}  # record -> digest and key, as its list shows
        self.asked: list[str] = []  # keys of all requests, repetitions too
        self.order: list[tuple[str, str]] = []  # action and record, of what was taken
        self.faults: list[str] = []
        self.receipts, self.url, self.lock = True, "", threading.Lock()
        self.held, self.released = (
            threading.Event(),
            threading.Event(),
        )  # for a worker that is killed meanwhile

    def take(self, body: bytes) -> str:
        """Take a message as a platform does: a key known already changes nothing."""
        message = json.loads(body)
        with self.lock:
            if message["key"] not in self.keys:
                self.keys[message["key"]] = message
                self.order.append((message["action"], message["record"]))
                if message["action"] == "put":
                    self.records[message["record"]] = (hashlib.sha256(body).hexdigest(), message["key"])
                else:
                    self.records.pop(message["record"], None)
        return f"R-{list(self.keys).index(message['key']) + 1}"


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one class with its doors
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Nothing is printed in tests."""

        def _sound(self, body: bytes) -> bool:
            moment, given = self.headers["X-Mingjing-Timestamp"], self.headers["X-Mingjing-Signature"]
            text = f"{moment}.{self.path}.".encode() + body
            return given == "sha256=" + hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()

        def _say(self, status: int, answer: Any, **headers: str) -> None:
            data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self._sound(body):
                self._say(401, {"message": "签名不对"})
                return
            platform.asked.append(self.headers["Idempotency-Key"])
            fault = platform.faults.pop(0) if platform.faults else ""
            if fault.isdecimal():
                self._say(int(fault), {"message": "罚款金额格式不符"}, Retry_After="120")
                return
            if fault == "slow":  # nothing is answered while anybody waits for it
                platform.released.clear()
                platform.released.wait(PATIENCE)
                return
            receipt = platform.take(body)
            if fault == "held":  # taken, and no answer until the test lets go
                platform.released.clear()
                platform.held.set()
                platform.released.wait(PATIENCE)
                return
            if fault == "lost":  # taken, and the line breaks before the answer
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._say(200, {"receipt": receipt} if platform.receipts else {"ok": True})

        def do_GET(self) -> None:
            if not self._sound(b""):
                self._say(401, {})
                return
            rows = [{"record": one, "digest": told[0]} for one, told in sorted(platform.records.items())]
            after = int(self.path.rpartition("after=")[2]) if "after=" in self.path else 0
            further = str(after + 1) if after + 1 < len(rows) else None
            self._say(200, {"records": rows[after : after + 1], "next": further})

    return Handler


@contextmanager
def http_platform(port: int = 0) -> Iterator[Platform]:
    """A platform that runs until the block ends."""
    platform = Platform()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(platform))
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        platform.released.set()
        server.shutdown()
        server.server_close()


# --- SFTP -----------------------------------------------------------------------------------------


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        sound = (username, password) == ("mingjing", SECRET)
        return paramiko.AUTH_SUCCESSFUL if sound else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


def _files_under(root: Path) -> type[paramiko.SFTPServerInterface]:
    class Files(paramiko.SFTPServerInterface):
        def list_folder(self, path: str) -> Any:
            found = []
            for one in (root / path.lstrip("/")).iterdir():
                told = paramiko.SFTPAttributes.from_stat(one.stat())
                told.filename = one.name
                found.append(told)
            return found

        def open(self, path: str, flags: int, attr: Any) -> Any:
            where, writes = root / path.lstrip("/"), bool(flags & 3)
            if not writes and not where.exists():
                return paramiko.SFTP_NO_SUCH_FILE
            handle = paramiko.SFTPHandle(flags)
            file = where.open("w+b" if writes else "rb")
            handle.readfile = handle.writefile = file
            handle.stat = lambda: paramiko.SFTPAttributes.from_stat(where.stat())
            return handle

        def stat(self, path: str) -> Any:
            return paramiko.SFTPAttributes.from_stat((root / path.lstrip("/")).stat())

        def posix_rename(self, old: str, new: str) -> int:
            (root / old.lstrip("/")).rename(root / new.lstrip("/"))
            return paramiko.SFTP_OK

    return Files


@contextmanager
def sftp_host(root: Path) -> Iterator[tuple[int, str]]:
    """An SFTP host over a folder: its port and its public key."""
    key = paramiko.RSAKey.generate(2048)
    listening = socket.create_server(("127.0.0.1", 0))
    lines: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            line = paramiko.Transport(sock)
            line.add_server_key(key)
            line.banner_timeout = line.handshake_timeout = line.auth_timeout = PATIENCE
            line.set_subsystem_handler("sftp", paramiko.SFTPServer, _files_under(root))
            lines.append(line)
            try:
                line.start_server(server=_Door())
            except (paramiko.SSHException, EOFError, OSError):
                continue  # whoever came does not trust this key and has hung up

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1], f"{key.get_name()} {key.get_base64()}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for line in lines:
            line.close()
