"""A list as a bureau publishes it and as packs write it, for the tests of reading, pages and command."""

PUBLISHED = (
    "舞钢市城市管理领域轻微违法行为不予处罚清单（样表）,,,,,\r\n"
    "序号,行政处罚事项,实施机关,不予处罚适用条件,法律依据,备注\r\n"
    "1,露天烧烤,城市管理局,同时满足下列情形的，不予行政处罚：（1）属于首次违法；（2）及时改正。,《大气污染防治法》第一百一十九条,\r\n"
    "2,擅自占道经营,城市管理局,危害后果轻微,《城市市容和环境卫生管理条例》第三十六条,可以不予处罚\r\n"
)
TOML = """
title = "轻微违法行为不予处罚清单"
issuer = "舞钢市城市管理局"
version = "1"
effect = "exempt"
in_force = 2026-01-01
until = 2028-12-31
source = "本测试"
verified = false
note = "条目待核"

[[item]]
code = "1"
violation = "露天烧烤"
also = ["在禁止区域露天烧烤"]
basis = "大气污染防治法第一百一十九条"
conditions = ["初次违法", "面积不超过五平方米"]
when = "first_violation && stall_area <= 5.0"

[[item.question]]
code = "stall_area"
title = "摊位面积"
type = "number"
unit = "平方米"

[[item.question]]
code = "stall_kind"
title = "摊位类型"
type = "choice"
options = [["fixed", "固定"], ["moving", "流动"]]

[[item]]
code = "2"
violation = "擅自占道经营"
basis = "城市市容和环境卫生管理条例第三十六条"
conditions = ["危害后果轻微"]
effect = "lighter"
remark = "可以从轻"
"""
HEAD = {
    "list": "mild",
    "issuer": "舞钢市城市管理局",
    "in_force": "2026-01-01",
    "source": "公告",
    "version": "1",
}
