"""Reconsideration and suits through the real pages: limits, loss, check, judgment carried out, publication down."""

import re
import tomllib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from mingjing.cases.selectors import acts_of, engine_view
from mingjing.cases.services import Deed, record_act
from mingjing.disputes.audit import audit_disputes
from mingjing.disputes.learning import clauses_of, replayed, topics_of
from mingjing.disputes.models import Dispute, DisputeEvent
from mingjing.packs.dispute_terms import NAME, check_dispute_terms
from mingjing.packs.load import library
from mingjing.packs.variants import with_file
from mingjing.publicity.models import Publication, Withdrawal
from tests.append_only import tampering
from tests.archive.filed import add_evidence
from tests.cast import ELSEWHERE, make_person
from tests.stories import told

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "000001e221bc330000000049454e44ae426082"
)
pytestmark = pytest.mark.django_db


def signed(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def send(client, no: str, step: str, status: int = 302, **fields) -> str:
    answer = client.post(f"/disputes/{no}/step", {"step": step, **fields})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def decision_of(case):
    return next(one for one in acts_of(case) if one.kind == "penalty_decided")


def entered(cast, case, by=None, status: int = 302, **more) -> Dispute | None:
    fields = {
        "kind": "litigation",
        "decision": decision_of(case).code,
        "body": "舞钢市人民法院",
        "docket": "（2026）豫0481行初8号",
        "opened_on": timezone.localdate().isoformat(),
        "once": "a" * 32,
        **more,
    }
    answer = signed(by or cast.reviewer).post(f"/cases/{case.code}/disputes/new/", fields)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return Dispute.objects.first()


LOSS = {
    "outcome": "revoked",
    "cause": ["procedure", "", ""],
    "law": ["行政处罚法", "", ""],
    "article": ["第四十四条", "", ""],
    "summary": "没有证明已经送达事先告知书。",
    "duty": "退还罚款",
}


def loss(**more) -> dict:
    today = timezone.localdate()
    return {**LOSS, "on": today.isoformat(), "perform_by": (today + timedelta(days=30)).isoformat(), **more}


def test_a_suit_from_notice_to_the_publication_taken_down(cast):
    """Answered, heard, lost, change recorded by the head, withdrawn by two, carried out with proof; acts beside it."""
    _, case = told(cast, until="decision_published")
    row, today = entered(cast, case), timezone.localdate().isoformat()
    assert [one.kind for one in acts_of(case)][-1] == "remedy_started"
    reviewer = signed(cast.reviewer)
    assert "提交答辩状、证据" in page(reviewer, f"/disputes/{row.no}/")
    send(reviewer, row.no, "reply", on=today, text="答辩状和证据 12 件")
    told_off = send(reviewer, row.no, "hear", 422, on=today, attended="delegate", who="乙", reason="")
    assert "写明不能出庭的理由" in told_off
    send(reviewer, row.no, "hear", on=today, attended="head", who="己，局长", reason="")
    assert "逐项写明原因" in send(reviewer, row.no, "decide", 422, **loss(cause="", law="", article=""))
    assert "没有第999条" in send(reviewer, row.no, "decide", 422, **loss(article=["第999条", "", ""]))
    send(reviewer, row.no, "decide", **loss())
    assert [one.kind for one in acts_of(case)][-1] == "remedy_concluded"
    assert "还没有写明" in page(reviewer, "/disputes/lessons/")

    one, other = signed(cast.publicity), signed(cast.publicity2)
    assert "先由机关负责人" in send(one, row.no, "propose", 422, reason="判决撤销")
    record_act(
        case=case,
        deed=Deed(
            kind="decision_revoked",
            facts={"revocation_kind": "revoked", "revocation_reason": "判决撤销"},
            performers=[cast.head.username],
            by=cast.head,
            done_at=timezone.now(),
        ),
        once="revoked",
    )
    send(one, row.no, "propose", reason="舞钢市人民法院判决撤销。")
    assert "两个人" in send(one, row.no, "confirm", 422)
    assert not Withdrawal.objects.exists()
    send(other, row.no, "confirm")
    assert Publication.objects.get(case_code=case.code).withdrawal.reason == "舞钢市人民法院判决撤销。"

    assert "上传到本案证据" in send(reviewer, row.no, "perform", 422, on=today, text="已退款")
    proof = add_evidence(cast, case, PNG, "退款回单.png", "退款回单").digest
    send(reviewer, row.no, "perform", on=today, text="已退还罚款", proofs=proof)
    shown = page(reviewer, f"/disputes/{row.no}/")
    assert "已履行" in shown
    assert "公示已撤回" in shown


def test_without_a_loss_nothing_is_to_be_withdrawn_or_learnt(cast):
    """The twin: upheld, so neither cause nor check nor withdrawal."""
    _, case = told(cast, until="penalty_decided")
    row = entered(cast, case, kind="reconsideration", body="舞钢市人民政府")
    assert row.no.startswith("FY")
    reviewer = signed(cast.reviewer)
    send(reviewer, row.no, "decide", on=timezone.localdate().isoformat(), outcome="upheld")
    shown = page(reviewer, f"/disputes/{row.no}/")
    assert "哪项检查能拦住" not in shown
    assert "当事人不服复议决定提起诉讼" in shown
    assert "没有败诉" in send(reviewer, row.no, "draft", 422, name="new_check", title="检查")
    assert "没有需要" in send(signed(cast.publicity), row.no, "propose", 422, reason="?")


def test_who_may_not_enter_and_what_cannot_be(cast):
    """An officer does not register; the same form twice is one; a day before the decision is refused."""
    _, case = told(cast, until="penalty_decided")
    early = {"opened_on": "2020-01-01", "once": "b" * 32}
    assert entered(cast, case, by=cast.officer, status=403) is None
    assert entered(cast, case, status=422, **early) is None
    assert entered(cast, case, status=422, decision="nothing", once="c" * 32) is None
    first = entered(cast, case)
    assert entered(cast, case) == first
    assert Dispute.objects.count() == 1


def test_a_lost_case_drafts_a_check_with_itself_as_example(cast):
    """The draft is TOML, names the clause, carries days and choices and nothing of the party; listed and downloaded."""
    _, case = told(cast, until="penalty_decided")
    row, reviewer = entered(cast, case), signed(cast.reviewer)
    send(reviewer, row.no, "decide", **loss())
    assert "拦住" in page(reviewer, f"/disputes/{row.no}/")
    assert "没有反应" in send(reviewer, row.no, "name", 422, rule="cn.penalty.notice_before_decision")
    assert "小写字母" in send(reviewer, row.no, "draft", 422, name="中文", title="检查")
    send(reviewer, row.no, "draft", name="notice_receipt_signed", title="事先告知书要有签收的回证")
    assert "cn.penalty.notice_receipt_signed" in page(reviewer, "/disputes/checks/")
    text = page(reviewer, f"/disputes/{row.no}/checks/notice_receipt_signed.toml")
    rule = tomllib.loads(text)
    example = rule["example"][-1]
    assert rule["version"][0]["source"].items() >= {"law": "行政处罚法", "article": "第四十四条"}.items()
    assert (example["expect"], example["before"][0]["kind"]) == ("breach", "clue_registered")
    assert case.party_name not in text
    assert "拟新增" in page(reviewer, "/disputes/lessons/")
    assert reviewer.get("/disputes/lessons.xlsx").content[:2] == b"PK"


def test_the_same_file_without_its_notice_would_be_stopped_today_and_with_it_passes(cast):
    """Replayed by today's packs: the rule on the very clause refuses the decision; whole, it passes."""
    _, case = told(cast, until="penalty_decided")
    law, head, acts = engine_view(case)
    causes = [{"cause": "procedure", "law": "行政处罚法", "article": "第四十四条"}]
    clauses, topics = clauses_of(causes), topics_of(causes)
    lame = [one for one in acts if one.kind != "prior_notice_issued"]

    stopped = replayed(law, head, lame, clauses, topics)
    assert stopped.stops
    assert stopped.fired[0].verdict.rule == "cn.penalty.notice_before_decision"
    assert stopped.fired[0].refuses

    whole = replayed(law, head, acts, clauses, topics)
    assert "cn.penalty.notice_before_decision" in {rule.id for rule in whole.passed}
    assert not any(one.refuses and one.match == "clause" for one in whole.fired)


def test_a_fault_in_the_limits_of_the_packs_is_told_by_line():
    """The packs as they are have none; an unknown step, a topic that is none and a missing key are each told."""
    assert check_dispute_terms(library()) == []
    text = next(one.text for one in library().packs["cn"].files if one.name == NAME)
    for right, wrong, said in (
        ('from = "opened"', 'from = "nowhere"', "from 的值“nowhere”不对"),
        ('topics = ["discretion"]', 'topics = ["nothing"]', "没有“nothing”这个主题"),
        ("near_share = 20", "", "缺少 near_share"),
    ):
        assert said in check_dispute_terms(with_file(library(), NAME, text.replace(right, wrong, 1)))[0]


def test_other_agencies_do_not_see_it_and_the_office_above_reads_it(cast):
    """404 for the bureau beside; the supervisor reads and registers nothing."""
    _, case = told(cast, until="penalty_decided")
    row = entered(cast, case)
    stranger = signed(make_person("far", "远", "reviewer", agency=ELSEWHERE))
    for path in (f"/disputes/{row.no}/", f"/cases/{case.code}/brief/", f"/cases/{case.code}/disputes/new/"):
        page(stranger, path, 404)
    assert row.no not in page(stranger, "/disputes/")
    above = signed(cast.supervisor)
    assert row.no in page(above, "/disputes/")
    send(above, row.no, "note", 422, text="?")
    send(signed(cast.reviewer), row.no, "note", text="法院来电")


def test_the_brief_lists_objections_in_order_and_prints(cast):
    """A loss of another case on an article this one cites comes in, heavier before lighter; the PDF has the same."""
    _, lost = told(cast, until="penalty_decided", mark="lost")
    cited = lost.citations.filter(article__gt=0).first()
    _, case = told(cast, until="penalty_decided", mark="open")
    client = signed(cast.officer)
    assert "在同一条款上败诉过" not in page(client, f"/cases/{case.code}/brief/")
    row = entered(cast, lost)
    clause = {"law": [cited.law, "", ""], "article": [f"第{cited.article}条", "", ""]}
    send(signed(cast.reviewer), row.no, "decide", **loss(**clause))
    shown = page(client, f"/cases/{case.code}/brief/")
    assert "在同一条款上败诉过" in shown
    weights = [int(one) for one in re.findall(r"（(\d+)）。</p>", shown)]
    assert weights == sorted(weights, reverse=True)
    paper = client.get(f"/cases/{case.code}/brief.pdf")
    assert paper.content[:5] == b"%PDF-"


def test_of_a_long_brief_the_strongest_stand_first_and_the_rest_is_folded(cast, monkeypatch):
    """One objection is shown and the others are folded below it, none lost; a short brief folds nothing."""
    _, case = told(cast, until="penalty_decided")
    client, path = signed(cast.officer), f"/cases/{case.code}/brief/"
    whole = page(client, path)
    assert "没有上面的有力" not in whole
    monkeypatch.setattr("mingjing.web.views.disputes.STRONGEST", 1)
    folded = page(client, path)
    assert whole.count("排在这里") == folded.count("排在这里") > 1
    assert folded.index("排在这里") < folded.index("没有上面的有力")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM disputes_disputeevent", "UPDATE disputes_dispute SET body = 'x'"]
)
def test_the_database_refuses_to_change_or_remove(cast, statement):
    """Whoever asks, and the row is still there."""
    _, case = told(cast, until="penalty_decided")
    entered(cast, case)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert DisputeEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_audit_finds_an_ending_that_was_changed(cast):
    """Silent while whole; past the triggers, the log gives it away."""
    _, case = told(cast, until="penalty_decided")
    row = entered(cast, case)
    send(signed(cast.reviewer), row.no, "decide", **loss())
    assert list(audit_disputes()) == []
    with tampering(connection) as cursor:
        cursor.execute("UPDATE disputes_disputeevent SET loss = %s WHERE kind = 'decided'", [False])
    assert len(list(audit_disputes())) == 1
