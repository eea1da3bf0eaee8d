"""The API with all its rooms, and its document as a whole."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from mingjing.api.document import api
from mingjing.api.rooms import ROOMS

__all__ = ["api", "document"]

for one in ROOMS:
    one.answer_heads()
    api.add_router("", one.router)


@cache  # every answer of every operation is spelled out in it: made anew it takes seconds
def document() -> Mapping[str, Any]:
    """The whole OpenAPI document as plain values; nobody changes it."""
    plain: Mapping[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    return plain
