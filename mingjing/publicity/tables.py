"""What is published beforehand as a table, whatever its kind, so that all of it can be compared row by row; pure."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mingjing.packs.table_compare import Table

# Headings under which tables that the system makes cite the law.
BASIS_HEADINGS: Final = ("依据", "实施依据", "执法依据", "设定依据", "抽查依据", "检查依据", "法律依据")
# What a spreadsheet program would run as a formula.
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_AGENCY: Final = {
    "name": "名称", "field": "执法领域", "uscc": "统一社会信用代码", "address": "地址", "phone": "电话",
    "office_hours": "办公时间", "review_body": "行政复议机关", "court": "提起诉讼的法院",
    "confirmation": "执法主体资格",
    "supervisor": "执法监督机关", "supervisor_phone": "执法监督机关电话",
}  # fmt: skip
_OFFICER: Final = {
    "name": "姓名", "certificate": "证件编号", "department": "部门", "post": "职务", "fields": "执法类别",
    "state_title": "证件状态",
}  # fmt: skip


def table_of(kind: str, body: Mapping[str, Any]) -> Table:
    """Give a published body as a table; a body that is none becomes one line for each thing it says."""
    if "columns" in body and "rows" in body:
        rows = tuple(tuple(map(str, row)) for row in body["rows"])
        return Table(tuple(body["columns"]), rows, tuple(body.get("parts", ())))
    return _SHAPES.get(kind, _plain)(body)


def basis_place(body: Mapping[str, Any]) -> int | None:
    """Give the place of the column on whose citations a row stands, or None where there is none."""
    if "basis" in body:
        return None if body["basis"] is None else int(body["basis"])
    titles = body.get("columns", ())
    return next((at for at, title in enumerate(titles) if title in BASIS_HEADINGS), None)


def own_end(body: Mapping[str, Any]) -> date | None:
    """Give the last day that a published list states of itself."""
    return date.fromisoformat(body["until"]) if body.get("until") else None


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table as CSV, with nothing in it that a spreadsheet would run."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([f"'{text}" if text.startswith(_ACTIVE) else text for text in row] for row in rows)
    return "\ufeff" + stream.getvalue()


def _plain(body: Mapping[str, Any]) -> Table:
    rows = tuple((title, str(body[key])) for key, title in _AGENCY.items() if body.get(key))
    return Table(("项目", "内容"), rows, (0,))


def _officers(body: Mapping[str, Any]) -> Table:
    shown = {one["certificate"] for one in body.get("officers", ())}
    gone = [one for one in body.get("cancelled", ()) if one["certificate"] not in shown]
    every = [*body.get("officers", ()), *gone]
    rows = tuple(tuple(str(one.get(key, "")) for key in _OFFICER) for one in every)
    return Table(tuple(_OFFICER.values()), rows, (0, 1))


def _guide(body: Mapping[str, Any]) -> Table:
    return Table(("环节", "步骤", "要求", "依据"), tuple(_steps(body)), (0, 1, 2))


def _steps(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for step in body.get("steps", ()):
        clauses = [*step.get("limits", ()), *step.get("demands", ())]
        for clause in clauses or [{"text": step.get("remark", ""), "source": ""}]:
            yield step["stage"], step["title"], clause["text"], clause["source"]


def _laws(body: Mapping[str, Any]) -> Table:
    rows = tuple(
        (law["name"], article["title"], "；".join(article["rules"]), law["until"])
        for law in body.get("laws", ())
        for article in law["articles"]
    )
    return Table(("法规", "条", "据以办理", "最后施行日"), rows, (0, 1))


_SHAPES: Final[Mapping[str, Callable[[Mapping[str, Any]], Table]]] = {
    "officers": _officers,
    "guide": _guide,
    "laws": _laws,
}
