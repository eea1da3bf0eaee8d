"""Beginnings of pack files: commented, and sound from the first check on; nothing is written to a disk here."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from mingjing.lawengine.vocabulary import ActKind
from mingjing.packs.load import Library
from mingjing.packs.plain_words import KINDS
from mingjing.packs.procedures import ENFORCEMENTS
from mingjing.packs.rules import TOPICS
from mingjing.packs.source import PackError, nearest
from mingjing.packs.variants import scope_of, with_file

_TEMPLATES: Final = Path(__file__).with_name("skeletons")
_PART: Final = "# ---\n"
_ID: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_-]+)+")
_NAMES: Final = {"rule": "规则", "act": "行为", "form": "文书", "procedure": "程序"}
_FOLDERS: Final = {"act": "acts", "form": "forms", "procedure": "procedures"}
_STATED: Final = {"text": '"【文字】"', "longtext": '"【文字】"', "money": '"1"', "int": "1", "bool": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new file is to say; what is empty stays to be filled in."""

    id: str  # 41.penalty.my_rule
    what: str = "rule"  # rule act form procedure
    kind: str = "condition"  # of a rule
    act: str = ""  # the kind of act a rule judges, or that a procedure is for
    title: str = ""
    law: str = ""
    article: str = ""
    in_force: date


def skeleton(library: Library, wanted: Wanted) -> tuple[str, str]:
    """Give the name of the new file inside the library and its text; the library with it has been read once.

    Raises PackError where it may not lie there, is there already, or names what does not exist.
    """
    name = _name(library, wanted)
    values = {
        "id": wanted.id,
        "name": PurePosixPath(name).stem,
        "title": wanted.title or f"【{_NAMES[wanted.what]}的名称】",
        "law": wanted.law or "【法律名称（年份）】",
        "article": wanted.article or "【第×条】",
        "in_force": wanted.in_force.isoformat(),
    }
    fill = _rule if wanted.what == "rule" else _other
    text = fill(library, wanted, values, name)
    with_file(library, name, text)
    return name, text


def _name(library: Library, wanted: Wanted) -> str:
    if not _ID.fullmatch(wanted.id):
        raise PackError(
            wanted.id, 1, "编号写成 法律包.领域.名称，用小写英文字母、数字和下划线，如 cn.penalty.my_rule"
        )
    *folders, stem = wanted.id.split(".")
    scope = scope_of(library, "/".join([*folders, stem]))
    inner = _FOLDERS.get(wanted.what)
    if inner and "/".join(folders) == scope:
        raise PackError(wanted.id, 1, "编号里要有领域，如 cn.penalty.名称")
    name = "/".join([*folders, *([inner] if inner else []), f"{stem}.toml"])
    if any(file.name == name for pack in library.packs.values() for file in pack.files):
        raise PackError(name, 1, "这个文件已经有了，不覆盖；请换一个名称，或者直接修改它")
    return name


def _rule(library: Library, wanted: Wanted, values: Mapping[str, str], name: str) -> str:
    if wanted.kind not in KINDS:
        raise PackError(name, 1, f"没有这种规则“{wanted.kind}”{nearest(wanted.kind, KINDS)}")
    act = _act(library, wanted.act, name)
    other = next(
        kind.kind for kind in library.kinds.values() if kind.kind != act.kind and kind.stage != "closing"
    )
    terms, _, examples = _template(wanted.kind).partition(_PART)
    day = wanted.in_force
    days = {"eve": -1, "day1": 1, "due": 30, "late": 31, "early": -400, "first": 16}
    fact, stated = _fact(library, act)
    given = {
        **values,
        "kind": wanted.kind,
        "kind_title": KINDS[wanted.kind],
        "act": act.kind,
        "act_title": act.title,
        "topic": act.stage if act.stage in TOPICS else "filing",
        "other": other,
        "money": "added_fine_yuan" if wanted.kind == "accrual" else _money(library, act),
        "principal": "fine_yuan",
        "fact": fact,
        "value": stated,
        **{key: (day + timedelta(days=count)).isoformat() for key, count in days.items()},
    }
    whole = _template("rule").replace("@terms@", terms.strip()).replace("@examples@", examples.strip())
    return _filled(whole, given)


def _other(library: Library, wanted: Wanted, values: Mapping[str, str], name: str) -> str:
    given = dict(values)
    if wanted.what == "act":
        area = name.split("/")[-3]
        known = library.areas.get(area)
        codes = known.procedures if known and known.procedures else tuple(library.procedures)
        code = codes[0]
        given |= {
            "stage": "investigation",
            "procedure": code,
            "procedure_title": library.procedures[code].title,
        }
    if wanted.what == "procedure":
        act = _act(library, wanted.act, name)
        area = name.split("/")[-3]
        given |= {
            "act": act.kind,
            "act_title": act.title,
            "enforcement": area if area in ENFORCEMENTS else "penalty",
            "enforcements": " ".join(f"{code} {title}" for code, title in ENFORCEMENTS.items()),
        }
    return _filled(_template(wanted.what), given)


def _act(library: Library, kind: str, name: str) -> ActKind:
    if kind not in library.kinds:
        told = f"行为“{kind}”没有定义{nearest(kind, library.kinds)}" if kind else "请写明判断哪种行为"
        raise PackError(name, 1, told)
    return library.kinds[kind]


def _fact(library: Library, act: ActKind) -> tuple[str, str]:
    """Give a field of the act and a value for it, to begin with."""
    for use in act.fields:
        field = library.fields[use.name]
        if field.type in _STATED:
            return field.name, _STATED[field.type]
        if field.type == "choice":
            return field.name, json.dumps(field.options[0][0])
    return "matter", _STATED["text"]


def _money(library: Library, act: ActKind) -> str:
    names = (use.name for use in act.fields if library.fields[use.name].type == "money")
    return next(names, "fine_yuan")


def _template(name: str) -> str:
    return (_TEMPLATES / f"{name}.toml").read_text(encoding="utf-8")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"@(\w+)@", lambda found: values[found[1]], text)
