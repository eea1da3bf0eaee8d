"""What the terms of a rule say, in plain Chinese sentences; every figure is read from the rule."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from mingjing.kit.money import yuan
from mingjing.lawengine import terms as t
from mingjing.lawengine.model import Law, Rule, Version
from mingjing.packs.condition_words import filled_in, in_words
from mingjing.packs.evidence_kinds import FILE as EVIDENCE_KINDS
from mingjing.packs.load import library

UNITS = {"calendar_days": "日", "working_days": "个工作日", "hours": "小时", "months": "个月", "years": "年"}
BOUNDS = {"at_most": "不得超过", "at_least": "不得低于", "below": "应当低于", "above": "应当高于"}
MEDIA = {"photo": "照片", "audio": "录音", "video": "录像", "document": "文件", "other": "其他材料"}
SIDES = {"against": "不利于当事人", "for": "有利于当事人", "neutral": "中性"}
KINDS = {
    "sequence": "先后顺序",
    "deadline": "期限",
    "quorum": "人数与资格",
    "separation": "回避与分离",
    "ceiling": "数额界限",
    "accrual": "按日累计",
    "required": "必备内容",
    "recording": "音像记录",
    "condition": "条件",
}
TOPICS = {
    "filing": "立案",
    "investigation": "调查",
    "evidence": "证据",
    "review": "审核",
    "legal_review": "法制审核",
    "notice": "事先告知与陈述申辩",
    "hearing": "听证",
    "discussion": "集体讨论",
    "decision": "决定",
    "service": "送达",
    "execution": "执行",
    "closing": "结案",
    "publication": "公示",
    "personnel": "人员资格",
    "discretion": "裁量",
    "summary": "当场处罚",
}


def sentences(rule: Rule, version: Version, law: Law) -> list[str]:
    """What this version of the rule demands, one sentence a demand."""
    said = _SAYERS[type(version.terms)](version.terms, _Words(law), rule)
    return [sentence for sentence in said if sentence]


class _Words:
    """Names of the law as people read them."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def act(self, ref: t.ActRef) -> str:
        title = self.law.title_of(ref.kind)
        if not ref.field:
            return title
        field = self.law.fields.get(ref.field)
        value = (
            "是"
            if ref.value is True
            else "否"
            if ref.value is False
            else field.label(ref.value)
            if field
            else ref.value
        )
        return f"{title}（{self.law.label(ref.field)}：{value}）"

    def acts(self, refs: Sequence[t.ActRef], joint: str = "、") -> str:
        return joint.join(self.act(ref) for ref in refs)

    def titles(self, kinds: Sequence[str]) -> str:
        return "、".join(f"“{self.law.title_of(kind)}”" for kind in kinds)

    def labels(self, names: Sequence[str]) -> str:
        return "、".join(self.law.label(name) for name in names)

    def figure(self, fact: str, figure: t.Figure) -> str:
        if isinstance(figure, t.Multiple):
            times = "" if figure.times == 1 else f"的 {_number(figure.times)} 倍"
            return f"{self.law.label(figure.fact)}{times}"
        field = self.law.fields.get(fact)
        if field and field.type == "money":
            return yuan(figure)
        return f"{_number(figure)}{field.unit if field else ''}"


def _sequence(terms: t.SequenceTerms, words: _Words, rule: Rule) -> list[str]:
    needs = [
        f"在{words.titles(rule.acts)}之前，应当已有：{words.acts(group, ' 或者 ')}。" for group in terms.needs
    ]
    forbids = f"已有{words.acts(terms.forbids)}的，不得再{words.titles(rule.acts)}。" if terms.forbids else ""
    return [*needs, forbids]


def _deadline(terms: t.DeadlineTerms, words: _Words, rule: Rule) -> list[str]:
    start = words.acts(terms.start, " 或者 ") or f"“{words.law.label(terms.start_field)}”"
    span = (
        f"{terms.amount} {UNITS[terms.unit]}"
        if terms.unit == "hours"
        else f"{terms.amount}{UNITS[terms.unit]}"
    )
    done = words.acts(terms.met_by, " 或者 ") or words.titles(rule.acts)
    head = {
        "within": f"自{start}之日起 {span}内，应当完成：{done}。"
        if terms.amount
        else f"{start}当日，应当完成：{done}。",
        "not_before": f"自{start}之日起 {span}届满之前，不得：{words.titles(rule.acts)}。",
        "before": f"应当在{start}的 {span}之前完成：{done}。",
    }[terms.bound]
    return [head, *_deadline_details(terms, words)]


def _deadline_details(terms: t.DeadlineTerms, words: _Words) -> list[str]:
    more = []
    for extension in terms.extensions:
        by = (
            f"按“{words.law.label(extension.field)}”"
            if extension.field
            else f"{extension.amount} {UNITS[extension.unit or terms.unit]}"
        )
        more.append(f"经“{words.act(extension.act)}”可以延长：{by}。")
    for pause in terms.pauses:
        more.append(f"从“{words.act(pause.start)}”到“{words.act(pause.end)}”的时间不计算在内。")
    if terms.promised:
        more.append("机关向社会承诺的期限更短的，按承诺期限。")
    if terms.roll and terms.unit != "hours":
        more.append("期满日是休息日的，顺延到其后第一个工作日。")
    if terms.dropped_by:
        more.append(f"已有{words.acts(terms.dropped_by)}的，不再计算。")
    if terms.unless:
        more.append(f"已有{words.acts(terms.unless)}的除外。")
    return more


def _quorum(terms: t.QuorumTerms, words: _Words, rule: Rule) -> list[str]:
    return [
        f"实施人员不少于 {terms.officers} 人。",
        "每人在行为当日都应当持有有效执法证件。" if terms.certificate else "",
        "应当是本机关人员。" if terms.of_agency else "",
        "证件的执法类别应当与本案领域相符。" if terms.field_of_certificate else "",
        "其中应当有取得国家统一法律职业资格的人员。" if terms.legal_qualification else "",
        "辅助人员不计入人数。" if terms.no_auxiliary else "",
    ]


def _separation(terms: t.SeparationTerms, words: _Words, rule: Rule) -> list[str]:
    who = (
        f"“{words.law.label(terms.people_field)}”"
        if terms.people_field
        else f"{words.titles(rule.acts)}的实施人员"
    )
    also = f"或者列为{words.labels(terms.apart_from_people)}" if terms.apart_from_people else ""
    return [f"{who}不得曾实施：{words.acts(terms.apart_from)}{also}。"]


def _ceiling(terms: t.CeilingTerms, words: _Words, rule: Rule) -> list[str]:
    said = []
    fact = words.law.label(terms.fact)
    by = words.law.fields.get(terms.by)
    for name, bound in terms.bounds.items():
        if isinstance(bound, Mapping):
            said += [
                f"{by.label(value) if by else value}：{fact}{BOUNDS[name]} {words.figure(terms.fact, figure)}。"
                for value, figure in bound.items()
            ]
        else:
            said.append(f"{fact}{BOUNDS[name]} {words.figure(terms.fact, bound)}。")
    return said


def _accrual(terms: t.AccrualTerms, words: _Words, rule: Rule) -> list[str]:
    fact, principal = words.law.label(terms.fact), words.law.label(terms.principal)
    start = words.acts(terms.due.start, " 或者 ") or f"“{words.law.label(terms.due.start_field)}”"
    period = f"{terms.due.amount}{UNITS[terms.due.unit]}期满" if terms.due.amount else "当日"
    pauses = "；".join(f"从“{words.act(one.start)}”到“{words.act(one.end)}”" for one in terms.pauses)
    return [
        f"{start}{period}之后，{fact}每日不得超过{principal}的 {_number(terms.rate * 100)}%。",
        f"{fact}总额不得超过{principal}的 {_number(terms.cap_times)} 倍。"
        if terms.cap_times is not None
        else "",
        f"{pauses}的日数不计算。" if pauses else "",
        f"“{words.law.label(terms.days)}”不得多于依此计算的日数。" if terms.days else "",
    ]


def _required(terms: t.RequiredTerms, words: _Words, rule: Rule) -> list[str]:
    fields = words.law.fields
    options = fields[terms.contains_field].label if terms.contains_field in fields else str
    return [
        f"应当载明：{words.labels(terms.facts)}。" if terms.facts else "",
        f"应当确认为“是”：{words.labels(terms.true)}。" if terms.true else "",
        f"“{words.law.label(terms.answered[0])}”应当逐条填写“{words.law.label(terms.answered[1])}”。"
        if terms.answered
        else "",
        _replied(terms.replied, words) if terms.replied else "",
        f"“{words.law.label(terms.rows_complete[0])}”每一行都应当填写：{words.labels(terms.rows_complete[1])}。"
        if terms.rows_complete
        else "",
        _evidence(terms),
        f"“{words.law.label(terms.contains_field)}”应当包括：{'、'.join(map(options, terms.contains_all))}。"
        if terms.contains_all
        else "",
        f"“{words.law.label(terms.contains_field)}”应当包括其中之一：{'、'.join(map(options, terms.contains_any))}。"
        if terms.contains_any
        else "",
    ]


def _replied(terms: t.Replied, words: _Words) -> str:
    label = words.law.label
    return (
        f"“{words.law.title_of(terms.act.kind)}”中的每一条“{label(terms.to)}”，都应当在“{label(terms.where)}”中"
        f"一字不改地列出，并填写“{label(terms.column)}”。"
    )


def _evidence(terms: t.RequiredTerms) -> str:
    if not terms.evidence_at_least:
        return ""
    side = f"{SIDES.get(terms.evidence_side, terms.evidence_side)}的" if terms.evidence_side else ""
    titles = _legal_kinds()
    named = "、".join(titles.get(one, one) for one in terms.evidence_kinds)
    kinds = f"（{named}）" if named else ""
    media = (
        f"（{'、'.join(MEDIA.get(one, one) for one in terms.evidence_media)}）"
        if terms.evidence_media
        else ""
    )
    whose = "本次行为" if terms.evidence_of == "act" else "全案"
    return f"{whose}应当有{side}证据{kinds}{media}不少于 {terms.evidence_at_least} 件。"


@cache
def _legal_kinds() -> Mapping[str, str]:
    """The legal kinds of evidence by code, as the packs in service call them."""
    return {str(row["code"]): str(row["title"]) for row in library().file(EVIDENCE_KINDS).data["kind"]}


def _recording(terms: t.RecordingTerms, words: _Words, rule: Rule) -> list[str]:
    media = "或者".join(MEDIA.get(one, one) for one in terms.media)
    unless = f"；没有的，应当写明“{words.law.label(terms.unless)}”" if terms.unless else ""
    whole = "全程" if terms.whole else ""
    return [f"{words.titles(rule.acts)}应当随附{whole}{media}{unless}。"]


def _condition(terms: t.ConditionTerms, words: _Words, rule: Rule) -> list[str]:
    told = in_words(terms.holds.source, words.law)
    return [
        f"应当符合：{told}。" if told else "",
        f"不符合时指出：{filled_in(terms.says, words.law)}。" if terms.says or not told else "",
    ]


def _number(figure: Decimal) -> str:
    return f"{figure:f}".rstrip("0").rstrip(".") if "." in f"{figure:f}" else f"{figure:f}"


_SAYERS: Mapping[type, Callable[[Any, _Words, Rule], list[str]]] = {
    t.SequenceTerms: _sequence,
    t.DeadlineTerms: _deadline,
    t.QuorumTerms: _quorum,
    t.SeparationTerms: _separation,
    t.CeilingTerms: _ceiling,
    t.AccrualTerms: _accrual,
    t.RequiredTerms: _required,
    t.RecordingTerms: _recording,
    t.ConditionTerms: _condition,
}
