"""JSON that reads one way only, whoever reads it: no key twice, no fractions, no unsafe integers, no deep nests."""

import json
from typing import Final

from mingjing.kit.canonical import MAX_SAFE_INTEGER

DEPTH: Final = 32  # objects and lists inside each other


class NotStrict(ValueError):
    """A text is no JSON object, or one that two readers may read differently. The message is Chinese."""


def read_object(data: bytes) -> dict[str, object]:
    """Read a JSON object in UTF-8, or raise NotStrict."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_safe,
        )
    except NotStrict:
        raise
    except (ValueError, RecursionError) as error:
        raise NotStrict("不是有效的 JSON 文本，可能没有下载完整") from error
    if not isinstance(value, dict):
        raise NotStrict("应为一个 JSON 对象")
    _check(value, DEPTH)
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotStrict("同一对象中有重复的键，两个人读会读出两个意思")
    return value


def _no_float(text: str) -> object:
    raise NotStrict(f"含有小数 {text[:20]}：没有唯一写法，不能存证")


def _safe(text: str) -> int:
    # Twenty digits are enough to know: a longer one is not read at all.
    if len(text) > 20 or abs(int(text)) > MAX_SAFE_INTEGER:
        raise NotStrict(f"整数 {text[:20]} 太大，不同程序会读出不同的数")
    return int(text)


def _check(value: object, left: int) -> None:
    """Refuse what has no bytes (half a surrogate pair) and what is nested deeper than anything of ours."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotStrict("含有不成对的代理字符") from error
    if not isinstance(value, dict | list):
        return
    if not left:
        raise NotStrict("嵌套过深")
    for item in [*value, *value.values()] if isinstance(value, dict) else value:
        _check(item, left - 1)
