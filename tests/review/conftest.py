"""A second reviewer: who has hosted the hearing of a case does not also review it."""

from typing import TYPE_CHECKING

import pytest

from tests.cast import make_person

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from tests.cast import Cast


@pytest.fixture(autouse=True)
def reviewer2(cast: "Cast") -> "Person":
    """The reviewer who gives the opinions."""
    return make_person("reviewer2", "子", "reviewer", legal_qualification_no="A20154104810002")
