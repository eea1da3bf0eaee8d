"""The state of a certificate on a day, without a database."""

from datetime import date

import pytest

from mingjing.personnel.certificates import Certified, Event, qualification

FIRST, LAST = date(2024, 3, 1), date(2026, 2, 28)


def certificate(
    *events: tuple[str, date], number: str = "C-1", fields: tuple[str, ...] = ("urban",)
) -> Certified:
    return Certified(number, fields, FIRST, LAST, tuple(Event(kind, on) for kind, on in events))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2024, 2, 29), "none"),
        (FIRST, "valid"),
        (date(2025, 6, 1), "valid"),
        (LAST, "valid"),
        (date(2026, 3, 1), "expired"),
    ],
)
def test_first_and_last_day_both_count(on, state):
    """The dates printed on a certificate are its first and its last valid day."""
    assert certificate().state(on) == state


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2025, 4, 30), "valid"),
        (date(2025, 5, 1), "suspended"),
        (date(2025, 5, 31), "suspended"),
        (date(2025, 6, 1), "valid"),
        (date(2026, 3, 1), "expired"),
    ],
)
def test_a_suspension_holds_from_its_day_until_the_day_of_restoration(on, state):
    """Both the suspension and the restoration take effect on the day they name."""
    held = certificate(("suspended", date(2025, 5, 1)), ("restored", date(2025, 6, 1)))

    assert held.state(on) == state


def test_events_of_one_day_count_in_the_order_recorded():
    """Suspended and restored on the same day: valid on that day."""
    day = date(2025, 5, 1)

    assert certificate(("suspended", day), ("restored", day)).state(day) == "valid"
    assert certificate(("suspended", day)).state(day) == "suspended"


def test_a_suspension_that_was_never_lifted_ends_as_expired():
    """After its last day a suspended certificate is expired: restoring it would not help."""
    held = certificate(("suspended", date(2026, 2, 1)))

    assert held.state(LAST) == "suspended"
    assert held.state(date(2026, 3, 1)) == "expired"


def test_a_cancelled_certificate_stays_cancelled():
    """A cancellation is the reason given even after the printed last day."""
    held = certificate(("cancelled", date(2025, 5, 1)))

    assert held.state(date(2025, 4, 30)) == "valid"
    assert held.state(date(2025, 5, 1)) == "cancelled"
    assert held.state(date(2027, 1, 1)) == "cancelled"


def test_a_new_certificate_takes_the_place_of_an_expired_one():
    """The valid certificate is the one shown, whichever was issued first."""
    renewed = Certified("C-2", ("urban",), date(2026, 3, 1), date(2030, 12, 31))

    assert qualification([certificate(), renewed], LAST).number == "C-1"
    assert qualification([certificate(), renewed], date(2026, 3, 1)).number == "C-2"


def test_fields_of_all_valid_certificates_count_together():
    """Two valid certificates for two fields: the holder may act in both; an invalid one adds nothing."""
    market = Certified("C-3", ("market",), FIRST, LAST)
    cancelled = Certified("C-4", ("civil",), FIRST, LAST, (Event("cancelled", FIRST),))

    held = qualification([certificate(), market, cancelled], LAST)

    assert (held.state, held.fields) == ("valid", ("market", "urban"))


def test_without_a_valid_certificate_the_latest_says_why():
    """Nobody is told only 'no': suspended, cancelled or expired is part of the answer."""
    held = qualification([certificate(("suspended", date(2025, 5, 1)))], date(2025, 5, 2))

    assert (held.state, held.number) == ("suspended", "C-1")


def test_before_the_first_certificate_there_is_none():
    """A certificate issued later says nothing about an earlier day."""
    held = qualification([certificate()], date(2024, 2, 29))

    assert (held.state, held.number, held.fields) == ("none", "", ())
