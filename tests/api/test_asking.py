"""How every operation is asked: HEAD like GET, no parameter that it has not, and what is recorded names the client."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Http

from mingjing.api.whole import document
from mingjing.clients.models import RecordedAct
from mingjing.clients.recorded import recorded_in
from tests.api.test_story import body
from tests.stories import step, told

if TYPE_CHECKING:
    from tests.api.conftest import Make, Program
    from tests.cast import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


def head(caller: "Program", path: str, **headers: str) -> Any:
    """Ask for the head of something."""
    return caller.http.head(f"/api/v1{path}", headers={"Authorization": f"Bearer {caller.token}", **headers})


def test_head_is_answered_as_get_without_the_body(cast: "Cast", program: "Make") -> None:
    """Proves that whatever can be read can be asked for its headers, tag and length the same, and no byte of it."""
    _tale, case = told(cast, until="clue_registered")
    caller, act = program(cast.officer), case.acts.get()
    for path in (
        "/me",
        "/cases",
        f"/cases/{case.code}",
        f"/cases/{case.code}/acts/{act.code}/document.pdf",
        "/law/rules",
    ):
        whole, asked = caller.get(path), head(caller, path)
        assert (whole.status_code, asked.status_code) == (200, 200), path
        assert (asked["ETag"], asked["Content-Type"]) == (whole["ETag"], whole["Content-Type"]), path
        assert (asked["Content-Length"], asked.content) == (str(len(whole.content)), b""), path
    assert head(caller, "/cases", **{"If-None-Match": caller.get("/cases")["ETag"]}).status_code == 304
    lost = head(caller, "/cases/000000000000000000000000")
    assert (lost.status_code, lost.content) == (404, b"")
    assert head(caller, "/cases/judgements").status_code == 404


def test_every_operation_that_reads_answers_head() -> None:
    """Proves that no GET was left out, and that what only writes has no HEAD."""
    for path, methods in document()["paths"].items():
        if path == "/api/v1/token":
            continue
        allowed = Http().options(re.sub(r"{\w+}", "00000000", path))["Allow"].split(", ")
        assert set(allowed) == {one.upper() for one in methods} | ({"HEAD"} if "get" in methods else set()), (
            path
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-CN", "这个操作没有查询参数“stat”。可用的查询参数：cursor, limit, q, role。"),
        ("en", "This operation has no query parameter “stat”. It has: cursor, limit, q, role."),
    ],
)
def test_a_parameter_that_there_is_not_is_refused_by_its_name(
    cast: "Cast", program: "Make", language: str, said: str
) -> None:
    """Proves that a misspelt filter gives a problem with the names that there are, and never the unfiltered list."""
    caller = program(cast.officer)
    caller.language = language
    refused = caller.get("/people", {"limit": 3, "stat": "1"})
    assert refused.status_code == 422
    (one,) = refused.json()["errors"]
    assert (one["parameter"], one["code"], one["detail"]) == ("stat", "unknown_parameter", said)
    assert caller.get("/people", {"limit": 3}).status_code == 200


def test_no_operation_passes_over_a_parameter(cast: "Cast", program: "Make") -> None:
    """Proves that reading, writing and asking alike refuse what they do not know, and that nothing was done."""
    tale, case = told(cast, until="clue_registered")
    caller, sent = program(cast.officer), body(tale, step(tale, "clue_accepted"), case)
    for path in ("/me?x=1", f"/cases/{case.code}?x=1", "/log?x=1", "/law/rules?x="):
        assert caller.get(path).status_code == 422, path
    for path in (f"/cases/{case.code}/acts", f"/cases/{case.code}/judgements"):
        refused = caller.post(f"{path}?dry_run=1", sent)
        assert [one["parameter"] for one in refused.json()["errors"]] == ["dry_run"], path
    assert case.acts.count() == 1
    assert caller.post(f"/cases/{case.code}/acts", sent).status_code == 201


def test_what_a_client_records_names_it_and_what_a_person_records_does_not(
    cast: "Cast", program: "Make", client: "Http"
) -> None:
    """Proves that the API and the page of a case tell which client recorded an act, that it is written once for good,
    and that the log entry is as it would be without."""
    tale, case = told(cast, until="clue_registered")  # by a person
    caller, sent = program(cast.officer), body(tale, step(tale, "clue_accepted"), case)
    made = caller.post(f"/cases/{case.code}/acts", sent, key="the-same-key").json()
    assert made["client"] == {"code": caller.client and caller.client.code, "title": "测试程序"}
    assert caller.post(f"/cases/{case.code}/acts", sent, key="the-same-key").json() == made
    assert [one["client"] for one in caller.get(f"/cases/{case.code}").json()["acts"]] == [
        None,
        made["client"],
    ]
    assert set(recorded_in(case.code)) == {made["code"]}
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(f"/cases/{case.code}/").content.decode()
    assert page.count("经接口客户端“测试程序”") == 1
    rows = RecordedAct.objects.all()
    for change in (lambda: rows.update(case_code="other"), rows.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    refused = caller.post(f"/cases/{case.code}/acts", sent)  # nothing recorded, nothing noted
    assert refused.status_code == 422
    assert RecordedAct.objects.count() == 1
