"""The cast as a fixture, registered for every test by `conftest.py`."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.cast import make_cast

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def cast(db: Any) -> "Cast":
    """A county bureau and its people, as `tests/cast.py` names them."""
    return make_cast()
