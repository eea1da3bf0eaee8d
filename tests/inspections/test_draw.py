"""The draw as arithmetic: fair, repeatable, never twice the same object, inspectors only where they may go."""

import hashlib
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.inspections.drawing.draw import Inspector, Rota, Staffing, Visit, drawn_places
from mingjing.inspections.drawing.hashing import picks
from mingjing.inspections.drawing.roster import ProofRefused, Roster, RosterRefused, root_from
from mingjing.translog.merkle import RightEdge, leaf_hashes

SEED = hashlib.sha256(b"test").digest()


def test_a_place_is_the_digest_of_seed_stratum_and_counter_modulo_the_size() -> None:
    """Anybody can compute the first place with sha256sum and a calculator."""
    first = next(drawn_places(SEED, "A类", 1000))
    digest = hashlib.sha256(SEED + "A类".encode() + (0).to_bytes(8, "big")).digest()
    assert first == (0, int.from_bytes(digest, "big") % 1000)


def test_every_place_comes_once_and_an_extension_goes_on() -> None:
    """Whoever takes more later keeps all who were drawn before."""
    whole = list(drawn_places(SEED, "A类", 500))
    assert sorted(one.place for one in whole) == list(range(500))
    assert list(islice(drawn_places(SEED, "A类", 500), 20)) == whole[:20]


@pytest.mark.parametrize("suite", ["sha256", "sm3"])
def test_places_are_uniform(suite: str) -> None:
    """Chi-squared over 50 places, 100,000 picks: within the 1-in-10,000 bound, for a seed fixed beforehand."""
    counts = [0] * 50
    for pick in islice(picks(SEED, 50, suite), 100_000):
        counts[pick.place] += 1
    assert sum((count - 2000) ** 2 / 2000 for count in counts) < 96.0  # 49 degrees of freedom, p = 0.0001


def test_digests_in_the_last_incomplete_run_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """2**256 is no multiple of 3: the one digest above the last whole run gives no place, the one below does."""
    digests = iter([b"\xff" * 32, b"\xff" * 31 + b"\xfe"])
    monkeypatch.setitem(
        __import__("mingjing.inspections.drawing.hashing", fromlist=["DIGESTS"]).DIGESTS,
        "made up",
        lambda _: next(digests),
    )
    assert next(picks(b"", 3, "made up")) == (1, 2)


def _visits(count: int, **asked: Any) -> list[Visit]:
    return [Visit(f"firm-{at}", **asked) for at in range(count)]


def _inspectors(count: int, **known: Any) -> list[Inspector]:
    told = {"fields": frozenset({"城管"}), "regions": frozenset(), "most": 1000, **known}
    return [Inspector(number=f"D{at:03}", **told) for at in range(count)]


def test_inspectors_meet_each_other_alike() -> None:
    """Chi-squared over all 45 pairs of ten inspectors in 4,500 visits: nobody is always with the same one."""
    rota = Rota(SEED, _inspectors(10), Staffing(each=2, together=0))
    pairs: dict[frozenset[str], int] = {}
    for visit in _visits(4500):
        pair = frozenset(rota.draw(visit).inspectors)
        pairs[pair] = pairs.get(pair, 0) + 1
    assert len(pairs) == 45
    assert (
        sum((count - 100) ** 2 / 100 for count in pairs.values()) < 90.0
    )  # 44 degrees of freedom, p < 0.0001


def test_who_must_be_avoided_is_passed_over_and_that_is_said() -> None:
    """He is not sent, and the record names him with the reason; to another firm he may go."""
    avoid = frozenset({("D000", "firm-0"), ("D001", "firm-0")})
    rota = Rota(SEED, _inspectors(4), Staffing(each=2, together=0, avoid=avoid))
    sent = rota.draw(Visit("firm-0"))
    assert sorted(sent.inspectors) == ["D002", "D003"]
    assert {one[1:] for one in sent.passed} <= {("D000", "avoided"), ("D001", "avoided")}
    later = [one for visit in _visits(40)[1:] for one in rota.draw(visit).inspectors]
    assert "D000" in later


def test_a_visit_for_which_nobody_is_left_stays_short() -> None:
    """Two visits each for two inspectors: the third firm has nobody, and the record says why."""
    rota = Rota(SEED, _inspectors(2, most=2), Staffing(each=2, together=0))
    sent = [rota.draw(visit) for visit in _visits(3)]
    assert [len(one.inspectors) for one in sent] == [2, 2, 0]
    assert {one[2] for one in sent[2].passed} == {"full"}


def test_only_the_qualified_of_the_region_are_drawn() -> None:
    """A certificate for another field, or another county, is no certificate here."""
    right = Inspector("D1", frozenset({"食品", "城管"}), frozenset({"410481"}), 9)
    others = [
        Inspector("D2", frozenset({"城管"}), frozenset(), 9),
        Inspector("D3", frozenset({"食品"}), frozenset({"410182"}), 9),
        Inspector("D4", frozenset({"食品"}), frozenset(), 9),
    ]
    rota = Rota(SEED, [right, *others], Staffing(each=2, together=0))
    sent = rota.draw(Visit("x", frozenset({"食品"}), "410481"))
    assert sorted(sent.inspectors) == ["D1", "D4"]


def test_two_inspectors_meet_as_often_as_declared_and_no_more() -> None:
    """With three inspectors and one meeting each pair, three visits are staffed; for the fourth nobody is left."""
    rota = Rota(SEED, _inspectors(3), Staffing(each=2, together=1))
    sent = [rota.draw(visit) for visit in _visits(4)]
    assert [len(one.inspectors) for one in sent] == [2, 2, 2, 0]


def test_who_is_relieved_is_replaced_and_the_others_stay() -> None:
    """One falls ill: the other keeps his seat, a third is drawn, and the ill one never comes back to this firm."""
    rota = Rota(SEED, _inspectors(4), Staffing(each=2, together=0))
    visit = Visit("firm-0")
    sent = rota.draw(visit)
    stays, ill = sent.inspectors
    again = rota.relieve(visit, sent, ill)
    assert again.inspectors[0] == stays
    assert ill not in again.inspectors
    third = rota.relieve(visit, again, again.inspectors[1])
    assert ill not in third.inspectors


@given(
    st.sets(
        st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=9), max_size=700
    )
)
def test_a_roster_is_the_tree_of_the_log_over_its_sorted_ids(ids: set[str]) -> None:
    """Root as RFC 6962 has it; every id found at its place; any set of members proved at once."""
    roster = Roster(Roster.pack(ids))
    ordered = sorted(one.encode() for one in ids)
    edge = RightEdge()
    edge.extend(leaf_hashes(ordered))
    assert roster.root == edge.root()
    assert [roster[at].encode() for at in range(len(roster))] == ordered
    assert all(roster.place_of(one.decode()) == at for at, one in enumerate(ordered))
    some = {at: roster[at] for at in range(0, len(roster), 3)}
    assert root_from(len(roster), some, roster.proof(some)) == roster.root
    assert Roster.indexed(Roster.pack(ids), roster.index).root == roster.root


def test_a_proof_with_another_id_or_place_leads_elsewhere() -> None:
    """The twin of every member proved: a stranger, or a member at another place, gives another root or none."""
    roster = Roster(Roster.pack(f"{at:04}" for at in range(600)))
    proof = roster.proof([7, 300])
    assert root_from(600, {7: roster[7], 300: roster[300]}, proof) == roster.root
    assert root_from(600, {7: "9999", 300: roster[300]}, proof) != roster.root
    assert root_from(600, {6: roster[7], 300: roster[300]}, proof) != roster.root
    with pytest.raises(ProofRefused, match="缺少哈希"):
        root_from(600, {7: roster[7], 300: roster[300]}, proof[:-1])
    with pytest.raises(ProofRefused, match="多余"):
        root_from(600, {7: roster[7], 300: roster[300]}, [*proof, proof[0]])


@pytest.mark.parametrize(
    ("text", "said"),
    [(b"b\na\n", "没有按序"), (b"a\na\n", "重复"), (b"a\nb", "没有结束"), (b"\na\n", "第 1 行是空的")],
)
def test_a_list_that_is_not_one_is_refused_by_its_line(text: bytes, said: str) -> None:
    """Unsorted, twice the same, cut off, empty: each says what is wrong; in order it is read."""
    with pytest.raises(RosterRefused, match=said):
        Roster(text)
    assert len(Roster(b"a\nb\n")) == 2


def test_ids_are_read_across_the_pieces_in_which_a_long_list_is_cut(tmp_path: Path) -> None:
    """A list of more than one piece, mapped from a file, has the root of the same list in memory."""
    ids = [f"{at:07}-{'x' * 30}" for at in range(60_000)]  # two megabytes and more
    roster = Roster(Roster.pack(ids))
    assert roster[59_999] == ids[-1]
    assert roster.place_of(ids[30_000]) == 30_000
