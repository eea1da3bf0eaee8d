"""The steps that people take: a file handed in, its columns and words settled, the trial confirmed by somebody else."""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction

from mingjing.exchange.long_tables import digest_of
from mingjing.exchange.migration.shape import Guess
from mingjing.exchange.migration.sheet import open_sheet
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.models import ColumnMemory, Migration, MigrationRow
from mingjing.kit.canonical import digest
from mingjing.personnel.permissions import may
from mingjing.personnel.register_log import note
from mingjing.personnel.selectors import person

if TYPE_CHECKING:
    from mingjing.exchange.migration.shape import Sort
    from mingjing.personnel.models import Agency, Person

FOLDER: Final = "migrations"
SAMPLES: Final = 3
LOOKED_AT: Final = 200  # first rows in which samples are sought
UNITS: Final = ("元", "万元")
# Rows hold personal data: kept as long as it takes to mend the refused ones. A choice of the house.
KEPT: Final = timedelta(days=30)
OPEN: Final = (Migration.State.MAPPING, Migration.State.CHECKED)


class MigrationRefused(Exception):
    """Nothing was changed. The message is Chinese: what is wrong and what to do."""


def begin(
    *, path: Path, name: str, sort: str, agency: "Agency", by: "Person", at: datetime, sheet: str = ""
) -> Migration:
    """Hand a file in and propose what its columns mean. Raises Unreadable, MigrationRefused, having kept nothing."""
    chosen = _sort(sort)
    if not may(by, chosen.permission, agency.code):
        raise MigrationRefused(f"您的角色不能迁入{chosen.title}。请由有此权限的人员办理")
    found = open_sheet(path, sheet=sheet)
    first = [line.cells for line in islice(found.lines, LOOKED_AT) if not line.skipped]
    if not first:
        raise MigrationRefused("表格只有表头，没有数据行")
    file = digest_of(path)
    memory = ColumnMemory.objects.filter(agency=agency, sort=sort, shape=_shape(found.headings)).first()
    guesses = _remembered(chosen.guess(found.headings), memory)
    code = secrets.token_hex(12)
    kept = file_of(code)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(path, kept)
    try:
        with transaction.atomic():
            made = Migration.objects.create(
                code=code, agency=agency, sort=sort, name=name[:200], sheet=sheet, digest=file,
                headings=found.headings, samples=_samples(first, len(found.headings)),
                columns=[_column(one) for one in guesses], words=memory.words if memory else {},
                notes=found.notes, prepared_by=by.username, prepared_at=at,
            )  # fmt: skip
            note(by.username, "migration_begun", code, {"sort": sort, "file": file, "agency": agency.code})
            return made
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


def _sort(sort: str) -> "Sort":
    if sort not in SORTS:
        raise MigrationRefused("没有这一类数据。请选择人员与证件、检查对象、旧案、行政许可或者检查记录")
    return SORTS[sort]


def file_of(code: str) -> Path:
    """Give where the file of a migration is kept while it is needed."""
    return Path(settings.MINGJING_HOME) / FOLDER / code


def _shape(headings: Sequence[str]) -> str:
    return digest(list(headings))


def _samples(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Give of every column the first values that say something."""
    return [
        [cell[:60] for cell in dict.fromkeys(row[at] for row in rows if row[at])][:SAMPLES]
        for at in range(width)
    ]


def _column(one: Guess) -> dict[str, Any]:
    return {"number": one.number, "heading": one.heading, "key": one.key, "how": one.how, "unit": one.unit}


def _remembered(guesses: Sequence[Guess], memory: ColumnMemory | None) -> list[Guess]:
    if memory is None:
        return list(guesses)
    told = [(one, memory.columns.get(one.heading, {"key": "", "unit": ""})) for one in guesses]
    return [Guess(one.number, one.heading, was["key"], "saved", was["unit"]) for one, was in told]


def settle_columns(
    *, migration: Migration, columns: Mapping[int, tuple[str, str]], by: "Person", at: datetime
) -> None:
    """Say which column is which field and begin the trial. `columns`: number -> field ("": leave out) and unit.

    Raises MigrationRefused while a field is claimed twice, missing, or a sum has no unit.
    """
    sort = SORTS[migration.sort]
    settled = [{**one, **_said(sort, one, columns.get(one["number"]))} for one in migration.columns]
    keys = [one["key"] for one in settled if one["key"]]
    if twice := sorted({sort.fields()[key].title for key in keys if keys.count(key) > 1}):
        raise MigrationRefused(f"“{'”“'.join(twice)}”选了几列。每一项只留一列，其余的选“不迁入”")
    if missing := sort.missing(keys):
        raise MigrationRefused(
            f"还缺：{'、'.join(missing)}。请指明是哪一列；表里没有的，请先在表里补上这一列"
        )
    with transaction.atomic():
        held = _mine(migration, by)
        held.columns = settled
        _try_again(held, by, at)


def _said(sort: "Sort", one: Mapping[str, Any], said: tuple[str, str] | None) -> dict[str, str]:
    key, unit = said if said is not None else (one["key"], one["unit"])
    if key and key not in sort.fields():
        raise MigrationRefused(f"第 {one['number']} 列“{one['heading']}”选了不存在的项。请重新选择")
    wanted = bool(key) and sort.fields()[key].unit
    if wanted and unit not in UNITS:
        raise MigrationRefused(f"第 {one['number']} 列“{one['heading']}”是金额，请选择单位（元、万元）")
    return {"key": key, "unit": unit if wanted else "", "how": one["how"] if key == one["key"] else "ruled"}


def settle_words(
    *, migration: Migration, words: Mapping[str, Mapping[str, str]], by: "Person", at: datetime
) -> None:
    """Say what words of the file mean in ours, and try again. Raises MigrationRefused for what is no word of ours."""
    fields = SORTS[migration.sort].fields()
    for key, said in words.items():
        if key not in fields or (strange := sorted(set(said.values()) - set(fields[key].words))):
            raise MigrationRefused(
                f"“{strange[0] if key in fields else key}”不在可选的用语里。请从列表中选择"
            )
    with transaction.atomic():
        held = _mine(migration, by)
        held.words = {key: {**held.words.get(key, {}), **words.get(key, {})} for key in {*held.words, *words}}
        _try_again(held, by, at)


def _mine(migration: Migration, by: "Person") -> Migration:
    """Lock a migration that is still being prepared, for somebody who may prepare it."""
    held = Migration.objects.select_for_update(of=("self",)).select_related("agency").get(pk=migration.pk)
    if not may(by, SORTS[held.sort].permission, held.agency.code):
        raise MigrationRefused("您的角色不能办理这次迁移。请由有此权限的人员办理")
    if held.state not in OPEN:
        raise MigrationRefused(
            f"这次迁移现在是“{held.get_state_display()}”，不能再改。请等这一步结束，或者另起一次"
        )
    return held


def _try_again(held: Migration, by: "Person", at: datetime) -> None:
    """Begin the trial anew; whoever changed what it rests on has prepared it, and does not confirm it."""
    held.rows.exclude(state=MigrationRow.State.SKIPPED).update(
        state=MigrationRow.State.WAITING, faults=[], remarks=[], body={}, key="", ref=""
    )
    held.state, held.cursor, held.unknown = Migration.State.CHECKING, 0, {}
    held.prepared_by = by.username
    held.save()
    ColumnMemory.objects.update_or_create(
        agency=held.agency,
        sort=held.sort,
        shape=_shape(held.headings),
        defaults={
            "columns": {one["heading"]: {"key": one["key"], "unit": one["unit"]} for one in held.columns},
            "words": held.words,
            "by": by.username,
            "at": at,
        },
    )


def confirm(*, migration: Migration, by: "Person", at: datetime) -> None:
    """Let what the trial has shown be written; somebody other than who prepared it does so, and it is not undone.

    Raises MigrationRefused.
    """
    with transaction.atomic():
        held = Migration.objects.select_for_update(of=("self",)).select_related("agency").get(pk=migration.pk)
        if not may(by, "migrate.confirm", held.agency.code):
            raise MigrationRefused("只有本机关负责人可以确认迁入")
        if by.username == held.prepared_by:
            raise MigrationRefused("核对人和确认人不能是同一人。请由另一名负责人确认")
        if held.state != Migration.State.CHECKED:
            raise MigrationRefused(
                f"这次迁移现在是“{held.get_state_display()}”，不能确认。请在核对完毕后确认"
            )
        ready = held.rows.filter(state=MigrationRow.State.READY).count()
        if not ready:
            raise MigrationRefused("没有可以迁入的行。请先改正表格，重新上传")
        if not may(person(held.prepared_by), SORTS[held.sort].permission, held.agency.code):
            raise MigrationRefused("核对人已经没有迁移的权限。请由现在的经办人重新核对")
        held.state, held.cursor = Migration.State.RUNNING, 0
        held.confirmed_by, held.confirmed_at = by.username, at
        held.save()
        details = {"file": held.digest, "ready": ready, "prepared_by": held.prepared_by}
        note(by.username, "migration_confirmed", held.code, details)


def may_be_dropped(one: Migration) -> bool:
    """Say whether nothing of it was written yet."""
    return one.state != Migration.State.DROPPED and not one.confirmed_by


def drop(*, migration: Migration, by: "Person", at: datetime) -> None:
    """Give a migration up before anything was written; its rows and its file are deleted."""
    with transaction.atomic():
        held = Migration.objects.select_for_update(of=("self",)).select_related("agency").get(pk=migration.pk)
        if not (
            may(by, SORTS[held.sort].permission, held.agency.code)
            or may(by, "migrate.confirm", held.agency.code)
        ):
            raise MigrationRefused("您的角色不能办理这次迁移")
        if not may_be_dropped(held):
            raise MigrationRefused(
                f"这次迁移现在是“{held.get_state_display()}”，不能放弃：写入的记录不能撤销"
            )
        held.rows.all().delete()
        held.samples = []
        held.state, held.ended_at = Migration.State.DROPPED, at
        held.save()
        note(by.username, "migration_dropped", held.code, {"file": held.digest})
    file_of(migration.code).unlink(missing_ok=True)


def forget_rows(*, at: datetime) -> int:
    """Empty the rows of what ended long ago: line, outcome and source stay. For the worker, once a day."""
    old = Migration.objects.filter(ended_at__lt=at - KEPT).exclude(samples=[])
    for one in old:
        with transaction.atomic():
            one.rows.update(cells=[], body={}, faults=[], remarks=[])
            Migration.objects.filter(pk=one.pk).update(samples=[], unknown={})
        file_of(one.code).unlink(missing_ok=True)
    return len(old)
