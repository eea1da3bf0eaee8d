"""The desk of public lists, as its people use it: rows typed and imported, checked, reviewed, published, withdrawn."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from mingjing.packs.catalogue_kinds import catalogue_kinds
from mingjing.publicity.catalogue_models import CatalogueDraft, CatalogueStep
from mingjing.publicity.models import PublicItem
from tests.cast import BUREAU
from tests.publicity.conftest import AT
from tests.publicity.lists import BASIS, CAPS, published

HOME = "/publicity/catalogues/"
CAP = f"{HOME}frequency_caps/"


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


def desk(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(answer) -> str:
    return answer.content.decode()


def file(rows) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return SimpleUploadedFile("上限.xlsx", stream.getvalue())


def send(client, step, slug="frequency_caps", **given):
    return client.post(f"{HOME}{slug}/{step}", given, follow=True)


def seen() -> str:
    return CatalogueDraft.objects.get().digest


def test_powers_go_from_the_system_to_the_public_through_four_people(cast):
    """Brought in by the system, mended in a form, checked, returned and reviewed above, published, read by anybody."""
    author, checker, above = desk(cast.publicity), desk(cast.reviewer), desk(cast.supervisor)
    assert "由系统带出已知事项" in body(author.get(f"{HOME}powers/"))
    page = body(send(author, "begin", "powers", **{"from": "system"}))
    assert "行政处罚" in page
    draft = CatalogueDraft.objects.get()
    faulty = [at for at, row in enumerate(draft.rows) if not row[3]]
    refused = send(author, "submit", "powers")
    assert (refused.status_code, "行还不能公布" in body(refused)) == (422, bool(faulty))
    for at in reversed(faulty):
        author.post(f"{HOME}powers/draft/rows/{at}/", {"delete": "1"})
    assert "已提交" in body(send(author, "submit", "powers"))

    assert "等待核对" in body(checker.get("/"))
    assert "已核对" in body(send(checker, "check", "powers", seen=seen()))
    assert send(author, "publish", "powers", seen=seen()).status_code == 422
    assert "报审" in body(above.get(HOME))
    where = f"{HOME}powers/draft/?agency={BUREAU}"
    assert "审核同意" in body(above.get(where))
    above.post(f"{HOME}powers/return?agency={BUREAU}", {"reason": "补追责情形"})
    assert "已退回修改：补追责情形" in body(author.get(f"{HOME}powers/draft/"))
    send(author, "submit", "powers")
    send(checker, "check", "powers", seen=seen())
    above.post(f"{HOME}powers/review?agency={BUREAU}", {"seen": seen()})
    assert "已公布" in body(send(author, "publish", "powers", seen=seen()))
    public = Client().get(f"/portal/lists/catalogue/?agency={BUREAU}&slug=powers")
    assert "舞钢市城市管理局" in body(public)
    assert CatalogueStep.objects.filter(kind="returned", done_by="supervisor").exists()


def test_a_row_is_refused_in_its_form_with_the_words_kept_and_saved_when_mended(cast):
    """What was typed stands in the form again."""
    author = desk(cast.publicity)
    send(author, "begin")
    typed = {"name": "某检查", "object": "商户", "body": "某局", "cap": "两", "basis": "《没有的法》第一条"}
    answer = author.post(f"{CAP}draft/rows/new/", typed)
    assert answer.status_code == 422
    assert "要写成数" in body(answer)
    assert "《没有的法》第一条" in body(answer)
    assert CatalogueDraft.objects.get().rows == []

    author.post(f"{CAP}draft/rows/new/", typed | {"cap": "2次", "basis": BASIS})
    assert CatalogueDraft.objects.get().rows == [["某检查", "商户", "某局", "2", BASIS, "", ""]]
    twice = author.post(f"{CAP}draft/rows/new/", typed | {"cap": "3", "basis": BASIS})
    assert "重复了" in body(twice)


def test_a_file_is_told_row_by_row_and_saved_whole_or_knowingly_in_part(cast):
    """With a refused row nothing is saved, unless only the sound rows are asked for."""
    author = desk(cast.publicity)
    published(cast, "frequency_caps", CAPS)
    head = [one.title for one in catalogue_kinds("410481", "urban", BUREAU)["frequency_caps"].columns]
    rows = [head, CAPS[0], ("新", "企业", "局", "1", BASIS), ("坏", "企业", "局", "多", BASIS)]
    answer = author.post(f"{CAP}import/", {"file": file(rows), "save": "1"})
    page = body(answer)
    assert answer.status_code == 422
    assert "新增 1 行，改动 0 行，不变 1 行，不能导入 1 行" in page
    assert "D4 “年度上限（次）”" in page
    assert "建筑垃圾运输检查" in page  # that will be gone
    assert not CatalogueDraft.objects.exists()

    author.post(f"{CAP}import/", {"file": file(rows), "save": "1", "sound_only": "1"})
    assert [row[0] for row in CatalogueDraft.objects.get().rows] == ["市容环境日常检查", "新"]
    assert "不是 XLSX" in body(author.post(f"{CAP}import/", {"file": SimpleUploadedFile("a.pdf", b"%PDF")}))


def test_the_template_and_every_version_are_taken_away_and_come_back_the_same(cast):
    """What the page gives, the import takes without a word."""
    author = desk(cast.publicity)
    published(cast, "frequency_caps", CAPS)
    template = load_workbook(io.BytesIO(author.get(f"{CAP}template.xlsx").content)).active
    assert [cell.value for cell in template[1]][:2] == ["序号", "检查事项"]
    for suffix in ("xlsx", "csv"):
        content = author.get(f"{CAP}versions/1/file.{suffix}").content
        again = author.post(f"{CAP}import/", {"file": SimpleUploadedFile(f"a.{suffix}", content)})
        assert "新增 0 行，改动 0 行，不变 2 行，不能导入 0 行" in body(again)
    assert author.get(f"{CAP}versions/1/file.exe").status_code == 404
    assert author.get(f"{CAP}versions/7/").status_code == 404


def test_versions_are_compared_and_a_withdrawal_is_seen_by_the_desk(cast):
    """The reason is asked for; what was withdrawn can be drafted again."""
    published(cast, "frequency_caps", CAPS)
    published(cast, "frequency_caps", [(*CAPS[0][:3], "1", *CAPS[0][4:])])
    head = desk(cast.head)
    page = body(head.get(f"{CAP}versions/2/"))
    assert "增加 0 行，删去 1 行，改动 1 行" in page
    assert "△ 改动" in page
    assert send(head, "withdraw", reason="").status_code == 422
    assert "已撤回" in body(send(head, "withdraw", reason="上限有误"))
    assert "撤回，自" in body(head.get(CAP))
    assert PublicItem.objects.filter(kind="catalogue").count() == 2


def test_the_pages_speak_of_ones_own_agency_and_above_of_those_below(cast):
    """The bureau beside sees nothing of the draft; the office above reads it and cannot write in it."""
    author = desk(cast.publicity)
    send(author, "begin")
    author.post(
        f"{CAP}draft/rows/new/", dict(zip(("name", "object", "body", "cap", "basis"), CAPS[0], strict=False))
    )
    beside, above = desk(cast.outsider), desk(cast.supervisor)
    assert beside.get(f"{CAP}draft/?agency={BUREAU}").status_code == 403
    assert beside.get(f"{CAP}draft/").status_code == 404
    page = body(above.get(f"{CAP}draft/?agency={BUREAU}"))
    assert "市容环境日常检查" in page
    assert "提交核对" not in page
    assert above.post(f"{CAP}submit?agency={BUREAU}").status_code == 403
    assert author.get(f"{HOME}nothing/").status_code == 404
