"""The flow chart of a procedure as SVG, drawn from the rules themselves: what they say is in it, and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mingjing.lawengine.model import Law
from mingjing.packs.outline import Step, guide, outline

__all__ = ["flow_chart", "guide"]

FONTS: Final = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
INK, GREY, BLUE, RED, LINE, BAND = "#1f2937", "#6b7280", "#1d4ed8", "#b91c1c", "#9ca3af", "#f3f4f6"
COLUMNS: Final = 4
WIDE, GAP, PAD, LABEL = 262, 20, 12, 92
TEXT = WIDE - 2 * PAD
HEAD: Final = 84
# What a line is broken between: a word or number, or a character with the marks that open before and close after it.
_TOKEN: Final = re.compile(r"[（《“]*(?:[A-Za-z0-9.]+|[^（《“])[，。、；：）》”？！]*|[（《“]+")


@dataclass(slots=True)
class Box:
    """A step with its place on the sheet and its lines of text: (text, size, colour, weight)."""

    step: Step
    lines: list[tuple[str, int, str, str]]
    x: int = 0
    y: int = 0
    height: int = 0
    row_end: int = 0  # where the tallest box of its row ends

    @property
    def middle(self) -> int:
        return self.x + WIDE // 2


@dataclass(slots=True)
class Band:
    """A stage: a strip across the sheet with its boxes in rows."""

    title: str
    rows: list[list[Box]] = field(default_factory=list)
    y: int = 0
    height: int = 0


def flow_chart(law: Law, procedure: str) -> str:
    """Draw the acts of a procedure by stage, with what must come before, the limits, and how many rules may stop each.

    The drawing needs no font file, no script and no style sheet, so that any page may show it.
    """
    steps = outline(law, procedure)
    bands = [_band(law, title, list(group)) for title, group in groupby(steps, key=lambda step: step.stage)]
    bottom = _place(bands)
    boxes = {box.step.kind.kind: box for band in bands for row in band.rows for box in row}
    width = LABEL + COLUMNS * (WIDE + GAP) + GAP
    title = f"{law.procedures[procedure].title}流程图"
    body = [_heading(title, width), *map(lambda band: _strip(band, width), bands)]
    body += [_arrow(one, other) for one, other in _arrows(bands)]
    body += [_drawn(box) for box in boxes.values()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom}" width="{width}" height="{bottom}" '
        f'role="img" aria-label={quoteattr(title)} font-family="{FONTS}">\n<title>{escape(title)}</title>\n'
        f"{_ARROWHEAD}\n" + "\n".join(body) + "\n</svg>\n"
    )


_ARROWHEAD: Final = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0 0 8 4 0 8z" fill="{GREY}"/></marker></defs>'
)


def _band(law: Law, title: str, steps: list[Step]) -> Band:
    boxes = [Box(step, _lines(law, step)) for step in steps]
    for box in boxes:
        box.height = PAD + sum(size + 5 for _, size, _, _ in box.lines) + PAD - 3
    # Rows of equal length read better than a full row and a rest of one.
    rows = -(-len(boxes) // COLUMNS)
    each = -(-len(boxes) // rows)
    return Band(title, [boxes[n : n + each] for n in range(0, len(boxes), each)])


def _place(bands: list[Band]) -> int:
    """Give every band and box its place; gives where the sheet ends."""
    y = HEAD
    for band in bands:
        band.y, inner = y, y + GAP
        for row in band.rows:
            tallest = max(box.height for box in row)
            for n, box in enumerate(row):
                box.x, box.y, box.row_end = LABEL + GAP // 2 + n * (WIDE + GAP), inner, inner + tallest
            inner += tallest + GAP + 6
        band.height = inner - y - 6
        y += band.height + 14
    return y + 6


def _lines(law: Law, step: Step) -> list[tuple[str, int, str, str]]:
    """Give the lines of a box: title, remark, what must come before, limits with their articles, blocks."""
    lines = [(text, 15, INK, "bold") for text in wrap(step.kind.title, 15)]
    lines += [(text, 11, GREY, "normal") for text in wrap(step.kind.remark, 11)]
    if step.needs:
        groups = "、".join("或".join(law.title_of(kind) for kind in group) for group in step.needs)
        lines += [(text, 11, INK, "normal") for text in wrap(f"先办：{groups}", 11)]
    for limit in step.limits:
        cited = f"{limit.text}（{limit.source.cite()}）"
        lines += [(text, 11, BLUE, "normal") for text in wrap(f"◷ {cited}", 11)]
    if step.blocks:
        lines.append((f"■ {step.blocks} 项强制要求，不符合的系统不予办理", 11, RED, "normal"))
    return lines


def wrap(text: str, size: int, width: int = TEXT) -> list[str]:
    """Break text into lines of a width. Numbers stay whole; no mark stands on the wrong side of a break."""
    lines, line, room = [], "", 0.0
    for token in _TOKEN.findall(text):
        wide = sum(size * (0.56 if character.isascii() else 1.0) for character in token)
        if line and room + wide > width:
            lines.append(line)
            line, room = "", 0.0
        line, room = line + token, room + wide
    return [*lines, line] if line else lines


def _arrows(bands: list[Band]) -> Iterator[tuple[Box, Box]]:
    """Give the arrows worth drawing: to an act from what it needs in its own stage or the one before.

    What it needs from further back is written in its box: lines across the whole sheet would hide more than they show.
    """
    earlier: list[Box] = []
    for band in bands:
        own = [box for row in band.rows for box in row]
        near = {box.step.kind.kind: box for box in (*earlier, *own)}
        direct = {
            box.step.kind.kind: {kind for group in box.step.needs for kind in group} for box in near.values()
        }
        for box in own:
            wanted = direct[box.step.kind.kind] & near.keys() - {box.step.kind.kind}
            # An act that another wanted act already needs is reached through that one.
            through = {kind for one in wanted for kind in direct[one]}
            yield from ((near[kind], box) for kind in sorted(wanted - through) if near[kind].y <= box.y)
        earlier = own


def _heading(title: str, width: int) -> str:
    marks = [(INK, "2", "", "必经步骤"), (GREY, "1", "5 4", "视案情办理的步骤")]
    parts = [_text(title, GAP, 36, 22, INK, "bold")]
    x = GAP
    for colour, stroke, dash, words in marks:
        parts.append(
            f'<rect x="{x}" y="54" width="22" height="14" rx="3" fill="#fff" stroke="{colour}" stroke-width="{stroke}"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + "/>"
        )
        parts.append(_text(words, x + 28, 66, 12, INK))
        x += 40 + 13 * len(words)
    parts.append(_text("◷ 期限及依据", x, 66, 12, BLUE))
    parts.append(_text("■ 强制要求", x + 110, 66, 12, RED))
    parts.append(_text("箭头：先后顺序", x + 210, 66, 12, GREY))
    return "\n".join(parts)


def _strip(band: Band, width: int) -> str:
    strip = f'<rect x="8" y="{band.y}" width="{width - 16}" height="{band.height}" rx="8" fill="{BAND}"/>'
    lines = wrap(band.title, 15, 62)
    top = band.y + 28
    names = [_text(text, 20, top + n * 20, 15, INK, "bold") for n, text in enumerate(lines)]
    return "\n".join([strip, *names])


def _drawn(box: Box) -> str:
    dash = "" if box.step.always else ' stroke-dasharray="5 4"'
    stroke, wide = (INK, 2) if box.step.always else (GREY, 1)
    parts = [
        f"<g><title>{escape(box.step.kind.title)}</title>",
        f'<rect x="{box.x}" y="{box.y}" width="{WIDE}" height="{box.height}" rx="6" fill="#fff" stroke="{stroke}" '
        f'stroke-width="{wide}"{dash}/>',
    ]
    y = box.y + PAD - 2
    for text, size, colour, weight in box.lines:
        y += size + 5
        parts.append(_text(text, box.x + PAD, y - 5, size, colour, weight))
    return "\n".join([*parts, "</g>"])


def _arrow(one: Box, other: Box) -> str:
    """Draw from a box to a later one: across to a neighbour in the row, else down in the gap between rows."""
    if one.y == other.y:
        return _across(one, other)
    start, end = (one.middle, one.y + one.height), (other.middle, other.y)
    bend = end[1] - 9
    return (
        _path(f"M{start[0]} {start[1]}V{bend}H{end[0]}V{end[1]}")
        if _clear(one, other)
        else _aside(one, other)
    )


def _clear(one: Box, other: Box) -> bool:
    """Say whether the way straight down is free: the rows follow one another."""
    return other.y - one.row_end < 80


def _across(one: Box, other: Box) -> str:
    if other.x - one.x == WIDE + GAP:
        y = one.y + 22
        return _path(f"M{one.x + WIDE} {y}H{other.x}")
    under = one.row_end + 8
    return _path(
        f"M{one.middle + 20} {one.y + one.height}V{under}H{other.middle - 20}V{other.y + other.height}"
    )


def _aside(one: Box, other: Box) -> str:
    """Go down in the gap beside the boxes in between."""
    x = one.x - GAP // 2
    y, bend = one.y + one.height - 12, other.y - 9
    return _path(f"M{one.x} {y}H{x}V{bend}H{other.middle}V{other.y}")


def _path(d: str) -> str:
    return f'<path d="{d}" fill="none" stroke="{LINE}" stroke-width="1.3" marker-end="url(#to)"/>'


def _text(text: str, x: int, y: int, size: int, colour: str, weight: str = "normal") -> str:
    bold = ' font-weight="bold"' if weight == "bold" else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{bold}>{escape(text)}</text>'
