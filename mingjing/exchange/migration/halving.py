"""One slice written: as a whole, or, where a row in it cannot be written, all the others; which rows come is not asked.

All of it happens in the caller's transaction, so a slice is still done once and wholly, however it came about.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, DataError, IntegrityError, transaction

from mingjing.exchange.migration.shape import Fault, Job, Sort

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow

log = logging.getLogger("mingjing.migration")

Written = tuple["MigrationRow", str, bool]

# More rows of one slice than this that stand alone: it is not the rows that are at fault. A choice of the house.
MOST: Final = 20
_TOO_LARGE: Final = "54"  # class of SQLSTATE: program limit exceeded
_MEND: Final = (
    "请对照原表核对本行，改正后把这一行作为新文件上传；看不出问题的，请系统管理员按迁移编号和行号查运行日志"
)


class TooMany(Exception):
    """So many rows of one slice fail that the fault is not theirs."""


def of_the_rows(error: Exception) -> bool:
    """Say whether what went wrong may lie in a row; a database, disk or memory that fails would fail for any."""
    if isinstance(error, DatabaseError):
        state = str(getattr(error.__cause__, "sqlstate", "") or "")
        return isinstance(error, DataError | IntegrityError) or state.startswith(_TOO_LARGE)
    return not isinstance(error, OSError | MemoryError | TooMany)


def reason_of(error: Exception) -> str:
    """Say in Chinese why a row cannot be written. Not the message of the error: it may quote what a cell holds."""
    name = type(error).__name__
    if isinstance(error, IntegrityError):
        return f"与库里已有的记录冲突，没有写入（{name}）"
    if isinstance(error, DatabaseError | OverflowError | UnicodeError):
        return f"有数据库存不下的内容：过长的文字、过大的数字或者不能保存的字符（{name}）"
    return f"程序不能处理这一行的内容，没有写入（{name}）"


class Slice:
    """Writes the rows of one slice; a part that fails is taken back and halved until the row at fault stands alone."""

    def __init__(self, sort: Sort, job: Job, code: str) -> None:
        self._sort, self._job, self._code = sort, job, code
        self._alone = 0

    def write(self, rows: Sequence["MigrationRow"], ready: Sequence[Any] | None) -> list[Written]:
        """Give each row with what it became; `ready` is None where judging them together has failed.

        Raises what is not of the rows, and what too many of them would be blamed for.
        """
        try:
            if ready is None:
                ready = self._sort.judge(rows, self._job)
            with transaction.atomic():
                return list(self._sort.write(rows, self._job, ready))
        except Exception as error:
            if not of_the_rows(error):
                raise
            if len(rows) == 1:
                return [self._set_aside(rows[0], error)]
        middle = len(rows) // 2
        first, second = (None, None) if ready is None else (ready[:middle], ready[middle:])
        return [*self.write(rows[:middle], first), *self.write(rows[middle:], second)]

    def _set_aside(self, row: "MigrationRow", error: Exception) -> Written:
        self._alone += 1
        if self._alone > MOST:
            raise TooMany from error
        log.error("row %s of migration %s failed alone", row.line, self._code, exc_info=error)
        row.faults = [Fault("整行", reason_of(error), _MEND).as_json()]
        return row, "", False
