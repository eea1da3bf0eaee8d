"""What the register refuses, said in Chinese at the field it concerns; nothing is read or written but who asks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from mingjing.personnel.models import Person
from mingjing.personnel.permissions import GRANTS, may, role_names


class RegisterRefused(Exception):
    """The register was not changed. `errors` says by field what is wrong and how to mend it, in Chinese."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: list(texts) for field, texts in errors.items()}
        super().__init__("；".join(text for texts in self.errors.values() for text in texts))


def empty(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {field: ["此项不能为空。"] for field, text in texts.items() if not text.strip()}


def unfit(table: type[models.Model], texts: Mapping[str, Any]) -> dict[str, list[str]]:
    """Say of texts that the column cannot hold how long they may be; one database would cut, another fail."""
    errors = {}
    for field, text in texts.items():
        longest = getattr(table._meta.get_field(field), "max_length", None)
        if longest and len(str(text)) > longest:
            errors[field] = [f"最多 {longest} 个字，现有 {len(str(text))} 个。请缩短。"]
        elif "\0" in str(text):
            errors[field] = ["含有不能保存的字符。请重新输入。"]
    return errors


def own(field: str, username: str, by: str) -> dict[str, list[str]]:
    return {field: ["本人的登记事项不能由本人办理。请由另一名管理员办理。"]} if username == by else {}


def not_theirs(field: str, action: str, by: str) -> dict[str, list[str]]:
    """Say that somebody on the register may not do this; whoever is not on it sits at the machine itself (set-up)."""
    actor = Person.objects.filter(username=by).first()
    if actor is None or may(actor, action, actor.agency.code):
        return {}
    keeper = role_names(GRANTS[action])
    return {field: [f"您现有的角色（{role_names(actor.roles) or '无'}）不能办理这一项。请由{keeper}办理。"]}


def unknown(field: str, values: Iterable[str], known: Sequence[str], title: str) -> dict[str, list[str]]:
    wrong = [value for value in values if value not in known]
    return {field: [f"{title}“{'、'.join(wrong)}”不在目录中。请从列表中选择。"]} if wrong else {}
