"""Document numbers: one number, however it was typed."""

import pytest

from mingjing.kit.document_number import DocumentNumber, normalise, parse

ONE = "舞城管罚决〔2026〕12号"


@pytest.mark.parametrize(
    "typed",
    [
        "舞城管罚决〔2026〕12号",
        "舞城管罚决[2026]12号",
        "舞城管罚决（2026）第0012号",
        "舞城管罚决(2026)12号",
        "舞城管罚决【2026】１２号",
        "舞城管罚决﹝2026﹞12 号",
        " 舞城管罚决 〔2026〕 12 号 ",
        "舞城管罚决〔2026年〕12号",
        "舞城管罚决〔2026〕12",
    ],
)
def test_brackets_blanks_and_zeros_do_not_make_another_number(typed: str) -> None:
    """Ten spellings, one number."""
    assert normalise(typed) == ONE
    assert parse(typed) == DocumentNumber("舞城管罚决", 2026, "12")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("（舞）城管罚决〔2026〕12号", DocumentNumber("（舞）城管罚决", 2026, "12")),
        ("舞城管罚决〔2026〕12号之一", DocumentNumber("舞城管罚决", 2026, "12", "之一")),
        ("豫舞市监处罚〔2026〕3-01号", DocumentNumber("豫舞市监处罚", 2026, "3-1")),
    ],
)
def test_prefixes_with_brackets_suffixes_and_double_serials_are_kept(
    typed: str, number: DocumentNumber
) -> None:
    """They do make another number."""
    assert parse(typed) == number
    assert normalise(str(number)) == str(number)


@pytest.mark.parametrize(
    "text", ["", "无文号", "〔2026〕12号", "舞城管罚决2026年12号", "舞城管罚决〔26〕12号"]
)
def test_what_is_no_number_stays_text(text: str) -> None:
    """Nothing is made up."""
    assert parse(text) is None
    assert normalise(f" {text} ") == text
