"""Whether the forms of the packs can be filled: every placeholder names a known value. Nothing is filled here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from mingjing.documents.forms import (
    PLACEHOLDER,
    SHARED,
    Block,
    DocumentForm,
    FormError,
    document_form,
    placeholders,
)
from mingjing.documents.sources import OF_ACT, SYSTEM
from mingjing.documents.writing import FILTER_TYPES, FILTERS
from mingjing.lawengine.vocabulary import ActKind, Field, Form
from mingjing.packs.load import NATIONAL, Library

ROW_NUMBER: Final = "row_number"
_OUTSIDE_FORMS: Final = ("party_kind", "procedure", "region", "field", "agency_kind", "act_kind")


class Packs(Protocol):
    """What is needed of a library of packs: its words and its forms."""

    @property
    def fields(self) -> Mapping[str, Field]: ...
    @property
    def kinds(self) -> Mapping[str, ActKind]: ...
    @property
    def forms(self) -> Mapping[str, Form]: ...


def check_forms(library: Packs) -> list[str]:
    """Say in Chinese, form by form, what could not be filled or found; an empty list is a clean bill."""
    faults = [
        f"行为“{kind.title}”（{kind.kind}）要用的文书“{kind.form}”不存在"
        for kind in library.kinds.values()
        if kind.form and kind.form not in library.forms
    ]
    faults += [
        f"程序“{procedure}”里的行为“{kind.kind}”要用的文书“{borrowed.form}”不存在"
        for kind in library.kinds.values()
        for procedure, borrowed in kind.borrowed.items()
        if borrowed.form and borrowed.form not in library.forms
    ]
    for name, newest in library.forms.items():
        for edition in newest.editions if name != SHARED else ():
            faults += _faults_of(library, name, edition)
    return faults


def check_local_forms(library: Library) -> list[str]:
    """Say the same of the forms that only some agencies, regions or fields have: in the words of every pack."""
    faults = []
    for scope, forms in library.local_forms.items():
        local = replace(library, forms={**library.forms, **forms})
        for name, newest in forms.items():
            for edition in newest.editions if scope != NATIONAL and name != SHARED else ():
                faults += [f"{scope}：{fault}" for fault in _faults_of(local, name, edition)]
    return faults


def _faults_of(library: Packs, name: str, edition: Form) -> list[str]:
    """Say what is wrong with one edition of a form."""
    which = f"{name}（{edition.edition}）" if len(library.forms[name].editions) > 1 else name
    try:
        form = document_form(library.forms, name, edition.edition)
    except FormError as error:
        return [str(error)]
    return list(dict.fromkeys(f"文书“{which}”：{fault}" for fault in _Checker(library, form).faults()))


@dataclass(frozen=True)
class _Checker:
    library: Packs
    form: DocumentForm

    def faults(self) -> Iterator[str]:
        for text in (self.form.number, *self.form.strips):
            yield from self._text(text, {})
        for block in (*self.form.blocks, *(choice for word in self.form.words.values() for choice in word)):
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        yield from self._condition(block)
        columns: Mapping[str, Field] = {}
        if block.kind in {"each", "table"}:
            for name in block.spec[block.kind].split("/"):
                if self._type(name, {}) != "rows":
                    yield f"“{name}”不是表格字段"
                    return
                rows = self.library.fields[name.rpartition(".")[2]]
                columns = {column: self.library.fields[column] for column in rows.columns}
        for item in block.spec.values():
            yield from self._value(item, columns)

    def _value(self, item: Any, columns: Mapping[str, Field]) -> Iterator[str]:
        if isinstance(item, str):
            yield from self._text(item, columns)
        elif isinstance(item, Block):
            yield from self._block(item)
        elif isinstance(item, Mapping):
            yield from self._value(list(item.values()), columns)
        elif isinstance(item, list | tuple):
            for part in item:
                yield from self._value(part, columns)

    def _condition(self, block: Block) -> Iterator[str]:
        known = {*self.library.fields, *_OUTSIDE_FORMS}
        known |= {f"{prefix}_{kind}" for kind in self.library.kinds for prefix in ("did", "n")}
        for name in sorted(block.when.names - known) if block.when else ():
            yield f"条件“{block.when.source if block.when else ''}”里的“{name}”没有定义"
        for name in block.needs:
            if self._type(name, {}) is None:
                yield f"needs 里的“{name}”没有定义"

    def _text(self, text: str, columns: Mapping[str, Field]) -> Iterator[str]:
        if {"{", "}"} & set(PLACEHOLDER.sub("", text)):
            yield f"“{text}”里有写错的占位（形如 {{字段}}、{{字段?}}、{{字段|过滤器}}）"
        for names, _, filters in placeholders(text):
            types = {name: self._type(name, columns) for name in names}
            yield from (f"占位“{name}”没有定义" for name, kind in types.items() if kind is None)
            for filter_, argument in filters:
                yield from self._filter(filter_, argument, {kind for kind in types.values() if kind})

    def _filter(self, name: str, argument: str, types: set[str]) -> Iterator[str]:
        if name == "else":
            return
        if name not in FILTERS:
            yield f"过滤器“{name}”不存在，可用：{'、'.join(FILTERS)}、else"
        elif wrong := types - set(FILTER_TYPES[name]):
            yield f"过滤器“{name}”不能用于 {'、'.join(sorted(wrong))} 类型"
        elif name == "until" and self._type(argument, {}) != "datetime":
            yield f"过滤器 until 的起点“{argument}”不是时间"

    def _type(self, name: str, columns: Mapping[str, Field]) -> str | None:
        if name == ROW_NUMBER and columns:
            return SYSTEM[name]
        if name in columns:
            return columns[name].type
        scope, _, last = name.rpartition(".")
        if not scope and name in self.form.words:
            return "text"
        if scope and scope != "act" and scope not in self.library.kinds:
            return None
        if last in (OF_ACT if scope else set(SYSTEM) - {ROW_NUMBER}):
            return SYSTEM[last]
        field = self.library.fields.get(last)
        return field.type if field else None
