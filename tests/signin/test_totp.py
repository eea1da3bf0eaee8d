"""Time-based codes against the vectors of the standard, and that none counts twice."""

from datetime import UTC, datetime

import pytest

from mingjing.signin import totp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", the key of RFC 6238, appendix B
# The vectors have eight digits; six are the last six of them.
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_vectors_of_the_standard_pass(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1."""
    assert totp.step_of(SECRET, code[2:], at(seconds), after=0) == seconds // totp.STEP


@pytest.mark.parametrize(("away", "passes"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(away: int, passes: bool) -> None:
    """One step to either side."""
    found = totp.step_of(SECRET, VECTORS[1234567890][2:], at(1234567890 + away), after=0)
    assert (found is not None) is passes


def test_a_code_counts_once() -> None:
    """After its step was used it is refused, and so is an older one; the next step passes."""
    step = 1234567890 // totp.STEP
    code = VECTORS[1234567890][2:]
    assert totp.step_of(SECRET, code, at(1234567890), after=step - 1) == step
    assert totp.step_of(SECRET, code, at(1234567890), after=step) is None


@pytest.mark.parametrize("code", ["", "00592", "0059240", "00592a", "００５９２４"])
def test_what_is_no_code_is_refused(code: str) -> None:
    """Length, letters and full-width digits; the plain one with a blank in it passes."""
    assert totp.step_of(SECRET, code, at(1234567890), after=0) is None
    assert totp.step_of(SECRET, "005 924", at(1234567890), after=0) is not None
