"""Masks: how a name, an address or a number looks once it may be seen by everybody."""

import pytest

from mingjing.publicity.masks import HIDDEN, MASKS, mask_address, mask_name, mask_plate


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某"),
        ("张三丰", "张某某"),
        ("欧阳建华", "欧阳某某"),
        ("欧阳", "欧某"),
        ("诸葛明", "诸葛某"),
        ("邓  和  长", "邓某某"),
        ("买买提·吐尔逊", "买某某"),
        ("LI MING", "L***"),
        ("王磊、张伟", "王某、张某"),
        ("杨某仙", "杨某某"),
        ("甲", "某"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_surname_and_nothing_else(name, masked):
    """Compound surnames count as surnames; a name of one character keeps nothing."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("河南省舞钢市垭口街道温州路东段12号院3号楼2单元501室", "河南省舞钢市***"),
        ("河南省平顶山市舞钢市尹集镇梁山村5组", "河南省平顶山市舞钢市***"),
        ("湖南省攸县谭桥街道东塔社区老码头组016号", "湖南省攸县***"),
        ("长沙市岳麓区麓山南路932号", "长沙市岳麓区***"),
        ("新疆维吾尔自治区喀什市吾斯塘博依街道12号", "新疆维吾尔自治区喀什市***"),
        ("呼伦贝尔市鄂温克族自治旗巴彦托海镇", "呼伦贝尔市鄂温克族自治旗***"),
        ("温州路东段12号院", HIDDEN),
        ("幸福小区3号楼", HIDDEN),
        ("舞钢市", HIDDEN),
    ],
)
def test_an_address_keeps_its_county_and_nothing_else(address, masked):
    """What follows the county goes; an address without one, or a 小区, goes altogether."""
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("plate", "masked"), [("豫D12345", "豫D1**45"), ("豫D·A12345", "豫DA**345"), ("豫D", HIDDEN)]
)
def test_a_plate_loses_its_middle(plate, masked):
    """The two middle characters go; a fragment goes altogether."""
    assert mask_plate(plate) == masked


@pytest.mark.parametrize("kind", ["id", "phone", "account", "contact", "all"])
def test_a_number_keeps_nothing_not_even_its_length(kind):
    """Two numbers of different length look alike."""
    assert MASKS[kind]("410481199001011234") == MASKS[kind]("1380375") == HIDDEN
