"""Publishing and withdrawing through the services, on a real case: two people, one transaction, a trace that stays."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mingjing.cases.models import Case
from mingjing.cases.selectors import acts_of, case_by_code
from mingjing.cases.services import Deed, record_act
from mingjing.kit.canonical import canonical
from mingjing.publicity import desk, search, selectors
from mingjing.publicity.models import Preparation, Publication, SearchText, Withdrawal
from mingjing.publicity.search import Wanted
from mingjing.publicity.services import (
    ActRefused,
    PublicityRefused,
    confirm,
    discard,
    prepare,
    rebuild_search,
    withdraw,
)
from mingjing.translog.models import Entry
from tests.publicity.conftest import AT, FACTS

TODAY = AT.date()
LATER = AT + timedelta(days=1)
REASON = "决定经行政复议撤销，原公示的刘大勇一案信息不再公开。"


@pytest.fixture
def prepared(cast, decided):
    return prepare(case=decided(), by=cast.publicity, facts=FACTS, at=AT)


@pytest.fixture
def published(cast, prepared):
    return confirm(preparation=prepared, by=cast.publicity2, at=AT)


def revoke(case, cast):
    """Record that the decision was revoked, as the law wants before a withdrawal for that reason."""
    facts = {"revocation_kind": "revoked", "revocation_reason": "适用依据错误"}
    deed = Deed(kind="decision_revoked", facts=facts, performers=["head"], by=cast.head, done_at=LATER)
    return record_act(case=case, deed=deed, once="revoked")


def case_of(cast, publication):
    return case_by_code(cast.publicity, publication.case_code)


def counts():
    rows = (Publication, Withdrawal, SearchText, Entry)
    return [model.objects.count() for model in rows]


def test_a_second_person_confirms_and_everything_is_written_at_once(cast, prepared):
    """The act, the public row, its search text and its leaf stand together, and the row says when it was due."""
    publication = confirm(preparation=prepared, by=cast.publicity2, at=AT)
    act = acts_of(case_of(cast, publication))[-1]

    assert act.kind == "decision_published"
    assert [one["person"] for one in act.performers] == ["publicity", "publicity2"]
    assert publication.publication_act == act.code
    assert publication.due_on == date(2026, 3, 11)
    assert publication.body == prepared.view
    assert Entry.objects.filter(kind="publication", ref=publication.code).count() == 1
    assert SearchText.objects.filter(publication=publication).exists()


def test_who_prepared_may_not_confirm(cast, prepared):
    """The refusal is in the words of the rule, and nothing is written."""
    before = counts()
    with pytest.raises(ActRefused, match="一人准备、一人复核"):
        confirm(preparation=prepared, by=cast.publicity, at=AT)

    assert counts() == before
    assert Preparation.objects.get(pk=prepared.pk).confirmed_by is None


def test_confirming_twice_gives_the_same_publication(cast, prepared):
    """Two tabs, one publication, one act."""
    first = confirm(preparation=prepared, by=cast.publicity2, at=AT)
    before = counts()

    assert confirm(preparation=prepared, by=cast.publicity2, at=AT) == first
    assert counts() == before


def test_a_failure_after_the_act_takes_the_act_back_too(cast, prepared, monkeypatch):
    """There is no act of publication without its publication."""
    before = counts()
    monkeypatch.setattr(search, "index", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm(preparation=prepared, by=cast.publicity2, at=AT)

    assert counts() == before
    assert desk.preparations_waiting(cast.publicity2).get() == prepared


@pytest.mark.parametrize("role", ["officer", "reviewer", "supervisor", "admin", "clerk"])
def test_confirming_takes_the_permission(cast, prepared, role):
    """Other roles are refused before anything is judged; a stranger does not even see the case."""
    with pytest.raises((PublicityRefused, LookupError)):
        confirm(preparation=prepared, by=getattr(cast, role), at=AT)

    assert not Publication.objects.exists()


def test_what_changed_since_it_was_prepared_is_not_published(cast, decided):
    """The second person publishes what he was shown, not what the case has become."""
    case = decided()
    prepared = prepare(case=case, by=cast.publicity, facts=FACTS, at=AT)
    changed = {**FACTS, "publication_reason": "social_impact"}
    again = prepare(case=case, by=cast.publicity, facts=changed, marks=["水果筐"], at=AT)
    with pytest.raises(PublicityRefused, match="重新准备"):
        confirm(preparation=prepared, by=cast.publicity2, at=AT)

    assert not Publication.objects.exists()
    assert "水果筐" not in json.dumps(
        confirm(preparation=again, by=cast.publicity2, at=AT).body, ensure_ascii=False
    )


def test_a_view_that_no_longer_fits_the_case_is_refused(cast, prepared):
    """The stored view is compared with the case as it stands when it is confirmed."""
    Preparation.objects.filter(pk=prepared.pk).update(view=[])
    with pytest.raises(PublicityRefused, match="案件又有变化"):
        confirm(preparation=prepared, by=cast.publicity2, at=AT)

    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"non_publication_ground": "secret"}, "不公开"),
        ({"secrecy_checked": False}, "保密和隐私审查"),
        ({"publication_until": "后天"}, "公示截止日"),
    ],
)
def test_what_may_not_be_published_is_refused_when_it_is_prepared(cast, decided, facts, words):
    """The reasons come from the rules and the form, before a colleague is troubled."""
    with pytest.raises(ActRefused, match=words):
        prepare(case=decided(), by=cast.publicity, facts={**FACTS, **facts}, at=AT)

    assert not Preparation.objects.exists()


def test_a_minor_is_not_published(cast, decided):
    """The rule on minors stands against it; Python does not know about ages."""
    case = decided(party_id_number="410481201108121013")
    with pytest.raises(ActRefused, match="未成年"):
        prepare(case=case, by=cast.publicity, facts=FACTS, at=AT)


def test_a_published_decision_is_not_prepared_again(cast, published):
    """One decision stands in public once."""
    with pytest.raises(PublicityRefused, match="已经公示"):
        prepare(case=case_of(cast, published), by=cast.publicity, facts=FACTS, at=LATER)


def test_a_paper_can_be_taken_back(cast, prepared):
    """Nothing was published, so nothing is recorded; the colleague is told when he confirms."""
    discard(preparation=prepared, by=cast.publicity)
    with pytest.raises(PublicityRefused, match="撤回或者重新准备"):
        confirm(preparation=prepared, by=cast.publicity2, at=AT)


def test_the_desk_knows_what_falls_due(cast, decided):
    """The limit comes from the acts; once published, the decision is off the list."""
    case = decided()
    (due,) = desk.due_list(cast.publicity)
    assert desk.preparations_waiting(cast.publicity).count() == 0
    assert (due.case, due.withdrawal, due.preparation) == (case, False, None)

    prepared = prepare(case=case, by=cast.publicity, facts=FACTS, at=AT)
    assert desk.due_list(cast.publicity)[0].preparation == prepared
    assert desk.preparation(cast.publicity2, prepared.pk) == prepared
    assert desk.due_list(cast.outsider) == []
    with pytest.raises(desk.NotOnDesk):
        desk.preparation(cast.outsider, prepared.pk)

    confirm(preparation=prepared, by=cast.publicity2, at=AT)
    assert desk.due_list(cast.publicity) == []


def test_what_was_published_late_and_imported_history_are_off_the_desk(cast, decided):
    """Neither is anybody's to do, and neither pushes what is due from a list that has an end."""
    late, due = decided(), decided(party_name="刘大力")
    at = AT + timedelta(days=60)
    facts = {**FACTS, "publication_until": "2027-05-01"}
    confirm(preparation=prepare(case=late, by=cast.publicity, facts=facts, at=at), by=cast.publicity2, at=at)
    assert [one.case for one in desk.due_list(cast.publicity, limit=1)] == [due]

    Case.objects.filter(pk=due.pk).update(imported=True)
    assert desk.due_list(cast.publicity) == []


def test_the_desk_knows_what_must_come_down(cast, published):
    """A revoked decision is due to be withdrawn, by itself."""
    revoke(case_of(cast, published), cast)
    (due,) = desk.due_list(cast.publicity)

    assert due.withdrawal
    assert due.publication == published


def test_the_leaf_commits_to_what_the_public_sees(cast, published):
    """Whoever holds the published record can recompute the digest in the log; the leaf itself says nothing."""
    record = json.loads(selectors.decision_record(published.code, on=TODAY))
    digest = hashlib.sha256(bytes.fromhex(record["salt"]) + canonical(record["content"])).hexdigest()
    leaf = json.loads(bytes(Entry.objects.get(ref=published.code).data))

    assert digest == published.commitment == leaf["h"]
    assert set(leaf) == {"v", "k", "h", "at"}


def test_a_withdrawn_publication_leaves_its_trace_and_nothing_else(cast, published):
    """Number, dates and reason stay; content, title and party are gone, from the page and from the search."""
    revoke(case_of(cast, published), cast)
    withdraw(
        publication=published,
        by=cast.publicity,
        ground="revoked",
        reason=REASON,
        performers=["publicity2"],
        at=LATER,
    )
    decision = selectors.decision(published.code, on=LATER.date())

    assert decision.withdrawn is not None
    assert decision.withdrawn.ground == "决定被依法撤销"
    assert decision.withdrawn.reason == "决定经行政复议撤销，原公示的刘某某一案信息不再公开。"
    assert decision.entry.document_no == published.document_no
    assert (decision.body, decision.entry.title, decision.entry.party) == ((), "", "")
    with pytest.raises(selectors.NotPublished):
        selectors.decision_record(published.code, on=LATER.date())
    assert selectors.found(Wanted(on=LATER.date(), text="堆放物料")).entries == []
    assert Entry.objects.filter(kind="withdrawal").count() == 1
    assert acts_of(case_of(cast, published))[-1].kind == "publication_withdrawn"


def test_one_person_alone_does_not_withdraw(cast, published):
    """The refusal is in the words of the rule, and the publication stands."""
    revoke(case_of(cast, published), cast)
    before = counts()
    with pytest.raises(ActRefused, match="一人准备、一人复核"):
        withdraw(publication=published, by=cast.publicity, ground="revoked", reason=REASON, at=LATER)

    assert counts() == before
    assert selectors.decision(published.code, on=LATER.date()).open


def test_withdrawing_twice_is_withdrawing_once(cast, published):
    """Two tabs, one trace."""
    revoke(case_of(cast, published), cast)
    more = {"ground": "revoked", "reason": REASON, "performers": ["publicity2"], "at": LATER}
    first = withdraw(publication=published, by=cast.publicity, **more)
    before = counts()

    assert withdraw(publication=published, by=cast.publicity, **more) == first
    assert counts() == before


def test_after_a_correction_a_decision_is_published_anew_as_a_second_version(cast, published):
    """The first version stays withdrawn; the second has an address of its own."""
    case = case_of(cast, published)
    more = {"ground": "inaccurate", "reason": "公示内容有误。", "performers": ["publicity2"], "at": LATER}
    withdraw(publication=published, by=cast.publicity, **more)
    again = prepare(case=case, by=cast.publicity, facts=FACTS, at=LATER)
    second = confirm(preparation=again, by=cast.publicity2, at=LATER)

    assert (second.version, second.code != published.code) == (2, True)
    assert not selectors.decision(published.code, on=LATER.date()).open
    assert selectors.decision(second.code, on=LATER.date()).open


def test_the_search_index_can_be_made_anew(cast, published, decided):
    """From the publications alone; what was withdrawn does not come back."""
    again = prepare(case=decided(place="舞钢市温州路"), by=cast.publicity, facts=FACTS, at=AT)
    gone = confirm(preparation=again, by=cast.publicity2, at=AT)
    more = {"ground": "inaccurate", "reason": "公示内容有误。", "performers": ["publicity2"], "at": AT}
    withdraw(publication=gone, by=cast.publicity, **more)
    search.clear()
    assert selectors.found(Wanted(on=TODAY, text="堆放")).entries == []

    assert rebuild_search() == 1
    assert [entry.code for entry in selectors.found(Wanted(on=TODAY, text="堆放")).entries] == [
        published.code
    ]


def test_a_publication_ends_by_itself(published):
    """On its last day it is there; on the day after there is only its trace."""
    until = published.published_until

    assert selectors.decision(published.code, on=until).open
    assert selectors.decision(published.code, on=until + timedelta(days=1)).ended
    assert selectors.decision(published.code, on=until + timedelta(days=1)).body == ()
    assert selectors.newest(on=until + timedelta(days=1)) == []


def test_what_was_published_cannot_be_rewritten(published):
    """The database itself refuses to change or delete it."""
    for change in (lambda rows: rows.update(title="改"), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(Publication.objects.filter(pk=published.pk))

    assert Publication.objects.get(pk=published.pk).title == published.title
