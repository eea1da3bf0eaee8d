"""Forms of statistical tables, where their figures come from and how they are counted, each with its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

FOLDER: Final = "statistics"
TABLES: Final = f"{FOLDER}/tables/"
PERIODS: Final[Mapping[str, str]] = {"month": "月", "year": "年"}
CLASS: Final = "class"  # the gravest kind of a penalty, as a condition of a column
_CITED: Final = ("law", "article", "verified")
_REPORT: Final = (
    *("title", "period", "due_month", "due_day", "remind_days", "required", "tables"),
    *("quote", "note", *_CITED),
)
_SOURCE: Final = ("title", "kinds", "first", "carries", "gravity")
_TABLE: Final = ("title", "unit", "note", "column", "balance", *_CITED)
_FORMULAS: Final = ("count", "sum", "total", "share", "typed")
_COLUMN: Final = ("code", "title", "group", "where", "of", "unit", "decimals", *_FORMULAS)


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """One kind of report: of a month or a year, its tables, and by when it is in; `due_month` 0: the next month."""

    code: str
    title: str
    period: str
    due_month: int
    due_day: int
    remind_days: int
    required: bool
    tables: tuple[str, ...]
    law: str
    article: str
    quote: str
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: acts of some kinds; none: the caller brings the rows."""

    code: str
    title: str
    kinds: tuple[str, ...]
    first: bool  # of one case only the first counts
    carries: Mapping[str, tuple[str, ...]]  # a fact -> the earlier acts of the case that state it
    gravity: str  # the fact whose gravest kind is the class


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: a count, a sum, a total of other columns, a share of one in another, or typed by people."""

    code: str
    title: str
    group: str
    formula: str
    source: str
    where: Mapping[str, tuple[str, ...]]
    of: tuple[str, ...]  # the facts that are summed, or the columns
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Columns whose sum must be the sum of other columns."""

    title: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableForm:
    """One table: its columns in order and what must agree in it."""

    code: str
    title: str
    columns: tuple[Column, ...]
    balances: tuple[Balance, ...]
    law: str
    article: str
    verified: bool
    note: str

    def column(self, code: str) -> Column | None:
        """Give one column by its code."""
        return next((one for one in self.columns if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Severity:
    """Kinds of penalties from light to grave, as some region reads them."""

    code: str
    title: str
    kinds: tuple[str, ...]
    law: str
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class CountingRule:
    """One rule of counting in words, with its source."""

    text: str
    law: str
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class StatisticsTerms:
    """Everything by which an agency counts."""

    reports: Mapping[str, ReportTerms]
    tables: Mapping[str, TableForm]
    sources: Mapping[str, Source]
    severities: Mapping[str, Severity]
    rules: tuple[CountingRule, ...]
    order: str

    @property
    def severity(self) -> Severity:
        """The order that this agency uses."""
        return self.severities[self.order]

    def tables_of(self, report: str) -> tuple[TableForm, ...]:
        """Give the tables of a report in their order."""
        return tuple(self.tables[code] for code in self.reports[report].tables)


@cache
def statistics_terms(region: str, field: str, agency: str) -> StatisticsTerms:
    """Give by what an agency counts: of each part the narrowest scope that has it."""
    return read_statistics_terms(library(), region=region, field=field, agency=agency)


def read_statistics_terms(found: Library, *, region: str, field: str, agency: str) -> StatisticsTerms:
    """Read the terms from given packs. Raises PackError, saying in Chinese which line is wrong."""
    return _put_together(found, scopes_of(region, field, agency))


def check_statistics_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of the tables of any pack, for the check of packs."""
    try:
        for scope in found.packs:
            terms = _put_together(found, ("cn",) if scope == "cn" else ("cn", scope))
            for source in terms.sources.values():
                named = {*source.kinds, *(kind for kinds in source.carries.values() for kind in kinds)}
                if unknown := sorted(named - found.kinds.keys()):
                    return [f"统计来源 {source.code} 写了没有的行为：{'、'.join(unknown)}"]
    except PackError as fault:
        return [str(fault)]
    return []


def _put_together(found: Library, scopes: tuple[str, ...]) -> StatisticsTerms:
    reports: dict[str, ReportTerms] = {}
    sources: dict[str, Source] = {}
    severities: dict[str, Severity] = {}
    rules: tuple[CountingRule, ...] = ()
    tables: dict[str, tuple[PackFile, TableForm]] = {}
    files: dict[str, PackFile] = {}
    order = ""
    for scope in scopes:
        for name, file in _files(found, scope):
            if name.startswith(TABLES):
                form = _table(file, name.removeprefix(TABLES).removesuffix(".toml"))
                tables[form.code] = file, form
            elif name == f"{FOLDER}/reports.toml":
                reports |= {code: _report(file, code, given) for code, given in file.data.items()}
                files |= dict.fromkeys(file.data, file)
            elif name == f"{FOLDER}/sources.toml":
                sources |= {code: _source(file, code, given) for code, given in file.data.items()}
            elif name == f"{FOLDER}/counting.toml":
                file.known_keys(file.data, ("order", "rule", "gravity"))
                severities |= _severities(file)
                rules = _rules(file) or rules
                order = _order(file, severities, order)
            else:
                raise file.fault("统计的文件只有 reports、sources、counting 和 tables 里的表式")
    for file, form in tables.values():
        _check_table(file, form, sources)
    for code, report in reports.items():
        if lost := [one for one in report.tables if one not in tables]:
            raise files[code].fault(f"没有表式 {lost[0]}，请在 statistics/tables/ 里写出", code, "tables")
    forms = {code: form for code, (_, form) in tables.items()}
    return StatisticsTerms(reports, forms, sources, severities, rules, order)


def _files(found: Library, scope: str) -> Iterator[tuple[str, PackFile]]:
    pack = found.packs.get(scope)
    for file in pack.files if pack else ():
        name = file.name.removeprefix(f"{scope}/")
        if name.startswith(f"{FOLDER}/"):
            yield name, file


def _report(file: PackFile, code: str, given: Mapping[str, Any]) -> ReportTerms:
    file.known_keys(given, _REPORT, code)
    _demand(file, given, [one for one in _REPORT if one != "due_month"], code)
    period, month, day = given["period"], given.get("due_month", 0), given["due_day"]
    if period not in PERIODS:
        raise file.fault("period 只能是 month、year", code, "period")
    wrong = not isinstance(day, int) or not 1 <= day <= 31 or (period == "year") != (1 <= month <= 12)
    if wrong:
        raise file.fault("due_day 写 1 至 31；年报另写 due_month，月报不写", code, "due_day")
    return ReportTerms(
        code=code,
        title=str(given["title"]),
        period=period,
        due_month=month,
        due_day=day,
        remind_days=int(given["remind_days"]),
        required=given["required"] is True,
        tables=tuple(map(str, given["tables"])),
        law=str(given["law"]),
        article=str(given["article"]),
        quote=str(given["quote"]),
        verified=given["verified"] is True,
        note=str(given["note"]),
    )


def _source(file: PackFile, code: str, given: Mapping[str, Any]) -> Source:
    file.known_keys(given, _SOURCE, code)
    _demand(file, given, ("title", "kinds"), code)
    carries = {fact: tuple(map(str, kinds)) for fact, kinds in given.get("carries", {}).items()}
    kinds = tuple(map(str, given["kinds"]))
    gravity, first = str(given.get("gravity", "")), given.get("first") is True
    return Source(code, str(given["title"]), kinds, first, carries, gravity)


def _table(file: PackFile, code: str) -> TableForm:
    file.known_keys(file.data, _TABLE)
    _demand(file, file.data, ("title", "unit", "note", "column", *_CITED))
    unit = str(file.data["unit"])
    columns = tuple(_column(file, nth, given, unit) for nth, given in enumerate(file.data["column"]))
    balances = tuple(
        Balance(str(one["title"]), tuple(one["left"]), tuple(one["right"]))
        for one in file.data.get("balance", ())
    )
    told = {name: str(file.data[name]) for name in ("title", "law", "article", "note")}
    return TableForm(
        code=code, columns=columns, balances=balances, verified=file.data["verified"] is True, **told
    )


def _column(file: PackFile, nth: int, given: Mapping[str, Any], unit: str) -> Column:
    file.known_keys(given, _COLUMN, "column", nth)
    _demand(file, given, ("code", "title"), "column", nth)
    formulas = [one for one in _FORMULAS if one in given]
    if len(formulas) != 1:
        raise file.fault(f"每一列写 {'、'.join(_FORMULAS)} 中的一个", "column", nth)
    (formula,) = formulas
    counted = formula in {"count", "sum"}
    of = (
        given.get("of", ()) if formula == "sum" else (() if counted or formula == "typed" else given[formula])
    )
    if (formula == "sum" and not of) or (formula == "share" and len(of) != 2):
        raise file.fault("sum 要写 of（加哪些金额），share 要写两列（分子、分母）", "column", nth)
    return Column(
        code=str(given["code"]),
        title=str(given["title"]),
        group=str(given.get("group", "")),
        formula=formula,
        source=str(given[formula]) if counted else "",
        where={name: tuple(map(str, values)) for name, values in given.get("where", {}).items()},
        of=tuple(map(str, of)),
        unit=str(given.get("unit", unit)),
        decimals=int(given.get("decimals", 0)),
    )


def _check_table(file: PackFile, form: TableForm, sources: Mapping[str, Source]) -> None:
    codes: set[str] = set()
    for nth, one in enumerate(form.columns):
        if one.code in codes:
            raise file.fault(f"列 {one.code} 写了两次", "column", nth)
        if one.source and one.source not in sources:
            raise file.fault(f"没有来源 {one.source}，请在 statistics/sources.toml 里写出", "column", nth)
        if CLASS in one.where and not sources[one.source].gravity:
            raise file.fault(f"来源 {one.source} 没有写 gravity，不能按最重的种类归类", "column", nth)
        if not one.source and (lost := [name for name in one.of if name not in codes]):
            raise file.fault(f"列 {lost[0]} 不在它前面", "column", nth)
        codes.add(one.code)
    for nth, balance in enumerate(form.balances):
        if lost := [name for name in (*balance.left, *balance.right) if name not in codes]:
            raise file.fault(f"没有列 {lost[0]}", "balance", nth)


def _severities(file: PackFile) -> dict[str, Severity]:
    found = {}
    for nth, given in enumerate(file.data.get("gravity", ())):
        file.known_keys(given, ("code", "title", "kinds", *_CITED), "gravity", nth)
        _demand(file, given, ("code", "title", "kinds", *_CITED), "gravity", nth)
        kinds = tuple(map(str, given["kinds"]))
        if len(set(kinds)) != len(kinds):
            raise file.fault("一种处罚在排序里只能写一次", "gravity", nth)
        found[str(given["code"])] = Severity(
            str(given["code"]),
            str(given["title"]),
            kinds,
            str(given["law"]),
            str(given["article"]),
            given["verified"] is True,
        )
    return found


def _rules(file: PackFile) -> tuple[CountingRule, ...]:
    found = []
    for nth, given in enumerate(file.data.get("rule", ())):
        file.known_keys(given, ("code", "text", *_CITED), "rule", nth)
        _demand(file, given, ("code", "text", *_CITED), "rule", nth)
        found.append(
            CountingRule(
                str(given["text"]), str(given["law"]), str(given["article"]), given["verified"] is True
            )
        )
    return tuple(found)


def _order(file: PackFile, severities: Mapping[str, Severity], before: str) -> str:
    order = str(file.data.get("order", before))
    if order not in severities:
        raise file.fault(f"没有排序 {order}，可选 {'、'.join(severities)}", "order")
    return order


def _demand(file: PackFile, given: Mapping[str, Any], names: Any, *where: str | int) -> None:
    if missing := [name for name in names if name not in given]:
        raise file.fault(f"缺少 {'、'.join(missing)}", *where)
