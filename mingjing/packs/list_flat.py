"""A list as bureaus publish it, one table with whatever headings it has, turned into lines that can be read."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mingjing.packs.benchmark_layout import Line
from mingjing.packs.list_rows import ItemRow, effects_in
from mingjing.packs.lists import EFFECTS
from mingjing.packs.source import PackError

# What a heading means: the first that fits, brackets and blanks left out.
HEADINGS: Final = (
    ("code", re.compile(r"序号|编号|编码|no|code|事项编[号码]|基本编码")),
    ("remark", re.compile(r".*(备注|remark|note).*|说明")),
    ("when", re.compile(r"条件式|when")),
    ("also", re.compile(r"其他叫法|别名|also")),
    ("conditions", re.compile(r".*(条件|情形|情节|condition).*")),
    ("measure", re.compile(r".*(幅度|标准).*")),
    ("basis", re.compile(r".*(依据|条款|article|basis).*")),
    ("ignored", re.compile(r".*(主体|机关|部门|科室|领域|类别|类型|种类|层级|category|page|url|对象).*")),
    ("effect", re.compile(r".*(结果|处理方式|effect).*|裁量|清单")),
    ("violation", re.compile(r".*(行为|事项|措施|项目|violation).*")),
)
NEEDED: Final = {"violation": "违法行为", "basis": "法律依据"}
TITLE_LINES: Final = 8  # a title and remarks may stand above the headings
_BRACKETS: Final = re.compile(r"[（(][^（）()]*[）)]|\s")
_SAMPLE: Final = re.compile(r"[（(]?样表[）)]?")
_COUNT: Final = re.compile(r"(\d+)\s*项")
_DITTO: Final = frozenset({"同上", "〃", "″"})
_NOTE: Final = re.compile(r"(备注|注|说明)([：:]|$)")
_ALTERNATIVE: Final = re.compile(r"之一|任一|任何一")
_PRELUDE: Final = re.compile(r"(?:同时|符合|满足|具备|具有|有)?.{0,12}(?:下列|以下).*[：:]|同时.*[：:]")
_MARK: Final = re.compile(
    r"(?:^|(?<=[：:；;。\n，,]))\s*(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]|\d{1,2}[.、．](?!\d)"
    r"|[①-⑳]|[一二三四五六七八九十]{1,3}、)|\n"
)


@dataclass
class FlatListReader:
    """Reads a flat table. `faults` stop the import; `notices` tell what a person should look at in the original."""

    name: str
    faults: list[PackError] = field(default_factory=list)
    notices: list[PackError] = field(default_factory=list)
    title: str = ""
    effect: str = ""
    note: str = ""

    def read(self, lines: Sequence[Line], head: Mapping[str, Any]) -> tuple[dict[str, Any], list[ItemRow]]:
        """Give head and lines; `head` is what the table does not say: code, issuer, in_force, effect …"""
        found = self._found(lines)
        if found is None:
            told = "没有找到表头：要有“违法行为”（或者事项）一列，和“适用条件”或者“法律依据”一列"
            self.faults.append(PackError(self.name, 1, told))
            return dict(head), []
        at, columns = found
        self._titles(lines[:at], head)
        self._effect(lines[at], head)
        rows: list[ItemRow] = []
        for line, cells, fault in lines[at + 1 :]:
            if fault:
                self._refuse(line, fault)
            elif list(cells) != list(lines[at][1]) and any(cells):
                self._row(line, list(zip(columns, cells, strict=False)), rows)
        self._count(lines[at][0], rows)
        stated = {key: value for key, value in head.items() if key != "effect"}
        return {"note": self.note[:2_000], **stated, "title": head.get("title") or self.title}, rows

    # --- what stands above the lines --------------------------------------------------------------

    def _found(self, lines: Sequence[Line]) -> tuple[int, list[str]] | None:
        """Find the headings below a title."""
        for at, (_, cells, _) in enumerate(lines[:TITLE_LINES]):
            keys = [_key(title) for title in cells]
            if "violation" in keys and ("conditions" in keys or "basis" in keys):
                self._tell_columns(lines[at], keys)
                return at, keys
        return None

    def _tell_columns(self, line: Line, keys: Sequence[str]) -> None:
        number, cells, _ = line
        for key, title in NEEDED.items():
            if key not in keys:
                self._refuse(number, f"没有“{title}”一列")
        left = [title for title, key in zip(cells, keys, strict=True) if title and key in ("", "ignored")]
        if left:
            self._tell(number, f"没有导入的列：{'、'.join(one[:20] for one in left)}")
        if keys.count("violation") > 1:
            self._tell(number, "有几列都像是违法行为，按第一列导入")

    def _titles(self, lines: Iterable[Line], head: Mapping[str, Any]) -> None:
        said = [cell for _, cells, _ in lines for cell in cells[:1] if len(cell) > 4]
        self.title = _SAMPLE.sub("", said[0]).strip()[:200] if said else ""
        if any(_SAMPLE.search(one) for one in said):
            self._tell(1, "表名里还写着“样表”，请核对是否正式公布的文本")

    def _effect(self, headings: Line, head: Mapping[str, Any]) -> None:
        """Settle the effect of the list; where title and columns say different things, that is told."""
        said = effects_in(f"{head.get('title') or ''}{self.title}")
        columns = effects_in(
            "".join(one for one in headings[1] if _key(one) in ("conditions", "violation", "basis"))
        )
        stated = str(head.get("effect") or "")
        self.effect = stated or (said[0] if len(said) == 1 else "")
        if not self.effect and not said and len(columns) == 1:
            self.effect = columns[0]
        for where, words in (("表名", said), ("列名", columns)):
            if self.effect and words and self.effect not in words:
                named = "、".join(EFFECTS[one] for one in words)
                told = f"{where}说的是“{named}”，按“{EFFECTS.get(self.effect, self.effect)}”导入，请核对原表"
                self._tell(headings[0], told)

    def _count(self, line: int, rows: Sequence[ItemRow]) -> None:
        numbers = [int(row.item["code"]) for row in rows if row.item["code"].isdecimal()]
        missing = sorted(set(range(1, max(numbers, default=0))) - set(numbers))[:10]
        if missing:
            self._tell(line, f"编号不连续，缺第 {'、'.join(map(str, missing))} 项，请核对是否漏行")
        if (said := _COUNT.search(self.title)) and int(said[1]) != len(rows):
            self._tell(line, f"表名写着 {said[1]} 项，实际 {len(rows)} 行，请核对是否漏行")

    # --- lines ------------------------------------------------------------------------------------

    def _row(self, line: int, cells: Sequence[tuple[str, str]], before: list[ItemRow]) -> None:
        def all_of(key: str) -> list[str]:
            return [text for column, text in cells if column == key and text]

        if self._is_note(line, cells) or self._goes_on(line, all_of, before):
            return
        basis = "；".join(dict.fromkeys(all_of("basis")))
        if basis in _DITTO and before:
            basis = str(before[-1].item["basis"])
        remarks = [*(f"裁量幅度：{one}" for one in all_of("measure")), *all_of("remark")]
        also = [one for text in all_of("also") for one in re.split(r"[；;\n]", text) if one]
        item: dict[str, Any] = {
            "code": self._code(line, "".join(all_of("code")), before),
            "violation": next(iter(all_of("violation")), ""),
            "basis": basis,
            "conditions": [one for text in all_of("conditions") for one in conditions_in(text)],
            "effect": self._effect_of(line, "".join(all_of("effect"))),
        }
        if item["violation"] in _DITTO and before:
            item["violation"] = before[-1].item["violation"]
        more = {"when": "".join(all_of("when")), "remark": "；".join(remarks), "also": also}
        before.append(ItemRow("", line, item | {key: one for key, one in more.items() if one}))

    def _is_note(self, line: int, cells: Sequence[tuple[str, str]]) -> bool:
        """Take a line of remarks below the table for what it is."""
        texts = list(dict.fromkeys(text for key, text in cells if text and key != "ignored"))
        if not texts or not _NOTE.match(texts[0]) or len(texts) > 2:
            return False
        self.note += "".join(max(texts, key=len).split())
        self._tell(line, "这一行是表下的说明，记入清单的说明")
        return True

    def _goes_on(self, line: int, all_of: Callable[[str], list[str]], before: Sequence[ItemRow]) -> bool:
        """Put the words that a page break cut off back to the line above."""
        more = "".join(all_of("conditions"))
        if not before or not more or all_of("violation") or all_of("basis"):
            return False
        known = before[-1].item["conditions"]
        known[-1:] = conditions_in("".join([*known[-1:], more]))
        self._tell(line, "这一行只有条件，接在上一行后面，请核对原表")
        return True

    def _code(self, line: int, stated: str, before: Sequence[ItemRow]) -> str:
        taken = {row.item["code"] for row in before}
        code = (stated or str(len(before) + 1))[:40]
        if code not in taken:
            return code
        nth = next(n for n in range(2, len(before) + 3) if f"{code}-{n}" not in taken)
        self._tell(line, f"编号“{code}”已经用过，这一行记作“{code}-{nth}”")
        return f"{code}-{nth}"

    def _effect_of(self, line: int, said: str) -> str:
        named = effects_in(said)
        if len(named) == 1:
            return named[0]
        if said:
            self._refuse(line, f"“结果”写的是“{said[:20]}”，应为{'、'.join(EFFECTS.values())}之一")
        elif not self.effect:
            self._refuse(line, "看不出这一项的结果，请写明清单的结果：" + "、".join(EFFECTS.values()))
        return self.effect

    def _refuse(self, line: int, message: str) -> None:
        self.faults.append(PackError(self.name, line, message))

    def _tell(self, line: int, message: str) -> None:
        self.notices.append(PackError(self.name, line, message))


def _key(title: str) -> str:
    plain = _BRACKETS.sub("", title).lower()
    return next((key for key, words in HEADINGS if words.fullmatch(plain)), "")


def conditions_in(text: str) -> list[str]:
    """Give each of the conditions that must be met together; what are alternatives stay one text."""
    parts = [one.strip(" \n；;。") for one in _MARK.split(text)]
    parts = [one for one in parts if one]
    if len(parts) < 2 or _ALTERNATIVE.search(text):
        whole = " ".join(text.split()).rstrip("；;。")
        return [whole] if whole else []
    return parts[1:] if _PRELUDE.fullmatch(parts[0]) else parts
