"""The background work as a list of steps. Each step is restartable: it asks the tables what is still to be done."""

import logging
import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.analysis.following import follow, recount
from mingjing.archive.erasure import finish_erasures
from mingjing.archive.services import seal_pending
from mingjing.cases.limits import refresh_limits
from mingjing.cases.sums import count_anew, draw_together, scattered
from mingjing.documents.services import issue_pending
from mingjing.evidence import uploads
from mingjing.evidence.services import sweep_unfinished
from mingjing.exchange.drops import Taker
from mingjing.exchange.exports import all_daily, keep, worth
from mingjing.exchange.migration.running import Mover
from mingjing.exchange.migration.services import forget_rows
from mingjing.exchange.push.pusher import Pusher
from mingjing.exchange.targets import Target
from mingjing.health.alarm import Alarm
from mingjing.health.running import beat
from mingjing.health.slow import forget_slow
from mingjing.inspections.ceremony import keep_proofs
from mingjing.inspections.register.files import forget_refused
from mingjing.inspections.register.versions import freeze_registers
from mingjing.inspections.visiting.visits import lay_out_all
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies
from mingjing.property.services import take_in
from mingjing.publicity.digests import Sender
from mingjing.publicity.draws import publish_draws
from mingjing.publicity.endings import end_outdated
from mingjing.publicity.expiry import end_expired
from mingjing.publicity.open_data import writing
from mingjing.publicity.register import publish_log_key, publish_register
from mingjing.publicity.results import publish_results
from mingjing.rectification.handling import look_after, watched
from mingjing.statistics.reminding import Reminding
from mingjing.supervision.alerts import watching
from mingjing.supervision.recording import index_recordings
from mingjing.training.exams import close_overdue
from mingjing.translog.feeding import Feeder
from mingjing.translog.selectors import newest_entry
from mingjing.translog.services import SealingStopped, seal_log
from mingjing.translog.stamping import Stamper

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

log = logging.getLogger("mingjing.worker")

BATCH = 10_000
ITEMS_A_TURN = 20
STEP_SECONDS = 1.0  # of a turn at most for what comes in slices, but one slice at least
LIMITS_AT_ONCE = 20  # cases
END = object()
DRAW_EVERY = timedelta(minutes=1)
SLOW_STEP = 2.0  # seconds after which a step is named: the log waits meanwhile
TIDY_EVERY = timedelta(minutes=1)
LAY_OUT_EVERY = timedelta(minutes=1)
MARK_EVERY = timedelta(minutes=1)
RESTS = 3.0  # seconds between two turns while nothing happens
STAYS_AWAKE = 2.0  # seconds after something did: what follows from it comes in the next turns


class Worker:
    """One turn does what has come up since the last; some steps come once a day, a slice of cases a turn."""

    def __init__(self) -> None:
        self.day_waits = False  # the clock was set far ahead: nothing is done for a day that may be wrong
        self._daily_on: date | None = None
        self._counted: int | None = None  # the last case whose limits were counted today; None: all are
        self._recounted: int | None = None  # the last case whose lines of analysis were looked at today
        self._published = True  # today's registers
        self._registers: list[Agency] = []  # that are still to be published today
        self._sums: list[int] = []  # agencies whose sums are still to be counted anew today
        self._drawn_at = datetime.min.replace(tzinfo=UTC)
        self._frozen = True  # today's versions of the registers of inspection
        self._ended = True  # what was to be shown until yesterday
        self._tables: list[tuple[Agency, Target]] = []  # that are still to be made today for other platforms
        self._rectified: list[int] = []  # items of ledgers whose checks are still to be run today
        self._tidied_at = datetime.min.replace(tzinfo=UTC)
        self._laid_out_at = datetime.min.replace(tzinfo=UTC)
        self._marked_at = datetime.min.replace(tzinfo=UTC)
        self._feeder, self._asked_first = Feeder(), False
        self._stamper = Stamper()
        self._mover, self._moving = Mover(), False
        self._newest, self._news_at, self._turned_at = -1, float("-inf"), float("-inf")
        self._sender, self._reminding = Sender(), Reminding()
        self._pusher, self._taker = Pusher(), Taker()
        self._alarm = Alarm()
        self._releasing: Generator[None, None, object] | None = None  # today's open data, while it is written
        self._alerting: Iterator[None] | None = None  # today's run of the models of alerts
        sweep_unfinished()

    def turn(self) -> None:
        """Run every step. A step that fails is reported and tried again next turn; the others go on."""
        steps: tuple[Callable[[], object], ...] = (
            self._ask_first,
            self._seal,
            self._issue_documents,
            take_in,
            self._seal,  # the documents just issued
            seal_pending,  # the packages of files just archived: they hold those documents and their proofs
            self._index_recordings,
            follow,
            self._begin_day,
            self._publish_registers,
            self._freeze_registers,
            self._end_expired,
            self._export,
            self._count_limits,
            self._sum_up,
            self._recount_analysis,
            self._look_after_ledgers,
            self._close_examinations,
            self._raise_alerts,
            self._write_open_data,
            self._send_mail,
            self._remind_of_reports,
            self._push,
            self._tidy_uploads,
            self._ask_witnesses,
            self._stamp,
            self._keep_proofs_of_draws,  # under what the witnesses have just seen
            self._lay_out_visits,
            publish_draws,
            self._publish_results,  # from the bundles just published
            self._move_in,
            self._sound_alarm,
            self._leave_mark,
        )
        self._turned_at = time.monotonic()
        for step in steps:
            started = time.monotonic()
            try:
                step()
            except Exception as error:
                # The message may carry personal data; the kind of error and its place do not.
                name, detail = getattr(step, "__name__", "step"), log.isEnabledFor(logging.DEBUG)
                log.error("worker step %s failed: %s", name, type(error).__name__, exc_info=detail)
            if (took := time.monotonic() - started) >= SLOW_STEP:
                log.warning("worker step %s took %.1f s", getattr(step, "__name__", "step"), took)

    def rests(self) -> bool:
        """Say whether a turn can wait: nothing is half done, and nothing has come into the log for a while.

        One cheap question in place of sixty: a system that nobody uses at night costs next to nothing.
        """
        now, newest = time.monotonic(), newest_entry()
        if newest != self._newest:
            self._newest, self._news_at = newest, now
        quiet = now - self._news_at > STAYS_AWAKE and not self._half_done()
        return quiet and now - self._turned_at < RESTS

    def _half_done(self) -> bool:
        waiting = [self._releasing, self._alerting, self._tables, self._rectified, self._sums]
        return (
            self._moving
            or self._counted is not None
            or any(waiting)
            or not (self._published and self._frozen and self._ended)
        )

    def finish(self) -> None:
        """Wait for what witnesses were asked, and platforms were sent, as long as they have to answer."""
        self._feeder.finish(timezone.now())
        self._pusher.finish()
        self._taker.finish()

    def stop(self) -> None:
        """Wait for nothing more; the next worker asks again."""
        self._feeder.stop()

    def _ask_first(self) -> None:
        # After a restore from a backup the witnesses know more than the database: sealing on would fork the log.
        if not self._asked_first:
            self.finish()
            self._asked_first = True

    def _stamp(self) -> None:
        self._stamper.turn(timezone.now())

    def _ask_witnesses(self) -> None:
        self._feeder.turn(timezone.now())

    def _seal(self) -> None:
        try:
            while seal_log(at=timezone.now(), limit=BATCH) == BATCH:
                pass
        except SealingStopped:
            pass  # the feeder has raised the alarm, once; this would do so twice a second

    def _issue_documents(self) -> None:
        issue_pending(seconds=STEP_SECONDS)

    def _index_recordings(self) -> None:
        index_recordings(seconds=STEP_SECONDS)

    def _begin_day(self) -> None:
        today = legal_day(timezone.now())
        if self._daily_on != today and not self.day_waits:
            self._releasing = writing(at=timezone.now())
            self._daily_on, self._counted, self._published, self._ended = today, 0, False, False
            self._frozen, self._recounted = False, 0
            self._registers = list(agencies())
            self._sums = [one.pk for one in self._registers]
            self._tables = all_daily()
            self._rectified = watched()
            self._alerting = watching(at=timezone.now(), on=today)

    def _publish_registers(self) -> None:
        # For a second a turn: with hundreds of agencies the log must not wait for all of them.
        until = time.monotonic() + STEP_SECONDS
        while self._registers:
            publish_register(self._registers[-1], at=timezone.now())
            self._registers.pop()
            if time.monotonic() >= until:
                break
        if not self._published and not self._registers:
            publish_log_key(at=timezone.now())
            finish_erasures()
            end_outdated(at=timezone.now())
            self._published = True

    def _freeze_registers(self) -> None:
        # What a break leaves is frozen by the next turn: a list that has not changed is not made again.
        if not self._frozen:
            freeze_registers(at=timezone.now())
            forget_refused(at=timezone.now())
            forget_rows(at=timezone.now())
            self._frozen = True

    def _end_expired(self) -> None:
        # A slice a turn, until today's are all ended.
        if not self._ended:
            self._ended = end_expired(at=timezone.now()) == 0

    def _export(self) -> None:
        # One a turn; one that fails is made tomorrow. Most agencies have nothing to report: to see that takes time too.
        until = time.monotonic() + STEP_SECONDS
        while self._tables:
            agency, target = self._tables.pop()
            if worth(agency, target):
                keep(target=target, agency=agency, by=None)
                break
            if time.monotonic() >= until:
                break

    def _raise_alerts(self) -> None:
        # After the limits are counted, which some models read; for a while a turn.
        if self._alerting is not None and self._counted is None:
            work, self._alerting = self._alerting, None  # a fault ends it until tomorrow or the next start
            self._alerting = work if _worked_on(work) else None

    def _look_after_ledgers(self) -> None:
        # After the limits are counted, which some checks read; a slice a turn. One that fails is looked at tomorrow.
        for _ in range(min(ITEMS_A_TURN, len(self._rectified)) if self._counted is None else 0):
            look_after(self._rectified.pop(), timezone.now())

    def _write_open_data(self) -> None:
        # What has ended is out of the search before it is written; a slice a turn, for there may be a million rows.
        if self._releasing is not None and self._ended:
            work, self._releasing = self._releasing, None  # a fault ends it until tomorrow or the next start
            self._releasing = work if _worked_on(work) else None

    def _send_mail(self) -> None:
        self._sender.send(at=timezone.now())

    def _remind_of_reports(self) -> None:
        self._reminding.turn(timezone.now())

    def _push(self) -> None:
        # In threads of their own: a slow platform or a long file delays nothing here.
        self._pusher.turn(timezone.now())
        self._taker.turn(timezone.now())

    def _sound_alarm(self) -> None:
        self._alarm.turn(timezone.now())

    def _leave_mark(self) -> None:
        now = timezone.now()
        if now - self._marked_at >= MARK_EVERY:
            beat(now)
            forget_slow(now)
            self._marked_at = now

    def _close_examinations(self) -> None:
        close_overdue(at=timezone.now())

    def _lay_out_visits(self) -> None:
        # Whoever approves a scheme has its tasks at once; what is drawn or changed afterwards, within a minute.
        now = timezone.now()
        if now - self._laid_out_at >= LAY_OUT_EVERY:
            lay_out_all(at=now)
            self._laid_out_at = now

    def _publish_results(self) -> None:
        publish_results(at=timezone.now())

    def _move_in(self) -> None:
        # For a while and no longer: the log is sealed in between.
        self._moving = self._mover.turn()

    def _keep_proofs_of_draws(self) -> None:
        keep_proofs(at=timezone.now())

    def _count_limits(self) -> None:
        # For a while a turn: with a hundred thousand live cases the log must not wait for all of them.
        until = time.monotonic() + STEP_SECONDS
        while self._counted is not None:
            self._counted = refresh_limits(now=timezone.now(), after=self._counted, limit=LIMITS_AT_ONCE)
            if time.monotonic() >= until:
                break

    def _sum_up(self) -> None:
        # Each night all of them; by day where many acts have added to them.
        now, until = timezone.now(), time.monotonic() + STEP_SECONDS
        if not self.day_waits and now - self._drawn_at >= DRAW_EVERY:
            self._drawn_at = now
            for agency in scattered():
                draw_together(agency, at=now)
                if time.monotonic() >= until:
                    break
        while self._sums:
            count_anew(self._sums.pop(), at=now)
            if time.monotonic() >= until:
                break

    def _recount_analysis(self) -> None:
        # After the limits are counted; a slice a turn.
        if self._counted is None and self._recounted is not None:
            self._recounted = recount(self._recounted)

    def _tidy_uploads(self) -> None:
        now = timezone.now()
        if now - self._tidied_at >= TIDY_EVERY and not self.day_waits:
            uploads.tidy_up(now)
            self._tidied_at = now


def _worked_on(work: Iterator[object]) -> bool:
    """Work on for a while; say whether something is left."""
    until = time.monotonic() + STEP_SECONDS
    while next(work, END) is not END:
        if time.monotonic() >= until:
            return True
    return False
