"""How a sound file becomes a broken one: bytes changed, cut, doubled and swapped, inside zip members too.

Every change is drawn by Hypothesis, so a failure shrinks to the fewest changes that still do harm.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

# What breaks readers: ends of numbers, other alphabets, markup, nests, names that lead out of a folder.
TOKENS: Final = (
    b"\0", b"\xff", b"\r\n", b"\n\n", b'"', b"'", b",", b"\t", b"=1+1", b"-1", b"0", b"1e999", b"NaN", b"null", b"true",
    b"99999999999999999999", b"9" * 5000, b"[" * 200, b"{}", b'{"a":' * 60, b"../../etc/passwd", b"\xef\xbb\xbf",
    b"\xff\xfe", "２０２６年２月３０日".encode(), "\u202e\u0000\ufffd".encode(), b"\xed\xa0\x80",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"%00", b"0001-01-01", b"9999-12-31", b"A" * 5000,
)  # fmt: skip
LONGEST: Final = 1 << 20


class Edit(NamedTuple):
    """One change: what is done, where (a fraction of the length), over how many bytes, and with which bytes."""

    what: str
    at: float
    count: int
    put: bytes


EDITS: Final = st.builds(
    Edit,
    st.sampled_from(["put", "replace", "cut", "double", "end", "flip"]),
    st.floats(0, 1, allow_nan=False),
    st.sampled_from([1, 2, 4, 16, 200, 5000]),
    st.one_of(st.sampled_from(TOKENS), st.binary(min_size=1, max_size=8)),
)


def edited(data: bytes, edit: Edit) -> bytes:
    """Make one change."""
    at = int(edit.at * len(data))
    before, there, after = data[:at], data[at : at + edit.count], data[at + edit.count :]
    match edit.what:
        case "put":
            return before + edit.put + there + after
        case "replace":
            return before + edit.put + after
        case "cut":
            return before + after
        case "double":
            return before + there + there + after
        case "end":
            return before
        case _:
            return before + bytes(one ^ edit.put[0] for one in there[:1]) + there[1:] + after


def in_members(data: bytes, which: int, edits: Sequence[Edit]) -> bytes:
    """Change one member of a zip, and pack it again so that the container itself is sound."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for number, name in enumerate(old.namelist()):
            content = old.read(name)
            if number == which % len(old.namelist()):
                for edit in edits:
                    content = edited(content, edit)[:LONGEST]
            new.writestr(name, content)
    return out.getvalue()


@st.composite
def broken(draw: Any, seeds: Sequence[bytes]) -> bytes:
    """One of the sound files with a few changes, or bytes that never were a file."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.binary(max_size=300))
    data = draw(st.sampled_from(seeds))
    edits = draw(st.lists(EDITS, max_size=6))
    if data.startswith(b"PK\x03\x04") and draw(st.booleans()):
        return in_members(data, draw(st.integers(0, 30)), edits)
    for edit in edits:
        data = edited(data, edit)[:LONGEST]
    return data
