"""A law that the packs do not have: registered by one person, published by another, and citable from then on."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.norms import selectors, services
from mingjing.norms.audit import audit_norms
from mingjing.norms.services import NormRefused, law_code
from mingjing.packs.laws import Resolved, law_register
from mingjing.personnel.selectors import person
from tests.cast import BUREAU, ELSEWHERE

if TYPE_CHECKING:
    from mingjing.norms.models import NormDraft, NormTable

pytestmark = pytest.mark.usefixtures("cast")

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NAME = "舞钢市城区犬只管理条例"
TEXT = {"year": 2024, "number": "舞钢市人大公告第1号", "in_force": "2024-05-01", "articles": 30}


def law(**changed: Any) -> dict[str, Any]:
    """A local law as its form states it."""
    body = {"name": NAME, "level": "地方性法规", "in_force": "2024-05-01", "edition": [TEXT]}
    return {key: one for key, one in {**body, **changed}.items() if one is not None}


def drafted(body: dict[str, Any]) -> "NormDraft":
    code = law_code(str(body.get("name", "")))
    return services.prepare_draft(
        agency=BUREAU, kind="law", code=code, body=body, by=person("reviewer"), at=AT
    )


def published(body: dict[str, Any]) -> "NormTable":
    draft, head = drafted(body), person("head")
    services.check_draft(draft=draft.pk, agency=BUREAU, by=head, at=AT)
    return services.publish_draft(draft=draft.pk, agency=BUREAU, by=head, at=AT)


def ended(row: "NormTable", until: date) -> None:
    services.end_table(table=row.pk, agency=BUREAU, until=until, reason="废止", by=person("head"), at=AT)


def told(article: str = "第三条", on: date = date(2026, 6, 1), agency: str = BUREAU, name: str = NAME) -> str:
    """Why a citation leads nowhere; empty where it leads to a text in force."""
    answer = selectors.register_for(agency).resolve(name, article, on=on)
    return "" if isinstance(answer, Resolved) else answer.reason


def test_a_law_is_citable_from_its_publication_to_its_ending() -> None:
    """Refused and told where to register it; a draft changes nothing; published it is found; ended it is refused."""
    assert "“清单与基准”的“法规”中登记" in told()
    drafted(law())
    assert "没有收录" in told()
    row = published(law())
    assert told() == ""
    assert "共30条" in told("第三十一条")
    assert "尚未施行" in told(on=date(2024, 4, 30))
    assert "没有收录" in told(agency=ELSEWHERE)
    ended(row, date(2026, 5, 31))
    assert told(on=date(2026, 5, 31)) == ""
    assert "不再施行" in told(on=date(2026, 6, 1))
    assert list(audit_norms()) == []


def test_what_was_registered_last_is_the_law_with_all_its_texts() -> None:
    """A newer text is added by registering again; each registration stays as a version."""
    published(law())
    newer = {"year": 2026, "in_force": "2026-05-01", "articles": 40}
    published(law(edition=[TEXT, newer]))
    assert told("第三十五条") == ""
    assert "没有第35条" in told("第三十五条", on=date(2026, 4, 30))
    states = [(one.table.version, one.state) for one in selectors.tables_of(BUREAU, date(2026, 6, 1))]
    assert states == [("2", "in_force"), ("1", "followed")]


def test_a_mistaken_day_is_put_right_by_registering_again() -> None:
    """Also where the true day is earlier: a law is not a table that a newer one follows."""
    published(law())
    earlier = {**TEXT, "in_force": "2023-01-01"}
    published(law(in_force="2023-01-01", edition=[earlier]))
    assert told(on=date(2023, 6, 1)) == ""
    states = [(one.table.version, one.state) for one in selectors.tables_of(BUREAU, date(2026, 6, 1))]
    assert ("2", "in_force") in states


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "中华人民共和国行政处罚法"}, "已经收录"),
        ({"name": "行政处罚法（2031）"}, "已经收录"),
        ({"aliases": ["行政处罚法"]}, "已经收录《行政处罚法》"),
        ({"name": ""}, "没有写明法规名称"),
        ({"in_force": None}, "没有写明施行日期"),
        ({"in_force": "2024年5月1日"}, "施行日期"),
        ({"level": "条例"}, "地方性法规"),
        ({"edition": []}, "至少一个"),
        ({"edition": [{**TEXT, "year": "二〇二四"}]}, "年份"),
        ({"edition": [{**TEXT, "articles": 0}]}, "条数"),
        ({"edition": [{**TEXT, "in_force": "2024-02-30"}]}, "施行日期"),
        ({"until": "2020-01-01"}, "最后施行日"),
        ({"note": "摘自\x00网页"}, "看不见的控制字符"),
    ],
)
def test_an_entry_that_cannot_stand_is_refused_in_words(change: dict[str, Any], says: str) -> None:
    """Nothing is written; the message is for whoever filled the form. The twin without the slip is drafted."""
    with pytest.raises(NormRefused, match=says) as refused:
        drafted(law(**change))
    assert "登记的法规:" not in str(refused.value)
    assert selectors.drafts_of(BUREAU) == []
    assert drafted(law()).title == NAME


def test_two_own_laws_do_not_share_a_name() -> None:
    """An alias that is another's name would make a citation mean two things; another alias may stand."""
    published(law())
    other = "舞钢市养犬办法"
    with pytest.raises(NormRefused, match=f"另一部法规也叫《{NAME}》"):
        drafted(law(name=other, aliases=[NAME]))
    published(law(name=other, aliases=["养犬办法"]))
    assert told(name="养犬办法") == told(name=other) == ""


def test_the_laws_of_the_packs_stay_what_they_are() -> None:
    """Beside an own law, a shipped one is found as before; without any own law the register is the shipped one."""
    assert selectors.register_for(BUREAU) is law_register()
    published(law())
    register = selectors.register_for(BUREAU)
    assert register.find("行政处罚法") is law_register().find("行政处罚法")
    assert len(register.statutes) == len(law_register().statutes) + 1
