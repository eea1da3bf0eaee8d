"""After the decision is out, in the browser: correction, credit repair, the board, tables for other platforms."""

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.cli.demo.exhibits import exhibit
from mingjing.exchange.models import Export
from mingjing.personnel.models import Agency
from mingjing.publicity.models import Correction, Preparation, Publication, RepairRequest
from mingjing.publicity.services import confirm, prepare
from tests.cast import make_person
from tests.stories import telling
from tests.web.conftest import SignIn
from tests.web.test_publicity_desk import FACTS

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

GRADED = {**FACTS, "credit_grade": "minor", "credit_reason": "群众多次反映"}


@pytest.fixture
def published(cast: "Cast") -> Publication:
    """A fine imposed on the spot and published."""
    tale = telling(cast, "summary")
    until = next(n for n, step in enumerate(tale.story.steps) if step.kind == "decision_published")
    paper = prepare(case=tale.play(until), by=cast.publicity, facts=GRADED)
    return confirm(preparation=paper, by=cast.publicity2)


def test_a_correction_goes_from_the_form_to_a_second_person_to_the_public_page(
    cast: "Cast", published: Publication, at_desk: SignIn
) -> None:
    """The public page says what changed and why; the old address leads to the new one and shows nothing else."""
    form = f"/publicity/published/{published.code}/correct"
    first = at_desk(cast.publicity)
    assert "更正的理由" in first.get(form).content.decode()
    assert first.post(form, {"reason": ""}).status_code == 422
    sent = {"f.violation_kind": "在人行道擅自堆放物料", "reason": "违法行为写错。", "hides_old": "0"}
    answer = first.post(form, sent)
    paper = Preparation.objects.get(confirmed_by=None)
    assert answer["Location"] == f"/publicity/papers/{paper.pk}/"

    second = at_desk(cast.publicity2)
    assert "更正第 1 版" in second.get(answer["Location"]).content.decode()
    assert second.post(answer["Location"], {"once": paper.once}).status_code == 302

    right = Correction.objects.get().publication
    page = at_desk(cast.officer).get(f"/portal/decisions/{right.code}/").content.decode()
    assert "更正说明" in page
    assert "现为“在人行道擅自堆放物料”" in page
    old = at_desk(cast.officer).get(f"/portal/decisions/{published.code}/").content.decode()
    assert f"/portal/decisions/{right.code}/" in old
    assert "擅自堆放物料" not in old


def test_a_request_for_repair_is_entered_accepted_and_shown_with_its_limits(
    cast: "Cast", published: Publication, at_desk: SignIn
) -> None:
    """Without the letter it is refused; with it there is a receipt, and the desk shows conditions and days."""
    form, desk = f"/publicity/published/{published.code}/repair", at_desk(cast.publicity)
    told = {"applicant": "刘大勇", "contact": "0375-1234567", "statement": "已清理并缴款。"}
    assert "信用承诺书" in desk.post(form, told).content.decode()
    assert not RepairRequest.objects.exists()

    name, content = exhibit("信用承诺书复印件", published.case_code)
    letter = SimpleUploadedFile(name, content.read())
    address = desk.post(form, {**told, "letter": letter})["Location"]
    page = desk.get(address).content.decode()
    assert "尚未对照原文核对" in page
    assert "没有复查记录" in page
    assert desk.post(address, {"step": "accept"}).status_code == 302
    refused = desk.post(address, {"step": "approve", "colleague": "publicity2"})
    assert refused.status_code == 422
    assert "还不符合信用修复的条件" in refused.content.decode()
    assert "刘大勇" in desk.get("/publicity/").content.decode()


def test_the_board_counts_what_is_late_for_those_above(cast: "Cast", at_desk: SignIn) -> None:
    """A decision of long ago that nobody published is one late in red; officers have no board."""
    tale = telling(cast, "summary")
    until = next(n for n, step in enumerate(tale.story.steps) if step.kind == "decision_published")
    tale.play(until)
    page = at_desk(cast.supervisor).get("/publicity/board/").content.decode()
    assert cast.bureau.name in page
    assert 'mj-tag-red">1' in page
    assert at_desk(cast.officer).get("/publicity/board/").status_code == 403


def test_a_table_is_made_checked_downloaded_and_compared_by_its_own_people_alone(
    cast: "Cast", published: Publication, at_desk: SignIn
) -> None:
    """Faults name row and column; with the agency's code mended the row is there; a stranger finds nothing."""
    desk = at_desk(cast.publicity)
    address = desk.post("/exchange/make", {"target": "credit_penalty"})["Location"]
    assert "处罚机关统一社会信用代码" in desk.get(address).content.decode()

    Agency.objects.filter(pk=cast.bureau.pk).update(uscc="91410481MA40D3CC81")
    address = desk.post("/exchange/make", {"target": "credit_penalty"})["Location"]
    page = desk.get(address).content.decode()
    assert "每一行、每一列都符合要求" in page
    content = desk.get(f"{address}table.csv").content
    assert "410481198506121014" in content.decode("utf-8-sig")
    back = desk.post(address, {"file": SimpleUploadedFile("back.csv", content)}).content.decode()
    assert "没有差异" in back
    other = "文号,名称,日期\n1,甲,2026-01-01\n2,乙,2026-01-02\n".encode()
    bad = desk.post(address, {"file": SimpleUploadedFile("back.csv", other)})
    assert bad.status_code == 422
    assert "文件缺少这些列" in bad.content.decode()

    stranger = at_desk(make_person("far", "外", "publicity", agency=cast.elsewhere.code))
    for path in (address, f"{address}table.xlsx"):
        assert stranger.get(path).status_code == 404
    assert at_desk(cast.supervisor).get(address).status_code == 403
    assert Export.objects.count() == 2
