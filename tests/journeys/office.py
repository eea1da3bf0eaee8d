"""People at their browsers in one office, on days of a story: they sign in, read, fill in forms, press buttons."""

import mimetypes
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from axes.handlers import proxy
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.cases.selectors import acts_of
from mingjing.cli.demo.exhibits import exhibit
from mingjing.evidence.selectors import evidence_of
from mingjing.packs.load import library
from tests.cast import PASSWORD, Cast
from tests.journeys.paper import Page, Sheet
from tests.stories import telling

if TYPE_CHECKING:
    import pytest

    from mingjing.cli.demo.story import Step, Telling

FIELDS = library().fields


class Clock:
    """The time of the story, so that no test depends on the day it is run."""

    def __init__(self, patch: "pytest.MonkeyPatch", now: datetime) -> None:
        self.now = now
        patch.setattr(timezone, "now", lambda: self.now)
        patch.setattr(proxy, "now", lambda: self.now)  # the lock-out has taken its own copy

    def go_to(self, moment: datetime) -> None:
        """Let it be then."""
        self.now = moment

    def pass_by(self, **span: float) -> None:
        """Let minutes, hours or days go by."""
        self.now += timedelta(**span)


class Desk:
    """One person signed in at one browser."""

    def __init__(self, username: str, password: str = PASSWORD) -> None:
        self.username = username
        self.client = Client()
        self.entered = Page(self.client.post("/login/", {"username": username, "password": password}))

    def reads(self, path: str, **query: str) -> Page:
        """Open a page, following where it leads."""
        return Page(self.client.get(path, query, follow=True))

    def downloads(self, path: str) -> tuple[str, bytes]:
        """A file, to its last byte: its type and content."""
        answer = self.client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer["Content-Type"], content

    def sends(self, sheet: Sheet, to: str = "", **more: Any) -> Page:
        """Press the button of a form, and follow where it leads."""
        body = {name: values for name, values in sheet.values.items() if values}
        return Page(self.client.post(to or sheet.action, {**body, **more}, follow=True))


@dataclass
class Journey:
    """One case on its way, with what was typed for it so far."""

    cast: Cast
    clock: Clock
    name: str = "ordinary"
    values: dict[str, str] = field(default_factory=dict)
    typed: Counter[str] = field(default_factory=Counter)  # facts of the whole case, how often typed
    mark: str = "test"
    code: str = ""

    @cached_property
    def tale(self) -> "Telling":
        """The demo's story with the names and days of this journey."""
        return telling(self.cast, self.name, mark=self.mark, **self.values)

    @property
    def home(self) -> str:
        """The address of the case."""
        return f"/cases/{self.code}/"

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return Case.objects.get(code=self.code)

    def last(self, kind: str) -> Act:
        """The last act of this kind."""
        return [act for act in acts_of(self.case) if act.kind == kind][-1]

    def told_until(self, kind: str, nth: int = 0) -> "Journey":
        """Let everything up to and including this step have happened, as the demo tells it."""
        step = self.step(kind, nth)
        self.at(step)
        self.code = self.tale.play(self.tale.story.steps.index(step) + 1).code
        return self

    def step(self, kind: str, nth: int = 0) -> "Step":
        """The step of the story that somebody is about to take."""
        return [one for one in self.tale.story.steps if one.kind == kind][nth]

    def form(self, kind: str) -> str:
        """Where a form is filled in."""
        if self.code:
            return f"{self.home}acts/{kind}/"
        several = len(library().kinds[kind].opens) > 1
        return f"/cases/new/{kind}/{f'?procedure={self.tale.story.procedure}' if several else ''}"

    def at(self, step: "Step") -> datetime:
        """Come to the day of a step, a few minutes after it was taken."""
        moment = self.tale.moment(step)
        self.clock.go_to(moment + timedelta(minutes=10))
        return moment

    def opens(self, kind: str, *, nth: int = 0, by: str = "") -> tuple[Desk, Sheet]:
        """Sign in on the day of a step and open its form."""
        step = self.step(kind, nth)
        self.at(step)
        desk = Desk(by or self.tale.username(step.who[0]))
        page = desk.reads(self.form(kind))
        return desk, page.sheet(page.answer.request["PATH_INFO"])

    def takes(self, kind: str, *, nth: int = 0, by: str = "", **changes: Any) -> Page:
        """Take one step of the story: only what the form asks for is typed. Gives the page it leads to."""
        step, (desk, sheet) = self.step(kind, nth), self.opens(kind, nth=nth, by=by)
        self.writes(sheet, step, **changes)
        sheet.put(performers=[self.tale.username(one) for one in step.who])
        sheet.put(done_at=self.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
        if step.evidence and self.code:
            digests = [self.evidence(desk, title, self.tale.moment(step)) for title in step.evidence]
            sheet.offered.setdefault("evidence", set()).update(
                digests
            )  # as the form shows them when reloaded
            sheet.put(evidence=digests)
        page = desk.sends(sheet)
        if page.status == 200:
            self.noted(sheet)
            self.code = self.code or page.answer.request["PATH_INFO"].split("/")[2]
        return page

    def prepares(self, kind: str, **changes: Any) -> Page:
        """The officer writes out what a head decides on and hands it over."""
        desk, sheet = self.opens(kind, by="officer")
        self.writes(sheet, self.step(kind), **changes)
        page = desk.sends(sheet)
        if page.status == 200:
            self.noted(sheet)
        return page

    def writes(self, sheet: Sheet, step: "Step", **changes: Any) -> None:
        """Fill in from what people know what the form asks for."""
        facts = {**self.tale.told(step.facts), **changes}
        sheet.fill(**{name: value for name, value in facts.items() if sheet.asks(name)})

    def noted(self, sheet: Sheet) -> None:
        """Count the facts of the whole case that somebody typed."""
        self.typed.update(
            name for name in sheet.typed if FIELDS[name].of_case and FIELDS[name].type != "rows"
        )

    def evidence(self, desk: Desk, title: str, at: datetime) -> str:
        """The digest of a file of this title, uploaded in another tab unless the case has it already."""
        kept = {one.title: one.digest for one in evidence_of(self.code)}
        if title not in kept:
            sheet = desk.reads(self.home).sheet(f"{self.home}evidence/")
            sheet.put(title=title, legal_kind="documentary" if "复印件" in title else "audiovisual")
            sheet.put(side="for" if "改正" in title else "against")
            sheet.put(taken_at=(at - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M"))
            assert "已收入 1 件证据" in desk.sends(sheet, files=made_up(title, self.code))
            kept = {one.title: one.digest for one in evidence_of(self.code)}
        return kept[title]


def made_up(title: str, code: str) -> SimpleUploadedFile:
    """A picture, sound or film that proves nothing."""
    name, content = exhibit(title, code)
    return SimpleUploadedFile(name, content.read(), mimetypes.guess_type(name)[0] or "")
