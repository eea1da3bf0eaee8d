"""Inspection items: drafted and mended here, made public as rows of a list above; only what is public may be used."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.inspections.models import FrequencyCap, InspectedObject, InspectionItem
from mingjing.inspections.visiting.scheme import ANSWERS, MOST_CLAUSES
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.basis import basis_faults
from mingjing.packs.random_terms import RISKS, random_terms
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

WAYS: Final = tuple((one.value, str(one.label)) for one in InspectionItem.Way)
KINDS: Final[Mapping[str, str]] = {one.value: str(one.label) for one in InspectedObject.Kind}
CLASSES: Final[Mapping[bool, str]] = {True: "重点检查事项", False: "一般检查事项"}
LONGEST: Final[Mapping[str, int]] = {
    "name": 200, "area": 60, "basis": 600, "object": 200, "frequency": 60, "joint": 200, "note": 200,
}  # fmt: skip
_TITLES: Final[Mapping[str, str]] = {
    "name": "抽查事项", "area": "抽查领域", "basis": "抽查依据", "object": "抽查对象", "frequency": "抽查频次",
    "joint": "配合部门", "note": "备注",
}  # fmt: skip
_NEEDED: Final = ("name", "basis", "object", "frequency")


class ItemRefused(Exception):
    """Nothing was written, or the item may not be used. The message is Chinese and says what would make it possible."""


class NoItem(LookupError):
    """There is no such item of this agency."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One question of the check form: the article it asks after, the kind of answer, and whether a photo is needed."""

    question: str
    basis: str
    answer: str
    photo: bool = False


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """What an item says; `ratios` are per cent of each risk class."""

    name: str
    basis: str
    object: str
    frequency: str
    clauses: Sequence[Clause]
    ratios: Mapping[str, str]
    way: str
    key: bool = False
    area: str = ""
    kinds: Sequence[str] = ()
    industries: Sequence[str] = ()
    joint: str = ""
    note: str = ""


@transaction.atomic
def save_item(*, terms: ItemTerms, by: "Person", at: datetime, code: str = "") -> InspectionItem:
    """Write an item of the person's agency; one that was ever public gets a new version. Raises ItemRefused."""
    agency = by.agency
    if not may(by, "inspect.item", agency.code):
        raise ItemRefused("您没有起草抽查事项的权限。请由本机关的档案文书人员、公示人员起草")
    if faults := item_faults(terms, agency, legal_day(at)):
        raise ItemRefused("；".join(faults))
    last = latest(agency, code) if code else None
    fresh = last is None or last.ever_published
    item = InspectionItem(agency=agency, code=secrets.token_hex(6), version=1) if last is None else last
    if last is not None and fresh:
        item = InspectionItem(agency=agency, code=last.code, version=last.version + 1)
    for name, value in _columns(terms).items():
        setattr(item, name, value)
    item.drafted_by, item.drafted_at = by.username, at
    item.save(force_insert=fresh)
    return item


def item_faults(terms: ItemTerms, agency: "Agency", day: date) -> list[str]:
    """Say in Chinese all that an item cannot stand with on the day; nothing where it can."""
    register = register_for(agency.code)
    faults = [f"{_TITLES[name]}：空的" for name in _NEEDED if not getattr(terms, name).strip()]
    faults += [
        f"{_TITLES[name]}：最多 {most} 个字"
        for name, most in LONGEST.items()
        if len(getattr(terms, name)) > most
    ]
    faults += [f"抽查依据：{one}" for one in basis_faults(terms.basis, register, day)]
    if terms.way not in dict(WAYS):
        faults.append("抽查方式：请选择")
    if unknown := set(terms.kinds) - set(InspectedObject.Kind.values):
        faults.append(f"对象类别：不认识“{sorted(unknown)[0]}”")
    if not 1 <= len(terms.clauses) <= MOST_CLAUSES:
        faults.append(f"检查内容：至少 1 条，最多 {MOST_CLAUSES} 条")
    for number, clause in enumerate(terms.clauses, 1):
        if not clause.question.strip() or clause.answer not in ANSWERS:
            faults.append(f"检查内容第 {number} 条：写明问题，选择答案的类型")
        faults += [f"检查内容第 {number} 条：{one}" for one in basis_faults(clause.basis, register, day)]
    return [*faults, *ratio_faults(terms.ratios, key=terms.key, agency=agency)]


def ratio_faults(ratios: Mapping[str, str], *, key: bool, agency: "Agency") -> list[str]:
    """Say what is wrong with ratios: not numbers, none at all, or above the ceiling of a general item."""
    terms = random_terms(agency.region, agency.field, agency.code)
    faults, any_taken = [], False
    for risk in RISKS:
        percent = percent_of(ratios, risk)
        if percent is None or not 0 <= percent <= 100:
            faults.append(f"{risk} 类抽查比例：请填 0 至 100 的数")
            continue
        any_taken = any_taken or percent > 0
        if not key and percent > terms.ceiling[risk]:
            faults.append(
                f"{risk} 类抽查比例 {percent}% 超过一般检查事项的上限 {terms.ceiling[risk]}%。"
                "请降低比例；确属重点检查事项的，选择“重点检查事项”"
            )
    return faults if faults or any_taken else ["抽查比例：至少有一个风险等级大于 0"]


def percent_of(ratios: Mapping[str, str], risk: str) -> Decimal | None:
    """Give the per cent of a risk class; a class that is not named is not inspected. None: not a number."""
    try:
        value = Decimal(ratios.get(risk) or "0")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def latest(agency: "Agency", code: str) -> InspectionItem:
    """Give the latest version of an item, or raise NoItem."""
    row = InspectionItem.objects.filter(agency=agency, code=code).order_by("-version").first()
    if row is None:
        raise NoItem(code)
    return row


def versions(agency: "Agency", code: str) -> list[InspectionItem]:
    """Give every version of an item, the latest first."""
    return list(InspectionItem.objects.filter(agency=agency, code=code).order_by("-version"))


def items_of(agency: "Agency") -> list[InspectionItem]:
    """Give the latest version of every item of an agency, by name."""
    found: dict[str, InspectionItem] = {}
    for one in InspectionItem.objects.filter(agency=agency).select_related("agency").order_by("version"):
        found[one.code] = one
    return sorted(found.values(), key=lambda one: (one.name, one.code))


def public_item(agency: "Agency", code: str) -> InspectionItem:
    """Give the version of an item that stands in the published list. Raises ItemRefused where none does."""
    rows = InspectionItem.objects.filter(agency=agency, code=code).select_related("agency")
    row = rows.filter(published_in__isnull=False).order_by("-version").first()
    if row is None:
        name = rows.order_by("-version").values_list("name", flat=True).first() or code
        raise ItemRefused(
            f"抽查事项“{name}”没有列入现行公布的随机抽查事项清单，不能列入计划，也不能抽取。请先公布清单"
        )
    return row


def public_items(agency: "Agency") -> list[InspectionItem]:
    """Give what may be planned and drawn: the published version of every item that has one."""
    rows = InspectionItem.objects.filter(agency=agency, published_in__isnull=False).select_related("agency")
    return list({one.code: one for one in rows.order_by("version")}.values())


def every_version(agency: "Agency") -> list[InspectionItem]:
    """Give every version of every item of an agency, the first versions first."""
    return list(InspectionItem.objects.filter(agency=agency).select_related("agency").order_by("version"))


def item_row(item: InspectionItem) -> dict[str, str]:
    """Give an item as the public list tells it, by column."""
    return {
        "field": item.area,
        "name": item.name,
        "body": item.agency.name,
        "basis": item.basis,
        "object": item.object,
        "content": "；".join(f"{number}.{one['question']}" for number, one in enumerate(item.clauses, 1)),
        "ratio": ratio_words(item.ratios),
        "way": str(InspectionItem.Way(item.way).label),
        "frequency": item.frequency,
        "class": CLASSES[item.key],
        "joint": item.joint,
        "note": item.note,
    }


def ratio_words(ratios: Mapping[str, str]) -> str:
    """Give ratios in words, class by class."""
    told = ((risk, percent_of(ratios, risk)) for risk in RISKS)
    return "，".join(f"{risk}类 {percent.normalize():f}%" for risk, percent in told if percent)


def clauses_of(item: InspectionItem) -> list[Clause]:
    """Give the check clauses of an item."""
    return [Clause(**one) for one in item.clauses]


def terms_of(item: InspectionItem) -> ItemTerms:
    """Give an item as it was written, to be written again."""
    told = {name: getattr(item, name) for name in ItemTerms.__dataclass_fields__ if name != "clauses"}
    return ItemTerms(**told, clauses=clauses_of(item))


@transaction.atomic
def note_published(item_ids: Mapping[int, int], *, agency: "Agency") -> None:
    """Note which items of an agency stand in its published list (id -> version of the list), and that no other does.

    Called by whoever publishes lists, with what the public can read at that moment.
    """
    rows = InspectionItem.objects.select_for_update().filter(agency=agency)
    for item in rows:
        standing = item_ids.get(item.pk)
        if item.published_in != standing:
            item.published_in = standing
            item.ever_published = item.ever_published or standing is not None
            item.save(update_fields=["published_in", "ever_published"])


@transaction.atomic
def note_caps(rows: Sequence[Mapping[str, str]], *, version: int, agency: "Agency") -> None:
    """Replace the caps of an agency by those of its published list; none where it was withdrawn."""
    FrequencyCap.objects.filter(agency=agency).delete()
    FrequencyCap.objects.bulk_create(
        FrequencyCap(
            agency=agency, name=row["name"], object=row["object"], most=int(Decimal(row["cap"])),
            published_in=version,
        )
        for row in rows
    )  # fmt: skip


def _columns(terms: ItemTerms) -> dict[str, Any]:
    told = asdict(terms)
    ratios = {risk: str(percent_of(terms.ratios, risk)) for risk in RISKS if percent_of(terms.ratios, risk)}
    return told | {
        "clauses": [asdict(one) for one in terms.clauses],
        "ratios": ratios,
        "kinds": list(terms.kinds),
        "industries": list(terms.industries),
    }
