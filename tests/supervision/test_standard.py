"""Reading the file-review standard: a faulty one is refused with file and line."""

import pytest

from mingjing.packs.load import library
from mingjing.packs.review_standard import FILE, HUMAN, read_human, read_standard
from mingjing.packs.source import PackError, PackFile


def changed(old: str, new: str) -> PackFile:
    """The standard as it stands with one change."""
    text = library().file(FILE).text
    assert old in text
    return PackFile.parse(FILE, text.replace(old, new, 1))


def test_the_levels_of_the_packs_hold_at_their_edges() -> None:
    """Each level begins exactly at its figure; a veto is the lowest whatever the points."""
    standard = read_standard(library().file(FILE))
    titles = [standard.level_of(score, vetoed=False).title for score in (100, 90, 89, 75, 74, 60, 59, 0)]

    assert titles == ["优秀", "优秀", "良好", "良好", "合格", "合格", "不合格", "不合格"]
    assert standard.level_of(100, vetoed=True).title == "不合格"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('no = "V2"', 'no = "V1"', "V1 重复"),
        ("at_least = 75", "at_least = 95", "从高到低"),
        ("at_least = 75", 'at_least = "75"', "整数"),
        ("vetoed = true", "vetoed = false", "vetoed"),
        ('points = "0.5"', "points = 0.5", "points"),
        ("veto = true", "vito = true", "vito"),
        ('article = "第十六条第二项"', 'clause = "第十六条第二项"', "来源"),
    ],
)
def test_a_faulty_standard_is_refused_at_its_line(old: str, new: str, says: str) -> None:
    """A slip of the pen is told with file and line; the file as it stands is read."""
    with pytest.raises(PackError) as refused:
        read_standard(changed(old, new))

    assert says in refused.value.message
    assert refused.value.file == FILE
    assert refused.value.line > 1


def test_a_human_item_without_a_reason_is_refused() -> None:
    """Whoever leaves an item to people says why; the list of the packs does."""
    assert all(one.why for one in read_human(library().file(HUMAN)).values())

    with pytest.raises(PackError, match="why"):
        read_human(PackFile.parse(HUMAN, '[[item]]\nno = "V1"\ntitle = "主体"\n'))
