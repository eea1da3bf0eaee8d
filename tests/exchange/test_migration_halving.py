"""A row that cannot be written stands alone: it is told with its line, all the others of its slice are there."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from mingjing.cases import importing
from mingjing.cases.audit import audit_acts
from mingjing.cases.selectors import acts_of, cases_seen_by
from mingjing.exchange.migration import halving, selectors, services, stumbling
from mingjing.exchange.migration.running import Mover
from mingjing.translog.services import seal_log
from tests.exchange.sheets import row, write_csv

if TYPE_CHECKING:
    from mingjing.exchange.models import Migration
    from tests.cast import Cast

ROWS = 9
NUMBERS = [f"舞城管罚决〔2026〕{n}号" for n in range(21, 21 + ROWS)]
BAD = NUMBERS[4]
BAD_LINE = 6  # the heading is line 1


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.MINGJING_HOME = tmp_path / "home"


def confirmed(cast: "Cast", folder: Path) -> "Migration":
    """A table of nine good rows, tried and confirmed."""
    path = write_csv(folder / "旧案.csv", [row(行政处罚决定书文号=one) for one in NUMBERS])
    made = services.begin(
        path=path, name=path.name, sort="cases", agency=cast.bureau, by=cast.clerk, at=timezone.now()
    )
    services.settle_columns(migration=made, columns={}, by=cast.clerk, at=timezone.now())
    Mover().finish(made.code)
    services.confirm(migration=made, by=cast.head, at=timezone.now())
    return made


def failing_at(*bad: str, error: Callable[[], Exception]) -> Callable[..., None]:
    """Store as always, and fail at the very end where one of these cases is among them."""
    real = importing.store

    def store(cases: Any, agency: Any) -> None:
        real(cases, agency)
        if any(number in str(one.values) for one in cases for number in bad):
            raise error()

    return store


def numbers_of(cast: "Cast") -> list[str]:
    return sorted(case.decision_no for case in cases_seen_by(cast.clerk))


def others(*bad: str) -> list[str]:
    return sorted(set(NUMBERS) - set(bad))


def test_the_row_at_fault_stands_alone_and_all_the_others_come_in(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written halves leave nothing of what was taken back: eight cases, each with its two acts and their two leaves."""
    made = confirmed(cast, tmp_path)
    monkeypatch.setattr(
        importing, "store", failing_at(BAD, error=lambda: IntegrityError("91230500MA1B3N1N2M"))
    )
    done = Mover().finish(made.code)
    assert (done.state, done.tries, numbers_of(cast)) == ("done", 0, others(BAD))
    assert selectors.counts(made)["done"] == ROWS - 1
    (bad,) = selectors.report(made, "refused")
    assert bad.line == BAD_LINE
    (told,) = bad.faults
    assert "与库里已有的记录冲突" in told["wrong"]
    assert "91230500MA1B3N1N2M" not in str(bad.faults)
    assert "改正后把这一行作为新文件上传" in told["mend"]
    assert {len(acts_of(case)) for case in cases_seen_by(cast.clerk)} == {2}
    seal_log(at=timezone.now())
    assert list(audit_acts()) == []


def test_without_a_row_at_fault_the_slice_is_written_in_one_go(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: nothing fails, nothing is halved."""
    made = confirmed(cast, tmp_path)
    sizes: list[int] = []
    real = importing.store
    monkeypatch.setattr(
        importing, "store", lambda cases, agency: (sizes.append(len(cases)), real(cases, agency))
    )
    Mover().finish(made.code)
    assert (sizes, numbers_of(cast)) == ([ROWS], sorted(NUMBERS))


def test_a_row_that_cannot_be_judged_stands_alone_too(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails before anything is written is found the same way."""
    made = confirmed(cast, tmp_path)
    real = importing._judged

    def judged(history: Any, agency: Any, now: Any) -> Any:
        if history.deeds[0][0].facts["document_no"] == BAD:
            raise ZeroDivisionError
        return real(history, agency, now)

    monkeypatch.setattr(importing, "_judged", judged)
    done = Mover().finish(made.code)
    assert (done.state, numbers_of(cast)) == ("done", others(BAD))
    (bad,) = selectors.report(made, "refused")
    assert (bad.line, "程序不能处理这一行的内容" in bad.faults[0]["wrong"]) == (BAD_LINE, True)


def test_where_many_fail_the_rows_are_not_blamed(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more than may stand alone: nothing is written or refused; the migration waits as for a failing database."""
    made = confirmed(cast, tmp_path)
    monkeypatch.setattr(halving, "MOST", 2)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "store", failing_at(*NUMBERS[3:6], error=TypeError))
        Mover().turn()
    made.refresh_from_db()
    assert (made.state, made.tries, numbers_of(cast)) == ("running", 1, [])
    assert "不像是表格的问题（TypeError）" in made.fault
    assert selectors.counts(made)["ready"] == ROWS
    monkeypatch.setattr(importing, "store", failing_at(*NUMBERS[3:5], error=TypeError))
    type(made).objects.filter(pk=made.pk).update(next_try_at=timezone.now())
    Mover().turn()
    assert numbers_of(cast) == others(*NUMBERS[3:5])


def test_a_database_that_fails_is_never_blamed_on_a_row(
    cast: "Cast", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails for one row only, and all of them wait all the same; afterwards all of them come in."""
    made = confirmed(cast, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "store", failing_at(BAD, error=OperationalError))
        Mover().turn()
    made.refresh_from_db()
    assert (made.tries, numbers_of(cast), selectors.counts(made)["refused"]) == (1, [], 0)
    type(made).objects.filter(pk=made.pk).update(next_try_at=timezone.now())
    Mover().turn()
    assert numbers_of(cast) == sorted(NUMBERS)
    assert stumbling.due(at=timezone.now()).count() == 0
