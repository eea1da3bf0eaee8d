"""Wrong cases: taken up and handled by the supervisor; what concerns oneself, one's own statement and appeal."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.accountability import selectors, wrong_cases
from mingjing.accountability.wrong_cases import TITLES, NotTaken
from mingjing.api.cases_seen import case_of
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rows import Paged, newest_first
from mingjing.api.schemas import Code, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.accountability.models import WrongCase
    from mingjing.accountability.wrong_cases import Answer, Standing

room = Room("错案责任")
VIEW, MANAGE, OWN = "wrongcase.view", "wrongcase.manage", "wrongcase.own"
WrongNo = Annotated[str, Field(pattern=r"^[0-9A-Z-]{4,30}$", description="登记编号")]
Words = Annotated[str, Field(max_length=1000)]
Whom = Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")]


class WrongCaseLine(Told):
    """One case held to be wrong."""

    no: str
    case: str
    agency: str
    source: str
    what: str
    at: datetime
    closed: bool
    self: str


class PartLine(Told):
    """A part that somebody had."""

    part: str
    title: str


class AnswerableLine(Told):
    """Where it stands with one person."""

    person: str
    name: str
    parts: list[PartLine]
    heard: str = Field(description="stated 已陈述，silent 通知后没有陈述，空：还没有")
    degree: str
    measure: str
    appealed: bool
    appeal: str = Field(description="upheld 维持，lifted 撤销处理，空：没有复核")
    appeal_until: date | None


class WrongCaseStepLine(Told):
    """One step; what people said for themselves is told to who handles it, and to themselves."""

    kind: str
    title: str
    by: str
    person: str
    at: datetime
    text: str
    hidden: bool


class WrongCaseAnswer(WrongCaseLine):
    """One wrong case, person by person, with its steps."""

    answers: list[AnswerableLine]
    steps: list[WrongCaseStepLine]


class WrongCasePage(Told):
    """Wrong cases."""

    items: list[WrongCaseLine]
    links: Links


class OwnWrongCases(Told):
    """What concerns oneself."""

    items: list[WrongCaseAnswer]


class WrongCaseGiven(Given):
    """A case as it is taken up."""

    source: Annotated[str, Field(max_length=16)] = Field(description="来源代码")
    source_ref: Annotated[str, Field(max_length=100)] = Field("", description="来源编号")
    what: Words = Field(description="错在哪里")


class WrongCaseStepGiven(Given):
    """One step about one person, or the end of the whole."""

    step: Literal["silent", "find", "measure", "uphold", "lift", "close"]
    person: Whom = Field("", description="哪一个人；close 不写")
    degree: Annotated[str, Field(max_length=20)] = Field("", description="find：过错程度代码")
    measure: Annotated[str, Field(max_length=20)] = Field("", description="measure：处理方式代码")
    text: Words = Field("", description="理由、内容、意见")


class SpeakGiven(Given):
    """What somebody says for himself."""

    step: Literal["state", "appeal"]
    text: Words


@room.get("/wrong-cases", VIEW, answer=WrongCasePage)
def list_wrong_cases(request: Called, paged: Query[Paged]) -> WrongCasePage:
    """列出错案责任追究，新的在前。"""
    rows, links = newest_first(request, selectors.wrong_cases_seen_by(request.auth.person), paged)
    items = [WrongCaseLine(**_line(one, wrong_cases.standing_of(one))) for one in rows]
    return WrongCasePage(items=items, links=links)


@room.get("/wrong-cases/{wrong}", VIEW, answer=WrongCaseAnswer)
def get_wrong_case(request: Called, wrong: WrongNo) -> WrongCaseAnswer:
    """读取一件：谁有哪一部分责任、认定、处理、申诉。本人的陈述只给办理的人。"""
    return _told(request, _one(request, wrong))


@room.post("/cases/{code}/wrong-case", MANAGE, answer=WrongCaseAnswer, also=(410,))
def take_up_wrong_case(request: Called, code: Code, given: WrongCaseGiven) -> WrongCaseAnswer:
    """对一件案件启动错案责任追究，按行为追溯到人。参与过本案的人应当回避。"""
    case = case_of(request, code, action=MANAGE)
    with refusing(NotTaken):
        row = wrong_cases.take_up(
            case=case,
            by=request.auth.person,
            source=given.source,
            source_ref=given.source_ref,
            what=given.what,
            at=timezone.now(),
            once=token_of(request),
        )
    return _told(request, _one(request, row.no))


@room.post("/wrong-cases/{wrong}/steps", MANAGE, answer=WrongCaseAnswer)
def take_wrong_case_step(request: Called, wrong: WrongNo, given: WrongCaseStepGiven) -> WrongCaseAnswer:
    """记录没有陈述、认定、处理、申诉的复核，或者结束。作出处理的人不复核申诉。"""
    row = _one(request, wrong)
    with refusing(NotTaken):
        STEPS[given.step](row, given, {"by": request.auth.person, "text": given.text, "at": timezone.now()})
    return _told(request, row)


@room.get("/own-wrong-cases", OWN, answer=OwnWrongCases)
def list_own_wrong_cases(request: Called) -> OwnWrongCases:
    """列出涉及被代理人本人的：本人的部分、认定、处理、申诉期限。"""
    return OwnWrongCases(items=[_own(request, one) for one in selectors.about(request.auth.person)])


@room.post("/own-wrong-cases/{wrong}/words", OWN, answer=WrongCaseAnswer)
def speak_on_wrong_case(request: Called, wrong: WrongNo, given: SpeakGiven) -> WrongCaseAnswer:
    """提交本人的陈述或者申诉。"""
    row = next((one for one in selectors.about(request.auth.person) if one.no == wrong), None)
    if row is None:
        raise not_found()
    say = wrong_cases.state if given.step == "state" else wrong_cases.appeal
    with refusing(NotTaken):
        say(row=row, by=request.auth.person, text=given.text, at=timezone.now())
    return _own(request, row)


def _one(request: Called, no: str) -> "WrongCase":
    try:
        return selectors.one_for(request.auth.person, no)
    except selectors.NoSuchWrongCase:
        raise not_found() from None


def _line(row: "WrongCase", now: "Standing") -> dict[str, Any]:
    return {
        "no": row.no,
        "case": row.case_code,
        "agency": row.agency.code,
        "source": row.source,
        "what": row.what,
        "at": row.at,
        "closed": now.closed,
        "self": f"/api/v1/wrong-cases/{row.no}",
    }


def _told(request: Called, row: "WrongCase") -> WrongCaseAnswer:
    now = wrong_cases.standing_of(row)
    hidden = not selectors.handles(request.auth.person, row, now)
    answers = [_answer(one) for one in now.answers.values()]
    return WrongCaseAnswer(**_line(row, now), answers=answers, steps=_steps(row, hidden=hidden))


def _own(request: Called, row: "WrongCase") -> WrongCaseAnswer:
    me, now = request.auth.person.username, wrong_cases.standing_of(row)
    return WrongCaseAnswer(**_line(row, now), answers=[_answer(now.answers[me])], steps=_steps(row, me))


def _answer(one: "Answer") -> AnswerableLine:
    names = ("person", "name", "heard", "degree", "measure", "appealed", "appeal", "appeal_until")
    parts = [PartLine(part=part["part"], title=part["part_title"]) for part in one.parts]
    return AnswerableLine(**{name: getattr(one, name) for name in names}, parts=parts)


def _steps(row: "WrongCase", person: str = "", *, hidden: bool = False) -> list[WrongCaseStepLine]:
    found = []
    for one in selectors.events_of(row, person):
        shut = hidden and one.kind in selectors.OWN_WORDS
        text = "" if shut else str(one.facts.get("text", ""))
        found.append(
            WrongCaseStepLine(
                kind=one.kind,
                title=TITLES[one.kind],
                by=one.by,
                person=one.person,
                at=one.at,
                text=text,
                hidden=shut,
            )
        )
    return found


Take = Callable[["WrongCase", WrongCaseStepGiven, dict[str, Any]], None]
STEPS: Final[Mapping[str, Take]] = {
    "silent": lambda row, given, common: wrong_cases.note_silence(row=row, person=given.person, **common),
    "find": lambda row, given, common: wrong_cases.find(
        row=row, person=given.person, degree=given.degree, **common
    ),
    "measure": lambda row, given, common: wrong_cases.measure(
        row=row, person=given.person, kind=given.measure, **common
    ),
    "uphold": lambda row, given, common: wrong_cases.decide_appeal(
        row=row, person=given.person, lifted=False, **common
    ),
    "lift": lambda row, given, common: wrong_cases.decide_appeal(
        row=row, person=given.person, lifted=True, **common
    ),
    "close": lambda row, _given, common: wrong_cases.close(row=row, **common),
}
