"""Where a placeholder finds its value: in the act, in the acts before it, with the agency. No layout, no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from mingjing.documents.forms import PLACEHOLDER, Block, Words, placeholders
from mingjing.documents.writing import BLANK, FILTERS, UNKNOWN, Value, written
from mingjing.lawengine.condition import Context, context_of
from mingjing.lawengine.model import ActRecord, Law, Performer


class Issuer(Protocol):
    """The agency in whose name a document is made."""

    name: Any
    short_name: Any
    uscc: Any
    address: Any
    phone: Any
    review_body: Any
    court: Any
    payment_bank: Any
    payment_account: Any


# Facts that the agency's own record answers where no act says otherwise.
AGENCY_FACTS: Final = ("review_body", "court", "payment_bank", "payment_account")
# System values: name -> type of value. They exist for every act.
SYSTEM: Final = {
    "agency": "text",
    "agency_short": "text",
    "agency_uscc": "text",
    "agency_address": "text",
    "agency_phone": "text",
    "case_number": "text",
    "number": "text",
    "document": "text",
    "done_at": "datetime",
    "performers": "people",
    "row_number": "int",
}
OF_ACT: Final = ("number", "document", "done_at", "performers")


@dataclass(frozen=True)
class Sources:
    """Everything a document may draw on: the act, the acts before it, the agency and the names of its people."""

    agency: Issuer
    case_number: str
    act: ActRecord
    acts: Sequence[ActRecord]
    law: Law
    people: Mapping[str, Performer] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    procedure: str = ""
    cited: list[Any] = field(default_factory=list)  # every citation that was written, for whoever checks them

    @cached_property
    def known(self) -> dict[str, Any]:
        """The facts of the case as this act leaves them: later acts speak last, this act last of all.

        What this kind of act states for itself (a place, an hour, whether rights were told) is never borrowed from
        an earlier act, just as the rules do not.
        """
        facts: dict[str, Any] = {
            name: value for name in AGENCY_FACTS if (value := getattr(self.agency, name, ""))
        }
        for act in self.acts:
            facts.update(act.facts)
        kind = self.law.kinds.get(self.act.kind)
        for name in (*(kind.own_fields if kind else ()), "document_no"):
            facts.pop(name, None)
        return {**facts, **self.act.facts}

    @cached_property
    def context(self) -> Context:
        """What conditions read: known facts by name, and which kinds of act were done before this one."""
        done = {f"did_{act.kind}" for act in self.acts}

        def lookup(name: str) -> object:
            if name in self.law.nothing_done:
                return name in done
            value = self.known.get(name)
            return float(value) if value is not None and name in self.law.numeric_fields else value

        return context_of(lookup)

    def shown(self, blocks: Sequence[Block]) -> list[Block]:
        """Those whose condition holds; what rests on a fact nobody recorded does not hold."""
        chosen: list[Block] = []
        answered = True  # whether one of the conditional parts right before was shown
        chained = after_otherwise = False
        for block in blocks:
            if not block.conditional or (not block.otherwise and (after_otherwise or not chained)):
                answered = False
            shows = self._holds(block) and not (block.otherwise and answered)
            if shows:
                chosen.append(block)
            chained, after_otherwise = block.conditional, block.otherwise
            answered = (answered or shows) if block.conditional else True
        return chosen

    def _holds(self, block: Block) -> bool:
        if any(self.find(name) is None for name in block.needs):
            return False
        return block.when is None or block.when.holds(self.context) is True

    def find(self, name: str, row: Mapping[str, Any] | None = None) -> Value | None:
        """The value of a placeholder, or None where no act gives one."""
        scope, _, last = name.rpartition(".")
        if row is not None and not scope and name in row:
            return self._typed(name, row[name])
        if not scope:
            if name in self.words:
                return Value("text", self.fill(self.shown(self.words[name])[0].spec["text"]))
            return self._system(name) if name in SYSTEM else self._typed(name, self.known.get(name))
        act = self.act if scope == "act" else self.latest(scope)
        if act is None:
            return None
        return self._of_act(last, act) if last in OF_ACT else self._typed(last, act.facts.get(last))

    def title_of(self, kind: str) -> str:
        """The title of the document made of a kind of act; of the act itself where none is made."""
        known = self.law.kinds.get(kind)
        form = self.law.forms.get(known.form_in(self.procedure)) if known else None
        return form.title if form else self.law.title_of(kind)

    def number_of(self, kind: str) -> str:
        """The number of the latest act of a kind, or nothing."""
        act = self.latest(kind)
        return str(act.facts.get("document_no", "")) if act else ""

    def latest(self, kind: str) -> ActRecord | None:
        return next((act for act in reversed((*self.acts, self.act)) if act.kind == kind), None)

    def _typed(self, name: str, raw: Any) -> Value | None:
        known = self.law.fields.get(name)
        return None if raw is None else Value(known.type if known else "text", raw, known)

    def _of_act(self, name: str, act: ActRecord) -> Value | None:
        raw: Any = {
            "number": act.facts.get("document_no"),
            "document": self.title_of(act.kind),
            "done_at": act.done_at,
            "performers": act.performers or None,
        }[name]
        return None if raw is None else Value(SYSTEM[name], raw)

    def _system(self, name: str) -> Value | None:
        if name in OF_ACT:
            return self._of_act(name, self.act)
        raw = {
            "agency": self.agency.name,
            "agency_short": self.agency.short_name,
            "agency_uscc": self.agency.uscc,
            "agency_address": self.agency.address,
            "agency_phone": self.agency.phone,
            "case_number": self.case_number,
        }.get(name)
        return Value(SYSTEM[name], raw) if raw else None

    def fill(self, text: str, row: Mapping[str, Any] | None = None) -> str:
        """The text with every placeholder replaced; what acts say is inserted as it stands and never read again."""

        def one(match: Any) -> str:
            ((names, blank, filters),) = placeholders(match[0])
            found = (value for name in names if (value := self.find(name, row)) is not None)
            return self._write(next(found, None), blank=blank, filters=filters)

        return PLACEHOLDER.sub(one, text)

    def _write(self, value: Value | None, *, blank: bool, filters: Sequence[tuple[str, str]]) -> str:
        fallback = BLANK if blank else UNKNOWN
        for name, argument in filters:
            if name == "else":
                fallback = argument
            elif value is not None:
                value = Value("text", FILTERS[name](self, value, argument))
        return fallback if value is None else written(self, value)
