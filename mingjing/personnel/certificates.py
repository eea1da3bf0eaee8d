"""What a certificate was worth on a given day, from its dates and events; plain values in, plain values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

State = Literal["valid", "suspended", "taken_back", "cancelled", "expired", "none"]

STATE_TITLES: Final[dict[State, str]] = {
    "valid": "有效",
    "suspended": "暂扣",
    "taken_back": "收回",
    "cancelled": "注销",
    "expired": "过期",
    "none": "无有效证件",
}
AFTER_EVENT: Final[dict[str, State]] = {
    "suspended": "suspended",
    "restored": "valid",
    "taken_back": "taken_back",
    "cancelled": "cancelled",
}
# What may be recorded after the latest event ("" after none): nothing follows a cancellation.
FOLLOWED_BY: Final[dict[str, tuple[str, ...]]] = {
    "": ("suspended", "taken_back", "cancelled"),
    "suspended": ("restored", "taken_back", "cancelled"),
    "restored": ("suspended", "taken_back", "cancelled"),
    "taken_back": ("cancelled",),  # whoever gave it up needs a new one
    "cancelled": (),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a certificate, with effect from the day `on`."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate as issued, with its events in the order they were recorded."""

    number: str
    fields: tuple[str, ...]
    valid_from: date
    valid_until: date
    events: tuple[Event, ...] = ()

    def state(self, on: date) -> State:
        """Give the state on the day `on`; the first and the last day of validity both count as valid.

        "none" before the first day: the certificate does not exist yet. A cancellation stays a cancellation after
        the last day, for that is why the holder may not act.
        """
        if on < self.valid_from:
            return "none"
        # Events of one day keep the order in which they were recorded: sorting is stable.
        past = [event for event in sorted(self.events, key=lambda event: event.on) if event.on <= on]
        state = AFTER_EVENT[past[-1].kind] if past else "valid"
        if any(event.kind == "cancelled" for event in past):
            return "cancelled"
        return "expired" if on > self.valid_until else state


@dataclass(frozen=True, slots=True)
class Qualification:
    """What all the certificates of one person come to on one day."""

    number: str = ""
    state: State = "none"
    fields: tuple[str, ...] = ()


def qualification(certificates: Iterable[Certified], on: date) -> Qualification:
    """Give the valid certificate with the fields of every valid one, or else the latest that says why there is none."""
    begun = [one for one in certificates if one.valid_from <= on]
    valid = [one for one in begun if one.state(on) == "valid"]
    if not begun:
        return Qualification()
    shown = max(valid or begun, key=lambda one: (one.valid_from, one.number))
    return Qualification(shown.number, shown.state(on), _fields(valid or [shown]))


def _fields(certificates: Sequence[Certified]) -> tuple[str, ...]:
    return tuple(sorted({field for one in certificates for field in one.fields}))
