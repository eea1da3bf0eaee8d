"""A case told to its end, with photographs and a recording, its documents issued and everything sealed."""

import io
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from PIL import Image

from mingjing.documents.services import issue_pending
from mingjing.evidence.selectors import legal_kinds
from mingjing.evidence.services import receive_upload
from mingjing.translog.services import seal_log
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from tests.cast import Cast


def seal_all() -> None:
    """Seal what waits, draw what is due, and seal the documents as well."""
    seal_log(at=timezone.now())
    while issue_pending():
        pass
    seal_log(at=timezone.now())


def finished(cast: "Cast", name: str = "ordinary", *, evidence: bool = False, **more: Any) -> "Case":
    """A case told to its archiving, drawn and sealed; with more `evidence` where that is wanted."""
    _, case = told(cast, name, **more)
    if evidence:
        add_evidence(cast, case, photograph(1), "a.jpg", "现场照片")
        add_evidence(cast, case, photograph(2), "b.jpg", "现场照片")
    seal_all()
    return case


def archiving(case: "Case") -> "Act":
    """The last act of archiving of a case."""
    return case.acts.filter(kind="file_archived").order_by("-seq").select_related("case__agency")[0]


def photograph(number: int, size: tuple[int, int] = (800, 600), **options: Any) -> bytes:
    """A picture that is like no other."""
    picture, written = Image.new("RGB", size, (40 * number % 256, 90, 160)), io.BytesIO()
    picture.putpixel((0, 0), (number, number, number))
    picture.save(written, "JPEG", **options)
    return written.getvalue()


def add_evidence(cast: "Cast", case: "Case", content: bytes, name: str, title: str) -> Any:
    """One more piece of evidence in a case."""
    return receive_upload(
        io.BytesIO(content),
        original_name=name,
        dossier=case.code,
        agency=cast.bureau.code,
        by="officer",
        title=title,
        legal_kind=next(iter(legal_kinds())),
        side="against",
        taken_by="甲",
        taken_at=timezone.now(),
        place="舞钢市温州路",
        log_code=case.log_code,
    )
