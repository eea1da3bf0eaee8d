"""The one writer: an act is written whole or not at all, once, and only if form and law allow it."""

import ast
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mingjing.cases import drafts
from mingjing.cases.limits import refresh_limits
from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, CaseHandler, Draft, NumberSeries
from mingjing.cases.rebuild import rebuild
from mingjing.cases.services import ActRefused, Deed, check_act, open_case, record_act
from mingjing.cases.timeline import ActBody
from mingjing.kit.clock import BEIJING
from mingjing.personnel.services import set_active
from mingjing.translog.leaf import act_commitment
from mingjing.translog.models import Entry, Queued
from tests.cast import Cast
from tests.stories import step, telling, told

pytestmark = pytest.mark.django_db

MAKES_AN_ACT = re.compile(r"Act(\.objects\.\w*create)?")


def counts() -> dict[str, int]:
    """How much stands in every table that a recorded act touches."""
    tables = (Case, Act, CaseDeadline, CaseFinding, NumberSeries, Entry, Queued)
    return {model.__name__: model.objects.count() for model in tables}


def deed_after(cast: Cast, until: str, kind: str, **changes: Any) -> tuple[Case, Deed]:
    """A case told until one step, and the step of another kind, ready to be recorded with changes."""
    tale, case = told(cast, until=until)
    return case, replace(tale.deed(step(tale, kind), case), **changes)


def test_an_act_is_recorded_with_its_verdicts_its_log_entry_and_its_limits(cast: Cast) -> None:
    """Filing a case writes the act, a queued leaf that commits to it, and the limit for the decision."""
    _, case = told(cast, until="filing_approved")

    act = Act.objects.get(case=case, kind="filing_approved")
    assert act.verdicts
    assert act.pack_digest
    assert Queued.objects.filter(entry__ref=act.code).count() == 1
    assert CaseDeadline.objects.filter(case=case, urges=True).exists()


def test_the_commitment_in_the_log_is_that_of_the_stored_act(cast: Cast) -> None:
    """Whoever holds the act and its salt can recompute what the log says, and nobody else can."""
    _, case = told(cast, until="clue_accepted")

    for act in Act.objects.filter(case=case):
        names = ("seq", "kind", "code", "facts", "performers", "evidence", "done_at", "recorded_at")
        body = ActBody(
            log_code=case.log_code,
            recorded_by=act.recorded_by,
            held=act.held,
            passed=act.passed,
            pack_digest=act.pack_digest,
            imported=act.imported,
            **{name: getattr(act, name) for name in names},
        )
        assert act_commitment(bytes(act.salt), body.as_json()) == act.commitment


def test_a_refused_act_leaves_no_trace_and_its_twin_is_recorded(cast: Cast) -> None:
    """An act by an officer alone where two are needed is refused with the article; with two it is written."""
    tale, case = told(cast, until="filing_approved")
    lawful = tale.deed(step(tale, "inspection_recorded"), case)
    before = counts()

    with pytest.raises(ActRefused, match="第四十二条") as refused:
        record_act(case=case, deed=replace(lawful, performers=["officer"]), once="alone")
    assert counts() == before
    assert refused.value.trial.refusals

    record_act(case=case, deed=lawful, once="together")
    assert Act.objects.filter(case=case).count() == before["Act"] + 1


def test_an_act_by_somebody_without_a_valid_certificate_is_refused(cast: Cast) -> None:
    """The certificate must be valid on the day of the act: 戊's has lapsed, 乙's has not."""
    case, deed = deed_after(cast, "filing_approved", "inspection_recorded")
    before = counts()

    with pytest.raises(ActRefused, match="戊"):
        record_act(case=case, deed=replace(deed, performers=["officer", "lapsed"]), once="lapsed")
    assert counts() == before

    record_act(case=case, deed=deed, once="valid")


def test_the_same_token_is_the_same_act(cast: Cast) -> None:
    """A form sent twice, or sent again after a lost answer, is one act with one number."""
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")

    first = record_act(case=case, deed=deed, once="token")
    again = record_act(case=case, deed=deed, once="token")

    assert first.pk == again.pk
    assert Act.objects.filter(case=case).count() == 2


def test_a_case_opened_twice_with_one_token_is_one_case(cast: Cast) -> None:
    tale = telling(cast)
    deed = tale.deed(tale.story.steps[0], None)

    for _ in range(2):
        open_case(agency=cast.bureau, procedure="ordinary", deed=deed, once="open")

    assert Case.objects.count() == 1


def test_another_agency_cannot_record_here(cast: Cast) -> None:
    """丁 of another bureau holds a valid certificate and may still not act in this case."""
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")

    with pytest.raises(ActRefused, match="不能记录"):
        record_act(case=case, deed=replace(deed, by=cast.outsider), once="outsider")

    record_act(case=case, deed=deed, once="own")


def test_a_role_outside_the_kind_cannot_record_it(cast: Cast) -> None:
    """An officer may prepare a filing; only a head approves it."""
    case, deed = deed_after(cast, "clue_accepted", "filing_approved")

    with pytest.raises(ActRefused, match="机关负责人"):
        record_act(case=case, deed=replace(deed, by=cast.officer, performers=["officer"]), once="officer")

    record_act(case=case, deed=deed, once="head")


def test_whoever_has_left_records_nothing(cast: Cast) -> None:
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")
    set_active(username="officer", active=False, by="admin")
    cast.officer.refresh_from_db()

    with pytest.raises(ActRefused):
        record_act(case=case, deed=replace(deed, by=cast.officer), once="left")

    set_active(username="officer", active=True, by="admin")
    cast.officer.refresh_from_db()
    record_act(case=case, deed=replace(deed, by=cast.officer), once="back")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done_at": None}, "done_at"),
        ({"performers": []}, "performers"),
        ({"performers": ["officer", "nobody"]}, "performers"),
        ({"evidence": ["0" * 64]}, "evidence"),
        ({"facts": {"clue_result": "file"}}, "clue_finding"),
        ({"facts": {"clue_result": "nonsense", "clue_finding": "查"}}, "clue_result"),
        ({"facts": {"clue_result": "file", "clue_finding": "查", "weather": "晴"}}, "weather"),
        ({"facts": {"clue_result": "file", "clue_finding": "长" * 5001}}, "clue_finding"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_written(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    """Missing, unknown, too long, not of the case: each is a sentence at the field it belongs to."""
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")
    before = counts()

    with pytest.raises(ActRefused) as refused:
        record_act(case=case, deed=replace(deed, **changes), once="wrong")

    assert refused.value.trial.errors[field]
    assert counts() == before


def test_an_act_of_tomorrow_and_an_act_before_the_case_are_refused(cast: Cast) -> None:
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")

    for moment, words in ((timezone.now() + timedelta(hours=1), "晚于现在"), (deed.done_at, "早于本案")):
        shifted = moment if words == "晚于现在" else moment - timedelta(days=30)  # type: ignore[operator]
        with pytest.raises(ActRefused, match=words):
            record_act(case=case, deed=replace(deed, done_at=shifted), once=words)

    record_act(case=case, deed=deed, once="in time")


def test_evidence_of_another_case_cannot_be_used(cast: Cast) -> None:
    """A digest is accepted only from the evidence of this very case."""
    mine, case = told(cast, until="filing_approved")
    _, other = told(cast, until="filing_approved", mark="other", party_name="另一当事人")
    stolen = mine.upload(other.code, "照片", "officer", mine.moment(step(mine, "inspection_recorded")))  # type: ignore[misc]
    deed = mine.deed(step(mine, "inspection_recorded"), case)

    with pytest.raises(ActRefused, match="不在本案证据目录"):
        record_act(case=case, deed=replace(deed, evidence=[stolen]), once="stolen")

    record_act(case=case, deed=deed, once="own")


def test_numbers_run_without_gaps_and_a_refusal_takes_none(cast: Cast) -> None:
    """A refused act gives its number back, because it was given in the transaction that failed."""
    tale, case = told(cast, until="clue_accepted")
    deed = tale.deed(step(tale, "filing_approved"), case)
    with pytest.raises(ActRefused):
        record_act(case=case, deed=replace(deed, facts={}), once="bad")
    first = record_act(case=case, deed=deed, once="good")
    _, other = told(cast, until="filing_approved", mark="two")

    assert first.facts["document_no"] == "舞城管立〔2026〕1号"
    other.refresh_from_db()
    assert other.number == "舞城管立〔2026〕2号"


def test_a_live_check_writes_nothing(cast: Cast) -> None:
    """The form is judged while it is filled in; looking is not doing."""
    case, deed = deed_after(cast, "filing_approved", "inspection_recorded")
    before = counts()

    assert check_act(case=case, deed=deed).lawful
    assert not check_act(case=case, deed=replace(deed, performers=["officer"])).lawful
    assert counts() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_act SET kind = 'case_closed'",
        "DELETE FROM cases_act",
        "UPDATE cases_act SET done_at = recorded_at",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_act(cast: Cast, statement: str) -> None:
    told(cast, until="clue_registered")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Act.objects.get().kind == "clue_registered"


def test_rebuilding_finds_what_somebody_bent_and_mends_it(cast: Cast) -> None:
    """Derived rows are computed from the acts: a bent one is named and put right, a right one is left alone."""
    _, case = told(cast, until="inspection_recorded")
    # Limits are counted to the moment of the last look, which a rebuild repeats now.
    refresh_limits(now=timezone.now())
    assert rebuild(dry_run=True).differences == []

    Case.objects.filter(pk=case.pk).update(score=3, stage="closing")
    assert len(rebuild(dry_run=True).differences) == 2
    assert len(rebuild().differences) == 2
    assert rebuild().differences == []


def test_rebuilding_finds_what_no_act_has_stated_and_who_was_slipped_in(cast: Cast) -> None:
    """A decision number before any decision, an urgent limit made quiet, a colleague's case on a stranger's desk."""
    _, case = told(cast, until="inspection_recorded")
    refresh_limits(now=timezone.now())
    assert rebuild(dry_run=True).differences == []

    Case.objects.filter(pk=case.pk).update(decision_no="舞城管罚决〔2026〕99号")
    CaseDeadline.objects.filter(case=case, urges=True).update(urges=False)
    CaseHandler.objects.create(case=case, agency=case.agency, username="outsider")
    found = " ".join(rebuild().differences)
    assert all(named in found for named in ("decision_no", "期限“", "办案人员索引"))
    assert rebuild().differences == []
    assert not CaseHandler.objects.filter(case=case, username="outsider").exists()


def test_recording_drops_the_draft_of_the_act(cast: Cast) -> None:
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")
    drafts.save_draft(
        case_code=case.code, kind="clue_accepted", person="officer", form={"clue_finding": "草稿"}
    )

    record_act(case=case, deed=deed, once="done")

    assert not Draft.objects.exists()


def test_an_officer_prepares_and_the_head_finds_it_on_his_desk(cast: Cast) -> None:
    tale, case = told(cast, until="clue_accepted")
    drafts.save_draft(
        case_code=case.code, kind="filing_approved", person="officer", form={"filing_reason": "拟立案"}
    )
    drafts.hand_over(case_code=case.code, kind="filing_approved", person="officer", role="head")

    waiting = drafts.waiting_for(case_code=case.code, kind="filing_approved", roles=["head"])
    assert waiting is not None
    assert (waiting.prepared_by, waiting.form["filing_reason"]) == ("officer", "拟立案")
    assert drafts.waiting_for(case_code=case.code, kind="filing_approved", roles=["reviewer"]) is None

    record_act(case=case, deed=tale.deed(step(tale, "filing_approved"), case), once="approved")
    assert not Draft.objects.exists()


def test_a_form_handed_over_twice_waits_as_it_was_handed_over(cast: Cast) -> None:
    """A double click: both keep what was typed, and the second finds that the first has taken it to the desk."""
    _, case = told(cast, until="clue_accepted")
    form = {"case_code": case.code, "kind": "filing_approved", "person": "officer"}
    for _click in range(2):
        drafts.save_draft(**form, form={"filing_reason": "拟立案"})
    first, second = (drafts.hand_over(**form, role="head") for _click in range(2))
    assert first == second
    waiting = Draft.objects.get()
    assert (waiting.person, waiting.prepared_by, waiting.form) == (
        first.person,
        "officer",
        {"filing_reason": "拟立案"},
    )


def test_a_draft_kept_while_its_act_is_recorded_is_gone_without_an_error(cast: Cast) -> None:
    """The page saves by itself what was typed, at the very moment in which the form is sent."""
    case, deed = deed_after(cast, "clue_registered", "clue_accepted")
    recorded: list[Act] = []

    def sent_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not recorded and sql.startswith('UPDATE "cases_draft"'):
            recorded.append(record_act(case=case, deed=deed, once="sent"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(sent_first):
        drafts.save_draft(
            case_code=case.code, kind="clue_accepted", person="officer", form={"clue_finding": "草稿"}
        )
    assert recorded
    assert not Draft.objects.exists()


def test_limits_missed_overnight_become_findings_without_any_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daily count turns a limit that has run out into a finding and a lower score."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 2, 18, tzinfo=BEIJING))
    _, case = told(cast, until="clue_registered")
    refresh_limits(now=datetime(2026, 3, 5, 9, tzinfo=BEIJING))
    case.refresh_from_db()
    assert case.breaches == 0

    refresh_limits(now=datetime(2026, 5, 6, 9, tzinfo=BEIJING))
    case.refresh_from_db()
    assert case.breaches > 0


def test_only_record_act_and_open_case_create_acts() -> None:
    """Rows of acts are made in one place; contracts say who may: recording, simulating, bringing in old cases."""
    makers = {
        path.as_posix()
        for path in Path("mingjing").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and MAKES_AN_ACT.fullmatch(ast.unparse(node.func))
    }
    assert makers == {"mingjing/cases/whole.py"}
