"""What the forms of acts show of benchmarks, lists, earlier violations and like cases; nothing is judged or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.cases.discretion import Assessment, key_of
from mingjing.cases.law import case_file
from mingjing.cases.likeness import Like, Likeness, like_cases
from mingjing.cases.outcomes import fen
from mingjing.cases.party_record import PartyRecord, openable_by
from mingjing.kit.clock import legal_day
from mingjing.lawengine.benchmark import Benchmark, Circumstance, Item
from mingjing.packs.lists import EFFECTS, Hit
from mingjing.web.fields import Control

if TYPE_CHECKING:
    from mingjing.cases.services import Trial
    from mingjing.web.act_form import ActForm, Typed

ITEM: Final = "discretion_item"
ANSWERS: Final = "discretion_answers"
REASONS: Final = ("tier_departure_reason", "exempt_not_applied_reason", "no_coercion_departure_reason")
FINES: Final = ("fine_yuan", "proposed_fine_yuan")
MOST_ITEMS: Final = 20
YES_NO: Final = ("是", "否")


@dataclass(frozen=True)
class Pick:
    """One line of a benchmark that may be picked."""

    key: str
    item: Item
    table: Benchmark
    chosen: bool


@dataclass(frozen=True)
class Question:
    """One circumstance as an input of the form, in its row of the table of answers."""

    number: int
    asked: Circumstance
    answer: str

    @property
    def name(self) -> str:
        """The name of the input for the answer, without its last part."""
        return f"f.{ANSWERS}.{self.number}"

    @property
    def choices(self) -> Sequence[str]:
        """What may be picked; nothing where a figure is typed."""
        if self.asked.type == "bool":
            return YES_NO
        return [one.title for one in self.asked.options]

    @property
    def unit(self) -> str:
        """The unit of a figure."""
        return "元" if self.asked.type == "money" else self.asked.unit


@dataclass(frozen=True)
class ItemControl(Control):
    """The control that picks a line of a benchmark, with the questions of the picked line below it."""

    picks: Sequence[Pick] = ()
    questions: Sequence[Question] = ()
    searched: str = ""
    more: int = 0
    answer_errors: Sequence[str] = field(default=())

    @property
    def template(self) -> str:
        """The file that draws it."""
        return "web/discretion/_item.html"

    @property
    def wide(self) -> bool:
        """It takes the whole line."""
        return True

    @property
    def grouped(self) -> bool:
        """Its label stands over several inputs."""
        return True


def asked_in(form: "ActForm") -> bool:
    """Whether the form picks a line of a benchmark."""
    return form.case is not None and form.kind.asks(ITEM)


def assessed(form: "ActForm", typed: "Typed", trial: "Trial") -> Assessment | None:
    """The case held against benchmarks and lists as the form stands; None where the form picks no line."""
    if form.case is None or not form.kind.asks(ITEM):
        return None
    stated = {name: value for name, value in trial.facts.items() if name not in form.kind.computed}
    done_at = form.deed(typed).done_at
    return Assessment(case_file(form.case), stated, legal_day(done_at or timezone.now()))


def begun(form: "ActForm", typed: "Typed") -> "Typed":
    """A fresh form with what the last assessment picked and answered, else the line that alone fits the violation."""
    if not asked_in(form) or form.draft.form or ITEM in typed.facts:
        return typed
    earlier = {name: form.facts_so_far[name] for name in (ITEM, ANSWERS) if name in form.facts_so_far}
    if not earlier:
        found = assessed(form, typed, form.trial(typed))
        if found is None or len(found.fitting) != 1:
            return typed
        earlier = {ITEM: key_of(*found.fitting[0])}
    return replace(typed, facts={**typed.facts, **earlier})


def answered(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, without the questions that were left open."""
    kept = dict(facts)
    if rows := [row for row in kept.pop(ANSWERS, ()) if row.get("circumstance_answer")]:
        kept[ANSWERS] = rows
    return kept


def reasons_apart(controls: Sequence[Control]) -> tuple[list[Control], list[Control]]:
    """The controls without the reasons for departing, which most cases do not need, and those reasons."""
    apart = [one for one in controls if one.name.removeprefix("f.") in REASONS]
    return [one for one in controls if one not in apart], apart


def dressed(form: "ActForm", typed: "Typed", controls: Sequence[Control], search: str) -> Sequence[Control]:
    """The controls, those of the benchmark drawn as picks and questions."""
    if not asked_in(form):
        return controls
    found = assessed(form, typed, form.trial(typed))
    if found is None:
        return controls
    drawn: list[Control] = []
    for control in controls:
        if control.name == f"f.{ITEM}":
            errors = next((one.errors for one in controls if one.name == f"f.{ANSWERS}"), ())
            drawn.append(_item_control(form, control, found, search, errors))
        elif control.name != f"f.{ANSWERS}":
            drawn.append(control)
    return drawn


def _item_control(
    form: "ActForm", control: Control, found: Assessment, search: str, errors: Sequence[str]
) -> ItemControl:
    picks = _picks(found, search)
    on_form = {use.name for use in form.kind.fields}
    asked = [one for one in found.questions if one.fact not in on_form]
    return ItemControl(
        name=control.name,
        field=control.field,
        value=control.value,
        errors=control.errors,
        picks=picks[:MOST_ITEMS],
        more=max(0, len(picks) - MOST_ITEMS),
        questions=[
            Question(number, one, _shown_answer(one, found.answers.get(one.key, "")))
            for number, one in enumerate(asked)
        ],
        searched=search,
        answer_errors=errors,
    )


def _shown_answer(question: Circumstance, answer: str) -> str:
    if question.type == "bool":
        return {"true": "是", "false": "否"}.get(answer, answer)
    return next((one.title for one in question.options if one.code == answer), answer)


def _picks(found: Assessment, search: str) -> list[Pick]:
    """The picked line, what was searched for, else what fits the violation, else everything."""
    lines = [(table, item) for table in found.norms.benchmarks for item in table.items]
    if search:
        lines = [line for line in lines if _speaks(line[1], search)]
    elif found.fitting:
        lines = found.fitting
    if found.chosen:
        lines = [found.chosen, *(line for line in lines if line != found.chosen)]
    return [Pick(key_of(*line), line[1], line[0], chosen=line == found.chosen) for line in lines]


def _speaks(item: Item, search: str) -> bool:
    words = f"{item.violation}{item.law}{item.article}{item.chapter}"
    return all(word in words for word in search.split())


# --- beside the form ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """What the officer sees beside the form: the range, the lists, the record of the party, like cases."""

    assessment: Assessment | None = None
    record: PartyRecord | None = None
    openable: frozenset[str] = frozenset()
    likeness: Likeness | None = None
    low: str = ""
    high: str = ""
    fine_fen: int | None = None

    @property
    def outside(self) -> bool:
        """Whether the fine as typed lies outside the range."""
        low, high = fen(self.low or None), fen(self.high or None)
        fine = self.fine_fen
        return None not in (low, high, fine) and not (low or 0) <= (fine or 0) <= (high or 0)

    @property
    def matched(self) -> list[tuple[Hit, str]]:
        """The lines of lists that the case meets, with their effect in words."""
        found = self.assessment.matched if self.assessment else []
        return [(hit, EFFECTS[hit.item.effect]) for hit in found]

    @property
    def answers(self) -> list[str]:
        """What was answered, in words."""
        if self.assessment is None or self.assessment.chosen is None:
            return []
        given = self.assessment.answers
        return [f"{one.question}：{given[one.key]}" for one in self.assessment.questions if one.key in given]


def beside(form: "ActForm", typed: "Typed", trial: "Trial") -> Beside | None:
    """Gather it; None where the form has nothing to do with the measure of a penalty."""
    if form.case is None or not (asked_in(form) or any(form.kind.asks(name) for name in FINES)):
        return None
    facts = {**form.facts_so_far, **trial.facts}
    found = assessed(form, typed, trial)
    like = Like.of(facts, form.case.region)
    sum_typed = next((facts[name] for name in FINES if name in trial.facts), facts.get(FINES[1]))
    record = found.record if found else None
    fine = fen(sum_typed)
    return Beside(
        fine_fen=fine,
        assessment=found,
        record=record,
        openable=openable_by(form.viewer, record) if record else frozenset(),
        likeness=like_cases(like, viewer=form.viewer, fine_fen=fine, besides=form.case) if like else None,
        low=str(facts.get("benchmark_low_yuan", "")),
        high=str(facts.get("benchmark_high_yuan", "")),
    )
