"""What stands behind the question mark of an address: only what the document names, for every operation alike."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.utils.translation import gettext_noop as _
from ninja.operation import Operation

from mingjing.api.door import Called
from mingjing.api.problems import Problem

View = Callable[..., Any]


def only_known(view: View) -> View:
    """Make a view of an operation refuse query parameters that the operation does not have. Raises Problem."""

    @wraps(view)
    def answer(request: Called, *args: Any, **kwargs: Any) -> Any:
        refuse_unknown(request, names_of(answer._ninja_operation))  # type: ignore[attr-defined]  # set by ninja
        return view(request, *args, **kwargs)

    return answer


def names_of(operation: Operation) -> list[str]:
    """Give the query parameters that an operation takes, as the document names them."""
    models = (one for one in operation.models if one.__ninja_param_source__ == "query")
    return [name for one in models for name in one.__ninja_flatten_map__]


def refuse_unknown(request: Called, known: Collection[str]) -> None:
    """Raise Problem for whatever is asked beside what is known: a filter that is misspelt must not be passed over."""
    unknown = [name for name in request.GET if name not in known]
    if not unknown:
        return
    said = (
        _("这个操作没有查询参数“{name}”。可用的查询参数：{known}。")
        if known
        else _("这个操作没有查询参数“{name}”，也没有其他查询参数。")
    )
    errors = [
        {
            "parameter": name[:200],
            "detail": said,
            "code": "unknown_parameter",
            "values": {"name": name[:200], "known": ", ".join(known)},
        }
        for name in unknown[:20]
    ]
    raise Problem("invalid", errors=errors)
