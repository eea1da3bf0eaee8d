"""The phone page for work on site: its shell without data, its forms as JSON, the taking in of what it sends."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from mingjing.cases import selectors
from mingjing.kit.clock import chinese_time
from mingjing.onsite.package import DIGEST, ONCE, SLUG, Malformed, Package, read_package
from mingjing.onsite.services import (
    ActRefused,
    EvidenceRefused,
    Label,
    NotTaken,
    take_picture,
    take_record,
)
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.field_pack import field_pack

if TYPE_CHECKING:
    from mingjing.cases.services import Trial

# Everything the page needs once the network is gone, under names without a digest: modules name one another so.
SHELL: Final = (
    "vendor/tabler/tabler.min.css",
    "vendor/jsqr/jsQR.js",
    "web/mingjing.css",
    "web/icon.svg",
    "web/field/field.css",
    "web/field/app.js",
    "web/field/canonical.js",
    "web/field/dom.js",
    "web/field/form.js",
    "web/field/home.js",
    "web/field/lock.js",
    "web/field/record.js",
    "web/field/records.js",
    "web/field/scan.js",
    "web/field/server.js",
    "web/field/signature.js",
    "web/field/store.js",
    "web/field/sync.js",
    "web/field/vault.js",
)
MALFORMED: Final = "手机发来的内容不完整，没有记录。内容仍在手机里，请更新页面后再同步。"


def _address(name: str) -> str:
    return f"{settings.STATIC_URL}{name}"


@require_GET
def shell(request: HttpRequest) -> HttpResponseBase:
    """The page itself: the same for everybody, without a word of any case, so that a phone may keep it."""
    response = render(request, "web/field/page.html", {"static": settings.STATIC_URL})
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, with the list of files to keep; it changes when any of them does."""
    context = {"version": _version(), "files": [_address(name) for name in SHELL]}
    script = render_to_string("web/field/worker.js", context)
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What makes the page an app of its own on the home screen."""
    icons = [
        {"src": _address(f"web/field/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    start = reverse("field")
    described = {
        "name": "明镜 现场",
        "short_name": "现场",
        "lang": "zh-CN",
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1a4f9c",
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@lru_cache(maxsize=1)
def _version() -> str:
    digest = hashlib.sha256(render_to_string("web/field/page.html", {"static": settings.STATIC_URL}).encode())
    for name in SHELL:
        digest.update(Path(str(finders.find(name))).read_bytes())
    return digest.hexdigest()[:16]


@require_GET
@allowed("field.record")
def pack(request: SignedRequest) -> HttpResponseBase:
    """The forms, people and cases of this officer; 304 where the phone has this very version."""
    made = field_pack(request.user)
    if request.headers.get("If-None-Match") == made["version"]:
        return HttpResponse(status=304)
    return JsonResponse(made, headers={"ETag": str(made["version"])})


@require_POST
@allowed("field.record")
def picture(request: SignedRequest) -> HttpResponseBase:
    """Take in one photo or signature of a record; sent again it is the same piece of evidence."""
    try:
        once, case, label = _told(request.POST)
        file = next(iter(request.FILES.getlist("file")))
    except (Malformed, StopIteration):
        return _said(400, MALFORMED)
    label_of_file = Label(**label, name=str(file.name), size=file.size)
    try:
        item = take_picture(file, label_of_file, once=once, case=case, by=request.user)
    except EvidenceRefused as refusal:
        return _said(422, str(refusal))
    except NotTaken as refusal:
        return _said(409, refusal.reason)
    return JsonResponse({"digest": item.digest, "already_there": item.already_there})


def _told(post: Mapping[str, str]) -> tuple[str, str, dict[str, Any]]:
    """What a phone says of a picture, read for its form."""
    once, case, digest = post.get("once", ""), post.get("case", ""), post.get("digest", "")
    if not (ONCE.fullmatch(once) and SLUG.fullmatch(case) and DIGEST.fullmatch(digest)):
        raise Malformed("picture")
    try:
        taken_at = datetime.fromisoformat(post["taken_at"]) if post.get("taken_at") else None
    except ValueError:
        raise Malformed("taken_at") from None
    if taken_at is not None and taken_at.tzinfo is None:
        raise Malformed("taken_at")
    return (
        once,
        case,
        {
            "digest": digest,
            "signature": post.get("signature") == "1",
            "title": post.get("title", "")[:200],
            "place": post.get("place", ""),
            "taken_at": taken_at,
        },
    )


@require_POST
@allowed("field.record")
def record(request: SignedRequest) -> HttpResponseBase:
    """Record what was written on site, exactly once; else say why not, box by box, with nothing written."""
    try:
        package = read_package(request.body)
    except Malformed:
        return _said(400, MALFORMED)
    try:
        taken = take_record(package, by=request.user)
    except NotTaken as refusal:
        errors = {refusal.box: [refusal.reason]} if refusal.box else {}
        return _said(409 if refusal.conflict else 422, refusal.reason, errors=errors)
    except ActRefused as refusal:
        return _refused(request, package, refusal.trial)
    act = taken.act
    address = f"{reverse('case', args=[act.case.code])}#act-{act.seq}"
    number = act.facts.get("document_no", "") or act.case.number
    return JsonResponse({"address": address, "number": number, "again": taken.again})


def _refused(request: SignedRequest, package: Package, trial: "Trial") -> JsonResponse:
    """The refusal in words, with what has happened in the case since the phone last saw it."""
    errors = {name: texts for name, texts in trial.errors.items() if name}
    whole = list(trial.errors.get("", ()))
    verdicts = [
        {"title": one.title, "reason": one.reason, "cite": one.source.cite() if one.source else ""}
        for one in trial.refusals
        if not one.missing or set(one.missing) - errors.keys()
    ]
    since = _since(request, package)
    said = "没有记录：请按下面指出的各项修改后再同步。"
    if since:
        said = "没有记录：您离线期间本案有了新的行为，请核对后修改或者放弃这一条。"
    return _said(422, said, errors=errors, whole=whole, verdicts=verdicts, since=since)


def _since(request: SignedRequest, package: Package) -> list[str]:
    if not package.case:
        return []
    case = selectors.case_by_code(request.user, package.case)
    law, _, _ = selectors.engine_view(case)
    later = [act for act in selectors.acts_of(case) if act.seq > package.seen]
    return [f"{chinese_time(act.recorded_at)} {law.title_of(act.kind)}" for act in later]


def _said(status: int, message: str, **more: Any) -> JsonResponse:
    return JsonResponse({"message": message, **more}, status=status)
