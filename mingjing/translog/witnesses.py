"""What the witnesses' word means here: which checkpoint is published, how fresh it is, whether sealing must stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Max

from mingjing.kit.clock import beijing
from mingjing.translog.keys import public_keys
from mingjing.translog.models import Checkpoint, Head
from mingjing.translog.note import VerifyKey
from mingjing.translog.policy import Policy, PolicyRefused
from mingjing.translog.witness_models import Cosignature, Witnessed, WitnessState

# A policy made stricter may be met by an older checkpoint; so many are tried.
TRIED: Final = 20


class SealingStopped(Exception):
    """A witness has seen more of this log than there is, or another one: nothing may be sealed. In Chinese."""


def policy() -> Policy | None:
    """Give the policy in force, None without one. Raises PolicyRefused where the file cannot be used."""
    path: Path | None = settings.MINGJING_WITNESS_POLICY
    if path is None:
        return None
    try:
        stamp = path.stat()
        return _policy(path, stamp.st_mtime_ns, stamp.st_size)
    except OSError as error:
        raise PolicyRefused(
            f"读不到见证策略 {path}（{error.strerror}）。请核对 MINGJING_WITNESS_POLICY。"
        ) from error


@lru_cache(4)
def _policy(path: Path, changed: int, size: int) -> Policy:
    return Policy.parse(path.read_bytes())


def public_policy() -> str:
    """Give the policy as outsiders may have it, empty without one."""
    rules = policy()
    return rules.text(key for key in public_keys() if isinstance(key, VerifyKey)) if rules else ""


# --- the published checkpoint -----------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """The checkpoint to publish, with the cosignatures it carries: name in the policy -> POSIX seconds."""

    size: int
    note: bytes
    moments: Mapping[str, int]


def published() -> Published | None:
    """Give the newest checkpoint with enough cosignatures; without a policy the newest; None while there is none."""
    rules = policy()
    for size in _candidates(rules):
        note = Checkpoint.objects.filter(size=size).values_list("note", flat=True).first()
        moments, lines = _newest_lines(size, rules)
        if note is not None and (rules is None or rules.met_by(moments)):
            return Published(size, bytes(note) + b"".join(lines), moments)
    return None


def _candidates(rules: Policy | None) -> Sequence[int]:
    if rules is None or rules.met_by(()):
        return list(Checkpoint.objects.order_by("-size").values_list("size", flat=True)[:1])
    return list(Witnessed.objects.order_by("-size").values_list("size", flat=True)[:TRIED])


def _newest_lines(size: int, rules: Policy | None) -> tuple[dict[str, int], list[bytes]]:
    """Give the newest cosignature at this size of every witness of the policy."""
    if rules is None:
        return {}, []
    names = {(one.key.name, one.key.key_id.hex()): one.name for one in rules.witnesses.values()}
    rows = Cosignature.objects.filter(size=size).order_by("at").values_list("name", "key", "at", "line")
    newest = {
        names[name, key]: (at, bytes(line)) for name, key, at, line in rows.iterator() if (name, key) in names
    }
    return {name: at for name, (at, _) in newest.items()}, [line for _, line in newest.values()]


# --- how the witnesses are doing --------------------------------------------------------------------


@dataclass(frozen=True)
class WitnessHealth:
    """One witness: until where and when it last cosigned, and what is wrong with it."""

    name: str
    vkey: str
    algorithm: str
    size: int
    at: datetime | None
    fault: str


@dataclass(frozen=True)
class Watch:
    """How well the log is being witnessed; `at` is when the policy was last met."""

    rules: Policy
    witnesses: tuple[WitnessHealth, ...]
    size: int
    at: datetime | None
    late: bool
    stopped: str

    @property
    def in_words(self) -> str:
        """The state in one Chinese sentence, for the operator."""
        if self.stopped:
            return self.stopped
        last = f"最近一次见证 {_beijing(self.at)}，到第 {self.size} 条" if self.at else "还没有见证过的检查点"
        faults = "；".join(f"{one.name}：{one.fault}" for one in self.witnesses if one.fault)
        late = f"，已超过 {settings.MINGJING_WITNESS_MINUTES} 分钟没有新的见证" if self.late else ""
        return f"{last}{late}{f'（{faults}）' if faults else ''}"


def watch(now: datetime) -> Watch | None:
    """Tell how the log is being witnessed, None without a policy."""
    rules = policy()
    if rules is None:
        return None
    found = published()
    at = _met_at(rules, found.moments) if found else None
    # A log that was never witnessed is late counting from its first head; an empty one never.
    since = at or Head.objects.order_by("size").values_list("sealed_at", flat=True).first()
    late = since is not None and now - since > timedelta(minutes=settings.MINGJING_WITNESS_MINUTES)
    return Watch(rules, _each(rules), found.size if found else 0, at, late, why_stopped())


def _met_at(rules: Policy, moments: Mapping[str, int]) -> datetime | None:
    """Give the moment at which the last cosignature came that the policy needs."""
    names: set[str] = set()
    for name in sorted(moments, key=lambda name: -moments[name]):
        names.add(name)
        if rules.met_by(names):
            return datetime.fromtimestamp(moments[name], UTC)
    return None


def _each(rules: Policy) -> tuple[WitnessHealth, ...]:
    faults = dict(WitnessState.objects.values_list("url", "fault"))
    return tuple(
        WitnessHealth(
            name,
            one.key.vkey,
            one.key.algorithm_name,
            last.size if last else 0,
            datetime.fromtimestamp(last.at, UTC) if last else None,
            faults.get(one.url, ""),
        )
        for name, one in rules.witnesses.items()
        for last in [last_cosignature(one.key.name, one.key.key_id)]
    )


def last_cosignature(name: str, key_id: bytes) -> Cosignature | None:
    """Give the newest cosignature of one key."""
    return Cosignature.objects.filter(name=name, key=key_id.hex()).order_by("-at", "-size").first()


def _beijing(moment: datetime | None) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


# --- when nothing may be sealed ---------------------------------------------------------------------


def why_stopped() -> str:
    """Say in Chinese why nothing may be sealed; empty while all is well, and without a policy."""
    rules = policy()
    if rules is None:
        return ""
    size = Head.objects.aggregate(size=Max("size"))["size"] or 0
    names: dict[str, str] = {}
    for name, one in rules.witnesses.items():
        names.setdefault(one.url, name)  # a witness with two keys goes by the name of the first
    for state in WitnessState.objects.filter(url__in=names):
        if state.claimed > size:
            return (
                f"见证方“{names[state.url]}”已见证到第 {state.claimed} 条，而本机日志只有 {size} 条："
                f"数据库被退回旧版或者恢复了旧备份{'，见证方出示了本日志签名的检查点' if state.contradicted else ''}。"
                "已停止封存，新的行为照常受理、排队等候。请保护现场，恢复到不早于该条数的备份，见“运行”文档的“见证”。"
            )
        if state.contradicted:
            return (
                f"见证方“{names[state.url]}”拒绝见证：{state.fault}。本机的历史与它见证过的不同，可能被改写。"
                "已停止封存，新的行为照常受理、排队等候。请保护现场，与见证方核对。"
            )
    return ""


def refuse_if_stopped() -> None:
    """Raise SealingStopped while a witness knows better than this database."""
    if why := why_stopped():
        raise SealingStopped(why)
