"""Where the database takes no writing the API still reads, and says of what writes that it cannot now."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client as Http
from django.utils import timezone

from mingjing.cases.models import Case
from mingjing.clients import services
from mingjing.clients.scopes import scopes_of
from tests.api.conftest import Program

if TYPE_CHECKING:
    from tests.cast import Cast

OPENING = {
    "procedure": "ordinary",
    "kind": "clue_registered",
    "done_at": "2026-03-02T09:10:00+08:00",
    "facts": {
        "case_source": "inspection",
        "clue_received_on": "2026-03-02",
        "clue_text": "巡查发现堆放建筑材料。",
        "matter": "涉嫌占用城市道路",
        "place": "建设路",
        "party_kind": "organization",
        "party_name": "恒远建材有限公司",
    },
}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_only_be_read_is_read(cast: "Cast") -> None:
    """Proves that lists are answered, that an act gets a 503 problem with when to come again, and goes in later."""
    now = timezone.now()
    _client, token = services.issue_token(
        person=cast.officer,
        title="只读",
        scopes=scopes_of(cast.officer),
        expires_at=now + timedelta(days=1),
        at=now,
    )
    caller = Program(token, http=Http(raise_request_exception=False))
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if on_sqlite else "SET default_transaction_read_only = on")
        try:
            assert caller.get("/cases").json()["items"] == []
            refused = caller.post("/cases", OPENING, key="the-same-key")
            assert (refused.status_code, refused.json()["type"]) == (503, "/api/v1/docs#problem-unavailable")
            assert refused["Retry-After"]
        finally:
            cursor.execute(
                "PRAGMA query_only = OFF" if on_sqlite else "SET default_transaction_read_only = off"
            )
    assert not Case.objects.exists()
    assert caller.post("/cases", OPENING, key="the-same-key").status_code == 201
