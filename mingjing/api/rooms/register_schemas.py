"""The shapes of the register of people as the API takes and gives them; a password is taken and never given."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import AgencyCode, Number, Short, told
from mingjing.api.schemas import Day, Given, Told

if TYPE_CHECKING:
    from mingjing.personnel.models import RegisterChange

Code40 = Annotated[str, Field(max_length=40)]
Codes = Annotated[list[Code40], Field(max_length=60)]
Secret = Annotated[
    str,
    Field(
        max_length=200,
        description="只在请求中出现；任何应答都没有密码，系统只存摘要",
        json_schema_extra={"writeOnly": True, "format": "password"},
    ),
]


class PersonGiven(Given):
    """Somebody new who can sign in; roles are granted by the security administrator afterwards."""

    username: Code40 = Field(description="字母、数字和 . _ - 组成，登记后不能更改")
    name: Code40
    agency: AgencyCode
    password: Secret
    department: Short = ""
    post: Short = ""
    legal_qualification_no: Short = Field("", description="法律职业资格证书号")
    is_auxiliary: bool = Field(False, description="执法辅助人员")
    is_counsel: bool = Field(False, description="法律顾问、公职律师")


class RolesGiven(Given):
    """The roles that somebody has from now on, and no others."""

    roles: Codes = Field(description="角色代码")


class ActiveGiven(Given):
    """Whether somebody is in post."""

    active: bool = Field(description="false：登记离任，不能再登录；true：复职")


class PasswordGiven(Given):
    """A new password for somebody else."""

    password: Secret


class CounselGiven(Given):
    """Whether somebody is legal counsel."""

    counsel: bool


class PlaceGiven(Given):
    """The post of the responsibility list that somebody is put in."""

    post: Number = Field(description="岗位序号，见机关的 departments")


class CertificateGiven(Given):
    """A certificate as it was issued."""

    number: Short = Field(description="证号")
    issuer: Annotated[str, Field(max_length=200)] = Field(description="发证机关")
    fields: Codes = Field(description="执法类别代码")
    valid_from: Day
    valid_until: Day
    exam_proof: Annotated[str, Field(max_length=200)] = Field(
        "", description="补登以前发的证件时填写资格考试的合格证明；本系统考试合格的不填"
    )


class CertificateStepGiven(Given):
    """What happened to a certificate."""

    step: Literal["suspended", "restored", "taken_back", "cancelled"] = Field(
        description="suspended 暂扣，restored 恢复，taken_back 收回，cancelled 注销"
    )
    on: Day = Field(description="从这一天起，所办的行为按新的状态核对")
    reason: Annotated[str, Field(max_length=400)]


class ChangeLine(Told):
    """One change of the register, as the trail of administration keeps it and the log commits to it."""

    at: datetime
    by: str
    action: str
    details: dict[str, Any] = Field(description="through：经接口办的，是哪个客户端")
    number: str = Field(description="存证编号")

    @classmethod
    def of(cls, row: "RegisterChange") -> "ChangeLine":
        """A change as it is stored."""
        return told(cls, row, number=row.code)


class ChangePage(Told):
    """Changes of one entry, the oldest first."""

    items: list[ChangeLine]


class RoleLine(Told):
    """One role of the register."""

    code: str
    title: str


class CatalogueAnswer(Told):
    """The codes that the register knows."""

    roles: list[RoleLine]
    agency_kinds: list[RoleLine]
    fields: list[RoleLine]
    today: date
