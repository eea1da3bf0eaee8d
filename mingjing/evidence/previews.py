"""Thumbnails and light previews of films, made by ffmpeg beside the worker's other steps; originals are only read."""

import logging
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone

from mingjing.evidence import object_store, store
from mingjing.evidence.derived_files import PREVIEW, THUMB, derived, ffmpeg
from mingjing.evidence.models import Derived, EvidenceItem

log = logging.getLogger("mingjing.evidence")

LONGEST: Final = timedelta(hours=2)
SECONDS_FOR_THUMB: Final = 60
# Only local files, and only the formats that are taken in: a film may not make the program read anything else.
READ: Final = (
    *("-nostdin", "-v", "error", "-protocol_whitelist", "file"),
    *("-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"),
)
LIGHT: Final = (
    *(
        "-threads",
        "1",
        "-vf",
        "scale=-2:'min(480,ih)'",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "30",
    ),
    *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-f", "mp4"),
)


class PreviewMaker:
    """At most one film is being worked on; each turn looks whether it is done and begins the next."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._digest, self._began = "", timezone.now()

    @property
    def idle(self) -> bool:
        """Whether nothing is being worked on."""
        return self._running is None

    def turn(self) -> None:
        """Finish what is finished, then begin the next film; returns at once but for a thumbnail."""
        if self._running is not None and not self._finished():
            return
        if (program := ffmpeg()) is not None and (digest := next_film()) is not None:
            self._begin(program, digest)

    def stop(self) -> None:
        """End what is running; it is begun again by the next worker."""
        if self._running is not None and self._running.poll() is None:
            self._running.kill()
            self._running.wait()
        self._running = None

    def _begin(self, program: str, digest: str) -> None:
        folder = derived(digest, THUMB).parent
        folder.mkdir(parents=True, exist_ok=True)
        try:
            source = _source(digest)
        except OSError:
            _note(digest, "failed")
            return
        if not _thumb(program, source, derived(digest, THUMB)):
            _note(digest, "failed")
            _forget_copy(digest)
            return
        self._digest, self._began = digest, timezone.now()
        command = [program, *READ, "-i", f"file:{source}", *LIGHT, "-y", str(_draft(digest))]
        self._running = subprocess.Popen(  # noqa: S603 - our own program
            _gently(command), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _finished(self) -> bool:
        running = self._running
        if running is None:
            return True
        code = running.poll()
        if code is None and timezone.now() - self._began < LONGEST:
            return False
        self.stop()
        draft = _draft(self._digest)
        if code == 0 and draft.is_file():
            draft.rename(derived(self._digest, PREVIEW))
        else:
            log.warning("a preview could not be made (code %s)", code)
            draft.unlink(missing_ok=True)
        _note(self._digest, "made" if code == 0 else "failed")
        _forget_copy(self._digest)
        return True


def next_film() -> str | None:
    """Give the digest of the latest film that nothing has been made of; None where there is none."""
    done = Derived.objects.values("digest")
    rows = EvidenceItem.objects.filter(medium="video").exclude(digest__in=done).order_by("-id")
    return rows.values_list("digest", flat=True).first()


def _source(digest: str) -> Path:
    """Give a file that ffmpeg can read: the stored one, or a copy where it lies in an object store."""
    if not object_store.in_use():
        if not store.stored(digest):
            raise FileNotFoundError(digest)
        return store.path_of(digest)
    copy = _copy(digest)
    with store.open_stored(digest) as stored, copy.open("wb") as file:
        shutil.copyfileobj(stored, file, store.CHUNK)
    return copy


def _thumb(program: str, source: Path, target: Path) -> bool:
    """Draw the picture one second in, or the first one of a shorter film."""
    for start in ("1", "0"):
        command = [
            *(program, *READ, "-ss", start, "-i", f"file:{source}", "-frames:v", "1"),
            *("-vf", "scale='min(400,iw)':-2", "-f", "image2", "-y", str(target)),
        ]
        try:
            subprocess.run(  # noqa: S603 - our own program
                _gently(command),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS_FOR_THUMB,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            continue
        if target.is_file() and target.stat().st_size:
            return True
    target.unlink(missing_ok=True)
    return False


def _gently(command: list[str]) -> list[str]:
    nice = shutil.which("nice")
    return [nice, "-n", "15", *command] if nice else command


def _note(digest: str, state: str) -> None:
    Derived.objects.update_or_create(digest=digest, defaults={"state": state, "at": timezone.now()})


def _draft(digest: str) -> Path:
    return derived(digest, "preview.part")


def _copy(digest: str) -> Path:
    return derived(digest, "original.part")


def _forget_copy(digest: str) -> None:
    _copy(digest).unlink(missing_ok=True)
