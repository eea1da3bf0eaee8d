"""`mingjing drill draw`: every way to cheat at a draw that we could think of, each really done, and what finds it.

The cheat is an insider: he has all records, the lists and the log's own key. What he cannot have is what was proved
under a checkpoint that others have seen, and the number of the other party before it is shown.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mingjing.cli.drills.draw_stage import KEY, Drawn, drawn
from mingjing.inspections.drawing.bundle import record_digest
from mingjing.inspections.drawing.verify import verify_draw
from mingjing.translog.note import SigningKey, to_base64


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way of cheating and the first fault that the check named; empty if it passed."""

    cheat: str
    found: str


def run_cheats() -> Iterator[Outcome]:
    """Cheat in every way and check each bundle; the honest draw is checked first and must pass."""
    honest = verify_draw(_closed().bundle(), KEY.public.vkey)
    if not honest.ok:
        raise AssertionError(f"诚实的抽取没有通过核验：{honest.text}")
    for cheat in CHEATS:
        report = verify_draw(cheat(), KEY.public.vkey)
        faults = [str(one) for one in report.findings if one.fault]
        yield Outcome((cheat.__doc__ or "").strip(), faults[0] if faults else "")


def _closed(**terms: Any) -> Drawn:
    made = drawn(5, sizes=(60, 20), **terms)
    made.close()
    return made


def _edited(change: Callable[[dict[str, Any]], object], made: Drawn | None = None) -> bytes:
    """Change the finished file and log nothing."""
    whole = json.loads((made or _closed()).bundle())
    change(whole)
    return json.dumps(whole, ensure_ascii=False).encode()


def _relogged(made: Drawn, at: int, **changed: Any) -> None:
    """Rewrite a record in the log and sign every checkpoint anew, the early ones too, with the genuine key."""
    made.records[at] |= changed
    leaf = json.loads(made.log.leaves[at]) | {"h": record_digest(made.records[at])}
    made.log.leaves[at] = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
    made.proofs = [made.log.proof(number, 3 if number < 3 else None) for number in range(len(made.proofs))]


def drop_object() -> bytes:
    """公布时漏掉一个抽中的对象"""
    return _edited(lambda whole: whole["lines"].pop(3))


def insert_object() -> bytes:
    """公布时塞进一个没有抽中的对象"""
    line = "A类\t999\t1\t0000000000000000\t\t豫D1000,豫D1001"
    return _edited(lambda whole: whole["lines"].append(line))


def exchange_inspectors() -> bytes:
    """把选派的执法人员换成别人"""

    def change(whole: dict[str, Any]) -> None:
        first = whole["lines"][0].split("\t")
        whole["lines"][0] = "\t".join([*first[:5], ",".join(reversed(first[5].split(",")))])

    return _edited(change)


def exchange_member() -> bytes:
    """把名单中抽中位置上的对象换成别的对象"""
    return _edited(lambda whole: whole["lists"]["A类"]["ids"][0].__setitem__(1, "FFFFFFFFFFFFFFFF"))


def enrol_twice() -> bytes:
    """让同一对象在名单中出现两次，多一次被抽中的机会"""

    def change(whole: dict[str, Any]) -> None:
        ids = whole["lists"]["A类"]["ids"]
        ids[1][1] = ids[0][1]

    return _edited(change)


def exchange_list() -> bytes:
    """封存之后调换名单的根"""
    made = _closed()
    strata = [dict(one, root="0" * 64) for one in made.records[0]["strata"]]
    _relogged(made, 0, strata=strata)
    return made.bundle()


def move_stratum() -> bytes:
    """封存之后把一层的对象划到另一层"""
    made = _closed()
    first, second = made.records[0]["strata"]
    _relogged(made, 0, strata=[{**first, "root": second["root"]}, {**second, "root": first["root"]}])
    return made.bundle()


def add_rule_late() -> bytes:
    """抽取之后再补一条回避规则，并用真私钥重签日志"""
    made = _closed()
    _relogged(made, 1, staffing={**made.records[1]["staffing"], "avoid": [["豫D1000", "x"]]})
    return made.bundle()


def declare_late() -> bytes:
    """先抽取，后补公告和承诺的存证"""
    made = _closed()
    made.proofs = [made.log.proof(number) for number in range(len(made.proofs))]
    return made.bundle()


def take_fewer() -> bytes:
    """抽取之后把应抽的数目改小"""
    made = _closed()
    strata = [dict(one, take=max(0, one["take"] - 1)) for one in made.records[1]["strata"]]
    _relogged(made, 1, strata=strata)
    return made.bundle()


def withhold_number() -> bytes:
    """一方不公开随机数，照样抽取"""

    def change(whole: dict[str, Any]) -> None:
        del whole["records"][3]["reveals"]["县司法局"]

    return _edited(change)


def show_another_number() -> bytes:
    """知道对方的随机数之后，换一个自己的随机数"""
    made = _closed()
    _relogged(made, 3, reveals={**made.records[3]["reveals"], "县司法局": "0" * 64})
    return made.bundle()


def grind_public_number() -> bytes:
    """另选一期公开号码，直到结果满意"""
    told = {"source": "双色球第2026021期", "after": "2026-03-02T09:03:00+08:00"}
    made = _closed(number="01 05 09", number_told=told)
    _relogged(made, 3, number="02 06 10")
    return made.bundle()


def choose_known_number() -> bytes:
    """约定一个承诺之前已经公布的公开号码"""
    told = {"source": "双色球第2026020期", "after": "2026-03-01T21:15:00+08:00"}
    return _closed(number="01 05 09", number_told=told).bundle()


def invent_result() -> bytes:
    """不按种子，自拟一份结果存证"""
    made = _closed()
    _relogged(made, 3, outcome="0" * 64)
    return made.bundle()


def redraw_silently() -> bytes:
    """结果不满意，悄悄重抽一次，只公布后一次"""
    made = drawn(5, sizes=(60, 20))
    made.log.leaves[-1] = made.log.leaves[-1].replace(b'"n":3', b'"n":6')
    made.proofs[3] = made.log.proof(3)
    return made.bundle()


def skip_unnamed() -> bytes:
    """跳过一个对象而不写公告列明的理由"""
    made = drawn(5, sizes=(60, 20))
    line = made.run.lines[0]
    made.change(kind="skip", stratum=line.stratum, object=line.object, reason="closed")
    _relogged(made, 4, reason="关系户")
    return made.bundle()


def withhold_change() -> bytes:
    """抽走一份变更记录，只公布变更后的名单"""
    made = drawn(5, sizes=(60, 20))
    first, second = made.run.lines[:2]
    made.change(kind="skip", stratum=first.stratum, object=first.object, reason="closed")
    made.change(kind="skip", stratum=second.stratum, object=second.object, reason="moved")
    made.close()
    del made.records[4], made.proofs[4]
    return made.bundle()


def stitch_two_draws() -> bytes:
    """用另一次抽查的结果顶替本次"""
    made = drawn(5, sizes=(60, 20))
    made.log.leaves[-1] = made.log.leaves[-1].replace(b"campaign-1", b"campaign-2")
    made.proofs[3] = made.log.proof(3)
    return made.bundle()


def forge_log() -> bytes:
    """另造一份日志，用自己的私钥签名"""
    forger = SigningKey(KEY.name, bytes(reversed(range(32))))

    def change(whole: dict[str, Any]) -> None:
        text, _, signatures = whole["proofs"][3].rpartition("\n\n")
        whole["proofs"][3] = f"{text}\n\n" + signatures.replace(
            signatures.split(" ")[2], _line(forger, text.partition("\n\n")[2])
        )

    return _edited(change)


def _line(forger: SigningKey, text: str) -> str:
    data = KEY.public.key_id + forger.sign(f"{text}\n".encode())
    return to_base64(data) + "\n"


CHEATS: Final = (
    *(drop_object, insert_object, exchange_inspectors, exchange_member, enrol_twice, exchange_list),
    *(move_stratum, add_rule_late, declare_late, take_fewer, withhold_number, show_another_number),
    *(grind_public_number, choose_known_number, invent_result, redraw_silently, skip_unnamed),
    *(withhold_change, stitch_two_draws, forge_log),
)
