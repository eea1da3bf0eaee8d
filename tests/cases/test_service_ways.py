"""Six ways of service in a real case: each refused without what the law asks of it, recorded with it, counted from."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from mingjing.cases.models import Act, Case, CaseDeadline
from mingjing.cases.services import ActRefused, Deed, record_act
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db
SIGNED = {"receiver_name": "王建民", "receiver_relation": "party"}
UNFILMED = {"no_recording_reason": "设备故障"}
AT_HOME = {"service_place": "当事人住所"}
LEFT = {"service_refusal_note": "拒绝签收，说明事由后留置。", "witness_name": "李社区"}
ANNOUNCED = {
    "announced_on": "2026-04-04",
    "announcement_days": "30",
    "announcement_at": "机关公告栏和网站",
    "announcement_reason": "直接、邮寄均无法送达。",
}
# What is stated of each way; what makes it none; after how many days it is recorded.
WAYS: dict[str, tuple[dict[str, str], dict[str, str], int]] = {
    "direct": ({**SIGNED, **AT_HOME}, {"receiver_name": ""}, 2),
    "left": ({**AT_HOME, **LEFT, **UNFILMED}, {"service_refusal_note": ""}, 2),
    "mail": ({**SIGNED, "mail_no": "EMS1234567890"}, {"mail_no": ""}, 2),
    "entrusted": ({**SIGNED, **AT_HOME, "entrusted_to": "汝州市城市管理局"}, {"mail_no": "EMS1"}, 2),
    "electronic": ({"service_account": "13800000000", **UNFILMED}, {"mail_no": "EMS1"}, 2),
    "announcement": ({**ANNOUNCED, **UNFILMED}, {"announcement_days": "29"}, 40),
}


def record(cast: Cast, case: Case, kind: str, facts: dict[str, Any], days: int, once: str) -> Act:
    """An act so many days after the decision."""
    decided = case.acts.get(kind="penalty_decided").done_at
    assert decided is not None
    deed = Deed(
        kind=kind,
        facts={name: value for name, value in facts.items() if value != ""},
        performers=["officer", "officer2"],
        by=cast.officer,
        done_at=decided + timedelta(days=days),
    )
    return record_act(case=case, deed=deed, once=once)


def agreed(cast: Cast, case: Case) -> Act:
    """The party's word that it may be served electronically."""
    facts = {
        "service_address": "舞钢市建设路18号",
        "service_consent": True,
        "service_account": "13800000000",
        "service_liability_told": True,
        "party_signed": True,
    }
    return record(cast, case, "address_confirmed", facts, 1, "agreed")


def test_each_way_of_service_is_refused_without_its_proof_and_starts_the_limits_with_it(cast: Cast) -> None:
    """The refusal writes nothing; what is recorded is the service from which the party's limits run."""
    _, case = told(cast, until="penalty_decided")
    for way in WAYS:
        with transaction.atomic():
            serve(cast, case, way)
            transaction.set_rollback(True)  # the next way begins where this one began


def serve(cast: Cast, case: Case, way: str) -> None:
    """Try a way without what it needs, then with it."""
    facts, wrong, days = WAYS[way]
    said = {"service_document": "penalty_decided", "service_method": way, **facts}
    if way == "electronic":
        with pytest.raises(ActRefused, match="确认书"):
            record(cast, case, "document_served", said, days, "not agreed")
        agreed(cast, case)

    before = case.acts.count()
    with pytest.raises(ActRefused):
        record(cast, case, "document_served", said | wrong, days, "without")
    assert case.acts.count() == before
    act = record(cast, case, "document_served", said, days, "with")

    assert act.facts["service_method"] == way
    assert CaseDeadline.objects.filter(case=case, start_seq=act.seq).exists(), way
