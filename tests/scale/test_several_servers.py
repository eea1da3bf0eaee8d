"""Two web servers and two workers on one database, one bucket and one home, as docs/scale.md says; each side killed."""

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest

from mingjing.cli.drills.served import Served
from mingjing.cli.drills.upload import MP4
from mingjing.kit.clock import BEIJING
from tests import fixtures_seaweed, postgres
from tests.cast import PASSWORD
from tests.journeys.paper import Page, Sheet

pytestmark = pytest.mark.only_on_postgresql

PATIENCE = 180.0
PIECE = 300_000
BUCKET = "several-servers"
NEW = "/cases/new/clue_registered/"
SET_UP = """
from mingjing.cli.start import start_django
start_django()
from mingjing.translog.services import ensure_log_key
from tests.cast import make_cast
ensure_log_key()
make_cast()
"""


def wait(until: Callable[[], Any], what: str) -> Any:
    """Poll until something is true; fails by name."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := until():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


@dataclass
class Answer:
    """What came back, as `Page` reads it."""

    status_code: int
    headers: http.client.HTTPMessage
    content: bytes
    streaming: bool = False


@dataclass
class Browser:
    """One person's browser, for which both servers are one: the same cookies go to either."""

    cookies: dict[str, str] = field(default_factory=dict)

    def begins(
        self, at: Served, method: str, path: str, body: bytes = b"", /, **headers: str
    ) -> http.client.HTTPConnection:
        """Send a request and wait for nothing."""
        line = http.client.HTTPConnection("127.0.0.1", at.port, timeout=PATIENCE)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        line.request(method, path, body=body, headers=told)
        return line

    def asks(self, at: Served, method: str, path: str, body: bytes = b"", /, **headers: str) -> Answer:
        """Send a request and read the answer."""
        line = self.begins(at, method, path, body, **headers)
        answer = line.getresponse()
        found = Answer(answer.status, answer.headers, answer.read())
        line.close()
        for header in answer.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: one.value for name, one in SimpleCookie(header).items()}
        return found

    def reads(self, at: Served, path: str) -> Page:
        """Open a page."""
        return Page(self.asks(at, "GET", path))

    def sends(self, at: Served, sheet: Sheet) -> tuple[str, Page]:
        """Press the button of a form; gives where it leads, and that page."""
        answer = self.asks(at, "POST", sheet.action, filled(sheet), **FORM)
        assert answer.status_code == 302, Page(answer)
        there = urlsplit(answer.headers["Location"]).path
        return there, self.reads(at, there)

    def signs_in(self, at: Served, username: str) -> None:
        """By name and password."""
        sheet = self.reads(at, "/login/").sheet("").put(username=username, password=PASSWORD)
        sheet.action = "/login/"
        self.sends(at, sheet)


TUS, BYTES = {"Tus_Resumable": "1.0.0"}, {"Content_Type": "application/offset+octet-stream"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def filled(sheet: Sheet) -> bytes:
    """A form as a browser sends it."""
    return urlencode(sheet.values, doseq=True).encode()


@dataclass
class Place:
    """What the servers share: a home, a database, a bucket."""

    home: Path
    database: str
    store: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "mingjing.config.settings",
            "MINGJING_HOME": str(self.home),
            "MINGJING_DATABASE": self.database,
            "MINGJING_S3_BUCKET": BUCKET,
            "MINGJING_S3_ENDPOINT": self.store,
            "MINGJING_S3_KEY_ID": fixtures_seaweed.KEY_ID,
            "MINGJING_S3_SECRET": fixtures_seaweed.SECRET,
        }

    def run(self, *arguments: str) -> str:
        """Run Python to its end; gives what it said."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tells(self, sql: str) -> list[Any]:
        """Ask the database, past everything that is tested; gives the first column."""
        with psycopg.connect(self.database, autocommit=True) as line:
            return [row[0] for row in line.execute(sql).fetchall()]

    def kept(self) -> Counter[str]:
        """What lies in the bucket, and how often."""
        found = fixtures_seaweed.client_of(urlsplit(self.store).port or 0).list_object_versions(Bucket=BUCKET)
        return Counter(one["Key"] for one in found.get("Versions", ()))


class Working:
    """A running `mingjing worker`."""

    def __init__(self, place: Place, name: str) -> None:
        self._said = place.home / f"{name}.log"
        with self._said.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mingjing", "worker"],
                env={**os.environ, **place.environment},
                stderr=log,
            )

    def said(self, words: str) -> bool:
        return words in self._said.read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@pytest.fixture
def place(tmp_path: Path, seaweed: str) -> Place:
    """A bureau with its people on a database of its own, and an empty bucket."""
    fixtures_seaweed.client_of(urlsplit(seaweed).port or 0).create_bucket(
        Bucket=BUCKET, ObjectLockEnabledForBucket=True
    )
    address = postgres.address()
    assert address is not None
    name = "several_" + "".join(one if one.isalnum() else "_" for one in tmp_path.parent.name)
    postgres.migrated(name)
    found = Place(tmp_path, urlsplit(address)._replace(path=f"/{name}").geturl(), seaweed)
    found.run("-c", SET_UP)
    return found


@dataclass
class City:
    """What runs: servers A and B, the worker that works, and the one that stands by."""

    a: Served
    b: Served
    works: Working
    waits: Working


@pytest.fixture
def city(place: Place) -> Iterator[City]:
    """Two servers without a worker of their own, and two workers, all started at once."""
    with ExitStack() as stack:
        workers = [Working(place, name) for name in ("one", "two")]
        for one in workers:
            stack.callback(one.end, signal.SIGKILL)
        a, b = (Served(place.home, "--no-worker", "--workers", "1", **place.environment) for _ in range(2))
        for server in (a, b):
            stack.callback(server.stop)
        for server in (a, b):
            server.wait()
        waits = wait(lambda: [one for one in workers if one.said("standing by")], "a worker that waits")
        works = wait(lambda: [one for one in workers if one.said("this worker works")], "one that works")
        assert len(works) == len(waits) == 1
        yield City(a, b, works[0], waits[0])


def health(server: Served) -> dict[str, Any]:
    """How it says that it is."""
    return dict(json.loads(Browser().asks(server, "GET", "/healthz").content))


def sealed(server: Served, more_than: int = 0) -> bool:
    """Whether everything is in the log, under a checkpoint, and more than there was."""
    now = health(server)
    return not now["queued"] and now["checkpoint_size"] == now["log_size"] > more_than


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(BEIJING) - timedelta(minutes=minutes)


def clue(officer: Browser, at: Served, party: str) -> Sheet:
    """The form of a new case, filled in."""
    page, done = officer.reads(at, f"{NEW}?procedure=ordinary"), minutes_ago(3)
    sheet = page.sheet(NEW).fill(
        case_source="inspection",
        clue_received_on=done.date().isoformat(),
        party_kind="organization",
        clue_text="巡查发现人行道堆放建筑材料，现场未见批准手续。",
        matter="涉嫌未经批准擅自占用城市道路",
        place="建设路与湖滨大道交叉口",
        party_name=party,
    )
    return sheet.put(performers=["officer"], done_at=done.strftime("%Y-%m-%dT%H:%M"))


def begun(officer: Browser, at: Served, case: str, film: bytes) -> str:
    """Begin an upload; gives its address."""
    told = {"filename": "现场录像.mp4", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
    pairs = ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in told.items())
    more = {"Upload_Length": str(len(film)), "Upload_Metadata": pairs}
    answer = officer.asks(at, "POST", f"{case}uploads/", **TUS, **more)
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def goes_on(officer: Browser, at: Iterable[Served], upload: str, film: bytes, here: int = 0) -> str:
    """Send the rest of a film, each piece to the next server; gives the digest that it is kept under."""
    for server, start in zip(at, range(here, len(film), PIECE), strict=False):
        piece = film[start : start + PIECE]
        answer = officer.asks(server, "PATCH", upload, piece, **TUS, **BYTES, Upload_Offset=str(start))
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(start + len(piece)))
    return str(json.loads(officer.asks(server, "POST", f"{upload}/result").content)["digest"])


def offset(officer: Browser, at: Served, upload: str) -> int:
    """How far a server says that an upload has come."""
    return int(officer.asks(at, "HEAD", upload, **TUS).headers["Upload-Offset"])


def accepted(officer: Browser, at: Served, case: str, digest: str) -> Sheet:
    """The form of the next act, filled in."""
    sheet = officer.reads(at, f"{case}acts/clue_accepted/").sheet(f"{case}acts/clue_accepted/")
    sheet.fill(clue_finding="经核查，当事人未能提供占用道路的批准文件，有初步证据。", clue_result="file")
    sheet.put(performers=["officer", "officer2"], done_at=minutes_ago(1).strftime("%Y-%m-%dT%H:%M"))
    return sheet.put(evidence=[digest])


def test_an_office_goes_on_whichever_server_or_worker_is_killed(place: Place, city: City) -> None:
    """Two servers are one to the office; the leading worker and a server die: nothing is lost, nothing doubled."""
    a, b, officer = city.a, city.b, Browser()
    films = [MP4 + os.urandom(5 * PIECE), MP4 + os.urandom(5 * PIECE)]
    digests = [hashlib.sha256(film).hexdigest() for film in films]

    # Signed in on A; a case on A, its evidence piece by piece on both, the next act on B; all of it stands on A.
    officer.signs_in(a, "officer")
    case, _ = officer.sends(a, clue(officer, a, "恒远建材有限公司"))
    assert goes_on(officer, cycle([a, b]), begun(officer, a, case, films[0]), films[0]) == digests[0]
    officer.sends(b, accepted(officer, b, case, digests[0]))
    page = officer.reads(a, case)
    assert "线索核查" in page
    assert "现场录像" in page
    assert officer.asks(a, "GET", f"{case}evidence/{digests[0]}/file").content == films[0]
    wait(lambda: sealed(b), "the log sealed by the first worker")

    # The worker that works is killed: what comes after is sealed by the other.
    assert city.works.end(signal.SIGKILL) == -signal.SIGKILL
    before = health(a)["log_size"]
    officer.sends(b, clue(officer, b, "顺达运输有限公司"))
    wait(lambda: sealed(a, more_than=before), "the log sealed by the second worker")
    assert city.waits.said("this worker works")

    # A is killed with half a piece of a film on its way, and with a case recorded of which nobody has been told.
    upload = begun(officer, a, case, films[1])
    part = officer.begins(
        a, "PATCH", upload, films[1][:PIECE], **TUS, **BYTES, Upload_Offset="0", Content_Length=str(2 * PIECE)
    )
    wait(lambda: offset(officer, b, upload), "the first bytes")
    third = clue(officer, a, "宏图装饰有限公司")
    untold = officer.begins(a, "POST", third.action, filled(third), **FORM)
    wait(lambda: len(place.tells("SELECT id FROM cases_case")) == 3, "the third case")
    a.kill()
    part.close()
    untold.close()
    with pytest.raises(ConnectionError):
        officer.reads(a, "/")

    # Everything goes on at B: the film from where it was, and the same form sent again records nothing twice.
    here = offset(officer, b, upload)
    assert 0 < here <= PIECE
    assert goes_on(officer, cycle([b]), upload, films[1], here) == digests[1]
    _, page = officer.sends(b, third)
    assert "宏图装饰有限公司" in page
    wait(lambda: sealed(b), "the log sealed")
    assert city.waits.end(signal.SIGTERM) == 0

    kinds = place.tells("SELECT kind FROM cases_act ORDER BY id")
    assert kinds == ["clue_registered", "clue_accepted", "clue_registered", "clue_registered"]
    assert sorted(place.tells("SELECT digest FROM evidence_evidenceitem")) == sorted(digests)
    papers = place.tells("SELECT digest FROM documents_issueddocument")
    assert place.kept() == {f"evidence/{one[:2]}/{one[2:4]}/{one}": 1 for one in [*digests, *papers]}
    assert not list((place.home / "evidence").glob("??/??/*"))
    assert not list((place.home / "evidence" / "uploads").glob("*.part"))
    assert "没有发现问题" in place.run("-m", "mingjing", "verify", "database")
