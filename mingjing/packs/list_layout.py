"""The workbook of a list: three sheets with fixed columns, written from a body and read back into one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mingjing.packs.benchmark_layout import TYPE_WORDS, Sheets
from mingjing.packs.list_rows import ItemRow
from mingjing.packs.lists import EFFECTS
from mingjing.packs.source import PackError, nearest

HEAD, ITEMS, QUESTIONS = "说明", "清单事项", "询问"
HEAD_ROWS: Final = {
    "清单代码": "list", "名称": "title", "制定机关": "issuer", "文号": "number", "版本": "version",
    "施行日期": "in_force", "失效日期": "until", "执法领域": "field", "出处": "source", "备注": "note",
    "原文已核对": "verified",
}  # fmt: skip
ITEM_COLUMNS: Final = {
    "编号": "code", "违法行为": "violation", "其他叫法": "also", "法律依据": "basis", "适用条件": "conditions",
    "结果": "effect", "条件式": "when", "备注": "remark",
}  # fmt: skip
QUESTION_COLUMNS: Final = {
    "编号": "item", "问题代码": "code", "问题": "title", "类型": "type", "计量单位": "unit",
    "取自案件事实": "fact", "选项代码": "option", "选项": "option_title",
}  # fmt: skip
_SEVERAL: Final = ("also", "conditions")  # one a line of the cell
_EFFECTS: Final = {title: code for code, title in EFFECTS.items()}
YES, NO = "是", "否"


# --- writing --------------------------------------------------------------------------------------


def sheets_of(code: str, body: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Give the rows of every sheet, headings first."""
    head = {**body, "list": code, "verified": NO if body.get("verified") is False else YES}
    items = body["item"]
    return {
        HEAD: [["栏目", "内容"], *([title, str(head.get(key, ""))] for title, key in HEAD_ROWS.items())],
        ITEMS: [
            [*ITEM_COLUMNS],
            *([_cell(key, one.get(key)) for key in ITEM_COLUMNS.values()] for one in items),
        ],
        QUESTIONS: [[*QUESTION_COLUMNS], *(row for one in items for row in _question_rows(one))],
    }


def _question_rows(item: Mapping[str, Any]) -> Iterator[list[str]]:
    for one in item.get("question", ()):
        told = [_cell(key, one.get(key)) for key in ("code", "title", "type", "unit", "fact")]
        for code, title in one.get("options") or [("", "")]:
            yield [item["code"], *told, code, title]


def _cell(key: str, value: Any) -> str:
    if key in _SEVERAL:
        return "\n".join(" ".join(str(one).split("\n")) for one in value or ())
    if key == "effect":
        return EFFECTS[value]
    if key == "type":
        return next(word for word, code in TYPE_WORDS.items() if code == value)
    return str(value or "")


# --- reading --------------------------------------------------------------------------------------


def is_own_layout(sheets: Sheets) -> bool:
    """Say whether the workbook has the sheets of this layout."""
    return {HEAD, ITEMS} <= set(sheets)


class ListLayoutReader:
    """Reads the three sheets; `faults` are those of the layout itself, told by sheet and line."""

    def __init__(self, name: str, sheets: Sheets) -> None:
        self.name, self.sheets = name, sheets
        self.faults: list[PackError] = []

    def read(self) -> tuple[dict[str, Any], list[ItemRow]]:
        """Give head and lines, as far as they could be read."""
        rows = [self._item(line, cells) for line, cells in self._rows(ITEMS, ITEM_COLUMNS)]
        by_code = {str(row.item.get("code", "")): row for row in rows}
        for line, cells in self._rows(QUESTIONS, QUESTION_COLUMNS):
            code = cells.pop("item")
            if code in by_code:
                self._question(by_code[code].item, line, cells)
            else:
                self._refuse(
                    QUESTIONS, line, f"“编号”列：「{ITEMS}」里没有“{code[:30]}”{nearest(code, by_code)}"
                )
        return self._head(), rows

    def _head(self) -> dict[str, Any]:
        head: dict[str, Any] = {}
        for line, cells, _ in self.sheets[HEAD]:
            title, value = [*cells, "", ""][:2]
            if title in HEAD_ROWS:
                head |= {HEAD_ROWS[title]: value} if value else {}
            elif title and title != "栏目":
                self._refuse(HEAD, line, f"不认识的栏目“{title[:20]}”{nearest(title, HEAD_ROWS)}")
        if "verified" in head:
            head["verified"] = head["verified"] != NO
        return head

    def _item(self, line: int, cells: Mapping[str, str]) -> ItemRow:
        item: dict[str, Any] = {key: value for key, value in cells.items() if value}
        for key in _SEVERAL:
            if key in item:
                item[key] = [one.strip() for one in item[key].split("\n") if one.strip()]
        if "effect" in item:
            item["effect"] = _EFFECTS.get(item["effect"], item["effect"])
        return ItemRow(ITEMS, line, item)

    def _question(self, item: dict[str, Any], line: int, cells: dict[str, str]) -> None:
        option = [cells.pop("option"), cells.pop("option_title")]
        told: dict[str, Any] = {key: value for key, value in cells.items() if value}
        if "type" in told:
            told["type"] = TYPE_WORDS.get(told["type"], told["type"])
        asked = item.setdefault("question", [])
        last = asked[-1] if asked else {}
        if last.get("code") != told.get("code"):
            asked.append(told)
        elif {key: one for key, one in last.items() if key != "options"} != told:
            self._refuse(QUESTIONS, line, "同一问题的各行，问题、类型、单位要相同")
        if any(option):
            asked[-1].setdefault("options", []).append(option)

    def _rows(self, sheet: str, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the lines below the headings by key; a heading nobody reads and a faulty line are told."""
        headings: Sequence[str] = ()
        for line, cells, fault in self.sheets.get(sheet, ()):
            if fault:
                self._refuse(sheet, line, fault)
            elif not headings:
                headings = cells
                for one in cells:
                    if one and one not in columns:
                        self._refuse(sheet, line, f"不认识的列“{one[:20]}”{nearest(one, columns)}")
            elif any(cells[len(headings) :]):
                self._refuse(sheet, line, "比表头多出单元格，各列可能已经错开，请核对本行")
            elif any(cells):
                given = dict(zip(headings, cells, strict=False))
                yield line, {key: given.get(title, "") for title, key in columns.items()}

    def _refuse(self, sheet: str, line: int, message: str) -> None:
        self.faults.append(PackError(f"{self.name}「{sheet}」", line, message))
