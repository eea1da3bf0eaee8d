"""Made-up people and things for the measurement of masking: drawn by a seeded generator, never real ones."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bench.masking.words import (
    ANY,
    BRANDS,
    COMPOUND,
    COUNTIES,
    FOREIGN,
    GIVEN,
    HELD_BRANDS,
    HELD_PRODUCTS,
    HELD_ROADS,
    HELD_WORDS,
    KIN,
    LAWS,
    MINORITY,
    PLACES,
    PRODUCTS,
    ROADS,
    TRADES,
    WORDS,
)
from mingjing.publicity.recognise.numbers import ID_CHECKS, ID_WEIGHTS


@dataclass(frozen=True, slots=True)
class Filled:
    """A piece of a sentence: what stands there, and what kind of data it is, "" where it may be read by all."""

    text: str
    kind: str = ""


def name(rng: random.Random, surnames: Sequence[tuple[str, float]]) -> str:
    """A Chinese name: surnames by frequency, one in ten a rare one, some compound; one or two syllables."""
    draw = rng.random()
    if draw < 0.03:
        surname = rng.choice(COMPOUND)
    elif draw < 0.13:
        surname = rng.choice(surnames[100:500])[0]
    else:
        surname = rng.choices([one for one, _ in surnames], [weight for _, weight in surnames])[0]
    given = "".join(
        rng.choice(GIVEN if rng.random() < 0.6 else ANY) for _ in range(1 if rng.random() < 0.2 else 2)
    )
    return surname + given


def identity(rng: random.Random, born: date | None = None) -> str:
    """An identity number of nobody, with its check digit."""
    born = born or date(1950, 1, 1) + timedelta(days=rng.randrange(19_000))
    digits = f"{rng.choice(['410481', '110101', '532225', '430321'])}{born:%Y%m%d}{rng.randrange(1000):03d}"
    total = sum(int(one) * weight for one, weight in zip(digits, ID_WEIGHTS, strict=True))
    return digits + ID_CHECKS[total % 11]


def _old_identity(rng: random.Random) -> str:
    born = f"{rng.randrange(40, 85)}0{rng.randrange(1, 10)}{rng.randrange(10, 29)}"
    return f"410481{born}{rng.randrange(1000):03d}"


def card(rng: random.Random) -> str:
    """A bank card number that passes the Luhn check."""
    body = "62" + "".join(str(rng.randrange(10)) for _ in range(rng.choice([13, 16])))
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _printed(rng: random.Random, digits: str, groups: Sequence[int] = ()) -> str:
    """Digits as they are met in papers: plain, in groups, full width, or spaced by a scanner."""
    draw = rng.random()
    if draw < 0.1:
        return digits.translate({code: code + 0xFEE0 for code in range(0x30, 0x5B)})
    if draw < 0.15:
        return " ".join(digits)
    if draw < 0.3 and groups:
        parts, at = [], 0
        for size in groups:
            parts.append(digits[at : at + size])
            at += size
        return rng.choice(" -").join([*parts, digits[at:]] if at < len(digits) else parts)
    return digits


def _mobile(rng: random.Random) -> str:
    digits = f"1{rng.choice('3456789')}{rng.randrange(10**9):09d}"
    lead = rng.choice(["", "", "", "", "+86 ", "86-"])
    return lead + _printed(rng, digits, (3, 4, 4))


def _landline(rng: random.Random) -> str:
    code, number = rng.choice(["0375", "010", "0731", "0594"]), str(rng.randrange(2_000_000, 8_999_999))
    tail = rng.choice(["", "", "-801", "转802"])
    return (
        rng.choice([f"{code}-{number}", f"（{code}）{number}", f"{code}{number}", f"{code}—{number}"]) + tail
    )


def _plate(rng: random.Random) -> str:
    letters, lead = "ABCDEFGHJKLMNPQRSTUVWXYZ", rng.choice("豫湘京粤苏新陕")
    city = rng.choice("ABCDEFG")
    if rng.random() < 0.3:
        number = rng.choice("DF") + "".join(rng.choice("0123456789") for _ in range(5))
    elif rng.random() < 0.1:
        number = "".join(rng.choice("0123456789") for _ in range(4)) + "挂"
    else:
        number = "".join(rng.choice("0123456789" + letters) for _ in range(4)) + rng.choice("0123456789")
    return f"{lead}{city}{rng.choice(['', '', '', '·', ' '])}{number}"


def _village(rng: random.Random) -> str:
    return rng.choice(
        ["尹集镇梁山村", "高村乡枣树沟村", "腊尔山镇夺西村", "梅城镇望城村", "巴彦托海镇团结嘎查"]
    )


def _home(rng: random.Random) -> str:
    lead = rng.choice(PLACES) + rng.choice(COUNTIES)
    number, house = rng.randrange(1, 200), rng.randrange(1, 20)
    return lead + rng.choice(
        [
            f"{rng.choice(ROADS)}{number}号院{house}号楼{rng.randrange(1, 5)}单元{rng.randrange(101, 2999)}室",
            f"幸福小区{rng.randrange(1, 30)}栋{rng.randrange(101, 1801)}",
            f"{_village(rng)}{rng.randrange(1, 20)}组{number}号",
            f"{_village(rng)}{number}号",
            f"{rng.choice(ROADS)}{number}号",
            f"纺织厂宿舍{rng.randrange(1, 9)}排{rng.randrange(1, 30)}号",
            f"师范学院学生公寓{rng.randrange(1, 9)}号楼{rng.randrange(101, 620)}寝室",
            f"{_village(rng)}小学东侧",
        ]
    )


def _firm(rng: random.Random, held: bool) -> str:
    own = HELD_WORDS if held else WORDS
    owner = rng.choice([*own, *own, "老王", "张记", "李家", "陈氏", "周黑鸭", "高建国"])
    return rng.choice(COUNTIES).removesuffix("市") + owner + rng.choice(TRADES)


def _uscc(rng: random.Random) -> str:
    return "91410481MA" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))


def _minor_birth(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.randrange(2012, 2018)}年{rng.randrange(1, 13)}月出生",
            f"{rng.randrange(7, 17)}岁",
            "未满十四周岁",
            "小学五年级",
        ]
    )


_PLAIN: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "date": lambda rng: f"202{rng.randrange(3, 7)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
    "law": lambda rng: rng.choice(LAWS),
    "docno": lambda rng: (
        f"{rng.choice(['舞城管罚决', '荥市监处罚', '攸交罚'])}〔202{rng.randrange(3, 7)}〕{rng.randrange(1, 300)}号"
    ),
    "batch": lambda rng: "".join(rng.choice("0123456789") for _ in range(rng.choice([6, 8, 10, 16, 20]))),
    "amount": lambda rng: f"{rng.randrange(100, 90000) / rng.choice([1, 10, 100]):,}",
    "uscc": _uscc,
    "model": lambda rng: f"{rng.choice(['SL-CS', 'GB', 'XT', 'HY-', 'DN'])}{rng.randrange(10, 99999)}",
    "permit": lambda rng: f"JY1{rng.randrange(10**12, 10**13)}",
    "county": lambda rng: rng.choice(COUNTIES),
    "village": _village,
    "kin": lambda rng: rng.choice(KIN),
}
_HIDDEN: Final[Mapping[str, tuple[str, Callable[[random.Random], str]]]] = {
    "id": ("number", lambda rng: _printed(rng, identity(rng), (6, 8))),
    "id15": ("number", _old_identity),
    "passport": ("number", lambda rng: f"{rng.choice(['E', 'EJ', 'G'])}{rng.randrange(10**6, 10**7)}"),
    "mobile": ("number", _mobile),
    "landline": ("number", _landline),
    "card": ("number", lambda rng: _printed(rng, card(rng), (4, 4, 4, 4))),
    "plate": ("number", _plate),
    "wechat": ("number", lambda rng: f"{rng.choice(['wxid_', 'zhang', 'hf'])}{rng.randrange(1000, 99999)}"),
    "mail": ("number", lambda rng: f"user{rng.randrange(999)}@{rng.choice(['163.com', 'qq.com', 'example.com.cn'])}"),
    "home": ("address", _home),
    "minority": ("name", lambda rng: rng.choice(MINORITY)),
    "foreign": ("name", lambda rng: rng.choice(FOREIGN)),
    "birth": ("minor", _minor_birth),
}  # fmt: skip


_WORDS: Final = {
    "road": (ROADS, HELD_ROADS),
    "brand": (BRANDS, HELD_BRANDS),
    "product": (PRODUCTS, HELD_PRODUCTS),
}


def filled(slot: str, rng: random.Random, surnames: Sequence[tuple[str, float]], *, held: bool) -> Filled:
    """Fill one place of a template; sentences held out have streets, brands, goods and firms of their own."""
    if slot in {"name", "minor"}:
        made = name(rng, surnames)
        return Filled(" ".join(made) if rng.random() < 0.03 else made, "name")
    if slot in _HIDDEN:
        kind, draw = _HIDDEN[slot]
        return Filled(draw(rng), kind)
    if slot in _WORDS:
        return Filled(rng.choice(_WORDS[slot][held]))
    return Filled(_firm(rng, held) if slot == "firm" else _PLAIN[slot](rng))
