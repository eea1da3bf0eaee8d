"""What the public may read, and nothing else: rows that were published. All that the portal sees comes from here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mingjing.kit.clock import legal_day
from mingjing.kit.identity import credit_code_error
from mingjing.publicity import search
from mingjing.publicity.models import Publication, PublicItem, SearchText, SearchValue
from mingjing.publicity.search import Wanted
from mingjing.translog.selectors import NotInLog, checkpoint, index_of, log_health, tlog_proof_bytes
from mingjing.translog.stamping import last_stamp
from mingjing.translog.stones import stone_for

PAGE = 20
COUNT_LIMIT = 1000
TICKS = frozenset({"是", "否"})
# The columns of an entry, in its order.
ENTRY = (
    *("code", "title", "kind_title", "document_no", "party", "agency_name", "decided_on"),
    *("published_at", "result"),
)


LATEST = """
SELECT i.* FROM publicity_publicitem i WHERE i.kind = %s AND i.version = (
  SELECT MAX(v.version) FROM publicity_publicitem v
  WHERE v.kind = i.kind AND v.agency_code = i.agency_code AND v.slug = i.slug
) ORDER BY i.agency_code, i.slug"""


class NotPublished(LookupError):
    """Nothing of this name was ever published."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of decisions."""

    code: str
    title: str
    kind_title: str
    document_no: str
    party: str
    agency: str
    decided_on: date | None
    published_on: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: the entries, the mark of the next page, and on the first page how many there are."""

    entries: Sequence[Entry]
    after: str  # "" on the last page
    count: str
    facets: Mapping[str, Sequence[tuple[str, int]]]  # how those counted divide; on the first page


@dataclass(frozen=True, slots=True)
class Trace:
    """That something was taken down, when and why."""

    ground: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Destroyed:
    """That content was destroyed, on which ground and word; what the stone in the log says to everybody."""

    ground: str
    basis: str
    authority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """A published decision as anybody may read it. Withdrawn or ended, it has no content left: only its trace."""

    entry: Entry
    body: Sequence[Mapping[str, Any]]
    withdrawn: Trace | None
    until: date | None
    ended: bool
    version: int
    index: int | None  # its place in the public log, None while it is not sealed
    stone: Destroyed | None = None  # why its content was lawfully destroyed

    @property
    def open(self) -> bool:
        return self.withdrawn is None and not self.ended and self.stone is None

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """What is read line by line: without the number, which stands above, and without mere ticks."""
        return [line for line in self.body if line["name"] != "document_no" and line["value"] not in TICKS]

    @property
    def ticks(self) -> Sequence[Mapping[str, Any]]:
        """What is only ticked off: was told, was corrected."""
        return [line for line in self.body if line["value"] in TICKS]


# --- decisions --------------------------------------------------------------------------------------


def found(wanted: Wanted, *, after: str = "") -> Page:
    """Give one page of the decisions that match, newest first. `after` is the mark that the page before gave."""
    before = int(after) if after.isdecimal() and len(after) < 18 else None
    ids = search.found_ids(wanted, before=before, limit=PAGE + 1)
    mark = str(ids[PAGE - 1]) if len(ids) > PAGE else ""
    if before is not None or not ids:
        return Page(_entries(ids[:PAGE]), mark, "" if ids else "0", {})  # told on the first page
    # What fits on one page is all there is: the index need not be asked again.
    counted = search.divided(ids) if not mark else search.summary(wanted, most=COUNT_LIMIT + 1)
    count = str(counted.count) if counted.count <= COUNT_LIMIT else "1 000+"
    return Page(_entries(ids[:PAGE]), mark, count, counted.facets)


def choices(sort: str) -> list[tuple[str, str]]:
    """Give the values that a search can be narrowed by, with their titles: agency, region, kind or result."""
    return list(SearchValue.objects.filter(sort=sort).order_by("value").values_list("value", "title"))


def newest(*, on: date, limit: int = 10) -> list[Entry]:
    """Give the latest publications that are still open."""
    return _entries(search.found_ids(Wanted(on=on), before=None, limit=limit))


def decision(code: str, *, on: date) -> Decision:
    """Give one publication by its public address, or raise NotPublished."""
    row = Publication.objects.filter(code=code).select_related("withdrawal").first()
    if row is None:
        raise NotPublished(code)
    withdrawal = getattr(row, "withdrawal", None)
    trace = Trace(withdrawal.ground, withdrawal.reason, withdrawal.withdrawn_at) if withdrawal else None
    ended = row.published_until is not None and row.published_until < on
    stone = _stone(row)
    closed = trace is not None or ended or stone is not None
    return Decision(
        entry=_bare(row) if closed else Entry(*(getattr(row, column) for column in ENTRY)),
        body=() if closed else row.body,
        withdrawn=trace,
        until=row.published_until,
        ended=ended,
        version=row.version,
        index=index_of(row.code),
        stone=stone,
    )


def _stone(row: Publication) -> Destroyed | None:
    laid = None if bytes(row.salt) else stone_for(row.code)
    if laid is None:
        return None
    return Destroyed(laid.body["ground"], laid.body["basis"], laid.body["authority"], laid.at)


def decision_record(code: str, *, on: date) -> str:
    """Give the JSON whose salted digest is in the log, so that anybody can recompute it; NotPublished when closed."""
    if not decision(code, on=on).open:
        raise NotPublished(code)
    row = Publication.objects.get(code=code)
    content = {"v": 1, "code": row.code, "document_no": row.document_no, "body": row.body}
    whole = {"content": content, "salt": bytes(row.salt).hex(), "commitment": row.commitment}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def decision_proof(code: str) -> bytes:
    """Give the proof that this publication is in the public log; raises NotPublished where there is none yet."""
    if not Publication.objects.filter(code=code).exists() or (index := index_of(code)) is None:
        raise NotPublished(code)
    try:
        return tlog_proof_bytes(index)
    except NotInLog as missing:
        raise NotPublished(code) from missing


def entries_of(ids: Sequence[int], *, on: date) -> list[Entry]:
    """Give the entries of those publications that are open on the day, in the order of the ids."""
    still = SearchText.objects.filter(pk__in=ids).exclude(until__lt=on).values_list("pk", flat=True)
    kept = set(still)
    return _entries([pk for pk in ids if pk in kept])


def last_number() -> int:
    """Give the number of the newest publication that can be found, 0 where there is none."""
    return SearchText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def open_codes(first: int, end: int, *, on: date) -> list[tuple[str, date]]:
    """Give code and day of what is open on the day among the publications from `first` up to before `end`."""
    rows = SearchText.objects.filter(pk__gte=first, pk__lt=end).exclude(until__lt=on).order_by("pk")
    found = rows.values_list("publication__code", "publication__published_at")
    return [(code, legal_day(at)) for code, at in found]


def firm_of_text(text: str) -> str:
    """Give the credit code that somebody has typed into the search, empty where it is none."""
    code = "".join(text.upper().split())
    return "" if credit_code_error(code) else code


def _entries(ids: Sequence[int]) -> list[Entry]:
    """Give the entries of these publications, in the order of the ids, without reading what they contain."""
    rows = Publication.objects.filter(pk__in=ids).values_list("pk", *ENTRY)
    found = {pk: Entry(*columns) for pk, *columns in rows}
    return [found[pk] for pk in ids]


def _bare(row: Publication) -> Entry:
    """Give what stays visible of a publication that is no longer open: number, agency and dates."""
    return Entry(
        code=row.code,
        title="",
        kind_title=row.kind_title,
        document_no=row.document_no,
        party="",
        agency=row.agency_name,
        decided_on=row.decided_on,
        published_on=row.published_at,
        result="",
    )


# --- what is published before the fact --------------------------------------------------------------


def items(kind: str) -> list[PublicItem]:
    """Give the latest version of everything of one kind, by agency."""
    return list(PublicItem.objects.raw(LATEST, [kind]))


def stands_alone() -> bool:
    """Say whether one agency only publishes here."""
    agencies = PublicItem.objects.filter(kind=PublicItem.Kind.AGENCY).values("agency_code").distinct()
    return len(agencies[:2]) == 1


def item(kind: str, *, slug: str = "", agency: str = "") -> PublicItem:
    """Give one published item in its latest version, of the given agency or of the first that has it."""
    rows = PublicItem.objects.filter(kind=kind, slug=slug)
    if agency:
        rows = rows.filter(agency_code=agency)
    if (row := rows.order_by("agency_code", "-version").first()) is None:
        raise NotPublished(f"{kind}/{slug}")
    return row


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer as published."""

    name: str
    agency: str
    department: str
    post: str
    fields: str
    certificate: str
    state: str
    state_title: str


def officers(text: str = "", *, limit: int = 200) -> tuple[list[Officer], int]:
    """Give the published officers whose name, unit or certificate number holds the text, and how many there are."""
    wanted = search.split(text)
    matching = [
        Officer(**one)
        for register in items(PublicItem.Kind.OFFICERS)
        for one in register.body["officers"]
        if wanted in search.split(f"{one['name']}{one['agency']}{one['department']}{one['certificate']}")
    ]
    return matching[:limit], len(matching)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A cancelled certificate as published."""

    name: str
    agency: str
    certificate: str
    since: str


def cancelled(text: str = "", *, limit: int = 200) -> tuple[list[Cancelled], int]:
    """Give the published certificates that were cancelled whose name, unit or number holds the text, and how many."""
    wanted = search.split(text)
    matching = [
        Cancelled(one["name"], one["agency"], one["certificate"], one["since"])
        for register in items(PublicItem.Kind.OFFICERS)
        for one in register.body.get("cancelled", ())
        if wanted in search.split(f"{one['name']}{one['agency']}{one['certificate']}")
    ]
    return matching[:limit], len(matching)


def officer(certificate: str) -> Officer:
    """Give one published officer by the number of the certificate, or raise NotPublished."""
    for register in items(PublicItem.Kind.OFFICERS):
        for one in register.body["officers"]:
            if one["certificate"] == certificate:
                return Officer(**one)
    raise NotPublished(certificate)


# --- the public log ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicLog:
    """The public log as its last checkpoint states it; `key` is empty until the register was published once."""

    origin: str
    key: str
    size: int
    at: datetime | None
    checkpoint: str
    keys: Sequence[Mapping[str, Any]] = ()  # all it has had, with the sizes they signed; none where it is one
    stamp: tuple[int, datetime, str] | None = None  # the last time stamp: size, moment, authority


def public_log() -> PublicLog:
    """Give the state of the public log and the key that checks its signature."""
    health, note = log_health(), checkpoint()
    published = PublicItem.objects.filter(kind=PublicItem.Kind.LOG).order_by("-version").first()
    body = published.body if published else {}
    text = note.decode("utf-8") if note else ""
    stamp = last_stamp()
    return PublicLog(
        body.get("origin", ""),
        body.get("key", ""),
        health.checkpoint_size,
        health.checkpoint_at,
        text,
        body.get("keys", ()),
        (stamp.size, stamp.at, stamp.authority) if stamp else None,
    )
