"""A migration under kill -9: killed before any of many statements it goes on where it was; nothing lost or doubled."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from mingjing.cases import importing
from mingjing.cases.selectors import acts_of, cases_seen_by
from mingjing.exchange.migration import judging, running, selectors, services
from mingjing.exchange.migration.running import Mover
from tests.cast import Cast
from tests.exchange.sheets import row, write_csv
from tests.exchange.test_migration_halving import failing_at

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 12


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.MINGJING_HOME = tmp_path / "home"
    for name in ("STAGED", "TRIED", "WRITTEN"):
        monkeypatch.setattr(running, name, 5)
    yield
    _part()


def _part() -> None:
    """Leave no connection to a child: each opens its own."""
    for one in connections.all():
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()


def _killed(code: str, number: int) -> bool:
    """Work on a migration in a child that is killed before its n-th statement; say whether it was."""
    _part()
    child = os.fork()
    if child == 0:
        _work_until(code, number)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed for another reason"
    return os.WIFSIGNALED(status)


def _work_until(code: str, number: int) -> None:
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count):
            Mover().finish(code)
        os._exit(0)
    finally:
        os._exit(1)


def _finished_in_spite(code: str, *, first: int, growth: int) -> int:
    """Let one worker after the other be killed, each a little later, until one comes through; give how many died."""
    deaths = 0
    while _killed(code, first + deaths * growth):
        deaths += 1
        assert deaths < 60
    return deaths


def test_rows_judged_by_other_processes_come_in_once_though_those_are_killed(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first slices are judged elsewhere; when that process is gone the rest is judged here."""
    for name, value in (("LEAST", 2), ("CHILDREN", 1)):
        monkeypatch.setattr(judging, name, value)
    made = _confirmed(cast, tmp_path)
    mover = Mover()
    with monkeypatch.context() as patched:
        patched.setattr(judging, "_here", _nothing_here)
        assert mover.step(made.code)
    assert selectors.counts(made)["done"] == 5
    (child,) = mover._ahead._children
    os.kill(child._process.pid or 0, signal.SIGKILL)
    mover.finish(made.code)
    numbers = [case.decision_no for case in cases_seen_by(cast.clerk)]
    assert len(numbers) == len(set(numbers)) == ROWS


def _nothing_here(*_: Any) -> Any:
    pytest.fail("judged in this process")


def test_killed_again_and_again_every_row_becomes_one_case(cast: Cast, tmp_path: Path) -> None:
    """Staging, trial and run, each killed at many places: twelve rows, twelve cases with both their acts."""
    rows = [row(行政处罚决定书文号=f"舞城管罚决〔2026〕{n}号") for n in range(21, 21 + ROWS)]
    path = write_csv(tmp_path / "旧案.csv", rows)
    made = services.begin(
        path=path, name=path.name, sort="cases", agency=cast.bureau, by=cast.clerk, at=timezone.now()
    )
    services.settle_columns(migration=made, columns={}, by=cast.clerk, at=timezone.now())
    assert _finished_in_spite(made.code, first=2, growth=3) > 3
    assert selectors.counts(made)["ready"] == ROWS
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    assert _finished_in_spite(made.code, first=5, growth=4) > 3
    assert selectors.counts(made)["done"] == ROWS
    cases = list(cases_seen_by(cast.clerk))
    assert sorted(case.decision_no for case in cases) == [
        f"舞城管罚决〔2026〕{n}号" for n in range(21, 21 + ROWS)
    ]
    assert {tuple(act.kind for act in acts_of(case)) for case in cases} == {
        ("penalty_decided", "decision_published")
    }


def test_killed_again_and_again_while_a_row_fails_only_that_one_is_missing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slice in the middle is halved, and killed while it is; the row at fault is told once, nothing is doubled."""
    made = _confirmed(cast, tmp_path)
    bad = "舞城管罚决〔2026〕27号"
    monkeypatch.setattr(importing, "store", failing_at(bad, error=ValueError))
    assert _finished_in_spite(made.code, first=30, growth=9) > 2
    counts = selectors.counts(made)
    assert (counts["done"], counts["refused"]) == (ROWS - 1, 1)
    numbers = sorted(case.decision_no for case in cases_seen_by(cast.clerk))
    assert numbers == [f"舞城管罚决〔2026〕{n}号" for n in range(21, 21 + ROWS) if n != 27]
    assert [one.line for one in selectors.report(made, "refused")] == [8]


def _confirmed(cast: Cast, folder: Path) -> Any:
    rows = [row(行政处罚决定书文号=f"舞城管罚决〔2026〕{n}号") for n in range(21, 21 + ROWS)]
    path = write_csv(folder / "旧案.csv", rows)
    made = services.begin(
        path=path, name=path.name, sort="cases", agency=cast.bureau, by=cast.clerk, at=timezone.now()
    )
    services.settle_columns(migration=made, columns={}, by=cast.clerk, at=timezone.now())
    Mover().finish(made.code)
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    return made
