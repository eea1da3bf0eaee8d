"""One row of a register file or form: columns by any of their usual names, values checked; pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.kit.identity import credit_code_error

# Column -> the headings under which registers carry it; the first is what a template says.
COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "name": (
        "名称",
        "企业名称",
        "单位名称",
        "市场主体名称",
        "检查对象名称",
        "对象名称",
        "主体名称",
        "场所名称",
    ),
    "code": ("统一社会信用代码", "信用代码", "社会信用代码", "统一代码", "注册号", "登记编号", "编号"),
    "kind": ("类别", "主体类型", "市场主体类型", "对象类别", "企业类型"),
    "industry": ("行业", "行业门类", "行业类别", "所属行业", "行业名称"),
    "risk": ("风险等级", "风险类别", "风险分类", "信用风险分类", "企业信用风险分类"),
    "credit": ("信用等级", "信用评价", "信用评价等级"),
    "representative": ("法定代表人", "法定代表人、负责人", "法定代表人（负责人）", "负责人", "经营者"),
    "township": ("乡镇街道", "所属乡镇", "街道", "辖区", "所在乡镇街道"),
    "address": ("地址", "住所", "经营场所", "住所（经营场所）", "经营地址", "注册地址"),
    "licences": ("许可", "许可证", "许可证号", "许可信息", "行政许可"),
    "state": ("状态", "登记状态", "经营状态", "企业状态", "主体状态"),
}
REQUIRED: Final = ("name", "risk")
LONGEST: Final[Mapping[str, int]] = {
    "name": 200, "industry": 60, "credit": 10, "representative": 60, "township": 60, "address": 300, "licences": 400,
}  # fmt: skip
KINDS: Final[Mapping[str, str]] = {
    "企业": "firm", "公司": "firm", "个体工商户": "individual", "个体户": "individual", "个体": "individual",
    "其他组织": "organisation", "事业单位": "organisation", "社会组织": "organisation", "农民专业合作社": "firm",
    "自然人": "person", "个人": "person", "场所": "place",
}  # fmt: skip
RISKS: Final[Mapping[str, str]] = {
    "A": "A", "B": "B", "C": "C", "D": "D", "低": "A", "低风险": "A", "一般": "B", "一般风险": "B", "中": "B",
    "中风险": "B", "中高": "C", "中高风险": "C", "较高": "C", "较高风险": "C", "高": "D", "高风险": "D",
}  # fmt: skip
STATES: Final[Mapping[str, str]] = {
    "": "active", "存续": "active", "在业": "active", "开业": "active", "在营": "active", "正常": "active",
    "存续（在营、开业、在册）": "active", "停业": "closed", "歇业": "closed", "停业歇业": "closed", "迁出": "moved",
    "注销": "cancelled", "已注销": "cancelled", "吊销": "revoked", "吊销未注销": "revoked", "已吊销": "revoked",
}  # fmt: skip
WITH_CODE: Final = frozenset({"firm", "individual", "organisation"})
HIDDEN: Final = "X"  # no credit code begins with it

_MARKS: Final = re.compile(r"[\s*＊：:（）()]|必填|选填")


class RowRefused(ValueError):
    """A row cannot be taken in: which column, what is wrong, how to mend it. All of it is Chinese."""

    def __init__(self, column: str, wrong: str, mend: str) -> None:
        super().__init__(f"{column}：{wrong}。{mend}")
        self.column, self.wrong, self.mend = column, wrong, mend


class HeadingsRefused(ValueError):
    """A file lacks a column without which nothing can be taken in, or has it twice. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object as a file states it; `public_id` is what lists and bundles call it."""

    public_id: str
    kind: str
    name: str
    industry: str
    risk: str
    credit: str
    representative: str
    township: str
    address: str
    licences: str
    state: str

    @property
    def values(self) -> tuple[str, ...]:
        """All of it, in the order of the table."""
        return (
            *(self.public_id, self.kind, self.name, self.industry, self.risk),
            *(self.credit, self.representative, self.township, self.address, self.licences, self.state),
        )

    @property
    def mark(self) -> int:
        """A number that differs where anything differs; 63 bits, as databases keep them."""
        text = "\x1f".join(self.values).encode("utf-8")
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1


def places_of(headings: Sequence[str]) -> dict[str, int]:
    """Find the columns in a row of headings; raises HeadingsRefused where one is missing or comes twice."""
    plain = [_MARKS.sub("", heading) for heading in headings]
    found: dict[str, int] = {}
    for column, names in COLUMNS.items():
        places = [at for at, one in enumerate(plain) if one in {_MARKS.sub("", name) for name in names}]
        if len(places) > 1:
            raise HeadingsRefused(
                f"“{names[0]}”有 {len(places)} 列（{'、'.join(headings[at] for at in places)}）。请只留一列。"
            )
        if places:
            found[column] = places[0]
    if missing := [COLUMNS[one][0] for one in REQUIRED if one not in found]:
        raise HeadingsRefused(f"缺少必需的列：{'、'.join(missing)}。请在第一行写明列名，可下载模板对照。")
    return found


def read_row(cells: Sequence[str], places: Mapping[str, int], salt: bytes) -> ObjectRow:
    """Read one row; raises RowRefused naming the first column that cannot stand."""
    return row_of({column: cells[at] if at < len(cells) else "" for column, at in places.items()}, salt)


def row_of(cells: Mapping[str, str], salt: bytes) -> ObjectRow:
    """Read one object from its cells by column, the code among them; raises RowRefused."""
    told = _told(cells)
    kind = _kind(told)
    return _row(told, kind=kind, public_id=_public_id(kind, told, salt))


def mended(cells: Mapping[str, str], *, kind: str, public_id: str) -> ObjectRow:
    """Read what somebody typed of an object that is there: what it is and its id stay. Raises RowRefused."""
    return _row(_told(cells), kind=kind, public_id=public_id)


def _told(cells: Mapping[str, str]) -> dict[str, str]:
    told = {column: _plain(cells.get(column, "")) for column in COLUMNS}
    if not told["name"]:
        raise RowRefused("名称", "空的", "请填写名称")
    for column, most in LONGEST.items():
        if len(told[column]) > most:
            raise RowRefused(
                COLUMNS[column][0], f"有 {len(told[column])} 个字，最多 {most} 个", "请删减到限度以内"
            )
    return told


def _row(told: Mapping[str, str], *, kind: str, public_id: str) -> ObjectRow:
    return ObjectRow(
        public_id=public_id,
        kind=kind,
        name=told["name"],
        industry=told["industry"],
        risk=_one_of("risk", told["risk"].upper(), RISKS),
        credit=told["credit"],
        representative=told["representative"],
        township=told["township"],
        address=told["address"],
        licences=told["licences"],
        state=_one_of("state", told["state"], STATES),
    )


def _plain(text: str) -> str:
    if not text:
        return ""
    # Reports mark what a spreadsheet would run as a formula with an apostrophe: mended, the row comes back with it.
    return " ".join(text.split()).removeprefix("'").replace("\0", "")


def _one_of(column: str, text: str, known: Mapping[str, str]) -> str:
    if text not in known:
        words = "、".join([one for one in known if one][:8])
        wrong = f"不认识“{text[:20]}”" if text else "空的"
        raise RowRefused(COLUMNS[column][0], wrong, f"请填 {words} 等其中一个")
    return known[text]


def _kind(told: Mapping[str, str]) -> str:
    if told["kind"]:
        for name, kind in KINDS.items():
            if name in told["kind"]:
                return kind
        raise RowRefused("类别", f"不认识“{told['kind'][:20]}”", f"请填 {'、'.join(KINDS)} 其中一个")
    return "firm" if len(told["code"]) == 18 else "place"


def _public_id(kind: str, told: Mapping[str, str], salt: bytes) -> str:
    code = told["code"].replace(" ", "").upper()
    if kind in WITH_CODE:
        if fault := credit_code_error(code):
            raise RowRefused(COLUMNS["code"][0], fault, "请对照营业执照核对 18 位代码")
        return code
    if not code:
        raise RowRefused("编号", "空的", "自然人和没有信用代码的场所，请填登记编号（只保存它的摘要）")
    # Whoever knows a person's number cannot find him in a published list without the salt of the register.
    return HIDDEN + hmac.new(salt, f"{kind}\n{code}".encode(), hashlib.sha256).hexdigest()[:24].upper()
