"""Reading places: what their words name, what they do not, and which of them are one place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mingjing.analysis.spots import LONGEST, read

NAMED = {
    "舞钢市建设路与湖滨大道交叉口东侧人行道": ("road", "建设路", "湖滨大道"),
    "建设路和湖滨大道交叉口": ("road", "建设路", "湖滨大道"),
    "建设路和和平路交叉口": ("road", "建设路", "和平路"),
    "舞钢市朱兰街道学院路中段": ("road", "学院路"),
    "舞钢市支鼓山路口": ("road", "支鼓山路"),
    "G311国道与S220省道交叉口": ("road", "G311国道", "S220省道"),
    "北京市海淀区中关村大街": ("road", "中关村大街"),
    "平顶山市叶县县前街": ("road", "县前街"),
    "东门大街5号": ("road", "东门大街"),
    "东市街12号": ("road", "东市街"),
    "解放路派出所对面": ("road", "解放路"),
    "舞钢市健康路农贸市场西门外人行道": ("market", "健康路", "健康路农贸市场"),
    "舞钢市朱兰农贸市场北门": ("market", "朱兰农贸市场"),
    "新华区建设路社区": ("community", "建设路社区"),
    "翡翠城小区": ("community", "翡翠城小区"),
    "舞钢市尚店镇李庄村": ("village", "李庄村"),
    "大路村村口": ("village", "大路村"),
    "南关村东街": ("village", "南关村", "南关村东街"),
    "舞钢市垭口街道中心广场东侧": ("site", "中心广场"),
    "舞钢市建设路小学门前": ("site", "建设路小学"),
    "舞钢市物流园东门": ("site", "物流园"),
    "舞钢市尹集镇街道": ("town", "尹集镇"),
    "本溪市明山区卧龙街道9号": ("town", "卧龙街道"),
}
NOTHING_NAMED = (
    *(
        "人行道",
        "街道",
        "路边",
        "城市道路",
        "农贸市场",
        "河边空地",
        "某某建材有限公司门前",
        "家乐福超市门口",
        "",
    ),
    "东经 113.51，北纬 33.32，误差约 8 米",
)


@pytest.mark.parametrize("place", NAMED)
def test_a_place_is_read_as_people_name_it(place: str) -> None:
    """Roads of a crossing both, the community that is called after a road alone, a nameless market by its road."""
    found = read(place)

    assert (found.kind, *found.spots) == NAMED[place]


@pytest.mark.parametrize("place", NOTHING_NAMED)
def test_what_is_not_certain_is_not_named(place: str) -> None:
    """A pavement is no road, the street as such no street, a market without a name no market."""
    found = read(place)

    assert (found.spots, found.kind) == ((), "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("舞钢市温州路9号院内东侧", "河南省平顶山市舞钢市温州路９号门前", True),
        ("舞钢市朱兰农贸市场北门", "朱兰农贸市场南门外", True),
        ("舞钢市建设路与湖滨大道交叉口东侧人行道", "湖滨大道、建设路交汇处", True),
        ("舞钢市温州路9号", "舞钢市温州路11号", False),
        ("舞钢市建设路", "舞钢市建设路", False),  # a road from end to end is no place
        ("尹集镇街道", "尹集镇街道", False),
    ],
)
def test_two_ways_of_writing_one_place_are_one(one: str, other: str, same: bool) -> None:
    """Up to the number, or to the market; what is vague is never the same place."""
    first, second = read(one).address, read(other).address

    assert (first == second != "") is same


@given(some.text(some.sampled_from("舞钢市建设路与和村镇街道社区小学农贸市场东门大9号 （)|,在"), max_size=40))
def test_nothing_is_named_that_the_words_do_not_hold(place: str) -> None:
    """Whatever is typed: every name stands there as it is, and an address fits its column."""
    found = read(place)
    plain = "".join(unicodedata.normalize("NFKC", place).upper().split())

    assert all(name in plain for name in found.spots)
    assert len(found.address) <= LONGEST
    assert bool(found.kind) == bool(found.spots)
