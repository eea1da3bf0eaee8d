"""Where violations are found: spots, where it happened again, areas of the grid; places are counted, never units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import BEFORE, Grid, Record, Rows, case_record
from mingjing.analysis.models import PlaceLine
from mingjing.analysis.place_dims import JOINT, area, areas, kind, matter, several_regions, spot, spot_title
from mingjing.analysis.sums import change
from mingjing.analysis.tables import MOST_ROWS, Cell, Column, Row, Table, counted, most_first

if TYPE_CHECKING:
    from django.db.models import QuerySet

GRID_TABLE: Final = "grids"
NOTE: Final = (
    "按案件写明的违法行为发生地点，认出其中的道路、社区、村、市场等。路口在两条路下各计一次，合计只计一次。"
)
AGAIN_NOTE: Final = (
    "门牌、市场等写到同一处的算同一地点，只写到一条路或者一个村的不算。“同样的事又发生”指同一地点以前"
    f"（本时段或者{BEFORE}）已经有过同样事项的案件。"
)
GRID_NOTE: Final = (
    "有坐标的（现场出示证件时手机记下的，或者证据的取证地点写明的）按坐标落在哪个网格，没有坐标的按地点里的街道、村居名。"
    "网格按划定的先后排列。"
)
NO_GRID: Final = "这些机关还没有划分网格。在“执法网格”里画出或者写明街道、村居以后，这里按网格统计。"


def found(asked: Asked) -> "QuerySet[PlaceLine]":
    """Give the cases of the period that state where the violation was."""
    rows = PlaceLine.objects.filter(**asked.narrowed(), month__gte=asked.first, month__lte=asked.last)
    return rows.select_related("case__agency")


def told(line: PlaceLine) -> Record:
    """Give one case by its place and its matter."""
    return case_record(line, line.found_on, f"{line.place}：{line.matter}" if line.matter else line.place)


ROWS: Final = Rows(found, ("-found_on", "-pk"), told)


def _of_grids(asked: Asked) -> "QuerySet[PlaceLine]":
    return found(asked).filter(agency__in={one.row.agency_id for one in areas(asked) if not one.outline})


@dataclass(frozen=True)
class ByMatter:
    """A grid whose columns are the most frequent matters of what was asked for."""

    code: str
    title: str
    rows: Dim
    note: str
    source: Rows = ROWS
    without: str = ""  # what is said where there is nothing to count by

    def _grid(self, asked: Asked) -> Grid:
        return Grid(
            self.code, self.title, self.source, self.rows, matter(asked, self.source), "across", self.note
        )

    def table(self, asked: Asked) -> Table:
        """Count."""
        table = self._grid(asked).table(asked)
        return replace(table, note=self.without) if self.without and not areas(asked) else table

    def opened(self, asked: Asked, row: str, column: str) -> Any:
        """Give the cases behind one figure."""
        return self._grid(asked).opened(asked, row, column)

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        return self._grid(asked).named(asked, row, column)

    def record(self, thing: Any) -> Record:
        """Give one case in words."""
        return told(thing)


NUMBER, AGAIN, LAST = "number", "again", "last"


@dataclass(frozen=True)
class Repeated:
    """Places with more than one case in the period, and how many of these repeat a matter that was there before."""

    code: str = "again"
    title: str = "同一地点再次发生"

    def table(self, asked: Asked) -> Table:
        """Count."""
        counts = {key: number for key, number in _addresses(asked).items() if number > 1}
        order, before = most_first(counts), _addresses(asked.before)
        told = _told_at(asked, order[:MOST_ROWS])
        columns = [
            Column(NUMBER, "案件"),
            Column(AGAIN, "同样的事又发生"),
            Column(LAST, "最近一次", drawn=False),
        ]
        return Table(
            *(self.code, self.title, "地点", columns),
            rows=[_row(asked, key, told[key], before.get(key, 0)) for key in order[:MOST_ROWS]],
            chart="beside",
            note=AGAIN_NOTE,
            compared=BEFORE,
            left_out=max(0, len(order) - MOST_ROWS),
        )

    def opened(self, asked: Asked, row: str, column: str) -> "QuerySet[PlaceLine]":
        """Give the cases at one place, or those of them that repeat a matter; of no place those at any of them."""
        rows = found(asked).exclude(address="").order_by("-found_on", "-pk")
        if not row:
            other = found(asked).filter(region=OuterRef("region"), address=OuterRef("address"))
            return rows.filter(Exists(other.exclude(pk=OuterRef("pk"))))
        if column == AGAIN:
            return rows.filter(pk__in=_again(asked, _told_at(asked, [row])[row]))
        return rows.filter(_at(row))

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        at = f"，地点：{spot_title(asked, row, several_regions(asked))}" if row else ""
        return f"{self.title}{at}{'，同样的事又发生的' if column == AGAIN else ''}"

    def record(self, thing: Any) -> Record:
        """Give one case in words."""
        return told(thing)


def _addresses(asked: Asked) -> dict[str, int]:
    """Give how many cases there are at each place."""
    rows = found(asked).exclude(address="").order_by().values_list("region", "address")
    return {f"{region}{JOINT}{one}": number for region, one, number in rows.annotate(number=Count("pk"))}


def _at(key: str) -> Q:
    region, _, address = key.partition(JOINT)
    return Q(region=region, address=address) if address else dims.nothing()


def _told_at(asked: Asked, keys: Sequence[str]) -> dict[str, list[PlaceLine]]:
    """Give the cases at some places, of the period and of the one before, the earliest first."""
    wide = found(replace(asked, first=asked.before.first)).filter(
        address__in=[one.partition(JOINT)[2] for one in keys if _at(one)]
    )
    told: dict[str, list[PlaceLine]] = {key: [] for key in keys}
    names = ("region", "address", "matter", "month", "found_on")
    for line in wide.select_related(None).only(*names).order_by("found_on", "pk"):
        if (key := f"{line.region}{JOINT}{line.address}") in told:
            told[key].append(line)
    return told


def _again(asked: Asked, lines: Sequence[PlaceLine]) -> list[int]:
    """Give the cases of the period whose matter an earlier case at the same place had."""
    seen: set[str] = set()
    again = []
    for one in lines:
        if one.matter in seen and one.month >= asked.first:
            again.append(one.pk)
        seen |= {one.matter} - {""}
    return again


def _row(asked: Asked, key: str, lines: Sequence[PlaceLine], before: int) -> Row:
    now = [one for one in lines if one.month >= asked.first]
    cells = [
        counted(len(now), key),
        counted(len(_again(asked, lines)), key, AGAIN),
        Cell(None, max(one.found_on for one in now).isoformat()),
    ]
    title = spot_title(asked, key, several_regions(asked))
    return Row(key, title, cells, Cell(before, f"{before:,}"), change(len(now), before))


def makers() -> list[Grid | ByMatter | Repeated]:
    """Give the tables of the subject."""
    grids = Rows(_of_grids, ROWS.order, told)
    return [
        ByMatter("spots", "多发地点", spot(), NOTE),
        Grid("months", "每月各类地点", ROWS, dims.month_text("month"), kind(), "stacked"),
        Repeated(),
        ByMatter(GRID_TABLE, "各网格", area(), GRID_NOTE, grids, NO_GRID),
    ]
