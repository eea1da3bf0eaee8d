"""A tus client of a few lines for drills and tests: sends a file, loses its line, asks how far it came, goes on."""

import base64
import http.client
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

VERSION: Final = {"Tus-Resumable": "1.0.0"}
CHUNK: Final = 8 * 1024 * 1024
PATIENCE: Final = 120.0
PAUSE: Final = 0.05


class Refused(Exception):
    """The server will not have it, however often it is asked."""


class TusClient:
    """One signed-in sender of one file."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.port, self.headers, self.breaks = port, {**VERSION, **headers}, 0

    def send(self, path: Path, endpoint: str, label: Mapping[str, str]) -> dict[str, Any]:
        """Send the file to its end over whatever happens; gives what the server says of it."""
        told = {**label, "filename": label.get("filename", path.name)}
        pairs = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items())
        size = path.stat().st_size
        begun = self._insist("POST", endpoint, {"Upload-Length": str(size), "Upload-Metadata": pairs})
        address = begun.headers["Location"]
        at = 0
        with path.open("rb") as file:
            while at < size:
                at = self._go_on(file.fileno(), address, at, size)
        return dict(json.loads(self._insist("POST", f"{address}/result", {}).body))

    def _go_on(self, file: int, address: str, at: int, size: int) -> int:
        piece = os.pread(file, min(CHUNK, size - at), at)
        headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        try:
            answer = self._ask("PATCH", address, headers, piece)
            if answer.status == 204:
                return int(answer.headers["Upload-Offset"])
        except (OSError, http.client.HTTPException):
            self.breaks += 1
        return int(self._insist("HEAD", address, {}).headers["Upload-Offset"])

    def _insist(self, method: str, address: str, headers: Mapping[str, str]) -> "Answer":
        """Ask until there is an answer. An upload begun twice leaves an empty one, which is swept."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self._ask(method, address, headers, b"")
            except (OSError, http.client.HTTPException):
                self.breaks += 1
                time.sleep(PAUSE)
                continue
            if answer.status < 300:
                return answer
            if answer.status < 500 and answer.status != 409:
                raise Refused(f"{method} {answer.status} {answer.body.decode(errors='replace')[:300]}")
            time.sleep(PAUSE)
        raise Refused(f"{method} {address}: no answer for {PATIENCE:g} seconds")

    def _ask(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> "Answer":
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, address, body=body, headers={**self.headers, **headers})
            found = line.getresponse()
            return Answer(found.status, {name: value for name, value in found.getheaders()}, found.read())
        finally:
            line.close()


class Answer:
    """What came back, whole."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.body = status, body
        self.headers = {name.title(): value for name, value in headers.items()}
