"""The published bundle: whoever re-runs it gets the same names, and every way of cheating is found and named."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from mingjing.inspections.bundle import record_digest
from mingjing.inspections.verify import verify_draw
from tests.inspections.drawn import KEY, Drawn, drawn

VKEY = KEY.public.vkey


def _closed(**terms: Any) -> Drawn:
    made = drawn(5, sizes=(60, 20), **terms)
    made.close()
    return made


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("suite", ["sha256", "sm3"])
def test_an_honest_draw_is_run_again_to_the_same_names(seed: int, suite: str) -> None:
    """Random rosters of 0 to 300, with and without limits on meeting."""
    made = drawn(
        seed,
        sizes=(seed * 15, 300 - seed, seed),
        suite=suite,
        staffing={"each": 2, "together": seed % 3, "avoid": []},
    )
    made.close()
    report = verify_draw(made.bundle(), VKEY)
    assert report.ok, report.text
    assert report.checked == len(made.run.lines)


def test_changes_after_the_draw_are_run_again_too() -> None:
    """A firm has closed, an inspector is ill, more of a stratum is wanted: all with reason, all recomputed."""
    made = drawn(5, sizes=(60, 20))
    first = made.run.lines[0]
    made.change(kind="skip", stratum=first.stratum, object=first.object, reason="closed")
    second = next(one for one in made.run.lines if one.sent and len(one.sent.inspectors) == 2)
    made.change(
        kind="relieve",
        stratum=second.stratum,
        object=second.object,
        inspector=second.sent.inspectors[0],
        reason="病假",
    )
    taken = next(one for one in made.records[1]["strata"] if one["take"] < one["size"])
    made.change(kind="extend", stratum=taken["name"], take=taken["take"] + 1, reason="问题率高")
    made.close()
    report = verify_draw(made.bundle(), VKEY)
    assert report.ok, report.text


def test_a_draw_that_goes_on_is_said_to_go_on() -> None:
    """Without its closing record a bundle holds, with a notice that more may come."""
    report = verify_draw(drawn(5).bundle(), VKEY)
    assert report.ok
    assert any("还没有办结" in one.what for one in report.findings)


def _edit(change: Callable[[dict[str, Any]], None]) -> Callable[[], bytes]:
    def cheat() -> bytes:
        whole = json.loads(_closed().bundle())
        change(whole)
        return json.dumps(whole, ensure_ascii=False).encode()

    return cheat


def _drop_line(whole: dict[str, Any]) -> None:
    whole["lines"].pop(3)


def _insert_line(whole: dict[str, Any]) -> None:
    whole["lines"].append("A类\t999\t1\t0000000000000000\t\t豫D1000,豫D1001")


def _send_another(whole: dict[str, Any]) -> None:
    columns = whole["lines"][0].split("\t")
    whole["lines"][0] = "\t".join(
        [*columns[:5], "豫D1001,豫D1000" if columns[5] != "豫D1001,豫D1000" else "豫D1000"]
    )


def _other_member(whole: dict[str, Any]) -> None:
    whole["lists"]["A类"]["ids"][0][1] = "FFFFFFFFFFFFFFFF"


def _member_gone(whole: dict[str, Any]) -> None:
    whole["lists"]["A类"]["ids"].pop(0)


def _late_rule(whole: dict[str, Any]) -> None:
    whole["records"][1]["staffing"]["avoid"].append(["豫D1000", "x"])


def _less_taken(whole: dict[str, Any]) -> None:
    whole["records"][1]["strata"][0]["take"] -= 1


def _other_nonce(whole: dict[str, Any]) -> None:
    whole["records"][3]["reveals"]["县司法局"] = "0" * 64


def _stratum_moved(whole: dict[str, Any]) -> None:
    whole["records"][0]["strata"][0]["name"] = "B类"


def _record_gone(whole: dict[str, Any]) -> None:
    del whole["records"][-1], whole["proofs"][-1]
    whole["records"].insert(3, whole["records"].pop(2))


@pytest.mark.parametrize(
    ("cheat", "said"),
    [
        (_drop_line, "漏掉了"),
        (_insert_line, "多出了"),
        (_send_another, "选派人员被改动"),
        (_other_member, "不在封存的名单里"),
        (_member_gone, "名单"),
        (_late_rule, "封存之后被改动"),
        (_less_taken, "封存之后被改动"),
        (_other_nonce, "封存之后被改动"),
        (_stratum_moved, "封存之后被改动"),
        (_record_gone, "应依次有名单"),
    ],
)
def test_what_is_edited_in_a_bundle_is_named(cheat: Callable[[dict[str, Any]], None], said: str) -> None:
    """Whoever holds only the file and changes it."""
    report = verify_draw(_edit(cheat)(), VKEY)
    assert not report.ok
    assert said in report.text


def test_a_cheat_who_holds_the_log_key_is_found_all_the_same() -> None:
    """Records logged anew with the genuine key: names that the seed does not give, proofs from after the draw."""
    made = drawn(5, sizes=(60, 20))
    made.records[3]["outcome"] = "0" * 64
    made.log.leaves.pop()
    made.log.add("draw", h=record_digest(made.records[3]), c="campaign-1", n=3)
    made.proofs[3] = made.log.proof(3)
    assert "不是这样抽出来的" in verify_draw(made.bundle(), VKEY).text
    late = _closed()
    late.proofs[1] = late.log.proof(1)
    assert "不能排除先知道种子、后定规则" in verify_draw(late.bundle(), VKEY).text


def test_a_redraw_without_trace_leaves_a_gap() -> None:
    """A first result that nobody liked was logged as number 3: the second draw cannot begin at 1."""
    hidden = drawn(5)
    leaf = json.loads(hidden.log.leaves[-1])
    hidden.log.leaves[-1] = hidden.log.leaves[-1].replace(b'"n":3', b'"n":6')
    assert leaf["n"] == 3
    hidden.proofs[3] = hidden.log.proof(3)
    assert "重抽没有写明" in verify_draw(hidden.bundle(), VKEY).text


def test_silence_voids_a_draw_or_is_replaced_by_a_public_number_as_declared() -> None:
    """Who keeps his number back gains nothing: the draw is void, or rests on a number nobody could know."""
    number = {"source": "福利彩票双色球第2026021期", "after": "2026-03-02T09:03:00+08:00"}
    made = drawn(
        5, number="01 05 09 22 28 31 + 07", silent=["县司法局"], silence="number", number_told=number
    )
    made.close()
    assert verify_draw(made.bundle(), VKEY).ok
    whole = json.loads(_closed().bundle())
    del whole["records"][3]["reveals"]["县司法局"]
    text = verify_draw(json.dumps(whole).encode(), VKEY).text
    assert "县司法局没有公开随机数" in text
    assert "作废" in text


def test_a_public_number_known_before_the_pledges_is_no_chance() -> None:
    """The lottery was drawn on the eve: whoever pledges now knows it. One drawn afterwards is fine."""
    before = {"source": "福利彩票", "after": "2026-03-01T21:15:00+08:00"}
    report = verify_draw(drawn(5, number="1", number_told=before).bundle(), VKEY)
    assert "公开号码已经公布" in report.text
    after = {"source": "福利彩票", "after": "2026-03-02T09:03:00+08:00"}
    assert verify_draw(drawn(5, number="1", number_told=after).bundle(), VKEY).ok


def test_no_bytes_at_all_make_the_check_fall_over() -> None:
    """Two hundred bundles with a random value replaced by something else: a verdict each time, never an error."""
    chance = random.Random(7)
    text = _closed().bundle()
    for _ in range(200):
        whole = json.loads(text)
        node, key = _random_place(whole, chance)
        node[key] = chance.choice([None, 0, -1, "", "x", [], {}, [None], {"x": None}])
        assert isinstance(verify_draw(json.dumps(whole).encode(), VKEY).ok, bool)


def _random_place(node: Any, chance: random.Random) -> tuple[Any, Any]:
    while True:
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        below = node[key]
        if not below or not isinstance(below, dict | list) or chance.random() < 0.25:
            return node, key
        node = below
