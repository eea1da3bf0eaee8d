"""Officers with their certificates: an account without a password anybody knows, the certificate, and proposed roles.

Roles are given where whoever prepared the table may give them; else they wait for the security administrator, who
gives the first password too, as to every new account.
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.exchange.cells import Unfit, read_day, read_end
from mingjing.exchange.migration.shape import (
    Fault,
    Field,
    Found,
    Guess,
    Job,
    code_of,
    guess_columns,
    known_fields,
    missing_of,
)
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused
from mingjing.personnel.selectors import NotOnRegister, certificates_of, person
from mingjing.personnel.services import USERNAME, create_person, issue_certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingjing.exchange.models import MigrationRow
    from mingjing.personnel.models import Person

title: Final = "人员与证件"
permission: Final = "migrate.people"
at_once: Final = 5  # each with a password that takes its time to be hashed
apart: Final = False

_APART: Final = re.compile(r"[、,，;；/\s]+")
_UNTIL: Final = re.compile(r"[至到~—]+")


def fields() -> Mapping[str, Field]:
    """Give what a list of officers may hold."""
    return known_fields("officers")


def guess(headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be."""
    return guess_columns(fields(), headings)


def missing(keys: Sequence[str]) -> list[str]:
    """Name the required columns that are not there."""
    return missing_of(fields(), keys)


def check(rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
    """Read rows and compare each with the register."""
    return [_found(row, job) for row in rows]


def _found(row: "MigrationRow", job: Job) -> Found:
    found = Found()
    if row.fault:
        found.faults.append(Fault("整行", row.fault, "请改正后重新导入这一行"))
        return found
    told = {key: job.value(row.cells, key) for key in fields()}
    body: dict[str, Any] = {key: told[key] for key in ("name", "department", "post")}
    body["number"] = "".join(told["number"].split())
    body["username"] = told["username"] or body["number"]
    body["issuer"] = told["issuer"] or "未载明"
    for key in ("name", "number"):
        if not body[key]:
            found.faults.append(Fault(_heading(job, key), "空的", "请补填"))
    if body["username"] and not USERNAME.fullmatch(body["username"]):
        wrong = f"“{body['username'][:40]}”不能作用户名"
        found.faults.append(
            Fault(_heading(job, "username"), wrong, "请加一列用户名：字母、数字和 . _ -，2 至 40 个字符")
        )
    body["fields"] = _fields(told["fields"], job, found)
    body["roles"] = _codes(told["roles"], "roles", job, found)
    body |= _days(told, job, found)
    if told["agency"] and told["agency"] not in (job.agency.name, job.agency.short_name):
        wrong = f"是“{told['agency'][:40]}”，本次迁入的是“{job.agency.name}”"
        found.faults.append(Fault(_heading(job, "agency"), wrong, "请按机关分成几个文件"))
    found.body, found.key = body, body["number"]
    if not found.faults:
        _beside_register(found, job)
    return found


def _heading(job: Job, key: str) -> str:
    return job.heading(key, fields()[key].title)


def _fields(text: str, job: Job, found: Found) -> list[str]:
    if not text:
        if job.agency.field:
            found.remarks.append("没有写执法类别，按本机关的执法领域登记")
            return [job.agency.field]
        found.faults.append(
            Fault(_heading(job, "fields"), "空的，本机关也没有登记执法领域", "请补填执法类别")
        )
        return []
    return _codes(text, "fields", job, found)


def _codes(text: str, key: str, job: Job, found: Found) -> list[str]:
    """Give the codes of words of ours in a cell; each word that nobody knows is asked about and is a fault."""
    codes = []
    for word in filter(None, _APART.split(text)):
        code = code_of(key, job.words.get(key, {}).get(word, word))
        if code is None:
            found.unknown.append((key, word))
            known = "、".join(list(fields()[key].words))
            found.faults.append(Fault(_heading(job, key), f"不认识“{word[:20]}”", f"请填 {known} 其中一个"))
        elif code not in codes:
            codes.append(code)
    return codes


def _days(told: Mapping[str, str], job: Job, found: Found) -> dict[str, str]:
    begins, ends = told["valid_from"], told["valid_until"]
    if len(parts := _UNTIL.split(ends)) == 2 and all(parts):
        begins, ends = begins or parts[0], parts[1]  # 2021-03-05 至 2026-03-04 in one column
    first = _day(begins, "valid_from", lambda text: read_day(text, job.on), job, found)
    last = _day(ends, "valid_until", read_end, job, found)
    if first and last and last < first:
        found.faults.append(Fault(_heading(job, "valid_until"), "早于发证日期", "请核对证件，改正日期"))
    return {"valid_from": first.isoformat() if first else "", "valid_until": last.isoformat() if last else ""}


def _day(text: str, key: str, read: "Callable[[str], date]", job: Job, found: Found) -> date | None:
    if not text:
        found.faults.append(Fault(_heading(job, key), "空的", "请对照证件补填，写成 2026-03-05 的样子"))
        return None
    try:
        return read(text)
    except Unfit as fault:
        wrong, _, mend = str(fault).rpartition("，")
        found.faults.append(Fault(_heading(job, key), wrong or str(fault), mend or "请核对"))
        return None


def _beside_register(found: Found, job: Job) -> None:
    holder = _holder(found.body["username"])
    if holder is None:
        return
    if holder.agency_id != job.agency.pk or holder.name != found.body["name"]:
        wrong = f"用户名“{holder.username}”已由别人使用"
        found.faults.append(Fault(_heading(job, "username"), wrong, "请换一个用户名，或者核对姓名"))
    elif found.body["number"] in {one.number for one in certificates_of(holder.username)}:
        found.ref = holder.username
    else:
        found.remarks.append("已有这名人员，只登记证件，角色不变")


def _holder(username: str) -> "Person | None":
    try:
        return person(username)
    except NotOnRegister:
        return None


def agree(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Name what two rows of one certificate disagree on."""
    titles = {"name": "姓名", "valid_from": "发证日期", "valid_until": "有效期至", "fields": "执法类别"}
    return [name for key, name in titles.items() if earlier[key] != later[key]]


def judge(rows: Sequence["MigrationRow"], job: Job) -> Sequence[Any]:
    """Nothing can be worked out before the transaction."""
    return ()


def write(
    rows: Sequence["MigrationRow"], job: Job, _: Sequence[Any]
) -> Iterator[tuple["MigrationRow", str, bool]]:
    """Enter each officer with the certificate, both or neither."""
    for row in rows:
        try:
            with transaction.atomic():
                entered = _entered(row.body, job)
        except RegisterRefused as refused:
            row.faults = [
                Fault(_heading(job, key) if key in fields() else "整行", text, "请核对后重新导入").as_json()
                for key, texts in refused.errors.items()
                for text in texts
            ]
            entered = ""
        yield row, entered, False


def _entered(body: Mapping[str, Any], job: Job) -> str:
    username = str(body["username"])
    if _holder(username) is None:
        # Never more than whoever prepared the table may give: else the roles are a proposal, see `roles.py`.
        gives = may(job.by, "people.secure", job.agency.code)
        create_person(
            username=username,
            name=body["name"],
            agency=job.agency.code,
            password=secrets.token_urlsafe(24),
            by=job.by.username,
            roles=body.get("roles", ()) if gives else (),
            department=body["department"],
            post=body["post"],
        )
    issue_certificate(
        username=username,
        number=body["number"],
        issuer=body["issuer"],
        fields=body["fields"],
        valid_from=date.fromisoformat(body["valid_from"]),
        valid_until=date.fromisoformat(body["valid_until"]),
        by=job.by.username,
    )
    return username
