"""The library of law: every pack read and checked at start, and the law of one agency put together from it."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from mingjing.kit.canonical import digest
from mingjing.lawengine.calendar import WorkCalendar, YearTable
from mingjing.lawengine.model import Law, Rule
from mingjing.lawengine.vocabulary import ActKind, Field, Form, Procedure
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.overlay import combine, objection, scopes_of
from mingjing.packs.places import placed
from mingjing.packs.procedures import Area, check_uses, lend, read_area, read_procedure
from mingjing.packs.rules import RuleReader
from mingjing.packs.source import PackError, PackFile, nearest
from mingjing.packs.vocabulary import read_act, read_fields, read_form, text

NATIONAL: Final = "cn"
_NOT_RULES: Final = frozenset(
    ["acts", "forms", "calendar", "files", "procedures", "benchmarks", "lists", "laws", "notices"]
)
_NEVER_RULES: Final = frozenset(
    [
        *("area.toml", "fields.toml", "pack.toml", "conflicts.toml", "people.toml", "party.toml"),
        *("catalogues.toml", "ages.toml", "names.toml"),
    ]
)
_MARKS: Final = frozenset({"acts", "severity", "example"})
_T = TypeVar("_T")

__all__ = ["Library", "Pack", "PackError", "library", "load_library"]


@dataclass(frozen=True, slots=True)
class Pack:
    """One scope of the library: the nation, a region, a field of enforcement or an agency."""

    scope: str
    title: str
    version: str
    released: date
    note: str
    files: tuple[PackFile, ...]


@dataclass(frozen=True)
class Library:
    """All packs, checked. `law` gives what binds one agency; the same arguments give the same object."""

    packs: Mapping[str, Pack]
    fields: Mapping[str, Field]
    kinds: Mapping[str, ActKind]
    forms: Mapping[str, Form]  # of the widest scope that has one of the name; `law` gives an agency its own
    rules: tuple[Rule, ...]
    calendar: WorkCalendar
    procedures: Mapping[str, Procedure]
    local_forms: Mapping[str, Mapping[str, Form]]  # scope -> its forms by name
    areas: Mapping[str, Area]
    _laws: dict[tuple[str, str, str], Law] = field(default_factory=dict, repr=False, compare=False)

    def law(self, *, region: str, field: str, agency: str = "") -> Law:
        """Give the law of an agency: national rules, then region, field and agency packs, each over the last."""
        key = (region, field, agency)
        if key not in self._laws:
            scopes = tuple(scope for scope in scopes_of(*key) if scope in self.packs)
            self._laws[key] = Law(
                rules=combine(rule for scope in scopes for rule in self.rules if rule.scope == scope),
                kinds=self.kinds,
                fields=self.fields,
                forms=dict(self.forms) | self._forms_over(scopes),
                calendar=self.calendar,
                procedures=self.procedures,
                digest=digest(
                    {file.name: file.digest for scope in scopes for file in self.packs[scope].files}
                ),
                region=region,
                field=field,
                agency=agency,
            )
        return self._laws[key]

    def _forms_over(self, scopes: Iterable[str]) -> dict[str, Form]:
        """Give the forms of these scopes, the widest first, each over the last; wider editions serve earlier days."""
        forms: dict[str, Form] = {}
        for scope in scopes:
            forms |= {name: form.over(forms.get(name)) for name, form in self.local_forms[scope].items()}
        return forms

    def file(self, name: str) -> PackFile:
        """Give a file of the library by its name, for showing a rule as it is written."""
        return next(file for pack in self.packs.values() for file in pack.files if file.name == name)


@cache
def library() -> Library:
    """Give the library of this process: MINGJING_LAWPACKS, else `lawpacks` beside the program. Read once."""
    beside = Path(__file__).resolve().parents[2] / "lawpacks"
    return load_library(Path(os.environ.get("MINGJING_LAWPACKS") or beside))


def load_library(root: Path) -> Library:
    """Read and check every pack below the folder.

    Raises PackError naming file, line and mend; its `more` holds the first fault of every other faulty file.
    """
    packs = {scope: _pack(root, scope) for scope in _scopes(root)}
    if NATIONAL not in packs:
        raise PackError(
            str(root), 1, "没有找到国家法律包 cn/pack.toml，请检查法律包目录（MINGJING_LAWPACKS）"
        )
    return build(packs)


def build(packs: Mapping[str, Pack]) -> Library:
    """Check packs already read and put the library together. Raises PackError."""
    files = {file.name: (scope, file) for scope, pack in packs.items() for file in pack.files}
    faults: list[PackError] = []
    words, procedures = _words(packs, faults)
    areas = _areas((file for _, file in files.values()), procedures, faults)
    latest = max(pack.released.year for pack in packs.values()) + 1
    readers = (
        RuleReader(file, words, scope, latest, procedures, _speaking(areas, file, scope))
        for scope, file in files.values()
        if _is_rule(file, packs[scope])
    )
    rules = [rule for reader in readers if (rule := _attempt(faults, reader.read))]
    _raise(faults)
    rules = _overriding(rules, {name: file for name, (_, file) in files.items()})
    local_forms = {scope: _forms(pack) for scope, pack in packs.items()}
    return Library(
        packs=packs,
        fields=words.fields,
        kinds=words.kinds,
        forms=dict(chain.from_iterable(forms.items() for forms in _narrowest_first(local_forms))),
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        calendar=WorkCalendar([_calendar(file) for _, file in files.values() if _folder(file) == "calendar"]),
        procedures=procedures,
        local_forms=local_forms,
        areas=areas,
    )


def _words(packs: Mapping[str, Pack], faults: list[PackError]) -> tuple[Vocabulary, dict[str, Procedure]]:
    """Read fields, procedures and kinds of act; without all of them every rule would be faulty."""
    files = [file for pack in packs.values() for file in pack.files]
    _named(packs[NATIONAL], f"{NATIONAL}/fields.toml")
    fields = read_fields(sorted((file for file in files if file.name.endswith("/fields.toml")), key=_depth))
    defining = _procedures(files, faults)
    kinds = _kinds(files, fields, defining, faults)
    lent = lend(
        {code: file for code, (_, file) in defining.items()}, kinds, Vocabulary(fields, kinds), faults.append
    )
    _raise(faults)
    for procedure, file in defining.values():
        _attempt(faults, partial(check_uses, file, procedure, lent))
    _raise(faults)
    ordered = dict(sorted(lent.items(), key=lambda item: (item[1].order, item[0])))
    return Vocabulary(fields, ordered), {code: procedure for code, (procedure, _) in defining.items()}


def _depth(file: PackFile) -> tuple[int, str]:
    return file.name.count("/"), file.name


def _procedures(files: Iterable[PackFile], faults: list[PackError]) -> dict[str, tuple[Procedure, PackFile]]:
    """Read the procedures, in their order."""
    found: dict[str, tuple[Procedure, PackFile]] = {}
    for file in files:
        procedure = _attempt(faults, partial(read_procedure, file)) if _folder(file) == "procedures" else None
        if procedure and procedure.code in found:
            faults.append(
                file.fault(
                    f"程序“{procedure.code}”已在 {found[procedure.code][1].name} 定义，请换一个代码",
                    "procedure",
                )
            )
        elif procedure:
            found[procedure.code] = procedure, file
    _raise(faults)
    return dict(sorted(found.items(), key=lambda item: (item[1][0].order, item[0])))


def _kinds(
    files: Iterable[PackFile],
    fields: Mapping[str, Field],
    procedures: Collection[str],
    faults: list[PackError],
) -> dict[str, ActKind]:
    found: dict[str, ActKind] = {}
    defining: dict[str, PackFile] = {}
    for file in files:
        reading = partial(read_act, file, fields, procedures)
        kind = _attempt(faults, reading) if _folder(file) == "acts" else None
        if kind and kind.kind in found:
            faults.append(file.fault("这种行为已在别处定义；地方包可以新增行为，不能改写", "kind"))
        elif kind:
            found[kind.kind], defining[kind.kind] = kind, file
    _raise(faults)
    words = Vocabulary(fields, found)
    for name, file in defining.items():
        found[name] = _attempt(faults, partial(placed, file, found[name], words)) or found[name]
    _raise(faults)
    return found


def _areas(
    files: Iterable[PackFile], procedures: Collection[str], faults: list[PackError]
) -> dict[str, Area]:
    found: dict[str, Area] = {}
    for file in files:
        area = (
            _attempt(faults, partial(read_area, file, procedures))
            if file.name.endswith("/area.toml")
            else None
        )
        if area and area.name in found:
            faults.append(file.fault(f"领域“{area.name}”已在别的法律包里定义，只写一次", "title"))
        elif area:
            found[area.name] = area
    _raise(faults)
    return found


def _speaking(areas: Mapping[str, Area], file: PackFile, scope: str) -> tuple[str, ...]:
    """Give the procedures that the rules of the file's folder speak in; empty: all."""
    area = areas.get(file.name.removeprefix(f"{scope}/").split("/")[0])
    return area.procedures if area else ()


def _forms(pack: Pack) -> dict[str, Form]:
    """Read the forms of a pack, the newest edition of each with those before it. Raises PackError."""
    found: dict[str, Form] = {}
    files = [file for file in pack.files if _folder(file) == "forms"]
    for form, file in sorted(((read_form(file), file) for file in files), key=lambda one: one[0].edition):
        older = found.get(form.name)
        if older is not None and older.edition == form.edition:
            raise file.fault(f"文书“{form.name}”的这个版本已经有了，请改 edition", "edition")
        found[form.name] = form.over(older)
    return found


def _narrowest_first(local_forms: Mapping[str, Mapping[str, Form]]) -> list[Mapping[str, Form]]:
    """Put the national forms last, so that they prevail where a local pack has one of the same name."""
    return [local_forms[scope] for scope in sorted(local_forms, key=lambda scope: scope == NATIONAL)]


def _scopes(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("pack.toml")):
        yield path.parent.relative_to(root).as_posix()


def _pack(root: Path, scope: str) -> Pack:
    inner = [path.parent for path in (root / scope).rglob("pack.toml") if path.parent != root / scope]
    files = tuple(
        PackFile.read(path, path.relative_to(root).as_posix())
        for path in sorted((root / scope).rglob("*.toml"))
        if not any(folder in path.parents for folder in inner)
    )
    head = next(file for file in files if file.name == f"{scope}/pack.toml")
    head.known_keys(head.data, ("title", "scope", "version", "released", "note"))
    if head.data.get("scope") != scope:
        raise head.fault(f"scope 应当与文件夹一致：{scope}", "scope")
    if not isinstance(head.data.get("released"), date):
        raise head.fault("缺少 released = 发布日期", "released")
    note = str(head.data.get("note", ""))
    return Pack(
        scope,
        text(head, head.data, "title"),
        text(head, head.data, "version"),
        head.data["released"],
        note,
        files,
    )


def _named(pack: Pack, name: str) -> PackFile:
    found = next((file for file in pack.files if file.name == name), None)
    if found is None:
        raise PackError(name, 1, "缺少这个文件")
    return found


def _folder(file: PackFile) -> str:
    return file.name.split("/")[-2]


def _is_rule(file: PackFile, pack: Pack) -> bool:
    folders = file.name.removeprefix(f"{pack.scope}/").split("/")[:-1]
    # Tables of words and standards lie beside the rules; whatever has one mark of a rule is read as one, or refused.
    if set(folders) & _NOT_RULES or file.name.rsplit("/", 1)[-1] in _NEVER_RULES:
        return False
    return file.cut or bool(_MARKS & file.head.keys())


def _attempt(faults: list[PackError], read: Callable[[], _T]) -> _T | None:
    """Read one file; a fault is kept so that all faulty files are told at once."""
    try:
        return read()
    except PackError as fault:
        faults.append(fault)
        return None


def _raise(faults: list[PackError]) -> None:
    if faults:
        first, *more = faults
        raise PackError(first.file, first.line, first.message, tuple(more))


def _overriding(rules: list[Rule], files: Mapping[str, PackFile]) -> list[Rule]:
    """Check rules that replace others; one that does not say where it speaks speaks where the replaced one does."""
    by_id = {rule.id: rule for rule in rules}
    return [_overrider(rule, by_id, files[rule.path]) if rule.overrides else rule for rule in rules]


def _overrider(rule: Rule, by_id: Mapping[str, Rule], file: PackFile) -> Rule:
    if rule.overrides not in by_id:
        raise file.fault(f"要覆盖的规则“{rule.overrides}”不存在{nearest(rule.overrides, by_id)}", "overrides")
    base = by_id[rule.overrides]
    if "procedures" not in file.head:
        rule = replace(rule, procedures=base.procedures)
    if why := objection(rule, base):
        raise file.fault(f"不能覆盖 {rule.overrides}：{why}", "overrides")
    return rule


def _calendar(file: PackFile) -> YearTable:
    data: Mapping[str, Any] = file.data
    file.known_keys(data, ("year", "issued", "source", "off", "work"))
    year = data.get("year")
    days = [*data.get("off", ()), *data.get("work", ())]
    if not isinstance(year, int) or not isinstance(data.get("issued"), date) or not days:
        raise file.fault("工作日历要写 year、issued（通知日期）、source（文号）、off、work", "year")
    text(file, data, "source")
    if wrong := [day for day in days if not isinstance(day, date) or day.year != year]:
        raise file.fault(f"日期 {wrong[0]} 不在 {year} 年，请移到那一年的文件", "off")
    if both := set(data.get("off", ())) & set(data.get("work", ())):
        raise file.fault(f"{min(both)} 同时写在放假和上班里，请删去其一", "work")
    return YearTable(year, frozenset(data.get("off", ())), frozenset(data.get("work", ())))
