"""A form filled from acts: plain data for the layouts. No Django, no clock, no drawing; nothing is typed twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mingjing.documents.forms import Block, DocumentForm
from mingjing.documents.sources import Issuer, Sources
from mingjing.documents.writing import BLANK, UNKNOWN
from mingjing.lawengine.model import ActRecord, Law, Performer
from mingjing.lawengine.versions import CONDUCT_DAY

ROW_KINDS: Final = {"cells", "group", "long", "opinion"}


def document_data(  # noqa: PLR0913 - the whole of what a document may draw on, each part named by its caller
    form: DocumentForm,
    *,
    agency: Issuer,
    case_number: str,
    act: ActRecord,
    acts: Sequence[ActRecord],
    law: Law,
    at: datetime,
    people: Mapping[str, Performer] | None = None,
    verify: Mapping[str, Any] | None = None,
    preview: bool = False,
    procedure: str = "",
) -> dict[str, Any]:
    """The data of one document: the same acts always give the same data.

    `acts` are those before `act`; `at` dates the file; `people` gives the officers named in facts. A value no act
    holds is written 「未载明」, an optional one 「／」.
    """
    sources = Sources(agency, case_number, act, acts, law, people or {}, form.words, procedure)
    return {
        "layout": form.layout,
        "title": form.title,
        "agency": sources.fill("{agency}"),
        "number": sources.fill(form.number),
        "at": at.isoformat(),
        "preview": preview,
        "verify": dict(verify) if verify else None,
        "compact": form.compact,
        "copies": form.copies,
        "strips": [sources.fill(strip) for strip in form.strips],
        "blocks": _Blocks(sources).all(form.blocks),
        "cited": sources.cited,  # last: filled while the parts were
        "conduct": str(sources.known.get(CONDUCT_DAY, "")),
    }


class _Blocks:
    """The parts of a form in order, those left out that do not apply to this case."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def all(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        """What the layout draws; neighbouring rows become one table."""
        drawn: list[dict[str, Any]] = []
        for block in self.sources.shown(blocks):
            part = getattr(self, f"_{block.kind}")(block.spec)
            if block.kind not in ROW_KINDS:
                drawn.append(part)
            elif drawn and drawn[-1]["kind"] == "rows":
                drawn[-1]["items"].append(part)
            else:
                drawn.append({"kind": "rows", "items": [part]})
        return drawn

    def _paragraphs(self, text: str, row: Mapping[str, Any] | None = None) -> list[str]:
        lines = (line.strip() for line in self.sources.fill(text, row).splitlines())
        return [line for line in lines if line]

    def _rows_of(self, name: str) -> list[dict[str, Any]]:
        named = (value for one in name.split("/") if (value := self.sources.find(one)) is not None)
        found = next(named, None)
        return [{**row, "row_number": number} for number, row in enumerate(found.raw, 1)] if found else []

    def _text(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": "text", "style": spec.get("style", "body"), "text": self._paragraphs(spec["text"])}

    def _each(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        lines = [line for row in self._rows_of(spec["each"]) for line in self._paragraphs(spec["text"], row)]
        return {"kind": "text", "style": spec.get("style", "body"), "text": lines or [UNKNOWN]}

    def _pairs(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        items = [
            {
                "label": self.sources.fill(part.spec["label"]),
                "value": self.sources.fill(part.spec["value"]),
                "half": part.spec.get("half", False),
            }
            for part in self.sources.shown(spec["pairs"])
        ]
        return {"kind": "pairs", "items": items}

    def _items(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        texts = [self.sources.fill(part.spec["text"]) for part in self.sources.shown(spec["items"])]
        lines = [text if len(texts) == 1 else f"{number}．{text}" for number, text in enumerate(texts, 1)]
        ends = ["；"] * (len(lines) - 1) + ["。"]
        lines = [line + end for line, end in zip(lines, ends, strict=True)] if lines else [UNKNOWN]
        return {"kind": "text", "style": "body", "text": lines}

    def _table(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        columns = spec["columns"]
        rows = [
            [self.sources.fill(column["value"], row) for column in columns]
            for row in self._rows_of(spec["table"])
        ]
        return {
            "kind": "table",
            "title": spec.get("title", ""),
            "columns": [{"title": column["title"], "width": column.get("width", 1)} for column in columns],
            "rows": rows or [[BLANK for _ in columns]],
        }

    def _answers(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        question, answer = spec["answers"]
        found = self.sources.find("act.answers")
        items = [
            [row.get(question, BLANK), str(row.get(answer, BLANK)).splitlines()]
            for row in (found.raw if found else [])
        ]
        return {"kind": "qa", "items": items}

    def _signs(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": "signs", "items": [self.sources.fill(line) for line in spec["signs"]]}

    def _signoff(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        date = spec["signoff"] if isinstance(spec["signoff"], str) else "{done_at|date}"
        return {"kind": "signoff", "agency": self.sources.fill("{agency}"), "date": self.sources.fill(date)}

    def _attachment(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        number = self.sources.fill(spec.get("number", "{number}"))
        return {"kind": "attachment", "title": spec["attachment"], "number": number}

    def _cells(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": "cells", "cells": self._filled(spec["cells"])}

    def _filled(self, cells: Sequence[Sequence[str]]) -> list[dict[str, str]]:
        return [
            {"label": self.sources.fill(label), "value": self.sources.fill(value)} for label, value in cells
        ]

    def _group(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "kind": "group",
            "label": spec["group"],
            "rows": [self._filled(cells) for cells in spec["rows"]],
        }

    def _long(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        text = self._paragraphs(spec["value"])
        return {"kind": "long", "label": spec["long"], "text": text, "lines": spec.get("lines", 3)}

    def _opinion(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        signature = self.sources.fill(spec.get("signature", "签名：{performers|names}　{done_at|date}"))
        return {**self._long({**spec, "long": spec["opinion"]}), "kind": "opinion", "signature": signature}
