"""A faulty pack stops the start, with the file, the line and the mend; a sound one is read as it is written."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.lawengine.model import Severity
from mingjing.packs.check import read_examples
from mingjing.packs.load import PackError, load_library
from tests.lawengine.world import ACTS, FIELDS, PROCEDURES, library, rule_text

SOUND = rule_text("ceiling", '{ fact = "fine_yuan", at_most = 200 }')


def fault(text: str) -> PackError:
    with pytest.raises(PackError) as caught:
        read_examples(library(text))
    return caught.value


def spoilt(old: str, new: str) -> PackError:
    assert old in SOUND
    return fault(SOUND.replace(old, new))


def test_a_sound_rule_is_read_as_written() -> None:
    """Path as id, dates, source, terms, severity."""
    (rule,) = library(SOUND).rules
    assert (rule.id, rule.kind, rule.severity, rule.acts) == (
        "cn.area.r0",
        "ceiling",
        Severity.BLOCK,
        ("decided",),
    )
    (version,) = rule.versions
    assert (version.in_force, version.source.law, version.source.verified) == (
        date(2020, 1, 1),
        "试验法",
        True,
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('kind = "ceiling"', 'kind = "ceilng"', 3, "“kind”只能是"),
        ('acts = ["decided"]', 'acts = ["decide"]', 4, "行为“decide”没有定义，是否应为“decided”"),
        ('acts = ["decided"]', "acts = []", 4, "缺少 acts"),
        ('severity = "block"', 'severity = "stop"', 5, "“severity”只能是 block、grade、warn"),
        ('topic = "decision"', 'topic = "decisions"', 6, "“topic”只能是"),
        (
            'topic = "decision"',
            'topic = "decision"\nseverty = "x"',
            7,
            "不认识的键“severty”，是否应为“severity”",
        ),
        ('article = "第一条"', 'article = "总则"', 10, "article 要写到条、款、项"),
        ('article = "第一条"', 'article = "总则", verified = false', 10, "要写明缘由"),
        ("in_force = 2020-01-01", "in_force = 1920-01-01", 9, "不合理"),
        ("in_force = 2020-01-01", "in_force = 2090-01-01", 9, "不合理"),
        ("in_force = 2020-01-01", 'in_force = "2020"', 9, "要写成日期"),
        ("in_force = 2020-01-01", "in_force = 2020-01-01\nuntil = 2019-01-01", 10, "until 早于 in_force"),
        ('article = "第一条"', 'articl = "第一条"', 10, "不认识的键“articl”"),
        ('article = "第一条"', 'article = ""', 10, "缺少“article”"),
        ('quote = "条文"', 'quote = " "', 11, "缺少“quote”"),
        ("at_most = 200", "at_moost = 200", 12, "没有“at_moost”，是否应为“at_most”"),
        ("at_most = 200", 'at_most = "多"', 12, "要写成数"),
        ("at_most = 200", "at_most = { citizen = 1 }", 12, "要写 by"),
        ("at_most = 200", 'by = "party_kind", at_most = { citizn = 1 }', 12, "不能是“citizn”"),
        (", at_most = 200", "", 12, "at_most、at_least、below、above 之一"),
        ('fact = "fine_yuan"', 'fact = "fine_yan"', 12, "字段“fine_yan”没有定义，是否应为“fine_yuan”"),
        ("on = 2026-03-02", 'on = "2026"', 16, "样例要写 on = 日期"),
        ('expect = "pass"', 'expect = "ok"', 17, "“expect”只能是 pass、breach、unknown、not_applicable"),
        ('expect = "pass"', 'expect = "pass"\nfacts = { fine_yan = "1" }', 18, "字段“fine_yan”没有定义"),
        ('expect = "pass"', 'expect = "pass"\nfacts = { party_kind = "x" }', 18, "没有选项“x”"),
        (
            'expect = "pass"',
            'expect = "pass"\nbefore = ["filled"]',
            18,
            "行为“filled”没有定义，是否应为“filed”",
        ),
        ('expect = "pass"', 'expect = "pass"\nperformers = [{ nme = "甲" }]', 18, "不认识的键“nme”"),
        ('expect = "pass"', 'status = "running"', 17, "只用于 deadline"),
    ],
)
def test_a_slip_is_found_with_its_line_and_its_mend(old: str, new: str, line: int, words: str) -> None:
    """Each the slip of one key or word."""
    error = spoilt(old, new)
    assert words in error.message
    assert (error.file, error.line) == ("cn/area/r0.toml", line)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("fine_yuan >", "条件写法有误"),
        ("fine_yan > 3", "“fine_yan”不是字段，也不是可用的名字，是否应为“fine_yuan”"),
        ("did_decide", "“did_decide”不是字段"),
        ("fine_yuan * 2 > 3.0", "金额做算术要写小数"),
        ("fine_yuan > '3'", "算不出"),
        ("fine_yuan", "算不出“是”或“否”"),
        ("party_kind == 'citizn'", "字段“party_kind”没有选项“citizn”，是否应为“citizen”"),
        ("'fne' in kinds", "字段“kinds”没有选项“fne”"),
        ("party_kind in ['citizen', 'firm']", "字段“party_kind”没有选项“firm”"),
        ("fine_yuan < terms.most", "条件用到 terms.most，但条款里没有"),
    ],
)
def test_a_faulty_condition_is_found_before_any_case(condition: str, words: str) -> None:
    """Syntax, names, types and options: at rule level and in the terms alike."""
    at_rule = fault(
        rule_text("ceiling", '{ fact = "fine_yuan", at_most = 1 }', extra=f'when = "{condition}"')
    )
    in_terms = fault(rule_text("condition", f'{{ holds = "{condition}" }}'))
    assert words in at_rule.message
    assert words in in_terms.message
    assert (at_rule.line, in_terms.line) == (7, 12)


@pytest.mark.parametrize(
    ("kind", "terms", "words"),
    [
        ("sequence", "{ }", "needs 或者 forbids"),
        ("sequence", '{ needs = ["served[document=decidd]"] }', "不能是“decidd”"),
        ("sequence", '{ needs = ["served[reason=x]"] }', "表单没有字段“reason”"),
        ("sequence", '{ needs = ["a b"] }', "写法不对"),
        ("deadline", '{ from = "filed", amount = 7, unit = "days" }', "“unit”只能是"),
        ("deadline", '{ from = "filed", amount = -7, unit = "hours" }', "不小于零的整数"),
        ("deadline", '{ amount = 7, unit = "hours" }', "from 或者 from_field"),
        ("deadline", '{ from = "filed", amount = 7, unit = "hours", met_by = ["closed"] }', "不在 acts 里"),
        (
            "deadline",
            '{ from = "filed", amount = 7, unit = "hours", pauses = [{ form = "asked" }] }',
            "不能是“form”",
        ),
        (
            "deadline",
            '{ from = "filed", amount = 7, unit = "hours", extensions = [{ act = "extended" }] }',
            "{ act, field }",
        ),
        ("quorum", '{ officers = "two" }', "不小于零的整数"),
        ("quorum", '{ officers = 2, certificate = "yes" }', "true 或 false"),
        ("separation", "{ }", "apart_from"),
        ("recording", "{ media = [] }", "media"),
        ("recording", '{ media = ["film"] }', "不能是“film”"),
        ("required", "{ }", "空的"),
        ("required", "{ evidence = { at_lest = 1 } }", "不能是“at_lest”"),
        ("accrual", '{ fact = "told_yuan", principal = "fine_yuan", rate = 3, from = "filed" }', "0.03"),
        ("accrual", '{ fact = "told_yuan", principal = "fine_yuan", rate = 0.03 }', "from 或者 from_field"),
        (
            "accrual",
            '{ fact = "told_yuan", principal = "fine_yuan", rate = 0.03, from = "filed", unit = "hours" }',
            "不能是“hours”",
        ),
        ("condition", '{ holds = "urgent", says = "{fine_yan}" }', "“{fine_yan}”不是字段"),
    ],
)
def test_faulty_terms_are_refused_for_every_kind(kind: str, terms: str, words: str) -> None:
    """Nothing that a judge would have to guess about gets past the loader."""
    error = fault(rule_text(kind, terms))
    assert words in error.message
    assert error.line == 12


@pytest.mark.parametrize(
    ("kind", "terms", "severity"),
    [
        ("condition", '{ holds = "true" }', "block"),
        ("deadline", '{ from = "filed", amount = 7, unit = "hours" }', "warn"),
    ],
)
def test_no_fact_is_left_out_to_pass_a_block_or_a_limit(kind: str, terms: str, severity: str) -> None:
    """Rules that only cost points or warn may wait for a fact."""
    text = rule_text(kind, terms, extra='if_known = ["fine_yuan"]', severity=severity)
    assert "if_known" in str(fault(text))
    waits = rule_text("condition", '{ holds = "true" }', extra='if_known = ["fine_yuan"]', severity="warn")
    assert library(waits).rules[0].if_known == ("fine_yuan",)
    assert "没有定义" in str(fault(waits.replace("fine_yuan", "fine_yaun")))


def test_a_rule_that_lacks_its_versions_or_examples_is_refused() -> None:
    """No law without a text, no text without an example."""
    assert (
        "[[version]]"
        in fault(SOUND[: SOUND.index("[[version]]")] + SOUND[SOUND.index("[[example]]") :]).message
    )
    assert "[[example]]" in fault(SOUND[: SOUND.index("[[example]]")]).message


def test_texts_must_follow_one_another() -> None:
    """From old to new, without overlap."""
    second = SOUND[SOUND.index("[[version]]") : SOUND.index("[[example]]")]
    error = fault(SOUND.replace("[[example]]", second + "[[example]]"))
    assert "从旧到新" in error.message


def test_only_punishments_go_by_the_day_of_the_conduct() -> None:
    """Procedure goes by the day of the act."""
    error = fault(rule_text("condition", '{ holds = "urgent" }', extra='dated_by = "conduct"'))
    assert "dated_by" in error.message


def test_what_is_no_toml_is_told_with_its_line() -> None:
    """And so is a key written twice."""
    error = fault("title = \n")
    assert (error.line, "不是合法的 TOML" in error.message) == (1, True)
    assert (
        "TOML" in fault(SOUND.replace('topic = "decision"', 'topic = "decision"\ntopic = "decision"')).message
    )


def test_every_faulty_file_is_told_at_once() -> None:
    """An author mends them all before the next start."""
    with pytest.raises(PackError) as caught:
        library(SOUND.replace("at_most", "at_moost"), SOUND, SOUND.replace("block", "stop"))
    assert str(caught.value).count("\n") == 1
    assert "r0.toml:12" in str(caught.value)
    assert "r2.toml:5" in str(caught.value)


# --- fields and acts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("fields.toml", 'x = { title = "甲", type = "txt" }', "“type”只能是"),
        ("fields.toml", 'x = { title = "甲", type = "choice" }', "缺少 options"),
        ("fields.toml", 'x = { title = "甲", type = "rows", columns = ["y"] }', "列“y”没有定义"),
        ("fields.toml", 'x = { title = "甲", type = "text", publish = "secret" }', "publish 只能是"),
        ("area/acts/filed.toml", 'kind = "filled"', "文件名应当与 kind 一致"),
        (
            "area/acts/filed.toml",
            'kind = "filed"\ntitle = "立案"\nfields = [{ name = "x" }]',
            "字段“x”没有在 fields.toml 定义",
        ),
        ("area/acts/filed.toml", 'kind = "filed"\ntitle = "立案"\nstage = "start"', "“stage”只能是"),
        ("other/acts/filed.toml", "", "缺少“kind”"),
        ("calendar/2027.toml", "year = 2027", "工作日历"),
        (
            "calendar/2027.toml",
            'year = 2027\nissued = 2026-11-01\nsource = "x"\noff = [2026-01-01]',
            "不在 2027 年",
        ),
    ],
)
def test_faulty_words_and_calendars_are_refused(name: str, text: str, words: str) -> None:
    """Fields, kinds of act and days off are checked like rules."""
    with pytest.raises(PackError) as caught:
        library(files={name: text})
    assert words in str(caught.value)
    assert caught.value.file == f"cn/{name}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('after = ["notised"]', "noticed"),
        ('after = "noticed"', "要写成列表"),
        ('until = ["served[document=letter]"]', "document"),
        ('again = ["noticed"]', "until"),
        ('usually_until = ["decided[shown=yes]"]', "shown"),
        ("seldom = 1", "seldom"),
        ('befor = ["noticed"]', "不认识的键"),
    ],
)
def test_a_faulty_place_of_a_kind_is_refused(given: str, words: str) -> None:
    """With the line of the key; a sound one is read in the engine's words."""
    text = (
        'kind = "phoned"\ntitle = "电话"\nstage = "notice"\nprocedures = ["ordinary"]\nroles = ["officer"]\n'
    )
    name = "area/acts/phoned.toml"
    with pytest.raises(PackError) as caught:
        library(files={name: text + given})
    assert words in str(caught.value)
    assert caught.value.line == 6
    sound = 'after = ["noticed | waived"]\nuntil = ["served[document=decided]"]\nagain = ["argued"]\nseldom = true'
    place = library(files={name: text + sound}).kinds["phoned"].place
    assert [ref.kind for ref in place.after[0]] == ["noticed", "waived"]
    assert (place.until[0].field, place.until[0].value) == ("document", "decided")
    assert (place.again[0].kind, place.seldom) == ("argued", True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{ docment = ['notice'] }", "字段“docment”没有定义，是否应为“document”"),
        ("{ document = ['letter'] }", "“document”没有选项“letter”"),
        ("{ document = 'notice' }", "写成列表"),
        ("{ document = [] }", "写成列表"),
        ("{ document = true }", "写成列表"),
        ("{ shown = ['yes'] }", "只能是 true 或 false"),
        ("{ fine_yuan = ['1'] }", "不是选择字段或者是否字段"),
        ("{ reason = ['x'] }", "不是选择字段"),
        ("{ kinds = ['fine'] }", "要写在“reason”之前"),
        ("{}", "only_if 写作"),
        ("'notice'", "only_if 写作"),
    ],
)
def test_a_faulty_condition_of_a_field_is_refused(given: str, words: str) -> None:
    """With the line of the field; a sound one is read with the values that bring the field out."""
    text = (
        'kind = "phoned"\ntitle = "电话"\nstage = "notice"\nprocedures = ["ordinary"]\nroles = ["officer"]\n'
        'fields = [\n  { name = "document" },\n  { name = "shown" },\n'
        '  { name = "reason", required = true, only_if = %s },\n  { name = "kinds" },\n]\n'
    )
    name = "area/acts/phoned.toml"
    with pytest.raises(PackError) as caught:
        library(files={name: text % given})
    assert words in str(caught.value)
    assert caught.value.line == 9
    use = library(files={name: text % "{ document = ['notice'], shown = false }"}).kinds["phoned"].fields[2]
    assert (use.name, use.required) == ("reason", True)
    assert [(one.name, one.values) for one in use.only_if] == [("document", ("notice",)), ("shown", (False,))]


def test_a_kind_of_act_is_defined_once() -> None:
    """A second definition, wherever it lies, is refused."""
    twice = 'kind = "filed"\ntitle = "立案"\nstage = "filing"\nprocedures = ["ordinary"]\nroles = ["officer"]'
    with pytest.raises(PackError, match="已在别处定义"):
        library(files={"other/acts/filed.toml": twice})


# --- the library on disk --------------------------------------------------------------------------


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def on_disk(root: Path, rule: str = SOUND) -> Path:
    acts = {
        f"cn/area/acts/{kind}.toml": f'kind = "{kind}"\ntitle = "{title}"\nstage = "decision"\n'
        f'procedures = ["ordinary"]\nroles = ["officer"]\nopens = {str(kind == "filed").lower()}\n'
        for kind, (title, _, _) in ACTS.items()
    }
    procedures = {f"cn/{name}": text for name, text in PROCEDURES.items()}
    head = 'title = "试验包"\nscope = "cn"\nversion = "1"\nreleased = 2026-03-01\n'
    return write(
        root, {"cn/pack.toml": head, "cn/fields.toml": FIELDS, "cn/area/r0.toml": rule, **procedures, **acts}
    )


def test_a_library_is_read_from_its_folder(tmp_path: Path) -> None:
    """And a folder without the national pack is refused."""
    packs = load_library(on_disk(tmp_path / "a"))
    assert [rule.id for rule in packs.rules] == ["cn.area.r0"]
    assert packs.packs["cn"].released == date(2026, 3, 1)
    with pytest.raises(PackError, match="没有找到国家法律包"):
        load_library(tmp_path / "empty")


def test_the_digest_of_a_law_changes_with_any_of_its_files_and_with_no_others(tmp_path: Path) -> None:
    """A judgement says by which law it was made; line ends of another system make no other law."""
    plain = load_library(on_disk(tmp_path / "a"))
    same = load_library(on_disk(tmp_path / "b", SOUND.replace("\n", "\r\n")))
    other = load_library(on_disk(tmp_path / "c", SOUND.replace("200", "201")))
    here = {"region": "410481", "field": "urban"}
    assert plain.law(**here).digest == same.law(**here).digest != other.law(**here).digest
    head = 'title = "河南"\nscope = "41"\nversion = "1"\nreleased = 2026-03-01\n'
    local = load_library(write(on_disk(tmp_path / "d"), {"41/pack.toml": head}))
    assert local.law(**here).digest != plain.law(**here).digest
    assert local.law(region="130821", field="urban").digest == plain.law(**here).digest
    assert local.law(**here) is local.law(**here)


def test_a_scope_lies_in_the_folder_it_names(tmp_path: Path) -> None:
    """A pack that says it is another region's is refused."""
    head = 'title = "河南"\nscope = "42"\nversion = "1"\nreleased = 2026-03-01\n'
    with pytest.raises(PackError, match="scope 应当与文件夹一致：41"):
        load_library(write(on_disk(tmp_path), {"41/pack.toml": head}))
    (tmp_path / "41" / "pack.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match="UTF-8"):
        load_library(tmp_path)


def test_a_source_that_was_not_seen_needs_no_article_but_a_reason() -> None:
    """And a document without articles is cited by its numbered parts."""
    unseen = 'article = "总则", verified = false, note = "原文未取得"'
    for given, verified in ((unseen, False), ('article = "二、（三）"', True), ('article = "附件2"', True)):
        (rule,) = library(SOUND.replace('article = "第一条"', given)).rules
        assert rule.versions[0].source.verified is verified


def test_verified_is_said_without_quotes() -> None:
    """`verified = "no"` would otherwise pass for verified."""
    with pytest.raises(PackError, match="verified 只能是 true 或者 false"):
        library(SOUND.replace('article = "第一条"', 'article = "第一条", verified = "no"'))


def test_the_mark_of_notepad_is_no_part_of_a_rule_and_a_copy_is_no_second_rule(tmp_path: Path) -> None:
    """A file saved with a byte order mark reads the same; "r0 - 副本.toml" beside it is refused by its name."""
    root = on_disk(tmp_path)
    plain = load_library(root).rules
    rule = root / "cn/area/r0.toml"
    rule.write_bytes(b"\xef\xbb\xbf" + rule.read_bytes())
    assert [(one.id, one.title) for one in load_library(root).rules] == [(one.id, one.title) for one in plain]
    (root / "cn/area/r0 - 副本.toml").write_bytes(rule.read_bytes())
    with pytest.raises(PackError, match="规则的文件名只用小写英文字母"):
        load_library(root)


# --- examples are read when asked for -------------------------------------------------------------


def test_faulty_examples_are_told_when_they_are_asked_for_with_their_line() -> None:
    """A start needs none of them; the check of the packs reads them all and tells the first fault of every file."""
    unknown = SOUND.replace('expect = "pass"', 'expect = "yes"')
    broken = SOUND.replace('name = "例"', 'name = "例')
    found = library(SOUND, unknown, broken)
    assert [rule.examples_written for rule in found.rules] == [1, 1, 1]
    assert found.rules[0].examples[0].name == "例"
    with pytest.raises(PackError) as caught:
        read_examples(found)
    first, second = caught.value, caught.value.more[0]
    assert (first.file, "“expect”只能是" in first.message) == ("cn/area/r1.toml", True)
    assert (second.file, "不是合法的 TOML" in second.message) == ("cn/area/r2.toml", True)
    assert (first.line, second.line) == (line_of(unknown, "expect"), line_of(broken, "name ="))


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


def test_what_stands_after_examples_is_read_at_the_start() -> None:
    """A version below an example counts all the same, and a rule without any example is refused at once."""
    version = SOUND[SOUND.index("[[version]]") : SOUND.index("[[example]]")]
    example = SOUND[SOUND.index("[[example]]") :]
    head = SOUND[: SOUND.index("[[version]]")]
    turned = library(head + example + version + example)
    assert [one.in_force for one in turned.rules[0].versions] == [date(2020, 1, 1)]
    assert turned.rules[0].examples_written == len(turned.rules[0].examples) == 2
    with pytest.raises(PackError, match=r"至少要有一个 \[\[example\]\]"):
        library(head + version)


def test_the_digest_covers_the_examples() -> None:
    """Though they are not read: another example makes another file."""
    one, other = (library(text).law(region="", field="") for text in (SOUND, SOUND.replace("例", "另一例")))
    assert one.digest != other.digest
