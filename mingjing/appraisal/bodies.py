"""A file as its reviewers read it: every act with its facts, frozen as plain text; test files look the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.appraisal.planning import demand_organiser
from mingjing.appraisal.reading import plant
from mingjing.appraisal.writing import NotDone
from mingjing.cases import selectors as cases
from mingjing.cases import shown
from mingjing.cases.law import law_of
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import beijing, chinese_date, legal_day

if TYPE_CHECKING:
    from mingjing.appraisal.models import Campaign, File
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

LONGEST: Final = 2000


def body_of(file: "File") -> dict[str, Any]:
    """Give what is read of a file: of the case as it is, of a test file as it was made."""
    return dict(file.body) if not file.case_code else file_body(cases.case_by_own_code(file.case_code))


def file_body(case: "Case") -> dict[str, Any]:
    """Give a case as plain data: its head, and of each act title, day, people, facts as they read, evidence."""
    law, acts = law_of(case), cases.acts_of(case)
    names, titles = shown.names_in(acts), {one.digest: one.title for one in evidence_of(case.code)}
    return {
        "title": case.title or "未载明案由",
        "number": case.decision_no or case.number or "未编号",
        "party": case.party_name or "未载明",
        "acts": [
            {
                "seq": act.seq,
                "title": law.title_of(act.kind),
                "day": chinese_date(legal_day(beijing(act.done_at))) if act.done_at else "未载明日期",
                "people": [one["name"] for one in act.performers],
                "facts": [
                    _fact(one)
                    for one in shown.facts_of_act(law.kinds.get(act.kind), law, act.facts, names)
                    if one.known
                ],
                "evidence": [titles[one["digest"]] for one in act.evidence if one["digest"] in titles],
            }
            for act in acts
        ],
    }


def _fact(fact: shown.Fact) -> dict[str, str]:
    lines = [
        "　".join(f"{head}：{cell}" for head, cell in zip(fact.heads, row, strict=False))
        for row in fact.table
    ]
    return {"name": fact.name, "title": fact.title, "text": fact.text or "；".join(lines)}


def altered(body: dict[str, Any], place: str, text: str) -> dict[str, Any]:
    """Give a copy in which one fact (`seq/name`) reads otherwise. Raises KeyError where there is none."""
    seq, _, name = place.partition("/")
    found = False
    acts = []
    for act in body["acts"]:
        facts = []
        for fact in act["facts"]:
            hit = str(act["seq"]) == seq and fact["name"] == name
            found = found or (hit and fact["text"] != text)
            facts.append({**fact, "text": text} if hit else fact)
        acts.append({**act, "facts": facts})
    if not found:
        raise KeyError(place)
    return {**body, "acts": acts}


def plant_altered(
    *,
    campaign: "Campaign",
    source: str,
    place: str,
    text: str,
    faults: Sequence[tuple[str, str]],
    by: "Person",
    at: datetime,
) -> "File":
    """Put a copy of a file that may be drawn among those to be read, in which one fact reads wrongly on purpose.

    `place` says which: `seq/name`. Raises NotDone.
    """
    demand_organiser(campaign, by)
    if not any(source in codes for codes in campaign.frame.values()):
        raise NotDone("请选择没有抽中的案卷作底本。", field="source")
    try:
        body = altered(file_body(cases.case_by_own_code(source)), place, text.strip()[:LONGEST])
    except KeyError:
        raise NotDone("请选择要改动的内容，并写得与原来不同。", field="place") from None
    return plant(campaign=campaign, source=source, body=body, faults=faults, by=by, at=at)
