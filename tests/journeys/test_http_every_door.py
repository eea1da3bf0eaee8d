"""Every address × every role × own, other, subordinate and superior agency, held against the permission table."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mingjing.evidence import uploads
from mingjing.norms import services as norms
from mingjing.norms.models import NormDraft, NormTable
from mingjing.packs.load import library
from mingjing.packs.notices import Notice, read_notices
from mingjing.personnel import delegations
from mingjing.personnel.models import Delegation, Role
from mingjing.personnel.permissions import ACTIONS, may
from mingjing.personnel.selectors import certificates_of, person
from mingjing.publicity import catalogues as lists
from mingjing.publicity.models import Preparation, Publication
from mingjing.training import exams
from mingjing.training.bank import import_questions
from mingjing.training.courses import begin_quiz, law_courses
from mingjing.training.selectors import exams_set
from tests.cast import BUREAU, ELSEWHERE, JUSTICE, make_agency, make_officer, make_person
from tests.journeys.conftest import NewJourney
from tests.journeys.doors import DOORS, Door
from tests.journeys.office import Desk
from tests.journeys.paper import Page
from tests.journeys.test_http_doors import ROUTES
from tests.norms.tables import body
from tests.personnel.test_authority import TERMS
from tests.publicity.lists import CAPS, published

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from tests.journeys.office import Journey

BACKEND = "django.contrib.auth.backends.ModelBackend"
TEAM = "410481-urban-1"
# Where somebody works, seen from the bureau whose things these are.
RELATIONS = {"own": BUREAU, "other": ELSEWHERE, "above": JUSTICE, "below": TEAM}
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OPENING, INQUIRY, ASSESSED = "clue_registered", "inquiry_recorded", "discretion_assessed"
AT_HOME = {"-", "opening", "paper", "room"}


def test_every_address_is_classified_and_every_line_is_an_address() -> None:
    """A new page without its line in `doors.py` fails here; so does a line whose page is gone."""
    assert set(DOORS) == set(ROUTES)
    actions = {one for door in DOORS.values() for one in door.action.split("|")}
    assert actions <= ACTIONS | {"public", "signed"}


# What a role may do is decided in Python: on the second database two of them show that it is no other there.
@pytest.mark.parametrize(
    "role", ["officer", "supervisor"] if connection.vendor == "postgresql" else Role.values
)
def test_a_role_opens_what_the_table_says_and_nothing_else(journey: NewJourney, role: str) -> None:
    """In the bureau, beside it, above it and below it; each request is taken back before the next."""
    live = _bureau_at_work(journey)
    ids, wrong = _ids(live), []
    for relation, agency in RELATIONS.items():
        viewer = make_person(f"viewer.{relation}", "观", role, agency=agency)
        client = Client(raise_request_exception=False)
        client.force_login(viewer, backend=BACKEND)
        for door in DOORS.values():
            if door.action == "public" or (door.thing in AT_HOME and relation != "own"):
                continue
            opened = _opens(client, door, viewer, live, ids)
            if opened != _meant(viewer, door):
                wrong.append(f"{door.name}: {role} {relation} {'opens' if opened else 'does not open'}")
    assert wrong == []


def test_whoever_is_not_signed_in_opens_what_is_public_and_nothing_else(journey: NewJourney) -> None:
    """The others lead to the sign-in page, whether there is such a thing or not."""
    ids, wrong = _ids(_bureau_at_work(journey)), []
    for door in DOORS.values():
        answer = getattr(Client(), door.method)(_address(door, ids))
        led = answer.status_code == 302 and answer["Location"].startswith("/login/?next=")
        if led == (door.action == "public"):
            wrong.append(f"{door.name}: {answer.status_code}")
    assert wrong == []


def test_a_case_below_is_the_supervisors_and_not_the_other_way_round(journey: NewJourney) -> None:
    """The scope in a sentence: the office above reads the case, the team below and the bureau beside do not."""
    live = _bureau_at_work(journey)
    answers = {}
    for relation, agency in RELATIONS.items():
        client = Client()
        person = make_person(f"watch.{relation}", "督", "supervisor", agency=agency)
        client.force_login(person, backend=BACKEND)
        answers[relation] = client.get(f"/cases/{live.code}/").status_code
    assert answers == {"own": 200, "other": 404, "above": 200, "below": 404}


def _bureau_at_work(journey: NewJourney) -> "Journey":
    """A bureau with a case being published and one that is, a team below it, a draft and a published benchmark."""
    live = journey().told_until("document_served", nth=1)
    step = live.step("decision_published")
    live.at(step)
    desk, home = Desk("publicity"), f"/publicity/cases/{live.code}/"
    sheet = desk.reads(home).sheet("")
    live.writes(sheet, step)
    desk.sends(sheet, to=home)
    journey(mark="out", party_name="已公示有限公司").told_until("decision_published")
    make_agency(TEAM, "舞钢市城市管理局直属一大队", parent=BUREAU)
    make_officer("target", "受")
    reviewer, head = live.cast.reviewer, live.cast.head
    _authority_and_training()
    published(live.cast, "frequency_caps", CAPS, at=AT)
    lists.begin_draft(agency=BUREAU, slug="frequency_caps", rows=CAPS, by=live.cast.publicity, at=AT)
    for version in ("1", "2"):
        draft = norms.prepare_draft(
            agency=BUREAU, kind="benchmark", code="small", body=body(version=version), by=reviewer, at=AT,
            source_name="表.xlsx",
        )  # fmt: skip
        if version == "1":
            norms.check_draft(draft=draft.pk, agency=BUREAU, by=head, at=AT)
            norms.publish_draft(draft=draft.pk, agency=BUREAU, by=head, at=AT)
    return live


def _authority_and_training() -> None:
    """A station that the bureau has delegated to, and an examination."""
    make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")
    day = timezone.localdate()
    delegations.sign_agreement(
        kind="delegation", number="舞城管委1号", delegator=BUREAU, delegate="410481-station", terms=TERMS,
        valid_from=day, valid_until=day + timedelta(days=300), signed_on=day, by="set-up",
    )  # fmt: skip
    row = {"id": "1", "type": "判断", "q": "？", "answer": "A", "options": {"A": "正确", "B": "错误"}}
    import_questions(json.dumps([row]).encode(), subject="法", by="set-up")
    exams.define_exam(
        title="考试", parts=[{"subject": "法", "kind": "judge", "count": 1}], minutes=60, pass_mark=60, attempts=5,
        hours=0, qualifies=True, opens_on=day, closes_on=day, at=timezone.now(), by="set-up",
    )  # fmt: skip


def _meant(viewer: "Person", door: Door) -> bool:
    """What the table of permissions says, and for forms the kind of act."""
    if door.action == "signed":
        return True
    here = viewer.agency.code if door.thing in AT_HOME else BUREAU
    if door.thing in {"own", "step"} and viewer.agency.code != BUREAU:
        return False
    allowed = any(may(viewer, action, here) for action in door.action.split("|"))
    kind = {"opening": OPENING, "inquiry": INQUIRY, "assessment": ASSESSED}.get(door.thing)
    return allowed and (kind is None or bool(set(viewer.roles) & set(library().kinds[kind].roles)))


def _opens(client: Client, door: Door, viewer: "Person", live: "Journey", ids: Mapping[str, Any]) -> bool:
    """Whether the address does its work for this person; whatever it did is taken back."""
    with transaction.atomic():
        begun = _begun(viewer, live) if door.thing == "upload" else ""
        paper = _paper(viewer, door) if door.thing == "paper" else 0
        before = _state()
        answer = getattr(client, door.method)(_address(door, ids, begun, paper))
        refused = {403, 404} if door.thing not in AT_HOME else {403}
        opened = answer.status_code not in refused
        assert answer.status_code < 500, door
        Page(answer)  # reads a file that is sent to its end, so that it is closed
        if door.thing == "step" and viewer.agency.code != BUREAU:
            opened = _state() != before
        transaction.set_rollback(True)
    return opened


def _state() -> list[Any]:
    return [
        *NormDraft.objects.values_list("pk", "checked_by"),
        *NormTable.objects.values_list("pk", "ending"),
    ]


def _begun(viewer: "Person", live: "Journey") -> str:
    """An upload of this person's own into the case, as if he had been let."""
    label: Mapping[str, Any] = {field: "" for field in (*uploads.TEXTS, "taken_at")} | {
        "title": "照片", "legal_kind": "documentary", "side": "against", "taken_by": "甲",
    }  # fmt: skip
    begun = uploads.begin_upload(
        name="a.jpg", size=10, label=label, dossier=live.code, agency=BUREAU, by=viewer.username,
        log_code=live.case.log_code,
    )  # fmt: skip
    return str(begun.code)


def _paper(viewer: "Person", door: Door) -> int:
    """A test or a sitting of this person's own."""
    if door.name == "course-test":
        course = law_courses(viewer)[0]
        return int(begin_quiz(person=viewer, course=course, seed="a" * 32, at=timezone.now()).pk)
    return int(exams.begin(exam=exams_set()[0], person=viewer, at=timezone.now()).pk)


def _address(door: Door, ids: Mapping[str, Any], upload: str = "x", paper: int = 0) -> str:
    given = {**ids, "upload": upload} | _of(door) | ({"pk": paper} if paper else {})
    kinds = ROUTES[door.name].items()
    query = f"?agency={BUREAU}" if door.thing == "table" else ""
    address = reverse(
        door.name,
        kwargs={part: given.get(part, 1 if kind.regex == "[0-9]+" else "x") for part, kind in kinds},
    )
    return address + query


def _ids(live: "Journey") -> dict[str, Any]:
    return {
        "code": live.code,
        "kind": INQUIRY,
        "digest": live.last("inspection_recorded").evidence[0]["digest"],
        "act": live.last("penalty_decided").code,
        "username": "target",
        "rule": "cn.penalty.two_officers_throughout",
        "procedure": "ordinary",
        "suffix": "xlsx",
        "other": NormTable.objects.get().pk,
        "step": "change",
        "catalogue": "frequency_caps",
        "place": "new",
    }


def _notice() -> Notice:
    return read_notices(library())[0]


def _of(door: Door) -> dict[str, Any]:
    """What stands for the parts of an address that mean something else here."""
    if door.thing == "opening":
        return {"kind": OPENING}
    if door.thing == "assessment":
        return {"kind": ASSESSED}
    special = {
        "agency": lambda: {"code": BUREAU},
        "agency-step": lambda: {"code": BUREAU, "step": "post"},
        "agreement": lambda: {"pk": Delegation.objects.get().pk},
        "agreement-new": lambda: {"kind": "delegation"},
        "agreement-step": lambda: {"pk": Delegation.objects.get().pk, "step": "publish"},
        "training-step": lambda: {"step": "class"},
        "course": lambda: {"code": law_courses(person("officer"))[0].code},
        "exam": lambda: {"pk": exams_set()[0].pk},
        "publicity-published": lambda: {"code": Publication.objects.get().code},
        "publicity-paper": lambda: {"pk": Preparation.objects.get(confirmed_by=None).pk},
        "certificate-event": lambda: {"pk": certificates_of("target")[0].pk},
        "norm-draft": lambda: {"pk": NormDraft.objects.get().pk},
        "norm-check": lambda: {"pk": NormDraft.objects.get().pk},
        "norm-publish": lambda: {"pk": NormDraft.objects.get().pk},
        "norm-discard": lambda: {"pk": NormDraft.objects.get().pk},
        "norm-table": lambda: {"pk": NormTable.objects.get().pk},
        "norm-end": lambda: {"pk": NormTable.objects.get().pk},
        "norm-changes": lambda: {"pk": NormTable.objects.get().pk},
        "norm-table-file": lambda: {"pk": NormTable.objects.get().pk},
        "notice": lambda: {"scope": _notice().scope, "name": _notice().name},
    }
    return special.get(door.name, dict)()
