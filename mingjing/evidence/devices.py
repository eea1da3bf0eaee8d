"""The register of recorders and cameras: entered, issued, returned, calibrated, faulty; who has which, computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from mingjing.evidence.models import Device, DeviceEvent, DeviceKind, DeviceStep, EvidenceItem
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.translog.turns import take_turn

__all__ = [
    "DeviceRefused",
    "DeviceState",
    "device_kinds",
    "devices_of",
    "enter_device",
    "note_event",
    "proposed_for",
]

SOON: Final = timedelta(days=30)  # how long before the end of a calibration it is warned of


class DeviceRefused(Exception):
    """Nothing was entered; says in Chinese why and what to do."""


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device as its events leave it on a day."""

    device: Device
    events: tuple[DeviceEvent, ...]
    on: date

    @property
    def holder(self) -> str:
        """The username of whoever has it; empty while it is in the store."""
        for event in reversed(self.events):
            if event.step in {DeviceStep.ISSUED, DeviceStep.RETURNED, DeviceStep.RETIRED}:
                return event.person if event.step == DeviceStep.ISSUED else ""
        return ""

    @property
    def held_since(self) -> date | None:
        """Since when; None while it is in the store."""
        issued = [event.on for event in self.events if event.step == DeviceStep.ISSUED]
        return issued[-1] if self.holder else None

    @property
    def faulty(self) -> bool:
        """Whether a fault was reported and not mended."""
        steps = [e.step for e in self.events if e.step in {DeviceStep.FAULTY, DeviceStep.REPAIRED}]
        return bool(steps) and steps[-1] == DeviceStep.FAULTY

    @property
    def retired(self) -> bool:
        """Whether it is out of service for good."""
        return any(event.step == DeviceStep.RETIRED for event in self.events)

    @property
    def calibrated_until(self) -> date | None:
        """Until when its last calibration holds; None where none is on record."""
        found = [event.valid_until for event in self.events if event.step == DeviceStep.CALIBRATED]
        return found[-1] if found else None

    @property
    def warning(self) -> str:
        """What its keeper should see to; empty where nothing."""
        until = self.calibrated_until
        if self.retired:
            return ""
        if self.faulty:
            return "故障未修复"
        if until and until < self.on:
            return f"校准已于{chinese_date(until)}到期"
        if until and until <= self.on + SOON:
            return f"校准将于{chinese_date(until)}到期"
        return ""

    @property
    def state(self) -> str:
        """Where it is, in Chinese."""
        if self.retired:
            return "已停用"
        return "已领用" if self.holder else "在库"


def device_kinds() -> list[tuple[str, str]]:
    """Give the kinds of device, as code and Chinese name."""
    return [(kind.value, kind.label) for kind in DeviceKind]


def device_steps() -> list[tuple[str, str]]:
    """Give what may happen to a device, as code and Chinese name."""
    return [(step.value, step.label) for step in DeviceStep]


def enter_device(*, agency: str, number: str, kind: str, model: str, serial: str, by: str) -> Device:
    """Put a device on the register of an agency. Raises DeviceRefused."""
    number, model, serial = number.strip(), model.strip(), serial.strip()
    if not number or len(number) > 40:
        raise DeviceRefused("请填写设备编号，不超过 40 个字。")
    if kind not in DeviceKind.values:
        raise DeviceRefused("请选择设备种类。")
    if not model or len(model) > 80 or len(serial) > 80:
        raise DeviceRefused("请填写型号；型号、出厂编号各不超过 80 个字。")
    with transaction.atomic():
        take_turn("device", agency, number)
        if Device.objects.filter(agency=agency, number=number).exists():
            raise DeviceRefused(f"本机关已有编号为 {number} 的设备。请核对，或者另编号。")
        return Device.objects.create(
            agency=agency,
            number=number,
            kind=kind,
            model=model,
            serial=serial,
            entered_by=by,
            entered_at=timezone.now(),
        )


def note_event(
    *,
    device: Device,
    step: str,
    on: date,
    by: str,
    person: str = "",
    valid_until: date | None = None,
    note: str = "",
) -> DeviceEvent:
    """Note what happened to a device, if it fits what happened before. Raises DeviceRefused, nothing noted."""
    with transaction.atomic():
        # Two clerks at once: the second waits and then sees what the first has noted.
        Device.objects.select_for_update().get(pk=device.pk)
        state = state_of(device, legal_day(timezone.now()))
        _check(state, step, on, person, valid_until, note)
        return DeviceEvent.objects.create(
            device=device,
            step=step,
            on=on,
            person=person if step == DeviceStep.ISSUED else "",
            valid_until=valid_until if step == DeviceStep.CALIBRATED else None,
            note=note.strip(),
            by=by,
            at=timezone.now(),
        )


def _check(state: DeviceState, step: str, on: date, person: str, valid_until: date | None, note: str) -> None:
    if step not in DeviceStep.values:
        raise DeviceRefused("请选择事项。")
    if state.retired:
        raise DeviceRefused("设备已停用，不能再登记。")
    if on > state.on:
        raise DeviceRefused(f"日期（{chinese_date(on)}）晚于今天。请填写实际发生的日期。")
    if state.events and on < state.events[-1].on:
        raise DeviceRefused(f"日期早于上一次登记（{chinese_date(state.events[-1].on)}）。请核对日期。")
    if len(note) > 300:
        raise DeviceRefused("说明超过 300 个字，请改短。")
    refusal = _misfit(state, step, on, person, valid_until, note)
    if refusal:
        raise DeviceRefused(refusal)


def _misfit(state: DeviceState, step: str, on: date, person: str, valid_until: date | None, note: str) -> str:
    """Say why a step does not follow from where the device is; empty where it does."""
    if step == DeviceStep.ISSUED:
        return _not_issuable(state, on, person)
    wrong = {
        DeviceStep.RETURNED: (not state.holder, "设备没有领用在外，不能登记归还。"),
        DeviceStep.CALIBRATED: (
            valid_until is None or valid_until < on,
            "请填写校准有效期，不早于校准日期。",
        ),
        DeviceStep.FAULTY: (state.faulty or not note.strip(), "请写明故障情况；已报故障的不必重复登记。"),
        DeviceStep.REPAIRED: (not state.faulty, "设备没有报过故障，不必登记修复。"),
        DeviceStep.RETIRED: (bool(state.holder), "设备领用在外，请先登记归还，再登记停用。"),
    }
    holds, words = wrong[DeviceStep(step)]
    return words if holds else ""


def _not_issuable(state: DeviceState, on: date, person: str) -> str:
    until = state.calibrated_until
    if not person:
        return "请选择领用人。"
    if state.holder:
        return "设备已领用在外，请先登记归还。"
    if state.faulty:
        return "设备有故障未修复，不能领用。"
    if until and until < on:
        return f"设备校准已于{chinese_date(until)}到期，请先校准再领用。"
    return ""


def state_of(device: Device, on: date) -> DeviceState:
    """Give a device with everything that happened to it up to a day."""
    return DeviceState(device, tuple(device.events.filter(on__lte=on)), on)


def devices_of(agencies: Iterable[str], on: date) -> list[DeviceState]:
    """Give the devices of agencies as they stand on a day, those in service first."""
    rows = Device.objects.filter(agency__in=list(agencies)).prefetch_related("events")
    found = [
        DeviceState(row, tuple(event for event in row.events.all() if event.on <= on), on) for row in rows
    ]
    return sorted(found, key=lambda one: one.retired)


def device_by_key(pk: int) -> Device:
    """Give one device; raises LookupError where there is none such."""
    found = Device.objects.filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found


def device_of(item: EvidenceItem) -> Device | None:
    """Give the device that a piece of evidence names, if any."""
    return Device.objects.filter(agency=item.agency, number=item.device).first() if item.device else None


def proposed_for(agency: str, person: str, on: date) -> list[DeviceState]:
    """Give the devices that evidence of a day may come from: those this person had that day first, unfit ones last."""
    fit = [one for one in devices_of([agency], on) if not one.retired]
    return sorted(fit, key=lambda one: (one.holder != person, bool(one.warning), one.device.number))


def evidence_by(device: Device) -> list[EvidenceItem]:
    """Give the evidence that names a device, the latest first."""
    rows = EvidenceItem.objects.filter(agency=device.agency, device=device.number)
    return list(rows.order_by("-id")[:100])
