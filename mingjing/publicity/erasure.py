"""Destroying the content of what was published of a case: body, party, result and search; its trace remains."""

from typing import Final

from mingjing.publicity import search
from mingjing.publicity.models import Preparation, Publication

GONE: Final = "（内容已销毁）"

# The form that the trigger lets a publication be set to once a stone stands for it, as literals of SQL.
ERASED: Final = {
    "title": f"'{GONE}'",
    "party": f"'{GONE}'",
    "result": "''",
    "body": "'[]'",
    "salt": "X''",
}


def publication_refs(case_code: str) -> list[tuple[str, str]]:
    """Give reference and commitment of every publication of a case that still has its content."""
    rows = Publication.objects.filter(case_code=case_code).order_by("id")
    return [(row.code, row.commitment) for row in rows if bytes(row.salt)]


def erase_publications(case_code: str) -> None:
    """Empty the publications of a case and forget them in the search; in the transaction that lays the stone."""
    rows = Publication.objects.filter(case_code=case_code)
    for pk in rows.values_list("pk", flat=True):
        search.forget(pk)
    rows.update(title=GONE, party=GONE, result="", body=[], salt=b"")
    Preparation.objects.filter(case_code=case_code).delete()
