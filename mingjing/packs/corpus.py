"""The corpus of planted defects: what people get wrong in files, as data, put into lawful files to see it found."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, cast

from mingjing.lawengine.judge import review_case
from mingjing.lawengine.model import ActRecord, Finding, Law, Performer, Standing
from mingjing.lawengine.terms import ActRef
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.examples import plain_value
from mingjing.packs.load import Library
from mingjing.packs.procedures import procedures_in
from mingjing.packs.source import PackFile
from mingjing.packs.terms import TermsReader
from mingjing.packs.typical import CaseFile, typical_files
from mingjing.packs.vocabulary import text

FOLDER: Final = "review"
FILE: Final = "defects.toml"
FILES_EACH: Final = 5  # a defect counts as tried when it was planted in so many files
RECALL: Final = 0.99
FALSE_ALARMS: Final = 0.02

Acts = tuple[ActRecord, ...]
Change = Callable[[Acts], Acts]


class Impossible(Exception):
    """That a file has not what a defect would spoil."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One kind of mistake: the item of the standard that it costs, and what is done to a file."""

    name: str
    item: str
    changes: tuple[Change, ...]
    procedures: tuple[str, ...]  # empty: every procedure

    def planted_in(self, file: CaseFile) -> Acts | None:
        """Give the acts of the file with this defect, None where the file has nothing to spoil."""
        if self.procedures and file.head.procedure not in self.procedures:
            return None
        acts = file.acts
        try:
            for change in self.changes:
                acts = change(acts)
        except Impossible:
            return None
        return acts


@dataclass(frozen=True, slots=True)
class Trial:
    """One defect planted in one file, and the rules that found it under its item."""

    defect: Defect
    file: CaseFile
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the whole corpus: every trial, and what was held against the lawful files as they are."""

    defects: tuple[Defect, ...]
    trials: tuple[Trial, ...]
    files: tuple[CaseFile, ...]
    alarms: tuple[tuple[CaseFile, Finding], ...]

    @property
    def recall(self) -> float:
        """The share of planted defects that were found under their own item."""
        return sum(1 for one in self.trials if one.found_by) / len(self.trials) if self.trials else 0.0

    @property
    def false_alarms(self) -> float:
        """The share of lawful files against which anything was held."""
        return len({id(file) for file, _ in self.alarms}) / len(self.files) if self.files else 0.0

    @property
    def thin(self) -> tuple[Defect, ...]:
        """The defects planted in too few files."""
        counts = Counter(trial.defect.name for trial in self.trials)
        return tuple(one for one in self.defects if counts[one.name] < FILES_EACH)

    @property
    def good(self) -> bool:
        return self.recall >= RECALL and self.false_alarms < FALSE_ALARMS and not self.thin


def try_corpus(library: Library) -> Outcome:
    """Plant every defect in every lawful file that has what it spoils, one at a time. Raises PackError."""
    files, defects = lawful_files(library), read_defects(library)
    trials: list[Trial] = []
    alarms: list[tuple[CaseFile, Finding]] = []
    for file in files:
        law = library.law(region=file.head.region, field=file.head.field)
        before = _held(law, file, file.acts)
        alarms += [(file, one) for one in before]
        known = {_mark(one) for one in before}
        for defect in defects:
            if (acts := defect.planted_in(file)) is None:
                continue
            new = [one for one in _held(law, file, acts) if _mark(one) not in known]
            trials.append(Trial(defect, file, tuple(sorted({f.rule for f in new if f.item == defect.item}))))
    return Outcome(defects, tuple(trials), files, tuple(alarms))


def corpus_table(outcome: Outcome) -> str:
    """Write the outcome as a table: each defect, its item, in how many files it was planted and found."""
    lines = ["在合法案卷中植入评查缺陷（项目编号见案卷评查标准）：", "  项目  植入  查出  缺陷"]
    for defect in outcome.defects:
        same = [trial for trial in outcome.trials if trial.defect is defect]
        found = sum(1 for trial in same if trial.found_by)
        mark = "" if same and found == len(same) else "  ←"
        lines.append(f"  {defect.item:>4}  {len(same):>4}  {found:>4}  {defect.name}{mark}")
    lines += [f"  植入的案卷不足 {FILES_EACH} 件：{one.name}" for one in outcome.thin]
    lines += [
        f"  没有查出：{trial.defect.name}——{trial.file.title}"
        for trial in outcome.trials
        if not trial.found_by
    ]
    lines += [f"  误报：{file.title}——{one.title}：{one.reason}" for file, one in outcome.alarms]
    lines.append(
        f"缺陷 {len(outcome.defects)} 种，植入 {len(outcome.trials)} 处，按项目查出 {outcome.recall:.1%}"
        f"（要求不低于 {RECALL:.0%}）；合法案卷 {len(outcome.files)} 件，误报 {outcome.false_alarms:.1%}"
        f"（要求低于 {FALSE_ALARMS:.0%}）"
    )
    return "\n".join(lines)


def _held(law: Law, file: CaseFile, acts: Acts) -> tuple[Finding, ...]:
    last = max(act.done_at for act in acts if act.done_at is not None)
    standing: Standing = review_case(law, file.head, acts, last)
    return standing.findings + standing.unknowns


def _mark(finding: Finding) -> tuple[str, int | None]:
    return finding.rule, finding.act_seq


# --- the lawful files and their variants ------------------------------------------------------------


def lawful_files(library: Library) -> tuple[CaseFile, ...]:
    """Give the typical files with every variant that the packs describe: the same case of another party, place, sum."""
    files = typical_files(library)
    return (
        *files,
        *(
            variant
            for pack in _packs(library)
            for row in pack.data.get("variant", ())
            for file in files
            if (variant := _varied(file, row)) is not None
        ),
    )


def _varied(file: CaseFile, row: Mapping[str, Any]) -> CaseFile | None:
    """Give the file told of another party, place or sum; None where the variant is not for its procedure."""
    if file.head.procedure not in row["procedures"]:
        return None
    told = {name: plain_value(value) for name, value in row.get("facts", {}).items()}
    left_out = row.get("unset", ())
    acts = []
    for act in file.acts:
        facts = {name: told.get(name, value) for name, value in act.facts.items() if name not in left_out}
        also = {name: plain_value(value) for name, value in row.get("also", {}).get(act.kind, {}).items()}
        acts.append(replace(act, facts=facts | also))
    head = replace(file.head, **row.get("head", {}))
    return CaseFile(f"{file.title}（{row['name']}）", head, tuple(acts))


# --- reading ------------------------------------------------------------------------------------------


def read_defects(library: Library) -> tuple[Defect, ...]:
    """Read every kind of defect that the packs describe. Raises PackError with file and line."""
    return tuple(
        _defect(file, library, row, number)
        for file in _packs(library)
        for number, row in enumerate(file.data.get("defect", ()))
    )


def _packs(library: Library) -> Iterator[PackFile]:
    for pack in library.packs.values():
        yield from (file for file in pack.files if file.name.endswith(f"/{FOLDER}/{FILE}"))


def _defect(file: PackFile, library: Library, row: Mapping[str, Any], number: int) -> Defect:
    file.known_keys(row, ("name", "item", "procedures", "do"), "defect", number)
    steps = row.get("do")
    if not isinstance(steps, list) or not steps:
        raise file.fault('缺陷应当写明 do = [{ 动作 = "行为" }, …]', "defect", number)
    changes = read_changes(file, library, steps, number)
    name, item = (text(file, row, key, "defect", number) for key in ("name", "item"))
    own = procedures_in(file, row, library.procedures)
    return Defect(name, item, changes, _penalties(library) if own is None else own)


def read_changes(
    file: PackFile, library: Library, steps: Sequence[Mapping[str, Any]], number: int
) -> tuple[Change, ...]:
    """Read steps in the language of defects. Raises PackError with file and line."""
    reader = TermsReader(
        Vocabulary(library.fields, library.kinds), lambda why: file.fault(why, "defect", number), ()
    )
    return tuple(_change(file, reader, step, number) for step in steps)


def _penalties(library: Library) -> tuple[str, ...]:
    """Give the procedures whose files the standard is for; a defect of others names them, or all."""
    return tuple(code for code, one in library.procedures.items() if one.enforcement == "penalty")


def _change(file: PackFile, reader: TermsReader, step: Mapping[str, Any], number: int) -> Change:
    """Read one step: the first key is what is done, its value the act it is done to."""
    done = next((name for name in step if name in _STEPS), None)
    if done is None:
        raise file.fault(f"do 的每一步写一个动作：{'、'.join(_STEPS)}", "defect", number)
    make, arguments = _STEPS[done]
    file.known_keys(step, (done, *arguments, "maybe"), "defect", number)
    given = {name: step[name] for name in arguments if name in step}
    for name in ("after", "before"):
        if name in given:
            given[name] = reader.act(given[name], name)
    for name in given["facts"] if done in ("set", "unset", "repeat") and "facts" in given else ():
        reader.field(name, "facts")
    change = make(reader.act(step[done], done), **given)
    return _if_there(change) if step.get("maybe") is True else change


def _if_there(change: Change) -> Change:
    """Let a step be left out where the file has nothing for it."""

    def attempt(acts: Acts) -> Acts:
        try:
            return change(acts)
        except Impossible:
            return acts

    return attempt


# --- what is done to a file ---------------------------------------------------------------------------


def _among(acts: Acts, target: ActRef) -> list[int]:
    """Give where the acts meant are in the file. Raises Impossible where there is none."""
    found = [at for at, act in enumerate(acts) if act.kind == target.kind and target.matches(act.facts)]
    if not found:
        raise Impossible
    return found


def _each(acts: Acts, target: ActRef, spoil: Callable[[ActRecord], ActRecord]) -> Acts:
    meant = set(_among(acts, target))
    return tuple(spoil(act) if at in meant else act for at, act in enumerate(acts))


def _numbered(acts: Sequence[ActRecord]) -> Acts:
    return tuple(replace(act, seq=number) for number, act in enumerate(acts, 1))


def _drop(target: ActRef) -> Change:
    """Take the acts out of the file."""

    def change(acts: Acts) -> Acts:
        meant = set(_among(acts, target))
        return tuple(act for at, act in enumerate(acts) if at not in meant)

    return change


def _shift(target: ActRef, days: int) -> Change:
    """Do the act, and all that followed it, so many days later."""

    def change(acts: Acts) -> Acts:
        first = _among(acts, target)[0]
        late = tuple(
            replace(act, done_at=act.done_at + timedelta(days=days) if act.done_at else None)
            for act in acts[first:]
        )
        return acts[:first] + late

    return change


def _set(target: ActRef, facts: Mapping[str, Any]) -> Change:
    """State other facts."""
    told = {name: plain_value(value) for name, value in facts.items()}
    return lambda acts: _each(acts, target, lambda act: replace(act, facts={**act.facts, **told}))


def _unset(target: ActRef, facts: Sequence[str]) -> Change:
    """Leave facts out, wherever in the file up to the act they were stated: a file tells them once."""

    def change(acts: Acts) -> Acts:
        last = _among(acts, target)[-1]
        if not any(name in act.facts for act in acts[: last + 1] for name in facts):
            raise Impossible
        return tuple(
            replace(act, facts={name: value for name, value in act.facts.items() if name not in facts})
            if at <= last
            else act
            for at, act in enumerate(acts)
        )

    return change


def _people(target: ActRef, are: str) -> Change:
    """Let others do the act, or the same people in another state; `as:<kind>` are those who did that kind."""

    def change(acts: Acts) -> Acts:
        if are.startswith("as:"):
            others = acts[_among(acts, ActRef(are.removeprefix("as:")))[0]].performers
            return _each(acts, target, lambda act: replace(act, performers=others))
        return _each(acts, target, lambda act: replace(act, performers=_spoilt(act, are)))

    return change


def _spoilt(act: ActRecord, are: str) -> tuple[Performer, ...]:
    first, *others = act.performers
    if are == "one":
        return (first,)
    return (replace(first, **_STATES[are]), *others)


_STATES: Final[Mapping[str, dict[str, Any]]] = {
    "expired": {"certificate_state": "expired"},
    "suspended": {"certificate_state": "suspended"},
    "uncertified": {"certificate": "", "certificate_state": "none"},
    "auxiliary": {"auxiliary": True},
    "unqualified": {"legal_qualification": ""},
    "strangers": {"agency": "别的机关"},
}


def _evidence(target: ActRef, keep: str) -> Change:
    """Keep only the evidence of one side, or `none`."""
    return lambda acts: _each(
        acts, target, lambda act: replace(act, evidence=tuple(e for e in act.evidence if e.side == keep))
    )


def _put(target: ActRef, after: ActRef | None = None, before: ActRef | None = None) -> Change:
    """Do the act right after, or right before, another one: its day becomes the other's."""

    def change(acts: Acts) -> Acts:
        at = _among(acts, target)[0]
        moved, rest = acts[at], acts[:at] + acts[at + 1 :]
        other = _among(rest, after)[-1] if after else _among(rest, cast("ActRef", before))[0]
        moved = replace(moved, done_at=rest[other].done_at)
        here = other + 1 if after else other
        return _numbered((*rest[:here], moved, *rest[here:]))

    return change


def _repeat(target: ActRef, days: int = 0, facts: Mapping[str, Any] | None = None) -> Change:
    """Do the act a second time, so many days after the first."""
    told = {name: plain_value(value) for name, value in (facts or {}).items()}

    def change(acts: Acts) -> Acts:
        at = _among(acts, target)[0]
        first = acts[at]
        day = first.done_at + timedelta(days=days) if first.done_at else None
        again = replace(first, done_at=day, facts={**first.facts, **told})
        return _numbered((*acts[: at + 1], again, *acts[at + 1 :]))

    return change


_STEPS: Final[Mapping[str, tuple[Callable[..., Change], tuple[str, ...]]]] = {
    "drop": (_drop, ()),
    "shift": (_shift, ("days",)),
    "set": (_set, ("facts",)),
    "unset": (_unset, ("facts",)),
    "people": (_people, ("are",)),
    "evidence": (_evidence, ("keep",)),
    "put": (_put, ("after", "before")),
    "repeat": (_repeat, ("days", "facts")),
}
