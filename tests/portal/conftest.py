"""What the portal's tests read: publications and registers as the services make them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.publicity.models import Publication
from mingjing.publicity.services import confirm, prepare
from tests.publicity.conftest import AT, FACTS, decided

if TYPE_CHECKING:
    from tests.cast import Cast

__all__ = ["decided"]


@pytest.fixture
def published(cast: "Cast", decided: Callable[..., Any]) -> Publication:
    """One decision, published by two people."""
    prepared = prepare(case=decided(), by=cast.publicity, facts=FACTS, at=AT)
    return confirm(preparation=prepared, by=cast.publicity2, at=AT)
