"""A procedure is a file: what it is called, which acts it has or borrows and where, and which rules speak in it."""

from dataclasses import replace

import pytest

from mingjing.lawengine.model import CaseHead, Law
from mingjing.packs.check import read_examples
from mingjing.packs.flowchart import flow_chart
from mingjing.packs.load import Library, PackError
from mingjing.packs.outline import guide, outline
from tests.lawengine.world import HEAD, act, library, rule_text, state_of

LICENCE = """
procedure = "licence"
enforcement = "licence"
title = "许可程序"
party = "申请人"
order = 5
remark = "申请、决定、送达"
main = ["granted"]
promised = { licence_decision = "作出许可决定" }
[[basis]]
law = "试验法"
article = "第四章"
[stages]
clue = "申请"
[guide]
fees = "不收费"
materials = ["申请书", "身份证明"]
[borrow.served]
after = ["granted"]
order = 90
remark = "送达许可证"
title = "送达许可"
form = "licence_paper"
"""
APPLIED = """
kind = "applied"
title = "申请"
stage = "clue"
procedures = ["licence"]
roles = ["officer"]
opens = true
order = 10
fields = []
"""
GRANTED = """
kind = "granted"
title = "准予许可"
stage = "decision"
procedures = ["licence"]
roles = ["officer"]
order = 20
fields = [{ name = "reason" }]
"""
AREA = 'title = "行政许可"\nprocedures = ["licence"]\n'
APPLIED_FIRST = rule_text("sequence", '{ needs = ["applied"] }', acts='["granted"]')
IN_LICENCE = replace(HEAD, procedure="licence")


def files(**more: str) -> dict[str, str]:
    return {
        "licence/procedures/licence.toml": LICENCE,
        "licence/area.toml": AREA,
        "licence/acts/applied.toml": APPLIED,
        "licence/acts/granted.toml": GRANTED,
        "licence/applied_first.toml": APPLIED_FIRST,
        **more,
    }


def packs(*rules: str, **more: str) -> Library:
    return library(*rules, files=files(**more))


def binding(*rules: str, **more: str) -> Law:
    return packs(*rules, **more).law(region="410481", field="urban")


def fault(name: str, old: str, new: str) -> PackError:
    text = files()[name]
    assert old in text
    with pytest.raises(PackError) as caught:
        packs(**{name: text.replace(old, new)})
    return caught.value


def misplaced(law: Law, kind: str, *earlier: str, head: CaseHead = IN_LICENCE) -> set[str]:
    state = state_of(law, *(act(one, "2026-03-01") for one in earlier), head=head)
    return {one.rule for one in state.judge(act(kind)) if one.refuses}


# --- procedures -----------------------------------------------------------------------------------


def test_a_procedure_is_read_as_written() -> None:
    """With the names of the stages it does not rename, its short title where none is given, and in its order."""
    found = packs().procedures
    assert list(found) == ["ordinary", "licence"]
    licence = found["licence"]
    assert (licence.title, licence.short, licence.party) == ("许可程序", "许可程序", "申请人")
    assert (licence.stages["clue"], licence.stages["service"]) == ("申请", "送达")
    assert licence.guide["materials"] == ("申请书", "身份证明")
    assert [basis.cite() for basis in licence.basis] == ["《试验法》第四章"]
    assert licence.promised == {"licence_decision": "作出许可决定"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('procedure = "licence"', 'procedure = "permit"', 2, "文件名应当与 procedure 一致"),
        ('enforcement = "licence"', 'enforcement = "lisence"', 3, "“enforcement”只能是"),
        ('party = "申请人"', "", 1, "缺少“party”"),
        ("order = 5", 'order = "5"', 6, "order"),
        ('main = ["granted"]', 'main = ["grantd"]', 8, "行为“grantd”没有定义，是否应为“granted”"),
        ('main = ["granted"]', 'main = ["decided"]', 8, "不属于程序“licence”"),
        ("[stages]\nclue", "[stages]\nbegin", 14, "不认识的键“begin”"),
        ('fees = "不收费"', 'fee = "不收费"', 16, "不认识的键“fee”，是否应为“fees”"),
        ("[borrow.served]", "[borrow.sevred]", 18, "借用的行为“sevred”没有定义，是否应为“served”"),
        ("[borrow.served]", "[borrow.granted]", 18, "本来就属于程序"),
        ('after = ["granted"]', 'after = ["grantd"]', 19, "行为“grantd”没有定义"),
        ('after = ["granted"]', 'after = ["noticed"]', 19, "程序“licence”没有这样的行为"),
        ("order = 90", "opens = 1\norder = 90", 20, "opens 只能是 true 或 false"),
    ],
)
def test_a_faulty_procedure_is_refused(old: str, new: str, line: int, words: str) -> None:
    """With the file, the line and the mend."""
    caught = fault("licence/procedures/licence.toml", old, new)
    assert words in str(caught)
    assert caught.file == "cn/licence/procedures/licence.toml"
    assert caught.line == line


def test_a_procedure_that_no_act_opens_is_refused() -> None:
    """Nobody could ever use it."""
    assert "没有可以开始案件的行为" in str(
        fault("licence/acts/applied.toml", "opens = true", "opens = false")
    )


def test_a_procedure_is_defined_once() -> None:
    """A second file of the same name is refused wherever it lies."""
    with pytest.raises(PackError, match=r"已在 cn/.* 定义"):
        packs(**{"other/procedures/licence.toml": LICENCE})


def test_a_procedure_nobody_defines_may_not_be_named() -> None:
    """Neither by an act, an area, a rule nor an example; the one that is defined may."""
    assert "“procedures”至少一项" in str(fault("licence/acts/applied.toml", '["licence"]', '["license"]'))
    assert "没有程序“license”" in str(fault("licence/area.toml", '["licence"]', '["license"]'))
    rule = rule_text("sequence", '{ needs = ["filed"] }', extra='procedures = ["licence"]')
    assert packs(rule).rules
    with pytest.raises(PackError, match=r"没有程序“license”（.*），是否应为“licence”"):
        packs(rule.replace('["licence"]', '["license"]'))
    with pytest.raises(PackError, match="样例里的程序“license”没有定义"):
        read_examples(packs(rule + 'head = { procedure = "license" }\n'))


# --- borrowed kinds -------------------------------------------------------------------------------


def test_a_borrowed_kind_stands_where_the_procedure_puts_it() -> None:
    """After the licence in a licence case; elsewhere as before; with the form, order and remark of the procedure."""
    law = binding()
    served = law.kinds["served"]
    assert served.procedures == ("ordinary", "licence")
    assert misplaced(law, "served", "applied") == {"kind.after"}
    assert misplaced(law, "served", "applied", "granted") == set()
    assert misplaced(law, "served", "filed", head=HEAD) == set()
    assert (served.form_in("licence"), served.form_in("ordinary")) == ("licence_paper", "")
    borrowed = law.kinds_in("licence")["served"]
    assert (borrowed.title, borrowed.remark) == ("送达许可", "送达许可证")
    assert served.in_procedure("ordinary") is served
    assert list(law.kinds_in("licence")) == ["applied", "granted", "served"]


def test_a_kind_that_is_not_borrowed_has_no_place_in_the_procedure() -> None:
    """Nor does the kind of the borrowing procedure in the other."""
    law = binding()
    assert misplaced(law, "decided", "applied") == {"kind.procedure"}
    assert misplaced(law, "granted", "filed", head=HEAD) >= {"kind.procedure"}


def test_next_acts_are_those_of_the_procedure() -> None:
    """Own and borrowed ones, in its order."""
    law = binding()
    steps = state_of(law, act("applied"), head=IN_LICENCE).standing(act("applied").done_at).next_acts
    assert [(one.kind, one.allowed) for one in steps] == [
        ("applied", False),
        ("granted", True),
        ("served", False),
    ]


def test_an_act_opens_the_procedures_it_names() -> None:
    """`opens` may be a list, and a borrowing procedure may let a case begin with what it borrows."""
    more = {"licence/procedures/licence.toml": LICENCE.replace("order = 90", "order = 90\nopens = true")}
    both = APPLIED.replace('procedures = ["licence"]', 'procedures = ["licence", "ordinary"]')
    more["licence/acts/applied.toml"] = both.replace("opens = true", 'opens = ["licence"]')
    law = binding(**more)
    assert misplaced(law, "applied") == set()
    assert misplaced(law, "applied", head=HEAD) == {"kind.opening"}
    assert misplaced(law, "served") == set()
    assert misplaced(law, "served", head=HEAD) == {"kind.opening"}
    wrong = fault("licence/acts/applied.toml", "opens = true", 'opens = ["ordinary"]')
    assert "opens 写 true、false，或者" in str(wrong)


# --- which rules speak ----------------------------------------------------------------------------


def test_rules_of_an_area_speak_in_its_procedures_alone() -> None:
    """In any scope; a folder without an area speaks everywhere; a rule may say otherwise itself."""
    local = rule_text("required", '{ facts = ["reason"] }', acts='["served"]')
    everywhere = local.replace('topic = "decision"', 'topic = "decision"\nprocedures = ["all"]')
    found = library(
        local, files=files(**{"licence/local.toml": local, "licence/everywhere.toml": everywhere})
    )
    law = found.law(region="410481", field="urban")

    def speaking(procedure: str) -> list[str]:
        return [rule.id for rule in law.rules_for(procedure)["served"]]

    assert speaking("licence") == ["cn.area.r0", "cn.licence.everywhere", "cn.licence.local"]
    assert speaking("ordinary") == ["cn.area.r0", "cn.licence.everywhere"]
    assert law.rules_for("licence") is law.rules_for("licence")


def test_a_rule_of_another_procedure_says_nothing_of_an_act() -> None:
    """Neither as a verdict nor as a limit; in its own procedure it speaks."""
    limit = rule_text("deadline", '{ from = "served", amount = 3, unit = "working_days" }', acts='["served"]')
    must = rule_text("required", '{ facts = ["document"] }', acts='["served"]')
    law = binding(**{"licence/limit.toml": limit, "licence/must.toml": must})
    for head, opening, speaks in ((IN_LICENCE, ("applied", "granted"), True), (HEAD, ("filed",), False)):
        state = state_of(law, *(act(one) for one in (*opening, "served")), head=head)
        rules = {one.rule for one in state.judge(act("served"))}
        assert ("cn.licence.must" in rules) is speaks
        assert bool(state.standing(act("served").done_at).deadlines) is speaks


def test_an_overlay_speaks_where_the_rule_it_replaces_speaks() -> None:
    """Unless it says otherwise, and a block may not be narrowed."""
    must = rule_text("required", '{ facts = ["reason"] }', acts='["served"]')
    replaced = must.replace('topic = "decision"', 'topic = "decision"\noverrides = "cn.licence.must"')

    def overlaid(text: str) -> Library:
        return library(files=files(**{"licence/must.toml": must}), overlays={"41": [text]})

    (rule,) = [one for one in overlaid(replaced).rules if one.scope == "41"]
    assert rule.procedures == ("licence",)
    wider = replaced.replace("overrides", 'procedures = ["all"]\noverrides')
    assert [one.procedures for one in overlaid(wider).rules if one.scope == "41"] == [()]
    other = replaced.replace("overrides", 'procedures = ["ordinary"]\noverrides')
    with pytest.raises(PackError, match="procedures 不能改窄"):
        overlaid(other)


# --- words and forms ------------------------------------------------------------------------------


def test_fields_of_all_packs_are_one_vocabulary() -> None:
    """A second file adds words and options; nothing is defined twice."""
    more = (
        'licence_no = { title = "许可证号", type = "text" }\n'
        'document = { extends = true, options = [["granted", "许可证"]] }\n'
    )
    fields = packs(**{"licence/fields.toml": more}).fields
    assert fields["licence_no"].title == "许可证号"
    assert [code for code, _ in fields["document"].options] == ["decided", "notice", "granted"]
    for text, words in (
        ('reason = { title = "理由", type = "text" }', "字段“reason”已在 cn/fields.toml 定义"),
        ('docment = { extends = true, options = [["a", "甲"]] }', "没有定义，是否应为“document”"),
        ('document = { extends = true, options = [["decided", "决定"]] }', "已有选项“decided”"),
        ('document = { extends = true, title = "x" }', "不认识的键|extends = true 只用来"),
        ('reason = { extends = true, options = [["a", "甲"]] }', "extends = true 只用来给选择字段"),
    ):
        with pytest.raises(PackError, match=words) as caught:
            packs(**{"licence/fields.toml": text})
        assert caught.value.file == "cn/licence/fields.toml"


def test_a_local_form_stands_in_for_the_national_one() -> None:
    """For agencies of that scope alone; a form that only one pack has is found by everybody."""
    paper = 'title = "{}"\n'
    national = {"area/forms/paper.toml": paper.format("国家"), "area/forms/other.toml": paper.format("通用")}
    found = library(
        files=files(**national),
        overlays={"41": [], "13": []},
        local={
            "41": {"area/forms/paper.toml": paper.format("河南")},
            "13": {
                "area/forms/paper.toml": paper.format("河北"),
                "area/forms/own.toml": paper.format("本地"),
            },
        },
    )

    def titles(region: str) -> list[str]:
        forms = found.law(region=region, field="urban").forms
        return [forms[name].title for name in ("paper", "other", "own")]

    assert titles("410481") == ["河南", "通用", "本地"]
    assert titles("130821") == ["河北", "通用", "本地"]
    assert titles("210504") == ["国家", "通用", "本地"]
    assert found.forms["paper"].title == "国家"


def test_a_computed_field_belongs_to_a_kind_that_computes() -> None:
    """And is never required of the officer."""
    name = "licence/acts/granted.toml"
    sound = GRANTED.replace('{ name = "reason" }', '{ name = "reason", computed = true }')
    kind = packs(**{name: sound.replace("order = 20", 'order = 20\ncomputes = "discretion"')}).kinds[
        "granted"
    ]
    assert (kind.computes, kind.computed) == ("discretion", {"reason"})
    assert "computes 和字段的 computed" in str(
        fault(name, '{ name = "reason" }', '{ name = "reason", computed = true }')
    )
    wrong = '{ name = "reason", computed = true, required = true }'
    assert "不写 required" in str(fault(name, '{ name = "reason" }', wrong))


def test_the_row_of_an_official_list_is_read_with_its_rule() -> None:
    """Recording rules and review rules have rows, with the columns of their table."""
    rule = rule_text("recording", '{ media = ["video"], whole = true }')
    text = rule.replace("[[version]]", '[list_row]\nstart = "出示证件"\n[[version]]')
    (read,) = library(text).rules
    assert read.list_row == {"start": "出示证件"}
    assert read.versions[0].terms.whole  # type: ignore[union-attr]
    with pytest.raises(PackError, match="不认识的键“matter”"):
        library(text.replace("start =", "matter ="))
    with pytest.raises(PackError, match="list_row 只用于"):
        library(rule_text("condition", '{ holds = "true" }', extra="[list_row]\nstart = 'x'\n"))


# --- charts ---------------------------------------------------------------------------------------


def test_the_chart_of_a_procedure_is_drawn_from_its_rules() -> None:
    """Its title, its names of stages, its acts; what the main act needs is always done, the rest is not."""
    law = binding()
    steps = {step.kind.kind: step for step in outline(law, "licence")}
    assert [(name, step.stage, step.always) for name, step in steps.items()] == [
        ("applied", "申请", True),
        ("granted", "决定", True),
        ("served", "决定", False),
    ]
    assert "许可程序流程图" in flow_chart(law, "licence")
    assert "立案" not in flow_chart(law, "licence")
    told = guide(law, "licence")
    assert (told["enforcement"], told["party"], told["basis"]) == ("行政许可", "申请人", ["《试验法》第四章"])
    assert told["texts"] == {"fees": "不收费", "materials": ["申请书", "身份证明"]}


def test_what_the_place_of_an_act_demands_is_always_done_too() -> None:
    """As the one act that opens a case is; an act that only usually comes before is not."""
    examined = GRANTED.replace("granted", "examined").replace("order = 20", "order = 15")
    for place, always in (("after", True), ("usually_after", False)):
        granted = GRANTED.replace("order = 20", f'order = 20\n{place} = ["examined"]')
        law = binding(
            **{
                "licence/acts/examined.toml": examined,
                "licence/acts/granted.toml": granted,
                "licence/applied_first.toml": APPLIED_FIRST.replace(
                    'needs = ["applied"]', 'forbids = ["served"]'
                ),
            }
        )
        steps = {step.kind.kind: step.always for step in outline(law, "licence")}
        assert (steps["applied"], steps["examined"], steps["granted"]) == (True, always, True)
