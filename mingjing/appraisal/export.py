"""The data of an appraisal for a third party: flags and months only, no person, no number, no words; pure."""

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mingjing.appraisal.figures import Row, figures
from mingjing.packs.appraisal_indicators import Scheme

STAMP = (1980, 1, 1, 0, 0, 0)  # the same data gives the same file


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with the rows of each source. Its name is public: it is an office and no person."""

    code: str
    name: str
    rows: Mapping[str, Sequence[Row]]


def export_zip(scheme: Scheme, units: Sequence[Unit], begins: date, ends: date) -> bytes:
    """Give the ZIP: README, columns, figures, one table for each source, checksums."""
    files = {
        "README.md": _readme(scheme, begins, ends),
        "units.csv": _csv([["unit", "name"], *([one.code, one.name] for one in units)]),
        "columns.csv": _csv(_columns(scheme)),
        "indicators.csv": _csv(_figures(scheme, units)),
    }
    left_out: list[list[str]] = [["unit", "source"]]
    for name, source in scheme.sources.items():
        flags = sorted(source.flags)
        lines = [["unit", "period", *flags]]
        for unit in units:
            rows = unit.rows.get(name, ())
            told = list(_generalised(rows, scheme.k))
            if rows and not told:
                left_out.append([unit.code, name])
            lines += sorted(
                [unit.code, period, *(str(int(one in row.flags)) for one in flags)] for row, period in told
            )
        files[f"data/{name}.csv"] = _csv(lines)
    files["left_out.csv"] = _csv(left_out)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    return _zipped(files)


def _generalised(rows: Sequence[Row], k: int) -> Iterator[tuple[Row, str]]:
    """Give each row with its month or none, so that at least k rows of the unit share it.

    Rows that lose their month are told together, and take the smallest other month with them where they would still
    be fewer than k. Fewer than k rows in all are left out.
    """
    if len(rows) < k:
        return
    months = Counter(_month(one) for one in rows)
    few = {month for month, count in months.items() if count < k}
    if 0 < sum(months[one] for one in few) < k:
        few.add(min((one for one in months if one not in few), key=lambda one: (months[one], one)))
    for one in rows:
        month = _month(one)
        yield one, ("" if month in few else month)


def _month(row: Row) -> str:
    return f"{row.day:%Y-%m}" if row.day else ""


def _figures(scheme: Scheme, units: Sequence[Unit]) -> Iterator[list[str]]:
    yield ["unit", "indicator", "hits", "of", "percent"]
    for unit in units:
        for one in figures(scheme, unit.rows):
            shown = [str(one.hits), str(one.of), one.percent] if one.of >= scheme.k else ["", "", ""]
            yield [unit.code, one.indicator.code, *shown]


def _columns(scheme: Scheme) -> Iterator[list[str]]:
    yield ["file", "column", "meaning"]
    for name, source in scheme.sources.items():
        yield [f"data/{name}.csv", "unit", "单位代码，名称见 units.csv"]
        yield [f"data/{name}.csv", "period", "月份；空白的是不足 k 行、合并到整个考核期间的"]
        yield from (
            [f"data/{name}.csv", flag, f"1：{meaning}；0：不是"]
            for flag, meaning in sorted(source.flags.items())
        )


def _readme(scheme: Scheme, begins: date, ends: date) -> bytes:
    lines = [
        f"# {scheme.title}：第三方评估数据",
        "",
        f"考核期间：{begins} 至 {ends}。每个数据来源一张表（data/），一行是一个期限、案卷、人员、投诉或者整改事项，",
        "只有单位、月份和是（1）否（0）标记；没有姓名、编号、地址、金额和任何文字记录。",
        f"同一单位同一来源同一月份不足 {scheme.k} 行的，月份合并；",
        f"全部不足 {scheme.k} 行的不给出（left_out.csv 列明）。",
        "字段说明见 columns.csv，各指标的数值见 indicators.csv（分母不足的留空），校验用 `sha256sum -c SHA256SUMS`。",
        "",
        "## 数据来源",
        "",
        *(f"- `{name}` {source.title}：{source.what}。" for name, source in scheme.sources.items()),
        "",
        "## 指标",
        "",
        *(f"- `{one.code}` {one.title} = {scheme.formula(one)}" for one in scheme.indicators),
        "",
        f"依据：《{scheme.law}》{scheme.article}：{scheme.quote}",
        "",
    ]
    return "\n".join(lines).encode()


def _csv(rows: Sequence[Sequence[str]] | Iterator[Sequence[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in sorted(files.items()):
            whole.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
