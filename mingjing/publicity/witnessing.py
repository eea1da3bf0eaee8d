"""What the public is told of the witnesses of the log; no addresses and no faults, which are the operator's."""

from dataclasses import dataclass
from datetime import datetime

from mingjing.translog.policy import PolicyRefused
from mingjing.translog.selectors import public_policy, watch


@dataclass(frozen=True, slots=True)
class PublicWitness:
    """One key of a witness, until where it last cosigned, and when."""

    name: str
    key_name: str
    algorithm: str
    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Which witnesses the published checkpoint needs, and how fresh their word is."""

    rule: str
    policy: str
    witnesses: tuple[PublicWitness, ...]
    at: datetime | None
    late: bool
    stopped: bool


def witnessing(now: datetime) -> Witnessing | None:
    """Tell how the log is witnessed, None where no witnesses are asked for or what is asked cannot be read."""
    try:
        found = watch(now)
    except PolicyRefused:
        return None
    if found is None:
        return None
    witnesses = tuple(
        PublicWitness(one.name, one.vkey.split("+", 1)[0], one.algorithm, one.size, one.at)
        for one in found.witnesses
    )
    return Witnessing(
        found.rules.in_words, public_policy(), witnesses, found.at, found.late, bool(found.stopped)
    )
