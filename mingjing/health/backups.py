"""What is known of the last backup: a small file below the home, written by the backup, read by the health page."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from django.conf import settings

FILE: Final = "last-backup.json"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """When the last whole snapshot was taken, where, how much is in it, and how many files could not be copied."""

    at: datetime
    folder: str
    snapshot: str
    files: int
    damaged: int

    @classmethod
    def read(cls) -> Self | None:
        """Give what the file says; None where there is none, or none that can be read."""
        try:
            found = json.loads(_path().read_text(encoding="utf-8"))
            return cls(**{**found, "at": datetime.fromisoformat(found["at"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self) -> None:
        """Put it in the place of what was there."""
        path = _path()
        draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        text = json.dumps({**asdict(self), "at": self.at.isoformat()}, ensure_ascii=False)
        try:
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _path() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / FILE
