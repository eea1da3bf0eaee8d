"""What a visit leads to: a penalty case with everything carried over, and the words that later acts begin with."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.selectors import case_by_own_code, facts_of
from mingjing.cases.services import Deed, open_case, record_act
from mingjing.evidence.media import Media
from mingjing.evidence.particulars import Particulars
from mingjing.evidence.selectors import evidence_of
from mingjing.evidence.services import Bytes, catalogue
from mingjing.inspections.models import CheckSheet, VisitStart
from mingjing.inspections.visiting.sheets import finding_of, problems_of, sheet_of
from mingjing.inspections.visiting.visits import VisitRefused, is_assigned, visit_law
from mingjing.kit.canonical import digest
from mingjing.kit.clock import beijing, chinese_time, legal_day

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person

CLUE: Final = "clue_registered"
REFERRED: Final = "inspection_violation_referred"
SOURCES: Final = {
    "double_random": "double_random",
    "special_plan": "special_campaign",
    "monitoring": "monitoring",
    "complaint": "complaint",
    "transferred": "transferred",
}
LONGEST: Final = 2000


@transaction.atomic
def refer_violation(*, start: VisitStart, by: "Person", at: datetime) -> "Case":
    """Open the penalty case of a violation that a visit found, and note it in the visit's own file; both or neither.

    Facts, party, place, articles and every piece of evidence go over. Raises VisitRefused, or ActRefused where the law
    stands against it. Done before, it gives the same case.
    """
    sheet = _violation_in(start, by)
    visit = case_by_own_code(start.case_code)
    known = facts_of(visit)
    opened = open_case(
        agency=start.agency,
        procedure="ordinary",
        deed=Deed(
            kind=CLUE,
            facts=_clue(start, sheet, visit, known, at),
            performers=[by.username],
            by=by,
            done_at=at,
        ),
        once=digest(["visit", start.case_code, "penalty"]),
    )
    for item in evidence_of(visit.code):
        if not item.erased:
            _carry(item, opened.case, by)
    record_act(
        case=visit,
        deed=Deed(
            kind=REFERRED,
            facts={
                "violation_facts": problems_of(sheet),
                "violated": articles_of(sheet),
                "transfer_reason": "检查发现涉嫌违法，应当立案调查。",
                "referred_case_no": opened.facts.get("document_no") or opened.case.number or opened.case.code,
                "referred_on": legal_day(at).isoformat(),
            },
            performers=[by.username],
            by=by,
            done_at=at,
        ),
        once=digest(["visit", start.case_code, "referred"]),
    )
    return opened.case


def _violation_in(start: VisitStart, by: "Person") -> CheckSheet:
    if not is_assigned(start.task, by):
        raise VisitRefused("转立案由承办本次检查的人员办理。")
    sheet = sheet_of(start.task)
    if sheet is None or not visit_law().results[sheet.result].problem:
        raise VisitRefused("检查表没有记载发现的问题。请先填写检查表。")
    if not articles_of(sheet):
        raise VisitRefused("检查表没有不符合的项目。请先逐项写明看到的情况。")
    return sheet


def _clue(start: VisitStart, sheet: CheckSheet, visit: "Case", known: Any, at: datetime) -> dict[str, Any]:
    visited = f"{chinese_time(start.at)}对{known['party_name']}检查（{visit.number or visit.code}）"
    text = f"{visited}发现：{problems_of(sheet)}\n{finding_of(sheet)}"
    facts = {
        "case_source": SOURCES.get(start.task.trigger, "inspection"),
        "clue_received_on": legal_day(at).isoformat(),
        "clue_text": text[:LONGEST],
        "matter": f"{known.get('inspection_item', '')}发现的涉嫌违法行为",
        "place": known.get("inspection_site", ""),
        "party_kind": known["party_kind"],
        "party_name": known["party_name"],
    }
    return {name: value for name, value in facts.items() if value}


def _carry(item: "EvidenceItem", case: "Case", by: "Person") -> None:
    """Enter the very bytes of a piece of evidence in the new case under the same label; nothing is copied."""
    label = Particulars(**{name: getattr(item, name) for name in Particulars.__slots__})
    stored = Bytes(item.digest, item.size, Media("", "", item.media_type), item.original_name)
    catalogue(
        label,
        stored,
        dossier=case.code,
        agency=case.agency.code,
        by=by.username,
        log_code=case.log_code,
    )


def articles_of(sheet: CheckSheet) -> list[dict[str, str]]:
    """Give the articles of the questions that were not met, each once."""
    found = {(one["law"], one["article"]): None for one in sheet.answers if one["answer"] == "no"}
    return [{"law": law, "article": article} for law, article in found]


def words_for(kind: str, sheet: CheckSheet, at: datetime) -> dict[str, Any]:
    """Give what the form of a later act begins with, from the check form; empty where it has nothing for it."""
    problems, result = problems_of(sheet), visit_law().results[sheet.result]
    now = beijing(at).isoformat(timespec="minutes")
    given: dict[str, dict[str, Any]] = {
        "inspection_recorded": {"inspection_finding": finding_of(sheet), "ended_at": now},
        "documents_checked": {"inspection_finding": finding_of(sheet), "ended_at": now},
        "inspection_result_told": {
            "inspection_conclusion": result.conclusion,
            "inspection_problems": problems,
            "inspection_handling": "无需处理。" if not result.problem else f"{result.title}。",
            "within_scope": True,
            "party_charged": False,
        },
        "correction_ordered": {"violation_facts": problems, "violated": articles_of(sheet)},
        "criminal_transferred": {"transfer_reason": problems},
        "case_transferred": {"transfer_reason": problems},
        "prompt_issued": {"violation_facts": problems, "violated": articles_of(sheet)},
    }
    return given.get(kind, {})
