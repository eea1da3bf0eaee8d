"""Changing the register by hand: one object added, mended, closed or opened again, always with a reason that stays."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.inspections.models import InspectedObject, ObjectChange, Register
from mingjing.inspections.register.importing import register_of
from mingjing.inspections.register.rows import COLUMNS, STATES, ObjectRow, RowRefused, mended, row_of
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LONGEST: Final = 400
MENDED: Final = (
    "name", "industry", "risk", "credit", "representative", "township", "address", "licences",
)  # fmt: skip
# The word by which a file calls a state: what is typed by hand is read as a file is.
STATE_WORDS: Final[Mapping[str, str]] = {code: word for word, code in reversed(list(STATES.items())) if word}


class ChangeRefused(Exception):
    """Nothing was written. The message is Chinese; `column` is the field it is about, "" for none."""

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column


@transaction.atomic
def add_object(
    *, region: str, told: Mapping[str, str], reason: str, by: "Person", at: datetime
) -> InspectedObject:
    """Add one object. Raises ChangeRefused: also where the register has it already."""
    why = _allowed(region, reason, by)
    register_of(region)
    register = Register.objects.select_for_update().get(pk=region)
    try:
        row = row_of(told, bytes(register.salt))
    except RowRefused as refused:
        raise _as_change(refused) from None
    if there := register.inspected.filter(public_id=row.public_id).first():
        raise ChangeRefused(f"名录库里已经有这个对象：{there.name}。请在它的页面上修改", "code")
    made = InspectedObject.objects.create(register=register, mark=row.mark, changed_at=at, **asdict(row))
    _kept(register, made, {"added": ["", made.name]}, why, by, at)
    return made


@transaction.atomic
def mend_object(
    *, region: str, public_id: str, told: Mapping[str, str], reason: str, by: "Person", at: datetime
) -> dict[str, list[str]]:
    """Change facts of an object; gives column -> [before, after]. Raises ChangeRefused where nothing differs too."""
    why = _allowed(region, reason, by)
    held = _held(region, public_id)
    # What a form does not send stays: nothing is emptied that nobody saw.
    typed = {name: told.get(name, getattr(held, name)) for name in MENDED}
    changed = _written(held, typed | {"state": STATE_WORDS[held.state]}, why, by, at)
    if not changed:
        raise ChangeRefused("没有改动任何内容")
    return changed


@transaction.atomic
def set_state(
    *, region: str, public_id: str, state: str, reason: str, by: "Person", at: datetime
) -> dict[str, list[str]]:
    """Close an object (it is in no draw any more) or open it again. Raises ChangeRefused."""
    why = _allowed(region, reason, by)
    held = _held(region, public_id)
    if state not in STATE_WORDS:
        raise ChangeRefused("请选择状态", "state")
    if state == held.state:
        raise ChangeRefused(f"已经是“{held.get_state_display()}”", "state")
    return _written(held, _facts(held) | {"state": STATE_WORDS[state]}, why, by, at)


def _allowed(region: str, reason: str, by: "Person") -> str:
    if by.agency.region != region or not may(by, "inspect.register", by.agency.code):
        raise ChangeRefused("只有本地区机关的档案文书人员或者负责人可以修改名录库")
    why = reason.strip()
    if not why or len(why) > LONGEST:
        raise ChangeRefused(f"请写明理由，最多 {LONGEST} 字", "reason")
    return why


def _held(region: str, public_id: str) -> InspectedObject:
    # The register first: an import of the whole of it holds the same lock.
    Register.objects.select_for_update().filter(pk=region).first()
    held = InspectedObject.objects.filter(register=region, public_id=public_id).first()
    if held is None:
        raise ChangeRefused("名录库里没有这个对象")
    return held


def _facts(held: InspectedObject) -> dict[str, str]:
    return {name: str(getattr(held, name)) for name in MENDED}


def _written(
    held: InspectedObject, told: Mapping[str, str], why: str, by: "Person", at: datetime
) -> dict[str, list[str]]:
    try:
        row = mended(told, kind=held.kind, public_id=held.public_id)
    except RowRefused as refused:
        raise _as_change(refused) from None
    changed = _differences(held, row)
    if changed:
        for name in changed:
            setattr(held, name, getattr(row, name))
        held.mark, held.changed_at = row.mark, at
        held.save(update_fields=[*changed, "mark", "changed_at"])
        _kept(held.register, held, changed, why, by, at)
    return changed


def _differences(held: InspectedObject, row: ObjectRow) -> dict[str, list[str]]:
    return {
        name: [str(getattr(held, name)), getattr(row, name)]
        for name in (*MENDED, "state")
        if getattr(held, name) != getattr(row, name)
    }


def _kept(
    register: Register,
    held: InspectedObject,
    changed: Mapping[str, Any],
    why: str,
    by: "Person",
    at: datetime,
) -> None:
    ObjectChange.objects.create(
        register=register, public_id=held.public_id, changed=dict(changed), reason=why, by=by.username, at=at
    )
    Register.objects.filter(pk=register.pk).update(changed_at=at)


def _as_change(refused: RowRefused) -> ChangeRefused:
    names = {titles[0]: column for column, titles in COLUMNS.items()} | {"编号": "code"}
    return ChangeRefused(str(refused), names.get(refused.column, ""))
