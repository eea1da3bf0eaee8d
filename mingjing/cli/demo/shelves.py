"""The shelves of the demo: seized goods put into the store by two people, and an archived file with its package."""

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from mingjing.archive.selectors import file_state
from mingjing.archive.services import seal_package, seal_pending
from mingjing.cases.selectors import acts_of
from mingjing.cli.demo.live import named_case
from mingjing.documents.services import NoDocument, issue
from mingjing.personnel.selectors import person
from mingjing.property import services as custody
from mingjing.property.selectors import items_of_cases
from mingjing.translog.services import seal_log

if TYPE_CHECKING:
    from mingjing.cases.models import Case

SEIZED, ARCHIVED = "seized", "archived"  # the cases' names in the table
STORE: Final = "涉案财物一号库 A 区 01 架（演示）"
BATCH: Final = 10_000
MOST_TURNS: Final = 100  # of reading the log, two hundred entries each: far more than the demo has


def fill_shelves() -> None:
    """Store the goods of one case and seal the package of another, where that is not done yet."""
    _seal()
    store_goods(named_case(SEIZED))
    pack(named_case(ARCHIVED))
    _seal()


def _seal() -> None:
    while seal_log(at=timezone.now(), limit=BATCH) == BATCH:
        pass


def store_goods(case: "Case") -> None:
    """Put the first item that the case has taken into the store, signed by the clerk and an officer."""
    while custody.take_in():
        pass
    clerk, officer, now = person("clerk"), person("officer"), timezone.now()
    item = items_of_cases(clerk, [case.code])[0]
    if item.now.moves:
        return
    with transaction.atomic():  # no draft is left to wait for its second signature
        draft = custody.prepare_move(
            items=[item.code],
            kind="store",
            stated={"place": STORE, "seal_no": "WG-F-0001"},
            basis="",
            photos=[],
            moved_at=now,
            by=clerk,
            at=now,
        )
        custody.sign_move(draft=draft.pk, by=officer, at=now)


def pack(case: "Case") -> None:
    """Draw the documents of an archived case and seal its package."""
    state = file_state(case)
    if state.packages or state.archived is None:
        return
    for act in acts_of(case):
        try:
            issue(act)
        except NoDocument:
            continue
    _seal()  # a package proves the documents in it
    for _ in range(MOST_TURNS):  # the worker's list must know the file first, or it would wait on it for ever
        if file_state(case).waiting:
            break
        seal_pending(limit=0)
    seal_package(state.archived, at=timezone.now())
