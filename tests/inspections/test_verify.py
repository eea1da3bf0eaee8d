"""The published bundle: whoever re-runs it gets the same names, and every way of cheating is found and named."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from mingjing.cli.drills import draw as drills
from mingjing.cli.drills.draw import CHEATS
from mingjing.cli.drills.draw_stage import KEY, Drawn, drawn
from mingjing.inspections.drawing.verify import verify_draw

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


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda one: one.__name__)
def test_every_cheat_of_the_drill_is_found(cheat: Callable[[], bytes]) -> None:
    """Each way of `mingjing drill draw`; the honest draw above passes."""
    assert not verify_draw(cheat(), VKEY).ok


@pytest.mark.parametrize(
    ("cheat", "said"),
    [
        (drills.drop_object, "漏掉了"),
        (drills.insert_object, "多出了"),
        (drills.exchange_inspectors, "选派人员被改动"),
        (drills.exchange_member, "不在封存的名单里"),
        (drills.enrol_twice, "不止一个机会"),
        (drills.exchange_list, "名单被调换"),
        (drills.add_rule_late, "公告在承诺之后被改动"),
        (drills.declare_late, "不能排除先知道种子"),
        (drills.show_another_number, "与事先的承诺不符"),
        (drills.choose_known_number, "公开号码已经公布"),
        (drills.invent_result, "不是这样抽出来的"),
        (drills.redraw_silently, "重抽没有写明"),
        (drills.skip_unnamed, "跳过理由"),
        (drills.withhold_change, "被抽走"),
        (drills.stitch_two_draws, "拼凑"),
        (drills.forge_log, "签名无效"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_cheat_is_named_in_words_that_anybody_understands(cheat: Callable[[], bytes], said: str) -> None:
    """The report names what was done, not only that something is wrong."""
    assert said in verify_draw(cheat(), VKEY).text


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
