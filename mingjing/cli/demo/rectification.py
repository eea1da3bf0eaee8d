"""A ledger of the demo in work: read from a document, some items closed, one waiting, one over its day; made once."""

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.evidence.services import receive_upload
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.personnel.selectors import agency, person
from mingjing.rectification import handling, selectors, services
from mingjing.rectification.access import plans_seen_by

if TYPE_CHECKING:
    from mingjing.rectification.models import Item

TEXT: Final = Path(__file__).parent / "rectification.txt"
CLERK, OFFICER, HEAD, REVIEWER = "clerk", "officer", "head", "reviewer"
AGO: Final = timedelta(days=60)


def rectify() -> None:
    """Take the document in and work some of it off, unless it is there."""
    now, clerk = timezone.now(), person(CLERK)
    if plans_seen_by(clerk).exists():
        return
    began, today = now - AGO, legal_day(now)
    days = {
        "past": today - timedelta(days=12),
        "soon": today + timedelta(days=6),
        "later": today + timedelta(days=80),
    }
    text = TEXT.read_text(encoding="utf-8").format(
        written=chinese_date(legal_day(began)), **{name: chinese_date(day) for name, day in days.items()}
    )
    plan = services.import_plan(
        content=text.encode(),
        name="整改方案（演示）.txt",
        agency=agency(BUREAU),
        by=clerk,
        at=began,
        issuer="舞钢市司法局",
        title="落实行政执法监督意见整改方案（演示）",
    )
    _confirm([one.item for one in selectors.items_of_plan(plan, today)], began)
    found = {one.item.seq: one.item for one in selectors.items_of_plan(plan, today)}
    _report(
        found[1],
        "已逐人核对证件，临近到期的两人已报名换证。",
        today + timedelta(days=5),
        now - timedelta(days=9),
    )
    _close(
        found[5],
        "辅助人员只做引导、搬运，检查均由执法人员实施。",
        now - timedelta(days=3),
        proof="辅助人员工作安排",
    )
    _report(found[6], "清单已起草，正在送审。", today + timedelta(days=8), now - timedelta(days=20))
    _prove(found[4], "陈述、申辩答复台账", now - timedelta(days=2))
    handling.submit(
        item=found[4], text="今年的陈述、申辩全部逐条答复。", by=person(HEAD), at=now - timedelta(days=1)
    )


# Which check an item is held to; the last row is left for a person to confirm.
CHECKS: Final = {
    1: "certificate_of_acts",
    2: "training_hours",
    3: "major_decisions_reviewed",
    5: "auxiliary_not_alone",
}


def _confirm(items: "list[Item]", at: datetime) -> None:
    for item in items:
        if not item.proposed.get("open"):
            told = services.proposal_of(item)
            wanted = services.Wanted(
                problem=told.problem,
                measure=told.measure,
                units=told.units,
                due=told.due,
                permanent=told.permanent,
                check=CHECKS.get(item.seq, ""),
                since=date(at.year, 1, 1) if item.seq in CHECKS else None,
            )
            services.confirm(item=item, wanted=wanted, by=person(CLERK), at=at)


def _report(item: "Item", text: str, expected: date, at: datetime) -> None:
    expected = max(expected, legal_day(at))
    handling.report(item=item, text=text, expected=expected, by=person(OFFICER), at=at)


def _prove(item: "Item", title: str, at: datetime) -> None:
    content = f"{title}（演示）\n本文件为演示佐证，内容虚构。\n".encode()
    kept: Any = receive_upload(
        BytesIO(content),
        original_name=f"{title}.txt",
        dossier=item.code,
        agency=BUREAU,
        by=OFFICER,
        title="整改佐证",
        legal_kind="documentary",
        side="neutral",
        taken_by=person(OFFICER).name,
        declared_size=len(content),
    )
    files = [{"digest": kept.digest, "name": kept.original_name, "size": kept.size}]
    handling.hand_in(item=item, text=title, files=files, by=person(OFFICER), at=at)


def _close(item: "Item", text: str, at: datetime, *, proof: str) -> None:
    _prove(item, proof, at)
    handling.submit(item=item, text=text, by=person(OFFICER), at=at)
    handling.close(item=item, text="核对属实，同意销号。", by=person(REVIEWER), at=at)
