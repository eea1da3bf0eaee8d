"""The demo's old tables: one is in with its report of rows, one has been tried and waits; a second start adds none."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mingjing.cli.demo.bureau import make_bureau
from mingjing.cli.demo.migrating import move_in
from mingjing.exchange.migration import selectors
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import person

pytestmark = pytest.mark.django_db


def test_one_table_is_in_and_one_waits(tmp_path: Path, settings: Any) -> None:
    """Four penalties in, three rows refused, the total skipped; of four licences one contradicts itself."""
    settings.MINGJING_HOME = tmp_path
    make_bureau(legal_day(timezone.now()))
    move_in()
    move_in()
    waiting, done = selectors.migrations_seen_by(person("clerk"))
    assert [(one.sort, one.state) for one in (waiting, done)] == [("permits", "checked"), ("cases", "done")]
    told = selectors.counts(done)
    assert (told["done"], told["refused"], told["skipped"]) == (4, 3, 1)
    assert {fault["wrong"] for row in selectors.report(done, "refused") for fault in row.faults} >= {
        "没有填“处罚依据”",
        "与第 3 行重复",
    }
    assert selectors.counts(waiting) | {"ready": 3, "refused": 1} == selectors.counts(waiting)
