"""Making verdicts: one function for each outcome, and the Chinese in which facts and acts are named."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypedDict, Unpack

from mingjing.lawengine.model import Law, Outcome, Rule, Severity, Verdict, Version
from mingjing.lawengine.terms import ActRef

# What conditions may ask beside the fields of acts.
OF_THE_CASE: Final = {
    "act_day": "行为日",
    "act_day_is_working": "行为日是工作日",
    "act_kind": "本行为",
    "performer_count": "实施人数",
    "procedure": "程序",
    "region": "地区",
    "field": "执法领域",
    "agency_kind": "机关性质",
}

UNDATED = "行为日期不明"


class Told(TypedDict, total=False):
    """What a verdict may say besides its reason."""

    found: str
    allowed: str
    missing: tuple[str, ...]
    applies: bool


@lru_cache(maxsize=8192)
def passed(rule: Rule, version: Version | None, reason: str = "") -> Verdict:
    """Give a pass. The same rule, text and reason give the same object: passes are many and say little."""
    return _verdict(rule, version, Outcome.PASS, reason)


@lru_cache(maxsize=8192)
def not_applicable(rule: Rule, version: Version | None, reason: str = "") -> Verdict:
    """Say that the rule has nothing to say of the act."""
    return _verdict(rule, version, Outcome.PASS, reason, applies=False)


def breach(
    rule: Rule, version: Version, reason: str, severity: Severity | None = None, **told: Unpack[Told]
) -> Verdict:
    """Say that the act breaks the rule, what was found and what is allowed."""
    return _verdict(rule, version, Outcome.BREACH, reason, severity, **told)


def unknown(rule: Rule, version: Version | None, reason: str, **told: Unpack[Told]) -> Verdict:
    """Say that the rule cannot be judged, and which facts it lacks."""
    return _verdict(rule, version, Outcome.UNKNOWN, reason, **told)


def lacking(rule: Rule, version: Version, law: Law, names: Iterable[str]) -> Verdict:
    """Say that facts are missing, by the titles officers know."""
    return _lacking(rule, version, law, tuple(names))


@lru_cache(maxsize=8192)  # what excerpts lack they lack in thousands
def _lacking(rule: Rule, version: Version, law: Law, missing: tuple[str, ...]) -> Verdict:
    titles = "、".join(f"“{word(law, name)}”" for name in missing) or "有关事实"
    return unknown(rule, version, f"缺少{titles}，无法判断是否符合{version.source.cite()}", missing=missing)


def word(law: Law, name: str) -> str:
    """Give the Chinese for a name in a condition: a field, or an act that was or was not done."""
    prefix, _, kind = name.partition("_")
    if prefix in ("did", "n") and kind in law.kinds:
        return f"是否已办理{law.title_of(kind)}"
    return law.label(name) if name in law.fields else OF_THE_CASE.get(name, name)


def act_title(law: Law, ref: ActRef) -> str:
    """Give the Chinese for a reference to an act: 送达（送达的文书：行政处罚决定书）."""
    title = law.title_of(ref.kind)
    if not ref.field:
        return title
    field = law.fields.get(ref.field)
    value = {True: "是", False: "否"}.get(ref.value, "") if isinstance(ref.value, bool) else str(ref.value)
    return (
        f"{title}（{law.label(ref.field)}：{field.label(ref.value) if field and field.options else value}）"
    )


def act_titles(law: Law, refs: Iterable[ActRef], joint: str = "或者") -> str:
    """Give the Chinese for several references."""
    return joint.join(f"“{act_title(law, ref)}”" for ref in refs)


def _verdict(
    rule: Rule,
    version: Version | None,
    outcome: Outcome,
    reason: str,
    severity: Severity | None = None,
    **told: Unpack[Told],
) -> Verdict:
    return Verdict(
        rule=rule.id,
        title=rule.title,
        outcome=outcome,
        reason=reason,
        source=version.source if version else None,
        quote=version.quote if version else "",
        remedy="" if outcome is Outcome.PASS else rule.remedy,
        topic=rule.topic,
        grade=rule.grade,
        version_from=version.in_force if version else None,
        severity=severity or rule.severity,
        **told,
    )
