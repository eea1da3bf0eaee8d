"""A whole case goes through the generated forms as officers, head and publicity would send them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mingjing.cases.models import Case
from mingjing.cases.selectors import facts_of
from mingjing.evidence.selectors import evidence_of
from mingjing.personnel.selectors import people_of
from mingjing.publicity.models import Preparation, Publication
from tests.cast import Cast, make_person
from tests.stories import telling
from tests.web.conftest import SignIn, as_sent
from tests.web.test_evidence_pages import photo

if TYPE_CHECKING:
    from django.test import Client

    from mingjing.cli.demo.story import Step, Telling
    from mingjing.personnel.models import Person

COLOURS = iter(["navy", "teal", "maroon", "olive", "purple", "gray", "black", "silver", "lime", "aqua"] * 9)


def upload(client: "Client", case: Case, title: str, at: Any) -> str:
    """Put a photo into the case and give its digest."""
    label = {
        "title": title,
        "legal_kind": "documentary" if "复印件" in title else "audiovisual",
        "side": "for" if "改正" in title else "against",
        "taken_by": "甲",
        "taken_at": (at - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M"),
    }
    before = {item.digest for item in evidence_of(case.code)}
    sound = "录音" in title
    file: SimpleUploadedFile = photo(f"{title}.jpg", next(COLOURS))
    if sound:
        file = SimpleUploadedFile(f"{title}.wav", _wave(len(before)), "audio/wav")
    assert client.post(f"/cases/{case.code}/evidence/", {**label, "files": [file]}).status_code == 302
    return next(item.digest for item in evidence_of(case.code) if item.digest not in before)


def _wave(seed: int) -> bytes:
    data = bytes((seed * 7 + n) % 256 for n in range(800))
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    shape = (
        (1).to_bytes(2, "little") * 2
        + (8000).to_bytes(4, "little") * 2
        + (1).to_bytes(2, "little")
        + (8).to_bytes(2, "little")
    )
    return head + shape + b"data" + len(data).to_bytes(4, "little") + data


def asked_twice(page: Any, known: Mapping[str, Any]) -> set[str]:
    """The fields of the whole case that a form asks for although the case knows them."""
    blank = [control for control in page.context["controls"] if control.field.of_case and not control.value]
    return {control.field.name for control in blank} & known.keys()


def take(client: "Client", tale: "Telling", step: "Step", case: Case | None) -> None:
    """Open the form, send what it asks for, and see that it was recorded."""
    path = f"/cases/{case.code}/acts/{step.kind}/" if case else f"/cases/new/{step.kind}/"
    page = client.get(path)
    if page.status_code == 302:  # the legal review has a desk of its own, which sends the same form
        page = client.get(page["Location"])
    known = facts_of(case) if case else {}
    assert not asked_twice(page, known), step.kind
    asked = {control.field.name for control in page.context["controls"]}
    if "discretion_item" in asked:  # its questions are drawn below it
        asked.add("discretion_answers")
    facts = {name: value for name, value in tale.told(step.facts).items() if name in asked}
    at = tale.moment(step)
    evidence = [upload(client, case, title, at) for title in step.evidence] if case else []
    body = {
        "once": page.context["form"].draft.once,
        "performers": [tale.username(one) for one in step.who],
        "done_at": at.strftime("%Y-%m-%dT%H:%M"),
        "evidence": evidence,
        **as_sent(facts),
    }
    answer = client.post(path, body)
    if answer.status_code != 302:
        verdicts = [f"{one.title}：{one.reason}" for one in answer.context["verdicts"] or ()]
        pytest.fail(f"{step.kind}: {answer.context['errors']} {verdicts}")


def publish(cast: Cast, at_desk: SignIn, case: Case, facts: Mapping[str, Any]) -> None:
    """One person prepares at the desk, a second confirms."""
    first, second = at_desk(cast.publicity), at_desk(cast.publicity2)
    assert "准备公示" in first.get("/publicity/").content.decode()
    answer = first.post(f"/publicity/cases/{case.code}/", {"marks": "", **as_sent(facts)})
    assert answer.status_code == 302, answer.content.decode()
    paper = Preparation.objects.get(case_code=case.code)
    own = first.post(f"/publicity/papers/{paper.pk}/", {"once": paper.once})
    assert own.status_code == 422
    assert not Publication.objects.exists()
    doubtful = [one.text for one in second.get(f"/publicity/papers/{paper.pk}/").context["hints"]]
    sent = {"once": paper.once, "checked": doubtful}
    assert second.post(f"/publicity/papers/{paper.pk}/", sent).status_code == 302
    assert Publication.objects.get().case_code == case.code


@pytest.mark.parametrize("name", ["ordinary", "hearing", "summary"])
def test_a_case_goes_from_clue_to_archive_and_nothing_is_asked_twice(
    cast: Cast, at_desk: SignIn, name: str
) -> None:
    """Each step is taken in the browser of whoever takes it; no form asks for a fact of the case that is known."""
    tale = telling(cast, name)
    people = {one.username: one for one in everybody(cast)}
    case: Case | None = None
    for step in tale.story.steps:
        if step.via == "publicity":
            assert case is not None
            publish(cast, at_desk, case, tale.told(step.facts))
            continue
        person = tale.username(step.who[0])
        client = at_desk(people[person])
        take(client, tale, step, case)
        case = case or Case.objects.get()
    assert case is not None
    case.refresh_from_db()
    assert case.act_count == len(tale.story.steps)
    assert case.ended == any(step.kind == "case_closed" for step in tale.story.steps)


def everybody(cast: Cast) -> list["Person"]:
    """Everybody of the bureau, and the second reviewer whom a hearing needs."""
    second = make_person("reviewer2", "子", "reviewer", legal_qualification_no="A20154104810002")
    return [*people_of(cast.bureau.code), second]
