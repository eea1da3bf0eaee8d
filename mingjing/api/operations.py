"""How a room of the API is built: each operation with its scope, its answers and its errors, all in the document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from ninja import Router

from mingjing.api.door import Called, Door
from mingjing.api.queries import only_known
from mingjing.api.rendering import rendered
from mingjing.api.repeating import once
from mingjing.api.schemas import ProblemAnswer
from mingjing.kit.acting import acting

READING: Final = (401, 403, 404, 422, 429, 503)
WRITING: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
KEY_HEADER: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "由调用方为每次写入另取；同一请求重发时用同一个键，得到同一个应答。",
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$"},
}

View = Callable[..., Any]


@dataclass
class Room:
    """The operations on one kind of resource. `title` heads them in the reference."""

    title: str
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        self.router = Router(tags=[self.title])

    def get(self, path: str, *scopes: str, answer: Any, also: tuple[int, ...] = ()) -> Callable[[View], View]:
        """A reading operation for callers with one of these scopes, which answers 200 with `answer`."""
        return self._operation("GET", path, scopes, {200: answer}, (*READING, *also))

    def post(
        self, path: str, *scopes: str, answer: Any, status: int = 201, also: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """An operation that writes: done once under its Idempotency-Key, and answered with `status`."""
        return self._operation("POST", path, scopes, {status: answer}, (*WRITING, *also), writes=True)

    def ask(self, path: str, *scopes: str, answer: Any, also: tuple[int, ...] = ()) -> Callable[[View], View]:
        """An operation that takes a body and writes nothing, such as trying an act."""
        failing = [code for code in (*WRITING, *also) if code != 409 or code in also]
        return self._operation("POST", path, scopes, {200: answer}, tuple(failing))

    def put(self, path: str, *scopes: str, answer: Any, also: tuple[int, ...] = ()) -> Callable[[View], View]:
        """An operation that puts something in a place: the same twice is the same."""
        return self._operation("PUT", path, scopes, {200: answer}, (*WRITING, *also))

    def delete(self, path: str, *scopes: str, also: tuple[int, ...] = ()) -> Callable[[View], View]:
        """An operation that takes something away; what is gone already is gone."""
        return self._operation("DELETE", path, scopes, {204: None}, (*READING, *also))

    def file(
        self, path: str, *scopes: str, media: tuple[str, ...], also: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """A reading operation that answers with bytes of one of these media types."""
        content = {one: {"schema": {"type": "string", "format": "binary"}} for one in media}
        more = {"responses": {200: {"content": content}}}
        return self._operation("GET", path, scopes, {200: None}, (*READING, *also), more=more)

    def draw(self, path: str, *scopes: str, media: str, also: tuple[int, ...] = ()) -> Callable[[View], View]:
        """An operation that takes a body, writes nothing and answers with bytes."""
        content = {media: {"schema": {"type": "string", "format": "binary"}}}
        more = {"responses": {200: {"content": content}}}
        return self._operation("POST", path, scopes, {200: None}, (*WRITING, *also), more=more)

    def bytes(
        self, method: str, path: str, *scopes: str, media: str, also: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """An operation whose body is bytes of one media type (or none), and whose answer is in its headers."""
        schema = {"schema": {"type": "string", "format": "binary"}}
        more = {"requestBody": {"required": True, "content": {media: schema}}} if media else {}
        good, failing = (204, (*WRITING, *also)) if media else (200, (*READING, *also))
        return self._operation(method, path, scopes, {good: None}, failing, more=more)

    def answer_heads(self) -> None:
        """Let HEAD be answered wherever GET is; the tus addresses have a HEAD of their own."""
        for view in self.router.path_operations.values():
            if not any("HEAD" in one.methods for one in view.operations):
                for one in view.operations:
                    if "GET" in one.methods:
                        one.methods.append("HEAD")

    def _operation(
        self,
        method: str,
        path: str,
        scopes: tuple[str, ...],
        answers: dict[int, Any],
        failing: tuple[int, ...],
        *,
        writes: bool = False,
        more: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        (good,) = answers

        def register(view: View) -> View:
            quiet = by_client(in_chinese(view))
            whole = (
                once(quiet, lambda request, result: rendered(result, good))
                if writes
                else answered(quiet, good)
            )
            summary, _, rest = (view.__doc__ or "").strip().partition("。")
            self.router.api_operation(
                [method],
                path,
                auth=Door(scopes),
                response={**answers, **dict.fromkeys(sorted(set(failing)), ProblemAnswer)},
                operation_id=view.__name__,
                summary=summary,
                description=rest.strip() or None,
                openapi_extra=_extra(scopes, writes=writes, more=more or {}),
            )(only_known(whole))
            return view

        return register


def _extra(scopes: tuple[str, ...], *, writes: bool, more: dict[str, Any]) -> dict[str, Any]:
    """What the document says beside what is read off the function: who may call, and the key."""
    security = [{"clientCredentials": [one]} for one in scopes] or [{"clientCredentials": []}]
    found: dict[str, Any] = {"security": [*security, {"bearer": []}], **more}
    if writes:
        found["parameters"] = [KEY_HEADER]
    return found


def in_chinese(view: View) -> View:
    """Run a view in the language of the records: the reader's language is for errors alone, never for a document."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        with translation.override(settings.LANGUAGE_CODE):
            return view(*args, **kwargs)

    return answer


def by_client(view: View) -> View:
    """Run a view as the work of the client that calls: what it records names it."""

    @wraps(view)
    def answer(request: Called, *args: Any, **kwargs: Any) -> Any:
        with acting(request.auth.client.code):
            return view(request, *args, **kwargs)

    return answer


def answered(view: View, good: int) -> View:
    """Give what a view gives with the status of its operation."""

    @wraps(view)
    def answer(request: Called, *args: Any, **kwargs: Any) -> HttpResponseBase:
        result = view(request, *args, **kwargs)
        if isinstance(result, HttpResponseBase):
            return result
        if result is None:
            return HttpResponse(status=good)
        return rendered(result, good)

    return answer
