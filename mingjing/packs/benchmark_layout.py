"""The workbook of a benchmark: five sheets with fixed columns, written from a body and read back into one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mingjing.lawengine.benchmark import TIERS
from mingjing.packs.benchmark_items import Where
from mingjing.packs.source import PackError, nearest

# Line number, cells, and what is wrong with the line as a whole.
Line = tuple[int, Sequence[str], str]
Sheets = Mapping[str, Sequence[Line]]

HEAD, ITEMS, QUESTIONS, STATUTE, ROWS = "说明", "事项", "情节", "法定幅度", "档次"
HEAD_ROWS: Final = {
    "基准代码": "benchmark", "名称": "title", "制定机关": "issuer", "层级": "level", "文号": "number",
    "版本": "version", "施行日期": "in_force", "失效日期": "until", "出处": "source", "备注": "note",
}  # fmt: skip
ITEM_COLUMNS: Final = {
    "事项编号": "code", "章节": "chapter", "违法行为": "violation", "处罚依据法律": "law", "处罚依据条文": "article",
    "违反条款": "duty", "处罚依据原文": "basis", "对象": "addressee", "当事人类型": "party_kinds",
    "罚款封顶（元）": "cap", "百分值起点": "base", "百分值基数（元）": "whole", "备注": "note",
}  # fmt: skip
QUESTION_COLUMNS: Final = {
    "事项编号": "item", "情节代码": "key", "情节": "question", "类型": "type", "计量单位": "unit",
    "取自案件事实": "fact", "选项代码": "option", "选项": "option_title",
}  # fmt: skip
STATUTE_COLUMNS: Final = {
    "事项编号": "item", "法定下限": "low", "法定上限": "high", "单位": "unit", "乘以（情节代码）": "of", "条件": "when",
}  # fmt: skip
# After 违法行为 (for reading only) come the columns of circumstances: 情节1, 答案1, 情节2 …
ROW_BEFORE: Final = ("事项编号", "违法行为")
ROW_COLUMNS: Final = {
    "其他条件": "when", "裁量阶次": "tier", "档次": "label", "下限": "low", "上限": "high", "不含下限": "low_open",
    "不含上限": "high_open", "单位": "unit", "乘以（情节代码）": "of", "其他处罚": "other", "幅度原文": "text",
    "优先于其他档次": "overrides", "百分值": "percent",
}  # fmt: skip
UNIT_WORDS: Final = {"元": "yuan", "倍": "times", "%": "percent", "元/每单位": "each"}
TYPE_WORDS: Final = {"选择": "choice", "是否": "bool", "数值": "number", "金额": "money"}
LEVEL_WORDS: Final = {"本机关": "own", "上级机关": "superior"}
PARTY_WORDS: Final = {
    "自然人": "citizen",
    "个体工商户": "individual_business",
    "法人或者非法人组织": "organization",
}
TIER_WORDS: Final = {title: code for code, title in TIERS.items()}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "unit": UNIT_WORDS, "type": TYPE_WORDS, "level": LEVEL_WORDS, "tier": TIER_WORDS,
}  # fmt: skip
_LISTS: Final = {"party_kinds": "、", "other": "；"}
_FLAGS: Final = ("low_open", "high_open", "overrides")
YES: Final = "是"


# --- writing --------------------------------------------------------------------------------------


def sheets_of(body: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Give the rows of every sheet, headings first."""
    items = body["item"]
    return {
        HEAD: [["栏目", "内容"], *([title, _cell(key, body.get(key))] for title, key in HEAD_ROWS.items())],
        ITEMS: [
            [*ITEM_COLUMNS],
            *([_cell(key, one.get(key)) for key in ITEM_COLUMNS.values()] for one in items),
        ],
        QUESTIONS: [[*QUESTION_COLUMNS], *(row for one in items for row in _question_rows(one))],
        STATUTE: [[*STATUTE_COLUMNS], *(row for one in items for row in _statute_rows(one))],
        ROWS: _tier_rows(items),
    }


def _question_rows(item: Mapping[str, Any]) -> Iterator[list[str]]:
    for one in item.get("circumstance", ()):
        common = [
            item["code"],
            *(_cell(key, one.get(key)) for key in ("key", "question", "type", "unit", "fact")),
        ]
        for code, title in one.get("options") or [("", "")]:
            yield [*common, code, title]


def _statute_rows(item: Mapping[str, Any]) -> Iterator[list[str]]:
    for one in item.get("statutory", ()):
        yield [item["code"], *(_cell(key, one.get(key)) for key in [*STATUTE_COLUMNS.values()][1:])]


def _tier_rows(items: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    most = max((len(item.get("circumstance", ())) for item in items), default=0)
    pairs = [title for n in range(1, most + 1) for title in (f"情节{n}", f"答案{n}")]
    rows = [[*ROW_BEFORE, *pairs, *ROW_COLUMNS]]
    for item in items:
        questions = {one["key"]: one["question"] for one in item.get("circumstance", ())}
        for one in [*item.get("tier", ()), *item.get("share", ())]:
            answers = one.get("answers", {})
            cells = [text for key in questions for text in (questions[key], answers.get(key, ""))]
            cells += [""] * (2 * most - len(cells))
            figures = [_cell(key, one.get(key)) for key in ROW_COLUMNS.values()]
            rows.append([item["code"], item["violation"], *cells, *figures])
    return rows


def _cell(key: str, value: Any) -> str:
    if key == "unit" and value in UNIT_WORDS.values():
        return next(word for word, code in UNIT_WORDS.items() if code == value)
    if key in _FLAGS:
        return YES if value else ""
    if key in _LISTS:
        words = {code: word for word, code in PARTY_WORDS.items()}
        return _LISTS[key].join(words.get(one, one) for one in value or ())
    words = {code: word for word, code in _WORDS.get(key, {}).items()}
    return words.get(str(value), str(value)) if value not in (None, "") else ""


# --- reading --------------------------------------------------------------------------------------


@dataclass
class SheetPlaces:
    """Where the parts of a table stand in a workbook."""

    name: str
    at: dict[Where, tuple[str, int]] = field(default_factory=dict)

    def fault(self, message: str, where: Where) -> PackError:
        """Make the error for a part: sheet, line, and the heading of its column where there is one."""
        sheet, line = self._found(where)
        heading = _heading(sheet, str(where[-1]) if where else "")
        place = f"{self.name}「{sheet}」" if sheet else self.name
        return PackError(place, line, f"“{heading}”列：{message}" if heading else message)

    def line(self, where: Where) -> int:
        """Give the line of a part."""
        return self._found(where)[1]

    def _found(self, where: Where) -> tuple[str, int]:
        for length in range(len(where), -1, -1):
            if where[:length] in self.at:
                return self.at[where[:length]]
        return "", 1


def _heading(sheet: str, key: str) -> str:
    columns = {HEAD: HEAD_ROWS, ITEMS: ITEM_COLUMNS, QUESTIONS: QUESTION_COLUMNS, STATUTE: STATUTE_COLUMNS}
    return next((title for title, one in columns.get(sheet, ROW_COLUMNS).items() if one == key), "")


def is_own_layout(sheets: Sheets) -> bool:
    """Say whether the workbook has the sheets of this layout."""
    return {HEAD, ITEMS, ROWS} <= set(sheets)


class LayoutReader:
    """Reads the five sheets into a body; `faults` are those of the layout itself, told by sheet and line."""

    def __init__(self, name: str, sheets: Sheets) -> None:
        self.sheets, self.places = sheets, SheetPlaces(name)
        self.faults: list[PackError] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.number: dict[str, int] = {}

    def read(self) -> dict[str, Any]:
        """Give the body, as far as it could be read."""
        body: dict[str, Any] = self._head()
        for line, cells in self._rows(ITEMS, ITEM_COLUMNS):
            self._item(line, cells)
        for line, cells in self._rows(QUESTIONS, QUESTION_COLUMNS):
            if item := self._of(QUESTIONS, line, cells.pop("item")):
                self._question(item, line, cells)
        for line, cells in self._rows(STATUTE, STATUTE_COLUMNS):
            if item := self._of(STATUTE, line, cells.pop("item")):
                self._add(item, "statutory", self._values(STATUTE, line, cells), (STATUTE, line))
        self._tiers()
        return body | {"item": list(self.items.values())}

    def refuse(self, sheet: str, line: int, message: str) -> None:
        """Keep a fault of a line."""
        self.faults.append(PackError(f"{self.places.name}「{sheet}」", line, message))

    def _head(self) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for line, cells, _ in self.sheets[HEAD]:
            title, value = [*cells, "", ""][:2]
            if title in HEAD_ROWS:
                key = HEAD_ROWS[title]
                self.places.at[(key,)] = (HEAD, line)
                body |= {key: self._word(key, value, HEAD, line)} if value else {}
            elif title and title != "栏目":
                self.refuse(HEAD, line, f"不认识的栏目“{title[:20]}”{nearest(title, HEAD_ROWS)}")
        return body

    def _item(self, line: int, cells: dict[str, str]) -> None:
        code = cells["code"]
        if not code or code in self.items:
            self.refuse(
                ITEMS, line, f"“事项编号”列：{'编号重复' if code else '没有编号'}，请给每个事项一个不同的编号"
            )
            return
        self.number[code] = len(self.items)
        self.places.at[("item", self.number[code])] = (ITEMS, line)
        self.items[code] = self._values(ITEMS, line, cells)

    def _of(self, sheet: str, line: int, code: str) -> str:
        if code in self.items:
            return code
        self.refuse(sheet, line, f"“事项编号”列：「{ITEMS}」里没有“{code[:30]}”{nearest(code, self.items)}")
        return ""

    def _question(self, item: str, line: int, cells: dict[str, str]) -> None:
        option = [cells.pop("option"), cells.pop("option_title")]
        values = self._values(QUESTIONS, line, cells)
        known = self.items[item].setdefault("circumstance", [])
        last = known[-1] if known else {}
        if last.get("key") != values.get("key"):
            self._add(item, "circumstance", values, (QUESTIONS, line))
        elif {key: one for key, one in last.items() if key != "options"} != values:
            self.refuse(QUESTIONS, line, "同一情节的问题、类型、单位要与上一行相同")
        if any(option):
            self.items[item]["circumstance"][-1].setdefault("options", []).append(option)

    def _tiers(self) -> None:
        headings = next((list(cells) for _, cells, _ in self.sheets[ROWS] if any(cells)), [])
        pairs = [n for n in range(1, len(headings)) if f"情节{n}" in headings and f"答案{n}" in headings]
        columns = {title: title for n in pairs for title in (f"情节{n}", f"答案{n}")}
        for line, cells in self._rows(
            ROWS, {"事项编号": "item", "违法行为": "violation", **columns, **ROW_COLUMNS}
        ):
            cells.pop("violation")
            item = self._of(ROWS, line, cells.pop("item"))
            answers = [(cells.pop(f"情节{n}"), cells.pop(f"答案{n}")) for n in pairs]
            if item:
                row = self._values(ROWS, line, cells) | self._answers(item, line, answers)
                self._add(item, "share" if "percent" in row else "tier", row, (ROWS, line))

    def _answers(self, item: str, line: int, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        questions = {one.get("question"): one.get("key") for one in self.items[item].get("circumstance", ())}
        answers = {}
        for question, answer in pairs:
            if question and question not in questions:
                self.refuse(ROWS, line, f"「{QUESTIONS}」里这个事项没有情节“{question[:30]}”")
            elif answer and not question:
                self.refuse(ROWS, line, f"答案“{answer[:30]}”左边没有写是哪一项情节")
            elif answer:
                answers[str(questions[question])] = answer
        return {"answers": answers} if answers else {}

    def _add(self, item: str, key: str, values: dict[str, Any], place: tuple[str, int]) -> None:
        rows = self.items[item].setdefault(key, [])
        self.places.at[("item", self.number[item], key, len(rows))] = place
        rows.append(values)

    def _rows(self, sheet: str, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the lines below the headings by key; a heading nobody reads and a faulty line are told."""
        headings: list[str] = []
        for line, cells, fault in self.sheets.get(sheet, ()):
            if not any(cells):
                continue
            if fault:
                self.refuse(sheet, line, fault)
            elif not headings:
                headings = list(cells)
                for one in headings:
                    if one and one not in columns:
                        self.refuse(sheet, line, f"不认识的列“{one[:20]}”{nearest(one, columns)}")
            elif any(cells[len(headings) :]):
                self.refuse(sheet, line, "比表头多出单元格，各列可能已经错开，请核对本行")
            else:
                given = dict(zip(headings, cells, strict=False))
                yield line, {key: given.get(title, "") for title, key in columns.items()}

    def _values(self, sheet: str, line: int, cells: Mapping[str, str]) -> dict[str, Any]:
        return {key: self._word(key, text, sheet, line) for key, text in cells.items() if text}

    def _word(self, key: str, text: str, sheet: str, line: int) -> Any:
        """Turn what people read in a cell into the word of the body."""
        if key in _FLAGS:
            if text not in (YES, "否"):
                self.refuse(sheet, line, f"“{_heading(sheet, key)}”列应为“是”或者空白，现为“{text[:20]}”")
            return text == YES
        if key == "party_kinds":
            return [PARTY_WORDS.get(one, one) for one in text.split("、")]
        if key == "other":
            return text.split("；")
        words = _WORDS.get(key, {})
        if key == "unit" and sheet == QUESTIONS:
            return text
        return words.get(text, text)
