"""The stage of a drill: a small bureau whose cases were decided, published, withdrawn, destroyed and sealed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.utils import timezone

from mingjing.archive.erasure import confirm_erasure, finish_erasures, request_erasure
from mingjing.cases.bundle import receipt_of
from mingjing.cases.selectors import acts_of
from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.live import publish, upload
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.drills.outsiders import Outsiders, new_witness
from mingjing.cli.worker import Worker
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency, person
from mingjing.publicity.desk import publications_of
from mingjing.publicity.services import withdraw
from mingjing.translog.key_history import ED25519
from mingjing.translog.key_services import rotate
from mingjing.translog.selectors import checkpoint
from mingjing.translog.services import ensure_log_key, seal_log

if TYPE_CHECKING:
    from mingjing.cases.models import Case


STORIES = (
    ("drill-summary", "summary"),
    ("drill-ordinary", "ordinary"),
    ("drill-hearing", "hearing"),
    ("drill-destroyed", "summary"),
)


def set_stage(start: date, folder: Path) -> Outsiders:
    """Fill an empty home; gives what outsiders hold: a checkpoint from half-way, a witness in `folder`, a receipt."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()
    make_bureau(start)
    bureau = agency(BUREAU)
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    kept = b""
    cases = {}
    for mark, name in STORIES:
        tale = Telling(
            story=story(name),
            agency=bureau,
            start=start,
            calendar=calendar,
            mark=mark,
            upload=lambda code, title, by, at: upload(bureau, code, title, by, at),
            publish=publish,
        )
        # What is archived is only read: the case whose publication is withdrawn stops before its archiving.
        cases[mark] = case = tale.play(len(tale.story.steps) - 1 if name == "ordinary" else None)
        Worker().turn()
        kept = kept or checkpoint() or b""
        if name == "ordinary":
            paper = publications_of(case)[-1]
            withdraw(
                publication=paper,
                by=person("publicity"),
                ground="inaccurate",
                reason="更正",
                performers=["publicity2"],
            )
    _destroy(cases["drill-destroyed"])
    rotate(kind=ED25519, by="drill", at=timezone.now(), reason="演练：更换密钥")
    Worker().turn()
    seal_log(at=timezone.now())  # what the turn published last: nothing may wait when the witness looks
    receipt = receipt_of(acts_of(cases["drill-summary"])[0]).data
    return Outsiders(kept, new_witness(folder), receipt)


def _destroy(case: "Case") -> None:
    """Let two persons destroy the content of one case."""
    made = request_erasure(
        case=case,
        ground="ordered",
        authority="演练用判决书",
        reason="演练",
        by=person("officer"),
        at=timezone.now(),
    )
    confirm_erasure(made, by=person("head"), at=timezone.now())
    finish_erasures()
