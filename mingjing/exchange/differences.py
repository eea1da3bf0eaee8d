"""Two tables of one target compared row by row: what is new, what changed in which column, what is gone; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjing.exchange.targets import Target

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Differences:
    """Rows by their number; a changed one with title, old and new cell of every column that differs."""

    new: tuple[str, ...]
    changed: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    gone: tuple[str, ...]

    @property
    def none(self) -> bool:
        return not (self.new or self.changed or self.gone)

    def as_json(self) -> dict[str, Any]:
        """Give what is kept with an export."""
        changed = [[key, [list(one) for one in columns]] for key, columns in self.changed]
        return {"new": list(self.new), "changed": changed, "gone": list(self.gone)}


def from_json(told: Mapping[str, Any]) -> Differences:
    """Read what `as_json` gave."""
    changed = tuple(
        (key, tuple((title, before, after) for title, before, after in columns))
        for key, columns in told.get("changed", ())
    )
    return Differences(tuple(told.get("new", ())), changed, tuple(told.get("gone", ())))


def differences(target: Target, old: Sequence[Cells], new: Sequence[Cells]) -> Differences:
    """Compare by the number of the decision. Columns that only say when the table was made do not count."""
    place = target.key_place
    before, after = ({row[place]: row for row in rows if row[place]} for rows in (old, new))
    changed = []
    for key in after:
        if key in before and (columns := tuple(_columns(target, before[key], after[key]))):
            changed.append((key, columns))
    return Differences(
        new=tuple(key for key in after if key not in before),
        changed=tuple(changed),
        gone=tuple(key for key in before if key not in after),
    )


def _columns(target: Target, old: Cells, new: Cells) -> Iterator[tuple[str, str, str]]:
    for column, before, after in zip(target.columns, old, new, strict=True):
        if before != after and column.sources != ("export.on",):
            yield column.title, before, after


class NoSuchTable(ValueError):
    """A returned file is not a table of the target. The message is Chinese."""


def arranged(target: Target, headings: Sequence[str], rows: Sequence[Cells]) -> list[Cells]:
    """Give the rows of a file in the columns of a target, by title or by field code. Raises NoSuchTable."""
    plain = [_bare(heading) for heading in headings]
    places = [
        next((at for at, head in enumerate(plain) if head in (_bare(column.title), _bare(column.code))), None)
        for column in target.columns
    ]
    missing = [column.title for column, at in zip(target.columns, places, strict=True) if at is None]
    if missing:
        raise NoSuchTable(f"文件缺少这些列：{'、'.join(missing)}。请使用平台返回的完整表格")
    found = [at for at in places if at is not None]
    return [[row[at].strip() if at < len(row) else "" for at in found] for row in rows]


def _bare(heading: str) -> str:
    return "".join(heading.replace("（", "(").replace("）", ")").split()).casefold()
