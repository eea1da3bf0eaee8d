"""The witness over HTTP, as a WSGI application that needs nothing but the witness's folder; no Django."""

import os
import re
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from mingjing.translog.witness import MOST_BYTES, TEXT_TYPE, Answer, Witness, open_witness

FOLDER: Final = "MINGJING_WITNESS_HOME"

_CHECKPOINT: Final = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)

Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def application_of(witness: Witness, clock: Callable[[], float] = time.time) -> Application:
    """Make the application that speaks for a witness."""

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        answer = _answer(witness, environ, int(clock()))
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        start(
            f"{answer.status} {HTTPStatus(answer.status).phrase}", [*headers, ("Cache-Control", "no-store")]
        )
        return [answer.body]

    return application


def _answer(witness: Witness, environ: dict[str, Any], now: int) -> Answer:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if path == "/add-checkpoint":
        return _add(witness, environ, now) if method == "POST" else _text(405, "只接受 POST")
    if method not in {"GET", "HEAD"}:
        return _text(405, "只接受 GET")
    if path == "/":
        keys = "".join(f"{signer.public.vkey}\n" for signer in witness.signers)
        return Answer(200, keys.encode(), TEXT_TYPE)
    match = _CHECKPOINT.fullmatch(path)
    note = witness.latest_checkpoint(match[1]) if match else None
    return Answer(200, note, TEXT_TYPE) if note else _text(404, "没有这个文件")


def _add(witness: Witness, environ: dict[str, Any], now: int) -> Answer:
    # Without a length, a server hands the body over until it ends; one byte too many is enough to refuse.
    declared = environ.get("CONTENT_LENGTH") or str(MOST_BYTES + 1)
    if not declared.isdecimal() or (environ.get("CONTENT_LENGTH") and int(declared) > MOST_BYTES):
        return _text(400, "请求太长")
    body = environ["wsgi.input"].read(min(int(declared), MOST_BYTES + 1))
    return _text(400, "请求太长") if len(body) > MOST_BYTES else witness.add_checkpoint(body, now)


def _text(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n".encode())


def factory() -> Application:
    """The application of the witness whose folder the environment names; called once in each server process."""
    return application_of(open_witness(Path(os.environ[FOLDER])))
