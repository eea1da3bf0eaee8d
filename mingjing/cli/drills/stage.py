"""The stage of a drill: a small bureau whose cases have been decided, published, withdrawn and sealed."""

from datetime import date

from django.core.management import call_command

from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.live import publish, upload
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.worker import Worker
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency, person
from mingjing.publicity.desk import publications_of
from mingjing.publicity.services import withdraw
from mingjing.translog.selectors import checkpoint
from mingjing.translog.services import ensure_log_key


def set_stage(start: date) -> bytes:
    """Fill an empty home; gives a checkpoint as an outsider kept it half-way."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()
    make_bureau(start)
    bureau = agency(BUREAU)
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    kept = b""
    for name in ("summary", "ordinary", "hearing"):
        tale = Telling(
            story=story(name),
            agency=bureau,
            start=start,
            calendar=calendar,
            mark=f"drill-{name}",
            upload=lambda code, title, by, at: upload(bureau, code, title, by, at),
            publish=publish,
        )
        # What is archived is only read: the case whose publication is withdrawn stops before its archiving.
        case = tale.play(len(tale.story.steps) - 1 if name == "ordinary" else None)
        Worker().turn()
        kept = checkpoint() or b""
        if name == "ordinary":
            paper = publications_of(case)[-1]
            withdraw(
                publication=paper,
                by=person("publicity"),
                ground="inaccurate",
                reason="更正",
                performers=["publicity2"],
            )
    Worker().turn()
    return kept
