"""A clerk who puts things forward, a head who confirms, a reviewer who examines; and the files they hand in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from mingjing.governance import decisions
from mingjing.governance.decisions import Item, Told

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
STEPS = ("participation", "argument", "risk", "legality", "discussion", "publication")
FILE = ({"digest": "0" * 64, "name": "材料.pdf", "size": 1},)


class Desk:
    """A person at his browser."""

    def __init__(self, person):
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def reads(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.content.decode()[:500]
        return answer.content.decode() if status == 200 else ""

    def sends(self, path, status=302, **typed):
        answer = self.client.post(path, typed)
        assert answer.status_code == status, answer.content.decode()[:3000]
        return answer.content.decode()


class Item1:
    """One item of the catalogue with the people around it."""

    def __init__(self, cast):
        self.cast = cast
        plan = {code: date(2026, 6, number) for number, code in enumerate(STEPS, 1)}
        item = Item(
            subject="疏导点设置方案", group="policy", unit="市容科", why="方便群众。", year=2026, plan=plan
        )
        self.row = decisions.propose(item=item, by=cast.clerk, at=AT, once="item")

    def listed(self):
        decisions.list_item(matter=self.row, by=self.cast.head, at=AT, consent="党组会", published="官网")
        return self

    def takes(self, code, day=AT, by=None, **more):
        done = date(2026, 4, 20) if code != "participation" else date(2026, 4, 10)
        begun = {"participation": date(2026, 3, 2), "legality": date(2026, 4, 20)}.get(code)
        done = date(2026, 4, 30) if code in {"legality", "discussion", "publication"} else done
        said = {"text": "已办。", "begun": begun, "done": done, "files": FILE, **more}
        who = by or (self.cast.reviewer if code == "legality" else self.cast.clerk)
        at = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
        return decisions.take(matter=self.row, code=code, told=Told(**said), by=who, at=at)

    @property
    def now(self):
        return decisions.stand(self.row)


@pytest.fixture
def item(cast):
    """An item that the clerk put forward."""
    return Item1(cast)
