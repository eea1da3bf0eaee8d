"""Finished draws written without the ceremony, for simulations alone: no record, no seed, nothing to verify.

A firm that a draw passes over against all chance cannot come out of the ceremony itself; here it can be planted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.inspections.models import Campaign, Draw, DrawLine
from mingjing.inspections.register.lists import commit_list
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

STRATUM: Final = "全部对象"
REGISTER: Final = "检查对象名录库"
TERM: Final = timedelta(days=20)  # of a campaign


@dataclass(frozen=True, slots=True)
class Round:
    """One draw: when its campaign began, and whom it gave."""

    begins: datetime
    objects: Sequence[str]


@transaction.atomic
def write_draws(
    *, agency: "Agency", objects: Sequence[str], rounds: Sequence[Round], by: "Person", at: datetime
) -> None:
    """Commit to the list of an agency and write what its draws gave."""
    listed = commit_list(
        agency=agency,
        register=REGISTER,
        strata={STRATUM: objects},
        conditions=["全部存续的检查对象"],
        by=by,
        at=at,
    )
    for number, one in enumerate(rounds):
        code = digest({"agency": agency.code, "list": listed.code, "round": number})
        begins = legal_day(one.begins)
        campaign = Campaign.objects.create(
            code=code[:24],
            log_code=code[24:48],
            agency=agency,
            title=f"{begins.year}年{begins.month}月双随机抽查",
            begins=begins,
            ends=begins + TERM,
            made_by=by.username,
            made_at=one.begins,
        )
        draw = Draw.objects.create(
            campaign=campaign,
            round=1,
            list=listed,
            declaration={"strata": [{"name": STRATUM, "size": len(objects), "take": len(one.objects)}]},
            digest=code,
            declared_by=by.username,
            declared_at=one.begins,
        )
        DrawLine.objects.bulk_create(
            DrawLine(draw=draw, position=at_, stratum=STRATUM, counter=at_, place=at_, object=name)
            for at_, name in enumerate(one.objects, 1)
        )
