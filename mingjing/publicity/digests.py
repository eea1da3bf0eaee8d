"""The mails to subscribers: one that asks for confirmation, and once a day what is new; sent at least once each."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.publicity import search
from mingjing.publicity.models import Publication, Withdrawal
from mingjing.publicity.news import bare, tellable
from mingjing.publicity.selectors import firm_of_text
from mingjing.publicity.subscription_models import Subscription
from mingjing.publicity.subscriptions import forget_unconfirmed, links_of, offered, wanted_of
from mingjing.publicity.terms import Terms, firm_code
from mingjing.translog.selectors import index_of, log_health, sealed_after

AT_ONCE: Final = 200  # mails in one turn of the worker
MOST: Final = 100  # lines of one mail
CHUNK: Final = 5_000
PAUSE: Final = timedelta(minutes=5)  # after the mail server has refused
WITHDRAWN: Final = "withdrawal-"


@dataclass(frozen=True, slots=True)
class _Event:
    """One leaf of the log that subscribers are told of: a publication, or that one was taken down."""

    index: int
    publication: Publication
    terms: Terms
    published_at_index: int
    withdrawal: Withdrawal | None


class Sender:
    """Sends what is due a slice a turn, and leaves a mail server that refuses alone for a while."""

    def __init__(self) -> None:
        self._not_before: datetime | None = None

    def send(self, *, at: datetime) -> int:
        """Send what is due; give how many mails went out. What fails stays due."""
        if not offered() or (self._not_before and at < self._not_before):
            return 0
        try:
            forget_unconfirmed(at=at)
            return send_due(at=at)
        except OSError:  # every fault of SMTP and of the network is one
            self._not_before = at + PAUSE
            raise


def send_due(*, at: datetime) -> int:
    """Send confirmations that were asked for and the digests of today that were not sent yet.

    Each mail is noted as sent after the server has taken it: killed between, it is sent again under the same
    Message-ID, never left out.
    """
    day = legal_day(at)
    asking = list(Subscription.objects.filter(asked_at=None, confirmed_at=None).order_by("pk")[:AT_ONCE])
    due = Q(told_on=None) | Q(told_on__lt=day)
    rows = Subscription.objects.filter(due, confirmed_at__isnull=False, confirmed_at__lt=at).order_by("pk")
    telling = list(rows.select_related("address")[:AT_ONCE])
    if not asking and not telling:
        return 0
    sent, end = 0, log_health().size - 1
    events = list(_events(min(row.told for row in telling), end)) if telling else []
    with get_connection() as line:
        for row in asking:
            _send(_confirmation(row, line))
            Subscription.objects.filter(pk=row.pk).update(asked_at=at)
            sent += 1
        for row in telling:
            lines = [_line(event) for event in events if event.index > row.told and _told(row, event, at)]
            if lines:
                _send(_digest(row, lines, end, at, line))
                sent += 1
            Subscription.objects.filter(pk=row.pk).update(told=end, told_on=day)
    return sent


def _send(mail: EmailMessage) -> None:
    """Hand a mail to the server. A mailbox that does not exist is no reason to keep all others waiting."""
    with suppress(SMTPRecipientsRefused):
        mail.send()


def _events(after: int, end: int) -> Iterator[_Event]:
    """Give what was published and withdrawn after a place in the log, in its order: no number is ever passed over."""
    while after < end and (leaves := sealed_after(after, CHUNK)):
        after = leaves[-1].index
        codes = {
            leaf.ref.removeprefix(WITHDRAWN): leaf
            for leaf in leaves
            if leaf.kind in {"publication", "withdrawal"}
        }
        rows = Publication.objects.filter(code__in=codes).select_related("agency", "withdrawal")
        found = {row.code: row for row in rows}
        for leaf in leaves:
            row = found.get(leaf.ref.removeprefix(WITHDRAWN))
            if row is None or leaf.index > end or leaf.kind not in {"publication", "withdrawal"}:
                continue
            taken = getattr(row, "withdrawal", None)
            if leaf.kind == "publication" and taken is None:
                yield _Event(leaf.index, row, search.terms_of_row(row), leaf.index, None)
            elif leaf.kind == "withdrawal" and taken is not None:
                yield _Event(leaf.index, row, search.terms_of_row(row), index_of(row.code) or 0, taken)


def _told(row: Subscription, event: _Event, at: datetime) -> bool:
    """Say whether a subscription is told of an event.

    Of a withdrawal it is told by what was published only where it was told of the publication itself; else by what
    stays public, so that nobody can ask for contents that were taken down.
    """
    shown, day = event.publication, legal_day(at)
    if firm := str(row.query.get("firm", "")):
        return firm_code(shown.body) == firm_of_text(firm)
    wanted = wanted_of(row.query, on=day)
    if event.withdrawal is None:
        open_still = shown.published_until is None or shown.published_until >= day
        return open_still and search.matches(wanted, event.terms)
    if event.published_at_index > row.since:
        return search.matches(wanted, event.terms)
    return tellable(wanted, event.withdrawal)


def _line(event: _Event) -> str:
    shown = event.publication
    address = f"{settings.MINGJING_ORIGIN}/portal/decisions/{shown.code}/"
    if event.withdrawal is not None:
        news = bare(event.withdrawal)
        what = (
            f"【已撤回】{news.entry.agency} {news.entry.kind_title} {news.entry.document_no}（{news.ground}）"
        )
        return f"{what.strip()}\n  {address}"
    told = " ".join(part for part in (shown.party, shown.title, shown.result) if part)
    more = "，".join(part for part in (shown.kind_title, shown.document_no, shown.agency_name) if part)
    return f"{told}\n  {more}\n  {address}"


def _confirmation(row: Subscription, line: BaseEmailBackend) -> EmailMessage:
    links = links_of(row)
    text = (
        f"有人用这个邮箱在行政执法公示网站订阅：{row.title}\n\n"
        f"如果是您本人，请在两天内打开下面的地址确认：\n{links['confirm']}\n\n"
        "如果不是，请不要理会：不确认就不会再收到邮件，两天后邮箱地址自动删除。\n"
    )
    return _mail(row, "请确认订阅", text, f"confirm-{row.pk}", line)


def _digest(
    row: Subscription, lines: Sequence[str], end: int, at: datetime, line: BaseEmailBackend
) -> EmailMessage:
    more = f"\n……共 {len(lines)} 件，其余请到网站查看。\n" if len(lines) > MOST else ""
    shown = "\n\n".join(lines[:MOST])
    text = (
        f"您订阅的“{row.title}”，{chinese_date(legal_day(at))}有 {len(lines)} 件新内容：\n\n{shown}\n{more}\n"
        f"--\n退订（邮箱地址立即删除）：{links_of(row)['end']}\n"
    )
    return _mail(
        row, f"行政执法公示：{row.title[:40]}（{len(lines)} 件）", text, f"digest-{row.pk}-{row.told}", line
    )


def _mail(row: Subscription, subject: str, text: str, mark: str, line: BaseEmailBackend) -> EmailMessage:
    host = settings.MINGJING_ORIGIN.partition("://")[2].partition("/")[0].partition(":")[0]
    headers = {"Message-ID": f"<{mark}.{row.nonce[:8]}@{host}>", "Auto-Submitted": "auto-generated"}
    if row.confirmed_at:
        headers |= {
            "List-Unsubscribe": f"<{links_of(row)['end-now']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    clean = "".join(char if char.isprintable() else " " for char in subject)
    return EmailMessage(
        clean, text, settings.DEFAULT_FROM_EMAIL, [row.address.address], headers=headers, connection=line
    )
