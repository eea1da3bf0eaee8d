"""Published lists (免罚 to 从重, 不予强制) as tables, and which of their lines a case meets; no case is stored here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from mingjing.lawengine.benchmark import Circumstance, Option
from mingjing.lawengine.condition import Condition, context_of
from mingjing.lawengine.vocabulary import Field, FieldType
from mingjing.packs.conditions import Vocabulary, compile_condition
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile, nearest
from mingjing.packs.vocabulary import one_of, text

FOLDER: Final = "lists"
ANY_VIOLATION: Final = "*"
EFFECTS: Final[Mapping[str, str]] = {
    "exempt": "免予处罚",
    "lighter": "从轻处罚",
    "mitigated": "减轻处罚",
    "heavier": "从重处罚",
    "no_coercion": "不予实施行政强制措施",
}
Answer = Literal["matched", "not_matched", "unknown"]

_HEAD: Final = (
    *("title", "issuer", "number", "version", "effect", "in_force", "until", "source", "verified"),
    *("note", "item", "field"),
)
_ITEM: Final = ("code", "violation", "also", "basis", "conditions", "when", "effect", "remark", "question")
_QUESTION: Final = ("code", "title", "type", "unit", "options", "fact")
# How conditions see an answer of each type, as a field of the vocabulary.
_ANSWERS: Final[Mapping[str, FieldType]] = {
    "bool": "bool",
    "choice": "choice",
    "number": "decimal",
    "money": "money",
}
_IGNORED: Final = str.maketrans("", "", " 　，,。；;、：:（）()《》“”\"'")
_SHORTEST: Final = 4  # a shorter name is part of too many others


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of a list: for which violations, on which conditions, with what effect."""

    code: str
    violation: str
    also: tuple[str, ...]  # other names of the same violation
    basis: str
    conditions: tuple[str, ...]
    effect: str
    when: Condition | None
    questions: tuple[Circumstance, ...] = ()
    remark: str = ""

    def speaks_of(self, violation: str) -> bool:
        """Say whether the line is about this violation, by any of its names."""
        if self.violation == ANY_VIOLATION:
            return True
        return any(same_violation(name, violation) for name in (self.violation, *self.also))


@dataclass(frozen=True, slots=True)
class NormList:
    """One list as its issuer published it. `verified` is False where the text itself could not be seen."""

    code: str
    title: str
    issuer: str
    number: str
    in_force: date
    until: date | None
    source: str
    verified: bool
    note: str
    field: str  # the field of enforcement it is for; "" for all
    items: tuple[ListItem, ...]
    scope: str = ""
    version: str = ""

    def in_force_on(self, day: date) -> bool:
        """Say whether the list binds on the day."""
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Hit:
    """What one line of a list says of a case; `missing` are the facts and answers that it still needs."""

    table: NormList
    item: ListItem
    answer: Answer
    missing: tuple[str, ...] = ()


def hits(
    lists: Iterable[NormList], violation: str, facts: Mapping[str, object], day: date
) -> tuple[Hit, ...]:
    """Hold a case against every line that speaks of its violation and binds on the day.

    `facts` are those of the case and the answers to the questions of the lines, figures as Decimal. What a condition
    needs and nobody has stated makes the line unknown, never matched.
    """
    context = context_of(lambda name: _readable(facts.get(name)))
    return tuple(
        Hit(table, item, *_judged(item, facts, context))
        for table in lists
        if table.in_force_on(day)
        for item in table.items
        if item.speaks_of(violation)
    )


def _judged(item: ListItem, facts: Mapping[str, object], context: Any) -> tuple[Answer, tuple[str, ...]]:
    if item.when is None:
        return "unknown", ()  # its conditions are words only: a person has to say whether they are met
    holds = item.when.holds(context)
    if holds is None:
        return "unknown", tuple(sorted(item.when.names - facts.keys()))
    return ("matched" if holds else "not_matched"), ()


def _readable(value: object) -> object:
    # CEL has doubles only; conditions compare, they do not add up sums.
    return float(value) if isinstance(value, Decimal) else value


def questions_of(lists: Iterable[NormList], violation: str, day: date) -> tuple[Circumstance, ...]:
    """Give what the lines on this violation ask, each question once."""
    asked = {
        question.key: question
        for table in lists
        if table.in_force_on(day)
        for item in table.items
        if item.speaks_of(violation)
        for question in item.questions
    }
    return tuple(asked.values())


def plain_violation(text: str) -> str:
    """Give a violation without what differs between two ways of writing it."""
    return text.translate(_IGNORED).removeprefix("涉嫌").removesuffix("案")


def same_violation(name: str, other: str) -> bool:
    """Say whether two names mean one violation: one holds the other, and the shorter is long enough to tell."""
    shorter, longer = sorted((plain_violation(name), plain_violation(other)), key=len)
    return len(shorter) >= _SHORTEST and shorter in longer


# --- reading --------------------------------------------------------------------------------------


def lists_of(region: str, field: str, agency: str) -> tuple[NormList, ...]:
    """Give the lists of the packs that bind an agency, the nearest first: its own before its county's."""
    scopes = scopes_of(region, field, agency)
    found = [table for scope in reversed(scopes) for table in _by_scope().get(scope, ())]
    return tuple(table for table in found if table.field in ("", field))


@cache
def _by_scope() -> Mapping[str, tuple[NormList, ...]]:
    read: dict[str, tuple[NormList, ...]] = {}
    for table in read_lists(library()):
        read[table.scope] = (*read.get(table.scope, ()), table)
    return read


def read_lists(found: Library) -> tuple[NormList, ...]:
    """Read every list of a library. Raises PackError naming file, line and mend."""
    words = Vocabulary(found.fields, found.kinds)
    return tuple(replace(read_list(file, words), scope=scope) for scope, file in _files(found))


def check_lists(found: Library) -> list[str]:
    """Give a Chinese line for every faulty list of the packs, for the check of packs."""
    words, lines = Vocabulary(found.fields, found.kinds), list[str]()
    for _, file in _files(found):
        try:
            read_list(file, words)
        except PackError as fault:
            lines.append(str(fault))
    return [*lines, *_named_alike(found)]


def _named_alike(found: Library) -> Iterator[str]:
    """Say which lists of one code bind an agency together: published, each would stand in the place of the other."""
    scopes: dict[str, list[str]] = {}
    for scope, file in _files(found):
        code = _code(file)
        for other in scopes.setdefault(code, []):
            if _meet(scope, other):
                yield str(file.fault(f"清单“{code}”与 {other}/{FOLDER} 中的同名，请把文件改成另外的名字"))
        scopes[code].append(scope)


def _meet(one: str, other: str) -> bool:
    """Say whether some agency is bound by the packs of both scopes."""
    fields = [scope.startswith("field/") for scope in (one, other)]
    if "cn" in (one, other) or any(fields):
        return not all(fields)
    one, other = (scope.removeprefix("agency/") for scope in (one, other))
    return one.startswith(other) or other.startswith(one)


def _code(file: PackFile) -> str:
    return file.name.rsplit("/", 1)[-1].removesuffix(".toml")


def _files(found: Library) -> Iterator[tuple[str, PackFile]]:
    for scope, pack in found.packs.items():
        yield from ((scope, file) for file in pack.files if file.name.split("/")[-2] == FOLDER)


def read_list(file: PackFile, words: Vocabulary) -> NormList:
    """Read one list, of a pack or (as a PackFile without text) of the database. Raises PackError."""
    data = file.data
    file.known_keys(data, _HEAD)
    in_force, until = _day(data.get("in_force")), _day(data.get("until"))
    if in_force is None:
        raise file.fault("缺少 in_force = 施行日期，写成 2026-01-01 的样子", "in_force")
    if data.get("until") and until is None:
        raise file.fault("until 写失效日期，写成 2026-01-01 的样子", "until")
    rows = data.get("item")
    if not isinstance(rows, list) or not rows:
        raise file.fault("清单至少一项：[[item]]", "item")
    items = tuple(_item(file, row, number, words) for number, row in enumerate(rows))
    codes = [item.code for item in items]
    if twice := next((number for number, code in enumerate(codes) if code in codes[:number]), None):
        raise file.fault(f"编号“{codes[twice]}”重复", "item", twice, "code")
    return NormList(
        code=_code(file),
        title=text(file, data, "title"),
        issuer=text(file, data, "issuer"),
        number=str(data.get("number", "")),
        in_force=in_force,
        until=until,
        source=text(file, data, "source"),
        verified=data.get("verified", True) is not False,
        note=str(data.get("note", "")),
        field=str(data.get("field", "")),
        version=str(data.get("version", "")),
        items=items,
    )


def _day(raw: object) -> date | None:
    # A table kept in the database has its days as text.
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


def _item(file: PackFile, row: Any, number: int, words: Vocabulary) -> ListItem:
    if not isinstance(row, dict):
        raise file.fault("每一项写作 [[item]]", "item", number)
    file.known_keys(row, _ITEM, "item", number)
    where = ("item", number)
    asked = row.get("question", ())
    if not isinstance(asked, list | tuple) or not all(isinstance(one, dict) for one in asked):
        raise file.fault("每个问题写作 [[item.question]]", *where, "question")
    before = sum(len(one.get("question", ())) for one in file.data["item"][:number])
    questions = tuple(_question(file, one, before + at, words) for at, one in enumerate(asked))
    names = Vocabulary({**words.fields, **{one.key: _as_field(one) for one in questions}}, words.kinds)
    source = row.get("when")
    when = None
    if source is not None:
        when = compile_condition(str(source), {}, names, lambda message: file.fault(message, *where, "when"))
    effect = {"effect": row.get("effect", file.data.get("effect"))}
    return ListItem(
        code=text(file, row, "code", *where),
        violation=text(file, row, "violation", *where),
        also=_texts(file, row, "also", number),
        basis=text(file, row, "basis", *where),
        conditions=_texts(file, row, "conditions", number),
        effect=one_of(file, effect, "effect", tuple(EFFECTS), *where),
        when=when,
        questions=questions,
        remark=str(row.get("remark", "")),
    )


def _question(file: PackFile, row: Any, number: int, words: Vocabulary) -> Circumstance:
    where = (
        "item.question",
        number,
    )  # a question stands after the keys of its line, under a header of its own
    file.known_keys(row, _QUESTION, *where)
    code = text(file, row, "code", *where)
    if code in words.names:
        raise file.fault(f"“{code}”已经是字段，不必再问；条件里直接用它", *where, "code")
    kind = one_of(file, row, "type", tuple(_ANSWERS), *where)
    given = row.get("options", ())
    if not isinstance(given, list | tuple) or not all(
        isinstance(one, list | tuple) and len(one) == 2 for one in given
    ):
        raise file.fault(f"“{code}”的 options 写成 [[代码, 名称], …]", *where, "options")
    options = tuple(Option(str(one), str(label)) for one, label in given)
    if kind == "choice" and not options:
        raise file.fault(f"选择“{code}”缺少 options = [[代码, 名称], …]", *where, "options")
    fact = str(row.get("fact", ""))
    if fact and fact not in words.fields:
        raise file.fault(f"“{fact}”不是字段{nearest(fact, words.fields)}", *where, "fact")
    question = text(file, row, "title", *where)
    return Circumstance(code, question, kind, options, str(row.get("unit", "")), fact)


def _as_field(question: Circumstance) -> Field:
    options = tuple((one.code, one.title) for one in question.options)
    return Field(question.key, question.question, _ANSWERS[question.type], options=options)


def _texts(file: PackFile, row: Mapping[str, Any], key: str, number: int) -> tuple[str, ...]:
    given: Sequence[Any] = row.get(key, ())
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) and one for one in given):
        raise file.fault(f"“{key}”写成文字的列表", "item", number, key)
    return tuple(given)
