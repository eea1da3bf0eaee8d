"""The drill of uploads: real files to a real server over a line that breaks, the server killed meanwhile."""

import hashlib
import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.middleware.csrf import _get_new_csrf_string

from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.drills.broken_line import BrokenLine
from mingjing.cli.drills.served import Served
from mingjing.cli.drills.tus_client import TusClient
from mingjing.evidence import store, uploads
from mingjing.evidence.selectors import evidence_of
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency, person
from mingjing.translog.selectors import entries_of_kind
from mingjing.translog.services import ensure_log_key

MEBIBYTE: Final = 1024 * 1024
SENDER: Final = "officer"
LABEL: Final = {"legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
# The first box of an MP4 file: what follows is of no interest to whoever only looks at the type.
MP4: Final = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1\0\0\0\x08mdat"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent, what it took, and what is wrong with the result (nothing, if all is well)."""

    files: int
    size: int
    seconds: float
    cuts: int
    breaks: int
    kills: int
    memory_before: int
    memory_peak: int
    wrong: Sequence[str]


def set_case() -> tuple[str, str]:
    """Fill an empty home with a bureau and a case; gives the code of the case and of its log."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()
    make_bureau(date(2026, 3, 2))
    bureau = agency(BUREAU)
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    tale = Telling(
        story=story("ordinary"), agency=bureau, start=date(2026, 3, 2), calendar=calendar, mark="drill"
    )
    case = tale.play(1)
    return case.code, case.log_code


def signed_in(username: str) -> dict[str, str]:
    """Give the headers of a browser in which this person has signed in."""
    who = person(username)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(who.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    session.save()
    token = _get_new_csrf_string()
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    return {"Cookie": cookies, "X-CSRFToken": token, "X-Requested-With": "fetch"}


def make_file(path: Path, size: int) -> str:
    """Write a film of so many bytes, no two alike; gives its SHA-256."""
    digest, left = hashlib.sha256(), size
    with path.open("wb") as file:
        piece = MP4
        while left:
            piece = piece[:left]
            digest.update(piece)
            file.write(piece)
            left -= len(piece)
            piece = os.urandom(MEBIBYTE)
    return digest.hexdigest()


def run_drill(
    home: Path,
    case: str,
    sizes: Sequence[int],
    *,
    line: Mapping[str, Any],
    at_once: int = 1,
    kill_after: Sequence[float] = (),
) -> Outcome:
    """Send files of these sizes to the case over a line as described, killing the server after so many seconds."""
    made = {}
    folder = home / "drill-files"
    folder.mkdir()
    for number, size in enumerate(sizes):
        path = folder / f"{number}.mp4"
        made[path] = make_file(path, size)
    headers = signed_in(SENDER)
    with Served(home) as served:
        relay = BrokenLine(served.port, **line)
        before, began = served.memory(), time.monotonic()
        killers = [
            threading.Timer(after, served.kill_web, kwargs={"parent": number % 2 == 1})
            for number, after in enumerate(kill_after)
        ]
        for killer in killers:
            killer.start()
        clients = [(TusClient(relay.port, headers), path) for path in made]
        endpoint = f"/cases/{case}/uploads/"
        try:
            with ThreadPoolExecutor(at_once) as pool:
                said = list(pool.map(lambda one: one[0].send(one[1], endpoint, LABEL), clients))
        finally:
            for killer in killers:
                killer.cancel()
            relay.close()
        seconds = time.monotonic() - began
        kills, peak = served.kills, served.peak
    return Outcome(
        files=len(sizes),
        size=sum(sizes),
        seconds=seconds,
        cuts=relay.cuts,
        breaks=sum(client.breaks for client, _ in clients),
        kills=kills,
        memory_before=before,
        memory_peak=peak,
        wrong=_wrong(case, list(made.values()), said),
    )


def _wrong(case: str, digests: Sequence[str], said: Sequence[Mapping[str, Any]]) -> list[str]:
    """Hold what is there against what was sent: every file once, every byte right, every entry in the log."""
    found = [item.digest for item in evidence_of(case)]
    wrong = []
    if sorted(found) != sorted(digests):
        wrong.append(f"送出 {len(digests)} 个文件，证据目录中有 {len(found)} 件，或者内容不是原来的")
    if [one["digest"] for one in said] != list(digests):
        wrong.append("服务器回报的校验值与送出的文件不符")
    wrong += [f"文件 {one[:12]}… 的内容与校验值不符" for one in digests if store.digest_stored(one) != one]
    logged = {ref for ref, _ in entries_of_kind("evidence")}
    wrong += [f"“{item.title}”没有存证" for item in evidence_of(case) if item.commitment not in logged]
    wrong += [f"“{one['name']}”没有收尾" for one in uploads.unfinished_of(case, SENDER) if one["here"]]
    return wrong
