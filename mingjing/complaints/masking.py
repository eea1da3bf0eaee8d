"""Words without the complainant: what was typed of him and what looks like a number of his; a person confirms it."""

import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "（已屏蔽）"
SHIELDED: Final = "投诉人（已屏蔽）"
SHORTEST: Final = 2
# Mobile and landline numbers, identity numbers, mail addresses; digits may be spaced or hyphenated.
_NUMBER: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:\d[- ]?){6,}[\dXx](?![\dA-Za-z])")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SELF: Final = re.compile(r"(我叫|我是|本人叫|本人姓名[:：]?|我的名字是|姓名[:：])\s*([\u4e00-\u9fff·]{2,4})")
_HOME: Final = re.compile(r"(我家住|我住|家住|本人住|住址[:：]|住在)\s*([^，。；,;\n]{3,40})")
_CHAT: Final = re.compile(r"((?:微信|QQ|qq)号?[:：是]?\s*)([A-Za-z0-9_-]{5,20})")


def masked(text: str, parts: Iterable[str]) -> str:
    """Give the text without these parts of an identity and without numbers, mail addresses and self-descriptions."""
    for part in sorted({one.strip() for one in parts if len(one.strip()) >= SHORTEST}, key=len, reverse=True):
        text = re.sub(_loosely(part), MASK, text, flags=re.IGNORECASE)
    for pattern in (_MAIL, _NUMBER):
        text = pattern.sub(MASK, text)
    for pattern in (_SELF, _HOME, _CHAT):
        text = pattern.sub(lambda found: found[1] + MASK, text)
    return text


def names_him(text: str, parts: Iterable[str]) -> bool:
    """Say whether a text holds any of these parts, however spaced."""
    return any(
        re.search(_loosely(one.strip()), text, flags=re.IGNORECASE)
        for one in parts
        if len(one.strip()) >= SHORTEST
    )


def _loosely(part: str) -> str:
    """Give a pattern for a word whatever blanks or hyphens stand between its characters."""
    return r"[\s\-·]*".join(re.escape(one) for one in part if not one.isspace() and one not in "-·")
