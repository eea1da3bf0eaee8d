"""Searching by what a publication is about: law and article, region, kind, result, days; and how hits divide."""

from datetime import date

import pytest

from mingjing.publicity import search, selectors
from mingjing.publicity.search import Wanted
from mingjing.publicity.terms import cited, day_marks, firm_code, law_word, needed, wide_region, words
from tests.publicity.rows import FIRM, publish

ON = date(2026, 3, 20)


def found(**asked) -> list[str]:
    return [entry.party for entry in selectors.found(Wanted(on=ON, **asked)).entries]


@pytest.fixture
def three(cast):
    """Two firms of one town and one of another, each with its own law, kind and result."""
    publish(cast.bureau, "甲公司", law="《城市道路管理条例》第二十七条、第四十二条", penalty="罚款、警告")
    publish(
        cast.bureau, "乙公司", law="《建筑法》第二条", kind="licence_granted", decided_on=date(2024, 7, 1)
    )
    publish(cast.elsewhere, "丙公司", law="《城市道路管理条例》第三十条", penalty="罚款")


@pytest.mark.parametrize(
    ("asked", "parties"),
    [
        ({"law": "城市道路管理条例"}, ["丙公司", "甲公司"]),
        ({"law": "《城市道路管理条例》 第42条"}, ["甲公司"]),
        ({"law": "城市道路管理条例第四十二条"}, ["甲公司"]),
        ({"law": "城市道路管理条例 第２７条"}, ["甲公司"]),
        ({"law": "城市道路管理条例第五条"}, []),
        ({"law": "公司"}, []),
        ({"region": "41"}, ["丙公司", "乙公司", "甲公司"]),
        ({"region": "410400"}, ["丙公司", "乙公司", "甲公司"]),
        ({"region": "410482"}, ["丙公司"]),
        ({"region": "42"}, []),
        ({"region": "不是代码"}, []),
        ({"kind": "licence_granted"}, ["乙公司"]),
        ({"kind": "licence"}, []),
        ({"result": "警告"}, ["甲公司"]),
        ({"result": "罚款", "region": "410481"}, ["甲公司"]),
        ({"since": date(2024, 1, 1), "until": date(2024, 12, 31)}, ["乙公司"]),
        ({"since": date(2024, 7, 1), "until": date(2024, 7, 1)}, ["乙公司"]),
        ({"since": date(2024, 7, 2), "until": date(2026, 3, 1)}, []),
        ({"since": date(1900, 1, 1)}, ["丙公司", "乙公司", "甲公司"]),
        ({"since": date(2026, 1, 2), "until": date(2026, 1, 1)}, []),
        ({"text": "公司", "law": "建筑法", "kind": "licence_granted"}, ["乙公司"]),
        ({"text": "罚决【2026】0０1 号"}, ["甲公司"]),
        ({"text": "舞城管罚决【2026】００1号"}, ["甲公司"]),
        ({"text": "markkdlicencegranted"}, []),
    ],
)
def test_a_search_is_narrowed_by_what_a_decision_is_about(three, asked, parties):
    """Each way finds what it names and nothing else, alone and with others."""
    assert found(**asked) == parties


def test_whoever_asks_row_by_row_is_told_the_same(three, cast):
    """The match in memory, by which mails are made, agrees with the database."""
    from mingjing.publicity.models import Publication  # noqa: PLC0415

    for asked in ({"text": "甲"}, {"law": "城市道路管理条例第30条"}, {"region": "4104"}, {"result": "警告"}):
        wanted = Wanted(on=ON, **asked)
        rows = Publication.objects.select_related("agency").order_by("-id")
        assert [row.party for row in rows if search.matches(wanted, search.terms_of_row(row))] == found(
            **asked
        )


def test_hits_divide_by_agency_kind_year_and_result(three, cast):
    """Every hit counts once for each of its results."""
    facets = selectors.found(Wanted(on=ON, text="公司")).facets

    assert dict(facets["agency"]) == {cast.bureau.code: 2, cast.elsewhere.code: 1}
    assert dict(facets["kind"]) == {"penalty_decided": 2, "licence_granted": 1}
    assert dict(facets["year"]) == {"2026": 2, "2024": 1}
    assert dict(facets["result"]) == {"罚款": 2, "警告": 1}


@pytest.mark.parametrize(("newest", "few"), [(2, 2), (2, 1000), (2000, 2000)])
def test_every_way_of_the_database_finds_the_same(cast, monkeypatch, newest, few):
    """Newest rows first, few hits sorted, many walked block by block: the same pages in the same order."""
    monkeypatch.setattr(search, "NEWEST", newest)
    monkeypatch.setattr(search, "FEW", few)
    rows = [publish(cast.bureau, f"第{number}号{'店' if number % 3 else '摊'}") for number in range(30)]
    first = selectors.found(Wanted(on=ON, text="店"))
    wanted = [f"第{number}号店" for number in range(29, -1, -1) if number % 3]

    assert [one.party for one in first.entries] == wanted[:20]
    assert (first.after, first.count) == ("", "20")
    later = selectors.found(Wanted(on=ON, text="店"), after=str(rows[6].pk))
    assert [one.party for one in later.entries] == wanted[-4:]


def test_a_withdrawn_one_is_found_by_nothing(cast):
    """Neither by words nor by any column: its terms are all taken out of the index."""
    row = publish(cast.bureau, "甲公司", law="《建筑法》第二条", penalty="罚款")
    publish(cast.bureau, "乙公司")
    search.forget(row.pk)

    for asked in ({"law": "建筑法"}, {"result": "罚款"}, {"text": "甲"}):
        assert found(**asked) == []
    assert found(region="41", kind="penalty_decided") == ["乙公司"]


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("《建筑法》", ["建筑法"]),
        ("《建筑法》第二条第一款、第三条", ["建筑法第二条第一款", "建筑法第三条"]),
        ("违反《甲条例》第一条和《乙办法》第二条规定", ["甲条例第一条", "乙办法第二条"]),
        ("没有引用", []),
    ],
)
def test_cited_articles_are_read_one_by_one(text, laws):
    """A second article belongs to the law before it."""
    assert list(cited(text)) == laws


def test_law_and_region_and_number_are_read_as_people_write_them():
    """Arabic figures of articles, trailing zeros of regions, zeros and brackets of numbers."""
    assert law_word("《行政处罚法》 第105条第2款") == "行政处罚法第一百零五条第二款"
    assert [wide_region(one) for one in ("410481", "410400", "41", "410000", "4", "x")] == [
        *("410481", "4104", "41", "41", "", "")
    ]
    assert words("豫环罚（２０２６）第００７号") == words("豫环罚〔2026〕7号")
    assert day_marks(None, None) == []


def test_a_code_is_looked_for_by_fours_and_a_long_name_by_every_second_pair():
    """Few terms that few entries have; a code of three figures goes by its pairs."""
    assert needed("914104") == ["four1410", "four4104", "four9141"]
    assert needed("舞钢市宏发置业有限公司") == ["业有", "发置", "市宏", "舞钢"]
    assert needed("有限公司") == ["公司", "有限", "限公"]
    assert needed("12号") == ["12", "2号"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({"party_uscc": FIRM}, FIRM),
        ({"party_uscc": FIRM, "party_kind": "个体工商户"}, FIRM),
        ({"party_uscc": FIRM, "party_kind": "自然人"}, ""),
        ({"party_uscc": "91410481MA4******8"}, ""),
        ({"party_uscc": "91410481000000087C"}, ""),
        ({}, ""),
    ],
)
def test_only_a_firm_with_a_whole_and_right_code_has_a_page(lines, code):
    """A person, a masked code and a wrong check digit have none."""
    body = [{"name": n, "title": n, "value": v, "masked": "*" in v} for n, v in lines.items()]

    assert firm_code(body) == code
