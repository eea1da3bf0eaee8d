"""The words of the law that rules quote, compared with the texts themselves."""

import re
from pathlib import Path

import pytest

from mingjing.packs.load import library

# Copies of one text differ in punctuation and spacing; the characters of the law do not.
_SETTING = re.compile(r"[\s，。、；：:,;.“”\"‘’《》（）()〔〕\[\]　]")

# Texts that the shared material does not hold; their words were compared with other publications by hand.
_NOT_AT_HAND = (
    "行政处罚法（1996）",
    "行政处罚法（2017）",
    "民事诉讼法（",
    "河南省行政处罚听证办法",
    "社会救助暂行办法",
    "工伤保险条例",
    "违反行政事业性收费和罚没收入收支两条线管理规定行政处分暂行规定",
)


def _bare(text: str) -> str:
    return _SETTING.sub("", text)


@pytest.fixture(scope="module")
def texts(shared: Path) -> str:
    """Every statute, regulation, normative document and notice at hand, as one text."""
    laws, notices = (
        sorted((shared / "data" / "laws").rglob("*.md")),
        sorted((shared / "sources").glob("*.txt")),
    )
    assert laws, "共享资料里没有法律文本"
    assert notices, "共享资料里没有通知"
    files = [*laws, *notices]
    return _bare("".join(file.read_text(encoding="utf-8", errors="ignore") for file in files))


def _pieces(quote: str) -> list[str]:
    return [piece for piece in map(_bare, re.split("…+", quote)) if piece]


def test_what_a_rule_quotes_stands_in_the_law(texts: str):
    """A version that claims to be verified quotes words that the text really has; an omission is written ……."""
    strange = [
        f"{rule.path}：{piece}"
        for rule in library().rules
        for version in rule.versions
        if version.source.verified and not version.source.law.startswith(_NOT_AT_HAND)
        for piece in _pieces(version.quote)
        if piece not in texts
    ]
    assert not strange, "\n".join(strange)


def test_most_quotations_are_compared():
    """The list of texts not at hand stays the exception, and no name on it is stale."""
    laws = [
        version.source.law for rule in library().rules for version in rule.versions if version.source.verified
    ]
    aside = [law for law in laws if law.startswith(_NOT_AT_HAND)]
    assert len(aside) < len(laws) / 4
    assert all(any(law.startswith(name) for law in aside) for name in _NOT_AT_HAND)


def test_a_changed_word_of_a_quotation_is_noticed(texts: str):
    """The comparison is no formality: one figure changed in the article on summary fines is not found."""
    article = "对公民处以二百元以下、对法人或者其他组织处以三千元以下罚款或者警告的行政处罚的，可以当场作出行政处罚决定"
    assert _bare(article) in texts
    assert _bare(article.replace("三千", "五千")) not in texts
