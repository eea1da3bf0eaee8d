"""The trail of administration: each change one row and one leaf; the database lets it grow only, the audit sees all."""

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.personnel import services
from mingjing.personnel.audit import audit_register
from mingjing.personnel.models import RegisterChange
from mingjing.personnel.register_log import REF
from mingjing.personnel.services import set_roles
from mingjing.translog.selectors import entries_of_kind
from tests.append_only import guards_lifted


def leaves() -> int:
    return sum(ref.startswith(REF) for ref, _ in entries_of_kind("register"))


def test_every_change_is_one_row_and_one_leaf(cast):
    """Entering the whole cast made as many of either; a change of roles one more of each."""
    assert leaves() == RegisterChange.objects.count() >= 20
    set_roles(username="officer", roles=["officer", "clerk"], by="security")
    assert leaves() == RegisterChange.objects.count()
    assert list(audit_register()) == []


def test_a_change_that_cannot_be_logged_is_not_made(cast, monkeypatch):
    """The trail stands in the same transaction: without it nothing happens; with it the change is made."""

    def fails(**leaf):
        raise OSError("no room left")

    with monkeypatch.context() as broken:
        broken.setattr("mingjing.personnel.register_log.enqueue", fails)
        with pytest.raises(OSError, match="no room"):
            set_roles(username="officer", roles=["clerk"], by="security")
    cast.officer.refresh_from_db()
    assert cast.officer.roles == ["officer"]
    assert set_roles(username="officer", roles=["clerk"], by="security").roles == ["clerk"]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(by="somebody"),
        lambda rows: rows._raw_delete("default"),
        lambda rows: rows.bulk_create([RegisterChange(pk=rows[0].pk, by="x", action="x", subject="x")]),
    ],
)
def test_the_database_lets_the_trail_grow_and_nothing_else(cast, change):
    """Not changed, not deleted, not replaced; a new row is taken."""
    before = list(RegisterChange.objects.values_list("pk", "by"))
    with pytest.raises(IntegrityError), transaction.atomic():
        change(RegisterChange.objects.all())
    assert list(RegisterChange.objects.values_list("pk", "by")) == before
    services.set_active(username="clerk", active=False, by="admin")
    assert RegisterChange.objects.count() == len(before) + 1


def test_who_gets_past_the_triggers_is_found_by_the_log(cast):
    """A changed row, an inserted one and a deleted one, each by itself; whole again, nothing is said."""
    row = RegisterChange.objects.latest("pk")
    with guards_lifted(connection):
        RegisterChange.objects.filter(pk=row.pk).update(by="somebody")
    assert ["已被改动" in line for line in audit_register()] == [True]
    with guards_lifted(connection):
        RegisterChange.objects.filter(pk=row.pk).update(by=row.by)
    assert list(audit_register()) == []

    inserted = RegisterChange.objects.create(by="x", action="roles_set", subject="officer", code="feed")
    assert ["绕过系统插入" in line for line in audit_register()] == [True]
    with guards_lifted(connection):
        RegisterChange.objects.filter(pk__in=[inserted.pk, row.pk]).delete()
    assert ["已被删除" in line for line in audit_register()] == [True]
