"""What masking finds in free text: in sentences it was tuned on, in sentences held out, and in those given."""

import json
from datetime import date
from pathlib import Path
from typing import Final

from bench.masking.measure import Figures, Sentence, Surnames, measured, sentences
from bench.masking.templates import HELD_OUT, TUNED
from mingjing.publicity.recognisers import recognise

EACH: Final = 60  # sentences of every template
SEED: Final = 20260823
ON: Final = date(2026, 8, 23)
HEAD: Final = "| sentences | numbers | names | addresses | minors | over-masked |\n|---|---|---|---|---|---|"
# Kinds of the given sentences; firms and credit codes stay, officers may be hidden or not.
_GIVEN_KINDS: Final = {
    "PER": "name",
    "ID": "number",
    "TEL": "number",
    "BANK": "number",
    "PLATE": "number",
    "ADDR": "address",
}


def find(text: str) -> list[tuple[int, int]]:
    """What the product would mask of a free text, before anybody looks at it."""
    return [(span.start, span.end) for span in recognise(text, ON)]


def surnames(shared: Path) -> Surnames:
    """Surnames by frequency from the shared data; the product has a list of its own."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only the measurement reads a workbook

    file = shared / "data" / "names" / "chinese_family_names_1k.xlsx"
    # Opened here and closed at once: a workbook left to the collector warns in the middle of some other test.
    with file.open("rb") as content:
        rows = load_workbook(content, read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
        found = [(str(row[0]), float(str(row[1]))) for row in rows if row[1]]
    return sorted((one for one in found if len(one[0]) == 1), key=lambda one: -one[1])


def given(shared: Path) -> list[Sentence]:
    """The fifty sentences of the shared data, with what is marked in them."""
    rows = json.loads((shared / "data" / "redaction" / "redaction_eval_50.json").read_text(encoding="utf-8"))
    return [
        Sentence(
            row["text"],
            [
                (start, end, _GIVEN_KINDS[kind])
                for start, end, kind, _ in row["spans"]
                if kind in _GIVEN_KINDS
            ],
            [(start, end) for start, end, kind, _ in row["spans"] if kind == "STAFF"],
        )
        for row in rows
    ]


def figures(shared: Path, *, each: int = EACH) -> dict[str, Figures]:
    """The three measurements by their names in the table."""
    by_frequency = surnames(shared)
    return {
        "tuned on": measured(sentences(TUNED, by_frequency, each=each, seed=SEED), find),
        "held out": measured(sentences(HELD_OUT, by_frequency, each=each, seed=SEED + 1, held=True), find),
        "the fifty given": measured(given(shared), find),
    }


def main() -> None:
    """Print the table."""
    shared = Path(__file__).resolve().parents[3] / "shared"
    print(HEAD)
    for title, one in figures(shared).items():
        print(one.line(title))
