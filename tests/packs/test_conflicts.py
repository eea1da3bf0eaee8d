"""The conflicts of law: each decided, from two sources in their own words, and carried out by rules that exist."""

import re
from pathlib import Path

import pytest

from mingjing.packs.conflicts import conflicts_of, read_conflicts
from mingjing.packs.laws import law_register
from mingjing.packs.load import library
from mingjing.packs.source import PackError
from tests.packs.shelf import with_files

_SETTING = re.compile(r"[\s，。、；：:,;.“”\"‘’《》（）()〔〕\[\]　]")
# Compared with other publications by hand; the shared material does not hold the text.
_NOT_AT_HAND = "河南省行政处罚听证办法"

SOUND = """
[[conflict]]
id = "C1"
question = "多久"
decision = "三日"
reason = "上位法"
rules = ["cn.publicity.withdrawn_within"]
[[conflict.source]]
law = "甲法"
article = "第一条"
words = "三日"
[[conflict.source]]
law = "乙法"
article = "第二条"
words = "五日"
"""


def test_all_eighteen_conflicts_are_decided():
    """Every conflict of the summary of law has a decision, a reason and something that carries it out."""
    conflicts = read_conflicts(library())
    assert [conflict.id for conflict in conflicts] == [f"C{number}" for number in range(1, 19)]
    assert all(conflict.rules or (conflict.elsewhere and conflict.issue) for conflict in conflicts)


def test_a_verified_source_is_in_the_register():
    """What is called verified rests on a law that can be looked up."""
    unknown = [
        f"{conflict.id}：{side.law}"
        for conflict in read_conflicts(library())
        for side in conflict.sources
        if side.verified and law_register().find(side.law) is None
    ]
    assert not unknown


def test_the_words_of_a_verified_source_stand_in_the_text(shared: Path):
    """Quotations are compared with the texts at hand; punctuation and spaces do not count."""
    texts = [*(shared / "data" / "laws").rglob("*.md"), *(shared / "sources").glob("*.txt")]
    whole = _SETTING.sub("", "".join(path.read_text(encoding="utf-8", errors="ignore") for path in texts))
    pieces = [
        (conflict.id, _SETTING.sub("", piece))
        for conflict in read_conflicts(library())
        for side in conflict.sources
        if side.verified and not side.law.startswith(_NOT_AT_HAND)
        for piece in re.split("…+", side.words)
    ]
    assert len(pieces) > 20
    assert [piece for piece in pieces if piece[1] not in whole] == []


def test_a_rule_leads_to_the_conflicts_it_carries_out():
    """The page of a rule can show why it is as it is."""
    found = conflicts_of(read_conflicts(library()), "cn.publicity.withdrawn_within")
    assert [conflict.id for conflict in found] == ["C6", "C7"]
    assert conflicts_of(read_conflicts(library()), "cn.penalty.under_14_not_penalised") == ()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (SOUND.replace("withdrawn_within", "withdrawn_at_once"), "不存在"),
        (SOUND.replace('decision = "三日"\n', ""), "decision"),
        (SOUND.replace('rules = ["cn.publicity.withdrawn_within"]\n', ""), "没有规则的写 elsewhere"),
        (SOUND[: SOUND.rindex("[[conflict.source]]")], "至少要写两个来源"),
        (SOUND + SOUND, "重复"),
        (SOUND.replace("reason", "because"), "不认识的键"),
        (SOUND, None),
    ],
)
def test_a_faulty_conflict_is_refused_with_its_line(written: str, told: str | None):
    """An undecided conflict or one naming an unknown rule is refused where it stands; a sound one is read."""
    shelf = with_files({"cn/conflicts.toml": written})
    if told is None:
        assert [conflict.decision for conflict in read_conflicts(shelf)] == ["三日"]
        return
    with pytest.raises(PackError, match=told) as fault:
        read_conflicts(shelf)
    assert fault.value.file == "cn/conflicts.toml"


def test_the_figures_of_a_decision_are_those_of_its_rules():
    """What a conflict says was decided is what the rules do."""
    conflicts = {conflict.id: conflict for conflict in read_conflicts(library())}
    terms = {rule.id: rule.versions[-1].raw for rule in library().rules}
    province = terms["41.penalty.hearing_threshold_fine"]
    market = terms["field.market.penalty.hearing_threshold_fine"]
    assert conflicts["C2"].figures == {
        "henan_citizen_yuan": province["citizen"],
        "henan_organization_yuan": province["organization"],
        "market_citizen_yuan": market["citizen"],
        "market_organization_yuan": market["organization"],
    }
    assert conflicts["C5"].figures == {
        "days": terms["cn.penalty.announcement_period"]["at_least"],
        "ministry_days": terms["field.civil.penalty.announcement_period"]["at_least"],
    }
    assert conflicts["C7"].figures["working_days"] == terms["cn.publicity.withdrawn_within"]["amount"]
    assert conflicts["C15"].figures["yuan"] == terms["cn.execution.small_fine_collection_ceiling"]["at_most"]
    assert conflicts["C17"].figures["days"] == terms["cn.penalty.decided_within"]["amount"]


@pytest.mark.parametrize("field", ["market", "urban", "civil", "transport", "agriculture"])
def test_the_lower_threshold_of_a_hearing_stays_in_force_where_two_meet(field: str):
    """In Henan no field's pack takes the place of the province's lower figure (conflict C2)."""
    rules = {rule.id for rule in library().law(region="410481", field=field).rules}
    assert "41.penalty.hearing_threshold_fine" in rules
    assert ("field.market.penalty.hearing_threshold_fine" in rules) is (field == "market")
