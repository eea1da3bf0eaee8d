"""The corpus of planted defects: what people get wrong in files is found, and lawful files are left alone."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from mingjing.packs.corpus import (
    FALSE_ALARMS,
    FILES_EACH,
    RECALL,
    Outcome,
    corpus_table,
    lawful_files,
    read_defects,
    try_corpus,
)
from mingjing.packs.load import library, load_library
from mingjing.packs.source import PackError

LAWPACKS = Path(__file__).resolve().parents[2] / "lawpacks"
KINDS = 60  # kinds of defect that the corpus must hold at least


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return try_corpus(library())


def test_mechanical_defects_are_found_under_their_item_and_lawful_files_are_clean(outcome: Outcome) -> None:
    """At least 60 kinds, each in at least 5 files; recall 0.99, false alarms below 2 %."""
    assert len(outcome.defects) >= KINDS
    assert len({one.name for one in outcome.defects}) == len(outcome.defects)
    planted = Counter(trial.defect.name for trial in outcome.trials)
    assert min(planted[one.name] for one in outcome.defects) >= FILES_EACH, corpus_table(outcome)
    assert outcome.recall >= RECALL, corpus_table(outcome)
    assert outcome.false_alarms < FALSE_ALARMS, corpus_table(outcome)


def test_the_table_names_every_defect_with_what_was_planted_and_found(outcome: Outcome) -> None:
    table = corpus_table(outcome)
    assert all(defect.name in table for defect in outcome.defects)
    assert f"植入 {len(outcome.trials)} 处" in table


def test_a_defect_spoils_the_file_as_it_says() -> None:
    """What is dropped is gone, and nothing else is."""
    dropped = next(one for one in read_defects(library()) if one.name == "没有立案就作出处罚决定")
    file = next(one for one in lawful_files(library()) if one.head.procedure == "ordinary")
    acts = dropped.planted_in(file)
    assert acts is not None
    assert len(acts) < len(file.acts)
    assert all(one.kind != "filing_approved" for one in acts)


def test_a_file_without_the_act_is_not_counted() -> None:
    """A file decided on the spot has no hearing to spoil."""
    hearing = next(one for one in read_defects(library()) if one.name == "听证没有告知回避权利")
    plain = next(one for one in lawful_files(library()) if one.head.procedure == "summary")
    assert hearing.planted_in(plain) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[defect]]\nname = "甲"\nitem = "7"\ndo = [{ lose = "filing_approved" }]', "do 的每一步写一个动作"),
        ('[[defect]]\nname = "甲"\nitem = "7"\ndo = [{ drop = "filing_aproved" }]', "没有定义"),
        ('[[defect]]\nname = "甲"\nitem = "7"\n', "缺陷应当写明 do"),
        ('[[defect]]\nitem = "7"\ndo = [{ drop = "filing_approved" }]', "缺少“name”"),
    ],
)
def test_a_slip_in_the_corpus_is_told_with_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    copied = tmp_path / "lawpacks"
    shutil.copytree(LAWPACKS, copied)
    (copied / "cn/review/defects.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=told) as caught:
        read_defects(load_library(copied))
    assert str(caught.value).startswith("cn/review/defects.toml:")
