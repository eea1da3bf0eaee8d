"""How the penalised natural person's name is written: set by the packs with its source, changed by region or agency."""

from dataclasses import replace

import pytest

from mingjing.packs.load import Library, Pack, library
from mingjing.packs.naming import NAME, check_naming, naming_terms, read_naming
from mingjing.packs.source import PackError, PackFile

LOCAL = """
[names]
style = "full"
fields = ["party_name"]
law = "某省行政处罚结果信息网上公开暂行办法"
article = "第七条"
quote = "被处罚人以外的自然人姓名应当隐去"
"""


def shelf(scope: str, text: str) -> Library:
    """The shipped packs with one more file in a scope, new or there already."""
    whole = library()
    found = whole.packs.get(scope) or Pack(scope, scope, "1", whole.packs["cn"].released, "", ())
    file = PackFile.parse(f"{scope}/{NAME}", text)
    return replace(whole, packs={**whole.packs, scope: replace(found, files=(*found.files, file))})


def test_without_a_word_of_its_own_an_agency_writes_names_in_part():
    """The national default is the stricter one, it names what it rests on, and does not claim to be settled."""
    found = naming_terms(region="410481", field="urban", agency="410481-urban")

    assert (found.style, found.fields) == ("partly", ("party_name",))
    assert found.source.cite() == "《个人信息保护法（2021）》第三十四条"
    assert not found.source.verified


@pytest.mark.parametrize(
    ("scope", "region", "style"),
    [
        ("33", "330102", "full"),
        ("33", "410481", "partly"),
        ("agency/410481-urban", "410481", "full"),
        ("field/urban", "500000", "full"),
    ],
)
def test_a_province_a_field_or_an_agency_decides_otherwise_for_itself_alone(scope, region, style):
    """The narrowest scope that says anything binds; its neighbours keep the default."""
    found = read_naming(shelf(scope, LOCAL), region, "urban", "410481-urban")

    assert found.style == style


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("full", "whole", "full、partly、surname"),
        ('["party_name"]', '["witness_phone"]', "witness_phone"),
        ('["party_name"]', "[]", "fields 要写姓名字段"),
        ('article = "第七条"', "", "缺少“article”"),
        ("quote", "qoute", "不认识的键“qoute”"),
    ],
)
def test_a_slip_in_a_local_file_is_told_by_file_and_line(old, new, told):
    """Before anybody publishes with it, and in the check of the packs; as written it has no fault."""
    assert check_naming(shelf("33", LOCAL)) == []
    packs = shelf("33", LOCAL.replace(old, new, 1))

    (fault,) = check_naming(packs)
    assert told in fault
    assert fault.startswith(f"33/{NAME}:")
    with pytest.raises(PackError, match=r"33/publicity/names\.toml"):
        read_naming(packs, "330102", "urban", "")
