"""Following a search by e-mail: asked for, confirmed by whoever reads the mailbox, ended by one click."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from mingjing.publicity.news import described
from mingjing.publicity.search import Wanted
from mingjing.publicity.selectors import choices, firm_of_text
from mingjing.publicity.subscription_models import Subscription, SubscriptionAddress
from mingjing.translog.selectors import log_health
from mingjing.translog.turns import take_turn

FOLLOWED: Final = ("text", "law", "agency", "region", "kind", "result")
MOST: Final = 20  # subscriptions of one address
UNCONFIRMED: Final = timedelta(days=2)  # then a request nobody has confirmed is forgotten


class SubscriptionRefused(Exception):
    """Nothing was kept. The message is Chinese."""


def offered() -> bool:
    """Say whether this site sends mail at all."""
    return bool(settings.MINGJING_SMTP_URL)


def wanted_of(query: Mapping[str, str], *, on: date) -> Wanted:
    """Give the search that is followed."""
    text, law, agency, region, kind, result = (str(query.get(name, "")) for name in FOLLOWED)
    return Wanted(on=on, text=text, law=law, agency=agency, region=region, kind=kind, result=result)


def title_of(query: Mapping[str, str]) -> str:
    """Say in Chinese what is followed."""
    titles = {sort: dict(choices(sort)) for sort in ("region", "agency", "kind", "result")}
    return described(wanted_of(query, on=date.min), titles, str(query.get("firm", "")))[:300]


@transaction.atomic
def request(*, address: str, query: Mapping[str, str], at: datetime) -> None:
    """Keep a wish to follow; a mail asks the owner of the mailbox whether it is his.

    What the address follows already is not asked for again, and the caller cannot tell: nobody finds out who follows
    what. Raises SubscriptionRefused where the address or the firm's code cannot be right.
    """
    mailbox = address.strip()[:254]
    try:
        validate_email(mailbox)
    except ValidationError as wrong:
        raise SubscriptionRefused("邮箱地址不对。请写成 name@example.cn 的样子，再提交一次。") from wrong
    followed = {name: str(query.get(name, ""))[:100] for name in (*FOLLOWED, "firm") if query.get(name)}
    if "firm" in followed and not firm_of_text(followed["firm"]):
        raise SubscriptionRefused("统一社会信用代码的校验位不对，请核对后再订阅。")
    take_turn("subscriptions", mailbox.lower())
    held = Subscription.objects.filter(address__address__iexact=mailbox)
    if held.filter(query=followed).exists() or held.count() >= MOST:
        return
    nonce = secrets.token_hex(16)
    row = Subscription.objects.create(
        nonce=nonce,
        token_hash=_hash(_token(nonce)),
        query=followed,
        title=title_of(followed),
        requested_at=at,
    )
    SubscriptionAddress.objects.create(subscription=row, address=mailbox)


def subscription(token: str) -> Subscription | None:
    """Give what a token stands for, None where it stands for nothing."""
    return Subscription.objects.filter(token_hash=_hash(token)).first()


def confirm(*, token: str, at: datetime) -> Subscription | None:
    """Begin to send; confirming twice changes nothing. None where there is nothing to confirm."""
    found = subscription(token)
    if found is not None and found.confirmed_at is None:
        place = log_health().size - 1
        rows = Subscription.objects.filter(pk=found.pk, confirmed_at=None)
        rows.update(confirmed_at=at, since=place, told=place)
    return found


@transaction.atomic
def end(*, token: str) -> None:
    """Stop sending and forget the address and what it followed, at once and for good."""
    Subscription.objects.filter(token_hash=_hash(token)).delete()


def forget_unconfirmed(*, at: datetime) -> int:
    """Forget requests that nobody confirmed in time, with their addresses."""
    rows = Subscription.objects.filter(confirmed_at=None, requested_at__lt=at - UNCONFIRMED)
    return rows.delete()[1].get("publicity.Subscription", 0)


def links_of(row: Subscription) -> dict[str, Any]:
    """Give the addresses by which a subscription is confirmed and ended."""
    base = f"{settings.MINGJING_ORIGIN}/counter/subscribe"
    token = _token(row.nonce)
    return {name: f"{base}/{name}/{token}/" for name in ("confirm", "end", "end-now")}


def _token(nonce: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"subscription {nonce}".encode(), hashlib.sha256).hexdigest()[:40]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
