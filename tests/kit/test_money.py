"""Sums of money: read as people type them, written as documents state them, exact to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kit.money import canonical_yuan, chinese_plain, chinese_upper, parse_yuan, yuan

SUMS = st.decimals(0, Decimal("9999999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("190", "190"),
        ("1,234.50", "1234.50"),
        (" ￥200元 ", "200"),
        ("１２３．５", "123.5"),
        ("0", "0"),
        ("12,345,678.9", "12345678.9"),
    ],
)
def test_a_sum_is_read_as_people_type_it(typed: str, amount: str) -> None:
    """Commas in threes, currency signs, full-width digits."""
    assert parse_yuan(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "一百", "1,23", "12.345", "-5", "1e5", "1.2.3", "1 000", "NaN", "9" * 17]
)
def test_what_is_no_sum_is_refused_in_chinese(typed: str) -> None:
    """With the way to write it."""
    with pytest.raises(ValueError, match="金额"):
        parse_yuan(typed)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("190", "壹佰玖拾元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10.5", "壹拾元伍角整"),
        ("1010", "壹仟零壹拾元整"),
        ("1001.1", "壹仟零壹元壹角整"),
        ("10001", "壹万零壹元整"),
        ("110000", "壹拾壹万元整"),
        ("100010", "壹拾万零壹拾元整"),
        ("26896.08", "贰万陆仟捌佰玖拾陆元零捌分"),
        ("20000000", "贰仟万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100020000", "壹亿零贰万元整"),
        ("1000000010000", "壹万亿零壹万元整"),
        ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
    ],
)
def test_capital_numerals_are_those_of_documents(amount: str, text: str) -> None:
    """One 零 for zeros in between, 整 unless there are 分."""
    assert chinese_upper(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_a_sum_no_document_can_state_is_refused(amount: str) -> None:
    """Negative, finer than a cent, or beyond all budgets."""
    with pytest.raises(ValueError, match=r"sum|decimals"):
        chinese_upper(Decimal(amount))


def test_a_sum_is_written_with_cents_only_where_there_are_any() -> None:
    """For people with commas, in facts without."""
    assert (yuan(Decimal("1234.5")), yuan(Decimal("1234.00"))) == ("1,234.50元", "1,234元")
    assert (canonical_yuan(Decimal("1234.50")), canonical_yuan(Decimal("1E+3"))) == ("1234.5", "1000")


@given(SUMS)
def test_a_sum_survives_being_written_and_read(amount: Decimal) -> None:
    """In both the form for people and the form of facts."""
    assert parse_yuan(yuan(amount)) == parse_yuan(canonical_yuan(amount)) == amount


@given(SUMS, SUMS)
def test_different_sums_have_different_capitals(one: Decimal, other: Decimal) -> None:
    """No two sums read alike on paper."""
    assert (chinese_upper(one) == chinese_upper(other)) == (one == other)


@pytest.mark.parametrize(
    ("number", "words"),
    [("200", "二百"), ("12", "十二"), ("12000", "一万二千"), ("0.5", "零点五"), ("30", "三十"), ("-3", "负三"),
     ("1010", "一千零一十"), ("3.10", "三点一"), ("0", "零")],
)  # fmt: skip
def test_a_number_is_written_as_laws_do(number: str, words: str) -> None:
    """Ordinary numerals, not the capital ones of documents."""
    assert chinese_plain(Decimal(number)) == words
