"""A small world of law for tests: a few acts and fields, rules written as in the packs, and people to act."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, CaseHead, EvidenceRef, Law, Performer, Verdict
from mingjing.packs.load import Library, Pack, build
from mingjing.packs.source import PackFile

FIELDS = """
fine_yuan = { title = "罚款金额", type = "money", unit = "元", of_case = true }
gain_yuan = { title = "违法所得", type = "money", unit = "元", of_case = true }
told_yuan = { title = "告知的罚款", type = "money", of_case = true }
party_kind = { title = "当事人类别", type = "choice", of_case = true, options = [
  ["citizen", "自然人"], ["organization", "法人"],
] }
violation_ended_on = { title = "违法行为终了日期", type = "date", of_case = true }
extension_days = { title = "延长天数", type = "int" }
document = { title = "送达的文书", type = "choice", options = [["decided", "决定书"], ["notice", "告知书"]] }
kinds = { title = "处罚种类", type = "multichoice", of_case = true, options = [["fine", "罚款"], ["warning", "警告"]] }
shown = { title = "已出示证件", type = "bool" }
urgent = { title = "情况紧急", type = "bool", of_case = true }
reason = { title = "理由", type = "text" }
excuse = { title = "未录像的原因", type = "text" }
arguments = { title = "申辩", type = "rows", columns = ["argument", "answer"] }
argument = { title = "申辩理由", type = "text" }
answer = { title = "答复", type = "text" }
host = { title = "主持人", type = "person" }
handlers = { title = "承办人", type = "people", of_case = true }
hearing_at = { title = "听证时间", type = "datetime" }
secret_at = { title = "收到时间", type = "datetime", of_case = true }
"""

ACTS = {
    "filed": ("立案", "opens = true", "party_kind handlers violation_ended_on urgent secret_at"),
    "noticed": ("告知", "", "told_yuan shown"),
    "waived": ("放弃申辩", "", ""),
    "argued": ("申辩", "repeats = true", "arguments"),
    "asked": ("委托鉴定", "repeats = true", ""),
    "answered": ("收到鉴定", "repeats = true", ""),
    "extended": ("延期", "repeats = true", "extension_days"),
    "inspected": ("检查", "repeats = true", "shown reason excuse"),
    "invited": ("听证通知", "repeats = true", "hearing_at host"),
    "heard": ("听证", "", "host"),
    "decided": ("决定", "", "fine_yuan gain_yuan kinds reason shown"),
    "served": ("送达", "repeats = true", "document"),
    "withdrawn": ("撤案", "", ""),
    "closed": ("结案", "", "reason"),
}

PROCEDURE = """
procedure = "{code}"
enforcement = "penalty"
title = "{title}"
party = "当事人"
order = {order}
main = ["decided"]
"""
PROCEDURES = {
    "area/procedures/ordinary.toml": PROCEDURE.format(code="ordinary", title="普通程序", order=1),
}

HEAD = CaseHead(region="410481", field="urban", agency="A1")
A = Performer("a", "甲", "A1", "officer", "证1", "valid", ("urban",))
B = Performer("b", "乙", "A1", "officer", "证2", "valid", ("urban",))
C = Performer("c", "丙", "A1", "head", "证3", "valid", ("urban",), legal_qualification="A001")


def rule_text(kind: str, terms: str, *, acts: str = '["decided"]', extra: str = "", **version: str) -> str:
    """Write a rule file with one version and the one example that packs demand."""
    in_force = version.get("in_force", "2020-01-01")
    return f"""
title = "试验规则"
kind = "{kind}"
acts = {acts}
severity = "{version.get("severity", "block")}"
topic = "decision"
{extra}
[[version]]
in_force = {in_force}
source = {{ law = "试验法", article = "第一条" }}
quote = "条文"
terms = {terms}
{version.get("more", "")}
[[example]]
name = "例"
on = 2026-03-02
expect = "pass"
"""


def library(
    *rules: str,
    overlays: dict[str, Sequence[str]] | None = None,
    files: dict[str, str] | None = None,
    local: dict[str, dict[str, str]] | None = None,
) -> Library:
    """Build a library of the world's words and these rule files (r0, r1, …), with overlays by scope.

    `local` are further files of the overlays, by scope.
    """
    packs = {"cn": _pack("cn", rules, {"fields.toml": FIELDS, **PROCEDURES, **_acts(), **(files or {})})}
    for scope, overlaid in (overlays or {}).items():
        packs[scope] = _pack(scope, overlaid, (local or {}).get(scope, {}))
    return build(packs)


def law(*rules: str) -> Law:
    """Give the law of an agency in the world's one county."""
    return library(*rules).law(region="410481", field="urban", agency="A1")


def _pack(scope: str, rules: Sequence[str], files: dict[str, str]) -> Pack:
    texts = {f"{scope}/{name}": text for name, text in files.items()}
    texts |= {f"{scope}/area/r{number}.toml": text for number, text in enumerate(rules)}
    parsed = tuple(PackFile.parse(name, text) for name, text in texts.items())
    return Pack(scope, "试验包", "1", date(2026, 3, 1), "", parsed)


def _acts() -> dict[str, str]:
    return {f"area/acts/{kind}.toml": _act(kind, *about) for kind, about in ACTS.items()}


def _act(kind: str, title: str, flags: str, fields: str) -> str:
    uses = ", ".join(f'{{ name = "{name}" }}' for name in fields.split())
    return f"""
kind = "{kind}"
title = "{title}"
stage = "decision"
procedures = ["ordinary"]
roles = ["officer"]
{flags}
fields = [{uses}]
"""


def at(day: str, hour: int = 12) -> datetime:
    """Give an hour of a day in Beijing."""
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=BEIJING)


def act(kind: str, day: str | datetime | None = "2026-03-02", **more: Any) -> ActRecord:
    """Give an act of a day; `facts`, `performers` and `evidence` as needed."""
    moment = at(day) if isinstance(day, str) else day
    performers = more.get("performers", (A, B))
    evidence = tuple(EvidenceRef(f"e{n}", **ref) for n, ref in enumerate(more.get("evidence", ())))
    return ActRecord(more.get("seq", 1), kind, moment, more.get("facts", {}), performers, evidence)


def state_of(the_law: Law, *earlier: ActRecord, head: CaseHead = HEAD) -> CaseState:
    """Give the state of a case after these acts, numbered in their order."""
    state = CaseState(the_law, head)
    for number, one in enumerate(earlier, 1):
        state.absorb(ActRecord(number, one.kind, one.done_at, one.facts, one.performers, one.evidence))
    return state


def verdict(the_law: Law, judged: ActRecord, *earlier: ActRecord, head: CaseHead = HEAD) -> Verdict:
    """Give what the one rule of the law says of an act after these."""
    verdicts = state_of(the_law, *earlier, head=head).judge(replace(judged, seq=len(earlier) + 1))
    return next(one for one in verdicts if not one.rule.startswith("kind."))


def said(the_law: Law, judged: ActRecord, *earlier: ActRecord, head: CaseHead = HEAD) -> str:
    """Give the outcome in a word: pass, breach, unknown or not_applicable."""
    one = verdict(the_law, judged, *earlier, head=head)
    return one.outcome.value if one.applies else "not_applicable"
