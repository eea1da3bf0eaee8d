"""A firm's systems handle a whole case through the API: opened, evidenced, refused with the article, decided."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.cases.models import Act, Case
from mingjing.cli.demo.exhibits import exhibit
from mingjing.supervision.models import CaseAccess
from tests.cast import make_person
from tests.stories import position, step, telling, told

if TYPE_CHECKING:
    from django.test import Client as Http

    from mingjing.cli.demo.story import Step, Telling
    from tests.api.conftest import Make, Program
    from tests.cast import Cast


def body(tale: "Telling", one: "Step", case: Case | None) -> dict[str, Any]:
    """A step of the story as a program sends it."""
    deed = tale.deed(one, case)
    assert deed.done_at is not None
    return {
        "kind": deed.kind,
        "facts": deed.facts,
        "performers": list(deed.performers),
        "done_at": deed.done_at.isoformat(),
        "evidence": list(deed.evidence),
    }


def sent_evidence(programs: "dict[str, Program]") -> Any:
    """Send the exhibits of a story through the API; gives the digest that the answer tells."""

    def upload(code: str, title: str, by: str, at: datetime) -> str:
        name, content = exhibit(title, code)
        label = {
            "title": title,
            "legal_kind": "documentary" if "复印件" in title else "audiovisual",
            "side": "for" if "改正" in title else "against",
            "taken_by": "甲",
            "taken_at": at.isoformat(),
            "file": SimpleUploadedFile(name, content.read()),
        }
        answer = programs[by].upload(f"/cases/{code}/evidence", label)
        assert answer.status_code == 201, answer.content.decode()
        return str(answer.json()["digest"])

    return upload


@pytest.fixture
def programs(cast: "Cast", program: "Make") -> "dict[str, Program]":
    """One program for each of those who act in the story."""
    return {one.username: program(one) for one in (cast.officer, cast.officer2, cast.head, cast.clerk)}


def test_a_case_is_opened_evidenced_decided_and_printed(cast: "Cast", programs: "dict[str, Program]") -> None:
    """Proves that every step up to the decision goes through the API, and that its document comes back as PDF."""
    tale = telling(cast)
    tale.upload = sent_evidence(programs)
    first, *rest = tale.story.steps[: position(tale, "penalty_decided") + 1]
    opening = {**body(tale, first, None), "procedure": "ordinary"}
    opened = programs["clerk"].post("/cases", opening)
    assert opened.status_code == 201, opened.content.decode()
    code = opened.json()["case"]
    case, answer = Case.objects.get(code=code), opened
    for one in rest:
        answer = programs[one.who[0]].post(f"/cases/{code}/acts", body(tale, one, case))
        assert answer.status_code == 201, answer.content.decode()
    decision = answer.json()
    assert programs["officer"].get(f"/cases/{code}").json()["decision_no"]
    assert answer["Location"] == decision["self"]
    paper = programs["officer"].get(f"/cases/{code}/acts/{decision['code']}/document.pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    listed = programs["officer"].get(f"/cases/{code}/documents").json()["items"]
    assert decision["code"] in [one["act"] for one in listed]


def test_an_unlawful_act_is_refused_with_the_article_and_goes_when_it_is_lawful(
    cast: "Cast", programs: "dict[str, Program]"
) -> None:
    """Proves that a decision without a prior notice is refused with the article, tried or sent, and writes nothing."""
    tale, case = told(cast, until="investigation_reported")
    acts, officer = case.act_count, programs["officer"]
    notice, decision = step(tale, "prior_notice_issued"), step(tale, "penalty_decided")
    where, head = f"/cases/{case.code}", programs["head"]
    tried = head.post(f"{where}/judgements", body(tale, decision, None), key=None)
    assert (tried.status_code, tried.json()["lawful"]) == (200, False)
    refused = head.post(f"{where}/acts", body(tale, decision, None))
    assert refused.status_code == 422
    assert refused.json()["type"] == "/api/v1/docs#problem-act-refused"
    cited = {(one["law"], one["article"]) for one in refused.json()["verdicts"]}
    assert any("行政处罚法" in law and "第四十四条" in article for law, article in cited), cited
    assert Act.objects.filter(case=case).count() == acts
    assert officer.post(f"{where}/acts", body(tale, notice, None)).status_code == 201


def test_a_faulty_form_is_told_field_by_field(cast: "Cast", programs: "dict[str, Program]") -> None:
    """Proves that each mistake of the form has a pointer to its place; corrected, the act is recorded."""
    tale, case = told(cast, until="filing_approved")
    good = body(tale, step(tale, "inspection_recorded"), case)
    bad = {**good, "facts": {**good["facts"], "party_signed": "vielleicht"}}
    refused = programs["officer"].post(f"/cases/{case.code}/acts", bad)
    assert "#/facts/party_signed" in [one["pointer"] for one in refused.json()["errors"]]
    assert programs["officer"].post(f"/cases/{case.code}/acts", good).status_code == 201


def test_what_may_come_next_is_told_with_why_not(cast: "Cast", programs: "dict[str, Program]") -> None:
    """Proves that the next acts say what the law allows and what this caller may do, each with its article."""
    _tale, case = told(cast, until="filing_approved")
    found = {one["kind"]: one for one in programs["officer"].get(f"/cases/{case.code}/next").json()["items"]}
    assert (found["inspection_recorded"]["allowed"], found["inspection_recorded"]["mine"]) == (True, True)
    assert (found["penalty_decided"]["allowed"], found["filing_approved"]["mine"]) == (False, False)
    assert found["penalty_decided"]["verdicts"]


def test_publication_is_no_plain_act(cast: "Cast", program: "Make") -> None:
    """Proves that a publication is refused as a plain act: recorded so, the public would see nothing of it."""
    tale, case = told(cast, until="penalty_decided")
    publication = body(tale, step(tale, "decision_published"), None)
    refused = program(cast.head).post(f"/cases/{case.code}/acts", publication)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/kind")


def test_a_scope_of_one_stage_records_no_act_of_another(cast: "Cast", program: "Make") -> None:
    """Proves that a client with the scope of one stage is refused at another; its twin with that scope is not."""
    tale, case = told(cast, until="filing_approved")
    sent = body(tale, step(tale, "inspection_recorded"), case)
    narrow, fitting = program(cast.officer, "act.service"), program(cast.officer, "act.investigation")
    refused = narrow.post(f"/cases/{case.code}/acts", sent)
    assert (refused.status_code, refused.json()["scopes"]) == (403, ["act.investigation"])
    assert fitting.post(f"/cases/{case.code}/acts", sent).status_code == 201


def test_a_supervisors_look_leaves_its_trace(cast: "Cast", program: "Make") -> None:
    """Proves that a supervisor reads the cases below through the API and that each look is kept; at home none is."""
    _tale, case = told(cast, until="clue_registered")
    assert program(cast.officer).get(f"/cases/{case.code}").status_code == 200
    assert not CaseAccess.objects.exists()
    assert program(cast.supervisor).get(f"/cases/{case.code}").status_code == 200
    assert CaseAccess.objects.get().person == "supervisor"


def test_whoever_looks_down_writes_nothing_there(cast: "Cast", program: "Make") -> None:
    """Proves that rights of one's own agency do not reach where one may only look; at home they do."""
    _tale, case = told(cast, until="clue_registered")
    both = program(make_person("both", "兼任", "officer supervisor", cast.justice.code))
    label = {"legal_kind": "audiovisual", "side": "against", "taken_by": "甲"}
    name, content = exhibit("现场照片", case.code)
    for caller, status in ((both, 403), (program(cast.officer), 201)):
        file = SimpleUploadedFile(name, content.getvalue())
        assert caller.upload(f"/cases/{case.code}/evidence", {**label, "file": file}).status_code == status
        assert caller.get(f"/cases/{case.code}").status_code == 200


def test_the_list_is_paged_by_key_without_gaps(cast: "Cast", program: "Make") -> None:
    """Proves that following `next` gives every case once, in order, and that a made-up cursor is refused."""
    codes = [told(cast, until="clue_registered", mark=f"p{number}")[1].code for number in range(5)]
    caller, seen = program(cast.officer), []
    path: str | None = "/cases?limit=2"
    while path:
        page = caller.get(path.removeprefix("/api/v1")).json()
        seen += [one["code"] for one in page["items"]]
        path = page["links"]["next"]
    assert seen == codes[::-1]
    assert caller.get("/cases?cursor=bm90aGluZw").status_code == 422


def test_what_is_unchanged_is_not_sent_again(cast: "Cast", program: "Make") -> None:
    """Proves that an entity tag gives 304 for the same state, and the whole again once an act was recorded."""
    tale, case = told(cast, until="clue_registered")
    caller = program(cast.officer)
    tag = caller.get(f"/cases/{case.code}")["ETag"]
    assert caller.get(f"/cases/{case.code}", If_None_Match=tag).status_code == 304
    sent = body(tale, step(tale, "clue_accepted"), case)
    assert caller.post(f"/cases/{case.code}/acts", sent).status_code == 201
    assert caller.get(f"/cases/{case.code}", If_None_Match=tag).status_code == 200


def test_what_a_system_prepares_the_person_finds_on_the_page(
    cast: "Cast", program: "Make", client: "Http"
) -> None:
    """Proves that a draft put through the API stands in the form on the page, and is gone once it is dropped."""
    _tale, case = told(cast, until="filing_approved")
    caller, where = program(cast.officer), f"/cases/{case.code}/drafts/inspection_recorded"
    assert caller.get(where).status_code == 404
    sent = {"facts": {"inspection_finding": "现场堆放砂石"}, "done_at": "2026-03-05T09:40:00+08:00"}
    assert caller.put(where, sent).json()["done_at"] == "2026-03-05T09:40"
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/cases/{case.code}/acts/inspection_recorded/").content.decode()
    assert "现场堆放砂石" in page
    assert "2026-03-05T09:40" in page
    assert [caller.delete(where).status_code, caller.get(where).status_code] == [204, 404]
