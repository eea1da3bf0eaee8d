"""Judging: one act, and whole files by review_case; beside it hashing the same file, which every case does anyway."""

from collections.abc import Callable
from time import process_time

from mingjing.kit.canonical import digest
from mingjing.lawengine.judge import CaseState, review_case
from mingjing.packs.load import library
from mingjing.packs.typical import CaseFile, typical_files

ROUNDS = 300


def main() -> None:
    """Review the typical files under the whole law, and under the national law alone."""
    files = typical_files(library())
    laws = {
        "全国＋住建": library().law(region="", field="urban"),
        "全国＋河南＋住建": library().law(region="410481", field="urban"),
    }
    for name, law in laws.items():
        print(f"{name}：{len(law.rules)} rules, {len(law.deadlines)} of them limits")
        for file in files:
            verdicts = sum(len(law.rules_for(file.head.procedure)[act.kind]) for act in file.acts)
            spent = _seconds(
                lambda law=law, file=file: review_case(law, file.head, file.acts, file.closed_at)
            )  # type: ignore[misc]
            hashing = _seconds(lambda file=file: [digest(act.facts) for act in file.acts])  # type: ignore[misc]
            print(
                f"  {len(file.acts):>3} acts, {verdicts:>4} verdicts: {spent * 1e3:>6.2f} ms a file, "
                f"{spent / verdicts * 1e6:>5.1f} µs a verdict, {1 / spent:>6,.0f} files/CPU-s "
                f"({hashing / spent:.0%} of it would hash the facts)  {file.title}"
            )
    _one_act(files[0])


def _one_act(file: CaseFile) -> None:
    """Judge the act that most rules speak about, after all that went before it."""
    law = library().law(region=file.head.region, field=file.head.field)
    most = max(file.acts, key=lambda act: len(law.rules_for(file.head.procedure)[act.kind]))
    state = CaseState(law, file.head)
    for act in file.acts[: most.seq - 1]:
        state.absorb(act)
    rules = len(law.rules_for(file.head.procedure)[most.kind])
    print(
        f"one act: {_seconds(lambda: state.judge(most)) * 1e6:.0f} µs for {rules} rules ({law.title_of(most.kind)})"
    )
    few = file.acts[3]
    state = CaseState(law, file.head)
    for act in file.acts[:3]:
        state.absorb(act)
    rules = len(law.rules_for(file.head.procedure)[few.kind])
    print(
        f"one act: {_seconds(lambda: state.judge(few)) * 1e6:.0f} µs for {rules} rules ({law.title_of(few.kind)})"
    )


def _seconds(work: Callable[[], object]) -> float:
    work()
    start = process_time()
    for _ in range(ROUNDS):
        work()
    return (process_time() - start) / ROUNDS
