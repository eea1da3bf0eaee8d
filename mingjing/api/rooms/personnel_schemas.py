"""The shapes of people, certificates and agencies as the API gives and takes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mingjing.api.rows import Paged, Short, told
from mingjing.api.schemas import Links, Told

if TYPE_CHECKING:
    from mingjing.personnel.certificates import Qualification
    from mingjing.personnel.models import Certificate, Person

Username = Annotated[str, Field(pattern=r"^[\w.@+-]{1,40}$", description="用户名")]


class PeopleFilters(Paged):
    """Which people."""

    q: Short = Field("", description="姓名、用户名、部门、职务中的一段文字")
    role: Short = Field("", description="角色代码")


class PersonLine(Told):
    """One person of the register."""

    username: str
    name: str
    agency: str
    department: str
    post: str
    roles: list[str]
    is_auxiliary: bool
    is_counsel: bool
    is_active: bool
    legal_qualification_no: str
    certificate: str = Field(description="今天的执法证件号；没有的为空")
    certificate_state: str
    certificate_fields: list[str]
    self: str

    @classmethod
    def of(cls, person: "Person", held: "Qualification") -> "PersonLine":
        """Somebody with what he is certified for today."""
        return told(cls, person, **_more(person, held))


def _more(person: "Person", held: "Qualification") -> dict[str, Any]:
    return {
        "agency": person.agency.code,
        "certificate": held.number,
        "certificate_state": held.state,
        "certificate_fields": list(held.fields),
        "self": f"/api/v1/people/{person.username}",
    }


class PersonPage(Told):
    """A page of people."""

    items: list[PersonLine]
    links: Links


class CertificateEventLine(Told):
    """What happened to a certificate."""

    kind: str
    on: date
    reason: str
    recorded_by: str


class CertificateLine(Told):
    """One certificate with what happened to it."""

    pk: int
    number: str
    issuer: str
    fields: list[str]
    valid_from: date
    valid_until: date
    state: str = Field(description="今天的状态")
    events: list[CertificateEventLine]


class PersonAnswer(PersonLine):
    """One person with every certificate, the latest first."""

    certificates: list[CertificateLine]

    @classmethod
    def whole(
        cls,
        person: "Person",
        held: "Qualification",
        rows: "Sequence[Certificate]",
        states: Mapping[int, str],
    ) -> "PersonAnswer":
        """Somebody as the register has them."""
        certificates = [
            told(
                CertificateLine,
                one,
                state=states[one.pk],
                events=[told(CertificateEventLine, event) for event in one.events.all()],
            )
            for one in rows
        ]
        return told(cls, person, certificates=certificates, **_more(person, held))


class ExpiringLine(Told):
    """A certificate that will soon be worth nothing."""

    username: str
    name: str
    agency: str
    number: str
    valid_until: date
    days_left: int


class ExpiringPage(Told):
    """Certificates that run out."""

    items: list[ExpiringLine]


class OrganLine(Told):
    """One agency of the register."""

    code: str
    name: str
    short_name: str
    region: str
    kind: str
    field: str
    parent: str = Field(description="上级监督机关的代码；不在可查阅范围内的为空")
    uscc: str
    address: str
    phone: str
    is_active: bool


class AgencyPage(Told):
    """Agencies."""

    items: list[OrganLine]
