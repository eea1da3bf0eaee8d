"""The register of devices: issued and returned in order, warned of, proposed for evidence, never rewritten."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.evidence import devices
from mingjing.evidence.devices import DeviceRefused, enter_device, note_event, state_of
from mingjing.evidence.models import Device, DeviceEvent
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import legal_day
from tests.cast import BUREAU, Cast
from tests.stories import told
from tests.web.conftest import SignIn
from tests.web.test_evidence_pages import LABEL, photo

MAY = date(2026, 5, 1)


@pytest.fixture
def recorder(cast: Cast) -> Device:
    """A recorder of the bureau, just entered."""
    return enter_device(
        agency=BUREAU, number="J-01", kind="recorder", model="DSJ-A7", serial="A7-1", by="clerk"
    )


def note(device: Device, step: str, on: date = MAY, **more: Any) -> DeviceEvent:
    """An event as the clerk notes it."""
    return note_event(device=device, step=step, on=on, by="clerk", **more)


def test_a_device_goes_out_and_comes_back(recorder: Device) -> None:
    """Issued, it is with somebody since that day; returned, it is in the store; every line stays."""
    note(recorder, "issued", person="officer")
    state = state_of(recorder, MAY)
    assert (state.holder, state.held_since, state.state) == ("officer", MAY, "已领用")
    note(recorder, "returned", MAY + timedelta(days=2))
    state = state_of(recorder, MAY + timedelta(days=2))
    assert (state.holder, state.state, len(state.events)) == ("", "在库", 2)
    assert state_of(recorder, MAY + timedelta(days=1)).holder == "officer"


@pytest.mark.parametrize(
    ("before", "step", "more", "says"),
    [
        ([("issued", {"person": "officer"})], "issued", {"person": "officer2"}, "先登记归还"),
        ([], "issued", {}, "选择领用人"),
        ([], "returned", {}, "没有领用在外"),
        ([("faulty", {"note": "屏幕不亮"})], "issued", {"person": "officer"}, "故障未修复"),
        ([], "faulty", {}, "写明故障情况"),
        ([], "repaired", {}, "没有报过故障"),
        ([], "calibrated", {}, "填写校准有效期"),
        ([("issued", {"person": "officer"})], "retired", {}, "先登记归还"),
        ([("retired", {})], "issued", {"person": "officer"}, "已停用"),
    ],
)
def test_what_does_not_follow_is_refused(
    recorder: Device, before: list[Any], step: str, more: dict[str, str], says: str
) -> None:
    """Each step must fit where the device is; a refusal notes nothing."""
    for earlier, particulars in before:
        note(recorder, earlier, **particulars)
    with pytest.raises(DeviceRefused, match=says):
        note(recorder, step, **more)
    assert recorder.events.count() == len(before)


def test_the_end_of_a_calibration_is_warned_of_and_stops_the_issue(recorder: Device) -> None:
    """A month before it is told, after it the device is not issued; calibrated anew it is."""
    until = MAY + timedelta(days=60)
    note(recorder, "calibrated", valid_until=until)
    assert state_of(recorder, MAY).warning == ""
    assert "将于" in state_of(recorder, until - timedelta(days=20)).warning
    late = until + timedelta(days=1)
    assert "已于" in state_of(recorder, late).warning
    with pytest.raises(DeviceRefused, match="先校准"):
        note(recorder, "issued", late, person="officer")
    note(recorder, "calibrated", late, valid_until=late + timedelta(days=365))
    note(recorder, "issued", late, person="officer")


@pytest.mark.django_db
def test_the_history_cannot_be_rewritten(recorder: Device) -> None:
    """The database refuses to change or delete a device and its events; a new line is allowed."""
    event = note(recorder, "issued", person="officer")
    for attempt in (
        lambda: DeviceEvent.objects.filter(pk=event.pk).update(person="officer2"),
        lambda: DeviceEvent.objects.filter(pk=event.pk).delete(),
        lambda: Device.objects.filter(pk=recorder.pk).update(model="X"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    note(recorder, "returned")
    assert recorder.events.count() == 2


def test_a_clerk_keeps_the_register_and_an_officer_reports_faults(
    cast: Cast, at_desk: SignIn, recorder: Device
) -> None:
    """The clerk enters and issues; the officer sees it and may only report a fault; outsiders find nothing."""
    clerk, officer, here = at_desk(cast.clerk), at_desk(cast.officer), f"/devices/{recorder.pk}/"
    entered = clerk.post("/devices/new/", {"number": "J-02", "kind": "camera", "model": "D7", "serial": ""})
    assert entered.status_code == 302
    again = clerk.post("/devices/new/", {"number": "J-02", "kind": "camera", "model": "D7", "serial": ""})
    assert (again.status_code, "已有编号为 J-02" in again.content.decode()) == (422, True)
    assert officer.get("/devices/new/").status_code == 403
    assert officer.post(f"{here}events", {"step": "issued", "person": "officer"}).status_code == 403
    assert clerk.post(f"{here}events", {"step": "issued", "person": "officer"}).status_code == 302
    assert "您现在领用" in officer.get("/devices/").content.decode()
    assert officer.post(f"{here}events", {"step": "faulty", "note": "不能开机"}).status_code == 302
    assert "不能开机" in officer.get(here).content.decode()
    assert at_desk(cast.outsider).get(here).status_code == 404
    assert "故障未修复" in at_desk(cast.supervisor).get("/devices/").content.decode()


def test_a_device_goes_only_to_people_of_its_agency(cast: Cast, at_desk: SignIn, recorder: Device) -> None:
    """Somebody of another bureau cannot be the holder; a colleague can."""
    clerk, address = at_desk(cast.clerk), f"/devices/{recorder.pk}/events"
    refused = clerk.post(address, {"step": "issued", "person": "outsider"})
    assert (refused.status_code, "不在本机关" in refused.content.decode()) == (422, True)
    assert clerk.post(address, {"step": "issued", "person": "officer2"}).status_code == 302


def test_evidence_names_the_device_of_whoever_holds_it(cast: Cast, at_desk: SignIn, recorder: Device) -> None:
    """The form proposes what the officer holds that day; what is chosen is kept; what is not registered is refused."""
    today = legal_day(timezone.now())
    note(recorder, "issued", today, person="officer")
    _, case = told(cast, until="filing_approved")
    client = at_desk(cast.officer)
    assert '<option value="J-01" selected>' in client.get(f"/cases/{case.code}/").content.decode()
    earlier = client.get(f"/cases/{case.code}/evidence-devices/?taken_at=2020-01-01T09:00").content.decode()
    assert '<option value="J-01" selected>' not in earlier
    send = {**LABEL, "files": [photo()]}
    refused = client.post(f"/cases/{case.code}/evidence/", {**send, "device": "J-99"})
    assert (refused.status_code, "没有编号为 J-99" in refused.content.decode()) == (422, True)
    assert (
        client.post(
            f"/cases/{case.code}/evidence/", {**LABEL, "device": "J-01", "files": [photo()]}
        ).status_code
        == 302
    )
    (item,) = evidence_of(case.code)
    assert (item.device, item.body()["device"]) == ("J-01", "J-01")
    page = client.get(f"/cases/{case.code}/evidence/{item.digest}/").content.decode()
    assert "J-01" in page
    assert [one.digest for one in devices.evidence_by(recorder)] == [item.digest]
