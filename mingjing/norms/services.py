"""The only writers of benchmarks, lists and laws: drafted by one person, checked and published by others, and ended."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mingjing.kit.canonical import digest
from mingjing.kit.clock import beijing
from mingjing.lawengine.benchmark import faults
from mingjing.norms.models import NormDraft, NormEnding, NormKind, NormTable
from mingjing.norms.reading import benchmark_of, law_of, list_of
from mingjing.norms.selectors import own_laws
from mingjing.packs.benchmarks import unwritable
from mingjing.packs.laws import LawRegister, Statute, law_register, plain_name
from mingjing.packs.source import PackError
from mingjing.personnel.permissions import may
from mingjing.translog.services import enqueue
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

__all__ = [
    "NormRefused",
    "check_draft",
    "discard_draft",
    "end_table",
    "law_code",
    "prepare_draft",
    "publication_content",
    "publish_draft",
]

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
LONGEST_REASON: Final = 400
_WHO: Final = {
    "norms.draft": "您没有起草的权限。请由本机关的法制审核人员起草",
    "norms.publish": "您没有审核、发布的权限。请由本机关负责人办理",
}


class NormRefused(Exception):
    """Nothing was written. The message is Chinese and says what would make it possible."""


@transaction.atomic
def prepare_draft(
    *,
    agency: str,
    kind: str,
    code: str,
    body: Mapping[str, Any],
    by: "Person",
    at: datetime,
    source_name: str = "",
    source_digest: str = "",
) -> NormDraft:
    """Lay a table before the person who will check it; an earlier draft of the code is replaced, and its check void.

    Raises NormRefused where `by` may not draft, the table cannot be read or its version has been published already.
    """
    _allowed(by, "norms.draft", agency)
    if kind not in NormKind.values or not CODE.fullmatch(code):
        raise NormRefused("代码要以小写字母开头，由小写字母、数字和下划线组成，最多 48 个字符")
    title = _read(agency, kind, code, body)
    _follows(agency, kind, code, body)
    draft, _ = NormDraft.objects.update_or_create(
        agency=agency,
        kind=kind,
        code=code,
        defaults={
            "title": title[:200],
            "body": dict(body),
            "digest": digest(dict(body)),
            "source_name": source_name[:200],
            "source_digest": source_digest,
            "prepared_by": by.username,
            "prepared_at": at,
            "checked_by": "",
            "checked_at": None,
        },
    )
    return draft


@transaction.atomic
def discard_draft(*, draft: int, agency: str, by: "Person") -> None:
    """Drop a draft; nothing that was published is touched."""
    _allowed(by, "norms.publish" if may(by, "norms.publish", agency) else "norms.draft", agency)
    _draft(draft, agency).delete()


@transaction.atomic
def check_draft(*, draft: int, agency: str, by: "Person", at: datetime, seen: str | None = None) -> NormDraft:
    """Note that somebody other than its author has checked the draft. Raises NormRefused.

    `seen` is the digest of what was read: a draft rewritten meanwhile is not the one that was checked.
    """
    _allowed(by, "norms.publish", agency)
    row = _as_seen(_draft(draft, agency), seen)
    if row.prepared_by == by.username:
        raise NormRefused("起草人不能审核自己起草的内容。请由另一名有权限的人员审核")
    row.checked_by, row.checked_at = by.username, at
    row.save(update_fields=["checked_by", "checked_at"])
    return row


@transaction.atomic
def publish_draft(
    *, draft: int, agency: str, by: "Person", at: datetime, seen: str | None = None
) -> NormTable:
    """Publish a checked draft as a version that is never rewritten: row and log entry at once. Raises NormRefused."""
    _allowed(by, "norms.publish", agency)
    row = _as_seen(_draft(draft, agency), seen)
    if row.prepared_by == by.username:
        raise NormRefused("起草人不能发布自己起草的内容。请由另一名有权限的人员发布")
    if not row.checked_by or row.checked_at is None:
        raise NormRefused("还没有审核。请先由起草人以外的人员审核，再发布")
    if digest(row.body) != row.digest:
        raise NormRefused("内容与审核时不一致，请重新起草、审核")
    _read(agency, row.kind, row.code, row.body)
    _follows(agency, row.kind, row.code, row.body)
    _within_statute(row)
    table = NormTable(
        **{name: getattr(row, name) for name in _CARRIED},
        version=_version(row.body) if row.kind != NormKind.LAW else _nth(row),
        in_force=date.fromisoformat(str(row.body["in_force"])),
        until=date.fromisoformat(str(row.body["until"])) if row.body.get("until") else None,
        published_by=by.username,
        published_at=at,
    )
    try:
        with transaction.atomic():
            table.save(force_insert=True)
    except IntegrityError:
        raise NormRefused(f"版本“{table.version}”已经发布。请换一个版本号") from None
    _log(publication_content(table), f"norm/{agency}/{table.kind}/{table.code}/{table.version}", at)
    row.delete()
    return table


@transaction.atomic
def end_table(*, table: int, agency: str, until: date, reason: str, by: "Person", at: datetime) -> NormEnding:
    """End a published version with the day `until`. The version and its ending stay to be seen. Raises NormRefused."""
    _allowed(by, "norms.publish", agency)
    row = NormTable.objects.filter(pk=table, agency=agency).first()
    if row is None:
        raise NormRefused("没有这个版本。请刷新后重试")
    take_turn("norm", table)
    if NormEnding.objects.filter(table=row).exists():
        raise NormRefused("这个版本已经停止适用")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise NormRefused(f"请写明停止适用的原因，最多 {LONGEST_REASON} 字")
    if until < row.in_force:
        raise NormRefused("最后适用日早于施行日期，请核对")
    content = ending_content(row, until, reason.strip())
    ending = NormEnding.objects.create(
        table=row,
        until=until,
        reason=reason.strip(),
        digest=digest(content),
        ended_by=by.username,
        ended_at=at,
    )
    _log(content, f"norm-end/{agency}/{row.kind}/{row.code}/{row.version}", at)
    return ending


def publication_content(table: NormTable) -> dict[str, Any]:
    """Give what the log entry of a publication commits to: whose table it is and all it says."""
    return {
        "v": 1,
        "agency": table.agency,
        "kind": table.kind,
        "code": table.code,
        "version": table.version,
        "body": table.body,
    }


def ending_content(table: NormTable, until: date, reason: str) -> dict[str, Any]:
    """Give what the log entry of an ending commits to."""
    ended = digest(publication_content(table))
    return {"v": 1, "ends": ended, "until": until.isoformat(), "reason": reason}


def _log(content: Mapping[str, Any], ref: str, at: datetime) -> None:
    # Published to everybody, so the commitment needs no salt.
    leaf = {"h": digest(dict(content)), "at": beijing(at).isoformat()}
    enqueue(kind="register", data=leaf, ref=ref[:100])


def _draft(pk: int, agency: str) -> NormDraft:
    row = NormDraft.objects.select_for_update().filter(pk=pk, agency=agency).first()
    if row is None:
        raise NormRefused("这份草稿已经发布或者撤下。请刷新后重试")
    return row


def _as_seen(row: NormDraft, seen: str | None) -> NormDraft:
    if seen is not None and seen != row.digest:
        raise NormRefused("打开页面以后，草稿已被改写。请刷新页面，看过现在的内容再办理")
    return row


def _allowed(by: "Person", action: str, agency: str) -> None:
    if not may(by, action, agency):
        raise NormRefused(_WHO[action])


def _read(agency: str, kind: str, code: str, body: Mapping[str, Any]) -> str:
    """Read what a body holds and give its title. Raises NormRefused."""
    if told := unwritable(body)[1]:
        raise NormRefused(told)
    try:
        mark = digest(dict(body))
        if kind == NormKind.LAW:
            law = law_of(mark, lambda: body)
            _demand_new(agency, code, law)
            return law.name
        if kind == NormKind.LIST:
            return list_of(code, mark, lambda: body).title
        table = benchmark_of(mark, lambda: body)
    except PackError as fault:
        raise NormRefused(fault.message if kind == NormKind.LAW else f"内容读不出：{fault}") from None
    except TypeError as fault:
        raise NormRefused(f"内容读不出：{fault}") from None
    if table.code != code:
        raise NormRefused(f"表内的基准代码是“{table.code}”，与“{code}”不一致")
    return table.title


def law_code(name: str) -> str:
    """Give the code under which a law of this name is kept, however its name is written."""
    return f"law_{digest(plain_name(name))[:12]}"


def _demand_new(agency: str, code: str, law: Statute) -> None:
    """Refuse a law that would change what a name means: one of the packs, or another of the agency's own."""
    if code != law_code(law.name):
        raise NormRefused(f"《{law.name}》的代码应为“{law_code(law.name)}”")
    if name := law_register().claimed(law):
        raise NormRefused(f"法规目录已经收录《{name}》，可以直接引用，不能另行登记")
    others = LawRegister(tuple(one for row, one in own_laws(agency) if row.code != code))
    if name := others.claimed(law):
        raise NormRefused(f"本机关已经登记的另一部法规也叫《{name}》。请更正名称或者别名")


def _within_statute(row: NormDraft) -> None:
    """Refuse a benchmark with a range that the statute does not allow: nobody may be fined by it."""
    if row.kind != NormKind.BENCHMARK:
        return
    if wrong := [one for one in faults(benchmark_of(row.digest, lambda: row.body)) if one.kind == "outside"]:
        raise NormRefused(f"“{wrong[0].item}”{wrong[0].text}。请改正后重新起草、审核")


def _follows(agency: str, kind: str, code: str, body: Mapping[str, Any]) -> None:
    """Refuse a version that was published, or that a published one would overtake on every day: it could never hold."""
    if kind == NormKind.LAW:
        return  # each registration has a number of its own and stands for all days
    rows = NormTable.objects.filter(agency=agency, kind=kind, code=code)
    if rows.filter(version=_version(body)).exists():
        raise NormRefused(f"版本“{_version(body)}”已经发布，不能改写。请换一个版本号，作为新版本起草")
    if later := rows.filter(in_force__gt=str(body["in_force"])).order_by("-in_force").first():
        begun = f"“{later.version}”版（{later.in_force.isoformat()} 起施行）"
        raise NormRefused(f"施行日期早于已发布的{begun}，不会有适用的一天。请改施行日期")


def _nth(draft: NormDraft) -> str:
    told = NormTable.objects.filter(agency=draft.agency, kind=draft.kind, code=draft.code).count()
    return str(told + 1)


def _version(body: Mapping[str, Any]) -> str:
    # A list of the packs has no version of its own: the day from which it holds tells two apart.
    return str(body.get("version") or body.get("in_force") or "")[:40]


_CARRIED: Final = (
    "agency", "kind", "code", "title", "body", "digest", "source_name", "source_digest", "prepared_by",
    "prepared_at", "checked_by", "checked_at",
)  # fmt: skip
