"""One rule file into one rule: every key, word, date and example is checked; how packs combine is elsewhere."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from itertools import pairwise
from typing import Any, Final

from mingjing.lawengine.model import Example, Grade, Rule, Severity, Source, Version
from mingjing.packs.conditions import Vocabulary, compile_condition
from mingjing.packs.procedures import procedures_in
from mingjing.packs.source import PackError, PackFile, nearest
from mingjing.packs.terms import KEYS, TermsReader
from mingjing.packs.vocabulary import one_of, text

TOPICS: Final = (
    "filing", "investigation", "evidence", "review", "legal_review", "notice", "hearing", "discussion", "decision",
    "service", "execution", "closing", "publication", "personnel", "discretion", "summary",
)  # fmt: skip
EXPECTS: Final = ("pass", "breach", "unknown", "not_applicable")
STATUSES: Final = ("running", "met", "missed", "paused", "unknown", "dropped")
# An article of a law, or a numbered part of a document that has no articles.
_PROVISION: Final = re.compile(r"第[^第]{1,10}[条款项章节]|^[一二三四五六七八九十]+(?:[、（]|$)|附[件表录]")
OLDEST: Final = date(1949, 10, 1)

_RULE_KEYS: Final = (
    "title", "kind", "acts", "severity", "topic", "review_points", "when", "if_known", "dated_by", "overrides",
    "remedy", "grade", "version", "example", "procedures", "list_row",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z0-9_]+\.toml")
_VERSION_KEYS: Final = ("in_force", "until", "source", "quote", "when", "terms", "verified", "note")
_EXAMPLE_KEYS: Final = (
    "name", "on", "facts", "expect", "before", "after", "performers", "evidence", "act", "fragment", "due",
    "status", "head",
)  # fmt: skip
_EARLIER_KEYS: Final = ("kind", "on", "facts", "performers", "evidence")
_PERFORMER_KEYS: Final = ("name", "certificate", "aux", "legal_qualification", "agency", "fields", "role")
_EVIDENCE_KEYS: Final = ("kind", "medium", "side")
_LIST_ROWS: Final = {
    "recording": ("start", "content", "end", "keep", "note"),
    "sequence": ("matter", "standard"),
}
_HEAD_KEYS: Final = ("region", "field", "agency_kind", "procedure", "promised")


@dataclass(frozen=True)
class RuleReader:
    """Reads one rule file; its examples are read when somebody asks for them.

    `latest_year` is the last year in which a version may begin.
    """

    file: PackFile
    words: Vocabulary
    scope: str
    latest_year: int
    procedures: Collection[str]  # all that the packs define
    of_area: tuple[
        str, ...
    ] = ()  # those in which rules of this folder speak, unless a rule says more; empty: all

    def read(self) -> Rule:
        """Give the rule. Raises PackError at the first fault."""
        file, data = self.file, self.file.head
        if not _NAME.fullmatch(file.name.rsplit("/", 1)[-1]):
            raise PackError(
                file.name,
                1,
                "规则的文件名只用小写英文字母、数字和下划线；多余的副本请删去，或者移到法律包以外",
            )
        file.known_keys(data, _RULE_KEYS)
        kind = one_of(file, data, "kind", tuple(KEYS))
        acts = self._acts(data.get("acts"))
        when = str(data.get("when", ""))
        own = procedures_in(file, data, self.procedures)
        rule = Rule(
            id=file.name.removesuffix(".toml").replace("/", "."),
            title=text(file, data, "title"),
            kind=kind,
            acts=acts,
            severity=Severity(one_of(file, data, "severity", tuple(s.value for s in Severity))),
            topic=one_of(file, data, "topic", TOPICS),
            versions=self._versions(kind, acts, data.get("version")),
            review_points=self._review_points(data.get("review_points", [])),
            when=compile_condition(when, {}, self.words, self._failing("when")) if when else None,
            if_known=self._if_known(kind, data),
            dated_by=one_of(file, {"dated_by": "act", **data}, "dated_by", ("act", "conduct")),
            overrides=str(data.get("overrides", "")),
            remedy=str(data.get("remedy", "")),
            grade=self._grade(data.get("grade")),
            find_examples=cache(partial(self._examples, kind)),
            examples_written=self._examples_written(),
            scope=self.scope,
            path=file.name,
            procedures=self.of_area if own is None else own,
            list_row=self._list_row(kind, data.get("list_row", {})),
        )
        if rule.dated_by == "conduct" and kind != "ceiling":
            raise file.fault("dated_by = conduct 只用于 ceiling 规则", "dated_by")
        return rule

    def _failing(self, *where: str | int) -> Callable[[str], PackError]:
        return lambda message: self.file.fault(message, *where)

    def _acts(self, given: Any) -> tuple[str, ...]:
        if not isinstance(given, list) or not given:
            raise self.file.fault('缺少 acts = ["行为", …]', "acts")
        for kind in given:
            if kind not in self.words.kinds:
                raise self.file.fault(f"行为“{kind}”没有定义{nearest(str(kind), self.words.kinds)}", "acts")
        return tuple(given)

    def _if_known(self, kind: str, data: Mapping[str, Any]) -> tuple[str, ...]:
        given = data.get("if_known", [])
        # What stops an act must never be passed by leaving a fact out; a limit runs whatever the act states.
        if given and (kind == "deadline" or data.get("severity") == "block"):
            raise self.file.fault("if_known 不用于 deadline 规则和 block 规则", "if_known")
        return TermsReader(self.words, self._failing("if_known"), ()).fields_in(given, "if_known")

    def _review_points(self, given: Any) -> tuple[int, ...]:
        if not isinstance(given, list) or not all(point in range(1, 9) for point in given):
            raise self.file.fault(
                "review_points 要写成法制审核要点 1 至 8 的列表，如 [3, 5]", "review_points"
            )
        return tuple(given)

    def _grade(self, given: Any) -> Grade | None:
        if given is None:
            return None
        if not isinstance(given, dict) or not isinstance(given.get("item"), str) or "points" not in given:
            raise self.file.fault('grade 写作 { item = "编号", points = 分数 }', "grade")
        self.file.known_keys(given, ("item", "points", "veto", "each", "cap"), "grade")
        return Grade(**given)

    def _list_row(self, kind: str, given: Any) -> Mapping[str, str]:
        if not isinstance(given, dict) or not all(isinstance(one, str) and one for one in given.values()):
            raise self.file.fault("list_row 写成一节，每项是文字：[list_row]", "list_row")
        if given and kind not in _LIST_ROWS:
            raise self.file.fault(f"list_row 只用于 {'、'.join(_LIST_ROWS)} 规则", "list_row")
        self.file.known_keys(given, _LIST_ROWS.get(kind, ()), "list_row")
        return dict(given)

    def _versions(self, kind: str, acts: tuple[str, ...], given: Any) -> tuple[Version, ...]:
        if not isinstance(given, list) or not given:
            raise self.file.fault("至少要有一个 [[version]]", "version")
        versions = tuple(self._version(kind, acts, number, table) for number, table in enumerate(given))
        for number, (older, newer) in enumerate(pairwise(versions), start=1):
            if newer.in_force <= (older.until or older.in_force):
                raise self.file.fault(
                    "版本要按施行日期从旧到新排列，且不得重叠", "version", number, "in_force"
                )
        return versions

    def _version(self, kind: str, acts: tuple[str, ...], number: int, table: Mapping[str, Any]) -> Version:
        where = ("version", number)
        self.file.known_keys(table, _VERSION_KEYS, *where)
        raw = table.get("terms", {})
        when = str(table.get("when", ""))
        fail = self._failing(*where, "terms")
        terms = TermsReader(self.words, fail, acts).read(kind, raw, when)
        condition = compile_condition(when, raw, self.words, self._failing(*where, "when")) if when else None
        until = self._day(table["until"], *where, "until") if "until" in table else None
        in_force = self._day(table.get("in_force"), *where, "in_force")
        if until and until < in_force:
            raise self.file.fault("until 早于 in_force，请核对这两个日期", *where, "until")
        return Version(
            in_force=in_force,
            until=until,
            source=self._source(table, *where),
            quote=text(self.file, table, "quote", *where),
            raw=raw,
            terms=terms,
            when=condition,
        )

    def _day(self, given: Any, *where: str | int) -> date:
        if not isinstance(given, date) or isinstance(given, datetime):
            raise self.file.fault(f"“{where[-1]}”要写成日期，如 2021-07-15", *where)
        if not OLDEST <= given <= date(self.latest_year, 12, 31):
            raise self.file.fault(f"日期 {given} 不合理，应在 1949 年至 {self.latest_year} 年之间", *where)
        return given

    def _source(self, table: Mapping[str, Any], *where: str | int) -> Source:
        given = table.get("source")
        if not isinstance(given, dict):
            raise self.file.fault('缺少 source = { law = "…", article = "…" }', *where, "source")
        self.file.known_keys(given, ("law", "article", "verified", "note"), *where, "source")
        verified = given.get("verified", table.get("verified", True))
        if not isinstance(verified, bool):
            raise self.file.fault("verified 只能是 true 或者 false，不加引号", *where, "source")
        source = Source(
            law=text(self.file, given, "law", *where, "source"),
            article=text(self.file, given, "article", *where, "source"),
            verified=verified,
            note=str(given.get("note", table.get("note", ""))),
        )
        if source.verified and not _PROVISION.search(source.article):
            message = (
                f"article 要写到条、款、项，不能只写“{source.article}”；查不到的写 verified = false 和 note"
            )
            raise self.file.fault(message, *where, "source")
        if not source.verified and not source.note:
            raise self.file.fault('verified = false 要写明缘由：note = "…"', *where, "source")
        return source

    def _examples_written(self) -> int:
        if not self.file.cut and not isinstance(self.file.head.get("example"), list):
            raise self.file.fault("至少要有一个 [[example]]，界限两侧各一个", "example")
        return self.file.examples_written

    def _examples(self, kind: str) -> tuple[Example, ...]:
        given = self.file.data["example"]
        return tuple(self._example(kind, number, table) for number, table in enumerate(given))

    def _example(self, kind: str, number: int, table: Mapping[str, Any]) -> Example:
        where = ("example", number)
        self.file.known_keys(table, _EXAMPLE_KEYS, *where)
        on = table.get("on")
        if not isinstance(on, date):
            raise self.file.fault("样例要写 on = 日期", *where, "on")
        asks_limit = "due" in table or "status" in table
        if asks_limit and kind != "deadline":
            raise self.file.fault("due、status 只用于 deadline 规则", *where, "status")
        if "status" in table:
            one_of(self.file, table, "status", STATUSES, *where)
        if not asks_limit or "expect" in table:
            one_of(self.file, table, "expect", EXPECTS, *where)
        self._known_facts(table.get("facts", {}), *where, "facts")
        if "act" in table:
            self._acts([table["act"]])
        for key in ("before", "after"):
            for earlier in table.get(key, ()):
                self._earlier(earlier, *where, key)
        self._people_and_evidence(table, *where)
        self._head(table.get("head", {}), *where, "head")
        name = text(self.file, table, "name", *where)
        return Example(name, on, str(table.get("expect", "")), table.get("facts", {}), table)

    def _head(self, given: Mapping[str, Any], *where: str | int) -> None:
        self.file.known_keys(given, _HEAD_KEYS, *where)
        code = given.get("procedure")
        if code is not None and code not in self.procedures:
            raise self.file.fault(
                f"样例里的程序“{code}”没有定义{nearest(str(code), self.procedures)}", *where
            )

    def _earlier(self, given: Any, *where: str | int) -> None:
        if isinstance(given, str):
            TermsReader(self.words, self._failing(*where), ()).act(given, "before")
            return
        if not isinstance(given, dict) or given.get("kind") not in self.words.kinds:
            kind = given.get("kind") if isinstance(given, dict) else given
            raise self.file.fault(
                f"样例里的行为“{kind}”没有定义{nearest(str(kind), self.words.kinds)}", *where
            )
        self.file.known_keys(given, _EARLIER_KEYS, *where)
        self._known_facts(given.get("facts", {}), *where)
        self._people_and_evidence(given, *where)

    def _known_facts(self, facts: Mapping[str, Any], *where: str | int) -> None:
        for name, value in facts.items():
            if name not in self.words.fields:
                raise self.file.fault(
                    f"样例里的字段“{name}”没有定义{nearest(name, self.words.fields)}", *where
                )
            options = [code for code, _ in self.words.fields[name].options]
            for one in value if isinstance(value, list) else [value]:
                if options and one not in options:
                    raise self.file.fault(f"字段“{name}”没有选项“{one}”{nearest(str(one), options)}", *where)

    def _people_and_evidence(self, table: Mapping[str, Any], *where: str | int) -> None:
        for person in table.get("performers", ()):
            self.file.known_keys(person, _PERFORMER_KEYS, *where, "performers")
        for item in table.get("evidence", ()):
            self.file.known_keys(item, _EVIDENCE_KEYS, *where, "evidence")
