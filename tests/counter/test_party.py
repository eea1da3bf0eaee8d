"""A party sees his own case and nothing else: not what is internal, not what is another's, not before it is served."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingjing.cases.models import Case
from mingjing.cases.selectors import acts_of
from mingjing.cases.services import Deed, record_act
from mingjing.packs.load import library
from mingjing.packs.party_pages import party_pages
from mingjing.personnel.selectors import person
from mingjing.translog.receipt import Receipt
from mingjing.translog.services import seal_log
from tests.counter.conftest import Visitor
from tests.defence.test_handing_in import picture

pytestmark = pytest.mark.django_db

INTERNAL = (
    "legal_review",
    "collective_discussion",
    "filing_approved",
    "decision_approved",
    "clue_registered",
)
# What of a case reaches its party's page by name; a new field on the page belongs here, and its class is checked.
ON_THE_PAGE = {"party_name", "violation_kind", "matter", "payment_bank", "payment_account"}


def test_he_sees_steps_rights_papers_and_whom_to_ask(live, visitor):
    """In plain words, with the days left and how they were counted."""
    case = live()
    page = visitor.enters(case)

    for words in (
        "舞钢市恒远建材有限公司",
        "向您送达了《行政处罚事先告知书》",
        "陈述、申辩",
        "最后一天：<strong>2026年3月26日（周四）",
        "当日不计入",
        "住房和城乡建设行政处罚程序规定",
        "执法证号",
        "12345",
        "下载 PDF",
    ):
        assert words in page
    assert "在线要求听证" not in page  # the notice gave no such right


def test_the_paper_and_its_receipt_are_there_and_nobody_elses(live, visitor):
    """The PDF that was issued; an act that gives him no paper has none for him."""
    case = live()
    visitor.enters(case)
    notice = case.act("prior_notice_issued")
    seal_log(at=case.at)

    pdf = visitor.client.get(f"/counter/case/papers/{notice.seq}.pdf")
    receipt = visitor.client.get(f"/counter/case/papers/{notice.seq}/receipt.json")

    assert (pdf["Content-Type"], pdf.content[:5], pdf["Cache-Control"]) == (
        "application/pdf",
        b"%PDF-",
        "no-store",
    )
    assert Receipt.parse(receipt.content).kind == "document"
    for act in acts_of(case.case):
        if act.seq not in {notice.seq, case.act("correction_ordered").seq}:
            visitor.reads(f"case/papers/{act.seq}.pdf", 404)


def canaries(case: Case) -> dict[str, str]:
    """Every text that any act has stated in a field the page does not name, save what also stands in one it names."""
    fields, shown = library().fields, {name for step in party_pages().steps.values() for name in step.shows}
    found = {}
    allowed = " ".join(str(act.facts.get(name, "")) for act in acts_of(case) for name in ON_THE_PAGE | shown)
    for act in acts_of(case):
        for name, value in act.facts.items():
            if name in ON_THE_PAGE | shown or fields[name].type not in {
                "text",
                "longtext",
                "id_number",
                "phone",
            }:
                continue
            if isinstance(value, str) and len(value) > 3 and value not in allowed:
                found[f"{act.kind}.{name}"] = value
    return found


@pytest.mark.parametrize("story", ["ordinary", "hearing"])
def test_nothing_that_is_not_named_reaches_any_page(live, visitor, reviewer2, story):
    """Reviews, discussions, opinions, reporters, answers of witnesses: not one text of the file shows."""
    case = live(story)
    case.at = case.tale.moment(case.tale.story.steps[-1]) + timedelta(days=1)
    case.tale.play()
    case.case.refresh_from_db()
    visitor.enters(case, "penalty_decided" if story == "ordinary" else "prior_notice_issued")
    pages = visitor.reads("case/") + visitor.reads("case/statement/")

    planted = canaries(case.case)
    own_officers = {one["name"] for act in acts_of(case.case) for one in act.performers} - {
        person(name).name for name in case.case.handlers
    }
    # The document number of a paper in his hands stands beside it.
    numbers = {
        str(act.facts.get("document_no")) for act in acts_of(case.case) if act.kind in party_pages().papers
    }
    assert len(planted) > 20
    assert [name for name, text in planted.items() if text in pages and text not in numbers] == []
    assert [name for name in own_officers if f"{name}（执法证号" in pages] == []
    assert story != "ordinary" or ("案件办理终结" in pages and "案卷已归档" in pages)


def test_every_step_that_is_told_is_none_of_the_inner_ones():
    """The list in the packs names no review, discussion, approval of a decision, evidence or report."""
    told_of = set(party_pages().steps)
    inner = {kind.kind for kind in library().kinds.values() if kind.stage in {"review", "discussion", "clue"}}
    assert told_of & inner == set()
    assert told_of & {"decision_approved", "evidence_collected", "case_assigned", "recusal_decided"} == set()


def test_fields_that_are_told_are_not_about_other_people():
    """No identity number, phone, account or witness among them."""
    for step in party_pages().steps.values():
        for name in step.shows:
            field = library().fields[name]
            assert field.type not in {"id_number", "phone", "person", "people"}, name
            assert field.mask not in {"id", "account", "plate"}, name


def test_a_witness_questioned_is_no_step_of_his(live, visitor):
    """That his own manager was questioned is; that a witness was is not."""
    case = live()
    assert "制作了询问笔录" in visitor.enters(case)
    facts = dict(case.act("inquiry_recorded").facts) | {
        "person_relation": "witness",
        "person_questioned": "证人钱某",
    }
    deed = Deed(
        kind="inquiry_recorded", facts=facts, performers=["officer", "officer2"], by=person("officer"),
        done_at=case.act("inquiry_recorded").done_at + timedelta(minutes=5),
        evidence=[one["digest"] for one in case.act("inquiry_recorded").evidence],
    )  # fmt: skip
    record_act(case=case.case, deed=deed, once="witness")

    page = visitor.reads("case/")
    assert page.count("制作了询问笔录") == 1
    assert "钱某" not in page


def test_two_parties_in_one_case_see_each_only_what_is_theirs(live, visitor):
    """The notice went to one, then the case was turned against another: the first sees nothing of the second."""
    case = live()
    facts = {
        "party_name": "舞钢市后来者商贸有限公司",
        "party_uscc": "91410481MA40D3CC81",
        "party_kind": "organization",
    }
    turned = dict(case.act("filing_approved").facts) | facts
    at = case.at
    deed = Deed(
        kind="filing_approved", facts={k: v for k, v in turned.items() if k != "document_no"},
        performers=["head"], by=person("head"), done_at=at, imported=True,
    )  # fmt: skip
    record_act(case=case.case, deed=deed, once="turned")
    case.at = at + timedelta(hours=2)

    page = visitor.enters(case)

    assert "舞钢市恒远建材有限公司" in page
    assert "后来者" not in page
    assert case.case.number not in page
    assert Visitor("203.0.113.9").enters(case, status=422, last="D3CC81")


def test_somebody_elses_code_with_his_own_number_opens_nothing(cast, live, visitor):
    """And the refusal does not say which of the two was wrong."""
    case = live()
    wrong = visitor.enters(case, status=422, last="999999")
    none = visitor.enters(case, status=422, code="A" * 26)

    said = [re.search(r'id="fault"><p>([^<]+)', page)[1] for page in (wrong, none)]
    assert said[0] == said[1]
    visitor.reads("case/", 403)


def test_after_half_an_hour_he_is_at_the_door_again_with_what_he_has_typed(live, visitor):
    """What was not kept yet is shown to be copied; a cookie that was altered opens nothing either."""
    case = live()
    visitor.enters(case)
    visitor.reads("case/statement/")
    line = visitor.hidden("line")
    visitor.client.cookies["mingjing_counter"] = visitor.client.cookies["mingjing_counter"].value + "x"

    page = visitor.sends("case/statement/lines/", 403, line=line, text="写了很久的意见", request="")

    assert "写了很久的意见" in page
    assert "重新填写查验码" in page


def test_the_cookie_is_of_the_counter_alone_and_the_officers_session_counts_nothing(live, visitor):
    """Path, span and flags of the cookie; an officer who is signed in is a stranger here and stays signed in there."""
    case = live()
    visitor.enters(case)
    cookie = visitor.client.cookies["mingjing_counter"]
    assert (cookie["path"], cookie["max-age"], bool(cookie["httponly"]), cookie["samesite"]) == (
        "/counter/",
        1800,
        True,
        "Lax",
    )
    assert case.case.code not in cookie.value

    officer = Client()
    officer.force_login(person("officer"), backend="django.contrib.auth.backends.ModelBackend")
    key = officer.cookies["sessionid"].value
    assert officer.get("/counter/case/").status_code == 403
    assert officer.cookies["sessionid"].value == key
    assert officer.get("/").status_code == 200
    assert visitor.client.get("/cases/").status_code == 302


def test_arguments_are_written_one_by_one_sent_once_and_answered(live, visitor):
    """Without a script: two arguments, a photo, the receipt at once, and later the reply on his page."""
    case = live()
    visitor.enters(case)
    visitor.writes(
        "<script>alert(1)</script>面积没有那么大",
        "请求从轻处罚",
        file=SimpleUploadedFile("现场.png", picture()),
    )
    page = visitor.writes("已经改正")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    once = visitor.hidden("once")

    slip = visitor.sends("case/statement/send/", once=once)
    again = visitor.sends("case/statement/send/", once=once)

    number = re.search(r"CS\d{8}-[0-9A-F]{8}", slip)[0]
    assert number in again
    assert slip.count("存证摘要") == 2
    assert slip.count("SHA-256") == 1
    assert "正在封存" in slip
    seal_log(at=case.at)
    visitor.reads(f"case/received/{number}/")
    receipts = re.findall(r'href="(/counter/case/received/[^"]+receipt\.json)"', visitor.page)
    assert len(receipts) == 3
    assert {Receipt.parse(visitor.client.get(one).content).kind for one in receipts} == {"argument"}
    assert "答复以前不得作出处罚决定" in visitor.reads("case/")

    stranger = Visitor("203.0.113.77")
    assert stranger.client.get(receipts[0]).status_code == 403
    stranger.enters(live(party_name="舞钢市别家有限公司", party_uscc="91410481MA40D3CC81"))
    assert {stranger.client.get(one).status_code for one in receipts} == {404}


def test_a_file_that_is_none_is_refused_and_the_words_stay(live, visitor):
    """He is told what may be sent; the argument is kept."""
    case = live()
    visitor.enters(case)
    page = visitor.writes(
        "面积不对", status=422, file=SimpleUploadedFile("照片.png", b"<svg onload=alert(1)>")
    )
    assert "文件没有收下" in page
    assert "面积不对" in visitor.reads("case/statement/")


def test_a_form_without_its_token_is_not_taken(live, visitor):
    """Another site cannot send in his name."""
    case = live()
    visitor.enters(case)
    visitor.page = visitor.token = ""
    visitor.sends("case/statement/lines/", 403, line="0" * 16, text="别人写的", request="")
    assert "别人写的" not in visitor.reads("case/statement/")
