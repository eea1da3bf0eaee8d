"""One invented case told as acts, for documents: an organisation that traded on the pavement, up to the court."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pypdfium2

from mingjing.documents.compose import document_data
from mingjing.documents.forms import document_form
from mingjing.lawengine.model import ActRecord, Law, Performer
from mingjing.packs.load import library
from mingjing.typeset.render import qr_svg, render

AGENCY: Any = SimpleNamespace(
    name="舞钢市城市管理局",
    short_name="舞钢城管",
    uscc="11410481005446287G",
    address="舞钢市温州路中段",
    phone="0375-8121234",
    review_body="舞钢市人民政府",
    court="舞钢市人民法院",
    payment_bank="中国农业银行舞钢市支行",
    payment_account="16390101040012345",
)
VERIFY = {"code": ["ABCD EFGH JKLM", "NPQR STUV WXYZ 23"], "qr": qr_svg("http://127.0.0.1/portal/verify/X")}


def person(username: str, name: str, certificate: str) -> Performer:
    """Somebody who signs."""
    return Performer(person=username, name=name, agency="a", role="officer", certificate=certificate)


WANG, LI, ZHAO = (
    person("wang", "王建国", "16041201001"),
    person("li", "李晓燕", "16041201002"),
    person("zhao", "赵明", ""),
)
PEOPLE = {one.person: one for one in (WANG, LI, ZHAO)}


@cache
def law() -> Law:
    """The law of the bureau in the story."""
    return library().law(region="410481", field="urban")


def at(text: str) -> datetime:
    """A moment in Beijing: 2026-03-05T10:00."""
    return datetime.fromisoformat(f"{text}+08:00")


def cite(name: str, *articles: str) -> list[dict[str, str]]:
    """Articles of one law, as facts hold them."""
    return [{"law": name, "article": article} for article in articles]


PARTY = {
    "party_kind": "organization",
    "party_name": "舞钢市鑫源餐饮服务有限公司",
    "party_uscc": "91410481MA3X8Y2K5T",
    "party_representative": "张昇珺",
    "party_address": "舞钢市朱兰街道钢城路12号",
    "party_phone": "13837512345",
}
FILING = {
    **PARTY,
    "matter": "擅自占用城市道路经营案",
    "case_source": "inspection",
    "clue_received_on": "2026-03-02",
    "place": "舞钢市钢城路与建设路交叉口",
    "violated": cite("城市道路管理条例", "第二十七条第一项", "第三十条"),
    "filing_reason": "当事人在门前人行道摆放桌椅，占用城市道路约二十六平方米。",
    "filing_conditions": ["initial_evidence", "punishable"],
    "handlers": ["wang", "li"],
    "officer_opinion": "建议立案调查。",
    "approval_opinion": "同意立案。",
    "document_no": "舞城管立〔2026〕12号",
}
CHARGE = {
    "violation_facts": "当事人未经批准，占用城市道路26.1平方米。",
    "evidence_summary": "现场检查笔录、询问笔录、现场照片十二张。",
    "penalty_basis": cite("城市道路管理条例", "第四十二条第一项"),
    "discretion_tier": "ordinary",
    "discretion_reason": "占用面积二十平方米以上不足五十平方米",
    "discretion_benchmark": "河南省城市管理行政处罚裁量标准第四十七项",
}
NOTICE = {
    **CHARGE,
    "proposed_penalty_kinds": ["warning", "fine"],
    "proposed_fine_yuan": "3000",
    "statement_right_told": True,
    "hearing_right_told": True,
    "contact_person": "wang",
    "document_no": "舞城管罚告〔2026〕12号",
}
ARGUED = {
    "statement_form": "oral",
    "arguments": [
        {
            "argument_text": "生意困难，请求从轻。",
            "argument_answer": "裁量时已考虑及时清理的情节。",
            "argument_accepted": False,
        }
    ],
}
DECISION = {
    **CHARGE,
    "penalty_kinds": ["warning", "fine"],
    "fine_yuan": "3000",
    "correction_demand": "立即清理占道物品",
    "defence_handling": "从轻请求已在裁量时考虑。",
    "payment_days": 15,
    "added_fine_told": True,
    "publicity_told": True,
    "document_no": "舞城管罚决〔2026〕12号",
}
SPOT = {
    "party_kind": "citizen",
    "party_name": "刘喆",
    "party_id_number": "410481199001011234",
    "party_address": "舞钢市垭口街道",
    "place": "舞钢市温州路",
    "violation_facts": "在人行道上随意倾倒生活垃圾",
    "violated": cite("河南省城市市容和环境卫生管理条例", "第十条"),
    "penalty_basis": cite("城市市容和环境卫生管理条例", "第三十四条"),
    "penalty_kinds": ["fine"],
    "fine_yuan": "50",
    "correction_demand": "立即清除",
    "discretion_tier": "lighter",
    "discretion_reason": "初次违法",
    "discretion_benchmark": "裁量标准第三项",
    "credential_shown": True,
    "rights_told": True,
    "defence_handling": "当事人未提出异议。",
    "added_fine_told": True,
    "document_no": "舞城管当罚〔2026〕7号",
}
TOLD = [
    ("filing_approved", "2026-03-02T15:00", FILING, (ZHAO,)),
    ("prior_notice_issued", "2026-03-11T09:00", NOTICE, (WANG, LI)),
    ("statement_recorded", "2026-03-12T09:00", ARGUED, (WANG, LI)),
    ("penalty_decided", "2026-04-01T10:00", DECISION, (WANG, LI)),
]


def story() -> list[ActRecord]:
    """The acts up to the decision."""
    return [ActRecord(n, kind, at(day), facts, who) for n, (kind, day, facts, who) in enumerate(TOLD, 1)]


def told(kind: str, facts: Mapping[str, Any], who: Sequence[Performer] = (WANG, LI)) -> ActRecord:
    """One more act, after the story."""
    return ActRecord(9, kind, at("2026-04-02T10:05"), facts, tuple(who))


def decided(**changes: Any) -> list[ActRecord]:
    """The story with other words in its decision; None takes a fact away."""
    *before, decision = story()
    facts = {name: value for name, value in {**DECISION, **changes}.items() if value is not None}
    return [*before, replace(decision, facts=facts)]


def data_of(acts: Sequence[ActRecord], **more: Any) -> dict[str, Any]:
    """The data of the document of the last act."""
    *before, act = acts
    return document_data(
        document_form(law().forms, law().kinds[act.kind].form),
        agency=AGENCY,
        case_number="舞城管立〔2026〕12号",
        act=act,
        acts=before,
        law=law(),
        at=act.done_at or at("2026-04-01T10:00"),
        people=PEOPLE,
        **{"verify": VERIFY, **more},
    )


def text_of(acts: Sequence[ActRecord], **more: Any) -> str:
    """The text of that document as a reader of the PDF finds it, without blanks and line ends."""
    return pdf_text(render(data_of(acts, **more)))


def pdf_text(pdf: bytes) -> str:
    """All text of a PDF without blanks and line ends."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return "".join(text.split())


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    count = len(document)
    document.close()
    return count
