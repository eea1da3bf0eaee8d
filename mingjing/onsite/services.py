"""Taking in what was written on site: pictures first, then the act, by the same services as at a desk and only once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mingjing.cases import selectors
from mingjing.cases.law import law_for, law_of
from mingjing.cases.services import ActRefused, Codes, Deed, Trial, open_case, record_act
from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.evidence.services import EvidenceRefused, Source, receive_upload
from mingjing.kit.clock import beijing
from mingjing.onsite.models import OnSiteRecord
from mingjing.onsite.package import Package
from mingjing.onsite.signed_picture import LARGEST, Signed, Unsound, read_signed

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.personnel.models import Person

__all__ = ["ActRefused", "EvidenceRefused", "Label", "NotTaken", "Taken", "take_picture", "take_record"]

CODE_LENGTH: Final = 24  # as the codes that cases get otherwise
SCENE_KIND, PHOTO_KIND, SIDE = "scene_record", "audiovisual", "against"


class NotTaken(Exception):
    """The record was not taken, and nothing of it was written: says why, in Chinese, and at which box."""

    def __init__(self, reason: str, *, box: str = "", conflict: bool = False) -> None:
        self.reason, self.box, self.conflict = reason, box, conflict
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Taken:
    """The act that a record became, and whether it had become it before."""

    act: "Act"
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a phone says of a picture."""

    digest: str
    name: str
    signature: bool
    title: str = ""
    taken_at: datetime | None = None
    place: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class _Dossier:
    """Where the evidence of a record belongs: the case, or the codes kept for the one that it opens."""

    codes: Codes
    case: "Case | None" = field(default=None)


def take_picture(source: Source, label: Label, *, once: str, case: str, by: "Person") -> "EvidenceItem":
    """Take a photo or a signature into the evidence of the record's case; sent again it is the same piece.

    Raises EvidenceRefused where it is no such file or not the one that was announced, NotTaken where there is no such
    case.
    """
    dossier = _dossier(once, case, by)
    agency = dossier.case.agency if dossier.case else by.agency
    item = receive_upload(
        source,
        dossier=dossier.codes.case,
        agency=agency.code,
        by=by.username,
        title=label.title or ("签名" if label.signature else "现场照片"),
        original_name=label.name,
        legal_kind=SCENE_KIND if label.signature else PHOTO_KIND,
        side=SIDE,
        taken_by=by.name,
        taken_at=label.taken_at,
        place=label.place[:200],
        declared_size=label.size,
        log_code=dossier.codes.log,
    )
    if item.digest != label.digest:
        raise EvidenceRefused("照片在传输中出了差错，收到的与手机里的不同", "请再同步一次")
    return item


def take_record(package: Package, *, by: "Person") -> Taken:
    """Record what was written on site, or give the act that this very content has become already.

    Holds afterwards: the act and the row that tells where it came from are both written, or neither is. Raises
    ActRefused (the form or the law) or NotTaken (everything else), nothing written.
    """
    if package.by != by.username:
        raise NotTaken("这条记录是另一个人填写的，请由填写人登录后同步。", conflict=True)
    if (done := _done(package)) is not None:
        return done
    _say_why_late(package)
    dossier = _dossier(package.once, package.case, by)
    signatures = _bound(package, dossier)
    try:
        with transaction.atomic():
            act = _record(package, dossier, by)
            _keep(package, act, signatures, by)
    except IntegrityError:
        # The same record sent twice at the same moment: the other one was first.
        if (done := _done(package)) is None:
            raise
        return done
    return Taken(act, again=False)


def _done(package: Package) -> Taken | None:
    """The act that this content has become; the same token with other content is a conflict, never a second act."""
    # One question, not two: between two of them another request may write this very record, which would then pass for
    # another one under the same token.
    rows = list(OnSiteRecord.objects.filter(Q(digest=package.digest) | Q(once=package.once)))
    for row in rows:
        if row.digest == package.digest:
            return Taken(selectors.act_by_code(row.act_code), again=True)
    if rows:
        said = "这条记录此前已按另一份内容同步，没有重复记录。请到案件页核对；确需补充的，另写一条。"
        raise NotTaken(said, conflict=True)
    return None


def _say_why_late(package: Package) -> None:
    limit = timedelta(hours=settings.MINGJING_ONSITE_LATE_HOURS)
    if timezone.now() - package.done_at > limit and not package.late_reason:
        hours = settings.MINGJING_ONSITE_LATE_HOURS
        raise NotTaken(f"距行为时间已超过 {hours} 小时，请写明补录的原因再同步。", box="late_reason")


def _dossier(once: str, case: str, by: "Person") -> _Dossier:
    if not case:
        return _Dossier(_reserved(once, by))
    try:
        found = selectors.case_by_code(by, case)
    except selectors.NotFound:
        raise NotTaken("没有这个案件，或者它已不在您的权限之内。内容仍在手机里。", conflict=True) from None
    return _Dossier(Codes(found.code, found.log_code), found)


def _reserved(once: str, by: "Person") -> Codes:
    """The codes of a case before it is opened: told by the token, yet by nobody without the key of this system."""
    codes = (
        salted_hmac(f"mingjing.onsite.{what}", f"{by.username}:{once}", algorithm="sha256").hexdigest()
        for what in ("case", "log")
    )
    return Codes(*(code[:CODE_LENGTH] for code in codes))


def _bound(package: Package, dossier: _Dossier) -> list[tuple[str, Signed]]:
    """The signatures, each of which names the very words that are sent. Raises NotTaken for any other."""
    found = []
    for digest in package.signatures:
        try:
            with open_content(digest, dossier.codes.case).open() as file:
                signed = read_signed(file.read(LARGEST))
        except (NotInEvidence, Unsound):
            raise NotTaken(
                "有一个签名没有传到，或者不是本页写下的签名。请重新签名。", box="signatures"
            ) from None
        if signed.of != package.signed:
            raise NotTaken(
                f"{signed.title}之后内容又改动过，签名已失效。请按现在的内容重新签名。", box="signatures"
            )
        found.append((digest, signed))
    return found


def _record(package: Package, dossier: _Dossier, by: "Person") -> "Act":
    deed = Deed(
        kind=package.kind,
        facts=package.facts,
        performers=package.performers,
        by=by,
        done_at=package.done_at,
        # A picture of a signature is no picture of what was done: it must not stand for the recording of the act.
        evidence=package.photos,
    )
    if dossier.case is not None:
        _check_kind(package, dossier.case, by)
        return record_act(case=dossier.case, deed=deed, once=package.once)
    _check_kind(package, None, by)
    return open_case(
        agency=by.agency,
        procedure=package.procedure,
        deed=deed,
        once=package.once,
        reserved=dossier.codes,
    )


def _check_kind(package: Package, case: "Case | None", by: "Person") -> None:
    """A kind of act that the law of this place does not know here is said, not stumbled over."""
    law = law_of(case) if case else law_for(by.agency)
    kind = law.kinds.get(package.kind)
    procedure = case.procedure if case else package.procedure
    if kind is None or procedure not in (kind.procedures if case else kind.opens):
        said = "现行的法规包里没有这种行为，或者本案不适用。请联网更新表格后重新填写。"
        raise ActRefused(Trial(facts=package.facts, errors={"": [said]}))


def _keep(package: Package, act: "Act", signatures: Sequence[tuple[str, Signed]], by: "Person") -> None:
    OnSiteRecord.objects.create(
        digest=package.digest,
        once=package.once,
        act_code=act.code,
        case_code=act.case.code,
        text=package.text,
        signatures=[_kept(digest, signed) for digest, signed in signatures],
        photos=list(package.photos),
        late_reason=package.late_reason,
        synced_at=timezone.now(),
        synced_by=by.username,
    )


def _kept(digest: str, signed: Signed) -> dict[str, Any]:
    return {
        "digest": digest,
        "role": signed.role,
        "name": signed.name,
        "at": beijing(signed.at).isoformat(),
    }
