"""The public text of a decision as PDF/A, set anew from what was published; never an issued paper edited."""

from datetime import date
from functools import lru_cache

from django.conf import settings

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import Column
from mingjing.publicity.selectors import Decision, NotPublished, decision
from mingjing.typeset.printing import print_table

KEPT = 64  # papers kept ready in memory; each is about a hundred kilobytes
COLUMNS = (Column("项目", 1), Column("公示内容", 3.4))
NOTES = (
    "本件由公示内容重新排印，不是送达当事人的文书。姓名、住址、证件号码、电话、账号等个人信息已依法隐去。",
    "扫描二维码可以打开公示页面，核对本件内容、存证日志中的数字指纹，以及是否已经更正、撤回。",
)


def decision_pdf(code: str, *, on: date) -> bytes:
    """Give the paper of one publication, the same bytes for the same publication; NotPublished where it is closed.

    Raises DocumentNotDrawn where a character has no font.
    """
    found = decision(code, on=on)
    if not found.open:
        raise NotPublished(code)
    return _drawn(found.entry.code, on, found.index)


@lru_cache(maxsize=KEPT)
def _drawn(code: str, on: date, index: int | None) -> bytes:
    # Day and place in the log are of the key: what has ended or been sealed since is looked at anew.
    found = decision(code, on=on)
    entry = found.entry
    return print_table(
        title=f"{entry.kind_title}（公示文本）",
        agency=entry.agency,
        at=entry.published_on,
        columns=COLUMNS,
        rows=[(str(line["title"]), str(line["value"])) for line in found.body],
        lines=_head(found, index),
        notes=NOTES,
        upright=True,
        code=f"{settings.MINGJING_ORIGIN}/portal/decisions/{code}/",
    )


def _head(found: Decision, index: int | None) -> list[str]:
    entry = found.entry
    decided = chinese_date(entry.decided_on) if entry.decided_on else "未载明"
    logged = f"第 {index} 条" if index is not None else "正在写入"
    return [
        f"决定机关：{entry.agency}　文号：{entry.document_no or '未载明'}",
        f"决定日期：{decided}　公示日期：{chinese_date(legal_day(entry.published_on))}",
        f"公示编号：{entry.code}　存证日志：{logged}",
    ]
