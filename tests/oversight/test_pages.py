"""Supervision documents through the real pages: drafted, issued, answered, ended; hidden from everybody else."""

import re

import pytest
from django.test import Client

from mingjing.oversight.models import Matter
from tests.cast import JUSTICE, make_person

pytestmark = pytest.mark.django_db
FORM = {
    "kind": "opinion",
    "subject": "告知期限未满就作出处罚",
    "found": "抽查发现一件案件在陈述申辩期限届满前作出处罚决定。",
    "basis": "《中华人民共和国行政处罚法》第四十五条",
    "demands": "复核该案\n核查同期案件并报告",
    "due": "",
    "once": "a" * 32,
}


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
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()


@pytest.fixture
def second(cast):
    """Another supervisor."""
    return make_person("supervisor2", "子", "supervisor", agency=JUSTICE)


def test_a_document_goes_from_the_office_to_the_unit_and_back(cast, second):
    """Drafted with what is missing told, issued by a colleague, on the unit's workbench, reported, accepted."""
    drafts, issues, unit = Desk(cast.supervisor), Desk(second), Desk(cast.head)
    page = drafts.sends("/oversight/new/", 422, **FORM, to="")
    assert "请选择单位" in page
    assert FORM["found"] in page
    drafts.sends("/oversight/new/", to=cast.bureau.code, **FORM)
    drafts.sends("/oversight/new/", to=cast.bureau.code, **FORM)  # the same form again
    row = Matter.objects.get()
    at = f"/oversight/{row.pk}/"
    unit.reads(at, 404)
    assert "起草人不能核准" in drafts.sends(f"{at}step", 422, step="issued")
    assert FORM["subject"] in issues.reads("/")

    issues.sends(f"{at}step", step="issued")

    assert FORM["subject"] in unit.reads("/")
    unit.sends(f"{at}step", step="received")
    assert "请写明内容" in unit.sends(f"{at}step", 422, step="replied", text=" ")
    assert "只有制发文书" in unit.sends(f"{at}step", 422, step="accepted", text="自己认可")
    unit.sends(f"{at}step", step="replied", text="一、已复核并撤销。二、同期三件没有问题。")
    drafts.sends(f"{at}step", step="accepted", text="已调阅该案撤销决定书。")

    assert "已了结" in unit.reads(at)
    assert "现在可以做" not in unit.reads(at)
    assert row.no in drafts.reads("/oversight/?state=accepted")
    assert row.no not in drafts.reads("/oversight/?state=open")


def test_nobody_else_sees_it(cast, second):
    """An officer of another bureau gets no page, no letter and no list entry; the unit's own officer may read it."""
    Desk(cast.supervisor).sends("/oversight/new/", to=cast.bureau.code, **FORM)
    row = Matter.objects.get()
    Desk(second).sends(f"/oversight/{row.pk}/step", step="issued")
    outside, inside = Desk(cast.outsider), Desk(cast.officer)
    for path in ("", "paper.pdf"):
        outside.reads(f"/oversight/{row.pk}/{path}", 404)
    assert row.no not in outside.reads("/oversight/")
    assert row.no in inside.reads("/oversight/")
    assert inside.client.get(f"/oversight/{row.pk}/paper.pdf").content.startswith(b"%PDF")
    assert "报告办理情况" not in re.sub(r"(?s)<ol.*?</ol>", "", inside.reads(f"/oversight/{row.pk}/"))


def test_only_a_supervisor_drafts(cast):
    """The form is not there for a head; for a supervisor it names each limit and its source."""
    Desk(cast.head).reads("/oversight/new/", 403)
    page = Desk(cast.supervisor).reads("/oversight/new/")
    assert "待核对" in page
    assert cast.bureau.name in page
    assert cast.elsewhere.name not in page


def test_the_list_of_filings_opens_empty_and_says_why(cast):
    """Nothing to file: the page says so; the source of the limits is shown."""
    page = Desk(cast.head).reads("/oversight/filings/")
    assert "没有需要备案的重大处罚决定" in page
    assert "没有需要备案" in Desk(cast.head).sends("/oversight/filings/", 422, case="x")
