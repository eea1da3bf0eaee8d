"""The public view: built from typed fields by their class, and nothing that is kept back shows up in any of it."""

from dataclasses import replace

import pytest

from bench.masking.planting import FIELDS, case
from mingjing.lawengine.model import Field
from mingjing.publicity.mask import PublicField, public_view, published, secrecy_of


def lines(facts: dict[str, object], party_kind: str, **more: object) -> dict[str, PublicField]:
    guard = secrecy_of(FIELDS, [facts], party_kind, **more)
    return {line.name: line for line in public_view(FIELDS, facts, party_kind, secrecy=guard)}


@pytest.mark.parametrize(
    ("name", "value", "party_kind", "shown"),
    [
        ("party_name", "张三丰", "citizen", "张某某"),
        ("party_name", "舞钢市好运来餐馆", "individual_business", "舞钢市好运来餐馆"),
        ("party_name", "舞钢市宏发置业有限公司", "organization", "舞钢市宏发置业有限公司"),
        ("party_representative", "李海峰", "organization", "李某某"),
        ("party_uscc", "91410481MA40000008", "organization", "91410481MA40000008"),
        ("party_address", "河南省舞钢市垭口街道温州路12号", "citizen", "河南省舞钢市***"),
        ("party_address", "河南省舞钢市垭口街道温州路12号", "organization", "河南省舞钢市垭口街道温州路12号"),
        ("place", "河南省舞钢市垭口街道温州路12号", "citizen", "河南省舞钢市***"),
        ("fine_yuan", "1234.5", "organization", "1,234.50元"),
        ("fine_yuan", "2000", "organization", "2,000元"),
        ("penalty_kinds", ["warning", "fine"], "citizen", "警告、罚款"),
        ("violation_ended_on", "2026-03-05", "citizen", "2026年3月5日"),
        ("corrected", True, "citizen", "是"),
        (
            "violated",
            [{"law": "城市道路管理条例", "article": "第二十七条"}],
            "citizen",
            "《城市道路管理条例》第二十七条",
        ),
    ],
)
def test_each_field_is_shown_by_its_class_for_this_kind_of_party(name, value, party_kind, shown):
    """Public as it stands, masked masked, in words that people read."""
    assert lines({name: value}, party_kind)[name].value == shown


@pytest.mark.parametrize(
    "name", [name for name in FIELDS if published(FIELDS[name], "citizen") == "internal"]
)
def test_what_is_internal_is_not_there_at_all(name):
    """Not even its title is published."""
    value = [{}] if FIELDS[name].type == "rows" else "x"

    assert lines({name: value}, "citizen") == {}


def test_a_fact_that_no_vocabulary_knows_is_never_shown():
    """Only typed fields are published."""
    assert lines({"nickname": "三哥"}, "citizen") == {}


@pytest.mark.parametrize("kind", ["id_number", "phone", "person", "people"])
def test_numbers_and_accounts_of_people_stay_inside_even_if_a_pack_calls_them_public(kind):
    """A slip in a pack does not publish an identity number."""
    slip = Field(name="slip", title="疏忽", type=kind, publish={"default": "public"})

    assert public_view({"slip": slip}, {"slip": "410481199001011234"}, "citizen") == []


def test_a_name_kept_back_in_one_field_is_masked_in_the_text_of_another():
    """The witness is named in the facts: he is masked there, the law and the document number are not."""
    facts = {
        "witness_name": "周敏",
        "person_questioned": "庄建邦",
        "person_phone": "13805126677",
        "violation_facts": (
            "见证人周敏在场，庄建邦（13805126677）承认违反《城市道路管理条例》，见舞城管罚告〔2026〕3号。"
        ),
    }
    line = lines(facts, "organization")["violation_facts"]

    assert (
        line.value == "见证人周某在场，庄某某（***）承认违反《城市道路管理条例》，见舞城管罚告〔2026〕3号。"
    )
    assert line.masked
    assert [line.original[span.start : span.end] for span in line.spans] == ["周敏", "庄建邦", "13805126677"]


def test_the_name_of_a_firm_stays_whole_although_its_owner_is_in_it():
    """The registered name of a business is public; alone, the owner's name is not."""
    facts = {
        "party_name": "舞钢市李海峰便民超市",
        "party_representative": "李海峰",
        "violation_facts": "舞钢市李海峰便民超市经营者李海峰将货物摆出店外。",
    }
    shown = lines(facts, "individual_business")

    assert shown["party_name"].value == "舞钢市李海峰便民超市"
    assert shown["violation_facts"].value == "舞钢市李海峰便民超市经营者李某某将货物摆出店外。"


def test_a_business_that_bears_nothing_but_its_owners_name_is_masked_like_him():
    """Without a firm name the party is a natural person's name, and that is masked."""
    facts = {"party_name": "李海峰", "party_representative": "李海峰"}

    assert lines(facts, "individual_business")["party_name"].value == "李某某"


def test_the_premises_of_a_firm_stay_public_though_papers_were_served_there():
    """The same address, kept back as the place of service and public as that of the firm, is public."""
    address = "舞钢市石漫滩大道8号"
    facts = {"place": address, "service_place": address, "violation_facts": f"在{address}堆放建材。"}

    assert lines(facts, "organization")["violation_facts"].value == f"在{address}堆放建材。"
    assert lines(facts, "citizen")["violation_facts"].value == "在舞钢市***堆放建材。"


def test_a_table_of_arguments_reads_line_by_line():
    """Long texts stand on lines of their own."""
    row = {"argument_text": "已及时清理。", "argument_answer": "已从轻。", "argument_accepted": True}
    shown = lines({"arguments": [row]}, "organization")["arguments"].value

    assert shown == "陈述、申辩意见：已及时清理。\n复核意见及理由：已从轻。\n是否采纳：是"


@pytest.mark.parametrize("spaced", ["邓 和 长", "邓　和　长", "邓·和·长"])
def test_a_secret_is_found_however_it_is_spaced(spaced):
    """Blanks between the characters of a name do not make it public."""
    facts = {"party_representative": "邓和长", "violation_facts": f"其经理{spaced}在场。"}

    assert "和" not in lines(facts, "organization")["violation_facts"].value


def test_words_that_a_person_marks_are_hidden_everywhere():
    """What no rule can know, a person marks: even the name of a firm that is otherwise public."""
    facts = {"party_name": "宏发公司", "violation_facts": "宏发公司向村里出售，配方为秘方七号。"}
    shown = lines(facts, "organization", marks=["秘方七号", "宏发公司"])

    assert shown["violation_facts"].value == "***向村里出售，配方为***。"
    assert shown["party_name"].value == "***"


def test_columns_of_a_table_go_by_their_own_class():
    """Public columns are shown, masked ones masked, internal ones left out."""
    facts = {
        "confiscated_goods": [
            {"goods_name": "烧烤架", "goods_quantity": "2个", "goods_storage": "温州路仓库"},
            {"goods_name": "张三丰的三轮车", "goods_quantity": "1辆"},
        ],
        "witness_name": "张三丰",
    }
    line = lines(facts, "citizen")["confiscated_goods"]

    assert line.value == "1. 物品名称：烧烤架；数量：2个\n2. 物品名称：张某某的三轮车；数量：1辆"
    assert line.masked
    assert "仓库" not in line.original
    assert [line.original[span.start : span.end] for span in line.spans] == ["张三丰"]


def test_people_of_the_agency_are_masked_in_the_text():
    """Names of everybody else than the party are kept back, those of officers too."""
    shown = lines({"violation_facts": "执法人员王建国到场。"}, "citizen", people=["王建国"])

    assert shown["violation_facts"].value == "执法人员王某某到场。"


# --- the canary -------------------------------------------------------------------------------------


def test_nothing_that_is_kept_back_appears_anywhere_in_the_view():
    """The canary: what was planted is gone from every line; `python -m bench canary` tries ten thousand cases."""
    for seed in range(100):
        planted = case(seed)

        assert planted.view()
        assert planted.leaks() == [], seed


def test_the_canary_would_sing():
    """A secret that nobody keeps back is found: the count of leaks can be other than nought."""
    planted = case(1)
    careless = replace(planted, secrets=(*planted.secrets, planted.view()[0].value))

    assert careless.leaks()
