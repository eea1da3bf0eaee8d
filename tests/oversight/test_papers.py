"""A supervision document from draft to end, the filing of a major penalty, and that nothing of either vanishes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from mingjing.cases.decided import Decided
from mingjing.kit.clock import legal_day
from mingjing.oversight import filings, selectors, services
from mingjing.oversight.audit import audit_oversight
from mingjing.oversight.models import Matter, Step
from mingjing.oversight.printed import paper_pdf
from mingjing.oversight.services import Draft, NotDone, stand
from mingjing.oversight.terms import filing_terms_of, reply_due
from mingjing.packs.load import library
from mingjing.packs.oversight_terms import check_oversight_terms, read_oversight_terms
from mingjing.translog.services import seal_log
from tests.append_only import guards_lifted
from tests.cast import JUSTICE, make_person
from tests.stories import told

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
CHANGED = (IntegrityError, OperationalError, ProgrammingError)


@pytest.fixture
def second(cast):
    """Another supervisor, who issues what the first drafted."""
    return make_person("supervisor2", "子", "supervisor", agency=JUSTICE)


def draft(cast, once="a", **more):
    fields = {
        "kind": "opinion",
        "to": cast.bureau,
        "subject": "告知期限未满就作出处罚",
        "found": "抽查发现一件案件在陈述申辩期限届满前作出处罚决定。",
        "basis": "《中华人民共和国行政处罚法》第四十五条",
        "demands": ["复核该案", "", "核查同期案件并报告"],
    }
    follows = more.pop("follows", None)
    return services.draft(
        told=Draft(**{**fields, **more}), by=cast.supervisor, at=AT, once=once, follows=follows
    )


def issued(cast, second, **more):
    row = draft(cast, **more)
    services.issue(matter=row, by=second, at=AT)
    return row


def unit(cast, row, kind, at=AT + DAY, said="已经办理，见附件。"):
    return services.unit_step(matter=row, kind=kind, by=cast.head, at=at, said=said)


def office(row, kind, by, at=AT + 2 * DAY, said="经核对。", due=None):
    return services.office_step(matter=row, kind=kind, by=by, at=at, said=said, due=due)


def test_a_document_needs_two_persons_of_the_office(cast, second):
    """Who drafted it cannot issue it; another supervisor can, and only then does the unit see it."""
    row = draft(cast)
    assert not selectors.lines(cast.head, {}, legal_day(AT))
    with pytest.raises(NotDone, match="起草人不能核准"):
        services.issue(matter=row, by=cast.supervisor, at=AT)

    services.issue(matter=row, by=second, at=AT)

    (line,) = selectors.lines(cast.head, {}, legal_day(AT))
    assert line.row.no.endswith("监意〔2026〕1号")
    assert line.now.due == reply_due(cast.bureau, "opinion", legal_day(AT))
    assert [one.row for one in selectors.waiting_for(cast.head, legal_day(AT))] == [row]


def test_only_the_office_above_orders_and_only_downwards(cast, second):
    """A bureau's head drafts nothing; a supervisor orders nothing of a bureau elsewhere, nor of his own office."""
    told_ = {"kind": "notice", "subject": "一", "found": "二", "basis": "三", "demands": ["四"]}
    for by, to in (
        (cast.head, cast.bureau),
        (cast.supervisor, cast.elsewhere),
        (cast.supervisor, cast.justice),
    ):
        with pytest.raises(NotDone):
            services.draft(told=Draft(to=to, **told_), by=by, at=AT, once=f"{by}{to}")
    assert services.draft(told=Draft(to=cast.bureau, **told_), by=cast.supervisor, at=AT, once="x").pk
    assert Matter.objects.count() == 1


def test_it_is_answered_sent_back_answered_and_accepted(cast, second):
    """No acceptance before an answer; a new round has a new day; the end takes no further step."""
    row = issued(cast, second)
    with pytest.raises(NotDone, match="还没有报告"):
        office(row, "accepted", cast.supervisor)
    unit(cast, row, "received")
    unit(cast, row, "replied")
    with pytest.raises(NotDone, match="新的期限"):
        office(row, "sent_back", cast.supervisor, due=legal_day(AT))
    office(row, "sent_back", cast.supervisor, due=date(2026, 4, 1))
    assert stand(row).due == date(2026, 4, 1)
    unit(cast, row, "replied", at=AT + 3 * DAY)
    office(row, "accepted", second, at=AT + 4 * DAY)

    assert stand(row).ended == "accepted"
    with pytest.raises(NotDone):
        unit(cast, row, "objected", at=AT + 5 * DAY)


def test_an_extension_is_asked_for_once_and_given_with_a_day(cast, second):
    """Without a request there is nothing to extend; after it the office names a later day, once."""
    row = issued(cast, second)
    due = stand(row).due
    with pytest.raises(NotDone, match="没有申请延长"):
        office(row, "extended", cast.supervisor, due=due + DAY)
    unit(cast, row, "extension_asked", said="需要等待检验结果。")
    with pytest.raises(NotDone, match="晚于原来"):
        office(row, "extended", cast.supervisor, due=due)
    office(row, "extended", cast.supervisor, due=due + 10 * DAY)
    assert stand(row).due == due + 10 * DAY
    with pytest.raises(NotDone, match="只能申请延长一次"):
        unit(cast, row, "extension_asked", said="还要延长。")


def test_a_re_examination_is_not_decided_by_who_issued_it(cast, second):
    """The issuer may not uphold or withdraw his own document; his colleague may."""
    row = issued(cast, second)
    unit(cast, row, "objected", said="该案当事人书面放弃陈述申辩。")
    with pytest.raises(NotDone, match="不能复查"):
        office(row, "withdrawn", second)
    office(row, "withdrawn", cast.supervisor, said="申请成立。")
    assert stand(row).ended == "withdrawn"


def test_a_decision_follows_what_was_not_done(cast, second):
    """Past its day the opinion is overdue, and a decision refers back to it."""
    row = issued(cast, second)
    late = stand(row).due + DAY
    assert [one.row for one in selectors.lines(cast.supervisor, {"state": "overdue"}, late)] == [row]
    assert not selectors.lines(cast.supervisor, {"state": "overdue"}, stand(row).due)
    next_ = draft(cast, once="b", kind="decision", follows=row, due=date(2026, 5, 6))
    services.issue(matter=next_, by=second, at=AT + 40 * DAY)
    assert list(row.followed.all()) == [next_]


def test_a_listing_is_struck_off_and_not_merely_accepted(cast, second):
    """挂牌督办 ends by 销号, which needs the unit's report; a notice is not struck off."""
    row, notice = issued(cast, second, kind="listing"), issued(cast, second, kind="notice", once="n")
    for one in (row, notice):
        unit(cast, one, "replied")
    with pytest.raises(NotDone, match="销号"):
        office(row, "accepted", cast.supervisor)
    with pytest.raises(NotDone, match="只有挂牌督办"):
        office(notice, "lifted", cast.supervisor)
    office(row, "lifted", cast.supervisor)
    assert stand(row).ended == "lifted"


def test_a_major_penalty_is_found_filed_and_reviewed(cast, second):
    """The list comes from the decisions themselves; filed once, late only with the reason; the office reviews it."""
    make_person("reviewer2", "丑", "reviewer", legal_qualification_no="A20154104810002")
    _, case = told(cast, "hearing", party_kind="individual_business")
    (major,) = filings.majors([cast.bureau], date(2026, 6, 30))
    assert major.decided.case_code == case.code
    assert major.grounds
    at = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
    with pytest.raises(NotDone, match="迟报的原因"):
        filings.file(case_code=case.code, by=cast.head, at=at, once="f")
    row = filings.file(case_code=case.code, by=cast.head, at=at, once="f", late="经办人调离。")
    assert filings.file(case_code=case.code, by=cast.head, at=at, once="g") == row
    assert filings.majors([cast.bureau], date(2026, 6, 30))[0].filed == row

    services.office_step(matter=row, kind="reviewed", by=cast.supervisor, at=at, said="没有发现问题。")
    assert stand(row).ended == "reviewed"


def test_what_is_found_in_a_filing_becomes_a_document(cast, second):
    """The opinion that follows a filing closes it and names it."""
    make_person("reviewer2", "丑", "reviewer", legal_qualification_no="A20154104810002")
    _, case = told(cast, "hearing", party_kind="individual_business")
    at = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
    filing = filings.file(case_code=case.code, by=cast.head, at=at, once="f", late="经办人调离。")
    paper = services.draft(
        told=Draft(
            kind="opinion",
            to=cast.bureau,
            subject="一",
            found="二",
            basis="三",
            demands=["四"],
            case_code=case.code,
        ),
        by=cast.supervisor,
        at=at,
        once="p",
        follows=filing,
    )
    assert not stand(filing).ended
    services.issue(matter=paper, by=second, at=at)
    assert stand(filing).ended == "opined"


def test_a_small_penalty_need_not_be_filed(cast):
    """Below the sum and of no grave kind: not in the list, and the filing is refused."""
    _, case = told(cast, "summary")
    assert not filings.majors([cast.bureau], date(2026, 6, 30))
    with pytest.raises(NotDone, match="没有需要备案"):
        filings.file(case_code=case.code, by=cast.head, at=AT + 20 * DAY, once="f")


def test_nothing_can_be_changed_and_whoever_does_is_found(cast, second):
    """The database refuses; where somebody lifts its guard, the log tells."""
    row = issued(cast, second)
    seal_log(at=AT)
    assert not list(audit_oversight())
    for rows in (Matter.objects.all(), Step.objects.all()):
        with pytest.raises(CHANGED), transaction.atomic():
            rows.delete()
    with guards_lifted(connection):
        Matter.objects.filter(pk=row.pk).update(subject="无事")
    assert any(row.no in fault and "改动" in fault for fault in audit_oversight())


def test_the_paper_is_an_official_letter(cast, second):
    """A PDF that anybody can open, for the draft too."""
    row = draft(cast)
    line = selectors.matter_for(cast.supervisor, row.pk)
    assert paper_pdf(line).startswith(b"%PDF")


def test_the_terms_of_every_scope_are_read():
    """Henan's own opinion, Liaoning's own filing, the rest from the national pack; a fault names its place."""
    assert check_oversight_terms(library()) == []
    henan = read_oversight_terms(library(), region="410481", field="urban", agency="x")
    assert "河南" in henan["opinion"].law
    assert "河南" not in henan["notice"].law


def test_the_thresholds_of_filing(cast):
    """From the sum on, and by kind whatever the sum; one yuan less is no major penalty."""

    terms = filing_terms_of(cast.bureau)

    def grounds(party, yuan, *kinds):
        return filings.grounds_of(
            Decided("c", 1, "", "", date(2026, 3, 2), frozenset(kinds), yuan, party), terms
        )

    assert grounds("citizen", terms.person_yuan)
    assert not grounds("citizen", terms.person_yuan - 1)
    assert grounds("organization", terms.unit_yuan)
    assert not grounds("organization", terms.unit_yuan - 1)
    assert grounds("organization", 0, "licence_revocation")
    assert not grounds("organization", 0, "warning")
