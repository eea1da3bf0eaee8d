"""A supervision document on paper, as an official letter."""

from datetime import date
from typing import TYPE_CHECKING

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.oversight.terms import terms_of
from mingjing.typeset.printing import print_letter

if TYPE_CHECKING:
    from mingjing.oversight.selectors import Line


def paper_pdf(line: "Line") -> bytes:
    """Print an issued document; a draft says that it is one. Raises DocumentNotDrawn where a character has no font."""
    row, terms = line.row, terms_of(line.row.agency, line.row.kind)
    said, at = row.content, line.now.issued_at or row.at
    due = chinese_date(date.fromisoformat(said["due"]))
    paragraphs = [("body", said["found"]), ("body", f"依据：{said['basis']}。".replace("。。", "。"))]
    paragraphs.append(("h1", "请你单位办理下列事项："))
    paragraphs += [("body", f"（{number}）{one}") for number, one in enumerate(said["demands"], 1)]
    paragraphs.append(("body", f"请于{due}前将办理情况书面报告本机关，并附证明材料。"))
    if row.kind != "listing":
        paragraphs.append(("body", "对本文书有异议的，可以向本机关申请复查。"))
    return print_letter(
        title=terms.title + ("" if line.now.issued_at else "（草稿）"),
        agency=row.office.name,
        number=row.no,
        at=at,
        date=chinese_date(legal_day(at)),
        to=row.agency.name,
        paragraphs=paragraphs,
    )
