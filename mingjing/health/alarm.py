"""Mail to whoever looks after the system: when a check has not been well for a while, and when it is again."""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from mingjing.health.checks import Check, checks
from mingjing.signin.policy import origin

log = logging.getLogger("mingjing.health")

LOOK: Final = timedelta(minutes=1)
PATIENCE: Final = timedelta(minutes=10)  # a worker that is restarted, a disk that is being cleared
AGAIN: Final = timedelta(hours=24)


class Alarm:
    """Looks once a minute; tells of each trouble once, again every day it lasts, and once that it is over."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        # Kept on the disk: a worker that is started anew tells nothing twice, and forgets nobody's recovery.
        self._since, self._told_at = _remembered()

    def turn(self, now: datetime) -> None:
        """Look, if it is time, and send what is to be told; a mail that cannot be sent is tried at the next look."""
        if not settings.MINGJING_ALARM_MAIL or not settings.MINGJING_SMTP_URL:
            return
        if self._looked_at is not None and now - self._looked_at < LOOK:
            return
        self._looked_at = now
        found = checks(now)
        troubles = [one for one in found if not one.well]
        self._since = {one.name: self._since.get(one.name, now) for one in troubles}
        due = [one for one in troubles if self._due(one.name, now)]
        over = [one for one in found if one.well and one.name in self._told_at]
        if (due or over) and self._sent(due, over, now):
            self._told_at.update({one.name: now for one in due})
            for one in over:
                del self._told_at[one.name]
        _remember(self._since, self._told_at)

    def _due(self, name: str, now: datetime) -> bool:
        last = self._told_at.get(name)
        return now - self._since[name] >= PATIENCE and (last is None or now - last >= AGAIN)

    def _sent(self, due: list[Check], over: list[Check], now: datetime) -> bool:
        lines = [f"{one.title}：{one.found}。需要处理。" for one in due]
        lines += [f"{one.title}：{one.found}。已恢复正常。" for one in over]
        lines += ["", f"{timezone.localtime(now):%Y-%m-%d %H:%M}　{origin()}/system/"]
        subject = f"明镜：{'、'.join(one.title for one in due or over)}{'需要处理' if due else '已恢复'}"
        mail = EmailMessage(
            subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, settings.MINGJING_ALARM_MAIL
        )
        try:
            return bool(mail.send())
        except (OSError, SMTPException) as error:
            log.error("the alarm could not be mailed: %s", type(error).__name__)
            return False


def _file() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / "alarm.json"


def _remembered() -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Give since when what is wrong, and of what somebody was told when; nothing where nothing can be read."""
    try:
        since, told = json.loads(_file().read_text(encoding="utf-8"))
        return (
            {name: datetime.fromisoformat(at) for name, at in since.items()},
            {name: datetime.fromisoformat(at) for name, at in told.items()},
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return {}, {}


def _remember(since: dict[str, datetime], told: dict[str, datetime]) -> None:
    kept = json.dumps([{name: at.isoformat() for name, at in one.items()} for one in (since, told)])
    try:
        if (_file().read_text(encoding="utf-8") if _file().exists() else "[{}, {}]") != kept:
            draft = _file().with_suffix(".part")
            draft.write_text(kept, encoding="utf-8")
            draft.replace(_file())
    except OSError as error:
        log.error("what was told could not be kept: %s", type(error).__name__)
