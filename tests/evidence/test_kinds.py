"""The list of legal kinds of evidence, as a pack gives it."""

from pathlib import Path

import pytest

from mingjing.packs.evidence_kinds import FILE, load_evidence_kinds
from mingjing.packs.source import PackError

LAWPACKS = Path(__file__).resolve().parents[2] / "lawpacks"
KIND = '[[kind]]\ncode = "a"\ntitle = "书证"\narticle = "第一条"\n'


def test_the_national_pack_names_the_eight_kinds_of_the_penalty_law():
    """Eight kinds, in the order of the article, each quoted there word for word."""
    kinds = load_evidence_kinds(LAWPACKS)

    assert list(kinds) == [
        "documentary",
        "physical",
        "audiovisual",
        "electronic",
        "testimony",
        "party_statement",
        "expert_opinion",
        "scene_record",
    ]
    assert all(kind.title in (LAWPACKS / FILE).read_text() for kind in kinds.values())


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "缺少证据种类"),
        (KIND + KIND, 5, "重复"),
        (KIND.replace("title", "titel"), 1, "有且只有"),
        (KIND.replace('"书证"', '""'), 1, "非空"),
        ("[[kind]\n", 1, "不是合法的 TOML"),
    ],
)
def test_a_faulty_list_is_an_error_naming_file_and_line(tmp_path, text, line, says):
    """The operator is led to the place; the same list without the fault is read."""
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text(KIND)
    assert list(load_evidence_kinds(tmp_path)) == ["a"]

    path.write_text(text)
    with pytest.raises(PackError, match=says) as fault:
        load_evidence_kinds(tmp_path)

    assert (fault.value.file, fault.value.line) == (FILE, line)
