"""Killed between any two statements, sent from two tabs at once: no lost act, no double act, no half act."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, NumberSeries
from mingjing.cases.rebuild import rebuild
from mingjing.cases.services import ActRefused, Deed, record_act
from mingjing.packs.load import library
from mingjing.translog.models import Entry, Queued
from tests.cast import Cast
from tests.stories import step, told

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (Case, Act, CaseDeadline, CaseFinding, NumberSeries, Entry, Queued)
MOST_STATEMENTS = 80


@pytest.fixture
def filing(cast: Cast) -> Iterator[tuple[Case, Deed]]:
    """A case about to be filed: the act takes a number, writes limits and drops others."""
    tale, case = told(cast, until="clue_accepted")
    yield case, tale.deed(step(tale, "filing_approved"), case)
    _part()


def _part() -> None:
    """Leave no connection to a child or a thread: each opens its own."""
    for one in connections.all():
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()


def _standing() -> dict[str, list[Any]]:
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in TABLES}


def _in_child(work: Callable[[], object]) -> int:
    """Run something in a child process; gives the signal that ended it, 0 for none."""
    _part()
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed for another reason"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _killed_at(number: int, work: Callable[[], object]) -> int:
    """Run something in a child that is killed, as by kill -9, right before its n-th statement."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    def run() -> None:
        with connection.execute_wrapper(count):
            work()

    return _in_child(run)


def test_killed_before_any_statement_an_act_is_not_written_at_all(filing: tuple[Case, Deed]) -> None:
    """Before every statement of the transaction in turn: everything stands as it stood, and the next try works."""
    case, deed = filing
    before = _standing()

    kills = 0
    for number in range(1, MOST_STATEMENTS):
        if _killed_at(number, lambda: record_act(case=case, deed=deed, once="kill")) == 0:
            break
        kills += 1
        assert _standing() == before, f"killed before statement {number}"

    assert kills >= 10
    assert Act.objects.filter(once="kill").count() == 1
    assert rebuild(dry_run=True).differences == []


def test_killed_after_the_commit_an_act_stands_and_sending_again_adds_none(
    filing: tuple[Case, Deed],
) -> None:
    """The answer is lost, the act is not: the same token finds it."""
    case, deed = filing

    def record_and_die() -> None:
        record_act(case=case, deed=deed, once="late")
        os.kill(os.getpid(), signal.SIGKILL)

    assert _in_child(record_and_die) == signal.SIGKILL
    stands = _standing()
    assert record_act(case=case, deed=deed, once="late").seq == 3
    assert _standing() == stands


def test_two_tabs_at_once_record_one_filing(filing: tuple[Case, Deed]) -> None:
    """Two tabs send different forms of an act that comes but once: one is recorded, one is told why not."""
    case, deed = filing
    answers = _at_once([lambda n=n: record_act(case=case, deed=deed, once=f"tab-{n}") for n in range(2)])

    assert sorted(type(answer).__name__ for answer in answers) == ["Act", "ActRefused"]
    assert Act.objects.filter(case=case, kind="filing_approved").count() == 1


def test_a_double_click_is_one_act(filing: tuple[Case, Deed]) -> None:
    """The same form sent eight times at once is recorded once, and every sender gets that act."""
    case, deed = filing
    answers = _at_once([lambda: record_act(case=case, deed=deed, once="click") for _ in range(8)])

    assert {answer.pk for answer in answers} == {Act.objects.get(once="click").pk}


def test_many_people_record_in_one_case_without_gaps(cast: Cast) -> None:
    """Eight inspections at once get the numbers 4 to 11, each once."""
    tale, case = told(cast, until="filing_approved")
    deed = tale.deed(step(tale, "inspection_recorded"), case)
    answers = _at_once([lambda n=n: record_act(case=case, deed=deed, once=f"crowd-{n}") for n in range(8)])

    assert not [answer for answer in answers if isinstance(answer, ActRefused)]
    seqs = list(Act.objects.filter(case=case).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 12))
    _part()


def _meanwhile(work: Callable[[], object], other: Callable[[], object]) -> Any:
    """Do some work, and something else once at the moment when the performers of the first are looked up."""
    waiting = [other]

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "personnel_certificateevent" in sql and waiting:
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        return work()


def test_an_act_overtaken_while_it_was_judged_is_judged_again(filing: tuple[Case, Deed]) -> None:
    """The case is filed while somebody else's filing is being judged: the second is refused by what then stands."""
    case, deed = filing

    with pytest.raises(ActRefused):
        _meanwhile(
            lambda: record_act(case=case, deed=deed, once="late"),
            lambda: record_act(case=case, deed=deed, once="quick"),
        )
    assert not Act.objects.filter(once="late").exists()
    assert rebuild(dry_run=True).differences == []


def test_an_act_overtaken_by_one_that_leaves_it_lawful_comes_after_it(cast: Cast) -> None:
    """Two inspections: the slower one takes the next number, and the derived rows know both."""
    tale, case = told(cast, until="filing_approved")
    deed = tale.deed(step(tale, "inspection_recorded"), case)

    late = _meanwhile(
        lambda: record_act(case=case, deed=deed, once="late"),
        lambda: record_act(case=case, deed=deed, once="quick"),
    )
    assert late.seq == Act.objects.get(once="quick").seq + 1
    assert rebuild(dry_run=True).differences == []


def test_no_rule_reads_the_number_that_an_act_is_given_when_it_is_written() -> None:
    """Where a case stands is worked out before its act has a number, so no rule may depend on one."""
    law = library().law(region="410481", field="urban")
    read = {
        rule.id: repr([rule.when, *((one.when, one.terms) for one in rule.versions)]) for rule in law.rules
    }
    assert any("fine_yuan" in text for text in read.values())
    assert not [rule for rule, text in read.items() if re.search(r"\bdocument_no\b", text)]


def _at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads of their own; gives what each returned, or the refusal it met."""

    def one(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except ActRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))
