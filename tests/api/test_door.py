"""Who is let in: a good token within its scopes, of somebody who may; every refusal has a twin that is let in."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.clients.models import Client
from mingjing.personnel import services as personnel
from tests.stories import told

if TYPE_CHECKING:
    from tests.api.conftest import Make, Program
    from tests.cast import Cast


def kind_of(answer: Any) -> str:
    """The kind of problem that an answer is."""
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("/api/v1/docs#problem-")


def test_a_good_token_is_let_in_and_told_what_it_may(cast: "Cast", program: "Make") -> None:
    """Proves that the caller learns its client, its person and its scopes."""
    told_me = program(cast.officer, "case.list", "case.view").get("/me").json()
    assert told_me["person"]["username"] == "officer"
    assert told_me["scopes"] == ["case.list", "case.view"]


@pytest.mark.parametrize("shown", ["", "Bearer", "Basic b2ZmaWNlcg==", "Bearer mjp_wrong", "Bearer a.b.c"])
def test_without_a_good_token_nobody_is_let_in(cast: "Cast", program: "Make", shown: str) -> None:
    """Proves that no token, a wrong one and another scheme all answer 401 and say how to be let in."""
    answer = program(cast.officer).http.get("/api/v1/me", headers={"Authorization": shown} if shown else {})
    assert answer.status_code == 401
    assert kind_of(answer) == "not-let-in"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_that_was_not_given_opens_nothing(cast: "Cast", program: "Make") -> None:
    """Proves that a token for lists reads no case, though its person may; its twin with the scope does."""
    _tale, case = told(cast, until="clue_registered")
    refused = program(cast.officer, "case.list").get(f"/cases/{case.code}")
    assert (refused.status_code, kind_of(refused)) == (403, "scope-missing")
    assert program(cast.officer, "case.view").get(f"/cases/{case.code}").status_code == 200


def test_a_right_that_is_taken_from_the_person_is_taken_from_the_token(cast: "Cast", program: "Make") -> None:
    """Proves that scopes are held against the person's roles at the moment of the call."""
    caller = program(cast.officer)
    assert caller.get("/cases").status_code == 200
    personnel.set_roles(username="officer", roles=["audit"], by="security")
    assert caller.get("/cases").status_code == 403
    assert "case.list" not in caller.get("/me").json()["scopes"]


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"accepted_at": None},
        {"networks": ["10.0.0.0/8"]},
    ],
    ids=["revoked", "expired", "not accepted", "from elsewhere"],
)
def test_a_client_that_is_shut_out_is_shut_out_at_once(
    cast: "Cast", program: "Make", change: dict[str, Any]
) -> None:
    """Proves that the register is asked at every call; the same token was good a moment before."""
    caller = program(cast.officer)
    assert caller.get("/me").status_code == 200
    Client.objects.filter(pk=caller.client.pk).update(**change)
    assert caller.get("/me").status_code == 401


def test_whoever_leaves_or_moves_takes_no_token_along(cast: "Cast", program: "Make") -> None:
    """Proves that a token of somebody who has left, or whose agency is another now, opens nothing."""
    stays, leaves, moves = program(cast.head), program(cast.officer), program(cast.officer2)
    personnel.set_active(username="officer", active=False, by="admin")
    type(cast.officer2).objects.filter(pk=cast.officer2.pk).update(agency=cast.elsewhere)
    assert [one.get("/me").status_code for one in (stays, leaves, moves)] == [200, 401, 401]


def test_one_call_too_many_waits(cast: "Cast", program: "Make", settings: Any) -> None:
    """Proves that the limit is counted and said, that the call beyond it waits, and that others are not held up."""
    settings.MINGJING_API_PER_MINUTE = 2
    busy, other = program(cast.officer), program(cast.officer2)
    answers = [busy.get("/me") for _ in range(3)]
    while (
        len({one["RateLimit-Reset"] for one in answers}) > 3
    ):  # pragma: no cover - a minute began in between
        answers = [busy.get("/me") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert other.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("language", "title"), [("", "没有这个资源"), ("zh-CN", "没有这个资源"), ("en", "No such resource")]
)
def test_errors_speak_the_language_that_is_asked_for(
    cast: "Cast", program: "Make", language: str, title: str
) -> None:
    """Proves that a problem is told in Chinese unless English is asked for."""
    caller: Program = program(cast.officer)
    caller.language = language
    assert caller.get("/cases/000000000000000000000000").json()["title"] == title


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/cases/%00%00%00%00%00%00%00%00", 404), ("/cases?limit=0", 422)]
)
def test_every_error_is_a_problem(cast: "Cast", program: "Make", path: str, status: int) -> None:
    """Proves that an address that is none, and a value that is none, answer as problems with their status."""
    answer = program(cast.officer).get(path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.json()["instance"].startswith("/api/v1/")


BODIES: list[tuple[dict[str, Any], str]] = [
    ({"data": "{", "content_type": "application/json"}, "bad-request"),
    ({"data": "[" * 100_000, "content_type": "application/json"}, "bad-request"),
    ({"data": "<a/>", "content_type": "text/xml"}, "media"),
    ({"data": "{}", "content_type": "application/json"}, "invalid"),
    ({"data": b'{"kind":"a\\u0000b"}', "content_type": "application/json"}, "invalid"),
    ({"data": b'{"facts":{"a":"\\ud800"}}', "content_type": "application/json"}, "invalid"),
    ({"data": b'{"facts":{"a":NaN}}', "content_type": "application/json"}, "invalid"),
    ({"data": "x" * 3_000_000, "content_type": "application/json"}, "too-large"),
    ({"data": "{}", "content_type": "application/json", "CONTENT_LENGTH": "99999999"}, "too-large"),
]


def test_a_body_that_is_none_is_a_problem_and_no_error(cast: "Cast", program: "Make") -> None:
    """Proves that broken, foreign, too large and unstorable bodies each have their problem."""
    caller = program(cast.officer)
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "a-key-for-it"}
    for sent, kind in BODIES:
        assert kind_of(caller.http.post("/api/v1/cases", headers=headers, **sent)) == kind, sent


def test_a_method_that_is_none_says_which_are(cast: "Cast", program: "Make") -> None:
    """Proves that 405 is a problem too and names the methods."""
    answer = program(cast.officer).delete("/cases")
    assert (answer.status_code, kind_of(answer)) == (405, "method")
    assert set(answer["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
