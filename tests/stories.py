"""Cases for tests: the demo's stories, told with the cast of the tests from a fixed Monday."""

from datetime import date
from typing import TYPE_CHECKING, Any

from mingjing.cli.demo.live import publish, upload
from mingjing.cli.demo.story import Step, Telling, story
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

MONDAY = date(2026, 3, 2)
WITH_TWO_REVIEWERS = ("hearing", "cn/licence/granted")


def telling(cast: "Cast", name: str = "ordinary", *, mark: str = "test", **values: str) -> Telling:
    """A story ready to be told in the bureau of the cast."""
    bureau = cast.bureau
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    tale = story(name)
    return Telling(
        story=tale,
        agency=bureau,
        start=tale.told_on or MONDAY,
        calendar=calendar,
        people={"reviewer2": "reviewer2" if name in WITH_TWO_REVIEWERS else "reviewer"},
        values=values,
        mark=mark,
        upload=lambda code, title, by, at: upload(bureau, code, title, by, at),
        publish=publish,
    )


def told(cast: "Cast", name: str = "ordinary", until: str = "", **more: Any) -> "tuple[Telling, Case]":
    """A story told up to and including the first act of kind `until` (to its end by default)."""
    tale = telling(cast, name, **more)
    return tale, tale.play(position(tale, until) + 1 if until else None)


def position(tale: Telling, kind: str) -> int:
    """Where in the story the first act of this kind stands."""
    return next(number for number, step in enumerate(tale.story.steps) if step.kind == kind)


def step(tale: Telling, kind: str) -> Step:
    """The first step of this kind."""
    return tale.story.steps[position(tale, kind)]
