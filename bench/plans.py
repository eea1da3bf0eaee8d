"""Plans: recall and precision by field against lists that a person made, and what reading costs."""

import time

from tests.rectification.scoring import FIELDS, SHARED, Score, expected, read, score

READ = ("s0.toml", "s1.toml", "s2.toml", "s3.toml", "s4.toml")
APART = ("luoyang.toml", "yancheng.toml")


def main() -> None:
    if not SHARED.is_dir():
        print("    没有共享资料目录：请设置 MINGJING_SHARED")
        return
    for title, names in (("五个方案（读取器据以修改）", READ), ("另两个文件（读取器完成后测一次）", APART)):
        result = Score()
        start = time.perf_counter()
        plans = [(expected(name), read(expected(name))) for name in names]
        took = time.perf_counter() - start
        for wanted, plan in plans:
            result.add(score(wanted, plan))
        print(f"    {title}：{sum(len(plan.text) for _, plan in plans):,} 字，{took * 1000:.0f} 毫秒")
        for name in FIELDS:
            _print(result, name)
        print("".join(f"        {line}\n" for line in result.lines), end="")


def _print(result: Score, name: str) -> None:
    there = result.right[name] + result.missed[name]
    if there or result.extra[name]:
        print(
            f"        {name:14} {there:4}　查全 {result.recall(name):.3f}　查准 {result.precision(name):.3f}"
        )
