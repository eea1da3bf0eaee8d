"""A province of cases: really recorded ones, copied by the database for several hundred agencies, into the log too.

What is copied is every row that recording leaves: the case, its acts, limits, findings, outcomes, citations, parties,
handlers, lines of analysis, issued documents, log entries with their places and tiles. Only the commitments are made
up: the tree over the leaves is whole, but `mingjing verify database` would find that no copied act opens its leaf.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bench.scale_copy import Copies, seal_copied
from bench.scale_ground import filling

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person
    from tests.cast import Cast

COUNTIES, BUREAUS = 25, 12  # bureaus in each county
YEARS = 5
SLICE = 20_000  # cases copied by one set of statements
STORIES: Final = {"summary": 6, "ordinary": 14, "hearing": 6}  # told to the end, so many times each
WEIGHTS: Final = {
    "summary": 3,
    "ordinary": 12,
    "hearing": 5,
}  # of the cases that ended; about twenty acts a case
LIVE: Final = ("filing_approved", "investigation_completed", "prior_notice_served", "penalty_decided")
EACH_LIVE = 2
OWN: Final = 20  # one case in so many is of the bureau whose people look at the pages


class Province:
    """A supervisor, its counties and their bureaus; one of the bureaus has people who record and look."""

    def __init__(self, cast: "Cast", county: "Person") -> None:
        self.cast, self.county = cast, county
        self.bureaus: list[tuple[int, str]] = []
        self.ended: dict[str, list[Pattern]] = {}
        self.live: list[Pattern] = []
        self.size = self.acts = 0

    @classmethod
    def made(cls) -> "Province":
        """Write the offices, the people and the cases that are copied afterwards."""
        from tests.cast import make_cast, make_person  # noqa: PLC0415 - Django is set up by now

        cast = make_cast()
        bureaus = [(cast.bureau.pk, cast.bureau.region), *_counties()]
        make_person("reviewer2", "另一审核人", "reviewer", legal_qualification_no="A20154104810002")
        province = cls(cast, make_person("county", "县监督", "supervisor", agency="411000-justice"))
        province.bureaus = bureaus
        province.ended, province.live = _patterns(cast)
        _work_off()
        return province

    @classmethod
    def found(cls) -> "Province":
        """Give the one that was filled before, to look at and not to grow."""
        from mingjing.cases.models import Act, Case  # noqa: PLC0415
        from mingjing.personnel.models import Agency, Person  # noqa: PLC0415
        from tests.cast import BUREAU, ELSEWHERE, JUSTICE, Cast  # noqa: PLC0415

        offices = {"bureau": BUREAU, "justice": JUSTICE, "elsewhere": ELSEWHERE}
        people = [one.name for one in fields(Cast) if one.name not in offices]
        cast = Cast(
            **{name: Agency.objects.get(code=code) for name, code in offices.items()},
            **{name: Person.objects.get(username=name) for name in people},
        )
        province = cls(cast, Person.objects.get(username="county"))
        province.size, province.acts = Case.objects.filter(source="copied").count(), Act.objects.count()
        return province

    @property
    def bureaus_that_publish(self) -> dict[str, int]:
        """The two of them that the bench of the portal knows too."""
        return {one.code: one.pk for one in (self.cast.bureau, self.cast.elsewhere)}

    def grow(self, size: int) -> None:
        """Copy cases until there are so many."""
        from django.db import connection  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from mingjing.cases.sums import count_anew  # noqa: PLC0415
        from mingjing.translog.services import seal_log  # noqa: PLC0415

        while seal_log(at=timezone.now()):
            pass
        self._make_room()
        copied = Copies(connection)
        with filling(connection, [*copied.tables, "translog_entry", "translog_sealed"]):
            for start in range(self.size, size, SLICE):
                numbers = range(start, min(start + SLICE, size))
                copied.copy(self._map(numbers))
            seal_copied(connection)
        for agency, _ in self.bureaus:
            count_anew(agency, at=timezone.now())
        self.size = size

    def _make_room(self) -> None:
        """Begin the numbers of copies behind those of what was really recorded since."""
        from mingjing.cases.models import Act, Case  # noqa: PLC0415

        last = [model.objects.order_by("-id").values_list("id", flat=True)[0] for model in (Case, Act)]
        self._case0, self._act0 = last[0] + 1 - self.size, last[1] + 1 - self.acts

    def _map(self, numbers: range) -> Iterator[tuple[Any, ...]]:
        """Say of every new case of which pattern it is, whose, and when it was."""
        kinds = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
        now = datetime.now(UTC)
        for n in numbers:
            spread = n * 7919
            chosen = self.live if n % 20 == 0 else self.ended[kinds[spread % len(kinds)]]
            pattern = chosen[spread // 20 % len(chosen)]
            whose = 0 if n % OWN == 3 or n % (OWN * 20) == 0 else 1 + spread % (len(self.bureaus) - 1)
            agency, region = self.bureaus[whose]
            slack = (now - pattern.last_done).days
            days = slack - (spread % 40 if pattern.live else 1 + spread % (365 * YEARS))
            last = pattern.last_done + timedelta(days=days, minutes=n % 600)
            code = hashlib.md5(f"case {n}".encode()).hexdigest()  # noqa: S324 - a name, no secret
            yield (
                *(
                    n,
                    pattern.pk,
                    self._case0 + n,
                    self._act0 + self.acts,
                    agency,
                    region,
                    code[:24],
                    code[8:],
                ),
                *(days, min(last, now).strftime("%Y-%m-%d %H:%M:%S"), f"舞钢市第{n // 3}号建材有限公司"),
                "" if whose == 0 else f"-{agency}",
            )
            self.acts += pattern.acts


class Pattern:
    """A case that was really recorded, and what its copies take from it."""

    def __init__(self, case: "Case", *, live: bool) -> None:
        from mingjing.cases.models import Act  # noqa: PLC0415 - Django is set up by now

        moments = Act.objects.filter(case=case).values_list("done_at", flat=True)
        self.pk, self.acts, self.live = case.pk, case.act_count, live
        self.last_done = max(one for one in moments if one)


def _counties() -> Iterator[tuple[int, str]]:
    """Make the other counties and their bureaus; give each bureau and where it is."""
    from tests.cast import JUSTICE, make_agency  # noqa: PLC0415

    for county in range(COUNTIES):
        office, region = f"41{county + 10}00-justice", f"41{county + 10}00"
        make_agency(office, f"第{county}县司法局", parent=JUSTICE, kind="supervisor", field="", region=region)
        for number in range(BUREAUS):
            region = f"41{county + 10}{number + 10}"
            name = f"第{county}县第{number}城市管理局"
            yield make_agency(f"{region}-urban", name, parent=office, region=region).pk, region


def _patterns(cast: Any) -> tuple[dict[str, list[Pattern]], list[Pattern]]:
    from tests.stories import telling, told  # noqa: PLC0415

    ended = {
        name: [
            Pattern(told(cast, name, mark=f"{name} {n}", party=_party(n))[1], live=False)
            for n in range(times)
        ]
        for name, times in STORIES.items()
    }
    kinds = {step.kind for step in telling(cast, "ordinary").story.steps}
    live = [
        Pattern(told(cast, "ordinary", until=until, mark=f"{until} {n}", party=_party(n))[1], live=True)
        for until in LIVE
        if until in kinds
        for n in range(EACH_LIVE)
    ]
    return ended, live


def _party(number: int) -> str:
    return f"舞钢市样本{number}号建材有限公司"


def _work_off() -> None:
    """Let the worker do what recording has left to it, so that the copies have documents and lines too."""
    from django.utils import timezone  # noqa: PLC0415

    from mingjing.cli.worker import Worker  # noqa: PLC0415
    from mingjing.kit.clock import legal_day  # noqa: PLC0415

    worker = Worker()
    worker._daily_on = legal_day(
        timezone.now()
    )  # the work of the day comes when the worker itself is measured
    for _ in range(6):
        worker.turn()
    worker.finish()
    worker.stop()
