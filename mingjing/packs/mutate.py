"""The mutation check: each rule is spoilt in every small way a slip could spoil it, and some example must notice."""

import copy
import multiprocessing
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from mingjing.lawengine.model import Rule
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.examples import Bench
from mingjing.packs.load import Library
from mingjing.packs.rules import RuleReader
from mingjing.packs.source import PackError, PackFile

ENOUGH: Final = 0.85

# An operator becomes its neighbour: the slip that shifts a boundary by one or turns a condition round.
_SWAPS: Final = (
    (r"<=", "<"), (r">=", ">"), (r"(?<![<>=!])<(?!=)", "<="), (r"(?<![<>=!])>(?!=)", ">="), (r"==", "!="),
    (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"), (r"!(?=[\w(])", ""), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
)  # fmt: skip
_UNITS: Final[Mapping[str, str]] = {
    "calendar_days": "working_days",
    "working_days": "calendar_days",
    "hours": "working_days",
    "months": "calendar_days",
    "years": "months",
}
_LISTS: Final = (
    "needs", "forbids", "facts", "true", "apart_from", "apart_from_people", "from", "dropped_by", "unless", "pauses",
    "extensions", "media", "columns", "any", "all", "legal_kinds",
)  # fmt: skip
_BOUNDS: Final[Mapping[str, str]] = {
    "at_most": "below",
    "below": "at_most",
    "at_least": "above",
    "above": "at_least",
}

Path = tuple[str | int, ...]
Mutant = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A spoilt rule that no example noticed."""

    rule: Rule
    change: str


@dataclass(frozen=True)
class Score:
    """How many spoilt rules the examples notice."""

    mutants: int
    survivors: tuple[Survivor, ...]

    @property
    def share(self) -> float:
        return 1 - len(self.survivors) / self.mutants if self.mutants else 1.0

    @property
    def good(self) -> bool:
        return self.share >= ENOUGH


def mutate(library: Library, *, workers: int = 1, rules: Collection[str] | None = None) -> Score:
    """Spoil every rule, or those named, in every way and run its examples on each.

    With several workers the rules are dealt out to processes that inherit the library.
    """
    wanted = [rule for rule in library.rules if rules is None or rule.id in rules]
    spoiler = _Spoiler.of(library)
    if workers < 2 or len(wanted) < 2:
        results = [spoiler.spoil(rule) for rule in wanted]
    else:
        context = multiprocessing.get_context("fork")
        with context.Pool(min(workers, len(wanted)), _begin, (spoiler, wanted)) as pool:
            results = pool.map(_work, range(len(wanted)), chunksize=4)
    survivors = (
        Survivor(rule, change)
        for rule, (_, changes) in zip(wanted, results, strict=True)
        for change in changes
    )
    return Score(sum(mutants for mutants, _ in results), tuple(survivors))


@dataclass(frozen=True)
class _Spoiler:
    """All that is needed to spoil rules of one library."""

    library: Library
    bench: Bench
    words: Vocabulary
    latest: int

    @classmethod
    def of(cls, library: Library) -> "_Spoiler":
        latest = max(pack.released.year for pack in library.packs.values()) + 2
        return cls(library, Bench.of(library), Vocabulary(library.fields, library.kinds), latest)

    def spoil(self, rule: Rule) -> tuple[int, list[str]]:
        """Give how many ways there are to spoil a rule, and those that no example notices."""
        file, survived, mutants = self.library.file(rule.path), [], 0
        for change, data in mutants_of(file.data):
            try:
                spoilt = self._read(rule, PackFile(file.name, file.text, data))
            except PackError:
                continue  # The loader notices it: such a pack never runs, so it is no mutant.
            mutants += 1
            if all(self.bench.run(spoilt, example).good for example in rule.examples):
                survived.append(change)
        return mutants, survived

    def _read(self, rule: Rule, file: PackFile) -> Rule:
        return RuleReader(
            file, self.words, rule.scope, self.latest, self.library.procedures, rule.procedures
        ).read()


_INHERITED: list[tuple[_Spoiler, list[Rule]]] = []  # in a worker: what it was forked for


def _begin(spoiler: _Spoiler, rules: list[Rule]) -> None:
    _INHERITED[:] = [(spoiler, rules)]


def _work(number: int) -> tuple[int, list[str]]:
    spoiler, rules = _INHERITED[0]
    return spoiler.spoil(rules[number])


def mutation_table(score: Score) -> str:
    """Give the score and the survivors, rule by rule, so that an author knows which example to add."""
    killed = score.mutants - len(score.survivors)
    lines = [
        f"变异检验：{score.mutants} 处改动，样例查出 {killed} 处，得分 {score.share:.3f}（要求不低于 {ENOUGH}）"
    ]
    by_rule: dict[str, list[str]] = {}
    for survivor in score.survivors:
        by_rule.setdefault(survivor.rule.path, []).append(survivor.change)
    for path, changes in sorted(by_rule.items()):
        lines += [f"  {path}", *(f"    没有样例发现：{change}" for change in changes)]
    return "\n".join(lines)


def mutants_of(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Give every spoilt copy of a rule file, with what was changed in words."""
    places: list[Path] = [("version", n) for n in range(len(data.get("version", ())))]
    if isinstance(data.get("when"), str):
        yield from _texts(data, ("when",))
        yield _changed(data, ("when",), "when 去掉", lambda parent, key: parent.pop(key))
    if "if_known" in data:
        yield _changed(data, ("if_known",), "if_known 去掉", lambda parent, key: parent.pop(key))
    for place in places:
        version = _at(data, place)
        yield from _dates(data, (*place, "in_force"), version)
        if "when" in version:
            yield from _texts(data, (*place, "when"))
            yield _changed(data, (*place, "when"), "版本的 when 去掉", lambda parent, key: parent.pop(key))
        yield from _walk(data, (*place, "terms"))


def _walk(data: Mapping[str, Any], place: Path) -> Iterator[Mutant]:
    """Spoil everything below a place of the terms."""
    value = _at(data, place)
    key = str(place[-1])
    if isinstance(value, dict):
        for name in value:
            yield from _keys(data, (*place, name))
            yield from _walk(data, (*place, name))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            if len(value) > 1 and key in _LISTS:
                yield _changed(
                    data, (*place, n), f"{key} 去掉 {one}", lambda parent, index: parent.pop(index)
                )
            yield from _walk(data, (*place, n))
    elif isinstance(value, bool):
        yield _set(data, place, not value)
    elif isinstance(value, int | float):
        # A factor moves by a tenth, a rate by a tenth of itself: by one it would become another rule altogether.
        by = round(value * 0.1, 6) if key == "rate" else 0.1
        for step in (1, -1):
            yield _set(data, place, round(value + step * by, 6) if isinstance(value, float) else value + step)
    elif isinstance(value, str):
        yield from _words(data, place, key, value)


def _words(data: Mapping[str, Any], place: Path, key: str, value: str) -> Iterator[Mutant]:
    if key in ("holds", "unless") and re.search(r"\W", value):
        yield from _texts(data, place)
    elif key == "unit":
        yield _set(data, place, _UNITS.get(value, value))
    elif key == "bound" and value != "within":
        yield _set(data, place, "within")
    elif "|" in value:
        for part in value.split("|"):
            yield _set(data, place, "|".join(one for one in value.split("|") if one != part))
    elif "[" in value:
        yield _set(data, place, value.partition("[")[0])
    elif re.fullmatch(r"\d+(\.\d+)?", value):
        yield _set(data, place, str(float(value) + 1).removesuffix(".0"))


def _keys(data: Mapping[str, Any], place: Path) -> Iterator[Mutant]:
    """Spoil a key: a bound that includes its figure becomes one that does not; an optional part is left out."""
    key = str(place[-1])
    if key in _BOUNDS:

        def rename(parent: Any, name: Any) -> None:
            parent[_BOUNDS[name]] = parent.pop(name)

        yield _changed(data, place, f"{key} 改为 {_BOUNDS[key]}", rename)
    if key in ("unless", "pauses", "extensions", "dropped_by", "roll", "occurrence", "cap_times", "days"):
        yield _changed(data, place, f"去掉 {key}", lambda parent, name: parent.pop(name))


def _texts(data: Mapping[str, Any], place: Path) -> Iterator[Mutant]:
    """Spoil a condition: one operator or one number at a time, outside quotes."""
    source = _at(data, place)
    quoted = [found.span() for found in re.finditer(r"'[^']*'|\"[^\"]*\"", source)]

    def outside(at: int) -> bool:
        return not any(a <= at < b for a, b in quoted)

    for pattern, other in _SWAPS:
        for found in re.finditer(pattern, source):
            if outside(found.start()):
                yield _set(data, place, source[: found.start()] + other + source[found.end() :])
    for found in re.finditer(r"(?<![\w.])\d+(?:\.\d+)?", source):
        if outside(found.start()):
            number = found[0]
            more = f"{float(number) + 0.1:.6g}" if "." in number else str(int(number) + 1)
            yield _set(data, place, source[: found.start()] + more + source[found.end() :])


def _dates(data: Mapping[str, Any], place: Path, version: Mapping[str, Any]) -> Iterator[Mutant]:
    given = version.get("in_force")
    # The first text of a rule counts from its day as much as a later one does.
    if isinstance(given, date):
        for step in (1, -1):
            yield _set(data, place, given + timedelta(days=step))


def _set(data: Mapping[str, Any], place: Path, value: Any) -> Mutant:
    def put(parent: Any, key: Any) -> None:
        parent[key] = value

    return _changed(data, place, f"{'.'.join(map(str, place))}：{_difference(_at(data, place), value)}", put)


def _difference(old: object, new: object) -> str:
    """Show a change with a little of what stands around it: a condition may be long."""
    before, after = str(old), str(new)
    pairs = enumerate(zip(before, after, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(before), len(after)))
    start, end = max(0, same - 24), same + 24
    return (
        f"…{before[start:end]}… 改为 …{after[start:end]}…" if len(before) > 60 else f"{before} 改为 {after}"
    )


def _changed(
    data: Mapping[str, Any], place: Path, change: str, spoil: Callable[[Any, Any], object]
) -> Mutant:
    spoilt = copy.deepcopy(dict(data))
    spoil(_at(spoilt, place[:-1]), place[-1])
    return change, spoilt


def _at(data: Any, place: Path) -> Any:
    for key in place:
        data = data[key]
    return data
