"""The page's JavaScript against the Python that it repeats: the same words signed, the same fields asked."""

import hashlib
import random
from typing import Any

import pytest

from mingjing.kit.canonical import canonical
from mingjing.lawengine.model import ActKind
from mingjing.packs.load import library
from mingjing.web.field_pack import as_words, field_json
from mingjing.web.fields import said

AWKWARD = ["", "刘大勇", '引"号\\反斜', "换\n行\t制表", "emoji 😀 𠮷", "\u2028\x7f", "<b>&amp;</b>", "尾 空 "]
KINDS = ("on_the_spot_decided", "clue_registered", "inspection_entered", "inspection_recorded")


@pytest.fixture
def modules(live_server: Any, page: Any) -> Any:
    """The page with nobody signed in: its modules can be called."""
    page.goto(f"{live_server.url}/field/")
    return page


def test_what_is_signed_has_one_form_in_both_languages(modules: Any) -> None:
    """Canonical text and digest agree on awkward words and on the order of keys."""
    luck = random.Random(3)
    for number in range(40):
        value = {luck.choice("abzéΩ字") + str(n): luck.choice(AWKWARD) for n in range(6)}
        whole = {"z": [value, True, None, number], "a": {"𐀀": "1", "ﬀ": "2"}, "10": "x", "9": "y"}
        text, digest = modules.evaluate(
            """async (value) => { const { canonical, sha256 } = await import('/static/web/field/canonical.js');
                 return [canonical(value), await sha256(canonical(value))]; }""",
            whole,
        )
        assert text == canonical(whole).decode()
        assert digest == hashlib.sha256(text.encode()).hexdigest()


def as_sent(kind: ActKind, fields: Any) -> dict[str, Any]:
    """The definition of a form as the page has it."""
    sent = [
        field_json(fields[use.name], fields)
        | {"required": use.required}
        | {"only_if": [{"name": one.name, "values": as_words(list(one.values))} for one in use.only_if]}
        for use in kind.fields
    ]
    return {"fields": sent, "asks": [use.name for use in kind.fields], "given": {}}


def some_facts(kind: ActKind, fields: Any, luck: random.Random) -> dict[str, Any]:
    """A form half filled in, as a page reads it."""
    facts: dict[str, Any] = {}
    for use in kind.fields:
        field = fields[use.name]
        codes = ["true", "false"] if field.type == "bool" else [code for code, _ in field.options]
        if luck.random() < 0.7:
            one = luck.choice(codes or ["某"])
            facts[use.name] = [one] if field.type == "multichoice" else one
    return facts


@pytest.mark.parametrize("name", KINDS)
def test_the_page_asks_for_what_the_server_asks_for(modules: Any, name: str) -> None:
    """Over many half-filled forms: a field brought out by another is asked for in both, or in neither."""
    law = library().law(region="410481", field="urban", agency="410481-urban")
    kind, luck = law.kinds[name], random.Random(name)
    tried = [some_facts(kind, law.fields, luck) for _ in range(60)]
    asked = modules.evaluate(
        """async ([form, tried]) => { const { askedFor } = await import('/static/web/field/form.js');
             return tried.map((facts) => askedFor(form, facts)); }""",
        [as_sent(kind, law.fields), tried],
    )
    wanted = [[use.name for use in kind.fields_for(said(kind, law.fields, facts), {})] for facts in tried]
    assert asked == wanted
