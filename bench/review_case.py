"""Judging: one act, and whole files by review_case; beside it hashing the same file, which every case does anyway."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from time import process_time

from mingjing.kit.canonical import digest
from mingjing.lawengine.judge import CaseState, review_case
from mingjing.lawengine.model import ActRecord, Law
from mingjing.packs.load import library
from mingjing.packs.typical import CaseFile, typical_files

ROUNDS = 300
LONG = 40
REPEATED = ("inquiry_recorded", "inspection_recorded", "evidence_collected")
MINUTE = timedelta(minutes=1)


def main() -> None:
    """Review the typical files and a long one under the whole law, and under the national law alone."""
    files = typical_files(library())
    penalties = [file for file in files if file.head.procedure in ("ordinary", "summary")]
    most = max(penalties, key=lambda file: len({act.kind for act in file.acts}))
    laws = {
        "全国＋住建": library().law(region="", field="urban"),
        "全国＋河南＋住建": library().law(region="410481", field="urban"),
    }
    for name, law in laws.items():
        print(f"{name}：{len(law.rules)} rules, {len(law.deadlines)} of them limits")
        for file in (*penalties, *(lengthened(one, LONG) for one in penalties if len(one.acts) > LONG / 2)):
            _review(law, file)
    print("each under its own law：")
    for file in files:
        _review(library().law(region=file.head.region, field=file.head.field), file)
    _one_act(most)


def lengthened(file: CaseFile, acts: int) -> CaseFile:
    """Give the file with as many acts: its own records of inquiries, inspections and evidence, taken down again."""
    recorded = list(file.acts)
    models = [act for act in file.acts if act.kind in REPEATED]
    for number in range(acts - len(recorded)):
        model = models[number % len(models)]
        again = replace(model, done_at=model.done_at + MINUTE * (number + 1) if model.done_at else None)
        recorded.insert(recorded.index(model) + 1, again)
    numbered = tuple(replace(act, seq=seq) for seq, act in enumerate(recorded, 1))
    return CaseFile(f"{file.title}，多次询问、检查、取证", file.head, numbered)


def _review(law: Law, file: CaseFile) -> None:
    rules = law.rules_for(file.head.procedure)
    standing = review_case(law, file.head, file.acts, file.closed_at)
    verdicts = sum(standing.verdict_counts.values())
    spent = _seconds(lambda: review_case(law, file.head, file.acts, file.closed_at))
    hashing = _seconds(lambda: [digest(act.facts) for act in file.acts])
    print(
        f"  {len(file.acts):>3} acts, {verdicts:>4} verdicts: {spent * 1e3:>6.2f} ms a file, "
        f"{spent / verdicts * 1e6:>5.1f} µs a verdict, {1 / spent:>6,.0f} files/CPU-s, "
        f"{spent / hashing:>5.1f} times hashing the facts  {len(standing.findings)} findings, "
        f"{sum(len(found) for found in rules.values())} rules by act  {file.title}"
    )


def _one_act(file: CaseFile) -> None:
    """Judge the act that most rules speak about, and an early one, each after all that went before it."""
    law = library().law(region=file.head.region, field=file.head.field)
    rules = law.rules_for(file.head.procedure)
    for act in (max(file.acts, key=lambda one: len(rules[one.kind])), file.acts[3]):
        _judge(law, file, act, len(rules[act.kind]))


def _judge(law: Law, file: CaseFile, act: ActRecord, rules: int) -> None:
    state = CaseState(law, file.head)
    for earlier in file.acts[: act.seq - 1]:
        state.absorb(earlier)
    spent = _seconds(lambda: state.judge(act))
    print(f"one act: {spent * 1e6:.0f} µs for {rules} rules ({law.title_of(act.kind)})")


def _seconds(work: Callable[[], object]) -> float:
    work()
    start = process_time()
    for _ in range(ROUNDS):
        work()
    return (process_time() - start) / ROUNDS
