"""The forms of bodies: particulars, confirmation, posts, duties, delegations; what they ask and how it is read."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mingjing.lawengine.model import Field
from mingjing.packs.load import library
from mingjing.packs.vocabulary import STAGES
from mingjing.personnel.agency_register import CHANGEABLE
from mingjing.web.register_form import Asked, Form, agency_form

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

KEEPERS: Final = ("code", "region")  # name the entry for good
MATTER: Final = re.compile(r"[；;]")
NO_MATTER: Final = (
    "每行写一项：事项名称；依据的法律、法规；条款；权限。"
    "如：占道经营；城市市容和环境卫生管理条例；第三十四条；警告、一千元以下罚款"
)
BOOLS: Final = ("delegate_lawful", "delegate_staffed", "delegate_technical_needed", "delegate_technical")
LETTER: Final = ("in_delegator_name", "no_redelegation")
GRANTED: Final = ("empowerment_published", "delegate_capable", "delegate_supported")
# Of the common vocabulary, in the order of the form; those of one kind of instrument only.
OF_DELEGATION: Final = (
    *(
        "delegation_basis_rank",
        "delegate_kind",
        *BOOLS,
        *LETTER,
        "delegation_liability",
        "delegation_requirements",
    ),
)
OF_EMPOWERMENT: Final = (
    *("empowerment_level", "empowerment_document", "delegate_kind", *GRANTED, "handover_departments"),
    "next_evaluation_on",
)


def _text(name: str, title: str, longest: int, help: str = "", *, required: bool = True) -> Asked:
    return Asked(Field(name=name, title=title, type="text", max_length=longest, help=help), required)


def _day(name: str, title: str, help: str = "") -> Asked:
    return Asked(Field(name=name, title=title, type="date", help=help))


def change_form(agency: "Agency", agencies: Sequence[tuple[str, str]], today: date) -> Form:
    """The particulars of an agency as they stand, to be changed from a day on for a reason."""
    kept = agency_form(agencies).asked
    asked = (
        *(one for one in kept if one.field.name not in KEEPERS),
        Asked(Field(name="is_active", title="在用", type="bool", help="停用的机关不能新办案件。")),
        _day("on", "变更生效日", "不晚于今天。"),
        _text("reason", "变更依据和原因", 200, "如机构改革文件的名称、文号。"),
    )
    held: dict[str, Any] = {name: getattr(agency, name) for name in CHANGEABLE}
    held |= {
        "is_active": "true" if agency.is_active else "false",
        "parent": agency.parent.code if agency.parent else "",
        "on": today.isoformat(),
    }
    return Form("change", asked, held)


def confirm_form(today: date) -> Form:
    """A confirmation as a subject of enforcement, or its withdrawal."""
    kinds = (("confirmed", "确认"), ("withdrawn", "取消"))
    asked = (
        Asked(Field(name="kind", title="事项", type="choice", options=kinds)),
        _text("document", "确认文件", 200, "文件或者公告的名称。"),
        _text("document_no", "文号", 60),
        _text("confirmed_by", "确认机关", 100),
        _day("on", "确认日期"),
        _text("published_at", "公告载体", 200, "如市政府网站、某日某报。"),
        _day("published_on", "公告日期"),
    )
    return Form("confirm", asked, {"kind": "confirmed", "on": today.isoformat()})


def post_form() -> Form:
    """A new post."""
    return Form("post", (_text("department", "部门", 60), _text("name", "岗位", 60)))


def duty_form(posts: Sequence[tuple[str, str]], procedures: Mapping[str, str]) -> Form:
    """The powers of a post."""
    stages = tuple(
        (f"{code}/{stage}", f"{title}：{label}")
        for code, title in procedures.items()
        for stage, label in STAGES.items()
        if any(kind.stage == stage and code in kind.procedures for kind in library().kinds.values())
    )
    asked = (
        Asked(Field(name="post", title="岗位", type="choice", options=tuple(posts))),
        Asked(Field(name="duties", title="职权（程序和环节）", type="multichoice", options=stages)),
        _text("responsibility", "责任", 200, "如：全面、客观、公正收集证据，按时报送。"),
    )
    return Form("duty", asked)


def agreement_form(agencies: Sequence[tuple[str, str]], kind: str) -> Form:
    """A new agreement of delegation, or a list of empowerment."""
    fields = library().fields
    extra = OF_DELEGATION if kind == "delegation" else OF_EMPOWERMENT
    listed = tuple(agencies)
    basis = _text(
        "basis", "可以委托的依据", 200, "法律、法规、规章的名称和条款，如：城市市容和环境卫生管理条例；第六条"
    )
    asked = (
        _text("number", "编号", 60),
        Asked(Field(name="delegator", title="委托（移交）机关", type="choice", options=listed)),
        Asked(Field(name="delegate", title="受托（承接）方", type="choice", options=listed)),
        Asked(fields["delegation_powers"]),
        *((basis,) if kind == "delegation" else ()),
        Asked(Field(name="matters", title="事项", type="longtext", help=NO_MATTER)),
        Asked(
            Field(name="fine_at_most", title="罚款限额", type="text", help="元；没有限额的不填。"),
            required=False,
        ),
        *(Asked(fields[name], fields[name].type != "bool") for name in extra),
        _day("valid_from", "期限起"),
        _day("valid_until", "期限止"),
        _day("signed_on", "签订（决定）日期"),
    )
    return Form("agreement", asked)


def agreement_terms(form: Form, kind: str) -> dict[str, Any]:
    """What was typed, as the facts of the common vocabulary that the rules judge; mistakes go to the fields."""
    fields, typed = library().fields, form.typed
    extra = OF_DELEGATION if kind == "delegation" else OF_EMPOWERMENT
    terms: dict[str, Any] = {
        "delegation_powers": typed["delegation_powers"],
        "delegation_matters": _matters(form),
    }
    for name in extra:
        value = typed[name]
        if fields[name].type == "bool":
            value = value == "true"
        if value != "":
            terms[name] = value
    if typed.get("basis"):
        law, _, article = re.sub(r"[《》]", "", typed["basis"]).partition("；")
        terms["delegation_basis"] = [{"law": law.strip(), "article": article.strip()}]
    if limit := typed["fine_at_most"].replace(",", ""):
        terms["fine_at_most"] = limit
    return terms


def _matters(form: Form) -> list[dict[str, Any]]:
    rows = []
    for line in form.typed["matters"].splitlines():
        parts = [part.strip(" 　《》") for part in MATTER.split(line)]
        if not any(parts):
            continue
        if len(parts) != 4 or not all(parts):
            form.errors["matters"] = [f"“{line.strip()[:30]}”不是四项。{NO_MATTER}"]
            continue
        item, law, article, power = parts
        basis = [{"law": law, "article": article}]
        rows.append({"delegated_item": item, "delegated_basis": basis, "delegated_power": power})
    return rows


def event_form(name: str, title: str, today: date) -> Form:
    """That an agreement was published, or ended."""
    return Form(name, (_day("on", "日期"), _text("note", title, 300)), {"on": today.isoformat()})
