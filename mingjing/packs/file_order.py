"""In which order a case file is bound, as a pack lists it: volumes, groups, what each takes; no case is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mingjing.lawengine.model import ActRecord, Law
from mingjing.lawengine.terms import ActRef
from mingjing.lawengine.vocabulary import ActKind
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.load import Library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.procedures import procedures_in
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.terms import TermsReader
from mingjing.packs.vocabulary import STAGES, some_of, text

FILE: Final = "file_order.toml"
_KEYS: Final = ("title", "procedures", "quote", "source", "part")
_GROUP_KEYS: Final = ("title", "acts", "stages", "evidence", "rest")


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of a volume and what comes under it, in the order of time."""

    title: str
    acts: tuple[ActRef, ...] = ()
    stages: tuple[str, ...] = ()
    evidence: bool = False
    rest: bool = False

    def names(self, act: ActRecord, *, exactly: bool = False) -> bool:
        """Say whether the group names this act itself; `exactly`: by what it states, not by its kind alone."""
        found = (ref for ref in self.acts if ref.kind == act.kind and ref.matches(act.facts))
        return any(bool(ref.field) or not exactly for ref in found)


@dataclass(frozen=True, slots=True)
class FilePart:
    """One volume of a case file: 正卷, 副卷, or the only one."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class FileOrder:
    """How files of some procedures are bound, and where that is written."""

    name: str
    title: str
    procedures: tuple[str, ...]  # empty: all
    quote: str
    cite: str
    parts: tuple[FilePart, ...]

    def place_of(self, act: ActRecord, kind: ActKind) -> tuple[int, int]:
        """Give volume and group of an act: the first group that names it, else its stage, else what takes the rest."""
        places = [(p, g, group) for p, part in enumerate(self.parts) for g, group in enumerate(part.groups)]
        tests: tuple[Callable[[Group], bool], ...] = (
            lambda group: group.names(act, exactly=True),
            lambda group: group.names(act),
            lambda group: kind.stage in group.stages,
            lambda group: group.rest,
        )
        for fits in tests:
            for p, g, group in places:
                if fits(group):
                    return p, g
        raise LookupError(f"{self.name}: {act.kind}")  # `read` has seen to it that some group takes the rest

    @property
    def evidence_place(self) -> tuple[int, int]:
        """Give volume and group of the evidence."""
        return next(
            (p, g)
            for p, part in enumerate(self.parts)
            for g, group in enumerate(part.groups)
            if group.evidence
        )


def file_order(library: Library, law: Law, procedure: str) -> FileOrder:
    """Give the order that binds files of this procedure: the narrowest pack that says one."""
    orders = file_orders(library)
    for scope in reversed(scopes_of(law.region, law.field, law.agency)):
        fitting = [one for one in orders.get(scope, ()) if not one.procedures or procedure in one.procedures]
        if fitting:
            return max(fitting, key=lambda one: bool(one.procedures))
    raise LookupError(procedure)


def file_orders(library: Library) -> Mapping[str, tuple[FileOrder, ...]]:
    """Give every order by the scope of its pack. Raises PackError for a faulty file."""
    words = Vocabulary(library.fields, library.kinds)
    return {
        scope: tuple(read(file, words, library) for file in pack.files if file.name.endswith(f"/{FILE}"))
        for scope, pack in library.packs.items()
    }


def check_file_orders(library: Library) -> list[str]:
    """Say in Chinese what is wrong with the orders; an empty list is a clean bill."""
    try:
        file_orders(library)
    except PackError as fault:
        return [str(fault)]
    return []


def read(file: PackFile, words: Vocabulary, library: Library) -> FileOrder:
    """Read one order. Raises PackError, naming file and line."""
    data = file.data
    file.known_keys(data, _KEYS)
    source = data.get("source", {})
    file.known_keys(source, ("law", "article", "verified", "note"), "source")
    parts = data.get("part")
    if not isinstance(parts, list) or not parts:
        raise file.fault("至少要有一卷：[[part]]", "part")
    order = FileOrder(
        name=file.name,
        title=text(file, data, "title"),
        procedures=procedures_in(file, data, library.procedures) or (),
        quote=text(file, data, "quote"),
        cite=f"《{text(file, source, 'law', 'source')}》{text(file, source, 'article', 'source')}",
        parts=tuple(_part(file, number, table, words) for number, table in enumerate(parts)),
    )
    groups = [group for part in order.parts for group in part.groups]
    if not any(group.rest for group in groups) or not any(group.evidence for group in groups):
        raise file.fault("要有一组写 rest = true（收其余各件），一组写 evidence = true（收证据材料）", "part")
    return order


def _part(file: PackFile, number: int, table: Mapping[str, Any], words: Vocabulary) -> FilePart:
    file.known_keys(table, ("title", "group"), "part", number)
    groups = table.get("group")
    if not isinstance(groups, list) or not groups:
        raise file.fault("每卷至少要有一组：[[part.group]]", "part", number)
    return FilePart(
        text(file, table, "title", "part", number), tuple(_group(file, one, words) for one in groups)
    )


def _group(file: PackFile, table: Mapping[str, Any], words: Vocabulary) -> Group:
    file.known_keys(table, _GROUP_KEYS, "part")
    reader = TermsReader(words, lambda message: file.fault(message, "part"), ())
    for flag in ("evidence", "rest"):
        if not isinstance(table.get(flag, False), bool):
            raise file.fault(f"{flag} 只能是 true 或 false", "part")
    return Group(
        title=text(file, table, "title", "part"),
        acts=reader.acts_in(table["acts"], "acts") if "acts" in table else (),
        stages=some_of(file, table, "stages", tuple(STAGES)) if "stages" in table else (),
        evidence=table.get("evidence", False),
        rest=table.get("rest", False),
    )
