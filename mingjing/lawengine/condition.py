"""Conditions in CEL, compiled once; a condition that cannot be evaluated is unknown, never false."""

import re
from collections.abc import Callable, Mapping, Set
from typing import Final

import cel

from mingjing.lawengine.shortcut import shortcut

# Names bound inside list macros, as `a` in `arguments.all(a, a.x == 1)`; cel counts them among the variables.
_BOUND: Final = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*(\w+)\s*,")

Context = cel.Context


def context_of(lookup: Callable[[str], object], tables: Mapping[str, object] | None = None) -> Context:
    """Give a context that reads every variable by `lookup` when it is needed; None means there is no such fact.

    `tables` are put in at once: a list of rows would else be translated anew for each row a condition looks at.

    Reading on demand costs 0.7 µs a condition and nothing when facts change; filling a context with the 200 names of
    a case costs 16 µs after each change (bench/cel.py).
    """
    context = cel.Context()
    context.set_variable_resolver(lookup)
    if tables:
        context.update(dict(tables))
    return context


class Condition:
    """One compiled condition. Raises ValueError on faulty syntax."""

    __slots__ = ("_program", "names", "plain", "source", "tables")

    def __init__(self, source: str, tables: Set[str] = frozenset()) -> None:
        """Compile. `tables` are the fields whose value is a list of rows."""
        self._program = cel.compile(source)
        self.source = source
        self.names = frozenset(self._program.variables()) - frozenset(_BOUND.findall(source))
        self.tables = self.names & tables
        self.plain = shortcut(
            source
        )  # five times as fast as the machine, for the two conditions in three it knows

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def holds(self, context: Context) -> bool | None:
        """Say whether the condition holds; None when a fact it needs is unknown or is of another type."""
        try:
            value = self._program.execute(context)
        except (RuntimeError, TypeError, ValueError, KeyError):  # KeyError: a row without that column
            return None
        return value if isinstance(value, bool) else None

    def fault(self, context: Context) -> str:
        """Say what is wrong with the condition where every fact is known, or nothing. For the loader of packs."""
        try:
            value = self._program.execute(context)
        except (RuntimeError, TypeError, ValueError, KeyError) as error:
            return str(error).splitlines()[0]
        return "" if isinstance(value, bool) else "the condition gives no yes or no"
