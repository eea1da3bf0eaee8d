"""A flat table of discretion, one row a line, with whatever headings it has, turned into the body of a benchmark."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from mingjing.lawengine.benchmark_words import plain
from mingjing.packs.benchmark_cells import is_any
from mingjing.packs.benchmark_factors import Question, Row, graded, questions_of
from mingjing.packs.benchmark_layout import Line
from mingjing.packs.benchmark_sums import Range, read_range, statutory_ranges, statutory_tops
from mingjing.packs.source import PackError

# Headings as they are met, Chinese and in open data, and what each column holds. factorN and factorN_value come too.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("section", "序号", "编码", "基本编码", "事项编号"),
    "chapter": ("chapter", "章节", "类别"),
    "issuer": ("bureau",),
    "violation": ("violation", "violation_item", "违法行为", "违法行为名称", "违法事项"),
    "duty": ("violated_article", "违反条款", "违法依据", "违反规定"),
    "basis": ("legal_basis", "basis", "处罚依据", "法定依据", "法律依据"),
    "addressee": ("addressee", "对象", "处罚对象", "违法主体"),
    "grade": ("grade", "裁量阶次", "违法程度", "裁量档次", "情节"),
    "condition": ("condition", "适用条件", "适用情形", "具体情形", "裁量情形"),
    "text": ("fine_text", "处罚标准", "裁量标准", "裁量幅度", "处罚幅度", "罚款"),
    "low": ("low", "下限"),
    "high": ("high", "上限"),
    "unit": ("unit", "单位"),
    "whole": ("whole", "百分值基数"),
    "other": ("extra", "其他处罚"),
    "ignored": ("item", "url", "trap", "pdf_page", "note", "备注", "来源"),
}
NEEDED: Final = ("violation", "basis")
_FACTOR: Final = re.compile(r"(?:factor|因素)(\d)(_value|取值|)")
_UNITS: Final = {
    "": "yuan", "yuan": "yuan", "元": "yuan", "times": "times", "倍": "times", "times_of_gain": "times",
    "percent": "percent", "%": "percent", "yuan_per_m2": "each", "元/平方米": "each",
}  # fmt: skip
_GRADES: Final = {
    "none": ("不予", "可以不予", "不予处罚", "不再处罚"), "exempt": ("免予", "免予处罚", "免罚"),
    "mitigated": ("减轻",),
    "lighter": ("从轻", "较轻", "轻微", "特别轻微"), "ordinary": ("一般", "(single)"),
    "heavier": ("从重", "较重", "严重", "特别严重", "情节严重"),
}  # fmt: skip
_LAW: Final = re.compile(
    r"《?([^》《]{2,60}?)》?\s*(第[一二三四五六七八九十百零\d]+条(?:第[一二三四五六七八九十]+[款项])*)"
)
_SHORT_LAW: Final = re.compile(
    r"([一-鿿]{2,40}?(?:法|条例|规定|办法|细则|规则))\s*第?([\d、()（）一二三四五六七八九十]+)"
)
_CAP: Final = re.compile(r"cap\s*(\d+)")
_SECTION: Final = re.compile(r"§?\s*(\d+(?:\.\d+)*)\s*(?:裁量标准)?")
_DITTO: Final = frozenset({"同上", "〃", "″"})
UNIT_SIDE, PERSON_SIDE = "对单位罚款", "对个人罚款"


@dataclass
class FlatReader:
    """Reads a flat table. `faults` stop the import; `notices` tell where the text of a row and its figures differ."""

    name: str
    faults: list[PackError] = field(default_factory=list)
    notices: list[PackError] = field(default_factory=list)
    loaded: int = 0
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def read(self, lines: Iterable[Line], head: Mapping[str, Any]) -> dict[str, Any]:
        """Give the body; `head` is what no row says: code, title, issuer, version, in_force …"""
        items: list[dict[str, Any]] = []
        for rows in self._groups(self._rows(lines)):
            for side in self._sides(rows):
                items.append(self._item(side, len(items)))
        return {**head, "item": items}

    def fault(self, message: str, where: Sequence[str | int]) -> PackError:
        """Make the error for a part of the body, at the line its row or item came from."""
        return PackError(self.name, self.line(where), message)

    def line(self, where: Sequence[str | int]) -> int:
        """Give the line of a part of the body."""
        spans = (tuple(where[:length]) for length in range(len(where), 0, -1))
        return next((self.lines[span] for span in spans if span in self.lines), 1)

    # --- lines ------------------------------------------------------------------------------------

    def _rows(self, lines: Iterable[Line]) -> list[Row]:
        columns: list[str] = []
        rows: list[Row] = []
        for number, cells, fault in lines:
            if not any(cells):
                continue
            if fault:
                self.refuse(number, fault)
            elif not columns:
                columns = self._columns(number, cells)
            elif row := self._row(number, dict(zip(columns, cells, strict=False)), rows):
                rows.append(row)
        return rows

    def _columns(self, number: int, cells: Sequence[str]) -> list[str]:
        known = {title: key for key, titles in HEADINGS.items() for title in titles}
        columns = []
        for title in cells:
            factor = _FACTOR.fullmatch(title.strip())
            key = f"{'v' if factor[2] else 'f'}{factor[1]}" if factor else known.get(title.strip(), "")
            # A second column of the same meaning (违法程度 beside 裁量阶次) is a circumstance, not lost.
            columns.append(key if key and (key == "ignored" or key not in columns) else f"extra:{title}")
        for key in NEEDED:
            if key not in columns:
                self.refuse(number, f"没有“{HEADINGS[key][2]}”一列；可用的列名：{'、'.join(HEADINGS[key])}")
        for title, key in zip(cells, columns, strict=True):
            if key.startswith("extra:") and title:
                self.notices.append(PackError(self.name, number, f"“{title[:20]}”列不认识，没有导入"))
        return columns

    def _row(self, number: int, cells: dict[str, str], before: list[Row]) -> Row | None:
        if not cells.get("violation"):
            self.refuse(number, "“违法行为”列是空的。有合并单元格的，请取消合并并逐行填写")
            return None
        basis = cells.get("basis", "")
        if basis.strip() in _DITTO:
            basis = next((row.cells["basis"] for row in reversed(before)), "")
        cells = {**cells, "basis": basis}
        measure = self._measure(number, cells)
        if measure is None:
            return None
        factors = [(cells.get(f"f{n}", ""), cells.get(f"v{n}", "")) for n in range(1, 10)]
        if cells.get("addressee") not in (None, "", "any", "不限"):
            factors = [("违法主体", cells["addressee"]), *factors]
        if cells.get("condition"):
            factors = [*factors, ("适用条件", cells["condition"])]
        self.loaded += 1
        return Row(number, cells, [pair for pair in factors if any(pair)], measure)

    def _measure(self, number: int, cells: Mapping[str, str]) -> Range | None:
        """Read the figures: the columns decide; where the text says something else that is told."""
        text, unit = cells.get("text", ""), cells.get("unit", "").strip()
        stated = read_range(text) if text else None
        if unit in ("formula", "撤销登记"):
            self.refuse(
                number,
                f"单位“{unit}”不是数额，不能逐行导入；请按法定幅度算出每档的上下限，写在下限、上限两列",
            )
            return None
        kind = _UNITS.get(unit, "yuan" if unit == "none" else "")
        low, high = (self._figure(number, title, cells.get(title, "")) for title in ("low", "high"))
        if not kind:
            self.refuse(number, f"不认识的单位“{unit[:20]}”，可用的有：元、倍、%、元/平方米")
            return None
        of = stated.of if stated else {"times_of_gain": "违法所得", "yuan_per_m2": "面积"}.get(unit, "")
        if low is None and high is None and stated:
            return stated
        if stated and (stated.low, stated.high) != (low, high):
            told = f"“{text}”与下限 {_shown(low)}、上限 {_shown(high)} 不一致，请核对原表"
            self.notices.append(PackError(self.name, number, told))
        if not stated and not is_any(text):
            told = f"看不懂“{text[:40]}”，按下限 {_shown(low)}、上限 {_shown(high)} 导入，请核对原表"
            self.notices.append(PackError(self.name, number, told))
        # A row without figures is loaded as the hole it is: the checker says so.
        missing = Decimal(-1)
        if low is None and high is None:
            kind, of = "yuan", ""
        return Range(missing if low is None else low, missing if high is None else high, kind, of)

    def _figure(self, number: int, title: str, text: str) -> Decimal | None:
        plain_text = text.strip().replace(",", "")
        if not plain_text:
            return None
        if not re.fullmatch(r"\d{1,15}(\.\d{1,6})?", plain_text):
            self.refuse(number, f"“{title}”列的“{text[:20]}”不是数字")
            return None
        return Decimal(plain_text)

    def refuse(self, number: int, message: str) -> None:
        """Keep a fault of a line."""
        self.faults.append(PackError(self.name, number, message))

    # --- items ------------------------------------------------------------------------------------

    def _groups(self, rows: list[Row]) -> list[list[Row]]:
        """Put the rows of one violation together: by its number, unless every row has a number of its own."""
        numbered = len({row.cells.get("code") for row in rows}) < len(rows)
        groups: dict[str, list[Row]] = {}
        for row in rows:
            code = row.cells.get("code", "") if numbered else ""
            groups.setdefault(code or row.cells["violation"], []).append(row)
        return list(groups.values())

    def _sides(self, rows: list[Row]) -> list[list[Row]]:
        """Split a table that has one column of fines for the unit and one for the person into two items."""
        if not any(name == UNIT_SIDE for row in rows for name, _ in row.factors):
            return [rows]
        unit, person = [], []
        for row in rows:
            factors = [pair for pair in row.factors if pair[0] != UNIT_SIDE]
            text = next((value for name, value in row.factors if name == UNIT_SIDE), "")
            measure = read_range(text)
            if measure is None:
                self.refuse(row.line, f"看不懂“{UNIT_SIDE}”列的“{text[:30]}”")
                continue
            cells = {**row.cells, "text": text, "addressee": "单位"}
            unit.append(Row(row.line, cells, factors, measure))
            grade = "不予处罚" if is_any(row.cells.get("text", "")) else row.cells.get("grade", "")
            cells = {**row.cells, "addressee": "个人", "grade": grade}
            person.append(Row(row.line, cells, factors, row.measure))
        return [unit, person]

    def _item(self, rows: list[Row], number: int) -> dict[str, Any]:
        first, rows = rows[0], graded(rows)
        self.lines[("item", number)] = first.line
        law, article = self._law(first)
        questions = questions_of(rows)
        item: dict[str, Any] = {
            "code": self._code(first, number),
            "chapter": first.cells.get("chapter", ""),
            # Where a page break cut the words in some rows, the longest are whole.
            "violation": max((row.cells["violation"] for row in rows), key=len),
            "law": law,
            "article": article,
            "duty": first.cells.get("duty", ""),
            "basis": first.cells["basis"],
            "addressee": first.cells.get("addressee", "")
            if len({r.cells.get("addressee") for r in rows}) == 1
            else "",
            "statutory": self._statutory(first),
            "circumstance": [*(one.table() for one in questions), *_bases(rows)],
        }
        if cap := _CAP.search(first.cells.get("other", "")):
            item["cap"] = cap[1]
        item["whole"] = next((one for row in rows if (one := row.cells.get("whole", ""))), "")
        key = "share" if questions and questions[0].added_up else "tier"
        item[key] = []
        for row in rows:
            if key == "share" and not row.factors:
                item["base"] = plain(row.measure.low)
                continue
            self.lines[("item", number, key, len(item[key]))] = row.line
            item[key].append(_share(row, questions) if key == "share" else _tier(row, questions))
        return {name: value for name, value in item.items() if value not in ("", [])}

    def _code(self, row: Row, number: int) -> str:
        found = _SECTION.fullmatch(row.cells.get("code", "").strip())
        code = found[1] if found else row.cells.get("code", "") or str(number + 1)
        side = {"单位": "-单位", "个人": "-个人"}.get(row.cells.get("addressee", ""), "")
        return f"{code}{side}" if UNIT_SIDE and row.cells.get("text") and side else code

    def _law(self, row: Row) -> tuple[str, str]:
        found = _LAW.search(row.cells["basis"]) or _SHORT_LAW.search(row.cells["basis"])
        if found:
            return re.sub(r"\s", "", found[1]), found[2]
        whole = re.sub(r"\s", "", row.cells["basis"])
        self.notices.append(
            PackError(self.name, row.line, "“处罚依据”里没有找到“《法律名称》第几条”，请补上条文")
        )
        return whole[:60] or "（未写明）", "（未写明）"

    def _statutory(self, first: Row) -> list[dict[str, str]]:
        if first.measure.unit != "yuan" or first.cells.get("addressee") == "个人":
            return []
        found = dict.fromkeys(statutory_ranges(first.cells["basis"]))
        tops = {(Decimal(0), top): None for top in statutory_tops(first.cells["basis"])}
        return [{"low": plain(low), "high": plain(high)} for low, high in {**found, **tops}]


def _tier(row: Row, questions: Sequence[Question]) -> dict[str, Any]:
    grade = row.cells.get("grade", "").strip()
    code = next((one for one, words in _GRADES.items() if grade in words), "ordinary")
    measure = row.measure
    figures = (
        {"low": plain(measure.low), "high": plain(measure.high)}
        if measure.low >= 0 and measure.high >= 0
        else {}
    )
    tier: dict[str, Any] = {
        "answers": {one.key: answer for one in questions if (answer := one.answer(row))},
        "tier": code,
        "label": grade,
        **figures,
        "unit": "" if measure.unit == "yuan" else measure.unit,
        "of": base_key(measure.of) if measure.unit != "yuan" else "",
        "text": row.cells.get("text", ""),
        "overrides": any(one.overriding(row) for one in questions),
    }
    if (other := row.cells.get("other", "")) and not _CAP.search(other):
        tier["other"] = [part.strip() for part in re.split(r"[,，;；]", other) if part.strip()]
    return {name: value for name, value in tier.items() if value not in ("", [], {}, False)}


def _share(row: Row, questions: Sequence[Question]) -> dict[str, Any]:
    answers = {one.key: answer for one in questions if (answer := one.answer(row))}
    return {"answers": answers, "percent": plain(row.measure.low)}


# What multiples are taken of: the key of the question, and the fact of the case that answers it.
_BASES: Final = {
    "货值金额": ("goods_value", "goods_value_yuan"),
    "违法所得": ("illegal_gain", "illegal_gain_yuan"),
}
_AREA: Final = "面积"


def base_key(of: str) -> str:
    """Give the key of the question that a multiple is taken of."""
    return "area" if of == _AREA else _BASES.get(of, ("base_amount", ""))[0]


def _bases(rows: Iterable[Row]) -> list[dict[str, Any]]:
    wanted = dict.fromkeys(row.measure.of for row in rows if row.measure.unit != "yuan" and row.measure.of)
    found = []
    for of in wanted:
        table = {"key": base_key(of), "question": of, "type": "money"}
        if of == _AREA:
            table |= {"type": "number", "unit": "平方米"}
        if of in _BASES:
            table["fact"] = _BASES[of][1]
        found.append(table)
    return found


def _shown(value: Decimal | None) -> str:
    return "空白" if value is None else plain(value)
