"""Cases: the list, one case with where it stands, opening one."""

from django.utils import timezone
from ninja import Query

from mingjing.api.cases_seen import case_of, standing_told
from mingjing.api.deeds import deed_of, opened
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.paging import BY_TIME, mark_of, next_page, unknown_cursor
from mingjing.api.rooms.case_schemas import (
    ActAnswer,
    CaseAnswer,
    CaseFilters,
    CaseLine,
    CasePage,
    NextAnswer,
    OpeningGiven,
    TrialAnswer,
    act_told,
    next_told,
    trial_told,
)
from mingjing.api.schemas import Code, Links
from mingjing.cases import selectors
from mingjing.cases.services import check_opening

room = Room("案件")
OPENING = ("act.clue", "act.filing", "act.investigation", "act.decision")


@room.get("/cases", "case.list", answer=CasePage)
def list_cases(request: Called, filters: Query[CaseFilters]) -> CasePage:
    """查询案件列表，最近办理的在前。"""
    asked = {
        name: value
        for name, value in filters.model_dump(exclude={"cursor", "limit"}).items()
        if value not in {None, ""}
    }
    asked["today"] = timezone.localdate().isoformat()
    try:
        page = selectors.case_list(
            request.auth.person, asked, mark_of(filters.cursor, BY_TIME), limit=filters.limit
        )
    except ValueError:  # a moment that no calendar has
        raise unknown_cursor() from None
    lines = [CaseLine.of(one) for one in page.rows]
    return CasePage(items=lines, links=Links(next=next_page(request, page.after)))


@room.get("/cases/{code}", "case.view", answer=CaseAnswer, also=(410,))
def get_case(request: Called, code: Code) -> CaseAnswer:
    """读取一件案件：各个行为、所在阶段、期限、查出的问题。"""
    return standing_told(case_of(request, code), timezone.now())


@room.get("/cases/{code}/next", "case.view", answer=NextAnswer, also=(410,))
def get_next_acts(request: Called, code: Code) -> NextAnswer:
    """接下来可以办理哪些行为，不能办理的为什么。"""
    case = case_of(request, code)
    return next_told(request.auth, case, timezone.now())


@room.ask("/judgements", *OPENING, answer=TrialAnswer)
def judge_opening(request: Called, given: OpeningGiven) -> TrialAnswer:
    """试办开案的行为：只判断，不记录。"""
    deed = deed_of(request, given, procedure=given.procedure)
    trial = check_opening(agency=request.auth.person.agency, procedure=given.procedure, deed=deed)
    return trial_told(trial)


@room.post("/cases", *OPENING, answer=ActAnswer)
def open_case(request: Called, given: OpeningGiven) -> ActAnswer:
    """开案：记录一件新案件的第一个行为。"""
    return act_told(opened(request, given))
