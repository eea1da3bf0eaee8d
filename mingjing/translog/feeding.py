"""Showing each new checkpoint to the witnesses and keeping what they sign; sealing never waits for any of them."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from mingjing.translog.cosignature import cosignatures
from mingjing.translog.files import DatabaseReader
from mingjing.translog.keys import ensure_log_key, origin
from mingjing.translog.merkle import EMPTY_ROOT
from mingjing.translog.models import Checkpoint, Head
from mingjing.translog.note import Checkpoint as Statement
from mingjing.translog.note import NoteRefused, signature_lines, split_note
from mingjing.translog.policy import Policy
from mingjing.translog.tiles import tree_of
from mingjing.translog.witness_client import (
    Contradicted,
    Elsewhere,
    Said,
    Signed,
    Silent,
    ask,
    request_body,
    shown_checkpoint,
)
from mingjing.translog.witness_models import Cosignature, Witnessed, WitnessState
from mingjing.translog.witnesses import last_cosignature, policy, watch

log = logging.getLogger("mingjing.witness")

TIMEOUT: Final = 5.0  # seconds that a witness has to answer
ROUND: Final = timedelta(
    seconds=5
)  # between two rounds: each leaves a line of 3 kB for every post-quantum key
MOST_WAIT: Final = timedelta(minutes=1)  # before one that failed is asked again
AHEAD: Final = timedelta(minutes=5)  # that the clock of a witness may be before ours
LOOK: Final = timedelta(seconds=10)  # between two looks at whether there is an alarm


@dataclass(frozen=True)
class _Target:
    """The checkpoint that all witnesses are asked to cosign in one round: only then do they agree on a size."""

    size: int
    note: bytes


class Feeder:
    """Rounds of asking. Requests run in threads that know no database; `turn` collects what they brought."""

    def __init__(self, *, every: timedelta = ROUND, timeout: float = TIMEOUT) -> None:
        self._every, self._timeout = every, timeout
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="witness")
        self._asked: dict[str, Future[Said]] = {}
        self._target: _Target | None = None  # None: nothing was asked yet
        self._old: dict[str, int] = {}  # what a witness said that it signed last
        self._answered: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, datetime] = {}
        self._next_round = self._next_look = datetime.min.replace(tzinfo=UTC)
        self._told = ""

    @property
    def waiting(self) -> bool:
        """Whether an answer is outstanding."""
        return bool(self._asked)

    def turn(self, now: datetime) -> None:
        """Take in the answers that have come, then ask again if it is time. Returns at once."""
        rules = policy()
        if rules is None:
            return
        answered = [url for url, future in self._asked.items() if future.done()]
        for url in answered:
            self._take(rules, url, self._asked.pop(url).result(), now)
        if not self._asked:
            # Also before the first round: a crash may have come between the last answer and this.
            if answered or self._target is None:
                _note_quorum(rules, self._target or _newest(), now)
            self._begin_round(rules, now)
        if not self._asked and (answered or now >= self._next_look):
            self._next_look = now + LOOK
            self._sound_alarm(now)

    def finish(self, now: datetime) -> None:
        """Ask all that are to be asked, and wait until each has answered or has had its time.

        A worker does so before it seals anything: after a restore from a backup the witnesses know more than
        the database, and going on from there would fork the log.
        """
        self.turn(now)
        while self._asked:
            for future in list(self._asked.values()):
                future.exception()
            self.turn(now)

    def stop(self) -> None:
        """Wait for no more answers; what is not taken in is asked for again by the next worker."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    # --- asking -------------------------------------------------------------------------------------

    def _begin_round(self, rules: Policy, now: datetime) -> None:
        # Whoever said where it stands is answered at once.
        if now < self._next_round and not self._old:
            return
        self._target = target = _newest()
        due = [url for url in _urls(rules) if self._due(rules, url, target, now)]
        if due:
            self._next_round = now + self._every
        for url in due:
            old = min(self._old.get(url, _last_size(rules, url)), target.size)
            proof = tree_of(DatabaseReader().read, target.size).consistency(old) if old else []
            body = request_body(old, proof, target.note)
            self._asked[url] = self._pool.submit(_ask, url, body, target.size, self._timeout)

    def _due(self, rules: Policy, url: str, target: _Target, now: datetime) -> bool:
        if now < self._not_before.get(url, now):
            return False
        last = _last(rules, url)
        # Half the time after which silence alarms, an idle log is cosigned anew: its checkpoint stays fresh.
        # By our own clock: one that differs at the witness must not make us ask all the time.
        answered, half = self._answered.get(url), timedelta(minutes=settings.MINGJING_WITNESS_MINUTES / 2)
        fresh = answered is not None and now - answered < half
        return not fresh or url in self._old or last is None or last.size != target.size

    # --- taking in ----------------------------------------------------------------------------------

    def _take(self, rules: Policy, url: str, said: Said, now: datetime) -> None:
        asked_from = self._old.pop(url, None)
        claimed, contradicted, fault = 0, False, ""
        match said:
            case Signed(lines):
                fault = _store(rules, url, self._target or _newest(), lines, now)
                self._answered[url] = now
            case Elsewhere(size) if size > _size():
                claimed, contradicted = size, _is_ours(said.shown, size)
                fault = f"称已见证到第 {size} 条，多于本机的条数"
            case Elsewhere(size) if size == asked_from:
                fault = f"一再称见证到第 {size} 条，却不接受由此出发的证明"
            case Elsewhere(size):
                self._old[url] = size
            case Contradicted(why):
                contradicted, fault = True, why
            case Silent(why):
                self._remember_fault(url, why, now)
                self._wait_longer(url, now)
                return
        WitnessState.objects.update_or_create(
            url=url,
            defaults={"asked": now, "fault": fault, "claimed": claimed, "contradicted": contradicted},
        )
        if fault:
            self._wait_longer(url, now)
        else:
            self._failures.pop(url, None)

    @staticmethod
    def _remember_fault(url: str, why: str, now: datetime) -> None:
        # One that is silent takes nothing back: what it said against this log stands until it answers.
        if not WitnessState.objects.filter(url=url).update(asked=now, fault=why):
            WitnessState.objects.create(url=url, asked=now, fault=why)

    def _wait_longer(self, url: str, now: datetime) -> None:
        self._failures[url] = self._failures.get(url, 0) + 1
        seconds = min(2.0 ** self._failures[url], MOST_WAIT.total_seconds())
        self._not_before[url] = now + timedelta(seconds=seconds)

    def _sound_alarm(self, now: datetime) -> None:
        """Say once in the operator's log that witnessing has stopped, and once that it goes on."""
        found = watch(now)
        alarm = found.in_words if found and (found.stopped or found.late) else ""
        # Without its moments, which change with every try, the alarm would be told again and again.
        kind = alarm and ("stopped" if found and found.stopped else "late")
        if kind != self._told:
            if alarm:
                log.error("见证告警：%s", alarm)
            else:
                log.info("见证恢复正常")
        self._told = kind


def have_witnessed(now: datetime) -> None:
    """Have the newest checkpoint cosigned now, where one is published only with cosignatures.

    For what must be proven before it is written down. Waits for witnesses no longer than they have to answer; whether
    enough of them did shows in what can be proven then.
    """
    rules = policy()
    if rules is None or rules.met_by(()):
        return
    feeder = Feeder()
    try:
        feeder.finish(now)
    finally:
        feeder.stop()


def _ask(url: str, body: bytes, size: int, timeout: float) -> Said:
    """In a thread: ask, and have a witness that claims more show what it has."""
    said = ask(url, body, timeout)
    if isinstance(said, Elsewhere) and said.size > size:
        name = split_note(body.partition(b"\n\n")[2])[0].split(b"\n", 1)[0].decode()
        return Elsewhere(said.size, shown_checkpoint(url, name, timeout))
    return said


def _note_quorum(rules: Policy, target: _Target, now: datetime) -> None:
    """Once all have answered: if the cosignatures are enough, the checkpoint may be published."""
    if target.size == 0 or rules.met_by(()):
        return
    rows = set(Cosignature.objects.filter(size=target.size).values_list("name", "key"))
    names = [n for n, one in rules.witnesses.items() if (one.key.name, one.key.key_id.hex()) in rows]
    if rules.met_by(names):
        Witnessed.objects.get_or_create(size=target.size, defaults={"at": now})


def _newest() -> _Target:
    """Give the newest checkpoint; for an empty log one of no entries, which shows whether it always was empty."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is not None:
        return _Target(row.size, bytes(row.note))
    return _Target(0, Statement(origin(), 0, EMPTY_ROOT).signed(ensure_log_key()))


def _size() -> int:
    return Head.objects.order_by("-size").values_list("size", flat=True).first() or 0


def _urls(rules: Policy) -> list[str]:
    """Give each address once: a witness with two keys answers with two lines."""
    return list(dict.fromkeys(one.url for one in rules.witnesses.values() if one.url))


def _last(rules: Policy, url: str) -> Cosignature | None:
    """Give what a witness cosigned last; of several keys the one that lags behind."""
    keys = [one.key for one in rules.witnesses.values() if one.url == url]
    found = [last_cosignature(key.name, key.key_id) for key in keys]
    if any(one is None for one in found):
        return None
    return min((one for one in found if one), key=lambda one: (one.at, one.size), default=None)


def _last_size(rules: Policy, url: str) -> int:
    last = _last(rules, url)
    return last.size if last else 0


def _store(rules: Policy, url: str, target: _Target, lines: bytes, now: datetime) -> str:
    """Verify and keep the lines of a witness; give what is wrong with them, empty if nothing is."""
    keys = [one.key for one in rules.witnesses.values() if one.url == url]
    try:
        found = cosignatures(split_note(target.note)[0], signature_lines(lines), keys)
    except NoteRefused as refused:
        return str(refused)
    if any(one.at > now.timestamp() + AHEAD.total_seconds() for one in found):
        # Taken at its word it would hide for as long that nobody witnesses any more.
        return "签名所写的时刻晚于本机时钟五分钟以上，没有采用；请双方校准时钟"
    with transaction.atomic():
        for one in found if target.size else []:
            Cosignature.objects.get_or_create(
                size=target.size,
                name=one.key.name,
                key=one.key.key_id.hex(),
                at=one.at,
                defaults={"line": one.line},
            )
    missing = [key for key in keys if key not in {one.key for one in found}]
    return f"没有用 {missing[0].algorithm_name} 密钥 {missing[0].key_id.hex()} 签名" if missing else ""


def _is_ours(note: bytes, size: int) -> bool:
    """Tell whether a checkpoint that a witness shows is of this log and of the size that it claims."""
    try:
        text, lines = split_note(note)
        key = ensure_log_key().public
        signed = any(
            line[:2] == (key.name, key.key_id) and key.verifies(text, line.signature) for line in lines
        )
        return signed and Statement.parse(text).size == size
    except NoteRefused:
        return False
