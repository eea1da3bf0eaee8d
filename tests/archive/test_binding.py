"""The bound file: in the order of the standard, pages numbered where they should be, catalogue true."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from django.utils import timezone
from PIL import Image

from mingjing.archive.binding import bind
from mingjing.archive.contents import contents_of
from mingjing.archive.pictures import shrunk
from mingjing.cases.models import Case
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.lawengine.model import ActRecord
from mingjing.packs.file_order import check_file_orders, file_order, file_orders
from mingjing.packs.load import library
from tests.archive.filed import add_evidence, finished, photograph
from tests.documents.story import pages


class Bound:
    """A bound file as a reader finds it."""

    def __init__(self, case: Case, **options) -> None:
        self.made = bind(case, at=timezone.now(), **options)
        document = pypdfium2.PdfDocument(io.BytesIO(self.made.pdf))
        self.texts = [page.get_textpage().get_text_range() for page in document]
        self.marks = [
            (mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()
        ]
        self.numbers = [text.split()[-1] if text.split() else "" for text in self.texts]
        document.close()

    def page_of(self, title: str) -> int:
        """Where a bookmark leads."""
        return next(page for _, found, page in self.marks if title in found)


@pytest.fixture
def case(cast) -> Case:
    """A finished case of the urban bureau with five photographs and a recording of its own."""
    made = finished(cast)
    for number in range(5):
        add_evidence(cast, made, photograph(number), f"{number}.jpg", f"现场照片之{number}")
    return made


def test_pages_are_numbered_in_a_row_and_three_sheets_are_not(case):
    """Arabic numerals from 1 at the foot of every page between the catalogue and the closing sheet, which have none."""
    bound = Bound(case)
    first = bound.marks[3][2]
    last = bound.page_of("卷内备考表")

    assert bound.numbers[first:last] == [str(n) for n in range(1, last - first + 1)]
    assert bound.made.pages == last - first
    assert "行政执法案卷" in "".join(bound.texts[0].split())
    assert "卷内文件目录" in "".join(bound.texts[1].split())
    assert f"本卷共{bound.made.volumes[0].items}件{bound.made.pages}页" in "".join(bound.texts[0].split())


def test_the_number_stands_at_the_foot_on_the_right(case):
    """Read by place on the page: in the last thirtieth of the height and the last tenth of the width."""
    document = pypdfium2.PdfDocument(io.BytesIO(bind(case, at=timezone.now()).pdf))
    page = document[4]
    text = page.get_textpage()
    width, height = page.get_size()
    left, bottom, right, top = text.get_charbox(text.count_chars() - 1)
    assert width * 0.88 < left < right < width
    assert 0 < bottom < top < height / 20
    document.close()


def test_the_catalogue_gives_every_piece_with_its_pages(case):
    """The number beside a document in the catalogue is the number printed on its first page."""
    bound = Bound(case)
    first = bound.marks[3][2]
    catalogue = "".join("".join(bound.texts[1:first]).split())
    for title in ("行政处罚案件立案审批表", "行政处罚决定书", "询问笔录", "照片证据"):
        number = bound.page_of(title) - first + 1
        assert title in catalogue
        assert bound.numbers[bound.page_of(title)] == str(number)
    decision = bound.page_of("行政处罚决定书　") - first + 1
    assert f"{decision}—{decision + 2}" in catalogue


def test_photographs_lie_two_a_page_with_their_digests(case):
    """Five photographs of this test and those of the story: half as many pages, each caption with place and digest."""
    bound = Bound(case)
    photos = [one for one in contents_of(case).pieces if one.evidence and one.evidence.medium == "photo"]
    sheets = [text for text in bound.texts if "原件摘要" in "".join(text.split())]

    assert len(sheets) == (len(photos) + 1) // 2
    assert all(one.evidence and one.evidence.digest in "".join("".join(sheets).split()) for one in photos)
    assert "舞钢市温州路" in "".join(sheets)


def test_what_cannot_be_bound_is_listed_with_its_digest(cast, case):
    """A recording, and a photograph whose bytes are none, stand on the list of electronic files; nothing is dropped."""
    recording = next(
        one for one in contents_of(case).pieces if one.evidence and one.evidence.medium in {"audio", "video"}
    )
    sheet = Bound(case).texts[Bound(case).page_of("随卷电子文件目录")]
    assert recording.evidence is not None
    assert recording.evidence.digest in "".join(sheet.split())


def pdf_file(*, password: str = "", javascript: bool = False) -> bytes:
    """A PDF of one landscape page that somebody hands in."""
    made, written = pikepdf.Pdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(842, 595))
    if javascript:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        made.Root.OpenAction = action
        made.pages[0].obj.AA = pikepdf.Dictionary(O=action)
    encryption = pikepdf.Encryption(owner=password, user=password) if password else False
    made.save(written, encryption=encryption)
    return written.getvalue()


def test_an_uploaded_pdf_is_bound_as_it_is_but_does_nothing_by_itself(cast, case):
    """Its page is numbered like the others, wide as it is; its script is gone."""
    add_evidence(cast, case, pdf_file(javascript=True), "合同.pdf", "租赁合同")
    bound = Bound(case)
    at = bound.page_of("租赁合同")

    assert bound.numbers[at] == str(at - bound.marks[3][2] + 1)
    with pikepdf.open(io.BytesIO(bound.made.pdf)) as made:
        assert float(made.pages[at].mediabox[2]) == 842
        assert "/AA" not in made.pages[at].obj
        assert "/OpenAction" not in made.Root
    assert b"app.alert" not in bound.made.pdf


def test_a_wide_photograph_turned_by_its_camera_stands_upright(cast, case):
    """What the camera noted about its orientation is followed."""
    exif = __import__("PIL.Image", fromlist=["Image"]).Exif()
    exif[0x0112] = 6

    item = add_evidence(cast, case, photograph(77, (4000, 3000), exif=exif), "turned.jpg", "横拍")
    with Image.open(io.BytesIO(shrunk(item))) as photo:
        assert photo.size == (1200, 1600)


def test_the_same_file_gives_the_same_bytes(case):
    """Bound twice it is the same PDF, so that a package can be checked against it."""
    now = timezone.now()
    assert bind(case, at=now).pdf == bind(case, at=now).pdf


def test_a_file_in_two_volumes_follows_the_rule_of_its_field(cast):
    """Market supervision, article 78: approval form first, reviews in the second volume; one can be had alone."""
    case = finished(cast)
    Case.objects.filter(pk=case.pk).update(field="market")
    case.refresh_from_db()
    contents = contents_of(case)

    assert [volume.title for volume in contents.volumes] == ["正卷", "副卷"]
    first, second = contents.volumes
    assert [piece.title for piece in first.pieces][:2] == ["行政处罚案件立案审批表", "行政处罚决定书"]
    assert first.pieces[2].title.endswith("送达回证")
    assert "案件调查终结报告" in [piece.title for piece in second.pieces]
    whole, alone = Bound(case), Bound(case, volume="副卷")
    assert [mark for mark in whole.marks if mark[0] == 0][1][1] == "副卷"
    assert [volume.title for volume in alone.made.volumes] == ["副卷"]
    assert alone.made.volumes[0] == whole.made.volumes[1]
    assert alone.texts == whole.texts[whole.page_of("副卷") :]


@pytest.mark.parametrize(
    ("field", "title"), [("urban", "八类"), ("market", "正卷"), ("civil", "决定书"), ("transport", "立案")]
)
def test_the_narrowest_pack_says_the_order(field, title):
    """A field with a rule of its own follows it; the others follow the common order; every file is faultless."""
    lib = library()
    order = file_order(lib, lib.law(region="410481", field=field), "ordinary")
    assert title in order.title
    assert order.quote
    assert check_file_orders(lib) == []
    assert sum(map(len, file_orders(lib).values())) >= 4
    # A procedure for which the field says nothing falls back to the common order.
    assert "立案" in file_order(lib, lib.law(region="410481", field=field), "licence").title


def test_every_act_has_a_place_in_every_order():
    """Whatever kinds of act a procedure has, each lies somewhere, and a receipt lies with what it proves."""
    lib = library()
    for orders in file_orders(lib).values():
        for order in orders:
            for kind in lib.kinds.values():
                order.place_of(ActRecord(1, kind.kind, timezone.now(), {}, ()), kind)
    market = file_order(lib, lib.law(region="410481", field="market"), "ordinary")
    served = ActRecord(1, "document_served", timezone.now(), {"service_document": "penalty_decided"}, ())
    other = replace(served, facts={"service_document": "prior_notice_issued"})
    kind = lib.kinds["document_served"]
    assert market.place_of(served, kind) == (0, 1)
    assert market.place_of(other, kind) == (0, 2)


def test_a_document_that_was_altered_on_the_disk_is_not_bound(case, monkeypatch):
    """Its bytes are checked when they are read; with the right bytes the file is bound."""
    with monkeypatch.context() as patch:
        patch.setattr(store, "digest_stored", lambda digest: "0" * 64)
        with pytest.raises(EvidenceAltered):
            bind(case, at=timezone.now())
    assert pages(bind(case, at=timezone.now()).pdf) > 20
