"""Time-based codes (RFC 6238): pure; the secret and the moment are given, nothing is stored."""

from datetime import datetime
from typing import Final

import pyotp

STEP: Final = 30
ISSUER: Final = "明镜执法"


def new_secret() -> str:
    """Give a new secret, 160 bits in base32."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """Give what the QR code of an enrolment says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Give the time step that a code belongs to, None where it is wrong or not later than step `after`.

    One step to either side is let pass, for clocks that differ. A code seen once is worth nothing: whoever looked
    over a shoulder has thirty seconds otherwise.
    """
    digits = code.replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 6):
        return None
    now = int(at.timestamp()) // STEP
    otp = pyotp.TOTP(secret)
    for step in (now - 1, now, now + 1):
        if step > after and pyotp.utils.strings_equal(otp.at(step * STEP), digits):
            return step
    return None
