"""The responsibility list read: which post and person answers for which power; nothing is written or refused here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mingjing.personnel.models import Department, Duty, Person


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line of the list: a power, the post that has it and who holds the post."""

    procedure: str
    stage: str
    department: str
    post: str
    responsibility: str
    people: tuple[str, ...]


def responsibility_list(agency_code: str) -> list[DutyLine]:
    """Give the list of an agency by procedure and department."""
    rows = Duty.objects.filter(post__department__agency__code=agency_code)
    rows = rows.select_related("post__department").order_by(
        "procedure", "post__department__name", "post__name", "pk"
    )
    held: dict[int, list[str]] = {}
    for one in Person.objects.filter(agency__code=agency_code, is_active=True, position__isnull=False):
        held.setdefault(one.position_id or 0, []).append(one.name)
    return [
        DutyLine(
            one.procedure,
            one.stage,
            one.post.department.name,
            one.post.name,
            one.responsibility,
            tuple(held.get(one.post_id, ())),
        )
        for one in rows
    ]


def answering(agency_code: str, procedure: str) -> dict[str, frozenset[str]]:
    """Give who answers for which stage of a procedure, by username; a stage that nobody was given is left out."""
    found: dict[str, set[str]] = {}
    rows = Duty.objects.filter(post__department__agency__code=agency_code, procedure=procedure)
    for stage, holder in rows.values_list("stage", "post__holders__username"):
        found.setdefault(stage, set()).update([holder] if holder else [])
    return {stage: frozenset(holders) for stage, holders in found.items()}


def outside(answer: Mapping[str, frozenset[str]], usernames: Iterable[str], stage: str) -> list[str]:
    """Give those who do not answer for this stage; nobody where the list does not speak of the stage at all."""
    return sorted(set(usernames) - answer[stage]) if stage in answer else []


def departments_of(agency_code: str) -> list[Department]:
    """Give the departments of an agency with their posts, holders and duties."""
    rows = Department.objects.filter(agency__code=agency_code).order_by("name")
    return list(rows.prefetch_related("posts__holders", "posts__duties"))


def posts_of(agency_code: str) -> list[tuple[str, str]]:
    """Give the posts of an agency as a list box shows them."""
    return [
        (str(post.pk), f"{unit.name}　{post.name}")
        for unit in departments_of(agency_code)
        for post in unit.posts.all()
    ]
