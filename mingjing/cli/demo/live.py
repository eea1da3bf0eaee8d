"""The live cases of the demo: the stories, told of many parties and stopped at every stage."""

import io
import tomllib
import wave
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from PIL import Image, ImageDraw

from mingjing.cases.selectors import acts_of, case_opened_by
from mingjing.cli.demo.bureau import BUREAU
from mingjing.cli.demo.story import Step, Telling, story
from mingjing.evidence.services import receive_upload
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency, person
from mingjing.publicity import services as publicity

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.personnel.models import Agency

TABLE: Final = Path(__file__).parent / "live.toml"


def make_live_cases(today: date) -> int:
    """Play every live case of the table that is not there yet; gives how many cases the table has."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
    bureau = agency(BUREAU)
    for number, row in enumerate(rows):
        telling = _telling(bureau, row, number, today)
        telling.play(row["steps"] or None)
    return len(rows)


def _telling(bureau: "Agency", row: Mapping[str, Any], number: int, today: date) -> Telling:
    told = story(row["story"])
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    last = told.steps[(row["steps"] or len(told.steps)) - 1]
    yesterday = calendar.add_working_days(today, -1)  # so that no step lies later today than now
    start = calendar.add_working_days(yesterday, -(last.day + row["ago"]))
    pair = ("officer3", "officer4") if number % 3 == 2 else ("officer", "officer2")
    return Telling(
        story=told,
        agency=bureau,
        start=start,
        calendar=calendar,
        people=dict(zip(("officer", "officer2"), pair, strict=True)),
        values=row["values"],
        mark=f"live-{number}",
        upload=lambda case_code, title, by, at: upload(bureau, case_code, title, by, at),
        publish=publish,
    )


def upload(bureau: "Agency", case_code: str, title: str, by: str, at: datetime) -> str:
    """Put a made-up picture or sound into the evidence of a case; gives its digest.

    What speaks for the party says so in its title.
    """
    sound = "录音" in title
    item = receive_upload(
        hummed(title, case_code) if sound else _picture(title, case_code),
        original_name=f"{title}.{'wav' if sound else 'jpg'}",
        dossier=case_code,
        agency=bureau.code,
        by=by,
        title=title,
        legal_kind="documentary" if "复印件" in title else "audiovisual",
        side="for" if "改正" in title else "against",
        taken_by=person(by).name,
        taken_at=at - timedelta(minutes=20),
    )
    return item.digest


def hummed(title: str, case_code: str) -> io.BytesIO:
    """Give two seconds of a hum, each recording its own: it proves nothing and is not meant to."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as recording:
        recording.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        pitch = 20 + crc32(f"{title}{case_code}".encode()) % 40
        recording.writeframes(bytes(128 + (30 if (n // pitch) % 2 else -30) for n in range(16000)))
    kept.seek(0)
    return kept


def _picture(title: str, case_code: str) -> io.BytesIO:
    kept = io.BytesIO()
    drawn(title, case_code).save(kept, "JPEG", quality=85)
    kept.seek(0)
    return kept


def drawn(title: str, case_code: str) -> Image.Image:
    """Draw a street with a heap on it: plainly a drawing, so that nobody takes it for a photo of a real place."""
    if "复印件" in title:
        return _sheet(case_code)
    shade = int(case_code[:2], 16) // 4
    picture = Image.new("RGB", (1280, 960), (206, 222, 236))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 520, 1280, 960), fill=(150, 150, 152))
    for left in range(40, 1280, 220):
        pen.rectangle((left, 730, left + 120, 744), fill=(245, 245, 245))
    pen.rectangle((0, 470, 1280, 530), fill=(188, 182, 172))
    if "改正" in title:  # the street is clear again
        return picture
    heap = 300 + shade * 4
    pen.polygon([(heap, 700), (heap + 180, 520), (heap + 420, 700)], fill=(196, 164, 120 - shade // 2))
    pen.rectangle((heap + 440, 560, heap + 640, 700), fill=(168 - shade, 84, 62), outline=(120, 60, 44))
    return picture


def _sheet(case_code: str) -> Image.Image:
    """Draw a sheet of paper with grey lines where its text would be."""
    picture = Image.new("RGB", (900, 1270), (252, 250, 244))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 860, 1230), outline=(178, 148, 82), width=8)
    for line in range(16):
        width = 300 + (int(case_code, 16) >> line * 3) % 8 * 50
        pen.rectangle((110, 220 + line * 58, 110 + width, 236 + line * 58), fill=(168, 166, 160))
    return picture


def publish(case: "Case", step: Step, facts: Mapping[str, Any], at: datetime) -> "Act":
    """Publish as the bureau does: one person prepares, another confirms."""
    prepares, confirms = (person(one) for one in step.who)
    paper = publicity.prepare(case=case, by=prepares, facts=facts, at=at)
    publicity.confirm(preparation=paper, by=confirms, at=at)
    return acts_of(case)[-1]


def newcomer_case() -> "Case":
    """Give the case that the README lets a newcomer finish."""
    return case_opened_by("story-live-0-0")
