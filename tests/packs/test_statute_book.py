"""Law by law and article: what follows from it, and which citations lead to no text in force on the day."""

from datetime import date

import pytest

from mingjing.packs.laws import law_register
from mingjing.packs.load import library
from mingjing.packs.statute_book import faulty_citations, statute_book

SPRING, AUTUMN = date(2026, 3, 2), date(2026, 9, 1)
AIR = [{"law": "大气污染防治法", "article": "第一百一十七条"}]


def faults(cited: object, *days: date) -> dict[str, list[str]]:
    """What is wrong with these citations."""
    return faulty_citations(law_register(), {"violated": cited}, ["violated"], days=days)


def test_an_article_gives_the_rules_that_rest_on_it() -> None:
    """Article 51 of the penalty law: what may be decided on the spot, in the words of the article."""
    book = statute_book(library().rules, law_register())
    article = book["行政处罚法"].articles[51]
    assert "cn.penalty.on_the_spot_fine_ceiling" in {one.rule.id for one in article.consequences}
    assert any("当场作出行政处罚决定" in quote for quote in article.quotes)
    numbers = [one.number for one in book["行政处罚法"].in_order() if one.number]
    assert numbers == sorted(numbers)


def test_no_rule_is_lost_on_the_way_into_the_book() -> None:
    """Every rule rests on at least one registered law."""
    book = statute_book(library().rules, law_register())
    found = {
        one.rule.id
        for chapter in book.values()
        for article in chapter.articles.values()
        for one in article.consequences
    }
    assert found == {rule.id for rule in library().rules}


def test_a_repealed_law_is_no_basis_unless_the_conduct_is_older() -> None:
    """生态环境法典 took its place on 2026-08-15; 从旧兼从轻 lets the older law count for older conduct."""
    told = faults(AIR, AUTUMN)["violated"][0]
    assert "生态环境法典" in told
    assert faults(AIR, SPRING) == {}
    assert faults(AIR, AUTUMN, SPRING) == {}


@pytest.mark.parametrize(
    ("law", "article", "told"),
    [
        ("行政处罚法", "第九十九条", "没有第99条"),
        ("行政处罚法（2017）", "第三条", "已被2021年的文本取代"),
        ("星际航行法", "第一条", "没有收录《星际航行法》"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_reason(law: str, article: str, told: str) -> None:
    assert told in faults([{"law": law, "article": article}], SPRING)["violated"][0]


@pytest.mark.parametrize(
    ("law", "article"),
    [
        ("行政处罚法", "第五十一条"),
        ("中华人民共和国行政处罚法（2021）", "第八十六条"),
        ("行政强制法", "第七十一条"),
    ],
)
def test_what_leads_to_a_text_in_force_is_let_pass(law: str, article: str) -> None:
    assert faults([{"law": law, "article": article}], SPRING) == {}


def test_what_is_no_citation_is_left_alone() -> None:
    assert faults(None, SPRING) == {}
    assert faults("文字", SPRING) == {}
