"""Following what is published by e-mail: asking for it, confirming from the mailbox, and leaving."""

from datetime import timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from mingjing.counter.http import address_of, counter, page
from mingjing.publicity import subscriptions
from mingjing.publicity.subscriptions import SubscriptionRefused
from mingjing.signin.tries import Tries

ASKING: Final = Tries("subscribe", 20, timedelta(hours=1))
# The names that the portal's searches have in their addresses.
NAMES: Final = {"q": "text", **{name: name for name in ("law", "agency", "region", "kind", "result", "firm")}}
OFTEN: Final = gettext_noop(
    "这个网络地址一小时内登记得太多了。请过一小时再试，或者使用不需要登记的 RSS 订阅。"
)


@counter
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take an address in. The answer is the same whether it is new, known or somebody else's."""
    if not subscriptions.offered():
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    query = {to: given.get(name, "").replace("\0", "").strip()[:100] for name, to in NAMES.items()}
    context = {
        "title": subscriptions.title_of(query),
        "asked": [(name, query[to]) for name, to in NAMES.items() if query[to]],
    }
    if request.method != "POST":
        return page(request, "subscribe.html", context)
    address, now = request.POST.get("address", ""), timezone.now()
    if ASKING.take(address_of(request), at=now) is None:
        return page(request, "subscribe.html", {**context, "fault": OFTEN, "address": address}, status=429)
    try:
        subscriptions.request(address=address, query=query, at=now)
    except SubscriptionRefused as refused:
        more = {"fault": str(refused), "address": address}
        return page(request, "subscribe.html", {**context, **more}, status=422)
    return page(request, "subscribe_asked.html", context)


@counter
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Begin to send, when the reader of the mailbox says so: a program that only opens links confirms nothing."""
    done = request.method == "POST"
    found = (
        subscriptions.confirm(token=token, at=timezone.now()) if done else subscriptions.subscription(token)
    )
    if found is None:
        return page(request, "subscribe_gone.html", {}, status=404)
    confirmed = done or found.confirmed_at is not None
    return page(request, "subscribe_confirm.html", {"title": found.title, "done": confirmed})


@counter
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Stop sending and forget the address; leaving twice is the same as leaving once."""
    if request.method == "POST":
        subscriptions.end(token=token)
        return page(request, "subscribe_end.html", {"done": True})
    found = subscriptions.subscription(token)
    return page(request, "subscribe_end.html", {"done": found is None, "title": found.title if found else ""})


@csrf_exempt  # a mail program sends it (RFC 8058); whoever has the token may leave, and nothing else happens
@counter
def end_now(request: HttpRequest, token: str) -> HttpResponseBase:
    """Leave by the button of a mail program."""
    return end(request, token)
