"""Rows of public lists for tests, and a list led all the way to publication."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mingjing.publicity import catalogues
from mingjing.publicity.catalogue_desk import draft
from tests.publicity.conftest import AT

if TYPE_CHECKING:
    from mingjing.publicity.models import PublicItem
    from tests.cast import Cast

BASIS = "《行政处罚法》第九条"
CAPS: list[tuple[str, ...]] = [
    ("市容环境日常检查", "沿街商户", "舞钢市城市管理局", "2", BASIS, "", ""),
    ("建筑垃圾运输检查", "运输企业", "舞钢市城市管理局", "4", BASIS, "投诉举报", ""),
]
POWERS = [
    ("违反规定堆放物料", "", "行政处罚", BASIS, "舞钢市城市管理局", "法规科", "", "", "", "", ""),
]


def published(
    cast: "Cast", slug: str, rows: list[tuple[str, ...]], *, at: datetime = AT, **head: object
) -> "PublicItem":
    """Draft, submit, check, review where the kind demands it, and publish."""
    code = cast.bureau.code
    catalogues.begin_draft(agency=code, slug=slug, rows=rows, by=cast.publicity, at=at, **head)  # type: ignore[arg-type]
    catalogues.submit(agency=code, slug=slug, by=cast.publicity, at=at)
    seen = draft(cast.bureau, slug).digest
    catalogues.check(agency=code, slug=slug, by=cast.reviewer, at=at, seen=seen)
    if slug in ("powers", "enforcement_items", "supervision_items", "random_items"):
        catalogues.review(agency=code, slug=slug, by=cast.supervisor, at=at, seen=seen)
    return catalogues.publish(agency=code, slug=slug, by=cast.publicity, at=at, seen=seen)


def later(days: int) -> datetime:
    """A moment so many days after AT."""
    return AT + timedelta(days=days)
