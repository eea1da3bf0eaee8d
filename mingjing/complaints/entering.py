"""Entering at the desk what was told at the window, by telephone, by letter or by another body, files and all."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.complaints.files import Upload, take_files
from mingjing.complaints.services import (
    NotTaken,
    Received,
    Told,
    check,
    new_number,
    office_for,
    receive,
    sent_before,
)

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

ENTERED: Final = ("hall", "phone", "letter", "transfer")


def enter(
    *,
    told: Told,
    channel: str,
    uploads: Sequence[Upload],
    by: "Person",
    at: datetime,
    once: str,
) -> Received:
    """Register a complaint with its files; files are kept only where nothing else stands in the way.

    The same `once` gives the same complaint again, without its code and its files. Raises NotTaken.
    """
    if channel not in ENTERED:
        raise NotTaken("请选择渠道。", field="channel")
    check(told, channel, by)
    if (there := sent_before(once)) is not None:
        return Received(there, "")
    no, office = new_number(at), office_for(told.kind, told.about)
    files = take_files(uploads, no=no, office=office, by=by.username)
    return receive(told=told, channel=channel, at=at, by=by, once=once, no=no, files=files)
