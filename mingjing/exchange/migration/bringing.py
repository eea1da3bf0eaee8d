"""What the sorts that become cases share: rows as old cases, judged before the transaction and stored in it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mingjing.cases.importing import History, Judged, bring_in, judge_histories
from mingjing.exchange.migration.shape import Job, fault_of

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow


def judged(histories: Sequence[History], job: Job) -> list[Judged]:
    """Judge each of these old cases."""
    return judge_histories(histories, job.agency)


def brought(
    rows: Sequence[tuple["MigrationRow", Judged]], job: Job
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Store rows that were judged; give each with the code of its case and whether that was here before.

    What cannot be kept has no code, and its faults are put on the row.
    """
    for (row, _), one in zip(rows, bring_in([one for _, one in rows], job.agency), strict=True):
        if one.refused is not None:
            row.faults = [fault_of(text, job.headings).as_json() for text in one.refused.reasons()]
        yield row, one.code, one.stored
