"""Versions of registers: every night what changed is committed to as lists: no draw can choose its past."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from mingjing.inspections.models import ListVersion, Register
from mingjing.inspections.register.lists import latest_version, list_ref, renew_list, roster_of
from mingjing.inspections.register.selection import Selection, strata_of
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import (
    ENFORCEMENT_FIELDS,
    agencies,
    certificates_of,
    certified,
    officers_in,
)
from mingjing.translog.selectors import index_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

OBJECTS: Final = "检查对象名录库"
INSPECTORS: Final = "执法检查人员名录库"
_NO_FIELD: Final = "其他"


def freeze_registers(*, at: datetime) -> int:
    """Commit to every register that has changed since its last version; give how many new versions there are."""
    regions: dict[str, list[Agency]] = {}
    for one in agencies():
        regions.setdefault(one.region, []).append(one)
    made = 0
    for register in Register.objects.all():
        made += freeze_objects(register.region, regions.get(register.region, []), at=at) is not None
        for agency in regions.get(register.region, []):
            made += freeze_inspectors(agency, at=at) is not None
    return made


def freeze_objects(region: str, within: Sequence["Agency"], *, at: datetime) -> ListVersion | None:
    """Commit to the objects in business of a region, a stratum for each risk class; None where nothing changed.

    They are kept once for all departments, so there is one list: under the agency that has it already, else the first.
    """
    last = objects_versions([region]).first()
    keeper = last.agency if last else next(iter(within), None)
    register = Register.objects.filter(region=region).first()
    if keeper is None or register is None or register.changed_at is None:
        return None
    if last is not None and last.made_at > register.changed_at:
        return None
    selection = Selection(region)
    strata = strata_of(selection)
    if not strata:
        return None
    return renew_list(
        agency=keeper, register=OBJECTS, strata=strata, conditions=selection.words, by=None, at=at
    )


def frozen_objects(agency: "Agency", *, at: datetime) -> list[str]:
    """Say on which version of the register a list rests, freezing what changed since the last; [] for an empty one."""
    freeze_objects(agency.region, [agency], at=at)
    last = objects_versions([agency.region]).first()
    return [f"{OBJECTS}：第 {last.version} 版，摘要 {last.digest[:16]}"] if last else []


def freeze_inspectors(agency: "Agency", *, at: datetime) -> ListVersion | None:
    """Commit to the certificates that are good on this day, a stratum for each field; None where they are the same."""
    strata = _certificates(agency, legal_day(at))
    if not strata and latest_version(agency, INSPECTORS) is None:
        return None
    words = [f"持有当日有效执法证的在岗人员：{agency.name}"]
    return renew_list(agency=agency, register=INSPECTORS, strata=strata, conditions=words, by=None, at=at)


def _certificates(agency: "Agency", day: date) -> Mapping[str, list[str]]:
    titles, strata = dict(ENFORCEMENT_FIELDS), dict[str, list[str]]()
    for officer in officers_in([agency.pk]):
        for one in map(certified, certificates_of(officer.username)):
            if one.state(day) == "valid":
                for name in [titles[field] for field in one.fields] or [_NO_FIELD]:
                    strata.setdefault(name, []).append(one.number)
    return dict(sorted(strata.items()))


def objects_versions(regions: Sequence[str]) -> "QuerySet[ListVersion]":
    """Give the versions of the registers of objects of these regions, the latest first."""
    rows = ListVersion.objects.filter(register=OBJECTS, agency__region__in=list(regions))
    return rows.select_related("agency").order_by("-made_at", "-pk")


def inspectors_versions(agency_ids: Sequence[int]) -> "QuerySet[ListVersion]":
    """Give the versions of the lists of inspectors of these agencies, the latest first."""
    rows = ListVersion.objects.filter(register=INSPECTORS, agency__in=list(agency_ids))
    return rows.select_related("agency").order_by("-made_at", "-pk")


def versions_with(region: str, public_id: str, limit: int) -> list[tuple[ListVersion, str]]:
    """Give of the latest versions those that hold an object, each with its stratum."""
    found = []
    for version in objects_versions([region])[:limit]:
        names = [one["name"] for one in version.record["strata"]]
        for name in names:
            if roster_of(version, name).place_of(public_id) is not None:
                found.append((version, name))
                break
    return found


def leaf_of(version: ListVersion) -> int | None:
    """Give the place of a version in the log, None while it is not sealed."""
    return index_of(list_ref(version))
