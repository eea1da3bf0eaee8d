"""Receipts for officers to hand out: the file, and the paper with its code. What is proved is decided elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from mingjing.kit.clock import chinese_time
from mingjing.translog.receipts import NotInLog, slip_of
from mingjing.typeset.printing import print_slip
from mingjing.web.access import SignedRequest

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.translog.receipt import Receipt

HOW = (
    "怎样核验：用手机扫描二维码，打开的页面在您自己的手机上完成计算，不上传任何内容；也可以在公示网站“查验—核验存证回执”"
    "中选择回执文件。"
)
WHOLE = "内容较长，放不进二维码：请保存随附的回执文件（.json），在上述页面选择该文件核验。"
PROVES = "它能证明：所列内容在存证时间已经写入公开存证日志，此后没有被改动、替换或者抽走。"
NOT = (
    "它不能证明：内容本身是否真实、决定是否合法。对决定有异议的，可以依法陈述申辩、申请行政复议或者提起诉讼。"
)


def receipt_file(request: SignedRequest, case: "Case", made: Callable[[], "Receipt"]) -> HttpResponseBase:
    """The receipt as a file; back to the case with the reason while what it proves is not sealed."""
    try:
        receipt = made()
    except NotInLog as why:
        return _not_yet(request, case, why)
    slip = slip_of(receipt)
    name = quote(f"存证回执（{slip.title}，第{slip.index}条）.json")
    response = HttpResponse(receipt.data, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response


def receipt_paper(
    request: SignedRequest, case: "Case", what: str, made: Callable[[], "Receipt"]
) -> HttpResponseBase:
    """The paper to hand out with the document, file or act of which `what` is the name."""
    try:
        slip = slip_of(made())
    except NotInLog as why:
        return _not_yet(request, case, why)
    logged = datetime.fromisoformat(slip.logged_at)
    pairs = [
        ("存证的是", what),
        ("案件", case.number or "未编号"),
        ("存证时间", chinese_time(logged)),
        ("存证位置", f"公开存证日志“{slip.origin}”第 {slip.index} 条（检查点 {slip.size} 条）"),
        ("出具时间", chinese_time(timezone.now())),
    ]
    paper = print_slip(
        title="存证回执",
        agency=case.agency.name,
        at=logged,
        address=slip.address,
        pairs=pairs,
        notes=[HOW if slip.address else WHOLE, PROVES, NOT],
    )
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote('存证回执.pdf')}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    response["Cache-Control"] = "no-store"
    return response


def _not_yet(request: SignedRequest, case: "Case", why: NotInLog) -> HttpResponseBase:
    messages.warning(request, f"现在还不能出具存证回执：{why}", extra_tags="amber")
    return redirect("case", case.code)
