"""Who works in the bureaus of the county and what their certificates are worth on a day; pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from mingjing.lawengine.model import Performer
from mingjing.personnel.certificates import Certified, qualification

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国志文海燕春梅晓东红卫玉珍新民"
# Part -> how many of it beside the officers.
OTHERS: Final[Mapping[str, int]] = {"head": 2, "reviewer": 2, "clerk": 1, "publicity": 2}
OFFICERS: Final = (6, 12)
CASES_EACH: Final = 60  # of an officer in two years
ISSUER: Final = "河南省人民政府"
VALID: Final = (date(2021, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of a bureau; only officers hold a certificate, only reviewers a legal qualification."""

    username: str
    name: str
    role: str
    legal: str = ""
    certificate: Certified | None = None


@dataclass(frozen=True)
class Bureau:
    """One bureau with its people and what it deals with. `lapsed` is the officer whose certificate runs out."""

    number: int
    code: str
    name: str
    region: str
    field: str
    prefix: str
    deed: str
    staff: tuple[Staff, ...]
    lapses: date | None

    def of(self, role: str) -> list[Staff]:
        return [one for one in self.staff if one.role == role]

    @cached_property
    def by_name(self) -> Mapping[str, Staff]:
        return {one.username: one for one in self.staff}

    @property
    def lapsed(self) -> Staff | None:
        return self.of("officer")[-1] if self.lapses else None

    @property
    def officers(self) -> list[Staff]:
        """Those who may enforce on every day."""
        return [one for one in self.of("officer") if one is not self.lapsed]

    def performer(self, username: str, day: date) -> Performer:
        """Give somebody as he stands on a day."""
        one = self.by_name[username]
        held = qualification([one.certificate] if one.certificate else [], day)
        return Performer(
            person=one.username,
            name=one.name,
            agency=self.code,
            role=one.role,
            certificate=held.number,
            certificate_state=held.state,
            certificate_fields=held.fields,
            legal_qualification=one.legal,
        )


def make_bureaus(data: Mapping[str, Any], cases: int, seed: int) -> tuple[Bureau, ...]:
    """People the bureaus of the table: the more cases, the more officers."""
    return tuple(_bureau(row, number, data, cases, seed) for number, row in enumerate(data["bureau"], 1))


def _bureau(row: Mapping[str, Any], number: int, data: Mapping[str, Any], cases: int, seed: int) -> Bureau:
    chance = random.Random(f"people {seed} {number}")  # noqa: S311 - a county must be the same every time
    wanted = min(max(cases // len(data["bureau"]) // CASES_EACH, OFFICERS[0]), OFFICERS[1])
    lapses = row.get("lapses")
    parts = {"officer": wanted + bool(lapses), **OTHERS}
    staff = [
        _staff(f"b{number:02d}-{part}{at}", part, row["field"], f"{number:02d}{len(part)}{at:02d}", chance)
        for part, count in parts.items()
        for at in range(1, count + 1)
    ]
    if lapses:
        last = max(at for at, one in enumerate(staff) if one.role == "officer")
        held = staff[last].certificate
        staff[last] = replace(staff[last], certificate=replace(held, valid_until=lapses) if held else None)
    return Bureau(
        number=number,
        code=f"{data['region']}-{row['field']}",
        name=row["name"],
        region=data["region"],
        field=row["field"],
        prefix=row["prefix"],
        deed=row["deed"],
        staff=tuple(staff),
        lapses=lapses,
    )


def _staff(username: str, part: str, field: str, serial: str, chance: random.Random) -> Staff:
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    if part == "officer":
        return Staff(username, name, part, "", Certified(f"16041{serial}", (field,), *VALID))
    return Staff(username, name, part, f"A2014410{serial}" if part == "reviewer" else "")
