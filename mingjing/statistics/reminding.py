"""Mails that remind of reports when the day is near and when it has passed, to those who prepare them and asked for it.

Only where the site sends mail. Each is noted after the server has taken it: killed between, it is sent again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, person
from mingjing.statistics.models import Reminded, Reminder
from mingjing.statistics.selectors import Duty, duties
from mingjing.statistics.services import NotDone

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LOOK: Final = timedelta(hours=1)
PREPARE: Final = "statistics.prepare"


def offered() -> bool:
    """Say whether this site sends mail at all."""
    return bool(settings.MINGJING_SMTP_URL)


def address_of(who: "Person") -> str:
    """Give where somebody wants to be reminded; "" where nowhere."""
    return Reminder.objects.filter(person=who.username).values_list("address", flat=True).first() or ""


def remind_at(*, address: str, by: "Person", at: datetime) -> None:
    """Remind this person from now on at this address, or no longer where it is empty. Raises NotDone."""
    address = address.strip()
    if not may(by, PREPARE, by.agency.code):
        raise NotDone("您没有编制统计报表的权限，不用提醒。")
    if not address:
        Reminder.objects.filter(person=by.username).delete()
        return
    if not offered():
        raise NotDone("本系统没有设置邮件服务器，不能用邮件提醒。请联系系统管理员。")
    try:
        validate_email(address)
    except ValidationError:
        raise NotDone("邮箱地址写得不对，请写成 name@example.cn 的样子。", field="address") from None
    told = {"agency": by.agency, "address": address, "at": at}
    Reminder.objects.update_or_create(person=by.username, defaults=told)


class Reminding:
    """Looks once an hour at what is near or late, and tells of each once."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def turn(self, now: datetime) -> int:
        """Send what is to be told, if it is time to look; give how many mails went out."""
        if not offered() or (self._looked_at is not None and now - self._looked_at < LOOK):
            return 0
        self._looked_at = now
        return send_due(at=now)


def send_due(*, at: datetime) -> int:
    """Send one mail to each address that something is to be told at. Raises OSError where the server takes none."""
    today, sent = legal_day(at), 0
    for row in Reminder.objects.select_related("agency").order_by("pk"):
        if not _still_prepares(row):
            continue
        known = set(row.sent.values_list("form", "period", "late"))
        due = [
            (one, one.overdue(today))
            for one in duties([row.agency], today)
            if one.near(today) and (one.terms.code, one.period.key, one.overdue(today)) not in known
        ]
        if due:
            _send(row, [_line(one, late=late) for one, late in due])
            Reminded.objects.bulk_create(
                Reminded(reminder=row, form=one.terms.code, period=one.period.key, late=late, at=at)
                for one, late in due
            )
            sent += 1
    return sent


def _still_prepares(row: Reminder) -> bool:
    """Say whether whoever asked is still there and still prepares this agency's reports."""
    try:
        who = person(row.person)
    except NotOnRegister:
        return False
    return who.is_active and who.agency_id == row.agency_id and may(who, PREPARE, row.agency.code)


def _line(one: Duty, *, late: bool) -> str:
    what = f"{one.period.title}{one.terms.title}（{one.state_title}）"
    day = chinese_date(one.due)
    return f"{what}应当在{day}前完成，已经逾期。" if late else f"{what}应当在{day}前完成。"


def _send(row: Reminder, lines: Sequence[str]) -> None:
    page = f"{settings.MINGJING_ORIGIN}/statistics/"
    text = "\n".join(
        [f"{row.agency.name}：", *lines, "", f"编制和办理：{page}", "不再需要提醒的，在同一页面停止。"]
    )
    mail = EmailMessage(f"统计报表提醒：{lines[0][:60]}", text, settings.DEFAULT_FROM_EMAIL, [row.address])
    try:
        mail.send()
    except SMTPRecipientsRefused:
        return  # a mailbox that does not exist is no reason to keep the others waiting
