"""The officer's handbook: rules, steps, limits, lists, charts, forms and conduct of an agency, read off its law."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from mingjing.kit.parts import NARROW, Column, Part, boxes, bullets, chart, grid, heading, note, prose
from mingjing.lawengine.model import Law, Procedure
from mingjing.packs.catalogues import limit_table, procedures_of, recording_list, review_catalogue
from mingjing.packs.conduct import Checklist
from mingjing.packs.mainline import main_chart, review_chart
from mingjing.packs.outline import Clause, Step, outline
from mingjing.packs.procedures import ENFORCEMENTS

ROLES: Final = {
    "officer": "执法人员", "reviewer": "法制审核人员", "head": "负责人", "clerk": "内勤", "publicity": "公示人员",
    "supervisor": "监督人员", "admin": "管理员", "party": "当事人",
}  # fmt: skip
_NUMERALS: Final = "一二三四五六七八九十"


def handbook(law: Law, checklists: Sequence[Checklist]) -> list[Part]:
    """Give the handbook as parts of a book, chapter by chapter; the same law gives the same book."""
    chapters = [
        *((title, _enforcement(law, group)) for title, group in _by_enforcement(law)),
        ("重大执法决定法制审核", _reviews(law)),
        ("音像记录", _recordings(law)),
        ("着装、用语和现场行为", _conduct(checklists)),
        ("执法文书", _forms(law)),
        ("待核实的依据", _unverified(law)),
    ]
    parts: list[Part] = []
    for number, (title, chapter) in enumerate(chapters, 1):
        parts += [heading(f"第{_numeral(number)}章　{title}"), *chapter]
    return parts


def _by_enforcement(law: Law) -> Iterator[tuple[str, list[Procedure]]]:
    for code, group in groupby(procedures_of(law), key=lambda one: one.enforcement):
        yield ENFORCEMENTS[code], list(group)


def _numeral(number: int) -> str:
    """Write 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else ("十" if tens == 1 else f"{_NUMERALS[tens - 1]}十")
    return ten + (_NUMERALS[ones - 1] if ones else "")


def _enforcement(law: Law, procedures: Sequence[Procedure]) -> Iterator[Part]:
    for procedure in procedures:
        yield heading(procedure.title, 2)
        if procedure.remark:
            yield prose(procedure.remark)
        if procedure.basis:
            yield note(f"依据：{'；'.join(basis.cite() for basis in procedure.basis)}")
        yield chart(main_chart(law, procedure.code), f"{procedure.title}流程图")
        yield heading("期限", 3)
        yield _limits(law, procedure.code)
        yield heading("步骤", 3)
        for step in outline(law, procedure.code):
            yield from _step(law, step)


def _limits(law: Law, procedure: str) -> Part:
    rows = [[line.act, line.text, line.source.cite()] for line in limit_table(law, procedure)]
    return (
        grid([Column("行为", 2), Column("期限", 3), Column("依据", 4)], rows)
        if rows
        else prose("没有法定期限。")
    )


def _step(law: Law, step: Step) -> Iterator[Part]:
    kind = step.kind
    who = "、".join(ROLES.get(role, role) for role in kind.roles)
    people = f"，不少于 {kind.performers} 人" if kind.performers > 1 else ""
    form = law.forms[kind.form].title if kind.form in law.forms else ""
    told = [f"【{step.stage}】{kind.title}：由{who}办理{people}。{kind.remark}"]
    if step.needs:
        told.append(f"先办：{'；'.join('或者'.join(map(law.title_of, group)) for group in step.needs)}。")
    if form:
        told.append(f"文书：《{form}》。")
    yield prose("".join(told))
    if step.demands:
        yield bullets(map(_demand, step.demands))


def _demand(clause: Clause) -> str:
    return f"{clause.text}（{clause.source.cite()}）"


def _reviews(law: Law) -> Iterator[Part]:
    yield heading("审核目录", 2)
    rows = [
        [line.enforcement, "、".join(line.decisions), line.matter, line.standard, line.source.cite()]
        for line in review_catalogue(law)
    ]
    columns = [
        Column("类别", NARROW),
        Column("决定", 2),
        Column("事项", 3),
        Column("标准", 3),
        Column("依据", 3),
    ]
    yield grid(columns, rows)
    yield heading("审核流程", 2)
    for procedure in procedures_of(law):
        if drawn := review_chart(law, procedure.code):
            yield chart(drawn, f"{procedure.title}法制审核流程图")


def _recordings(law: Law) -> Iterator[Part]:
    rows = [
        [line.enforcement, line.act, f"{line.scope}：{line.way}", line.content, line.note]
        for line in recording_list(law)
    ]
    columns = [
        Column("类别", NARROW),
        Column("环节", 2),
        Column("方式", 2),
        Column("内容", 4),
        Column("说明", 3),
    ]
    yield grid(columns, rows)


def _conduct(checklists: Sequence[Checklist]) -> Iterator[Part]:
    for one in checklists:
        yield heading(one.title, 2)
        if one.note:
            yield note(one.note)
        yield boxes(
            item.text
            + (f"（{item.source}{f'；{item.note}' if item.note else ''}）" if item.source else "（示范）")
            for item in one.items
        )


def _forms(law: Law) -> Iterator[Part]:
    used: dict[str, dict[str, None]] = {}
    for procedure in procedures_of(law):
        for kind in law.kinds_in(procedure.code).values():
            if kind.form in law.forms:
                used.setdefault(law.forms[kind.form].title, {})[kind.title] = None
    rows = [[str(number), form, "、".join(acts)] for number, (form, acts) in enumerate(used.items(), 1)]
    yield grid([Column("序号", NARROW), Column("文书", 3), Column("用于", 5)], rows)


def _unverified(law: Law) -> Iterator[Part]:
    doubtful = [rule for rule in law.rules if any(not version.source.verified for version in rule.versions)]
    yield prose(f"下列 {len(doubtful)} 条规则的来源没有见到原文，使用前请核对。")
    rows = [[rule.title, rule.versions[-1].source.cite(), rule.versions[-1].source.note] for rule in doubtful]
    yield grid([Column("规则", 3), Column("来源", 3), Column("说明", 3)], rows)
