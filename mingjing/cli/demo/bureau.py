"""The demo bureau: its agencies and people, entered through the register's own services."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from mingjing.personnel import services
from mingjing.personnel.selectors import NotOnRegister, agency, person

TABLE: Final = Path(__file__).parent / "bureau.toml"
BUREAU: Final = "410481-urban"
SETTER: Final = "set-up"

# A certificate counts from its day of issue; the demo bureau's are of one batch.
VALID_DAYS = 5 * 365


def make_bureau(today: date) -> str:
    """Enter what is missing of the demo bureau; gives the password of its accounts."""
    told = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    issuers = {row["code"]: row.pop("issuer", "") for row in told["agency"]}
    for row in told["agency"]:
        _agency(row)
    for row in told["person"]:
        _person(dict(row), told["password"], issuers[row["agency"]], today)
    return str(told["password"])


def _agency(row: dict[str, Any]) -> None:
    try:
        agency(row["code"])
    except NotOnRegister:
        services.create_agency(by=SETTER, **row)


def agencies() -> tuple[str, ...]:
    """Give the codes of the bureaus whose people enforce, the demo bureau first."""
    told = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(row["code"] for row in told["agency"] if row["kind"] == "bureau")


@transaction.atomic  # somebody who is there has the certificate too
def _person(row: dict[str, Any], password: str, issuer: str, today: date) -> None:
    try:
        person(row["username"])
    except NotOnRegister:
        number, days_left = row.pop("certificate", ""), row.pop("valid_days_left", 700)
        entry = services.create_person(password=password, by=SETTER, **row)
        if number:
            until = today + timedelta(days=days_left)
            services.issue_certificate(
                username=row["username"],
                number=number,
                issuer=issuer,
                fields=[entry.agency.field],
                valid_from=until - timedelta(days=VALID_DAYS),
                valid_until=until,
                by=SETTER,
            )
