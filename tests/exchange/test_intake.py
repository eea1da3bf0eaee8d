"""Court papers and receipts that come in: kept once, matched by number, proposed, and recorded only by a person."""

import json
import os
import time
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mingjing.cases.law import case_file
from mingjing.cases.payment import payment_of
from mingjing.cases.selectors import acts_of
from mingjing.cases.services import Deed, record_act
from mingjing.disputes.selectors import disputes_of
from mingjing.disputes.services import Suit, open_dispute
from mingjing.exchange.drops import take_drops
from mingjing.exchange.intake.models import IntakeFile, Paper, PaperStep, PaperVersion
from mingjing.exchange.intake.sorts import FOLDER, IntakeMappingFault, read_sort
from mingjing.personnel.models import Agency
from tests.cast import BUREAU
from tests.exchange.sheets import write_xlsx
from tests.stories import told

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-treasury"
HEAD = "票据号码,决定书文号,缴款人,缴款金额,缴款日期,缴款方式"


def signed(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer):
    return answer.content.decode()


@pytest.fixture
def owing(cast):
    """A decided case whose fine is not paid, and `left`: what is still due."""
    _, case = told(cast, "summary", until="document_served")
    case.refresh_from_db()
    due = payment_of(case_file(case), timezone.now())
    return SimpleNamespace(
        case=case,
        cast=cast,
        fine=due.left,
        no=case.decision_no,
        left=lambda: payment_of(case_file(case), timezone.now()).left,
        kinds=lambda: [one.kind for one in acts_of(case)],
    )


def upload(person, content, sort="payments", name="缴款.csv"):
    """Hand a file in on the page; gives the answer, followed."""
    sent = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, sent)
    return signed(person).post("/exchange/inbox/upload", {"sort": sort, "file": file}, follow=True)


def row(owing, receipt="豫财0000001", amount=None, **more):
    cells = {"no": owing.no, "payer": owing.case.party_name, "on": "2026-04-20", "way": "银行", **more}
    return f"{receipt},{cells['no']},{cells['payer']},{amount or owing.fine},{cells['on']},{cells['way']}"


def step(person, paper, kind, status=302, **more):
    """Take a step on the page of a paper; gives the page where it is refused."""
    told = {"step": kind, "version": paper.version, **more}
    answer = signed(person).post(f"/exchange/inbox/papers/{paper.pk}/step", told)
    assert answer.status_code == status, text(answer)[:3000]
    return text(answer)


# --- receipts -------------------------------------------------------------------------------------


def test_a_receipt_is_matched_by_its_number_and_recorded_by_one_click(owing):
    """Nothing is written into the case before; after it the act bears the person who confirmed it."""
    page = text(upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n"))
    assert "新收 1" in page
    paper = Paper.objects.get()
    assert (paper.case_code, "fine_paid" in owing.kinds()) == (owing.case.code, False)
    assert "决定书文号相同" in text(signed(owing.cast.clerk).get(f"/exchange/inbox/papers/{paper.pk}/"))

    step(owing.cast.clerk, paper, "confirm")

    act = acts_of(owing.case)[-1]
    assert (act.kind, act.facts["receipt_no"], act.recorded_by) == ("fine_paid", "豫财0000001", "clerk")
    assert Decimal(act.facts["paid_yuan"]) == owing.fine
    assert act.done_at.date() == date(2026, 4, 20)
    assert owing.left() == 0
    paper.refresh_from_db()
    assert (paper.state, paper.act_code) == ("confirmed", act.code)
    assert "已经办理过" in step(owing.cast.clerk, paper, "confirm", 422)
    assert owing.kinds().count("fine_paid") == 1


def test_the_same_file_twice_doubles_nothing_and_an_altered_receipt_is_a_new_version(owing):
    """What was confirmed is laid before a person again, with what was and what is; its act stays."""
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n")
    assert "已有 1" in text(upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n"))
    assert (Paper.objects.count(), PaperVersion.objects.count()) == (1, 1)
    step(owing.cast.clerk, Paper.objects.get(), "confirm")

    assert "有变动 1" in text(upload(owing.cast.clerk, f"{HEAD}\n{row(owing, amount='100')}\n"))

    paper = Paper.objects.get()
    assert (paper.state, paper.version) == ("changed", 2)
    [change] = paper.versions.get(number=2).changes
    assert (change["field"], change["now"]) == ("金额", "100")
    assert change["was"] in text(signed(owing.cast.clerk).get(f"/exchange/inbox/papers/{paper.pk}/"))
    assert "请写明理由" in step(owing.cast.clerk, paper, "see", 422, reason="")
    step(owing.cast.clerk, paper, "see", reason="财政录入有误，已与银行核对，案件不改。")
    paper.refresh_from_db()
    assert (paper.state, owing.kinds().count("fine_paid")) == ("confirmed", 1)


def test_a_paper_that_changed_while_it_was_looked_at_is_not_confirmed(owing):
    """Whoever saw the first version confirms nothing of the second; with the second shown it goes through."""
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n")
    seen = Paper.objects.get()
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing, way='现金')}\n")
    assert "新的一版" in step(owing.cast.clerk, seen, "confirm", 422)
    assert "fine_paid" not in owing.kinds()
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n")
    step(owing.cast.clerk, Paper.objects.get(), "confirm")
    assert "fine_paid" in owing.kinds()


def test_a_refund_in_the_same_file_as_its_payment_is_proposed_by_its_number(owing):
    """When the file was read the payment was not there yet; its page proposes the case, and a person says yes."""
    head = "票据号码,决定书文号,原票据号码,金额,缴款日期,缴款方式"
    upload(owing.cast.clerk, f"{head}\nS-1,{owing.no},,100,2026-04-20,银行\nS-2,,S-1,-20,2026-04-21,银行\n")
    refund = Paper.objects.get(number="S-2")
    assert (refund.kind, refund.case_code) == ("refund", "")
    assert owing.case.number in text(signed(owing.cast.clerk).get(f"/exchange/inbox/papers/{refund.pk}/"))
    step(owing.cast.clerk, refund, "assign", number=owing.case.code)
    step(owing.cast.clerk, refund, "confirm")
    assert "fine_paid" not in owing.kinds()


def test_a_receipt_recorded_by_hand_before_is_not_recorded_again(owing):
    """The page says where it stands; the person does not use the paper and says why."""
    facts = {"paid_yuan": "100", "receipt_no": "H-1", "paid_by": "bank"}
    deed = Deed(
        kind="fine_paid", facts=facts, performers=["clerk"], by=owing.cast.clerk, done_at=timezone.now()
    )
    seq = record_act(case=owing.case, deed=deed, once="by-hand").seq
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing, 'H-1', 100)}\n")
    paper = Paper.objects.get()
    assert f"第 {seq} 项已经登记过" in text(
        signed(owing.cast.clerk).get(f"/exchange/inbox/papers/{paper.pk}/")
    )
    assert "已经登记过票据" in step(owing.cast.clerk, paper, "confirm", 422)
    step(owing.cast.clerk, paper, "refuse", reason="已经另行登记。")
    assert owing.kinds().count("fine_paid") == 1


def test_in_parts_then_too_much_then_refunded(owing):
    """Half, the rest with a surplus that must be seen, a refund that balances it."""
    half = owing.fine / 2
    rows = [row(owing, "A-1", half), row(owing, "A-2", half + 30, on="2026-04-21")]
    upload(owing.cast.clerk, "\n".join([HEAD, *rows, ""]))
    first, second = (Paper.objects.get(number=one) for one in ("A-1", "A-2"))
    assert "只缴了一部分" in text(signed(owing.cast.officer).get(f"/exchange/inbox/papers/{first.pk}/"))
    step(owing.cast.officer, first, "confirm")
    assert owing.left() == half
    assert "多 30.00 元" in step(owing.cast.officer, second, "confirm", 422)
    step(owing.cast.officer, second, "confirm", surplus_seen="on")
    assert owing.left() == 0
    assert "A-2" in text(signed(owing.cast.head).get("/exchange/inbox/?state=surplus"))

    upload(owing.cast.clerk, "票据号码,原票据号码,金额,退付日期\nT-1,A-2,-30.00,2026-05-06\n")
    refund = Paper.objects.get(number="T-1")
    assert (refund.kind, refund.case_code) == ("refund", owing.case.code)
    step(owing.cast.clerk, refund, "confirm")
    second.refresh_from_db()
    assert second.surplus_yuan == 0
    assert owing.kinds().count("fine_paid") == 2


def test_what_no_number_matches_is_assigned_by_a_person_or_refused_with_a_reason(owing):
    """The party's name proposes and decides nothing; a case of nobody is not taken."""
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing, no='')}\n{row(owing, 'B-2', no='没有的号')}\n")
    assert "有 2 件等待认领" in text(signed(owing.cast.clerk).get("/"))
    first, second = Paper.objects.order_by("id")
    assert {first.case_code, second.case_code} == {""}
    assert "先认领" in step(owing.cast.clerk, first, "confirm", 422)
    assert "金额相同" in text(signed(owing.cast.clerk).get(f"/exchange/inbox/papers/{first.pk}/"))
    assert "没有案件编号" in step(owing.cast.clerk, first, "assign", 422, number="某号")
    step(owing.cast.clerk, first, "assign", number=owing.no)
    step(owing.cast.clerk, first, "confirm")
    assert owing.left() == 0
    step(owing.cast.clerk, second, "refuse", 422, reason=" ")
    step(owing.cast.clerk, second, "refuse", reason="不是本机关的款项。")
    assert list(PaperStep.objects.order_by("pk").values_list("kind", flat=True)) == [
        "assigned",
        "confirmed",
        "refused",
    ]
    step(owing.cast.clerk, second, "reopen", reason="核对后是本机关的。")
    second.refresh_from_db()
    assert second.state == "open"


def test_every_bad_row_says_which_column_and_how_to_mend_it_and_the_sound_ones_are_in(owing):
    """Mended and sent again, only what was missing is new."""
    wrong = [
        row(owing, "C-1"),
        row(owing, "C-2", "一百多"),
        row(owing, "", 5),
        row(owing, "C-1"),
        row(owing, "C-4", on="2099-01-01"),
    ]
    page = text(upload(owing.cast.clerk, "\n".join([HEAD, *wrong, ""])))
    for words in ("不是金额", "请补填票据号码", "与第 2 行是同一件", "晚于今天", "不能收 4"):
        assert words in page
    page = text(upload(owing.cast.clerk, "\n".join([HEAD, row(owing, "C-1"), row(owing, "C-2", 100), ""])))
    assert "新收 1" in page
    assert Paper.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("甲,乙\n1,2\n", "表头缺少"),
        ("", "空的"),
        ("{", "JSON"),
        ('{"receipts": []}', "请写成"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(cast, content, words):
    """Nothing is kept of it, not even that it was there; the same page takes a sound one."""
    answer = upload(cast.clerk, content)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert (IntakeFile.objects.count(), Paper.objects.count()) == (0, 0)


def test_a_workbook_and_json_are_read_as_well(owing, tmp_path):
    """The same receipt in either is the same paper."""
    headings = HEAD.split(",")
    write_xlsx(tmp_path / "a.xlsx", [headings, row(owing).split(",")])
    upload(owing.cast.clerk, (tmp_path / "a.xlsx").read_bytes(), name="a.xlsx")
    rows = [dict(zip(headings, row(owing).split(","), strict=True))]
    answer = upload(owing.cast.clerk, json.dumps({"receipts": rows}), name="a.json")
    assert "已有 1" in text(answer)
    assert Paper.objects.count() == 1


def test_dropped_files_are_taken_in_with_their_report(owing, tmp_path, settings):
    """Beside the file lies what became of each row; the agency is that of the folder."""
    settings.MINGJING_DROP_DIR = tmp_path
    place = tmp_path / BUREAU / "payments"
    place.mkdir(parents=True)
    (place / "day.csv").write_text(f"{HEAD}\n{row(owing)}\n{row(owing, 'D-2', '0')}\n", encoding="utf-8")
    os.utime(place / "day.csv", (time.time() - 60,) * 2)
    [done] = take_drops(at=timezone.now())
    assert (done.whole, "新收 1" in done.told, "不能收 1" in done.told) == (True, True, True)
    assert "金额为零" in (place / "done" / "day.csv.rows.csv").read_text(encoding="utf-8-sig")
    assert Paper.objects.get().agency.code == BUREAU


def send(path, body, token=TOKEN):
    answer = Client(enforce_csrf_checks=True).post(
        path, json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code, answer.json() if answer.status_code != 404 else None


def test_the_treasury_sends_rows_that_name_their_agency(owing, settings):
    """Each is told its fate; one for nobody known is refused, one for a neighbour is the neighbour's alone."""
    door = "/exchange/inbound/payments"
    assert send(door, {})[0] == 404
    settings.MINGJING_INBOUND_PAYMENTS_TOKEN = TOKEN
    assert send(door, {}, token="wrong")[0] == 401
    assert send(door, {"receipts": 1})[0] == 422
    one = {"receipt_no": "E-1", "decision_no": owing.no, "amount_yuan": 100, "paid_on": "2026-04-20"}
    rows = [one | {"执收单位": name} for name in ("舞钢市城市管理局", "没有的局", owing.cast.elsewhere.code)]
    status, told = send(door, {"receipts": rows})
    assert status == 200
    assert [line["fate"] for line in told["rows"]] == ["new", "refused", "new"]
    assert "没有登记名为" in told["rows"][1]["faults"][0]["what"]
    near, far = Paper.objects.order_by("id")
    assert (near.case_code, far.case_code) == (owing.case.code, "")  # a number of ours says nothing elsewhere
    assert "已有" in send(door, {"receipts": rows})[1]["rows"][0]["title"]


@pytest.mark.parametrize("bad", ["E\0", "E\ud800", "\x1b[2J", {"a": 1}, "9" * 30])
def test_what_cannot_be_stored_is_a_fault_of_its_row_alone(cast, settings, bad):
    """The sender reads it; the sound row beside it is taken, and the report can be opened."""
    settings.MINGJING_INBOUND_PAYMENTS_TOKEN = TOKEN
    one = {"receipt_no": "E-1", "amount_yuan": 100, "paid_on": "2026-04-20", "agency": BUREAU}
    wrong = one | {"receipt_no": "E-2", "amount_yuan": bad if str(bad).isdecimal() else 100, "payer": bad}
    status, told_back = send("/exchange/inbound/payments", {"receipts": [wrong, one]})
    assert (status, [line["fate"] for line in told_back["rows"]]) == (200, ["refused", "new"])
    assert Paper.objects.get().number == "E-1"
    file = IntakeFile.objects.get()
    assert signed(cast.clerk).get(f"/exchange/inbox/files/{file.code}/").status_code == 200
    for pk in (0, 10**30):
        assert signed(cast.clerk).get(f"/exchange/inbox/papers/{pk}/").status_code == 404


def test_another_agency_sees_neither_the_paper_nor_the_file(owing):
    """And whoever may only look takes no step."""
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n")
    paper, file = Paper.objects.get(), IntakeFile.objects.get()
    far, head = signed(owing.cast.outsider), signed(owing.cast.head)
    assert "豫财0000001" not in text(far.get("/exchange/inbox/"))
    for path in (f"/exchange/inbox/papers/{paper.pk}/", f"/exchange/inbox/files/{file.code}/"):
        assert far.get(path).status_code == 404
        assert head.get(path).status_code == 200
    where = f"/exchange/inbox/papers/{paper.pk}/step"
    assert far.post(where, {"step": "confirm", "version": 1}).status_code == 404
    assert head.post(where, {"step": "confirm", "version": 1}).status_code == 403
    assert "fine_paid" not in owing.kinds()


# --- courts ---------------------------------------------------------------------------------------


COURT = "文书种类,案号,审理法院,被诉决定文号,裁判结果,裁判日期,送达日期,主文"


@pytest.fixture
def sued(owing):
    """The same case with a suit that is entered."""
    decision = next(one for one in acts_of(owing.case) if one.kind == "on_the_spot_decided")
    owing.row = open_dispute(
        case=owing.case,
        suit=Suit(
            kind="litigation",
            decision=decision.code,
            body="舞钢市人民法院",
            opened_on=date(2026, 5, 6),
            docket="(2026)豫0481行初8号",
        ),
        by=owing.cast.reviewer,
        at=timezone.now(),
    )
    return owing


def court(kind="", docket="（2026）豫0481行初8号", no="", outcome="驳回诉讼请求"):
    return f"{COURT}\n{kind},{docket},舞钢市人民法院,{no},{outcome},2026-08-03,2026-08-10,判词。\n"


def test_a_judgment_is_found_by_its_docket_and_ends_the_suit_when_confirmed(sued):
    """However the brackets are written, and with the kind read from the docket; the case file has it too."""
    upload(sued.cast.clerk, court(), sort="court")
    paper = Paper.objects.get()
    assert (paper.kind, paper.dispute_no) == ("litigation", sued.row.no)
    assert disputes_of(sued.case)[0].now.decided_on is None
    step(sued.cast.reviewer, paper, "confirm", received_on="2026-08-10", outcome="upheld")
    [line] = disputes_of(sued.case)
    assert (line.now.decided_on, line.now.lost) == (date(2026, 8, 10), False)
    assert sued.kinds()[-1] == "remedy_concluded"


def test_of_two_that_are_open_the_person_says_which(sued):
    """The docket is another, so that only the case is known; unchosen it is refused, chosen it ends that one."""
    second = open_dispute(
        case=sued.case,
        suit=Suit(
            kind="litigation",
            decision=sued.row.act_code,
            body="平顶山市中级人民法院",
            opened_on=date(2026, 6, 1),
        ),
        by=sued.cast.reviewer,
        at=timezone.now(),
    )
    upload(sued.cast.clerk, court(docket="（2026）豫04行终3号", no=sued.no), sort="court")
    paper, typed = Paper.objects.get(), {"received_on": "2026-08-10", "outcome": "upheld"}
    assert second.no in text(signed(sued.cast.reviewer).get(f"/exchange/inbox/papers/{paper.pk}/"))
    assert "有几个" in step(sued.cast.reviewer, paper, "confirm", 422, **typed)
    step(sued.cast.reviewer, paper, "confirm", **typed, dispute=second.no)
    ended = {one.row.no: one.now.decided_on for one in disputes_of(sued.case)}
    assert ended == {sued.row.no: None, second.no: date(2026, 8, 10)}


def test_a_lost_suit_is_confirmed_only_with_its_causes(sued):
    """The refusal keeps what was typed; with cause, article and duty it goes through."""
    upload(sued.cast.clerk, court(outcome="撤销"), sort="court")
    paper, typed = Paper.objects.get(), {"received_on": "2026-08-10", "outcome": "revoked"}
    assert "逐项写明原因" in step(sued.cast.reviewer, paper, "confirm", 422, **typed)
    typed |= {"cause": "procedure", "law": "行政处罚法", "article": "第四十四条"}
    typed |= {"duty": "退还罚款", "perform_by": "2026-12-31"}
    step(sued.cast.reviewer, paper, "confirm", **typed)
    assert disputes_of(sued.case)[0].now.lost


def test_a_decision_without_a_dispute_asks_for_it_first(owing):
    """By the number of the decision the case is found; the person enters the notice, then confirms."""
    upload(owing.cast.clerk, court("复议决定书", "舞政复决〔2026〕3号", owing.no, "维持"), sort="court")
    paper = Paper.objects.get()
    assert (paper.kind, paper.case_code) == ("reconsideration", owing.case.code)
    told = step(owing.cast.reviewer, paper, "confirm", 422, received_on="2026-08-10", outcome="upheld")
    assert "先在“复议诉讼”登记" in told
    assert "登记受理、应诉通知" in told


def test_a_ruling_on_execution_becomes_an_act_judged_by_the_law(owing):
    """Here nothing was applied for, so the law of the case stands against it, in its words; nothing is written."""
    upload(owing.cast.clerk, court("", "（2026）豫0481行审12号", owing.no, "准予强制执行"), sort="court")
    paper = Paper.objects.get()
    assert (paper.kind, paper.case_code) == ("execution", owing.case.code)
    assert "请选择是否属于" in step(owing.cast.clerk, paper, "confirm", 422, received_on="2026-08-10")
    before = owing.kinds()
    step(owing.cast.clerk, paper, "confirm", 422, received_on="2026-08-10", examined="0")
    paper.refresh_from_db()
    assert (owing.kinds(), paper.state) == (before, "open")


# --- the mapping and the tables -------------------------------------------------------------------


def test_an_agency_brings_its_own_mapping(owing, settings, tmp_path):
    """A heading of the treasury's own is understood; a mapping with a slip is named, and the page says so."""
    settings.MINGJING_INBOUND_MAPPINGS = tmp_path
    own = (FOLDER / "payments.toml").read_text(encoding="utf-8").replace('"票据号码", "票据号"', '"凭单"')
    (tmp_path / "payments.toml").write_text(own, encoding="utf-8")
    assert "新收 1" in text(upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n".replace("票据号码", "凭单")))
    (tmp_path / "payments.toml").write_text("title = ", encoding="utf-8")
    assert "payments.toml" in text(upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n"))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('title = "甲"', "缺少"),
        (
            'title="甲"\nlist="a"\nkey=["x"]\nnumber="x"\n[[field]]\ncode="y"\ntitle="乙"\nheadings=["乙"]\ntype="text"',
            "没有定义",
        ),
        (
            'title="甲"\nlist="a"\nkey=["y"]\nnumber="y"\n[[field]]\ncode="y"\ntitle="乙"\nheadings=["乙"]\ntype="sum"',
            "type 只能",
        ),
        (
            'title="甲"\nlist="a"\nkey=["y"]\nnumber="y"\nfoo=1\n[[field]]\ncode="y"\ntitle="乙"\nheadings=["乙"]\ntype="text"',
            "不认识的键",
        ),
    ],
)
def test_a_slip_in_a_mapping_is_named(tmp_path, told, words):
    """Which file and what; the mappings that come along are the allowed twin."""
    (tmp_path / "x.toml").write_text(told, encoding="utf-8")
    with pytest.raises(IntakeMappingFault, match=words):
        read_sort(tmp_path / "x.toml")
    assert read_sort(FOLDER / "court.toml").fields["docket"].required


def test_versions_and_steps_only_grow(owing):
    """The database refuses to change what was said and what was done; a paper itself moves on."""
    upload(owing.cast.clerk, f"{HEAD}\n{row(owing)}\n")
    paper = Paper.objects.get()
    step(owing.cast.clerk, paper, "refuse", reason="重复。")
    for rows in (PaperVersion.objects, PaperStep.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(at=timezone.now())
    assert Paper.objects.filter(pk=paper.pk).update(changed_at=timezone.now()) == 1
    assert Agency.objects.filter(pk=paper.agency_id).exists()
