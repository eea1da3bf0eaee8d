"""Models of alerts as the packs give them: what is looked for, on which law, whom it tells; nothing is judged here."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from mingjing.lawengine.condition import Condition
from mingjing.packs.alert_words import DETECTORS, PER, SOURCES, Words, words_of
from mingjing.packs.laws import Resolved, read_laws
from mingjing.packs.load import Library
from mingjing.packs.source import PackError, PackFile, nearest
from mingjing.packs.vocabulary import ROLES, text

FOLDER: Final = "supervision/alerts"
LEVELS: Final[Mapping[str, str]] = {"grave": "严重", "serious": "较重", "notice": "提示"}
KEYS: Final = (
    *("code", "title", "level", "source", "finds", "formula", "ask", "tells", "handle_within"),
    *("basis", "where", "rules", "shows", "share", "tally", "detector", "sample"),
)
_DEMANDED: Final = ("code", "title", "level", "source", "finds", "formula", "ask")
_BASIS: Final = ("kind", "law", "article", "quote", "verified", "reason")
_SHARE: Final = ("per", "trial", "hit", "expected", "alarms", "least")
_TALLY: Final = ("per", "hit", "least")
_SAMPLE: Final = ("name", "given", "alert")
_CODE: Final = re.compile(r"[a-z][a-z_]{2,39}")
OTHERS: Final = -1.0  # expected of somebody: the share of all others


@dataclass(frozen=True, slots=True)
class Basis:
    """The article an alert stands on; `own` where it is only the yardstick of the supervisor, for a stated reason."""

    own: bool
    law: str
    article: str
    quote: str
    verified: bool
    reason: str

    def cite(self) -> str:
        """Give it as people write it."""
        return "监督机构自定的标准" if self.own else f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Counting:
    """How many rows of somebody meet a condition: more than a number (tally), or than chance allows (share)."""

    per: str
    hit: Condition
    least: int
    trial: Condition | None = None
    expected: float = 0.0
    alarms: float = 0.0  # false alarms a run of the model, at most

    @property
    def by_chance(self) -> bool:
        return self.trial is not None


@dataclass(frozen=True, slots=True)
class Sample:
    """A worked example: what is given, and whether an alert must come of it."""

    name: str
    given: Mapping[str, Any]
    alert: bool


@dataclass(frozen=True, slots=True)
class AlertModel:
    """One model. Where `counting` is None, each row that meets `where` and breaks one of `rules` is an alert."""

    code: str
    title: str
    level: str
    source: str
    finds: str
    formula: str
    ask: str
    tells: tuple[str, ...]
    handle_within: int  # working days
    basis: Basis
    where: Condition | None
    rules: tuple[str, ...]
    shows: tuple[str, ...]
    counting: Counting | None
    detector: str
    samples: tuple[Sample, ...]
    file: str

    @property
    def level_title(self) -> str:
        return LEVELS[self.level]


@dataclass(frozen=True)
class AlertModels:
    """All of them, the gravest first, with the words they are written in."""

    each: tuple[AlertModel, ...]
    words: Words

    def find(self, code: str) -> AlertModel | None:
        """Give the model of this code; None where it is no longer in the packs."""
        return next((one for one in self.each if one.code == code), None)

    def of_source(self, source: str) -> tuple[AlertModel, ...]:
        """Give the models that read these rows."""
        return tuple(one for one in self.each if one.source == source)


def read_alerts(library: Library) -> AlertModels:
    """Read every model and hold it against rules, words and statutes. Raises PackError with all first faults."""
    words = words_of(library)
    models: dict[str, AlertModel] = {}
    faults: list[PackError] = []
    for file in _files(library):
        try:
            model = _Reader(file, library, words).model()
            if model.code in models:
                raise file.fault(f"模型“{model.code}”已在 {models[model.code].file} 定义", "code")
            models[model.code] = model
        except PackError as fault:
            faults.append(fault)
    if faults:
        first, *more = faults
        raise PackError(first.file, first.line, first.message, tuple(more))
    order = list(LEVELS)
    return AlertModels(tuple(sorted(models.values(), key=lambda m: (order.index(m.level), m.code))), words)


def _files(library: Library) -> Iterator[PackFile]:
    for scope, pack in library.packs.items():
        for file in pack.files:
            if file.name.removeprefix(f"{scope}/").rpartition("/")[0] == FOLDER:
                yield file


class _Reader:
    """Reads one file."""

    def __init__(self, file: PackFile, library: Library, words: Words) -> None:
        self.file, self.library, self.words, self.data = file, library, words, file.data

    def model(self) -> AlertModel:
        file, data = self.file, self.data
        file.known_keys(data, KEYS)
        said = {name: text(file, data, name) for name in _DEMANDED}
        if not _CODE.fullmatch(said["code"]) or not file.name.endswith(f"/{said['code']}.toml"):
            raise file.fault("code 用小写字母和下划线，并与文件名相同", "code")
        self._one_of(said["level"], LEVELS, "level")
        self._one_of(said["source"], SOURCES, "source")
        within = data.get("handle_within")
        if isinstance(within, bool) or not isinstance(within, int) or within < 1:
            raise file.fault("handle_within 须为正整数（多少个工作日内处理）", "handle_within")
        model = AlertModel(
            **said,
            tells=self._listed("tells", ROLES),
            handle_within=within,
            basis=self._basis(),
            where=self._condition("where", said["source"]),
            rules=self._rules(),
            shows=self._shows(said["source"]),
            counting=self._counting(said["source"]),
            detector=str(data.get("detector", "")),
            samples=tuple(self._samples()),
            file=file.name,
        )
        self._whole(model)
        return model

    def _whole(self, model: AlertModel) -> None:
        asks = model.where or model.rules or model.counting or model.detector
        if not asks:
            raise self.file.fault(
                "要有 where、rules、share、tally、detector 之一，否则什么都不会提示", "code"
            )
        if (model.source == "detector") != bool(model.detector):
            raise self.file.fault('detector 只用于 source = "detector"，也必须写', "source")
        if model.detector:
            self._one_of(model.detector, DETECTORS, "detector")
        elif {one.alert for one in model.samples} != {True, False}:
            raise self.file.fault("[[sample]] 至少两个：一个提示、一个不提示", "code")
        if model.rules and model.source != "cases":
            raise self.file.fault('rules 只用于 source = "cases"', "rules")

    def _one_of(self, value: str, choices: Collection[str], key: str) -> str:
        if value not in choices:
            raise self.file.fault(f"{key} 没有“{value}”{nearest(value, choices)}", key)
        return value

    def _listed(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        given = self.data.get(key, [])
        if not isinstance(given, list) or not given:
            raise self.file.fault(f"{key} 须为列表，至少一项", key)
        return tuple(self._one_of(str(one), choices, key) for one in given)

    def _rules(self) -> tuple[str, ...]:
        """Every rule of whatever scope that is meant: a local version of a rule is the same question.

        `penalty.decided_within` ends an id; with a star it is a pattern over the whole of it.
        """
        found: list[str] = []
        for one in map(str, self.data.get("rules", ())):
            pattern = one if "*" in one else f"*.{one}"
            ids = [rule.id for rule in self.library.rules if fnmatchcase(rule.id, pattern)]
            if not ids:
                near = nearest(one, {rule.id.partition(".")[2] for rule in self.library.rules})
                raise self.file.fault(f"没有规则“{one}”{near}", "rules")
            found += ids
        return tuple(dict.fromkeys(found))

    def _basis(self) -> Basis:
        given = self.data.get("basis")
        if not isinstance(given, dict):
            raise self.file.fault('缺少 [basis]：写明法律条款，或者 kind = "own" 和理由', "basis")
        self.file.known_keys(given, _BASIS, "basis")
        if given.get("kind") == "own":
            return Basis(True, "", "", "", False, text(self.file, given, "reason", "basis"))
        law, article, quote = (text(self.file, given, name, "basis") for name in ("law", "article", "quote"))
        latest = max(pack.released for pack in self.library.packs.values())
        found = read_laws(self.library).resolve(law, article, on=latest)
        if not isinstance(found, Resolved):
            raise self.file.fault(found.reason, "basis", "law")
        return Basis(False, law, article, quote, given.get("verified") is True, str(given.get("reason", "")))

    def _condition(self, key: str, source: str, table: Mapping[str, Any] | None = None) -> Condition | None:
        written = (self.data if table is None else table).get(key)
        if written is None:
            return None
        try:
            condition = Condition(str(written))
        except ValueError as error:
            raise self.file.fault(f"条件写法有误：{str(error).splitlines()[0]}", key) from error
        known = self.words.names(source)
        for name in sorted(condition.names - known):
            raise self.file.fault(f"条件里的“{name}”不是“{source}”的名字{nearest(name, known)}", key)
        return condition

    def _shows(self, source: str) -> tuple[str, ...]:
        given = self.data.get("shows", [])
        for name in given:
            self._one_of(str(name), self.words.names(source), "shows")
        return tuple(given)

    def _counting(self, source: str) -> Counting | None:
        for key, names in (("share", _SHARE), ("tally", _TALLY)):
            if isinstance(given := self.data.get(key), dict):
                self.file.known_keys(given, names, key)
                if missing := [name for name in names if name not in given]:
                    raise self.file.fault(f"[{key}] 缺少 {'、'.join(missing)}", key)
                return self._counted(source, key, given)
        return None

    def _counted(self, source: str, key: str, given: Mapping[str, Any]) -> Counting:
        hit = self._condition("hit", source, given)
        least = given["least"]
        if hit is None or not isinstance(least, int) or least < 1:
            raise self.file.fault("hit 须为条件，least 须为正整数", key)
        per = self._one_of(str(given["per"]), PER.get(source, {}), key)
        if key == "tally":
            return Counting(per, hit, least)
        alarms, expected = given["alarms"], given["expected"]
        if not isinstance(alarms, float) or not 0 < alarms < 1:
            raise self.file.fault("alarms（误报的次数）须大于 0、小于 1", key)
        if expected != "others" and not (isinstance(expected, float) and 0 < expected < 1):
            raise self.file.fault('expected 须为 0 与 1 之间的小数，或者 "others"（其他各人的比例）', key)
        share = OTHERS if expected == "others" else expected
        return Counting(per, hit, least, self._condition("trial", source, given), share, alarms)

    def _samples(self) -> Iterator[Sample]:
        for number, entry in enumerate(self.data.get("sample", ())):
            self.file.known_keys(entry, _SAMPLE, "sample", number)
            if missing := [name for name in _SAMPLE if name not in entry]:
                raise self.file.fault(f"缺少 {'、'.join(missing)}", "sample", number)
            yield Sample(**entry)
