"""A small county with known faults: the same every time, everything single planted is found, look-alikes are not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mingjing.cases.models import Act, Case
from mingjing.cases.rebuild import rebuild
from mingjing.cli.main import main
from mingjing.cli.simulate.county import make_county, settle_county
from mingjing.cli.simulate.key import KeyRefused, key_of, read_key
from mingjing.cli.simulate.planning import plan_county
from mingjing.cli.simulate.scoring import interval, score, told
from mingjing.supervision.alerts import alert_models
from mingjing.translog.models import Entry

CASES, SEED = 120, 7


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> None:
    """A folder of its own for the lists that bureaus draw from."""
    settings.MINGJING_HOME = tmp_path


def _key(cases: int, seed: int) -> str:
    county = plan_county(cases, seed)
    return key_of(county, settle_county(county)).text()


def test_the_same_seed_gives_the_same_county_and_another_seed_another_one() -> None:
    """Plan and key rest on the seed alone."""
    first = _key(60, SEED)
    assert _key(60, SEED) == first
    assert _key(60, SEED + 1) != first


@pytest.mark.django_db
def test_every_fault_of_a_single_case_is_found_and_no_lookalike_is(home: None, tmp_path: Path) -> None:
    """Each model that looks at single cases finds what was planted for it, and every defect stands under its item."""
    made = make_county(CASES, SEED)
    path = tmp_path / "key.jsonl"
    path.write_text(made.key.text(), encoding="utf-8")
    key = read_key(path, [one.code for one in alert_models().each])
    assert key == made.key
    report = score(key)
    planted = [one for one in report.models if one.planted]
    assert len(planted) >= 22
    assert [(one.code, one.missed) for one in planted if one.missed] == []
    assert [(one.code, one.wrong) for one in report.models if one.wrong] == []
    assert [(one.code, one.missed) for one in report.items if one.missed] == []
    assert report.lookalikes >= 9
    assert report.fooled == ()
    assert report.spotless == report.lawful >= 70
    assert any("certificate_expired | 1 | 1 | 1.000" in line for line in told(report))


@pytest.mark.django_db
def test_the_rows_of_a_county_are_those_that_recording_would_have_left(
    home: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deriving everything anew from the acts changes nothing, and every act has its leaf in the log."""
    made = make_county(60, SEED)
    assert Act.objects.count() == made.acts == Entry.objects.filter(kind="act").count()
    assert Case.objects.filter(imported=True).count() == made.imported > 0
    # Limits run on: they are derived as of the moment at which the county is looked at.
    monkeypatch.setattr("mingjing.cases.rebuild.timezone.now", lambda: made.key.on)
    report = rebuild(dry_run=True)
    assert report.cases == Case.objects.count() >= 60
    assert report.differences == []


@pytest.mark.django_db
def test_a_fault_that_nothing_points_out_is_told_as_missed(home: None) -> None:
    """A key that says more than was planted shows a recall below one: the score can fail."""
    key = make_county(60, SEED).key
    first = next(one for one in key.lines if one.kind == "fault" and one.code == "served_late")
    invented = replace(first, subject="nowhere")
    report = score(replace(key, lines=(*key.lines, invented)))
    found = next(one for one in report.models if one.code == "served_late")
    assert (found.planted, found.found, found.missed) == (2, 1, [invented])
    less = score(replace(key, lines=tuple(one for one in key.lines if one != first)))
    wrong = next(one for one in less.models if one.code == "served_late").wrong
    assert wrong == [f"{first.agency} {first.subject}"]


def test_a_key_that_names_a_model_there_is_none_of_is_refused(tmp_path: Path) -> None:
    """The key is held against the models of the packs; one that they have is taken."""
    path = tmp_path / "key.jsonl"
    path.write_text(_key(60, SEED), encoding="utf-8")
    codes = [one.code for one in alert_models().each]
    assert read_key(path, codes).cases >= 60
    with pytest.raises(KeyRefused, match="没有预警模型“served_late”"):
        read_key(path, [one for one in codes if one != "served_late"])
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([json.dumps({**json.loads(head), "format": "other"}), *rows]), encoding="utf-8")
    with pytest.raises(KeyRefused, match="不是模拟县的答案文件"):
        read_key(path, codes)


def test_the_interval_of_a_share_is_exact() -> None:
    """Against tables of Clopper and Pearson."""
    assert interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert interval(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert interval(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)


@pytest.mark.django_db
def test_a_county_is_made_in_an_empty_database_only(
    home: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command makes a county once; where agencies are, it refuses and writes no key."""
    key = tmp_path / "key.jsonl"
    assert main(["simulate", "county", "--cases", "60", "--workers", "1", "--key", str(key)]) == 0
    assert "生成案件" in capsys.readouterr().out
    other = tmp_path / "other.jsonl"
    assert main(["simulate", "county", "--cases", "60", "--workers", "1", "--key", str(other)]) == 2
    assert "数据库里已有机关" in capsys.readouterr().err
    assert not other.exists()
    assert main(["simulate", "county", "--cases", "5", "--key", str(other)]) == 2
    assert "案件太少" in capsys.readouterr().err
