"""Local packs go over the national one: wider first, never weakening what the nation forbids."""

import pytest

from mingjing.packs.load import PackError
from tests.lawengine.world import act, library, rule_text, said, verdict

NATIONAL = rule_text("ceiling", '{ fact = "fine_yuan", at_most = 200 }')


def local(terms: str, kind: str = "ceiling", **more: str) -> str:
    extra = f'overrides = "{more.pop("of", "cn.area.r0")}"\n' + more.pop("extra", "")
    return rule_text(kind, terms, extra=extra, **more)


def test_region_field_and_agency_add_rules_of_their_own() -> None:
    """Each binds those it is for, and nobody else."""
    add = rule_text("ceiling", '{ fact = "fine_yuan", at_most = 100 }')
    scopes = ("41", "4104", "410481", "field/urban", "agency/A1")
    for scope in scopes:
        packs = library(overlays={scope: [add]})
        assert len(packs.law(region="410481", field="urban", agency="A1").rules) == 1, scope
        assert len(packs.law(region="130821", field="market", agency="A2").rules) == 0, scope


def test_the_narrower_scope_wins() -> None:
    """The agency over the county, whichever of the two it says it replaces."""
    county = local('{ fact = "fine_yuan", at_most = 150 }')
    for replaced in ("cn.area.r0", "410481.area.r0"):
        agency = local('{ fact = "fine_yuan", at_most = 100 }', of=replaced)
        packs = library(NATIONAL, overlays={"410481": [county], "agency/A1": [agency]})
        judged = act("decided", facts={"fine_yuan": "120"})
        assert (
            verdict(packs.law(region="410481", field="urban", agency="A1"), judged).rule
            == "agency.A1.area.r0"
        )
        assert said(packs.law(region="410481", field="urban", agency="A1"), judged) == "breach"
        assert said(packs.law(region="410481", field="urban", agency="A2"), judged) == "pass"


GROWS = '{{ fact = "told_yuan", principal = "fine_yuan", from = "filed", rate = {} }}'


@pytest.mark.parametrize(
    ("national", "overlay", "words"),
    [
        (NATIONAL, local('{ fact = "fine_yuan", at_most = 200 }', severity="warn"), "不能改为 warn"),
        (NATIONAL, local('{ fact = "fine_yuan", at_most = 201 }'), "放宽了限额"),
        (NATIONAL, local('{ fact = "fine_yuan", at_least = 1 }'), "放宽了限额"),
        (NATIONAL, local("{ officers = 2 }", "quorum"), "种类是 quorum"),
        (
            NATIONAL,
            local('{ fact = "fine_yuan", at_most = 1 }', acts='["closed"]'),
            "漏了被覆盖规则所管的行为",
        ),
        (NATIONAL, local('{ fact = "fine_yuan", at_most = 1 }', extra='when = "urgent"'), "when 不能改动"),
        (rule_text("quorum", "{ officers = 2 }"), local("{ officers = 1 }", "quorum"), "人数更少"),
        (
            rule_text("quorum", "{ officers = 2 }"),
            local("{ officers = 2, certificate = false }", "quorum"),
            "取消了 certificate",
        ),
        (
            rule_text("sequence", '{ needs = ["filed", "noticed"] }'),
            local('{ needs = ["filed"] }', "sequence"),
            "少了先后要求",
        ),
        (
            rule_text("separation", '{ apart_from = ["filed", "noticed"] }'),
            local('{ apart_from = ["filed"] }', "separation"),
            "少了应当分离",
        ),
        (
            rule_text("required", '{ facts = ["reason", "fine_yuan"] }'),
            local('{ facts = ["reason"] }', "required"),
            "少了必备内容",
        ),
        (
            rule_text("recording", '{ media = ["video"] }'),
            local('{ media = ["video", "photo"] }', "recording"),
            "放宽了记录方式",
        ),
        (
            rule_text("accrual", GROWS.format("0.03, cap_times = 1")),
            local(GROWS.format("0.04, cap_times = 1"), "accrual"),
            "放宽了累计标准",
        ),
        (
            rule_text("accrual", GROWS.format("0.03, cap_times = 1")),
            local(GROWS.format("0.03"), "accrual"),
            "放宽了累计标准",
        ),
        (
            rule_text("deadline", '{ from = "filed", amount = 7, unit = "working_days" }'),
            local('{ from = "filed", amount = 8, unit = "working_days" }', "deadline"),
            "放宽了期限",
        ),
        (
            rule_text(
                "deadline", '{ from = "filed", amount = 7, unit = "working_days", bound = "not_before" }'
            ),
            local('{ from = "filed", amount = 6, unit = "working_days", bound = "not_before" }', "deadline"),
            "放宽了期限",
        ),
    ],
)
def test_a_national_block_is_never_weakened(national: str, overlay: str, words: str) -> None:
    """Refused at the start, with the reason."""
    with pytest.raises(PackError, match=r"不能覆盖 cn\.area\.r0") as caught:
        library(national, overlays={"41": [overlay]})
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("national", "overlay"),
    [
        (NATIONAL, local('{ fact = "fine_yuan", at_most = 199 }')),
        (rule_text("quorum", "{ officers = 2 }"), local("{ officers = 3 }", "quorum")),
        (
            rule_text("sequence", '{ needs = ["filed"] }'),
            local('{ needs = ["filed", "noticed"] }', "sequence"),
        ),
        (
            rule_text("deadline", '{ from = "filed", amount = 7, unit = "working_days" }'),
            local('{ from = "filed", amount = 6, unit = "working_days" }', "deadline"),
        ),
        # What the nation only grades, a region may set otherwise.
        (
            rule_text("deadline", '{ from = "filed", amount = 7, unit = "working_days" }', severity="grade"),
            local('{ from = "filed", amount = 20, unit = "working_days" }', "deadline", severity="warn"),
        ),
    ],
)
def test_it_may_be_sharpened(national: str, overlay: str) -> None:
    """The twin of each refusal."""
    packs = library(national, overlays={"41": [overlay]})
    (rule,) = packs.law(region="410481", field="urban").rules
    assert (rule.id, rule.base.id if rule.base else "") == ("41.area.r0", "cn.area.r0")
    assert packs.law(region="410481", field="urban").rules_by_id["cn.area.r0"].id == "cn.area.r0"


def test_an_overlay_replaces_a_rule_that_exists() -> None:
    """A wrong id is a slip; a replacement of another region's rule does not bind here."""
    with pytest.raises(PackError, match=r"不存在，是否应为“cn\.area\.r0”"):
        library(NATIONAL, overlays={"41": [local('{ fact = "fine_yuan", at_most = 1 }', of="cn.area.r00")]})
    of_41 = local('{ fact = "fine_yuan", at_most = 100 }')
    of_urban = local('{ fact = "fine_yuan", at_most = 50 }', of="41.area.r0")
    packs = library(NATIONAL, overlays={"41": [of_41], "field/urban": [of_urban]})
    judged = act("decided", facts={"fine_yuan": "80"})
    assert said(packs.law(region="410481", field="urban"), judged) == "breach"
    assert said(packs.law(region="130821", field="urban"), judged) == "pass"
