"""Who the caller is: the client, in whose name it acts, and what it may do now."""

from datetime import datetime

from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.schemas import Told
from mingjing.clients.scopes import in_order

room = Room("本客户端")


class ActedFor(Told):
    """The person in whose name the client acts."""

    username: str
    name: str
    roles: list[str]


class MeAnswer(Told):
    """The caller as the register has it."""

    client: str
    title: str
    kind: str
    agency: str
    person: ActedFor
    scopes: list[str] = Field(description="现在可以使用的权限：登记的、令牌带有的、被代理人现在有的")
    expires_at: datetime
    per_minute: int


@room.get("/me", answer=MeAnswer)
def get_me(request: Called) -> MeAnswer:
    """读取本客户端的登记和现有权限。"""
    client, person = request.auth.client, request.auth.person
    return MeAnswer(
        client=client.code,
        title=client.title,
        kind=client.kind,
        agency=client.agency.code,
        person=ActedFor(username=person.username, name=person.name, roles=list(person.roles)),
        scopes=in_order(request.auth.scopes),
        expires_at=client.expires_at,
        per_minute=request.api_left.limit,
    )
