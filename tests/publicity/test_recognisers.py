"""Recognisers: what looks like personal data in free text is found, and what merely resembles it is left alone."""

import json
from collections import Counter

import pytest

from mingjing.publicity.recognisers import merged, occurrences, recognise


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
        ("位于建设路12号院3号楼2单元501室的住户", "address", "位于建设路12号院3号楼2单元501室"),
        ("经营者：邓星", "name", "邓星"),
        ("法定代表人(负责人)：欧阳建华，", "name", "欧阳建华"),
        ("证人王磊、张伟等", "name", "王磊"),
        ("当事人陈光拒绝签收", "name", "陈光"),
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


@pytest.mark.shared
def test_measured_recall_on_sentences_in_the_manner_of_decisions(shared, capsys):
    """Prints the recall for each kind; numbers that a person can be found by must all be found."""
    rows = json.loads((shared / "data" / "redaction" / "redaction_eval_50.json").read_text(encoding="utf-8"))
    hit, total, over = Counter(), Counter(), 0
    for row in rows:
        covered = {at for span in recognise(row["text"]) for at in range(span.start, span.end)}
        wanted: set[int] = set()
        for start, end, kind, _ in row["spans"]:
            if kind in {"ORG", "USCC", "STAFF"}:
                continue
            wanted |= set(range(start, end))
            total[kind] += 1
            hit[kind] += set(range(start, end)) <= covered
        over += bool(covered - wanted and not covered & wanted)
    with capsys.disabled():
        figures = "  ".join(f"{kind} {hit[kind]}/{total[kind]}" for kind in sorted(total))
        print(f"\nmasking recall on {len(rows)} sentences: {figures}; sentences masked without need: {over}")
    for kind in ("ID", "TEL", "BANK", "PLATE"):
        assert hit[kind] == total[kind]
    assert hit["PER"] / total["PER"] > 0.8


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
