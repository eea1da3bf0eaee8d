"""The forms of the register: what they ask, and how what was typed is read. They write nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict

from mingjing.lawengine.model import Field
from mingjing.packs.procedures import ENFORCEMENTS
from mingjing.personnel.certificates import FOLLOWED_BY
from mingjing.personnel.permissions import forbidden_in_words
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import AGENCY_KINDS, CERTIFICATE_EVENTS, ENFORCEMENT_FIELDS, ROLES
from mingjing.web.fields import Control, Option

OF_REGISTER = {"agency", "parent", "delegator", "delegate", "post", "username"}  # chosen out of the register
AGAIN = "again"  # the second typing of a new password; it goes no further than the form


class Asked(NamedTuple):
    """One field of a form."""

    field: Field
    required: bool = True
    secret: bool = False  # never shown again


class Secret(Control):
    """A password: dots on the screen, and empty again after a refusal."""

    @property
    def look(self) -> str:
        """Drawn as a password."""
        return "newpassword" if self.field.name != "old" else "password"


class ListBox(Control):
    """A choice out of the register: a list however short, because it grows and shows who stands below whom."""

    @property
    def look(self) -> str:
        """Drawn as a list box."""
        return "select"


@dataclass
class Form:
    """What one form of the register asks, with what was typed into it and what is wrong with that."""

    name: str
    asked: Sequence[Asked] = ()
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def read(self, post: QueryDict) -> "Form":
        """Take in what was typed."""
        for one in self.asked:
            name = f"{self.name}.{one.field.name}"
            text = post.get(name, "")
            if one.field.type == "multichoice":
                self.typed[one.field.name] = list(dict.fromkeys(post.getlist(name)))
            else:
                self.typed[one.field.name] = text if one.secret else text.strip()
        return self

    def accepted(self, service: Callable[..., object], **given: Any) -> bool:
        """Hand what was typed to the service; on refusal keep what is wrong, at the fields, and answer no."""
        self.errors = {**self._missing(), **self.errors}
        if not self.errors:
            try:
                service(**self.values(), **given)
            except RegisterRefused as refused:
                self.errors = refused.errors
        return not self.errors

    def values(self) -> dict[str, Any]:
        """What was typed as services take it."""
        readers: Mapping[str, Callable[[Any], Any]] = {"date": date.fromisoformat, "bool": "true".__eq__}
        return {
            one.field.name: readers.get(one.field.type, lambda value: value)(self.typed[one.field.name])
            for one in self.asked
            if one.field.name != AGAIN
        }

    @property
    def controls(self) -> list[Control]:
        """The inputs as templates draw them."""
        return [self._control(one) for one in self.asked]

    @property
    def others(self) -> list[str]:
        """What is wrong with no single field of this form."""
        names = {one.field.name for one in self.asked}
        return [text for name, texts in self.errors.items() if name not in names for text in texts]

    def _missing(self) -> dict[str, list[str]]:
        found = {}
        for one in self.asked:
            value = self.typed.get(one.field.name)
            if one.required and not value:
                found[one.field.name] = ["此项不能为空。"]
            elif one.field.type == "date" and not _is_day(str(value)):
                found[one.field.name] = ["日期不对。请按年、月、日填写，如 2026-03-05。"]
        if not found and AGAIN in self.typed and self.typed[AGAIN] != self.typed["password"]:
            found[AGAIN] = ["两次输入的密码不一样。请重新输入。"]
        return found

    def _control(self, one: Asked) -> Control:
        name, value = f"{self.name}.{one.field.name}", self.typed.get(one.field.name, "")
        errors = self.errors.get(one.field.name, ())
        if one.secret:
            return Secret(name, one.field, required=one.required, errors=errors)
        chosen = {value} if isinstance(value, str) else set(value)
        yes_or_no = (("true", "是"), ("false", "否"))
        offered = yes_or_no if one.field.type == "bool" else one.field.options
        options = [Option(code, label, code in chosen) for code, label in offered]
        drawn = ListBox if one.field.type == "choice" and one.field.name in OF_REGISTER else Control
        return drawn(name, one.field, value, required=one.required, errors=errors, options=options)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(name: str, title: str, longest: int, help: str = "", *, required: bool = True) -> Asked:
    return Asked(Field(name=name, title=title, type="text", max_length=longest, help=help), required)


def _new_password(title: str) -> tuple[Asked, Asked]:
    rule = "至少 10 个字符，包含小写字母、大写字母、数字、符号中的两种，不能与姓名、用户名相近。"
    return (
        Asked(Field(name="password", title=title, type="text", help=rule), secret=True),
        Asked(Field(name=AGAIN, title="再输一次", type="text"), secret=True),
    )


def _roles() -> Asked:
    help = "".join(forbidden_in_words()) + "管理员相互制约，也不得在登记之下办案。"
    return Asked(Field(name="roles", title="角色", type="multichoice", options=ROLES, help=help))


def person_form(agencies: Sequence[tuple[str, str]]) -> Form:
    """Somebody new: who, where, what for, and the password of the first day."""
    asked = (
        _text("name", "姓名", 40),
        _text("username", "用户名", 40, "登录时使用，由字母、数字和 . _ - 组成，登记后不能更改。"),
        Asked(Field(name="agency", title="所在机关", type="choice", options=tuple(agencies))),
        _text("department", "部门", 60, required=False),
        _text("post", "职务", 60, required=False),
        _text("legal_qualification_no", "法律职业资格证书号", 40, "从事法制审核的填写。", required=False),
        Asked(
            Field(
                name="is_auxiliary",
                title="执法辅助人员",
                type="bool",
                help="辅助人员不得单独实施执法行为，不得持有执法证件。",
            )
        ),
        Asked(
            Field(
                name="is_counsel", title="法律顾问、公职律师", type="bool", help="可以在法制审核中提出意见。"
            )
        ),
        *_new_password("首次登录的密码"),
    )
    return Form("person", asked, {"is_auxiliary": "false", "is_counsel": "false"})


def agency_form(agencies: Sequence[tuple[str, str]]) -> Form:
    """A new agency: what it is, under whom, and what its documents print."""
    kind = Field(name="kind", title="机关性质", type="choice", options=AGENCY_KINDS)
    above = Field(
        name="parent",
        title="监督机关",
        type="choice",
        options=tuple(agencies),
        help="谁监督本机关，就选谁；没有上级的不选。",
    )
    area = Field(
        name="field",
        title="执法领域",
        type="choice",
        options=ENFORCEMENT_FIELDS,
        help="行政执法机关填写。",
    )
    powers = Field(
        name="enforcements",
        title="执法种类",
        type="multichoice",
        options=tuple(ENFORCEMENTS.items()),
        help="本机关依法实施的执法种类；都不选的，不作限制。",
    )
    asked = (
        _text("name", "机关名称", 100, "全称，与印章一致。"),
        _text("short_name", "简称", 40),
        _text("code", "机关代码", 40, "由行政区划代码和简称组成，如 410481-urban，登记后不能更改。"),
        _text("region", "行政区划代码", 6, "六位数字，如 410481。"),
        Asked(kind),
        Asked(area, required=False),
        Asked(powers, required=False),
        Asked(above, required=False),
        _text("uscc", "统一社会信用代码", 18, required=False),
        _text("address", "地址", 200, required=False),
        _text("phone", "电话", 40, required=False),
        _text("office_hours", "办公时间", 100, "如“工作日 8:30–12:00，14:30–18:00”。", required=False),
        _text("number_prefix", "文书字号前缀", 20, "如“舞城管”。", required=False),
        _text("review_body", "行政复议机关", 100, required=False),
        _text("court", "管辖法院", 100, required=False),
        _text("payment_bank", "罚款代收银行", 100, required=False),
        _text("payment_account", "罚款代收账号", 60, required=False),
    )
    return Form("agency", asked)


def roles_form(held: Sequence[str]) -> Form:
    """The roles that somebody is to have from now on."""
    return Form("roles", (_roles(),), {"roles": list(held)})


def reset_form() -> Form:
    """A new password for somebody who has lost his."""
    return Form("password", _new_password("新密码"))


def own_password_form() -> Form:
    """A new password for oneself."""
    old = Asked(Field(name="old", title="原密码", type="text"), secret=True)
    return Form("own", (old, *_new_password("新密码")))


def first_password_form() -> Form:
    """The first password of an account, by its owner."""
    return Form("first", _new_password("密码"))


def certificate_form() -> Form:
    """A certificate as it is printed."""
    kinds = Field(name="fields", title="执法类别", type="multichoice", options=ENFORCEMENT_FIELDS)
    asked = (
        _text("number", "证号", 40),
        _text("issuer", "发证机关", 100),
        Asked(kinds),
        Asked(Field(name="valid_from", title="有效期起", type="date")),
        Asked(Field(name="valid_until", title="有效期止", type="date")),
        _text(
            "exam_proof",
            "资格考试合格证明",
            200,
            "补登以前发的证件时填写；本系统考试合格的不填。",
            required=False,
        ),
    )
    return Form("issue", asked)


def event_form(certificate: int, last: str, today: date) -> Form | None:
    """What may be recorded of a certificate after its `last` event; nothing where nothing may follow."""
    titles = dict(CERTIFICATE_EVENTS)
    steps = tuple((kind, titles[kind]) for kind in FOLLOWED_BY[last])
    if not steps:
        return None
    help = "注销后不能恢复，只能另发新证。"
    asked = (
        Asked(Field(name="step", title="事项", type="choice", options=steps, help=help)),
        Asked(Field(name="on", title="生效日", type="date", help="从这一天起，所办的行为按新的状态核对。")),
        _text("reason", "原因", 200),
    )
    return Form(f"event-{certificate}", asked, {"on": today.isoformat()})
