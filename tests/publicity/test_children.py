"""A child's decision is not published whatever else was typed: the number of the party decides on the day."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bench.masking.people import identity
from mingjing.packs.ages import ages
from mingjing.packs.load import library
from mingjing.publicity.clearing import no_child
from mingjing.publicity.corrections import prepare_correction
from mingjing.publicity.decisions import draft_of
from mingjing.publicity.models import Preparation
from mingjing.publicity.refusals import PublicityRefused
from mingjing.publicity.services import confirm, prepare
from tests.publicity.conftest import AT, FACTS


def number(born: date) -> str:
    """An identity number, made up but well formed, of somebody born on a day."""
    return identity(random.Random(1), born)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "told"),
    [
        (date(2008, 3, 11), "不满18周岁（《民法典（2020）》第十七条）"),
        (date(2012, 3, 11), "不满14周岁（《个人信息保护法（2021）》第二十八条）"),
        (date(2012, 3, 10), "不满18周岁（《民法典（2020）》第十七条）"),
    ],
)
def test_a_child_by_his_number_is_refused_with_the_article(decided, born, told):
    """On the eve of a birthday the line still holds; from the eighteenth on there is nothing against it."""
    draft = draft_of(decided())
    child = replace(draft, told={**draft.told, "party_id_number": number(born)})

    with pytest.raises(PublicityRefused) as refusal:
        no_child(child, AT.date())
    assert told in str(refusal.value)
    no_child(child, born.replace(year=born.year + ages().majority.years))
    no_child(replace(child, party_kind="organization"), AT.date())


@pytest.mark.django_db
def test_a_correction_that_brings_to_light_a_child_is_not_published(cast, decided):
    """The rule judged the birthday that was typed first; with the number of a grown-up the correction goes through."""
    paper = prepare(case=decided(), by=cast.publicity, facts=FACTS, at=AT)
    wrong = confirm(preparation=paper, by=cast.publicity2, at=AT)

    def correct(born: date) -> Preparation:
        return prepare_correction(
            publication=wrong,
            by=cast.publicity,
            reason="身份号码登记有误。",
            amended={"party_id_number": number(born), "matter": "擅自堆放物料"},
            at=AT + timedelta(days=1),
        )

    with pytest.raises(PublicityRefused, match="不满18周岁"):
        correct(date(2011, 8, 12))
    assert not Preparation.objects.filter(corrects=wrong).exists()
    assert correct(date(1985, 8, 12)).corrects == wrong


def test_the_rule_and_the_ages_draw_one_line():
    """Whoever changes one of them changes both."""
    rule = next(one for one in library().rules if one.id == "cn.publicity.minor_not_published")

    assert {version.raw["age"] for version in rule.versions} == {ages().majority.years}
