"""Pack tables of fields, kinds of act and forms into the engine's words; rules are read elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from mingjing.lawengine.vocabulary import ActKind, Field, FieldType, FieldUse, Form, OnlyIf
from mingjing.packs.source import PackError, PackFile, nearest

# The stages every procedure is made of, in their order; a procedure may call one by another name.
STAGES: Final[Mapping[str, str]] = {
    "clue": "线索", "filing": "立案", "investigation": "调查取证", "review": "审核", "notice": "告知、陈述申辩",
    "hearing": "听证", "discussion": "集体讨论", "decision": "决定", "service": "送达", "execution": "执行",
    "closing": "结案归档", "publication": "公示", "remedy": "救济",
}  # fmt: skip
ROLES: Final = ("officer", "reviewer", "head", "clerk", "publicity", "supervisor", "admin", "party")
PUBLISH: Final = ("public", "masked", "internal")
MASKS: Final = ("name", "address", "id", "phone", "account", "plate", "all", "text")

_FIELD_KEYS: Final = (
    "title", "type", "unit", "help", "publish", "mask", "max_length", "options", "not_future",
    "not_before_case", "of_case", "columns", "extends",
)  # fmt: skip
_ACT_KEYS: Final = (
    "kind", "title", "stage", "procedures", "roles", "performers", "opens", "repeats", "form", "number",
    "ends", "order", "remark", "fields", "after", "until", "again", "usually_after", "usually_until", "seldom",
    "computes",
)  # fmt: skip


def read_fields(files: Iterable[PackFile]) -> dict[str, Field]:
    """Read the vocabulary of fields, of all files together; one may add options to a field of another.

    Raises PackError.
    """
    fields: dict[str, Field] = {}
    found: dict[str, PackFile] = {}
    added: list[tuple[PackFile, str, Mapping[str, Any]]] = []
    for file in files:
        for name, table in file.data.items():
            if isinstance(table, dict) and table.get("extends", False) is not False:
                added.append((file, name, table))
            elif name in fields:
                raise file.fault(
                    f"字段“{name}”已在 {found[name].name} 定义；要加选项的，写 extends = true", name
                )
            else:
                fields[name], found[name] = _field(file, name, table), file
    for file, name, table in added:
        fields[name] = _extended(file, name, table, fields)
    for field in fields.values():
        for column in field.columns:
            if column not in fields:
                hint = nearest(column, fields)
                message = f"字段“{field.name}”的列“{column}”没有定义{hint}"
                raise found[field.name].fault(message, field.name, "columns")
    return fields


def _extended(file: PackFile, name: str, table: Mapping[str, Any], fields: Mapping[str, Field]) -> Field:
    """Give a field with more options."""
    if name not in fields:
        raise file.fault(f"要加选项的字段“{name}”没有定义{nearest(name, fields)}", name)
    file.known_keys(table, ("extends", "options"), name)
    field, options = fields[name], _options(file, name, table)
    if table["extends"] is not True or not options or not field.options:
        raise file.fault("extends = true 只用来给选择字段加 options = [[代码, 名称], …]", name)
    if twice := {code for code, _ in field.options} & {code for code, _ in options}:
        raise file.fault(f"字段“{name}”已有选项“{min(twice)}”，请删去或者换一个代码", name, "options")
    return replace(field, options=(*field.options, *options))


def _options(file: PackFile, name: str, table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    given = table.get("options", [])
    if not isinstance(given, list) or not all(isinstance(row, list) and len(row) == 2 for row in given):
        raise file.fault("options 写作 [[代码, 名称], …]", name, "options")
    return tuple((str(code), str(label)) for code, label in given)


def _field(file: PackFile, name: str, table: Any) -> Field:
    if not isinstance(table, dict):
        raise file.fault(f"“{name}”应当是一节：[{name}]", name)
    file.known_keys(table, _FIELD_KEYS, name)
    kind = one_of(file, table, "type", get_args(FieldType), name)
    options = _options(file, name, table)
    if kind in ("choice", "multichoice") and not options:
        raise file.fault(f"选择字段“{name}”缺少 options = [[代码, 名称], …]", name)
    if kind == "rows" and not table.get("columns"):
        raise file.fault(f"表格字段“{name}”缺少 columns = [列的字段名, …]", name)
    if table.get("mask", "") not in ("", *MASKS):
        raise file.fault(f"mask 只能是 {'、'.join(MASKS)}", name, "mask")
    return Field(
        name=name,
        title=text(file, table, "title", name),
        type=kind,
        unit=table.get("unit", ""),
        help=table.get("help", ""),
        publish=_publish(file, name, table.get("publish", "internal")),
        mask=table.get("mask", ""),
        max_length=table.get("max_length", 200),
        options=options,
        not_future=table.get("not_future", False),
        not_before_case=table.get("not_before_case", False),
        of_case=table.get("of_case", False),
        columns=tuple(table.get("columns", ())),
    )


def _publish(file: PackFile, name: str, given: Any) -> Mapping[str, str]:
    by_party = given if isinstance(given, dict) else {"default": given}
    if "default" not in by_party or not set(by_party.values()) <= set(PUBLISH):
        raise file.fault(
            f"publish 只能是 {'、'.join(PUBLISH)}，或者按当事人类别列出并有 default", name, "publish"
        )
    return dict(by_party)


def read_act(file: PackFile, fields: Mapping[str, Field], procedures: Collection[str]) -> ActKind:
    """Read one kind of act; `procedures` are those that the packs define. Raises PackError."""
    data = file.data
    file.known_keys(data, _ACT_KEYS)
    kind = text(file, data, "kind")
    if not file.name.endswith(f"/{kind}.toml"):
        raise file.fault(f"文件名应当与 kind 一致：{kind}.toml", "kind")
    uses, stage = _uses(file, fields), one_of(file, data, "stage", tuple(STAGES))
    own = some_of(file, data, "procedures", tuple(procedures))
    computes = data.get("computes", "")
    if bool(computes) != any(use.computed for use in uses):
        raise file.fault("computes 和字段的 computed = true 要一起写", "computes")
    return ActKind(
        kind=kind,
        title=text(file, data, "title"),
        stage=stage,
        procedures=own,
        roles=some_of(file, data, "roles", ROLES),
        performers=data.get("performers", 1),
        fields=uses,
        opens=_opens(file, own),
        repeats=data.get("repeats", False),
        form=data.get("form", ""),
        number=data.get("number", ""),
        ends=data.get("ends", ""),
        order=data.get("order", 0),
        remark=data.get("remark", ""),
        own_fields=frozenset(use.name for use in uses if not fields[use.name].of_case),
        computes=computes,
    )


def _opens(file: PackFile, own: tuple[str, ...]) -> tuple[str, ...]:
    given = file.data.get("opens", False)
    if isinstance(given, bool):
        return own if given else ()
    if not isinstance(given, list) or not set(given) <= set(own):
        raise file.fault(f"opens 写 true、false，或者本行为所属程序的列表：{'、'.join(own)}", "opens")
    return tuple(given)


def _uses(file: PackFile, fields: Mapping[str, Field]) -> tuple[FieldUse, ...]:
    uses = tuple(_use(file, row, fields) for row in file.data.get("fields", ()))
    order = [use.name for use in uses]
    if twice := {name for name in order if order.count(name) > 1}:
        raise file.fault(f"字段“{min(twice)}”写了两次，请删去其一", "fields")
    for at, use in enumerate(uses):
        # Conditions are read in one pass, as the form is: what decides stands above what it decides.
        if below := [one.name for one in use.only_if if one.name in order[at:]]:
            raise _fault(file, use.name, f"only_if 看的字段“{below[0]}”要写在“{use.name}”之前")
    return uses


def _use(file: PackFile, row: Any, fields: Mapping[str, Field]) -> FieldUse:
    if not isinstance(row, dict) or "name" not in row:
        raise file.fault('fields 的每一项写作 { name = "字段名", required = true }', "fields")
    file.known_keys(row, ("name", "required", "only_if", "computed"), "fields")
    name = row["name"]
    if name not in fields:
        raise _fault(file, name, f"字段“{name}”没有在 fields.toml 定义{nearest(name, fields)}")
    given = row.get("only_if", {})
    if not isinstance(given, dict) or ("only_if" in row and not given):
        raise _fault(file, name, "only_if 写作 { 字段名 = [选项代码, …] }；是否字段写 true 或 false")
    conditions = tuple(_only_if(file, name, fields, *one) for one in given.items())
    required, computed = bool(row.get("required", False)), row.get("computed", False)
    if not isinstance(computed, bool) or (computed and required):
        raise _fault(file, name, "computed 只能是 true 或 false；由系统计算的字段不写 required")
    return FieldUse(name, required, conditions, computed)


def _only_if(file: PackFile, name: str, fields: Mapping[str, Field], other: str, given: Any) -> OnlyIf:
    if other not in fields:
        raise _fault(file, name, f"only_if 里的字段“{other}”没有定义{nearest(other, fields)}")
    field = fields[other]
    if field.type == "bool" and isinstance(given, bool):
        return OnlyIf(other, (given,))
    if field.type == "bool" or not field.options:
        kind = "只能是 true 或 false" if field.type == "bool" else "不是选择字段或者是否字段"
        raise _fault(file, name, f"only_if 里的“{other}”{kind}")
    if not isinstance(given, list) or not given:
        raise _fault(file, name, f"only_if 里的“{other}”写成列表：[选项代码, …]")
    codes = [code for code, _ in field.options]
    if wrong := [one for one in given if one not in codes]:
        raise _fault(file, name, f"“{other}”没有选项“{wrong[0]}”{nearest(str(wrong[0]), codes)}")
    return OnlyIf(other, tuple(given))


def _fault(file: PackFile, name: object, message: str) -> PackError:
    """Make the error for the line that names the field: a list of fields has one of them a line."""
    lines = file.text.split("\n")
    start = file.line_of("fields") - 1
    found = (at for at in range(start, len(lines)) if f'name = "{name}"' in lines[at])
    return PackError(file.name, next(found, start) + 1, message)


def read_form(file: PackFile) -> Form:
    """Read one document form as it is; the documents room checks what it says.

    An earlier edition has its day in its file's name: `penalty_decision.2021-07-15.toml`. Raises PackError.
    """
    name, _, edition = file.name.rsplit("/", 1)[-1].removesuffix(".toml").partition(".")
    if edition and edition != str(file.data.get("edition")):
        raise file.fault(f"以前的版本，文件名写作 {name}.版本日期.toml，日期与 edition 一致", "edition")
    return Form(name, str(file.data.get("title", "")), file.data)


def text(file: PackFile, table: Mapping[str, Any], key: str, *where: str | int) -> str:
    """Give a text that must be there."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise file.fault(f"缺少“{key}”，请写上文字", *where, key)
    return value


def one_of(
    file: PackFile, table: Mapping[str, Any], key: str, choices: tuple[Any, ...], *where: str | int
) -> Any:
    """Give a word of a closed list."""
    if table.get(key) not in choices:
        instead = f"，不能是“{table[key]}”" if key in table else ""
        raise file.fault(f"“{key}”只能是 {'、'.join(map(str, choices))}{instead}", *where, key)
    return table[key]


def some_of(file: PackFile, table: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """Give one or more words of a closed list."""
    given = table.get(key)
    if not isinstance(given, list) or not given or not set(given) <= set(choices):
        raise file.fault(f"“{key}”至少一项，只能是 {'、'.join(choices)}", key)
    return tuple(given)
