"""The first sign-in of accounts that nobody knows a password of: codes printed once, each for one own password.

A code is no sign-in: all that it opens is the page on which its holder sets a password. The code itself is nowhere
kept; what is stored of it is a digest.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.signin.models import ActivationCode
from mingjing.signin.selectors import never_in
from mingjing.signin.services import SignInRefused, Where, note_change, note_sign_in
from mingjing.signin.tries import Tries
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.personnel.models import Person

# Choices of the house.
LIVES: Final = timedelta(days=14)
PENDING: Final = timedelta(minutes=10)  # between the code and the password
_WAIT: Final = timedelta(minutes=30)
BY_NAME: Final = Tries("activation-name", most=5, within=_WAIT)
BY_ADDRESS: Final = Tries("activation-address", most=20, within=_WAIT)

_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
_GROUPS, _GROUP = 4, 4  # 79 bits: a plain digest cannot be guessed back
_HOW: Final = "激活码"
_WRONG: Final = (
    "用户名或者激活码不对，或者激活码已经用过、已经作废。请对照激活单重新输入；仍不行的，请找安全管理员"
)
_OFTEN: Final = "试的次数太多，请 30 分钟后再试，或者请安全管理员重设密码"


@transaction.atomic
def make_sheet(*, people: Collection["Person"], by: "Person", at: datetime) -> tuple[str, dict[str, str]]:
    """Make a code for each of these people; give the number of the sheet and the codes by username, this once.

    Codes they had before end. Raises SignInRefused, having written nothing, where somebody has been in already.
    """
    take_turn("activation")
    if by.pk in {one.pk for one in people}:
        raise SignInRefused("不能给本人制发激活码。请由另一名安全管理员办理")
    if len(never_in({one.pk for one in people})) < len(people):
        raise SignInRefused("其中有人已经登录过或者设好了密码，不用激活码。请刷新页面后再办")
    ActivationCode.objects.filter(person__in=people, used_at=None).delete()
    sheet = secrets.token_hex(4)
    codes = {one.username: _code() for one in people}
    ActivationCode.objects.bulk_create(
        ActivationCode(
            person=one,
            sheet=sheet,
            digest=_digest(codes[one.username]),
            made_by=by.username,
            made_at=at,
            expires_at=at + LIVES,
        )
        for one in people
    )
    for one in people:
        note_change(one, by.username, "activation_made", f"激活单 {sheet}", at)
    return sheet, codes


def prove(*, person: "Person | None", username: str, code: str, where: Where, at: datetime) -> int:
    """Say which code somebody holds, using up none; a try counts by name and address, whoever is named.

    Raises SignInRefused, whose message is the same whatever is wrong.
    """
    tries = [(BY_NAME, username.lower()), (BY_ADDRESS, where.address)]
    taken = [one.take(key, at=at) for one, key in tries]
    if None in taken:
        raise SignInRefused(_OFTEN)
    row = _open(at).filter(person=person, digest=_digest(code)).first() if person is not None else None
    if row is None or _been_in(row):
        if person is not None:
            note_sign_in(person=person, outcome="refused", how=_HOW, at=at, where=where)
        raise SignInRefused(_WRONG)
    for (one, _), number in zip(tries, taken, strict=True):
        one.give_back(number or 0)
    return row.pk


def holder(*, pk: int, at: datetime) -> "Person | None":
    """Give whose code this is while it still opens."""
    row = _open(at).filter(pk=pk).select_related("person").first()
    return row.person if row is not None and not _been_in(row) else None


@transaction.atomic
def use(*, pk: int, at: datetime) -> None:
    """Use a code up, in the transaction that sets the password. Raises SignInRefused where it opens no more."""
    person = holder(pk=pk, at=at)
    # The condition makes one of two requests with the same code lose.
    if person is None or not ActivationCode.objects.filter(pk=pk, used_at=None).update(used_at=at):
        raise SignInRefused(_WRONG)
    row = ActivationCode.objects.get(pk=pk)
    note_change(person, person.username, "activation_used", f"激活单 {row.sheet}", at)


def _open(at: datetime) -> "QuerySet[ActivationCode]":
    return ActivationCode.objects.filter(used_at=None, expires_at__gt=at, person__is_active=True)


def _been_in(row: ActivationCode) -> bool:
    """Whether its holder has come in or set a password by another way: then the code opens nothing any more."""
    return not never_in({row.person_id})


def _code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _digest(code: str) -> str:
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
