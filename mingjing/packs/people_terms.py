"""The parameters of people and of the authority of bodies, as the packs set them by region; no rule is judged here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.load import Library, library
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackFile
from mingjing.packs.vocabulary import text

NAME: Final = "people.toml"
_CITED: Final = ("temporary", "delegation", "agreement", "empowerment")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "hours": ("conflict", "figure"),
    "exam": ("demanded", "law", "article", "quote"),
    "warnings": ("days",),
    "reviewers": ("percent", "law", "article", "quote"),
    "courses": ("law", "decision", "findings", "questions", "pass_percent"),
    **{name: ("law", "article", "quote") for name in _CITED},
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision and its words."""

    law: str
    article: str
    quote: str

    def cite(self) -> str:
        """Give the citation as it is written in documents."""
        return f"《{self.law}》{self.article}" if "（" not in self.law else f"{self.law}{self.article}"


@dataclass(frozen=True, slots=True)
class PeopleTerms:
    """What binds the people of one agency."""

    hours: int  # of training a year
    hours_sources: tuple[str, ...]
    exam_demanded: bool  # before the first certificate
    exam: Cited
    warn_days: tuple[int, ...]  # before a certificate runs out, the longest first
    reviewer_percent: int  # of the officers, rounded up
    reviewers: Cited
    course_hours: Mapping[str, int]  # by kind of course
    course_questions: int
    course_pass_percent: int
    cited: Mapping[str, Cited]  # temporary, delegation, agreement, empowerment

    def reviewers_wanted(self, officers: int) -> int:
        """Give how many reviewers an agency with so many officers should have; a part of one counts as one."""
        return -(-officers * self.reviewer_percent // 100)


def people_terms(*, region: str, field: str, agency: str) -> PeopleTerms:
    """Give the parameters for an agency, section by section from the narrowest scope. Raises PackError."""
    return read_terms(library(), region, field, agency)


def read_terms(packs: Library, region: str, field: str, agency: str) -> PeopleTerms:
    """Give the parameters as these packs set them. Raises PackError for a section that is missing or unknown."""
    sections: dict[str, tuple[PackFile, Mapping[str, Any]]] = {}
    for scope in scopes_of(region, field, agency):
        pack = packs.packs.get(scope)
        for file in pack.files if pack else ():
            if file.name == f"{scope}/{NAME}":
                sections |= _sections(file)
    told = {name: table for name, (_, table) in sections.items()}
    cited = {
        name: Cited(*(text(sections[name][0], told[name], key, name) for key in ("law", "article", "quote")))
        for name in (*_CITED, "exam", "reviewers")
    }
    hours, sources = _hours(packs, *sections["hours"])
    courses = told["courses"]
    return PeopleTerms(
        hours=hours,
        hours_sources=sources,
        exam_demanded=bool(told["exam"]["demanded"]),
        exam=cited["exam"],
        warn_days=tuple(sorted(map(int, told["warnings"]["days"]), reverse=True)),
        reviewer_percent=int(told["reviewers"]["percent"]),
        reviewers=cited["reviewers"],
        course_hours={kind: int(courses[kind]) for kind in ("law", "decision", "findings")},
        course_questions=int(courses["questions"]),
        course_pass_percent=int(courses["pass_percent"]),
        cited=cited,
    )


def _sections(file: PackFile) -> dict[str, tuple[PackFile, Mapping[str, Any]]]:
    file.known_keys(file.data, _KEYS)
    for name, table in file.data.items():
        file.known_keys(table, _KEYS[name], name)
        if missing := [key for key in _KEYS[name] if key not in table]:
            raise file.fault(f"缺少 {'、'.join(missing)}", name)
    return {name: (file, table) for name, table in file.data.items()}


def _hours(packs: Library, file: PackFile, table: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
    """Give the hours a year and the sources that they rest on: the figure stands in the conflict, once."""
    found = next((one for one in read_conflicts(packs) if one.id == table["conflict"]), None)
    if found is None or table["figure"] not in found.figures:
        raise file.fault(
            "conflict、figure 要指明 conflicts.toml 里的一个冲突和它的一个数字", "hours", "figure"
        )
    cited = tuple(f"{side.law}{side.article}" for side in found.sources)
    return int(found.figures[table["figure"]]), cited
