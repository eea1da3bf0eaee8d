"""The outline of a Chinese document: chapters, sections and numbered points with what stands under each. Pure text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ENDS: Final = "。；;！!？?：:”」）)"
_NUMERAL: Final = "[一二三四五六七八九十百]{1,4}"
_BULLET: Final = re.compile(r"[-·•●■◆▪*][ \t\u3000]*(?=\S)")
LEVELS: Final = (
    re.compile(rf"(?:{_NUMERAL}、|第{_NUMERAL}(?:章|部分)[ \t\u3000、]*)"),
    re.compile(rf"[(（]{_NUMERAL}[)）][、.]?"),
    re.compile(r"\d{1,3}(?:[、．]|\.(?!\d))"),
    re.compile(r"(?:[(（]\d{1,3}[)）]|[①-⑳])[、.]?"),
)
DEEPEST: Final = len(LEVELS)
_FULL: Final = 28  # characters of a line that the width may have broken
LONGEST: Final = 10_000  # characters of a paragraph; longer is no plan and would take forever
_UNIT: Final = "(?:单位|科室|部门|机构|股室|处室)"
LABELS: Final = {
    "problem": r"(?:存在|反馈|主要|突出|具体|整改)?问题(?:表现|描述|清单)?",
    "measure": r"(?:整改|工作|具体|主要|任务)?(?:措施|举措)|(?:重点|工作|主要|整改)?任务|工作内容|整改内容",
    "lead": rf"牵头{_UNIT}|主办{_UNIT}|主责{_UNIT}",
    "responsible": rf"(?:责任|承办|落实|配合|协办|参与|整改){_UNIT}",
    "person": r"(?:责任|分管|牵头|包保|整改责任|直接责任)(?:领导|人)",  # no unit: kept out of the measure, not used
    "limit": r"(?:整改|完成|办结|办理)(?:时限|期限|时间)|时限要求|时间要求|时间节点|时限|期限",
}
_LABEL: Final = re.compile(
    "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in LABELS.items()) + r")[ \t\u3000]*[:：]"
)
_INLINE: Final = re.compile(
    rf"[(（]?(?P<label>{LABELS['lead']}|{LABELS['responsible']}|(?:整改|完成|办结)(?:时限|期限|时间))[ \t\u3000]*[:：]"
    r"(?P<value>(?:[^;；。()（）\n]|[（(]市、区[）)]){1,160})[;；。)）]*"
)
_TITLE: Final = re.compile(r"[^，,。；;：:]{2,28}。")


def label_named(title: str) -> str:
    """Give what a column of this title holds (problem, measure, lead, responsible, limit), or nothing."""
    bare = re.split(r"[及和、/]责任", re.sub(r"\s", "", title), maxsplit=1)[0]
    return next((name for name, words in LABELS.items() if re.fullmatch(words, bare)), "")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, as one text; `start` and `end` are places in the document."""

    text: str
    start: int
    end: int
    level: int = -1  # of the outline; -1: no number
    label: str = ""

    @property
    def heads(self) -> bool:
        """Whether this is a heading without a sentence: what follows is never its continuation."""
        body = self.text
        most = 34 if self.level < 2 else 16
        if self.level < 0 or len(body) > most or body[-1:] in ENDS[:6]:
            return False
        return not re.search(r"[，,。；;]", body) and not _open_bracket(body)


@dataclass(slots=True)
class Node:
    """One point of the outline: its heading, what stands under it, and what its labels state."""

    level: int
    start: int
    end: int
    headed: bool = False  # its heading is a paragraph of its own
    title: str = ""
    parts: list[str] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    measures_follow: bool = False
    kind: str = ""  # a label that opened it: problem or measure
    children: list["Node"] = field(default_factory=list)

    @property
    def body(self) -> str:
        """What stands under the heading."""
        return "".join(self.parts)

    def add(self, words: str, end: int) -> None:
        """Append a paragraph to the body."""
        self.parts += [words] if words else []
        self.end = max(self.end, end)

    def starts_at(self, start: int) -> None:
        """Under a heading of its own line the words begin at the first paragraph."""
        if self.headed and not self.parts:
            self.start = start


def read_outline(text: str) -> Node:
    """Give the root of the outline; what stands before the first number is in nobody's body."""
    root = Node(-1, 0, 0)
    path = [root]
    for one in paragraphs(text):
        if one.level >= 0:
            _open(path, Node(one.level, one.start, one.end))
            _fill(path, one.text, one)
        elif one.label:
            _labelled(path, one)
        elif len(path) > 1 and _INLINE.match(one.text):
            _fill(path, one.text, one)  # （责任单位：…；完成时限：…） on a line of its own
        elif len(path) > 1 and one.text[-1:] in ENDS[:6]:
            _continue(path, one)
    return root


def _open(path: list[Node], node: Node) -> None:
    while len(path) > 1 and path[-1].level >= node.level:
        path.pop()
    path[-1].children.append(node)
    path.append(node)


def _labelled(path: list[Node], one: Paragraph) -> None:
    label, _, rest = one.label, "", one.text
    if label in ("lead", "responsible", "person", "limit"):
        value = _without_labels(rest, path[-1])  # another label may follow on the same line
        path[-1].labels.setdefault(label, []).append(value.strip("。；; "))
        path[-1].end = one.end
    elif label == "measure" and not rest:
        while len(path) > 2 and path[-1].level > 1:
            path.pop()
        path[-1].measures_follow = True
    elif rest:
        _open(path, Node(DEEPEST if label == "problem" else DEEPEST + 1, one.start, one.end, kind=label))
        _fill(path, rest, one)


def _continue(path: list[Node], one: Paragraph) -> None:
    """A paragraph without a number: under the point before it, or a measure of its own where measures follow."""
    if path[-1].measures_follow and not path[-1].children:
        _open(path, Node(DEEPEST + 1, one.start, one.end, kind="measure"))
    _fill(path, one.text, one)


def _fill(path: list[Node], words: str, one: Paragraph) -> None:
    """Give the words to the last point, its labels taken out of them; measures announced inside open a point."""
    node = path[-1]
    before, announced, after = _announced(words)
    kept = _without_labels(before, node)
    if not node.title and not node.parts:
        node.title, kept = _heading(kept, one)
        node.headed = bool(node.title) and not kept
    elif kept:
        node.starts_at(one.start)
    node.add(kept, one.end)
    if announced:
        node.measures_follow = True
        if after:
            _open(path, Node(DEEPEST + 1, one.start, one.end, kind="measure"))
            path[-1].add(_without_labels(after, path[-1]), one.end)


def _announced(words: str) -> tuple[str, bool, str]:
    found = re.search(r"(?<=。)整改措施[:：]", words)
    return (words[: found.start()], True, words[found.end() :]) if found else (words, False, "")


def _without_labels(words: str, node: Node) -> str:
    for found in _INLINE.finditer(words):
        name = next(name for name, labels in LABELS.items() if re.fullmatch(labels, found["label"]))
        node.labels.setdefault(name, []).append(found["value"].strip())
    return _INLINE.sub("", words).strip()


def _heading(words: str, one: Paragraph) -> tuple[str, str]:
    if one.heads:
        return words, ""
    found = _TITLE.match(words)
    if found:
        return words[: found.end() - 1], words[found.end() :].strip()
    return "", words


# --- paragraphs -------------------------------------------------------------------------------


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Give the paragraphs; a line that was broken by the page or the width is one with what follows."""
    held: Paragraph | None = None
    for start, line in _lines(text):
        level, label, rest = _opening(line)
        opened = level >= 0 or bool(label)
        if held is not None and not opened and _goes_on(held):
            held.text, held.end = held.text + _joint(held.text, line) + line, start + len(line)
            continue
        if held is not None:
            yield held
        held = Paragraph(rest if opened else line, start, start + len(line), level, label)
    if held is not None:
        yield held


def _goes_on(held: Paragraph) -> bool:
    if len(held.text) > LONGEST:
        return False
    if held.label in ("problem", "measure"):
        return bool(held.text) and held.text[-1] not in ENDS[:6]
    if held.label:
        # The value stands on the next line, its list goes on, or the line is as full as a page is wide.
        return (
            not held.text
            or held.text[-1] in "、，,"
            or (len(held.text) > _FULL and held.text[-1] not in ENDS)
        )
    return bool(held.text) and held.text[-1] not in ENDS and not held.heads


def _joint(before: str, line: str) -> str:
    return (
        " "
        if before[-1:].isascii() and before[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        else ""
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    place = 0
    for line in re.split(r"\r\n|\r|\n", text):
        bare = line.strip()
        bullet = _BULLET.match(bare)
        bare = bare[bullet.end() :] if bullet else bare
        if bare:
            yield place + line.rindex(bare), bare
        place += len(line)
        place += 2 if text[place : place + 2] == "\r\n" else 1


def _opening(line: str) -> tuple[int, str, str]:
    for level, pattern in enumerate(LEVELS):
        if found := pattern.match(line):
            return level, "", line[found.end() :].strip()
    if (found := _LABEL.match(line)) is not None:
        return -1, str(found.lastgroup), line[found.end() :].strip()
    return -1, "", line


def _open_bracket(words: str) -> bool:
    return any(words.count(first) > words.count(last) for first, last in ("《》", "“”", "（）", "()", "〔〕"))
