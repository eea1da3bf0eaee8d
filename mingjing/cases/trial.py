"""An act as somebody reports it, held against the form and the law. Nothing here is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mingjing.cases import known
from mingjing.cases.authority import beyond_authority, unfit_people
from mingjing.cases.computed import Computed, computed, sent_by_client
from mingjing.cases.law import CaseFile
from mingjing.evidence.selectors import refs
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.lawengine.judge import refusals
from mingjing.lawengine.model import ActKind, ActRecord, Performer, Verdict
from mingjing.lawengine.versions import CONDUCT_DAY
from mingjing.norms.selectors import register_for
from mingjing.packs.facts import CleanFacts, clean_facts
from mingjing.packs.statute_book import faulty_citations
from mingjing.packs.values import YEARS
from mingjing.personnel.permissions import may, role_names
from mingjing.personnel.selectors import people_of, performers_on
from mingjing.receipts.selectors import faults

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

PEOPLE = ("person", "people")  # types of fields that name people of the register


@dataclass(frozen=True, slots=True)
class Party:
    """The party himself: he hands in what is his to say and nothing else, without account or certificate."""

    # Brackets cannot be in a username, so no account is ever taken for him.
    username: str = "当事人（在线）"
    roles: Sequence[str] = ("party",)


class ActRefused(Exception):
    """The act was not written, and nothing else was. Says what is wrong in the form and what the law forbids."""

    def __init__(self, trial: "Trial") -> None:
        self.trial = trial
        super().__init__("；".join(trial.reasons()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would happen if the act were recorded now."""

    facts: Mapping[str, Any]
    errors: Mapping[str, list[str]] = field(default_factory=dict)  # by field name; "" is the act as a whole
    verdicts: tuple[Verdict, ...] = ()
    imported: bool = False

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        """The verdicts that stop the act: a block rule that is breached, or that cannot be judged.

        None for an imported act: history cannot be refused.
        """
        return () if self.imported else refusals(self.verdicts)

    @property
    def lawful(self) -> bool:
        return not self.errors and not self.refusals

    def reasons(self) -> list[str]:
        """Give every obstacle as a Chinese sentence, mistakes of the form first."""
        return [text for texts in self.errors.values() for text in texts] + [
            f"{verdict.title}：{verdict.reason}{_cited(verdict)}" for verdict in self.refusals
        ]


def _cited(verdict: Verdict) -> str:
    if verdict.source is None or verdict.source.cite() in verdict.reason:
        return ""
    return f"（{verdict.source.cite()}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An act as somebody reports it: what was done, by whom, when, on what evidence. Not yet judged."""

    kind: str
    facts: Mapping[str, Any]
    performers: Sequence[str]  # usernames
    by: "Person | Party"
    done_at: datetime | None
    evidence: Sequence[str] = ()  # digests
    imported: bool = False


def judge_deed(file: CaseFile, deed: Deed, now: datetime) -> tuple[Trial, ActRecord]:
    """Hold a reported act against its form, the people, the evidence and the law; gives it as the engine reads it."""
    kind = file.law.kinds[deed.kind]
    errors = _who_may_not(file, kind, deed) | _when_wrong(file, deed, now)
    performers = performers_on(deed.performers, legal_day(deed.done_at or now))
    if missing := set(deed.performers) - {performer.person for performer in performers}:
        errors["performers"] = [f"没有这名人员：{'、'.join(sorted(missing))}。请从名单中重新选择。"]
    evidence = refs(deed.evidence, dossier=file.case.code)
    if len(evidence) != len(set(deed.evidence)):
        errors["evidence"] = ["所选证据不在本案证据目录中。请先上传到本案，再选入。"]
    cleaned = _facts_of(file, kind, deed, performers, now)
    record = ActRecord(
        seq=len(file.acts) + 1,
        kind=deed.kind,
        done_at=deed.done_at,
        facts=cleaned.facts,
        performers=performers,
        evidence=evidence,
    )
    strangers = {} if deed.imported else _strangers(file, performers, cleaned.facts)
    unfounded = {} if deed.imported else _cited_badly(file, cleaned.facts, legal_day(deed.done_at or now))
    if not deed.imported:
        day = legal_day(deed.done_at or now)
        unfounded |= faults(file.case.agency.code, file.case.procedure, cleaned.facts, day)
        unfounded |= beyond_authority(file, cleaned.facts, day)
        strangers |= unfit_people(file, performers, cleaned.facts)
    trial = Trial(
        facts=cleaned.facts,
        errors={**unfounded, **cleaned.errors, **strangers, **errors},
        verdicts=file.state.judge(record),
        imported=deed.imported,
    )
    return trial, record


def _facts_of(
    file: CaseFile, kind: ActKind, deed: Deed, performers: Sequence[Performer], now: datetime
) -> CleanFacts:
    """Give the facts of the act: what is stated, cleaned, and what the system holds or works out beside it.

    Of an imported file what it says counts; what is worked out for a live act nobody may state otherwise.
    """
    live = not deed.imported
    refused = sent_by_client(file, kind, deed.facts) if live else {}
    stated = {name: value for name, value in deed.facts.items() if name not in refused}
    so_far = {**file.facts, **stated}
    day = legal_day(deed.done_at or now)
    held = known.held_by_system(kind, file.case.agency, performers, so_far, day) if live else {}
    cleaned = clean_facts(
        kind,
        {**held, **stated},
        head=file.head,
        known=file.facts,
        done_at=deed.done_at,
        fields=file.law.fields,
        opened_on=file.case.opened_on if live else None,
        insist=live,
    )
    worked_out = computed(file, kind, cleaned.facts, day) if live else Computed()
    return CleanFacts(
        {**cleaned.facts, **worked_out.facts}, {**worked_out.errors, **cleaned.errors, **refused}
    )


def _who_may_not(file: CaseFile, kind: ActKind, deed: Deed) -> dict[str, list[str]]:
    """Say why this person may not record this kind of act here; the law's own demands on people are rules."""
    if deed.imported or (isinstance(deed.by, Party) and "party" in kind.roles):
        return {}
    if isinstance(deed.by, Party) or not may(deed.by, f"act.{kind.stage}", file.case.agency.code):
        return {"": [f"您的角色不能记录“{kind.title}”。请由本机关有此权限的人员办理。"]}
    if not set(deed.by.roles) & set(kind.roles):
        return {"": [f"“{kind.title}”由{role_names(kind.roles)}办理，您的角色不在其中。"]}
    if not deed.performers:
        return {"performers": ["请选择实施人员。"]}
    if deed.by.username not in deed.performers and "clerk" not in deed.by.roles:
        return {"performers": ["记录人应当是实施人员之一。请把自己选入，或由案卷管理人员代录。"]}
    return {}


def _strangers(
    file: CaseFile, performers: Sequence[Performer], facts: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Name who is not of this agency: among the performers, and where a fact names people of the register."""
    agency = file.case.agency
    errors: dict[str, list[str]] = {}
    if others := [one.name for one in performers if one.agency != agency.code]:
        errors["performers"] = [f"{'、'.join(others)}不是本机关人员。请从名单中重新选择。"]
    for name, value in facts.items():
        field = file.law.fields[name]
        if field.type in PEOPLE:
            named = [value] if isinstance(value, str) else value
            if unknown := set(named) - {one.username for one in people_of(agency.code)}:
                found = "、".join(sorted(unknown))
                errors[name] = [f"“{field.title}”中的“{found}”不是本机关人员。请从名单中重新选择。"]
    return errors


def _cited_badly(file: CaseFile, facts: Mapping[str, Any], day: date) -> dict[str, list[str]]:
    """Say which law the act cites though it was not in force, or an article that it has not.

    Law of the day on which the conduct ended may be cited too: 从旧兼从轻 (行政处罚法 37).
    """
    cited = [name for name in facts if file.law.fields[name].type == "citations"]
    days = [day]
    if ended := facts.get(CONDUCT_DAY) or file.facts.get(CONDUCT_DAY):
        days.append(date.fromisoformat(str(ended)))
    if not cited:
        return {}
    return faulty_citations(register_for(file.case.agency.code), facts, cited, days=days)


def _when_wrong(file: CaseFile, deed: Deed, now: datetime) -> dict[str, list[str]]:
    if deed.done_at is None:
        return {} if deed.imported else {"done_at": ["请填写行为发生的时间。"]}
    if deed.done_at > now:
        return {"done_at": ["行为时间晚于现在。请填写实际发生的时间。"]}
    if deed.done_at.year < YEARS[0]:
        return {"done_at": ["行为时间早于可以记录的年代。请核对年份。"]}
    first = next((act.done_at for act in file.acts if act.done_at), None)
    if first and not deed.imported and legal_day(deed.done_at) < legal_day(first):
        return {"done_at": [f"行为时间早于本案第一个行为（{chinese_date(legal_day(first))}）。请核对日期。"]}
    return {}
