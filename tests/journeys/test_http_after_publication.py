"""Somebody else's publication, request for repair or table: for no role of another bureau is it there."""

from django.test import Client
from django.utils import timezone

from mingjing.cli.demo.live import upload
from mingjing.exchange import exports
from mingjing.exchange.targets import targets
from mingjing.publicity import repair
from mingjing.publicity.models import Publication, RepairRequest
from mingjing.publicity.services import confirm, prepare
from tests.cast import JUSTICE, Cast, make_person
from tests.journeys.test_http_other_rooms import _client, nothing_for, opens, strangers
from tests.stories import telling
from tests.web.test_publicity_after import GRADED

__all__ = ["strangers"]


def published(cast: Cast) -> Publication:
    """A decision of the bureau before the public, and a request for repair that waits."""
    tale = telling(cast, "summary")
    until = next(n for n, step in enumerate(tale.story.steps) if step.kind == "decision_published")
    case = tale.play(until)
    paper = prepare(case=case, by=cast.publicity, facts=GRADED)
    found = confirm(preparation=paper, by=cast.publicity2)
    letter = upload(cast.bureau, case.code, "信用承诺书复印件", "publicity", timezone.now())
    told = {"applicant": "申请修复的人", "contact": "0375-1", "statement": "已改正。", "letter": letter}
    repair.request(publication=found, by=None, **told)
    return found


def test_what_comes_after_publication_is_not_there_for_another_bureau(
    cast: Cast, strangers: dict[str, Client]
) -> None:
    """Correction, repair, tables: read and sent by every role, and by the office above, which only counts."""
    found = published(cast)
    export = exports.keep(target=targets()["credit_penalty"], agency=cast.bureau, by=cast.publicity)
    pages = [
        f"/publicity/published/{found.code}/correct",
        f"/publicity/published/{found.code}/repair",
        f"/publicity/repairs/{RepairRequest.objects.get().code}/",
        f"/exchange/{export.code}/",
        f"/exchange/{export.code}/table.csv",
        f"/exchange/{export.code}/table.xlsx",
    ]
    sent = {"step": "accept", "reason": "误", "applicant": "甲", "contact": "1", "statement": "甲"}
    nothing_for(strangers, {page: sent for page in pages}, [found.document_no, "申请修复的人"])
    above = _client(make_person("above", "上", "head clerk publicity supervisor", agency=JUSTICE))
    nothing_for({"above": above}, {page: sent for page in pages}, ["申请修复的人"])
    for client in strangers.values():
        assert found.document_no not in client.get("/publicity/repairs/").content.decode()

    assert not RepairRequest.objects.get().steps.exists()
    opens(_client(cast.publicity), *pages)
