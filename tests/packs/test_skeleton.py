"""A new file is sound from the first check on: it loads, its examples hold, and every slip in it would be noticed."""

import dataclasses
from datetime import date

import pytest

from mingjing.packs.check import check, is_one_sided
from mingjing.packs.examples import Bench
from mingjing.packs.load import Library, PackError, library
from mingjing.packs.mutate import mutate
from mingjing.packs.plain_words import KINDS
from mingjing.packs.skeleton import Wanted, skeleton
from mingjing.packs.variants import with_file

DAY = date(2026, 3, 2)
RULE = "cn.penalty.zz_new"


def begun(kind: str, **more: str) -> tuple[Library, str]:
    wanted = Wanted(id=RULE, kind=kind, in_force=DAY, **{"act": "penalty_decided", **more})
    name, text = skeleton(library(), wanted)
    return with_file(library(), name, text), text


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_of_every_kind_passes_its_own_examples(kind: str) -> None:
    """On both sides of its line; and it is marked as not compared with the text."""
    packs, text = begun(kind)
    rule = next(one for one in packs.rules if one.id == RULE)
    bench = Bench.of(packs)
    assert [result for one in rule.examples if not (result := bench.run(rule, one)).good] == []
    assert not is_one_sided(rule)
    assert not rule.versions[0].source.verified
    assert "【" in text
    assert mutate(packs, rules={RULE}).share >= 0.7


def test_what_was_given_stands_in_the_file() -> None:
    """Kind, act, title, law and article."""
    packs, text = begun(
        "required", title="新规则", law="某法（2026）", article="第九条", act="document_served"
    )
    rule = next(one for one in packs.rules if one.id == RULE)
    assert (rule.title, rule.acts, rule.versions[0].source.cite()) == (
        "新规则",
        ("document_served",),
        "《某法（2026）》第九条",
    )
    assert "送达" in text


@pytest.mark.parametrize(
    ("what", "folder"), [("act", "acts"), ("form", "forms"), ("procedure", "procedures")]
)
def test_acts_forms_and_procedures_begin_soundly_too(what: str, folder: str) -> None:
    """Each in its folder, and the library with it can be read."""
    act = next(name for name, kind in library().kinds.items() if "ordinary" not in kind.procedures)
    name, text = skeleton(library(), Wanted(id=RULE, what=what, act=act, in_force=DAY))
    assert name == f"cn/penalty/{folder}/zz_new.toml"
    packs = with_file(library(), name, text)
    assert {"act": packs.kinds, "form": packs.forms, "procedure": packs.procedures}[what].keys() >= {"zz_new"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"id": "cn.penalty.on_the_spot_fine_ceiling"}, "已经有了，不覆盖"),
        ({"id": "cn"}, "编号写成"),
        ({"id": "../x.y"}, "编号写成"),
        ({"id": "99.penalty.x"}, "没有这个法律包"),
        ({"act": ""}, "请写明判断哪种行为"),
        ({"act": "penalty_decide"}, "是否应为“penalty_decided”"),
        ({"kind": "celing"}, "没有这种规则"),
        ({"id": "cn.x", "what": "act"}, "要有领域"),
    ],
)
def test_what_cannot_lie_there_or_is_not_known_is_refused(more: dict[str, str], words: str) -> None:
    """Nothing is begun that could not be read."""
    wanted = dataclasses.replace(Wanted(id=RULE, act="penalty_decided", in_force=DAY), **more)
    with pytest.raises(PackError, match=words):
        skeleton(library(), wanted)


def test_a_spoilt_rule_is_found_with_several_processors_as_with_one() -> None:
    """The same survivors, however the rules are dealt out."""
    names = {rule.id for rule in library().rules[:12]}
    one, three = (mutate(library(), workers=workers, rules=names) for workers in (1, 3))
    assert (one.mutants, [s.change for s in one.survivors]) == (
        three.mutants,
        [s.change for s in three.survivors],
    )
    assert check(library()).results
