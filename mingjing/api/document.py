"""The API as one object and its OpenAPI 3.1 document: what every room says, with the errors and the sign-in of all."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from mingjing.api.problems import MEDIA, Problem
from mingjing.clients.scopes import SCOPES
from mingjing.evidence.refusals import NotKeptNow

JSON: Final = "application/json"
VERSION: Final = "1.0.0"
ABOUT: Final = """明镜行政执法系统的接口。机关人员在页面上能做的，接入的系统以其名义、在其权限内也能做，由同一法规判断。

- 凭据：本机关系统管理员登记客户端，被代理的本人同意；以客户端凭据（RFC 6749 第 4.4 节）换取访问令牌，或者使用个人令牌。
- 写入的请求带 `Idempotency-Key`；同一请求重发得到同一应答。
- 错误一律为 `application/problem+json`（RFC 9457），按 `Accept-Language` 用中文或者英文说明。
- 行为被拒绝时，`verdicts` 逐条列出法律的判断和法条。
- 列表按游标翻页，`links.next` 为 null 时到底；不给总数。
- 能 GET 的都能 HEAD：同样的应答头，没有正文。
- 没有列出的查询参数一律拒绝（422，`errors` 指出是哪一个、可用的有哪些），不会被忽略。
- 经接口记录的行为、登记变更写明是哪个客户端办的。
"""


_TEXT: Final = {"type": "string", "maxLength": 4000}
_OAUTH_ERROR: Final = {
    JSON: {
        "schema": {
            "type": "object",
            "required": ["error", "error_description", "detail"],
            "properties": {
                "error": {"type": "string"},
                "error_description": {"type": "string", "description": "英文，RFC 6749 第 5.2 节"},
                "detail": {"type": "string", "description": "按 Accept-Language"},
            },
        }
    }
}
# The one operation that is not ours to shape: RFC 6749 says what it takes and how its errors look.
TOKEN: Final = {
    "operationId": "get_token",
    "tags": ["凭据"],
    "summary": "以客户端凭据换取访问令牌",
    "description": "用 client_secret_basic、client_secret_post 或者 private_key_jwt 证明客户端身份。",
    "security": [{}],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "client_credentials"},
                        "scope": {**_TEXT, "description": "所要的权限，空格分隔；不写：全部"},
                        "client_id": _TEXT,
                        "client_secret": _TEXT,
                        "client_assertion_type": _TEXT,
                        "client_assertion": _TEXT,
                    },
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "OK",
            "content": {
                JSON: {
                    "schema": {
                        "type": "object",
                        "required": ["access_token", "token_type", "expires_in", "scope"],
                        "properties": {
                            "access_token": {"type": "string"},
                            "token_type": {"type": "string", "const": "Bearer"},
                            "expires_in": {"type": "integer"},
                            "scope": {"type": "string"},
                        },
                    }
                }
            },
        },
        "400": {"description": "Bad Request", "content": _OAUTH_ERROR},
        "401": {"description": "Unauthorized", "content": _OAUTH_ERROR},
        "429": {"description": "Too Many Requests", "content": _OAUTH_ERROR},
    },
}


class Body(Parser):
    """Reads a body that says it is JSON; what is not, or is too much, is a problem and not an error."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values. Raises Problem."""
        if request.content_type != JSON:
            raise Problem("media")
        try:
            return json.loads(request.body)
        except (ValueError, RecursionError):
            raise Problem("bad-request") from None


class Api(NinjaAPI):
    """The API of the first version."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The document, with problems as problem+json and with how to get a token."""
        found = super().get_openapi_schema(**kwargs)
        for operations in found["paths"].values():
            # HEAD is GET without the body; two operations of one name would be no OpenAPI.
            if operations.get("head", {}).get("operationId") == operations.get("get", {}).get("operationId"):
                operations.pop("head", None)
            for operation in operations.values():
                _dress(operation)
        found["paths"]["/api/v1/token"] = {"post": TOKEN}
        found["components"]["securitySchemes"] = {
            "clientCredentials": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/api/v1/token",
                        "scopes": {name: english for name, (_chinese, english) in SCOPES.items()},
                    }
                },
            },
            "bearer": {"type": "http", "scheme": "bearer", "description": "访问令牌或者个人令牌"},
        }
        return found


def _dress(operation: dict[str, Any]) -> None:
    """Say of one operation's errors that they are problems, and of its success that it may be kept by a cache."""
    if operation.get("description", "").strip(" 。") == operation["summary"]:
        del operation["description"]
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if int(status) >= 400 and JSON in content and "ProblemAnswer" in json.dumps(content[JSON]):
            answer["content"] = {MEDIA: content[JSON]}
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}


api = Api(
    title="明镜 API",
    version=VERSION,
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=Body(),
)


# --- what goes wrong before a room is asked, and in it ------------------------------------------

SAID: Final = {
    "missing": _("缺少这一项。"),
    "extra_forbidden": _("接口说明中没有这一项。"),
    "string_type": _("应当是文本。"),
    "string_pattern_mismatch": _("格式不对。"),
    "string_too_long": _("太长。"),
    "string_too_short": _("太短。"),
    "int_type": _("应当是整数。"),
    "int_parsing": _("应当是整数。"),
    "bool_type": _("应当是 true 或者 false。"),
    "greater_than_equal": _("太小。"),
    "less_than_equal": _("太大。"),
    "literal_error": _("不是接口说明列出的值。"),
    "list_type": _("应当是列表。"),
    "dict_type": _("应当是对象。"),
    "too_long": _("项数太多。"),
    "datetime_from_date_parsing": _("不是有效的时间。"),
    "datetime_parsing": _("不是有效的时间。"),
    "timezone_aware": _("时间应当带时区，如 +08:00。"),
}


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.answer(request)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return Problem("not-found").answer(request)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return Problem("too-large").answer(request)


@api.exception_handler(NotKeptNow)
def _store_is_away(request: HttpRequest, error: NotKeptNow) -> HttpResponse:
    """What is kept cannot be read now; a file that comes in is answered where it is taken."""
    return Problem("unavailable", str(error), headers={"Retry-After": "60"}).answer(request)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # What our parser says of a body comes wrapped.
    problem = error.__cause__ if isinstance(error.__cause__, Problem) else Problem("bad-request")
    return problem.answer(request)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What the request gives is not what the document says; an address that is none is not found."""
    if any(one["loc"][0] == "path" for one in error.errors):
        return Problem("not-found").answer(request)
    return Problem("invalid", errors=[_line(one) for one in error.errors]).answer(request)


def _line(one: Mapping[str, Any]) -> dict[str, str]:
    where, *rest = (str(part) for part in one["loc"])
    known = SAID.get(one["type"])
    detail = known or _own_words(one)
    code = str(one["type"])
    if where in {"body", "form", "file"}:
        # The first part is the name that the function has for the whole body.
        path = rest[1:] if where == "body" else rest
        return {"pointer": "/".join(["#", *path]), "detail": detail, "code": code}
    return {"parameter": rest[-1] if rest else where, "detail": detail, "code": code}


def _own_words(one: Mapping[str, Any]) -> str:
    if one["type"] == "value_error":
        return str(one["msg"]).removeprefix("Value error, ")
    return _("值不符合接口说明。")
