"""What the packs say of law governance: steps of a decision, learning, statement; no day is counted here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.complaint_terms import UNITS, Period
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile

NAME: Final = "governance.toml"
CITED: Final = ("law", "article", "quote", "verified")
LISTS: Final = ("class", "step", "trial")
PLAIN: Final = ("catalogue", "court", "campaign", "joint", "grid")
SECTIONS: Final = (*PLAIN, "study", "statement")
PER: Final = {"year": 1, "quarter": 4}  # parts of a year


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a duty comes from; `verified` false is said wherever it is shown."""

    law: str
    article: str
    quote: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out of a step: a ground on which law lets it be left out, or a result and whether it passes."""

    code: str
    title: str
    article: str = ""
    passes: bool = True


@dataclass(frozen=True, slots=True)
class StepTerms:
    """One statutory step: what must come before it, how long it takes at least, when it may be left out."""

    code: str
    title: str
    source: Cited
    after: tuple[str, ...]
    asks: str
    omit: tuple[Choice, ...]
    results: tuple[Choice, ...]
    least: Period | None
    lessening: str

    def ground(self, code: str) -> Choice | None:
        """Give the ground of that code on which the step may be left out."""
        return next((one for one in self.omit if one.code == code), None)

    def result(self, code: str) -> Choice | None:
        """Give the result of that code."""
        return next((one for one in self.results if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it was taken: done, with its result where it has any, or left out on a ground."""

    code: str
    result: str = ""
    omitted: str = ""


@dataclass(frozen=True, slots=True)
class GovernanceTerms:
    """Everything the packs say of law governance for one agency."""

    catalogue: Cited
    classes: Mapping[str, str]
    steps: Mapping[str, StepTerms]
    study: Cited
    lectures: int
    per: str
    court: Cited
    statement: Cited
    campaign: Cited
    joint: Cited
    grid: Cited
    report_by: tuple[int, int]
    publish_by: tuple[int, int]

    def settled(self, taken: Sequence[Taken]) -> dict[str, Taken]:
        """Give the steps that stand: one taken again makes those that build on it fall."""
        found: dict[str, Taken] = {}
        for one in taken:
            for code in self.building_on(one.code):
                found.pop(code, None)
            found[one.code] = one
        return found

    def building_on(self, code: str) -> list[str]:
        """Give the steps that come after this one, near and far."""
        near = [one.code for one in self.steps.values() if code in one.after]
        return near + [far for one in near for far in self.building_on(one)]

    def passed(self, one: Taken) -> bool:
        """Whether a step that was taken lets the next ones begin."""
        if one.omitted:
            return True
        result = self.steps[one.code].result(one.result)
        return result is None or result.passes

    def objection(self, taken: Sequence[Taken], next_: Taken) -> str:
        """Say in Chinese why this step may not be taken now, or nothing."""
        step, now = self.steps.get(next_.code), self.settled(taken)
        if step is None:
            return "没有这一步。"
        if next_.omitted and step.ground(next_.omitted) is None:
            return f"{step.title}不能以这个理由省去。" if step.omit else f"法律没有允许省去{step.title}。"
        if step.results and not next_.omitted and step.result(next_.result) is None:
            return f"请选择{step.title}的结果。"
        ended = [now[code] for code in self.building_on(step.code) if code in now and self._ends(now[code])]
        if ended:
            return f"{self.steps[ended[0].code].title}已经办完，不能再改前面的步骤。"
        return self._before(step, now)

    def _ends(self, one: Taken) -> bool:
        """Whether a decision has been made by this step: nothing before it may change any more."""
        return self.passed(one) and "legality" in self.steps[one.code].after

    def _before(self, step: StepTerms, now: Mapping[str, Taken]) -> str:
        for code in step.after:
            title = self.steps[code].title
            if code not in now:
                return f"{title}还没有办，不能进行{step.title}（{step.source.article}）。"
            if not self.passed(now[code]):
                return f"{title}没有通过，不能进行{step.title}（{step.source.article}）。"
        return ""


@cache
def governance_terms(region: str, field: str, agency: str) -> GovernanceTerms:
    """Give what binds an agency: of each section the narrowest scope that has it. Raises PackError."""
    return read_governance_terms(library(), region=region, field=field, agency=agency)


def read_governance_terms(found: Library, *, region: str, field: str, agency: str) -> GovernanceTerms:
    """Read the terms from given packs. Raises PackError, saying in Chinese which line is wrong."""
    merged: dict[str, Any] = {}
    for scope in scopes_of(region, field, agency):
        for file in _files(found, scope):
            merged |= _sections(file)
    return GovernanceTerms(**merged)


def check_governance_terms(found: Library) -> list[str]:
    """Give a Chinese line for the first fault of any pack, or for each worked example that comes out otherwise."""
    try:
        for scope in found.packs:
            for file in _files(found, scope):
                _sections(file)
        terms = read_governance_terms(found, region="", field="", agency="")
    except PackError as fault:
        return [str(fault)]
    return [line for file in _files(found, "cn") for line in _examples(file, terms)]


def _files(found: Library, scope: str) -> Iterator[PackFile]:
    pack = found.packs.get(scope)
    yield from (file for file in (pack.files if pack else ()) if file.name == f"{scope}/{NAME}")


def _examples(file: PackFile, terms: GovernanceTerms) -> Iterator[str]:
    for number, one in enumerate(file.data.get("trial", ())):
        said = terms.objection([_taken(text) for text in one["did"]], _taken(one["next"]))
        if (not said) != one["allowed"]:
            yield str(file.fault(f"例子“{one['title']}”的结果不同：{said or '许可'}", "trial", number))


def _taken(text: str) -> Taken:
    code, _, omitted = text.partition("-")
    code, _, result = code.partition(":")
    return Taken(code, result, omitted)


def _sections(file: PackFile) -> dict[str, Any]:
    file.known_keys(file.data, (*SECTIONS, *LISTS))
    found: dict[str, Any] = {name: _cited(file, name) for name in SECTIONS if name in file.data}
    if "class" in file.data:
        found["classes"] = {one["code"]: one["title"] for one in file.data["class"]}
    if "step" in file.data:
        found["steps"] = _steps(file, file.data["step"])
    if "study" in file.data:
        found |= _study(file, file.data["study"])
    if "statement" in file.data:
        for name in ("report_by", "publish_by"):
            found[name] = _day(file, "statement", name)
    return found


def _cited(file: PackFile, *where: str | int, given: Mapping[str, Any] | None = None) -> Cited:
    section = file.data[str(where[0])] if given is None else given
    if missing := [key for key in CITED if key not in section]:
        raise file.fault(f"缺少 {'、'.join(missing)}", *where)
    return Cited(
        str(section["law"]),
        str(section["article"]),
        str(section["quote"]),
        section["verified"] is True,
        str(section.get("note", "")),
    )


def _study(file: PackFile, section: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(section.get("lectures"), int) or section.get("per") not in PER:
        raise file.fault("要写 lectures（整数）和 per（year、quarter）", "study")
    return {"lectures": section["lectures"], "per": section["per"]}


def _day(file: PackFile, section: str, name: str) -> tuple[int, int]:
    month, _, day = str(file.data[section].get(name, "")).partition("-")
    if not (month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28):
        raise file.fault("要写“月-日”，例如 03-01", section, name)
    return int(month), int(day)


def _steps(file: PackFile, given: Sequence[Mapping[str, Any]]) -> dict[str, StepTerms]:
    found: dict[str, StepTerms] = {}
    for number, one in enumerate(given):
        keys = (*CITED, "code", "title", "after", "asks", "omit", "result", "days", "lessening")
        file.known_keys(one, keys, "step", number)
        if unknown := [code for code in one["after"] if code not in found]:
            raise file.fault(f"after 里的 {unknown[0]} 不在前面的步骤里", "step", number)
        found[one["code"]] = StepTerms(
            code=one["code"],
            title=one["title"],
            source=_cited(file, "step", number, given=one),
            after=tuple(one["after"]),
            asks=one["asks"],
            omit=tuple(_choice(each) for each in one.get("omit", ())),
            results=tuple(_choice(each) for each in one.get("result", ())),
            least=_period(file, number, one["days"]) if "days" in one else None,
            lessening=one.get("lessening", ""),
        )
    return found


def _choice(given: Mapping[str, Any]) -> Choice:
    return Choice(given["code"], given["title"], given.get("article", ""), given.get("passes", True))


def _period(file: PackFile, number: int, given: Mapping[str, Any]) -> Period:
    amount, unit = given.get("amount"), given.get("unit")
    if not isinstance(amount, int) or amount < 0 or unit not in UNITS:
        raise file.fault(
            "要写 amount（不小于 0 的整数）和 unit（calendar_days、working_days）", "step", number, "days"
        )
    return Period(amount, cast("Unit", unit))
