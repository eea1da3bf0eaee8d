"""Enters the bureaus of the county, their people and certificates, and the draws of two of them, in the registers."""

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.bulk import let_numbers_go_on
from mingjing.cli.demo.firms import credit_code
from mingjing.cli.simulate.people import ISSUER, Bureau
from mingjing.cli.simulate.planning import LISTED, County, settings
from mingjing.inspections.simulated import Round, write_draws
from mingjing.packs.load import library
from mingjing.personnel import services
from mingjing.personnel.selectors import person

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SETTER: Final = "set-up"
DRAWS: Final = 12
MONTH: Final = 29  # days
BEFORE: Final = 20  # days from the list to the first draw


def enter(county: County) -> dict[int, "Agency"]:
    """Enter everybody; gives the bureaus by their number in the table."""
    told = settings()
    region, place = told["region"], told["place"]
    services.create_agency(
        code=f"{region}-justice", name=f"{place}司法局", region=region, kind="supervisor", by=SETTER
    )
    _person("supervisor", "韩监督", f"{region}-justice", "supervisor")
    return {one.number: _bureau(one, place) for one in county.bureaus}


def _bureau(bureau: Bureau, place: str) -> "Agency":
    agency = services.create_agency(
        code=bureau.code,
        name=bureau.name,
        region=bureau.region,
        kind="bureau",
        field=bureau.field,
        parent=f"{bureau.region}-justice",
        number_prefix=bureau.prefix,
        review_body=f"{place}人民政府",
        court=f"{place}人民法院",
        by=SETTER,
    )
    for one in bureau.staff:
        _person(one.username, one.name, bureau.code, one.role, legal_qualification_no=one.legal)
        if (held := one.certificate) is not None:
            services.issue_certificate(
                username=one.username,
                number=held.number,
                issuer=ISSUER,
                fields=list(held.fields),
                valid_from=held.valid_from,
                valid_until=held.valid_until,
                by=SETTER,
            )
    return agency


def _person(username: str, name: str, agency: str, role: str, **more: Any) -> None:
    services.create_person(
        username=username,
        name=name,
        agency=agency,
        roles=[role],
        password=settings()["password"],
        by=SETTER,
        **more,
    )


def draw(county: County, agencies: dict[int, "Agency"]) -> None:
    """Write the finished draws of the bureaus that draw: their lists are committed to, their lines simply stand there.

    A firm that is never drawn cannot come out of the ceremony itself; that it was passed over is the fault.
    """
    never = {
        number: int(who.split()[1]) for code, number, who, _ in county.patterns if code == "firm_never_drawn"
    }
    for number in sorted(county.drawing):
        chance = random.Random(f"draws {county.seed} {number}")  # noqa: S311 - a county must be the same every time
        firms = range(1, LISTED + 1)
        names = {at: credit_code(number * 100_000 + at) for at in firms}
        rounds = [sorted(chance.sample(firms, LISTED // 2)) for _ in range(DRAWS)]
        _whole(rounds, never.get(number, 0), chance)
        write_draws(
            agency=agencies[number],
            objects=list(names.values()),
            rounds=[
                Round(county.on - timedelta(days=(DRAWS - at) * MONTH), [names[one] for one in drawn])
                for at, drawn in enumerate(rounds)
            ],
            by=person(f"b{number:02d}-clerk1"),
            at=county.on - timedelta(days=DRAWS * MONTH + BEFORE),
        )


def _whole(rounds: list[list[int]], never: int, chance: random.Random) -> None:
    """Let the one who is passed over be in no round, and everybody else in at least one."""
    for drawn in rounds:
        if never in drawn:
            drawn[drawn.index(never)] = chance.choice([one for one in range(1, LISTED) if one not in drawn])
    missing = [
        one for one in range(1, LISTED + 1) if one != never and not any(one in drawn for drawn in rounds)
    ]
    for at, one in enumerate(missing):
        rounds[at % len(rounds)][0] = one


def close_numbers(county: County, agencies: dict[int, "Agency"]) -> None:
    """Let the series of numbers go on behind the last number of the county."""
    words = {kind.number for kind in library().kinds.values() if kind.number}
    years = range(county.begins.year, county.on.year + 1)
    let_numbers_go_on(agencies.values(), words, years, len(county.tasks))
