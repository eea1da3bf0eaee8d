"""What the rooms around the cases show in the demo: entered through their own services, and only once."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.cli.demo.afterwards import correct_and_repair
from mingjing.cli.demo.bureau import BUREAU, SETTER
from mingjing.evidence import devices
from mingjing.personnel import agency_register, delegations, duties, services
from mingjing.personnel.selectors import NotOnRegister, agency, person
from mingjing.receipts import selectors as receipts
from mingjing.receipts.services import list_item, move_tickets, receive_range
from mingjing.training import bank, exams
from mingjing.training.selectors import exams_set, sittings_of

TABLE: Final = Path(__file__).parent / "rooms.toml"
CLERK, HEAD, ADMIN = "clerk", "head", "admin"


def furnish(today: date) -> None:
    """Enter what is missing in the rooms of the demo bureau."""
    told = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    _posts(told["post"], told["duties"]["procedures"])
    _devices(told["device"], today)
    _examination(told["exam"], told["question"], today)
    _receipts(told["receipts"], today)
    _charges(told["charge"], today)
    _agreement(told["station"], told["agreement"], today)
    correct_and_repair()


def _posts(rows: list[dict[str, Any]], procedures: list[str]) -> None:
    there = {(unit.name, post.name) for unit in duties.departments_of(BUREAU) for post in unit.posts.all()}
    for row in rows:
        if (row["department"], row["name"]) not in there:
            _post(row, procedures)


@transaction.atomic  # a post that is there has its duties and holders too
def _post(row: Mapping[str, Any], procedures: list[str]) -> None:
    post = agency_register.add_post(code=BUREAU, department=row["department"], name=row["name"], by=ADMIN)
    powers = [(procedure, stage) for procedure in procedures for stage in row["stages"]]
    agency_register.set_duties(post=post.pk, duties=powers, responsibility=row["responsibility"], by=ADMIN)
    for username in row["holders"]:
        agency_register.place_person(username=username, post=post.pk, by=ADMIN)


def _devices(rows: list[dict[str, Any]], today: date) -> None:
    there = {one.device.number for one in devices.devices_of([BUREAU], today)}
    for row in rows:
        if row["number"] not in there:
            _device(row, today)


@transaction.atomic
def _device(row: dict[str, Any], today: date) -> None:
    events = row.pop("events")
    entered = devices.enter_device(agency=BUREAU, by=CLERK, **row)
    for event in events:
        devices.note_event(
            device=entered,
            step=event["step"],
            on=today - timedelta(days=event["ago"]),
            by=CLERK,
            person=event.get("person", ""),
            valid_until=today + timedelta(days=event["until"]) if "until" in event else None,
            note=event.get("note", ""),
        )


@transaction.atomic  # an examination that is there has been sat once
def _examination(row: Mapping[str, Any], questions: list[dict[str, Any]], today: date) -> None:
    if any(one.title == row["title"] for one in exams_set()):
        return
    bank.import_questions(json.dumps(questions).encode(), subject=row["subject"], by=ADMIN)
    exam = exams.define_exam(
        **{name: row[name] for name in ("title", "minutes", "pass_mark", "attempts", "hours")},
        parts=[{"subject": row["subject"], "kind": kind, "count": count} for kind, count in row["parts"]],
        qualifies=False,
        opens_on=today,
        closes_on=today + timedelta(days=row["open_days"]),
        at=timezone.now(),
        by=ADMIN,
    )
    examinee = person(row["sat_by"])
    if not sittings_of(examinee, exam):
        sitting = exams.begin(exam=exam, person=examinee, at=timezone.now())
        right = {str(one.number): one.question.answer for one in exams.sheet_of(sitting)}
        exams.submit(sitting=sitting, answers={**right, "1": ""}, at=timezone.now())  # one is left out


@transaction.atomic
def _receipts(row: Mapping[str, Any], today: date) -> None:
    if receipts.keeps_ranges(BUREAU, row["kind"]):
        return
    clerk, now = person(CLERK), timezone.now()
    named = {name: row[name] for name in ("kind", "first", "last", "source")}
    received = receive_range(**named, received_on=today - timedelta(days=row["ago"]), by=clerk, at=now)
    move_tickets(
        range_pk=received.pk,
        step="issued",
        first=row["first"],
        last=row["issued_last"],
        holder=row["issued_to"],
        by=clerk,
        at=now,
    )


def _charges(rows: list[dict[str, Any]], today: date) -> None:
    there = {one.title for one in receipts.items_of(BUREAU)}
    for row in rows:
        if row["title"] not in there:
            since = today - timedelta(days=row.pop("ago"))
            list_item(**row, in_force=since, by=person(HEAD), at=timezone.now())


@transaction.atomic
def _agreement(station: dict[str, Any], row: Mapping[str, Any], today: date) -> None:
    try:
        agency(station["code"])
    except NotOnRegister:
        services.create_agency(by=SETTER, **station)
    if any(one.row.number == row["number"] for one in delegations.agreements_of([agency(BUREAU).pk], today)):
        return
    signed_on = today - timedelta(days=row["ago"])
    signed = delegations.sign_agreement(
        kind="delegation",
        number=row["number"],
        delegator=BUREAU,
        delegate=station["code"],
        terms=row["terms"],
        valid_from=signed_on,
        valid_until=signed_on + timedelta(days=row["days"]),
        signed_on=signed_on,
        by=ADMIN,
    )
    published_on = today - timedelta(days=row["published_ago"])
    delegations.publish_agreement(pk=signed.pk, on=published_on, where=row["where"], by=ADMIN)
