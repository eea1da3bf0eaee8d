"""Holding what is published beforehand against the log: every version, every ending, and whatever is gone."""

import json
from collections import Counter
from collections.abc import Iterator

from mingjing.kit.canonical import digest
from mingjing.publicity.catalogue_models import ItemEnding
from mingjing.publicity.items import REF, ending_content, ending_ref
from mingjing.publicity.models import PublicItem
from mingjing.translog.selectors import entries_of_kind

ENDING = "item-end"


def audit_items() -> Iterator[str]:
    """Give one Chinese line for everything published beforehand that is not as the log says."""
    kinds = {*PublicItem.Kind.values, ENDING}
    logged = Counter(
        (ref, json.loads(data)["h"])
        for ref, data in entries_of_kind("register")
        if ref.split("/", 1)[0] in kinds
    )
    for item in PublicItem.objects.order_by("pk").iterator():
        ref = f"{item.kind}/{item.agency_code}/{item.slug}"[:REF]
        told = digest({"title": item.title, "body": item.body, "svg": item.svg})
        yield from _fault(f"事前公示“{item.title}”第 {item.version} 版", ref, told, logged)
    for one in ItemEnding.objects.select_related("item").order_by("pk"):
        content = ending_content(one.item, one.row, one.ground, one.since.isoformat(), one.reason)
        where = f"事前公示“{one.item.title}”第 {one.item.version} 版的停止适用"
        yield from _fault(where, ending_ref(one.item, one.row), digest(content), logged)
    for (ref, _), left in logged.items():
        if left > 0:
            yield f"日志中的事前公示（{ref}）在数据库中不存在：已被删除或者改动"


def _fault(where: str, ref: str, told: str, logged: Counter[tuple[str, str]]) -> Iterator[str]:
    if logged[ref, told] > 0:
        logged[ref, told] -= 1
    else:
        yield f"{where}：日志中没有它，是绕过系统插入或者改动的"
