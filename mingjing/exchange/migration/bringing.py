"""What the sorts that become cases share: rows as old cases, judged before the transaction and stored in it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mingjing.cases.importing import History, Judged, bring_in, judge_histories
from mingjing.exchange.migration.shape import Job, fault_of

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

Ready = tuple[History, Judged]


def judged(histories: Sequence[History], job: Job) -> list[Ready]:
    """Judge each of these old cases."""
    return list(zip(histories, judge_histories(histories, job.agency), strict=True))


def brought(
    rows: Sequence[tuple["MigrationRow", Ready]], job: Job
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Store rows that were judged; give each with the code of its case and whether that was here before.

    What cannot be kept has no code, and its faults are put on the row.
    """
    done = bring_in([history for _, (history, _) in rows], [one for _, (_, one) in rows])
    for (row, _), one in zip(rows, done, strict=True):
        if one.refused is not None:
            row.faults = [fault_of(text, job.headings).as_json() for text in one.refused.reasons()]
        yield row, one.code, one.stored
