"""Two states of the law compared, in plain Chinese: which rules came, went and changed, and whom that touches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mingjing.kit.clock import chinese_date
from mingjing.kit.money import chinese_plain
from mingjing.lawengine.condition import Condition
from mingjing.lawengine.model import Grade, Law, Rule, Version
from mingjing.packs.condition_words import in_words
from mingjing.packs.load import Library
from mingjing.packs.plain_words import BOUNDS, KINDS, TOPICS, UNITS, sentences

SEVERITIES: Final = {"block": "阻断", "grade": "评查扣分", "warn": "提醒"}
STATES: Final = {"added": "新增", "repealed": "废止", "changed": "修改"}
_FOLDERS: Final = {
    "acts": "行为种类",
    "forms": "文书格式",
    "procedures": "程序",
    "benchmarks": "裁量基准",
    "lists": "清单",
    "calendar": "工作日历",
    "files": "示范案卷",
    "laws": "法律文本",
    "notices": "通知",
}
_FIGURES: Final = {"amount": "期限", "officers": "人数", "at_least": "件数", "times": "倍数", "rate": "比率"}


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """One rule that came, went or changed, in words."""

    rule: str
    title: str
    state: str  # added, repealed, changed
    cite: str
    lines: tuple[str, ...]
    acts: tuple[str, ...]  # titles of the kinds of act it speaks about, before or after
    procedures: tuple[str, ...]  # titles; empty: all


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two libraries."""

    rules: tuple[RuleDiff, ...]
    files: tuple[str, ...]  # what else differs, a line each

    @property
    def same(self) -> bool:
        return not (self.rules or self.files)

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        rules = [{name: getattr(one, name) for name in RuleDiff.__slots__} for one in self.rules]
        return {
            "rules": [{k: list(v) if isinstance(v, tuple) else v for k, v in one.items()} for one in rules],
            "files": list(self.files),
        }


def diff(old: Library, new: Library) -> Diff:
    """Compare two libraries. Comments, examples and the order of keys are no difference."""
    was, now = ({rule.id: rule for rule in one.rules} for one in (old, new))
    laws = [one.law(region="", field="") for one in (old, new)]
    words = _Words(*laws)
    found = [
        one
        for name in sorted(was.keys() | now.keys())
        if (one := words.rule(was.get(name), now.get(name))) is not None
    ]
    return Diff(tuple(found), tuple(_other_files(old, new)))


def diff_table(found: Diff) -> str:
    """Give a comparison as people read it."""
    if found.same:
        return "两个法规包没有差别。"
    counts = {state: sum(one.state == state for one in found.rules) for state in STATES}
    head = "，".join(f"{STATES[state]}规则 {count} 条" for state, count in counts.items() if count)
    parts = [f"{head or '规则没有变化'}。"]
    parts += ["\n".join(_told(one)) for one in found.rules]
    if found.files:
        parts.append("\n".join(["规则以外的变化：", *(f"  {line}" for line in found.files)]))
    return "\n\n".join(parts)


def _told(one: RuleDiff) -> Iterator[str]:
    yield f"【{STATES[one.state]}】{one.title}（{one.rule}）"
    yield f"  依据：{one.cite}"
    yield from (f"  {line}" for line in one.lines)
    yield f"  涉及行为：{'、'.join(one.acts)}"
    yield f"  涉及程序：{'、'.join(one.procedures) or '全部程序'}"


class _Words:
    """What changed in a rule, said with the words of both laws."""

    def __init__(self, old: Law, new: Law) -> None:
        self.old, self.new = old, new

    def rule(self, was: Rule | None, now: Rule | None) -> RuleDiff | None:
        """Give what became of one rule, or nothing."""
        if was is None or now is None:
            rule, law = (now, self.new) if now else (was, self.old)
            assert rule is not None  # noqa: S101 - one of the two states has it
            lines = tuple(self._whole(rule, law))
            return self._made(rule, "added" if now else "repealed", lines, (rule,))
        lines = (*self._head(was, now), *self._versions(was, now))
        return self._made(now, "changed", lines, (was, now)) if lines else None

    def _made(self, rule: Rule, state: str, lines: tuple[str, ...], both: Iterable[Rule]) -> RuleDiff:
        acts = dict.fromkeys(kind for one in both for kind in one.acts)
        everywhere = any(not one.procedures for one in both)
        codes = () if everywhere else dict.fromkeys(code for one in both for code in one.procedures)
        return RuleDiff(
            rule=rule.id,
            title=rule.title,
            state=state,
            cite=rule.versions[-1].source.cite(),
            lines=lines,
            acts=tuple(self._act(kind) for kind in acts),
            procedures=tuple(self._procedure(code) for code in codes),
        )

    def _whole(self, rule: Rule, law: Law) -> Iterator[str]:
        yield f"种类：{KINDS.get(rule.kind, rule.kind)}；后果：{self._consequence(rule)}"
        for version in rule.versions:
            yield f"{_since(version)}：{''.join(sentences(rule, version, law))}"
        if rule.when:
            yield f"适用条件：{_condition(rule.when, law)}"

    def _head(self, was: Rule, now: Rule) -> Iterator[str]:
        """Say what changed beside the dated texts."""
        pairs = {
            "名称": (was.title, now.title),
            "种类": (KINDS.get(was.kind, was.kind), KINDS.get(now.kind, now.kind)),
            "后果": (self._consequence(was), self._consequence(now)),
            "环节": (TOPICS.get(was.topic, was.topic), TOPICS.get(now.topic, now.topic)),
            "适用条件": (_condition(was.when, self.old), _condition(now.when, self.new)),
            "适用哪一天的规定": (_dated(was), _dated(now)),
            "事实查明后才适用": (self._labels(was.if_known), self._labels(now.if_known)),
            "覆盖的规则": (was.overrides, now.overrides),
            "补救": (was.remedy, now.remedy),
            "法制审核要点": (_listed(was.review_points), _listed(now.review_points)),
        }
        yield from (
            f"{name}：{old or '无'} → {new or '无'}" for name, (old, new) in pairs.items() if old != new
        )
        yield from _sets(
            "所管行为", [self._act(one) for one in was.acts], [self._act(one) for one in now.acts]
        )
        if was.procedures != now.procedures:
            told = [_listed(map(self._procedure, one.procedures)) or "全部程序" for one in (was, now)]
            yield f"适用程序：{told[0]} → {told[1]}"

    def _versions(self, was: Rule, now: Rule) -> Iterator[str]:
        olds = {version.in_force: version for version in was.versions}
        news = {version.in_force: version for version in now.versions}
        gone, come = sorted(olds.keys() - news.keys()), sorted(news.keys() - olds.keys())
        if len(gone) == len(come) == 1:
            # One text whose day was moved, rather than one that went and another that came.
            yield f"施行日期：{chinese_date(gone[0])} → {chinese_date(come[0])}"
            yield from self._version(was, now, olds[gone[0]], news[come[0]])
            gone, come = [], []
        for day in gone:
            yield f"删除{_since(olds[day])}的规定：{''.join(sentences(was, olds[day], self.old))}"
        for day in come:
            yield f"增加{_since(news[day])}的规定：{''.join(sentences(now, news[day], self.new))}"
        for day in sorted(olds.keys() & news.keys()):
            yield from self._version(was, now, olds[day], news[day])

    def _version(self, was: Rule, now: Rule, old: Version, new: Version) -> Iterator[str]:
        pairs = {
            "失效日期": (_last_day(old), _last_day(new)),
            "依据": (old.source.cite(), new.source.cite()),
            "来源": (_checked(old), _checked(new)),
            "条文": (old.quote, new.quote),
            "适用条件": (_condition(old.when, self.old), _condition(new.when, self.new)),
        }
        lines = [
            f"{name}：{one or '无'} → {other or '无'}" for name, (one, other) in pairs.items() if one != other
        ]
        figures = list(self._figures(now, old.raw, new.raw))
        lines += [line for line in figures if line]
        before, after = sentences(was, old, self.old), sentences(now, new, self.new)
        if old.raw != new.raw and (None in figures or not figures):
            lines += [f"原来：{one}" for one in before if one not in after]
            lines += [f"现在：{one}" for one in after if one not in before]
            if before == after:
                lines.append("条款的写法有变化，意思见规则文件")
        several = len(now.versions) > 1
        yield from (f"{_since(new)}的规定，{line}" if several else line for line in lines)

    def _figures(self, rule: Rule, old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[str | None]:
        """Give every changed figure in words; None for a change that is no figure."""
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old.keys() == new.keys():
            for key in old:
                yield from self._figures(rule, old[key], new[key], (*path, key))
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for one, other in zip(old, new, strict=True):
                yield from self._figures(rule, one, other, path)
        elif old != new:
            numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (old, new))
            yield self._figure(rule, old, new, path) if numbers else None

    def _figure(self, rule: Rule, old: float, new: float, path: tuple[str, ...]) -> str:
        raw = rule.versions[-1].raw
        bound = next((BOUNDS[key] for key in path if key in BOUNDS and rule.kind == "ceiling"), "")
        unit = UNITS.get(str(raw.get("unit", "")), "") if path[-1:] == ("amount",) else ""
        name = _FIGURES.get(path[-1] if path else "", path[-1] if path else "")
        if bound:
            fact = self.new.fields.get(str(raw.get("fact", "")))
            by = self.new.fields.get(str(raw.get("by", "")))
            who = (
                f"{by.label(path[1])}：" if by and len(path) > 1 and path[1] not in ("fact", "times") else ""
            )
            name = f"{who}{fact.title if fact else raw.get('fact')}{bound}"
            unit = "倍" if path[-1] == "times" else (fact.unit if fact else "")
        return f"{name}：{_number(old)}{unit} → {_number(new)}{unit}"

    def _consequence(self, rule: Rule) -> str:
        return f"{SEVERITIES[rule.severity]}{_grade(rule.grade)}"

    def _act(self, kind: str) -> str:
        return (self.new if kind in self.new.kinds else self.old).title_of(kind)

    def _procedure(self, code: str) -> str:
        found = self.new.procedures.get(code) or self.old.procedures.get(code)
        return found.title if found else code

    def _labels(self, names: Iterable[str]) -> str:
        return "、".join(self.new.label(name) for name in names)


def _sets(name: str, old: list[str], new: list[str]) -> Iterator[str]:
    if more := [one for one in new if one not in old]:
        yield f"{name}增加：{'、'.join(more)}"
    if less := [one for one in old if one not in new]:
        yield f"{name}减少：{'、'.join(less)}"


def _grade(grade: Grade | None) -> str:
    if grade is None:
        return ""
    cost = "一票否决" if grade.veto else f"扣 {grade.points} 分"
    each = f"，每处计，最多 {grade.cap} 分" if grade.each else ""
    return f"（评查 {grade.item}：{cost}{each}）"


def _condition(condition: Condition | None, law: Law) -> str:
    return (in_words(condition.source, law) or condition.source) if condition else ""


def _dated(rule: Rule) -> str:
    return "行为时，新规定更轻的用新规定（从旧兼从轻）" if rule.dated_by == "conduct" else "办理当日"


def _since(version: Version) -> str:
    until = f"至{chinese_date(version.until)}" if version.until else "起"
    return f"{chinese_date(version.in_force)}{until}施行"


def _last_day(version: Version) -> str:
    return chinese_date(version.until) if version.until else ""


def _checked(version: Version) -> str:
    return "已核实" if version.source.verified else "待核实"


def _listed(values: Iterable[object]) -> str:
    return "、".join(map(str, values))


def _number(value: float) -> str:
    return chinese_plain(Decimal(str(value)))


def _other_files(old: Library, new: Library) -> Iterator[str]:
    """Name the files that are no rules and differ in what they say."""
    rules = {rule.path for one in (old, new) for rule in one.rules}
    was, now = (
        {file.name: file.data for pack in one.packs.values() for file in pack.files if file.name not in rules}
        for one in (old, new)
    )
    for name in sorted(was.keys() | now.keys()):
        state = "新增" if name not in was else "删除" if name not in now else "修改"
        if was.get(name) != now.get(name):
            yield f"{state} {_what(name)} {name}"


def _what(name: str) -> str:
    parts = name.split("/")
    kinds = {"fields.toml": "字段表", "pack.toml": "法律包说明", "area.toml": "领域"}
    return _FOLDERS.get(parts[-2], "") or kinds.get(parts[-1], "文件")
