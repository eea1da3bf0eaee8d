"""Procedures and areas of the packs, read: which kinds of act each has or borrows, and which rules speak in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mingjing.lawengine.model import Law
from mingjing.lawengine.vocabulary import ActKind, Basis, Borrowed, Procedure
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.places import PLACE_KEYS, read_place
from mingjing.packs.source import PackError, PackFile, nearest
from mingjing.packs.vocabulary import STAGES, one_of, text

ENFORCEMENTS: Final[Mapping[str, str]] = {
    "penalty": "行政处罚", "inspection": "行政检查", "coercion": "行政强制措施", "execution": "行政强制执行",
    "licence": "行政许可", "levy": "行政征收", "fee": "行政收费", "confirmation": "行政确认",
    "adjudication": "行政裁决", "payment": "行政给付", "reward": "行政奖励", "delegation": "委托执法",
}  # fmt: skip
PARTY: Final = "当事人"  # what fields call the other side, unless a procedure calls it otherwise
ALL: Final = "all"  # a rule for every procedure

_KEYS: Final = (
    "procedure", "enforcement", "title", "short", "party", "order", "remark", "main", "promised", "basis",
    "stages", "guide", "called", "borrow",
)  # fmt: skip
_GUIDE_TEXTS: Final = ("conditions", "preferential", "fees", "accountability", "remedies")
_BORROW_KEYS: Final = (*PLACE_KEYS, "order", "title", "form", "remark", "opens")
_CODE_LENGTH: Final = 16

Keep = Callable[[PackError], None]


@dataclass(frozen=True, slots=True)
class Area:
    """A folder of rules, and the procedures that rules in folders of this name speak in."""

    name: str
    title: str
    procedures: tuple[str, ...]


def read_procedure(file: PackFile) -> Procedure:
    """Read one procedure; which kinds of act it has is checked by `lend`. Raises PackError."""
    data = file.data
    file.known_keys(data, _KEYS)
    code = text(file, data, "procedure")
    if not file.name.endswith(f"/{code}.toml"):
        raise file.fault(f"文件名应当与 procedure 一致：{code}.toml", "procedure")
    if len(code) > _CODE_LENGTH or not code.replace("_", "").isalpha() or code != code.lower() or code == ALL:
        raise file.fault("procedure 是至多 16 个小写英文字母或者下划线，不能是 all", "procedure")
    title = text(file, data, "title")
    return Procedure(
        code=code,
        enforcement=one_of(file, data, "enforcement", tuple(ENFORCEMENTS)),
        title=title,
        short=str(data.get("short", title)),
        party=text(file, data, "party"),
        order=_order(file, data),
        remark=str(data.get("remark", "")),
        main=_texts(file, data, "main"),
        promised=_titles(file, data, "promised", ()),
        basis=tuple(_basis(file, number, row) for number, row in enumerate(data.get("basis", ()))),
        stages={**STAGES, **_titles(file, data, "stages", STAGES)},
        guide=_guide(file, data.get("guide", {})),
        called=_titles(file, data, "called", ()),
    )


def _order(file: PackFile, data: Mapping[str, Any], *where: str | int) -> int:
    if not isinstance(data.get("order"), int):
        raise file.fault("缺少 order = 次序（整数）", *where, "order")
    return int(data["order"])


def _texts(file: PackFile, data: Mapping[str, Any], key: str, *where: str | int) -> tuple[str, ...]:
    given = data.get(key)
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise file.fault(f'“{key}”要写成文字的列表：["…", …]', *where, key)
    return tuple(given)


def _titles(file: PackFile, data: Mapping[str, Any], key: str, choices: Iterable[str]) -> dict[str, str]:
    """Read a table of Chinese titles by code, the codes of a closed list where there is one."""
    given = data.get(key, {})
    if not isinstance(given, dict) or not all(isinstance(one, str) and one for one in given.values()):
        raise file.fault(f'“{key}”要写成 代码 = "中文名称"', key)
    if choices:
        file.known_keys(given, choices, key)
    return dict(given)


def _basis(file: PackFile, number: int, row: Mapping[str, Any]) -> Basis:
    where = ("basis", number)
    file.known_keys(row, ("law", "article"), *where)
    return Basis(text(file, row, "law", *where), text(file, row, "article", *where))


def _guide(file: PackFile, given: Any) -> dict[str, str | tuple[str, ...]]:
    if not isinstance(given, dict):
        raise file.fault("guide 写成一节：[guide]", "guide")
    file.known_keys(given, (*_GUIDE_TEXTS, "materials"), "guide")
    told: dict[str, str | tuple[str, ...]] = {
        key: text(file, given, key, "guide") for key in _GUIDE_TEXTS if key in given
    }
    if "materials" in given:
        told["materials"] = _texts(file, given, "materials", "guide")
    return told


def lend(
    borrowing: Mapping[str, PackFile], kinds: Mapping[str, ActKind], words: Vocabulary, keep: Keep
) -> dict[str, ActKind]:
    """Give the kinds of act with every procedure that borrows them; `borrowing` is the file of each procedure.

    A faulty file is told to `keep`, and the others are read all the same.
    """
    lent = dict(kinds)
    for code, file in borrowing.items():
        try:
            for kind, table in _borrowed(file):
                lent[kind] = _lent(file, code, kind, table, lent, words)
        except PackError as fault:
            keep(fault)
    return lent


def _borrowed(file: PackFile) -> Iterable[tuple[str, Mapping[str, Any]]]:
    given = file.data.get("borrow", {})
    if not isinstance(given, dict) or not all(isinstance(table, dict) for table in given.values()):
        raise file.fault("借用的行为写成一节：[borrow.行为]", "borrow")
    return given.items()


def _lent(
    file: PackFile,
    code: str,
    kind: str,
    table: Mapping[str, Any],
    kinds: Mapping[str, ActKind],
    words: Vocabulary,
) -> ActKind:
    where = f"borrow.{kind}"
    if kind not in kinds:
        raise file.fault(f"借用的行为“{kind}”没有定义{nearest(kind, kinds)}", where)
    known = kinds[kind]
    if code in known.procedures:
        raise file.fault(f"“{kind}”本来就属于程序“{code}”，不用借用", where)
    file.known_keys(table, _BORROW_KEYS, where)
    opens = table.get("opens", False)
    if not isinstance(opens, bool):
        raise file.fault("借用的行为，opens 只能是 true 或 false", where, "opens")
    borrowed = Borrowed(
        place=read_place(file, table, words, where),
        order=_order(file, table, where) if "order" in table else None,
        title=_said(file, table, where, "title"),
        form=_said(file, table, where, "form"),
        remark=_said(file, table, where, "remark"),
    )
    return replace(
        known,
        procedures=(*known.procedures, code),
        opens=(*known.opens, code) if opens else known.opens,
        borrowed={**known.borrowed, code: borrowed},
    )


def _said(file: PackFile, table: Mapping[str, Any], where: str, key: str) -> str | None:
    given = table.get(key)
    if given is not None and not isinstance(given, str):
        raise file.fault(f"“{key}”要写成文字", where, key)
    return given


def check_uses(file: PackFile, procedure: Procedure, kinds: Mapping[str, ActKind]) -> None:
    """Refuse a procedure whose main acts are not its own, that nothing opens, or with a place nobody can come to."""
    own = {name for name, kind in kinds.items() if procedure.code in kind.procedures}
    if unknown := [name for name in procedure.called if not any(kind.asks(name) for kind in kinds.values())]:
        raise file.fault(f"字段“{unknown[0]}”没有行为填写", "called")
    for name in procedure.main:
        if name not in kinds:
            raise file.fault(f"main 里的行为“{name}”没有定义{nearest(name, kinds)}", "main")
        if name not in own:
            raise file.fault(
                f"main 里的行为“{name}”不属于程序“{procedure.code}”，请用 [borrow.{name}] 借用",
                "main",
            )
    if not any(procedure.code in kinds[name].opens for name in own):
        raise file.fault(f"程序“{procedure.code}”没有可以开始案件的行为，请在一种行为里写 opens", "procedure")
    for name in own:
        for group in kinds[name].borrowed.get(procedure.code, Borrowed()).place.after:
            if not any(ref.kind in own for ref in group):
                wanted = " 或者 ".join(ref.kind for ref in group)
                message = f"“{name}”要在 {wanted} 之后，但程序“{procedure.code}”没有这样的行为"
                raise file.fault(message, f"borrow.{name}", "after")


def worded(law: Law, code: str) -> Law:
    """Give the law with its fields named as cases of this procedure name them: 申请人类别 for 当事人类别.

    A field that the procedure calls by another name has no hint: hints are written for penalties.
    """
    procedure = law.procedures.get(code)
    if procedure is None or (procedure.party == PARTY and not procedure.called):
        return law
    party = procedure.party
    renamed = {
        name: replace(one, title=procedure.called[name], help="")
        if name in procedure.called
        else replace(one, title=one.title.replace(PARTY, party), help=one.help.replace(PARTY, party))
        for name, one in law.fields.items()
        if name in procedure.called or PARTY in one.title or PARTY in one.help
    }
    return replace(law, fields={**law.fields, **renamed})


def limited_to(law: Law, enforcements: Sequence[str]) -> Law:
    """Give the law with only the procedures of these kinds of enforcement; of none named, the law as it is."""
    if not enforcements:
        return law
    kept = {code: one for code, one in law.procedures.items() if one.enforcement in enforcements}
    return replace(law, procedures=kept)


def read_area(file: PackFile, procedures: Iterable[str]) -> Area:
    """Read which procedures the rules of an area speak in. Raises PackError."""
    file.known_keys(file.data, ("title", "procedures"))
    name = file.name.split("/")[-2]
    return Area(name, text(file, file.data, "title"), procedures_in(file, file.data, procedures) or ())


def procedures_in(file: PackFile, table: Mapping[str, Any], known: Iterable[str]) -> tuple[str, ...] | None:
    """Read `procedures`: None where it is not written, empty for all of them. Raises PackError."""
    if "procedures" not in table:
        return None
    codes, given = tuple(known), _texts(file, table, "procedures")
    if given == (ALL,):
        return ()
    if wrong := [code for code in given if code not in codes]:
        raise file.fault(
            f"没有程序“{wrong[0]}”（procedures 文件夹里没有定义）{nearest(wrong[0], codes)}", "procedures"
        )
    return given
