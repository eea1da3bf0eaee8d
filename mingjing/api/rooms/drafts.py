"""What was typed of an act and is not recorded: a system prepares it, the person goes on with it on the page."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpResponse
from pydantic import Field

from mingjing.api.cases_seen import case_of
from mingjing.api.deeds import PUBLICITY, kind_in
from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.rooms.acts import ANY_ACT
from mingjing.api.rooms.case_schemas import KIND, USERNAME
from mingjing.api.schemas import Code, Digest, Given, Moment, Told
from mingjing.cases import drafts
from mingjing.kit.clock import beijing

if TYPE_CHECKING:
    from mingjing.cases.models import Draft

room = Room("草稿")
KindName = Annotated[str, Field(pattern=KIND, description="行为种类")]


class DraftGiven(Given):
    """What is known so far; anything may be missing or wrong."""

    facts: dict[str, Any] = Field(default_factory=dict, description="表单的各项")
    performers: list[Annotated[str, Field(pattern=USERNAME)]] = Field(default_factory=list, max_length=20)
    done_at: Moment | None = Field(None, description="行为发生的时间")
    evidence: list[Digest] = Field(default_factory=list, max_length=200)


class DraftAnswer(Told):
    """A draft as it is kept."""

    case: str
    kind: str
    facts: dict[str, Any]
    performers: list[str]
    done_at: str = Field(description="北京时间，到分钟；空：没有填")
    evidence: list[str]
    saved_at: datetime


@room.get("/cases/{code}/drafts/{kind}", *ANY_ACT, answer=DraftAnswer, also=(410,))
def get_draft(request: Called, code: Code, kind: KindName) -> DraftAnswer:
    """读取被代理人在这件案件中一种行为的草稿。"""
    where = _where(request, code, kind)
    kept = next((one for one in drafts.drafts_of(where["person"]) if _is(one, where)), None)
    if kept is None:
        raise not_found()
    return _told(kept)


@room.put("/cases/{code}/drafts/{kind}", *ANY_ACT, answer=DraftAnswer, also=(410,))
def put_draft(request: Called, code: Code, kind: KindName, given: DraftGiven) -> DraftAnswer:
    """保存草稿。本人在页面上打开这个行为的表单，接着填写、核对、办理。"""
    where = _where(request, code, kind)
    done_at = beijing(given.done_at).strftime("%Y-%m-%dT%H:%M") if given.done_at else ""
    form = {**given.model_dump(exclude={"done_at"}), "done_at": done_at}
    return _told(drafts.save_draft(**where, form=form))


@room.delete("/cases/{code}/drafts/{kind}", *ANY_ACT, also=(410,))
def delete_draft(request: Called, code: Code, kind: KindName) -> HttpResponse:
    """放弃草稿。"""
    drafts.drop(**_where(request, code, kind))
    return HttpResponse(status=204)


def _where(request: Called, code: str, kind: str) -> dict[str, str]:
    """Whose draft of what: of an act that this client may record. Raises Problem."""
    case = case_of(request, code)
    found = kind_in(case, kind)
    if kind in PUBLICITY:
        raise not_found()
    demand(request, f"act.{found.stage}")
    return {"case_code": case.code, "kind": kind, "person": request.auth.person.username}


def _is(one: "Draft", where: dict[str, str]) -> bool:
    return (one.case_code, one.kind) == (where["case_code"], where["kind"])


def _told(one: "Draft") -> DraftAnswer:
    form = one.form
    return DraftAnswer(
        case=one.case_code,
        kind=one.kind,
        facts=form.get("facts", {}),
        performers=form.get("performers", []),
        done_at=form.get("done_at", ""),
        evidence=form.get("evidence", []),
        saved_at=one.saved_at,
    )
