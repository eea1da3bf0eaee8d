"""Which column is which: the spellings of real tables, what is only proposed, and what is asked."""

import csv
from pathlib import Path

import pytest

from mingjing.exchange.headers import items, plain, propose, required
from mingjing.exchange.mapping import Rulings, mapping_file, proposal, read_rulings, settle
from mingjing.exchange.unreadable import Unreadable
from tests.exchange.sheets import HEADERS, reading_of


def _rows(shared: Path, name: str) -> list[dict[str, str]]:
    path = shared / "data" / "publicity_tables" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _column(header: str, *others: str):
    return propose([header, *others]).columns[0]


@pytest.mark.shared
def test_every_real_spelling_is_taken_for_what_it_is(shared: Path):
    """81 headings as one province's offices published them, misprints included, lead to their 19 items."""
    rows = _rows(shared, "header_variants_sichuan_tax_2018.csv")
    wrong = [
        (row["header_as_published"], _column(row["header_as_published"]).key, row["key"])
        for row in rows
        if _column(row["header_as_published"]).key != row["key"]
    ]
    assert (len(rows), len({row["key"] for row in rows})) == (81, 19)
    assert not wrong


@pytest.mark.shared
def test_published_tables_of_ten_years_are_read(shared: Path):
    """Of nine column schemas, those that hold every required item need nothing more than units and a nod."""
    complete = {
        row["schema"]: not propose(row["columns(|)"].split("|")).missing
        for row in _rows(shared, "schemas_as_published.csv")
    }
    assert len(complete) == 9
    assert [schema for schema, whole in complete.items() if whole] == ["E_beijing_fda_detail"]
    lacking = propose(
        next(
            row["columns(|)"] for row in _rows(shared, "schemas_as_published.csv") if row["schema"][0] == "A"
        ).split("|")
    )
    assert lacking.missing == ["“行政处罚决定书文号”"]


@pytest.mark.shared
def test_a_table_of_permits_is_not_read_as_penalties(shared: Path):
    """Half of its columns have the same names; it is refused by what it is."""
    permits = next(
        row["columns(|)"].split("|")
        for row in _rows(shared, "schemas_as_published.csv")
        if row["schema"][0] == "B"
    )
    with pytest.raises(Unreadable, match="行政许可公示表"):
        proposal(permits, Rulings())


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("CF_WSH", "decision_no"),
        ("cf_xdr_shxym", "uscc"),
        ("cfXdrZzjg", "org_code"),
        ("行政相对人名称 CF_XDR_MC", "party"),
        ("PENAM", "fine"),
        ("decision_date", "decision_date"),
    ],
)
def test_field_codes_and_our_own_names_are_known(header: str, key: str):
    """A data base's column names say as much as Chinese headings."""
    assert _column(header).key == key


@pytest.mark.parametrize(
    ("others", "key"),
    [((), "tax_code"), (("相对人代码-5",), "registration_no"), (("相对人代码_6",), "org_code")],
)
def test_a_bare_number_is_told_by_the_edition_and_still_asked(others: tuple[str, ...], key: str):
    """相对人代码－3 meant three things; the highest number in the table tells the edition, a person confirms."""
    column = _column("行政相对人代码-3", *others)
    assert (column.key, column.how) == (key, "ask")
    assert len(column.choices) > 1


def test_a_sum_without_a_unit_is_asked():
    """元 or 万元 is never guessed; a heading that says it, and the standard's own code, need no question."""
    assert _column("罚款金额").how == "ask"
    assert (_column("罚款金额(万元)").how, _column("罚款金额（万元）").unit) == ("same", "万元")
    assert _column("罚款金额(元)").unit == "元"
    assert _column("CF_NR_FK").unit == "万元"


def test_a_likeness_is_proposed_and_waits_for_a_nod():
    """A misprint is not taken for granted: the import stops until somebody has confirmed it."""
    headers = [header.replace("处罚事由", "出发事由") for header in (*HEADERS, "出发事由")]
    proposed = proposal(headers, Rulings())
    assert proposed.columns[-1].how == "near"
    with pytest.raises(Unreadable, match=r"要由您确认.*出发事由"):
        settle(proposed, Rulings(), accept_near=False)
    ruled = Rulings({"出发事由": ("", "")})
    assert settle(proposal(headers, ruled), ruled, accept_near=False).has("reason")


def test_an_unknown_column_is_left_out_and_does_no_harm():
    """A column nobody knows is shown and not imported."""
    assert reading_of([*HEADERS, "今天的天气"]).columns.keys() == reading_of(HEADERS).columns.keys()


def test_a_missing_column_refuses_the_whole_table():
    """Without decision numbers nothing can be told apart: nothing is read."""
    headers = [header for header in HEADERS if "文号" not in header]
    with pytest.raises(Unreadable, match=r"缺少必须的列.*行政处罚决定书文号"):
        reading_of(headers)
    assert reading_of(HEADERS).has("decision_no")


def test_two_columns_for_one_item_are_not_chosen_between():
    """Which of two 处罚依据 counts is for a person to say."""
    with pytest.raises(Unreadable, match="“处罚依据”有几列"):
        reading_of([*HEADERS, "行政处罚依据"])


def test_a_mapping_that_was_saved_is_read_back(tmp_path: Path):
    """What is written for a person to correct decides the next table of the same kind."""
    headers = [*(header for header in HEADERS if not header.startswith("罚款")), "罚款金额"]
    path = tmp_path / "对应.toml"
    path.write_text(mapping_file(proposal(headers, Rulings()), Rulings()), encoding="utf-8")
    reading = reading_of(headers, read_rulings(path))
    assert reading.unit("fine") == "万元"
    assert reading.columns.keys() == reading_of(HEADERS).columns.keys()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[columns]\n"a" = "nothing"', "没有这一项"),
        ('[columns]\n"a" = "fine"', "要写单位"),
        ('[columns]\n"a" = { key = "fine", unit = "角" }', "单位只能是"),
        ('[fixed]\nweather = "晴"', "只能写"),
        ("[columns", "写法有误"),
        ("[other]\nx = 1", "只能有"),
    ],
)
def test_a_faulty_mapping_file_says_where(tmp_path: Path, text: str, told: str):
    """A slip in the file is named, not skipped."""
    path = tmp_path / "对应.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=told):
        read_rulings(path)


def test_a_value_for_the_whole_table_stands_in_for_a_column():
    """A bureau's own table has no column for itself."""
    headers = [header for header in HEADERS if header != "处罚机关"]
    reading = reading_of(headers, Rulings({}, {"authority": "舞钢市城市管理局"}))
    assert reading.cell([""] * len(headers), "authority") == "舞钢市城市管理局"


def test_no_two_items_claim_one_name_and_every_requirement_exists():
    """The table of headings is consistent: otherwise every import would ask."""
    names = [name for item in items().values() for name in item.names]
    assert len(names) == len(set(names))
    codes = [code for item in items().values() for code in item.codes]
    assert len(codes) == len(set(codes))
    assert {key for group in required() for key in group} <= items().keys()
    assert plain("税务行政处罚处罚类别") == plain("处罚类别")


def test_the_page_lists_every_item():
    """Whoever writes a mapping file finds each key in the reference."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "import.md").read_text(
        encoding="utf-8"
    )
    assert not [item.key for item in items().values() if f"| `{item.key}` | {item.title} |" not in page]
