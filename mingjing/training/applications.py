"""From the application to the certificate: asked for, approved, examined, issued; each step is kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from mingjing.kit.clock import legal_day
from mingjing.personnel import services
from mingjing.personnel.authority import terms_of
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused, empty, unfit, unknown
from mingjing.personnel.register_log import note
from mingjing.personnel.selectors import ENFORCEMENT_FIELDS, agencies_visible_to, certificates_of, person
from mingjing.training.exams import passed_exam
from mingjing.training.models import Application, ApplicationStep, Result
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.personnel.models import Certificate, Person

Kind = ApplicationStep.Kind


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an application has come."""

    row: Application
    steps: tuple[ApplicationStep, ...]
    passed: Result | None

    @property
    def done(self) -> set[str]:
        return {one.kind for one in self.steps}

    @property
    def stands(self) -> str:
        """Where it stands, in Chinese."""
        if Kind.ISSUED in self.done:
            return "已发证"
        if Kind.REFUSED in self.done:
            return "不同意申报"
        if Kind.APPROVED not in self.done:
            return "等待负责人同意"
        return "考试合格，等待发证" if self.passed else "等待培训、考试"

    @property
    def open(self) -> bool:
        return not self.done & {Kind.REFUSED, Kind.ISSUED}


@transaction.atomic
def apply(*, by: "Person", fields: Sequence[str], reason: str, at: datetime) -> Application:
    """Ask for an enforcement certificate for oneself. Raises RegisterRefused, having written nothing."""
    errors = empty({"reason": reason}) | unfit(Application, {"reason": reason})
    errors |= unknown("fields", fields, [code for code, _ in ENFORCEMENT_FIELDS], "执法类别")
    if not fields:
        errors["fields"] = ["请至少选择一个执法类别。"]
    if by.is_auxiliary:
        errors["fields"] = ["执法辅助人员不得申领执法证件。"]
    take_turn("application", by.pk)
    if any(one.open for one in applications_of(by)):
        errors["reason"] = ["您已有一份申请在办理。请等待办理结果。"]
    if errors:
        raise RegisterRefused(errors)
    row = Application.objects.create(person=by, fields=list(fields), reason=reason.strip(), at=at)
    note(by.username, "certificate_applied", by.username, {"fields": list(fields), "reason": row.reason})
    return row


@transaction.atomic
def decide(*, pk: int, approved: bool, opinion: str, by: "Person", at: datetime) -> ApplicationStep:
    """Approve or refuse an application of one's own agency. Raises RegisterRefused, having written nothing."""
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("person__agency")
        .filter(pk=pk)
        .first()
    )
    if row is None or not may(by, "training.approve", row.person.agency.code):
        raise RegisterRefused({"": ["没有这份申请，或者它不属于本机关。"]})
    if row.person_id == by.pk:
        raise RegisterRefused({"": ["本人的申请不能由本人决定。请由另一名负责人办理。"]})
    errors = unfit(ApplicationStep, {"note": opinion}) | ({} if approved else empty({"opinion": opinion}))
    if row.steps.exists():
        errors["opinion"] = ["这份申请已经作出决定。"]
    if errors:
        raise RegisterRefused(errors)
    kind = Kind.APPROVED if approved else Kind.REFUSED
    step = ApplicationStep.objects.create(
        application=row, kind=kind, note=opinion.strip(), by=by.username, at=at
    )
    note(by.username, f"application_{kind.value}", row.person.username, {"note": step.note})
    return step


@transaction.atomic
def issue_certificate(  # noqa: PLR0913 - a certificate, each part of it named by the caller
    *,
    username: str,
    number: str,
    issuer: str,
    fields: Sequence[str],
    valid_from: date,
    valid_until: date,
    by: str,
    at: datetime,
    exam_proof: str = "",
) -> "Certificate":
    """Enter a certificate; somebody's first only after an examination, where the rule of the region demands it.

    A certificate of before today was issued outside this system: its examination is then stated in `exam_proof`.
    Raises RegisterRefused, having written nothing.
    """
    holder = person(username)
    terms, passed = terms_of(holder.agency), passed_exam(holder)
    first = not certificates_of(username)
    if terms.exam_demanded and first and passed is None:
        told = f"{terms.exam.cite()}：{terms.exam.quote}"
        if valid_from >= legal_day(at):
            raise RegisterRefused(
                {"username": [f"{holder.name}没有通过执法资格考试，不能发证。请先参加考试。{told}"]}
            )
        if not exam_proof.strip():
            raise RegisterRefused(
                {"exam_proof": [f"补登以前发的证件，请写明资格考试的合格证明（文号或者证书编号）。{told}"]}
            )
    issued = services.issue_certificate(
        username=username,
        number=number,
        issuer=issuer,
        fields=fields,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
    )
    proof = f"考试“{passed.sitting.exam.title}”{passed.mark} 分" if passed else exam_proof.strip()
    note(by, "certificate_grounded", username, {"number": number, "proof": proof})
    for one in applications_of(holder):
        if one.open and Kind.APPROVED in one.done:
            ApplicationStep.objects.create(
                application=one.row, kind=Kind.ISSUED, note=f"证号 {number}", by=by, at=at
            )
    return issued


def applications_of(one: "Person") -> list[Progress]:
    """Give a person's applications, the latest first."""
    return [_progress(row) for row in _rows().filter(person=one)]


def applications_seen_by(viewer: "Person", action: str) -> list[Progress]:
    """Give the applications of the agencies where the viewer may do `action`, those still open first."""
    found = [_progress(row) for row in _rows().filter(person__agency__in=agencies_visible_to(viewer, action))]
    return sorted(found, key=lambda one: not one.open)


def _rows() -> "QuerySet[Application]":
    return Application.objects.select_related("person__agency").prefetch_related("steps").order_by("-pk")


def _progress(row: Application) -> Progress:
    return Progress(row, tuple(row.steps.all()), passed_exam(row.person))
