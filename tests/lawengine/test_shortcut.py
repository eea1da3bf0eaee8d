"""The shortcut of a plain condition says what the CEL machine says, of every value; what is not plain has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.lawengine.condition import Condition, context_of
from mingjing.lawengine.shortcut import ASK, shortcut
from mingjing.packs.load import library

NAMES = ("a", "b", "c")
WORDS = st.sampled_from(["x", "y", "是", ""])
ATOMS = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "!"]), st.sampled_from(NAMES)),
    st.builds("{} == {}".format, st.sampled_from(NAMES), st.sampled_from(["true", "false"])),
    st.builds("{} {} '{}'".format, st.sampled_from(NAMES), st.sampled_from(["==", "!="]), WORDS),
    st.builds("{} in ['{}', '{}']".format, st.sampled_from(NAMES), WORDS, WORDS),
    st.builds("'{}' in {}".format, WORDS, st.sampled_from(NAMES)),
    st.builds("!('{}' in {})".format, WORDS, st.sampled_from(NAMES)),
    st.builds("{}{}.contains('{}')".format, st.sampled_from(["", "!"]), st.sampled_from(NAMES), WORDS),
    st.builds("{} < {}".format, st.sampled_from(NAMES), st.sampled_from(NAMES)),
)
SOURCES = st.builds(
    lambda joint, atoms: joint.join(atoms),
    st.sampled_from([" && ", " || "]),
    st.lists(ATOMS, min_size=1, max_size=4),
)
VALUES = st.one_of(st.booleans(), WORDS, st.lists(WORDS, max_size=3), st.integers(0, 2), st.floats(0, 2))
FACTS = st.dictionaries(st.sampled_from(NAMES), VALUES)


@given(SOURCES, FACTS)
def test_a_shortcut_says_what_cel_says(source: str, facts: dict[str, object]) -> None:
    """Known, unknown and of another type alike; where it does not know the value it asks."""
    plain = shortcut(source)
    assert plain is not None
    said = plain(facts.get)
    if said != ASK:
        assert said is Condition(source).holds(context_of(facts.get))


@pytest.mark.parametrize(
    "source",
    [
        "a && b || c",
        "a && (b || c)",
        "n_filed > 1",
        "a.exists(x, x == 'y')",
        "true",
        "a == b",
        "a == 'it\\'s'",
        "size(a) > 1 && b",
    ],
)
def test_what_is_not_plain_has_no_shortcut(source: str) -> None:
    """CEL judges it; its twin with one plain part only has one."""
    assert shortcut(source) is None
    assert shortcut("a && b") is not None


def test_most_conditions_of_the_packs_are_plain() -> None:
    """Else the shortcut would not be worth its lines."""
    found = {rule.when.source for rule in library().rules if rule.when is not None}
    assert sum(shortcut(source) is not None for source in found) > len(found) / 2
