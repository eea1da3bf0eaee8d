"""Evidence of a case: taking files in, showing one with its particulars, playing and downloading it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjing.evidence import selectors
from mingjing.evidence.derived_files import PREVIEW, THUMB, derived, ffmpeg, has
from mingjing.evidence.devices import device_of
from mingjing.evidence.marks import mark, take_back
from mingjing.evidence.selectors import NotInEvidence
from mingjing.evidence.services import EvidenceRefused, receive_upload
from mingjing.evidence.uploads import unfinished_of
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.web import files
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.act_form import moment
from mingjing.web.recording_page import moments, second_of, titled_acts
from mingjing.web.views.devices import device_choices
from mingjing.web.views.supervision import leave_trace

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.evidence.models import EvidenceItem
    from mingjing.evidence.selectors import Content

LOOK = "查阅证据"
RECORDINGS = ("audio", "video")


def panel(request: SignedRequest, case: "Case", **more: Any) -> dict[str, Any]:
    """What the gallery of a case and its upload form show."""
    return {
        "case": case,
        "items": selectors.evidence_of(case.code),
        "may_upload": may(request.user, "evidence.upload", case.agency.code),
        "legal_kinds": [(code, kind.title) for code, kind in selectors.legal_kinds().items()],
        "sides": selectors.sides(),
        "typed": {"taken_by": request.user.name, "side": "against"},
        "accepted": ",".join(f".{extension}" for extension in sorted(selectors.KNOWN_EXTENSIONS)),
        "largest": settings.MINGJING_MAX_UPLOAD_BYTES,
        "devices": device_choices(request.user, case.agency.code, legal_day(timezone.now())),
        "unfinished": unfinished_of(case.code, request.user.username),
        **more,
    }


@require_POST
@allowed("evidence.view")
def upload(request: SignedRequest, code: str) -> HttpResponseBase:
    """Take in every file of the form; what is refused is named with its reason, what is taken stays taken."""
    case = case_of(request, code)
    demand(request.user, "evidence.upload", case.agency.code)
    received = request.FILES.getlist("files")
    refused: list[tuple[str, EvidenceRefused]] = []
    if not received:
        refused = [("", EvidenceRefused("没有选择文件", "请先选择一个或几个文件"))]
    taken = []
    for number, file in enumerate(received, 1):
        try:
            taken.append(_receive(request, case, file, number if len(received) > 1 else 0))
        except EvidenceRefused as refusal:
            refused.append((str(file.name), refusal))
    context = panel(request, case, refused=refused, taken=taken, typed=request.POST if refused else None)
    if context["typed"] is None:
        context["typed"] = {"taken_by": request.user.name, "side": "against"}
    if request.headers.get("HX-Request"):
        return render(request, "web/evidence/_panel.html", context, status=422 if refused else 200)
    if refused:
        return render(request, "web/evidence/refused.html", context, status=422)
    messages.success(request, f"已收入 {len(taken)} 件证据。", extra_tags="green")
    return redirect(f"{reverse('case', args=[code])}#evidence")


def _receive(request: SignedRequest, case: "Case", file: Any, number: int) -> "EvidenceItem":
    """Hand one file to the evidence room; several files of one form are told apart by number."""
    typed = request.POST
    title = typed.get("title", "").strip()
    stem = file.name.rpartition(".")[0] or file.name
    when = typed.get("taken_at", "").strip()
    taken_at = moment(when)
    if when and taken_at is None:
        raise EvidenceRefused("取证时间不是有效的时间", "请按“年月日 时分”填写，或者留空", field="taken_at")
    until = typed.get("taken_until", "").strip()
    taken_until = moment(until)
    if until and taken_until is None:
        raise EvidenceRefused(
            "摄录结束时间不是有效的时间", "请按“年月日 时分”填写，或者留空", field="taken_until"
        )
    return receive_upload(
        file,
        dossier=case.code,
        agency=case.agency.code,
        by=request.user.username,
        title=f"{title}（{number}）" if title and number else title or stem,
        original_name=file.name,
        legal_kind=typed.get("legal_kind", ""),
        side=typed.get("side", ""),
        taken_by=typed.get("taken_by", "").strip(),
        taken_at=taken_at,
        place=typed.get("place", "").strip(),
        device=typed.get("device", "").strip(),
        taken_until=taken_until,
        interruptions=typed.get("interruptions", "").strip(),
        declared_size=file.size,
        log_code=case.log_code,
    )


def _item(request: SignedRequest, code: str, digest: str) -> tuple["Case", "EvidenceItem"]:
    case = case_of(request, code)
    try:
        return case, selectors.item(digest, case.code)
    except NotInEvidence:
        raise Http404(digest) from None


def _content(case: "Case", digest: str) -> "Content":
    try:
        return selectors.open_content(digest, case.code)
    except NotInEvidence:
        raise Http404(digest) from None


@allowed("evidence.view")
def item(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """One piece of evidence: shown or played in place where possible, with everything known of it."""
    case, one = _item(request, code, digest)
    leave_trace(request, case, LOOK)
    return _page(request, case, one)


def _page(
    request: SignedRequest, case: "Case", one: "EvidenceItem", refused: EvidenceRefused | None = None
) -> HttpResponseBase:
    recording = one.medium in RECORDINGS
    context = {
        "case": case,
        "item": one,
        "in_place": files.in_place(one.media_type),
        "device": device_of(one),
        "recording": recording,
        "moments": moments(case, one) if recording else [],
        "acts": [(act.code, title) for act, title in titled_acts(case)] if recording else [],
        "may_mark": recording and may(request.user, "evidence.upload", case.agency.code),
        "light": has(one.digest, PREVIEW),
        "no_ffmpeg": one.medium == "video" and not has(one.digest, PREVIEW) and ffmpeg() is None,
        "refused": refused,
        "typed": request.POST,
    }
    return render(request, "web/evidence/page.html", context, status=422 if refused else 200)


@require_POST
@allowed("evidence.view")
def marks(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """Point out a moment of a recording, or take such a mark back."""
    case, one = _item(request, code, digest)
    demand(request.user, "evidence.upload", case.agency.code)
    back = request.POST.get("take_back", "")
    if back.isascii() and back.isdecimal() and len(back) < 16:
        take_back(item=one, pk=int(back), by=request.user.username)
        return redirect("evidence-item", code, digest)
    act = request.POST.get("act", "")
    try:
        mark(
            item=one,
            second=second_of(request.POST.get("second", "")),
            text=request.POST.get("text", "").replace("\0", ""),
            act=act if act in {found.code for found, _ in titled_acts(case)} else "",
            by=request.user.username,
        )
    except EvidenceRefused as refusal:
        return _page(request, case, one, refused=refusal)
    return redirect("evidence-item", code, digest)


@allowed("evidence.view")
def preview(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """The light preview of a film; never the evidence itself, and named so."""
    case, one = _item(request, code, digest)
    path = derived(one.digest, PREVIEW)
    if not path.is_file():
        raise Http404(digest)
    leave_trace(request, case, LOOK)
    return files.answer(
        path.open("rb"),
        size=path.stat().st_size,
        media_type="video/mp4",
        name=f"预览-{one.title}.mp4",
        asked=request.headers.get("Range", ""),
    )


@allowed("evidence.view")
def content(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """The bytes themselves."""
    case = case_of(request, code)
    stored = _content(case, digest)
    leave_trace(request, case, LOOK)
    return files.answer(
        stored.open(),
        size=stored.size,
        media_type=stored.media_type,
        name=stored.name,
        asked=request.headers.get("Range", ""),
        download="download" in request.GET,
    )


@allowed("evidence.view")
def thumb(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """A small picture of a photo, or of a film once it has been made."""
    case, one = _item(request, code, digest)
    if one.medium == "video":
        drawn = derived(digest, THUMB).read_bytes() if has(digest, THUMB) else None
    else:
        stored = _content(case, digest)
        drawn = files.thumbnail(stored.open()) if stored.media_type.startswith("image/") else None
    if drawn is None:
        raise Http404(digest)
    # The bytes of a digest never change.
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return HttpResponse(drawn, content_type="image/jpeg", headers=headers)
