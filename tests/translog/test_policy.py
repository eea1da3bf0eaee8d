"""Witness policies: what the format allows is read and judged, what it forbids is refused with its line."""

import pytest

from mingjing.translog.cosignature import ED25519, WitnessSigner
from mingjing.translog.note import Checkpoint, NoteRefused
from mingjing.translog.policy import Policy, PolicyRefused
from tests.translog.logs import KEY, VKEY

SIGNERS = {
    name: WitnessSigner(f"{name.lower()}.example", ED25519, bytes([number]) * 32)
    for number, name in enumerate(("X1", "X2", "X3", "Y1", "Y2"))
}
KEYS = {name: signer.public.vkey for name, signer in SIGNERS.items()}
CHECKPOINT = Checkpoint(KEY.name, 17, bytes(range(32)))

# The example of c2sp.org/tlog-policy: two of one organisation and one of another.
EXAMPLE = f"""
# 两级见证
log {VKEY} https://log.example/
witness X1 {KEYS["X1"]} https://x1.example/
witness X2 {KEYS["X2"]}
  witness\tX3 {KEYS["X3"]}
group X-witnesses 2 X1 X2 X3
witness Y1 {KEYS["Y1"]}
witness Y2 {KEYS["Y2"]}
group Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def policy(text=EXAMPLE):
    """The policy in a text."""
    return Policy.parse(text.encode())


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ("X1 X2 Y1", True),
        ("X1 X3 Y2", True),
        ("X1 X2 X3", False),
        ("X1 Y1 Y2", False),
        ("", False),
        ("X1 X2 stranger", False),
    ],
)
def test_the_quorum_is_counted_through_its_groups(names, met):
    """Two of the first and one of the second, as the example of the standard says."""
    assert policy().met_by(names.split()) is met


def test_a_note_is_judged_by_the_cosignatures_it_carries():
    """Valid lines count once each; a false one under a known key condemns the note."""
    note = CHECKPOINT.signed(KEY)
    lines = {name: signer.cosign(CHECKPOINT.text, 1_700_000_000) for name, signer in SIGNERS.items()}
    assert policy().judge(note + lines["X1"] + lines["X2"] + lines["Y1"]).met
    assert not policy().judge(note + lines["X1"] + lines["X1"] + lines["Y1"]).met
    forged = WitnessSigner("x1.example", ED25519, bytes([0]) * 32).cosign(
        b"other\n1\n" + b"A" * 43 + b"=\n", 1
    )
    with pytest.raises(NoteRefused):
        policy().judge(note + forged)


def test_a_policy_says_its_quorum_in_words():
    """For the page that citizens read."""
    assert policy().in_words == "（（“X1”、“X2”、“X3”）中至少 2 个、（“Y1”、“Y2”）中至少 1 个）全部"
    assert policy(f"witness 司法局 {KEYS['X1']}\nquorum 司法局\n").in_words == "“司法局”"
    assert policy("quorum none\n").in_words == "不要求见证"
    assert policy("quorum none\n").met_by(())


X1 = f"witness X1 {KEYS['X1']}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有 quorum"),
        (X1, "没有 quorum"),
        (f"{X1}quorum X2\n", "第 2 行"),
        (f"{X1}quorum X1\nquorum X1\n", "一行"),
        (f"group G any X1\n{X1}quorum G\n", "第 1 行"),
        (f"{X1}group G any G\nquorum G\n", "没有名为"),
        (f"{X1}group G 2 X1\nquorum G\n", "1 到 1"),
        (f"{X1}group G 0 X1\nquorum G\n", "1 到 1"),
        (f"{X1}group G 01 X1\nquorum G\n", "1 到 1"),
        (f"{X1}group G any X1\ngroup H any X1\nquorum H\n", "只能归入一组"),
        (f"{X1}group G any none\nquorum G\n", "没有名为"),
        (f"{X1}witness none {KEYS['X2']}\nquorum X1\n", "保留"),
        (f"{X1}witness X1 {KEYS['X2']}\nquorum X1\n", "用过"),
        (f"{X1}witness X2 {KEYS['X1']}\nquorum X1\n", "两次"),
        (f"witness X1 {VKEY}\nquorum none\n", "类型"),
        (f"log {KEYS['X1']}\nquorum none\n", "第 1 行"),
        ("quorum\n", "项数"),
        ("quorums none\n", "不认识"),
        ("quorum none\r\n", "控制字符"),
    ],
)
def test_what_the_format_forbids_is_refused_and_named(text, why):
    """Undefined, doubled, circular or misspelled: the message says what, and where."""
    with pytest.raises(PolicyRefused, match=why):
        policy(text)
    assert policy(f"{X1}quorum X1\n").quorum == "X1"
