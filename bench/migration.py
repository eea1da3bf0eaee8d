"""A hundred thousand old cases moved in: staged, tried row by row, confirmed, written as cases with their acts."""

import csv
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from os import environ
from pathlib import Path
from typing import Final

from bench.ground import on_each_database, with_database

ROWS: Final = int(environ.get("MINGJING_BENCH_ROWS", "100000"))
HEADINGS: Final = (
    *("行政相对人名称", "行政相对人类别", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据"),
    *("处罚类别", "处罚内容", "罚款金额(万元)", "处罚决定日期", "公示日期", "处罚机关"),
)


def main() -> None:
    """Measure both databases."""
    on_each_database("bench.migration")


def measure(database: str, folder: Path) -> None:
    """Move a table in from file to case."""
    from mingjing.exchange.migration import selectors, services  # noqa: PLC0415 - Django is set up by now
    from mingjing.exchange.migration.running import Mover  # noqa: PLC0415
    from tests.cast import make_cast  # noqa: PLC0415

    cast, path = make_cast(), folder / "old.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *_rows()])
    print(f"-- {database}, {ROWS:,} rows, {path.stat().st_size / 2**20:.0f} MB")
    begun = _told("handed in", time.perf_counter())
    made = services.begin(
        path=path, name="old.csv", sort="cases", agency=cast.bureau, by=cast.clerk, at=datetime.now(UTC)
    )
    begun = _told("columns proposed", begun)
    services.settle_columns(migration=made, columns={}, by=cast.clerk, at=datetime.now(UTC))
    mover, cpu = Mover(), _processor()
    mover.finish(made.code)
    begun = _told(f"staged and tried ({_spent(cpu)})", begun)
    services.confirm(migration=made, by=cast.head, at=datetime.now(UTC))
    cpu = _processor()
    mover.finish(made.code)
    _told(f"written ({_spent(cpu)})", begun)
    print(
        f"   {selectors.counts(made)}, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"
    )


def _told(what: str, begun: float) -> float:
    now = time.perf_counter()
    print(f"   {what}: {now - begun:.1f} s", flush=True)
    return now


def _processor() -> tuple[float, float]:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), ended.ru_utime + ended.ru_stime


def _spent(before: tuple[float, float]) -> str:
    here, children = (now - then for now, then in zip(_processor(), before, strict=True))
    return f"seconds of processor: {here:.0f} here, {children:.0f} in the children that judge"


def _rows() -> Iterator[list[str]]:
    first = date(2016, 1, 4)
    for n in range(ROWS):
        day = first + timedelta(days=n % 3500)
        fine = 500 + n % 97 * 100
        yield [
            f"舞钢市第{n}建材有限公司", "法人及非法人组织", f"舞城管罚决〔{day.year}〕{n + 1}号", "擅自占用城市道路",
            "在湖滨大道人行道堆放砂石，未经批准占用人行道", "《城市道路管理条例》第四十二条", "罚款",
            f"罚款{fine}元", f"{fine / 10000:.4f}", day.isoformat(), f"{day + timedelta(days=n % 9):%Y.%m.%d}",
            "舞钢市城市管理局",
        ]  # fmt: skip


if __name__ == "__main__":
    with_database(sys.argv[1], lambda folder: measure(sys.argv[1], folder))
