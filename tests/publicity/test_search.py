"""Searching what was published: Chinese words of any length, numbers however written, newest first, page by page."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.publicity import search, selectors
from mingjing.publicity.models import Publication
from mingjing.publicity.search import Wanted, grams, joined, split, words

ON = date(2026, 3, 20)
Publish = Callable[..., Publication]


@pytest.fixture
def publish(cast) -> Publish:
    """Write one publication as the services would, without its case."""

    def write(party: str, document_no: str = "", *texts: str, **columns: object) -> Publication:
        number = Publication.objects.count() + 1
        row = Publication.objects.create(
            **{
                "code": f"{number:020x}",
                "case_code": "c",
                "act_code": f"a{number}",
                "log_code": "l",
                "publication_act": f"p{number}",
                "agency": cast.bureau,
                "agency_name": cast.bureau.name,
                "kind": "penalty_decided",
                "kind_title": "行政处罚决定",
                "title": "擅自占用城市道路",
                "document_no": document_no,
                "party": party,
                "decided_on": date(2026, 3, 1) + timedelta(days=number),
                "published_at": datetime(2026, 3, 10, tzinfo=UTC),
                "body": [{"name": "party_name", "title": "当事人", "value": party, "masked": False}],
                "salt": b"",
                "commitment": "",
                **columns,
            }
        )
        search.index(row.pk, [row.document_no, row.agency_name, row.title, party, *texts])
        return row

    return write


def parties(text: str = "", **more: object) -> list[str]:
    return [entry.party for entry in selectors.found(Wanted(on=ON, text=text, **more)).entries]


@pytest.mark.parametrize(
    "text",
    [
        "宏发",
        "宏",
        "宏发置业",
        "置业有限公司",
        "91410481MA40000008",
        "91410481ma40",
        "舞城管罚决〔2026〕12号",
        "舞城管罚决[2026]12号",
        "舞城管罚决（２０２６）１２号",
        "罚决 〔2026〕 12",
        "宏发 道路",
        "城市道路管理条例",
        "鿏龘",
    ],
)
def test_a_decision_is_found_by_every_way_people_write_it(publish, text):
    """Two characters or one, part of a number, any brackets, several words: the decision is found, the other is not."""
    facts = ("91410481MA40000008", "《城市道路管理条例》第二十七条", "鿏龘𫝀")
    publish("舞钢市宏发置业有限公司", "舞城管罚决〔2026〕12号", *facts)
    publish("舞钢市顺达运输队", "舞城管罚决〔2026〕13号", title="擅自倾倒垃圾")

    assert parties(text) == ["舞钢市宏发置业有限公司"]


@pytest.mark.parametrize(
    "text", ["发宏", "宏业", "公司91410481", "“NEAR(宏 发)", "宏 OR 顺", "%", "宏发*达", "𫝁"]
)
def test_what_is_not_there_is_not_found(publish, text):
    """Characters out of order, words across two fields and the operators of a search engine find nothing."""
    publish("舞钢市宏发置业有限公司", "", "91410481MA40000008", "𫝀")

    assert parties(text) == ([] if words(text) else ["舞钢市宏发置业有限公司"])


def test_the_newest_come_first_and_every_page_follows_the_last(publish):
    """Forty-five decisions are three pages, none twice and none left out."""
    wanted = [f"第{number}号店" for number in range(45)]
    for name in wanted:
        publish(name)
    seen, after, counts = [], "", []
    while True:
        page = selectors.found(Wanted(on=ON, text="号店"), after=after)
        seen += [entry.party for entry in page.entries]
        counts.append(page.count)
        after = page.after
        if not after:
            break

    assert seen == wanted[::-1]
    assert counts == ["45", "", ""]


@pytest.mark.parametrize("newest", [0, 10, 1000])
def test_the_pages_are_the_same_wherever_the_database_looks_first(publish, monkeypatch, newest):
    """Looking through the newest rows first is quicker and finds nothing else."""
    monkeypatch.setattr(search, "NEWEST", newest)
    for number in range(50):
        publish(f"第{number}号店" if number % 2 else f"第{number}号摊")
    first = selectors.found(Wanted(on=ON, text="店"))
    second = selectors.found(Wanted(on=ON, text="店"), after=first.after)

    assert [one.party for one in first.entries] == [f"第{number}号店" for number in range(49, 10, -2)]
    assert [one.party for one in second.entries] == [f"第{number}号店" for number in range(9, 0, -2)]


def test_a_count_beyond_a_thousand_is_not_told(publish, monkeypatch):
    """Nobody needs it, and counting is what makes a search slow."""
    monkeypatch.setattr(selectors, "COUNT_LIMIT", 20)
    for number in range(22):
        publish(f"第{number}号店")

    assert selectors.found(Wanted(on=ON)).count == "1 000+"


def test_agency_and_days_narrow_the_search(publish, cast):
    """Each filter alone and all together."""
    publish("甲店", agency=cast.elsewhere, decided_on=date(2026, 3, 5))
    publish("乙店", decided_on=date(2026, 3, 5))
    publish("丙店", decided_on=date(2026, 3, 9))

    assert parties(agency="410482-urban") == ["甲店"]
    assert parties(since=date(2026, 3, 9)) == ["丙店"]
    assert parties(until=date(2026, 3, 5)) == ["乙店", "甲店"]
    assert parties("乙", since=date(2026, 3, 5), until=date(2026, 3, 5), agency="410481-urban") == ["乙店"]
    assert parties(agency="nowhere") == []


def test_what_is_taken_out_of_the_search_is_gone(publish):
    """The row stays, the search text goes."""
    row = publish("甲店")
    publish("乙店")
    search.forget(row.pk)

    assert parties() == ["乙店"]
    assert parties("甲店") == []


def test_what_has_ended_is_not_found(publish):
    """On its last day it is found, afterwards not."""
    publish("甲店", published_until=ON)
    publish("乙店", published_until=ON - timedelta(days=1))

    assert parties() == ["甲店"]
    assert parties("店") == ["甲店"]


@given(st.text(), st.text())
def test_no_text_breaks_the_search_forms(text, other):
    """Whatever is typed becomes letters and digits, and a word of one field never reaches into the next."""
    whole = joined([text, other])

    assert all(char.isalnum() for char in split(text))
    assert all(search.BOUNDARY not in gram for gram in grams(whole))
    assert split(split(text)) == split(text)
