"""Every typical file of the packs is a case that the bureau can really handle: act by act, in each procedure."""

import io
from collections.abc import Iterable
from zlib import crc32

import pytest

from mingjing.cases.models import Act, Case
from mingjing.cases.selectors import standing_of
from mingjing.cases.services import open_case, record_act
from mingjing.cases.trial import Deed
from mingjing.documents.services import NoDocument, issue
from mingjing.evidence.services import receive_upload
from mingjing.lawengine.model import ActRecord, EvidenceRef, Performer
from mingjing.packs.load import library
from mingjing.packs.typical import CaseFile, typical_files
from mingjing.personnel import services as personnel
from mingjing.personnel.models import Agency, Person
from tests.cast import VALID_FROM, VALID_UNTIL, make_agency, make_person
from tests.evidence.files import docx, iso_media, picture, wav

pytestmark = pytest.mark.django_db
FILES = typical_files(library())
# A real file of each medium, told apart from the others by what hangs on its end or in its colour.
MAKERS = {
    "photo": lambda mark: ("现场照片.png", picture("PNG", f"#{mark:06x}")),
    "audio": lambda mark: ("录音.wav", wav(0.01 + mark % 997 / 1000)),
    "video": lambda mark: ("录像.mp4", iso_media(b"isom", b"mp42") + mark.to_bytes(4, "big")),
    "document": lambda mark: ("扫描件.docx", docx({"word/media/mark": mark.to_bytes(4, "big")})),
}


@pytest.mark.parametrize("file", FILES, ids=[file.title for file in FILES])
def test_a_typical_file_is_recorded_act_by_act_without_a_single_objection(file: CaseFile) -> None:
    """By its people, with their roles and certificates; nothing refused, nothing held against it, every paper drawn."""
    agency = _bureau(file)
    case = _handle(file, agency)

    case.refresh_from_db()
    standing = standing_of(case, file.closed_at)  # a file that lies unfinished is late only later
    assert [(one.title, one.reason) for one in (*standing.findings, *standing.unknowns)] == []
    assert (standing.vetoed, standing.score) == (False, 100)
    assert case.act_count == len(file.acts)
    papers = [_paper(act) for act in Act.objects.filter(case=case).order_by("seq")]
    assert any(papers)


def _bureau(file: CaseFile) -> Agency:
    agency = make_agency(
        f"{file.head.region}-{file.head.field}",
        "示范机关",
        region=file.head.region,
        field=file.head.field,
        short_name="示范",
        number_prefix="示",
        review_body="示范市人民政府",
        court="示范市人民法院",
        payment_bank="中国建设银行",
        payment_account="41001234567890123456",
        address="示范路1号",
        phone="0375-0000000",
    )
    for performer in _people(file.acts):
        _person(performer, agency, file.head.field)
    return agency


def _people(acts: Iterable[ActRecord]) -> list[Performer]:
    return list({one.person: one for act in acts for one in act.performers}.values())


def _person(performer: Performer, agency: Agency, field: str) -> None:
    make_person(
        performer.person,
        performer.name,
        performer.role,
        agency.code,
        legal_qualification_no=performer.legal_qualification,
        post="科员",
    )
    if performer.role == "officer":
        personnel.issue_certificate(
            username=performer.person,
            number=f"16{agency.region}{sum(map(ord, performer.person)):05d}",
            issuer="省人民政府",
            fields=[field],
            valid_from=VALID_FROM,
            valid_until=VALID_UNTIL,
            by="admin",
        )


def _handle(file: CaseFile, agency: Agency) -> Case:
    first, *rest = file.acts
    opened = open_case(
        agency=agency, procedure=file.head.procedure, deed=_deed(first, None), once=f"{file.title}-1"[:64]
    )
    case = opened.case
    for act in rest:
        record_act(case=case, deed=_deed(act, case), once=f"{act.seq}-{case.code}"[:64])
    return case


def _deed(act: ActRecord, case: Case | None) -> Deed:
    who = [one.person for one in act.performers]
    computed = library().kinds[act.kind].computed
    return Deed(
        kind=act.kind,
        facts={name: value for name, value in act.facts.items() if name not in computed},
        performers=who,
        by=Person.objects.get(username=who[0]),
        done_at=act.done_at,
        evidence=[_evidence(ref, case, who[0], act) for ref in act.evidence] if case else [],
    )


def _evidence(ref: EvidenceRef, case: Case, by: str, act: ActRecord) -> str:
    """A real file of the medium that the typical file names."""
    name, content = MAKERS[ref.medium](crc32(ref.digest.encode()) % 2**24)
    item = receive_upload(
        io.BytesIO(content),
        original_name=name,
        dossier=case.code,
        agency=case.agency.code,
        by=by,
        title=ref.digest,
        legal_kind=ref.legal_kind,
        side=ref.side,
        taken_by="示范人员",
        taken_at=act.done_at,
    )
    return str(item.digest)


def _paper(act: Act) -> bool:
    try:
        return bool(issue(act).digest)
    except NoDocument:
        return False
