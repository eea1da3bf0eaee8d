"""Conditions of rules as people read them: names, codes and signs in Chinese. The condition itself stays CEL."""

import re

from mingjing.lawengine.model import Law
from mingjing.lawengine.verdicts import OF_THE_CASE

TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|&&|\|\||==|!=|<=|>=|\S")
PLACE = re.compile(r"\{(\w+)\}")
# Text patterns and date arithmetic do not read better in words: there the sentence that the rule says must do.
BEYOND_WORDS = ("timestamp(", ".matches(", "duration(")
SIGNS = {
    "&&": " 并且 ",
    "||": " 或者 ",
    "==": " 为 ",
    "!=": " 不为 ",
    "<=": " ≤ ",
    ">=": " ≥ ",
    "<": " < ",
    ">": " > ",
    "!": "并非 ",
    "in": " 属于 ",
    ",": "、",
    "true": "是",
    "false": "否",
    "size": "项数",
}


def in_words(source: str, law: Law) -> str:
    """The condition in words; empty where words would say less than the code."""
    if any(code in source for code in BEYOND_WORDS):
        return ""
    tokens = TOKEN.findall(source)
    labels = {
        code: label for name in tokens if name in law.fields for code, label in law.fields[name].options
    }
    return "".join(_word(token, labels, law) for token in tokens).replace("  ", " ").strip()


def filled_in(says: str, law: Law) -> str:
    """What a rule says when it is broken, with the names of facts where their values will stand."""
    return PLACE.sub(lambda found: f"（{_name(found[1], law)}）", says)


def _word(token: str, labels: dict[str, str], law: Law) -> str:
    if token.startswith("'"):
        return f"“{labels.get(token[1:-1], token[1:-1])}”"
    return SIGNS.get(token) or _name(token, law)


def _name(token: str, law: Law) -> str:
    if token in law.fields:
        return law.label(token)
    if token in OF_THE_CASE:
        return OF_THE_CASE[token]
    for prefix, shape in (("did_", "已办理“{}”"), ("n_", "“{}”的次数")):
        if token.startswith(prefix) and token.removeprefix(prefix) in law.kinds:
            return shape.format(law.title_of(token.removeprefix(prefix)))
    return token
