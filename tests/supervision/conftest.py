"""A bureau with files in every state: a lawful one, one left lying, and one that breaks the law."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mingjing.cases.services import record_act
from tests.stories import step, told

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast


@pytest.fixture
def lying(cast: "Cast") -> "Case":
    """A clue that nobody has looked into: its limit ran out long ago."""
    return told(cast, until="clue_registered", mark="lying", party_name="无人过问公司")[1]


@pytest.fixture
def broken(cast: "Cast") -> "Case":
    """A file in which one officer with a lapsed certificate inspected alone."""
    tale, case = told(cast, until="filing_approved", mark="broken", party_name="违法案卷公司")
    deed = replace(
        tale.deed(step(tale, "inspection_recorded"), case),
        performers=["lapsed"],
        by=cast.lapsed,
        imported=True,
    )
    return record_act(case=case, deed=deed, once="broken-inspection").case


@pytest.fixture
def lawful(cast: "Cast") -> "Case":
    """A file in which nothing is wrong, told to the end."""
    return told(cast, mark="lawful")[1]
