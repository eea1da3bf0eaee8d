"""Every error of the API as problem+json (RFC 9457), in Chinese or English; what is wrong is decided elsewhere."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from mingjing.cases.services import Trial
    from mingjing.lawengine.model import Verdict

MEDIA: Final = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem: its status, its title, and what to do about it where nothing better is known."""

    status: int
    title: str
    detail: str


# Name in the address of the kind -> what it is. The reference page lists them.
KINDS: Final[Mapping[str, Kind]] = {
    "bad-request": Kind(400, _("请求不能读取"), _("请求体不是接口说明所要求的格式。")),
    "key-missing": Kind(
        400, _("缺少幂等键"), _("写入的请求须带 Idempotency-Key 请求头，8 至 64 个字母、数字、- 或 _。")
    ),
    "not-let-in": Kind(401, _("没有有效的凭据"), _("请在 Authorization 请求头中给出有效的 Bearer 令牌。")),
    "scope-missing": Kind(
        403, _("凭据没有这项权限"), _("这个操作需要的权限不在令牌的范围内，或者被代理人现在没有这项权限。")
    ),
    "not-found": Kind(404, _("没有这个资源"), _("它不存在，或者不在被代理人可以看到的范围内。")),
    "method": Kind(405, _("不支持这种方法"), _("请看应答头 Allow 列出的方法。")),
    "at-work": Kind(409, _("同一请求正在办理"), _("带同一幂等键的请求正在办理，请稍后再发一次取得结果。")),
    "not-now": Kind(409, _("现在不能办理"), _("现在的状态不允许这个操作。")),
    "destroyed": Kind(410, _("案件内容已依法销毁"), _("只保留存证，不再提供内容。")),
    "precondition": Kind(412, _("前提条件不符"), _("资源与请求所依据的版本不同，请重新读取。")),
    "too-large": Kind(413, _("请求体太大"), _("请求体超过上限，请分次发送。")),
    "media": Kind(415, _("不支持这种媒体类型"), _("请求体的 Content-Type 应当与接口说明相同。")),
    "range": Kind(416, _("所要的范围不在文件内"), _("请核对 Range 请求头。")),
    "invalid": Kind(422, _("请求不符合接口说明"), _("请按 errors 逐项改正。")),
    "key-reused": Kind(422, _("幂等键已用于另一请求"), _("这个幂等键已经用于内容不同的请求，请换一个。")),
    "act-refused": Kind(
        422, _("行为没有记录"), _("表单有误或者法律不允许。请按 errors 和 verdicts 改正后再办理。")
    ),
    "refused": Kind(422, _("没有办理"), _("没有写入任何内容，请按 errors 改正。")),
    "too-many": Kind(429, _("请求太频繁"), _("请按 Retry-After 所示的秒数等待后再发。")),
    "failed": Kind(500, _("系统出错"), _("没有写入任何内容。请稍后再试；仍然出错的，请告诉系统管理员。")),
    "unavailable": Kind(
        503, _("系统暂时不能办理"), _("没有写入任何内容。请按 Retry-After 所示的秒数等待后再发。")
    ),
}
# Of answers that were made without us only the status is known.
BY_STATUS: Final = {
    kind.status: name
    for name, kind in KINDS.items()
    if name not in {"key-missing", "at-work", "not-now", "key-reused", "act-refused", "refused"}
}


@dataclass
class Problem(Exception):
    """The request is answered with this problem."""

    kind: str
    detail: str = ""
    errors: Sequence[
        Mapping[str, Any]
    ] = ()  # `values` are put into the text once it is in the reader's language
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The problem as a response, in the language that is asked for; what is not in our words stays as it is."""
        kind, language = KINDS[self.kind], translation.get_language_from_request(request)
        with translation.override(language):
            said = {
                "type": type_of(self.kind),
                "title": gettext(kind.title),
                "status": kind.status,
                "detail": gettext(self.detail or kind.detail),
                "instance": request.path,
                "errors": [_said(one) for one in self.errors],
                **self.more,
            }
        body = json.dumps(said, ensure_ascii=False)
        headers = {"Cache-Control": "no-store", "Content-Language": language, **self.headers}
        return HttpResponse(body, status=kind.status, content_type=MEDIA, headers=headers)


def _said(one: Mapping[str, Any]) -> dict[str, Any]:
    """One thing that is wrong, in the language that is spoken now."""
    told = {name: value for name, value in one.items() if name != "values"}
    detail = gettext(one["detail"])
    return told | {"detail": detail.format(**one["values"]) if "values" in one else detail}


def type_of(kind: str) -> str:
    """The address that names a kind of problem; it leads to its entry in the reference."""
    return f"/api/v1/docs#problem-{kind}"


def not_found() -> Problem:
    """What is not there, or not for who asks; it does not say which."""
    return Problem("not-found")


def refused(errors: Mapping[str, Sequence[str]], *, detail: str = "", kind: str = "refused") -> Problem:
    """A service has refused: the texts by field, as it gave them."""
    return Problem(kind, detail, pointed(errors))


def act_refused(trial: "Trial") -> Problem:
    """An act that was not recorded: mistakes of the form, and what the law holds against it, with its articles."""
    return Problem(
        "act-refused",
        "；".join(trial.reasons())[:2000],
        pointed(trial.errors, below="facts"),
        {"verdicts": [verdict_json(one) for one in trial.refusals]},
    )


FORM: Final = ("performers", "done_at", "evidence", "kind", "procedure")


def pointed(errors: Mapping[str, Sequence[str]], *, below: str = "") -> list[dict[str, str]]:
    """Texts by field as entries with a JSON pointer into the body; what stands outside the facts is not below them."""
    found = []
    for name, texts in errors.items():
        parts = [below, name] if below and name not in FORM else [name]
        pointer = "/".join(["#", *(part for part in parts if part)]) if name else "#"
        found += [{"pointer": pointer, "detail": text} for text in texts]
    return found


def verdict_json(one: "Verdict") -> dict[str, Any]:
    """A verdict of the law as the API tells it."""
    return {
        "rule": one.rule,
        "title": one.title,
        "outcome": one.outcome.value,
        "severity": one.severity.value,
        "applies": one.applies,
        "reason": one.reason,
        "law": one.source.law if one.source else "",
        "article": one.source.article if one.source else "",
        "quote": one.quote,
        "found": one.found,
        "allowed": one.allowed,
        "remedy": one.remedy,
        "missing": list(one.missing),
    }
