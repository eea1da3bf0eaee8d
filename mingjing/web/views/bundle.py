"""The file that proves a case, to be taken away: nothing is drawn here and nothing proved."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingjing.cases.bundle import bundle_of
from mingjing.translog.selectors import NotInLog
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.views.supervision import leave_trace

NAME = "案卷存证包.json"


@never_cache
@require_safe
@allowed("case.view")
def bundle(request: SignedRequest, code: str) -> HttpResponseBase:
    """The bundle as a file; back to the case, with the reason, while an act is not sealed yet."""
    case = case_of(request, code, even_destroyed=True)
    leave_trace(request, case, "下载案卷存证包")
    try:
        content = bundle_of(case)
    except NotInLog as why:
        messages.warning(request, f"现在还不能下载案卷存证包：{why}", extra_tags="amber")
        return redirect("case", case.code)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(NAME)}"
    return response
