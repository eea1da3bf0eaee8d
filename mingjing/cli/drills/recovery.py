"""`mingjing drill recovery`: a database is lost, brought back to its end, then to a moment; the log tells the rest."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from mingjing.cases.bundle import receipt_of
from mingjing.cases.selectors import acts_of, case_by_own_code
from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.story import Telling, story
from mingjing.cli.drills.archiving import ArchivingServer
from mingjing.cli.whole_audit import audit_everything
from mingjing.packs.load import library
from mingjing.personnel.selectors import agency
from mingjing.translog.audit import FolderReader
from mingjing.translog.files import DatabaseReader
from mingjing.translog.key_services import open_successor
from mingjing.translog.keys import ensure_log_key, origin, vkeys
from mingjing.translog.missing import MissingLeaf, missing_leaves
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.selectors import checkpoint, log_health
from mingjing.translog.services import LogBehind, export_log, seal_log
from mingjing.translog.verify import verify_log

if TYPE_CHECKING:
    from datetime import datetime

    from mingjing.cases.models import Case

BEFORE, UNTIL, ALL = 2, 4, 6  # acts: in the base backup, up to the moment recovered to, before the loss
NEXT: Final = "drill.example/log-after-recovery"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the recovery and whether it went as it must."""

    title: str
    good: bool


@dataclass(frozen=True, slots=True)
class _Loss:
    """What there was before the loss, as others hold it."""

    moment: "datetime"  # up to which the second recovery goes
    copy: Path  # of the log, as a mirror has it
    note: bytes  # the last published checkpoint
    receipt: bytes  # of the last act, in the hands of the party
    case: str


def run_recovery(server: ArchivingServer, home: Path, dump: Path | None) -> Iterator[Step]:
    """Carry the recovery out on a server of the drill's own, with this home; `dump` spares making the tables."""
    _tables(server, dump)
    tale = _tale()
    loss = _live_and_lose(server, tale, home / "copy")
    yield Step(
        "数据库连同磁盘丢失；基础备份、WAL 归档、日志的副本、当事人的回执在别处", not server.data.exists()
    )
    server.recover(None)
    yield from _at_its_end(loss)
    _lose(server)
    server.recover(loss.moment)
    yield from _behind(tale, loss)
    yield from _lawfully_on(tale, loss)


def _tables(server: ArchivingServer, dump: Path | None) -> None:
    if dump is not None:
        line = ["psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}", server.address]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()


def _tale() -> Telling:
    start = date(2026, 3, 2)
    make_bureau(start)
    bureau = agency(BUREAU)
    calendar = library().law(region=bureau.region, field=bureau.field, agency=bureau.code).calendar
    return Telling(story=story("summary"), agency=bureau, start=start, calendar=calendar, mark="recovery")


def _live_and_lose(server: ArchivingServer, tale: Telling, copy: Path) -> _Loss:
    """Record, take a base backup, record on, remember a moment, record on; publish; lose the database."""
    _sealed(tale, BEFORE)
    server.take_base()
    _sealed(tale, UNTIL)
    moment = server.moment()
    case = _sealed(tale, ALL)
    export_log(copy)
    receipt = receipt_of(acts_of(case)[-1]).data
    loss = _Loss(moment, copy, checkpoint() or b"", receipt, case.code)
    server.flush()
    _lose(server)
    return loss


def _sealed(tale: Telling, steps: int) -> "Case":
    case = tale.play(steps)
    seal_log(at=timezone.now())
    return case


def _lose(server: ArchivingServer) -> None:
    for one in connections.all():
        one.close()
        one.close_pool()  # type: ignore[attr-defined]  # the pool of PostgreSQL
    server.lose()


def _at_its_end(loss: _Loss) -> Iterator[Step]:
    acts = acts_of(case_by_own_code(loss.case))
    yield Step("恢复到归档的最后：每个行为都在，与日志逐一相符", len(acts) == ALL and not _faults())
    yield Step(
        "日志不少于公布过的，照常续写",
        verify_log(DatabaseReader(), vkeys(), loss.note).ok and not _behind_now(),
    )


def _behind(tale: Telling, loss: _Loss) -> Iterator[Step]:
    acts = acts_of(case_by_own_code(loss.case))
    yield Step("恢复到选定的时刻：此前的行为都在，此后的不在", len(acts) == UNTIL)
    report = verify_log(DatabaseReader(), vkeys(), loss.note)
    yield Step("查验日志：指出比公布过的检查点少", "少于旧检查点" in report.text)
    yield Step(
        "封存拒绝分叉，说明原因和办法；数据库比对同样指出",
        _behind_now() and any("签出过" in one for one in _faults()),
    )
    tale.play(UNTIL + 1)
    yield Step("新的行为照常受理，排队等候", log_health().queued > 0 and _behind_now())
    found = missing_leaves(FolderReader(loss.copy), vkeys())
    yield Step(
        "对照镜像中的日志：缺的是哪件案件的第几个行为，一条不差",
        _numbers(found) == list(range(UNTIL + 1, ALL + 1)),
    )
    receipt = Receipt.parse(loss.receipt)
    told = check_receipt(loss.receipt, vkeys().split()).ok and receipt.proof.index in {
        one.index for one in found
    }
    yield Step("当事人手中的回执证明了所缺行为的内容", told and receipt.reveal["content"]["n"] == ALL)


def _lawfully_on(tale: Telling, loss: _Loss) -> Iterator[Step]:
    old = origin()
    settings.LOG_ORIGIN = NEXT
    open_successor(by="drill", at=timezone.now(), reason="演练：数据库恢复到较早时间", seen=loss.note)
    case = _sealed(tale, ALL)
    yield Step("改用新名称接续，第一条写明旧日志到过第几条；所缺的行为按原件补录", len(acts_of(case)) == ALL)
    whole = verify_log(DatabaseReader(), vkeys())
    yield Step(f"“{NEXT}”整本核验通过，数据库与日志逐一相符", whole.ok and not _faults())
    kept = verify_log(FolderReader(loss.copy), vkeys())
    yield Step(f"旧日志“{old}”没有第二份历史：公布过的副本仍然核验通过", kept.ok)


def _numbers(found: list[MissingLeaf]) -> list[int]:
    return [one.leaf["n"] for one in found if one.leaf["k"] == "act"]


def _behind_now() -> bool:
    return _refused(lambda: seal_log(at=timezone.now()))


def _refused(step: Callable[[], object]) -> bool:
    try:
        step()
    except LogBehind:
        return True
    return False


def _faults() -> list[str]:
    return list(audit_everything())
