"""Plans are read into items: every measure, unit and limit of real documents, tables, words of time, no guesses."""

import io
import json
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mingjing.kit.parts import Column
from mingjing.rectification.plan import Kind, read_plan, read_text
from mingjing.typeset.printing import print_table
from mingjing.typeset.render import fonts
from tests.rectification.scoring import FIELDS, expected, read, score

NUMBERING = (
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>'
)
HEADS = ("序号", "反馈问题", "整改措施", "牵头单位", "责任单位", "整改时限")
ROWS = (
    ("1", "案卷不规范", "逐卷评查，查找问题", "法规科", "各中队、督查科", "8月底前"),
    ("2", "案卷不规范", "修订文书模板", "法规科", "各中队", "持续推进"),
    ("3", "公示不及时", "建立公示台账", "办公室", "", "收到反馈后10日内"),
)


@pytest.mark.parametrize("name", ["s0.toml", "s1.toml", "s2.toml", "s3.toml", "s4.toml"])
def test_every_row_unit_and_limit_of_a_real_plan_is_found_and_nothing_else(shared: Path, name: str) -> None:
    """A list made by reading is met row by row: problem, units, date, standing duty, place of the source."""
    wanted = expected(name)
    plan = read(wanted, shared)
    result = score(wanted, plan)
    assert result.lines == []
    assert all(result.recall(one) == result.precision(one) == 1 for one in FIELDS)
    assert plan.written.day == wanted.get("written")
    assert wanted.get("title", "") in plan.title
    assert all(one.source == plan.text[one.start : one.end] for one in plan.items)


@pytest.mark.parametrize("name", ["s0.toml", "s2.toml", "s3.toml"])
@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_the_same_is_found_in_the_plan_as_a_word_or_pdf_file(shared: Path, name: str, ending: str) -> None:
    """Lines broken by the width of a page and blanks beside figures change nothing of the list."""
    wanted = expected(name)
    lines = (shared / "sources" / wanted["file"]).read_text(encoding="utf-8").split("\n")
    content = _typed(lines) if ending == "docx" else _printed(lines)
    assert score(wanted, read_plan(content, f"方案.{ending}")).lines == []


def test_what_a_text_does_not_name_stays_open() -> None:
    """A measure without unit and date is proposed with both fields open; one that names them has none."""
    bare, full = read_text("一、任务\n1.修订制度。\n2.开展评查。各科室要于2021年3月底前完成。").items
    assert bare.open_fields == ("responsible", "limit")
    assert (bare.lead, bare.responsible, bare.deadline, bare.standing) == ((), (), None, False)
    assert full.open_fields == ()


def test_headings_aims_and_background_are_no_items() -> None:
    """Chapters that only head, say why or praise are left out; the one duty below them is not."""
    text = (
        "某局工作方案\n近年来成绩显著。\n一、指导思想\n坚持依法行政，各单位要提高认识。\n二、主要任务\n（一）规范公示。\n"
        "1.建立台账。办公室要每周核对。\n"
    )
    assert [one.title for one in read_text(text).items] == ["建立台账"]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12月底", date(2023, 12, 31)),
        ("9月底前", date(2023, 9, 30)),
        ("2月底前", date(2024, 2, 29)),  # before the month it was written in: next year's
        ("2019年8月底前", date(2019, 8, 31)),
        ("2017 年 9 月 底", date(2017, 9, 30)),
        ("12月上旬", date(2023, 12, 10)),
        ("年底前", date(2023, 12, 31)),
        ("明年3月底前", date(2024, 3, 31)),
        ("2023.11.05前", date(2023, 11, 5)),
        ("本方案印发之日起10日内", date(2023, 9, 29)),
        ("三季度末", date(2023, 9, 30)),
        ("2024年第一季度末前", date(2024, 3, 31)),
        ("长期坚持", None),
        ("立行立改", None),
        ("收到通知后10日内", None),
        ("2月30日前", None),
        ("三年内", None),
    ],
)
def test_a_stated_limit_is_the_last_day_its_words_allow(words: str, day: date | None) -> None:
    """Dates are real ones of the document's year; what is no date keeps its words and stays undated."""
    (item,) = read_text(f"一、任务\n1.修订制度，加强管理。\n整改时限：{words}\n2023年9月19日").items
    assert item.deadline == day
    assert words in [one.words for one in item.limits]


def test_a_duty_without_end_is_standing_and_one_with_a_date_is_not() -> None:
    """长期坚持 and 每月 stand; 每季度 beside a date does not make it stand."""
    text = (
        "一、任务\n0.各单位每半年报告一次。\n"
        "1.评查案卷。长期坚持。\n2.各科室每月5日前报送。\n3.每季度不少于一次学习。于2021年底前完成。"
    )
    assert [one.standing for one in read_text(text).items] == [True, True, True, False]


def test_without_any_year_a_month_is_no_date() -> None:
    """A document that says no year leaves 12月底 open with its words; the person's day settles it."""
    text = "一、任务\n1.修订制度，加强管理。\n整改时限：12月底"
    (item,) = read_text(text).items
    assert (item.deadline, [one.kind for one in item.limits]) == (None, [Kind.UNCLEAR])
    (item,) = read_text(text, written=date(2020, 3, 1)).items
    assert item.deadline == date(2020, 12, 31)


def test_the_number_of_another_document_gives_no_year() -> None:
    """Only a document number on a line of its own dates the plan."""
    rest = "一、任务\n1.修订制度。6月底前完成。"
    assert read_text(f"根据本政办发〔2019〕16号精神，制定本方案。\n{rest}").written.year is None
    assert read_text(f"舞城管〔2019〕19号\n{rest}").items[0].deadline == date(2019, 6, 30)


@pytest.mark.parametrize(
    ("words", "lead", "responsible"),
    [
        ("各乡镇、各部门在调查、收集证据过程中，应当出示证件", [], ["各乡镇", "各部门"]),
        ("法制审核机构完成审核后，要提出意见", [], ["法制审核机构"]),
        ("承办机构对材料的真实性、完整性，以及程序的合法性负责", [], ["承办机构"]),
        ("委托行政机关和受委托组织要公布委托书", [], ["委托行政机关", "受委托组织"]),
        ("住房和城乡建设局要公布清单", [], ["住房和城乡建设局"]),
        ("各责任科室、责任人要定期检查", [], ["各责任科室"]),
        ("市司法局牵头，市财政局配合", ["市司法局"], ["市财政局"]),
        ("由市司法局会同市财政局制定办法", ["市司法局"], ["市财政局"]),
        (
            "加强统筹（县司法局牵头，县级各有关部门及乡镇政府按职责分工负责）",
            ["县司法局"],
            ["县级各有关部门", "乡镇政府"],
        ),
        ("成立工作专班，负责日常工作", [], ["工作专班"]),
        ("领导小组办公室设在法制股，负责日常工作", [], ["领导小组办公室", "法制股"]),
        ("各科室主要负责同志要亲自部署", [], []),
        ("行政执法人员应当出示证件", [], []),
        ("将总结报送政策法规科", [], []),
        ("法律文书应当告知救济途径", [], []),
    ],
)
def test_units_are_those_that_the_words_make_act(words: str, lead: list[str], responsible: list[str]) -> None:
    """Who is ordered, answers, leads or helps is a unit; a person, an addressee and a paper are none."""
    (item,) = read_text(f"一、任务\n1.落实责任。{words}。").items
    assert (list(item.lead), list(item.responsible)) == (lead, responsible)


def test_a_table_in_a_word_file_is_read_by_its_headings() -> None:
    """A problem merged over two rows belongs to both; a group row becomes a heading; the rest are the columns."""
    items = read_plan(_word(), "整改清单.docx").items
    _are_the_rows(items)
    assert all("执法规范方面" in one.path for one in items)


def test_a_ruled_table_in_a_pdf_is_read_by_its_headings() -> None:
    """The cells are found by their lines, with words broken over lines put together again."""
    pdf = print_table(
        title="整改清单",
        agency="某局",
        at=datetime(2019, 3, 20, 8, 0),  # noqa: DTZ001 - the print shows no time
        columns=[Column(head, 1) for head in HEADS],
        rows=ROWS,
    )
    _are_the_rows(read_plan(pdf, "整改清单.pdf", written=date(2019, 3, 20)).items)


@pytest.mark.parametrize(
    "told",
    [
        "（牵头单位：司法局；责任单位：各乡镇、各部门；完成时限：2020年6月底前）",
        "\n（牵头单位：司法局；责任单位：各乡镇、各部门；完成时限：2020年6月底前）",
        "\n牵头单位：司法局；责任单位：各乡镇、各部门；完成时限：2020年6月底前。",
        "\n牵头单位：司法局\n责任单位：各乡镇、各部门\n完成时限：2020年6月底前",
        "\n牵头单位：\n司法局\n责任单位：各乡镇、\n各部门\n完成时限：\n2020年6月底前",
    ],
)
def test_units_and_limit_behind_the_measure_are_read(told: str) -> None:
    """In brackets, on one line or on several: they name units and limit, and are no part of the measure."""
    (item,) = read_text(f"一、任务\n1.修订制度，完善程序。{told}\n").items
    assert (item.lead, item.responsible, item.deadline) == (
        ("司法局",),
        ("各乡镇", "各部门"),
        date(2020, 6, 30),
    )
    assert item.measure == "修订制度，完善程序。"


def test_numbers_that_word_writes_itself_carry_the_outline() -> None:
    """一、 and 1. of an automatic list are not in the text of the file; the items are found under them all the same."""
    document = docx.Document()
    document.part.numbering_part.element.append(parse_xml(NUMBERING))
    document.part.numbering_part.element.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )
    for depth, text in (
        (0, "主要任务"),
        (1, "修订制度，加强管理。"),
        (1, "开展评查，查找问题。"),
        (0, "保障措施"),
        (1, "加强领导，落实责任。"),
    ):
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = depth, 77
    content = io.BytesIO()
    document.save(content)
    plan = read_plan(content.getvalue(), "方案.docx")
    assert plan.text.split("\n")[1:4] == ["1.修订制度，加强管理。", "2.开展评查，查找问题。", "二、保障措施"]
    assert [one.path for one in plan.items] == [("主要任务",), ("主要任务",), ("保障措施",)]


@pytest.mark.parametrize(
    ("label", "lead", "responsible"),
    [
        ("县司法局牵头，县直各部门配合", ["县司法局"], ["县直各部门"]),
        (
            "县政府办公室、各有关部门，乡镇人民政府按职责分工分别负责。",
            [],
            ["县政府办公室", "各有关部门", "乡镇人民政府"],
        ),
        ("办公室和法制科", [], ["办公室", "法制科"]),
        ("社会事务科、社会组织和基层政权科", [], ["社会事务科", "社会组织和基层政权科"]),
        ("县财政局等部门", [], ["县财政局"]),
        ("各县（市、区）政府", [], ["各县（市、区）政府"]),
    ],
)
def test_a_label_lists_units_whole(label: str, lead: list[str], responsible: list[str]) -> None:
    """The names stand as written; who leads among the responsible leads, and what they do is no part of the name."""
    (item,) = read_text(f"一、任务\n1.修订制度，加强管理。\n责任单位：{label}\n责任人：张三").items
    assert (list(item.lead), list(item.responsible)) == (lead, responsible)
    assert item.measure == "修订制度，加强管理。"


def _are_the_rows(items: tuple) -> None:  # type: ignore[type-arg]
    assert [one.problem for one in items] == [row[1] for row in ROWS]
    assert [one.measure for one in items] == [row[2] for row in ROWS]
    assert [one.lead for one in items] == [("法规科",), ("法规科",), ("办公室",)]
    assert [one.responsible for one in items] == [("各中队", "督查科"), ("各中队",), ()]
    assert [one.deadline for one in items] == [date(2019, 8, 31), None, None]
    assert [one.standing for one in items] == [False, True, False]
    assert items[2].limits[0].kind is Kind.WITHIN


def _typed(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _printed(lines: list[str]) -> bytes:
    """The lines as paragraphs of pages, set by the engine of the documents."""
    told = "\n".join(f"#par({json.dumps(line, ensure_ascii=False)})" for line in lines if line.strip())
    source = f'#set text(font: "Noto Serif CJK SC", size: 12pt)\n{told}'
    return typst.Compiler(source.encode(), font_paths=fonts()).compile(format="pdf")


def _word() -> bytes:
    document = docx.Document()
    document.add_paragraph("某局关于反馈问题的整改清单")
    document.add_paragraph("一、整改任务")
    table = document.add_table(rows=5, cols=6)
    for column, head in enumerate(HEADS):
        table.cell(0, column).text = head
    table.cell(1, 0).merge(table.cell(1, 5)).text = "（一）执法规范方面"
    for place, row in enumerate(ROWS, 2):
        for column, cell in enumerate(row):
            table.cell(place, column).text = cell
    table.cell(3, 1).text = ""
    table.cell(2, 1).merge(table.cell(3, 1)).text = "案卷不规范"
    document.add_paragraph("2019年3月20日")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
