"""The result of a campaign on paper: each unit's place and every point lost, with the words for it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from mingjing.appraisal.limits import terms_of
from mingjing.appraisal.results import final_scores, marks_told, summary_of
from mingjing.appraisal.standing import Opinion, final_opinions
from mingjing.kit.clock import chinese_date
from mingjing.kit.parts import NARROW, Column
from mingjing.personnel.selectors import agencies
from mingjing.review.scoring import review_standard
from mingjing.typeset.printing import print_table

if TYPE_CHECKING:
    from mingjing.appraisal.models import File
    from mingjing.appraisal.selectors import Line

_COLUMNS: Final = (
    Column("名次", NARROW),
    Column("单位", 4),
    Column("份数", NARROW),
    Column("平均分", NARROW),
    Column("否决", NARROW),
    Column("等次、扣分的项目和理由", 9),
)


def result_pdf(line: "Line", *, at: datetime) -> bytes:
    """Print the result; before it is fixed, as it stands. Raises DocumentNotDrawn where a character has no font."""
    row = line.row
    begins, ends = (chinese_date(date.fromisoformat(row.content[name])) for name in ("begins", "ends"))
    terms = terms_of(row.office)
    return print_table(
        title=f"{row.title}评查结果" + ("" if line.now.closed_at else "（复核期内，尚未确定）"),
        agency=row.office.name,
        at=at,
        columns=_COLUMNS,
        rows=_rows(line),
        lines=[
            f"评查范围：{begins}至{ends}作出处罚决定的案卷　　样本由两方共同产生的随机数抽取，任何人可以重新抽取核验",
            "得分：机器评查的扣分（评查人员认为不成立的除外）和评查人员的扣分合计，一项基础项目不符的为 0 分；"
            "本结果只按案卷质量排序，不统计罚没数额和办案数量。测试卷不计入。",
        ],
        notes=[review_standard().note, f"复核期限依据：《{terms.law}》{terms.article}。{terms.note}"],
        signs=[f"{row.office.name}（盖章）"],
    )


def result_rows(line: "Line") -> Iterator[list[str]]:
    """Give the units in their order: place, name, files, mean, vetoes, levels in words."""
    names = {one.code: one.name for one in agencies()}
    for one in summary_of(line.row, line.now)["units"]:
        levels = "　".join(f"{title} {count}" for title, count in one["levels"].items() if count)
        mean = f"{one['tenths'] // 10}.{one['tenths'] % 10}"
        name = names.get(one["agency"], one["agency"])
        yield [str(one["place"]), name, str(one["files"]), mean, str(one["vetoed"]), levels]


def file_rows(line: "Line") -> Iterator[tuple["File", int, bool, list[Opinion]]]:
    """Give each drawn file that is done: its score, veto, and the opinions that count."""
    scores = final_scores(line.row, line.now)
    for file in line.row.files.exclude(case_code="").select_related("agency").order_by("agency__code", "key"):
        if file.key in scores:
            yield (file, *scores[file.key], final_opinions(line.now.opinions[file.key]))


def _rows(line: "Line") -> Iterator[list[str] | str]:
    yield from result_rows(line)
    yield "逐份扣分"
    for file, score, vetoed, opinions in file_rows(line):
        told = [
            f"{no} {title}：{'否决' if points >= 100 else f'扣 {points} 分'}。{words}（{who}）"
            for opinion in opinions
            for no, title, points, words, who in marks_told(file, opinion)
        ]
        lost = "\n".join(dict.fromkeys(told)) or "没有扣分"
        yield ["", f"{file.agency.name}　卷号 {file.key}", "1", str(score), "是" if vetoed else "", lost]
