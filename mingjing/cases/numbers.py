"""Document numbers: the agency's prefix, the word of the document, 〔year〕 and a serial without gaps."""

from typing import TYPE_CHECKING

from mingjing.cases.statements import next_serial

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


def next_number(agency: "Agency", word: str, year: int) -> str:
    """Give the next number of the series, to be used in this very transaction.

    The row stays locked until the act is committed: a transaction that fails gives its number back.
    """
    return numbered(agency, word, year, str(next_serial(agency.pk, word, year)))


def numbered(agency: "Agency", word: str, year: int, serial: str) -> str:
    """Give the text of a document number; previews pass a blank serial.

    An agency without a prefix of its own is named: its numbers differ from all other agencies' numbers.
    """
    return f"{agency.number_prefix or agency.short_name or agency.name}{word}〔{year}〕{serial}号"
