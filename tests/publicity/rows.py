"""Publications written as the services would write them, without their cases, for tests of what is found and shown."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from mingjing.publicity import search
from mingjing.publicity.models import Publication, Withdrawal
from mingjing.translog.services import enqueue

FIRM, OTHER_FIRM = "91410481000000086C", "91410482000000094M"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def publish(agency: Any, party: str = "舞钢市宏发置业有限公司", **told: Any) -> Publication:
    """Write one publication; `uscc`, `party_kind`, `law` and `penalty` go into its text, the rest are columns."""
    number = Publication.objects.count() + 1
    lines = {
        "party_kind": told.pop("party_kind", "法人或者非法人组织"),
        "party_name": party,
        "party_uscc": told.pop("uscc", ""),
        "violated": told.pop("law", ""),
        "penalty_kinds": told.pop("penalty", ""),
    }
    body = [{"name": n, "title": n, "value": v, "masked": "*" in v} for n, v in lines.items() if v]
    columns = {
        "code": f"{number:020x}",
        "case_code": "c",
        "act_code": f"a{number}",
        "log_code": "l",
        "publication_act": f"p{number}",
        "agency": agency,
        "agency_name": agency.name,
        "kind": "penalty_decided",
        "kind_title": "行政处罚决定",
        "title": "擅自占用城市道路",
        "document_no": f"舞城管罚决〔2026〕{number}号",
        "party": party,
        "decided_on": date(2026, 3, 2),
        "published_at": AT,
        "body": body,
        "salt": b"",
        "commitment": "",
        **told,
    }
    with transaction.atomic():
        row = Publication.objects.create(**columns)
        search.index(row.pk, search.searchable(row))
        enqueue(kind="publication", data={"h": "00" * 32, "at": AT.isoformat()}, ref=row.code)
    return row


def take_down(row: Publication, at: datetime = AT) -> Withdrawal:
    """Withdraw a publication."""
    with transaction.atomic():
        search.forget(row.pk)
        enqueue(kind="withdrawal", data={"h": "11" * 32, "at": AT.isoformat()}, ref=f"withdrawal-{row.code}")
        return Withdrawal.objects.create(
            publication=row,
            act_code=f"w{row.pk}",
            ground="公示内容不准确",
            reason="金额有误。",
            withdrawn_at=at,
            withdrawn_by="publicity",
            salt=b"",
            commitment="",
        )
