"""Steps of governance with files of proof: what stands in a step's way is told before the first file is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from mingjing.evidence.services import receive_upload
from mingjing.governance import campaigns, decisions, joint, study
from mingjing.governance.ledger import NotDone

if TYPE_CHECKING:
    from mingjing.governance.models import Matter, Step
    from mingjing.personnel.models import Person

MOST_FILES: Final = 10


class Upload(Protocol):
    """An uploaded file."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, size: int, /) -> bytes: ...


def take(
    *,
    matter: "Matter",
    code: str,
    told: decisions.Told,
    files: Sequence[Upload],
    by: "Person",
    at: datetime,
) -> "Step":
    """Take a statutory step of a major decision. Raises NotDone, EvidenceRefused."""
    decisions.facts_of(matter, code=code, told=told, by=by, at=at)
    kept = _kept(matter, files, by, "重大行政决策程序材料")
    return decisions.take(matter=matter, code=code, told=replace(told, files=kept), by=by, at=at)


def hold(
    *, matter: "Matter", told: study.Lecture, files: Sequence[Upload], by: "Person", at: datetime
) -> "Step":
    """Record that a topic of a learning plan was held. Raises NotDone, EvidenceRefused."""
    study.facts_of(matter, told=told, by=by, at=at)
    kept = _kept(matter, files, by, "领导干部学法材料")
    return study.hold(matter=matter, told=replace(told, files=kept), by=by, at=at)


def record(
    *, matter: "Matter", on: date | None, text: str, files: Sequence[Upload], by: "Person", at: datetime
) -> "Step":
    """Record what was done in a campaign. Raises NotDone, EvidenceRefused."""
    campaigns.recorded(matter, on=on, text=text, by=by, at=at)
    kept = _kept(matter, files, by, "专项行动材料")
    return campaigns.record(matter=matter, on=on, text=text, files=kept, by=by, at=at)


def answer(
    *, matter: "Matter", number: int, text: str, files: Sequence[Upload], by: "Person", at: datetime
) -> "Step":
    """Give the result of one's own agency on a joint task. Raises NotDone, EvidenceRefused."""
    joint.answered(matter, number=number, text=text, by=by, at=at)
    kept = _kept(matter, files, by, "联合执法材料")
    return joint.answer(matter=matter, number=number, text=text, files=kept, by=by, at=at)


def _kept(matter: "Matter", files: Sequence[Upload], by: "Person", title: str) -> list[dict[str, Any]]:
    if len(files) > MOST_FILES:
        raise NotDone(f"一次最多附 {MOST_FILES} 个文件。", field="files")
    found = []
    for file in files:
        kept = receive_upload(
            file,
            original_name=file.name or "",
            dossier=dossier_of(matter),
            agency=by.agency.code,
            by=by.username,
            title=title,
            legal_kind="documentary",
            side="neutral",
            taken_by=by.name,
            declared_size=file.size,
        )
        found.append({"digest": kept.digest, "name": kept.original_name, "size": kept.size})
    return found


def dossier_of(matter: "Matter") -> str:
    """Give the name under which the files of a matter lie."""
    return f"governance-{matter.pk}"


def digests_in(matter: "Matter") -> frozenset[str]:
    """Give the digests of the files that were handed in with its steps."""
    return frozenset(one["digest"] for step in matter.steps.all() for one in step.facts.get("files", []))
