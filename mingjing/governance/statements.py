"""The yearly statement (法治政府建设年度报告): figures that the system counted, words, when handed in, published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.typeset.printing import print_letter

if TYPE_CHECKING:
    from mingjing.packs.governance_terms import GovernanceTerms
    from mingjing.personnel.models import Person

PARTS: Final[Mapping[str, str]] = {
    "measures": "主要举措和成效",
    "duties": "主要负责人履行推进法治建设第一责任人职责的情况",
    "problems": "存在的不足和原因",
    "next": "下一年度的安排",
}
TITLES: Final[Mapping[str, str]] = {
    "revised": "修改报告",
    "agreed": "审定",
    "submitted": "报送",
    "published": "向社会公开",
}
STATES: Final[Mapping[str, str]] = {
    "draft": "待审定",
    "agreed": "待报送",
    "submitted": "待公开",
    "published": "已公开",
}

Figure = tuple[str, str]  # what was counted, and the count with its unit


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far; `text` and `figures` as they were last written."""

    text: Mapping[str, str]
    figures: Sequence[Figure]
    written_by: str
    agreed: bool = False
    submitted_on: date | None = None
    submitted_to: str = ""
    published_on: date | None = None

    @property
    def state(self) -> str:
        """One word for lists."""
        if self.published_on:
            return "published"
        if self.submitted_on:
            return "submitted"
        return "agreed" if self.agreed else "draft"


def deadlines(year: int, terms: "GovernanceTerms") -> tuple[date, date]:
    """Give by when the statement about a year is handed in, and by when it is published."""
    return date(year + 1, *terms.report_by), date(year + 1, *terms.publish_by)


@transaction.atomic
def draft(
    *, year: int, text: Mapping[str, str], figures: Sequence[Figure], by: "Person", at: datetime, once: str
) -> Matter:
    """Write the statement about a year, one for each agency, with the figures as counted now. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    if year > legal_day(at).year:
        raise NotDone("这一年还没有开始。", field="year")
    if Matter.objects.filter(kind="statement", agency=by.agency_id, year=year).exists():
        raise NotDone(f"{year} 年度的报告已经有了，请在原来的上面修改。", field="year")
    subject = f"{by.agency.name} {year} 年度法治政府建设报告"
    content = {"text": _text(text), "figures": [list(one) for one in figures]}
    return ledger.enter(
        kind="statement", subject=subject, year=year, content=content, by=by, at=at, once=once
    )


@transaction.atomic
def revise(
    *, matter: Matter, text: Mapping[str, str], figures: Sequence[Figure], by: "Person", at: datetime
) -> Step:
    """Write it anew with the figures as counted now; what was agreed must be agreed again. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    if now.submitted_on:
        raise NotDone("报告已经报送，不能再改。")
    facts = {"text": _text(text), "figures": [list(one) for one in figures]}
    return ledger.append(row, "revised", facts, by=by, at=at)


@transaction.atomic
def agree(*, matter: Matter, by: "Person", at: datetime) -> Step:
    """Let the text stand; not by who wrote it last. Raises NotDone."""
    row, now = _held(matter, by, "governance.confirm")
    if now.agreed:
        raise NotDone("报告已经审定。")
    if now.written_by == by.username:
        raise NotDone("撰写人不能审定自己写的报告，请由另一人审定。")
    return ledger.append(row, "agreed", {}, by=by, at=at)


@transaction.atomic
def submit(*, matter: Matter, on: date | None, to: str, by: "Person", at: datetime) -> Step:
    """Record to whom and when it was handed in. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    if not now.agreed:
        raise NotDone("报告还没有审定，不能报送。")
    if now.submitted_on:
        raise NotDone("报告已经报送。")
    return ledger.append(row, "submitted", _when(row, on, to, "报送给谁、文号", at), by=by, at=at)


@transaction.atomic
def publish(*, matter: Matter, on: date | None, where: str, by: "Person", at: datetime) -> Step:
    """Record where and when it was published. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    if not now.submitted_on:
        raise NotDone("报告还没有报送，不能公开。")
    if now.published_on:
        raise NotDone("报告已经公开。")
    facts = _when(row, on, where, "公开的地方（网址或者报刊）", at)
    if facts["on"] < now.submitted_on.isoformat():
        raise NotDone("公开日期早于报送日期。", field="on")
    return ledger.append(row, "published", facts, by=by, at=at)


def _when(row: Matter, on: date | None, text: str, title: str, at: datetime) -> dict[str, Any]:
    day = ledger.past(on, "日期", "on", legal_day(at))
    if day.year <= row.year:
        raise NotDone(f"{row.year} 年度还没有结束，日期应当在 {row.year + 1} 年以后。", field="on")
    return {"on": day.isoformat(), "text": words(text, title, "text", 200)}


def _text(given: Mapping[str, str]) -> dict[str, str]:
    return {name: words(given.get(name, ""), title, name) for name, title in PARTS.items()}


def stand(row: Matter) -> Standing:
    """Give where a statement stands."""
    found = Standing(row.content["text"], _figures(row.content), row.by)
    for one in row.steps.all():
        if one.kind == "revised":
            found.text, found.figures, found.written_by = one.facts["text"], _figures(one.facts), one.by
            found.agreed = False
        elif one.kind == "agreed":
            found.agreed = True
        elif one.kind == "submitted":
            found.submitted_on, found.submitted_to = date.fromisoformat(one.facts["on"]), one.facts["text"]
        elif one.kind == "published":
            found.published_on = date.fromisoformat(one.facts["on"])
    return found


def _figures(said: Mapping[str, Any]) -> list[Figure]:
    return [(title, count) for title, count in said["figures"]]


def late(row: Matter | None, year: int, terms: "GovernanceTerms", today: date) -> str:
    """Say what is late about the statement of a year, or nothing."""
    now = stand(row) if row else None
    report, publish_ = deadlines(year, terms)
    if today > report and not (now and now.submitted_on):
        return f"{year} 年度法治政府建设报告没有报送（期限 {chinese_date(report)}）"
    if today > publish_ and not (now and now.published_on):
        return f"{year} 年度法治政府建设报告没有公开（期限 {chinese_date(publish_)}）"
    return ""


def paper_pdf(row: Matter) -> bytes:
    """Print the statement as an official letter; a draft says that it is one. Raises DocumentNotDrawn."""
    now = stand(row)
    paragraphs = [("h1", "一、主要数据（由系统计算）")]
    paragraphs += [("body", f"{title}：{count}。") for title, count in now.figures]
    for number, (name, title) in enumerate(PARTS.items()):
        paragraphs.append(("h1", f"{'二三四五'[number]}、{title}"))
        paragraphs += [("body", line) for line in now.text[name].splitlines() if line.strip()]
    return print_letter(
        title=f"{row.year}年度法治政府建设报告" + ("" if now.agreed else "（草稿）"),
        agency=row.agency.name,
        number=row.no,
        at=row.at,
        date=chinese_date(now.submitted_on or legal_day(row.at)),
        to=now.submitted_to or "本级党委、人民政府",
        paragraphs=paragraphs,
    )


def _held(matter: Matter, by: "Person", action: str) -> tuple[Matter, Standing]:
    row = ledger.locked(matter)
    ledger.demand(row, by, action)
    return row, stand(row)
