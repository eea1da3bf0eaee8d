"""The legal-review desk: whose turn it is, round after round, and that nothing is decided without it."""

from secrets import token_hex

import pytest

from mingjing.cases.models import Act, Case
from mingjing.cases.services import ActRefused, record_act
from mingjing.review.selectors import Queue, progress_of, review_queue
from tests.cast import Cast
from tests.review.steps import coordinate, disagree, opine, points, send_again
from tests.stories import step, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: Cast) -> Case:
    """A major case just sent for review."""
    return told(cast, "hearing", until="legal_review_requested")[1]


def where(queue: Queue) -> dict[str, list[str]]:
    """The codes of the cases on each pile."""
    piles = {"to_review": queue.to_review, "returned": queue.returned, "disagreed": queue.disagreed}
    return {name: [one.case.code for one in pile] for name, pile in piles.items() if pile}


def test_a_case_waits_for_the_reviewer_once_sent_with_the_limit_of_the_packs(cast: Cast, sent: Case) -> None:
    """The queue shows the round, who sent it and until when the opinion is due."""
    (waiting,) = review_queue(cast.reviewer).to_review

    assert waiting.case == sent
    assert waiting.progress.round == 1
    assert waiting.by == "甲"
    assert waiting.due is not None
    assert waiting.due.start_seq == waiting.last.seq


def test_a_case_never_sent_is_on_nobodys_desk(cast: Cast) -> None:
    """Only a request puts a case on the desk."""
    told(cast, "hearing", until="hearing_reported")

    assert where(review_queue(cast.reviewer)) == {}


def test_a_returned_case_goes_to_the_officers_and_comes_back_in_the_next_round(
    cast: Cast, sent: Case
) -> None:
    """Return, mend, send again, agree: then it is on no pile."""
    opine(sent, "correct")
    assert where(review_queue(cast.officer)) == {"returned": [sent.code]}

    send_again(sent)
    (waiting,) = review_queue(cast.reviewer).to_review
    assert waiting.progress.round == 2

    opine(sent, "agree")
    assert where(review_queue(cast.reviewer)) == {}


@pytest.mark.parametrize(
    ("conclusion", "pile"),
    [("follow_officers", "to_review"), ("follow_review", "returned"), ("review_again", "returned")],
)
def test_a_disagreement_waits_for_the_head_whose_word_says_who_goes_on(
    cast: Cast, sent: Case, conclusion: str, pile: str
) -> None:
    """The head settles it; only where the officers are right must the reviewer write anew."""
    opine(sent, "correct")
    disagree(sent, "裁量基准规定的就是这一档。")
    assert where(review_queue(cast.head)) == {"disagreed": [sent.code]}

    coordinate(sent, conclusion)
    assert where(review_queue(cast.head)) == {pile: [sent.code]}


def test_another_bureau_sees_nothing_of_it(cast: Cast, sent: Case) -> None:
    """The desk is narrowed to the viewer's agencies; one's own bureau sees it."""
    assert where(review_queue(cast.outsider)) == {}
    assert where(review_queue(cast.officer2)) == {"to_review": [sent.code]}


def test_a_case_decided_meanwhile_leaves_the_desk(cast: Cast) -> None:
    """Once the decision is made there is nothing to review; one step earlier there was an agreed opinion."""
    _, case = told(cast, "hearing", until="penalty_decided")

    assert where(review_queue(cast.reviewer)) == {}
    assert progress_of(case).waits_for == ""


def test_no_decision_without_the_review_and_the_attempt_shows_the_article(cast: Cast) -> None:
    """A major decision without an opinion is refused in the words of article 58; the same after an opinion is made."""
    tale, case = told(cast, "hearing", until="hearing_reported")
    before = Act.objects.count()

    with pytest.raises(ActRefused) as refused:
        record_act(case=case, deed=tale.deed(step(tale, "penalty_decided"), case), once="early")

    against = {one.rule: one for one in refused.value.trial.refusals}
    verdict = against["cn.penalty.legal_review_rights_after_hearing"]
    assert verdict.source is not None
    assert verdict.source.article == "第五十八条第一款第（二）项"
    assert "法制审核" in verdict.reason
    assert verdict.remedy
    assert Act.objects.count() == before

    _, decided = told(cast, "hearing", until="penalty_decided", mark="twin")
    assert Case.objects.get(pk=decided.pk).stage == "decision"


def test_no_decision_on_a_returned_opinion(cast: Cast, sent: Case) -> None:
    """A review that did not pass stops the decision as one that was never made."""
    opine(sent, "correct")
    tale, _ = told(cast, "hearing", until="legal_review_requested", mark="other")

    with pytest.raises(ActRefused) as refused:
        record_act(case=sent, deed=tale.deed(step(tale, "penalty_decided"), sent), once="returned")

    assert "cn.penalty.legal_review_passed" in {one.rule for one in refused.value.trial.refusals}


def test_a_plain_case_is_decided_without_a_review(cast: Cast) -> None:
    """What is not major needs no review: the ordinary story goes through without one."""
    _, case = told(cast, until="penalty_decided")

    kinds = {act.kind for act in Act.objects.filter(case=case)}
    assert "penalty_decided" in kinds
    assert "legal_review_opined" not in kinds


def test_an_opinion_on_seven_points_is_refused_and_on_eight_is_taken(sent: Case) -> None:
    """The packs ask for all eight; the refusal names the rule and nothing is written."""
    before = Act.objects.count()
    with pytest.raises(ActRefused) as refused:
        opine(sent, review_points=points(upto=7))
    assert "cn.penalty.review_covers_eight_points" in {one.rule for one in refused.value.trial.refusals}
    assert Act.objects.count() == before

    assert opine(sent).facts["document_no"]


def test_agreement_over_a_problem_is_refused_and_return_is_taken(sent: Case) -> None:
    """Whoever has marked a problem cannot agree; the same marks with a return are taken."""
    with pytest.raises(ActRefused) as refused:
        opine(sent, "agree", review_points=points(problem=5))
    assert "cn.penalty.review_conclusion_follows_points" in {one.rule for one in refused.value.trial.refusals}

    assert opine(sent, "correct").facts["review_conclusion"] == "correct"


def test_a_point_without_an_opinion_cannot_be_judged_and_is_refused(sent: Case) -> None:
    """A row left half empty is unknown, which refuses; it breaks nothing."""
    half = [*points(upto=7), {"point": "8", "finding": "已核对。"}]

    with pytest.raises(ActRefused):
        opine(sent, review_points=half)

    assert opine(sent)


def test_an_officer_gives_no_opinion(cast: Cast, sent: Case) -> None:
    """The opinion is the reviewer's: an officer of the case is refused, the reviewer is not."""
    with pytest.raises(ActRefused, match="角色"):
        opine(sent, by="officer")

    assert opine(sent)


def test_the_same_form_sent_twice_is_one_opinion(sent: Case) -> None:
    """The token of the form makes a double submit harmless."""
    once = token_hex(16)

    first, second = opine(sent, once=once), opine(sent, once=once)

    assert first == second
    assert Act.objects.filter(case=sent, kind="legal_review_opined").count() == 1


def test_an_imported_request_is_on_no_desk(cast: Cast) -> None:
    """History asks nothing of anybody; a live request does."""
    _, case = told(cast, "hearing", until="legal_review_requested")
    Case.objects.filter(pk=case.pk).update(imported=True)
    assert where(review_queue(cast.reviewer)) == {}

    Case.objects.filter(pk=case.pk).update(imported=False)
    assert where(review_queue(cast.reviewer)) == {"to_review": [case.code]}
