"""Destroying the content of evidence: what the row says and the stored bytes; digest and commitment remain."""

import shutil
from collections.abc import Iterable, Sequence
from typing import Final

from mingjing.evidence import store
from mingjing.evidence.derived_files import THUMB, derived
from mingjing.evidence.models import Derived, EvidenceItem, MediaMark

GONE: Final = "（内容已销毁）"

# The form that the trigger lets a row be set to once a stone stands for it, as literals of SQL.
ERASED_ITEM: Final = {
    "title": f"'{GONE}'",
    "taken_by": "''",
    "taken_at": "NULL",
    "place": "''",
    "original_name": "''",
    "interruptions": "''",
    "uploaded_by": "''",
    "salt": "X''",
}
# Of a remark on a recording, by the digest of the recording, by which a stone also stands for the stored bytes.
ERASED_MARK: Final = {"text": f"'{GONE}'"}


def erase_items(items: Sequence[EvidenceItem]) -> None:
    """Empty rows of evidence; call it in the transaction that lays the stone. The bytes go with `destroy_files`."""
    EvidenceItem.objects.filter(pk__in=[item.pk for item in items]).update(
        title=GONE,
        taken_by="",
        taken_at=None,
        place="",
        original_name="",
        interruptions="",
        uploaded_by="",
        salt=b"",
    )
    for item in items:
        # Remarks on a recording tell what is in it; those of other cases about the same bytes stay.
        MediaMark.objects.filter(dossier=item.dossier, digest=item.digest).update(text=GONE)


def still_needed(digest: str) -> bool:
    """Tell whether a piece of evidence that was not destroyed, of whatever case, has these bytes."""
    return any(not item.erased for item in EvidenceItem.objects.filter(digest=digest))


def destroy_files(digests: Iterable[str]) -> int:
    """Remove the stored bytes that stones stand for, where nothing needs them; give how many went. Harmless again.

    After the commit only: bytes cannot be brought back by a rollback.
    """
    gone = 0
    for digest in digests:
        if still_needed(digest) or not store.stored(digest):
            continue
        store.destroy(digest)
        shutil.rmtree(derived(digest, THUMB).parent, ignore_errors=True)
        Derived.objects.filter(digest=digest).delete()
        gone += 1
    return gone
