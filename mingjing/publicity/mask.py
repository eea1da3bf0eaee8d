"""The public view of a case: built from typed fields and their publication class, and from nothing else; pure.

What a field keeps back is kept back everywhere: a value hidden in one field is looked for in all others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mingjing.lawengine.model import Field
from mingjing.publicity.masks import HIDDEN, MASKS
from mingjing.publicity.naming import Naming
from mingjing.publicity.recognisers import Span, findings, merged, occurrences, outside, recognise
from mingjing.publicity.values import shown

FREE_TEXT: Final = frozenset({"text", "longtext"})
# Facts about people that are never of the public view, whatever class a pack gives them.
NEVER: Final = frozenset({"id_number", "phone", "person", "people"})
SHORTEST: Final[Mapping[str, int]] = {
    "name": 2,
    "address": 4,
    "id": 5,
    "phone": 5,
    "account": 5,
    "plate": 5,
    "all": 2,
}
BETWEEN_NAMES: Final = "、，,；;/（()） "


@dataclass(frozen=True, slots=True)
class PublicField:
    """One line of a public view. `original`, `spans` and `hints` are for the desk that checks it, never stored."""

    name: str
    title: str
    value: str
    masked: bool
    original: str = ""
    spans: tuple[Span, ...] = ()
    hints: tuple[Span, ...] = ()  # what may be personal data and is not hidden: a person must look

    def as_json(self) -> dict[str, Any]:
        """Give what is published: never the original."""
        return {"name": self.name, "title": self.title, "value": self.value, "masked": self.masked}


@dataclass(frozen=True, slots=True)
class Secrecy:
    """What may not show up in any text of one case, and what may although it looks as if it might not."""

    secrets: Mapping[str, str] = field(default_factory=dict)  # value -> kind of mask
    keep: frozenset[str] = frozenset()
    clear: frozenset[str] = (
        frozenset()
    )  # taken for personal data by a recogniser, and found to be none by a person
    naming: Naming = field(default_factory=Naming)

    def spans(self, text: str, *, free: bool) -> list[Span]:
        """Give the places to mask; `free` text is searched for what merely looks like personal data, too."""
        known = [span for secret, kind in self.secrets.items() for span in occurrences(text, secret, kind)]
        seeming = [one for one in recognise(text) if not self.cleared(text, one)] if free else []
        children = [one for one in seeming if one.kind == "minor"]
        others = [one for one in seeming if one.kind != "minor"]
        return merged(
            [
                *outside(known, text, self.keep, longer=True),
                *outside(others, text, self.keep),
                *outside(children, text, self.keep - self.naming.names),  # no style shows the name of a child
            ]
        )

    def cleared(self, text: str, span: Span) -> bool:
        """Say whether a person has cleared what a recogniser found here; a child is cleared by nobody."""
        return span.kind != "minor" and text[span.start : span.end] in self.clear

    def hints(self, text: str) -> list[Span]:
        """Give the places of a free text that a person must look at: neither hidden nor cleared nor public."""
        hidden = self.spans(text, free=True)
        doubtful = [one for one in findings(text).hints if not self.cleared(text, one)]
        open_ = [one for one in doubtful if all(one.end <= at.start or at.end <= one.start for at in hidden)]
        return outside(open_, text, self.keep)

    def clean(self, text: str, *, free: bool) -> tuple[str, list[Span]]:
        """Give the text with everything masked, and what was masked where in the original."""
        spans = self.spans(text, free=free)
        result, at = "", 0
        for span in spans:
            result += text[at : span.start] + self.naming.mask(text[span.start : span.end], span.kind)
            at = span.end
        return self.scrubbed(result + text[at:]), spans

    def scrubbed(self, text: str) -> str:
        # A masked value may happen to spell another secret (somebody really named 张某): then nothing of it is left.
        for secret, kind in self.secrets.items():
            for span in reversed(outside(occurrences(text, secret, kind), text, self.keep, longer=True)):
                text = text[: span.start] + HIDDEN + text[span.end :]
        return text


def public_view(
    fields: Mapping[str, Field],
    facts: Mapping[str, Any],
    party_kind: str,
    *,
    secrecy: Secrecy | None = None,
) -> list[PublicField]:
    """Give the public view of these facts, in the order of the vocabulary.

    Public fields are shown, masked ones shown masked, all others left out, as are facts of no known field. Without
    `secrecy` the secrets are those of the given facts alone.
    """
    guard = secrecy or secrecy_of(fields, [facts], party_kind)
    lines = (_line(fields, fields[name], facts[name], party_kind, guard) for name in fields if name in facts)
    return [line for line in lines if line is not None]


def secrecy_of(
    fields: Mapping[str, Field],
    stated: Iterable[Mapping[str, Any]],
    party_kind: str,
    *,
    people: Iterable[str] = (),
    marks: Iterable[str] = (),
    keep: Iterable[str] = (),
    clear: Iterable[str] = (),
    naming: Naming | None = None,
) -> Secrecy:
    """Collect what must not show up: every value ever stated in a field that is kept back, people, added marks.

    `keep` names what is public as it stands (the agency, the court); so is what a field shows whole on purpose, say
    the name of a firm, even where it contains the name of its owner. A mark is hidden in all cases; `clear` is what
    a recogniser takes for personal data and a person found to be none. `naming` holds the names of the penalised.
    """
    secrets: dict[str, str] = {}
    shown_whole: set[str] = {value for value in keep if value}
    premises: set[str] = set()
    for one in stated:
        for known, value in _flat(fields, one):
            publish = published(known, party_kind)
            if publish == "public":
                if known.mask or known.type == "uscc":
                    shown_whole.add(value)
                if known.mask == "address":
                    premises.add(value)
            elif known.type in NEVER or known.mask in SHORTEST:
                kind = known.mask if known.mask in SHORTEST else _kind_of(known)
                secrets |= dict.fromkeys(_parts(value, kind), kind)
    # A firm's premises stay public though papers were served there; a person's name stays his though it is a firm's.
    secrets = {value: kind for value, kind in secrets.items() if value not in premises}
    naming = (naming or Naming()).among(secrets)
    if naming.whole:
        secrets = {value: kind for value, kind in secrets.items() if value not in naming.names}
        shown_whole |= naming.names
    # An officer of the same name is hidden all the same: after the names of the penalised were let go.
    secrets |= {name: "name" for name in people if len(name) >= SHORTEST["name"]}
    added = {mark.strip(): "all" for mark in marks if mark.strip()}
    longest_first = sorted((secrets | added).items(), key=lambda one: -len(one[0]))
    return Secrecy(dict(longest_first), frozenset(shown_whole - set(added)), frozenset(clear), naming)


def published(known: Field, party_kind: str) -> str:
    """Say how a field is published for this kind of party; identity and telephone numbers never are."""
    return "internal" if known.type in NEVER else known.published(party_kind)


def _kind_of(known: Field) -> str:
    return {"id_number": "id", "phone": "phone"}.get(known.type, "name")


def _flat(fields: Mapping[str, Field], facts: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Give every text of the facts with its field, those inside rows too."""
    for name, value in facts.items():
        known = fields.get(name)
        if known is None:
            continue
        if known.type == "rows":
            for row in value:
                yield from _flat(fields, row)
        elif isinstance(value, str):
            yield known, value


def _parts(value: str, kind: str) -> Iterator[str]:
    """Give a secret and, where it lists several names, each of them; what is too short to be looked for is left out."""
    parts = [value.strip()]
    if kind == "name":
        text = value
        for mark in BETWEEN_NAMES:
            text = text.replace(mark, "\n")
        parts += text.split("\n")
    yield from (part.strip() for part in parts if len(part.strip()) >= SHORTEST[kind])


def _line(
    fields: Mapping[str, Field], known: Field, value: Any, party_kind: str, guard: Secrecy
) -> PublicField | None:
    publish = published(known, party_kind)
    if publish not in {"public", "masked"}:
        return None
    if known.type == "rows":
        return _rows(fields, known, value, party_kind, guard)
    original = shown(known, value)
    hints: list[Span] = []
    own = known.name in guard.naming.fields
    if publish == "masked" and known.mask in MASKS and not (own and guard.naming.whole):
        text = guard.naming.mask(original, known.mask, own=own)
        spans = [Span(0, len(original), known.mask)]
        text = guard.scrubbed(text)
    else:
        free = known.type in FREE_TEXT and original not in guard.keep
        text, spans = guard.clean(original, free=free)
        hints = guard.hints(original) if free else []
    return PublicField(known.name, known.title, text, text != original, original, tuple(spans), tuple(hints))


def _rows(
    fields: Mapping[str, Field],
    known: Field,
    rows: Collection[Mapping[str, Any]],
    party_kind: str,
    guard: Secrecy,
) -> PublicField | None:
    """Give a table as lines of text, each column by its own class; columns kept back are left out."""
    view = [
        [
            line
            for name in known.columns
            if name in row and (line := _line(fields, fields[name], row[name], party_kind, guard))
        ]
        for row in rows
    ]
    if not any(view):
        return None
    apart = "\n" if any(fields[name].type == "longtext" for name in known.columns) else "；"
    text, original, spans, hints = "", "", [], []
    for number, lines in enumerate(view, start=1):
        start = "\n" if original else ""
        for place, line in enumerate(lines):
            lead = apart if place else start + (f"{number}. " if len(view) > 1 else "")
            text += f"{lead}{line.title}：{line.value}"
            original += f"{lead}{line.title}："
            spans += _moved(line.spans, len(original))
            hints += _moved(line.hints, len(original))
            original += line.original
    masked = any(line.masked for lines in view for line in lines)
    return PublicField(known.name, known.title, text, masked, original, tuple(spans), tuple(hints))


def _moved(spans: Iterable[Span], by: int) -> list[Span]:
    return [Span(one.start + by, one.end + by, one.kind) for one in spans]
