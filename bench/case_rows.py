"""Many cases in little time: really recorded ones, copied by the database under other names, numbers and days."""

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

BATCH = 2_000
NEIGHBOURS = 9  # other bureaus under the same supervisor, with three cases in ten between them
STORIES = {  # story -> up to which act; to its end where none is named
    "summary": ("document_served", "fine_deposited"),
    "ordinary": ("clue_accepted", "filing_approved", "correction_ordered", ""),
}
PLACES = ("石漫滩大道", "温州路", "健康路", "建设路", "垭口街", "朱兰路")
TRADES = ("建材", "餐饮", "运输", "百货", "五金", "置业")
DETAILS = {
    "cases_act": ("case_id", "code", "once"),
    "cases_casedeadline": ("case_id", "agency_id"),
    "cases_casefinding": ("case_id", "agency_id"),
    "cases_casehandler": ("case_id",),
}


class Town:
    """A bureau with its neighbours, whose cases grow in number as they are asked for."""

    def __init__(self) -> None:
        from tests.cast import JUSTICE, make_agency, make_cast  # noqa: PLC0415 - Django is set up by now

        self.cast: Cast = make_cast()
        self.agencies = [self.cast.bureau] + [
            make_agency(f"4104{n:02d}-urban", f"第{n}城市管理局", parent=JUSTICE, region=f"4104{n:02d}")
            for n in range(82, 82 + NEIGHBOURS)
            if f"4104{n:02d}" != "410482"
        ]
        self.patterns = _patterns(self.cast)
        self.long = max(self.patterns, key=lambda case: case.act_count)
        self.size = 0

    def grow(self, size: int) -> None:
        """Copy cases until there are `size`."""
        from django.db import connection  # noqa: PLC0415

        for start in range(self.size, size, BATCH):
            self._batch(range(start, min(start + BATCH, size)))
        self.size = size
        if connection.vendor == "postgresql":  # what autovacuum does by itself within minutes
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def _batch(self, numbers: range) -> None:
        from django.db import connection, transaction  # noqa: PLC0415

        from mingjing.cases.models import Case  # noqa: PLC0415

        with transaction.atomic(), connection.cursor() as cursor:
            first = f"{numbers.start:08d}"
            Case.objects.bulk_create(self._copy(n) for n in numbers)
            for pattern in self.patterns:
                for table, own in DETAILS.items():
                    cursor.execute(_copying(table, own), [f"pattern {pattern.pk}", first, pattern.pk])

    def _copy(self, number: int) -> "Case":
        from mingjing.cases.models import Case  # noqa: PLC0415

        pattern = self._pattern(number)
        copied = {field.attname: getattr(pattern, field.attname) for field in Case._meta.concrete_fields[1:]}
        place, trade = PLACES[number % len(PLACES)], TRADES[number // 7 % len(TRADES)]
        at = 0 if number % 10 < 7 else 1 + number // 10 % (len(self.agencies) - 1)
        return Case(
            **copied
            | {
                "code": f"{number:08d}",
                "log_code": f"log{number:08d}",
                "agency_id": self.agencies[at].pk,
                "number": f"舞城管立〔{2020 + number % 7}〕{number}号",
                "title": f"在{place}{number % 300}号前擅自占用城市道路",
                "party_name": f"舞钢市第{number}号{trade}有限公司",
                "last_act_at": pattern.last_act_at - timedelta(minutes=7 * (number * 7919 % 100_003)),
                "source": f"pattern {pattern.pk}",
            }
        )

    def _pattern(self, number: int) -> "Case":
        """Most cases are short ones: the longest is every fiftieth."""
        if number % 50 == 0:
            return self.long
        short = [case for case in self.patterns if case.act_count <= 6]
        return short[number % len(short)]

    def long_cases(self, wanted: int) -> "list[str]":
        """The codes of `wanted` copies of the longest case, in the bureau of the cast, from all over the town."""
        places = (n for n in count(0, 50) if n % 10 < 7)
        step = max(1, self.size // 50 // wanted)
        return [f"{next(places) * step % self.size // 50 * 50:08d}" for _ in range(wanted)]


def _patterns(cast: "Cast") -> "list[Case]":
    from tests.stories import told  # noqa: PLC0415

    cases: list[Any] = []
    for name, ends in STORIES.items():
        for until in ends:
            _, case = told(cast, name, until=until, mark=f"{name} {until}")
            case.refresh_from_db()
            cases.append(case)
    return cases


def _copying(table: str, own: tuple[str, ...]) -> str:
    """Give the statement that copies the rows of one case for every new case of its pattern."""
    from django.apps import apps  # noqa: PLC0415

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    names = [str(field.column) for field in model._meta.concrete_fields[1:]]
    given = {"case_id": "c.id", "agency_id": "c.agency_id"} | dict.fromkeys(
        ("code", "once"), "c.code || '-' || t.seq"
    )
    columns = ", ".join(given[name] if name in own else f"t.{name}" for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {columns} FROM cases_case c, {table} t "  # noqa: S608
        "WHERE c.source = %s AND c.code >= %s AND length(c.code) = 8 AND t.case_id = %s"
    )
