"""Codes of people and organisations: real ones pass, and every single slip is noticed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kit.identity import birth_of, credit_code_error, id_number_error, organisation_code_error

ON = date(2026, 3, 2)
CREDIT_CODES = (
    "11230500001755309F",
    "91230500MA1B3N1N2M",
    "11500000MB1553803Q",
    "91110000802100433B",
    "914403001922038216",
    "91330100799655058B",
)
ID_NUMBERS = ("11010519491231002X", "440524188001010014")


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_real_credit_codes_pass(code: str) -> None:
    """With the organisation code inside."""
    assert credit_code_error(code) is None
    assert organisation_code_error(code[8:17]) is None


@given(st.sampled_from(CREDIT_CODES), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_one_wrong_character_of_a_credit_code_is_noticed(code: str, place: int, other: str) -> None:
    """The check is made for exactly this slip."""
    wrong = code[:place] + other + code[place + 1 :]
    assert (credit_code_error(wrong) is None) == (wrong == code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("9123050", "应为 18 位，现为 7 位"),
        ("91230500MA1B3N1N2I", "不用的字符：I"),
        ("91230500ma1b3n1n2m", "不用的字符"),
        ("91990500MA1B3N1N2M", "行政区划"),
        ("", "应为 18 位"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_a_credit_code(code: str, words: str) -> None:
    """Length, characters, region."""
    assert words in (credit_code_error(code) or "")


@pytest.mark.parametrize("number", ID_NUMBERS)
def test_the_numbers_of_the_standard_pass(number: str) -> None:
    """GB 11643 prints these two."""
    assert id_number_error(number, ON) is None


@given(st.sampled_from(ID_NUMBERS), st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_one_wrong_digit_of_an_identity_number_is_noticed(number: str, place: int, other: str) -> None:
    """By region, date or check digit."""
    wrong = number[:place] + other + number[place + 1 :]
    assert (id_number_error(wrong, ON) is None) == (wrong == number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("11010519491231002x", "18 位"),
        ("1101051949123100", "18 位"),
        ("10010519491231002X", "行政区划"),
        ("110105194913310026", "出生日期"),
        ("110105202612310024", "出生日期"),
        ("110105194912310021", "校验码"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_an_identity_number(number: str, words: str) -> None:
    """Form, region, a day that never was or has not come, check digit."""
    assert words in (id_number_error(number, ON) or "")


def test_an_identity_number_states_a_birthday() -> None:
    """None where the digits are no day."""
    assert birth_of("11010519491231002X") == date(1949, 12, 31)
    assert birth_of("110105194913310020") is None


def test_an_organisation_code_may_have_its_hyphen() -> None:
    """As it is printed on old certificates."""
    assert organisation_code_error("80210043-3") is None
    assert "校验码" in (organisation_code_error("80210043-4") or "")
    assert "8 位" in (organisation_code_error("8021") or "")
