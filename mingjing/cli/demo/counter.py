"""A party of the demo at the counter: he comes in with his notice and sends two arguments, once."""

import io
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mingjing.cases.selectors import acts_of, facts_of
from mingjing.cli.demo.exhibits import exhibit
from mingjing.cli.demo.live import named_case
from mingjing.defence import access, exhibits, selectors, services
from mingjing.defence.access import LAST, Where
from mingjing.documents.services import issue

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

NAME: Final = "argued"
ARGUMENTS: Final = (
    ("堆放的材料当天下午已经全部清走，没有影响行人通行。", "请求从轻处罚"),
    ("占用的面积没有六十平方米，当时测量把我店门前自有的空地也算了进去，附使用证明。", "请求重新测量面积"),
)


def hand_in() -> None:
    """Let the party send his arguments, unless he has."""
    case = named_case(NAME)
    if selectors.received_of(case):
        return
    now = timezone.now()
    code, last = paper_of_the_party()
    visit = access.enter(code=code, act=_notice(case), last=last, where=Where("127.0.0.1", "demo"), at=now)
    inside = access.inside(visit.code, at=now)
    if inside is None:
        raise LookupError(visit.code)
    for n, (text, request) in enumerate(ARGUMENTS):
        services.write_line(inside=inside, line=f"{n:016x}", text=text, request=request)
    name, content = exhibit("门前空地使用证明复印件", case.code[::-1])
    data = content.read()
    exhibits.hand_in_file(inside=inside, line=f"{1:016x}", file=io.BytesIO(data), name=name, size=len(data))
    services.send(inside=inside, once=services.draft_of(inside).once, at=now)


def paper_of_the_party() -> tuple[str, str]:
    """Give what the party holds: the code on his notice, and the end of his number."""
    case = named_case(NAME)
    return issue(_notice(case)).code, str(facts_of(case)["party_uscc"])[-LAST:]


def _notice(case: "Case") -> "Act":
    return next(act for act in reversed(acts_of(case)) if act.kind == "prior_notice_issued")
