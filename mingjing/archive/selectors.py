"""What other rooms may read of the archive: how a file stands, what is due, packages and their bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from mingjing.archive.binding import bind
from mingjing.archive.contents import CaseContents, contents_of
from mingjing.archive.models import ArchivePackage, WaitingPackage
from mingjing.cases.archiving import archiving_act
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.lawengine.places import ARCHIVES
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.lawengine.model import ActKind


@dataclass(frozen=True)
class FileState:
    """How a case file stands: what is in it, whether it is archived, its packages and what waits."""

    contents: CaseContents
    archived: "Act | None"
    packages: Sequence[ArchivePackage]
    waiting: WaitingPackage | None


def file_state(case: "Case") -> FileState:
    """Say how the file of a case stands."""
    return FileState(
        contents=contents_of(case),
        archived=archiving_act(case),
        packages=list(
            ArchivePackage.objects.filter(case_code=case.code, act__agency=case.agency_id).select_related(
                "act"
            )
        ),
        waiting=WaitingPackage.objects.filter(case_code=case.code).first(),
    )


def package_of(case: "Case", version: int) -> ArchivePackage | None:
    """Give one package of a case."""
    return ArchivePackage.objects.filter(case_code=case.code, version=version).first()


def latest_packages(codes: Sequence[str]) -> dict[str, ArchivePackage]:
    """Give the latest package of each case that has one."""
    return {
        row.case_code: row for row in ArchivePackage.objects.filter(case_code__in=codes).order_by("version")
    }


def open_package(package: ArchivePackage) -> BinaryIO:
    """Open the zip of a package; the caller closes it. Raises EvidenceAltered where it is not what was sealed."""
    if not store.stored(package.digest) or store.digest_stored(package.digest) != package.digest:
        raise EvidenceAltered(package.digest)
    return store.open_stored(package.digest)


def counted(kind: "ActKind", case: "Case | None", *, at: datetime) -> dict[str, Any]:
    """Give what an act of archiving states and nobody need count: the pages of the file. Empty for other acts."""
    if case is None or case.imported or kind.ends != ARCHIVES:
        return {}
    try:
        pages = bind(case, at=at).pages
    except (DocumentNotDrawn, EvidenceAltered):
        return {}
    return {"page_count": str(pages), "volume_count": "1"} if pages else {}
