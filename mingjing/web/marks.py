"""The marks on the original of a publication: what is hidden, why, and what a person must look at; no request here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mingjing.publicity.clearing import may_be_cleared
from mingjing.publicity.recognisers import KIND_TITLES

if TYPE_CHECKING:
    from mingjing.publicity.decisions import Draft
    from mingjing.publicity.mask import PublicField

# One character beside every mark: the kind is told by a sign, not by a colour alone.
SIGNS: Final[Mapping[str, str]] = {
    "name": "名", "address": "址", "id": "证", "phone": "话", "account": "账", "plate": "车", "contact": "联",
    "minor": "幼", "all": "隐",
}  # fmt: skip
LEGEND: Final = [(kind, SIGNS[kind], title) for kind, title in KIND_TITLES.items()]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an original: plain where `kind` is empty, else marked."""

    text: str
    kind: str = ""
    sign: str = ""
    why: str = ""
    clearable: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the view: the original with its marks, and what the public will read."""

    title: str
    parts: Sequence[Part]
    value: str
    masked: bool


def compared(draft: "Draft") -> list[Compared]:
    """Give original and public text side by side."""
    return [Compared(one.title, _parts(draft, one), one.value, one.masked) for one in draft.fields]


def _parts(draft: "Draft", line: "PublicField") -> list[Part]:
    text, at, parts = line.original, 0, list[Part]()
    marks = [*((span, False) for span in line.spans), *((span, True) for span in line.hints)]
    for span, hint in sorted(marks, key=lambda mark: (mark[0].start, -mark[0].end)):
        if span.start < at:
            continue
        part, free = text[span.start : span.end], not hint and may_be_cleared(draft, text, span)
        parts.append(Part(text[at : span.start]))
        if hint:
            parts.append(Part(part, "hint", "？", f"可能是{span.title}，没有隐去，请核对"))
        else:
            parts.append(Part(part, span.kind, SIGNS[span.kind], _why(span.kind, free=free), free))
        at = span.end
    return [part for part in [*parts, Part(text[at:])] if part.text]


def _why(kind: str, *, free: bool) -> str:
    if kind == "minor":
        return "未成年人的信息，全部隐去，不能恢复公开"
    if kind == "all":
        return "办理人指定隐去"
    title = KIND_TITLES[kind]
    if free:
        return f"{title}：由系统从正文中识别，确有误认的可以写明理由恢复公开"
    return f"{title}：案件中登记为不公开的内容"


def read_cleared(text: str) -> dict[str, str]:
    """Read the words to clear, one a line with its reason behind a colon; without one the reason is empty."""
    found: dict[str, str] = {}
    for line in text.replace("\0", "").splitlines()[:50]:
        word, _, reason = line.strip().replace(":", "：").partition("：")
        if word.strip():
            found[word.strip()[:100]] = reason.strip()[:200]
    return found
