"""The ledger through the real pages: from upload to an item that an act reopens; strangers see nothing."""

import logging
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from mingjing.cli.main import main
from mingjing.cli.worker import Worker
from mingjing.evidence.selectors import open_content
from mingjing.rectification.kinds import State
from mingjing.rectification.models import Item, Plan, Standing
from mingjing.translog.services import ensure_log_key
from tests.cast import make_person
from tests.rectification.conftest import TEXT
from tests.rectification.test_ledger import breach
from tests.stories import told

pytestmark = pytest.mark.django_db
SEED = "003_5b9890a8de96ed06.txt"


class Desk:
    """Somebody signed in, with tokens checked as on a real server."""

    def __init__(self, person) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def reads(self, name: str, *args, status: int = 200, query: str = "") -> str:
        answer = self.client.get(reverse(name, args=args) + query)
        assert answer.status_code == status, answer.content.decode()[:1500]
        return answer.content.decode() if status == 200 else ""

    def sends(self, name: str, *args, status: int = 302, **fields) -> str:
        home = self.client.get("/rectification/").content.decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', home)
        token = token or re.search(r'"X-CSRFToken": ?"([^"]+)"', home)
        answer = self.client.post(reverse(name, args=args), {"csrfmiddlewaretoken": token[1], **fields})
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer.content.decode()


def uploaded(cast, shared: Path) -> tuple[Desk, Plan]:
    desk, content = Desk(cast.clerk), (shared / "sources" / SEED).read_bytes()
    desk.sends("rectification-import", file=SimpleUploadedFile(SEED, content), issuer="荥阳市民政局")
    return desk, Plan.objects.get()


def item_about(plan: Plan, words: str) -> Item:
    return next(one for one in Item.objects.filter(plan=plan) if words in one.proposed.get("measure", ""))


def test_a_seed_document_runs_from_upload_to_an_item_that_an_act_reopens(cast, shared):
    """Upload, correct, confirm, report; refused without data, closed green by another, reopened by a real act."""
    clerk, plan = uploaded(cast, shared)
    page = clerk.reads("rectification-plan", plan.code)
    assert "政策法规科" in page
    assert "原文没有写明" in clerk.reads("rectification-plan", plan.code, query="?page=2")
    item = item_about(plan, "持证上岗")
    year = timezone.now().year
    form = {
        "item": item.code,
        "problem": "执法证件超期",
        "measure": "落实持证上岗",
        "unit": ["政策法规科", "局机关各科室", ""],
        "unit_agency": ["", cast.bureau.code, ""],
        "unit_leads": ["1", "0", "0"],
        "limit": "date",
        "check": "certificate_of_acts",
        "since": "2020-01-01",
        "step": "confirm",
    }
    assert "要么是一个日期" in clerk.sends("rectification-plan-step", plan.code, status=422, **form, due="")
    assert "不是日期" in clerk.sends("rectification-plan-step", plan.code, status=422, **form, due="年底")
    clerk.sends("rectification-plan-step", plan.code, **form, due=f"{year + 1}-12-31")
    page = clerk.reads("rectification-item", item.code)
    assert all(words in page for words in ("确认时的更正", "落实持证上岗", "2023-10-31"))

    officer, reviewer, step = Desk(cast.officer), Desk(cast.reviewer), ("rectification-step", item.code)
    assert "落实持证上岗" in officer.reads("rectification", query="?mine=1")
    officer.sends(*step, step="report", text="已逐人核对证件", expected=f"{year + 1}-06-30")
    assert "还没有数据可查" in officer.sends(*step, status=422, step="submit", text="已经完成")
    told(cast, mark="good")
    officer.sends(*step, step="look")
    officer.sends(*step, step="submit", text="已经完成")
    assert "待您审核销号" in reviewer.reads("home")
    assert "由牵头单位中有审核权限" in officer.sends(*step, status=422, step="close", text="自己审核")
    reviewer.sends(*step, step="close", text="核对属实")
    assert "系统检查通过，查了" in clerk.reads("rectification-item", item.code)

    case = breach(cast)
    ensure_log_key()
    Worker().turn()
    page = clerk.reads("rectification-item", item.code)
    assert all(
        words in page for words in ("销号后系统检查不通过，重新整改", "戊：过期", f"/cases/{case.code}/")
    )
    assert "没有通过，不能销号" in officer.sends(*step, status=422, step="submit", text="再次申请")
    assert "检查不通过，重新整改" in officer.reads("home")


def test_without_a_check_papers_close_it_and_a_red_check_never_does(cast, shared):
    """The item without a check needs a file, a case or a document; the one on hours stays open while hours lack."""
    clerk, plan = uploaded(cast, shared)
    clerk.sends("rectification-plan-step", plan.code, step="all")
    page = clerk.reads("rectification-plan", plan.code)
    assert "整改完成率 0%" in page
    papers, hours = item_about(plan, "权责清单"), item_about(plan, "60学时")
    officer, reviewer = Desk(cast.officer), Desk(cast.reviewer)
    step = ("rectification-step", papers.code)
    assert "没有佐证，不能销号" in officer.sends(*step, status=422, step="submit", text="完成")
    assert "没有找到案件" in officer.sends(*step, status=422, step="hand_in", text="案", cases="不存在")
    proof = SimpleUploadedFile("权责清单.txt", "权责清单，共十二项。".encode())
    officer.sends(*step, step="hand_in", text="权责清单已印发", files=proof)
    digest = Standing.objects.get(item=papers).item.steps.last().facts["files"][0]["digest"]
    assert open_content(digest, papers.code).name == "权责清单.txt"
    answer = officer.client.get(reverse("rectification-file", args=[papers.code, digest]))
    assert b"".join(answer.streaming_content).decode() == "权责清单，共十二项。"
    officer.reads("rectification-file", hours.code, digest, status=404)
    officer.sends(*step, step="submit", text="完成")
    reviewer.sends(*step, step="close", text="清单内容完整")

    step = ("rectification-step", hours.code)
    reviewer.sends(*step, step="change_check", check="training_hours", text="学时在系统里有登记")
    assert "没有通过，不能销号：3 处" in officer.sends(*step, status=422, step="submit", text="完成")
    assert Standing.objects.get(item=hours).state == State.RUNNING


def test_the_report_counts_and_nobody_can_type_a_rate(cast, shared):
    """PDF, Word and XLSX say what is closed, late, running until when, and what stands."""
    clerk, plan = uploaded(cast, shared)
    clerk.sends("rectification-plan-step", plan.code, step="all")
    step = ("rectification-step", item_about(plan, "权责清单").code)
    proof = SimpleUploadedFile("清单.txt", "清单".encode())
    Desk(cast.officer).sends(*step, step="hand_in", text="印发", files=proof)
    Desk(cast.officer).sends(*step, step="submit", text="完成")
    Desk(cast.reviewer).sends(*step, step="close", text="属实")

    def made(form: str) -> bytes:
        return clerk.client.get(reverse("rectification-report", args=[plan.code, form])).content

    assert made("pdf").startswith(b"%PDF")
    words = "\n".join(one.text for one in Document(BytesIO(made("docx"))).paragraphs)
    assert "已销号 1 项（按期 0 项，逾期 1 项）" in words
    assert "整改完成率 8.3%" in words
    rows = list(load_workbook(BytesIO(made("xlsx")))["整改台账"].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["类别", "一、已完成", *["二、正在推进"] * 11, *["三、长期坚持"] * 9]
    assert "逾期" in rows[1][-1]
    clerk.reads("rectification-report", plan.code, "exe", status=404)
    assert "8.3%" in Desk(cast.supervisor).reads("rectification-board")


def test_another_bureaus_ledger_is_not_there(cast, shared, caplog):
    """Every address of a ledger and its items gives the outsider, of whatever role, the page of nothing."""
    caplog.set_level(logging.CRITICAL)
    clerk, plan = uploaded(cast, shared)
    clerk.sends("rectification-plan-step", plan.code, step="all")
    item = item_about(plan, "持证上岗")
    stranger = make_person("stranger", "生", "head", agency=cast.elsewhere.code)
    for person in (cast.outsider, stranger):
        desk = Desk(person)
        for name, args in (
            ("rectification-plan", [plan.code]),
            ("rectification-original", [plan.code]),
            ("rectification-report", [plan.code, "pdf"]),
            ("rectification-item", [item.code]),
            ("rectification-file", [item.code, plan.file_digest]),
        ):
            desk.reads(name, *args, status=404)
            if "file" not in name:
                assert b"".join(clerk.client.get(reverse(name, args=args)))
        assert plan.title not in desk.reads("rectification")
    Desk(stranger).sends("rectification-step", item.code, status=404, step="report", text="x")
    Desk(stranger).sends("rectification-plan-step", plan.code, status=404, step="all")


def test_what_cannot_be_read_is_told_and_what_was_typed_stays(cast):
    """A scan without words, a program, nothing at all."""
    desk = Desk(cast.clerk)
    for file, said in ((None, "请选择文件"), (SimpleUploadedFile("a.exe", b"MZ"), "不是能读的格式")):
        sent = {"file": file} if file else {}
        page = desk.sends("rectification-import", status=422, issuer="舞钢市司法局", **sent)
        assert said in page
        assert "舞钢市司法局" in page
    Desk(cast.officer).reads("rectification-import", status=403)
    assert not Plan.objects.exists()


def test_the_command_proposes_what_a_person_confirms_on_the_page(cast, tmp_path, capsys):
    """With a name it is taken in, proposed only; without one, or by somebody without the right, it is refused."""
    file = tmp_path / "方案.txt"
    file.write_text(TEXT, encoding="utf-8")
    for more, said in (([], "--by"), (["--by", "officer"], "不能为"), (["--by", "nobody"], "没有用户名")):
        assert main(["plan", "import", str(file), *more]) == 2
        assert said in capsys.readouterr().err
    assert not Plan.objects.exists()
    assert main(["plan", "import", str(file), "--by", "clerk", "--agency", cast.bureau.code]) == 0
    assert "读出 3 项，等待确认" in capsys.readouterr().out
    assert set(Standing.objects.values_list("state", flat=True)) == {State.PROPOSED}


def test_a_wrong_file_is_told_and_taken_back(cast):
    """A text with no measures says so; one with measures is left out whole with a reason; the list says what stayed."""
    clerk = Desk(cast.clerk)
    clerk.sends("rectification-import", file=SimpleUploadedFile("杂文.txt", "今天天气很好。\n".encode()))
    nothing = Plan.objects.get()
    assert "没有从这份文件里读出整改措施" in clerk.reads("rectification-plan", nothing.code)
    clerk.sends("rectification-import", file=SimpleUploadedFile("方案.txt", TEXT.encode()))
    plan = Plan.objects.exclude(pk=nothing.pk).get()
    assert "没有从这份文件里读出整改措施" not in clerk.reads("rectification-plan", plan.code)
    assert "请写明理由" in clerk.sends(
        "rectification-plan-step", plan.code, status=422, step="none", text=" "
    )
    assert clerk.reads("rectification").count("没有列入台账的事项") == 1
    clerk.sends("rectification-plan-step", plan.code, step="none", text="选错了文件")
    assert clerk.reads("rectification").count("没有列入台账的事项") == 2
