"""Re-running a published draw: from its bundle alone to the same names, or the name of what is wrong; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, cast

from mingjing.inspections.drawing.bundle import (
    CHANGE,
    CLOSING,
    COMMITMENTS,
    FORMAT,
    LIST,
    RESULT,
    VOID,
    Members,
    read_members,
    record_digest,
)
from mingjing.inspections.drawing.declaration import FORMAT as DECLARATION
from mingjing.inspections.drawing.declaration import Declaration, DeclarationRefused, read_declaration
from mingjing.inspections.drawing.roster import ProofRefused, root_from
from mingjing.inspections.drawing.run import ChangeRefused, Run
from mingjing.inspections.drawing.seed import SeedRefused, seed_of
from mingjing.translog.note import NoteRefused, VerifyKey
from mingjing.translog.proof import InclusionProof, ProofInvalid
from mingjing.translog.report import Report
from mingjing.translog.strict_json import NotStrict, read_object

TITLES: Final = ("名单", "抽取公告", "承诺", "抽取结果")
MOST_DIFFERENCES: Final = 20


class _Broken(Exception):
    """Nothing further can be checked; what is wrong is in the report already."""


@dataclass(slots=True)
class _Logged:
    """Where one record stands in the log."""

    index: int
    size: int  # of the checkpoint that proves it
    leaf: Mapping[str, Any]


@dataclass(slots=True)
class _Check:
    """A bundle while it is checked."""

    report: Report
    records: Sequence[Mapping[str, Any]]
    proofs: Sequence[str]
    lists: Mapping[str, Members]
    lines: Sequence[str]
    earlier: Sequence[Mapping[str, Any]]  # {"record", "proof"} of rounds that came to nothing
    logged: list[_Logged] = field(default_factory=list)


def verify_draw(bundle: bytes, vkey: str) -> Report:
    """Check a bundle against the log's public key and run the draw again.

    Every way of cheating that the records can show is named: a list, rule or commitment that came late, a number
    that is not what its party was bound to, a place that the seed did not give, somebody left out or put in, a change
    without its record. `checked` counts the objects drawn.
    """
    report = Report("抽取")
    try:
        check = _read(bundle, report)
        _check_log(check, VerifyKey.parse(vkey))
        declaration = _check_terms(check)
        _check_rounds(check, declaration)
        _check_order(check, declaration)
        _check_members(check, declaration)
        _run_again(check, declaration)
    except NoteRefused as refused:
        report.fault("日志公钥", str(refused))
    except _Broken:
        pass
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Whoever made the bundle wrote it as he liked: what cannot be read is no proof.
        report.fault("抽取包", f"内容残缺或写法不对（{type(error).__name__} {error}）")
    return report


def _broken(report: Report, where: str, what: str) -> _Broken:
    report.fault(where, what)
    return _Broken()


def _read(bundle: bytes, report: Report) -> _Check:
    try:
        whole = cast("dict[str, Any]", read_object(bundle))
        if whole.get("format") != FORMAT:
            raise NotStrict(f"格式应为 {FORMAT}")
        lists = {name: read_members(one) for name, one in whole["lists"].items()}
        check = _Check(report, whole["records"], whole["proofs"], lists, whole["lines"], whole["earlier"])
        formats = [one["format"] for one in check.records]
    except NotStrict as refused:
        raise _broken(report, "抽取包", str(refused)) from refused
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(report, "抽取包", f"内容残缺或写法不对（{error}）") from error
    if formats[:1] != [LIST] or formats[2:4] != [COMMITMENTS, RESULT] or len(formats) != len(check.proofs):
        raise _broken(report, "抽取包", "应依次有名单、公告、承诺、结果四份记录，每份各有一个存证证明")
    return check


def _title(at: int) -> str:
    return TITLES[at] if at < len(TITLES) else f"第 {at - len(TITLES) + 1} 份变更记录"


def _check_log(check: _Check, key: VerifyKey) -> None:
    """Find every record in the log: as it was logged, all of one campaign, counted without a gap."""
    before = [
        _logged(check.report, f"此前第 {at} 份记录", "draw", one["record"], one["proof"], key)
        for at, one in enumerate(check.earlier, 1)
    ]
    check.logged = [
        _logged(check.report, _title(at), "draw" if at else "list", record, proof, key)
        for at, (record, proof) in enumerate(zip(check.records, check.proofs, strict=True))
    ]
    own = [*before, *check.logged[1:]]
    if len({one.leaf.get("c") for one in own}) > 1:
        check.report.fault("抽取包", "各记录不属于同一次抽查：拼凑了几次抽取")
    numbers = [one.leaf.get("n") for one in own]
    if numbers != list(range(1, len(own) + 1)):
        check.report.fault("抽取包", f"记录编号为 {numbers}，应从 1 起连续：有记录被抽走，或重抽没有写明")
    if any(earlier.index >= later.index for earlier, later in pairwise(own)) or (
        check.logged[0].index >= check.logged[1].index
    ):
        check.report.fault("抽取包", "名单、公告、承诺、结果进入日志的先后颠倒：有内容是事后补的")


def _logged(
    report: Report, where: str, kind: str, record: Mapping[str, Any], text: str, key: VerifyKey
) -> _Logged:
    try:
        proof = InclusionProof.parse(text.encode("utf-8"))
        report.checkpoint = checkpoint = proof.verify(proof.extra, key)
        leaf = read_object(proof.extra)
    except (NoteRefused, ProofInvalid, NotStrict) as refused:
        raise _broken(report, where, f"存证证明不成立：{refused}") from refused
    if leaf.get("h") != record_digest(record):
        report.fault(where, "与日志中的存证不符：封存之后被改动")
    if leaf.get("k") != kind:
        report.fault(where, f"存证的种类应为 {kind}，实为 {leaf.get('k')}")
    return _Logged(proof.index, checkpoint.size, leaf)


def _check_rounds(check: _Check, declaration: Declaration) -> None:
    """Tell of the rounds before this one, each of which must have ended with its reason, and be named by the next."""
    replaced, waiting = "", ""
    for one in check.earlier:
        record = one["record"]
        if record["format"] == VOID:
            check.report.notice("此前的抽取", f"一次抽取作废，理由：{record.get('reason')}")
            replaced, waiting = waiting, ""
        elif record["format"] == DECLARATION:
            waiting = record_digest(record)
            if record.get("replaces") != replaced:
                check.report.fault("此前的抽取", "公告没有写明它代替的是哪一次抽取")
    if waiting:
        check.report.fault("此前的抽取", "有一次抽取没有结果，也没有作废的理由")
    if declaration.replaces != replaced:
        check.report.fault("抽取公告", "没有写明它代替的是哪一次抽取：重抽没有留痕")


def _check_terms(check: _Check) -> Declaration:
    """Check that declaration, list and commitments speak of each other."""
    report, (listed, raw, bound) = check.report, check.records[:3]
    try:
        declaration = read_declaration(raw)
    except DeclarationRefused as refused:
        raise _broken(report, "抽取公告", str(refused)) from refused
    if declaration.list != record_digest(listed):
        report.fault("名单", "公告所指的不是这份名单：名单被调换")
    committed = {one["name"]: (one["size"], one["root"]) for one in listed["strata"]}
    for stratum in declaration.strata:
        if committed.get(stratum.name) != (stratum.size, stratum.root):
            report.fault("名单", f"“{stratum.name}”的个数或根与封存的名单不符：名单被调换或分层被改动")
    if bound.get("declaration") != declaration.digest:
        report.fault("承诺", "承诺针对的是另一份公告：公告在承诺之后被改动")
    if sorted(bound.get("commitments", ())) != sorted(declaration.parties):
        report.fault("承诺", "提交承诺的各方与公告不同")
    return declaration


def _check_order(check: _Check, declaration: Declaration) -> None:
    """Check that all was fixed, and known to others, before the seed could be known."""
    result = check.logged[3]
    for at in range(3):
        if check.logged[at].size > result.index:
            check.report.fault(
                _title(at), "没有抽取之前签发的检查点证明它：不能排除先知道种子、后定规则或名单"
            )
    if declaration.number is None:
        return
    bound, after, drawn = (
        datetime.fromisoformat(one)
        for one in (check.logged[2].leaf["at"], declaration.number["after"], result.leaf["at"])
    )
    if bound >= after:
        check.report.fault("承诺", "承诺存证时，公告约定的公开号码已经公布")
    if drawn < after:
        check.report.fault("抽取结果", "抽取时，公告约定的公开号码尚未公布")


def _check_members(check: _Check, declaration: Declaration) -> None:
    """Check that the ids which were drawn stand at their places in the committed lists."""
    for stratum in declaration.strata:
        members = check.lists.get(stratum.name, Members({}, []))
        ordered = [members.ids[place].encode("utf-8") for place in sorted(members.ids)]
        if any(one >= two for one, two in pairwise(ordered)):
            check.report.fault(f"名单“{stratum.name}”", "编号重复或没有按序排列：同一对象有不止一个机会")
        try:
            root = root_from(stratum.size, members.ids, members.proof, declaration.suite)
        except ProofRefused as refused:
            raise _broken(check.report, f"名单“{stratum.name}”", str(refused)) from refused
        if root.hex() != stratum.root:
            raise _broken(
                check.report,
                f"名单“{stratum.name}”",
                "抽中的对象不在封存的名单里，或者序号不对：名单被增删、调换或改动",
            )


def _run_again(check: _Check, declaration: Declaration) -> None:
    report, result = check.report, check.records[3]
    if result.get("previous") != record_digest(check.records[2]):
        report.fault("抽取结果", "所接的不是这份承诺：结果或承诺被调换")
    number = str(result.get("number", ""))
    if bool(number) != (declaration.number is not None):
        report.fault("抽取结果", "公开号码与公告不一致：公告约定了才能用，约定了就必须用")
    try:
        bound = check.records[2]["commitments"]
        seed = seed_of(declaration.terms, bound, result["reveals"], number)
        run = Run(declaration, seed, lambda stratum, place: check.lists[stratum].ids[place])
    except SeedRefused as refused:
        raise _broken(report, "种子", str(refused)) from refused
    except KeyError as missing:
        raise _broken(
            report, "抽取结果", f"按种子应当抽中第 {missing} 号，抽取包里没有：对象被抽掉"
        ) from missing
    if run.outcome != result.get("outcome"):
        report.fault("抽取结果", "按种子重新抽取，得到的与封存的结果不同：结果不是这样抽出来的")
    for at in range(len(TITLES), len(check.records)):
        _change_again(check, run, at)
    report.checked = len(run.lines)
    _compare(report, [line.text.removesuffix("\n") for line in run.lines], check.lines)
    if check.records[-1]["format"] != CLOSING:
        report.notice("抽取包", "这次抽取还没有办结，以后可能还有变更记录")


def _change_again(check: _Check, run: Run, at: int) -> None:
    record, report = check.records[at], check.report
    if record.get("previous") != record_digest(check.records[at - 1]):
        report.fault(_title(at), "所接的不是前一份记录：中间有记录被抽走或调换")
    if record["format"] == CLOSING:
        if record.get("records") != at or at != len(check.records) - 1:
            report.fault(
                "办结记录", f"写明共 {record.get('records')} 份记录，抽取包里有 {len(check.records) - 1} 份"
            )
        return
    if record["format"] != CHANGE:
        raise _broken(report, _title(at), f"不认识的记录“{record['format']}”")
    try:
        run.apply(record)
    except ChangeRefused as refused:
        raise _broken(report, _title(at), str(refused)) from refused
    except KeyError as missing:
        raise _broken(report, _title(at), f"按种子应当接着抽中第 {missing} 号，抽取包里没有") from missing
    if run.outcome != record.get("outcome"):
        report.fault(_title(at), "按种子接着抽取，得到的与封存的结果不同")


def _compare(report: Report, right: Sequence[str], shown: Sequence[str]) -> None:
    """Name who was left out, put in or changed in the lines that are shown."""
    if list(shown) == list(right):
        return
    report.fault("公布的名单", f"与重新抽取的结果不同（应有 {len(right)} 行，公布 {len(shown)} 行）")
    by_object = ({_key(line): line for line in lines} for lines in (right, shown))
    for what in _differences(*by_object):
        report.fault("公布的名单", what)


def _differences(right: Mapping[str, str], shown: Mapping[str, str]) -> Iterator[str]:
    """Give at most MOST_DIFFERENCES differences."""
    told = [
        *(f"漏掉了 {one}" for one in right if one not in shown),
        *(f"多出了 {one}" for one in shown if one not in right),
        *(
            f"{one} 的抽取位置、跳过理由或者选派人员被改动"
            for one in right
            if shown.get(one, right[one]) != right[one]
        ),
    ]
    yield from told[:MOST_DIFFERENCES] or ["次序被改动"]


def _key(line: str) -> str:
    columns = line.split("\t")
    return f"{columns[0]} {columns[3]}" if len(columns) > 3 else line
