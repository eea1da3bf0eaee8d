"""Acts of a case: trying one without recording it, recording one, reading one."""

from mingjing.api.cases_seen import act_of, case_of
from mingjing.api.deeds import deed_of, recorded
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.rooms.case_schemas import ActAnswer, ActGiven, TrialAnswer, act_told, trial_told
from mingjing.api.schemas import Code
from mingjing.cases.services import check_act
from mingjing.clients.scopes import SCOPES

room = Room("行为")
# Which of them is needed is said by the stage of the kind of act.
ANY_ACT = tuple(scope for scope in SCOPES if scope.startswith("act."))


@room.ask("/cases/{code}/judgements", *ANY_ACT, answer=TrialAnswer, also=(410,))
def judge_act(request: Called, code: Code, given: ActGiven) -> TrialAnswer:
    """试办：现在记录这个行为会怎样，法律逐条怎么说。只判断，不记录。"""
    case = case_of(request, code)
    return trial_told(check_act(case=case, deed=deed_of(request, given, case=case)))


@room.post("/cases/{code}/acts", *ANY_ACT, answer=ActAnswer, also=(410,))
def record_act(request: Called, code: Code, given: ActGiven) -> ActAnswer:
    """记录一个行为。法律不允许的不记录，以 422 逐条说明原因和法条。"""
    return act_told(recorded(request, case_of(request, code), given))


@room.get("/cases/{code}/acts/{act}", "case.view", answer=ActAnswer, also=(410,))
def get_act(request: Called, code: Code, act: Code) -> ActAnswer:
    """读取一个行为。"""
    return act_told(act_of(request, code, act))
