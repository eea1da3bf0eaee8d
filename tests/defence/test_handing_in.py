"""Arguments are handed in once, late or in time, with their files and receipts; unanswered they bar the decision."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from mingjing.cases.selectors import acts_of
from mingjing.cases.services import ActRefused, Deed, Party, record_act
from mingjing.defence import exhibits, selectors, services
from mingjing.defence.audit import audit_received
from mingjing.defence.models import Received, StatementDraft
from mingjing.defence.services import NotTaken
from mingjing.evidence import store
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.append_only import drop_append_only_sql
from mingjing.personnel.selectors import person
from mingjing.translog.receipt import Receipt
from mingjing.translog.services import seal_log
from tests.twins import at_once

pytestmark = pytest.mark.django_db

SAID, ASKED = "占用面积没有那么大，请重新测量。", "请求从轻处罚"


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(out, "PNG")
    return out.getvalue()


def write(inside, *texts: str, request: str = "") -> str:
    for n, text in enumerate(texts):
        services.write_line(inside=inside, line=f"{n:016x}", text=text, request=request)
    return services.draft_of(inside).once


def hand_over(inside, content: bytes, name: str):
    return exhibits.hand_in_file(
        inside=inside, line=f"{0:016x}", file=io.BytesIO(content), name=name, size=len(content)
    )


def test_each_argument_is_one_row_of_the_act_and_of_the_log(live):
    """Two arguments, one act by the party himself, and a receipt for each that opens its own leaf."""
    case = live()
    inside = case.inside()
    rows = services.send(inside=inside, once=write(inside, SAID, "已经改正。", request=ASKED), at=case.at)
    seal_log(at=case.at)

    act = case.act("party_statement_received")
    assert [one["argument_text"] for one in act.facts["party_arguments"]] == [row.said for row in rows]
    assert (act.performers, act.recorded_by) == ([], Party().username)
    assert act.facts["arrival_late"] is False
    receipt = selectors.receipt_of(rows[1])
    assert Receipt.parse(receipt.data).reveal["content"]["text"] == "已经改正。"
    assert StatementDraft.objects.count() == 0


def test_sent_twice_from_two_tabs_or_again_after_a_crash_it_is_there_once(live):
    """The same token gives the same receipt; nothing more is recorded."""
    case = live()
    inside = case.inside()
    once = write(inside, SAID)
    first = services.send(inside=inside, once=once, at=case.at)

    again = services.send(inside=case.inside(), once=once, at=case.at + timedelta(minutes=1))

    assert [row.no for row in again] == [row.no for row in first]
    assert [act.kind for act in acts_of(case.case)].count("party_statement_received") == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_the_same_moment_hand_in_once(live):
    """Whoever comes second waits, and finds what the first has handed in."""
    case = live()
    inside = case.inside()
    once = write(inside, SAID)

    def press(_: int) -> str:
        try:
            return services.send(inside=inside, once=once, at=case.at)[0].no
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tabs:
        numbers = set(tabs.map(press, range(2)))

    assert len(numbers) == 1
    assert Received.objects.count() == 1


def test_a_crash_while_sending_leaves_all_as_it_was_written(live, monkeypatch):
    """Whatever breaks after the act was recorded takes the act with it; sent again it goes in whole."""
    case = live()
    inside = case.inside()
    once = write(inside, SAID)
    with monkeypatch.context() as broken:
        broken.setattr(services, "enqueue", lambda **_: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            services.send(inside=inside, once=once, at=case.at)
    assert (
        Received.objects.count(),
        "party_statement_received" in {one.kind for one in acts_of(case.case)},
    ) == (
        0,
        False,
    )

    assert len(services.send(inside=inside, once=once, at=case.at)) == 1


def test_a_form_sent_twice_writes_one_line(live):
    """Its id is in the form; the second time the words are changed, not added."""
    inside = live().inside()
    write(inside, SAID)
    write(inside, "改过的意见")
    assert [one["text"] for one in services.draft_of(inside).lines] == ["改过的意见"]


def test_late_it_is_taken_in_and_marked_with_the_rule(live):
    """Five working days after the notice the limit is over: late, and still to be answered."""
    case = live()
    case.at += timedelta(days=9)
    inside = case.inside()
    (row,) = services.send(inside=inside, once=write(inside, SAID), at=case.at)

    assert row.late
    assert "住房和城乡建设行政处罚程序规定" in row.note
    assert case.act("party_statement_received").facts["arrival_late"] is True


def test_after_the_decision_nothing_is_taken_in_any_more(live):
    """He is told where to turn; before it, he was heard."""
    case = live()
    case.goes_on("document_served", nth=1)
    inside = case.inside()
    with pytest.raises(NotTaken, match="申请复议"):
        services.write_line(inside=inside, line="0" * 16, text=SAID, request="")


def test_an_unanswered_argument_bars_the_decision_and_an_answered_one_does_not(live):
    """The officers' own record of another statement does not help; a reply to his very words does."""
    case = live()
    inside = case.inside()
    services.send(inside=inside, once=write(inside, SAID, request=ASKED), at=case.at)
    for kind in ("statement_recorded", "statement_answered", "decision_approved"):
        case.records(kind)
    with pytest.raises(ActRefused, match="在线提出的每一条意见都应当答复"):
        case.records("penalty_decided")
    assert selectors.received_of(case.case)[0].reply is None

    rows = selectors.taken_facts(case.case)["arguments"]
    for row in rows:
        row.setdefault("argument_answer", "经复核测量，面积属实，不采纳。")
        row.setdefault("argument_accepted", False)
    case.records("statement_answered", once="answered", arguments=rows)

    (found,) = selectors.received_of(case.case)
    assert (found.reply.text, found.reply.accepted) == ("经复核测量，面积属实，不采纳。", False)
    case.records("penalty_decided")


def test_the_party_may_record_what_is_his_to_say_and_nothing_else(live):
    """A statement by him is taken; an answer, a decision or a waiver in his name is refused."""
    case = live()
    deed = Deed(kind="statement_waived", facts={}, performers=(), by=Party(), done_at=case.at)
    with pytest.raises(ActRefused, match="您的角色不能记录"):
        record_act(case=case.case, deed=deed, once="0" * 32)
    officer = Deed(
        kind="party_statement_received",
        facts={"arrival_no": "x", "arrival_position": "none", "arrival_late": False},
        performers=["officer"],
        by=person("officer"),
        done_at=case.at,
    )
    with pytest.raises(ActRefused, match="您的角色不在其中"):
        record_act(case=case.case, deed=officer, once="1" * 32)
    inside = case.inside()
    assert services.declare(inside=inside, kind="none", text="", once="2" * 32, at=case.at)


def test_a_hearing_is_demanded_where_the_notice_gave_the_right(live):
    """The demand is an act of its own, at once; where no right was told it is refused."""
    case = live("hearing")
    inside = case.inside()
    (row,) = services.declare(inside=inside, kind="hearing", text="想当面说明。", once="3" * 32, at=case.at)
    assert row.no in case.act("hearing_requested").facts["hearing_request_note"] + row.no
    assert case.act("hearing_requested").recorded_by == Party().username
    again = services.declare(inside=case.inside(), kind="hearing", text="", once="3" * 32, at=case.at)
    assert [one.no for one in again] == [row.no]

    plain = live(party_name="舞钢市无听证权利有限公司")
    with pytest.raises(NotTaken, match="没有写明您有要求听证的权利"):
        services.declare(inside=plain.inside(), kind="hearing", text="", once="4" * 32, at=plain.at)


def test_photos_and_pdf_are_taken_and_everything_else_is_refused(live):
    """By their first bytes, whatever their name says; what is refused is kept nowhere."""
    case = live()
    inside = case.inside()
    write(inside, SAID)
    exhibit = hand_over(inside, picture(), "现场.png")
    for content, name in (
        (b"<html><script>alert(1)</script>", "照片.png"),
        (b"MZ\x90\x00" + b"\0" * 200, "照片.jpg"),
        (b"\x1aE\xdf\xa3" + b"\0" * 200, "录像.webm"),
        (b"name,sum\n1,2\n", "表.csv"),
        (b"", "空.png"),
    ):
        with pytest.raises(NotTaken):
            hand_over(inside, content, name)

    assert services.draft_of(inside).lines[0]["exhibits"] == [exhibit]
    (row,) = services.send(inside=inside, once=services.draft_of(inside).once, at=case.at)
    assert [one["digest"] for one in case.act("party_statement_received").evidence] == [exhibit["digest"]]
    seal_log(at=case.at)
    assert (
        Receipt.parse(selectors.receipt_of_exhibit(row, exhibit["digest"]).data).file_digest
        == exhibit["digest"]
    )


def test_what_was_handed_in_is_never_changed(live):
    """The database itself refuses it."""
    case = live()
    inside = case.inside()
    (row,) = services.send(inside=inside, once=write(inside, SAID), at=case.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Received.objects.filter(pk=row.pk).update(text="别的话")


def test_a_file_that_the_agency_has_already_tells_nothing_of_how_it_came_there(live):
    """He hands in the very photo an officer took: his receipt is of his own handing in, not of the officer's label."""
    case = live()
    photo = next(one for one in evidence_of(case.case.code) if one.medium == "photo")
    with store.open_stored(photo.digest) as file:
        content = file.read()
    inside = case.inside()
    write(inside, SAID)

    exhibit = hand_over(inside, content, "我的照片.jpg")
    (row,) = services.send(inside=inside, once=services.draft_of(inside).once, at=case.at)
    seal_log(at=case.at)
    revealed = selectors.receipt_of_exhibit(row, exhibit["digest"]).reveal["content"]

    assert exhibit["digest"] == photo.digest
    assert set(revealed) == {"no", "digest", "name", "size", "at"}
    assert (revealed["name"], revealed["no"]) == ("我的照片.jpg", row.no)


def test_whoever_changes_takes_out_or_slips_in_an_argument_is_found(live):
    """With the triggers gone: each is told by its number; untouched rows are not."""
    case = live()
    inside = case.inside()
    write(inside, SAID, "另一条")
    hand_over(inside, picture(), "现场.png")
    rows = services.send(inside=inside, once=services.draft_of(inside).once, at=case.at)
    assert list(audit_received()) == []

    with connection.cursor() as cursor:
        for statement in drop_append_only_sql("defence_received", connection.vendor):
            cursor.execute(statement)
    Received.objects.filter(pk=rows[0].pk).update(text="当事人没有意见。")
    assert any("已被改动" in line and rows[0].no in line for line in audit_received())
    Received.objects.filter(pk=rows[0].pk).update(text=SAID)
    assert list(audit_received()) == []
    Received.objects.filter(pk=rows[1].pk).delete()
    assert list(audit_received()) == [f"日志中编号 {rows[1].no} 的当事人材料在数据库中不存在：已被删除"]


def test_nobody_fills_the_disk_or_the_desks_in_a_day(live, monkeypatch):
    """So many files and so many arrivals of one party; his neighbour in another case is not held up."""
    monkeypatch.setattr(exhibits, "A_DAY", replace(exhibits.A_DAY, most=1))
    monkeypatch.setattr(services, "A_DAY", replace(services.A_DAY, most=1))
    case = live()
    inside = case.inside()
    write(inside, SAID)
    hand_over(inside, picture(), "一.png")
    with pytest.raises(NotTaken, match="一天最多上传 1 个文件"):
        hand_over(inside, picture("blue"), "二.png")
    services.send(inside=inside, once=services.draft_of(inside).once, at=case.at)
    once = write(inside, "再说一条")
    with pytest.raises(NotTaken, match="一天最多提交 1 次"):
        services.send(inside=case.inside(), once=once, at=case.at)

    other = live(party_name="舞钢市别家有限公司", party_uscc="91410481MA40D3CC81")
    neighbour = other.inside()
    assert services.send(inside=neighbour, once=write(neighbour, SAID), at=other.at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on_postgresql
def test_a_line_written_while_the_others_are_sent_begins_the_next(live):
    """What was found is held: a draft that is sent, and gone, at that very moment is no error and loses no line."""
    case = live()
    inside = case.inside()
    once = write(inside, SAID)

    def add():
        return services.write_line(inside=inside, line=f"{1:016x}", text="又一条", request="")

    def send():
        return services.send(inside=inside, once=once, at=case.at)

    wrote, sent = at_once(add, send, before="FOR UPDATE")
    assert wrote is None
    assert [row.text for row in sent] == [SAID]
    assert [one["text"] for one in services.draft_of(inside).lines] == ["又一条"]

    once = services.draft_of(inside).once
    sent, wrote = at_once(send, add, before='DELETE FROM "defence_statementdraft"')
    assert [row.text for row in sent] == ["又一条"]
    assert wrote is None
    assert [one["text"] for one in services.draft_of(inside).lines] == ["又一条"]
