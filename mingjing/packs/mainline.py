"""The flow chart on one sheet: what no case can do without, from top to bottom, and where a case may branch off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mingjing.lawengine.model import Law, ProcedureLaw, Rule, Severity
from mingjing.lawengine.terms import DeadlineTerms, SequenceTerms, Terms
from mingjing.lawengine.vocabulary import Place
from mingjing.packs.flowchart import BAND, BLUE, FONTS, GREY, INK, LINE, wrap
from mingjing.packs.outline import Clause, Step, outline

__all__ = ["main_chart", "review_chart"]

WIDTH: Final = 1000
CENTRE, LEFT, RIGHT = (318, 364), (84, 216), (704, 282)  # where a column begins, and how wide it is
PAD: Final = 9
# Stages after the main act in which the first act that the law waits for belongs to the line.
_AFTER: Final = ("service", "execution", "publication", "closing")
_ALTERNATIVES: Final = (
    "clue",
    "filing",
    "decision",
)  # stages in which another act may end what the line began
CONCLUSION: Final = "review_conclusion"
_SAID: Final = 3  # reasons told of a side step; more would hide the chart behind words

Text = tuple[str, int, str, bool]  # words, size, colour, bold


@dataclass(slots=True)
class Box:
    """A box of the sheet with its lines, where it stands, and what leads to it."""

    lines: list[Text]
    column: tuple[int, int]
    dashed: bool = False
    y: int = 0

    @property
    def height(self) -> int:
        return 2 * PAD + sum(size + 5 for _, size, _, _ in self.lines) - 4

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(slots=True)
class Row:
    """One act of the main line, what it needs besides (right), and what may stand in its place (left)."""

    main: Box
    aside: list[Box] = field(default_factory=list)
    instead: list[Box] = field(default_factory=list)
    outcomes: list[Box] = field(default_factory=list)  # what may come of the act: on the right, leading away


@dataclass(slots=True)
class Stage:
    """A stage of the procedure: its rows, and the acts done in it as the case demands."""

    title: str
    rows: list[Row]
    others: list[str] = field(default_factory=list)
    y: int = 0
    height: int = 0


def main_chart(law: Law, procedure: str) -> str:
    """Draw the main line of a procedure as SVG: needs, limits, documents and branches as the rules say them."""
    part, steps = law.of_procedure(procedure), outline(law, procedure)
    groups = _needed(part, law.procedures[procedure].main[0])
    line = _line(part, steps, groups)
    sideways = {step.kind.kind: dict(_sideways(part, step, line)) for step in line}
    aside = {kind for found in sideways.values() for kinds in found for kind in kinds}
    aside |= {kind for group in groups.values() for kind in group}
    stages = []
    for title, group in groupby(steps, key=lambda step: step.stage):
        own = list(group)
        on_line = [step for step in own if step in line]
        rows = [
            _row(part, step, groups.get(step.kind.kind, ()), sideways[step.kind.kind], line)
            for step in on_line
        ]
        rest = [step for step in own if step not in line and step.kind.kind not in aside]
        if not rows:
            continue
        if own[0].kind.stage in _ALTERNATIVES:
            rows[-1].instead = [_short(step) for step in rest if _stands_instead(step, on_line)]
            rest = [step for step in rest if not _stands_instead(step, on_line)]
        others = [step.kind.title for step in rest if not step.kind.place.seldom]
        stages.append(Stage(title, rows, others))
    return _sheet(f"{law.procedures[procedure].title}流程图", stages)


def _needed(part: ProcedureLaw, main: str) -> dict[str, tuple[str, ...]]:
    """Give the acts without which the main one cannot be done, each with the acts that may stand for it."""
    found: dict[str, tuple[str, ...]] = {main: ()}
    waiting = [main]
    while waiting:
        for group in _groups(part, waiting.pop()):
            if not set(group) & {kind for one, others in found.items() for kind in (one, *others)}:
                found[group[0]] = group[1:]
                waiting.append(group[0])
    return found


def _groups(part: ProcedureLaw, kind: str) -> Iterator[tuple[str, ...]]:
    """Give the groups of which an act needs one each, whatever the case."""
    for rule in part.rules_by_act[kind]:
        version = rule.versions[-1]
        conditional = rule.when or version.when or version.until
        if conditional or rule.severity is not Severity.BLOCK or not isinstance(version.terms, SequenceTerms):
            continue
        for group in version.terms.needs:
            if known := tuple(dict.fromkeys(ref.kind for ref in group if ref.kind in part.kinds)):
                yield known


def _line(part: ProcedureLaw, steps: Iterable[Step], groups: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """Give the steps of the main line: what the main act needs, the main act, and what the law waits for after it."""
    steps, on_it = list(steps), set(groups)
    for stage in _AFTER:
        own = [step for step in steps if step.kind.stage == stage and step.kind.kind not in groups]
        # What has a day by which it must be done comes before what may only not be done earlier.
        due = [step for step in own if _due_after(part, step, on_it)] or own[:1]
        for step in [one for one in due if _due_after(part, one, on_it) or _needs(part, one, on_it)][:1]:
            on_it.add(step.kind.kind)
        if stage == "closing":
            on_it |= {step.kind.kind for step in own if _needs(part, step, on_it)}
    return [step for step in steps if step.kind.kind in on_it]


def _due_after(part: ProcedureLaw, step: Step, line: set[str]) -> bool:
    """Say whether the law sets a day by which the act must follow one of the line."""
    return any(
        ref.kind in line
        for _, terms in _in_force(part, step)
        if isinstance(terms, DeadlineTerms) and terms.bound == "within"
        for ref in terms.start
    )


def _needs(part: ProcedureLaw, step: Step, line: set[str]) -> bool:
    """Say whether the act comes after one of the line, whatever the case."""
    return any(
        ref.kind in line
        for rule, terms in _in_force(part, step)
        if isinstance(terms, SequenceTerms) and rule.when is None and rule.severity is Severity.BLOCK
        for group in terms.needs
        for ref in group
    )


def _in_force(part: ProcedureLaw, step: Step) -> Iterator[tuple[Rule, Terms]]:
    """Give the rules on an act whose newest text has no end, with its terms."""
    for rule in part.rules_by_act[step.kind.kind]:
        version = rule.versions[-1]
        if version.until is None:
            yield rule, version.terms


def _sideways(
    part: ProcedureLaw, step: Step, line: Iterable[Step]
) -> Iterator[tuple[tuple[str, ...], list[Rule]]]:
    """Give what else the step needs, each with its rules: acts needed under a condition, or one of several acts."""
    on_line = {one.kind.kind for one in line}
    found: dict[tuple[str, ...], list[Rule]] = {}
    for rule, terms in _in_force(part, step):
        if not isinstance(terms, SequenceTerms) or rule.severity is not Severity.BLOCK:
            continue
        for group in terms.needs:
            kinds = tuple(dict.fromkeys(ref.kind for ref in group if ref.kind in part.kinds))
            if kinds and not on_line & set(kinds):
                found.setdefault(kinds, []).append(rule)
    yield from found.items()


def _stands_instead(step: Step, rows: Iterable[Step]) -> bool:
    """Say whether the act ends what an act of the line goes on with: once it is done, the other is out of place."""
    return any(_closes(row.kind.place, step.kind.kind) for row in rows)


def _closes(place: Place, kind: str) -> bool:
    return any(ref.kind == kind for ref in (*place.until, *place.usually_until))


def _row(
    part: ProcedureLaw,
    step: Step,
    others: tuple[str, ...],
    sideways: Mapping[tuple[str, ...], list[Rule]],
    line: Iterable[Step],
) -> Row:
    law, on_line = part.law, {one.kind.kind for one in line}
    limits = [clause for clause in step.limits if _runs_on(part, clause, on_line)]
    return Row(
        Box(_told(law, step, limits, others), CENTRE),
        [Box(_reasons(law, kinds, rules), RIGHT, dashed=True) for kinds, rules in sideways.items()],
    )


def _runs_on(part: ProcedureLaw, clause: Clause, line: set[str]) -> bool:
    """Say whether a limit runs from an act of the line, or from a fact: others belong to what happens beside it."""
    terms = part.law.rules_by_id[clause.rule].versions[-1].terms
    return (
        not isinstance(terms, DeadlineTerms)
        or not terms.start
        or any(ref.kind in line for ref in terms.start)
    )


def _told(law: Law, step: Step, limits: Sequence[Clause], others: tuple[str, ...] = ()) -> list[Text]:
    title = "或者".join((step.kind.title, *map(law.title_of, others)))
    lines: list[Text] = [(text, 15, INK, True) for text in wrap(title, 15, CENTRE[1] - 2 * PAD)]
    for limit in limits[:_SAID]:
        words = f"◷ {limit.text}（{limit.source.cite()}）"
        lines += [(text, 11, BLUE, False) for text in wrap(words, 11, CENTRE[1] - 2 * PAD)]
    if step.kind.form in law.forms:
        lines.append((f"文书：{law.forms[step.kind.form].title}", 11, GREY, False))
    return lines


def _reasons(law: Law, kinds: tuple[str, ...], rules: list[Rule]) -> list[Text]:
    width = RIGHT[1] - 2 * PAD
    title = "或者".join(law.title_of(kind) for kind in kinds[:_SAID])
    lines: list[Text] = [(text, 13, INK, True) for text in wrap(title, 13, width)]
    for rule in rules[:_SAID]:
        lines += [(text, 11, GREY, False) for text in wrap(f"· {rule.title}", 11, width)]
    if len(rules) > _SAID:
        lines.append((f"· 以及另外 {len(rules) - _SAID} 种情形", 11, GREY, False))
    return lines


def _short(step: Step) -> Box:
    words = wrap(f"或：{step.kind.title}", 13, LEFT[1] - 2 * PAD)
    return Box([(text, 13, INK, True) for text in words], LEFT, dashed=True)


# --- the chart of the legal review --------------------------------------------------------------------


def review_chart(law: Law, procedure: str, *, topic: str = "legal_review") -> str:
    """Draw the legal review of a procedure: what sends a decision there, the review and its limit, what may come of it.

    Gives an empty text where no rule of the procedure demands a review.
    """
    part = law.of_procedure(procedure)
    steps = {step.kind.kind: step for step in outline(law, procedure)}
    review = [step for name, step in steps.items() if name.startswith(topic)]
    triggers = [
        rule
        for rule in part.rules
        if rule.topic == topic and rule.severity is Severity.BLOCK and rule.kind == "sequence"
        if rule.versions[-1].until is None
        if any(law.kinds[kind].stage == "decision" for kind in rule.acts if kind in part.kinds)
    ]
    if not review or not triggers:
        return ""
    reasons = _listed([rule.list_row.get("matter", rule.title) for rule in triggers])
    rows = [Row(Box([("应当送审的情形", 15, INK, True), *reasons], CENTRE))]
    for step in review:
        seldom = not _concludes(step) and step is not review[0]
        if seldom:  # what is done only where people disagree hangs on what they disagree about
            rows[-1].instead.append(_short(step))
        else:
            rows.append(Row(Box(_told(law, step, step.limits), CENTRE)))
        if _concludes(step):
            rows[-1].outcomes = [_outcome(words) for words in _conclusions(law)]
    decided = [steps[kind].kind.title for kind in law.procedures[procedure].main if kind in steps]
    rows.append(Row(Box([(text, 15, INK, True) for text in decided[:1]], CENTRE)))
    return _sheet(f"{law.procedures[procedure].short}：重大执法决定法制审核流程图", [Stage("法制审核", rows)])


def _outcome(words: str) -> Box:
    return Box([(text, 12, INK, True) for text in wrap(words, 12, RIGHT[1] - 2 * PAD)], RIGHT, dashed=True)


def _listed(items: Iterable[str]) -> list[Text]:
    return [(text, 11, GREY, False) for item in items for text in wrap(f"· {item}", 11, CENTRE[1] - 2 * PAD)]


def _concludes(step: Step) -> bool:
    return any(use.name == CONCLUSION for use in step.kind.fields)


def _conclusions(law: Law) -> list[str]:
    """Give what may come of a review, in the words of the form."""
    return [label for _, label in law.fields[CONCLUSION].options]


# --- drawing -----------------------------------------------------------------------------------------


def _sheet(title: str, stages: list[Stage]) -> str:
    bottom = _place(stages)
    mains = [row.main for stage in stages for row in stage.rows]
    body = [_text(title, WIDTH // 2, 40, 24, INK, bold=True, centred=True)]
    body += [_band(stage) for stage in stages]
    body += [_down(one, other) for one, other in pairwise(mains)]
    for stage in stages:
        for row in stage.rows:
            body += [_from_side(row.main, box) for box in row.aside]
            body += [_to_side(row.main, box) for box in row.instead]
            body += [_away(row.main, box) for box in row.outcomes]
            body += [_drawn(box) for box in (row.main, *row.aside, *row.instead, *row.outcomes)]
        if stage.others:
            body += _others(stage)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}" '
        f'role="img" aria-label={quoteattr(title)} font-family="{FONTS}">\n<title>{escape(title)}</title>\n'
        f"{_ARROWHEAD}\n" + "\n".join(body) + "\n</svg>\n"
    )


_ARROWHEAD: Final = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0 0 8 4 0 8z" fill="{GREY}"/></marker></defs>'
)


def _place(stages: list[Stage]) -> int:
    y = 66
    for stage in stages:
        stage.y, inner = y, y + 14
        for row in stage.rows:
            inner = _place_row(row, inner) + 18
        inner += 17 * len(_other_lines(stage)) + (4 if stage.others else -6)
        stage.height = inner - y
        y += stage.height + 8
    return y + 6


def _place_row(row: Row, top: int) -> int:
    """Put the boxes of a row side by side, their middles level; gives where the row ends."""
    right = [*row.aside, *row.outcomes]
    tallest = max(_stacked(right), _stacked(row.instead), row.main.height)
    row.main.y = top + (tallest - row.main.height) // 2
    for boxes in (right, row.instead):
        y = top + (tallest - _stacked(boxes)) // 2
        for box in boxes:
            box.y = y
            y += box.height + 6
    return top + tallest


def _stacked(boxes: list[Box]) -> int:
    return sum(box.height + 6 for box in boxes) - 6 if boxes else 0


def _other_lines(stage: Stage) -> list[str]:
    told = f"视案情办理：{'、'.join(stage.others)}"
    return wrap(told, 12, RIGHT[0] + RIGHT[1] - LEFT[0]) if stage.others else []


def _others(stage: Stage) -> list[str]:
    lines = _other_lines(stage)
    top, x = stage.y + stage.height - 17 * len(lines) + 4, CENTRE[0] + CENTRE[1] // 2
    # The way down goes behind the words, not through them.
    gap = f'<rect x="{x - 7}" y="{top - 13}" width="14" height="{17 * len(lines)}" fill="{BAND}"/>'
    return [gap, *(_text(text, LEFT[0], top + n * 17, 12, GREY) for n, text in enumerate(lines))]


def _band(stage: Stage) -> str:
    strip = f'<rect x="8" y="{stage.y}" width="{WIDTH - 16}" height="{stage.height}" rx="8" fill="{BAND}"/>'
    names = wrap(stage.title, 14, 60)
    return "\n".join(
        [strip, *(_text(text, 18, stage.y + 26 + n * 18, 14, INK, bold=True) for n, text in enumerate(names))]
    )


def _drawn(box: Box) -> str:
    x, width = box.column
    dash = f' stroke="{GREY}" stroke-dasharray="5 4"' if box.dashed else f' stroke="{INK}" stroke-width="1.6"'
    parts = [f'<rect x="{x}" y="{box.y}" width="{width}" height="{box.height}" rx="6" fill="#fff"{dash}/>']
    y = box.y + PAD - 4
    for words, size, colour, bold in box.lines:
        y += size + 5
        parts.append(_text(words, x + width // 2, y - 1, size, colour, bold=bold, centred=True))
    return "\n".join(parts)


def _down(one: Box, other: Box) -> str:
    x = CENTRE[0] + CENTRE[1] // 2
    return _path(f"M{x} {one.y + one.height}V{other.y}")


def _from_side(main: Box, side: Box) -> str:
    y = min(max(side.middle, main.y + 6), main.y + main.height - 6)
    return _path(f"M{RIGHT[0]} {side.middle}H{RIGHT[0] - 11}V{y}H{CENTRE[0] + CENTRE[1]}")


def _away(main: Box, side: Box) -> str:
    y = min(max(side.middle, main.y + 6), main.y + main.height - 6)
    return _path(f"M{CENTRE[0] + CENTRE[1]} {y}H{RIGHT[0] - 11}V{side.middle}H{RIGHT[0]}")


def _to_side(main: Box, side: Box) -> str:
    y = min(max(side.middle, main.y + 6), main.y + main.height - 6)
    return _path(f"M{CENTRE[0]} {y}H{CENTRE[0] - 9}V{side.middle}H{LEFT[0] + LEFT[1]}")


def _path(d: str) -> str:
    return f'<path d="{d}" fill="none" stroke="{LINE}" stroke-width="1.4" marker-end="url(#to)"/>'


def _text(
    words: str, x: int, y: int, size: int, colour: str, *, bold: bool = False, centred: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    anchor = ' text-anchor="middle"' if centred else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}{anchor}>{escape(words)}</text>'
