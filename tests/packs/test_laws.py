"""The register of laws: what may be cited on a day, and whether its figures are those of the texts."""

import re
from datetime import date
from pathlib import Path

import pytest

from mingjing.packs.laws import (
    LawRegister,
    Resolved,
    Unresolved,
    article_numbers,
    law_register,
    read_laws,
    split_citation,
)
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackError
from tests.packs.shelf import with_files

TODAY = date(2026, 9, 1)
_HEADING = re.compile(r"^[\s　*#]*(第(?:[零〇一二三四五六七八九十百千]+|\d+)条)", re.MULTILINE)


@pytest.fixture(scope="module")
def register() -> LawRegister:
    return law_register()


def reason(found: Resolved | Unresolved) -> str:
    assert isinstance(found, Unresolved)
    return found.reason


def library_with(register: str) -> Library:
    """The real library with another register of laws."""
    return with_files({"cn/laws/test.toml": register}, without="/laws/")


@pytest.mark.parametrize(
    ("citation", "law", "numbers"),
    [
        ("《中华人民共和国行政处罚法》第八十一条第二款第（三）项", "中华人民共和国行政处罚法", (81,)),
        ("行政处罚法第12条", "行政处罚法", (12,)),
        ("《生态环境法典》第一千二百四十二条", "生态环境法典", (1242,)),
        (
            "《住房和城乡建设行政处罚程序规定》第十五条、第四十五条",
            "住房和城乡建设行政处罚程序规定",
            (15, 45),
        ),
        ("国办发〔2018〕118号", "国办发〔2018〕118号", ()),
    ],
)
def test_a_citation_is_split_into_law_and_articles(citation: str, law: str, numbers: tuple[int, ...]):
    """Article numbers are read in Chinese and in figures; clauses and items are not taken for articles."""
    name, article = split_citation(citation)
    assert name == law
    assert article_numbers(article) == numbers


def test_a_law_is_found_with_and_without_the_name_of_the_state_and_the_year(register: LawRegister):
    """All usual ways to name one law lead to it."""
    names = (
        "行政处罚法",
        "中华人民共和国行政处罚法",
        "《行政处罚法》",
        "行政处罚法（2021）",
        "行政处罚法(2021年修订)",
    )
    assert {register.find(name) for name in names} == {register.find("行政处罚法")}
    assert register.find("行政处罚") is None


def test_the_text_of_the_day_decides(register: LawRegister):
    """The same citation leads to the text then in force; the last day of the old and the first of the new differ."""
    old = register.resolve("行政处罚法", "第六十四条", on=date(2021, 7, 14))
    new = register.resolve("行政处罚法", "第六十四条", on=date(2021, 7, 15))
    assert isinstance(old, Resolved)
    assert isinstance(new, Resolved)
    assert old.edition
    assert new.edition
    assert (old.edition.year, new.edition.year) == (2017, 2021)


def test_an_article_beyond_the_last_is_refused_and_the_last_is_not(register: LawRegister):
    """The penalty law of 2021 has 86 articles."""
    assert isinstance(register.resolve("行政处罚法第八十六条", on=TODAY), Resolved)
    assert "没有第87条" in reason(register.resolve("行政处罚法第八十七条", on=TODAY))
    assert "没有第0条" in reason(register.resolve("行政处罚法第0条", on=TODAY))


def test_a_law_not_yet_or_no_longer_in_force_is_refused(register: LawRegister):
    """The environment code replaced the air law on 15 August 2026."""
    air, code = "大气污染防治法第九十九条", "生态环境法典第一条"
    assert isinstance(register.resolve(air, on=date(2026, 8, 14)), Resolved)
    assert "不再施行，由《生态环境法典》取代" in reason(register.resolve(air, on=date(2026, 8, 15)))
    assert "尚未施行" in reason(register.resolve(code, on=date(2026, 8, 14)))
    assert isinstance(register.resolve(code, on=date(2026, 8, 15)), Resolved)


def test_the_ten_laws_that_the_environment_code_repealed_end_together(register: LawRegister):
    """All ten end on the eve of the code."""
    ended = [law for law in register.statutes if law.repealed_by == "生态环境法典"]
    assert len(ended) == 10
    assert {law.until for law in ended} == {date(2026, 8, 14)}


def test_a_text_that_was_replaced_may_not_be_named(register: LawRegister):
    """Naming the year of an old text is refused, naming that of the present text is not."""
    assert "已被2021年的文本取代" in reason(register.resolve("行政处罚法（1996）", "第三条", on=TODAY))
    assert isinstance(register.resolve("行政处罚法（2021）", "第三条", on=TODAY), Resolved)
    assert "没有“1990”这一文本" in reason(register.resolve("行政处罚法（1990）", "第三条", on=TODAY))


def test_an_unknown_law_is_named_with_the_nearest(register: LawRegister):
    """A slip of the pen is answered with what was probably meant."""
    assert "是否应为“行政处罚法" in reason(register.resolve("行政处法", "第三条", on=TODAY))


def _leads_somewhere(register: LawRegister, law: str, article: str, first: date, last: date) -> bool:
    """Whether the citation holds on some day of the span; texts change only on the days tried."""
    statute = register.find(law)
    changes = {edition.in_force for edition in statute.editions} if statute else set()
    days = {first, last} | {day for day in changes if first <= day <= last}
    return any(isinstance(register.resolve(law, article, on=day), Resolved) for day in days)


def test_the_source_of_every_rule_is_in_the_register(register: LawRegister):
    """Each version rests on an article of a text that was in force while the version was."""
    strange = [
        f"{rule.path}：{version.source.cite()}"
        for rule in library().rules
        for version in rule.versions
        if not _leads_somewhere(
            register, version.source.law, version.source.article, version.in_force, version.until or TODAY
        )
    ]
    assert not strange, "\n".join(strange)


def test_the_basis_of_every_procedure_is_in_force(register: LawRegister):
    """What a procedure names as its basis can be cited today."""
    strange = [
        f"{procedure.code}：{found.reason}"
        for procedure in library().procedures.values()
        for basis in procedure.basis
        if isinstance(found := register.resolve(basis.law, basis.article, on=TODAY), Unresolved)
    ]
    assert not strange, "\n".join(strange)


def test_what_documents_cite_is_in_force(register: LawRegister):
    """The standing words of forms and the bases of lists and benchmarks cite laws of today."""
    cited = re.compile(r"《([^《》{}]{3,60})》(第[零〇一二三四五六七八九十百千]+条)")
    found = [
        (file.name, law, article)
        for pack in library().packs.values()
        for file in pack.files
        if file.name.split("/")[-2] in ("forms", "benchmarks")
        for law, article in cited.findall(file.text)
    ]
    assert len(found) > 15
    strange = [
        f"{name}：{one.reason}"
        for name, law, article in found
        if isinstance(one := register.resolve(law, article, on=TODAY), Unresolved)
    ]
    assert not strange, "\n".join(strange)


def _articles_of(text: str) -> int:
    """How many articles follow one another from the first."""
    numbers = {number for heading in _HEADING.findall(text) for number in article_numbers(heading)}
    last = 0
    while last + 1 in numbers:
        last += 1
    return last


def _texts(folder: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="ignore")
        title = re.search(r"^#\s*(.+)$", text, re.MULTILINE)
        name = re.sub(r"[\(（].*$", "", (title[1] if title else path.stem.split("__")[-1]).replace("*", ""))
        if (articles := _articles_of(text)) >= 5:
            found.setdefault(name.strip(), set()).add(articles)
    return found


def test_the_numbers_of_articles_are_those_of_the_texts(register: LawRegister, shared: Path):
    """Counted anew from every text at hand; a text that is registered as checked agrees with what was counted."""
    texts = _texts(shared / "data" / "laws")
    compared, strange = 0, []
    for name, counted in texts.items():
        statute = register.find(name)
        known = {edition.articles for edition in statute.editions if edition.articles} if statute else set()
        compared += bool(known)
        if known and not counted <= known:
            strange.append(f"{name}：条文 {sorted(counted)}，目录 {sorted(known)}")
    assert not strange, "\n".join(strange)
    assert compared > 120
    code = next((shared / "data" / "laws").rglob("*environment-code__05*")).read_text(encoding="utf-8")
    assert max(number for heading in _HEADING.findall(code) for number in article_numbers(heading)) == 1242


ENTRY = '[[law]]\nname = "甲法"\nlevel = "法律"\nin_force = 2020-01-01\n'
EDITION = "[[law.edition]]\nyear = 2020\nin_force = 2020-01-01\narticles = 3\n"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (ENTRY, "至少一个"),
        (ENTRY + EDITION + EDITION.replace("2020-01-01", "2019-01-01"), "从旧到新"),
        (ENTRY + "until = 2019-12-31\n" + EDITION, "until 早于"),
        (ENTRY + 'repealed_by = "乙法"\n' + EDITION, "没有收录"),
        (ENTRY + EDITION + ENTRY + EDITION, "收录了两次"),
        (
            ENTRY + EDITION + ENTRY.replace('"甲法"', '"乙法"\naliases = ["中华人民共和国甲法"]') + EDITION,
            "收录了两次",
        ),
        (ENTRY.replace('"法律"', '"法"') + EDITION, "level"),
        (ENTRY + "repealed = true\n" + EDITION, "不认识的键"),
        (ENTRY + EDITION, None),
    ],
)
def test_a_faulty_register_is_refused_with_file_and_line(written: str, told: str | None):
    """What cannot be right is refused where it stands; a sound entry is read."""
    if told is None:
        assert read_laws(library_with(written)).find("甲法")
        return
    with pytest.raises(PackError, match=told) as fault:
        read_laws(library_with(written))
    assert fault.value.file == "cn/laws/test.toml"
    assert fault.value.line >= 1
