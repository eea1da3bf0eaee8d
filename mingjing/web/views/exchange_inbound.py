"""The door for other systems that send us something: a token in place of a session, and JSON both ways."""

from contextlib import suppress
from secrets import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mingjing.exchange import inbound
from mingjing.exchange.intake import taking
from mingjing.exchange.intake.reading import MOST_BYTES
from mingjing.exchange.intake.sorts import IntakeMappingFault
from mingjing.exchange.intake.taking import FATES, Sent, take_json
from mingjing.exchange.unreadable import Unreadable
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, person

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


@csrf_exempt  # whoever calls has a token and no session that a foreign page could borrow
@never_cache
@require_POST
def orders(request: HttpRequest) -> JsonResponse:
    """Take orders of the hotline 12345; without a token in the settings this address does not exist."""
    token = settings.MINGJING_INBOUND_ORDERS_TOKEN
    if not token:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), token.encode()):
        return _refused("令牌不对，请核对 Authorization: Bearer …", 401)
    by = _registrars()
    if not by:
        return _refused("登记账号没有设好，请系统管理员核对 MINGJING_INBOUND_ORDERS_BY", 503)
    if len(request.body) > inbound.MOST_BYTES:
        return _refused(f"请求体超过 {inbound.MOST_BYTES // 1024 // 1024} MB，请分几次发送", 413)
    try:
        taken = inbound.take_orders(request.body, by=by, at=timezone.now())
    except inbound.NotReadable as fault:
        return _refused(str(fault), 422)
    return _json({"orders": taken}, 200)


@csrf_exempt
@never_cache
@require_POST
def court(request: HttpRequest) -> JsonResponse:
    """Take judgments, decisions and rulings; each row names the agency, and nothing is written into a case."""
    return _papers(request, "court", settings.MINGJING_INBOUND_COURT_TOKEN)


@csrf_exempt
@never_cache
@require_POST
def payments(request: HttpRequest) -> JsonResponse:
    """Take receipts of the treasury, as court papers are taken."""
    return _papers(request, "payments", settings.MINGJING_INBOUND_PAYMENTS_TOKEN)


@csrf_exempt
@never_cache
@require_POST
def police(request: HttpRequest) -> JsonResponse:
    """Take the answers of the police to transferred cases, as court papers are taken."""
    return _papers(request, "police", settings.MINGJING_INBOUND_POLICE_TOKEN)


def _papers(request: HttpRequest, sort: str, token: str) -> JsonResponse:
    if not token:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), token.encode()):
        return _refused("令牌不对，请核对 Authorization: Bearer …", 401)
    if len(request.body) > MOST_BYTES:
        return _refused(f"请求体超过 {MOST_BYTES // 1024 // 1024} MB，请分几次发送", 413)
    sent = Sent(sort, taking.HTTP, "接口", None)
    try:
        told = take_json(sent, request.body, at=timezone.now())
    except Unreadable as fault:
        return _refused(str(fault), 422)
    except IntakeMappingFault as fault:
        return _refused(f"本系统的对应关系文件有误，请系统管理员改正：{fault}", 503)
    return _json({"rows": [one | {"title": FATES[one["fate"]]} for one in told]}, 200)


def _registrars() -> list["Person"]:
    """Give the accounts in whose names orders are registered, those that may."""
    found = []
    for name in settings.MINGJING_INBOUND_ORDERS_BY:
        with suppress(NotOnRegister):
            found.append(person(name))
    return [one for one in found if one.is_active and may(one, "complaint.import", one.agency.code)]


def _refused(message: str, status: int) -> JsonResponse:
    return _json({"message": message}, status)


def _json(told: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
