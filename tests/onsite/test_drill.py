"""Fault drill over real sockets: 200 records from four phones, lines cut, answers lost, the server failing midway."""

import hashlib
import http.client
import json
import random
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from mingjing.cases.models import Act, Case
from mingjing.evidence.models import EvidenceItem
from mingjing.onsite import services
from mingjing.onsite.models import OnSiteRecord
from tests.onsite.phone import ON_THE_SPOT, Phone, inspected, photo, signature
from tests.stories import told

RECORDS, PHONES = 200, 4
CUT, LOST, DOUBLED, RELOADED, FAILING = 0.10, 0.12, 0.08, 0.10, 0.12


@dataclass
class Written:
    """One record as it lies on a phone."""

    mark: str
    text: str
    case: str
    once: str = field(default_factory=lambda: secrets.token_hex(16))
    shot: bytes = b""
    signed: bytes = b""
    sent: set[str] = field(default_factory=set)
    taken: bool = False


class Line:
    """A phone's line to the server, which breaks as `luck` has it."""

    def __init__(self, base: str, username: str, luck: random.Random) -> None:
        self.host = urlsplit(base).netloc
        self.luck = luck
        session = Phone(username).client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = {settings.SESSION_COOKIE_NAME: session}
        self.token = str(self._ask("GET", "/session/", b"", {})[1]["token"])

    def send(self, path: str, body: bytes, kind: str) -> tuple[int, dict[str, Any]] | None:
        """Give status and answer; None where the line broke, before, within or after the request."""
        chance = self.luck.random()
        if chance < CUT:
            self._half(path, body, kind)
            return None
        if chance < CUT + DOUBLED:
            twin = threading.Thread(target=self._post, args=(path, body, kind))
            twin.start()
            answer = self._post(path, body, kind)
            twin.join()
            return answer
        answer = self._post(path, body, kind)
        return None if chance < CUT + DOUBLED + LOST else answer

    def _post(self, path: str, body: bytes, kind: str) -> tuple[int, dict[str, Any]]:
        return self._ask("POST", path, body, {"Content-Type": kind, "X-CSRFToken": self.token})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "X-Requested-With": "fetch", **more}

    def _ask(self, method: str, path: str, body: bytes, more: dict[str, str]) -> tuple[int, dict[str, Any]]:
        line = http.client.HTTPConnection(self.host, timeout=60)
        try:
            line.request(method, path, body, self._headers(more))
            answer = line.getresponse()
            for name, value in answer.getheaders():
                if name == "Set-Cookie" and value.startswith(settings.CSRF_COOKIE_NAME):
                    self.cookies[settings.CSRF_COOKIE_NAME] = value.split(";")[0].partition("=")[2]
            text = answer.read()
            return answer.status, json.loads(text) if text.startswith(b"{") else {}
        finally:
            line.close()

    def _half(self, path: str, body: bytes, kind: str) -> None:
        """Announce the whole, send half, hang up."""
        line = http.client.HTTPConnection(self.host, timeout=60)
        line.putrequest("POST", path)
        sent = {"Content-Type": kind, "X-CSRFToken": self.token, "Content-Length": str(len(body))}
        for name, value in self._headers(sent).items():
            line.putheader(name, value)
        line.endheaders()
        line.send(body[: len(body) // 2])
        line.close()


def form(fields: dict[str, str], name: str, data: bytes) -> tuple[bytes, str]:
    """A form with one file, as a browser sends it."""
    edge = secrets.token_hex(12)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return b"".join(
        parts
    ) + head + data + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def sha(data: bytes) -> str:
    """The digest that a phone names a picture by."""
    return hashlib.sha256(data).hexdigest()


def work(line: Line, records: list[Written], problems: list[str]) -> None:
    """Synchronise as the page does: in order, each until the server has said what became of it."""
    tries = 0
    for record in records:
        while not record.taken:
            tries += 1
            if tries > 60 * len(records):
                problems.append(f"{record.mark}: never taken")
                return
            if line.luck.random() < RELOADED:
                record.sent.clear()  # the page was reloaded before it had noted what was sent
            if not sent_pictures(line, record, problems):
                continue
            body = {"once": record.once, "text": record.text, "photos": [sha(record.shot)], "late_reason": ""}
            body["signatures"] = [sha(record.signed)] if record.signed else []
            answer = line.send("/field/records", json.dumps(body).encode(), "application/json")
            if answer is None or answer[0] >= 500:
                continue
            if answer[0] != 200:
                problems.append(f"{record.mark}: {answer}")
                return
            record.taken = True


def sent_pictures(line: Line, record: Written, problems: list[str]) -> bool:
    """Send what the server is not known to have; False where the line broke."""
    for name, data in (("现场.jpg", record.shot), ("签名.png", record.signed)):
        if not data or name in record.sent:
            continue
        flag = "1" if name.endswith("png") else ""
        told = {
            "once": record.once,
            "case": record.case,
            "digest": sha(data),
            "signature": flag,
            "title": name,
        }
        answer = line.send("/field/pictures", *form(told, name, data))
        if answer is None or answer[0] >= 500:
            return False
        if answer[0] != 200:
            problems.append(f"{record.mark}: {answer}")
        record.sent.add(name)
    return True


def written(phone: Phone, number: int, case: Case | None) -> Written:
    """Record `number`: an inspection in a case, or a summary penalty that opens one; every third is signed."""
    mark = f"第{number:03d}号现场情况"
    if case is None:
        facts = {**ON_THE_SPOT, "violation_facts": mark}
        text = phone.text(
            "on_the_spot_decided", facts, procedure="summary", performers=[phone.username, "officer2"]
        )
    else:
        facts = inspected(inspection_finding=mark)
        text = phone.text(
            "inspection_recorded", facts, case=case.code, performers=[phone.username, "officer2"]
        )
    signed = signature(text) if number % 3 == 0 else b""
    return Written(mark, text, case.code if case else "", shot=photo(mark), signed=signed)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[random.Random]:
    """A server that fails at random after the act is written and before it is committed, as one that is killed."""
    luck, keep, guard = random.Random(7), services._keep, threading.Lock()

    def broken(*args: Any) -> None:
        keep(*args)
        with guard:
            fails = luck.random() < FAILING
        if fails:
            raise OperationalError("killed between the act and its commit")

    monkeypatch.setattr(services, "_keep", broken)
    return luck


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_two_hundred_records_arrive_once_each_over_a_bad_line(
    transactional_db: Any, cast: Any, live_server: Any, failing: random.Random
) -> None:
    """Nothing lost, nothing doubled, the order of each phone kept in each case, every photo and signature in place."""
    cases = [told(cast, until="inspection_recorded", mark=mark)[1] for mark in "abcd"]
    before = (Act.objects.count(), Case.objects.count(), EvidenceItem.objects.count())
    phone = Phone("officer")
    queues = [
        [
            written(phone, RECORDS // PHONES * which + number, case if number % 5 else None)
            for number in range(RECORDS // PHONES)
        ]
        for which, case in enumerate(cases)
    ]
    problems: list[str] = []
    lines = [Line(live_server.url, "officer", random.Random(number)) for number in range(PHONES)]
    workers = [
        threading.Thread(target=work, args=(line, queue, problems))
        for line, queue in zip(lines, queues, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    connection.close()

    assert problems == []
    records = [record for queue in queues for record in queue]
    marks = {record.mark: record for record in records}
    said = [
        (act, act.facts.get("inspection_finding") or act.facts.get("violation_facts"))
        for act in Act.objects.order_by("pk")
    ]
    arrived = [(act, mark) for act, mark in said if mark in marks]
    assert sorted(mark for _, mark in arrived) == sorted(marks)
    for act, mark in arrived:
        assert [one["digest"] for one in act.evidence] == [sha(marks[mark].shot)], mark
    for case in cases:
        in_case = [mark for act, mark in arrived if act.case_id == case.pk]
        assert in_case == sorted(in_case)
    openings = sum(not record.case for record in records)
    pictures = RECORDS + sum(bool(record.signed) for record in records)
    assert OnSiteRecord.objects.count() == RECORDS
    after = (Act.objects.count(), Case.objects.count(), EvidenceItem.objects.count())
    assert after == (before[0] + RECORDS, before[1] + openings, before[2] + pictures)
