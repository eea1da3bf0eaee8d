"""The forms of training: application, import, examination, class; what they ask and how it is read."""

import re
from collections.abc import Sequence
from typing import Any, Final

from mingjing.lawengine.model import Field
from mingjing.personnel.selectors import ENFORCEMENT_FIELDS
from mingjing.web.register_form import Asked, Form

QUESTION_KINDS: Final = (("judge", "判断"), ("single", "单选"), ("multi", "多选"))
FIGURES: Final = ("minutes", "pass_mark", "attempts", "hours")
PART: Final = re.compile(r"(.{1,40})[；;](判断|单选|多选)[；;]\s*([0-9]{1,3})")


def apply_form() -> Form:
    """An application for an enforcement certificate."""
    kinds = Field(name="fields", title="申请的执法类别", type="multichoice", options=ENFORCEMENT_FIELDS)
    reason = Field(name="reason", title="申请理由", type="text", max_length=200, help="如新录用、转岗。")
    return Form("apply", (Asked(kinds), Asked(reason)))


def import_form() -> Form:
    """A file of questions."""
    subject = Field(name="subject", title="科目", type="text", max_length=40)
    return Form("import", (Asked(subject, required=False),))


def exam_form() -> Form:
    """A new examination."""
    parts = "每行写一部分：科目；题型；题数。如：公共法律知识；单选；40"
    asked = (
        Asked(Field(name="title", title="考试名称", type="text", max_length=100)),
        Asked(Field(name="parts", title="组卷", type="longtext", help=parts)),
        Asked(Field(name="minutes", title="时长", type="int", unit="分钟")),
        Asked(Field(name="pass_mark", title="合格分", type="int", help="满分一百分。")),
        Asked(Field(name="attempts", title="每人可考次数", type="int")),
        Asked(Field(name="hours", title="合格计学时", type="int", help="不计的写 0。")),
        Asked(Field(name="qualifies", title="执法资格考试", type="bool", help="合格后可以发给执法证件。")),
        Asked(Field(name="opens_on", title="开放日", type="date")),
        Asked(Field(name="closes_on", title="截止日", type="date")),
    )
    usual = {"minutes": "90", "pass_mark": "60", "attempts": "2", "hours": "0", "qualifies": "true"}
    return Form("exam", asked, dict(usual))


def parts_of(form: Form) -> list[dict[str, Any]]:
    """The parts of a paper as they were typed; mistakes go to the field."""
    kinds = {title: kind for kind, title in QUESTION_KINDS}
    parts = []
    for line in filter(None, map(str.strip, form.typed["parts"].splitlines())):
        if found := PART.fullmatch(line):
            subject, title, count = found.groups()
            parts.append({"subject": subject.strip(), "kind": kinds[title], "count": int(count)})
        else:
            form.errors["parts"] = [
                f"“{line[:30]}”不对。每行写：科目；题型；题数，如：公共法律知识；单选；40"
            ]
    for name in FIGURES:
        if form.typed[name] and not re.fullmatch(r"[0-9]{1,4}", form.typed[name]):
            form.errors[name] = ["请写整数。"]
    return parts


def class_form(people: Sequence[tuple[str, str]]) -> Form:
    """A class that somebody attended."""
    who = Field(name="username", title="人员", type="choice", options=tuple(people))
    asked = (
        Asked(who),
        Asked(Field(name="title", title="培训名称", type="text", max_length=200)),
        Asked(Field(name="hours_counted", title="学时", type="int")),
        Asked(Field(name="on", title="结束日期", type="date")),
        Asked(
            Field(
                name="proof",
                title="证明",
                type="text",
                max_length=200,
                help="通知文号、签到册或者结业证编号。",
            )
        ),
    )
    return Form("class", asked)
