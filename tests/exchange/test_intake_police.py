"""Answers of the police to transferred cases: matched by the letter, kept once, recorded only by a person."""

import json
from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from mingjing.cases.models import Case
from mingjing.cases.selectors import acts_of
from mingjing.cases.services import ActRefused, Deed, record_act
from mingjing.documents.models import IssuedDocument
from mingjing.exchange.intake.confirming import NotConfirmed, Said, confirm
from mingjing.exchange.intake.models import Paper
from mingjing.exchange.intake.sorts import FOLDER, read_sort
from tests.exchange.test_intake import signed, step, text, upload
from tests.stories import told

pytestmark = pytest.mark.django_db
HEAD = "文书文号,公安机关,移送书文号,处理结果,作出日期,送达日期,理由"
BEIJING = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 12, 10, 0, tzinfo=BEIJING)


@pytest.fixture
def moved(cast):
    """A case that was handed to the police, and its letter."""
    _, case = told(cast, until="inspection_recorded")
    facts = {
        "transferred_to": "舞钢市公安局",
        "crime_suspected": "妨害公务罪",
        "transfer_reason": "现场以暴力阻碍执法。",
        "crime_reported_at": "2026-03-11T09:00+08:00",
        "transfer_approver": "head",
        "transfer_approved_at": "2026-03-12T09:00+08:00",
        "transfer_materials": ["transfer_letter", "investigation_report"],
    }
    deed = Deed(
        kind="criminal_transferred",
        facts=facts,
        performers=["officer", "officer2"],
        by=cast.officer,
        done_at=AT,
    )
    act = record_act(case=case, deed=deed, once="moved")
    letter = act.facts["document_no"]
    IssuedDocument.objects.create(
        act=act, case_code=case.code, form="criminal_transfer_letter", title="涉嫌犯罪案件移送书",
        edition=date(2026, 3, 1), number=letter, code="moved", digest="0" * 64, size=1, issued_at=AT,
    )  # fmt: skip
    return SimpleNamespace(
        case=case, cast=cast, letter=letter, kinds=lambda: [one.kind for one in acts_of(case)]
    )


def row(moved, docket="舞公（刑）立字〔2026〕7号", outcome="立案", **more):
    cells = {"letter": moved.letter, "reason": "", **more}
    return f"{docket},舞钢市公安局,{cells['letter']},{outcome},2026-03-14,2026-03-16,{cells['reason']}"


def test_an_answer_is_matched_by_the_letter_and_recorded_by_whoever_confirms_it(moved):
    """Before that nothing is in the case; twice sent or twice confirmed it is one act; the next step is told."""
    clerk = moved.cast.clerk
    assert "新收 1" in text(upload(clerk, f"{HEAD}\n{row(moved)}\n", "police"))
    paper = Paper.objects.get()
    assert (paper.case_code, "transfer_answered" in moved.kinds()) == (moved.case.code, False)
    page = text(signed(clerk).get(f"/exchange/inbox/papers/{paper.pk}/"))
    assert "移送书文号相同" in page
    assert "第八条至第十条" in page
    assert "移送处理结果" in text(signed(clerk).get("/exchange/inbox/"))
    assert "已有 1" in text(upload(clerk, f"{HEAD}\n{row(moved)}\n", "police"))

    assert "收到通知的日期" in step(clerk, paper, "confirm", 422)
    step(clerk, paper, "confirm", received_on="2026-03-16")

    act = acts_of(moved.case)[-1]
    assert (act.kind, act.recorded_by, act.done_at.astimezone(BEIJING).date()) == (
        "transfer_answered",
        "clerk",
        date(2026, 3, 16),
    )
    assert act.facts["transfer_answer"] == "filed"
    assert act.facts["transfer_answer_no"] == "舞公（刑）立字〔2026〕7号"
    assert act.facts["transfer_answered_on"] == "2026-03-14"
    assert "已经办理过" in step(clerk, paper, "confirm", 422, received_on="2026-03-16")
    assert moved.kinds().count("transfer_answered") == 1


@pytest.mark.parametrize(
    ("word", "code"),
    [("不予立案", "refused"), ("撤案", "withdrawn"), ("回转", "returned"), ("转送", "forwarded")],
)
def test_every_answer_has_its_word_and_a_later_one_is_another_paper(moved, word, code):
    """First taken up, then something else under the same number: two answers, each with its reason."""
    lines = [row(moved), row(moved, outcome=word, reason="情节显著轻微")]
    upload(moved.cast.clerk, "\n".join([HEAD, *lines, ""]), "police")
    for paper in Paper.objects.order_by("id"):
        step(
            moved.cast.officer,
            paper,
            "confirm",
            received_on="2026-03-16",
            summary=paper.values.get("reason", ""),
        )
    first, last = acts_of(moved.case)[-2:]
    assert (first.facts["transfer_answer"], last.facts["transfer_answer"]) == ("filed", code)
    assert last.facts["transfer_answer_reason"] == "情节显著轻微"


def test_an_answer_without_its_letter_waits_for_a_person_and_a_foreign_word_is_refused(moved):
    """No name decides; a result nobody agreed on is told with what may be written."""
    lines = [row(moved, letter=""), row(moved, "他号", "酌情")]
    page = text(upload(moved.cast.clerk, "\n".join([HEAD, *lines, ""]), "police"))
    assert "不能收 1" in page
    assert "不予立案" in page
    paper = Paper.objects.get()
    assert paper.case_code == ""
    assert "先认领" in step(moved.cast.clerk, paper, "confirm", 422, received_on="2026-03-16")
    step(moved.cast.clerk, paper, "assign", number=Case.objects.get(pk=moved.case.pk).number)
    step(moved.cast.clerk, paper, "confirm", received_on="2026-03-16")
    assert "transfer_answered" in moved.kinds()


def test_a_case_that_was_not_transferred_takes_no_answer(cast, moved):
    """The pack says so, in its words; the page warns before; recorded by hand before, it is not doubled."""
    _, other = told(cast, mark="other", until="filing_approved")
    upload(cast.clerk, f"{HEAD}\n{row(moved, letter='')}\n", "police")
    paper = Paper.objects.get()
    step(cast.clerk, paper, "assign", number=other.code)
    assert "没有登记“移送涉嫌犯罪案件”" in text(signed(cast.clerk).get(f"/exchange/inbox/papers/{paper.pk}/"))
    with pytest.raises(ActRefused):
        confirm(
            paper=paper,
            version=1,
            said=Said(received_on=date(2026, 3, 16)),
            by=cast.clerk,
            at=AT.replace(day=20),
        )
    assert "transfer_answered" not in [one.kind for one in acts_of(other)]

    step(cast.clerk, paper, "assign", number=moved.case.code)
    step(cast.clerk, paper, "confirm", received_on="2026-03-16")
    Paper.objects.update(state="open")
    with pytest.raises(NotConfirmed, match="已经登记过这份文书"):
        confirm(
            paper=paper,
            version=1,
            said=Said(received_on=date(2026, 3, 16)),
            by=cast.clerk,
            at=AT.replace(day=20),
        )


def test_the_platform_sends_rows_with_its_token(moved, settings):
    """Without a token the door is not there; the row names its agency."""

    def send(token):
        told = {
            "文书文号": "甲1",
            "公安机关": "舞钢市公安局",
            "移送书文号": moved.letter,
            "作出日期": "2026-03-14",
        }
        body = {"answers": [told | {"处理结果": "立案", "执法机关": "舞钢市城市管理局"}]}
        return Client().post(
            "/exchange/inbound/police",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    assert send("t").status_code == 404
    settings.MINGJING_INBOUND_POLICE_TOKEN = "t"
    assert send("wrong").status_code == 401
    assert [one["fate"] for one in send("t").json()["rows"]] == ["new"]
    assert Paper.objects.get().case_code == moved.case.code


def test_headings_of_our_own_say_that_they_are_to_be_checked():
    """Nobody has seen the interface of the police: the file says so."""
    assert "待核对" in (FOLDER / "police.toml").read_text(encoding="utf-8")
    assert read_sort(FOLDER / "police.toml").title == "公安机关处理结果"
