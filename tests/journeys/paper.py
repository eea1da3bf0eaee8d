"""A page as somebody at a browser has it: the words they can read, and the forms they can fill in and send."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

UNSEEN = {"script", "style", "template", "title"}
SPACES = re.compile(r"\s+")


class NotOnThePage(AssertionError):
    """What somebody wanted to fill in, choose or press is not there."""


@dataclass
class Sheet:
    """One form: what stands in it, what each list offers. Filling in refuses what a browser would refuse."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)  # by fact: what stood nowhere and was typed
    changed: dict[str, Any] = field(default_factory=dict)  # by fact: what stood there and was typed over

    def asks(self, fact: str) -> bool:
        """Whether there is a control for this fact."""
        return any(name == f"f.{fact}" or name.startswith(f"f.{fact}.") for name in self._names())

    def blank(self, fact: str) -> bool:
        """Whether it is asked for and nothing stands in it yet."""
        name = f"f.{fact}"
        held = [
            one
            for key, ones in self.values.items()
            if key == name or key.startswith(f"{name}.")
            for one in ones
        ]
        return self.asks(fact) and not any(held)

    def fill(self, **facts: Any) -> "Sheet":
        """Type or choose facts, by their names in the packs."""
        for fact, value in facts.items():
            before, blank = self._standing(), self.blank(fact)
            self._put(f"f.{fact}", value)
            if before != self._standing():
                (self.typed if blank else self.changed)[fact] = value
        return self

    def put(self, **boxes: Any) -> "Sheet":
        """Type into boxes that are no facts: performers, done_at, evidence, title."""
        for name, value in boxes.items():
            self._put(name, value)
        return self

    def _standing(self) -> dict[str, list[str]]:
        return {name: [one for one in held if one] for name, held in self.values.items()}

    def _put(self, name: str, value: Any) -> None:
        for control, sent in _flat(name, value):
            self._set(control, sent)

    def _set(self, name: str, sent: list[str]) -> None:
        if name not in self._names() and not self._in_a_row(name):
            raise NotOnThePage(f"no control {name!r}; there are {sorted(self._names())}")
        strange = {one for one in sent if one} - self.offered.get(name, set(sent))
        if strange:
            raise NotOnThePage(f"{name!r} does not offer {strange}, only {sorted(self.offered[name])}")
        self.values[name] = sent

    def _in_a_row(self, name: str) -> bool:
        """Rows can be added: the first row is the pattern for the rest."""
        pattern = re.sub(r"\.\d+\.", ".0.", name)
        return pattern != name and pattern in self._names()

    def _names(self) -> set[str]:
        return self.values.keys() | self.offered.keys()


def _flat(name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """A fact as the controls of a form hold it."""
    if isinstance(value, bool):
        yield name, ["true" if value else "false"]
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for at, row in enumerate(value):
            for column, cell in row.items():
                yield from _flat(f"{name}.{at}.{column}", cell)
    elif isinstance(value, list):
        yield name, [str(one) for one in value]
    else:
        yield name, [re.sub(r"(T\d\d:\d\d)\+08:00$", r"\1", str(value))]


class Page:
    """An answer of the site, read."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.status: int = answer.status_code
        # A stream is read to its end: that closes the file behind it.
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.source: str = "" if answer.streaming else content.decode(errors="replace")
        reader = _Reader()
        reader.feed(self.source)
        self.sheets: Sequence[Sheet] = reader.sheets
        self.links: Sequence[tuple[str, str]] = reader.links
        self.text = SPACES.sub(" ", "".join(reader.words)).strip()

    def __contains__(self, words: str) -> bool:
        return SPACES.sub("", words) in SPACES.sub("", self.text)

    def __repr__(self) -> str:
        return f"<Page {self.status}: {self.text}>"

    def sheet(self, action: str) -> Sheet:
        """The form that is sent to this address."""
        for sheet in self.sheets:
            if (
                action in (sheet.action, sheet.action.partition("?")[0])
                and "csrfmiddlewaretoken" in sheet.values
            ):
                return sheet
        raise NotOnThePage(
            f"no form sent to {action!r}: {[one.action for one in self.sheets]} {self.text[:300]}"
        )

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        for text, address in self.links:
            if words in text:
                return address
        raise NotOnThePage(f"no link {words!r} among {[text for text, _ in self.links]}")


class _Reader(HTMLParser):
    """Collects words, links and forms; what is in a template is not on the page yet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.sheets: list[Sheet] = []
        self._sheet: Sheet | None = None
        self._hidden = 0
        self._link: tuple[str, int] | None = None
        self._area = ""
        self._select: tuple[str, list[str], str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in UNSEEN:
            self._hidden += 1
        if self._hidden:
            return
        if tag == "a" and "href" in given:
            self._link = (given["href"], len(self.words))
        elif tag == "form":
            self._sheet = Sheet(given.get("action", ""))
            self.sheets.append(self._sheet)
        elif self._sheet is not None and "form" not in given:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._sheet is not None
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "textarea" and name:
            self._area = name
            self._sheet.values[name] = [""]
        elif tag == "select" and name:
            self._select = (name, [], None)
        elif tag == "option" and self._select:
            label, options, chosen = self._select
            options.append(given.get("value", ""))
            self._select = (label, options, options[-1] if "selected" in given else chosen)

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self._sheet is not None
        value = html.unescape(given.get("value", "on"))
        if given.get("type") in {"radio", "checkbox"}:
            self._sheet.offered.setdefault(name, set()).add(value)
            if "checked" in given:
                self._sheet.values.setdefault(name, []).append(value)
        elif given.get("type") not in {"submit", "button", "file"}:
            self._sheet.values.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if self._hidden:
            return
        if tag == "a" and self._link:
            address, start = self._link
            self.links.append((SPACES.sub(" ", "".join(self.words[start:])).strip(), address))
            self._link = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select" and self._select and self._sheet is not None:
            name, options, chosen = self._select
            self._sheet.offered.setdefault(name, set()).update(options)
            self._sheet.values.setdefault(name, []).append(options[0] if chosen is None else chosen)
            self._select = None
        elif tag == "form":
            self._sheet = None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._area and self._sheet is not None:
            self._sheet.values[self._area][0] += data
        self.words.append(data)
