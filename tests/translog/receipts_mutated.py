"""Receipts spoiled in one place, one way for every class of field: the text of the file, its items, its proof."""

import base64
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from mingjing.translog.note import SigningKey, to_base64
from mingjing.translog.receipt import KINDS, Receipt
from tests.translog.receipts_made import ALPHABET, ORIGIN, Maker

Change = Callable[[random.Random, Any], Any]


def flipped_hex(dice: random.Random, text: str) -> str:
    """One hex digit is another."""
    at = dice.randrange(len(text))
    return text[:at] + dice.choice([one for one in "0123456789abcdef" if one != text[at]]) + text[at + 1 :]


def flipped_base64(dice: random.Random, text: str) -> str:
    """One bit of what the base64 says is another."""
    data = bytearray(base64.b64decode(text))
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return to_base64(bytes(data))


def _line(pattern: str, change: Callable[[random.Random, str], str]) -> Change:
    """Change the part in brackets of one line of the proof that matches."""

    def changed(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
        found = list(re.finditer(pattern, whole["proof"], re.MULTILINE))
        if not found:
            return whole
        match = dice.choice(found)
        start, end = match.span(1)
        whole["proof"] = whole["proof"][:start] + change(dice, match[1]) + whole["proof"][end:]
        return whole

    return changed


def _reveal(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    reveal = whole["reveal"]
    if "code" in reveal:
        name = dice.choice(sorted(reveal))
        letters = ALPHABET if name == "code" else "0123456789abcdef"
        at = dice.randrange(len(reveal[name]))
        other = dice.choice([one for one in letters if one != reveal[name][at]])
        reveal[name] = reveal[name][:at] + other + reveal[name][at + 1 :]
    elif dice.random() < 0.3:
        reveal["salt"] = flipped_hex(dice, reveal["salt"])
    else:
        reveal["content"][dice.choice(sorted(reveal["content"]))] = dice.choice(["罚款 50 元", 7, None, [1]])
    return whole


def _kind(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    whole["kind"] = dice.choice([one for one in [*KINDS, "pack", ""] if one != whole["kind"]])
    return whole


def _items(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    ways: list[Callable[[], Any]] = [
        lambda: whole.pop(dice.choice(sorted(whole))),
        lambda: whole.update(more=1),
        lambda: whole.update(format="mingjing-receipt@2"),
        lambda: whole.update(vkeys=["x"] * 9),
        lambda: whole.update(vkeys=[1]),
        lambda: whole.update(proof=whole["proof"] + "\t"),
        lambda: whole["reveal"].update(more="x"),
        lambda: whole["reveal"].pop(sorted(whole["reveal"])[0]),
    ]
    dice.choice(ways)()
    return whole


def _path(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    head, note = whole["proof"].split("\n\n", 1)
    lines = head.split("\n")
    path = lines[3:]
    if len(path) > 1 and dice.random() < 0.4:
        path.reverse()
    elif path and dice.random() < 0.5:
        path.pop()
    else:
        path.append(to_base64(dice.randbytes(dice.choice([32, 32, 31]))))
    whole["proof"] = "\n".join(lines[:3] + path) + "\n\n" + note
    return whole


def _signatures(dice: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    text, lines = whole["proof"].rsplit("\n\n", 1)
    kept = lines.splitlines(keepends=True)
    way = dice.randrange(4)
    if way == 0:
        kept.pop(dice.randrange(len(kept)))
    elif way == 1:
        kept.append(f"\u2014 {ORIGIN} {to_base64(b'sm2!' + bytes([255]) + dice.randbytes(70))}\n")
    elif way == 2:
        stranger = SigningKey(ORIGIN, dice.randbytes(32))
        note = text.split("\n\n", 1)[1].encode() + b"\n"
        kept[0] = f"\u2014 {ORIGIN} {to_base64(stranger.public.key_id + stranger.sign(note))}\n"
    else:
        kept.insert(0, "no signature line\n")
    whole["proof"] = text + "\n\n" + "".join(kept)
    return whole


def _digit(dice: random.Random, text: str) -> str:
    at = dice.randrange(len(text))
    return text[:at] + dice.choice([one for one in "0123456789" if one != text[at]]) + text[at + 1 :]


ITEMS: dict[str, Change] = {
    "reveal": _reveal,
    "kind": _kind,
    "items": _items,
    "leaf": _line(r"^extra (.+)$", flipped_base64),
    "index": _line(r"^index (\d+)$", _digit),
    "path": _path,
    "hash": _line(r"^([A-Za-z0-9+/]{43}=)$", flipped_base64),
    "size": _line(rf"^{re.escape(ORIGIN)}\n(\d+)$", _digit),
    "origin": _line(
        rf"^({re.escape(ORIGIN)})\n\d+$", lambda dice, text: dice.choice([text + "2", "x", "justice"])
    ),
    "signature": _line(r"^\u2014 \S+ (\S+)$", flipped_base64),
    "signatures": _signatures,
}
TEXTS: dict[str, Change] = {
    "truncated": lambda dice, data: data[: dice.randrange(len(data))],
    "byte": lambda dice, data: _set(data, dice.randrange(len(data)), dice.randrange(256)),
    "twice": lambda dice, data: data.replace(b'"format"', b'"kind": "act", "format"', 1),
    "fraction": lambda dice, data: data.replace(b'"vkeys"', b'"x": 1.0, "vkeys"', 1),
    "huge": lambda dice, data: data.replace(b'"vkeys": [', b'"vkeys": [9007199254740993, ', 1),
    "surrogate": lambda dice, data: data.replace(b'"vkeys": [', b'"vkeys": ["\\ud800", ', 1),
    "mark": lambda dice, data: b"\xef\xbb\xbf" + data,
    "deep": lambda dice, data: data.replace(b'"vkeys": [', b'"vkeys": [' + b"[" * 40 + b"]" * 40 + b", ", 1),
    "blank": lambda dice, data: data.replace(
        b'"vkeys"', b'\t\r\n "vkeys"', 1
    ),  # harmless, and must be taken so
}


def _set(data: bytes, at: int, byte: int) -> bytes:
    return data[:at] + bytes([byte]) + data[at + 1 :]


def spoiled(maker: Maker, receipts: list[Receipt]) -> Iterator[tuple[str, bytes]]:
    """Give each receipt spoiled in one of the ways, all ways in turn; what is spoiled, and the bytes."""
    ways = [*ITEMS, *TEXTS]
    for number, receipt in enumerate(receipts):
        way = ways[number % len(ways)]
        if way in ITEMS:
            whole = ITEMS[way](maker.dice, json.loads(receipt.data))
            yield way, json.dumps(whole, ensure_ascii=maker.dice.random() < 0.5).encode()
        else:
            yield way, TEXTS[way](maker.dice, receipt.data)
