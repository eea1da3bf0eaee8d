"""An answer as the bytes that are sent; the shape was checked when it was made."""

from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel


def rendered(result: Any, status: int) -> HttpResponse:
    """The response for what a view has given: a schema, or a response that it made itself."""
    if isinstance(result, HttpResponse):
        return result
    if not isinstance(result, BaseModel):
        raise TypeError(f"a view gives a schema or a response, not {type(result).__name__}")
    headers = {"Location": found} if (found := getattr(result, "self", "")) and status == 201 else {}
    return HttpResponse(
        result.model_dump_json(), status=status, content_type="application/json", headers=headers
    )
