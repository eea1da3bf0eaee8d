"""The desk's marks: why something is hidden, clearing with a reason, and a second person who looks at every doubt."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mingjing.publicity.desk import doubtful_words
from mingjing.publicity.models import Preparation, Publication
from mingjing.publicity.services import PublicityRefused, confirm, prepare
from tests.stories import telling
from tests.web.conftest import SignIn, as_sent
from tests.web.test_publicity_desk import FACTS

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

FOUND = "当事人将“龙井”等货物堆放在人行道上。邻居方木在一旁，店员赵立新称系张小泉所送。货名为章明胶合。"


@pytest.fixture
def decided(cast: "Cast") -> "Case":
    """A fine on the spot whose facts hold a brand that looks like a name, a name, and words that may be one."""
    tale = telling(cast, "summary")
    steps = [
        replace(step, facts={**step.facts, "violation_facts": FOUND})
        if "violation_facts" in step.facts
        else step
        for step in tale.story.steps
    ]
    tale = replace(tale, story=replace(tale.story, steps=steps))
    until = next(n for n, step in enumerate(tale.story.steps) if step.kind == "decision_published")
    return tale.play(until)


def test_every_mark_says_what_and_why_without_colour(cast: "Cast", decided: "Case", at_desk: SignIn) -> None:
    """Kinds carry a sign and a reason, a legend explains the signs; what only a recogniser found can be cleared."""
    page = at_desk(cast.publicity).get(f"/publicity/cases/{decided.code}/").content.decode()

    assert re.search(
        r'<mark class="mj-k-name" tabindex="0" data-why="姓名：由系统从正文中识别[^"]*" data-clear="赵立新">',
        page,
    )
    assert '赵立新<sup aria-label="姓名' in page
    assert all(f"<sup>{sign}</sup>" in page for sign in "名址证话账车联幼")
    assert 'data-why="姓名：案件中登记为不公开的内容"' in page
    assert 'data-clear="刘大勇"' not in page


def test_what_was_hidden_by_mistake_is_cleared_with_a_reason_that_is_kept(
    cast: "Cast", decided: "Case", at_desk: SignIn
) -> None:
    """Without a reason the form is refused and says what is missing; with it the word is public, the rest is not."""
    client, address = at_desk(cast.publicity), f"/publicity/cases/{decided.code}/"
    refused = client.post(address, {**as_sent(FACTS), "cleared": "张小泉："})
    assert refused.status_code == 422
    assert "需要写明理由" in refused.content.decode()
    assert not Preparation.objects.exists()

    assert (
        client.post(address, {**as_sent(FACTS), "cleared": "张小泉：商标名称，不是人名"}).status_code == 302
    )
    paper = Preparation.objects.get()
    assert paper.cleared == [{"text": "张小泉", "reason": "商标名称，不是人名"}]
    assert "张小泉" in str(paper.view)
    assert "赵立新" not in str(paper.view)


@pytest.mark.parametrize("word", ["刘大勇", "不在文中"])
def test_what_the_case_keeps_back_and_what_is_not_hidden_cannot_be_cleared(
    cast: "Cast", decided: "Case", word: str
) -> None:
    """The name of the party is hidden by its field, not by a recogniser: no reason makes it public."""
    with pytest.raises(PublicityRefused, match=r"不能恢复公开|没有被隐去"):
        prepare(case=decided, by=cast.publicity, facts=FACTS, clear={word: "当事人同意公开"})

    assert not Preparation.objects.exists()


def test_the_second_person_looks_at_every_doubt(cast: "Cast", decided: "Case", at_desk: SignIn) -> None:
    """As long as one doubtful word is not ticked nothing is published; ticked, it is, and who ticked is known."""
    paper = prepare(case=decided, by=cast.publicity, facts=FACTS)
    doubts = [one.text for one in doubtful_words(paper, cast.publicity2)]
    assert doubts
    with pytest.raises(PublicityRefused, match=f"还有 {len(doubts)} 处"):
        confirm(preparation=paper, by=cast.publicity2)

    client, address = at_desk(cast.publicity2), f"/publicity/papers/{paper.pk}/"
    refused = client.post(address, {"once": paper.once})
    assert refused.status_code == 422
    assert "请核对" in refused.content.decode()
    assert not Publication.objects.exists()

    assert client.post(address, {"once": paper.once, "checked": doubts}).status_code == 302
    assert Publication.objects.exists()
    assert Preparation.objects.get().checked == sorted(doubts)
