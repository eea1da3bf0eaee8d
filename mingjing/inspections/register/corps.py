"""The list of inspectors as its page reads it: certificate today, kinds, load, whom each avoids; nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.inspections.models import Avoidance, InspectedObject
from mingjing.inspections.register.inspectors import Hint, avoidances_of, hints, open_tasks
from mingjing.packs.random_terms import random_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import ENFORCEMENT_FIELDS, agencies_visible_to, officers_in, qualifications
from mingjing.personnel.selectors import agencies as all_agencies

if TYPE_CHECKING:
    from mingjing.personnel.certificates import Qualification
    from mingjing.personnel.models import Agency, Person

# What mends a certificate that is not good today, by its state.
REMEDIES: Final = {
    "expired": "已过期，不列入抽取名单。请向发证机关申请换发，在“人员与证件”登记新证，次日的名单版本自动列入",
    "suspended": "暂扣期间不列入抽取名单。恢复后在“人员与证件”登记，次日的名单版本自动列入",
    "taken_back": "已收回，不列入抽取名单。重新取得执法证后登记新证",
    "cancelled": "已注销，不列入抽取名单。重新取得执法证后登记新证",
    "none": "没有生效的执法证，不列入抽取名单。经考试取得执法证后在“人员与证件”登记",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One inspector today."""

    person: "Person"
    held: "Qualification"
    fields: Sequence[str]
    load: int
    avoids: int

    @property
    def valid(self) -> bool:
        return self.held.state == "valid"

    @property
    def remedy(self) -> str:
        return REMEDIES.get(self.held.state, "")


@dataclass(frozen=True, slots=True)
class Relation:
    """One avoidance as the viewer may read it: the ground stays between the office and the inspector himself."""

    row: Avoidance
    officer: str
    object: str
    ground: str
    own: bool


@dataclass(frozen=True, slots=True)
class CorpsPage:
    """The list of one agency; `hints` only for the office that has to ask."""

    inspectors: Sequence[Standing]
    relations: Sequence[Relation]
    hints: Sequence[Hint]
    most: int  # visits one inspector may have open


def agencies_for(person: "Person") -> "list[Agency]":
    """Give the agencies whose inspectors this person sees."""
    ids = set(agencies_visible_to(person, "inspect.view"))
    return [one for one in all_agencies() if one.pk in ids]


def corps_page(agency: "Agency", viewer: "Person", on: date) -> CorpsPage:
    """Give the inspectors of an agency with everything that decides whether one may be sent."""
    officers = officers_in([agency.pk])
    held, load, titles = qualifications(officers, on), open_tasks(), dict(ENFORCEMENT_FIELDS)
    rows = avoidances_of(agency)
    open_rows = Counter(one.certificate for one in rows if one.ended_at is None)
    office = viewer.agency_id == agency.pk and may(viewer, "inspect.register", agency.code)
    names = {held[one.username].number: one for one in officers if held[one.username].number}
    inspectors = [
        Standing(
            person=one,
            held=held[one.username],
            fields=[titles.get(field, field) for field in held[one.username].fields],
            load=load[held[one.username].number],
            avoids=open_rows[held[one.username].number],
        )
        for one in officers
    ]
    objects = dict(
        InspectedObject.objects.filter(
            register=agency.region, public_id__in={one.public_id for one in rows}
        ).values_list("public_id", "name")
    )
    relations = [_relation(one, names.get(one.certificate), objects, viewer, office=office) for one in rows]
    terms = random_terms(agency.region, agency.field, agency.code)
    return CorpsPage(
        sorted(inspectors, key=lambda one: (one.valid, one.person.username)),
        [one for one in relations if office or one.own],
        hints(agency) if office else [],
        terms.most,
    )


def _relation(
    row: Avoidance, officer: "Person | None", objects: dict[str, str], viewer: "Person", *, office: bool
) -> Relation:
    own = officer is not None and officer.pk == viewer.pk
    return Relation(
        row=row,
        officer=officer.name if officer else row.certificate,
        object=objects.get(row.public_id, row.public_id),
        ground=row.ground if office or own else "",
        own=own,
    )
