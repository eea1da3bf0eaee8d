"""Documents issued of acts: once, from this act and those before it, logged, stored and never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.cases.models import Act
from mingjing.documents import selectors, services
from mingjing.documents.assemble import counter_address, verification_address
from mingjing.documents.codes import reference, verification_code
from mingjing.documents.models import IssuedDocument, WaitingDocument
from mingjing.documents.services import NoDocument, issue, issue_pending
from mingjing.evidence import store
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.packs.laws import LawRegister, law_register
from mingjing.translog.leaf import document_commitment
from mingjing.translog.models import Entry
from mingjing.translog.services import seal_log
from mingjing.typeset.render import DocumentNotDrawn
from tests.documents.story import pdf_text
from tests.stories import told

pytestmark = pytest.mark.django_db


def act_of(case: Any, kind: str) -> Act:
    """The latest act of a kind."""
    return Act.objects.select_related("case__agency").filter(case=case, kind=kind).latest("seq")


def seal() -> None:
    """Seal everything that is queued."""
    while seal_log(at=timezone.now()):
        pass


def draw_all() -> int:
    """Issue until nothing is left to issue."""
    count = 0
    while made := issue_pending():
        count += made
    return count


def test_a_decision_is_issued_with_what_the_acts_say(cast):
    """The file holds the number the system gave, the officers and the agency; row and bytes agree."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    act = act_of(case, "on_the_spot_decided")

    document = issue(act)
    pdf = selectors.pdf(document)
    text = pdf_text(pdf)

    assert document.number == act.facts["document_no"]
    assert document.number in text
    assert case.agency.name in text
    assert act.performers[0]["certificate"] in text
    assert (document.digest, document.size) == (hashlib.sha256(pdf).hexdigest(), len(pdf))
    assert selectors.documents_of(case) == [document]
    assert selectors.document_of(act) == document


def test_issuing_again_gives_the_same_document(cast):
    """One act, one document, one log entry, however often it is asked for."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    act = act_of(case, "on_the_spot_decided")

    assert issue(act) == issue(Act.objects.get(pk=act.pk))
    assert IssuedDocument.objects.count() == 1
    assert Entry.objects.filter(kind="document").count() == 1


def test_the_log_commits_to_code_and_file_and_shows_neither(cast):
    """Who holds paper and code can find the entry and check it; the entry says nothing to anybody else."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    act = act_of(case, "on_the_spot_decided")
    document = issue(act)

    entry = Entry.objects.get(kind="document", ref=reference(document.code))
    leaf = bytes(entry.data).decode()

    assert document.code == verification_code(bytes(act.salt))
    assert len(document.code) == 26
    assert document_commitment(document.code, bytes.fromhex(document.digest)) in leaf
    assert case.log_code in leaf
    assert not any(secret in leaf + entry.ref for secret in (document.code, document.digest, case.code))


def test_the_printed_code_is_the_one_that_is_checked(cast):
    """The characters under the QR code, without their gaps, are the code of the row."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    document = issue(act_of(case, "on_the_spot_decided"))

    assert document.code in pdf_text(selectors.pdf(document))
    assert verification_address(document.code).endswith(f"/portal/verify/{document.code}")


def test_a_paper_for_the_party_says_where_he_can_see_his_case(cast):
    """The notice names the counter; the report on the investigation, which stays inside, does not."""
    _, case = told(cast, until="prior_notice_issued")
    notice, report = (
        pdf_text(selectors.pdf(issue(act_of(case, kind))))
        for kind in ("prior_notice_issued", "investigation_reported")
    )

    assert counter_address() in notice
    assert "提交陈述、申辩" in notice
    assert "/counter/" not in report


def test_a_later_act_does_not_reach_back(cast):
    """The document of an act is drawn from what was known then, whenever it is drawn."""
    tale, case = told(cast, until="prior_notice_issued")
    early = services.issued_data
    act = act_of(case, "prior_notice_issued")
    from mingjing.cases.selectors import engine_view  # noqa: PLC0415 - read before and after
    from mingjing.documents.forms import document_form  # noqa: PLC0415

    law, _, acts = engine_view(case)
    form = document_form(law.forms, law.kinds[act.kind].form)
    before = early(act, law, acts, form, "A" * 26)
    tale.play()
    after = early(act, law, engine_view(case)[2], form, "A" * 26)

    assert {**after, "verify": ANY} == {**before, "verify": ANY}


def test_an_act_without_a_form_gives_no_document(cast):
    """A payment makes no paper, and asking for it writes nothing."""
    _, case = told(cast, until="fine_paid")

    with pytest.raises(NoDocument):
        issue(act_of(case, "fine_paid"))
    assert IssuedDocument.objects.count() == 0


def test_the_worker_issues_what_is_sealed_and_only_that(cast):
    """Before sealing nothing is drawn; after it every act with a form has its document."""
    _, case = told(cast)
    assert draw_all() == 0

    seal()
    made = draw_all()

    with_form = [act for act in Act.objects.filter(case=case) if form_of(case, act)]
    assert made == len(with_form) > 8
    assert {document.act_id for document in selectors.documents_of(case)} == {act.pk for act in with_form}
    assert not WaitingDocument.objects.exists()


def form_of(case: Any, act: Act) -> str:
    """The form of an act's kind."""
    from mingjing.cases.selectors import engine_view  # noqa: PLC0415 - one use

    return engine_view(case)[0].kinds[act.kind].form


def test_a_document_that_cannot_be_drawn_waits_and_holds_up_no_other(cast):
    """A character without a font leaves a reason; the next act is drawn; with the font there, so is this one."""
    _, bad = told(cast, "summary", until="on_the_spot_decided", mark="bad", party_name="张𠮷")
    _, good = told(cast, "summary", until="on_the_spot_decided", mark="good")
    seal()

    assert draw_all() == 1
    assert [document.case_code for document in IssuedDocument.objects.all()] == [good.code]
    (waiting,) = selectors.waiting_for(bad)
    assert "U+20BB7" in waiting.reason
    assert selectors.failures() == [waiting]
    assert selectors.waiting_for(good) == []

    tried = waiting.tried_at
    assert draw_all() == 0
    waiting.refresh_from_db()
    assert waiting.tried_at == tried
    WaitingDocument.objects.update(tried_at=timezone.now() - timedelta(hours=1))
    draw_all()
    waiting.refresh_from_db()
    assert waiting.tried_at > tried


def test_any_other_fault_of_one_document_holds_up_no_other(cast, monkeypatch):
    """A pack that does not fit an act, an act deleted from the tables: named where it can be, and the rest is drawn."""
    cases = [
        told(cast, "summary", until="on_the_spot_decided", mark=mark)[1] for mark in ("gone", "bad", "good")
    ]
    gone, bad, good = (act_of(case, "on_the_spot_decided") for case in cases)
    seal()
    real, read = services.issued_data, services.acts_by_codes

    def broken(act: Act, *more: Any) -> Any:
        if act == bad:
            raise KeyError("field")
        return real(act, *more)

    def left(codes: Sequence[str]) -> list[Act]:
        return [act for act in read(codes) if act != gone]

    monkeypatch.setattr(services, "issued_data", broken)
    monkeypatch.setattr(services, "acts_by_codes", left)
    assert draw_all() == 1
    assert [document.act for document in IssuedDocument.objects.all()] == [good]
    assert [(one.act, one.reason) for one in selectors.failures()] == [(bad, "生成时出错（KeyError）")]


def test_a_failed_entry_leaves_no_half(cast, monkeypatch):
    """If the log cannot take the entry, there is no row either, and the next attempt makes both."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    act = act_of(case, "on_the_spot_decided")

    def broken(**_: Any) -> None:
        raise RuntimeError("the log is away")

    with monkeypatch.context() as patch:
        patch.setattr(services, "enqueue", broken)
        with pytest.raises(RuntimeError):
            issue(act)
    assert not IssuedDocument.objects.exists()

    issue(act)
    assert Entry.objects.filter(kind="document").count() == 1


def test_an_issued_document_cannot_be_changed_or_deleted(cast):
    """The database refuses, whoever asks."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    document = issue(act_of(case, "on_the_spot_decided"))

    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.filter(pk=document.pk).update(digest="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.filter(pk=document.pk).delete()
    assert IssuedDocument.objects.get().digest == document.digest


def test_an_altered_file_is_not_handed_out(cast):
    """One changed byte on the disk is noticed when the file is read."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    document = issue(act_of(case, "on_the_spot_decided"))
    path = store.path_of(document.digest)
    original = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(original[:-1] + b"!")
    try:
        with pytest.raises(EvidenceAltered):
            selectors.pdf(document)
    finally:
        path.write_bytes(original)
    assert selectors.pdf(document) == original


def test_a_draft_shows_the_document_before_it_is_recorded(cast):
    """The preview has the words of the form, an open number, and no code; nothing is written."""
    tale, case = told(cast, until="investigation_reported")
    facts = {"violation_facts": "拟告知的事实", "hearing_right_told": True}
    shown = selectors.preview(
        agency=cast.bureau,
        case=case,
        kind="prior_notice_issued",
        facts=facts,
        performers=cast.two,
        done_at=tale.moment(tale.story.steps[0]),
    )

    assert shown is not None
    text = pdf_text(shown.pdf)
    assert "舞城管罚告〔2026〕×号" in text
    assert "拟告知的事实" in text
    assert case.party_name in text
    assert "预览稿" in text
    assert "查验码" not in text
    assert shown.pages[0].startswith(b"\x89PNG")
    assert not IssuedDocument.objects.exists()


def test_a_draft_can_be_shown_before_its_case_exists(cast):
    """The first act of a case has a preview too; a kind without a form has none."""
    first = {"agency": cast.bureau, "case": None, "performers": cast.two, "done_at": timezone.now()}
    shown = selectors.preview(kind="on_the_spot_decided", facts={"party_name": "某甲"}, **first)

    assert shown is not None
    assert "某甲" in pdf_text(shown.pdf)
    assert selectors.preview(kind="fine_paid", facts={}, **first) is None


def test_a_document_that_cites_what_is_no_longer_law_is_not_issued(cast, monkeypatch):
    """The register says that the cited regulation ended before the decision; while it was in force it is issued."""
    _, case = told(cast, "summary", until="on_the_spot_decided")
    act = act_of(case, "on_the_spot_decided")
    cited = act.facts["penalty_basis"][0]["law"]
    known = law_register()
    ended = tuple(
        replace(law, until=date(2020, 1, 1), editions=law.editions[:1]) if law is known.find(cited) else law
        for law in known.statutes
    )
    with monkeypatch.context() as patched:
        patched.setattr(services, "register_for", lambda _: LawRegister(ended))
        with pytest.raises(DocumentNotDrawn, match="不再施行"):
            issue(act)
    assert not IssuedDocument.objects.exists()
    assert issue(act).number == act.facts["document_no"]
