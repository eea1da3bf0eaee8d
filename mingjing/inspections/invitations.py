"""Links for those who help to make a seed and have no account: given once, known here by their digest only."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from mingjing.inspections.ceremony import DrawRefused
from mingjing.inspections.drawing.bundle import VOID
from mingjing.inspections.models import Draw, DrawParty, Invitation
from mingjing.inspections.standing import stage_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

KEY_BYTES = 18


def invite(*, draw: Draw, party: str, by: "Person", at: datetime) -> str:
    """Give a fresh link key for an invited party; an earlier one stays good until the party is bound.

    Raises DrawRefused where the party is an agency, whose own people sign in, or is bound already.
    """
    seat = DrawParty.objects.filter(draw=draw, name=party).first()
    if seat is None or seat.agency_id is not None:
        raise DrawRefused("只有受邀的出数方用链接；机关由本机关人员登录办理。")
    if draw.pledges.filter(party=party).exists():
        raise DrawRefused(f"“{party}”已经提交承诺，公开随机数仍用原来的链接。")
    key = secrets.token_urlsafe(KEY_BYTES)
    Invitation.objects.create(party=seat, key_digest=_digest(key), by=by.username, at=at)
    return key


def invited(key: str) -> DrawParty | None:
    """Give the party to which a link key was given, None for any other key."""
    found = Invitation.objects.filter(key_digest=_digest(key)).select_related("party__draw__campaign").first()
    if found is None or stage_of(found.party.draw) == VOID:
        return None
    return found.party


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
