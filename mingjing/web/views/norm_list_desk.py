"""The desk of lists: a file is read line by line and becomes a draft; what happens to drafts is in norm_desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.exchange.lists import read_list_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.norms import services
from mingjing.packs.list_import import ListImport
from mingjing.packs.lists import EFFECTS
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.views.norm_desk import LARGEST, SHOWN, from_upload

# What a flat table does not say of itself: name, title, hint.
ASKED = (
    ("list", "清单代码", "小写字母、数字和下划线，如 urban_exempt；同一清单的新版本用同一代码"),
    ("title", "名称", "表的第一行有名称的可以不填"),
    ("number", "文号", ""),
    ("version", "版本", "如 2026.1"),
    ("in_force", "施行日期", ""),
    ("until", "失效日期", ""),
    ("source", "出处", ""),
)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("norms.view")
def upload(request: SignedRequest) -> HttpResponseBase:
    """Read a file and tell what was made of every line; a file that is read whole becomes a draft."""
    demand(request.user, "norms.draft")
    typed = {name: request.POST.get(name, "").strip()[:200] for name, _, _ in ASKED}
    effect = request.POST.get("effect", "")
    context: dict[str, Any] = {
        "asked": [(*one, typed[one[0]]) for one in ASKED],
        "effects": EFFECTS.items(),
        "effect": effect,
        "largest": LARGEST,
    }
    if request.method == "GET":
        return render(request, "web/norms/list_upload.html", context)
    head = {"issuer": request.user.agency.name, **typed, "effect": effect if effect in EFFECTS else ""}
    try:
        read, digest = from_upload(request, lambda path, name: read_list_file(path, name=name, head=head))
        if read.found and "save" in request.POST:
            return _saved(request, read, digest)
    except (Unreadable, services.NormRefused) as error:
        return render(request, "web/norms/list_upload.html", {**context, "refused": str(error)}, status=422)
    told = {"report": read, "errors": read.errors[:SHOWN], "notices": read.notices[:SHOWN]}
    status = 200 if read.found else 422
    return render(request, "web/norms/list_upload.html", {**context, **told}, status=status)


def _saved(request: SignedRequest, read: ListImport, digest: str) -> HttpResponseBase:
    draft = services.prepare_draft(
        agency=request.user.agency.code,
        kind="list",
        code=read.code,
        body=read.body,
        by=request.user,
        at=timezone.now(),
        source_name=read.name,
        source_digest=digest,
    )
    messages.success(request, "已存为草稿，须由另一人审核、发布后才适用。", extra_tags="green")
    return redirect("norm-draft", draft.pk)
