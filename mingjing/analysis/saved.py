"""Filters that people keep under a name: their own, and those that colleagues of the agency let them open."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from mingjing.analysis.models import SavedView
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST: Final = 30  # of one person
LONGEST, LONGEST_QUERY = 40, 500


class NotSaved(Exception):
    """What was asked for was not done; the message says why, in Chinese."""


class NoSuchView(LookupError):
    """There is none, or it is somebody else's."""


def views_for(person: "Person", subject: str = "") -> QuerySet[SavedView]:
    """Give a person's own views and those shared in the agency, by subject and name."""
    rows = SavedView.objects.filter(Q(owner=person.username) | Q(shared=True), agency=person.agency_id)
    return (rows.filter(subject=subject) if subject else rows).order_by("subject", "name", "pk")


def default_of(person: "Person", subject: str) -> SavedView | None:
    """Give the view that a person's page opens with."""
    return _own(person).filter(subject=subject, default=True).first()


@transaction.atomic
def save(*, by: "Person", subject: str, name: str, query: str, shared: bool, at: datetime) -> SavedView:
    """Keep the filters under a name. Raises NotSaved, having written nothing."""
    name = _fit(name)
    if len(query) > LONGEST_QUERY:
        raise NotSaved("筛选条件过长，不能保存。请减少条件后再试。")
    take_turn("views", by.pk)
    if _own(by).count() >= MOST:
        raise NotSaved(f"每人最多保存 {MOST} 个视图。请先删除不用的。")
    _free(by, subject, name)
    return SavedView.objects.create(
        agency_id=by.agency_id,
        owner=by.username,
        subject=subject,
        name=name,
        query=query,
        shared=shared,
        at=at,
    )


@transaction.atomic
def rename(*, by: "Person", pk: int, name: str) -> SavedView:
    """Give a view another name. Raises NotSaved or NoSuchView."""
    take_turn("views", by.pk)
    row, name = own(by, pk), _fit(name)
    if name != row.name:
        _free(by, row.subject, name)
        row.name = name
        row.save(update_fields=["name"])
    return row


@transaction.atomic
def share(*, by: "Person", pk: int, shared: bool) -> SavedView:
    """Let the agency open a view, or no longer. Raises NoSuchView."""
    row = own(by, pk)
    row.shared = shared
    row.save(update_fields=["shared"])
    return row


@transaction.atomic
def open_with(*, by: "Person", pk: int, default: bool) -> SavedView:
    """Let a person's page of the subject open with a view, or no longer. Raises NoSuchView."""
    take_turn("views", by.pk)
    row = own(by, pk)
    _own(by).filter(subject=row.subject, default=True).update(default=False)
    row.default = default
    row.save(update_fields=["default"])
    return row


@transaction.atomic
def delete(*, by: "Person", pk: int) -> SavedView:
    """Forget a view. Raises NoSuchView."""
    row = own(by, pk)
    SavedView.objects.filter(pk=row.pk).delete()
    return row


def own(person: "Person", pk: int) -> SavedView:
    """Give one of a person's own views, or raise NoSuchView."""
    row = _own(person).select_for_update().filter(pk=pk).first()
    if row is None:
        raise NoSuchView(pk)
    return row


def _own(person: "Person") -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner=person.username, agency=person.agency_id)


def _fit(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NotSaved("请给视图起一个名称。")
    if len(name) > LONGEST:
        raise NotSaved(f"名称最多 {LONGEST} 个字。")
    return name


def _free(by: "Person", subject: str, name: str) -> None:
    if _own(by).filter(subject=subject, name=name).exists():
        raise NotSaved(f"您已有一个名为“{name}”的视图。请换一个名称，或者先删除原来的。")
