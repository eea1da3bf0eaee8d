"""Law-governance lists of the demo: decisions in work, learning, a campaign, joint work, a grid; made once."""

import tomllib
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.cli.demo.bureau import BUREAU
from mingjing.evidence.services import receive_upload
from mingjing.governance import campaigns, court, decisions, grids, joint, selectors, statements, study
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies, person

if TYPE_CHECKING:
    from mingjing.governance.models import Matter

TABLE: Final = Path(__file__).parent / "governance.toml"
CLERK, HEAD, REVIEWER, OFFICER = "clerk", "head", "reviewer", "officer"
DAY: Final = timedelta(days=1)


def govern() -> None:
    """Enter the lists of the demo bureau, unless they are there."""
    clerk = person(CLERK)
    if selectors.seen_by(clerk, "decision").exists():
        return
    told, now = tomllib.loads(TABLE.read_text(encoding="utf-8")), timezone.now()
    _decide(told["decision"], now)
    _learn(told["topic"], now)
    _appear(told["hearing"], now)
    _state(told["statement"], now)
    _campaign(told["campaign"], now)
    _join(told["joint"], now)
    _draw(told["area"], now)


def _proof(row: "Matter", title: str, by: str) -> list[dict[str, Any]]:
    content = f"{title}（演示）\n本文件为演示材料，内容虚构。\n".encode()
    kept = receive_upload(
        BytesIO(content),
        original_name=f"{title}.txt",
        dossier=f"governance-{row.pk}",
        agency=BUREAU,
        by=by,
        title=title,
        legal_kind="documentary",
        side="neutral",
        taken_by=person(by).name,
        declared_size=len(content),
    )
    return [{"digest": kept.digest, "name": kept.original_name, "size": kept.size}]


def _decide(rows: list[dict[str, Any]], now: datetime) -> None:
    today = legal_day(now)
    for number, row in enumerate(rows):
        began = now - row["ago"] * DAY
        plan = {code: legal_day(began) + days * DAY for code, days in row["plan"].items()}
        item = decisions.Item(
            subject=row["subject"],
            group=row["group"],
            unit=row["unit"],
            why=row["why"],
            year=today.year,
            plan=plan,
        )
        matter = decisions.propose(item=item, by=person(CLERK), at=began, once=f"demo-decision-{number}")
        if not row["steps"]:
            continue
        decisions.list_item(
            matter=matter,
            by=person(HEAD),
            at=began,
            consent="局党组会议纪要（演示）",
            published="市政府网站（演示）",
        )
        for step in row["steps"]:
            _step(matter, step, began)


def _step(matter: "Matter", step: dict[str, Any], began: datetime) -> None:
    by = REVIEWER if step["code"] == decisions.LEGALITY else CLERK
    at = began + step["done"] * DAY
    ground = step.get("ground", "")
    told = decisions.Told(
        text=step["text"],
        begun=legal_day(began) + step["begun"] * DAY if "begun" in step else None,
        done=legal_day(at),
        result=step.get("result", ""),
        ground=ground,
        files=() if ground else _proof(matter, step["title"], by),
    )
    decisions.take(matter=matter, code=step["code"], told=told, by=person(by), at=at)


def _learn(rows: list[dict[str, Any]], now: datetime) -> None:
    year = legal_day(now).year
    topics = [(row["title"], 2, date(year, *row["due"])) for row in rows]
    matter = study.plan(year=year, topics=topics, by=person(CLERK), at=now, once="demo-study")
    study.confirm(matter=matter, by=person(HEAD), at=now)
    for number, row in enumerate(rows, 1):
        on = date(year, *row["due"])
        if row["held"] and on <= legal_day(now):
            lecture = study.Lecture(
                number=number,
                on=on,
                hours=2,
                attended=[HEAD],
                text="政策法规科讲解（演示）。",
                files=_proof(matter, f"签到表 {row['title']}", CLERK),
            )
            study.hold(matter=matter, told=lecture, by=person(CLERK), at=now)


def _appear(row: dict[str, Any], now: datetime) -> None:
    court.enter(
        **row, on=legal_day(now) - 40 * DAY, registered=(), by=person(CLERK), at=now, once="demo-hearing"
    )


def _state(text: dict[str, str], now: datetime) -> None:
    year = legal_day(now).year - 1
    figures = [("立案", "41 件（演示）"), ("行政检查", "116 次（演示）")]
    matter = statements.draft(
        year=year, text=text, figures=figures, by=person(CLERK), at=now, once="demo-statement"
    )
    statements.agree(matter=matter, by=person(HEAD), at=now)


def _campaign(row: dict[str, Any], now: datetime) -> None:
    risks, records = row.pop("risk"), row.pop("record")
    began = now - row.pop("ago") * DAY
    begins = legal_day(began) + DAY
    plan = campaigns.Plan(**row, begins=begins, ends=begins + 13 * DAY)
    matter = campaigns.propose(plan=plan, by=person(CLERK), at=began, once="demo-campaign")
    campaigns.assess(matter=matter, level="middle", risks=risks, by=person(CLERK), at=began)
    campaigns.approve(matter=matter, document="局长办公会纪要（演示）", by=person(HEAD), at=began)
    for number, text in enumerate(records):
        on = begins + 4 * number * DAY
        campaigns.record(matter=matter, on=on, text=text, by=person(CLERK), at=now)


def _join(row: dict[str, Any], now: datetime) -> None:
    task = row.pop("task")
    members = [one.code for one in agencies() if one.code in row["members"]]
    if not members:
        return
    row["members"] = members
    matter = joint.set_up(**row, by=person(CLERK), at=now - 30 * DAY, once="demo-joint")
    joint.confirm(matter=matter, by=person(HEAD), at=now - 29 * DAY)
    due = legal_day(now) + 5 * DAY
    every = [BUREAU, *members]
    joint.give(
        matter=matter, trigger=0, text=task, members=every, due=due, by=person(CLERK), at=now - 3 * DAY
    )
    joint.answer(
        matter=matter, number=1, text="已派两名执法人员到场核实（演示）。", by=person(CLERK), at=now - 2 * DAY
    )


def _draw(rows: list[dict[str, Any]], now: datetime) -> None:
    for number, row in enumerate(rows):
        area = grids.Area(**{"charge": OFFICER, **row})
        grids.draw(area=area, by=person(CLERK), at=now, once=f"demo-grid-{number}")
