"""Notices of governments clause by clause, and what each became: a rule, a page, a command or a later issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mingjing.packs.load import Library
from mingjing.packs.source import PackFile, nearest
from mingjing.packs.vocabulary import text

FOLDER: Final = "notices"
_KEYS: Final = ("title", "issuer", "number", "date", "field", "note", "clause")
_CLAUSE_KEYS: Final = ("no", "words", "rules", "pages", "commands", "issues", "none")
# A page by the name of its address, as law-chart, or portal:guides for the public side.
_PAGE: Final = re.compile(r"(?:portal:)?[a-z]+(?:-[a-z]+)*")
_COMMAND: Final = re.compile(r"mingjing [a-z]+(?: [a-z-]+)?")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in a few words of our own, and by what the product does it.

    `issues` are later pieces of work; `none` says why a clause asks nothing of the product.
    """

    no: str
    words: str
    rules: tuple[str, ...]
    pages: tuple[str, ...]
    commands: tuple[str, ...]
    issues: tuple[int, ...]
    none: str

    @property
    def done(self) -> bool:
        """Whether something of today answers the clause."""
        return bool(self.rules or self.pages or self.commands)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of one scope; `field` is the field of enforcement it binds, empty for all."""

    scope: str
    name: str
    title: str
    issuer: str
    number: str
    date: date
    field: str
    note: str
    clauses: tuple[Clause, ...]


def read_notices(library: Library) -> tuple[Notice, ...]:
    """Give every notice of every pack. Raises PackError for an unanswered clause or one naming an unknown rule."""
    known = frozenset(rule.id for rule in library.rules)
    return tuple(
        _notice(file, scope, known)
        for scope, pack in library.packs.items()
        for file in pack.files
        if file.name.split("/")[-2] == FOLDER
    )


def notices_of(notices: tuple[Notice, ...], rule: str) -> tuple[tuple[Notice, Clause], ...]:
    """Give the clauses that a rule answers, with their notices."""
    return tuple((notice, clause) for notice in notices for clause in notice.clauses if rule in clause.rules)


def _notice(file: PackFile, scope: str, known: frozenset[str]) -> Notice:
    data = file.data
    file.known_keys(data, _KEYS)
    issued = data.get("date")
    if not isinstance(issued, date) or isinstance(issued, datetime):
        raise file.fault("“date”要写成通知的日期，如 2022-11-04", "date")
    clauses = tuple(_clause(file, table, known, at) for at, table in enumerate(data.get("clause", ())))
    if not clauses:
        raise file.fault("至少要有一个 [[clause]]", "clause")
    numbers = [clause.no for clause in clauses]
    if twice := next((no for at, no in enumerate(numbers) if no in numbers[:at]), None):
        raise file.fault(f"条款“{twice}”写了两次", "clause", numbers.index(twice))
    return Notice(
        scope=scope,
        name=file.name.rsplit("/", 1)[-1].removesuffix(".toml"),
        title=text(file, data, "title"),
        issuer=text(file, data, "issuer"),
        number=str(data.get("number", "")),
        date=issued,
        field=str(data.get("field", "")),
        note=str(data.get("note", "")),
        clauses=clauses,
    )


def _clause(file: PackFile, table: Mapping[str, Any], known: frozenset[str], at: int) -> Clause:
    where = ("clause", at)
    file.known_keys(table, _CLAUSE_KEYS, *where)
    clause = Clause(
        no=text(file, table, "no", *where),
        words=text(file, table, "words", *where),
        rules=tuple(table.get("rules", ())),
        pages=tuple(table.get("pages", ())),
        commands=tuple(table.get("commands", ())),
        issues=tuple(table.get("issues", ())),
        none=str(table.get("none", "")),
    )
    for rule in clause.rules:
        if rule not in known:
            raise file.fault(f"规则“{rule}”不存在{nearest(rule, known)}", *where, "rules")
    for key, names, form in (("pages", clause.pages, _PAGE), ("commands", clause.commands, _COMMAND)):
        for name in names:
            if form.fullmatch(str(name)) is None:
                raise file.fault(f"“{key}”里的“{name}”写法不对", *where, key)
    if any(not isinstance(issue, int) for issue in clause.issues):
        raise file.fault("issues 是整数的列表", *where, "issues")
    if not (clause.done or clause.issues or clause.none):
        raise file.fault(
            "条款没有着落：写 rules、pages、commands、issues 之一；不产生系统要求的写 none = 原因", *where
        )
    return clause
