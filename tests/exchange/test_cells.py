"""Single cells: days, sums, codes, numbers and kinds however typed; what is masked told from what is wrong."""

from datetime import date
from decimal import Decimal

import pytest

from mingjing.exchange.cells import (
    Unfit,
    citations,
    hidden,
    kinds_in,
    number_key,
    numbered,
    only_citation,
    read_credit_code,
    read_day,
    read_end,
    read_id_number,
    read_option,
)
from mingjing.exchange.sums import NotASum, read_sum, sums_in
from mingjing.kit.document_number import normalise

ON = date(2026, 3, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2018-08-17",
        "2018/8/17",
        "2018.8.17",
        "20180817",
        "2018年8月17日",
        "二〇一八年八月十七日",
        "２０１８－０８－１７",
        "43329",
        "2018-08-17 00:00:00",
    ],
)
def test_a_day_is_read_in_every_usual_spelling(text: str):
    """Ten years of tables wrote one day in nine ways."""
    assert read_day(text, ON) == date(2018, 8, 17)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-03-21", "晚于今天"),
        ("2018-02-30", "不是日期"),
        ("2018081720180818", "连在一起"),
        ("2018-8-17 2018-8-18", "连在一起"),
        ("8月17日", "不是日期"),
        ("1911-10-10", "过早"),
    ],
)
def test_what_is_no_day_says_how_to_write_one(text: str, told: str):
    """Days ahead, days that do not exist and two days run together are told apart."""
    with pytest.raises(Unfit, match=told):
        read_day(text, ON)


def test_today_is_no_day_ahead_and_an_end_may_lie_ahead():
    """The twins of the refusals above."""
    assert read_day("2026-03-20", ON) == ON
    assert read_end("2029-03-20") == date(2029, 3, 20)
    assert read_end("无期限") == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("0.500000", "万元", "5000"),
        ("0.000001", "万元", "0.01"),
        ("42.717945", "万元", "427179.45"),
        ("1,234.50", "元", "1234.50"),
        ("￥30000", "元", "30000"),
        ("2万元", "元", "20000"),
        ("贰万元整", "元", "20000"),
        ("人民币肆万捌仟元", "元", "48000"),
    ],
)
def test_a_sum_is_exact_in_either_unit(text: str, unit: str, yuan: str):
    """Six places of 万元 are cents; a unit in the cell goes before that of the heading."""
    assert read_sum(text, unit) == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("0.0000001", "万元", "小于一分"),
        ("100.005", "元", "小于一分"),
        ("2000.00300.00", "元", "两个金额连在一起"),
        ("十几万", "元", "不是金额"),
        ("98765432109876543", "元", "过大"),
        ("-5", "元", "不是金额"),
    ],
)
def test_what_is_no_sum_is_refused(text: str, unit: str, told: str):
    """Nothing is rounded and nothing guessed."""
    with pytest.raises(NotASum, match=told):
        read_sum(text, unit)


@pytest.mark.parametrize(
    ("text", "fines", "confiscations"),
    [
        ("1.没收广告费用142393.15元2.罚款427179.45元", ["427179.45"], ["142393.15"]),
        ("1，没收广告费用26220.46元2，罚款600000元", ["600000"], ["26220.46"]),
        ("处1万元罚款", ["10000"], []),
        ("罚款:8.0（万元）,其他行政处罚:责令限期改正", ["80000"], []),
        ("罚款（大写），人民币伍拾肆万元整", ["540000"], []),
        ("罚款人民币叁万元整（￥30000）", ["30000"], []),
        ("处以壹佰玖拾元伍角罚款", ["190.5"], []),
        ("警告", [], []),
        ("对甲罚款1000元；对乙罚款2000元", ["1000", "2000"], []),
    ],
)
def test_sums_are_found_in_running_text(text: str, fines: list[str], confiscations: list[str]):
    """Item numbers that stick to the sums before them, capitals and figures, labels before and after."""
    stated = sums_in(text)
    assert [*stated.fines] == [Decimal(one) for one in fines]
    assert [*stated.confiscations] == [Decimal(one) for one in confiscations]
    assert not stated.conflicts


def test_capitals_and_figures_that_differ_are_told():
    """叁万元整（￥20000） is two sums."""
    assert "30,000元、20,000元" in sums_in("罚款人民币叁万元整（￥20000）").conflicts[0]


@pytest.mark.parametrize(
    "text", ["91430681XXXXXXXXXX", "915206****7FMTAX63", "91430102**********", "911xxxxxxxxx"]
)
def test_a_masked_code_is_no_code_and_known_for_masked(text: str):
    """X is a character of codes: only the check digit tells that it stands for something hidden."""
    with pytest.raises(Unfit):
        read_credit_code(text)
    assert hidden(text)


def test_a_wrong_code_is_not_taken_for_masked():
    """The twin: one digit wrong is wrong, and a right one is read even where it holds an X."""
    with pytest.raises(Unfit, match="校验码"):
        read_credit_code("91230500MA1B3N1N2N")
    assert not hidden("91230500MA1B3N1N2N")
    assert read_credit_code(" 92530112ma6kxaur5l ") == "92530112MA6KXAUR5L"
    with pytest.raises(Unfit, match="两个代码连在一起"):
        read_credit_code("91230500MA1B3N1N2M" * 2)


@pytest.mark.parametrize(
    ("text", "one_way"),
    [
        ("京工商海处字【2018】第1583号", "京工商海处字〔2018〕1583号"),
        ("京海市监工罚（2020）299号", "京海市监工罚〔2020〕299号"),
        ("通01环罚﹝2024﹞71号", "通01环罚〔2024〕71号"),
        ("(眉彭)市监罚〔2024 〕133 号", "(眉彭)市监罚〔2024〕133号"),
        ("岳汨环罚决字〔2023〕020号", "岳汨环罚决字〔2023〕20号"),
        ("湘攸交处罚〔2025〕092(非)号", "湘攸交处罚〔2025〕92(非)号"),
        ("济环罚字〔2020〕TQ第Q-4008号", "济环罚字〔2020〕TQ第Q-4008号"),
        ("眉彭市监强制[2024]38号", "眉彭市监强制〔2024〕38号"),
        ("云市监楚牟处罚〔2025〕10号", "云市监楚牟处罚〔2025〕10号"),
    ],
)
def test_decision_numbers_are_written_one_way(text: str, one_way: str):
    """Brackets, blanks, zeros, letters and marks as really published."""
    assert normalise(text) == one_way
    assert numbered(text)
    assert normalise(one_way) == one_way


def test_what_only_differs_in_spelling_is_one_number():
    """（京）and (京), 【】and 〔〕 are one number; order and decision with one serial are two."""
    assert number_key("（京）文执罚〔2018〕第40213号") == number_key("(京)文执罚【2018】40213号")
    assert number_key("益执责停(改)通字〔2023〕20003号") != number_key("益执罚决字〔2023〕20003号")
    assert not numbered("未经备案网站提供互联网接入服务")
    assert numbered("石新市监处罚〔2025〕xxx号")


def test_kinds_and_parties_are_read_by_their_words():
    """The words of tables lead to the options of the vocabulary."""
    assert kinds_in("警告；没收非法所得；罚款") == ["warning", "fine", "confiscation_of_gain"]
    assert read_option("法人及非法人组织", "party_kinds") == "organization"
    assert read_option("04", "party_kinds") == "individual_business"
    with pytest.raises(Unfit, match="没有“外星人”这一类"):
        read_option("外星人", "party_kinds")


def test_citations_are_read_article_by_article():
    """A law named once may be cited thrice; without an article nothing is cited."""
    text = "依据《中华人民共和国电子商务法》第七十六条第二款、第八十条第一款第（三）项之规定"
    assert [one["article"] for one in citations(text)] == ["第七十六条第二款", "第八十条第一款第（三）项"]
    assert citations("《食品广告发布暂行规定") == []
    assert only_citation("违反了《中华人民共和国广告法》第三十四条第二款的规定")
    assert not only_citation("未经批准，擅自从事网络出版服务")


@pytest.mark.parametrize("text", ["51511400002024071800000043", "240806", "240607"])
def test_ticket_and_batch_numbers_are_no_identity_numbers(text: str):
    """A complaint ticket looks like a bank card, a batch number like a date: neither is a number of a person."""
    with pytest.raises(Unfit, match="应为 18 位"):
        read_id_number(text, ON)
    assert not hidden(text)
    assert read_id_number("11010519491231002X", ON) == "11010519491231002X"
