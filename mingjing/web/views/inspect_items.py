"""Inspection items: what may be inspected at random, written here and usable once the public list says the same."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mingjing.inspections.planning import items
from mingjing.inspections.planning.items import KINDS, Clause, ItemRefused, ItemTerms
from mingjing.inspections.visiting.scheme import ANSWERS, MOST_CLAUSES
from mingjing.packs.random_terms import RISKS
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.inspecting import about, body_of, ratio_rows, ratios_of, text_of

BLANK: Final = 3  # rows of clauses offered beyond those that are filled in
TEXTS: Final = ("name", "area", "basis", "object", "frequency", "joint", "note")
LIST: Final = "random_items"


@require_GET
@allowed("inspect.view")
def list_items(request: SignedRequest) -> HttpResponseBase:
    """Every item of an agency, and whether the public list holds it."""
    body = body_of(request)
    public = {one.code: one for one in items.public_items(body)}
    context = {
        **about(request, body, "items"),
        "lines": [(one, items.ratio_words(one.ratios), public.get(one.code)) for one in items.items_of(body)],
        "list": LIST,
    }
    return render(request, "web/inspect/items.html", context)


@require_GET
@allowed("inspect.view")
def item(request: SignedRequest, code: str) -> HttpResponseBase:
    """One item in one of its versions, the latest where none is asked for."""
    body = body_of(request)
    found = items.versions(body, code)
    wanted = request.GET.get("version", "")
    shown = next((one for one in found if not wanted or str(one.version) == wanted), None)
    if shown is None:
        raise Http404(code)
    context = {
        **about(request, body, "items"),
        "item": shown,
        "versions": found,
        "latest": found[0].version == shown.version,
        "answers": ANSWERS,
        "kinds": "、".join(KINDS[one] for one in shown.kinds) or "不限",
        "ratios": items.ratio_words(shown.ratios),
        "names": names_of({one.drafted_by for one in found}),
        "list": LIST,
    }
    return render(request, "web/inspect/item.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("inspect.item")
def edit(request: SignedRequest, code: str = "") -> HttpResponseBase:
    """The form of an item, new or once more."""
    body, refused = request.user.agency, ""
    try:
        held = items.latest(body, code) if code else None
    except items.NoItem:
        raise Http404(code) from None
    terms = items.terms_of(held) if held else _empty()
    more = 0
    if request.method == "POST":
        terms, more = _typed(request), 4 if "more" in request.POST else 0
        if not more:
            try:
                made = items.save_item(terms=terms, by=request.user, at=timezone.now(), code=code)
            except ItemRefused as error:
                refused = str(error)
            else:
                messages.success(request, "已保存。列入公开清单并公布以后才能使用。", extra_tags="green")
                return redirect("inspect-item", made.code)
    base = about(request, body, "items")
    clauses = [*terms.clauses, *([Clause("", "", "fit")] * (BLANK + more))][:MOST_CLAUSES]
    context = {
        **base,
        "item": held,
        "terms": terms,
        "refused": refused,
        "clauses": list(enumerate(clauses)),
        "answers": ANSWERS.items(),
        "ways": items.WAYS,
        "kinds": KINDS.items(),
        "industries": "、".join(terms.industries),
        "ratios": ratio_rows(terms.ratios, base["figures"]),
    }
    return render(request, "web/inspect/item_form.html", context, status=422 if refused else 200)


def _empty() -> ItemTerms:
    ratios = {risk: "0" for risk in RISKS}
    return ItemTerms("", "", "", "", [Clause("", "", "fit")] * BLANK, ratios, way="on_site")


def _typed(request: SignedRequest) -> ItemTerms:
    """The item as it was typed; rows without any word are no clauses."""
    sent = request.POST
    texts: dict[str, Any] = {name: text_of(sent, name) for name in TEXTS}
    return ItemTerms(
        **texts,
        clauses=[
            clause for number in range(MOST_CLAUSES) if (clause := _clause(request, number)) is not None
        ],
        ratios=ratios_of(sent),
        way=sent.get("way", ""),
        key=sent.get("key") == "1",
        kinds=[one for one in sent.getlist("kinds") if one in KINDS],
        industries=[
            one for one in text_of(sent, "industries").replace("，", "、").split("、") if one.strip()
        ],
    )


def _clause(request: SignedRequest, number: int) -> Clause | None:
    sent = request.POST
    question, basis = (text_of(sent, f"clause.{number}.{part}")[:400] for part in ("question", "basis"))
    if not question and not basis:
        return None
    return Clause(question, basis, sent.get(f"clause.{number}.answer", ""), f"clause.{number}.photo" in sent)
