"""A browser at the counter: it reads pages and sends the forms they hold, without any script."""

import re
from typing import Any

import pytest
from django.test import Client

from mingjing.documents.services import issue
from tests.defence.conftest import Live, live
from tests.journeys.conftest import reviewer2

__all__ = ["live", "reviewer2"]


class Visitor:
    """Somebody with a phone and a paper. Tokens are checked, as on a real server."""

    def __init__(self, address: str = "203.0.113.5") -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        self.page = self.token = ""

    def reads(self, path: str, status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(f"/counter/{path}")
        assert answer.status_code == status, (path, answer.status_code)
        self.page = answer.content.decode()
        return self.page

    def sends(self, path: str, status: int = 302, **fields: Any) -> str:
        """Send a form with the token of the page last read; follow where it leads."""
        if token := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page):
            self.token = token[1]
        body = {"csrfmiddlewaretoken": self.token, **fields}
        answer = self.client.post(f"/counter/{path}", body)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[:2000])
        if status == 302:
            return self.reads(answer["Location"].removeprefix("/counter/").partition("#")[0])
        self.page = answer.content.decode()
        return self.page

    def enters(self, live: Live, kind: str = "prior_notice_issued", status: int = 302, **fields: str) -> str:
        """Come in with a paper."""
        issue(live.act(kind))
        self.reads("")
        return self.sends("enter/", status, **{"code": live.code(kind), "last": live.last, **fields})

    def hidden(self, name: str) -> str:
        """The value of a hidden box of the page last read."""
        found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
        assert found, name
        return found[1]

    def writes(self, text: str, request: str = "", status: int = 302, **files: Any) -> str:
        """Write one argument."""
        self.reads("case/statement/")
        return self.sends(
            "case/statement/lines/", status, line=self.hidden("line"), text=text, request=request, **files
        )


@pytest.fixture
def visitor() -> Visitor:
    """Somebody at his phone."""
    return Visitor()
