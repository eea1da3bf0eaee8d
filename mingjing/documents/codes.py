"""The verification code of a document: made from the act's secret, printed on paper, looked up by its hash."""

import base64
import hashlib
from typing import Final

CODE_LENGTH: Final = 26


def verification_code(salt: bytes) -> str:
    """The code printed on a document: nobody can guess it, and it can be worked out again from the act's salt."""
    return base64.b32encode(hashlib.sha256(b"document" + salt).digest()).decode("ascii")[:CODE_LENGTH]


def reference(code: str) -> str:
    """What the log is asked for a document by: derived from the code, so that the log's index does not hold it."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()[:32]


def code_lines(code: str) -> list[str]:
    """The code in groups of four on two lines, to be read out and typed."""
    groups = [code[at : at + 4] for at in range(0, len(code), 4)]
    return [" ".join(groups[:3]), " ".join(groups[3:])]
