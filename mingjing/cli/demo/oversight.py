"""Supervision documents of the demo: answered, overdue, listed, drafted; through the room's own services, once."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.kit.clock import legal_day
from mingjing.oversight import selectors, services
from mingjing.oversight.services import Draft
from mingjing.personnel.selectors import agency, person

DRAFTER, ISSUER, UNIT = "supervisor", "supervisor2", "head"
PAPERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "ago": 40,
        "kind": "notice",
        "subject": "执法文书未载明救济途径",
        "found": "抽查第三季度处罚案卷，两份决定书没有写明行政复议机关和期限。",
        "basis": "《中华人民共和国行政处罚法》第五十九条",
        "demands": ["补正两份决定书并重新送达", "核查同期全部决定书"],
        "reply": "两份决定书已于收到通知次日补正并重新送达；同期 21 份逐份核查，没有其他遗漏。",
        "accept": "已核对补正后的决定书和送达回证。",
    },
    {
        "ago": 30,
        "kind": "opinion",
        "subject": "线索登记后长期没有决定是否立案",
        "found": "两条线索登记后超过十五日没有作出是否立案的决定。",
        "basis": "《中华人民共和国行政处罚法》第五十四条第二款",
        "demands": ["对两条线索作出是否立案的决定", "说明逾期的原因"],
    },
    {
        "ago": 12,
        "kind": "listing",
        "subject": "占道堆放建筑材料群众反复投诉",
        "found": "同一路段三个月内收到投诉六件，处理后反复出现。",
        "basis": "《城市道路管理条例》第二十七条",
        "demands": ["查清责任单位并依法处理", "建立巡查记录，连续三十日没有反弹后申请销号"],
    },
    {
        "ago": 0,
        "kind": "notice",
        "subject": "执法记录仪录像没有按时入卷",
        "found": "三件案件的检查录像在检查后五日仍未入卷。",
        "basis": "国务院办公厅关于全面推行三项制度的指导意见三（六）",
        "demands": ["补传录像", "明确每日下班前归集"],
    },
)


def order() -> None:
    """Issue the documents, unless they are there."""
    now, bureau = timezone.now(), agency(BUREAU)
    if selectors.lines(person(DRAFTER), {}, legal_day(now)):
        return
    for number, paper in enumerate(PAPERS):
        fields = {name: paper[name] for name in ("kind", "subject", "found", "basis", "demands")}
        at = now - timedelta(days=paper["ago"])
        row = services.draft(
            told=Draft(to=bureau, **fields), by=person(DRAFTER), at=at, once=f"demo-oversight-{number}"
        )
        if not paper["ago"]:
            continue
        services.issue(matter=row, by=person(ISSUER), at=at)
        services.unit_step(matter=row, kind="received", by=person(UNIT), at=at + timedelta(hours=3))
        if "reply" in paper:
            later = at + timedelta(days=5)
            services.unit_step(matter=row, kind="replied", by=person(UNIT), at=later, said=paper["reply"])
            accepted = later + timedelta(days=2)
            services.office_step(
                matter=row, kind="accepted", by=person(DRAFTER), at=accepted, said=paper["accept"]
            )
