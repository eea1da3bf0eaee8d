"""What the law says a document must state is on its pages, taken from the acts."""

import pytest

from tests.documents.story import (
    ARGUED,
    DECISION,
    FILING,
    LI,
    SPOT,
    WANG,
    ZHAO,
    decided,
    story,
    text_of,
    told,
)

COURT = "舞钢市人民法院"
GOVERNMENT = "舞钢市人民政府"


def test_a_decision_states_the_six_elements_of_article_59():
    """Party and address, facts and evidence, kind and basis, payment, remedies, agency and date; and the code."""
    text = text_of(story())

    for element in (
        "舞城管罚决〔2026〕12号",
        "当事人：舞钢市鑫源餐饮服务有限公司",
        "91410481MA3X8Y2K5T",
        "住所：舞钢市朱兰街道钢城路12号",
        "占用城市道路26.1平方米",
        "现场照片十二张",
        "《城市道路管理条例》第二十七条第一项、第三十条",
        "《城市道路管理条例》第四十二条第一项",
        "警告；",
        "罚款人民币3,000元（大写：叁仟元整）。",
        "15日内",
        "中国农业银行舞钢市支行（账号：16390101040012345）",
        "百分之三加处罚款",
        f"六十日内向{GOVERNMENT}申请行政复议",
        f"六个月内直接向{COURT}提起行政诉讼",
        "舞钢市城市管理局",
        "2026年4月1日",
        "（印章）",
        "依法向社会公示",
        "裁量标准第四十七项",
        "一般处罚",
    ):
        assert element in text, element


def test_a_decision_tells_how_the_defence_was_heard():
    """Each argument stands beside its answer, and whether it was accepted."""
    text = text_of(story())

    assert "《行政处罚事先告知书》（舞城管罚告〔2026〕12号）" in text
    assert "生意困难，请求从轻。经复核，本机关认为：裁量时已考虑及时清理的情节，对该意见不予采纳" in text
    assert "未提出陈述、申辩意见" not in text
    assert "在规定期限内未要求听证" in text


def test_a_decision_without_a_defence_says_that_there_was_none():
    """The twin of the test above: no argument, so the time limit passed unused."""
    notice_only = [act for act in story() if act.kind != "statement_recorded"]

    assert "在规定期限内未提出陈述、申辩意见" in text_of(notice_only)


def test_a_decision_without_a_notice_does_not_claim_one():
    """What no act recorded is not told."""
    filing, *_, decision = story()
    text = text_of([filing, decision])

    assert "事先告知情况：未载明" in text
    assert "告知你单位" not in text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (True, "百分之三加处罚款"),
        (False, "本机关不加处罚款"),
        (None, "到期不缴纳罚款是否加处罚款：未载明"),
    ],
)
def test_a_decision_says_whether_a_fine_is_added(told, words):
    """Added, not added, or nobody said: three different sentences, never a guess."""
    assert words in text_of(decided(added_fine_told=told))


def test_a_decision_without_a_fine_names_no_bank():
    """A warning alone is not paid."""
    text = text_of(decided(penalty_kinds=["warning"], fine_yuan=None))

    assert "警告。" in text
    assert "农业银行" not in text
    assert "加处罚款" not in text


def test_confiscated_goods_come_with_their_list():
    """The list is a sheet of its own, with a line for each thing and signatures."""
    goods = [{"goods_name": "无烟烧烤炉", "goods_quantity": "1台"}]
    text = text_of(decided(penalty_kinds=["confiscation_of_goods"], confiscated_goods=goods))

    assert "没收非法财物清单" in text
    assert "无烟烧烤炉1台／" in text
    assert "没收非法财物清单" not in text_of(story())


def test_a_list_can_come_from_an_earlier_act():
    """Goods preserved then are listed in the letter to the police now, without anybody typing them again."""
    goods = [{"goods_name": "无烟烧烤炉", "goods_quantity": "1台"}]
    kept = told("preservation_ordered", {"preserved_goods": goods})

    assert "无烟烧烤炉1台" in text_of(
        [*story(), kept, told("criminal_transferred", {"transferred_to": "公安局"})]
    )
    assert "无烟烧烤炉" not in text_of([*story(), told("criminal_transferred", {"transferred_to": "公安局"})])


def test_a_decision_on_the_spot_states_the_eight_elements_of_article_52():
    """Conduct, kind and basis, amount, time, place, remedies in their order, agency, officers."""
    text = text_of([told("on_the_spot_decided", SPOT)])

    for element in (
        "舞城管当罚〔2026〕7号",
        "410481199001011234",
        "住址：舞钢市垭口街道",
        "在人行道上随意倾倒生活垃圾",
        "《城市市容和环境卫生管理条例》第三十四条",
        "罚款人民币50元（大写：伍拾元整）",
        "作出决定的地点：舞钢市温州路",
        "作出决定的时间：2026年4月2日10时05分",
        "应当先申请行政复议",
        f"六十日内先向{GOVERNMENT}申请行政复议",
        f"十五日内向{COURT}提起行政诉讼",
        "王建国（执法证号：16041201001）、李晓燕（执法证号：16041201002）",
        "专用票据",
        "报所属机关备案",
    ):
        assert element in text, element
    assert "也可以自收到本决定书之日起六个月内直接" not in text


def test_a_citizen_and_a_company_are_addressed_each_in_its_way():
    """你 and 住址 for a citizen, 你单位 and 住所 for a company."""
    citizen, company = text_of([told("on_the_spot_decided", SPOT)]), text_of(story())

    assert "你单位" not in citizen
    assert "决定对你当场" in citizen
    assert "你单位可以自收到" in company
    assert "经营者" not in company


def test_a_receipt_names_the_document_it_served_with_its_number():
    """Title and number come from the act that was served."""
    served = told("document_served", {"service_document": "penalty_decided", "service_method": "direct"})
    text = text_of([*story(), served])

    assert "《行政处罚决定书》（舞城管罚决〔2026〕12号）" in text
    assert "直接送达" in text
    assert "2026年4月2日10时05分" in text


def test_a_record_shows_certificates_and_every_question():
    """Two officers by certificate number; question and answer in their order; what was shown and told."""
    facts = {
        "started_at": "2026-04-02T09:00+08:00",
        "ended_at": "2026-04-02T09:40+08:00",
        "act_place": "询问室",
        "person_questioned": "张昇珺",
        "credential_shown": True,
        "recusal_told": True,
        "answers": [{"question": "何时开始？", "answer": "二月底。\n三月一日添了炉子。"}],
    }
    text = text_of([*story(), told("inquiry_recorded", facts)])

    assert "询问时间：2026年4月2日9时00分至9时40分" in text
    assert "问：何时开始？答：二月底。三月一日添了炉子。" in text
    assert "王建国（执法证号：16041201001）" in text
    assert "已主动出示执法证件" in text
    assert "有权申请执法人员回避" in text
    assert "第1页共1页" in text


def test_what_an_act_states_for_itself_is_not_borrowed():
    """That the certificate was shown at one visit does not print it in the record of the next."""
    first = told("inspection_recorded", {"credential_shown": True, "act_place": "甲处"})
    second = told("inspection_recorded", {"act_place": "乙处"})
    text = text_of([*story(), first, second])

    assert "出示执法证件的情况：未载明" in text
    assert "甲处" not in text


def test_officers_named_in_facts_are_written_by_name():
    """A username never reaches paper."""
    text = text_of([told("filing_approved", FILING, (ZHAO,))])

    assert "王建国（执法证号：16041201001）" in text
    assert "wang" not in text


def test_a_hearing_is_named_as_open_or_closed():
    """The closed hearing gives its reason; the open one does not mention any."""
    facts = {"hearing_at": "2026-04-20T09:00+08:00", "hearing_host": "zhao", "hearing_recorder": "li"}
    opened = text_of([*story(), told("hearing_notified", {**facts, "hearing_public": True})])
    closed = {**facts, "hearing_public": False, "hearing_closed_reason": "涉及商业秘密"}

    assert "2026年4月20日9时00分" in opened
    assert "公开举行听证" in opened
    assert "不公开举行，理由：涉及商业秘密" in text_of([*story(), told("hearing_notified", closed)])


def test_no_fact_is_changed_by_being_composed():
    """Composing reads: the acts are afterwards what they were."""
    acts = story()
    text_of(acts)

    assert [dict(act.facts) for act in acts] == [dict(act.facts) for act in story()]
    assert acts[-1].performers == (WANG, LI)
    assert DECISION["fine_yuan"] == "3000"
    assert ARGUED["arguments"][0]["argument_accepted"] is False
