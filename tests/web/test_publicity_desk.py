"""The publicity desk in the browser: what is confirmed is what was read, and there is no other way to publish."""

from typing import TYPE_CHECKING

import pytest

from mingjing.cases.models import Act
from mingjing.publicity.models import Preparation, Publication
from mingjing.publicity.services import prepare
from tests.stories import MONDAY, telling
from tests.web.conftest import SignIn, as_sent

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

FACTS = {
    "publication_reason": "double_publicity",
    "secrecy_checked": True,
    "non_publication_ground": "none",
    "publication_until": "2027-05-01",
}


@pytest.fixture
def decided(cast: "Cast") -> "Case":
    """A fine imposed on the spot, not published yet."""
    tale = telling(cast, "summary")
    until = next(n for n, step in enumerate(tale.story.steps) if step.kind == "decision_published")
    return tale.play(until)


def test_a_text_prepared_anew_is_not_confirmed_from_a_page_opened_before(
    cast: "Cast", decided: "Case", at_desk: SignIn
) -> None:
    """The page shows the new text and asks again; what is then confirmed is that."""
    prepare(case=decided, by=cast.publicity, facts=FACTS)
    paper = Preparation.objects.get()
    client, address = at_desk(cast.publicity2), f"/publicity/papers/{paper.pk}/"
    opened = client.get(address).context["paper"].once
    prepare(case=decided, by=cast.publicity, facts=FACTS, marks=["水果筐"])
    for more in ({}, {"discard": "1"}):
        answer = client.post(address, {"once": opened, **more})
        assert answer.status_code == 422
        assert "已重新准备" in answer.content.decode()
    assert not Publication.objects.exists()
    assert Preparation.objects.filter(confirmed_by=None).exists()

    again = answer.context["paper"].once
    assert f'name="once" value="{again}"' in answer.content.decode()
    assert client.post(address, {"once": again}).status_code == 302
    assert "水果筐" not in str(Publication.objects.get().body)


@pytest.mark.parametrize("kind", ["decision_published", "publication_withdrawn"])
def test_the_generated_form_publishes_nothing(
    cast: "Cast", decided: "Case", at_desk: SignIn, kind: str
) -> None:
    """An act of publication without its publication cannot come about: what is sent there leads to the desk."""
    body = {
        "once": "a" * 32,
        "performers": ["publicity", "publicity2"],
        "done_at": f"{MONDAY}T18:00",
        **as_sent(FACTS),
    }
    answer = at_desk(cast.publicity2).post(f"/cases/{decided.code}/acts/{kind}/", body)
    assert answer["Location"] == f"/publicity/cases/{decided.code}/"
    assert not Act.objects.filter(kind=kind).exists()


def test_the_desk_says_how_names_are_written_and_why(cast: "Cast", decided: "Case", at_desk: SignIn) -> None:
    """On the list, beside the comparison, and before the second person confirms."""
    client = at_desk(cast.publicity)
    prepare(case=decided, by=cast.publicity, facts=FACTS)
    paper = Preparation.objects.get()
    for address in ("/publicity/", f"/publicity/cases/{decided.code}/", f"/publicity/papers/{paper.pk}/"):
        page = client.get(address).content.decode()
        assert "本机关自然人姓名：<b>部分隐去（张某某）</b>，依据《个人信息保护法（2021）》第三十四条" in page
        assert "当事人以外的自然人姓名一律隐去" in page
