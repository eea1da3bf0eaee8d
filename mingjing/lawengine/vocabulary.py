"""The words acts are written in: fields, kinds of act and forms, as the packs define them; no case is known here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from mingjing.lawengine.terms import ActRef

FieldType = Literal[
    "text", "longtext", "choice", "multichoice", "date", "datetime", "money", "int", "decimal", "bool",
    "uscc", "id_number", "phone", "citations", "person", "people", "rows",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One word of the vocabulary of facts; its meaning is the same in every act."""

    name: str
    title: str
    type: FieldType
    unit: str = ""
    help: str = ""
    publish: Mapping[str, str] = field(default_factory=lambda: {"default": "internal"})
    mask: str = ""
    max_length: int = 200
    options: tuple[tuple[str, str], ...] = ()
    not_future: bool = False
    not_before_case: bool = False
    of_case: bool = False
    columns: tuple[str, ...] = ()

    def published(self, party_kind: str) -> str:
        """Say how the field is published for this kind of party: public, masked or internal."""
        return self.publish.get(party_kind, self.publish.get("default", "internal"))

    def label(self, code: object) -> str:
        """Give the Chinese label of an option, or the value itself as text."""
        return next((label for option, label in self.options if option == code), str(code))


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """That a field is asked for only while another fact has one of these values."""

    name: str
    values: tuple[str | bool, ...]

    def met_by(self, value: object) -> bool:
        """Say whether the other fact has one of the values; of several options one is enough."""
        return any(one in self.values for one in value) if isinstance(value, list) else value in self.values

    def in_words(self, field: Field) -> str:
        """Say the condition on this field in Chinese."""
        labels = [
            {True: "是", False: "否"}[one] if isinstance(one, bool) else field.label(one)
            for one in self.values
        ]
        return f"“{field.title}”为“{'”或“'.join(labels)}”"


@dataclass(frozen=True, slots=True)
class FieldUse:
    """That a kind of act asks for a field; `required` means the form insists while every condition is met."""

    name: str
    required: bool = False
    only_if: tuple[OnlyIf, ...] = ()
    computed: bool = False  # worked out by the system: never asked for, and refused when it is sent


@dataclass(frozen=True, slots=True)
class Place:
    """Where acts of a kind belong in a case. Outside `after` and `until` they are refused; the rest only advises."""

    after: tuple[tuple[ActRef, ...], ...] = ()  # of each group one must have been done
    until: tuple[ActRef, ...] = ()  # none of these has been done
    again: tuple[ActRef, ...] = ()  # these take back both kinds of `until`
    usually_after: tuple[tuple[ActRef, ...], ...] = ()
    usually_until: tuple[ActRef, ...] = ()
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What a procedure says of a kind of act that it takes over from elsewhere; None leaves it as the kind has it."""

    place: Place = Place()
    order: int | None = None
    title: str | None = None
    form: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A law, and the part of it, that something as a whole rests on."""

    law: str
    article: str

    def cite(self) -> str:
        """Write the citation: 《行政许可法（2019）》第四章."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A way in which an enforcement agency acts, from its first act to the archive: 行政许可, 查封扣押, 简易程序."""

    code: str
    enforcement: str  # 执法种类
    title: str
    party: str  # what the other side is called
    order: int
    main: tuple[str, ...]  # the kinds of act it is for; its main line is what the first of them needs
    short: str  # the title where there is little room
    remark: str = ""
    promised: Mapping[str, str] = field(default_factory=dict, hash=False)
    basis: tuple[Basis, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict, hash=False)  # the Chinese title of every stage
    guide: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)
    called: Mapping[str, str] = field(default_factory=dict, hash=False)  # field -> its title here


@dataclass(frozen=True, slots=True)
class ActKind:
    """A kind of act: who does it, where it stands in the procedure, and what it states.

    `place`, `order`, `form` and `remark` are those of its own procedures; `in_procedure` gives the kind as another
    procedure uses it.
    """

    kind: str
    title: str
    stage: str
    procedures: tuple[str, ...]  # those that it belongs to and those that borrow it
    roles: tuple[str, ...]
    performers: int
    fields: tuple[FieldUse, ...]
    opens: tuple[str, ...] = ()  # the procedures of which it may be the first act
    repeats: bool = False
    form: str = ""
    number: str = ""
    ends: str = ""
    order: int = 0
    remark: str = ""
    own_fields: frozenset[str] = frozenset()  # asked for here and not facts of the whole case
    place: Place = Place()
    computes: str = ""  # what the system works out for its computed fields
    borrowed: Mapping[str, Borrowed] = field(default_factory=dict, hash=False)

    @property
    def computed(self) -> frozenset[str]:
        """The fields that the system fills and nobody types."""
        return frozenset(use.name for use in self.fields if use.computed)

    def place_in(self, procedure: str) -> Place:
        """Give where acts of the kind belong in cases of this procedure."""
        borrowed = self.borrowed.get(procedure)
        return borrowed.place if borrowed else self.place

    def form_in(self, procedure: str) -> str:
        """Give the name of the document form made of the kind in this procedure; empty where none is."""
        return self.in_procedure(procedure).form

    def in_procedure(self, procedure: str) -> "ActKind":
        """Give the kind as cases of this procedure use it; the kind itself in its own procedures."""
        borrowed = self.borrowed.get(procedure)
        if borrowed is None:
            return self
        return replace(
            self,
            place=borrowed.place,
            order=self.order if borrowed.order is None else borrowed.order,
            title=self.title if borrowed.title is None else borrowed.title,
            form=self.form if borrowed.form is None else borrowed.form,
            remark=self.remark if borrowed.remark is None else borrowed.remark,
        )

    def asks(self, name: str) -> bool:
        """Say whether the kind's form has the field."""
        return any(use.name == name for use in self.fields)

    def fields_for(self, stated: Mapping[str, object], known: Mapping[str, object]) -> tuple[FieldUse, ...]:
        """Give the fields that the form asks for, in view of what it states and of what the case knows."""
        facts = self.deciding(stated, known)
        asked: list[FieldUse] = []
        for use in self.fields:
            if all(self.meets(one, facts) for one in use.only_if):
                asked.append(use)
            else:
                facts.pop(use.name, None)  # nothing depends on what is not asked for
        return tuple(asked)

    def deciding(self, stated: Mapping[str, object], known: Mapping[str, object]) -> dict[str, object]:
        """Give the facts that conditions of the form read: of its own fields only what it states itself."""
        return {**{name: value for name, value in known.items() if name not in self.own_fields}, **stated}

    def meets(self, condition: OnlyIf, facts: Mapping[str, object]) -> bool:
        """Say whether a condition is met: an empty field of the form meets none, an unknown fact of the case any."""
        if condition.name in facts:
            return condition.met_by(facts[condition.name])
        return not self.asks(condition.name)


@dataclass(frozen=True, slots=True)
class Form:
    """A document form as the pack describes it; only the documents room reads `data`.

    `earlier` are the editions that came before it, the oldest first: those of wider packs before its own.
    """

    name: str
    title: str
    data: Mapping[str, object]
    earlier: tuple["Form", ...] = ()

    @property
    def edition(self) -> date:
        """The day from which the edition is used."""
        given = self.data.get("edition")
        return given if isinstance(given, date) else date.min

    @property
    def editions(self) -> tuple["Form", ...]:
        """Every edition, the newest last."""
        return (*self.earlier, self)

    def on(self, day: date | None) -> "Form":
        """Give the edition for a day: the last that was in use, or the oldest there is; without a day the newest."""
        in_use = (one for one in reversed(self.editions) if day is None or one.edition <= day)
        return next(in_use, self.editions[0])

    def over(self, wider: "Form | None") -> "Form":
        """Give the form as it stands over one of a wider pack: before its own first edition that one is used."""
        return self if wider is None else replace(self, earlier=(*wider.editions, *self.earlier))
