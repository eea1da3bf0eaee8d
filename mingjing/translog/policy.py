"""Which witnesses a checkpoint needs (c2sp.org/tlog-policy): reading a policy, judging by it, saying it in words."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from mingjing.translog.cosignature import Cosignature, WitnessKey, cosignatures_of, raw_key
from mingjing.translog.note import NoteRefused, VerifyKey

NONE: Final = "none"

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class PolicyRefused(ValueError):
    """A policy file cannot be read. The message is Chinese and names the line."""


# A policy is lines of words, `#` beginning a comment; each name is defined before it is used:
#
#     log <vkey> [<url>]
#     witness <name> <vkey> [<url>]
#     group <name> all|any|<k> <name>...
#     quorum <name>|none


@dataclass(frozen=True)
class Log:
    """A log that the policy speaks of."""

    key: VerifyKey
    url: str = ""


@dataclass(frozen=True)
class Witness:
    """A witness under the name that the policy gives it; `url` is its submission prefix."""

    name: str
    key: WitnessKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """`least` of the `members`, each a witness or another group."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What a policy says of one checkpoint: whose cosignatures it carries, and whether they are enough."""

    met: bool
    cosignatures: Mapping[str, Cosignature] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """One policy; `groups` in the order of definition, `quorum` a name of a witness or group, or `none`."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a policy file; raise PolicyRefused for anything that is not one."""
        reading = _Reading()
        for number, line in enumerate(_lines(data), 1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                reading.take(words)
            except (PolicyRefused, NoteRefused) as refused:
                # It may quote bytes that are no UTF-8, which nothing could print.
                said = str(refused).encode("utf-8", "replace").decode()
                raise PolicyRefused(f"见证策略第 {number} 行：{said}") from refused
        if not reading.quorum:
            raise PolicyRefused(
                "见证策略没有 quorum 行：应写明要哪个见证方或者哪一组；不要求见证的写 quorum none"
            )
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)

    @property
    def keys(self) -> list[WitnessKey]:
        """The keys of all witnesses."""
        return [witness.key for witness in self.witnesses.values()]

    def met_by(self, names: Collection[str]) -> bool:
        """Tell whether the witnesses with these names are enough."""
        witnessed = set(names) & set(self.witnesses)
        # Groups name only what stands before them, so one pass in order decides all.
        for group in self.groups.values():
            if len(witnessed.intersection(group.members)) >= group.least:
                witnessed.add(group.name)
        return self.quorum == NONE or self.quorum in witnessed

    def judge(self, note: bytes) -> Standing:
        """Say whether the cosignatures of a note are enough; raise NoteRefused where one of them is false.

        Who signed the checkpoint itself is another question, which this does not ask.
        """
        by_key = {one.key: one for one in cosignatures_of(note, self.keys)}
        found = {name: by_key[one.key] for name, one in self.witnesses.items() if one.key in by_key}
        return Standing(self.met_by(found), found)

    def text(self, logs: Iterable[VerifyKey]) -> str:
        """Write the policy for the public: with the keys of these logs, and without the addresses of witnesses."""
        lines = [f"log {key.vkey}" for key in logs]
        lines += [f"witness {name} {one.key.vkey}" for name, one in self.witnesses.items()]
        lines += [f"group {one.name} {one.least} {' '.join(one.members)}" for one in self.groups.values()]
        return "".join(f"{line}\n" for line in [*lines, f"quorum {self.quorum}"])

    @property
    def in_words(self) -> str:
        """The quorum in Chinese, e.g. `“司法局”“审计局”中至少 1 个`."""
        return "不要求见证" if self.quorum == NONE else self._words(self.quorum)

    def _words(self, name: str) -> str:
        group = self.groups.get(name)
        if group is None:
            return f"“{name}”"
        members = "、".join(self._words(member) for member in group.members)
        if group.least == len(group.members):
            return members if group.least == 1 else f"（{members}）全部"
        return f"（{members}）中至少 {group.least} 个"


class _Reading:
    """A policy while its lines come in."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self._keys: set[bytes] = set()
        self._grouped: set[str] = set()

    def take(self, words: list[str]) -> None:
        """Take one line in."""
        forms = {
            "log": (self._log, 2, 3),
            "witness": (self._witness, 3, 4),
            "group": (self._group, 4, 1000),
            "quorum": (self._quorum, 2, 2),
        }
        if words[0] not in forms:
            raise PolicyRefused(f"不认识“{words[0]}”：应为 log、witness、group 或者 quorum")
        take, least, most = forms[words[0]]
        if not least <= len(words) <= most:
            raise PolicyRefused(f"“{words[0]}”行的项数不对")
        take(words[1:])

    def _log(self, words: list[str]) -> None:
        self._new_key(words[0])
        self.logs.append(Log(VerifyKey.parse(words[0]), *words[1:]))

    def _witness(self, words: list[str]) -> None:
        self._new_name(words[0])
        self._new_key(words[1])
        self.witnesses[words[0]] = Witness(words[0], WitnessKey.parse(words[1]), *words[2:])

    def _group(self, words: list[str]) -> None:
        name, threshold, *members = words
        self._new_name(name)
        for member in members:
            self._known(member)
            if member in self._grouped:
                raise PolicyRefused(f"“{member}”已经在一个组里：每个名称只能归入一组，只算一次")
            self._grouped.add(member)
        number = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if not _DECIMAL.fullmatch(number) or int(number) > len(members):
            raise PolicyRefused(f"“{threshold}”应为 all、any，或者 1 到 {len(members)} 的数")
        self.groups[name] = Group(name, int(number), tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if self.quorum:
            raise PolicyRefused("quorum 只能写一行")
        if words[0] != NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _new_name(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyRefused(f"名称“{name}”已经用过，或者是保留的名称")

    def _new_key(self, vkey: str) -> None:
        raw = raw_key(vkey)
        if raw in self._keys:
            raise PolicyRefused("同一把密钥写了两次")
        self._keys.add(raw)

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyRefused(f"没有名为“{name}”的见证方或者组：名称要先定义，后使用")


def _lines(data: bytes) -> list[str]:
    # Names are bytes to the standard: surrogates keep whatever is not UTF-8 as it is.
    text = data.decode("utf-8", "surrogateescape")
    if _CONTROL.search(text):
        raise PolicyRefused("见证策略含有不允许的控制字符；请存为纯文本，换行用 LF")
    return text.split("\n")
