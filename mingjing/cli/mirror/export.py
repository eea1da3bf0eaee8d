"""Writing every file of the portal, in the order in which pages can know what they may lead to."""

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from mingjing.cli.mirror.addresses import MADE, Address
from mingjing.cli.mirror.crawl import Crawl
from mingjing.cli.mirror.decisions import Made
from mingjing.cli.mirror.finding import Finding
from mingjing.cli.mirror.log_files import log_folders, write_logs
from mingjing.cli.mirror.output import Output
from mingjing.cli.mirror.rewriting import Rewriter
from mingjing.cli.mirror.site import snapshot
from mingjing.kit.clock import legal_day
from mingjing.publicity import standing
from mingjing.translog.keys import vkeys
from mingjing.translog.selectors import log_health

PACKAGE: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("portal", "publicity", "typeset", "cli/mirror")
FRONT: Final = (
    '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>行政执法公示</title>'
    '<meta http-equiv="refresh" content="0; url=portal/index.html"></head>'
    '<body><p><a href="portal/index.html">行政执法公示</a></p></body></html>\n'
)


def write_portal(output: Output, *, at: datetime, papers: bool = True) -> int:
    """Write every file of the portal as it is published now; give the size of the log that its proofs go up to.

    Raises PageFailed and LogKeyMissing.
    """
    with tempfile.TemporaryDirectory(prefix="mingjing-mirror-") as work, snapshot():
        return _write(output, Path(work), at=at, papers=papers)


def _write(output: Output, work: Path, *, at: datetime, papers: bool) -> int:
    on, program, size = legal_day(at), _program(), log_health().checkpoint_size
    available = _write_static(output) | write_logs(output, log_folders()) | {"index.html"}
    with output.owner("front"):
        output.put("index.html", FRONT)
    crawl = Crawl(settings.MINGJING_ORIGIN, work, on=on)
    crawl.take()
    finding = Finding(output, on=on, last=standing.last_id(), program=program)

    def known(address: Address) -> bool:
        file = address.file
        return (
            file in made.present
            or file in crawl.available
            or file in available
            or file in finding.available
            or _page_of_made(address)
        )

    rewriter = Rewriter(settings.MINGJING_ORIGIN, known)
    made = Made(output, rewriter, program=program, papers=papers)
    for one in standing.standings(on=on, size=size):
        made.decision(one)
        finding.note(one)
    made.firms(on)
    finding.write_data()
    finding.write_lists(rewriter)
    crawl.write(output, rewriter)
    return size


def _page_of_made(address: Address) -> bool:
    """Tell whether an address is the page of a decision or firm: every one that is linked to has a page."""
    if address.query:
        return address.path in {f"/portal/feeds/{name}" for name in ("", "atom.xml", "rss.xml")} and any(
            name == "firm" for name, _ in address.query
        )
    return MADE.fullmatch(address.path) is not None


def _write_static(output: Output) -> set[str]:
    """Write what the pages load."""
    written: set[str] = set()
    with output.owner("static"):
        for finder in get_finders():
            for name, storage in finder.list([]):
                path = f"static/{name}"
                if name.startswith("portal/") and path not in written:
                    with storage.open(name) as file:
                        output.put(path, file.read())
                    written.add(path)
        if root := settings.STATIC_ROOT:  # names with a digest, as pages have them where files were collected
            for found in sorted(Path(root, "portal").rglob("*")):
                path = f"static/{found.relative_to(root).as_posix()}"
                if found.is_file() and found.suffix not in {".gz", ".br"} and path not in written:
                    output.put(path, found.read_bytes())
                    written.add(path)
    return written


def _program() -> str:
    """Give a mark that is another when pages would be made otherwise: by program, settings or keys."""
    digest = hashlib.sha256(f"{settings.MINGJING_ORIGIN} {vkeys()}".encode())
    for room in SOURCES:
        for path in sorted((PACKAGE / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
