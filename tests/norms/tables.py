"""A small benchmark with every kind of figure, as a lawyer would write it, for the tests of this room and its pages."""

from typing import Any

from mingjing.lawengine.benchmark import Benchmark
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmarks import read_file
from mingjing.packs.source import PackFile

SMALL = """
benchmark = "small"
title = "试验裁量基准"
issuer = "舞钢市城市管理局"
level = "own"
number = "舞城管〔2026〕2号"
version = "1"
in_force = 2026-01-01
source = "本测试"

[[item]]
code = "waste"
violation = "擅自处置建筑垃圾"
law = "城市建筑垃圾管理规定"
article = "第二十五条"
statutory = [
  { low = "10000", high = "100000", when = 'role == "builder"' },
  { low = "5000", high = "30000", when = 'role == "owner"' },
]
columns = ["role", "volume", "tier", "label", "low", "high"]
rows = [
  ["施工单位", "10以下", "lighter", "轻微", "10000", "40000"],
  ["施工单位", "超过10", "heavier", "严重", "40000", "100000"],
  ["建设单位", "", "ordinary", "一般", "5000", "30000"],
]

[[item.circumstance]]
key = "role"
question = "违法主体"
type = "choice"
options = [["builder", "施工单位"], ["owner", "建设单位"]]

[[item.circumstance]]
key = "volume"
question = "处置量"
type = "number"
unit = "立方米"

[[item]]
code = "digging"
violation = "擅自挖掘城市道路"
law = "试验办法"
article = "第二十三条"
cap = "20000"

[[item.circumstance]]
key = "where"
question = "挖掘部位"
type = "choice"
options = [["walk", "人行道"], ["lane", "主车道"]]

[[item.circumstance]]
key = "area"
question = "挖掘面积"
type = "number"
unit = "平方米"

[[item.circumstance]]
key = "grave"
question = "是否造成重大影响"
type = "bool"

[[item.tier]]
answers = { where = "人行道" }
tier = "lighter"
low = "500"
high = "500"
unit = "each"
of = "area"

[[item.tier]]
answers = { where = "lane" }
low = "2000"
high = "2000"
unit = "each"
of = "area"
other = ["责令限期改正", "恢复原状"]

[[item.tier]]
answers = { grave = true }
tier = "heavier"
low = "20000"
high = "20000"
overrides = true

[[item]]
code = "price"
violation = "价格违法"
law = "价格违法行为行政处罚规定"
article = "第七条"

[[item.circumstance]]
key = "illegal_gain"
question = "违法所得"
type = "money"
fact = "illegal_gain_yuan"

[[item.tier]]
when = "illegal_gain > 0.0"
tier = "lighter"
low = "2"
high = "3"
unit = "times"
of = "illegal_gain"
text = "违法所得2倍以上3倍以下"

[[item.tier]]
when = "illegal_gain == 0.0"
tier = "none"

[[item]]
code = "ledger"
violation = "未建立台账"
law = "试验条例"
article = "第六十七条"
statutory = [{ low = "20000", high = "200000" }]
base = "10"
whole = "200000"

[[item.circumstance]]
key = "kept"
question = "是否建立台账"
type = "choice"
options = [["bad", "不符合要求"], ["none", "未建立"]]

[[item.circumstance]]
key = "mended"
question = "是否改正"
type = "bool"

[[item.share]]
answers = { kept = "不符合要求" }
percent = "0"

[[item.share]]
answers = { kept = "未建立" }
percent = "30"

[[item.share]]
answers = { mended = "是" }
percent = "0"

[[item.share]]
answers = { mended = "否" }
percent = "20"
"""


def benchmark(text: str = SMALL) -> Benchmark:
    """Read a benchmark written as TOML."""
    return read_file(PackFile.parse("试验.toml", text))


def body(version: str = "1", in_force: str = "2026-01-01", **head: Any) -> dict[str, Any]:
    """The body of the small benchmark as the database keeps it, of another version if so asked."""
    return {**body_of(benchmark()), "version": version, "in_force": in_force, **head}
