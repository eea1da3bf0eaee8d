"""What stands in addresses of the rooms around supervision, all of the bureau, and bodies that would do."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mingjing.accountability import wrong_cases
from mingjing.analysis.indicators import scheme_for
from mingjing.appraisal import reading, selectors
from mingjing.appraisal.writing import append
from mingjing.complaints import entering
from mingjing.complaints.services import Told
from mingjing.disputes.services import Suit, open_dispute
from mingjing.evidence.selectors import open_content
from mingjing.governance import campaigns, court, decisions, grids, joint, papers, statements, study
from mingjing.norms.models import NormDraft
from mingjing.packs.accountability_terms import accountability_terms
from mingjing.personnel.selectors import ENFORCEMENT_FIELDS, person
from mingjing.property.models import CustodyItem, MoveDraft, StockCount
from mingjing.publicity import repair
from mingjing.publicity.models import Publication
from mingjing.receipts import services as receipts
from mingjing.rectification import papers as proofs
from mingjing.rectification import selectors as ledger
from mingjing.rectification import services as rectification
from mingjing.rectification.standing import Unit
from mingjing.training import applications
from tests.appraisal.campaigns import drawn, later, make_readers
from tests.governance.conftest import STEPS
from tests.property.test_custody import SEIZURE, enter
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.governance.models import Matter
    from mingjing.rectification.models import Plan
    from tests.cast import Cast

RISKS = {"legal": "程序风险", "social": "摊贩生计", "measures": "先疏导后执法"}


class Placing:
    """Puts one thing of each kind into the bureau."""

    def __init__(self, cast: "Cast", case: "Case", digest: str, plan: "Plan") -> None:
        self.cast, self.case, self.digest, self.plan = cast, case, digest, plan
        self.now, self.today = timezone.now(), timezone.localdate()

    def sent(self) -> SimpleUploadedFile:
        """The bytes of the evidence of the case, sent again, so that every room knows them by the same digest."""
        with open_content(self.digest, self.case.code).open() as kept:
            return SimpleUploadedFile("现场照片.jpg", kept.read())

    def places(self) -> dict[str, Any]:
        """Everything by its name in addresses."""
        return {
            **self._reviewed(),
            **self._governed(),
            **self._goods(),
            "item": self._item(),
            "plan": self.plan.code,
            "no": self._complaint(),
            "dispute": self._dispute(),
            "wrong": self._wrong(),
            "draft": self._draft(),
            "repair_code": self._repair(),
            "book": self._book(),
            "charge_item": self._charge(),
            "receiver": "city",
            "application": self._application(),
            "agency": self.cast.bureau.code,
            "indicator": scheme_for(self.cast.head).indicators[0].code,
        }

    def _reviewed(self) -> dict[str, Any]:
        """A campaign of the office above in which the bureau's files were read; its result is told."""
        make_readers()
        row = drawn(self.cast)
        reading.open_reading(campaign=row, by=self.cast.supervisor, at=later(6))
        append(row, "announced", {}, by=self.cast.supervisor, at=later(7))
        return {"review": row.code, "key": selectors.files_of(row)[0].key}

    def _governed(self) -> dict[str, Any]:
        drive = self._drive()
        made = {
            "decision": decisions.propose(
                item=decisions.Item(
                    subject="疏导点设置方案",
                    group="policy",
                    unit="市容科",
                    why="方便群众。",
                    year=self.today.year,
                    plan={code: self.today + timedelta(days=n) for n, code in enumerate(STEPS)},
                ),
                **self._by_clerk("decision"),
            ),
            "study_plan": study.plan(
                year=self.today.year, topics=[("行政处罚法", 2, self.today)], **self._by_clerk("study")
            ),
            "hearing": court.enter(
                court="舞钢市人民法院",
                docket="（2026）豫0481行初9号",
                on=self.today,
                attended="head",
                name="己，局长",
                text="",
                registered=(),
                **self._by_clerk("court"),
            ),
            "statement": statements.draft(
                year=self.today.year - 1,
                text={name: "有。" for name in statements.PARTS},
                figures=[],
                **self._by_clerk("statement"),
            ),
            "joint_work": joint.set_up(
                subject="夜市联合执法",
                members=[self.cast.justice.code],
                triggers=["投诉集中"],
                duty="各负其责。",
                **self._by_clerk("joint"),
            ),
            "grid": grids.draw(
                area=grids.Area(name="一中队片区", points="", streets="人民路", charge="officer"),
                **self._by_clerk("grid"),
            ),
            "drive": drive,
            "entry": drive,
        }
        return {name: row.pk for name, row in made.items()}

    def _by_clerk(self, once: str) -> dict[str, Any]:
        return {"by": self.cast.clerk, "at": self.now, "once": once}

    def _drive(self) -> "Matter":
        """A campaign that runs today, with a record that brought a file."""
        plan = campaigns.Plan(
            subject="占道整治", why="投诉集中", scope="学校周边", begins=self.today, ends=self.today
        )
        row = campaigns.propose(plan=plan, **self._by_clerk("campaign"))
        campaigns.assess(matter=row, level="low", risks=RISKS, by=self.cast.clerk, at=self.now)
        campaigns.approve(matter=row, document="批〔2026〕1号", by=self.cast.head, at=self.now)
        papers.record(
            matter=row, on=self.today, text="巡查。", files=[self.sent()], by=self.cast.clerk, at=self.now
        )
        return row

    def _goods(self) -> dict[str, Any]:
        """Goods in custody, a move that the person at home has signed first, a count."""
        _, case = told(self.cast, SEIZURE, until="sealing_imposed", mark="goods")
        enter()
        item = CustodyItem.objects.filter(case_code=case.code).earliest("pk")
        stated = {"place": "一号库", "seal_no": "", "receiver": "", "note": ""}
        stated |= {"basis": "", "photos": [], "moved_at": self.now.isoformat()}
        move = MoveDraft.objects.create(
            agency=self.cast.bureau,
            case_code=case.code,
            items=[item.code],
            kind="store",
            stated=stated,
            by="everything",
            at=self.now,
        )
        count = StockCount.objects.create(
            agency=self.cast.bureau,
            place="一号库",
            counted_at=self.now,
            by="officer",
            companion="officer2",
            expected=0,
            found=0,
        )
        return {"item_code": item.code, "move": move.pk, "count": count.pk}

    def _item(self) -> str:
        """An item of the ledger with a file that proves it."""
        line = ledger.items_of_plan(self.plan, self.today)[0]
        wanted = rectification.Wanted(
            problem="证件超期",
            measure="清理",
            units=[Unit("政策法规科", "", leads=True), Unit("各科室", "", leads=False)],
            due=self.today + timedelta(days=30),
            why="核对",
        )
        rectification.confirm(item=line.item, wanted=wanted, by=self.cast.clerk, at=self.now)
        proofs.hand_in(
            line=ledger.items_of_plan(self.plan, self.today)[0],
            text="已清理。",
            files=[self.sent()],
            case_names=(),
            document_codes=(),
            by=self.cast.clerk,
            at=self.now,
        )
        return line.item.code

    def _complaint(self) -> str:
        words = Told(kind="violation", about=self.cast.bureau, text="夜间施工噪声扰民。")
        got = entering.enter(
            told=words, channel="phone", uploads=[self.sent()], by=self.cast.clerk, at=self.now, once=""
        )
        return got.complaint.no

    def _dispute(self) -> str:
        decision = self.case.acts.get(kind="on_the_spot_decided").code
        suit = Suit(
            kind="litigation", decision=decision, body="舞钢市人民法院", docket="1号", opened_on=self.today
        )
        return open_dispute(case=self.case, suit=suit, by=self.cast.reviewer, at=self.now).no

    def _wrong(self) -> str:
        source = next(iter(accountability_terms().sources))
        row = wrong_cases.take_up(
            case=self.case,
            by=self.cast.supervisor,
            source=source,
            source_ref="",
            what="没有送达。",
            at=self.now,
        )
        return row.no

    def _repair(self) -> str:
        asked = repair.request(
            publication=Publication.objects.get(case_code=self.case.code),
            applicant="恒远建材有限公司",
            contact="0375-1",
            statement="已经改正并缴款。",
            letter=self.digest,
            by=self.cast.publicity,
        )
        return asked.code

    def _book(self) -> int:
        numbers = {"first": "豫财0000001", "last": "豫财0000100", "source": "财政局"}
        row = receipts.receive_range(
            kind="fine", **numbers, received_on=self.today, by=self.cast.clerk, at=self.now
        )
        return row.pk

    def _charge(self) -> int:
        told_of = {"title": "占道费", "list_no": "清单第一项", "basis": "条例", "standard": "每日十元"}
        row = receipts.list_item(kind="fee", **told_of, in_force=self.today, by=self.cast.head, at=self.now)
        return row.pk

    def _draft(self) -> int:
        return NormDraft.objects.create(
            agency=self.cast.bureau.code,
            kind="list",
            code="small_exempt",
            title="试验",
            body={},
            digest="0" * 64,
            prepared_by="reviewer",
            prepared_at=self.now,
        ).pk

    def _application(self) -> int:
        fields = [ENFORCEMENT_FIELDS[0][0]]
        return applications.apply(by=person("officer"), fields=fields, reason="转岗", at=self.now).pk


STEP_BODIES: dict[str, dict[str, Any]] = {
    "take_file_review_step": {"step": "closed"},
    "plant_test_file": {"source": "nothing-there", "place": "1/x", "text": "改", "item": "V6", "words": "错"},
    "take_review_file_step": {"step": "objected", "text": "不对。"},
    "hand_in_rectification_proof": {"text": "说明"},
    "take_rectification_step": {"step": "submit", "text": "已完成。"},
    "take_rectification_plan_step": {"step": "confirm_complete"},
    "take_decision_step": {"step": "drop", "text": "不再需要。"},
    "take_decision_procedure": {"code": "legality", "text": "合法。"},
    "take_study_step": {"step": "confirmed"},
    "record_lecture": {"number": 1, "hours": 1, "text": "讲座"},
    "strike_court_hearing": {"text": "登记错误。"},
    "take_statement_step": {"step": "agreed"},
    "take_campaign_step": {"step": "stopped", "text": "停止。"},
    "record_campaign": {"text": "巡查"},
    "take_joint_step": {"step": "confirmed"},
    "answer_joint_task": {"number": 1, "text": "已办。"},
    "change_grid": {"name": "二中队片区", "streets": ["建设路"], "charge": "officer"},
    "end_grid": {"text": "合并。"},
    "take_dispute_step": {"step": "note", "text": "记录。"},
    "take_wrong_case_step": {"step": "close", "text": "结束。"},
    "speak_on_wrong_case": {"step": "state", "text": "陈述。"},
    "enter_repair": {
        "applicant": "恒远建材",
        "contact": "0375-1",
        "statement": "已改正。",
        "letter": "0" * 64,
    },
    "take_repair_step": {"step": "accept"},
    "move_receipts": {"step": "issued", "first": "1", "last": "2", "holder": "officer"},
    "end_charge_item": {"until": "2027-12-31", "reason": "取消。"},
    "take_report_step": {"step": "returned", "text": "有误。"},
    "take_receiver_step": {"step": "resend"},
    "take_norm_draft_step": {"step": "check", "seen": "1" * 64},
    "end_norm_version": {"until": "2027-01-01", "reason": "试验"},
    "decide_on_application": {"approved": True},
}
