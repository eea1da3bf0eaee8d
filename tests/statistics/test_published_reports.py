"""Reports that real agencies published, held in our forms: their sums agree, or the cell that does not is named."""

import json
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.packs.load import library
from mingjing.packs.statistics_terms import read_statistics_terms
from mingjing.statistics.counting import Row, cells_of, classed, disagreements, written

SHARED = Path(os.environ.get("MINGJING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FACTS = SHARED / "data" / "annual_reports" / "annual_reports_facts.json"
pytestmark = pytest.mark.shared

# Our column -> how the facts call it.
QINGYUAN = {
    **{"warning": "警告通报批评", "fine": "罚款", "confiscation": "没收", "suspension": "暂扣降级"},
    **{"revocation": "吊销", "restriction": "限制经营", "closure": "停产关闭限业", "detention": "拘留"},
    **{"other": "其他", "total": "合计"},
}
WESTLAKE = {
    **{"warning": "警告", "fine": "罚款", "confiscation": "没收", "suspension": "暂扣"},
    **{"operation_suspension": "停产停业", "revocation": "吊销", "detention": "拘留", "other": "其他"},
    "total": "合计",
}


@pytest.fixture(scope="module")
def published():
    """The facts of the published reports by their id."""
    if not FACTS.exists():
        assert not os.environ.get("CI"), f"{FACTS} is missing, and with CI=true nothing is skipped"
        pytest.skip(f"no shared material: {FACTS}")
    return {one["id"]: one for one in json.loads(FACTS.read_text())}


@pytest.fixture(scope="module")
def terms():
    return read_statistics_terms(library(), region="410481", field="urban", agency="x")


def held(form, names, figures):
    """Put published figures into a form: an empty cell is nothing; none may be left over."""
    assert set(names) <= {one.code for one in form.columns}
    money = form.column("money").of and Decimal(str(figures["罚没金额_万元"])) * 10_000
    values = {code: Decimal(figures[name] or 0) for code, name in names.items()}
    assert set(figures) == {*names.values(), "罚没金额_万元"}
    return {**values, "money": money}


def test_qingyuan_2024_agrees_and_one_case_more_is_named(published, terms):
    """Nine classes add up to 108,156; the money is written as they wrote it; a wrong cell is told by name."""
    form = terms.tables["penalty_merged"]
    values = held(form, QINGYUAN, published["AR1"]["penalty"])
    assert disagreements(form, values) == []
    assert written(form.column("money"), values["money"]) == "1,753.79"
    (fault,) = disagreements(form, {**values, "fine": values["fine"] + 1})
    assert fault == "“合计”是 108156，各列之和是 108157，相差 -1"


def test_qingyuan_licences_need_not_balance(published, terms):
    """Granted and refused are not what was accepted, and no rule of ours says that they are."""
    names = {
        "applied": "申请",
        "accepted": "受理",
        "granted": "许可",
        "refused": "不予许可",
        "revoked": "撤销",
    }
    given = published["AR1"]["permit"]
    form = terms.tables["licence"]
    values = {one.code: Decimal(given[names[one.code]]) for one in form.columns}
    assert values["granted"] + values["refused"] != values["accepted"]
    assert disagreements(form, values) == []


def test_westlake_2022_with_empty_cells(published, terms):
    """Its form of before 2021 holds ten columns; empty cells are nothing; 31 + 54 + 59 = 144."""
    form = terms.tables["penalty_old"]
    values = held(form, WESTLAKE, published["AR2"]["penalty"])
    assert disagreements(form, values) == []
    assert written(form.column("money"), values["money"]) == "4.1"


def test_reports_of_nothing(published, terms):
    """Datong and Huangshi reported nothing: every cell of the form is 0 and it agrees."""
    for code in ("AR3", "AR4"):
        assert published[code]["penalty"] == {"all": 0}
    form = terms.tables["penalty"]
    values = {one.column.code: one.value for one in cells_of(form, [], {})}
    assert {value for value in values.values() if value is not None} == {0}
    assert disagreements(form, values) == []


def test_yongchuan_2022_by_its_two_procedures(published, terms):
    """68 and 881 make 949; what the page ran together beyond that is not guessed. 873.177 万元 is kept to the yuan."""
    solved = published["AR5"]["solved"]
    form = terms.tables["penalty"]
    values = {
        "summary": Decimal(solved["简易"]),
        "ordinary": Decimal(solved["一般"]),
        "total": Decimal(solved["合计"]),
    }
    balance = {**dict.fromkeys((one.code for one in form.columns if one.where.get("class")), None), **values}
    faults = disagreements(form, balance)
    assert [fault for fault in faults if "简易" in fault] == []
    assert any("“合计”是 949，各列之和是 0" in fault for fault in faults)  # its classes are not known to us
    assert any("前者 950" in one for one in disagreements(form, {**balance, "summary": Decimal(69)}))
    money = Decimal(str(solved["罚没金额_万元"])) * 10_000
    assert written(form.column("money"), money) == "8,731,770.00"


def test_the_transport_bureau_of_2021_as_far_as_its_page_can_be_read(published, terms):
    """AR6: 156 filed and closed, 65.07 万元, the order of 13 kinds; its classes ran together and are left unknown."""
    given = published["AR6"]["penalty"]
    form = terms.tables["penalty"]
    values = {
        **dict.fromkeys((one.code for one in form.columns), None),
        "filed": Decimal(given["立案"]),
        "closed": Decimal(given["结案"]),
        "money": Decimal(str(given["罚没金额_万元"])) * 10_000,
    }
    assert disagreements(form, values) == []
    assert written(form.column("money"), values["money"]) == "650,700.00"
    # A total that somebody reads out of the digits is held against classes that nobody knows, and is named.
    (fault,) = disagreements(form, {**values, "total": Decimal(152)})
    assert "“合计”是 152，各列之和是 0" in fault
    words = {
        **{"警告": "warning", "通报": "public_criticism", "罚款": "fine", "没收所得": "confiscation_of_gain"},
        **{
            "没收财物": "confiscation_of_goods",
            "暂扣": "licence_suspension",
            "降级": "qualification_downgrade",
        },
        **{"吊销": "licence_revocation", "限制经营": "operation_restriction", "停产": "operation_suspension"},
        **{"关闭": "closure_order", "限业": "occupation_restriction", "拘留": "detention"},
    }
    told = published["AR6"]["rule"].partition("order ")[2].split("<")
    assert ["other", *(words[one] for one in told)] == list(terms.severities["B"].kinds)


def test_the_civil_affairs_bureau_of_2023_and_its_campaigns(published, terms):
    """AR7: 13 and 31 make 44, and all of them came from campaigns: the share is 100; one from elsewhere is told."""
    given = published["AR7"]["penalty"]
    kinds = [name for name, number in given.items() for _ in range(number)]
    rows = [
        Row("penalties", 1, f"c{n}", f"a{n}", "penalty_decided", date(2023, 6, 1), {"penalty_kinds": ["fine"],
            "violation_kind": kind, "from": "campaign"}) for n, kind in enumerate(kinds)
    ]  # fmt: skip
    placed = classed(rows, terms.sources, terms.severity.kinds)
    whole = {one.column.code: one.value for one in cells_of(terms.tables["penalty"], placed, {})}
    assert (whole["total"], whole["fine"], whole["ordinary"]) == (44, 44, 44)
    shown = [one.shown for one in cells_of(_campaigns(terms, given), placed, {})]
    assert shown == ["13", "31", "44", "44", "100"]
    other = replace(placed[0], facts={**placed[0].facts, "from": "complaint"})
    assert [one.shown for one in cells_of(_campaigns(terms, given), [other, *placed[1:]], {})][-2:] == [
        "43",
        "98",
    ]


def _campaigns(terms, given):
    """A form of the two kinds, their total, those of campaigns and their share, as a region could write it."""
    count = replace(terms.tables["penalty"].column("fine"), unit="宗", decimals=0)
    columns = [
        *(replace(count, code=f"k{n}", where={"violation_kind": (name,)}) for n, name in enumerate(given)),
        replace(count, code="total", formula="total", where={}, of=("k0", "k1")),
        replace(count, code="campaign", where={"from": ("campaign",)}),
        replace(count, code="share", formula="share", where={}, of=("campaign", "total"), unit="%"),
    ]
    return replace(terms.tables["penalty"], columns=tuple(columns), balances=())


def test_two_regions_put_one_case_into_different_classes(terms):
    """Revoked and shut down: Datong's order, Shandong's, and Huangshi's order of the table, each as it published it."""
    facts = {"penalty_kinds": ["licence_revocation", "operation_suspension", "other"]}
    row = Row("penalties", 1, "c", "a", "penalty_decided", date(2026, 3, 2), facts)
    found = {}
    for order in ("A", "B", "D"):
        placed = classed([row], terms.sources, terms.severities[order].kinds)
        cells = cells_of(terms.tables["penalty"], placed, {})
        (found[order],) = [one.column.code for one in cells if one.column.where.get("class") and one.value]
    assert found == {"A": "licence_revocation", "B": "operation_suspension", "D": "other"}
