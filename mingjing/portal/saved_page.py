"""The page that checks receipts as one file of its own: styles and modules written into it, nothing left to load."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders

FOLDER: Final = "portal/verify"
FOLDERS: Final = {"sm3.js": "portal/draw"}  # where a module lies that is shared with another page
START: Final = "start.js"
STYLES: Final = ("portal/portal.css", "portal/receipt.css")

_IMPORT: Final = re.compile(r'^import \{ ([^}]+) \} from "(\./|\.\./draw/)([a-z0-9]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)


@cache
def script() -> str:
    """Give all modules as one script: each a function of its own, so that their names do not meet."""
    written: dict[str, str] = {}
    _write(START, written)
    return f'"use strict";\nconst modules = {{}};\n{"".join(written.values())}'


@cache
def style() -> str:
    """Give the style sheets as one."""
    return "\n".join(_read(name) for name in STYLES)


def policy_hash(text: str) -> str:
    """Give the hash by which a page's own policy lets this text, and no other, run."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _write(name: str, written: dict[str, str]) -> None:
    """Write a module behind those that it needs."""
    if name in written:
        return
    source = _read(f"{FOLDERS.get(name, FOLDER)}/{name}")
    for _, _, needed in _IMPORT.findall(source):
        _write(needed, written)
    exported = ", ".join(_EXPORT.findall(source))
    body = _IMPORT.sub(_taken, source).replace("\nexport ", "\n")
    written[name] = f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n'


def _taken(found: re.Match[str]) -> str:
    """Write what an import becomes: names taken out of a module that was written before."""
    return f'const {{ {found[1].replace(" as ", ": ")} }} = modules["{found[3]}"];\n'


def _read(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_text("utf-8")
