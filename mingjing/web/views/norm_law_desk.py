"""The form on which an agency registers a law that the packs do not have; the law is read and judged elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.norms import selectors, services
from mingjing.packs.laws import LEVELS
from mingjing.web.access import SignedRequest, allowed, demand

HEAD = ("name", "level", "aliases", "in_force", "until", "note")
TEXT = ("year", "number", "issued", "in_force", "articles")
SPARE, MOST = 2, 30  # blank rows for texts; more are refused


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("norms.view")
def law_form(request: SignedRequest) -> HttpResponseBase:
    """Register a law, or again with a newer text: what is sent becomes a draft."""
    demand(request.user, "norms.draft")
    if request.method == "GET":
        return _page(request, _known(request))
    body = _body(request.POST)
    if "more" in request.POST:
        return _page(request, body)
    try:
        draft = services.prepare_draft(
            agency=request.user.agency.code,
            kind="law",
            code=services.law_code(body["name"]),
            body=body,
            by=request.user,
            at=timezone.now(),
        )
    except services.NormRefused as error:
        return _page(request, body, refused=str(error))
    messages.success(request, "已存为草稿，须由另一人审核、发布后才能引用。", extra_tags="green")
    return redirect("norm-draft", draft.pk)


def _known(request: SignedRequest) -> Mapping[str, Any]:
    """What a draft or a version holds already, where one was asked for."""
    finders: dict[str, Callable[[int, str], Any]] = {"draft": selectors.draft, "from": selectors.table}
    for name, find in finders.items():
        if (key := request.GET.get(name, "")).isdecimal() and len(key) < 16:
            try:
                row = find(int(key), request.user.agency.code)
            except selectors.NotFound:
                raise Http404(key) from None
            if row.kind != "law":
                raise Http404(key)
            return dict(row.body)
    return {}


def _body(sent: Mapping[str, str]) -> dict[str, Any]:
    """The law as the form states it; what cannot be read stays as typed, so that it can be refused and mended."""
    said = {name: sent.get(name, "").strip()[:1_000] for name in HEAD}
    aliases = [one.strip() for line in said["aliases"].split("\n") for one in line.split("、")]
    texts = [
        {name: value for name in TEXT if (value := sent.get(f"edition.{nth}.{name}", "").strip()[:200])}
        for nth in range(MOST)
    ]
    editions = [_figures(one) for one in texts if one]
    first = editions[0].get("in_force", "") if editions else ""
    body = {**said, "aliases": [one for one in aliases if one], "edition": editions}
    body["in_force"] = body["in_force"] or first
    return {key: one for key, one in body.items() if one or key == "name"}


def _figures(text: dict[str, Any]) -> dict[str, Any]:
    return {
        key: int(value) if key in ("year", "articles") and value.isdecimal() and len(value) < 7 else value
        for key, value in text.items()
    }


def _page(request: SignedRequest, body: Mapping[str, Any], refused: str = "") -> HttpResponseBase:
    editions = list(body.get("edition", ()))
    context = {
        "law": {**body, "aliases": "、".join(body.get("aliases", ()))},
        "texts": list(enumerate([*editions, *[{}] * SPARE][:MOST])),
        "levels": LEVELS,
        "refused": refused,
    }
    return render(request, "web/norms/law_form.html", context, status=422 if refused else 200)
