"""Every operation answers as the document says, whatever is sent to it: schemathesis asks, the document judges."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.config import (
    CoveragePhaseConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mingjing.api.schemas import NAME, Given, Told
from mingjing.clients import services
from mingjing.clients.scopes import scopes_of
from mingjing.config.wsgi import application
from tests.cast import make_cast, make_person
from tests.stories import told

# All that one person can be at once, and beside it the administrators: what is asked is answered and not only refused.
CALLERS = {
    "everybody": "officer reviewer head clerk publicity supervisor",
    "keeper": "admin",
    "guard": "security",
}
LIKE_A_CODE = re.compile(NAME)

pytestmark = pytest.mark.django_db
# A few calls of each operation in the check; `make drill` asks for many, and for every boundary of every schema.
EXAMPLES = int(os.environ.get("MINGJING_TEST_API_EXAMPLES", "0"))
CONFIG = SchemathesisConfig(
    projects=ProjectsConfig(
        default=ProjectConfig(phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=EXAMPLES > 0)))
    )
)
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[dict[str, str], str]]:
    """A token for every scope there is and the code of a case, once for all calls: what they write is taken back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the connection of the test stays open between calls
    with django_db_blocker.unblock(), transaction.atomic():
        cast, now = make_cast(), timezone.now()
        _tale, case = told(cast, until="filing_approved")
        tokens: dict[str, str] = {}
        for username, roles in CALLERS.items():
            person = make_person(username, "全", roles)
            _client, token = services.issue_token(
                person=person,
                title="契约测试",
                scopes=scopes_of(person),
                expires_at=now + timedelta(days=1),
                networks=["127.0.0.0/8"],
                at=now,
            )
            tokens = dict.fromkeys(scopes_of(person), token) | tokens
        yield tokens, case.code
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=EXAMPLES or 2, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_operation_answers_as_the_document_says(
    case: Any, callers: tuple[dict[str, str], str], settings: Any
) -> None:
    """Proves that no call gives a 5xx or an answer that the document does not name, in shape, status or type."""
    tokens, stored = callers
    ways = case.operation.definition.raw.get("security", ())
    scopes = [scope for way in ways for scope in way.get("clientCredentials", ())]
    token = tokens[scopes[0] if scopes else "case.list"]
    settings.MINGJING_API_PER_MINUTE = 1_000_000
    if LIKE_A_CODE.fullmatch(case.path_parameters.get("code", "")):
        case.path_parameters["code"] = stored
    # What the form of a request allows the law may still refuse.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"}, excluded_checks=[positive_data_acceptance]
    )


def shapes(base: type) -> Iterator[type]:
    """Every shape of the rooms."""
    for one in base.__subclasses__():
        yield one
        yield from shapes(one)


def test_no_two_shapes_have_one_name() -> None:
    """Proves that none hides another in the document, where shapes are known by their names alone."""
    times = Counter(one.__name__ for base in (Given, Told) for one in set(shapes(base)))
    assert [name for name, number in times.items() if number > 1] == []
