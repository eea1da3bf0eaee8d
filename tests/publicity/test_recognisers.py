"""Recognisers: what looks like personal data in free text is found, and what merely resembles it is left alone."""

from datetime import date

import pytest

from mingjing.publicity.recognisers import findings, merged, occurrences, recognise


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in merged(recognise(text))]


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("公民身份号码：110101199003077571，", "id", "110101199003077571"),
        ("号码430321 19710615 1289在卷", "id", "430321 19710615 1289"),
        ("身份证410482750612301号", "id", "410482750612301"),
        ("护照号EJ1234567", "id", "EJ1234567"),
        ("联系电话13800001111", "phone", "13800001111"),
        ("手机+86 138 0512 6677", "phone", "+86 138 0512 6677"),
        ("电话0375-8123456转", "phone", "0375-8123456"),
        ("电话：64990077", "phone", "64990077"),
        ("账号：6228480402564890018", "account", "6228480402564890018"),
        ("转入6228480402564890018后", "account", "6228480402564890018"),
        ("豫D12345号货车", "plate", "豫D12345"),
        ("湘BF64880比亚迪", "plate", "湘BF64880"),
        ("邮箱hongfa_fruit@163.com为", "contact", "hongfa_fruit@163.com"),
        ("微信号wxid_hongfa2019，", "contact", "wxid_hongfa2019"),
        ("住址：河南省舞钢市垭口街道温州路12号，", "address", "河南省舞钢市垭口街道温州路12号"),
        ("家住荥阳市高村乡枣树沟村，", "address", "荥阳市高村乡枣树沟村"),
        ("位于建设路12号院3号楼2单元501室的住户", "address", "建设路12号院3号楼2单元501室"),
        ("经营者：邓星", "name", "邓星"),
        ("法定代表人(负责人)：欧阳建华，", "name", "欧阳建华"),
        ("证人王磊、张伟等", "name", "王磊"),
        ("当事人陈光拒绝签收", "name", "陈光"),
        ("电话（0375）8123456转802", "phone", "（0375）8123456转802"),
        ("手机１３８００００１１１１", "phone", "１３８００００１１１１"),
        ("号码1 3 8 0 0 0 0 1 1 1 1", "phone", "1 3 8 0 0 0 0 1 1 1 1"),
        ("豫AD12345的小客车", "plate", "豫AD12345"),
        ("豫D1234挂", "plate", "豫D1234挂"),
        ("持EJ1234567号护照入境", "id", "EJ1234567"),
        ("网名“小店”（zhang49447）", "contact", "zhang49447"),
        ("在纺织厂宿舍3排21号", "address", "纺织厂宿舍3排21号"),
        ("法定代表人：邓  和  长     地址", "name", "邓  和  长"),
        ("本案由高 秀举报", "name", "高 秀"),
        ("牧民那仁朝克图承认", "name", "那仁朝克图"),
        ("涉案房屋系王怡飞所有", "name", "王怡飞"),
        ("被询问人买买提·吐尔逊，男", "name", "买买提·吐尔逊"),
    ],
)
def test_personal_data_is_found(text, kind, secret):
    """Each kind of personal data is found in the words that usually surround it."""
    assert (kind, secret) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "依据《中华人民共和国行政处罚法》第五十八条第一款第（三）项",
        "舞城管罚决〔2026〕12号",
        "批号：240806，生产日期：2024-08-07",
        "执法证号：16050112035",
        "编号：51511400002024071800000043",
        "工单编号20230901004567",
        "罚款78248.34元，合计105144.42元",
        "“王老吉”“李锦记”“马应龙”均在保质期内",
        "统一社会信用代码：92410182MALB10377E",
        "高峰路、太平街、张家巷三处",
        "GB 8978-1996表4一级标准",
        "登记证号：51350400MJC123456K",
        "“周大福”“王守义”等商标的石材",
        "汤山大道与常德路交叉口",
        "批号为3188828021323284",
        "温度计显示冷藏柜温度为12摄氏度，高于标示的贮存条件",
        "经营场所：舞钢市建设路12号商务大厦3楼2单元501室",
        "《张三食品安全承诺书》以外的《食品安全法》",
    ],
)
def test_what_only_resembles_personal_data_is_left_alone(text):
    """Laws, document and batch numbers, amounts, brands and streets stay readable."""
    assert found(text) == []


def test_a_name_found_once_is_found_wherever_it_stands():
    """The second mention carries no label, and is hidden all the same."""
    text = "经营者：邓星。经查，邓星于当日将货物售出。"

    assert found(text) == [("name", "邓星"), ("name", "邓星")]


def test_an_identity_number_with_a_wrong_check_digit_is_hidden_too():
    """A slip of the pen in a number does not make it public: a date of birth inside is enough."""
    assert found("号码410481196511031429") == [("id", "410481196511031429")]


def test_an_ordinary_long_number_is_no_identity_number():
    """Eighteen digits without check digit and date of birth are a number of something else."""
    assert found("流水410481999999991429") == []


@pytest.mark.parametrize("secret", ["-" * 12 + "x", "甲" + "·" * 20 + "乙", "." * 30])
def test_a_secret_of_marks_is_looked_for_in_no_time(secret):
    """Marks of the secret and marks put between are not tried in every division: that would not end in years."""
    text = "-" * 300 + "." * 300 + "·" * 300
    assert secret in text or list(occurrences(text, secret, "all")) == []
    assert [text[span.start : span.end] for span in occurrences(f"在{secret}处", secret, "all")]


def test_a_secret_is_found_with_other_marks_than_its_own():
    """A number written with dashes is the same number without them; a single letter is no pattern for everything."""
    assert [span.start for span in occurrences("电话13800138000。", "138-0013-8000", "phone")] == [2]
    assert list(occurrences("甲乙", "甲-", "all")) == []


def test_where_it_is_not_sure_a_person_is_asked_to_look():
    """What may be a name and may be none is a hint; what is surely one is none."""
    found = findings("方某以外，另有文以对告知内容无异议；当事人陈光到场。")
    text = "方某以外，另有文以对告知内容无异议；当事人陈光到场。"

    assert [text[one.start : one.end] for one in found.spans] == ["陈光"]
    assert not {one.start for one in found.hints} & {one.start for one in found.spans}


def test_a_place_in_the_original_is_given_though_blanks_were_left_out():
    """Blanks inside a name belong to what is hidden, and nothing beside it does."""
    text = "见证人吴 思 辉到场，电话１３８ ００００ １１１１。"

    assert found(text) == [("name", "吴 思 辉"), ("phone", "１３８ ００００ １１１１")]


def test_a_child_is_hidden_whole_with_age_and_school():
    """A stated age makes a name that of a child: it is hidden everywhere, and so is what would lead to the child."""
    text = "学生王小雨（12岁）就读于育才小学三年级（2）班。王小雨在场，监护人王建国到场。"
    spans = [(one.kind, text[one.start : one.end]) for one in merged(recognise(text, date(2026, 3, 4)))]

    assert [kind for kind, part in spans if part == "王小雨"] == ["minor", "minor"]
    assert ("minor", "12岁") in spans
    assert [kind for kind, part in spans if "育才小学" in part] == ["minor"]
    assert ("name", "王建国") in spans


@pytest.mark.parametrize(("on", "kind"), [(date(2026, 3, 3), "minor"), (date(2026, 3, 5), "name")])
def test_who_comes_of_age_is_a_child_until_then(on, kind):
    """The day decides: one day before the eighteenth birthday a child, one day after it none."""
    text = "店员王小雨（2008年3月4日出生）在场。"

    assert (kind, "王小雨") in [(one.kind, text[one.start : one.end]) for one in merged(recognise(text, on))]


def test_children_in_general_are_no_secret():
    """Who sells to children is told that he did: nobody is named."""
    assert found("不得向未成年人出售烟酒，适用年龄3岁以上的儿童玩具") == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [("卡号６２－２２abＣ", "6222ABc"), ("户名ＬＩ·ming到场", "Li Ming"), ("李　-　明到场", "李明")],
)
def test_a_secret_is_found_in_any_width_and_case(text, secret):
    """Full or half width, capitals or small letters, marks in between: it is the same word, and its place is exact."""
    (span,) = occurrences(text, secret, "all")

    assert text[span.start : span.end] == text.removeprefix("卡号").removeprefix("户名").removesuffix("到场")
    assert list(occurrences(text, secret[::-1], "all")) == []
