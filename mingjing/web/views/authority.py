"""Bodies and their powers: an agency as of a day, its posts and duties, delegations; each step one service."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.cases.law import law_for
from mingjing.kit.clock import chinese_date, legal_day
from mingjing.kit.parts import NARROW, Column
from mingjing.packs.load import library
from mingjing.packs.procedures import ENFORCEMENTS
from mingjing.packs.vocabulary import STAGES
from mingjing.personnel import agency_register, authority, delegations, duties, selectors
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused
from mingjing.typeset.printing import print_table
from mingjing.web import authority_form as forms
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.register_form import Form

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

TITLES: Final = {
    "name": "机关名称", "short_name": "简称", "kind": "机关性质", "field": "执法领域", "enforcements": "执法种类",
    "region": "行政区划代码", "uscc": "统一社会信用代码", "address": "地址", "phone": "电话",
    "office_hours": "办公时间", "number_prefix": "文书字号前缀", "review_body": "行政复议机关",
    "court": "管辖法院", "payment_bank": "罚款代收银行", "payment_account": "罚款代收账号",
    "is_active": "在用", "parent": "监督机关",
}  # fmt: skip

EVENTS: Final = {"publish": "公布载体（双方都要公布）", "end": "终止原因"}
SIDES: Final = ("number", "delegator", "delegate", "valid_from", "valid_until", "signed_on")


def _found(request: SignedRequest, code: str) -> "Agency":
    rows = selectors.agencies_in_order(request.user)
    found = next((one for one, _ in rows if one.code == code), None)
    if found is None:
        raise Http404(code)
    return found


def _listed(request: SignedRequest) -> list[tuple[str, str]]:
    return [(one.code, "　" * depth + one.name) for one, depth in selectors.agencies_in_order(request.user)]


def _asked_day(request: SignedRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


@allowed("people.view")
def agency(request: SignedRequest, code: str) -> HttpResponseBase:
    """One agency as it stood on a day: particulars, confirmation, history, posts, agreements."""
    return _page(request, _found(request, code))


def _page(request: SignedRequest, found: "Agency", refused: Form | None = None) -> HttpResponseBase:
    on = _asked_day(request)
    managed = may(request.user, "people.manage", found.code)
    shown = authority.as_of(found, on)
    context = {
        "agency": found,
        "on": on,
        "today": timezone.localdate(),
        "shown": shown,
        "particulars": _in_words(shown.particulars),
        "confirmations": authority.confirmations_of(found),
        "history": _history(found),
        "departments": duties.departments_of(found.code),
        "managed": managed,
        "forms": {
            **(_forms(request, found) if managed else {}),
            **({refused.name: refused} if refused else {}),
        },
    }
    return render(request, "web/people/agency.html", context, status=422 if refused else 200)


def _forms(request: SignedRequest, found: "Agency") -> dict[str, Form]:
    today = timezone.localdate()
    procedures = {one.code: one.title for one in law_for(found).procedures.values()}
    made = (
        forms.change_form(found, _listed(request), today),
        forms.confirm_form(today),
        forms.post_form(),
        forms.duty_form(duties.posts_of(found.code), procedures),
    )
    return {form.name: form for form in made}


def _in_words(particulars: Mapping[str, Any]) -> list[tuple[str, str]]:
    lists = {
        "kind": dict(selectors.AGENCY_KINDS),
        "field": dict(selectors.ENFORCEMENT_FIELDS),
        "parent": {one.code: one.name for one in selectors.agencies()},
    }
    lines = []
    for name, title in TITLES.items():
        value = particulars.get(name)
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, list):
            value = "、".join(ENFORCEMENTS.get(one, one) for one in value) or "不限"
        lines.append((title, lists.get(name, {}).get(str(value), str(value or "未登记"))))
    return lines if particulars else []


def _history(found: "Agency") -> list[dict[str, Any]]:
    """Every edition with what it changed, the latest first."""
    editions = authority.editions_of(found)
    lines = []
    for one, before in zip(editions, [*editions[1:], None], strict=True):
        old = dict(_in_words(before.particulars)) if before else {}
        changed = [(t, old[t], now) for t, now in _in_words(one.particulars) if before and old[t] != now]
        lines.append({"edition": one, "changed": changed})
    return lines


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def agency_step(request: SignedRequest, code: str, step: str) -> HttpResponseBase:
    """Change the particulars, confirm, add a post or give a post its duties."""
    found = _found(request, code)
    made = _forms(request, found)
    if step not in made:
        raise Http404(step)
    if request.method != "POST":
        return redirect("agency", code)
    form = made[step].read(request.POST)
    services: dict[str, Callable[..., object]] = {
        "change": agency_register.change_agency,
        "confirm": agency_register.record_confirmation,
        "post": agency_register.add_post,
        "duty": _set_duties,
    }
    given = {"by": request.user.username} | ({} if step == "duty" else {"code": code})
    if not form.accepted(services[step], **given):
        return _page(request, found, form)
    messages.success(request, "已登记。", extra_tags="green")
    return redirect("agency", code)


def _set_duties(*, post: str, duties: list[str], responsibility: str, by: str) -> None:
    agency_register.set_duties(
        post=int(post) if post.isdecimal() else 0,
        duties=[(code, stage) for code, _, stage in (one.partition("/") for one in duties)],
        responsibility=responsibility,
        by=by,
    )


# --- delegations ------------------------------------------------------------------------------


def _ids(request: SignedRequest) -> list[int]:
    return selectors.agencies_visible_to(request.user, "people.view")


@allowed("people.view")
def agreements(request: SignedRequest) -> HttpResponseBase:
    """Agreements of delegation and lists of empowerment, with where each stands on a day."""
    on = _asked_day(request)
    context = {
        "lines": authority.agreements_of(_ids(request), on),
        "on": on,
        "may_manage": may(request.user, "people.manage", request.user.agency.code),
    }
    return render(request, "web/people/agreements.html", context)


@allowed("people.view")
def agreement(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One agreement: basis, matters, limits, term, publication."""
    return _agreement_page(request, pk)


def _agreement_page(request: SignedRequest, pk: int, refused: Form | None = None) -> HttpResponseBase:
    today = timezone.localdate()
    found = authority.agreement_by_pk(pk, today, _ids(request))
    if found is None:
        raise Http404(str(pk))
    made = {name: forms.event_form(name, title, today) for name, title in EVENTS.items()}
    context = {
        "one": found,
        "terms": found.row.terms,
        "powers": _powers(found.row.terms),
        "managed": may(request.user, "people.manage", request.user.agency.code),
        "forms": {**made, **({refused.name: refused} if refused else {})},
    }
    return render(request, "web/people/agreement.html", context, status=422 if refused else 200)


def _powers(terms: Mapping[str, Any]) -> str:
    named = dict(library().fields["delegation_powers"].options)
    return "、".join(named.get(one, one) for one in terms.get("delegation_powers", ()))


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def new_agreement(request: SignedRequest, kind: str) -> HttpResponseBase:
    """Enter an agreement as signed; what the law forbids is refused with its article."""
    if kind not in delegations.JUDGED_AS:
        raise Http404(kind)
    form = forms.agreement_form(_listed(request), kind)
    if request.method == "POST":
        form.read(request.POST)
        terms = forms.agreement_terms(form, kind)

        def signed(**typed: Any) -> None:
            kept = {name: typed[name] for name in SIDES}
            delegations.sign_agreement(kind=kind, terms=terms, by=request.user.username, **kept)

        if form.accepted(signed):
            messages.success(
                request, f"已登记 {form.typed['number']}。双方公布后才能据以执法。", extra_tags="green"
            )
            return redirect("agreements")
    context = {"form": form, "kind": kind}
    return render(request, "web/people/new_agreement.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def agreement_step(request: SignedRequest, pk: int, step: str) -> HttpResponseBase:
    """Record that an agreement was published, or ended."""
    if step not in EVENTS or authority.agreement_by_pk(pk, timezone.localdate(), _ids(request)) is None:
        raise Http404(step)
    if request.method != "POST":
        return redirect("agreement", pk)
    form = forms.event_form(step, EVENTS[step], timezone.localdate()).read(request.POST)

    def recorded(*, on: date, note: str) -> None:
        by = request.user.username
        if step == "publish":
            delegations.publish_agreement(pk=pk, on=on, where=note, by=by)
        else:
            delegations.end_agreement(pk=pk, on=on, reason=note, by=by)

    if not form.accepted(recorded):
        return _agreement_page(request, pk, form)
    messages.success(request, "已登记。", extra_tags="green")
    return redirect("agreement", pk)


# --- the responsibility list --------------------------------------------------------------------


def _of_whom(request: SignedRequest) -> "Agency":
    code = request.GET.get("agency", "") or request.user.agency.code
    return _found(request, code)


@allowed("people.view")
def responsibilities(request: SignedRequest) -> HttpResponseBase:
    """执法责任制: power, post, person."""
    found = _of_whom(request)
    context = {"agency": found, "lines": _duty_lines(found), "agencies": _listed(request)}
    return render(request, "web/people/responsibilities.html", context)


def _duty_lines(found: "Agency") -> list[list[str]]:
    law = law_for(found)
    return [
        [
            law.procedures[one.procedure].title if one.procedure in law.procedures else one.procedure,
            STAGES.get(one.stage, one.stage),
            one.department,
            one.post,
            "、".join(one.people) or "（空缺）",
            one.responsibility,
        ]
        for one in duties.responsibility_list(found.code)
    ]


@allowed("people.view")
def responsibilities_paper(request: SignedRequest) -> HttpResponseBase:
    """The responsibility list as a table on paper."""
    found, now = _of_whom(request), timezone.now()
    rows = _duty_lines(found)
    columns = [
        Column("序号", NARROW), Column("执法程序", 2), Column("职权环节", 2), Column("部门", 2), Column("岗位", 2),
        Column("责任人", 2), Column("责任", 4),
    ]  # fmt: skip
    pdf = print_table(
        title="行政执法责任清单",
        agency=found.name,
        at=now,
        columns=columns,
        rows=[[str(number), *row] for number, row in enumerate(rows, 1)],
        lines=[f"编制机关：{found.name}　　编制日期：{chinese_date(legal_day(now))}　　共 {len(rows)} 项"],
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="responsibilities.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def place(request: SignedRequest, username: str) -> HttpResponseBase:
    """Put somebody in a post, or note that he is legal counsel."""
    found = selectors.people_visible_to(request.user).filter(username=username).first()
    if found is None:
        raise Http404(username)
    demand(request.user, "people.manage", found.agency.code)
    if request.method == "POST":
        post, counsel, by = request.POST.get("post", ""), request.POST.get("counsel"), request.user.username
        try:
            if counsel is not None:
                agency_register.set_counsel(username=username, counsel=counsel == "true", by=by)
            else:
                agency_register.place_person(
                    username=username, post=int(post) if post.isdecimal() else 0, by=by
                )
            messages.success(request, f"已登记{found.name}的变更。", extra_tags="green")
        except RegisterRefused as refused:
            messages.error(request, str(refused), extra_tags="red")
    return redirect("person", username)
