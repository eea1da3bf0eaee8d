"""A request that writes is done once, however often it is sent: replayed, refused for other content, one of twins."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.db import IntegrityError, connection
from django.utils import timezone

from mingjing.cases.models import Act
from mingjing.clients import repeats, services
from mingjing.clients.models import KeptAnswer
from tests.api.test_story import body
from tests.cast import make_cast
from tests.stories import step, told

if TYPE_CHECKING:
    from tests.api.conftest import Make, Program
    from tests.cast import Cast

KEY = "order-2026-0001"


@pytest.fixture
def sending(cast: "Cast", program: "Make") -> "tuple[Program, str, dict[str, Any]]":
    """A program, an address and a body that records an act."""
    tale, case = told(cast, until="clue_registered")
    return program(cast.officer), f"/cases/{case.code}/acts", body(tale, step(tale, "clue_accepted"), case)


def test_the_same_request_gets_the_same_answer(sending: Any) -> None:
    """Proves that a request sent again is answered byte for byte the same and records nothing more."""
    caller, path, sent = sending
    first, acts = caller.post(path, sent, key=KEY), Act.objects.count()
    again = caller.post(path, sent, key=KEY)
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Act.objects.count() == acts


def test_a_refusal_is_replayed_too(sending: Any) -> None:
    """Proves that a refused act sent again under its key is told the same; a new key has it judged anew."""
    caller, path, sent = sending
    bad = {**sent, "facts": {}}
    first = caller.post(path, bad, key=KEY)
    assert first.status_code == 422
    assert caller.post(path, bad, key=KEY).content == first.content
    assert caller.post(path, sent, key="another-key").status_code == 201


def test_a_key_is_for_one_request(sending: Any) -> None:
    """Proves that other content under the same key is refused and not done."""
    caller, path, sent = sending
    caller.post(path, sent, key=KEY)
    other = caller.post(path, {**sent, "performers": ["officer2"]}, key=KEY)
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/docs#problem-key-reused")


@pytest.mark.parametrize("key", [None, "short", "with blanks in it", "x" * 65])
def test_without_a_key_nothing_is_written(sending: Any, key: str | None) -> None:
    """Proves that a writing request needs a key of the right shape; its twin with one is done."""
    caller, path, sent = sending
    refused = caller.post(path, sent, key=key)
    assert (refused.status_code, refused.json()["type"]) == (400, "/api/v1/docs#problem-key-missing")
    assert caller.post(path, sent, key=KEY).status_code == 201


def test_of_twins_one_waits(sending: Any) -> None:
    """Proves that while a request is at work its twin is told to come again, and that a dead one is taken over."""
    caller, path, sent = sending
    caller.post(path, sent, key=KEY)
    # As the database stands while the first is at work: the key is taken and there is no answer yet.
    KeptAnswer.objects.update(status=None, begun_at=timezone.now())
    twin = caller.post(path, sent, key=KEY)
    assert (twin.status_code, twin.json()["type"]) == (409, "/api/v1/docs#problem-at-work")
    assert twin["Retry-After"]
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(minutes=3))
    acts = Act.objects.count()
    # The first had written its act before it died: the act's own token gives it back.
    assert caller.post(path, sent, key=KEY).status_code == 201
    assert Act.objects.count() == acts


def test_of_twins_the_one_that_meets_a_key_just_let_go_of_waits_too(cast: "Cast", program: "Make") -> None:
    """Proves that where the first fails between the other's try for the key and its look, the other comes again."""
    client, now = program(cast.officer).client, timezone.now()
    assert repeats.begin(client, KEY, "request", now) is None

    def fails_then(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        except IntegrityError:
            failed.append(sql)
            raise
        finally:
            if failed and "SAVEPOINT" in sql:
                failed.clear()
                repeats.forget(client, KEY)

    failed: list[str] = []
    with connection.execute_wrapper(fails_then), pytest.raises(repeats.AtWork):
        repeats.begin(client, KEY, "request", now)
    assert repeats.begin(client, KEY, "request", now) is None


def test_after_its_hours_a_key_is_free_but_the_act_is_not_doubled(sending: Any) -> None:
    """Proves that kept answers go after their time, and that the same act under the same key still is one act."""
    caller, path, sent = sending
    first = caller.post(path, sent, key=KEY).json()
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    again = caller.post(path, sent, key=KEY)
    assert (again.status_code, again.json()["code"]) == (201, first["code"])
    assert KeptAnswer.objects.count() == 1


def test_keys_of_two_clients_are_two(cast: "Cast", program: "Make", sending: Any) -> None:
    """Proves that nobody gets the answer to somebody else's request by guessing its key."""
    caller, path, sent = sending
    assert caller.post(path, sent, key=KEY).status_code == 201
    other = program(cast.officer2).post(path, sent, key=KEY)
    assert "Idempotency-Replayed" not in other


def test_of_many_twins_at_the_same_moment_one_records(live_server: Any) -> None:
    """Proves on a real server that eight requests with one key at once record one act; each is told so or to wait."""
    cast = make_cast()
    tale, case = told(cast, until="clue_registered")
    sent = json.dumps(body(tale, step(tale, "clue_accepted"), case))
    now = timezone.now()
    _client, token = services.issue_token(
        person=cast.officer, title="并发", scopes=["act.clue"], expires_at=now + timedelta(days=1), at=now
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": KEY}
    where, begin = f"{live_server.url}/api/v1/cases/{case.code}/acts", threading.Barrier(8)

    def send(_number: int) -> int:
        begin.wait()
        return requests.post(where, sent, headers=headers, timeout=120).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(8)))
    assert 201 in statuses
    assert set(statuses) <= {201, 409}
    assert Act.objects.filter(case=case).count() == 2
