"""An upload given up at the very moment in which something else is done with it: it is gone, and nothing breaks."""

import io
from typing import Any

import pytest

from mingjing.evidence import arrivals, uploads
from mingjing.evidence.models import EvidenceItem, Upload
from tests.evidence import files

pytestmark = pytest.mark.django_db


def begun(content: bytes) -> Upload:
    return uploads.begin_upload(
        name="现场.wav",
        size=len(content),
        label={"title": "现场", "legal_kind": "audiovisual", "side": "against", "taken_by": "甲"},
        dossier="case-given-up",
        agency="410481-urban",
        by="officer",
        log_code="",
    )


class _GivenUp(io.BytesIO):
    """A line whose sender gives the upload up, in another tab, before it ends."""

    def __init__(self, content: bytes, one: Upload, *, after: int) -> None:
        super().__init__(content)
        self._one, self._left = one, after

    def read(self, size: int | None = -1, /) -> bytes:
        if self._left == 0:
            uploads.give_up(Upload.objects.get(pk=self._one.pk))
        self._left -= 1
        return super().read(size)


@pytest.mark.parametrize("after", [0, 1])
def test_a_piece_that_arrives_for_it_is_told_that_it_moved(settings: Any, after: int) -> None:
    """Before the piece is written or right after it; the next attempt finds nothing to go on with."""
    content = files.wav(seconds=2)
    one = begun(content)
    with pytest.raises(uploads.Moved):
        uploads.continue_upload(one, 0, _GivenUp(content, one, after=after))
    assert arrivals.arrived(one.code) is None
    with pytest.raises(uploads.Gone):
        uploads.upload(one.code, dossier=one.dossier, by="officer")


def test_one_that_was_taken_in_meanwhile_has_wholly_arrived() -> None:
    """Whoever read the row before sees the whole file, not one that was lost: else its sender would begin again."""
    content = files.wav(seconds=2)
    one = begun(content)
    uploads.continue_upload(one, 0, io.BytesIO(content))
    uploads.settle(Upload.objects.get(pk=one.pk))
    assert (one.state, uploads.offset_of(one)) == (Upload.ARRIVING, one.size)


def test_it_is_not_settled_and_its_twin_is() -> None:
    """Whoever settles what has just been given up is told that it is gone; what was not given up is taken in."""
    content = files.wav(seconds=2)
    one, other = begun(content), begun(content)
    for each in (one, other):
        uploads.continue_upload(each, 0, io.BytesIO(content))
    uploads.give_up(Upload.objects.get(pk=one.pk))
    arrivals.open_part(one.code, 0)  # as where it was looked for before it was given up
    arrivals.add(one.code, 0, content)
    with pytest.raises(uploads.Gone):
        uploads.settle(one)
    assert not EvidenceItem.objects.exists()
    assert uploads.settle(other) == EvidenceItem.objects.get()
