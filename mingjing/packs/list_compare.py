"""What changed between two versions of a list, in Chinese, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mingjing.packs.benchmark_compare import Change
from mingjing.packs.list_body import body_of
from mingjing.packs.lists import EFFECTS, NormList

_HEAD: Final = {
    "title": "名称", "issuer": "制定机关", "number": "文号", "version": "版本", "in_force": "施行日期",
    "until": "失效日期", "source": "出处", "note": "说明", "field": "执法领域", "verified": "原文已核对",
}  # fmt: skip
_ITEM: Final = {
    "violation": "违法行为", "also": "其他叫法", "basis": "法律依据", "conditions": "适用条件", "effect": "结果",
    "when": "条件式", "question": "询问", "remark": "备注",
}  # fmt: skip


def changes(old: NormList, new: NormList) -> list[Change]:
    """Give every difference; a line is known by its number."""
    before, after = body_of(old), body_of(new)
    lines = [{one["code"]: one for one in body["item"]} for body in (before, after)]
    found = list(_of_table("", _HEAD, before, after))
    for code in dict.fromkeys([*lines[0], *lines[1]]):
        was, now = lines[0].get(code), lines[1].get(code)
        if was is None or now is None:
            one = was or now or {}
            found.append(
                Change(code, "事项", one["violation"] if was else "", one["violation"] if now else "")
            )
        else:
            found += _of_table(code, _ITEM, was, now)
    return found


def _of_table(
    item: str, titles: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key, title in titles.items():
        if before.get(key) != after.get(key):
            yield Change(item, title, _words(key, before.get(key)), _words(key, after.get(key)))


def _words(key: str, value: Any) -> str:
    if key == "effect":
        return EFFECTS.get(str(value), "")
    if key == "verified":
        return "否" if value is False else "是"
    if isinstance(value, list):
        return "；".join(_words("", one) for one in value)
    if isinstance(value, dict):
        return str(value.get("title", ""))
    return "" if value is None else str(value)
