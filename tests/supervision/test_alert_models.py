"""The models of alerts: read from the packs with their faults told by line, judged by their own worked examples."""

import random
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mingjing.packs.alert_words import OF_ALL, OWN, PER, SOURCES
from mingjing.packs.alerts import KEYS, AlertModel, AlertModels, read_alerts
from mingjing.packs.load import Library, library
from mingjing.packs.source import PackError, PackFile
from mingjing.supervision.judging import Judge, Share, check_alerts, odds
from mingjing.supervision.sources.rows import Row
from tests.supervision.offices import OFFICES, measure

NEEDED = 25
FOLDER = "cn/supervision/alerts/"
_SETTING = re.compile(r"[\s，。、；：:,;.“”\"‘’《》（）()〔〕\[\]　]")


@pytest.fixture(scope="module")
def models() -> AlertModels:
    """What the packs hold."""
    return read_alerts(library())


def test_every_worked_example_comes_out_as_it_says() -> None:
    """The check that `mingjing law check` runs finds nothing."""
    assert check_alerts(library()) == []


def test_there_are_enough_models_and_each_has_a_basis_and_tells_somebody(models: AlertModels) -> None:
    """At least 25; an article with its words, or a stated reason why the yardstick is the supervisor's own."""
    assert len(models.each) >= NEEDED
    for one in models.each:
        assert one.tells, one.code
        assert one.basis.reason if one.basis.own else one.basis.quote, one.code


def test_the_words_they_quote_stand_in_the_law(models: AlertModels, shared: Path) -> None:
    """A basis that claims to be verified quotes words that the text really has."""
    files = [*(shared / "data" / "laws").rglob("*.md"), *(shared / "sources").glob("*.txt")]
    texts = _SETTING.sub("", "".join(one.read_text(encoding="utf-8", errors="ignore") for one in files))
    strange = [
        f"{one.code}：{one.basis.quote}"
        for one in models.each
        if one.basis.verified and _SETTING.sub("", one.basis.quote) not in texts
    ]
    assert strange == []


def changed(code: str, *changes: tuple[str, str]) -> Library:
    """The library with one model written otherwise."""
    packs = dict(library().packs)
    pack = packs["cn"]
    name = f"{FOLDER}{code}.toml"
    text = library().file(name).text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    written = PackFile.parse(name, text)
    packs["cn"] = replace(pack, files=tuple(written if one.name == name else one for one in pack.files))
    return replace(library(), packs=packs)


@pytest.mark.parametrize(
    ("code", "old", "new", "says"),
    [
        ("case_dormant", "last_day >", "last_dy >", "last_dy"),
        ("case_dormant", '"serious"', '"terrible"', "level"),
        ("case_dormant", "handle_within = 5", "handle_within = 0", "handle_within"),
        ("case_dormant", "alert = false", "alert = true", r"\[\[sample\]\]"),
        ("certificate_expired", "personnel.certificates_valid", "certificates_vald", "没有规则"),
        ("certificate_expired", "第四十二条第一款", "第四百条", "没有第400条"),
        ("withdrawn_often", "alarms = 0.05", "alarms = 5.0", "alarms"),
        ("withdrawn_often", 'per = "officer"', 'per = "moon"', "moon"),
        ("inspection_burst", 'detector = "bursts"', 'detector = "burst"', "burst"),
    ],
)
def test_a_faulty_model_is_refused_with_file_and_mend(code: str, old: str, new: str, says: str) -> None:
    """Each slip is named; without it the very same model is read (see above)."""
    with pytest.raises(PackError, match=says) as fault:
        read_alerts(changed(code, (old, new)))
    assert fault.value.file == f"{FOLDER}{code}.toml"


def test_an_example_that_comes_out_otherwise_is_told_by_the_check() -> None:
    """A threshold is moved and its examples are not."""
    (line,) = check_alerts(changed("case_dormant", ("last_day > 60", "last_day > 90")))
    assert "应提示，实际不提示" in line


def test_local_versions_of_a_rule_are_the_same_question(models: AlertModels) -> None:
    """The publication limit of a field, the hearing threshold of a province; not the limit of the review itself."""
    meant = {one.code: set(one.rules) for one in models.each}
    assert "field.urban.penalty.decision_published_within" in meant["unpublished"]
    assert "41.penalty.hearing_threshold_fine" in meant["hearing_not_told"]
    assert "field.urban.penalty.legal_review_within" not in meant["review_missing"]


def row(**values: Any) -> Row:
    """One case of an officer."""
    return Row("c1", "c1", "1号", values, {"officer": ("o1",), "agency": ("",)})


def judged(models: AlertModels, code: str, rows: list[Row]) -> list[str]:
    """Whom one model tells of over these rows."""
    model: AlertModel | None = models.find(code)
    assert model is not None
    judge = Judge([model], models.words)
    told = [one for each in rows for one in judge.take(model.source, each)]
    return [one.subject for one in [*told, *judge.finish()]]


def test_what_is_not_known_raises_no_alert(models: AlertModels) -> None:
    """An excerpt that gives no day is not dormant; one that gives it is."""
    today = date(2026, 6, 1).toordinal()
    assert judged(models, "case_dormant", [row(ended=False, imported=False, today=today)]) == []
    old = row(ended=False, imported=False, today=today, last_day=today - 61)
    assert judged(models, "case_dormant", [old]) == ["c1"]


def test_counting_is_by_person_and_leaves_chance_alone(models: AlertModels) -> None:
    """One of three withdraws half of the cases, the others one in forty; nobody where all are alike."""

    def cases(who: str, filed: int, withdrawn: int) -> list[Row]:
        return [
            replace(
                row(n_filing_approved=1, n_case_withdrawn=int(at < withdrawn)),
                people={"officer": (who,)},
                case=f"{who}{at}",
            )
            for at in range(filed)
        ]

    rows = cases("a", 40, 20) + cases("b", 40, 1) + cases("c", 40, 1)
    assert judged(models, "withdrawn_often", rows) == ["a"]
    even = cases("a", 40, 5) + cases("b", 40, 4) + cases("c", 40, 5)
    assert judged(models, "withdrawn_often", even) == []


def test_the_stated_rate_of_false_alarms_holds_where_nobody_differs(models: AlertModels) -> None:
    """Two thousand offices of six who withdraw alike: alarms in no more of them than declared, with room for luck."""
    counting = next(one.counting for one in models.each if one.code == "withdrawn_often")
    assert counting is not None
    chance, alarmed = random.Random(7), 0
    for _ in range(2000):
        shares = [Share(sum(chance.random() < 0.1 for _ in range(40)), 40) for _ in range(6)]
        hits = sum(one.hits for one in shares)
        told = [odds(counting, one, Share(hits - one.hits, 200), 6) for one in shares]
        alarmed += any(one is not None for one in told)
    assert alarmed <= 2000 * counting.alarms
    assert odds(counting, Share(20, 40), Share(20, 200), 6) is not None
    assert odds(counting, Share(20, 40), Share(20, 200), 10**12) is None


@pytest.mark.parametrize("code", OFFICES)
def test_who_stands_out_is_found_and_chance_is_left_alone(models: AlertModels, code: str) -> None:
    """Precision at least 0.9 and recall at least 0.8 over simulated offices; the bench measures on more of them."""
    told = measure(models, code, 40)
    assert told.precision >= 0.9, told
    assert told.recall >= 0.8, told


def test_the_reference_names_every_key_source_and_name(models: AlertModels) -> None:
    """docs/reference/alerts.md is what writers of models read."""
    said = (Path(__file__).resolve().parents[2] / "docs/reference/alerts.md").read_text(encoding="utf-8")
    fixed = {name for names in OWN.values() for name in (*names, *OF_ALL)}
    for name in {*SOURCES, *KEYS, *fixed, *(key for keys in PER.values() for key in keys)}:
        assert f"`{name}`" in said or f"`[{name}]`" in said or f"`[[{name}]]`" in said, name
